package cloud

import (
	"context"
	"time"
)

// total holds back the requests of all accounts together: evenly, and so that in no
// second there are more than its rate, however late some of them come. Nil holds
// back nothing. It may be used by many goroutines.
type total struct {
	clock  Clock
	gap    time.Duration
	calls  int           // are allowed
	window time.Duration // in any
	turn   chan struct{} // holds an element while somebody waits

	next time.Time   // when the next one is due
	sent []time.Time // in the window
}

func newTotal(clock Clock, perSecond float64) *total {
	calls := max(1, int(perSecond))
	gap := time.Duration(float64(time.Second) / perSecond)
	return &total{clock: clock, gap: gap, calls: calls, window: time.Duration(float64(calls) / perSecond * float64(time.Second)), turn: make(chan struct{}, 1)}
}

// wait returns when a request may be sent that is due otherwise, and when that was;
// or with the context's error.
func (t *total) wait(ctx context.Context, due time.Time) (time.Time, error) {
	if t == nil {
		return due, nil
	}
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return due, ctx.Err()
	}
	for {
		now, at := t.clock.Now(), t.free(due)
		if !at.After(now) {
			t.take(at, now)
			return at, nil
		}
		if err := t.clock.Sleep(ctx, at.Sub(now)); err != nil {
			return due, err
		}
	}
}

// free returns when a request may be sent that is due.
func (t *total) free(due time.Time) time.Time {
	at := due
	if at.Before(t.next) {
		at = t.next
	}
	if n := len(t.sent) - t.calls; n >= 0 {
		if free := t.sent[n].Add(t.window); at.Before(free) {
			at = free
		}
	}
	return at
}

// take is a request that is sent now, and was to be sent at an instant. What came
// late is made up for, as far as it is a small part of the window.
func (t *total) take(at, now time.Time) {
	if late := now.Add(-t.window / spread); at.Before(late) {
		at = late
	}
	t.next = at.Add(t.gap)
	t.sent = append(since(t.sent, now.Add(-t.window)), now)
}
