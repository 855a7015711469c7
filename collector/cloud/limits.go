package cloud

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// quota is a documented rate: calls of one operation, by one account, in one
// region, in a window ("API rate limits" in the documents of each product).
type quota struct {
	calls  float64
	window time.Duration
}

// share is the part of a quota that may be used at once; the rest is spread
// over the window. Together they never exceed it.
const share = 0.2

// documented returns the quota of an operation. Products without a published
// table are taken to be like their sibling GWLB.
func documented(product, operation string) quota {
	switch product + "." + operation {
	case "actiontrail.LookupEvents":
		return quota{2, time.Second}
	case "elasticsearch.ListAllNode":
		return quota{10, time.Second}
	case "vpc.DescribeNetworkAcls", "vpc.DescribeNetworkAclAttributes":
		return quota{30, time.Minute}
	}
	switch product {
	case "elasticsearch", "ram", "ims", "sts":
		return quota{100, time.Second}
	case "ecs", "privatelink":
		return quota{1000, time.Minute}
	case "vpcpeer":
		return quota{360, time.Minute}
	}
	return quota{600, time.Minute}
}

func (q quota) limiter() *rate.Limiter {
	return rate.NewLimiter(rate.Limit(q.calls*(1-share)/q.window.Seconds()), max(1, int(q.calls*share)))
}

// limits hold back the requests of one account. It may be used by many
// goroutines.
type limits struct {
	clock Clock
	total *rate.Limiter // shared by all accounts; nil: none

	mu          sync.Mutex
	byOperation map[string]*rate.Limiter // product, operation, region
	slowed      map[string]time.Time     // when a rate was last lowered
}

func newLimits(clock Clock, total *rate.Limiter) *limits {
	return &limits{clock: clock, total: total, byOperation: map[string]*rate.Limiter{}, slowed: map[string]time.Time{}}
}

// How a rate is lowered when the vendor says that it is too high: its quota is a
// smaller one, or shared with other programs.
const (
	slower  = 0.7
	slowest = rate.Limit(0.2) // requests a second
	settles = time.Second     // answers to what was sent before do not count again
)

// slow lowers the rate of what a message asks, because it was throttled.
func (l *limits) slow(m message) {
	limiter, now := l.of(m), l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if last, again := l.slowed[m.lane()]; again && now.Sub(last) < settles {
		return
	}
	l.slowed[m.lane()] = now
	limiter.SetLimitAt(now, max(limiter.Limit()*slower, slowest))
	limiter.SetBurstAt(now, 1)
}

// lane names what a rate is of.
func (m message) lane() string { return m.product.key + "." + m.operation + "." + m.region }

func (l *limits) of(m message) *rate.Limiter {
	key := m.lane()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byOperation[key] == nil {
		l.byOperation[key] = documented(m.product.key, m.operation).limiter()
	}
	return l.byOperation[key]
}

// wait returns when a message may be sent, or with the context's error.
func (l *limits) wait(ctx context.Context, m message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	now := l.clock.Now()
	mine := l.of(m).ReserveN(now, 1)
	delay := mine.DelayFrom(now)
	var all *rate.Reservation
	if l.total != nil {
		all = l.total.ReserveN(now, 1)
		delay = max(delay, all.DelayFrom(now))
	}
	if delay == 0 {
		return nil
	}
	err := l.clock.Sleep(ctx, delay)
	if err != nil {
		mine.CancelAt(now)
		if all != nil {
			all.CancelAt(now)
		}
	}
	return err
}
