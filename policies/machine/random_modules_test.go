package machine

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
)

func long() bool { return os.Getenv("ESAUDIT_LONG") != "" }

// Random modules, of rules of every form, give the very bytes that OPA's evaluator gives, or
// the machine is not sure.
func TestRandomModulesAreRego(t *testing.T) {
	modules := 150
	if long() {
		modules = 5_000 // of which none has OPA recur until the program ends
	}
	c := compared{t: t}
	for seed := uint64(0); c.modules < modules; seed++ {
		m := &moduler{Rand: rand.New(rand.NewPCG(seed, 7))}
		body, compiled, err := compiledModule(m.module())
		if err != nil {
			continue // most are not well typed
		}
		if _, err := Plan(t.Context(), compiled, "x := data.t.f(input.x)"); err != nil {
			continue // not every function has a plan
		}
		c.module(seed, m, body, compiled)
	}
	t.Logf("%d modules: %d answers, of which the machine was sure of %d, and %d gave something; of %d OPA breaks", c.modules, c.asked, c.sure, c.gave, c.broke)
	if c.sure < c.asked/4 || c.gave < c.sure/4 {
		t.Error("the machine is hardly ever sure of anything")
	}
	if c.broke > c.asked/1000 {
		t.Error("the machine is sure of what breaks")
	}
}

// compiledModule is a module without the names of variables that nothing uses, which OPA
// refuses.
func compiledModule(body string) (string, *ast.Compiler, error) {
	unused := regexp.MustCompile(`declared var (v[0-9]+) unused`)
	for {
		compiled, err := compiledBody(body)
		if err == nil || !unused.MatchString(err.Error()) {
			return body, compiled, err
		}
		name := unused.FindStringSubmatch(err.Error())[1]
		body = regexp.MustCompile(`\b`+name+`\b`).ReplaceAllString(body, "_")
	}
}

// compared counts what was compared.
type compared struct {
	t                                 *testing.T
	modules, asked, sure, gave, broke int
}

// module asks a module about some documents.
func (c *compared) module(seed uint64, m *moduler, body string, compiled *ast.Compiler) {
	c.modules++
	program := kept(c.t, compiled, "x := data.t.f(input.x)")
	query, err := rego.New(rego.Compiler(compiled), rego.StrictBuiltinErrors(true), rego.Query("x := [data.t.f(input.x)]")).PrepareForEval(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	for i := range 20 {
		text := fmt.Sprintf(`{"x": %s, "n": %s}`, m.given(3), m.given(2))
		c.asked++
		var seen any = json.RawMessage(text)
		if i%2 == 0 {
			seen, text = ofGo(c.t, text)
		}
		got, err := byMachine(c.t, program, seen)
		if errors.Is(err, ErrUnsure) {
			continue
		}
		c.sure++
		want, err := byOPA(c.t, query, text)
		switch {
		case err != nil: // rarely: OPA looks at comprehensions also without what is known outside of them
			c.broke++
			c.t.Logf("seed %d: of %s is %s, but OPA: %v", seed, text, got, err)
		case got != want:
			c.t.Errorf("seed %d:\n%s\nof %s is %s, of OPA %s", seed, body, text, got, want)
		}
		if got != "undefined" {
			c.gave++
		}
	}
}

// viewable is a document of Go's, some of which are structs.
type viewable struct {
	X any `json:"x"`
	N any `json:"n"`
}

type fielded struct {
	B    any            `json:"b"`
	A    any            `json:"a,omitempty"`
	Rest map[string]any `json:"k"`
}

// ofGo is a document of Go's that is like one of JSON, and what JSON holds of it.
func ofGo(t *testing.T, text string) (any, string) {
	var v viewable
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	if fields, ok := v.X.(map[string]any); ok {
		v.X = &fielded{fields["b"], fields["a"], fields}
	}
	again, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return &v, string(again)
}

// byMachine is what f(x) gives for the x of a document.
func byMachine(t *testing.T, program *Program, document any) (text string, err error) {
	defer recovered(&err) // of what is shown when it is written
	input, err := program.Show(document)
	if err != nil {
		return "", err
	}
	run := program.Start(t.Context(), input)
	defer run.End()
	got, err := run.Call(program.Function("g0.data.t.f"), lookup(input, String("x")))
	if err != nil || got == nil {
		return "undefined", err
	}
	return ast.MustInterfaceToValue(ast.MustJSON(term(got).Value)).String(), nil
}

func byOPA(t *testing.T, query rego.PreparedEvalQuery, text string) (string, error) {
	input, err := ast.ValueFromReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	set, err := query.Eval(t.Context(), rego.EvalParsedInput(input))
	if err != nil || len(set) == 0 {
		return "undefined", err
	}
	return ast.MustInterfaceToValue(set[0].Bindings["x"].([]any)[0]).String(), nil
}
