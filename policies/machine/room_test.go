package machine

import (
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
