package snapshot

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
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

// AsCanonical reports whether n is known to stand in its document as in the canonical
// bytes, so that the lines in it follow from its text and its first line.
func (n *Node) AsCanonical() bool {
	_, _, ok := n.written()
	return ok && n.origin() == nil
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
	h := sha256.New()
	if in := s.root.inner.Load(); in != nil && in.from != nil && !in.from.edited {
		in.from.source.writeTo(h)
	} else {
		_, _ = h.Write(s.Canonical())
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
