package policies_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"esaudit/collector"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/policies"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
)

// stockVersion is the first OPA whose language is Rego v1. What it lacks, no
// rule uses.
const stockVersion = "v1.0.0"

// What `opa eval -d policies -i facts.json data.esaudit.all` does, with the
// builtins of an OPA that knows nothing of this program, gives the results that
// the engine gives.
func TestStockOPA(t *testing.T) {
	builtins, err := ast.LoadCapabilitiesVersion(stockVersion)
	if err != nil {
		t.Fatal(err)
	}
	query, err := rego.New(
		rego.Query("all := data.esaudit.all; silent := data.esaudit.silent"), rego.Load([]string{"."}, nil), rego.Capabilities(builtins),
	).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	engine, total := compiled(t), 0
	for name, parts := range stories() {
		s, err := collector.Assemble(parts)
		if err != nil {
			t.Fatal(err)
		}
		doc := facts.Build(graph.Build(s, config.Config{}))
		results, err := engine.Eval(t.Context(), doc)
		if err != nil {
			t.Fatal(err)
		}
		var input any
		again(t, doc, &input)
		set, err := query.Eval(t.Context(), rego.EvalInput(input))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var stock []policies.Result
		again(t, set[0].Bindings["all"], &stock)
		if got, want := lines(t, stock), lines(t, results); !slices.Equal(got, want) {
			t.Errorf("%s: stock OPA gives\n%q\nthe engine\n%q", name, got, want)
		}
		if silent := set[0].Bindings["silent"].([]any); len(silent) > 0 {
			t.Errorf("%s: silent: %v", name, silent)
		}
		total += len(results)
	}
	t.Logf("%d results alike", total)
	if total < 150 {
		t.Errorf("only %d results", total)
	}
}

// again turns a value into another by way of JSON.
func again(t *testing.T, from, into any) {
	t.Helper()
	text, err := json.Marshal(from)
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		t.Fatal(err)
	}
}

// lines writes results as a set.
func lines(t *testing.T, results []policies.Result) []string {
	t.Helper()
	var out []string
	for _, r := range results {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	slices.Sort(out)
	return out
}
