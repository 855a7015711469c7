package snapshot

import "strings"

// open makes the values of a container that canonical text holds. Several
// goroutines may do so at once; all get what the first one made.
func (n *Node) open() *inner {
	source, depth := n.origin()
	if source == nil || int(n.size) <= len("{}") {
		return nothing
	}
	text, at, lasting := source.around(n.start)
	room, _ := source.room.Get().(*[]line)
	if room == nil {
		room = new([]line)
	}
	lines := (*room)[:0]
	number := int(n.line)
	for next, more := at+len("{\n"), true; more; {
		var l line
		if !l.read(text, next, depth+1) {
			panic("snapshot: checked text reads differently")
		}
		number++
		l.number, next, more = number, l.next, l.comma
		if l.open {
			end := behind(text, l.next, depth+1, l.kind)
			l.end, next, more = end.end, end.next, end.comma
			number += strings.Count(text[l.start:l.end], "\n")
		}
		lines = append(lines, l)
	}
	if !lasting {
		copied(lines)
	}
	made := n.made(lines, n.start-at)
	count := len(lines)
	*room = lines
	source.room.Put(room)
	for !n.inner.CompareAndSwap(nil, made) {
		if other := n.inner.Load(); other != nil {
			return other
		}
	}
	if depth >= objectDepth {
		source.opened.add(n, count)
	}
	return made
}

// origin returns the canonical text that n was read from, nil when there is none,
// and how deep n stands in its document.
func (n *Node) origin() (source *Source, depth int) {
	root := n
	for root.parent != nil {
		root, depth = root.parent, depth+1
	}
	if top := root.inner.Load(); top != nil {
		source = top.source
	}
	return source, depth
}

// made makes the values that lines hold. Offsets in the document are ahead of
// those of the lines by shift.
func (n *Node) made(lines []line, shift int) *inner {
	in := &inner{kids: make([]*Node, len(lines)), written: true}
	if n.kind == Map {
		in.keys = make([]string, len(lines))
	}
	nodes := make([]Node, len(lines))
	for i := range lines {
		l, kid := &lines[i], &nodes[i]
		kid.text, kid.kind = l.text, l.kind
		kid.start, kid.size, kid.line = shift+l.start, uint32(l.end-l.start), uint32(l.number)
		kid.parent, kid.slot = n, uint32(i)
		in.kids[i] = kid
		if n.kind == Map {
			in.keys[i] = l.key
		}
	}
	return in
}
