package policies_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/finding"
	"esaudit/internal/estate"
	"esaudit/policies"

	"go.yaml.in/yaml/v3"
)

// ruleCase is one named case of a rule, in its cases.yaml (CONTRIBUTING).
type ruleCase struct {
	Name   string   `yaml:"name"`
	Items  []string `yaml:"items"`  // of catalogue.md that it is a case of
	Estate string   `yaml:"estate"` // a story of testdata/estates
	Edits  []any    `yaml:"edits"`  // estate.Edit, with its JSON names
	Config string   `yaml:"config"` // esaudit.yaml
	Want   []wanted `yaml:"want"`
}

// threshold is a change of a rule's Rego alone, and what the rule then says of a
// subject of a case.
type threshold struct {
	Text    string `yaml:"text"` // of the rule's file
	Becomes string `yaml:"becomes"`
	Case    string `yaml:"case"`
	Subject string `yaml:"subject"`
	Says    string `yaml:"says"`    // status and, of fail and latent, severity
	Message string `yaml:"message"` // a part of it, where only that changes
}

// wanted is a result of the rule. Every one that is fail, latent or unknown
// must be wanted; pass and na as the case likes.
type wanted struct {
	Subject    string   `yaml:"subject"`
	Status     string   `yaml:"status"`     // or none: the rule must not speak of the subject
	Severity   string   `yaml:"severity"`   // of fail and latent
	Cause      string   `yaml:"cause"`      // of unknown
	Confidence string   `yaml:"confidence"` // high where it is left out
	Settle     []string `yaml:"settle"`     // of unknown: all calls that would settle it, sorted; each by its beginning
	Message    string   `yaml:"message"`    // a part of it
	Path       string   `yaml:"path"`       // the kind of its hops
	Evidence   []proof  `yaml:"evidence"`   // where it is there: all of it, in whatever order
}

// proof is a value that a finding rests on: the end of its pointer, and the
// value.
type proof struct {
	At    string `yaml:"at"`
	Value any    `yaml:"value"`
}

// ruleCases is a rule's cases.yaml.
type ruleCases struct {
	Thresholds []threshold `yaml:"thresholds"`
	Cases      []ruleCase  `yaml:"cases"`
}

func cases(t *testing.T, id string) []ruleCase { return readCases(t, id).Cases }

// readCases reads a rule's cases.yaml. Unknown fields are errors.
func readCases(t *testing.T, id string) ruleCases {
	t.Helper()
	dir := strings.ToLower(strings.ReplaceAll(id, "-", "_"))
	text, err := os.ReadFile(path.Join("rules", dir, "cases.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file ruleCases
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	return file
}

// parts gives the case's estate after its edits. They change the first account
// of a story.
func (c ruleCase) parts(t *testing.T, all map[string][]recording.Part) []recording.Part {
	t.Helper()
	text, err := json.Marshal(c.Edits)
	if err != nil {
		t.Fatal(err)
	}
	var edits []estate.Edit
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	dec.UseNumber()
	if err := dec.Decode(&edits); err != nil {
		t.Fatal(err)
	}
	parts := slices.Clone(all[c.Estate])
	if len(parts) == 0 {
		t.Fatalf("no estate %q", c.Estate)
	}
	if parts[0], err = estate.Apply(parts[0], edits); err != nil {
		t.Fatal(err)
	}
	return parts
}

func (c ruleCase) config(t *testing.T) config.Config {
	t.Helper()
	file, err := config.Parse([]byte(c.Config), nil)
	if err != nil {
		t.Fatal(err)
	}
	return file.Declarations
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

// Every case gives what it wants, through the whole pipeline.
func TestCases(t *testing.T) {
	all, engine := stories(), compiled(t)
	for _, id := range ruleIDs(t) {
		named := map[string]bool{}
		for _, c := range cases(t, id) {
			if c.Name == "" || named[c.Name] {
				t.Errorf("%s: a case without a name of its own: %q", id, c.Name)
			}
			named[c.Name] = true
			t.Run(id+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				j := judge(t, engine, c.parts(t, all), c.config(t))
				c.compare(t, id, j)
				for _, r := range j.results {
					j.sound(t, r)
				}
			})
		}
	}
}

// compare says how the results of a rule differ from what the case wants.
func (c ruleCase) compare(t *testing.T, id string, j judgement) {
	t.Helper()
	if len(c.Want) == 0 {
		t.Error("the case wants nothing")
	}
	left := slices.Clone(j.results)
	left = slices.DeleteFunc(left, func(r said) bool { return r.Rule != id })
	for _, w := range c.Want {
		i := slices.IndexFunc(left, func(r said) bool { return r.id == w.Subject })
		if i < 0 {
			if w.Status != "none" {
				t.Errorf("nothing about %s", w.Subject)
			}
			continue
		}
		w.compare(t, left[i])
		left = slices.Delete(left, i, i+1)
	}
	for _, r := range left {
		if r.Status != finding.Pass && r.Status != finding.NA {
			t.Errorf("not wanted: %s: %s: %s", r.id, short(r), r.message)
		}
	}
}

func (w wanted) compare(t *testing.T, r said) {
	t.Helper()
	if got, want := short(r), w.short(); got != want {
		t.Errorf("%s: %s, want %s (%s)", w.Subject, got, want, r.message)
	}
	if !strings.Contains(r.message, w.Message) {
		t.Errorf("%s: the message %q lacks %q", w.Subject, r.message, w.Message)
	}
	if w.Settle != nil && !slices.EqualFunc(r.settle, w.Settle, strings.HasPrefix) {
		t.Errorf("%s: settled by %q, want %q", w.Subject, r.settle, w.Settle)
	}
	if w.Path != "" && (len(r.Path) == 0 || r.Path[0].Kind != w.Path) {
		t.Errorf("%s: no path of kind %s: %v", w.Subject, w.Path, r.Path)
	}
	if w.Evidence == nil {
		return
	}
	left := slices.Clone(r.Evidence)
	for _, p := range w.Evidence {
		i := slices.IndexFunc(left, func(e policies.Evidence) bool {
			return strings.HasSuffix(e.At, p.At) && fmt.Sprint(e.Value) == fmt.Sprint(p.Value)
		})
		if i < 0 {
			t.Errorf("%s: no evidence %v at ...%s among %+v", w.Subject, p.Value, p.At, r.Evidence)
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	if len(left) > 0 {
		t.Errorf("%s: evidence that is not wanted: %+v", w.Subject, left)
	}
}

// short is what a result says in a few words, without what does not belong to
// its status.
func short(r said) string {
	w := wanted{Status: r.Status.String(), Severity: r.Severity.String(), Cause: r.cause, Confidence: r.Confidence}
	if r.Status != finding.Fail && r.Status != finding.Latent {
		w.Severity = ""
	}
	return w.short()
}

func (w wanted) short() string {
	words := []string{w.Status, w.Severity, w.Cause}
	if w.Confidence == "low" {
		words = append(words, "low confidence")
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}
