package fix

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"esaudit/collector/api"
	"esaudit/snapshot"
)

// How long a value is looked at again, in looks: one that has not changed yet, a
// call whose answer was lost, a call that was refused for a reason that passes and
// all of those together, and a cluster that is not ready.
const (
	defaultPoll = 5 * time.Second
	settleFor   = 24  // two minutes
	lostFor     = 6   // half a minute
	busyEvery   = 6   // half a minute
	busyFor     = 180 // a quarter of an hour
	readyFor    = 720 // an hour
	maxLost     = 3   // calls without an answer
)

// play plays the actions one after the other, and then sees whether the account
// is as promised.
func (r *run) play(ctx context.Context, actions []Action) error {
	for _, a := range actions {
		if err := r.step(ctx, a); err != nil {
			return err
		}
	}
	return r.verify(ctx)
}

// attempt is the playing of one action.
type attempt struct {
	*run
	action   Action
	from, to string
	call     Call
	progress progress
	open     bool // a call was made, or about to be, and what came of it is not known
	lost     int  // calls whose answer was lost
	waited   int  // looks
}

// step plays one action, unless that is done already.
func (r *run) step(ctx context.Context, a Action) error {
	p := r.journal.of(a.ID)
	if r.undo && p.state == InDoubt && !p.undo {
		if err := r.resolve(ctx, a); err != nil {
			return err
		}
		p = r.journal.of(a.ID)
	}
	if r.settled(p) {
		return nil
	}
	t := &attempt{run: r, action: a, progress: p, open: p.state == InDoubt}
	t.from, t.to, t.call = r.sides(a)
	for {
		if ended, err := t.once(ctx); ended || err != nil {
			return err
		}
	}
}

// once reads the value, compares it, and makes the call. It reports whether the
// action has ended; otherwise it is to be tried again.
func (t *attempt) once(ctx context.Context) (ended bool, err error) {
	if t.open {
		if err := t.await(ctx, t.action, false); err != nil {
			return false, err
		}
	}
	live, err := t.look(ctx, map[bool]int{true: lostFor}[t.open])
	if err != nil {
		return false, err
	}
	switch {
	case live.digest == t.to && t.open:
		return true, t.record(ctx, api.Answer{}, live)
	case live.digest != t.from && t.open:
		return false, t.doubt("its value is neither the old nor the new one: it is %s", t.shown(live))
	case live.digest != t.from:
		return false, stopf("stopped: %s", differs(t.action, live, t.from, t.to))
	case t.lost >= maxLost:
		return false, t.doubt("no answer came to %d calls, and the value is still the old one", t.lost)
	}
	body, made, err := t.call.body(live)
	if err != nil {
		return false, stopf("stopped: %s (%s): %w", t.action.ID, t.action.Title, err)
	}
	if err := t.announce(live); err != nil {
		return false, err
	}
	t.tell("calling %s %s", t.call.Product, t.call.Operation)
	answer, err := t.Writer.Write(ctx, t.call.write(body, t.taken(), t.progress.token))
	if err != nil {
		return false, t.unsent(ctx, err)
	}
	t.tick(answer.Date)
	switch judge(answer) {
	case taken:
		return t.follow(ctx, answer, made)
	case lost:
		t.tell("no answer that says whether it was done (%s): reading the value", fault(answer))
		t.open, t.lost = true, t.lost+1
		return false, nil
	case busy:
		return false, t.later(ctx, answer)
	}
	return t.refuse(ctx, answer)
}

// taken are the parameters that an inverse takes from the answer of its action.
func (t *attempt) taken() map[string]string {
	if !t.undo {
		return nil
	}
	return t.progress.answered
}

// announce writes to the journal that the call is about to be made. A call whose
// answer was lost is made again with the same token, so that it has its effect
// once; one that was refused with another, because the vendor may remember that.
func (t *attempt) announce(live reading) error {
	p := &t.progress
	if !t.open {
		p.had = t.action.has(live)
		p.attempt++
		p.token = token(t.journal.id, t.action.ID, t.undo, p.attempt)
	}
	return t.journal.append(entry{At: t.now, What: intent, Action: t.action.ID, Undo: t.undo, Attempt: p.attempt, Token: p.token, Had: p.had})
}

