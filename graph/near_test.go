package graph

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/wild"
	"esaudit/netset"
	"esaudit/snapshot"
)

// wildGraphs are random estates with every trick of SEMANTICS.
func wildGraphs(t *testing.T, visit func(seed uint64, e *wild.Estate, g *Graph)) {
	t.Helper()
	for seed := range uint64(60) {
		e := wild.New(seed)
		s, err := collector.Assemble([]recording.Part{e.Part})
		if err != nil {
			t.Fatal(err)
		}
		visit(seed, e, Build(s, e.Config))
	}
}

// Who is near a cluster or a load balancer is everybody who gets in or may: the
// plain way asks all of the estate.
func TestNearIsEverybodyWhoGetsIn(t *testing.T) {
	narrowed, open := 0, 0
	wildGraphs(t, func(seed uint64, _ *wild.Estate, g *Graph) {
		for _, c := range g.clusters {
			vpcs := c.near()
			if vpcs == nil {
				open++
				continue
			}
			narrowed++
			for _, scheme := range []string{schemeES, schemeKibana} {
				few, all := g.ask(vpcs), g.ask(nil)
				if got, want := answered(t, few, few.cluster(c, scheme, 0)), answered(t, all, all.cluster(c, scheme, 0)); got != want {
					t.Errorf("seed %d: %s:%s\n%s\neverybody:\n%s", seed, scheme, c.ID, got, want)
				}
			}
		}
		for _, b := range g.balancers {
			few, all := g.ask(b.near()), g.ask(nil)
			if got, want := answered(t, few, few.balancer(b, 0)), answered(t, all, all.balancer(b, 0)); got != want {
				t.Errorf("seed %d: lb:%s\n%s\neverybody:\n%s", seed, b.ID, got, want)
			}
		}
	})
	if narrowed < 30 || open < 10 {
		t.Errorf("%d clusters narrowed, %d not: too few", narrowed, open)
	}
}

// A peering of which one end is not known leaves it open who is near the clusters at
// its other end, and joins others with that.
func TestNearWhereAnEndOfAPeeringIsNotKnown(t *testing.T) {
	narrowed := 0
	wildGraphs(t, func(seed uint64, _ *wild.Estate, g *Graph) {
		ends := map[*snapshot.Node]*snapshot.Node{}
		for _, a := range g.snapshot.Accounts() {
			for _, o := range a.Objects(snapshot.VPCPeer) {
				ends[o.Attr("AcceptingVpc", "VpcId")] = snapshot.NewString("")
			}
		}
		if len(ends) == 0 {
			return
		}
		s, err := snapshot.New(g.snapshot.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return ends[n] }))
		if err != nil {
			t.Fatal(err)
		}
		broken := Build(s, g.config)
		for _, c := range broken.clusters {
			vpcs := c.near()
			if vpcs == nil {
				continue
			}
			narrowed++
			few, all := broken.ask(vpcs), broken.ask(nil)
			if got, want := answered(t, few, few.cluster(c, schemeES, 0)), answered(t, all, all.cluster(c, schemeES, 0)); got != want {
				t.Errorf("seed %d: %s\n%s\neverybody:\n%s", seed, c.ID, got, want)
			}
		}
	})
	if narrowed < 5 {
		t.Errorf("%d clusters narrowed: too few", narrowed)
	}
}

