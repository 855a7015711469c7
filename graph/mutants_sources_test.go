package graph_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"esaudit/graph"
	"esaudit/internal/wild"
)

// Of a load balancer each listener's port is asked, of a cluster without a port
// every entry, of Kibana or with a port only those; nothing is to be settled
// where nothing is unknown.
func TestSetsAskEveryPort(t *testing.T) {
	settled := 0
	for seed := range uint64(20) {
		e := wild.New(seed)
		g := graphOf(t, e.Config, e.Part)
		for _, b := range g.Balancers() {
			want := map[int]bool{}
			for _, l := range b.Listeners {
				want[l.First] = true
			}
			delete(want, 0)
			s, err := g.Sources("lb:" + b.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got := portsIn(s); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
				t.Errorf("seed %d: lb:%s is asked at %v, listens on %v", seed, b.ID, got, want)
			}
			if s, err = g.Sources("lb:" + b.ID + ":9200"); err != nil || !slices.Equal(portsIn(s), []int{9200}) {
				t.Errorf("seed %d: lb:%s:9200 is asked at %v, %v", seed, b.ID, portsIn(s), err)
			}
		}
		for _, c := range g.Clusters() {
			for to, want := range map[string]bool{"es:" + c.ID: true, "es:" + c.ID + ":9200": false, "kibana:" + c.ID: true, "kibana:" + c.ID + ":5601": true} {
				s, err := g.Sources(to)
				if err != nil {
					t.Fatal(err)
				}
				unknown := false
				for _, o := range s.Entries {
					if strings.HasPrefix(o.Entry, "kibana") && !want || strings.HasPrefix(o.Entry, "es") && strings.HasPrefix(to, "kibana") {
						t.Errorf("seed %d: %s asks %s", seed, to, o.Entry)
					}
					unknown = unknown || open(o)
				}
				if !unknown && s.Settle != nil && len(s.Entries) > 0 {
					t.Errorf("seed %d: nothing of %s is unknown, settled by %v", seed, to, s.Settle)
				}
				if unknown && s.Settle != nil {
					settled++
				}
			}
		}
	}
	if settled < 20 {
		t.Errorf("%d settled: too few", settled)
	}
}

func portsIn(s graph.Sources) []int {
	var out []int
	for _, o := range s.Entries {
		out = append(out, o.Port)
	}
	return out
}

// open reports whether anybody may get in.
func open(o graph.Opening) bool {
	maybe := !o.Internet.Unknown.IsEmpty() || len(o.Hosts.Unknown) > 0
	for _, a := range o.VPCs {
		maybe = maybe || !a.Unknown.IsEmpty()
	}
	for _, a := range o.OnPrem {
		maybe = maybe || !a.Unknown.IsEmpty()
	}
	for _, v := range o.Via {
		maybe = maybe || !v.Internet.Unknown.IsEmpty()
	}
	return maybe
}
