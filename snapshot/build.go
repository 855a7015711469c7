package snapshot

import (
	"slices"
	"strconv"
	"strings"
)

// NewNull, NewBool, NewInt, NewString, NewArray and NewObject build values of
// a document that is being made. A value has one place in one document: a part
// of another one is taken over by Clone.

// NewNull returns null.
func NewNull() *Node { return &Node{spot: uint32(Null)} }

// NewBool returns true or false.
func NewBool(v bool) *Node { return &Node{spot: uint32(Bool), text: strconv.FormatBool(v)} }

// NewInt returns a whole number.
func NewInt(v int64) *Node { return &Node{spot: uint32(Number), text: strconv.FormatInt(v, 10)} }

// NewNumber returns a number by its JSON literal, which is kept as it is.
func NewNumber(literal string) *Node { return &Node{spot: uint32(Number), text: literal} }

// NewString returns a string.
func NewString(v string) *Node { return &Node{spot: uint32(String), text: v} }

// NewArray returns an array of the values, in this order.
func NewArray(items ...*Node) *Node {
	return (&Node{spot: uint32(Array)}).holding(nil, items)
}

// NewStrings returns an array of strings, in this order.
func NewStrings(items ...string) *Node {
	kids := make([]*Node, len(items))
	for i, s := range items {
		kids[i] = NewString(s)
	}
	return NewArray(kids...)
}

// NewObject returns an object. A nil value leaves its key out.
func NewObject(fields map[string]*Node) *Node {
	keys := make([]string, 0, len(fields))
	for key, value := range fields {
		if value != nil {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	kids := make([]*Node, len(keys))
	for i, key := range keys {
		kids[i] = fields[key]
	}
	return (&Node{spot: uint32(Map)}).holding(keys, kids)
}

// NewPairs returns an object of keys with their values, which it takes over with the
// lists. Of values with one key the last one stands there.
func NewPairs(keys []string, values []*Node) *Node {
	for i := 1; i < len(keys); i++ {
		if keys[i-1] >= keys[i] {
			fields := make(map[string]*Node, len(keys))
			for i, key := range keys {
				fields[key] = values[i]
			}
			return NewObject(fields)
		}
	}
	return (&Node{spot: uint32(Map)}).holding(keys, values)
}

// NewUnion returns an object with the keys of two, each with what of makes of their
// values; nil stands for a value that is not there, and leaves the key out. What of returns
// is taken over.
func NewUnion(a, b *Node, of func(key string, a, b *Node) *Node) *Node {
	x, y := a.whole(), b.whole()
	keys, kids := make([]string, 0, len(x.keys)+len(y.keys)), make([]*Node, 0, len(x.keys)+len(y.keys))
	for i, j := 0, 0; i < len(x.keys) || j < len(y.keys); {
		var key string
		var one, other *Node
		d := 0
		switch {
		case i == len(x.keys):
			d = 1
		case j == len(y.keys):
			d = -1
		default:
			d = strings.Compare(x.keys[i], y.keys[j])
		}
		if d <= 0 {
			key, one = x.keys[i], x.kids[i]
			i++
		}
		if d >= 0 {
			key, other = y.keys[j], y.kids[j]
			j++
		}
		if kid := of(key, one, other); kid != nil {
			keys, kids = append(keys, key), append(kids, kid)
		}
	}
	return (&Node{spot: uint32(Map)}).holding(keys, kids)
}

// holding makes kids the values that n holds, and returns n.
func (n *Node) holding(keys []string, kids []*Node) *Node {
	for i, kid := range kids {
		kid.stands(n, i)
	}
	n.inner.Store(&inner{keys: keys, kids: kids})
	return n
}

// Clone returns a copy of n that belongs to no document yet. change, when it
// is not nil, is asked for every value on the way: it returns a replacement
// (which is taken as it is) or nil to go on copying.
func (n *Node) Clone(change func(*Node) *Node) *Node {
	if n == nil {
		return nil
	}
	if change != nil {
		if other := change(n); other != nil {
			return other
		}
	}
	c := &Node{spot: uint32(n.kind()), text: n.text}
	if n.kind() < Array {
		return c
	}
	in := n.whole()
	kids := make([]*Node, len(in.kids))
	for i, kid := range in.kids {
		kids[i] = kid.Clone(change)
	}
	return c.holding(in.keys, kids)
}

// Sorted returns an array of the same values in canonical order. The values
// are taken over.
func Sorted(items []*Node) *Node {
	items = slices.Clone(items)
	slices.SortFunc(items, compare)
	return NewArray(items...)
}

// Fields returns the keys and values of an object as a map, to make another
// object from.
func (n *Node) Fields() map[string]*Node {
	m := make(map[string]*Node, len(n.Keys()))
	for i, key := range n.Keys() {
		m[key] = n.Items()[i]
	}
	return m
}
