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
		now := t.clock.Now()
		at := t.free()
		if !at.After(now) {
			t.take(now)
			return due, nil
		}
		if err := t.clock.Sleep(ctx, at.Sub(now)); err != nil {
			return due, err
		}
		due = at
	}
}

// free returns when the next request may be sent.
func (t *total) free() time.Time {
	at := t.next
	if n := len(t.sent) - t.calls; n >= 0 {
		if free := t.sent[n].Add(t.window); at.Before(free) {
			at = free
		}
	}
	return at
}

// take is a request that is sent now. What came late is made up for, as far as it is
// a small part of the window.
func (t *total) take(now time.Time) {
	if late := now.Add(-t.window / spread); t.next.Before(late) {
		t.next = late
	}
	t.next = t.next.Add(t.gap)
	t.sent = append(since(t.sent, now.Add(-t.window)), now)
}
