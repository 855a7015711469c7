package cloud

import (
	"context"
	"sync"
	"time"
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
	total *total // shared by all accounts

	mu      sync.Mutex
	paces   map[Lane]*held
	account string
	rates   *Rates // what is remembered; nil: nothing
}

func newLimits(clock Clock, total *total, quota func(product, operation string) Quota) *limits {
	return &limits{clock: clock, total: total, quota: quota, paces: map[Lane]*held{}}
}

// lane names what a pace is of.
func (l *limits) lane(m message) Lane {
	return Lane{Account: l.account, Region: m.region, Product: m.product.key, Operation: m.operation}
}

// held is a pace, and whose turn it is to wait for it.
type held struct {
	*pace
	turn chan struct{} // holds an element while somebody does
}

// of returns the pace of what a message asks. The lock is held.
func (l *limits) of(m message) *held {
	lane := l.lane(m)
	if l.paces[lane] == nil {
		l.paces[lane] = &held{newPace(l.quota(lane.Product, lane.Operation), l.rates.of(lane)), make(chan struct{}, 1)}
	}
	return l.paces[lane]
}

// wait returns when a message may be sent, or with the context's error. Those that
// wait for one pace are sent in the order in which they came.
func (l *limits) wait(ctx context.Context, m message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	asked := l.clock.Now()
	l.mu.Lock()
	p := l.of(m)
	l.mu.Unlock()
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		l.mu.Lock()
		at, now := p.due(asked), l.clock.Now()
		l.mu.Unlock()
		if !at.After(now) {
			return l.take(ctx, p, at)
		}
		if err := l.clock.Sleep(ctx, min(at.Sub(now), stride)); err != nil { // by then it may have got faster
			return err
		}
	}
}

// take waits for the total, and takes the time for a request that is due.
func (l *limits) take(ctx context.Context, p *held, at time.Time) error {
	at, err := l.total.wait(ctx, at)
	if err != nil {
		return err
	}
	l.mu.Lock()
	p.take(at)
	l.mu.Unlock()
	return nil
}

// shared slows all operations of a message's product in its region: it was refused
// again and again, though others of them were answered, so that they share a quota.
func (l *limits) shared(m message) {
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	own := l.lane(m)
	for lane, p := range l.paces {
		if lane.Account == own.Account && lane.Region == own.Region && lane.Product == own.Product {
			p.yield(now)
			l.rates.put(lane, p.learned, now)
		}
	}
}

// answered takes note of what came for a message: an answer, or that it was asked
// too fast. It returns the window that its calls are counted in.
func (l *limits) answered(m message, throttled bool) (window time.Duration) {
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
	return max(p.quota.Window, time.Second)
}
