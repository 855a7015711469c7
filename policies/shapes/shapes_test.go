package shapes

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
)

// prepare compiles a shape as package policies compiles its rules.
func prepare(tb testing.TB, sh shape) rego.PreparedEvalQuery {
	tb.Helper()
	options := []func(*rego.Rego){rego.Query("data.esaudit.all"), rego.Strict(true), rego.StrictBuiltinErrors(true), rego.SetRegoVersion(ast.RegoV1)}
	modules := sh.render(samples)
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		options = append(options, rego.Module(name, modules[name]))
	}
	query, err := rego.New(options...).PrepareForEval(tb.Context())
	if err != nil {
		tb.Fatalf("%s: %v", sh.name, err)
	}
	return query
}

// inputs are the documents of the subjects, batch of them in each.
func inputs(tb testing.TB, all []any, batch int) []ast.Value {
	tb.Helper()
	var out []ast.Value
	for part := range slices.Chunk(all, batch) {
		text, err := json.Marshal(object{"schema": "esaudit.facts/v1", "config": object{}, "subjects": part})
		if err != nil {
			tb.Fatal(err)
		}
		value, err := ast.ValueFromReader(bytes.NewReader(text))
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, value)
	}
	return out
}

func eval(tb testing.TB, query rego.PreparedEvalQuery, input ast.Value) []any {
	tb.Helper()
	set, err := query.Eval(tb.Context(), rego.EvalParsedInput(input))
	if err != nil {
		tb.Fatal(err)
	}
	return set[0].Expressions[0].Value.([]any)
}

// results gives the set of results over all inputs: one line of JSON each.
func results(tb testing.TB, query rego.PreparedEvalQuery, documents []ast.Value) []string {
	tb.Helper()
	var out []string
	for _, input := range documents {
		for _, r := range eval(tb, query, input) {
			text, err := json.Marshal(r)
			if err != nil {
				tb.Fatal(err)
			}
			out = append(out, string(text))
		}
	}
	slices.Sort(out)
	return out
}

// Every shape, in every batch size, gives the same set of results; and the
// subjects are varied enough for that to say something: each clause of each
// rule holds for some of them.
func TestShapesAgree(t *testing.T) {
	all := subjects(7, 400)
	var want []string
	for _, sh := range shapes {
		query := prepare(t, sh)
		for _, batch := range []int{1, 16, 400} {
			got := results(t, query, inputs(t, all, batch))
			if want == nil {
				want = got
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s in batches of %d gives %d results, not the %d of %s", sh.name, batch, len(got), len(want), shapes[0].name)
			}
		}
	}
	seen := map[[2]string]int{}
	for _, line := range want {
		var r struct{ Rule, Status string }
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		seen[[2]string{r.Rule, r.Status}]++
	}
	for _, r := range samples {
		for _, c := range r.clauses {
			if seen[[2]string{r.id, c.status}] == 0 {
				t.Errorf("%s never gives %s", r.id, c.status)
			}
		}
	}
}

// The subjects are of the size that facts have: some 3 KB of JSON.
func TestSubjectsAreRealistic(t *testing.T) {
	text, err := json.Marshal(subjects(7, 400))
	if err != nil {
		t.Fatal(err)
	}
	if each := len(text) / 400; each < 2000 || each > 4000 {
		t.Errorf("a subject has %d bytes", each)
	}
}
