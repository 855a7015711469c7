package snapshot

import (
	"strings"
	"sync/atomic"
)

// opened are the containers that were opened last, as far as there is a limit.
type opened struct {
	ring atomic.Pointer[[]atomic.Pointer[Node]]
	next atomic.Uint64
}

// Limit has so many of the arrays and objects open that stand in objects of the
// cloud: those that were opened first are closed, and opened again when they are
// asked for. From then on one place of the document may be several Nodes, which
// say the same. 0 is no limit. It does nothing to a document that is not canonical,
// or was built.
func (s *Snapshot) Limit(containers int) {
	if containers == 0 {
		s.source.opened.ring.Store(nil)
		return
	}
	ring := make([]atomic.Pointer[Node], containers)
	s.source.opened.ring.Store(&ring)
}

// add takes note of a container that was opened, and closes another one.
func (o *opened) add(n *Node) {
	ring := o.ring.Load()
	if ring == nil {
		return
	}
	i := o.next.Add(1) % uint64(len(*ring))
	if first := (*ring)[i].Swap(n); first != nil && first != n {
		first.inner.Store(nil)
	}
}

// close has n opened again by whoever asks next, where text says what it holds. Its
// values are known to nobody.
func (n *Node) close() {
	if in := n.inner.Load(); in != nil && in.from != nil {
		n.inner.Store(nil)
	}
}

// key returns the key of a value in a map. That of one which was let go is read
// from the text in front of it: to open the map would make all its values.
func (n *Node) key() string {
	if in := n.parent.inner.Load(); in != nil {
		return in.keys[n.slot()]
	}
	from, _ := n.piece()
	begin := strings.LastIndexByte(from.text[:int(n.start)-from.start], '\n') + 1
	key, _ := quoted(from.text, begin+strings.IndexByte(from.text[begin:], '"'))
	if from.passing {
		key = strings.Clone(key)
	}
	return key
}
