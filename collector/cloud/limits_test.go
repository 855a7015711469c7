package cloud

import (
	"context"
	"errors"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"esaudit/collector"
	"esaudit/collector/api"
)

// In no window of a documented rate are there more calls than it allows,
// however many are asked for.
func TestDocumentedRates(t *testing.T) {
	ops := collector.Catalogue()
	rapid.Check(t, func(t *rapid.T) {
		op := rapid.SampledFrom(ops).Draw(t, "operation")
		q := Documented(op.Product, op.Operation)
		clock := newClock()
		l := newLimits(clock, nil, Documented)
		m := message{product: product{key: op.Product}, operation: op.Operation, region: "cn-hangzhou"}
		var at []time.Time
		for range int(q.Calls) + 50 {
			if err := l.wait(context.Background(), m); err != nil {
				t.Fatal(err)
			}
			at = append(at, clock.Now())
			if rapid.IntRange(0, 9).Draw(t, "idle") == 0 {
				clock.pass(time.Duration(rapid.IntRange(0, 2000).Draw(t, "ms")) * time.Millisecond)
			}
		}
		for i := range at {
			if j := i + int(q.Calls); j < len(at) && at[j].Sub(at[i]) < q.Window-time.Millisecond {
				t.Fatalf("%s.%s: %v calls within %v", op.Product, op.Operation, q.Calls+1, at[j].Sub(at[i]))
			}
		}
	})
}

// Operations and regions have quotas of their own; the total is over all, and
// over all accounts.
func TestTotal(t *testing.T) {
	clock := newClock()
	total := newTotal(clock, 2)
	mine, theirs := newLimits(clock, total, Documented), newLimits(clock, total, Documented)
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

// However late requests come, in no second there are more than the total, and what
// came late is made up for.
func TestTotalInEverySecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		perSecond := rapid.SampledFrom([]int{1, 2, 7, 20, 100, 1000}).Draw(t, "a second")
		clock := newClock()
		total := newTotal(clock, float64(perSecond))
		var at []time.Time
		for range 3*perSecond + 5 {
			if rapid.IntRange(0, 9).Draw(t, "late") == 0 {
				clock.pass(time.Duration(rapid.IntRange(0, 1500).Draw(t, "ms")) * time.Millisecond)
			}
			if _, err := total.wait(context.Background(), clock.Now()); err != nil {
				t.Fatal(err)
			}
			at = append(at, clock.Now())
			if first := len(at) - 1 - perSecond; first >= 0 && at[len(at)-1].Sub(at[first]) < time.Second {
				t.Fatalf("%d requests within %v", perSecond+1, at[len(at)-1].Sub(at[first]))
			}
		}
	})
	clock := newClock()
	total, began := newTotal(clock, 100), clock.Now()
	for i := range 1000 {
		if _, err := total.wait(t.Context(), began); err != nil {
			t.Fatal(err)
		}
		if i%10 == 0 {
			clock.pass(40 * time.Millisecond)
		}
	}
	if took := clock.Now().Sub(began); took > 10500*time.Millisecond {
		t.Errorf("1000 requests at 100 a second, some of them late, took %v", took)
	}
}

// The rates are those of the vendor's documents.
func TestQuotas(t *testing.T) {
	for call, want := range map[string]Quota{
		"elasticsearch.DescribeInstance": {100, time.Second}, "elasticsearch.ListAllNode": {10, time.Second},
		"privatelink.ListVpcEndpoints": {1000, time.Minute}, "ram.ListUsers": {100, time.Second},
		"vpcpeer.ListVpcPeerConnections": {360, time.Minute}, "ecs.DescribeInstances": {1000, time.Minute},
		"vpc.DescribeVpcs": {600, time.Minute}, "vpc.DescribeNetworkAcls": {30, time.Minute}, "nlb.ListListeners": {600, time.Minute},
	} {
		product, operation, _ := strings.Cut(call, ".")
		if got := Documented(product, operation); got != want {
			t.Errorf("%s: %v, not %v", call, got, want)
		}
	}
}

