package policies_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/internal/wild"
	"esaudit/lang"
	"esaudit/policies"
	"esaudit/policies/machine"
)

// documents are the facts of the stories, of all cases and of random estates:
// each at times, so many of each of the latter.
func documents(t *testing.T, each func(name string, doc facts.Document)) {
	t.Helper()
	build := func(name string, parts []recording.Part, c config.Config, stored []facts.Compared) {
		s, err := collector.Assemble(parts)
		if err != nil {
			t.Fatal(err)
		}
		doc := facts.Build(graph.Build(s, c))
		doc.Compare(s, stored)
		each(name, doc)
	}
	all := stories()
	for name, parts := range all {
		build(name, parts, config.Config{}, nil)
	}
	every, at, random := 6, 0, uint64(40)
	if long() {
		every, random = 1, 1000
	}
	for _, id := range ruleIDs(t) {
		for _, c := range cases(t, id) {
			if at++; at%every == 0 {
				build(id+"/"+c.Name, c.parts(t, all), c.config(t), c.stored(t))
			}
		}
	}
	for seed := range random {
		e := wild.New(seed)
		build("wild", []recording.Part{e.Part}, e.Config, nil)
	}
}

// The machine and OPA give the same results, in the same order for each rule and
// subject, and of the built-in rules the machine is always sure.
func TestMachineAgreesWithOPA(t *testing.T) {
	engine, results, subjects := compiled(t), 0, 0
	documents(t, func(name string, doc facts.Document) {
		byMachine, err := engine.ByMachine(t.Context(), doc)
		if err != nil {
			t.Errorf("%s: the machine is not sure: %v", name, err)
			return
		}
		byOPA, err := engine.ByOPA(t.Context(), doc)
		if err != nil {
			t.Fatal(err)
		}
		alike(t, name, byMachine, byOPA)
		told, settled, err := engine.LeanByMachine(t.Context(), doc)
		if err != nil {
			t.Fatal(err)
		}
		wantTold, wantSettled := policies.Apart(doc, byOPA)
		alike(t, name+", lean", told, wantTold)
		if !maps.Equal(counts(settled), counts(wantSettled)) {
			t.Errorf("%s: the machine says of other pairs that they are settled, when that is enough", name)
		}
		wanted := func(rule, subject string) bool { return (len(rule)+len(subject))%3 == 0 }
		some, err := engine.EvalSome(t.Context(), doc, true, wanted)
		if err != nil {
			t.Fatal(err)
		}
		wantTold = slices.DeleteFunc(wantTold, func(r policies.Result) bool { return !wanted(r.Rule, r.Subject) })
		alike(t, name+", some", some, wantTold)
		results, subjects = results+len(byOPA), subjects+len(doc.Subjects)
	})
	t.Logf("%d results of %d subjects alike", results, subjects)
	if results < 2000 {
		t.Errorf("only %d results", results)
	}
}

// counts is how often something is settled.
func counts(list []policies.Settled) map[policies.Settled]int {
	out := map[policies.Settled]int{}
	for _, s := range list {
		out[s]++
	}
	return out
}

// alike compares results of each rule and subject in their order.
func alike(t *testing.T, name string, got, want []policies.Result) {
	t.Helper()
	grouped := func(list []policies.Result) map[[2]string][]string {
		out := map[[2]string][]string{}
		for _, r := range list {
			key := [2]string{r.Rule, r.Subject}
			text, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			out[key] = append(out[key], string(text))
		}
		return out
	}
	machine, opa := grouped(got), grouped(want)
	for key, lines := range opa {
		if !slices.Equal(machine[key], lines) {
			t.Errorf("%s: %v: the machine gives\n%q\nOPA\n%q", name, key, machine[key], lines)
		}
	}
	if len(machine) != len(opa) {
		t.Errorf("%s: the machine speaks of %d pairs, OPA of %d", name, len(machine), len(opa))
	}
}

// What the machine shows of facts is what JSON holds.
func TestViewsOfFactsAreTheirJSON(t *testing.T) {
	program := &machine.Program{}
	documents(t, func(name string, doc facts.Document) {
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		shows(t, program, name, doc, text)
	})
}

// shows checks that what the machine shows of a document is what a JSON text holds, and
// returns that.
func shows(t *testing.T, program *machine.Program, name string, doc facts.Document, text []byte) machine.Value {
	t.Helper()
	want, err := machine.FromJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	got, err := program.Show(&doc)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if !machine.Equal(got, want) {
		t.Errorf("%s: the view is not what JSON holds", name)
	}
	return want
}

// In another language it is what JSON holds, of which sentences are translated.
func TestViewsSpeakAnotherLanguage(t *testing.T) {
	zh, err := lang.Of(lang.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := policies.New(t.Context(), policies.Selection{Texts: zh})
	if err != nil {
		t.Fatal(err)
	}
	program, translated := &machine.Program{}, 0
	program.Say(zh.Made, policies.Sentences()...)
	documents(t, func(name string, doc facts.Document) {
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		said, err := engine.Said(text)
		if err != nil {
			t.Fatal(err)
		}
		want := shows(t, program, name, doc, said)
		if english, err := machine.FromJSON(text); err != nil || !machine.Equal(english, want) {
			translated++
		}
	})
	if translated < 50 {
		t.Errorf("something was translated in %d documents", translated)
	}
}
