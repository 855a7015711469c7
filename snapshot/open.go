package snapshot

import (
	"slices"
	"strings"
	"sync/atomic"
)

// piece is text of a document, with its place there.
type piece struct {
	source  *Source
	text    string
	start   int                    // offset of text in the document
	passing bool                   // text is there for a while: what is kept of it is to be copied
	edited  bool                   // the document is another one now than its source says
	found   *atomic.Pointer[piece] // where text that is kept for a while is found
}

// place is where a value of an opened Map stands.
type place struct {
	node        atomic.Pointer[Node] // nil until it is asked for
	start, size uint32               // as in Node
}

// Maps beyond these are opened with all their values: to find the line of one by
// itself takes time that grows with the text in front of it.
const (
	mostPlaces = 256
	mostSearch = 64 << 10 // bytes
)

// open finds out what a container of canonical text holds. Several goroutines may
// do so at once; all get what the first one made.
func (n *Node) open() *inner {
	from, depth := n.piece()
	if from == nil {
		return nothing
	}
	asked := from.source.questions(n, depth)
	if int(n.size) <= len("{}") {
		if asked == nil {
			return nothing
		}
		return &inner{from: from, asked: asked}
	}
	room, _ := from.source.room.Get().(*opening)
	if room == nil {
		room = &opening{}
	}
	room.read(n, from, depth)
	made := &inner{keys: room.keys(), from: from, asked: asked}
	if n.kind() == Map && len(room.spans) <= mostPlaces && n.size <= mostSearch {
		made.places = make([]place, len(room.spans))
		for i, s := range room.spans {
			made.places[i].start, made.places[i].size = s.start, s.size
		}
	} else {
		asked.noteAll()
		made.kids = n.made(from, room.spans)
	}
	from.source.room.Put(room)
	for !n.inner.CompareAndSwap(nil, made) {
		if other := n.inner.Load(); other != nil {
			return other
		}
	}
	if depth >= objectDepth {
		from.source.opened.add(n)
	}
	return made
}

// piece returns the canonical text that n was read from, nil when there is none,
// and how deep n stands in its document.
func (n *Node) piece() (from *piece, depth int) {
	root := n
	for root.parent != nil {
		root, depth = root.parent, depth+1
		if depth > 1 {
			continue
		}
		if in := root.inner.Load(); in != nil && in.from != nil && in.from.text != "" {
			from = in.from
		}
	}
	if from != nil {
		return from, depth
	}
	if top := root.inner.Load(); top != nil && top.from != nil {
		from = top.from.source.around(int(n.start))
	}
	return from, depth
}

// depth is how deep n stands in its document.
func (n *Node) depth() (depth int) {
	for n = n.parent; n != nil; n = n.parent {
		depth++
	}
	return depth
}

// opening is the room that a container is opened in, which is used again.
type opening struct {
	spans []span
	shape *shape   // of a Map: the keys that were read
	named []string // they, where no shape has them
}

// span is where a value stands in its document.
type span struct{ start, size uint32 }

// read finds the values of a container that stands at a depth.
func (o *opening) read(n *Node, from *piece, depth int) {
	o.spans, o.named, o.shape = o.spans[:0], nil, nil
	text, named := from.text, n.kind() == Map
	indent := 2 * (depth + 1)
	for next, more := int(n.start)-from.start+len("{\n"), true; more; {
		at := next + indent
		if named {
			at += o.key(from, at) + len(": ")
		}
		e := endOf(text, at, depth+1)
		next, more = e.next, e.comma
		o.spans = append(o.spans, span{uint32(from.start + at), uint32(e.end - at)})
	}
}

// key reads the key at an offset, and returns how long it is with its quotes.
func (o *opening) key(from *piece, at int) int {
	if o.shape != nil {
		if next := o.shape.then(from.text[at+1:]); next != nil {
			o.shape = next
			return len(next.key) + len(`""`)
		}
	}
	key, end := quoted(from.text, at)
	first := len(o.spans) == 0
	if plain := key == from.text[at+1:end-1]; plain && (first || o.shape != nil) {
		if next := from.source.shapes.with(o.shape, key); next != nil {
			o.shape = next
			return end - at
		}
	}
	if o.shape != nil {
		o.named, o.shape = slices.Clone(o.shape.keys()), nil
	}
	if from.passing {
		key = strings.Clone(key)
	}
	o.named = append(o.named, key)
	return end - at
}

// keys are the keys that were read.
func (o *opening) keys() []string {
	if o.shape != nil {
		return o.shape.keys()
	}
	return o.named
}

// kindAt is the kind of the value that begins at an offset of checked text.
func kindAt(text string, at int) NodeKind {
	switch text[at] {
	case '"':
		return String
	case '{':
		return Map
	case '[':
		return Array
	case 'n':
		return Null
	case 't', 'f':
		return Bool
	}
	return Number
}

// reads reads a value of checked text that is so large.
func (n *Node) reads(from *piece, s span) {
	at := int(s.start) - from.start
	kind := kindAt(from.text, at)
	n.start, n.size, n.spot = s.start, s.size, uint32(kind)
	switch text := from.text[at : at+int(s.size)]; kind {
	case Number, Bool:
		n.text = text
	case String:
		n.text = text[1 : len(text)-1]
		if strings.IndexByte(n.text, '\\') >= 0 {
			n.text, _ = quoted(text, 0)
		}
	}
}

// made makes all values of a container, which stand at spans.
func (n *Node) made(from *piece, spans []span) []*Node {
	kids, nodes := make([]*Node, len(spans)), make([]Node, len(spans))
	line, at, size := n.line, int(n.start)-from.start, 0
	for i, s := range spans {
		kid := &nodes[i]
		kid.reads(from, s)
		kid.stands(n, i)
		next := int(s.start) - from.start
		line += uint32(strings.Count(from.text[at:next], "\n"))
		kid.line, at = line, next
		kids[i] = kid
		size += len(kid.text)
	}
	if from.passing {
		var c copier
		c.Grow(size)
		for i := range nodes {
			nodes[i].text = c.copy(nodes[i].text)
		}
	}
	return kids
}

// kid returns the value at an index of what n holds.
func (n *Node) kid(in *inner, i int) *Node {
	if in.places == nil {
		return in.kids[i]
	}
	p := &in.places[i]
	if kid := p.node.Load(); kid != nil {
		return kid
	}
	in.asked.note(in.keys[i])
	kid := &Node{}
	kid.reads(in.from, span{p.start, p.size})
	kid.stands(n, i)
	kid.line = n.line + uint32(strings.Count(in.from.text[int(n.start)-in.from.start:int(p.start)-in.from.start], "\n"))
	if in.from.passing {
		kid.text = strings.Clone(kid.text)
	}
	if p.node.CompareAndSwap(nil, kid) {
		return kid
	}
	return p.node.Load()
}

// whole returns what n holds, with all its values made.
func (n *Node) whole() *inner {
	in := n.content()
	in.asked.noteAll()
	if in.places == nil {
		return in
	}
	kids := make([]*Node, len(in.places))
	for i := range kids {
		kids[i] = n.kid(in, i)
	}
	out := &inner{keys: in.keys, kids: kids, from: in.from, asked: in.asked}
	n.inner.CompareAndSwap(in, out)
	return out
}
