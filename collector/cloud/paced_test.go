package cloud

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
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

// served hands requests to a server, without a network.
type served struct{ *emulator.Server }

func (s served) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
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
	lost  int
}

func (c *counting) Call(ctx context.Context, r api.Request) (api.Answer, error) {
	a, err := c.caller.Call(ctx, r)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[r.Product+"."+r.Operation]++
	if a.Status != http.StatusOK && strings.Contains(string(a.Body), "Throttling") {
		c.lost++
	}
	return a, err
}

// busyClock is the clock of a machine with too much to do: who sleeps wakes up late.
type busyClock struct {
	systemClock
	mean time.Duration

	mu   sync.Mutex
	rand *rand.Rand
}

func (c *busyClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	more := c.rand.ExpFloat64()
	c.mu.Unlock()
	return c.systemClock.Sleep(ctx, d+time.Duration(more*float64(c.mean)))
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
			synctest.Test(t, func(t *testing.T) {
				server, quota := limited(t, part, on.from, on.to, on.window)
				o := Options{Quota: quota, Allowed: func(string, string) bool { return true }, Endpoint: "http://127.0.0.1:1", Rand: func() float64 { return 0.5 }}
				if run.quota != nil {
					o.Quota = run.quota
				}
				if on.late > 0 {
					o.Clock = &busyClock{mean: on.late, rand: rand.New(rand.NewPCG(1, 2))}
				}
				c := mustNew(t, o)
				c.wire.direct, c.wire.proxied = served{server}, served{server}
				key := server.Key()
				caller := c.Caller(fixed(c.options.Clock, "test", Key{ID: key.ID, Secret: key.Secret}))
				caller.Learn(part.Account, run.rates)
				counted := &counting{caller: caller, calls: map[string]float64{}}
				began := time.Now()
				if _, err := collector.Collect(t.Context(), counted, collector.Options{}); err != nil {
					t.Fatal(err)
				}
				took, least, slowest := time.Since(began).Seconds(), 0.0, ""
				time.Sleep(2 * time.Hour) // of the bubble: timers of the SDK's run out
				for name, n := range counted.calls {
					product, operation, _ := strings.Cut(name, ".")
					if at := n / quota(product, operation).Calls; at > least {
						least, slowest = at, name
					}
				}
				told := fmt.Sprintf("%d to %d in %s, %s, %v late: %.2f s, %.3f times the %.2f s of %s", on.from, on.to, on.window, run.name, on.late, took, took/least, least, slowest)
				t.Log(told)
				if took > (run.atMost+on.more)*least || counted.lost > 0 {
					t.Errorf("%s: too long, or %d calls are lost", told, counted.lost)
				}
			})
		}
	}
}

// No call is lost to a quota that all operations of a product share, which nobody
// knows: it is found out. Time is the bubble's.
func TestCollectAtSharedLimits(t *testing.T) {
	part := estate.Large(60, 1).Part()
	for _, limit := range []string{"20+shared", "300/1m+shared"} {
		for name, quota := range map[string]func(string, string) Quota{"unknown": func(string, string) Quota { return Quota{} }, "documented": Documented} {
			synctest.Test(t, func(t *testing.T) {
				faults, err := emulator.ParseFaults("latency=50ms,limit=" + limit + ":*")
				if err != nil {
					t.Fatal(err)
				}
				server, err := emulator.New([]recording.Part{part}, emulator.Options{Faults: faults})
				if err != nil {
					t.Fatal(err)
				}
				c := mustNew(t, Options{Quota: quota, Allowed: func(string, string) bool { return true }, Endpoint: "http://127.0.0.1:1", Rand: rand.Float64})
				c.wire.direct, c.wire.proxied = served{server}, served{server}
				key := server.Key()
				counted := &counting{caller: c.Caller(fixed(c.options.Clock, "test", Key{ID: key.ID, Secret: key.Secret})), calls: map[string]float64{}}
				began := time.Now()
				if _, err := collector.Collect(t.Context(), counted, collector.Options{}); err != nil {
					t.Fatal(err)
				}
				took := time.Since(began)
				time.Sleep(2 * time.Hour)
				products := map[string]float64{}
				for operation, n := range counted.calls {
					product, _, _ := strings.Cut(operation, ".")
					products[product] += n
				}
				sent := len(server.Requests())
				t.Logf("%s, %s: %v, %d lost, %d requests, of %v", limit, name, took, counted.lost, sent, products)
				if counted.lost > 0 {
					t.Errorf("%s, %s: %d calls are lost", limit, name, counted.lost)
				}
			})
		}
	}
}
