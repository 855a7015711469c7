package cloud

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/internal/emulator"
	"esaudit/internal/estate"
)

// served hands requests to a server without a network, but as they would come over
// one: the SDK's have no body, or header names that are not canonical.
type served struct{ *emulator.Server }

func (s served) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent bytes.Buffer
	if err := r.Write(&sent); err != nil {
		return nil, err
	}
	came, err := http.ReadRequest(bufio.NewReader(&sent))
	if err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, came.WithContext(r.Context()))
	answer := w.Result()
	answer.Request = r // the SDK looks at it
	return answer, nil
}

// limited is an API that answers after a twentieth of a second, and allows each
// operation a rate of its own, from so many a second to so many.
func limited(t *testing.T, part recording.Part, from, to int, window string) (*emulator.Server, func(product, operation string) Quota) {
	t.Helper()
	quota := map[string]Quota{}
	spec := []string{"latency=50ms"}
	for i, c := range collector.Reads() {
		name := c.Product + "." + c.Operation
		quota[name] = Quota{float64(from + i*37%(to-from+1)), time.Second}
		spec = append(spec, fmt.Sprintf("limit=%v/%s:%s", quota[name].Calls, window, name))
	}
	faults, err := emulator.ParseFaults(strings.Join(spec, ","))
	if err != nil {
		t.Fatal(err)
	}
	s, err := emulator.New([]recording.Part{part}, emulator.Options{Faults: faults})
	if err != nil {
		t.Fatal(err)
	}
	return s, func(product, operation string) Quota { return quota[product+"."+operation] }
}

// counting counts the calls of each operation, and those that were refused to the
// last.
type counting struct {
	caller api.Caller

	mu    sync.Mutex
	calls map[string]float64
	lost  []string
}

func (c *counting) Call(ctx context.Context, r api.Request) (api.Answer, error) {
	a, err := c.caller.Call(ctx, r)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[r.Product+"."+r.Operation]++
	if a.Status != http.StatusOK && strings.Contains(string(a.Body), "Throttling") {
		c.lost = append(c.lost, r.Product+"."+r.Operation)
	}
	return a, err
}

// dice are chance for many goroutines, from a seed.
type dice struct {
	mu   sync.Mutex
	rand *rand.Rand
}

func (d *dice) float64() float64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rand.Float64()
}

func (d *dice) exp() float64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rand.ExpFloat64()
}

// busyClock is the clock of a machine with too much to do: who sleeps wakes up late.
type busyClock struct {
	systemClock
	dice
	mean time.Duration
}

func (c *busyClock) Sleep(ctx context.Context, d time.Duration) error {
	return c.systemClock.Sleep(ctx, d+time.Duration(c.exp()*float64(c.mean)))
}

// An account is collected in little more than the least time that the limits
// allow: when they are known, when nobody knows them, when an earlier run has found
// them out, and when they are lower than documented. No call is lost to them. Time
// is the bubble's.
func TestCollectAtTheLimits(t *testing.T) {
	part := estate.Large(60, 1).Part()
	none := func(string, string) Quota { return Quota{} }
	type limits struct {
		from, to int
		window   string
		late     time.Duration // of who sleeps, in the mean
		more     float64
	}
	tried := []limits{
		{20, 100, "1s", 0, 0}, {20, 100, "1s+fixed", 0, 0}, {20, 100, "1s+fixed", 20 * time.Millisecond, 0.05},
		{10, 40, "1s", 0, 0}, {10, 200, "1s+fixed", 0, 0.03}, {1, 4, "1s", 0, 0.2},
	}
	if testing.Short() { // with the race detector
		tried = tried[:1]
	}
	for _, on := range tried {
		learned := NewRates()
		for _, run := range []struct {
			name   string
			quota  func(product, operation string) Quota // nil: as the API has it
			rates  *Rates
			atMost float64
		}{{"known", nil, nil, 1.1}, {"unknown", none, learned, 1.15}, {"remembered", none, learned, 1.1}, {"lower than documented", Documented, nil, 1.15}} {
			if testing.Short() && run.rates == nil {
				continue // as many goroutines, and nothing learned
			}
			synctest.Test(t, func(t *testing.T) {
				server, quota := limited(t, part, on.from, on.to, on.window)
				o := Options{Quota: quota, Rand: func() float64 { return 0.5 }}
				if run.quota != nil {
					o.Quota = run.quota
				}
				if on.late > 0 {
					o.Clock = &busyClock{mean: on.late, dice: dice{rand: rand.New(rand.NewPCG(1, 2))}}
				}
				ended, counted := collectFrom(t, server, part, o, run.rates)
				took, least, slowest := ended.Seconds(), 0.0, ""
				for name, n := range counted.calls {
					product, operation, _ := strings.Cut(name, ".")
					if at := n / quota(product, operation).Calls; at > least {
						least, slowest = at, name
					}
				}
				told := fmt.Sprintf("%d to %d in %s, %s, %v late: %.2f s, %.3f times the %.2f s of %s", on.from, on.to, on.window, run.name, on.late, took, took/least, least, slowest)
				t.Log(told)
				if took > (run.atMost+on.more)*least || len(counted.lost) > 0 {
					t.Errorf("%s: too long, or calls are lost: %v", told, counted.lost)
				}
			})
		}
	}
}