// token makes a token of idempotency: ASCII, at most 64 characters.
func token(journal, action string, undo bool, attempt int) string {
	sum := sha256.Sum256([]byte(journal + "\x00" + action + "\x00" + strconv.FormatBool(undo) + "\x00" + strconv.Itoa(attempt)))
	return "esaudit-" + hex.EncodeToString(sum[:20])
}

// unsent is a call that was never sent.
func (t *attempt) unsent(ctx context.Context, err error) error {
	if !t.open {
		if err := t.refused(err.Error()); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return err
	}
	return stopf("stopped: %s (%s): %w", t.action.ID, t.action.Title, err)
}

func (t *attempt) refused(why string) error {
	return t.journal.append(entry{At: t.now, What: refused, Action: t.action.ID, Undo: t.undo, Attempt: t.progress.attempt, Why: why})
}

// later waits for what refuses a call to pass.
func (t *attempt) later(ctx context.Context, answer api.Answer) error {
	if t.waited >= busyFor {
		_, err := t.refuse(ctx, answer)
		return err
	}
	if !t.open {
		if err := t.refused(fault(answer)); err != nil {
			return err
		}
	}
	t.tell("refused for now: %s", fault(answer))
	t.waited += busyEvery
	return t.rest(ctx, busyEvery)
}

// refuse ends an action whose call had no effect, unless an earlier call of it,
// whose answer was lost, had.
func (t *attempt) refuse(ctx context.Context, answer api.Answer) (ended bool, err error) {
	if t.open {
		live, err := t.look(ctx, lostFor)
		switch {
		case err != nil:
			return false, err
		case live.digest == t.to:
			return true, t.record(ctx, api.Answer{}, live)
		case live.digest != t.from:
			return false, t.doubt("the vendor says %s, and its value is %s", fault(answer), t.shown(live))
		}
	}
	if err := t.refused(fault(answer)); err != nil {
		return false, err
	}
	if !t.changed() {
		why := "the vendor refused the call: " + fault(answer)
		if denied(answer) {
			why = fmt.Sprintf("these credentials may not call %s %s (%s)", t.call.Product, t.call.Operation, fault(answer))
		}
		return false, refusef("%s (%s): %s: nothing was changed", t.action.ID, t.action.Title, why)
	}
	return false, stopf("stopped: %s (%s): the vendor refused the call: %s", t.action.ID, t.action.Title, fault(answer))
}

// changed reports whether this plan has changed anything, in any run.
func (t *attempt) changed() bool {
	return t.undo || slices.ContainsFunc(t.journal.entries, func(e entry) bool { return e.What == done })
}

// follow waits for the effect of a call that was accepted.
func (t *attempt) follow(ctx context.Context, answer api.Answer, made *snapshot.Node) (bool, error) {
	t.open = true
	if err := t.await(ctx, t.action, true); err != nil {
		return false, err
	}
	live, err := t.look(ctx, settleFor)
	if err != nil {
		return false, err
	}
	if live.digest != t.to {
		return false, t.doubt("the vendor accepted the call, and its value is %s", t.shown(live))
	}
	if name, ok := keeps(live.value, made); !ok {
		return false, t.doubt("the secret value of %s is another than before", name)
	}
	return true, t.record(ctx, answer, live)
}

// look reads the value, and again while it is not the new one, for some time: for
// longer while it is neither, because it may be on its way.
func (t *attempt) look(ctx context.Context, patience int) (reading, error) {
	for looks := 0; ; looks++ {
		live, err := t.read(ctx, t.action.Value)
		if err != nil {
			return reading{}, t.failed(ctx, err)
		}
		if live.digest == t.to || live.digest == t.from && looks >= patience || looks >= max(patience, settleFor) || patience == 0 {
			return live, nil
		}
		if err := t.rest(ctx, 1); err != nil {
			return reading{}, err
		}
	}
}