// Who gives up waiting, for the operation or for the total, takes nothing: the next
// waits as long as if nobody had.
func TestGiveUp(t *testing.T) {
	acls := message{product: product{key: "vpc"}, operation: "DescribeNetworkAcls"} // 5 a second, 29 a minute
	for name, c := range map[string]struct {
		perSecond float64
		left      time.Duration // to wait for the next
	}{"operation": {1000, 200 * time.Millisecond}, "total": {2, 300 * time.Millisecond}} {
		clock := newClock()
		all := newTotal(clock, c.perSecond)
		l := newLimits(clock, all, Documented)
		if err := l.wait(t.Context(), acls); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		if stop := (cancelingClock{clock, cancel}); name == "total" {
			all.clock = stop
		} else {
			l.clock = stop
		}
		if err := l.wait(ctx, acls); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		l.clock, all.clock = clock, clock
		began := clock.Now()
		if err := l.wait(t.Context(), acls); err != nil || clock.Now().Sub(began) != c.left {
			t.Errorf("%s: %v after %v", name, err, clock.Now().Sub(began))
		}
	}
}

// Those that wait for one operation are sent in the order in which they came.
func TestSentInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits(systemClock{}, nil, Documented)
		acls := message{product: product{key: "vpc"}, operation: "DescribeNetworkAcls"}
		var mu sync.Mutex
		var sent []int
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				if err := l.wait(t.Context(), acls); err != nil {
					t.Error(err)
				}
				mu.Lock()
				sent = append(sent, i)
				mu.Unlock()
			})
			synctest.Wait()
		}
		all.Wait()
		if len(sent) != 20 || !slices.IsSorted(sent) {
			t.Errorf("sent as %v", sent)
		}
	})
}

// answering is a pace whose requests are answered at once, by an API that allows
// so many in any second. It returns how many a second came through, and how many
// were refused.
func answering(p *pace, now *time.Time, allows int, seconds int) (came, refused float64) {
	var passed []time.Time
	end := now.Add(time.Duration(seconds) * time.Second)
	for now.Before(end) {
		p.pressed = *now
		*now = p.due(*now)
		p.take(*now)
		if passed = since(passed, now.Add(-time.Second)); len(passed) < allows {
			passed = append(passed, *now)
			p.raise(*now)
			came++
		} else {
			p.lower(*now)
			refused++
		}
	}
	return came / float64(seconds), refused / float64(seconds)
}

// Whatever an API allows, and whatever is believed of it, a pace finds it: in the
// long run most of it is used and little is refused.
func TestPaceIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		allows := rapid.IntRange(1, 200).Draw(t, "allows")
		q := rapid.SampledFrom([]Quota{{}, {100, time.Second}, {200, time.Second}}).Draw(t, "believed")
		now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
		p := newPace(q, rapid.SampledFrom([]float64{0, 10, 100, 300}).Draw(t, "remembered"))
		answering(p, &now, allows, 60)
		came, refused := answering(p, &now, allows, 30)
		want := float64(allows)
		if q.Calls > 0 {
			want = min(want, q.Calls*share)
		}
		if came < 0.93*want-1 || refused > 0.06*want+1 {
			t.Errorf("%.1f a second of %v came, %.1f were refused", came, want, refused)
		}
		if next := newPace(q, p.learned); p.learned > 0 && math.Abs(next.rate-want) > 0.15*want+1 {
			t.Errorf("the next run begins with %.1f of %v", next.rate, want)
		}
	})
}

// answers lets so many answers come, evenly in the second before an instant.
func answers(p *pace, n int, now time.Time) {
	p.good = nil
	for i := range n {
		p.raise(now.Add(time.Duration(i+1-n) * time.Second / time.Duration(n+1)))
	}
}

