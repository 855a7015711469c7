package machine

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
)

// What a run forgets gives its memory to what comes after it; what the input alone
// gives stays.
func TestForgottenMemoryIsUsedAgain(t *testing.T) {
	compiled, err := ast.CompileModules(map[string]string{"t.rego": `package t
f(x) := [x, always]
always := [{"k": [y, "in"], "l": twice(y)} | some y in input]
twice(y) := {"of": [z | some z in [y, y]]}
g(x) := [{"k": [x, "other"], "l": twice("b")} | some _ in x]`})
	if err != nil {
		t.Fatal(err)
	}
	program := kept(t, compiled, "x := [data.t.f(input), data.t.g(input)]")
	run := program.Start(t.Context(), &Array{[]Value{String("a"), String("b")}})
	call := func(name string, arg Value) string {
		v, err := run.Call(program.Function("g0.data.t."+name), arg)
		if err != nil {
			t.Fatal(err)
		}
		return term(v).String()
	}
	call("g", &Array{[]Value{Int(0)}}) // which asks for twice("b") first
	first := call("f", Int(1))
	for range 3 {
		run.Forget()
		call("g", &Array{[]Value{Int(1), Int(2), Int(3), Int(4)}})
		if again := call("f", Int(1)); again != first {
			t.Fatalf("%s became %s", first, again)
		}
	}
	type shown struct {
		A string `json:"a"`
	}
	for _, text := range []string{"x", "y"} {
		run.Forget()
		v, err := run.Show(&shown{text})
		if err != nil || !Equal(v, &Object{pairs: []pair{{String("a"), String(text)}}}) {
			t.Fatalf("%v, %v", v, err)
		}
	}
}

// Frames of functions that run stay what they are when there is no more room for the next one.
func TestFramesOutliveTheirStack(t *testing.T) {
	const deep = 400
	body := fmt.Sprintf("f(x) := [g%d(x), g%d([x])]\ng0(y) := [y]\n", deep, deep)
	for i := range deep {
		body += fmt.Sprintf("g%d(y) := array.concat(g%d(y), [y, z]) if { z := {\"%d\": y} }\n", i+1, i, i)
	}
	compiled, err := compiledBody(body)
	if err != nil {
		t.Fatal(err)
	}
	program := kept(t, compiled, "x := data.t.f(input.x)")
	for range 2 { // the second time with the stack of the first
		got, err := byMachine(t, program, json.RawMessage(`{"x": "a", "n": null}`))
		if err != nil {
			t.Fatal(err)
		}
		lists := make([]string, 2)
		for i, y := range []string{`"a"`, `["a"]`} {
			items := []string{y}
			for n := range deep {
				items = append(items, y, fmt.Sprintf(`{"%d": %s}`, n, y))
			}
			lists[i] = "[" + strings.Join(items, ", ") + "]"
		}
		if want := "[" + strings.Join(lists, ", ") + "]"; got != want {
			t.Fatalf("%.200s, want %.200s", got, want)
		}
	}
}

// What is forgotten is not made again: the second subject takes the memory of the first.
func TestForgottenMemoryIsNotMadeAgain(t *testing.T) {
	compiled, err := compiledBody("f(x) := [[{w | some w in [y, \"k\"]}, [w | some w in [y]], {\"y\": y}, x[_].a] | some y in x]")
	if err != nil {
		t.Fatal(err)
	}
	program := kept(t, compiled, "x := data.t.f(input.x)")
	run := program.Start(t.Context(), Null{})
	type shown struct {
		A []string `json:"a"`
	}
	subject := []shown{{[]string{"a"}}, {[]string{"b"}}, {[]string{"c", "d"}}}
	call := func() {
		run.Forget()
		x, err := run.Show(&subject)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := run.Call(program.Function("g0.data.t.f"), x); err != nil {
			t.Fatal(err)
		}
	}
	allocated := func(calls int) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range calls {
			call()
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	first, later := allocated(1), allocated(1000)
	if later > first {
		t.Errorf("the first call takes %d bytes, a thousand later ones %d", first, later)
	}
}

// Runs of one program at the same time know nothing of each other, also when they have the
// memory of runs that ended.
func TestRunsStandApart(t *testing.T) {
	compiled, err := compiledBody("f(x) := [x, input.n, always]\nalways := [y | some y in input.n]")
	if err != nil {
		t.Fatal(err)
	}
	program := kept(t, compiled, "x := data.t.f(input.x)")
	start := func(n string) *Run {
		input := &Object{}
		input.put(String("n"), &Array{[]Value{String(n)}})
		return program.Start(t.Context(), input)
	}
	start("a").End()
	runs := []*Run{start("b"), start("c")}
	for i, want := range []string{`["x", ["b"], ["b"]]`, `["x", ["c"], ["c"]]`} {
		if got, err := runs[i].Call(program.Function("g0.data.t.f"), String("x")); err != nil || asText(got) != want {
			t.Errorf("%s, %v; want %s", asText(got), err, want)
		}
	}
}
