package machine

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"pgregory.net/rapid"
)

const garbage = String("garbage")

// poison fills memory that was given back with garbage, so that whoever still looks at it
// is found out. What comes next has other memory.
func poison(r *Run) {
	poisonPieces(&r.room.values, Value(garbage))
	poisonPieces(&r.room.filled, filled{&form{keys: []Value{garbage}, names: []string{string(garbage)}}, []Value{garbage}})
	poisonPieces(&r.room.arrays, Array{[]Value{garbage}})
	poisonPieces(&r.room.sets, Set{items: []Value{garbage}, late: []Value{garbage}})
	poisonPieces(&r.room.structs, structView{})
	poisonPieces(&r.room.slices, sliceView{})
	poisonFrames(r)
}

func poisonPieces[T any](p *pieces[T], with T) {
	for i := range p.last {
		p.last[i] = with
	}
	p.last, p.used = nil, 0
}

// poisonFrames fills the frames of functions that are not running with garbage.
func poisonFrames(r *Run) {
	frames := r.stack[:cap(r.stack)]
	for i := range frames {
		frames[i] = garbage
	}
}

// keepers are functions f(x) that keep, pass on and share what they made: what is
// always so, answers of functions, parts of sets and lists, views.
var keepers = []string{
	`f(x) := [always, x, g(x), g(always)]
	 always := {"l": [g(y) | some y in input.n], "s": {[y] | some y in input.n} | {["own"]}, "c": array.concat([input.n], [[1]])}
	 g(y) := {"of": [z | some z in [y, y]], "n": y}`,
	`f(x) := [sort(made), made | {1}, made - {1}, set() | made, array.concat([], sort(made)), max(made)] if { made := {[y] | some y in x} }`,
	`f(x) := [a | some y in ["a", "b", "a"]; a := [g(x, y), g(x, "c"), split(sprintf("%v-%s", [y, "x"]), "-")]]
	 g(x, y) := [{"y": y, "z": z} | some z in x]`,
	`f(x) := object.union({"always": table, "x": {k: v | some k, v in x}}, {"x": {"k": concat("", ["a", "b"])}})
	 table[k] := [k, numbers.range(0, 20)] if some k in ["a", "b"]
	 table[k] := {k, json.marshal(k)} if some k in ["c"]`,
	`f(x) := [[q | some q in p] | some p in [y, y, one]] if { y := [z | some z in x; z != "none"]; one := [w | some w in always] }
	 always contains {"deep": [i, input.n]} if some i in numbers.range(1, 30)`,
	`f(x) := [x.names, x.names[0], "b" in x.names, x.of, x.in, {n | some n in x.names}, {k: v | some k, v in x}]`,
}

// viewed values of Go's, as rules see subjects.
type shownValue struct {
	Names []string          `json:"names"`
	Of    map[string]any    `json:"of"`
	In    *shownValue       `json:"in,omitempty"`
	Texts map[string]string `json:"texts,omitempty"`
}

func shownValues() *rapid.Generator[*shownValue] {
	names := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "ü", "\xff", ""}), 0, 5)
	one := rapid.Custom(func(t *rapid.T) *shownValue {
		return &shownValue{Names: names.Draw(t, "names"), Of: map[string]any{"k": names.Draw(t, "k"), "n": rapid.IntRange(0, 3).Draw(t, "n")}}
	})
	return rapid.Custom(func(t *rapid.T) *shownValue {
		out := one.Draw(t, "outer")
		if rapid.Bool().Draw(t, "holds another") {
			out.In = one.Draw(t, "inner")
		}
		return out
	})
}

// Nothing is read after its end: with garbage in what a run forgot, or ended, it says of one
// subject after the other what runs say that know nothing else.
func TestNothingIsReadAfterItsEnd(t *testing.T) {
	for _, body := range slices.Concat(keepers, bodies) {
		t.Run(body, func(t *testing.T) {
			if sure := readsNothingOld(t, body); sure == 0 && slices.Contains(keepers, body) {
				t.Error("the machine is never sure")
			}
		})
	}
}

// readsNothingOld says how often the machine gave anything.
func readsNothingOld(t *testing.T, body string) (sure int) {
	compiled, err := ast.CompileModules(map[string]string{"t.rego": "package t\n" + body})
	if err != nil {
		t.Fatal(err)
	}
	program, apart := kept(t, compiled, "x := data.t.f(input.x)"), kept(t, compiled, "x := data.t.f(input.x)")
	const name = "g0.data.t.f"
	decoder := NewDecoder[any]()
	rapid.Check(t, func(t *rapid.T) {
		input := &Object{}
		input.put(String("n"), values().Draw(t, "n"))
		run := program.Start(t.Context(), input)
		var decoded []any
		var texts []string
		for i := range rapid.IntRange(1, 4).Draw(t, "subjects") {
			subject := subjects().Draw(t, fmt.Sprint("subject ", i))
			run.Forget()
			poison(run)
			x, known := shownTo(t, run, subject), shownTo(t, apart.Start(t.Context(), input), subject)
			for range 2 { // the second time of answers that were kept
				poisonFrames(run)
				poisonFrames(run.apart)
				got, err := run.Call(program.Function(name), x)
				want, wrong := apart.Start(t.Context(), input).Call(apart.Function(name), known)
				if errors.Is(err, ErrUnsure) != errors.Is(wrong, ErrUnsure) || asText(got) != asText(want) {
					t.Fatalf("%v is %s, %v; alone it is %s, %v", subject, asText(got), err, asText(want), wrong)
				}
				var v any
				if err == nil && got != nil && decoder.Decode(got, &v) == nil {
					decoded, texts, sure = append(decoded, v), append(texts, jsonOf(t, v)), sure+1
				}
			}
		}
		run.End()
		poison(run)
		poison(run.apart)
		for i, v := range decoded {
			if again := jsonOf(t, v); again != texts[i] {
				t.Fatalf("%s became %s", texts[i], again)
			}
		}
	})
	return sure
}

// subjects are values of Rego's and of Go's.
func subjects() *rapid.Generator[any] {
	return rapid.OneOf(rapid.Map(values(), func(v Value) any { return v }), rapid.Map(shownValues(), func(v *shownValue) any { return v }))
}

func shownTo(t *rapid.T, run *Run, subject any) Value {
	of, gos := subject.(*shownValue)
	if !gos {
		return subject
	}
	out, err := run.Show(of)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func asText(v Value) string {
	if v == nil {
		return "undefined"
	}
	return term(v).String()
}

func jsonOf(t *rapid.T, v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
