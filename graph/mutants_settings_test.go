package graph

import (
	"net/netip"
	"slices"
	"testing"

	"esaudit/config"
	"esaudit/internal/wild"
	"esaudit/netset"
)

// The ranges of IngressPorts follow each other from 0 to 65535, and what a range
// says is what Ingress says of any of its ports.
func TestIngressPortsAgreeWithIngress(t *testing.T) {
	ranges := 0
	wildGraphs(t, func(seed uint64, _ *wild.Estate, g *Graph) {
		for _, h := range g.byID.hosts {
			next := 0
			for _, f := range g.IngressPorts(h.Object, netset.AllV4()) {
				if f.First != next || f.Last < f.First {
					t.Errorf("seed %d: %s: %d-%d follows %d", seed, h.ID, f.First, f.Last, next-1)
				}
				next = f.Last + 1
				ranges++
				for _, port := range []int{f.First, (f.First + f.Last) / 2, f.Last} {
					one := g.Ingress(h.Object, netset.AllV4(), port)
					if !one.Admitted.Equal(f.Admitted) || !one.Denied.Equal(f.Denied) || !one.Undecided.Equal(f.Undecided) {
						t.Errorf("seed %d: %s: port %d is not as %d-%d", seed, h.ID, port, f.First, f.Last)
					}
				}
			}
			if next != 65536 {
				t.Errorf("seed %d: %s: the ranges end before %d", seed, h.ID, next)
			}
		}
	})
	if ranges < 500 {
		t.Errorf("%d ranges: too few", ranges)
	}
}

// A load balancer is public by the family that is: its value is named.
func TestPublicNamesTheFamily(t *testing.T) {
	found := map[[2]Verdict]int{}
	wildGraphs(t, func(seed uint64, _ *wild.Estate, g *Graph) {
		for _, b := range g.balancers {
			v4, v6 := b.facesFamily(false), b.facesFamily(true)
			found[[2]Verdict{v4.verdict, v6.verdict}]++
			got, at, _ := b.Public()
			if got != Over(v4.verdict, v6.verdict) {
				t.Errorf("seed %d: %s is %s, its families %s and %s", seed, b.ID, got, v4.verdict, v6.verdict)
			}
			if !(at == v4.at && v4.verdict == got || at == v6.at && v6.verdict == got) {
				t.Errorf("seed %d: %s is %s by %s, its families by %s and %s", seed, b.ID, got, at.Pointer(), v4.at.Pointer(), v6.at.Pointer())
			}
			set, settle := b.SeenFrom()
			read := !b.network || b.net.read("nlb", "GetLoadBalancerAttribute", b.ID)
			if read != (len(settle) == 0) || read && !set.Equal(b.localAddresses()) || !read && !set.IsEmpty() {
				t.Errorf("seed %d: %s is seen from %s, settled by %v", seed, b.ID, set, settle)
			}
		}
	})
	if len(found) < 7 {
		t.Errorf("families: %v, too few", found)
	}
}

// What a load balancer's facing says of an address is what its family says.
func TestFacingIsOfTheFamily(t *testing.T) {
	wildGraphs(t, func(seed uint64, _ *wild.Estate, g *Graph) {
		for _, b := range g.balancers {
			for six, text := range map[bool]string{false: "8.8.8.8", true: "2001:db8::8"} {
				want := b.facesFamily(six)
				got := b.facesInternet(netset.Addr(netip.MustParseAddr(text))).uniform()
				if got.verdict != want.verdict || got.at != want.at || got.why.String() != want.why.String() {
					t.Errorf("seed %d: %s: %s for %s, its family says %s", seed, b.ID, got.why, text, want.why)
				}
			}
		}
	})
}

// The ways to a proxy let in an address exactly as the way of that address alone
// does.
func TestProxyFrontsAgreeWithSingleAddresses(t *testing.T) {
	fronts := 0
	wildGraphs(t, func(seed uint64, e *wild.Estate, g *Graph) {
		for _, p := range g.config.Proxies {
			host, n := g.host(p.ECS)
			all := g.ProxyFronts(p)
			if (n != nil) != (len(all) > 0) {
				t.Errorf("seed %d: %d ways to %s", seed, len(all), p.ECS)
			}
			if n == nil {
				continue
			}
			s := hostSource(n, host)
			for _, text := range []string{"203.0.113.9", "198.51.100.7", "8.8.8.8"} {
				a := netset.Addr(netip.MustParseAddr(text))
				one := g.toHost(caller{name: text, addresses: a}, n, host, s, p.Listen)
				if len(one) != len(all) {
					t.Fatalf("seed %d: %d ways to %s, %d of %s", seed, len(all), p.ECS, len(one), text)
				}
				for i, w := range one {
					w.judge("sg-ingress", n.filter(s.groups, host.Node, p.ECS, ingress, peer{addresses: a}, p.Listen))
					f := all[i]
					got := map[Verdict]bool{Reachable: f.Open.Overlaps(a), Unknown: f.Maybe.Overlaps(a), Blocked: !f.Open.Overlaps(a) && !f.Maybe.Overlaps(a)}
					if !got[w.path.Verdict] || f.Open.Overlaps(f.Maybe) {
						t.Errorf("seed %d: %s to %s by %s %s is %s: open to %s, maybe to %s", seed, text, p.ECS, f.Kind, f.ID, w.path.Verdict, f.Open, f.Maybe)
					}
					fronts++
				}
			}
		}
	})
	if fronts < 500 {
		t.Errorf("%d ways: too few", fronts)
	}
	if ways := (&Graph{}).ProxyFronts(config.Proxy{ECS: "i-nobody"}); ways != nil {
		t.Errorf("ways to nobody: %v", ways)
	}
}

// EgressTo says of a host what the control sg-egress does, Destination where
// that goes to.
func TestEgressToAgreesWithReach(t *testing.T) {
	compared, known := 0, map[bool]int{}
	wildGraphs(t, func(seed uint64, _ *wild.Estate, g *Graph) {
		for _, c := range g.clusters {
			set, exact, settle := c.Destination()
			to := c.destination()
			known[exact]++
			switch {
			case to.lost != nil && (!set.IsEmpty() || exact || len(settle) != len(to.lost.settle)):
				t.Errorf("seed %d: %s is nowhere known, and at %s", seed, c.ID, set)
			case to.lost == nil && (!set.Equal(to.set) || exact != to.exact || exact && len(settle) > 0):
				t.Errorf("seed %d: %s is at %s %v, not at %s %v", seed, c.ID, to.set, to.exact, set, exact)
			case to.lost == nil && !exact && len(settle) == 0 && c.described && c.net.need("elasticsearch", "ListAllNode", c.ID) != nil:
				t.Errorf("seed %d: nothing settles where %s is", seed, c.ID)
			}
			for _, h := range g.byID.hosts {
				v, why, at, _ := g.EgressTo(h.Object, c, 9200)
				a, err := g.Reach("ecs:"+h.ID, "es:"+c.ID+":9200")
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range a.Paths {
					i := slices.IndexFunc(p.Hops, func(h Hop) bool { return h.Control == "sg-egress" })
					if i < 0 || p.Entry != ESPrivate {
						continue
					}
					compared++
					if hop := p.Hops[i]; hop.Verdict != v || hop.Why != why || hop.Pointer != at.Pointer() {
						t.Errorf("seed %d: %s to %s: %s %s, Reach says %s %s", seed, h.ID, c.ID, v, why, hop.Verdict, hop.Why)
					}
				}
			}
		}
	})
	if compared < 500 || known[true] < 20 || known[false] < 20 {
		t.Errorf("%d compared, %v: too few", compared, known)
	}
}
