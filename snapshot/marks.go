package snapshot

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"esaudit/keyed"
)

const markSize = len(keyed.Mark{})

// marks are those of the objects of a document.
type marks struct {
	text  string   // one behind the other, in the order of the document
	slots []uint32 // places in text, from 1 on: of a mark, from the slot on that its first bytes say; 0 for none
}

// newMarks makes marks ready to be found. They are as good as random: nothing has to be
// worked out of them to spread them.
func newMarks(text string) *marks {
	m := &marks{text, make([]uint32, 2<<bits.Len(uint(len(text)/markSize)))}
	for i := range len(text) / markSize {
		sum := keyed.Mark([]byte(text[i*markSize : (i+1)*markSize]))
		if slot, there := m.slot(sum); !there {
			m.slots[slot] = uint32(i) + 1
		}
	}
	return m
}

// slot is where a mark is, or would be.
func (m *marks) slot(sum keyed.Mark) (slot uint32, there bool) {
	last := uint32(len(m.slots) - 1)
	for slot = binary.LittleEndian.Uint32(sum[:]) & last; m.slots[slot] > 0; slot = (slot + 1) & last {
		if m.has(sum, int(m.slots[slot]-1)) {
			return slot, true
		}
	}
	return slot, false
}

// has reports whether a mark stands at a place.
func (m *marks) has(sum keyed.Mark, at int) bool {
	return (at+1)*markSize <= len(m.text) && m.text[at*markSize:(at+1)*markSize] == string(sum[:])
}

// near is where the next mark is likely to be: objects mostly stand in the order in which
// they stood.
type near struct {
	of *marks // nil: nobody knows
	at int
}

// knows reports whether the text of an object that has a mark is known to be canonical.
func (k *Known) knows(sum keyed.Mark, near *near) bool {
	if near.of != nil {
		at := near.at
		if near.at++; near.of.has(sum, at) {
			return true
		}
	}
	for _, m := range k.objects {
		if slot, there := m.slot(sum); there {
			near.of, near.at = m, int(m.slots[slot])
			return true
		}
	}
	return false
}

// Marks tells what stands for objects of the cloud: for the id and the text of each. It
// is for one goroutine.
type Marks struct {
	secret []byte
	marker *keyed.Marker
	room   []byte

	parent *Node   // of the object that was asked for last
	source *Source // that holds it; nil where its marks are not known
	part   *part   // that it begins in
	next   int     // place of the mark behind its own in the part
}

// NewMarks makes Marks that are those of every other one with the secret.
func NewMarks(secret []byte) *Marks {
	return &Marks{secret: secret, marker: keyed.NewMarker(secret)}
}

// Of returns what stands for an object. It was worked out already where the object was
// read with something Known that has the secret.
func (m *Marks) Of(o Object) keyed.Mark {
	if o.Node.parent != m.parent {
		m.parent, m.source, m.part = o.Node.parent, o.Node.markedBy(m.secret), nil
	}
	if sum, known := m.read(o.Node.start); known {
		return sum
	}
	m.room = append(append(appendString(m.room[:0], o.ID), ": "...), o.Node.CanonicalText()...)
	return m.marker.Mark(m.room)
}

// read finds the mark of an object that begins at an offset.
func (m *Marks) read(start uint32) (sum keyed.Mark, known bool) {
	if m.source == nil {
		return sum, false
	}
	if m.part == nil || m.next == len(m.part.marks) || m.part.marks[m.next].start != start-uint32(m.part.start) {
		m.part = m.source.part(int(start))
		m.next, known = slices.BinarySearchFunc(m.part.marks, start-uint32(m.part.start), func(x marked, start uint32) int { return cmp.Compare(x.start, start) })
		if !known {
			m.part = nil
			return sum, false
		}
	}
	m.next++
	return m.part.marks[m.next-1].sum, true
}

// markedBy returns the text that n, which is an object of the cloud, was read from, if
// that was read with something Known that has the secret.
func (n *Node) markedBy(secret []byte) *Source {
	root, depth := n, 0
	for root.parent != nil {
		root, depth = root.parent, depth+1
	}
	top := root.inner.Load()
	if depth != objectDepth || top == nil || top.from == nil || top.from.edited {
		return nil
	}
	if known := top.from.source.known; known == nil || !bytes.Equal(known.secret, secret) {
		return nil
	}
	return top.from.source
}