// A refusal leaves the rate at which answers came; where nearly all came, it is a
// little less, and once for all that was sent before; where hardly any came, half,
// and what was known before stays known, for when they come again.
func TestLowered(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name       string
		quota      Quota
		remembered float64
		came       []int // in the second before each refusal
		rate       float64
		learned    float64
	}{
		{"more was hoped for", Quota{}, 0, []int{35}, 35 * below, 35},
		{"a quota that is smaller than documented", Quota{100, time.Second}, 0, []int{35}, 35 * below, 35},
		{"requests that came all at once", Quota{100, time.Second}, 0, []int{80}, 97 * below, 97},
		{"somebody was faster", Quota{100, time.Second}, 0, []int{1}, start, start / below},
		{"a slow operation", Quota{10, time.Second}, 0, []int{1}, 4.85, 5},
		{"less than at first", Quota{}, 0, []int{60, 40}, 40 * below, 40},
		{"nothing more", Quota{}, 0, []int{60, 0}, 30 * below, 60},
		{"nothing for long", Quota{}, 0, []int{60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, slowest, 60},
		{"less than remembered", Quota{}, 300, []int{40}, 40 * below, 40},
		{"as remembered", Quota{}, 100, []int{95}, 97 * below, 97},
		{"one of two, which was too early", Quota{}, 2, []int{1}, 2 * below * below, 2 * below},
		{"far less than at first", Quota{100, time.Second}, 0, []int{60, 2}, 2 * below, 2},
		{"hardly anything more in this minute", Quota{100, time.Minute}, 0, []int{10, 2}, 10 * below / 2, 10},
	} {
		p := newPace(c.quota, c.remembered)
		if p.top > 1000 && !p.proved {
			p.rate = 200 // as far as it had climbed
		}
		for _, n := range c.came {
			answers(p, n, now)
			p.lower(now)
			was := p.rate
			for range 5 {
				p.lower(now.Add(time.Millisecond))
			}
			if p.rate != was {
				t.Errorf("%s: %v a second, then %v", c.name, was, p.rate)
			}
			now = now.Add(2 * settles)
		}
		if math.Abs(p.rate-c.rate) > 1e-9 || math.Abs(p.learned-c.learned) > 1e-9 {
			t.Errorf("%s: %v a second of %v, not %v of %v", c.name, p.rate, p.learned, c.rate, c.learned)
		}
	}
}

// Where nothing was refused, every answer lets a pace climb; where it fell below what
// was found, it is soon back, and then feels its way.
func TestRaised(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	p := newPace(Quota{}, 0)
	p.raise(now)
	if p.rate != start {
		t.Errorf("%v a second, and nobody waited", p.rate)
	}
	p.pressed = now
	p.raise(now)
	if p.rate != start+2*climb {
		t.Errorf("%v a second after two answers", p.rate)
	}
	p = newPace(Quota{}, 100)
	p.rate = 1
	for range 13 {
		p.pressed = now
		p.raise(now)
	}
	if p.rate != 100*below {
		t.Errorf("%v a second after 13 answers, of 100 that are known", p.rate)
	}
	for i := range 12 {
		now = now.Add(stride)
		p.pressed = now
		p.raise(now)
		if i == 3 && p.rate > 98 || i == 11 && p.rate < 105 {
			t.Errorf("%v a second after %d steps", p.rate, i+1)
		}
	}
}

