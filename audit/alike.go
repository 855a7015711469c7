package audit

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"

	"esaudit/facts"
	"esaudit/graph"
	"esaudit/keyed"
)

// sum stands for what rules see of a subject.
type sum = keyed.Mark

// alike tells subjects apart by what rules see of them: two subjects have the same
// sum when they are the same, but for when they were read and, unless they are asked
// for, for the lines of hops. It is safe for several goroutines.
type alike struct {
	secret []byte
	lines  bool
	lock   sync.RWMutex
	known  map[reflect.Type]appender
}

// appender appends a value of one type so that no other value of the type reads the same.
type appender func(b []byte, v reflect.Value) []byte

// newAlike makes sums that nobody can forge who does not know the secret.
func newAlike(secret []byte, lines bool) *alike {
	return &alike{secret: secret, lines: lines, known: map[reflect.Type]appender{}}
}

// sums returns what stands for each subject.
func (a *alike) sums(subjects []facts.Subject) []sum {
	of, marks, out := a.of(reflect.TypeFor[facts.Subject]()), keyed.NewMarker(a.secret), make([]sum, len(subjects))
	var room []byte
	for i, list := 0, reflect.ValueOf(subjects); i < len(out); i++ {
		room = of(room[:0], list.Index(i))
		out[i] = marks.Mark(room)
	}
	return out
}

// of is the appender of a type.
func (a *alike) of(t reflect.Type) appender {
	a.lock.RLock()
	known := a.known[t]
	a.lock.RUnlock()
	if known != nil {
		return known
	}
	made := a.appender(t)
	a.lock.Lock()
	defer a.lock.Unlock()
	a.known[t] = made
	return made
}

func (a *alike) appender(t reflect.Type) appender {
	if t == reflect.TypeFor[facts.At]() {
		return appendAt
	}
	switch t.Kind() {
	case reflect.String:
		return appendString
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64:
		return appendScalar
	case reflect.Interface:
		return a.appendAny
	case reflect.Struct:
		return a.fields(t)
	case reflect.Slice:
		return a.items(t)
	case reflect.Map:
		return a.pairs(t)
	case reflect.Pointer:
		return a.pointed(t)
	}
	panic(fmt.Sprintf("audit: facts hold a %v", t))
}

func appendString(b []byte, v reflect.Value) []byte {
	text := v.String()
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// appendAt appends where a value stands, as rules see it.
func appendAt(b []byte, v reflect.Value) []byte {
	at := v.Interface().(facts.At).String()
	return append(binary.AppendUvarint(b, uint64(len(at))), at...)
}

func appendScalar(b []byte, v reflect.Value) []byte {
	switch {
	case v.Kind() == reflect.Bool && v.Bool():
		return append(b, 1)
	case v.Kind() == reflect.Bool:
		return append(b, 0)
	case v.CanInt():
		return binary.AppendVarint(b, v.Int())
	case v.CanUint():
		return binary.AppendUvarint(b, v.Uint())
	}
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(v.Float()))
}

// appendAny tells types apart too.
func (a *alike) appendAny(b []byte, v reflect.Value) []byte {
	if v.IsNil() {
		return append(b, 0)
	}
	v = v.Elem()
	return a.of(v.Type())(appendString(b, reflect.ValueOf(v.Type().String())), v)
}

func (a *alike) fields(t reflect.Type) appender {
	aside := map[reflect.Type]string{reflect.TypeFor[facts.Subject](): "TakenAt"}
	if !a.lines {
		aside[reflect.TypeFor[graph.Hop]()] = "Line"
	}
	type field struct {
		at int
		of appender
	}
	var all []field
	for i := range t.NumField() {
		if name, some := aside[t]; !some || t.Field(i).Name != name {
			all = append(all, field{i, a.of(t.Field(i).Type)})
		}
	}
	return func(b []byte, v reflect.Value) []byte {
		for _, f := range all {
			b = f.of(b, v.Field(f.at))
		}
		return b
	}
}

// items tells no items from none.
func (a *alike) items(t reflect.Type) appender {
	each := a.later(t.Elem())
	return func(b []byte, v reflect.Value) []byte {
		if v.IsNil() {
			return append(b, 0)
		}
		b = binary.AppendUvarint(b, uint64(v.Len())+1)
		for i := range v.Len() {
			b = each(b, v.Index(i))
		}
		return b
	}
}

func (a *alike) pairs(t reflect.Type) appender {
	if t.Key().Kind() != reflect.String {
		panic(fmt.Sprintf("audit: facts hold a %v", t))
	}
	each := a.later(t.Elem())
	return func(b []byte, v reflect.Value) []byte {
		if v.IsNil() {
			return append(b, 0)
		}
		b = binary.AppendUvarint(b, uint64(v.Len())+1)
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
		for _, key := range keys {
			b = each(appendString(b, key), v.MapIndex(key))
		}
		return b
	}
}

func (a *alike) pointed(t reflect.Type) appender {
	to := a.later(t.Elem())
	return func(b []byte, v reflect.Value) []byte {
		if v.IsNil() {
			return append(b, 0)
		}
		return to(append(b, 1), v.Elem())
	}
}

// later is the appender of a type that may hold itself: it is looked for when there is
// a value of it.
func (a *alike) later(t reflect.Type) appender {
	find := sync.OnceValue(func() appender { return a.of(t) })
	return func(b []byte, v reflect.Value) []byte { return find()(b, v) }
}
