package fix

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"esaudit/change"
	"esaudit/config"
	"esaudit/diff"
	"esaudit/finding"
	"esaudit/snapshot"
)

// Input is what a plan is made from.
type Input struct {
	Snapshot *snapshot.Snapshot // of one account
	Config   config.Config
	Findings []finding.Finding // what is to be corrected
	Rules    []finding.Rule    // what their rules say of doing it by hand
	Edits    []change.Edit     // wishes: edits, or those of a cut
	// Judge builds the graph of a snapshot and applies the rules to it.
	Judge         func(context.Context, *snapshot.Snapshot) (diff.Side, error)
	Restarts      bool // also corrections that restart a cluster
	AcceptLockout bool // also corrections that cut off a declared client
	// Only keeps the actions with these ids, as the plan without Only has them; nil
	// keeps all. Restarts and AcceptLockout are to be the same in both, and true: an
	// action is left out for one reason only.
	Only    []string
	Version string
	// Tell is told how far it is, from one goroutine, often; nil for nobody. What is
	// counted is in the comments of Stage.
	Tell func(s Stage, done, of int)
}

// Stage is what making a plan is at.
type Stage uint8

// The stages of making a plan.
const (
	Correcting Stage = iota // findings
	Editing                 // the snapshot; it is not counted
	Judging                 // what the plan leaves; it is not counted
	Comparing               // clusters; of is 0 at first
)

// at tells how far it is, and is the error of a plan that is given up.
func (in Input) at(ctx context.Context, s Stage, done, of int) error {
	if in.Tell != nil && ctx.Err() == nil {
		in.Tell(s, done, of)
	}
	return ctx.Err()
}

// wish is one correction that somebody wants.
type wish struct {
	subject finding.Subject
	why     Why
	asked   bool // for exactly this, by somebody
}

// planner gathers the actions of a plan.
type planner struct {
	Input
	account *snapshot.Account
	actions []Action
	byValue map[string]int      // the place of an action, by what it changes and leaves
	lists   map[string][]string // whitelists as the actions so far leave them, by their key
	yml     map[string]*keys    // edits of elasticsearch.yml, by cluster
	manual  []Manual
	left    []Left
}

// New makes a plan. Actions that restart a cluster or cut off a declared client
// are left out, and named, unless they are asked for.
func New(ctx context.Context, in Input) (*Plan, error) {
	p, before, after, err := gather(ctx, in)
	if err != nil {
		return nil, err
	}
	p.remaining(after)
	return p.plan(ctx, before, after)
}

// Draft is New without what the actions would change: no preview, no promise,
// nothing by hand. Its actions are those of New.
func Draft(ctx context.Context, in Input) (*Plan, error) {
	p, _, _, err := gather(ctx, in)
	if err != nil {
		return nil, err
	}
	return p.document()
}

// gather gathers actions, and judges the estate before and after them.
func gather(ctx context.Context, in Input) (p *planner, before, after diff.Side, err error) {
	if n := len(in.Snapshot.Accounts()); n != 1 {
		return nil, before, after, fmt.Errorf("make plan: the estate holds %d accounts; a plan is for one", n)
	}
	p = &planner{
		Input: in, account: in.Snapshot.Accounts()[0],
		byValue: map[string]int{}, lists: map[string][]string{}, yml: map[string]*keys{}, manual: []Manual{}, left: []Left{},
	}
	if err = p.corrections(ctx); err == nil {
		before, err = in.Judge(ctx, in.Snapshot)
	}
	if err == nil {
		after, err = p.preview(ctx, before)
	}
	if err != nil {
		return nil, before, after, fmt.Errorf("make plan: %w", err)
	}
	return p, before, after, nil
}

// corrections gathers the actions that correct findings and fulfil wishes.
func (p *planner) corrections(ctx context.Context) error {
	for i, f := range p.Findings {
		if err := p.at(ctx, Correcting, i, len(p.Findings)); err != nil {
			return err
		}
		if f.Status == finding.Fail || f.Status == finding.Latent {
			p.correct(f)
		}
	}
	if _, err := change.Apply(p.Snapshot, p.Edits...); err != nil {
		return err
	}
	for _, e := range p.Edits {
		if err := p.grant(e); err != nil {
			return fmt.Errorf("%s %s: %w", e.Verb, e, err)
		}
	}
	p.editSettings()
	p.order()
	return nil
}

// remaining names what the plan does not mend, or only in part, as steps by
// hand.
func (p *planner) remaining(after diff.Side) {
	told := map[string]bool{}
	for _, m := range p.manual {
		for _, w := range m.Why {
			told[w.Fingerprint] = true
		}
	}
	for _, l := range p.left {
		for _, w := range l.Why {
			told[w.Fingerprint] = true
		}
	}
	is := map[string]finding.Finding{}
	for _, f := range after.Findings {
		is[f.Fingerprint] = f
	}
	for _, f := range p.Findings {
		now, there := is[f.Fingerprint]
		if there && now.Status == f.Status && now.Severity >= f.Severity && !told[f.Fingerprint] && (f.Status == finding.Fail || f.Status == finding.Latent) {
			p.byHand(wish{subject: f.Subject, why: Why{f.Rule, f.Fingerprint, now.Message}}, p.console(f)...)
		}
	}
}

