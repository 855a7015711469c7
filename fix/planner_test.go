package fix_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"esaudit/audit"
	"esaudit/change"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/diff"
	"esaudit/facts"
	"esaudit/finding"
	"esaudit/fix"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/policies"
	"esaudit/rulecase"
	"esaudit/snapshot"
)

// court judges snapshots with rules that are compiled once: those that name a
// correction.
type court struct {
	engine *policies.Engine
	sets   []rulecase.Set
}

var shared = sync.OnceValues(func() (*court, error) {
	all, err := policies.Catalogue()
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range all {
		if r.Fix != "" {
			ids = append(ids, r.ID)
		}
	}
	engine, err := policies.New(context.Background(), policies.Selection{Only: ids, Optional: true})
	if err != nil {
		return nil, err
	}
	sets, err := rulecase.Read(os.DirFS("../policies"), engine.Rules())
	return &court{engine, sets}, err
})

func theCourt(t *testing.T) *court {
	t.Helper()
	c, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// judge says what the rules find in a snapshot.
func (c *court) judge(declared config.Config) func(context.Context, *snapshot.Snapshot) (diff.Side, error) {
	return func(ctx context.Context, s *snapshot.Snapshot) (diff.Side, error) {
		g := graph.Build(s, declared)
		found, err := audit.Judge(ctx, c.engine, s, facts.Build(g))
		if err != nil {
			return diff.Side{}, err
		}
		return diff.Side{Graph: g, Findings: finding.Visible(found, false)}, nil
	}
}

// accounts are the first accounts of the stories, by name; made once.
var accounts = sync.OnceValue(func() map[string]recording.Part {
	all := map[string]recording.Part{}
	for _, s := range estate.Stories() {
		all[s.Name] = s.Accounts[0].Part()
	}
	return all
})

// edited is the first account of a case's estate after its edits.
func edited(t *testing.T, c rulecase.Case) []recording.Part {
	t.Helper()
	account, there := accounts()[c.Estate]
	if !there {
		t.Fatalf("no estate %q", c.Estate)
	}
	parts, err := c.Edited([]recording.Part{account})
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

func snapshotOf(t *testing.T, c rulecase.Case) *snapshot.Snapshot {
	t.Helper()
	s, err := collector.Assemble(edited(t, c))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every case of a rule that names a correction gives a sound plan, after which
// the finding is gone unless something of it is left to people.
func TestPlansOfAllCases(t *testing.T) {
	c := theCourt(t)
	var mu sync.Mutex
	automatic := map[string]int{}
	t.Run("cases", func(t *testing.T) {
		for _, set := range c.sets {
			for _, example := range set.Cases {
				if !slices.ContainsFunc(example.Want, func(w rulecase.Wanted) bool { return w.Status == "fail" || w.Status == "latent" }) {
					continue
				}
				t.Run(set.Rule.ID+"/"+example.Name, func(t *testing.T) {
					t.Parallel()
					for _, kind := range c.plansSoundly(t, set.Rule.ID, example) {
						mu.Lock()
						automatic[kind]++
						mu.Unlock()
					}
				})
			}
		}
	})
	for _, kind := range fix.Corrections() {
		if automatic[kind] == 0 {
			t.Errorf("correction %s: no case gives an automatic action", kind)
		}
	}
	t.Logf("actions by correction: %v", automatic)
}

func (c *court) plansSoundly(t *testing.T, rule string, example rulecase.Case) (kinds []string) {
	t.Helper()
	declared, err := example.Declared()
	if err != nil {
		t.Fatal(err)
	}
	s := snapshotOf(t, example)
	side, err := c.judge(declared)(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	var found []finding.Finding
	for _, f := range side.Findings {
		if f.Rule == rule && (f.Status == finding.Fail || f.Status == finding.Latent) {
			found = append(found, f)
		}
	}
	plan, err := fix.New(t.Context(), fix.Input{Snapshot: s, Config: declared, Findings: found, Rules: c.engine.Rules(), Judge: c.judge(declared), Restarts: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range plan.Actions {
		sound(t, a)
		kinds = append(kinds, a.Kind)
	}
	for _, change := range plan.Preview.Gained {
		if change.Kind != "outbound" {
			t.Errorf("the plan opens a way in: %+v", change)
		}
	}
	edits, err := plan.Edits()
	if err != nil {
		t.Fatal(err)
	}
	edited, err := change.Apply(s, edits...)
	if err != nil {
		t.Fatal(err)
	}
	after, err := c.judge(declared)(t.Context(), edited)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if !settled(plan, f, after.Findings) {
			t.Errorf("%s of %s is neither corrected nor left to anybody: %s\n%s", f.Rule, f.Subject.ID, f.Message, titles(plan))
		}
	}
	return kinds
}

func titles(p *fix.Plan) string {
	var out []string
	for _, a := range p.Actions {
		out = append(out, "  "+a.Title)
	}
	return strings.Join(out, "\n")
}

// settled reports whether a finding is gone or milder after the plan, or
// somebody is told what to do about it.
func settled(p *fix.Plan, f finding.Finding, after []finding.Finding) bool {
	about := func(why []fix.Why) bool {
		return slices.ContainsFunc(why, func(w fix.Why) bool { return w.Fingerprint == f.Fingerprint })
	}
	stands := slices.ContainsFunc(after, func(x finding.Finding) bool {
		return x.Fingerprint == f.Fingerprint && x.Status == f.Status && x.Severity >= f.Severity
	})
	return !stands || slices.ContainsFunc(p.Manual, func(m fix.Manual) bool { return about(m.Why) && len(m.Steps) > 0 }) ||
		slices.ContainsFunc(p.Left, func(l fix.Left) bool { return about(l.Why) })
}

// sound says what every action has to be.
func sound(t *testing.T, a fix.Action) {
	t.Helper()
	switch {
	case a.Title == "" || a.Kind == "" || a.Cost == "" || len(a.Why) == 0 || len(a.Edits) == 0:
		t.Errorf("something is missing: %+v", a)
	case a.Digest == a.Leaves:
		t.Errorf("%s changes nothing", a.Title)
	case (a.Inverse == nil) == (a.NotUndoable == ""):
		t.Errorf("%s: an inverse, or why there is none", a.Title)
	case a.Call.Region == "" || a.Value.Region == "" || a.Value.Operation == "" || len(a.Value.Path) == 0:
		t.Errorf("%s: a call without its place: %+v", a.Title, a)
	}
	for _, raw := range []json.RawMessage{a.Before, a.After} {
		if !json.Valid(raw) {
			t.Errorf("%s: %q is no JSON", a.Title, raw)
		}
	}
	if a.Call.Operation != "ModifyWhiteIps" {
		return
	}
	if bytes.Contains(a.Call.Body, []byte(`"Cover"`)) && string(a.Before) != "null" {
		t.Errorf("%s covers a group that is there: %s", a.Title, a.Call.Body)
	}
	if string(a.After) == "[]" || string(a.After) == "null" {
		t.Errorf("%s leaves an empty group", a.Title)
	}
	if !strings.Contains(string(a.Call.Body), `"ips":["`) {
		t.Errorf("%s names no entry: %s", a.Title, a.Call.Body)
	}
}

func edit(t *testing.T, verb change.Verb, text string) change.Edit {
	t.Helper()
	e, err := change.Parse(verb, text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// demo is the snapshot of the demonstration.
func demo(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	s, err := collector.Assemble([]recording.Part{estate.Demo().Part()})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (c *court) plan(t *testing.T, in fix.Input) *fix.Plan {
	t.Helper()
	in.Judge, in.Rules = c.judge(in.Config), c.engine.Rules()
	p, err := fix.New(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A declared client keeps its way in when the entry that admits it goes; where
// it cannot, the action is left out, or marked when it is asked for.
func TestDeclaredClientsKeepTheirWayIn(t *testing.T) {
	c := theCourt(t)
	s := demo(t)
	const cluster = "es-cn-orderssearch1"
	declared := config.Config{Clients: []config.Client{{Name: "office", CIDRs: []string{"198.51.100.0/24"}, Cluster: cluster, Port: 9200, Self: true}}}
	in := fix.Input{Snapshot: s, Config: declared, Edits: []change.Edit{edit(t, change.Remove, cluster+"/PUBLIC_ES:tmp_migration:0.0.0.0/0")}}
	p := c.plan(t, in)
	if len(p.Actions) != 2 || !strings.Contains(p.Actions[0].Title, "Append 198.51.100.0/24") || len(p.Preview.CutOff) != 0 || !slices.Equal(p.Self, []string{"office"}) {
		t.Errorf("the office does not stay: %s, cut off %v, self %v", titles(p), p.Preview.CutOff, p.Self)
	}

	in.Edits = []change.Edit{edit(t, change.Set, cluster+".enablePublic=false")}
	p = c.plan(t, in)
	if len(p.Actions) != 0 || len(p.Left) != 1 || !strings.Contains(p.Left[0].Reason, "office") {
		t.Errorf("closing public access is not left out: %s %+v", titles(p), p.Left)
	}
	in.AcceptLockout = true
	p = c.plan(t, in)
	if len(p.Actions) != 1 || p.Actions[0].Lockout != "office" || !slices.Equal(p.Preview.CutOff, []string{"office"}) {
		t.Errorf("the lockout is not marked: %s %+v", titles(p), p.Preview.CutOff)
	}
}

// What the plan promises is what the edited snapshot gives, and its edits are
// those of whatif.
func TestPromiseIsThePreview(t *testing.T) {
	c := theCourt(t)
	s := demo(t)
	side, err := c.judge(config.Config{})(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	p := c.plan(t, fix.Input{Snapshot: s, Findings: side.Findings, Restarts: true})
	edits, err := p.Edits()
	if err != nil {
		t.Fatal(err)
	}
	edited, err := change.Apply(s, edits...)
	if err != nil {
		t.Fatal(err)
	}
	want := diff.Ways(graph.Build(edited, config.Config{}), p.Promised.Clusters)
	got, err := json.Marshal(p.Promised.After)
	if err != nil {
		t.Fatal(err)
	}
	expected, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, expected) {
		t.Errorf("promised %s\nedited   %s", got, expected)
	}
	if len(p.Actions) == 0 || len(p.Preview.Fixed) == 0 || len(p.Promised.Before) <= len(p.Promised.After) {
		t.Errorf("the plan of the demonstration does nothing: %s", titles(p))
	}
}

// A plan of some actions is the plan of all without the others: each keeps its
// call, expects what those before it leave, and the preview is that of its own
// edits.
func TestOnlySomeActions(t *testing.T) {
	c := theCourt(t)
	s := demo(t)
	side, err := c.judge(config.Config{})(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	in := fix.Input{Snapshot: s, Findings: side.Findings, Restarts: true, AcceptLockout: true}
	all := c.plan(t, in)
	for _, pick := range []func(i int) bool{
		func(int) bool { return true }, func(int) bool { return false }, func(i int) bool { return i%2 == 0 }, func(i int) bool { return i%2 == 1 }, func(i int) bool { return i == len(all.Actions)-1 },
	} {
		in.Only = []string{}
		var want []fix.Action
		for i, a := range all.Actions {
			if pick(i) {
				in.Only, want = append(in.Only, a.ID), append(want, a)
			}
		}
		p := c.plan(t, in)
		if len(p.Actions) != len(want) || len(p.Left) != len(all.Left)+len(all.Actions)-len(want) {
			t.Errorf("%v of %s gives %s, left out %d", in.Only, titles(all), titles(p), len(p.Left))
			continue
		}
		for i, a := range p.Actions {
			if a.Title != want[i].Title || string(a.Call.Body) != string(want[i].Call.Body) {
				t.Errorf("%s is chosen, %s is planned", want[i].Title, a.Title)
			}
		}
		edits, err := p.Edits()
		if err != nil {
			t.Fatal(err)
		}
		edited, err := change.Apply(s, edits...)
		if err != nil {
			t.Fatal(err)
		}
		after, err := c.judge(config.Config{})(t.Context(), edited)
		if err != nil {
			t.Fatal(err)
		}
		if d := diff.Compare(side, after); len(d.Lost) != len(p.Preview.Lost) || len(d.Findings.Gone) != len(p.Preview.Fixed) {
			t.Errorf("%v: the preview loses %d and mends %d, its edits %d and %d", in.Only, len(p.Preview.Lost), len(p.Preview.Fixed), len(d.Lost), len(d.Findings.Gone))
		}
	}
}

// A plan is given up wherever it is: after each thing that it tells of it ends, and
// tells of nothing more. A draft has the same actions as the plan.
func TestGivenUp(t *testing.T) {
	s, err := collector.Assemble([]recording.Part{estate.Large(20, 1).Part()})
	if err != nil {
		t.Fatal(err)
	}
	result, err := audit.Run(t.Context(), s, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	side := diff.Side{Graph: result.Graph, Findings: result.Report.Findings}
	in := fix.Input{Snapshot: s, Findings: result.Report.Findings, Rules: result.Report.Rules, Judge: func(_ context.Context, n *snapshot.Snapshot) (diff.Side, error) {
		if n == s {
			return side, nil
		}
		return diff.Side{Graph: graph.Build(n, config.Config{})}, nil
	}}
	told := map[fix.Stage]int{}
	all := 0
	var compared []int // clusters
	in.Tell = func(s fix.Stage, done, of int) {
		if told[s]++; done > of {
			t.Errorf("stage %d is at %d of %d", s, done, of)
		}
		if s == fix.Comparing && of > 0 {
			compared = append(compared, done)
		}
		all++
	}
	whole, err := fix.New(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	steps := all
	if n := len(compared); n < 2 || compared[n-1] <= compared[0] {
		t.Errorf("comparing %d clusters goes %v", len(whole.Promised.Clusters), compared)
	}
	for s := fix.Correcting; s <= fix.Comparing; s++ {
		if told[s] == 0 {
			t.Errorf("nothing is told of stage %d", s)
		}
	}
	draft, err := fix.Draft(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if len(whole.Actions) == 0 || text(t, draft.Actions) != text(t, whole.Actions) {
		t.Errorf("the actions of a draft are others: %d, not %d\n%.600s\n%.600s", len(draft.Actions), len(whole.Actions), text(t, draft.Actions), text(t, whole.Actions))
	}
	for end := range steps {
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		in.Tell = func(fix.Stage, int, int) {
			if n++; n == end+1 {
				cancel()
			}
		}
		if _, err := fix.New(ctx, in); !errors.Is(err, context.Canceled) || n > end+1 {
			t.Fatalf("given up at %d of %d, it goes on to %d: %v", end, steps, n, err)
		}
		cancel()
	}
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
