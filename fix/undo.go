package fix

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"esaudit/collector"
)

// Undo plays the inverses of what a journal says was done, in reverse order, with
// the same checks as Apply, and so restores the account. What is in doubt is found
// out first. An undo that was interrupted goes on. Errors are as Apply's.
//
// What there is no inverse of stays as it is; that is refused unless
// Options.AcceptIrreversible. A plan's age does not count: what it found is
// restored.
func Undo(ctx context.Context, o Options) (Outcome, error) {
	j, err := openJournal(o.Files, o.Journal)
	if err != nil {
		return Outcome{}, &RefusedError{err}
	}
	r := &run{Options: o, reader: collector.NewReader(o.Reader), plan: j.plan, undo: true, journal: j, taken: true}
	defer j.close()
	if left := r.skipped(); len(left) > 0 && !o.AcceptIrreversible {
		return Outcome{}, refusef("what was done cannot all be undone: %s; --accept-irreversible undoes the rest", strings.Join(left, "; "))
	}
	who, err := r.identify(ctx)
	if err != nil {
		return r.outcome, err
	}
	actions := r.reversed()
	for _, a := range actions {
		if err := r.complete(a); err != nil {
			return r.outcome, err
		}
	}
	if err := r.ready(ctx, who, actions); err != nil {
		return r.outcome, err
	}
	err = r.play(ctx, actions)
	return r.outcome, err
}

// reversed are the actions that have an inverse, the last first.
func (r *run) reversed() []Action {
	actions := slices.Clone(r.plan.Actions)
	slices.Reverse(actions)
	return slices.DeleteFunc(actions, func(a Action) bool { return a.Inverse == nil })
}

// skipped says what was done, or may have been, and has no inverse.
func (r *run) skipped() []string {
	var out []string
	for _, a := range r.plan.Actions {
		if a.Inverse == nil && r.journal.of(a.ID).state != NotDone {
			out = append(out, fmt.Sprintf("%s (%s): %s", a.ID, a.Title, a.NotUndoable))
		}
	}
	return out
}

// recreates says what undoing makes anew, with another id or address.
func (r *run) recreates(actions []Action) []string {
	var out []string
	for _, a := range actions {
		if a.Recreates != "" {
			out = append(out, fmt.Sprintf("%s (%s): %s", a.ID, a.Title, a.Recreates))
		}
	}
	return out
}

// complete refuses an inverse that lacks a parameter which the answer did not
// have. One in doubt may yet get it.
func (r *run) complete(a Action) error {
	p := r.journal.of(a.ID)
	if p.state != Done {
		return nil
	}
	for param := range a.Inverse.Answered {
		if p.answered[param] == "" {
			return &RefusedError{errors.Join(fmt.Errorf("%s (%s) cannot be undone: its answer had no %s", a.ID, a.Title, param))}
		}
	}
	return nil
}
