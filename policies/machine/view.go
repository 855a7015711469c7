package machine

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// Views keep what they have shown: what is asked for again is the same value, not
// an equal one. So they are for one goroutine.

type sliceView struct {
	of    reflect.Value
	elem  *viewer
	in    *room
	shown []Value // made when it was asked for any
}

func (s *sliceView) size() int { return s.of.Len() }

func (s *sliceView) at(i int) Value {
	if s.shown == nil {
		s.shown = s.in.values.some(s.of.Len())
	}
	if s.shown[i] == nil {
		s.shown[i] = s.elem.show(s.in, s.of.Index(i))
	}
	return s.shown[i]
}

// holds says whether there is a text among some, none of which is shown for that.
func (s *sliceView) holds(text String) bool {
	if strings.ContainsRune(string(text), utf8.RuneError) { // which may stand for what is no UTF-8
		return holds(s, text)
	}
	if s.of.CanAddr() {
		if list, plain := s.of.Addr().Interface().(*[]string); plain {
			return slices.Contains(*list, string(text))
		}
	}
	for i := range s.of.Len() {
		if s.of.Index(i).String() == string(text) {
			return true
		}
	}
	return false
}

type mapView struct {
	of    reflect.Value
	elem  *viewer
	in    *room
	shown *Object // when it was asked for anything
}

func (m *mapView) get(key Value) Value { return m.whole().get(key) }
func (m *mapView) all() []pair         { return m.whole().pairs }

func (m *mapView) whole() *Object {
	if m.shown != nil {
		return m.shown
	}
	out := make([]pair, 0, m.of.Len())
	for items := m.of.MapRange(); items.Next(); {
		text := items.Key().String()
		if !utf8.ValidString(text) {
			giveUp("a key that is not UTF-8")
		}
		out = append(out, pair{String(text), m.elem.show(m.in, items.Value())})
	}
	slices.SortFunc(out, func(a, b pair) int { return cmp.Compare(a.key.(String), b.key.(String)) })
	m.shown = &Object{pairs: out}
	return m.shown
}

type structView struct {
	of    reflect.Value
	shape *shape
	in    *room
	shown []Value // by field
	pairs []pair  // when all were asked for
}

func (s *structView) get(key Value) Value {
	text, ok := key.(String)
	if !ok {
		return nil
	}
	i, ok := s.shape.index[text]
	if !ok {
		return nil
	}
	return s.field(i)
}

// keyed is the field of a key by its number.
func (s *structView) keyed(key int) Value {
	if i := s.shape.keyed[key]; i >= 0 {
		return s.field(i)
	}
	return nil
}

func (s *structView) field(i int) Value {
	if s.shown[i] != nil {
		return s.shown[i]
	}
	f := &s.shape.fields[i]
	v := s.of.Field(f.at[0])
	if len(f.at) > 1 {
		v = v.FieldByIndex(f.at[1:])
	}
	if f.omit != nil && f.omit(v) {
		return nil
	}
	s.shown[i] = f.of.show(s.in, v)
	return s.shown[i]
}

func (s *structView) all() []pair {
	if s.pairs != nil {
		return s.pairs
	}
	out := make([]pair, 0, len(s.shape.fields))
	for i := range s.shape.fields {
		if v := s.field(i); v != nil {
			out = append(out, pair{s.shape.fields[i].boxed, v})
		}
	}
	s.pairs = out
	return out
}
