package rulecase

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/policies"
	"esaudit/snapshot"

	"github.com/open-policy-agent/opa/v1/cover"
)

// Estates gives the recordings of an estate that a case names, one for each
// account. dir is the directory of the case's rule.
type Estates func(dir, name string) ([]recording.Part, error)

// Outcome is what came of a directory's cases.
type Outcome struct {
	Cases    int
	Failures []Failure
	Coverage []Coverage
}

// Failure is a case whose rule says something else than it wants.
type Failure struct {
	Rule, Case string
	Why        []string
}

// Coverage is how much of a rule's file the cases reach.
type Coverage struct {
	File    string
	Percent float64
	Missed  []string // lines or ranges of lines that no case reaches
}

// Run applies the rules of a directory to the estates of their cases.
func Run(ctx context.Context, dir fs.FS, sets []Set, estates Estates) (Outcome, error) {
	var out Outcome
	tracer := cover.New()
	sel := policies.Selection{User: []fs.FS{dir}}
	for _, s := range sets {
		sel.Only = append(sel.Only, s.Rule.ID)
	}
	engine, err := policies.New(ctx, sel)
	if err != nil {
		return out, err
	}
	engine = engine.Traced(tracer)
	for _, s := range sets {
		for _, c := range s.Cases {
			why, err := c.run(ctx, s, engine, estates)
			if ctx.Err() != nil {
				return out, ctx.Err()
			}
			if err != nil {
				why = []string{err.Error()}
			}
			out.Cases++
			if len(why) > 0 {
				out.Failures = append(out.Failures, Failure{s.Rule.ID, c.Name, why})
			}
		}
	}
	modules, err := policies.Modules(dir)
	if err != nil {
		return out, err
	}
	report := tracer.Report(modules)
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		f := report.Files[name]
		if f == nil {
			continue
		}
		c := Coverage{File: name, Percent: f.Coverage}
		for _, r := range f.NotCovered {
			text := fmt.Sprint(r.Start.Row)
			if r.End.Row != r.Start.Row {
				text = fmt.Sprintf("%d-%d", r.Start.Row, r.End.Row)
			}
			c.Missed = append(c.Missed, text)
		}
		out.Coverage = append(out.Coverage, c)
	}
	return out, nil
}

// run judges a case and says how the rule differs from what it wants.
func (c Case) run(ctx context.Context, s Set, engine *policies.Engine, estates Estates) ([]string, error) {
	declared, err := c.Declared()
	if err != nil {
		return nil, err
	}
	doc, snap, err := c.facts(s, declared, estates)
	if err != nil {
		return nil, err
	}
	found, err := audit.Judge(ctx, engine, snap, doc)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(f finding.Finding) bool { return f.Rule != s.Rule.ID })
	return c.Compare(found), nil
}

// Declared is the configuration of the case.
func (c Case) Declared() (config.Config, error) {
	file, err := config.Parse([]byte(c.Config), nil)
	if err != nil {
		return config.Config{}, fmt.Errorf("config: %w", err)
	}
	return file.Declarations, nil
}

// Edited makes the case's edits in the first account of its estate. parts is not
// changed.
func (c Case) Edited(parts []recording.Part) ([]recording.Part, error) {
	var edits []estate.Edit
	if err := strictly(c.Edits, &edits); err != nil {
		return nil, fmt.Errorf("edits: %w", err)
	}
	first, err := estate.Apply(parts[0], edits)
	if err != nil {
		return nil, err
	}
	return append([]recording.Part{first}, parts[1:]...), nil
}

// facts are those of the case's estate after its edits, or those it writes out.
func (c Case) facts(s Set, declared config.Config, estates Estates) (facts.Document, *snapshot.Snapshot, error) {
	if c.Estate == "" {
		doc, err := c.written(declared)
		return doc, &snapshot.Snapshot{}, err
	}
	parts, err := estates(s.Dir, c.Estate)
	if err != nil {
		return facts.Document{}, nil, err
	}
	if parts, err = c.Edited(parts); err != nil {
		return facts.Document{}, nil, err
	}
	snap, err := collector.Assemble(parts)
	if err != nil {
		return facts.Document{}, nil, err
	}
	stored, err := c.Compared()
	if err != nil {
		return facts.Document{}, nil, err
	}
	doc := facts.Build(graph.Build(snap, declared))
	doc.Compare(snap, stored)
	return doc, snap, nil
}

