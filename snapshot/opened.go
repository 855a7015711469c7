package snapshot

import "sync"

// opened are the objects whose values were made, in that order, as far as there
// is a limit.
type opened struct {
	lock sync.Mutex
	most int // bytes of text; 0 for no limit
	held int
	list []*Node
}

// Limit has the values of no more objects kept than stand in so many bytes of
// the text: those that were made first are let go, and made again when they are
// asked for. From then on one place of the document may be several Nodes, which
// say the same. It does nothing to a document that is not canonical, or was built.
func (s *Snapshot) Limit(bytes int) {
	o := &s.source.opened
	o.lock.Lock()
	defer o.lock.Unlock()
	o.most = bytes
}

// add takes note of an object that was opened, and closes others when it is one
// too many.
func (o *opened) add(n *Node) {
	o.lock.Lock()
	defer o.lock.Unlock()
	if o.most == 0 {
		return
	}
	o.list = append(o.list, n)
	for o.held += int(n.size); o.held > o.most && len(o.list) > 1; o.list = o.list[1:] {
		o.held -= int(o.list[0].size)
		o.list[0].close()
	}
}

// close lets go of what n holds, at every level: somebody may still have a part
// of it.
func (n *Node) close() {
	if in := n.inner.Swap(nil); in != nil {
		for _, kid := range in.kids {
			kid.close()
		}
	}
}
