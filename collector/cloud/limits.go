package cloud

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Quota is a rate that the vendor allows: calls of one operation, by one
// account, in one region, in a window. The zero value is one that nobody knows.
type Quota struct {
	Calls  float64
	Window time.Duration
}

// Documented returns the quota of an operation ("API rate limits" in the
// documents of each product). Products without a published table are taken to be
// like their sibling GWLB.
func Documented(product, operation string) Quota {
	switch product + "." + operation {
	case "actiontrail.LookupEvents":
		return Quota{2, time.Second}
	case "elasticsearch.ListAllNode":
		return Quota{10, time.Second}
	case "vpc.DescribeNetworkAcls", "vpc.DescribeNetworkAclAttributes":
		return Quota{30, time.Minute}
	}
	switch product {
	case "elasticsearch", "ram", "ims", "sts":
		return Quota{100, time.Second}
	case "ecs", "privatelink":
		return Quota{1000, time.Minute}
	case "vpcpeer":
		return Quota{360, time.Minute}
	}
	return Quota{600, time.Minute}
}

// limits hold back the requests of one account: each operation in a region has a
// pace of its own. They may be used by many goroutines.
type limits struct {
	clock Clock
	quota func(product, operation string) Quota
	total *rate.Limiter // shared by all accounts; nil: none

	mu      sync.Mutex
	paces   map[Lane]*pace
	account string
	rates   *Rates // what is remembered; nil: nothing
}

func newLimits(clock Clock, total *rate.Limiter, quota func(product, operation string) Quota) *limits {
	return &limits{clock: clock, total: total, quota: quota, paces: map[Lane]*pace{}}
}

// lane names what a pace is of.
func (l *limits) lane(m message) Lane {
	return Lane{Account: l.account, Region: m.region, Product: m.product.key, Operation: m.operation}
}

// of returns the pace of what a message asks. The lock is held.
func (l *limits) of(m message) *pace {
	lane := l.lane(m)
	if l.paces[lane] == nil {
		l.paces[lane] = newPace(l.quota(lane.Product, lane.Operation), l.rates.of(lane))
	}
	return l.paces[lane]
}

// wait returns when a message may be sent, or with the context's error.
func (l *limits) wait(ctx context.Context, m message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	now := l.clock.Now()
	at := now
	var all *rate.Reservation
	if l.total != nil {
		all = l.total.ReserveN(now, 1)
		at = now.Add(all.DelayFrom(now))
	}
	l.mu.Lock()
	at = l.of(m).reserve(at)
	l.mu.Unlock()
	if !at.After(now) {
		return nil
	}
	err := l.clock.Sleep(ctx, at.Sub(now))
	if err != nil {
		l.mu.Lock()
		l.of(m).giveUp(at)
		l.mu.Unlock()
		if all != nil {
			all.CancelAt(now)
		}
	}
	return err
}

// answered takes note of what came for a message: an answer, or that it was asked
// too fast. It returns how long to wait at first before it is asked again.
func (l *limits) answered(m message, throttled bool) (first time.Duration) {
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.of(m)
	before := p.learned
	if throttled {
		p.lower(now)
	} else {
		p.raise(now)
	}
	if p.learned != before {
		l.rates.put(l.lane(m), p.learned, now)
	}
	if p.quota.Window > time.Second {
		return firstThrottled
	}
	return firstThrottled / 8
}