// What was found out is remembered for the account, the operation and the region,
// and nothing else; a file that is none is no harm.
func TestRates(t *testing.T) {
	clock := newClock()
	r := NewRates()
	learning := func(account string, r *Rates) *limits {
		l := newLimits(clock, nil, Documented)
		(&Caller{limits: l}).Learn(account, r)
		return l
	}
	m := message{product: product{key: "elasticsearch"}, operation: "DescribeInstance", region: "cn-hangzhou"}
	if learning("1", r).answered(m, false); r.Changed() {
		t.Error("the documented rate is remembered")
	}
	learning("1", r).answered(m, true)
	data, err := r.Encode()
	if err != nil || !r.Changed() {
		t.Fatal(err)
	}
	again, err := ParseRates(data, clock.Now())
	if err != nil || again.Changed() {
		t.Fatal(err)
	}
	elsewhere := m
	elsewhere.region = "cn-beijing"
	for _, c := range []struct {
		account string
		m       message
		want    float64
	}{{"1", m, start}, {"2", m, 97}, {"1", elsewhere, 97}} {
		if got := learning(c.account, again).of(c.m).rate; math.Abs(got-c.want) > 0.1 {
			t.Errorf("account %s, %s: %v a second, not %v", c.account, c.m.region, got, c.want)
		}
	}
	if old, _ := ParseRates(data, clock.Now().Add(stale)); old.of(Lane{"1", "cn-hangzhou", "elasticsearch", "DescribeInstance"}) != 0 {
		t.Error("what was seen long ago is remembered")
	}
	for _, bad := range []string{"", "{", "[]", `{"schema":"esaudit.rates/v2","rates":[]}`, `{"schema":"esaudit.rates/v1","rates":7}`} {
		if r, err := ParseRates([]byte(bad), clock.Now()); err == nil || r == nil || len(r.known) > 0 {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, odd := range []string{"-1", "0", "1e300"} {
		r, err := ParseRates([]byte(`{"schema":"esaudit.rates/v1","rates":[{"account":"1","perSecond":`+odd+`,"seen":"2026-11-22T00:00:00Z"}]}`), clock.Now())
		if err != nil || len(r.known) > 0 {
			t.Errorf("%s a second is remembered (%v)", odd, err)
		}
	}
}

// Of two files, what this run found out counts, and else what the other knows.
func TestMergeRates(t *testing.T) {
	now := newClock().Now()
	mine, other := NewRates(), NewRates()
	a, b := Lane{Account: "1", Product: "ram"}, Lane{Account: "2", Product: "ram"}
	mine.put(a, 5, now)
	other.put(a, 7, now)
	other.put(b, 9, now)
	mine.Merge(other)
	if mine.of(a) != 5 || mine.of(b) != 9 {
		t.Errorf("%v", mine.known)
	}
}

// Who is refused again and again, while others of the product are answered in that
// region, shares a quota with them: they make room. Nobody else does.
func TestStarvedCallsGetRoom(t *testing.T) {
	v := newVendor(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.RawQuery, "Action=DescribeSecurityGroups&") {
			says(400, `{"Code":"Throttling.User"}`)(w, r)
			return
		}
		says(200, `{}`)(w, r)
	})
	c := caller(t, v, Options{Quota: func(string, string) Quota { return Quota{100, time.Second} }})
	far := request("ecs", "DescribeInstances")
	far.Region = "cn-beijing"
	others := []api.Request{request("ecs", "DescribeInstances"), far, request("vpc", "DescribeVpcs")}
	for _, r := range others {
		call(t, c, r)
	}
	if a := call(t, c, request("ecs", "DescribeSecurityGroups")); a.Status != 400 {
		t.Fatal(describe(a))
	}
	for i, r := range others {
		m, err := c.message(r)
		if err != nil {
			t.Fatal(err)
		}
		if rate := c.limits.of(m).rate; (rate < 1) != (i == 0) {
			t.Errorf("%s %s %s goes on at %v a second", r.Region, r.Product, r.Operation, rate)
		}
	}
}

// A call that is counted by the second outlasts some seconds in which everything is
// refused, and is soon asked again where it was refused by chance.
func TestRefusedForSeconds(t *testing.T) {
	c := mustNew(t, Options{Rand: func() float64 { return 0.5 }})
	refused := reply{status: 429, window: time.Second}
	var soon, all time.Duration
	for n := 1; n < c.attempts(refused); n++ {
		wait, again := c.again(refused, n)
		if !again {
			t.Fatalf("not asked again after %d attempts", n)
		}
		if all += wait; n == unlucky {
			soon = all
		}
	}
	if soon > 4*time.Second || all < time.Minute {
		t.Errorf("asked for %v, at first %v", all, soon)
	}
}
