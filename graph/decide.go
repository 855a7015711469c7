package graph

import (
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"

	"esaudit/netset"
)

// Question asks whether somebody gets somewhere, in the words of Reach.
type Question struct{ From, To string }

// Decided is a verdict and what decided it: the kind of the first path with the
// verdict, and its first control with the verdict; none for Reachable. Err says
// why the question cannot be understood.
type Decided struct {
	Verdict       Verdict
	Kind, Control string
	Err           error
}

// together is how many questions one goroutine of Decide takes at a time.
const together = 256

// Decide answers questions as Reach does, without the paths, on all processors.
// What it finds out about a target for every address of a spot it keeps: the
// next question from there to the same port is only looked up.
func (g *Graph) Decide(questions []Question) []Decided {
	out := make([]Decided, len(questions))
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(questions)/together+1) {
		group.Go(func() {
			for {
				end := int(next.Add(together))
				begin := end - together
				if begin >= len(questions) {
					return
				}
				for i := begin; i < min(end, len(questions)); i++ {
					out[i] = g.decide(questions[i])
				}
			}
		})
	}
	group.Wait()
	return out
}

func (g *Graph) decide(asked Question) Decided {
	q, err := parseQuery(asked.From, asked.To)
	if err != nil {
		return Decided{Err: err}
	}
	if d, ok := g.lookUp(q); ok {
		return d
	}
	paths, err := g.paths(q)
	if err != nil {
		return Decided{Err: err}
	}
	return decided(paths)
}

// decided is the answer that paths give.
func decided(paths []Path) Decided {
	if len(paths) == 0 {
		return noPath()
	}
	out := Decided{Verdict: Blocked}
	for _, p := range paths {
		out.Verdict = Over(out.Verdict, p.Verdict)
	}
	for _, p := range paths {
		if p.Verdict == out.Verdict {
			out.Kind, out.Control = p.Kind, p.decidedBy()
			break
		}
	}
	return out
}

// decidedBy is the first control with the verdict of a path that does not let
// through.
func (p Path) decidedBy() string {
	for _, m := range p.marks {
		if m.verdict == p.Verdict && p.Verdict != Reachable {
			return m.control
		}
	}
	return ""
}

// lookUp answers from plans, without following the ways again. ok is false
// where there is no plan: for other sources, for what no answer names, and when
// too many are kept.
func (g *Graph) lookUp(q query) (d Decided, ok bool) {
	var at spot
	address := q.address
	switch q.source {
	case schemeInternet:
	case schemeECS:
		h := g.byID.hosts[q.sourceID]
		if h == nil {
			return d, false
		}
		s := h.asked()
		at, address = s.spot, s.addresses.First()
	case schemeVPC:
		if at = g.spotOf(q.sourceID, q.address); at.net == nil {
			return d, false
		}
	default:
		return d, false
	}
	key := planKey{spot: at, kibana: q.target == schemeKibana, port: q.port}
	work := func() plan {
		paths, err := g.pathsOfAll(q, at)
		if err != nil {
			panic("graph: " + err.Error()) // source and target were found
		}
		return planOf(paths)
	}
	var p plan
	if q.target == schemeLB {
		b := g.balancer(q.targetID)
		switch {
		case b == nil:
			return d, false
		case at.inside && b.elsewhere(at.vpc):
			return Decided{Verdict: Blocked, Kind: "P5", Control: "lb-facing"}, true
		}
		p, ok = b.plans.find(key, &g.kept, work)
	} else {
		c := g.Cluster(q.targetID)
		switch {
		case c == nil:
			return d, false
		case at.inside && !key.kibana && c.isApart(at.vpc):
			return noPath(), true
		}
		p, ok = c.plans.find(key, &g.kept, work)
	}
	if !ok {
		return d, false
	}
	return p.decide(address), true
}

// pathsOfAll are the paths of every address of the spot that asks.
func (g *Graph) pathsOfAll(q query, at spot) ([]Path, error) {
	everybody := netset.Union(netset.AllV4(), netset.AllV6())
	var s *source
	switch {
	case !at.inside:
		return g.pathsFrom(q, caller{name: q.from, addresses: everybody})
	case q.source == schemeECS:
		one := *g.byID.hosts[q.sourceID].asked()
		s = &one
	default:
		s = g.addressSource(q.sourceID, q.address)
	}
	if at.known {
		s.addresses = everybody
	}
	return g.pathsFrom(q, caller{name: q.from, addresses: s.addresses, inside: s})
}

// spotOf is where an address of a VPC stands. Its net is nil when no answer
// names the VPC.
func (g *Graph) spotOf(vpc string, a netip.Addr) spot {
	n := g.networkOf(vpc)
	if n == nil {
		return spot{}
	}
	v, held := n.holding(vpc, a)
	return spot{net: n, vpc: vpc, routing: v, placed: n.places(v, held), inside: true, known: true}
}