// No call is lost to a quota that all operations of a product share, which nobody
// knows: it is found out. Time is the bubble's. Chance spreads the attempts, so that
// two seeds are tried where a quota is used up for a minute.
func TestCollectAtSharedLimits(t *testing.T) {
	part := estate.Large(60, 1).Part()
	none := func(string, string) Quota { return Quota{} }
	for _, on := range []struct {
		limit, name string
		quota       func(product, operation string) Quota
		seeds       []uint64
	}{
		{"20+shared", "unknown", none, []uint64{1}}, {"20+shared", "documented", Documented, []uint64{1}},
		{"300/1m+shared", "unknown", none, []uint64{1, 2}}, {"300/1m+shared", "documented", Documented, []uint64{1, 2}},
	} {
		for _, seed := range on.seeds {
			synctest.Test(t, func(t *testing.T) {
				faults, err := emulator.ParseFaults("latency=50ms,limit=" + on.limit + ":*")
				if err != nil {
					t.Fatal(err)
				}
				server, err := emulator.New([]recording.Part{part}, emulator.Options{Faults: faults})
				if err != nil {
					t.Fatal(err)
				}
				chance := &dice{rand: rand.New(rand.NewPCG(seed, 0))}
				took, counted := collectFrom(t, server, part, Options{Quota: on.quota, Rand: chance.float64}, nil)
				worst := slices.MaxFunc(server.Requests(), func(a, b emulator.Request) int { return cmp.Compare(a.Attempt, b.Attempt) })
				told := fmt.Sprintf("%s, %s, seed %d: %v, %d requests, %s.%s %d times", on.limit, on.name, seed, took, server.Asked(), worst.Product, worst.Operation, worst.Attempt)
				t.Log(told)
				if len(counted.lost) > 0 {
					t.Errorf("%s: lost: %v", told, counted.lost)
				}
			})
		}
	}
}

// collectFrom collects an account that a server serves, and says how long it took.
// Nothing is measured where a product is not asked, or no more than whether it is
// there.
func collectFrom(t *testing.T, server *emulator.Server, part recording.Part, o Options, rates *Rates) (time.Duration, *counting) {
	t.Helper()
	o.Allowed, o.Endpoint = func(string, string) bool { return true }, "http://127.0.0.1:1"
	c := mustNew(t, o)
	c.wire.direct, c.wire.proxied = served{server}, served{server}
	key := server.Key()
	caller := c.Caller(fixed(c.options.Clock, "test", Key{ID: key.ID, Secret: key.Secret}))
	caller.Learn(part.Account, rates)
	counted := &counting{caller: caller, calls: map[string]float64{}}
	began := time.Now()
	if _, err := collector.Collect(t.Context(), counted, collector.Options{}); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	time.Sleep(2 * time.Hour) // of the bubble: timers of the SDK's run out
	asked := map[string]float64{}
	for operation, n := range counted.calls {
		product, _, _ := strings.Cut(operation, ".")
		asked[product] += n
	}
	for product, least := range map[string]float64{"ram": 1000, "elasticsearch": 500, "ecs": 100, "slb": 100, "vpc": 50, "nlb": 50, "privatelink": 50, "alb": 2, "cbn": 1, "vpcpeer": 1} {
		if asked[product] < least {
			t.Errorf("%v calls of %s, fewer than %v: of %v", asked[product], product, least, asked)
		}
	}
	return took, counted
}
