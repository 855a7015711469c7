package survey_test

import (
	"context"
	"encoding/json"
	"testing"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/diff"
	"esaudit/finding"
	"esaudit/fix"
	"esaudit/internal/estate"
	"esaudit/snapshot"
	"esaudit/tui/survey"
)

// A plan that is judged as far as it changes something is the plan that is judged as
// a whole: of everything, and of every third action.
func TestPlansOfWhatChanges(t *testing.T) {
	s, err := collector.Assemble([]recording.Part{estate.Large(9, 1).Part()})
	if err != nil {
		t.Fatal(err)
	}
	whole := func(ctx context.Context, n *snapshot.Snapshot) (*audit.Result, error) {
		return audit.Run(ctx, n, audit.Options{All: true})
	}
	result, err := whole(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	r, err := survey.New(survey.Options{Name: "large", Result: result}).Remedy(t.Context(), fix.Input{}, nil, func(ctx context.Context, old, new *snapshot.Snapshot) (audit.Judged, audit.Judged, error) {
		return audit.Changed(ctx, old, new, audit.Options{})
	})
	if err != nil {
		t.Fatal(err)
	}
	in := fix.Input{Snapshot: s, Rules: result.Report.Rules, Findings: result.Report.Findings, Restarts: true, AcceptLockout: true}
	in.Judge = func(ctx context.Context, n *snapshot.Snapshot) (diff.Side, error) {
		judged, err := whole(ctx, n)
		if err != nil {
			return diff.Side{}, err
		}
		return diff.Side{Graph: judged.Graph, Findings: finding.Visible(judged.Report.Findings, false)}, nil
	}
	var all, some []string
	for i, a := range r.Plan().Actions {
		if all = append(all, a.ID); i%3 == 0 {
			some = append(some, a.ID)
		}
	}
	if len(some) < 3 {
		t.Fatalf("there are %d actions", len(all))
	}
	for _, ids := range [][]string{all, some} {
		in.Only = ids
		want, err := fix.New(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Only(t.Context(), ids, nil)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := r.Only(t.Context(), ids, func(fix.Stage, int, int) { t.Error("a plan that is at hand is made again") }); err != nil || len(again.Actions) != len(ids) {
			t.Errorf("a plan that is at hand: %v", err)
		}
		// what was not chosen is told by fix alone
		got.Left, want.Left = nil, nil
		a, errA := json.Marshal(got)
		b, errB := json.Marshal(want)
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Errorf("of %d actions: %v, %v\n%.2000s\nnot\n%.2000s", len(ids), errA, errB, a, b)
		}
	}
}
