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
	start  = 10   // requests a second of an operation of which nobody knows a quota
)

// How a pace is found, when the vendor says that it is too fast: its quota is a
// smaller one, or shared with other programs. It goes back below the rate that
// answers came at, and from there feels its way up, slowly at first.
const (
	below   = 0.95  // of the rate at which answers came
	slowest = 0.2   // requests a second
	step    = 0.001 // of the rate, more with every step
	leap    = 1.4   // times the rate, where nothing was refused yet
	most    = 0.8   // of a rate stays at least
	settles = time.Second
	looks   = 3 * settles // what answers are looked at; one second may be a bad one
	stride  = settles / 4 // a step
)

// pace is when the requests of one operation, account and region are sent: evenly,
// and in no window more than its quota allows. It is used under a lock.
type pace struct {
	quota   Quota
	top     float64 // requests a second at most
	rate    float64 // requests a second now
	learned float64 // the rate that the vendor was found to allow; 0: nothing was
	refused bool    // the vendor said that it is too fast, now or in an earlier run

	next    time.Time   // when the next may be sent
	sent    []time.Time // in the quota's window, when that is longer than a second
	good    []time.Time // answers that came, looked at
	lowered time.Time
	raised  time.Time
	steps   float64 // since it was lowered
	pressed bool    // a request had to wait since it was raised
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
		p.rate, p.learned, p.refused = min(p.top, max(remembered*below, slowest)), remembered, true
	}
	return p
}

func (p *pace) gap() time.Duration { return time.Duration(float64(time.Second) / p.rate) }

// reserve takes the next time at or after an instant.
func (p *pace) reserve(at time.Time) time.Time {
	asked := at
	if at.Before(p.next) {
		at = p.next
	}
	if p.quota.Window > time.Second {
		p.sent = since(p.sent, at.Add(-p.quota.Window))
		if n := max(1, int(p.quota.Calls*share)); len(p.sent) >= n {
			if free := p.sent[len(p.sent)-n].Add(p.quota.Window); at.Before(free) {
				at = free
			}
		}
		p.sent = append(p.sent, at)
	}
	p.pressed = p.pressed || at.After(asked)
	p.next = at.Add(p.gap())
	return at
}

// giveUp gives a time back, when it is the last that was taken.
func (p *pace) giveUp(at time.Time) {
	if !p.next.Equal(at.Add(p.gap())) {
		return
	}
	p.next = at
	if n := len(p.sent); n > 0 && p.sent[n-1].Equal(at) {
		p.sent = p.sent[:n-1]
	}
}

// lower is what follows from being too fast: once for all answers to what was
// sent before.
func (p *pace) lower(now time.Time) {
	if now.Sub(p.lowered) < settles {
		return
	}
	stays := most
	if p.quota.Calls > 0 && now.Sub(p.lowered) > looks {
		stays = below // a known quota: more likely requests came late and all at once
	}
	p.rate = max(min(p.rate, p.came(now))*below, p.rate*stays, slowest)
	p.learned = p.rate / below
	p.lowered, p.refused, p.steps, p.pressed = now, true, 0, false
}

// came is how many answers a second came of late.
func (p *pace) came(now time.Time) float64 {
	all := since(p.good, now.Add(-looks))
	last := since(all, now.Add(-settles))
	return max(float64(len(last))/settles.Seconds(), float64(len(all))/looks.Seconds())
}

// raise takes note of an answer: a pace that is pressed gets faster.
func (p *pace) raise(now time.Time) {
	p.good = append(since(p.good, now.Add(-looks)), now)
	if !p.pressed || p.rate >= p.top || now.Sub(p.raised) < stride || now.Sub(p.lowered) < settles {
		return
	}
	p.raised, p.pressed = now, false
	if !p.refused {
		p.rate = min(p.rate*leap, p.top)
		p.learned = p.rate
		return
	}
	p.steps++
	p.rate = min(p.rate*(1+step*p.steps), p.top)
	p.learned = max(p.learned, p.rate)
	if p.rate == p.top { // as documented
		p.learned, p.refused = 0, false
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
