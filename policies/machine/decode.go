package machine

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Decoder puts values into a Go type as encoding/json would from their JSON,
// numbers in an any as json.Number. It is stricter and gives up instead: every
// field is known by its exact name, and every value of its type.
type Decoder[T any] struct {
	put      decode
	required []Value // names
}

// decode puts a value into a Go value.
type decode func(Value, reflect.Value)

// NewDecoder makes a decoder ready. It gives up on an object without a value, or
// with null, for a required field. It panics on a type that it cannot fill.
func NewDecoder[T any](required ...string) *Decoder[T] {
	d := &Decoder[T]{put: decoderOf(reflect.TypeFor[T]())}
	for _, name := range required {
		d.required = append(d.required, String(name))
	}
	return d
}

// Decode reads a value.
func (d *Decoder[T]) Decode(v Value, into *T) (err error) {
	defer recovered(&err)
	for _, name := range d.required {
		if given := lookup(v, name); given == nil || given == (Null{}) {
			giveUp("no value for a field that is required")
		}
	}
	d.put(v, reflect.ValueOf(into).Elem())
	return nil
}

func decoderOf(typ reflect.Type) decode {
	put := decode(unmarshal)
	if !reflect.PointerTo(typ).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		put = decoderOfKind(typ)
	}
	alike := copies(typ)
	return func(v Value, into reflect.Value) {
		switch v := v.(type) {
		case Null:
			if typ.Kind() == reflect.Interface || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
				return
			}
			giveUp("null for " + typ.String())
		case *structView:
			if alike && !v.shape.said && v.of.Type() == typ && readable(v.of) {
				into.Set(v.of)
				return
			}
		}
		put(v, into)
	}
}

// copies says whether a value that is written and read again is the same: a
// struct of scalars and texts. What holds null or any may not be.
func copies(typ reflect.Type) bool {
	if typ.Kind() != reflect.Struct {
		return false
	}
	for f := range typ.Fields() {
		text := reflect.PointerTo(f.Type).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) && f.Type.Implements(reflect.TypeFor[encoding.TextMarshaler]())
		switch f.Type.Kind() {
		case reflect.String, reflect.Bool, reflect.Int:
			if !f.IsExported() || f.Type.Implements(reflect.TypeFor[json.Marshaler]()) || f.Type.NumMethod() > 0 && !text {
				return false
			}
		default:
			if !text || !f.IsExported() {
				return false
			}
		}
	}
	return true
}

// readable says whether all texts of a struct of scalars are UTF-8.
func readable(v reflect.Value) bool {
	for _, f := range v.Fields() {
		if f.Kind() == reflect.String && !utf8.ValidString(f.String()) {
			return false
		}
	}
	return true
}

func unmarshal(v Value, into reflect.Value) {
	text, ok := v.(String)
	if !ok {
		giveUp("no text")
	}
	if err := into.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
		giveUp(err.Error())
	}
}

func decoderOfKind(typ reflect.Type) decode {
	wrong := func() { giveUp("not of type " + typ.String()) }
	switch typ.Kind() {
	case reflect.String:
		return func(v Value, into reflect.Value) {
			text, ok := v.(String)
			if !ok {
				wrong()
			}
			into.SetString(string(valid(string(text))))
		}
	case reflect.Bool:
		return func(v Value, into reflect.Value) {
			b, ok := v.(Bool)
			if !ok {
				wrong()
			}
			into.SetBool(bool(b))
		}
	case reflect.Int:
		return func(v Value, into reflect.Value) {
			i, ok := v.(Int)
			if !ok || strconv.IntSize < 64 {
				wrong()
			}
			into.SetInt(int64(i))
		}
	case reflect.Interface:
		return func(v Value, into reflect.Value) {
			if out := anyOf(v); out != nil {
				into.Set(reflect.ValueOf(out))
			}
		}
	case reflect.Map:
		return decoderOfMap(typ)
	case reflect.Slice:
		return decoderOfSlice(typ)
	case reflect.Struct:
		return decoderOfStruct(typ)
	}
	panic("no decoder of " + typ.String())
}

func decoderOfMap(typ reflect.Type) decode {
	if typ != reflect.TypeFor[map[string]any]() {
		panic("no decoder of " + typ.String())
	}
	return func(v Value, into reflect.Value) {
		if _, ok := v.(record); !ok {
			giveUp("not of type " + typ.String())
		}
		into.Set(reflect.ValueOf(anyOf(v)))
	}
}

func decoderOfSlice(typ reflect.Type) decode {
	item := decoderOf(typ.Elem())
	return func(v Value, into reflect.Value) {
		if set, ok := v.(*Set); ok {
			v = &Array{set.all()}
		}
		from, ok := v.(list)
		if !ok {
			giveUp("not of type " + typ.String())
		}
		out := reflect.MakeSlice(typ, from.size(), from.size())
		for i := range from.size() {
			item(from.at(i), out.Index(i))
		}
		into.Set(out)
	}
}

func decoderOfStruct(typ reflect.Type) decode {
	known := &shape{index: map[String]int{}}
	if !known.collect(typ, nil) {
		panic("no decoder of " + typ.String())
	}
	puts := make([]decode, len(known.fields))
	for i, f := range known.fields {
		known.index[f.name] = i
		puts[i] = decoderOf(typ.FieldByIndex(f.at).Type)
	}
	return func(v Value, into reflect.Value) {
		object, ok := v.(record)
		if !ok {
			giveUp("not of type " + typ.String())
		}
		put := func(key, value Value) {
			name, _ := key.(String)
			i, ok := known.index[name]
			if !ok {
				giveUp("a field that is not known")
			}
			puts[i](value, into.FieldByIndex(known.fields[i].at))
		}
		if f, ok := v.(*filled); ok {
			for i, key := range f.form.keys {
				put(key, f.values[i])
			}
			return
		}
		for _, p := range object.all() {
			put(p.key, p.value)
		}
	}
}

// Only says whether a value is an object with some fields and no others. Their
// values go to into.
func Only(v Value, names []string, into []Value) bool {
	f, ok := v.(*filled)
	if !ok || len(f.values) != len(names) {
		return false
	}
	for i, name := range names {
		at := slices.Index(f.form.names, name)
		if at < 0 {
			return false
		}
		into[i] = f.values[at]
	}
	return true
}

// Flat says whether a value is an object of scalars, and of lists and sets of these.
func Flat(v Value) bool {
	switch v := v.(type) {
	case *filled:
		return !slices.ContainsFunc(v.values, func(item Value) bool { return !scalars(item) })
	case *Object:
		return !slices.ContainsFunc(v.pairs, func(p pair) bool { return rank(p.key) != rank(String("")) || !scalars(p.value) })
	}
	return false
}

// scalars says whether a value is a scalar, or a list or set of them.
func scalars(v Value) bool {
	switch v := v.(type) {
	case *Array:
		return !slices.ContainsFunc(v.items, notScalar)
	case *Set:
		return !slices.ContainsFunc(v.all(), notScalar)
	}
	return !notScalar(v)
}

func notScalar(v Value) bool { return rank(v) > rank(String("")) }

// Empty says whether a value is a list or a set of nothing.
func Empty(v Value) bool {
	switch v := v.(type) {
	case *Set:
		return len(v.all()) == 0
	case list:
		return v.size() == 0
	}
	return false
}

// Items are those of a set, in order, if it is one; of what is none, nothing is shown.
func Items(v Value) (items []Value, set bool) {
	s, set := v.(*Set)
	if !set {
		return nil, false
	}
	return slices.Clip(s.all()), true
}
