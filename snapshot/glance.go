package snapshot

import (
	"strings"
)

// Glance is a look at one value that makes nothing to be kept: where canonical
// text says the value, it is read there. It says what the Node says, and is for who
// looks at little of many objects. The zero Glance is Absent.
type Glance struct {
	node  *Node  // where there is one
	from  *piece // else the text that says it; nil where nothing does
	at    int    // in the piece's text
	depth int
	begun *Node      // where the text was entered
	asked *questions // of the attributes of an object: where is noted who asks
}

// Glance looks at the object's own fields, as Attr does.
func (o Object) Glance(path ...string) Glance { return o.Node.Glance().Get("attributes").Get(path...) }

// GlanceAspect looks at what one further call said of the object.
func (o Object) GlanceAspect(a Aspect) Glance { return o.Node.Glance().Get(string(a)) }

// Glance looks at a value.
func (n *Node) Glance() Glance { return Glance{node: n} }

// Get descends through object keys, as Node.Get does.
func (g Glance) Get(keys ...string) Glance {
	for _, key := range keys {
		if g.from == nil {
			g = g.node.glance(key)
		} else {
			g = g.field(key)
		}
	}
	return g
}

// glance looks at the value under a key.
func (n *Node) glance(key string) Glance {
	if n.Kind() != Map {
		return Glance{}
	}
	in := n.inner.Load()
	if in == nil {
		return n.told().field(key)
	}
	in.asked.note(key)
	if i := in.find(key); i >= 0 {
		return n.glanceAt(in, i)
	}
	return Glance{}
}

// glanceAt looks at the value at an index of what n holds.
func (n *Node) glanceAt(in *inner, i int) Glance {
	if in.places == nil {
		return Glance{node: in.kids[i]}
	}
	if kid := in.places[i].node.Load(); kid != nil {
		return Glance{node: kid}
	}
	key := ""
	if n.Kind() == Map {
		key = in.keys[i]
	}
	return Glance{from: in.from, depth: n.depth(), begun: n}.below(key, int(in.places[i].start)-in.from.start)
}

// below is a look at what text says at an offset, under a key of g.
func (g Glance) below(key string, at int) Glance {
	to := Glance{from: g.from, at: at, depth: g.depth + 1, begun: g.begun}
	if to.depth == attributesDepth && key == attributesKey {
		to.asked = g.from.source.asks(g.begun)
	}
	return to
}

// told is a look at the text that says what n holds, where it was not opened.
func (n *Node) told() Glance {
	from, depth := n.piece()
	if from == nil || n.size < uint32(len("{}")) {
		return Glance{}
	}
	return Glance{from: from, at: int(n.start) - from.start, depth: depth, begun: n, asked: from.source.questions(n, depth)}
}

// Fields appends what Get shows of each of some keys, which ascend: text is gone
// through once for all of them.
func (g Glance) Fields(into []Glance, keys ...string) []Glance {
	if g.from == nil && g.node.Kind() == Map && g.node.inner.Load() == nil {
		g = g.node.told()
	}
	if g.from == nil {
		for _, key := range keys {
			into = append(into, g.node.glance(key))
		}
		return into
	}
	from := g.at + len("{\n")
	for _, key := range keys {
		var value Glance
		value, from = g.fieldFrom(from, key)
		into = append(into, value)
	}
	return into
}

// field is the value under a key of what text says.
func (g Glance) field(key string) Glance {
	value, _ := g.fieldFrom(g.at+len("{\n"), key)
	return value
}

// fieldFrom looks for a key from a line of what text says on. line is where it stands,
// or that first line where it is not there.
func (g Glance) fieldFrom(first int, key string) (value Glance, line int) {
	g.asked.note(key)
	if g.from == nil || !strings.HasPrefix(g.from.text[g.at:], "{\n") {
		return Glance{}, first
	}
	text, indent, plain := g.from.text, 2*(g.depth+1), isPlain(key)
	for next := first; ; {
		at := next + indent
		if value := behindKey(text, at, key, plain); value >= 0 {
			return g.below(key, value), next
		}
		e := endOf(text, at, g.depth+1)
		if !e.comma || plain && isLetter(text[at+1]) && text[at+1] > key[0] { // keys ascend
			return Glance{}, first
		}
		next = e.next
	}
}

// Each looks at the elements of an Array or the values of a Map, in order.
func (g Glance) Each(yield func(Glance) bool) {
	if g.from != nil {
		g.eachTold(yield)
		return
	}
	if g.node.Kind() < Array {
		return
	}
	in := g.node.inner.Load()
	if in == nil {
		g.node.told().eachTold(yield)
		return
	}
	in.asked.noteAll()
	for i := range max(len(in.kids), len(in.places)) {
		if !yield(g.node.glanceAt(in, i)) {
			return
		}
	}
}

// eachTold is Each of what text says.
func (g Glance) eachTold(yield func(Glance) bool) {
	g.asked.noteAll()
	if g.from == nil || g.Kind() < Array || g.from.text[g.at+1] != '\n' {
		return
	}
	text, indent, named := g.from.text, 2*(g.depth+1), g.Kind() == Map
	for next, more := g.at+len("{\n"), true; more; {
		at := next + indent
		value, key := at, ""
		if named {
			var end int
			key, end = quoted(text, at)
			value = end + len(": ")
		}
		if !yield(g.below(key, value)) {
			return
		}
		e := endOf(text, at, g.depth+1)
		next, more = e.next, e.comma
	}
}

// Kind returns what the value is; Absent for none.
func (g Glance) Kind() NodeKind {
	if g.from == nil {
		return g.node.Kind()
	}
	return kindAt(g.from.text, g.at)
}

// Exists reports whether there is a value other than null.
func (g Glance) Exists() bool { return g.Kind() > Null }

// Text returns a String's value, a Number's literal or a Bool's name; "" for
// anything else.
func (g Glance) Text() string {
	text := g.Passing()
	if g.from != nil && g.from.passing {
		return strings.Clone(text)
	}
	return text
}

// Passing is Text for who looks at it and forgets it: as long as it is kept, so may be
// all of the object's text.
func (g Glance) Passing() string {
	if g.from == nil {
		return g.node.Text()
	}
	if kind := g.Kind(); kind != String && kind != Number && kind != Bool {
		return ""
	}
	end := endOf(g.from.text, g.at, g.depth).end
	var n Node
	n.reads(g.from, span{uint32(g.from.start + g.at), uint32(end - g.at)})
	return n.text
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// isPlain reports whether a key is written as it is.
func isPlain(key string) bool {
	for i := range len(key) {
		if c := key[i]; c < ' ' || c == '"' || c == '\\' || c > '~' {
			return false
		}
	}
	return key != ""
}

// behindKey returns the offset of the value that the line with a key at an offset
// holds, -1 when that is another key. plain says that the key is written as it is.
func behindKey(text string, at int, key string, plain bool) int {
	if plain {
		end := at + 1 + len(key)
		if end < len(text) && text[end] == '"' && text[at+1:end] == key {
			return end + len(`": `)
		}
		return -1
	}
	if other, end := quoted(text, at); other == key {
		return end + len(": ")
	}
	return -1
}

// endOf finds the end of what begins at an offset of checked text and stands at a
// depth: a value, or a key with its value.
func endOf(text string, at, depth int) (e ending) {
	end := at + strings.IndexByte(text[at:], '\n')
	switch text[end-1] {
	case '{':
		return behind(text, end+1, depth, Map)
	case '[':
		return behind(text, end+1, depth, Array)
	case ',':
		return ending{comma: true, end: end - 1, next: end + 1}
	}
	return ending{end: end, next: end + 1}
}