// document is the plan of what was gathered, without what it would change.
func (p *planner) document() (*Plan, error) {
	out := &Plan{
		Schema: Schema, Tool: finding.Tool{Name: "esaudit", Version: p.Version}, Account: p.account.ID,
		TakenAt: p.account.TakenAt.Format(time.RFC3339), Digest: p.Snapshot.Digest(), Regions: append([]string{}, p.account.Regions...),
		Self: []string{}, Actions: []Action{}, Manual: p.manual, Left: p.left,
	}
	for _, c := range p.Config.Clients {
		if c.Self && !slices.Contains(out.Self, c.Name) {
			out.Self = append(out.Self, c.Name)
		}
	}
	for i, a := range p.actions {
		a.ID = actionID(i + 1)
		var err error
		if a.Seal, err = sealOf(a); err != nil {
			return nil, err
		}
		out.Actions = append(out.Actions, a)
	}
	return out, nil
}

// plan is the document of what was gathered.
func (p *planner) plan(ctx context.Context, before, after diff.Side) (*Plan, error) {
	out, err := p.document()
	if err != nil {
		return nil, err
	}
	var clusters []string
	if err := p.at(ctx, Comparing, 0, 0); err != nil {
		return nil, fmt.Errorf("make plan: %w", err)
	}
	if out.Preview, clusters, err = previewOf(ctx, before, after); err != nil {
		return nil, fmt.Errorf("make plan: %w", err)
	}
	for _, a := range out.Actions {
		if a.Cluster != "" {
			clusters = append(clusters, a.Cluster)
		}
	}
	slices.Sort(clusters)
	if out.Promised, err = p.promised(ctx, slices.Compact(append([]string{}, clusters...)), before, after); err != nil {
		return nil, fmt.Errorf("make plan: %w", err)
	}
	return out, nil
}

// promised asks for the ways in to clusters, which are sorted, a few at a time: so
// it can be given up, and says how far it is.
func (p *planner) promised(ctx context.Context, clusters []string, before, after diff.Side) (Ways, error) {
	w := Ways{Clusters: clusters, Before: []diff.Change{}, After: []diff.Change{}, Unclear: []diff.Change{}}
	var unclear []diff.Change // after
	done := 0
	for few := range slices.Chunk(clusters, 16) {
		if err := p.at(ctx, Comparing, done, len(clusters)); err != nil {
			return Ways{}, err
		}
		w.Before = append(w.Before, diff.Ways(before.Graph, few)...)
		w.After = append(w.After, diff.Ways(after.Graph, few)...)
		w.Unclear = append(w.Unclear, diff.Unclear(before.Graph, few)...)
		unclear = append(unclear, diff.Unclear(after.Graph, few)...)
		done += len(few)
	}
	w.Unclear = append(w.Unclear, unclear...)
	return w, nil
}

// add puts an action into the plan. One that is there already has one more
// reason.
func (p *planner) add(a Action, why Why) {
	if a.Digest != "" && a.Digest == a.Leaves {
		return // it is so already
	}
	key := strings.Join([]string{a.Call.Product, a.Call.Operation, text(a.Call.Params), string(a.Call.Body), strings.Join(a.Edits, "\n")}, "\x00")
	if i, there := p.byValue[key]; there {
		p.actions[i].because(why)
		return
	}
	a.Why = []Why{}
	a.because(why)
	a.Cost = cmp.Or(a.Cost, "none")
	p.byValue[key] = len(p.actions)
	p.actions = append(p.actions, a)
}

func (a *Action) because(why Why) {
	if !slices.Contains(a.Why, why) {
		a.Why = append(a.Why, why)
	}
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// byHand adds a manual step.
func (p *planner) byHand(w wish, steps ...string) {
	for i, m := range p.manual {
		if m.Subject == w.subject && slices.Equal(m.Steps, steps) {
			if !slices.Contains(m.Why, w.why) {
				p.manual[i].Why = append(m.Why, w.why)
			}
			return
		}
	}
	p.manual = append(p.manual, Manual{Subject: w.subject, Why: []Why{w.why}, Steps: steps})
}

// The stages of a plan: what opens comes before what closes, and what restarts
// comes last.
const (
	stageAdd = iota
	stageRemove
	stageSwitch
	stageRestart
)

func stage(a Action) int {
	switch {
	case a.Restarts:
		return stageRestart
	case strings.HasPrefix(a.Kind, "close-"):
		return stageSwitch
	case len(a.Edits) > 0 && strings.HasPrefix(a.Edits[0], "add "):
		return stageAdd
	}
	return stageRemove
}

// order sorts the actions: one cluster after the other, and each in stages.
// Actions of one list keep their order, because each expects what the one
// before it leaves.
func (p *planner) order() {
	slices.SortStableFunc(p.actions, func(a, b Action) int {
		return cmp.Or(cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(stage(a), stage(b)))
	})
	p.relink()
}

// relink gives each action of a whitelist the value that the one before it
// leaves.
func (p *planner) relink() {
	lists := map[string]json.RawMessage{}
	for i := range p.actions {
		a := &p.actions[i]
		if a.entries == nil {
			continue
		}
		key := text(a.Value)
		if value, there := lists[key]; there {
			a.Before = value
		}
		a.After = a.entries.applied(a.Before)
		a.seal()
		lists[key] = a.After
	}
	p.actions = slices.DeleteFunc(p.actions, func(a Action) bool { return a.Digest == a.Leaves })
}

// seal computes the digests of both values.
func (a *Action) seal() {
	a.Digest, a.Leaves = mustDigest(a.Before, a.Value.Set), mustDigest(a.After, a.Value.Set)
	if a.Value.Secret {
		a.Before, a.After = json.RawMessage("null"), json.RawMessage("null")
	}
}

// mustDigest is the digest of a value that was made here, which parses.
func mustDigest(raw json.RawMessage, set bool) string {
	d, err := Digest(raw, set)
	if err != nil {
		panic(err)
	}
	return d
}
