package snapshot

import (
	"strconv"
	"strings"
	"sync/atomic"
)

// NodeKind says what a JSON value is. The zero value is Absent: not read.
type NodeKind uint8

// The kinds of a Node.
const (
	Absent NodeKind = iota
	Null
	Bool
	Number
	String
	Array
	Map
)

// Node is one JSON value of a document. A nil Node is Absent, and every method
// works on it, so that a chain of lookups needs no checks between. Nodes are
// not changed once their document is built.
//
// What an Array or Map of canonical text holds is made when it is first asked
// for; until then the text it was read from says it.
type Node struct {
	text   string // the value of a String, the literal of a Number, "true" or "false"
	parent *Node
	inner  atomic.Pointer[inner] // of an Array or Map
	start  uint32                // byte offset in the document it was parsed from
	size   uint32                // in bytes, there
	line   uint32                // 1-based line of start; 0 when built, not parsed
	spot   uint32                // index among the parent's kids, and in its kindBits the NodeKind
}

// kindBits are how many bits a NodeKind takes.
const kindBits = 3

// mostKids is how many values an Array or Map can hold.
const mostKids = 1<<(32-kindBits) - 1

func (n *Node) kind() NodeKind { return NodeKind(n.spot & (1<<kindBits - 1)) }

// slot is the index of n among its parent's kids.
func (n *Node) slot() int { return int(n.spot >> kindBits) }

// stands makes n the value at an index of its parent's.
func (n *Node) stands(parent *Node, i int) {
	n.parent = parent
	n.spot = uint32(i)<<kindBits | uint32(n.kind())
}

// inner is what an Array or Map holds.
type inner struct {
	keys   []string // of a Map (a JSON object), sorted
	kids   []*Node
	places []place    // in place of kids, of a Map whose values are made one by one
	from   *piece     // the text that says it; nil when it was built
	asked  *questions // of the attributes of an object that was read: where is noted who asks
}

// nothing is what a value holds that holds nothing.
var nothing = &inner{}

// content returns what n holds; its values are had by kid.
func (n *Node) content() *inner {
	if n == nil || n.kind() < Array {
		return nothing
	}
	if in := n.inner.Load(); in != nil {
		return in
	}
	return n.open()
}

// Kind returns what n is; Absent for nil.
func (n *Node) Kind() NodeKind {
	if n == nil {
		return Absent
	}
	return n.kind()
}

// Exists reports whether n holds a value other than null. The vendor's null
// means "not there" (SEMANTICS 3).
func (n *Node) Exists() bool { return n.Kind() > Null }

// Get descends through object keys; nil when one is missing.
func (n *Node) Get(keys ...string) *Node {
	for _, key := range keys {
		if n.Kind() != Map {
			return nil
		}
		in := n.content()
		i := in.find(key)
		if i < 0 {
			in.asked.note(key)
			return nil
		}
		n = n.kid(in, i)
	}
	return n
}

