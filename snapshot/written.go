package snapshot

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
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
	if in := n.inner.Load(); in != nil && !in.written {
		return "", 0, false
	}
	source, depth := n.origin()
	if depth < objectDepth || source == nil {
		return "", 0, false
	}
	text, at, lasting := source.around(n.start)
	if text = text[at : at+int(n.size)]; !lasting {
		text = strings.Clone(text)
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
	h := hashed{sha256.New()}
	if in := s.root.inner.Load(); in != nil && in.written {
		for _, p := range in.source.parts {
			_, _ = io.WriteString(h, p.whole()) // a hash takes everything
		}
	} else {
		_, _ = h.Write(s.Canonical())
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// hashed takes texts without a copy of each: a part of a document is large.
type hashed struct{ hash.Hash }

func (h hashed) WriteString(text string) (int, error) {
	room := make([]byte, 32<<10)
	for rest := text; rest != ""; {
		n := copy(room, rest)
		_, _ = h.Write(room[:n]) // a hash takes everything
		rest = rest[n:]
	}
	return len(text), nil
}
