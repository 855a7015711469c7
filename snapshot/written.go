package snapshot

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unsafe"
)

// written returns the text that says what n holds, when n is an object of the
// cloud, or stands in one, and canonical text was read that says it: the same
// values have the same text where they stand at the same depth. What was built,
// edited or read otherwise has none.
func (n *Node) written() (text string, depth int, ok bool) {
	if n.Kind() < Array {
		return "", 0, false
	}
	if in := n.inner.Load(); in != nil && (in.from == nil || in.from.edited) {
		return "", 0, false
	}
	from, depth := n.piece()
	if depth < objectDepth || from == nil {
		return "", 0, false
	}
	at := int(n.start) - from.start
	if text = from.text[at : at+int(n.size)]; from.passing && len(text) < len(from.text)/2 {
		text = strings.Clone(text) // or it would keep the rest there
	}
	return text, depth, true
}

// CanonicalText returns the canonical text of an object of the cloud, as it
// stands in a snapshot.
func (n *Node) CanonicalText() string {
	if text, _, ok := n.written(); ok {
		return text
	}
	return string(n.appendIndented(nil, objectDepth))
}

// Room is room for the text of an object that is looked at once.
type Room struct {
	text []byte
	from piece
}

// Once is Glance and CanonicalText for who is done with the object before room is used
// again: text that was packed is unpacked there, and not kept for others.
func (n *Node) Once(room *Room) (Glance, []byte) {
	look, text := n.once(room)
	if text == nil {
		room.text = append(room.text[:0], n.CanonicalText()...)
		text = room.text
	}
	return look, text
}

// once is Once, without the text where that is kept.
func (n *Node) once(room *Room) (Glance, []byte) {
	depth, top := 0, n
	for ; top.parent != nil; top = top.parent {
		depth++
	}
	in := top.inner.Load()
	if depth != objectDepth || n.inner.Load() != nil || in == nil || in.from == nil {
		return n.Glance(), nil
	}
	source := in.from.source
	text, ok := source.part(int(n.start)).once(int(n.start), &room.text)
	if !ok {
		return n.Glance(), nil
	}
	room.from = piece{source: source, text: unsafe.String(&text[0], len(text)), passing: true}
	return Glance{from: &room.from, depth: objectDepth, begun: n}, text[:n.size]
}

// AsCanonical reports whether n is known to stand in its document as in the canonical
// bytes, so that the lines in it follow from its text and its first line.
func (n *Node) AsCanonical() bool {
	_, _, ok := n.written()
	return ok && n.origin() == nil
}

// InCanonical reports whether the document is as its canonical bytes, so that lines in an
// object follow from its text and its first line.
func (s *Snapshot) InCanonical() bool {
	source := s.canonicalText()
	return source != nil && source.origin == nil
}

// ObjectAt returns the object of the cloud in which stands what a JSON pointer names,
// itself or more; nil when there is none.
func (s *Snapshot) ObjectAt(pointer string) *Node {
	end := 0
	for range objectDepth {
		if end == len(pointer) {
			return nil
		}
		next := strings.IndexByte(pointer[end+1:], '/')
		if next < 0 {
			next = len(pointer) - end - 1
		}
		end += 1 + next
	}
	return s.root.Resolve(pointer[:end])
}

// sameText reports whether two values were read from the same text; known is
// false when that is not known of one of them, or they stand at different depths.
func sameText(a, b *Node) (same, known bool) {
	x, deep, ok := a.written()
	if !ok {
		return false, false
	}
	y, other, ok := b.written()
	return x == y, ok && deep == other
}

// Digest returns "sha256:" and the hexadecimal digest of the canonical bytes.
func (s *Snapshot) Digest() string {
	s.digested.Do(func() {
		var sum []byte
		if source := s.canonicalText(); source != nil {
			sum = source.digest()
		} else {
			whole := sha256.Sum256(s.Canonical())
			sum = whole[:]
		}
		s.digest = "sha256:" + hex.EncodeToString(sum)
	})
	return s.digest
}

// canonicalText is the text that the whole document is as canonical bytes; nil when
// there is none.
func (s *Snapshot) canonicalText() *Source {
	if in := s.root.inner.Load(); in != nil && in.from != nil && !in.from.edited {
		return in.from.source
	}
	return nil
}

// SourceDigest is the digest of Source, as Digest is that of the canonical bytes: the
// same where these were read.
func (s *Snapshot) SourceDigest() string {
	if c := s.canonicalText(); c != nil && c.origin == nil && c == s.source {
		if c.parts[len(c.parts)-1].end() == c.size { // or a line feed that was left out is added
			return s.Digest()
		}
	}
	sum := sha256.Sum256([]byte(s.Source()))
	return "sha256:" + hex.EncodeToString(sum[:])
}
