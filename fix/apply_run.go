package fix

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/snapshot"
)

// run is one application of a plan, or of its inverses.
type run struct {
	Options
	reader  *collector.Reader
	plan    *Plan
	undo    bool
	journal *journal
	taken   bool   // the journal was there
	now     string // the Date of the last answer
	outcome Outcome
}

// identify asks who this is, and refuses another account than the plan's. It
// returns the ARN.
func (r *run) identify(ctx context.Context) (arn string, err error) {
	answers, err := r.reader.Read(ctx, api.Request{Product: "sts", Operation: "GetCallerIdentity"})
	if err != nil {
		return "", r.before(ctx, fmt.Errorf("ask who this is: %w", err))
	}
	body, err := snapshot.ParseJSON(answers[0].Body)
	if err != nil {
		return "", refusef("ask who this is: %w", err)
	}
	r.tick(answers[0].Date)
	if account := body.Get("AccountId").Text(); account != r.plan.Account {
		return "", refusef("the plan is for account %s; these credentials are of account %s", r.plan.Account, account)
	}
	return body.Get("Arn").Text(), nil
}

// before is an error that came before anything was written: the context's own, or
// a refusal.
func (r *run) before(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return &RefusedError{err}
}

// tick keeps the API's clock.
func (r *run) tick(date string) {
	if at, err := http.ParseTime(date); err == nil {
		r.now = at.UTC().Format(time.RFC3339)
		r.outcome.Date = r.now
	}
}

// ahead is how far a snapshot may seem to be of the future: clocks of the vendor's
// services differ.
const ahead = 5 * time.Minute

// fresh refuses a snapshot that is too old, by the API's own clock.
func (r *run) fresh() error {
	taken, err := time.Parse(time.RFC3339, r.plan.TakenAt)
	if err != nil {
		return refusef("read plan: %w", err)
	}
	now, err := time.Parse(time.RFC3339, r.now)
	if err != nil {
		return refusef("the API does not tell its time: how old the plan's snapshot is cannot be known")
	}
	switch age := now.Sub(taken); {
	case age > r.MaxAge:
		return refusef("the plan's snapshot is %s old, more than --max-age %s: make the plan again", age.Round(time.Second), r.MaxAge)
	case age < -ahead:
		return refusef("the plan's snapshot is of %s, and the API's clock says %s", r.plan.TakenAt, r.now)
	}
	return nil
}

// takeUp opens the journal that is there, or has one that is not written yet.
func (r *run) takeUp() error {
	j, err := openJournal(r.Files, r.Journal)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if r.Resume {
			return refusef("there is no journal %s to resume", r.Journal)
		}
		r.journal = &journal{files: r.Files, name: r.Journal, id: r.ID, plan: r.plan}
		return nil
	case err != nil:
		return &RefusedError{err}
	case !samePlan(j.plan, r.plan):
		return refusef("journal %s is of another plan: name another with --journal", r.Journal)
	case j.undoing():
		return refusef("journal %s is of a plan that was undone, or is being: `fix undo` ends that; to apply the plan again, name another journal", r.Journal)
	case !r.Resume && j.touched():
		return refusef("journal %s holds what was done already: --resume goes on, `fix undo` takes it back", r.Journal)
	}
	r.journal, r.taken = j, true
	return nil
}

