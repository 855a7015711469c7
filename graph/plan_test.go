package graph

import (
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"

	"esaudit/internal/wild"
)

// Many who ask at once get the verdicts of one who asks alone, and of a graph
// that keeps no plans.
func TestPlansSideBySide(t *testing.T) {
	wildGraphs(t, func(seed uint64, e *wild.Estate, g *Graph) {
		if seed > 3 {
			return
		}
		var questions []Question
		for _, q := range e.Questions(rand.New(rand.NewPCG(seed, 6)), 40) {
			questions = append(questions, Question{q[0], q[1]})
		}
		full := Build(g.snapshot, g.config)
		full.kept.Store(mostPlans)
		want := full.Decide(questions)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for i, d := range g.Decide(questions) {
					if d.Verdict != want[i].Verdict || d.Kind != want[i].Kind || d.Control != want[i].Control || (d.Err == nil) != (want[i].Err == nil) {
						t.Errorf("seed %d: %+v: %+v, without plans %+v", seed, questions[i], d, want[i])
					}
				}
			})
		}
		all.Wait()
		if full.kept.Load() != mostPlans {
			t.Errorf("seed %d: a plan too many is kept", seed)
		}
	})
}

// Where an address stands is what its source says.
func TestSpotsOfAddresses(t *testing.T) {
	said := map[Verdict]int{}
	wildGraphs(t, func(seed uint64, _ *wild.Estate, g *Graph) {
		for vpc, n := range g.homes {
			addresses := []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("fd00::1")}
			for _, v := range n.vswitches {
				for _, a := range v.cidrs.Bounds() {
					addresses = append(addresses, a, a.Next())
				}
			}
			for _, a := range addresses {
				got, want := g.spotOf(vpc, a), g.addressSource(vpc, a).standsIn()
				said[want.placed]++
				if got != want {
					t.Errorf("seed %d: %s/%s: %+v, its source %+v", seed, vpc, a, got, want)
				}
			}
		}
	})
	for _, v := range []Verdict{Reachable, Blocked, Unknown} {
		if said[v] < 10 {
			t.Errorf("%d addresses are %s: too few", said[v], v)
		}
	}
}
