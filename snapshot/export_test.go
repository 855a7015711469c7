package snapshot

import (
	"strings"

	"esaudit/keyed"
)

// Canonical reports whether the text is read line by line.
func (s *Source) Canonical() bool {
	again := &Source{}
	for _, p := range s.parts {
		q := *p
		again.parts = append(again.parts, &q)
	}
	return again.canonical() != nil
}

// Rewritten reports whether a document was read through other text.
func (n *Node) Rewritten() bool { return n.origin() != nil }

// Written is the canonical text that a document was read through.
func (n *Node) Written() string {
	var b strings.Builder
	n.inner.Load().from.source.writeTo(&b)
	return b.String()
}

// ObjectMark and LastMark say where parts may be cut.
const ObjectMark = objectMark

func LastMark(text string) int { return lastMark(text) }

// Place is where a value stands in the text that it was read from.
func (n *Node) Place() (start, size, line uint32) { return n.start, n.size, n.line }

// Learned is what Snapshot.Learned tells, and the digest, of a document that may be no
// snapshot, if it is read as canonical text.
func (s *Source) Learned() (learned string, digest []byte) {
	if _, source, err := s.read(); err == nil && source.canonicalParts() {
		return source.learned(), source.digest()
	}
	return "", nil
}

func (s *Source) canonicalParts() bool {
	for _, p := range s.parts {
		if !p.ok {
			return false
		}
	}
	return true
}

// Composed is the text that Compose reads, of which so much is kept as it is.
func Composed(root *Node, made func(*Node) *Node, kept int) (*Source, error) {
	return compose(root, made, kept)
}

// MarkKnown is what stands for an object, if that was known when it was read.
func MarkKnown(n *Node, secret []byte) (keyed.Mark, bool) {
	m := &Marks{source: n.markedBy(secret)}
	return m.read(n.start)
}

// KnowsMarks tells of one mark after the other whether a document has it.
func KnowsMarks(documents [][]keyed.Mark) func(keyed.Mark) bool {
	k, at := &Known{}, near{}
	for _, list := range documents {
		var text []byte
		for _, sum := range list {
			text = append(text, sum[:]...)
		}
		k.objects = append(k.objects, newMarks(string(text)))
	}
	return func(sum keyed.Mark) bool { return k.knows(sum, &at) }
}
