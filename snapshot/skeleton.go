package snapshot

import "strings"

// item is a line that stands at objectDepth or above, with all that it holds
// when it is that deep; or the end of a container above that.
type item struct {
	key, text string
	start     int // offset of the value in its part
	size      uint32
	line      uint32 // within its part, from 0
	depth     uint8
	kind      NodeKind
	ends      bool // a container, of this kind, which stands at this depth
	named     bool
	open      bool
	comma     bool
	ascends   bool // its key comes behind that of the item in front of it, in the same container
}

// isObject reports whether x is an array or an object that stands at objectDepth, and
// holds something.
func (x *item) isObject() bool {
	return x.depth == objectDepth && x.kind >= Array && !x.ends && x.size > uint32(len("{}"))
}

// check finds out whether a part can be one of canonical text, all but how its
// items fit together.
func (p *part) check(c *checking) {
	c.begin()
	for at := 0; at < len(p.text); {
		next, ok := p.item(at, c)
		if !ok {
			p.items, p.marks = nil, nil
			return
		}
		p.lines += strings.Count(p.text[at:next], "\n")
		at = next
	}
	c.end(p)
	p.ok = true
}

// item reads the item at an offset.
func (p *part) item(at int, c *checking) (next int, ok bool) {
	depth := 0
	for depth <= objectDepth && strings.HasPrefix(p.text[at+2*depth:], "  ") {
		depth++
	}
	if depth > objectDepth {
		return 0, false
	}
	x := item{depth: uint8(depth), line: uint32(p.lines)}
	for _, kind := range []NodeKind{Map, Array} {
		var end ending
		if end.read(p.text, at, depth, kind) {
			x.kind, x.ends, x.comma, x.size = kind, true, end.comma, 1
			x.start = end.end - 1
			p.items = append(p.items, x)
			return end.next, true
		}
	}
	var l line
	if !l.read(p.text, at, depth) {
		return 0, false
	}
	next = l.next
	if l.open && depth == objectDepth {
		end, ok := c.object(p, &l)
		if !ok {
			return 0, false
		}
		l.end, l.comma, l.open, next = end.end, end.comma, false, end.next
	}
	x.key, x.text, x.kind, x.named, x.open, x.comma = l.key, l.text, l.kind, l.named, l.open, l.comma
	x.start, x.size = l.start, uint32(l.end-l.start)
	if n := len(p.items); n > 0 {
		last := &p.items[n-1]
		x.ascends = last.named && last.depth == x.depth && last.key < x.key
	}
	p.items = append(p.items, x)
	return next, true
}

// canonical fits the items of all parts together. It returns nil for a text that
// is not canonical.
func (s *Source) canonical() *Node {
	values, number := 0, 1
	for _, p := range s.parts {
		if !p.ok {
			return nil
		}
		for _, x := range p.items {
			if !x.ends {
				values++
			}
		}
		p.number = number
		number += p.lines
	}
	f := fitting{nodes: make([]Node, values), more: true}
	for _, p := range s.parts {
		for i := range p.items {
			if !f.takes(&p.items[i], p) {
				return nil
			}
		}
		p.items = nil
	}
	if f.root == nil || len(f.stack) > 0 || f.more {
		return nil
	}
	f.root.inner.Store(&inner{keys: f.root.Keys(), kids: f.root.Items(), from: &piece{source: s}})
	return f.root
}

// fitting makes values of items.
type fitting struct {
	nodes []Node // to be used
	root  *Node
	stack []holder
	more  bool // another value follows
}

// holder is a container whose values are being read.
type holder struct {
	node  *Node
	order order
	keys  []string
	kids  []*Node
}

// takes takes the next item of a part. It returns false for one that does not belong
// there.
func (f *fitting) takes(x *item, p *part) bool {
	depth := len(f.stack)
	if x.ends {
		if depth == 0 || f.more {
			return false
		}
		top := &f.stack[depth-1]
		if x.kind != top.node.kind() || int(x.depth) != depth-1 {
			return false
		}
		top.node.size = uint32(p.start+x.start+1) - top.node.start
		top.node.holding(top.keys, top.kids)
		f.stack, f.more = f.stack[:depth-1], x.comma
		return true
	}
	if !f.more || int(x.depth) != depth || depth == 0 && (f.root != nil || x.named || x.comma) {
		return false
	}
	n := &f.nodes[0]
	f.nodes = f.nodes[1:]
	n.text, n.spot, n.start, n.size, n.line = x.text, uint32(x.kind), uint32(p.start+x.start), x.size, uint32(p.number)+x.line
	if depth == 0 {
		f.root = n
	} else if !f.stack[depth-1].takes(x, n) {
		return false
	}
	if f.more = x.comma; x.open {
		f.more = true
		f.stack = append(f.stack, holder{node: n, order: order{kind: x.kind}})
	}
	return true
}

func (h *holder) takes(x *item, n *Node) bool {
	if len(h.kids) == mostKids || !x.ascends && !h.order.takes(&line{key: x.key, named: x.named}) {
		return false
	}
	h.order.last = x.key
	if h.kids = append(h.kids, n); x.named {
		h.keys = append(h.keys, x.key)
	}
	return true
}
