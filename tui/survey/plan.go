package survey

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"esaudit/audit"
	"esaudit/diff"
	"esaudit/finding"
	"esaudit/fix"
	"esaudit/graph"
	"esaudit/report/planned"
	"esaudit/snapshot"
	"esaudit/tui"
)

// Remedy is a plan of corrections for an estate, of which parts can be taken.
type Remedy struct {
	survey *Survey
	input  fix.Input
	whole  *fix.Plan
	shown  tui.Plan

	mu   sync.Mutex
	last *fix.Plan // the one that Only made last, of these actions
	ids  []string
}

// Remedy plans everything that in asks for, also what restarts a cluster or cuts
// off a declared client: it is for people to leave it out. Its Snapshot, Rules and
// Findings are the survey's own: those of findings with some numbers, nil for all
// that stand. changed judges what a plan leaves, as far as it differs (audit.Changed):
// in.Judge is made of it.
func (s *Survey) Remedy(ctx context.Context, in fix.Input, findings []int, changed Changed) (*Remedy, error) {
	in.Snapshot, in.Rules, in.Restarts, in.AcceptLockout, in.Findings = s.graph.Snapshot(), s.english.Rules, true, true, nil
	for i, f := range s.english.Findings {
		if f.Waived == nil && (findings == nil || slices.Contains(findings, i)) {
			in.Findings = append(in.Findings, f)
		}
	}
	before := diff.Side{Graph: s.graph, Findings: finding.Visible(s.english.Findings, false)}
	in.Judge = func(ctx context.Context, n *snapshot.Snapshot) (diff.Side, error) {
		if n == in.Snapshot {
			return before, nil
		}
		was, is, err := changed(ctx, in.Snapshot, n)
		return diff.Side{Graph: is.Graph, Findings: instead(before.Findings, was.Findings, is.Findings)}, err
	}
	// Which actions there are, and whom they cut off, needs no rules.
	quick := in
	quick.Judge = func(_ context.Context, n *snapshot.Snapshot) (diff.Side, error) {
		if n == in.Snapshot {
			return before, nil
		}
		return diff.Side{Graph: graph.Build(n, in.Config)}, nil
	}
	whole, err := fix.Draft(ctx, quick)
	if err != nil {
		return nil, err
	}
	r := &Remedy{survey: s, input: in, whole: whole, shown: tui.Plan{Account: whole.Account}}
	for _, a := range whole.Actions {
		r.shown.Actions = append(r.shown.Actions, r.action(a))
	}
	return r, ctx.Err()
}

// Changed judges two snapshots as far as what rules see of them differs.
type Changed func(ctx context.Context, old, new *snapshot.Snapshot) (before, after audit.Judged, err error)

// instead is a list with some of its findings exchanged for others.
func instead(all, was, is []finding.Finding) []finding.Finding {
	gone := map[string]bool{}
	for _, f := range was {
		gone[f.Fingerprint] = true
	}
	out := slices.Concat(slices.DeleteFunc(slices.Clone(all), func(f finding.Finding) bool { return gone[f.Fingerprint] }), is)
	finding.Sort(out)
	return out
}

// Plan is what the whole plan would do.
func (r *Remedy) Plan() tui.Plan { return r.shown }

func (r *Remedy) action(a fix.Action) tui.Action {
	out := tui.Action{
		ID: a.ID, Title: r.survey.texts.Made(a.Title), Subject: cmp.Or(a.Subject.ID, a.Cluster), Before: readable(a, a.Before), After: readable(a, a.After), Call: planned.Command(a.Call),
		Undoable: a.Inverse != nil, NotUndoable: r.survey.texts.Made(a.NotUndoable), Recreates: r.survey.texts.Made(a.Recreates), CutsOff: a.Lockout, Restarts: a.Restarts, Addresses: a.Addresses,
	}
	if a.Cost != "none" {
		out.Cost = r.survey.texts.Made(a.Cost)
	}
	for _, w := range a.Why {
		out.Why = append(out.Why, r.survey.why(w))
	}
	return out
}

// why names a finding in the language of the survey.
func (s *Survey) why(w fix.Why) tui.Why {
	out := tui.Why{Rule: w.Rule, Message: w.Message, Finding: s.number(w.Fingerprint)}
	if out.Finding >= 0 {
		out.Message = s.report.Findings[out.Finding].Message
	}
	return out
}

// readable is a value as JSON; "" when only its digest was kept.
func readable(a fix.Action, raw []byte) string {
	if a.Value.Secret {
		return ""
	}
	return string(raw)
}

// Only is the plan of exactly some actions, by their ids; tell is told how far it
// is. The one that was made last is at hand.
func (r *Remedy) Only(ctx context.Context, ids []string, tell func(s fix.Stage, done, of int)) (*fix.Plan, error) {
	r.mu.Lock()
	last := r.last
	if !slices.Equal(ids, r.ids) {
		last = nil
	}
	r.mu.Unlock()
	if last == nil {
		p, err := r.make(ctx, ids, tell)
		if err != nil {
			return nil, err
		}
		r.mu.Lock()
		r.last, r.ids, last = p, slices.Clone(ids), p
		r.mu.Unlock()
	}
	again := *last
	return &again, ctx.Err()
}

// make makes the plan of some actions.
func (r *Remedy) make(ctx context.Context, ids []string, tell func(s fix.Stage, done, of int)) (*fix.Plan, error) {
	in := r.input
	in.Only, in.Tell = ids, tell
	p, err := fix.New(ctx, in)
	if err != nil {
		return nil, err
	}
	if len(p.Actions) != len(ids) {
		return nil, fmt.Errorf("make plan: %d actions of %d chosen ones", len(p.Actions), len(ids))
	}
	p.Left = slices.DeleteFunc(p.Left, func(l fix.Left) bool { return l.Reason == fix.NotChosen })
	return p, ctx.Err()
}

// Preview is what a plan would change.
func (r *Remedy) Preview(p *fix.Plan) tui.Preview {
	s, v := r.survey, p.Preview
	out := tui.Preview{CutOff: v.CutOff, Lost: len(v.Lost), Gained: len(v.Gained), Gone: len(v.Fixed), Raised: len(v.Raised)}
	for _, c := range v.Lost {
		out.Changes = append(out.Changes, reachability(tui.Lost, c))
	}
	for _, c := range v.Gained {
		gained := reachability(tui.Gained, c)
		gained.Ask = tui.Question{} // there is no such way yet
		out.Changes = append(out.Changes, gained)
	}
	for _, f := range v.Fixed {
		out.Changes = append(out.Changes, s.changed(tui.GoneFinding, f))
	}
	for _, f := range v.Raised {
		out.Changes = append(out.Changes, s.changed(tui.NewFinding, f))
	}
	for _, a := range p.Actions {
		if a.Restarts && !slices.Contains(out.Restarts, a.Cluster) {
			out.Restarts = append(out.Restarts, a.Cluster)
		}
	}
	for _, m := range p.Manual {
		c := tui.Chore{Subject: m.Subject.ID, Steps: m.Steps}
		if len(m.Why) > 0 {
			c.Title = s.why(m.Why[0]).Message
		}
		out.ByHand = append(out.ByHand, c)
	}
	for _, l := range p.Left {
		out.Left = append(out.Left, tui.Chore{Subject: l.Subject.ID, Title: l.Title, Reason: l.Reason})
	}
	return out
}