func answered(t *testing.T, a *asking, openings []Opening) string {
	t.Helper()
	text, err := json.Marshal(struct {
		Openings []Opening
		Settle   []Settle
	}{openings, a.g.settle(a.settle)})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Decide says of every question what Reach says, in short.
func TestDecideAgreesWithReach(t *testing.T) {
	wildGraphs(t, func(seed uint64, e *wild.Estate, g *Graph) {
		var questions []Question
		for _, q := range e.Questions(rand.New(rand.NewPCG(seed, 3)), 60) {
			questions = append(questions, Question{q[0], q[1]})
		}
		questions = append(questions, Question{"internet:nowhere", "es:"})
		for i := range questions { // other addresses of the same VPCs, to the same targets
			questions = append(questions, Question{questions[i].From, questions[(i*7+3)%len(questions)].To})
		}
		for i, got := range g.Decide(questions) {
			q := questions[i]
			a, err := g.Reach(q.From, q.To)
			brief, briefErr := g.Brief(q.From, q.To)
			if brief.Paths = a.Paths; !reflect.DeepEqual(brief, a) || (err == nil) != (briefErr == nil) {
				t.Errorf("seed %d: %s -> %s: in brief %+v, Reach says %+v", seed, q.From, q.To, brief, a)
			}
			want := Decided{Verdict: a.Verdict, Err: err}
			if j := slices.IndexFunc(a.Paths, func(p Path) bool { return p.Verdict == a.Verdict }); err == nil {
				want.Kind = a.Paths[j].Kind
				for _, h := range slices.Backward(a.Paths[j].Hops) {
					if h.Verdict == a.Verdict && a.Verdict != Reachable {
						want.Control = h.Control
					}
				}
			}
			if (got.Err == nil) != (want.Err == nil) || got.Verdict != want.Verdict || got.Kind != want.Kind || got.Control != want.Control {
				t.Errorf("seed %d: %s -> %s: %+v, Reach says %+v", seed, q.From, q.To, got, want)
			}
		}
	})
}

// No path joins a cluster with a VPC that it is apart from.
func TestNothingJoinsWhatIsApart(t *testing.T) {
	apart := 0
	wildGraphs(t, func(seed uint64, _ *wild.Estate, g *Graph) {
		for _, c := range g.clusters {
			for vpc := range g.homes {
				if !c.isApart(vpc) {
					continue
				}
				apart++
				s := &source{net: c.net, vpc: vpc}
				if paths := append(c.viaPeerings(s, ESPrivate, 9200), c.viaCENs(s, ESPrivate, 9200)...); len(paths) > 0 {
					t.Errorf("seed %d: %s is apart from %s, and %s joins them", seed, vpc, c.ID, paths[0].Kind)
				}
			}
		}
	})
	if apart < 20 {
		t.Errorf("%d pairs of a cluster and a VPC are apart: too few", apart)
	}
}

// MayHold leaves out only clusters that an address is not one of, and a
// listener's Nearby only those its servers are not.
func TestIndexLeavesOutNobody(t *testing.T) {
	left := 0
	wildGraphs(t, func(seed uint64, _ *wild.Estate, g *Graph) {
		addresses := []string{"", "10.0.0.1"}
		for _, c := range g.clusters {
			for _, p := range c.stated {
				addresses = append(addresses, p.String(), p.Next().String())
			}
		}
		for _, text := range addresses {
			in := g.MayHoldAnywhere(text)
			a, _ := netset.ParseAddr(text)
			for _, c := range g.clusters {
				if slices.Contains(in, c) {
					continue
				}
				if left++; c.match(c.vpc, a).verdict() != Blocked || !c.described || !c.nodesRead {
					t.Errorf("seed %d: %q may be %s", seed, text, c.ID)
				}
			}
		}
		for _, b := range g.balancers {
			for _, l := range b.Listeners {
				for _, c := range g.clusters {
					for _, x := range l.Backends {
						if v, _ := c.Serving(l, x); v != Blocked && !slices.Contains(l.Nearby(), c) {
							t.Errorf("seed %d: %s of %s may be %s", seed, x.ID, l.ID, c.ID)
						}
					}
				}
			}
		}
	})
	if left < 100 {
		t.Errorf("%d clusters left out: too few", left)
	}
}

// What stands in a VPC, or may, is found as by looking at all, in their order.
func TestPlacedAgreesWithAScan(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	names := []string{"", "a", "b", "c"}
	for range 200 {
		var x placed[int]
		var at [][]string
		for i := range r.IntN(12) {
			vpcs := ends(names[r.IntN(4)], names[r.IntN(4)])
			at = append(at, vpcs)
			x.add(i, vpcs...)
		}
		for _, vpc := range names {
			var want []int
			for i, vpcs := range at {
				if vpc == "" || slices.Contains(vpcs, vpc) || slices.Contains(vpcs, "") {
					want = append(want, i)
				}
			}
			if got := slices.Collect(x.of(vpc)); !slices.Equal(got, want) {
				t.Fatalf("of %q in %v: %v, want %v", vpc, at, got, want)
			}
		}
	}
}
