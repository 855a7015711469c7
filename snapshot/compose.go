package snapshot

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// New makes a snapshot of a document that was built, as its canonical bytes say it.
func New(root *Node) (*Snapshot, error) { return Compose(root, nil) }

// Compose is New of a document in which others stand in place of some of its objects
// of the cloud: made returns what is to stand there, nil for the object itself. Several
// goroutines ask, each object once, and forget what is returned when it is written: not
// all objects have to be there at the same time.
func Compose(root *Node, made func(*Node) *Node) (*Snapshot, error) {
	source, err := compose(root, made, KeptText)
	if err != nil {
		return nil, err
	}
	return source.Snapshot()
}

// compose writes a document as parts of canonical text, which are checked. Parts behind
// some bytes are packed at once.
func compose(root *Node, made func(*Node) *Node, kept int) (*Source, error) {
	c := &composing{source: &Source{kept: kept}, made: made, todo: make(chan *composed, runtime.GOMAXPROCS(0))}
	for range runtime.GOMAXPROCS(0) {
		c.group.Go(c.work)
	}
	c.walk(root, 0)
	c.tail = append(c.tail, '\n')
	c.flush()
	close(c.todo)
	c.group.Wait()
	return c.source, c.join()
}

// composing composes canonical text of a document.
type composing struct {
	source *Source
	made   func(*Node) *Node

	fragments []fragment // that are not written yet
	tail      []byte     // what follows them
	todo      chan *composed
	all       []*composed
	group     sync.WaitGroup
	total     atomic.Int64 // size of what was written
}

// fragment is text, and the value behind it that stands at objectDepth.
type fragment struct {
	text string
	node *Node
}

// composed is a part that is to be written.
type composed struct {
	*part
	fragments []fragment
	tail      string
	size      int // what was written
}

// composedAtOnce is how many values of objectDepth are written as one part.
const composedAtOnce = 64

// walk writes what stands above objects, and leaves these to others.
func (c *composing) walk(n *Node, depth int) {
	if depth == objectDepth {
		c.fragments, c.tail = append(c.fragments, fragment{string(c.tail), n}), c.tail[:0]
		return
	}
	in := n.whole()
	if len(in.kids) == 0 {
		c.tail = n.AppendCompact(c.tail)
		return
	}
	open, shut := n.brackets()
	c.tail = append(c.tail, open, '\n')
	for i, kid := range in.kids {
		c.tail = appendIndent(c.tail, depth+1)
		if n.kind() == Map {
			c.tail = append(appendString(c.tail, in.keys[i]), ": "...)
		}
		c.walk(kid, depth+1)
		if i < len(in.kids)-1 {
			c.tail = append(c.tail, ',')
		}
		if c.tail = append(c.tail, '\n'); len(c.fragments) >= composedAtOnce {
			c.flush()
		}
	}
	c.tail = append(appendIndent(c.tail, depth), shut)
}

// flush has a part written.
func (c *composing) flush() {
	next := &composed{part: &part{piece: piece{source: c.source}}, fragments: c.fragments, tail: string(c.tail)}
	c.all = append(c.all, next)
	c.todo <- next
	c.fragments, c.tail = nil, c.tail[:0]
}

// work writes parts, and checks them.
func (c *composing) work() {
	check := newChecking(nil)
	var room []byte
	for next := range c.todo {
		if c.total.Load() > MaxSize {
			continue
		}
		room = room[:0]
		for _, f := range next.fragments {
			n := f.node
			if c.made != nil {
				if other := c.made(n); other != nil {
					n = other
				}
			}
			room = n.appendIndented(append(room, f.text...), objectDepth)
		}
		room = append(room, next.tail...)
		next.fragments, next.text, next.size = nil, string(room), len(room)
		total := c.total.Add(int64(next.size))
		if next.check(check); next.ok && total > int64(c.source.kept) {
			next.pack()
		}
	}
}

// join fits the parts together.
func (c *composing) join() error {
	if c.total.Load() > MaxSize {
		return errTooLarge
	}
	s := c.source
	for _, next := range c.all {
		next.start = s.size
		s.parts = append(s.parts, next.part)
		s.size += next.size
	}
	s.ready()
	return nil
}