func (in *inner) find(key string) int {
	lo, hi := 0, len(in.keys)
	for lo < hi {
		mid := (lo + hi) / 2
		if in.keys[mid] < key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(in.keys) && in.keys[lo] == key {
		return lo
	}
	return -1
}

// Items returns the elements of an Array or the values of a Map, in order;
// nil for anything else. The caller must not change the slice.
func (n *Node) Items() []*Node {
	return n.whole().kids
}

// Keys returns the keys of a Map, sorted; Items has their values.
func (n *Node) Keys() []string {
	in := n.content()
	in.asked.noteAll()
	return in.keys
}

// Key returns the key n stands under in its parent object, else "".
func (n *Node) Key() string {
	if n == nil || n.parent.Kind() != Map {
		return ""
	}
	return n.key()
}

// Parent returns the value that holds n; nil at the root.
func (n *Node) Parent() *Node {
	if n == nil {
		return nil
	}
	return n.parent
}

// Str returns the value of a String. ok is false for anything else.
func (n *Node) Str() (s string, ok bool) {
	if n.Kind() != String {
		return "", false
	}
	return n.text, true
}

// Text returns a String's value, a Number's literal or a Bool's name; "" for
// anything else. The vendor writes some numbers and switches as strings.
func (n *Node) Text() string {
	switch n.Kind() {
	case String, Number, Bool:
		return n.text
	}
	return ""
}

// Bool returns a switch: true, false, or the strings of these in any case (the
// vendor's own client reads them alike). ok is false for anything else.
func (n *Node) Bool() (value, ok bool) {
	if k := n.Kind(); k != Bool && k != String {
		return false, false
	}
	switch strings.ToLower(n.text) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return false, false
}

// Int returns a whole number, written as a Number or as a String of decimal
// digits. ok is false for anything else.
func (n *Node) Int() (value int64, ok bool) {
	if k := n.Kind(); k != Number && k != String {
		return 0, false
	}
	value, err := strconv.ParseInt(n.text, 10, 64)
	return value, err == nil
}

// Pointer returns the JSON pointer of n in its document (RFC 6901); "" for the
// root and for nil.
func (n *Node) Pointer() string {
	var room [256]byte
	return string(n.AppendPointer(room[:0]))
}

// AppendPointer appends the pointer.
func (n *Node) AppendPointer(text []byte) []byte {
	if n == nil || n.parent == nil {
		return text
	}
	return n.appendToken(n.parent.AppendPointer(text))
}

// appendToken appends the last reference token of the pointer of n, which has a parent.
func (n *Node) appendToken(text []byte) []byte {
	if text = append(text, '/'); n.parent.kind() == Map {
		return append(text, EscapePointer(n.key())...)
	}
	return strconv.AppendInt(text, int64(n.slot()), 10)
}

// Pointers appends pointers of many values: of values that stand side by side what they
// share is found once. It is for one goroutine.
type Pointers struct {
	parent *Node
	text   []byte // its pointer
}

// Append appends the pointer of n.
func (p *Pointers) Append(text []byte, n *Node) []byte {
	if n == nil || n.parent == nil {
		return text
	}
	if n.parent != p.parent {
		p.parent, p.text = n.parent, n.parent.AppendPointer(p.text[:0])
	}
	return n.appendToken(append(text, p.text...))
}

// EscapePointer writes one reference token of a JSON pointer (RFC 6901).
func EscapePointer(key string) string {
	if strings.IndexByte(key, '~') < 0 && strings.IndexByte(key, '/') < 0 {
		return key
	}
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}

// Resolve returns the value a JSON pointer names below n; nil when there is
// none.
func (n *Node) Resolve(pointer string) *Node {
	if pointer == "" {
		return n
	}
	if !strings.HasPrefix(pointer, "/") {
		return nil
	}
	for token := range strings.SplitSeq(pointer[1:], "/") {
		switch n.Kind() {
		case Map:
			if strings.IndexByte(token, '~') >= 0 {
				token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
			}
			n = n.Get(token)
		case Array:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(n.Items()) || token != strconv.Itoa(i) {
				return nil
			}
			n = n.Items()[i]
		default:
			return nil
		}
	}
	return n
}

// Line returns the 1-based line n starts on in the document it was parsed
// from; 0 when it was not parsed.
func (n *Node) Line() int {
	if n == nil || n.line == 0 {
		return 0
	}
	if o := n.origin(); o != nil {
		return o.line(n)
	}
	return int(n.line)
}

// Span returns the byte offsets of n in the document it was parsed from; end
// is exclusive.
func (n *Node) Span() (start, end int) {
	if n == nil {
		return 0, 0
	}
	if n.line > 0 {
		if o := n.origin(); o != nil {
			start := o.start(n)
			return start, skip(o.text, start)
		}
	}
	return int(n.start), int(n.start) + int(n.size)
}

// Equal reports whether two values are the same JSON. Numbers compare by their
// literals.
func (n *Node) Equal(m *Node) bool {
	if same, known := sameText(n, m); known {
		return same
	}
	return compare(n, m) == 0
}

// compare is a total order over values: by kind, then content.
func compare(a, b *Node) int {
	if a == b {
		return 0 // shared by two documents
	}
	if d := int(a.Kind()) - int(b.Kind()); d != 0 || a == nil {
		return d
	}
	if a.kind() < Array {
		return strings.Compare(a.text, b.text)
	}
	if same, known := sameText(a, b); known && same {
		return 0
	}
	x, y := a.whole(), b.whole()
	for i := 0; i < len(x.kids) && i < len(y.kids); i++ {
		if a.kind() == Map {
			if d := strings.Compare(x.keys[i], y.keys[i]); d != 0 {
				return d
			}
		}
		if d := compare(x.kids[i], y.kids[i]); d != 0 {
			return d
		}
	}
	return len(x.kids) - len(y.kids)
}
