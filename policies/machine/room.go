package machine

import "reflect"

// room hands out memory for what a run makes and sees, cut from larger pieces. When
// that is forgotten, the same memory is handed out again. It is for one goroutine.
type room struct {
	values  pieces[Value]
	filled  pieces[filled]
	arrays  pieces[Array]
	sets    pieces[Set]
	structs pieces[structView]
	slices  pieces[sliceView]
	texts   *[256]Value // seen lately, by what they look like
}

// forget takes everything back, but texts: they stand elsewhere.
func (m *room) forget() {
	m.values.forget()
	m.filled.forget()
	m.arrays.forget()
	m.sets.forget()
	m.structs.forget()
	m.slices.forget()
}

// pieces cut items of one type from larger and larger pieces of memory.
type pieces[T any] struct {
	last []T // the last piece
	used int // of it
}

// How many items a piece has, at first and at most.
const (
	firstPiece = 16
	lastPiece  = 8192
)

// one is an item.
func (p *pieces[T]) one() *T { return &p.some(1)[0] }

// some are n items, with no room for more.
func (p *pieces[T]) some(n int) []T {
	if n > len(p.last)-p.used {
		if n > lastPiece/8 {
			return make([]T, n)
		}
		p.last, p.used = make([]T, min(max(2*len(p.last), firstPiece, 2*n), lastPiece)), 0
	}
	p.used += n
	return p.last[p.used-n : p.used : p.used]
}

func (p *pieces[T]) forget() {
	clear(p.last[:p.used])
	p.used = 0
}

func (m *room) structure(v reflect.Value, s *shape) *structView {
	out := m.structs.one()
	*out = structView{of: v, shape: s, in: m, shown: m.values.some(len(s.fields))}
	return out
}

func (m *room) slice(v reflect.Value, elem *viewer) *sliceView {
	out := m.slices.one()
	*out = sliceView{of: v, elem: elem, in: m}
	return out
}

// array is a list of some items.
func (m *room) array(items []Value) *Array {
	out := m.arrays.one()
	out.items = items
	return out
}

// fill is an object with the keys of a form.
func (m *room) fill(f *form, values []Value) *filled {
	out := m.filled.one()
	*out = filled{f, values}
	return out
}

// append adds to items that are cut from the room, or to any without a room.
func (m *room) append(items []Value, v Value) []Value {
	if n := len(items); m != nil && n == cap(items) {
		grown := m.values.some(max(2*n, 4))[:n]
		copy(grown, items)
		items = grown
	}
	return append(items, v)
}

// show is a text as a value: the same one as the last time, mostly.
func (m *room) show(text string) Value {
	n := len(text)
	if n == 0 {
		return String("")
	}
	if m.texts == nil {
		m.texts = new([256]Value)
	}
	slot := &m.texts[uint8(n)+text[0]*7+text[n/2]*31+text[n-1]*131]
	if known, ok := (*slot).(String); !ok || string(known) != text {
		*slot = valid(text)
	}
	return *slot
}
