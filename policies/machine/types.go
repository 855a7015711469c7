package machine

import (
	"cmp"
	"encoding"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// types are how values of Go types are shown, by type.
type types struct {
	known sync.Map // *viewer by type, made with all that it leads to
	keys  []String // that fields are asked for by, by their number

	say       func(reflect.Value) Value // shows texts of these fields
	sentences []string
}

// viewer shows the values of one Go type.
type viewer struct {
	form  viewed
	elem  *viewer                   // of what a pointer, slice or map holds
	shape *shape                    // of a struct
	all   *types                    // of what an interface holds
	other func(reflect.Value) Value // of what has another form
}

// viewed is what form the values of a type have.
type viewed uint8

const (
	viewedOtherwise viewed = iota
	viewedText
	viewedBool
	viewedInt
	viewedPointer
	viewedInterface
	viewedSlice
	viewedMap
	viewedStruct
)

// shape is how a struct is shown.
type shape struct {
	fields []field // by name
	index  map[String]int
	keyed  []int // field by the number of a key; -1 for none
	said   bool  // a field is shown in another language
}

type field struct {
	name  String
	at    []int // reflect index
	omit  func(reflect.Value) bool
	of    *viewer
	boxed Value // the name as a value
}

// show turns a Go value into a Rego value, in some room.
func (s *viewer) show(in *room, v reflect.Value) Value {
	switch s.form {
	case viewedText:
		return in.show(v.String())
	case viewedBool:
		return Bool(v.Bool())
	case viewedInt:
		return Int(v.Int())
	case viewedStruct:
		return in.structure(v, s.shape)
	case viewedOtherwise:
		return s.other(v)
	}
	if v.IsNil() {
		return Null{}
	}
	switch s.form {
	case viewedPointer:
		return s.elem.show(in, v.Elem())
	case viewedInterface:
		return s.all.of(v.Elem().Type()).show(in, v.Elem())
	case viewedSlice:
		return in.slice(v, s.elem)
	}
	return &mapView{of: v, elem: s.elem, in: in}
}

// of is the viewer of a type.
func (t *types) of(typ reflect.Type) *viewer {
	if known, ok := t.known.Load(typ); ok {
		return known.(*viewer)
	}
	making := map[reflect.Type]*viewer{}
	out := t.viewer(typ, making)
	for typ, made := range making {
		t.known.Store(typ, made)
	}
	return out
}

// viewer makes the viewer of a type, and of all that it leads to: types may hold
// themselves.
func (t *types) viewer(typ reflect.Type, making map[reflect.Type]*viewer) *viewer {
	if known, ok := t.known.Load(typ); ok {
		return known.(*viewer)
	}
	if making[typ] == nil {
		out := &viewer{all: t}
		making[typ] = out
		if out.form, out.other = formOf(typ); out.form == viewedOtherwise {
			return out
		}
		switch out.form {
		case viewedPointer, viewedSlice, viewedMap:
			out.elem = t.viewer(typ.Elem(), making)
		case viewedStruct:
			if out.shape = t.shape(typ, making); out.shape == nil {
				out.form, out.other = viewedOtherwise, unshown
			}
		}
	}
	return making[typ]
}

// formOf is the form of values of a type, or how they are shown otherwise.
func formOf(typ reflect.Type) (viewed, func(reflect.Value) Value) {
	jsonType, textType := reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()
	switch {
	case typ == reflect.TypeFor[json.Number]():
		return viewedOtherwise, shownNumber
	case typ.Implements(jsonType):
		return viewedOtherwise, written
	case typ.Implements(textType):
		return viewedOtherwise, texted
	case typ.Kind() != reflect.Pointer && (reflect.PointerTo(typ).Implements(jsonType) || reflect.PointerTo(typ).Implements(textType)):
		return viewedOtherwise, unshown // what is written depends on where the value stands
	}
	switch typ.Kind() {
	case reflect.Bool:
		return viewedBool, nil
	case reflect.String:
		return viewedText, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return viewedInt, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32:
		return viewedOtherwise, written
	case reflect.Float64:
		return viewedOtherwise, shownFloat
	case reflect.Pointer:
		return viewedPointer, nil
	case reflect.Interface:
		return viewedInterface, nil
	case reflect.Slice:
		if typ.Elem().Kind() == reflect.Uint8 {
			return viewedOtherwise, written
		}
		return viewedSlice, nil
	case reflect.Map:
		if typ.Key().Kind() == reflect.String && !typ.Key().Implements(textType) {
			return viewedMap, nil
		}
	case reflect.Struct:
		return viewedStruct, nil
	}
	return viewedOtherwise, unshown
}

// shape is that of a struct; nil when a view cannot show what is written of it.
func (t *types) shape(typ reflect.Type, making map[reflect.Type]*viewer) *shape {
	s := &shape{index: map[String]int{}}
	if !s.collect(typ, nil) {
		return nil
	}
	slices.SortFunc(s.fields, func(a, b field) int { return cmp.Compare(a.name, b.name) })
	for i := range s.fields {
		f := &s.fields[i]
		if _, twice := s.index[f.name]; twice {
			return nil
		}
		s.index[f.name] = i
		f.of = t.viewer(typ.FieldByIndex(f.at).Type, making)
		if f.of.form == viewedText && slices.Contains(t.sentences, string(f.name)) {
			f.of, s.said = &viewer{form: viewedOtherwise, other: t.say}, true
		}
	}
	for _, key := range t.keys {
		i, ok := s.index[key]
		if !ok {
			i = -1
		}
		s.keyed = append(s.keyed, i)
	}
	return s
}

// collect adds the fields of a struct, those of embedded ones included. It
// reports whether all of them are written in a way that a view shows.
func (s *shape) collect(typ reflect.Type, at []int) bool {
	for f := range typ.Fields() {
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		here := append(slices.Clone(at), f.Index...)
		switch {
		case tag == "-":
			continue
		case f.Anonymous && name == "":
			if f.Type.Kind() != reflect.Struct || !s.collect(f.Type, here) {
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
		s.fields = append(s.fields, field{name: text, at: here, omit: omit, boxed: text})
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

func shownNumber(v reflect.Value) Value {
	if v.Len() == 0 {
		return Int(0)
	}
	return numeral(v.String())
}

// shownFloat writes a number as encoding/json does, but one that needs an exponent, which
// that writes.
func shownFloat(v reflect.Value) Value {
	f := v.Float()
	if size := math.Abs(f); f != 0 && (size < 1e-6 || !(size < 1e21)) {
		return written(v)
	}
	return numeral(strconv.FormatFloat(f, 'f', -1, 64))
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
