package fix

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/graph"
)

// Options say how a plan is applied or undone, and with what.
type Options struct {
	Reader api.Caller
	Writer api.Writer
	Files  Files
	// Journal is the name of the journal's file; ID, which no other journal has,
	// makes its tokens of idempotency.
	Journal, ID string
	// Sleep waits; it returns the context's error when that ends first.
	Sleep func(ctx context.Context, d time.Duration) error

	MaxAge             time.Duration // of the plan's snapshot, by the API's clock
	MaxChanges         int
	AcceptLockout      bool
	AcceptIrreversible bool
	Resume             bool // goes on with a journal that is there

	// Confirm is asked before anything is written; a false answer refuses.
	Confirm func(Question) (bool, error)
	// Collect collects the account again, to see whether it is as promised.
	Collect func(ctx context.Context) (*graph.Graph, error)
	Tell    func(Event) // of every step; nil: nobody is told
	// Poll is how often what changes is looked at, 0 every five seconds. All waits
	// are made of it: an hour of that for a cluster to be ready again.
	Poll time.Duration
}

// Question is what is about to be done.
type Question struct {
	Account   string
	ARN       string // of who does it
	Plan      *Plan
	Actions   []Action // those that are left, in the order they are played
	Undo      bool
	Recreates []string // what undoing makes anew, with other ids or addresses
	Skipped   []string // what undoing cannot take back
}

// Event is one step of an action.
type Event struct {
	Action Action
	Undo   bool
	Text   string
}

// Outcome is what became of a plan.
type Outcome struct {
	Done []string // ids of the actions that were done, or undone, in this run
	Date string   // of the last answer: the API's own clock
}

// RefusedError says why a plan was refused before anything was written.
type RefusedError struct{ Err error }

func (e *RefusedError) Error() string { return e.Err.Error() }
func (e *RefusedError) Unwrap() error { return e.Err }

func refusef(format string, args ...any) error { return &RefusedError{fmt.Errorf(format, args...)} }

// StoppedError says why a plan stopped on the way: a value was another than
// expected, a call had no effect or an unknown one, or the account is not what was
// promised.
type StoppedError struct {
	Err         error
	Differences []string // each in words
}

func (e *StoppedError) Error() string {
	return strings.Join(append([]string{e.Err.Error()}, e.Differences...), "; ")
}
func (e *StoppedError) Unwrap() error { return e.Err }

func stopf(format string, args ...any) error { return &StoppedError{Err: fmt.Errorf(format, args...)} }

// ParsePlan reads a plan. An error says what is wrong with it.
func ParsePlan(data []byte) (*Plan, error) {
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("read plan: it is no JSON object: %w", err)
	}
	if head.Schema != Schema {
		return nil, fmt.Errorf("read plan: %w", schemaError(head.Schema, Schema))
	}
	p := &Plan{}
	if err := json.Unmarshal(data, p, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	for i, a := range p.Actions {
		if err := a.intact(); err != nil {
			return nil, fmt.Errorf("read plan: /actions/%d: %w", i, err)
		}
	}
	return p, nil
}

// check refuses a plan that cannot be played.
func (p *Plan) check() error {
	if p.Account == "" {
		return errors.New("/account: it is empty")
	}
	if _, err := time.Parse(time.RFC3339, p.TakenAt); err != nil {
		return fmt.Errorf("/takenAt: %q is no instant of RFC 3339", p.TakenAt)
	}
	seen := map[string]bool{}
	for i, a := range p.Actions {
		at := fmt.Sprintf("/actions/%d", i)
		switch {
		case a.ID == "" || seen[a.ID]:
			return fmt.Errorf("%s/id: %q is empty, or another's too", at, a.ID)
		case a.Digest == "" || a.Leaves == "":
			return fmt.Errorf("%s: it lacks the digest of what it expects, or of what it leaves", at)
		case a.Digest == a.Leaves:
			return fmt.Errorf("%s: it leaves what it expects to find: it changes nothing", at)
		case a.Call.Operation == "" || a.Value.Operation == "":
			return fmt.Errorf("%s: it lacks its call, or where its value is read", at)
		case a.Ready != nil && len(a.Ready.Until) == 0:
			return fmt.Errorf("%s/ready/until: nothing to wait for", at)
		}
		seen[a.ID] = true
	}
	return nil
}

// Apply plays a plan: each value is compared before it is written, and what is
// about to happen is in the journal before it does. The error is a *RefusedError
// when nothing was written, a *StoppedError when the plan stopped on the way or
// the account is not as promised, and of the journal or the context else.
func Apply(ctx context.Context, plan *Plan, o Options) (Outcome, error) {
	if err := o.permits(plan); err != nil {
		return Outcome{}, err
	}
	r := &run{Options: o, reader: collector.NewReader(o.Reader), plan: plan}
	who, err := r.identify(ctx)
	if err == nil {
		err = r.fresh()
	}
	if err == nil && len(plan.Actions) == 0 {
		err = refusef("the plan has no actions: there is nothing to apply")
	}
	if err == nil {
		err = r.takeUp()
	}
	if err != nil {
		return r.outcome, err
	}
	defer r.journal.close()
	if err := r.ready(ctx, who, plan.Actions); err != nil {
		return r.outcome, err
	}
	err = r.play(ctx, plan.Actions)
	return r.outcome, err
}

// permits refuses what a plan may not do without being told so.
func (o Options) permits(p *Plan) error {
	if len(p.Actions) > o.MaxChanges {
		return refusef("the plan changes %d values, more than --max-changes %d", len(p.Actions), o.MaxChanges)
	}
	cut := slices.Clone(p.Preview.CutOff)
	for _, a := range p.Actions {
		if a.Lockout != "" {
			cut = append(cut, a.Lockout)
		}
		if a.Inverse == nil && !o.AcceptIrreversible {
			return refusef("action %s (%s) cannot be undone: %s; --accept-irreversible accepts that", a.ID, a.Title, cmp.Or(a.NotUndoable, "it has no inverse"))
		}
	}
	slices.Sort(cut)
	if cut = slices.Compact(cut); len(cut) > 0 && !o.AcceptLockout {
		return refusef("the plan cuts off declared clients: %s; --accept-lockout accepts that", strings.Join(cut, ", "))
	}
	return nil
}
