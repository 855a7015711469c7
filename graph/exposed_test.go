package graph_test

import (
	"net/netip"
	"reflect"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/graph"
	"esaudit/internal/wild"
)

// The way in from the internet is that of all ways, where it is reachable for certain.
func TestExposedIsTheReachableWay(t *testing.T) {
	seen := map[graph.Verdict]int{}
	for seed := range uint64(25) {
		e := wild.New(seed + 40)
		s, err := collector.Assemble([]recording.Part{e.Part})
		if err != nil {
			t.Fatal(err)
		}
		g := graph.Build(s, e.Config)
		for _, c := range g.Clusters() {
			for _, scheme := range []string{"es", "kibana"} {
				for _, from := range []string{"203.0.113.9", "8.8.8.8", "10.1.1.10"} {
					a := netip.MustParseAddr(from)
					way := g.Public(c, scheme, a)[0]
					hops, in := g.Exposed(c, scheme, a)
					seen[way.Verdict]++
					if in != (way.Verdict == graph.Reachable) || in && !reflect.DeepEqual(hops, way.Hops) || !in && hops != nil {
						t.Fatalf("seed %d: %s of %s from %s is %v by %+v, exposed: %v by %+v", seed, scheme, c.ID, from, way.Verdict, way.Hops, in, hops)
					}
				}
			}
		}
	}
	for _, v := range []graph.Verdict{graph.Reachable, graph.Blocked, graph.Unknown} {
		if seen[v] == 0 {
			t.Errorf("no way is %v", v)
		}
	}
}
