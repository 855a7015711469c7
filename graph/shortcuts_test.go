package graph

import (
	"net/netip"
	"slices"
	"testing"

	"esaudit/internal/wild"
	"esaudit/netset"
)

// In brief, the same hosts get in as where each of them is asked by itself.
func TestBriefAgreesWithEachHost(t *testing.T) {
	found := map[string]int{}
	wildGraphs(t, func(seed uint64, _ *wild.Estate, g *Graph) {
		for _, c := range g.clusters {
			for _, entry := range EntryNames() {
				for _, port := range c.portsOf(entry) {
					one, brief := g.ask(nil), g.ask(nil)
					brief.brief = true
					want, got := one.entry(c, entry, port).Hosts, brief.entry(c, entry, port).Hosts
					if !slices.Equal(got.Reachable, want.Reachable) || !slices.Equal(got.Unknown, want.Unknown) {
						t.Errorf("seed %d: %s %s %d: %v, want %v", seed, c.ID, entry, port, got, want)
					}
					found["reachable"] += len(want.Reachable)
					found["unknown"] += len(want.Unknown)
					found["hosts"] += len(one.hosts)
				}
			}
		}
	})
	t.Log(found)
	if found["reachable"] < 20 || found["unknown"] < 20 || found["hosts"] < 2*(found["reachable"]+found["unknown"]) {
		t.Errorf("too few: %v", found)
	}
}

// What was found of a vSwitch is about hosts that have one of its addresses, in its VPC.
func TestToldIsAboutTheSameVPC(t *testing.T) {
	all := netset.AllV4()
	found := told{&source{vpc: "vpc-1", addresses: all}, Addresses{Reachable: all}}
	for _, x := range []struct {
		vpc       string
		addresses netset.Set
		is        bool
	}{
		{"vpc-1", netset.Addr(netip.MustParseAddr("10.0.0.1")), true},
		{"vpc-2", netset.Addr(netip.MustParseAddr("10.0.0.1")), false},
		{"vpc-1", netset.Addr(netip.MustParseAddr("fd00::1")), false},
		{"vpc-1", netset.Set{}, false},
	} {
		if _, is := found.about(&source{vpc: x.vpc, addresses: x.addresses}); is != x.is {
			t.Errorf("%s in %s: %t", x.addresses, x.vpc, is)
		}
	}
}

// Serving says without words what the control says: of the servers that there are, and
// of one that has an address of the cluster's in its VPC, in its region or another.
func TestServingAgreesWithTheControl(t *testing.T) {
	found := map[Verdict]int{}
	wildGraphs(t, func(seed uint64, _ *wild.Estate, g *Graph) {
		check := func(c *Cluster, l *Listener, x *Backend) {
			v, settle := c.Serving(l, x)
			d := c.isBackend(l, x)
			if v != d.verdict || !slices.Equal(settle, d.settle) {
				t.Errorf("seed %d: %s of %s as %s: %s %v, want %s %v", seed, x.ID, l.ID, c.ID, v, settle, d.verdict, d.settle)
			}
			found[v]++
		}
		for _, b := range g.balancers {
			for _, l := range b.Listeners {
				for _, x := range l.Backends {
					for _, c := range g.clusters {
						check(c, l, x)
						for _, a := range c.stated {
							own := &Backend{Node: x.Node, ID: x.ID, Type: x.Type, IP: a.String()}
							check(c, &Listener{ID: l.ID, balancer: b, vpc: c.vpc}, own)
							elsewhere := &Balancer{Object: b.Object, net: &network{}, network: b.network}
							check(c, &Listener{ID: l.ID, balancer: elsewhere, vpc: c.vpc}, own)
						}
					}
				}
			}
		}
	})
	for _, v := range []Verdict{Reachable, Blocked, Unknown} {
		if found[v] < 20 {
			t.Errorf("%s was said %d times only", v, found[v])
		}
	}
}
