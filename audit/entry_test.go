package audit

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"esaudit/facts"
	"esaudit/finding"
	"esaudit/keyed"
	"esaudit/policies"
	"esaudit/snapshot"
)

// An entry says all that rules said, whatever fields that has, and of subjects all
// but their facts, the instant, and drift, which no audit with a cache has.
func TestEntryKeepsEverything(t *testing.T) {
	want := someEntry()
	for _, hops := range []bool{true, false} {
		var got entry
		if err := got.read(writtenEntry(want, onLine(1)), 19, standsOn(1, "says", hops)); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

// Lines are kept by how far they are from the first one of an object: where that stands
// elsewhere, they do too; where it says something else, or nobody knows, there are none.
func TestEntryKeepsLines(t *testing.T) {
	e := someEntry()
	lines := func(to placing) (evidence, hop int) {
		var got entry
		if err := got.read(writtenEntry(e, onLine(1)), 19, to); err != nil {
			t.Fatal(err)
		}
		r := got.subjects[0].results[0]
		return r.Evidence[0].Line, r.Path[0].Line
	}
	r := e.subjects[0].results[0]
	was, hop := r.Evidence[0].Line, r.Path[0].Line
	if was == 0 || hop == 0 {
		t.Fatalf("lines %d and %d", was, hop)
	}
	if got, of := lines(standsOn(8, "says", false)); got != was+7 || of != hop+7 {
		t.Errorf("seven lines below: %d and %d, want %d and %d", got, of, was+7, hop+7)
	}
	if got, of := lines(standsOn(8, "says", true)); got != was+7 || of != hop {
		t.Errorf("hops that keep their lines: %d and %d, want %d and %d", got, of, was+7, hop)
	}
	if got, of := lines(standsOn(8, "other", false)); got != 0 || of != 0 {
		t.Errorf("of what changed: %d and %d", got, of)
	}
	if got, of := lines(placing{}); got != 0 || of != 0 {
		t.Errorf("of no part: %d and %d", got, of)
	}
}

// onLine finds everything in the third object of a part, which begins on a line.
func onLine(line int) placed {
	return func(string) (placedObject, bool) { return standsOn(line, "says", false).objects(2) }
}

// standsOn is a part whose third object begins on a line.
func standsOn(line int, says string, hops bool) placing {
	return placing{hops: hops, objects: func(index int) (placedObject, bool) {
		return placedObject{index, line, keyed.NewMarker(nil).Text(says)}, index == 2
	}}
}

// An entry of another program is malformed, or says something else: none is half
// read.
func TestEntriesOfOthers(t *testing.T) {
	text := writtenEntry(someEntry(), onLine(1))
	for size := range text {
		if err := new(entry).read(text[:size], 19, standsOn(1, "says", false)); err == nil {
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
		if err := e.read(string(other), 19, standsOn(1, "says", false)); err == nil && e.named == nil {
			t.Fatalf("half of %q is read", other)
		}
	}
}

func writtenEntry(e entry, p placed) string {
	w := newWriter()
	w.entry(nil, []*subject{{}}, nil, nil) // of which nothing is left
	return string(w.entry(nil, pointers(e.subjects), e.named, p))
}

func someEntry() entry {
	var e entry
	e.subjects, e.named = make([]subject, 3), make([]mention, 2)
	n := 0
	for i := range 2 { // the last of them is empty
		x := &e.subjects[i]
		fillAll(reflect.ValueOf(&x.Subject).Elem(), &n)
		x.TakenAt, x.Inconsistencies, x.Drift, x.Facts = facts.Instant{}, nil, nil, nil
		x.timed, x.sum, x.results, x.settled = true, sum{byte(i + 1), 15: 7}, make([]policies.Result, 2), settlements(appendSettled(nil, 17+i, finding.NA))
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