// Compared are the stored objects of the case.
func (c Case) Compared() ([]facts.Compared, error) {
	var out []facts.Compared
	if err := strictly(c.Stored, &out); err != nil {
		return nil, fmt.Errorf("stored: %w", err)
	}
	return out, nil
}

// written reads the subjects of a case. An ARN that is left out is made of kind
// and id.
func (c Case) written(declared config.Config) (facts.Document, error) {
	doc := facts.Document{Schema: facts.Schema, Config: declared}
	if err := strictly(c.Subjects, &doc.Subjects); err != nil {
		return doc, fmt.Errorf("subjects: %w", err)
	}
	for i := range doc.Subjects {
		s := &doc.Subjects[i]
		if s.Kind == "" || s.ID == "" {
			return doc, fmt.Errorf("subjects: item %d has no kind or no id", i+1)
		}
		if s.ARN == "" {
			s.ARN = s.Kind + "/" + s.ID
		}
	}
	return doc, nil
}

// strictly decodes what YAML gave into a struct with JSON names.
func strictly(from, into any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	dec.UseNumber()
	return dec.Decode(into)
}

// Compare says how the findings of the case's rule differ from what the case
// wants.
func (c Case) Compare(found []finding.Finding) []string {
	var why []string
	left := slices.Clone(found)
	for _, w := range c.Want {
		i := slices.IndexFunc(left, func(f finding.Finding) bool { return f.Subject.ID == w.Subject })
		if i < 0 {
			if w.Status != "none" {
				why = append(why, "says nothing about "+w.Subject)
			}
			continue
		}
		why = append(why, w.compare(left[i])...)
		left = slices.Delete(left, i, i+1)
	}
	for _, f := range left {
		if f.Status != finding.Pass && f.Status != finding.NA {
			why = append(why, fmt.Sprintf("%s: %s is not wanted: %s", f.Subject.ID, Brief(f), f.Message))
		}
	}
	return why
}

func (w Wanted) compare(f finding.Finding) []string {
	var why []string
	add := func(format string, args ...any) {
		why = append(why, w.Subject+": "+fmt.Sprintf(format, args...))
	}
	if got, want := Brief(f), w.Brief(); got != want {
		add("is %s, want %s: %s", got, want, f.Message)
	}
	if !strings.Contains(f.Message, w.Message) {
		add("the message %q lacks %q", f.Message, w.Message)
	}
	if w.Settle != nil && !slices.EqualFunc(f.SettledBy, w.Settle, strings.HasPrefix) {
		add("settled by %q, want %q", f.SettledBy, w.Settle)
	}
	if w.Path != "" && (len(f.Path) == 0 || f.Path[0].Kind != w.Path) {
		add("has no path of kind %s", w.Path)
	}
	if w.Evidence == nil {
		return why
	}
	left := slices.Clone(f.Evidence)
	for _, p := range w.Evidence {
		i := slices.IndexFunc(left, func(e finding.Evidence) bool {
			return strings.HasSuffix(e.Pointer, p.At) && fmt.Sprint(e.Value) == fmt.Sprint(p.Value)
		})
		if i < 0 {
			add("no evidence %v at ...%s", p.Value, p.At)
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, e := range left {
		add("evidence that is not wanted: %v at %s", e.Value, e.Pointer)
	}
	return why
}

// Brief is what a finding says in a few words, without what does not belong to
// its status: "fail high", "unknown denied".
func Brief(f finding.Finding) string {
	w := Wanted{Status: f.Status.String(), Severity: f.Severity.String(), Cause: f.Cause, Confidence: f.Confidence}
	if f.Status != finding.Fail && f.Status != finding.Latent {
		w.Severity = ""
	}
	return w.Brief()
}

// Brief is what is wanted, in the same words.
func (w Wanted) Brief() string {
	words := []string{w.Status, w.Severity, w.Cause}
	if w.Confidence == "low" {
		words = append(words, "low confidence")
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}
