package graph

import (
	"math/rand/v2"
	"net/netip"
	"slices"
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

// A plan holds nothing of what lets everybody through, nor of what is behind a
// control that lets nobody.
func TestPlansHoldWhatDecides(t *testing.T) {
	idle, behind := 0, 0
	wildGraphs(t, func(seed uint64, e *wild.Estate, g *Graph) {
		for _, asked := range e.Questions(rand.New(rand.NewPCG(seed, 8)), 40) {
			a, err := g.Reach(asked[0], asked[1])
			if err != nil {
				continue
			}
			for i, c := range planOf(a.Paths) {
				var want []step
				shut := false
				for _, m := range a.Paths[i].marks {
					switch open := m.each == nil && m.verdict == Reachable; {
					case shut:
						behind++
					case open:
						idle++
					default:
						want = append(want, step{m.control, m.verdict, m.each})
						shut = m.each == nil && m.verdict == Blocked
					}
				}
				if !slices.Equal(c.steps, want) {
					t.Errorf("seed %d: %q: %v, want %v", seed, asked, c.steps, want)
				}
			}
		}
	})
	if idle < 1000 || behind < 1000 {
		t.Errorf("%d let everybody through, %d are behind what lets nobody: too few", idle, behind)
	}
}

// Whatever of an estate somebody in it or on the internet asks for, there is a
// plan that answers.
func TestPlansForEveryTarget(t *testing.T) {
	planned := map[string]int{}
	wildGraphs(t, func(seed uint64, _ *wild.Estate, g *Graph) {
		for _, from := range append(prefixed("ecs:", g.Names(schemeECS)), "internet:203.0.113.9") {
			for _, to := range slices.Concat(prefixed("es:", g.Names(schemeES)), prefixed("kibana:", g.Names(schemeES)), prefixed("lb:", g.Names(schemeLB))) {
				q, err := parseQuery(from, to+":9200")
				if err != nil {
					t.Fatal(err)
				}
				if _, ok := g.lookUp(q); !ok {
					t.Errorf("seed %d: %s -> %s has no plan", seed, from, to)
				}
				planned[q.source+" "+q.target]++
			}
		}
	})
	if len(planned) != 6 {
		t.Errorf("planned: %v", planned)
	}
}

func prefixed(prefix string, names []string) []string {
	var out []string
	for _, n := range names {
		out = append(out, prefix+n)
	}
	return out
}
