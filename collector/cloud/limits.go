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
}

func newLimits(clock Clock, total *rate.Limiter) *limits {
	return &limits{clock: clock, total: total, byOperation: map[string]*rate.Limiter{}}
}

func (l *limits) of(m message) *rate.Limiter {
	key := m.product.key + "." + m.operation + "." + m.region
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