// record writes to the journal that the action is done, once the cluster is ready
// for the next.
func (t *attempt) record(ctx context.Context, answer api.Answer, live reading) error {
	if err := t.await(ctx, t.action, true); err != nil {
		return err
	}
	e := entry{At: t.now, What: done, Action: t.action.ID, Undo: t.undo, Attempt: t.progress.attempt}
	if !t.undo {
		e.Answered = t.action.takes(answer, live, t.progress.had)
	}
	if err := t.journal.append(e); err != nil {
		return err
	}
	t.outcome.Done = append(t.outcome.Done, t.action.ID)
	t.tell("%s", map[bool]string{false: "done", true: "undone"}[t.undo])
	return nil
}

// await waits until what an action changes is ready: after a call that was
// taken, or before it is found out what became of one. Where what is waited for is
// the value itself, only the first makes sense, and only the direction says which.
func (r *run) await(ctx context.Context, a Action, accepted bool) error {
	own := a.Ready != nil && probeKey(a.Ready.Probe) == probeKey(a.Value)
	if a.Ready == nil || own && !accepted {
		return nil
	}
	_, to, _ := r.sides(a)
	for looks := 0; ; looks++ {
		got, err := r.read(ctx, a.Ready.Probe)
		if err != nil {
			return r.failed(ctx, err)
		}
		states := got.states()
		state := strings.Join(states, ", ")
		switch {
		case own && got.digest == to, !own && !slices.ContainsFunc(states, func(s string) bool { return !slices.Contains(a.Ready.Until, s) }):
			return nil
		case slices.ContainsFunc(states, func(s string) bool { return slices.Contains(a.Ready.Failed, s) }):
			return stopf("stopped: %s (%s): %s is %q", a.ID, a.Title, a.Ready.Probe, state)
		case looks >= readyFor:
			return stopf("stopped: %s (%s): %s is still %q after %s", a.ID, a.Title, a.Ready.Probe, state, readyFor*r.poll())
		}
		if looks == 0 {
			r.say(a, fmt.Sprintf("waiting while it is %q", state))
		}
		if err := r.rest(ctx, 1); err != nil {
			return err
		}
	}
}

// states are a value that is waited for, or those of a list.
func (r reading) states() []string {
	if r.value.Kind() != snapshot.Array {
		return []string{r.value.Text()}
	}
	var out []string
	for _, item := range r.value.Items() {
		out = append(out, item.Text())
	}
	return out
}

// rest waits for a number of looks.
func (r *run) rest(ctx context.Context, looks int) error {
	return r.Sleep(ctx, time.Duration(looks)*r.poll())
}

func (r *run) poll() time.Duration { return cmp.Or(r.Poll, defaultPoll) }

// failed is a read that failed on the way.
func (r *run) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return stopf("stopped: %w", err)
}

// resolve finds out what became of a call whose action is to be undone.
func (r *run) resolve(ctx context.Context, a Action) error {
	if err := r.await(ctx, a, false); err != nil {
		return err
	}
	forward := *r
	forward.undo = false
	t := &attempt{run: &forward, action: a, progress: r.journal.of(a.ID), open: true}
	t.from, t.to, t.call = forward.sides(a)
	live, err := t.look(ctx, lostFor)
	switch {
	case err != nil:
		return err
	case live.digest == t.to:
		return r.journal.append(entry{At: r.now, What: done, Action: a.ID, Attempt: t.progress.attempt, Answered: a.takes(api.Answer{}, live, t.progress.had)})
	case live.digest == t.from:
		return t.refused("its value is the old one")
	}
	return t.doubt("its value is neither the old nor the new one: it is %s", t.shown(live))
}

func (t *attempt) doubt(format string, args ...any) error {
	return stopf("stopped: %s (%s) is in doubt: %w", t.action.ID, t.action.Title, fmt.Errorf(format, args...))
}

// shown is a value for people.
func (t *attempt) shown(live reading) string {
	if t.action.Value.Secret {
		return "not shown: it holds secrets"
	}
	return live.text()
}

func (t *attempt) tell(format string, args ...any) { t.say(t.action, fmt.Sprintf(format, args...)) }

func (r *run) say(a Action, text string) {
	if r.Tell != nil {
		r.Tell(Event{a, r.undo, text})
	}
}
