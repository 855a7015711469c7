package collector

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"esaudit/collector/api"
)

// gate holds the requests of a run until the run can do nothing but wait for
// them, and then lets one through, whichever: every order of answers is one of
// its orders. It works inside a bubble of synctest.
type gate struct {
	random *rand.Rand

	mu      sync.Mutex
	waiting []held
	most    int            // requests held at a time
	ofOne   map[string]int // of one operation
}

type held struct {
	lane, key string
	pass      chan struct{}
}

// gated runs f, which makes requests that wait at the gate.
func gated(t *testing.T, seed uint64, f func(t *testing.T, g *gate)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := &gate{random: rand.New(rand.NewPCG(seed, 1)), ofOne: map[string]int{}}
		over := make(chan struct{})
		go func() {
			defer close(over)
			f(t, g)
		}()
		for {
			synctest.Wait()
			if !g.release() {
				<-over
				return
			}
		}
	})
}

// release lets one request through. It reports whether there was one.
func (g *gate) release() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		return false
	}
	lanes := map[string]int{}
	for _, h := range g.waiting {
		lanes[h.lane]++
		g.ofOne[h.lane] = max(g.ofOne[h.lane], lanes[h.lane])
	}
	g.most = max(g.most, len(g.waiting))
	slices.SortFunc(g.waiting, func(a, b held) int { return strings.Compare(a.key, b.key) }) // the seed alone decides
	i := g.random.IntN(len(g.waiting))
	close(g.waiting[i].pass)
	g.waiting = append(g.waiting[:i], g.waiting[i+1:]...)
	return true
}

// hold keeps a request until the gate lets it through. It is a fault of fakeAPI
// that does no harm.
func (g *gate) hold(ctx context.Context, q api.Request, _ int) (api.Answer, bool, error) {
	pass := make(chan struct{})
	g.mu.Lock()
	g.waiting = append(g.waiting, held{q.Region + " " + q.Product + "." + q.Operation, callKey(q) + paramText(q.Page), pass})
	g.mu.Unlock()
	select {
	case <-pass:
		return api.Answer{}, false, nil
	case <-ctx.Done():
		return api.Answer{}, false, ctx.Err()
	}
}
