package main

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/cloud"
	"esaudit/collector/recording"
	"esaudit/internal/emulator"
	"esaudit/internal/estate"
)

// The estate that rates are measured on, and the API that serves it.
const (
	ratedClusters = 60
	latency       = 50 * time.Millisecond
	poolWorkers   = 32
	sampled       = 60 // requests that are sent one after the other
)

// rates collects an estate from an emulator that limits the rate of each
// operation, and prints how long that takes beside the least that the limits
// allow: the longest of the times that an operation's calls take at its limit.
func (b *bench) rates() error {
	w, err := newRated(min(b.clusters, ratedClusters), b.seed)
	if err != nil {
		return err
	}
	learned := cloud.NewRates()
	unknown := func(string, string) cloud.Quota { return cloud.Quota{} }
	for _, run := range []struct {
		name  string
		quota func(string, string) cloud.Quota
		rates *cloud.Rates
		aim   string
	}{
		{"collect: limits known", allowed, nil, "1.10x or less"},
		{"collect: limits unknown", unknown, learned, "1.30x or less"},
		{"collect: limits remembered", unknown, learned, "near 1.10x"},
	} {
		took, refused, err := w.collect(run.quota, run.rates)
		if err != nil {
			return fmt.Errorf("%s: %w", run.name, err)
		}
		w.line(b, run.name, took, refused, run.aim)
	}
	took, refused, err := w.pool()
	if err != nil {
		return err
	}
	w.line(b, fmt.Sprintf("collect: a pool of %d workers", poolWorkers), took, refused, "the naive way")
	if took, err = w.oneByOne(); err != nil {
		return err
	}
	w.line(b, "collect: one call after the other", took, 0, fmt.Sprintf("the naive way; extrapolated from %d calls", sampled))
	return nil
}

func (w *rated) line(b *bench, name string, took time.Duration, refused int, aim string) {
	least := w.least()
	fmt.Fprintf(b.out, "%-34s %14s %14s %9s  the least that the limits allow %d calls (%d refused); %s\n",
		name, short(took), short(least), ratio(took.Seconds()/least.Seconds()), len(w.asked), refused, aim)
}

// allowed is what the emulator allows of an operation: 20 to 100 calls a second,
// and the documented 10 of the slowest.
func allowed(product, operation string) cloud.Quota {
	if operation == "ListAllNode" {
		return cloud.Documented(product, operation)
	}
	h := fnv.New32a()
	h.Write([]byte(product + "." + operation))
	return cloud.Quota{Calls: float64(20 + h.Sum32()%81), Window: time.Second}
}

// rated is an account behind an API that limits rates.
type rated struct {
	parts  []recording.Part
	faults emulator.Faults
	reads  map[string]bool

	mu    sync.Mutex
	asked []api.Request // of the last collection, without those that were refused
}

func newRated(clusters int, seed uint64) (*rated, error) {
	w := &rated{parts: []recording.Part{estate.Large(clusters, seed).Part()}, reads: map[string]bool{}}
	spec := []string{"latency=" + latency.String()}
	for _, c := range collector.Reads() {
		name := c.Product + "." + c.Operation
		w.reads[name] = true
		spec = append(spec, fmt.Sprintf("limit=%v/1s+fixed:%s", allowed(c.Product, c.Operation).Calls, name))
	}
	var err error
	w.faults, err = emulator.ParseFaults(strings.Join(spec, ","))
	return w, err
}

