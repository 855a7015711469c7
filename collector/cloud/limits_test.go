package cloud

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"
	"pgregory.net/rapid"

	"esaudit/collector"
)

// In no window of a documented rate are there more calls than it allows,
// however many are asked for.
func TestDocumentedRates(t *testing.T) {
	ops := collector.Catalogue()
	rapid.Check(t, func(t *rapid.T) {
		op := rapid.SampledFrom(ops).Draw(t, "operation")
		q := documented(op.Product, op.Operation)
		clock := newClock()
		l := newLimits(clock, nil)
		m := message{product: product{key: op.Product}, operation: op.Operation, region: "cn-hangzhou"}
		var at []time.Time
		for range int(q.calls) + 50 {
			if err := l.wait(context.Background(), m); err != nil {
				t.Fatal(err)
			}
			at = append(at, clock.Now())
			if rapid.IntRange(0, 9).Draw(t, "idle") == 0 {
				clock.pass(time.Duration(rapid.IntRange(0, 2000).Draw(t, "ms")) * time.Millisecond)
			}
		}
		for i := range at {
			if j := i + int(q.calls); j < len(at) && at[j].Sub(at[i]) < q.window-time.Millisecond {
				t.Fatalf("%s.%s: %v calls within %v", op.Product, op.Operation, q.calls+1, at[j].Sub(at[i]))
			}
		}
	})
}

// Operations and regions have quotas of their own; the total is over all, and
// over all accounts.
func TestTotal(t *testing.T) {
	clock := newClock()
	total := rate.NewLimiter(2, 1)
	mine, theirs := newLimits(clock, total), newLimits(clock, total)
	began := clock.Now()
	for i, l := range []*limits{mine, theirs, mine, theirs, mine} {
		m := message{product: product{key: "ecs"}, operation: "DescribeInstances", region: []string{"a", "b"}[i%2]}
		if err := l.wait(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if took := clock.Now().Sub(began); took != 2*time.Second {
		t.Errorf("five calls at two a second took %v", took)
	}
}

// The rates are those of the vendor's documents.
func TestQuotas(t *testing.T) {
	for call, want := range map[string]quota{
		"elasticsearch.DescribeInstance": {100, time.Second}, "elasticsearch.ListAllNode": {10, time.Second},
		"privatelink.ListVpcEndpoints": {1000, time.Minute}, "ram.ListUsers": {100, time.Second},
		"vpcpeer.ListVpcPeerConnections": {360, time.Minute}, "ecs.DescribeInstances": {1000, time.Minute},
		"vpc.DescribeVpcs": {600, time.Minute}, "vpc.DescribeNetworkAcls": {30, time.Minute}, "nlb.ListListeners": {600, time.Minute},
	} {
		product, operation, _ := strings.Cut(call, ".")
		if got := documented(product, operation); got != want {
			t.Errorf("%s: %v, not %v", call, got, want)
		}
	}
}

// Who gives up waiting takes nothing: the next waits as long as if nobody had.
func TestGiveUp(t *testing.T) {
	acls := message{product: product{key: "vpc"}, operation: "DescribeNetworkAcls"} // 6 at once, then 24 a minute
	for name, l := range map[string]*limits{
		"operation": newLimits(newClock(), nil),
		"total":     newLimits(newClock(), rate.NewLimiter(0.4, 6)),
	} {
		clock := l.clock.(*stepClock)
		for range 6 {
			if err := l.wait(t.Context(), acls); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		l.clock = cancelingClock{clock, cancel}
		if err := l.wait(ctx, acls); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		l.clock = clock
		began := clock.Now()
		if err := l.wait(t.Context(), acls); err != nil || clock.Now().Sub(began).Round(time.Millisecond) != 2500*time.Millisecond {
			t.Errorf("%s: %v after %v", name, err, clock.Now().Sub(began))
		}
	}
}

// What was throttled is asked for more slowly from then on, once for all answers
// to what was sent before, and nothing else is.
func TestThrottledIsSlower(t *testing.T) {
	clock := newClock()
	l := newLimits(clock, nil)
	m := message{product: product{key: "elasticsearch"}, operation: "DescribeInstance", region: "cn-hangzhou"}
	other := message{product: product{key: "elasticsearch"}, operation: "DescribeInstance", region: "cn-beijing"}
	was, beside := l.of(m).Limit(), l.of(other).Limit()
	for range 5 {
		l.slow(m)
	}
	if got := l.of(m).Limit(); got != was*slower {
		t.Errorf("%v a second, not %v", got, was*slower)
	}
	clock.pass(settles)
	l.slow(m)
	if got := l.of(m).Limit(); got != was*slower*slower {
		t.Errorf("%v a second, not %v", got, was*slower*slower)
	}
	for range 100 {
		clock.pass(settles)
		l.slow(m)
	}
	if got := l.of(m).Limit(); got != slowest {
		t.Errorf("%v a second, not %v", got, slowest)
	}
	if got := l.of(other).Limit(); got != beside {
		t.Errorf("another region has %v a second, not %v", got, beside)
	}
}
