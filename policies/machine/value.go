package machine

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Value is a Rego value; nil stands for undefined. It is one of Null, Bool, Int,
// Number, String, *Array, *Object, *Set, an object that is written down in a plan
// (filled), or a view of a Go slice, map or struct. A value that a plan no longer
// builds does not change.
type Value any

// Null is null.
type Null struct{}

// Bool is true or false.
type Bool bool

// Int is a number that is written as a plain integer.
type Int int64

// Number is any other number, as JSON writes it in one way only.
type Number string

// String is a string; valid UTF-8.
type String string

// Array is an array.
type Array struct{ items []Value }

// Set is a set, in its order.
type Set struct {
	items []Value
	late  []Value // of a large set: items that were added last, in order, and are not among the others
	loose bool    // inOtherOrder, and twice through equal items
}

// In a set of many items, some wait to be put among the others: each that is put there
// moves half of them.
const (
	manyItems = 1 << 10
	mostLate  = 1 << 9
)

// Object is an object, in the order of its keys.
type Object struct {
	pairs []pair
	loose bool // inOtherOrder
}

type pair struct{ key, value Value }

// list is what has numbered items: an Array or a view of a slice.
type list interface {
	size() int
	at(i int) Value
}

// record is what has keys: an Object, or a view of a map or struct.
type record interface {
	get(key Value) Value // nil when there is none
	all() []pair         // in the order of keys
}

func (a *Array) size() int      { return len(a.items) }
func (a *Array) at(i int) Value { return a.items[i] }

func (o *Object) all() []pair { return o.pairs }

func (o *Object) get(key Value) Value {
	if i, found := o.find(key); found {
		return o.pairs[i].value
	}
	return nil
}

func (o *Object) find(key Value) (int, bool) {
	if text, ok := key.(String); ok && len(o.pairs) <= 8 {
		for i, p := range o.pairs {
			if other, ok := p.key.(String); ok && other == text {
				return i, true
			}
		}
	}
	return slices.BinarySearchFunc(o.pairs, key, func(p pair, key Value) int { return compare(p.key, key) })
}

// follows says whether a text comes after all keys.
func (o *Object) follows(key Value) bool {
	if len(o.pairs) == 0 {
		return true
	}
	text, ok := key.(String)
	last, too := o.pairs[len(o.pairs)-1].key.(String)
	return ok && too && last < text
}

// put inserts or replaces.
func (o *Object) put(key, value Value) {
	i, found := o.find(key)
	if found {
		o.pairs[i].value = value
		return
	}
	o.pairs = slices.Insert(o.pairs, i, pair{key, value})
}

// all are the items, in order. Several goroutines may ask only where none waits, as in
// a set that was made in order.
func (s *Set) all() []Value {
	if len(s.late) > 0 {
		s.settle()
	}
	return s.items
}

func (s *Set) find(item Value) (int, bool) { return slices.BinarySearchFunc(s.all(), item, compare) }

func (s *Set) add(item Value) { s.insert(nil, item) }

// insert is add for a set whose items are cut from a room.
func (s *Set) insert(in *room, item Value) {
	n := len(s.items)
	i, found := n, false
	if n > 0 && compare(s.items[n-1], item) >= 0 {
		i, found = slices.BinarySearchFunc(s.items, item, compare)
	}
	switch {
	case found:
	case i == n || n < manyItems: // what waits comes before the last item
		s.items = in.append(s.items, item)
		copy(s.items[i+1:], s.items[i:n])
		s.items[i] = item
	default:
		s.delay(item)
	}
}

// delay adds an item that is not among those in order.
func (s *Set) delay(item Value) {
	i, found := slices.BinarySearchFunc(s.late, item, compare)
	if found {
		return
	}
	if s.late = slices.Insert(s.late, i, item); len(s.late) == mostLate {
		s.settle()
	}
}

// settle puts what waits among the other items.
func (s *Set) settle() {
	i, j := len(s.items), len(s.late)
	s.items = slices.Grow(s.items, j)[:i+j]
	for at := i + j; j > 0; at-- {
		if i > 0 && compare(s.items[i-1], s.late[j-1]) > 0 {
			i--
			s.items[at-1] = s.items[i]
		} else {
			j--
			s.items[at-1] = s.late[j]
		}
	}
	clear(s.late)
	s.late = s.late[:0]
}

func (s *Set) has(item Value) bool {
	_, found := s.find(item)
	return found
}

// rank is the order of types in Rego.
func rank(v Value) int {
	switch v.(type) {
	case Null:
		return 0
	case Bool:
		return 1
	case Int, Number:
		return 2
	case String:
		return 3
	case list:
		return 4
	case record:
		return 5
	default: // *Set
		return 6
	}
}

// compare orders values as ast.Compare does, or gives up.
func compare(a, b Value) int {
	if a, ok := a.(String); ok {
		if b, ok := b.(String); ok {
			return cmp.Compare(a, b)
		}
	}
	if a, ok := a.(Int); ok {
		if b, ok := b.(Int); ok {
			return cmp.Compare(a, b)
		}
	}
	if c := cmp.Compare(rank(a), rank(b)); c != 0 {
		return c
	}
	switch a := a.(type) {
	case Bool:
		switch b := b.(Bool); {
		case a == b:
			return 0
		case !bool(a):
			return -1
		}
		return 1
	case Int, Number:
		return compareNumbers(a, b)
	case list:
		return compareLists(a, b.(list))
	case *filled:
		if b, ok := b.(*filled); ok && a.form == b.form {
			return slices.CompareFunc(a.values, b.values, compare)
		}
		return comparePairs(a.all(), b.(record).all())
	case record:
		return comparePairs(a.all(), b.(record).all())
	case *Set:
		return slices.CompareFunc(a.all(), b.(*Set).all(), compare)
	}
	return 0 // null
}

// compareNumbers gives up on two that are the same and written differently: which
// of them is kept is OPA's affair.
func compareNumbers(a, b Value) int {
	if a, ok := a.(Int); ok {
		if b, ok := b.(Int); ok {
			return cmp.Compare(a, b)
		}
	}
	if c := cmp.Compare(float(a), float(b)); c != 0 {
		return c // the nearest numbers have the order of those that they are near to
	}
	c := ast.NumberCompare(number(a), number(b))
	if c == 0 && a != b {
		giveUp("one number in two writings")
	}
	return c
}

// float is the number that is nearest to one; of one that is too large, an infinite one.
func float(v Value) float64 {
	if i, ok := v.(Int); ok {
		return float64(i)
	}
	f, _ := strconv.ParseFloat(string(v.(Number)), 64)
	return f
}

func compareLists(a, b list) int {
	for i := range min(a.size(), b.size()) {
		if c := compare(a.at(i), b.at(i)); c != 0 {
			return c
		}
	}
	return cmp.Compare(a.size(), b.size())
}

func comparePairs(a, b []pair) int {
	return slices.CompareFunc(a, b, func(a, b pair) int {
		if c := compare(a.key, b.key); c != 0 {
			return c
		}
		return compare(a.value, b.value)
	})
}

// equal is compare(a, b) == 0.
func equal(a, b Value) bool {
	switch a := a.(type) {
	case String:
		b, ok := b.(String)
		return ok && a == b
	case Bool:
		b, ok := b.(Bool)
		return ok && a == b
	}
	return compare(a, b) == 0
}

// Equal says whether two values are the same in Rego.
func Equal(a, b Value) bool { return equal(a, b) }
