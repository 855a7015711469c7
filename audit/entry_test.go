package audit

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"esaudit/facts"
	"esaudit/finding"
	"esaudit/policies"
	"esaudit/snapshot"
)

// An entry says all that rules said, whatever fields that has, and of subjects all
// but their facts, the instant, and drift, which no audit with a cache has.
func TestEntryKeepsEverything(t *testing.T) {
	want := someEntry()
	var got entry
	if err := got.read(want.written()); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// An entry of another program is malformed, or says something else: none is half
// read.
func TestEntriesOfOthers(t *testing.T) {
	text := someEntry().written()
	for size := range text {
		if err := new(entry).read(text[:size]); err == nil {
			t.Errorf("%d of %d bytes are read", size, len(text))
		}
	}
	r := rand.New(rand.NewPCG(7, 7))
	for range 20_000 {
		other := []byte(text)
		for range 1 + r.IntN(3) {
			other[r.IntN(len(other))] = byte(r.IntN(256) >> r.IntN(8))
		}
		var e entry
		if err := e.read(string(other)); err == nil && e.named == nil {
			t.Fatalf("half of %q is read", other)
		}
	}
}

func someEntry() entry {
	var e entry
	e.subjects, e.named = make([]subject, 3), make([]mention, 2)
	n := 0
	for i := range 2 { // the last of them is empty
		x := &e.subjects[i]
		fillAll(reflect.ValueOf(&x.Subject).Elem(), &n)
		x.TakenAt, x.Inconsistencies, x.Drift, x.Facts = facts.Instant{}, nil, nil, nil
		x.timed, x.sum, x.results, x.settled = true, sum{byte(i + 1), 15: 7}, make([]policies.Result, 2), []settlement{{fmt.Sprint("rule ", i), finding.NA}}
		fillAll(reflect.ValueOf(&x.results[0]).Elem(), &n)
		e.named[i] = mention{i, snapshot.Call{Region: "a", Product: "b", Operation: "c", Subject: fmt.Sprint(i)}}
	}
	return e
}

// fillAll gives every exported field a value that no other one has.
func fillAll(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8:
		v.SetInt(int64(*n % 100))
	case reflect.Uint8:
		v.SetUint(uint64(*n % 100))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fillAll(v.Field(i), n)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fillAll(v.Index(0), n)
		fillAll(v.Index(1), n)
	case reflect.Map:
		item := reflect.New(v.Type().Elem()).Elem()
		fillAll(item, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf(fmt.Sprint("key ", *n)), item)
	case reflect.Interface:
		v.Set(reflect.ValueOf([]any{nil, true, false, json.Number("7"), fmt.Sprint("text ", *n), map[string]any{"a": []any{}}, map[string]any(nil)}))
	case reflect.Pointer: // of what is set to nil above
	default:
		panic("a field of type " + v.Type().String())
	}
}
