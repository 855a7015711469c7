package snapshot

import (
	"strings"
	"sync"
)

// opened are the containers whose values were made, in that order, as far as there
// is a limit.
type opened struct {
	lock sync.Mutex
	most int // values
	held int
	list []filled
}

// filled is a container that holds so many values.
type filled struct {
	node   *Node
	values int
}

// Limit has about so many of the values kept that objects hold: those that were
// made first are let go, and made again when they are asked for. From then on one
// place of the document may be several Nodes, which say the same. It does nothing
// to a document that is not canonical, or was built.
func (s *Snapshot) Limit(values int) {
	o := &s.source.opened
	o.lock.Lock()
	defer o.lock.Unlock()
	o.most = values
}

// add takes note of a container that was opened, and closes others when there are
// too many values.
func (o *opened) add(n *Node, values int) {
	o.lock.Lock()
	defer o.lock.Unlock()
	if o.most == 0 {
		return
	}
	o.list = append(o.list, filled{n, values})
	for o.held += values; o.held > o.most && len(o.list) > 1; o.list = o.list[1:] {
		o.held -= o.list[0].values
		o.list[0].node.inner.Store(nil)
	}
}

// key returns the key of a value in a map. That of one which was let go is read
// from the text in front of it: to open the map would make all its values.
func (n *Node) key() string {
	if in := n.parent.inner.Load(); in != nil {
		return in.keys[n.slot]
	}
	source, _ := n.origin()
	text, at, lasting := source.around(n.start)
	begin := strings.LastIndexByte(text[:at], '\n') + 1
	key, _ := quoted(text, begin+strings.IndexByte(text[begin:], '"'))
	if !lasting {
		key = strings.Clone(key)
	}
	return key
}
