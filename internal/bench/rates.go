package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/cloud"
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
// allow: the longest of the times that an operation's calls take at its limit. It
// takes time that goes by, which a busy machine makes longer: what the machine had
// to do, and how much processor time both sides used, stands beside it.
func (b *bench) rates() error {
	w := newRated(min(b.clusters, ratedClusters), b.seed)
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
		took, err := w.collect(run.quota, run.rates)
		if err != nil {
			return fmt.Errorf("%s: %w", run.name, err)
		}
		w.line(b, run.name, took, run.aim)
	}
	took, err := w.pool()
	if err != nil {
		return err
	}
	w.line(b, fmt.Sprintf("collect: a pool of %d workers", poolWorkers), took, "the naive way")
	if took, err = w.oneByOne(); err != nil {
		return err
	}
	w.line(b, "collect: one call after the other", took, fmt.Sprintf("the naive way; extrapolated from %d calls", sampled))
	return nil
}

func (w *rated) line(b *bench, name string, took asking, aim string) {
	least := w.least()
	fmt.Fprintf(b.out, "%-66s %14s %14s %9s  the least that the limits allow %d calls (%d refused); %s; processor %s, the API's %s%s\n",
		name, short(took.elapsed), short(least), ratio(took.elapsed.Seconds()/least.Seconds()), len(w.asked), took.api.Refused, aim,
		short(took.processor), short(took.api.Processor), load())
}

// load is how many processes the machine ran or had waiting in the last minute, of
// its processors; "" where it does not say.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	minute, _, _ := strings.Cut(string(text), " ")
	if err != nil {
		return ""
	}
	return fmt.Sprintf(", load %s on %d processors", minute, runtime.NumCPU())
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
	clusters int
	seed     uint64
	account  string

	mu    sync.Mutex
	asked []api.Request // of the last collection, without those that were refused
}

func newRated(clusters int, seed uint64) *rated {
	return &rated{clusters: clusters, seed: seed, account: estate.Large(clusters, seed).Part().Account}
}

// asking is what it took to ask an account's API.
type asking struct {
	elapsed, processor time.Duration
	api                served
}

// serve serves the account in a process of its own while a function asks for it.
func (w *rated) serve(o cloud.Options, ask func(*cloud.Caller) error) (took asking, err error) {
	s, err := startServer(w.clusters, w.seed)
	if err != nil {
		return asking{}, err
	}
	o.Endpoint, o.Getenv = s.url, func(name string) string { return s.env[name] }
	reads := map[string]bool{}
	for _, c := range collector.Reads() {
		reads[c.Product+"."+c.Operation] = true
	}
	o.Allowed = func(product, operation string) bool { return reads[product+"."+operation] }
	c, err := cloud.New(o)
	if err != nil {
		return asking{}, errors.Join(err, s.stop(&took.api))
	}
	defer c.Close()
	credentials, err := c.Credentials(context.Background())
	if err != nil {
		return asking{}, errors.Join(err, s.stop(&took.api))
	}
	began, used := time.Now(), processorTime()
	err = ask(c.Caller(credentials))
	took.elapsed, took.processor = time.Since(began), processorTime()-used
	return took, errors.Join(err, s.stop(&took.api))
}

// collect collects the account with what is known of its limits.
func (w *rated) collect(quota func(string, string) cloud.Quota, rates *cloud.Rates) (asking, error) {
	w.asked = nil
	return w.serve(cloud.Options{Quota: quota}, func(c *cloud.Caller) error {
		c.Learn(w.account, rates)
		_, err := collector.Collect(context.Background(), listening{w, c}, collector.Options{})
		return err
	})
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
func (w *rated) pool() (asking, error) {
	calls := slices.Clone(w.asked)
	slices.SortStableFunc(calls, func(a, b api.Request) int { return cmp.Compare(subject(a), subject(b)) })
	return w.serve(unheld(), func(c *cloud.Caller) error {
		var g errgroup.Group
		g.SetLimit(poolWorkers)
		for _, r := range calls {
			g.Go(func() error { return insist(c, r) })
		}
		return g.Wait()
	})
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
func (w *rated) oneByOne() (asking, error) {
	took, err := w.serve(unheld(), func(c *cloud.Caller) error {
		for i := range sampled {
			if err := insist(c, w.asked[i*len(w.asked)/sampled]); err != nil {
				return err
			}
		}
		return nil
	})
	took.elapsed = took.elapsed / sampled * time.Duration(len(w.asked))
	return took, err
}