func samePlan(a, b *Plan) bool {
	x, errX := json.Marshal(a, json.Deterministic(true))
	y, errY := json.Marshal(b, json.Deterministic(true))
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// ready checks everything that can be before anything is written: all values, and
// by dry runs where there are any that the calls are allowed. Then it asks, and
// begins the journal.
func (r *run) ready(ctx context.Context, arn string, actions []Action) error {
	left := slices.DeleteFunc(slices.Clone(actions), func(a Action) bool { return r.settled(r.journal.of(a.ID)) })
	if err := r.compareAll(ctx, left); err != nil {
		return err
	}
	for _, a := range left {
		if err := r.try(ctx, a); err != nil {
			return err
		}
	}
	q := Question{Account: r.plan.Account, ARN: arn, Plan: r.plan, Actions: left, Undo: r.undo}
	if r.undo {
		q.Recreates, q.Skipped = r.recreates(left), r.skipped()
	}
	if r.Confirm != nil && len(left) > 0 {
		switch yes, err := r.Confirm(q); {
		case err != nil:
			return &RefusedError{err}
		case !yes:
			return refusef("not confirmed: nothing was changed")
		}
	}
	if _, err := r.Files.ReadFile(r.Journal); !r.taken && !errors.Is(err, fs.ErrNotExist) {
		return refusef("journal %s appeared meanwhile: another run is under way", r.Journal)
	}
	return r.journal.rewrite()
}

// settled reports whether nothing is left to do for an action.
func (r *run) settled(p progress) bool {
	return r.undo && p.state == NotDone || !r.undo && p.state == Done
}

// sides returns the digests of the value before and after, and the call between.
func (r *run) sides(a Action) (from, to string, c Call) {
	if !r.undo {
		return a.Digest, a.Leaves, a.Call
	}
	if a.Inverse == nil {
		return a.Leaves, a.Digest, Call{}
	}
	return a.Leaves, a.Digest, *a.Inverse
}

// compareAll compares every value with what its action expects, before the first
// is written. What earlier actions leave counts as read.
func (r *run) compareAll(ctx context.Context, left []Action) error {
	left = slices.Clone(left)
	now := map[string]string{}
	var differ []string
	for _, a := range left {
		from, to, _ := r.sides(a)
		key := probeKey(a.Value)
		if r.journal.of(a.ID).state == InDoubt && !(r.undo && !r.journal.of(a.ID).undo) {
			now[key] = to // step finds out
			continue
		}
		if _, known := now[key]; !known {
			live, err := r.read(ctx, a.Value)
			if err != nil {
				return r.before(ctx, fmt.Errorf("read what %s changes: %w", a.ID, err))
			}
			now[key] = live.digest
			if live.digest != from && r.journal.of(a.ID).state != InDoubt {
				differ = append(differ, differs(a, live, from, to))
			}
		} else if now[key] != from {
			differ = append(differ, fmt.Sprintf("%s (%s): an action before it leaves another value than it expects", a.ID, a.Title))
		}
		now[key] = to
	}
	if len(differ) > 0 {
		return &StoppedError{errors.New("nothing was changed: values are not those that the plan expects"), differ}
	}
	return nil
}

func probeKey(p Probe) string {
	text, err := json.Marshal(p, json.Deterministic(true))
	if err != nil {
		return fmt.Sprint(p)
	}
	return string(text)
}

// differs says what is wrong with a value.
func differs(a Action, live reading, from, to string) string {
	text := "it is " + live.text()
	if a.Value.Secret {
		text = "it was changed"
	}
	if live.digest == to {
		text = "it is already what the plan would make it, and this plan did not do that"
	}
	return fmt.Sprintf("%s (%s): %s: %s", a.ID, a.Title, a.Value, text)
}

// try asks by a dry run whether a call is allowed. Only a refusal counts: what
// else is wrong may be put right by an action before it.
func (r *run) try(ctx context.Context, a Action) error {
	_, _, call := r.sides(a)
	if call.Live != nil || len(call.Answered) > 0 || call.Operation == "" {
		return nil
	}
	w := call.write(call.Body, nil, "")
	w.DryRun = true
	answer, err := r.Writer.Write(ctx, w)
	if err != nil {
		return r.before(ctx, fmt.Errorf("%s (%s): %w", a.ID, a.Title, err))
	}
	if denied(answer) {
		return refusef("%s (%s): these credentials may not call %s %s (%s): nothing was changed", a.ID, a.Title, call.Product, call.Operation, fault(answer))
	}
	return nil
}

// read reads a live value, and keeps the API's clock.
func (r *run) read(ctx context.Context, p Probe) (reading, error) {
	got, err := p.read(ctx, r.reader)
	r.tick(got.date)
	return got, err
}
