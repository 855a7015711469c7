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
	"esaudit/snapshot"
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
type appender func(t *telling, v reflect.Value)

// telling is what rules see of a subject, as it is written. It is for one goroutine.
type telling struct {
	b        []byte
	pointers snapshot.Pointers
}

func (t *telling) text(text string) {
	t.number(len(text))
	t.b = append(t.b, text...)
}

func (t *telling) number(n int) { t.b = binary.AppendUvarint(t.b, uint64(n)) }

// there tells a value that is nil from others, and reports whether it is none.
func (t *telling) there(v reflect.Value) bool {
	if v.IsNil() {
		t.b = append(t.b, 0)
		return false
	}
	return true
}

// newAlike makes sums that nobody can forge who does not know the secret.
func newAlike(secret []byte, lines bool) *alike {
	return &alike{secret: secret, lines: lines, known: map[reflect.Type]appender{}}
}

// sums returns what stands for each subject.
func (a *alike) sums(subjects []facts.Subject) []sum {
	of, marks, out := a.of(reflect.TypeFor[facts.Subject]()), keyed.NewMarker(a.secret), make([]sum, len(subjects))
	var t telling
	for i, list := 0, reflect.ValueOf(subjects); i < len(out); i++ {
		t.b = t.b[:0]
		of(&t, list.Index(i))
		out[i] = marks.Mark(t.b)
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
	switch t {
	case reflect.TypeFor[facts.At]():
		return appendAt
	case reflect.TypeFor[[]string]():
		return appendTexts
	}
	switch t.Kind() {
	case reflect.String:
		return func(t *telling, v reflect.Value) { t.text(v.String()) }
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

// appendAt appends where a value stands, as rules see it.
func appendAt(t *telling, v reflect.Value) {
	at, _ := reflect.TypeAssert[facts.At](v)
	from := len(t.b)
	t.b = at.AppendBeside(append(t.b, 0, 0, 0, 0), &t.pointers)
	binary.LittleEndian.PutUint32(t.b[from:], uint32(len(t.b)-from))
}

// appendTexts is items of texts, without a look at each one's type.
func appendTexts(t *telling, v reflect.Value) {
	if t.there(v) {
		list, _ := reflect.TypeAssert[[]string](v)
		t.number(len(list) + 1)
		for _, text := range list {
			t.text(text)
		}
	}
}

func appendScalar(t *telling, v reflect.Value) {
	switch {
	case v.Kind() == reflect.Bool && v.Bool():
		t.b = append(t.b, 1)
	case v.Kind() == reflect.Bool:
		t.b = append(t.b, 0)
	case v.CanInt():
		t.b = binary.AppendVarint(t.b, v.Int())
	case v.CanUint():
		t.b = binary.AppendUvarint(t.b, v.Uint())
	default:
		t.b = binary.LittleEndian.AppendUint64(t.b, math.Float64bits(v.Float()))
	}
}

// appendAny tells types apart too.
func (a *alike) appendAny(t *telling, v reflect.Value) {
	if t.there(v) {
		v = v.Elem()
		t.text(v.Type().String())
		a.of(v.Type())(t, v)
	}
}

func (a *alike) fields(of reflect.Type) appender {
	aside := map[reflect.Type]string{reflect.TypeFor[facts.Subject](): "TakenAt"}
	if !a.lines {
		aside[reflect.TypeFor[graph.Hop]()] = "Line"
	}
	type field struct {
		at int
		of appender
	}
	var all []field
	for i := range of.NumField() {
		if name, some := aside[of]; !some || of.Field(i).Name != name {
			all = append(all, field{i, a.of(of.Field(i).Type)})
		}
	}
	return func(t *telling, v reflect.Value) {
		for _, f := range all {
			f.of(t, v.Field(f.at))
		}
	}
}

// items tells no items from none.
func (a *alike) items(of reflect.Type) appender {
	each := a.later(of.Elem())
	return func(t *telling, v reflect.Value) {
		if !t.there(v) {
			return
		}
		t.number(v.Len() + 1)
		if v.Len() > 0 {
			each := each()
			for i := range v.Len() {
				each(t, v.Index(i))
			}
		}
	}
}

func (a *alike) pairs(of reflect.Type) appender {
	if of.Key().Kind() != reflect.String {
		panic(fmt.Sprintf("audit: facts hold a %v", of))
	}
	each := a.later(of.Elem())
	return func(t *telling, v reflect.Value) {
		if !t.there(v) {
			return
		}
		t.number(v.Len() + 1)
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
		for _, key := range keys {
			t.text(key.String())
			each()(t, v.MapIndex(key))
		}
	}
}

func (a *alike) pointed(of reflect.Type) appender {
	to := a.later(of.Elem())
	return func(t *telling, v reflect.Value) {
		if t.there(v) {
			t.b = append(t.b, 1)
			to()(t, v.Elem())
		}
	}
}

// later is the appender of a type that may hold itself: it is looked for when there is
// a value of it.
func (a *alike) later(t reflect.Type) func() appender {
	return sync.OnceValue(func() appender { return a.of(t) })
}