// serve serves the account while a function asks for it, and returns how many
// calls were refused for their rate.
func (w *rated) serve(o cloud.Options, ask func(*cloud.Caller) error) (refused int, err error) {
	var mu sync.Mutex
	server, err := emulator.New(w.parts, emulator.Options{Faults: w.faults, After: func(r emulator.Request) bool {
		if strings.HasPrefix(r.Code, "Throttling") {
			mu.Lock()
			refused++
			mu.Unlock()
		}
		return true
	}})
	if err != nil {
		return 0, err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	l, err := emulator.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, l) }()
	defer func() { stop(); <-served }()
	env := map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": server.Key().ID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": server.Key().Secret}
	o.Endpoint, o.Getenv = "http://"+l.Addr().String(), func(name string) string { return env[name] }
	o.Allowed = func(product, operation string) bool { return w.reads[product+"."+operation] }
	c, err := cloud.New(o)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	credentials, err := c.Credentials(ctx)
	if err != nil {
		return 0, err
	}
	err = ask(c.Caller(credentials))
	return refused, err
}

// collect collects the account with what is known of its limits.
func (w *rated) collect(quota func(string, string) cloud.Quota, rates *cloud.Rates) (took time.Duration, refused int, err error) {
	w.asked = nil
	refused, err = w.serve(cloud.Options{Quota: quota}, func(c *cloud.Caller) error {
		c.Learn(w.parts[0].Account, rates)
		began := time.Now()
		_, err := collector.Collect(context.Background(), listening{w, c}, collector.Options{})
		took = time.Since(began)
		return err
	})
	return took, refused, err
}

// listening notes what is asked.
type listening struct {
	rated  *rated
	caller api.Caller
}

func (l listening) Call(ctx context.Context, r api.Request) (api.Answer, error) {
	l.rated.mu.Lock()
	l.rated.asked = append(l.rated.asked, r)
	l.rated.mu.Unlock()
	return l.caller.Call(ctx, r)
}

// least is the longest of the times that the calls of an operation in a region
// take at its limit.
func (w *rated) least() time.Duration {
	calls := map[string]float64{}
	longest := 0.0
	for _, r := range w.asked {
		lane := r.Region + " " + r.Product + "." + r.Operation
		calls[lane]++
		longest = max(longest, calls[lane]/allowed(r.Product, r.Operation).Calls)
	}
	return time.Duration(longest * float64(time.Second))
}

// unheld asks without a rate of its own, and once.
func unheld() cloud.Options {
	return cloud.Options{Attempts: 1, Quota: func(string, string) cloud.Quota { return cloud.Quota{Calls: math.MaxInt32, Window: time.Second} }}
}

// pool makes the same calls, object by object, with a fixed number of workers;
// what is refused waits a second, then two, and so on.
func (w *rated) pool() (took time.Duration, refused int, err error) {
	calls := slices.Clone(w.asked)
	slices.SortStableFunc(calls, func(a, b api.Request) int { return cmp.Compare(subject(a), subject(b)) })
	refused, err = w.serve(unheld(), func(c *cloud.Caller) error {
		var g errgroup.Group
		g.SetLimit(poolWorkers)
		began := time.Now()
		for _, r := range calls {
			g.Go(func() error { return insist(c, r) })
		}
		err := g.Wait()
		took = time.Since(began)
		return err
	})
	return took, refused, err
}

func insist(c *cloud.Caller, r api.Request) error {
	for wait := time.Second; ; wait *= 2 {
		a, err := c.Call(context.Background(), r)
		throttled := a.Status == 429 || a.Status == 400 && strings.Contains(string(a.Body), "Throttling")
		if err != nil || !throttled {
			return err
		}
		time.Sleep(wait)
	}
}

// subject is what a call is of.
func subject(r api.Request) string {
	return strings.Join(slices.Sorted(maps.Values(r.Params)), " ")
}

// oneByOne makes some of the calls one after the other, and says how long all
// would take.
func (w *rated) oneByOne() (took time.Duration, err error) {
	_, err = w.serve(unheld(), func(c *cloud.Caller) error {
		began := time.Now()
		for i := range sampled {
			if err := insist(c, w.asked[i*len(w.asked)/sampled]); err != nil {
				return err
			}
		}
		took = time.Since(began) / sampled * time.Duration(len(w.asked))
		return nil
	})
	return took, err
}
