package machine

import (
	"encoding/json"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"
)

// A loop ends with what it finds, as OPA's does: it does not come to what breaks after that,
// and what follows it is done.
func TestLoopsEndWithWhatTheyFind(t *testing.T) {
	const nested = `f(x) := [g(x), "after"]
		default g(_) := "none"
		g(x) := "found" if { some y in x; some z in y; to_number(z) == 1 }`
	const simple = `f(x) := [g(x), "after"]
		default g(_) := "none"
		g(x) := "found" if { some y in x; to_number(y) == 1 }`
	const every = `f(x) := "all" if { every y in x { to_number(y) == 1 } } else := "not all"`
	const negated = `f(x) := [y | some y in x; not g(y)]
		g(x) if { some y in x; some z in y; to_number(z) == 1 }`
	for _, c := range []struct{ body, x string }{
		{simple, `["1", "breaks"]`},
		{simple, `{"a": "1", "b": "breaks"}`},
		{simple, `["2", "3"]`},
		{nested, `[["2", "1", "breaks"], ["breaks"]]`},
		{nested, `[{"a": "1", "b": "breaks"}, {"a": "breaks"}]`},
		{nested, `{"a": [], "b": ["2"], "c": ["1"], "d": ["breaks"]}`},
		{every, `["1", "2", "breaks"]`},
		{every, `{"a": "1", "b": "2", "c": "breaks"}`},
		{every, `["1", "1"]`},
		{negated, `[[["1", "breaks"], ["breaks"]], [["2"]]]`},
	} {
		compiled, err := compiledBody(c.body)
		if err != nil {
			t.Fatal(err)
		}
		query, err := rego.New(rego.Compiler(compiled), rego.StrictBuiltinErrors(true), rego.Query("x := [data.t.f(input.x)]")).PrepareForEval(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		text := `{"x": ` + c.x + `, "n": null}`
		got, unsure := byMachine(t, kept(t, compiled, "x := data.t.f(input.x)"), json.RawMessage(text))
		if want, err := byOPA(t, query, text); err != nil || unsure != nil || got != want {
			t.Errorf("%s of %s is %s (%v), of OPA %s (%v)", c.body, c.x, got, unsure, want, err)
		}
	}
}
