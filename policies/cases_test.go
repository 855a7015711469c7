package policies_test

import (
	"os"
	"path"
	"strings"
	"testing"

	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/finding"
	"esaudit/lang"
	"esaudit/policies"
	"esaudit/rulecase"
)

// ruleCase is one named case of a built-in rule. Its estate is a story of
// testdata/estates.
type ruleCase struct{ rulecase.Case }

func cases(t *testing.T, id string) []ruleCase {
	t.Helper()
	var out []ruleCase
	for _, c := range readCases(t, id).Cases {
		out = append(out, ruleCase{c})
	}
	return out
}

// readCases reads a rule's cases.yaml.
func readCases(t *testing.T, id string) rulecase.File {
	t.Helper()
	file := path.Join("rules", strings.ToLower(strings.ReplaceAll(id, "-", "_")), rulecase.FileName)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	read, err := rulecase.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return read
}

// parts gives the case's estate after its edits.
func (c ruleCase) parts(t *testing.T, all map[string][]recording.Part) []recording.Part {
	t.Helper()
	if len(all[c.Estate]) == 0 {
		t.Fatalf("no estate %q", c.Estate)
	}
	parts, err := c.Edited(all[c.Estate])
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

func (c ruleCase) config(t *testing.T) config.Config {
	t.Helper()
	declared, err := c.Declared()
	if err != nil {
		t.Fatal(err)
	}
	return declared
}

// stored are the stored objects of the case.
func (c ruleCase) stored(t *testing.T) []facts.Compared {
	t.Helper()
	list, err := c.Compared()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// ruleIDs are the rules there are.
func ruleIDs(t *testing.T) []string {
	t.Helper()
	rules, err := policies.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rules {
		out = append(out, r.ID)
	}
	return out
}

// Every case gives what it wants, through the whole pipeline, and the same in
// Chinese.
func TestCases(t *testing.T) {
	all, engine := stories(), compiled(t)
	chinese, err := lang.Of(lang.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ruleIDs(t) {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			translated, named := policies.Alone(t, id, chinese), map[string]bool{}
			for _, c := range cases(t, id) {
				if c.Name == "" || named[c.Name] {
					t.Errorf("%s: a case without a name of its own: %q", id, c.Name)
				}
				named[c.Name] = true
				t.Run(c.Name, func(t *testing.T) {
					j := judge(t, engine, c.parts(t, all), c.config(t), c.stored(t)...)
					c.compare(t, id, j)
					for _, r := range j.results {
						j.sound(t, r)
					}
					j.saidInChinese(t, id, translated)
				})
			}
		})
	}
}

// compare says how the results of a rule differ from what the case wants.
func (c ruleCase) compare(t *testing.T, id string, j judgement) {
	t.Helper()
	var found []finding.Finding
	for _, r := range j.results {
		if r.Rule == id {
			found = append(found, r.finding())
		}
	}
	for _, why := range c.Compare(found) {
		t.Error(why)
	}
}

// finding is the result as far as cases speak of it.
func (r said) finding() finding.Finding {
	f := finding.Finding{
		Status: r.Status, Severity: r.Severity, Subject: finding.Subject{ID: r.id}, Message: r.message, Path: r.Path,
		Cause: r.cause, SettledBy: r.settle, Confidence: r.Confidence,
	}
	for _, e := range r.Evidence {
		f.Evidence = append(f.Evidence, finding.Evidence{Pointer: e.At, Value: e.Value})
	}
	return f
}

// short is what a result says in a few words.
func short(r said) string { return rulecase.Brief(r.finding()) }
