package cloud

import (
	"math"
	"slices"
	"time"
)

// How a pace is kept.
const (
	share  = 0.97 // of a quota that is used
	spread = 10   // a quota of more than a second may be used up in this part of its window
	start  = 20   // requests a second of an operation of which nobody knows a quota yet
)

// How a pace is found, when nobody knows the quota, or the vendor says that it is
// too fast: the quota is a smaller one, or shared with other programs. Whatever way
// the vendor counts the calls of a second, the answers that came in the second
// before a refusal are not fewer than it allows: from there a pace goes on, and
// feels its way up, slowly at first.
const (
	below     = 0.97   // of the answers that came in the second before a refusal
	near      = 0.9    // of a rate that came is all of it, but for chance
	nearKnown = 0.7    // the same, where the vendor's documents tell the quota
	slowest   = 0.2    // requests a second
	climb     = 6      // times the answers that came in a second, where nothing was refused yet
	yields    = 0.7    // of its rate goes on with what shares a quota with others, when one of them starves
	step      = 0.0002 // of the rate, times the square of the number of steps
	settles   = time.Second
	stride    = settles / 4 // a step
)

// pace is when the requests of one operation, account and region are sent: evenly,
// and in no window more than its quota allows. It is used under a lock.
type pace struct {
	quota   Quota
	top     float64 // requests a second at most
	rate    float64 // requests a second now
	learned float64 // the rate that the vendor was found to allow; 0: nothing was
	proved  bool    // learned is one that was refused more, now or in an earlier run
	fell    bool    // the vendor said that it is too fast

	last    time.Time   // when the last was to be sent
	sent    []time.Time // in the quota's window, when that is longer than a second
	good    []time.Time // answers that came in the last second
	lowered time.Time
	yielded time.Time
	raised  time.Time
	steps   float64   // since it was lowered
	pressed time.Time // when a request that had to wait was due
}

// newPace is the pace of a quota; remembered is the rate that an earlier run has
// learned, 0 for none.
func newPace(q Quota, remembered float64) *pace {
	p := &pace{quota: q, top: math.Inf(1), rate: start}
	switch {
	case q.Calls <= 0:
	case q.Window <= time.Second:
		p.top = q.Calls * share / q.Window.Seconds()
		p.rate = p.top
	default:
		p.top = q.Calls * spread / q.Window.Seconds()
		p.rate = p.top
	}
	if remembered > 0 {
		p.rate, p.learned, p.proved = min(p.top, max(remembered*below, slowest)), remembered, true
	}
	return p
}

func (p *pace) gap() time.Duration { return time.Duration(float64(time.Second) / p.rate) }

// due returns when a request that was asked for at an instant may be sent, as things
// stand.
func (p *pace) due(asked time.Time) time.Time {
	at := asked
	if next := p.last.Add(p.gap()); at.Before(next) {
		at = next
	}
	if p.quota.Window > time.Second {
		if n := max(1, int(p.quota.Calls*share)); len(p.sent) >= n {
			if free := p.sent[len(p.sent)-n].Add(p.quota.Window); at.Before(free) {
				at = free
			}
		}
	}
	if at.After(asked) {
		p.pressed = at
	}
	return at
}

// take is a request that is sent, at the time when it was due.
func (p *pace) take(at time.Time) {
	p.last = at
	if p.quota.Window > time.Second {
		p.sent = append(since(p.sent, at.Add(-p.quota.Window)), at)
	}
}

// lower is what follows from being too fast.
func (p *pace) lower(now time.Time) {
	p.good = since(p.good, now.Add(-settles))
	came, steady := float64(len(p.good)), near
	if p.quota.Calls > 0 {
		steady = nearKnown
	}
	atMost := came
	if p.quota.Window <= time.Second {
		atMost++ // one may just have been too early, or be on its way
	}
	found := came > 0 && atMost >= p.rate/2
	switch {
	case !p.fell && atMost < p.rate*steady: // whatever was hoped for
		p.rate, found = max(came*below, min(p.rate/2, start)), true
	case found && atMost < p.rate*steady:
		p.rate = came * below
	case now.Sub(p.lowered) < settles: // what was sent before
		return
	case found: // a little too fast, or requests came late and all at once
		p.rate *= below
	case came > 0 && p.quota.Window <= time.Second: // far too fast, for a second
		p.rate, found = came*below, true
	default: // nothing comes, or hardly anything of what is counted by the minute: that is used up
		p.rate /= 2
	}
	p.rate = max(p.rate, slowest)
	if found {
		p.learned, p.proved = p.rate/below, true
	}
	p.lowered, p.fell, p.steps = now, true, 0
}

// yield leaves room for operations that share a quota with this one. Who has sent
// nothing of late takes no room.
func (p *pace) yield(now time.Time) {
	if now.Sub(p.last) > time.Minute || now.Sub(p.yielded) < settles {
		return
	}
	p.good = since(p.good, now.Add(-settles))
	p.rate = max(min(p.rate, max(float64(len(p.good)), 1))*yields, slowest)
	p.learned, p.proved = p.rate/below, true
	p.lowered, p.yielded, p.fell, p.steps = now, now, true, 0
}

// raise takes note of an answer: a pace that is pressed gets faster.
func (p *pace) raise(now time.Time) {
	p.good = append(since(p.good, now.Add(-settles)), now)
	if now.Sub(p.pressed) > stride || p.rate >= p.top {
		return
	}
	if fast := start + climb*float64(len(p.good)); !p.proved {
		p.rate = min(max(p.rate, fast), p.top)
		p.learned = p.rate
	} else if known := p.learned * below; p.rate < known {
		p.rate = min(max(p.rate, fast), known)
	} else if now.Sub(p.raised) >= stride && now.Sub(p.lowered) >= settles {
		p.feel(now)
	}
}

// feel is a step above what is known to be allowed.
func (p *pace) feel(now time.Time) {
	p.raised = now
	p.steps++
	p.rate = min(p.rate*(1+step*p.steps*p.steps), p.top)
	p.learned = max(p.learned, p.rate)
	if p.rate == p.top { // as documented
		p.learned, p.proved = 0, false
	}
}

// since drops the times before an instant, and that instant.
func since(times []time.Time, begin time.Time) []time.Time {
	n := slices.IndexFunc(times, func(t time.Time) bool { return t.After(begin) })
	if n < 0 {
		return times[:0]
	}
	return times[n:]
}
