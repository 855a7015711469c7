package policies_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/policies"
	"esaudit/snapshot"
)

// stories are the parts of the estates by name, one for each account.
func stories() map[string][]recording.Part {
	out := map[string][]recording.Part{}
	for _, s := range estate.Stories() {
		for _, e := range s.Accounts {
			out[s.Name] = append(out[s.Name], e.Part())
		}
	}
	return out
}

// compiled is the engine with every rule.
func compiled(t testing.TB) *policies.Engine {
	t.Helper()
	e, err := policies.New(t.Context(), policies.Selection{Optional: true})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// judgement is what the rules say of an estate.
type judgement struct {
	snapshot *snapshot.Snapshot
	doc      facts.Document
	results  []said
}

// said is a result with its subject, as a report shows it.
type said struct {
	policies.Result
	id      string   // of the subject
	message string   // with its arguments
	cause   string   // of an unknown, CONTRACT 5
	settle  []string // of an unknown: the calls that were not read
}

// judge runs the pipeline: answers, snapshot, graph, facts, rules.
func judge(t testing.TB, e *policies.Engine, parts []recording.Part, c config.Config, stored ...facts.Compared) judgement {
	t.Helper()
	s, err := collector.Assemble(parts)
	if err != nil {
		t.Fatal(err)
	}
	doc := facts.Build(graph.Build(s, c))
	doc.Compare(s, stored)
	results, err := e.Eval(t.Context(), doc)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, s := range doc.Subjects {
		ids[s.ARN] = s.ID
	}
	j := judgement{snapshot: s, doc: doc}
	for _, r := range results {
		j.results = append(j.results, tell(r, ids[r.Subject]))
	}
	slices.SortFunc(j.results, func(a, b said) int { return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.id, b.id)) })
	return j
}

func tell(r policies.Result, id string) said {
	out := said{Result: r, id: id, message: r.Message}
	for name, value := range r.Args {
		out.message = strings.ReplaceAll(out.message, "{"+name+"}", fmt.Sprint(value))
	}
	if r.Status != finding.Unknown {
		return out
	}
	causes := []string{}
	for _, c := range r.Settle {
		if !c.Read {
			out.settle = append(out.settle, c.Call)
			causes = append(causes, map[string]string{"denied": finding.CauseDenied, "absent": finding.CauseAbsent, "narrowed": finding.CauseAbsent}[c.State])
		}
	}
	slices.Sort(out.settle)
	out.settle = slices.Compact(out.settle)
	switch {
	case len(causes) == 0:
		out.cause = finding.CauseUndecidable
	case slices.Contains(causes, finding.CauseDenied):
		out.cause = finding.CauseDenied
	case slices.Contains(causes, ""):
		out.cause = finding.CauseFailed
	default:
		out.cause = finding.CauseAbsent
	}
	return out
}

// sound is what holds for every result.
func (j judgement) sound(t *testing.T, r said) {
	t.Helper()
	if strings.ContainsAny(r.message, "{}") {
		t.Errorf("%s: an argument is missing: %s", r.id, r.message)
	}
	bad := r.Status == finding.Fail || r.Status == finding.Latent
	if bad && len(r.Evidence) == 0 {
		t.Errorf("%s: %v without evidence", r.id, r.Status)
	}
	keys := map[string]bool{}
	for _, e := range r.Evidence {
		n := j.snapshot.Root().Resolve(e.At)
		if n.Kind() == snapshot.Absent {
			t.Errorf("%s: nothing stands at %q (%s)", r.id, e.At, e.Note)
		}
		// A list may be written in one text, and a default stands for what is not there.
		if text, scalar := n.Str(); scalar && e.Value != nil && !strings.Contains(text, fmt.Sprint(e.Value)) {
			t.Errorf("%s: %q is not the %v it is said to be", e.At, text, e.Value)
		}
		if keys[e.Key] {
			t.Errorf("%s: two items of evidence mean the same: %+v", r.id, r.Evidence)
		}
		keys[e.Key] = true
	}
	for _, hop := range r.Path {
		if j.snapshot.Root().Resolve(hop.Pointer).Kind() == snapshot.Absent {
			t.Errorf("%s: a hop of control %s points at nothing: %q", r.id, hop.Control, hop.Pointer)
		}
	}
}
