package machine

import (
	"cmp"
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// types are how values of Go types are shown, by type.
type types struct {
	known sync.Map
	keys  []String // that fields are asked for by, by their number
}

// show turns a Go value into a Rego value.
type show func(reflect.Value) Value

// shape is how a struct is shown.
type shape struct {
	fields []field // by name
	index  map[String]int
	keyed  []int // field by the number of a key; -1 for none
}

type field struct {
	name  String
	at    []int // reflect index
	omit  func(reflect.Value) bool
	show  show
	boxed Value // the name as a value
}

func (t *types) of(typ reflect.Type) show {
	if s, ok := t.known.Load(typ); ok {
		return s.(show)
	}
	s := t.plan(typ)
	t.known.Store(typ, s)
	return s
}

// later looks a type up when a value of it is met, so that types may hold
// themselves.
func (t *types) later(typ reflect.Type) show {
	if typ.Kind() <= reflect.Complex128 || typ.Kind() == reflect.String {
		return t.of(typ)
	}
	var once sync.Once
	var s show
	return func(v reflect.Value) Value {
		once.Do(func() { s = t.of(typ) })
		return s(v)
	}
}

func (t *types) plan(typ reflect.Type) show {
	jsonType, textType := reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()
	switch {
	case typ == reflect.TypeFor[json.Number]():
		return func(v reflect.Value) Value {
			if v.Len() == 0 {
				return Int(0)
			}
			return numeral(v.String())
		}
	case typ.Implements(jsonType):
		return written
	case typ.Implements(textType):
		return texted
	case typ.Kind() != reflect.Pointer && (reflect.PointerTo(typ).Implements(jsonType) || reflect.PointerTo(typ).Implements(textType)):
		return unshown // what is written depends on where the value stands
	}
	switch typ.Kind() {
	case reflect.Bool:
		return func(v reflect.Value) Value { return Bool(v.Bool()) }
	case reflect.String:
		return func(v reflect.Value) Value { return valid(v.String()) }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(v reflect.Value) Value { return Int(v.Int()) }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return written
	case reflect.Pointer:
		elem := t.later(typ.Elem())
		return func(v reflect.Value) Value {
			if v.IsNil() {
				return Null{}
			}
			return elem(v.Elem())
		}
	case reflect.Interface:
		return func(v reflect.Value) Value {
			if v.IsNil() {
				return Null{}
			}
			return t.of(v.Elem().Type())(v.Elem())
		}
	case reflect.Slice, reflect.Map:
		return t.container(typ)
	case reflect.Struct:
		return t.structure(typ)
	}
	return unshown
}

func (t *types) container(typ reflect.Type) show {
	elem := t.later(typ.Elem())
	switch {
	case typ.Kind() == reflect.Slice && typ.Elem().Kind() == reflect.Uint8:
		return written
	case typ.Kind() == reflect.Slice:
		return func(v reflect.Value) Value {
			if v.IsNil() {
				return Null{}
			}
			return &sliceView{of: v, elem: elem}
		}
	case typ.Key().Kind() != reflect.String || typ.Key().Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return unshown
	}
	return func(v reflect.Value) Value {
		if v.IsNil() {
			return Null{}
		}
		return &mapView{of: v, elem: elem}
	}
}

func (t *types) structure(typ reflect.Type) show {
	s := &shape{index: map[String]int{}}
	if !t.collect(typ, nil, s) {
		return unshown
	}
	slices.SortFunc(s.fields, func(a, b field) int { return cmp.Compare(a.name, b.name) })
	for i, f := range s.fields {
		if _, twice := s.index[f.name]; twice {
			return unshown
		}
		s.index[f.name] = i
	}
	for _, key := range t.keys {
		i, ok := s.index[key]
		if !ok {
			i = -1
		}
		s.keyed = append(s.keyed, i)
	}
	return func(v reflect.Value) Value { return &structView{of: v, shape: s} }
}

// collect adds the fields of a struct, those of embedded ones included. It
// reports whether all of them are written in a way that a view shows.
func (t *types) collect(typ reflect.Type, at []int, s *shape) bool {
	for f := range typ.Fields() {
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		here := append(slices.Clone(at), f.Index...)
		switch {
		case tag == "-":
			continue
		case f.Anonymous && name == "":
			if f.Type.Kind() != reflect.Struct || !t.collect(f.Type, here, s) {
				return false
			}
			continue
		case !f.IsExported():
			continue
		case options != "" && options != "omitempty":
			return false
		}
		var omit func(reflect.Value) bool
		if options == "omitempty" {
			omit = empty
		}
		text := String(cmp.Or(name, f.Name))
		s.fields = append(s.fields, field{name: text, at: here, omit: omit, show: t.later(f.Type), boxed: text})
	}
	return true
}

// empty says what omitempty leaves out.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func unshown(v reflect.Value) Value {
	giveUp("no view of " + v.Type().String())
	return nil
}

// written shows what a value writes of itself.
func written(v reflect.Value) Value {
	text, err := json.Marshal(v.Interface())
	if err != nil {
		giveUp("a value cannot be written: " + err.Error())
	}
	out, err := FromJSON(text)
	if err != nil {
		giveUp("a value writes no JSON: " + err.Error())
	}
	return out
}

// texted is written for what writes a text.
func texted(v reflect.Value) Value {
	if v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		return written(v)
	}
	text, err := v.Interface().(encoding.TextMarshaler).MarshalText()
	if err != nil {
		giveUp("a value cannot be written: " + err.Error())
	}
	return valid(string(text))
}

// valid replaces what is not UTF-8 as encoding/json does.
func valid(text string) String {
	if utf8.ValidString(text) {
		return String(text)
	}
	return String([]rune(text))
}

// Views keep what they have shown: what is asked for again is the same value, not
// an equal one. So they are for one goroutine.

type sliceView struct {
	of    reflect.Value
	elem  show
	shown []Value
}

func (s *sliceView) size() int { return s.of.Len() }

func (s *sliceView) at(i int) Value {
	if s.shown == nil {
		s.shown = make([]Value, s.of.Len())
	}
	if s.shown[i] == nil {
		s.shown[i] = s.elem(s.of.Index(i))
	}
	return s.shown[i]
}

type mapView struct {
	of    reflect.Value
	elem  show
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
		out = append(out, pair{String(text), m.elem(items.Value())})
	}
	slices.SortFunc(out, func(a, b pair) int { return cmp.Compare(a.key.(String), b.key.(String)) })
	m.shown = &Object{out}
	return m.shown
}

type structView struct {
	of    reflect.Value
	shape *shape
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
	if s.shown == nil {
		s.shown = make([]Value, len(s.shape.fields))
	}
	if s.shown[i] != nil {
		return s.shown[i]
	}
	f := &s.shape.fields[i]
	v := s.of.FieldByIndex(f.at)
	if f.omit != nil && f.omit(v) {
		return nil
	}
	s.shown[i] = f.show(v)
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
