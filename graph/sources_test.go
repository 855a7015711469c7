package graph_test

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// estates are the recordings of the project's own stories, and those that
// stand beside the checkout, if any.
func estates(t testing.TB) []string {
	t.Helper()
	own, err := filepath.Glob("../testdata/estates/*")
	if err != nil || len(own) < 20 {
		t.Fatalf("%d estates, %v", len(own), err)
	}
	beside, _ := filepath.Glob("../../shared/conformance/reach/*")
	return append(own, beside...)
}

func build(t testing.TB, dir string) *graph.Graph {
	t.Helper()
	r, err := recording.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	return graph.Build(s, declarations(s))
}

// declarations declares what estates do not: a proxy on their first hosts, a
// network on premises for their first VPC.
func declarations(s *snapshot.Snapshot) config.Config {
	c := config.Config{}
	for _, a := range s.Accounts() {
		clusters := a.Objects(snapshot.Cluster)
		if len(clusters) == 0 {
			continue
		}
		for i, host := range a.Objects(snapshot.ECS) {
			if i < 3 {
				c.Proxies = append(c.Proxies, config.Proxy{ECS: host.ID, Listen: 9200, Cluster: clusters[0].ID, Port: 9200})
			}
		}
		if vpcs := a.Objects(snapshot.VPC); len(vpcs) > 0 {
			c.OnPrem = append(c.OnPrem, config.OnPrem{Name: "office" + a.ID, CIDRs: []string{"192.168.77.0/24"}, VPCs: []string{vpcs[0].ID}, Trusted: true})
		}
	}
	return c
}

// A set holds an address exactly when the question about it alone says so
// (SEMANTICS 9): asked at both ends of every run of addresses, and beside them.
func TestSetsAgreeWithSingleQuestions(t *testing.T) {
	asked := map[string]int{}
	for _, dir := range estates(t) {
		g := build(t, dir)
		for _, c := range g.Clusters() {
			checkTarget(t, g, dir, "es:"+c.ID, asked)
			checkTarget(t, g, dir, "kibana:"+c.ID, asked)
		}
		for i, b := range g.Balancers() {
			if i < 5 {
				checkTarget(t, g, dir, "lb:"+b.ID, asked)
			}
		}
	}
	t.Log(asked)
	for _, kind := range []string{"internet reachable", "internet blocked", "internet unknown", "vpc reachable", "vpc blocked", "vpc unknown", "ecs reachable", "ecs blocked", "ecs unknown"} {
		if asked[kind] < 20 {
			t.Errorf("%s was asked %d times only", kind, asked[kind])
		}
	}
}

// checkTarget asks every question that a set answers one by one.
func checkTarget(t *testing.T, g *graph.Graph, dir, to string, asked map[string]int) {
	t.Helper()
	sources, err := g.Sources(to)
	if err != nil {
		t.Fatalf("%s: %s: %v", dir, to, err)
	}
	type sum struct {
		internet graph.Addresses
		vpcs     map[string]graph.Addresses
		hosts    map[string]string
	}
	sums := map[int]*sum{}
	union := func(a, b graph.Addresses) graph.Addresses {
		reachable := a.Reachable.Union(b.Reachable)
		return graph.Addresses{Reachable: reachable, Unknown: a.Unknown.Union(b.Unknown).Minus(reachable)}
	}
	for _, o := range sources.Entries {
		if strings.HasPrefix(o.Entry, "kibana") && strings.HasPrefix(to, "es:") {
			continue
		}
		s := sums[o.Port]
		if s == nil {
			s = &sum{vpcs: map[string]graph.Addresses{}, hosts: map[string]string{}}
			sums[o.Port] = s
		}
		s.internet = union(s.internet, o.Internet)
		for _, v := range o.Via {
			s.internet = union(s.internet, v.Internet)
		}
		for vpc, a := range o.VPCs {
			s.vpcs[vpc] = union(s.vpcs[vpc], a)
		}
		for _, id := range o.Hosts.Unknown {
			if s.hosts[id] == "" {
				s.hosts[id] = "unknown"
			}
		}
		for _, id := range o.Hosts.Reachable {
			s.hosts[id] = "reachable"
		}
	}
	check := func(from string, port int, want string) {
		t.Helper()
		a, err := g.Reach(from, fmt.Sprintf("%s:%d", to, port))
		if err != nil {
			t.Fatalf("%s: %s: %v", dir, from, err)
		}
		kind, _, _ := strings.Cut(from, ":")
		asked[kind+" "+want]++
		if a.Verdict.String() != want {
			t.Errorf("%s: %s -> %s:%d is %s, the set says %s", dir, from, to, port, a.Verdict, want)
		}
	}
	for port, s := range sums {
		for _, a := range probes(s.internet) {
			check("internet:"+a.String(), port, verdictIn(s.internet, a))
		}
		for _, account := range g.Snapshot().Accounts() {
			for _, v := range account.Objects(snapshot.VSwitch) {
				set := cidrsOf(v)
				if len(g.Snapshot().Accounts()) > 1 {
					continue // the same ids stand in several accounts
				}
				vpc := v.Attr("VpcId").Text()
				if vpc == "" {
					continue
				}
				for _, a := range append(probes(s.vpcs[vpc]), set.First()) {
					if set.Contains(a) {
						check("vpc:"+vpc+"/"+a.String(), port, verdictIn(s.vpcs[vpc], a))
					}
				}
			}
			for _, vpc := range account.Objects(snapshot.VPC) { // also what no vSwitch has
				if len(g.Snapshot().Accounts()) > 1 {
					continue
				}
				for i, a := range probes(s.vpcs[vpc.ID]) {
					if i < 12 {
						check("vpc:"+vpc.ID+"/"+a.String(), port, verdictIn(s.vpcs[vpc.ID], a))
					}
				}
			}
			for _, h := range account.Objects(snapshot.ECS) {
				want := s.hosts[h.ID]
				if want == "" {
					want = "blocked"
				}
				check("ecs:"+h.ID, port, want)
			}
		}
	}
}

func cidrsOf(v snapshot.Object) netset.Set {
	var set netset.Set
	for _, field := range []string{"CidrBlock", "Ipv6CidrBlock"} {
		if p, err := netset.ParseCIDR(v.Attr(field).Text()); err == nil {
			set = set.Union(netset.Of(p))
		}
	}
	return set
}

// probes are the addresses at which something can change, and some others.
func probes(a graph.Addresses) []netip.Addr {
	out := []netip.Addr{netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("2001:db8::9")}
	for _, set := range []netset.Set{a.Reachable, a.Unknown} {
		bounds := set.Bounds()
		for i, b := range bounds {
			if i > 40 {
				break
			}
			out = append(out, b)
			if n := b.Next(); n.IsValid() {
				out = append(out, n)
			}
			if p := b.Prev(); p.IsValid() {
				out = append(out, p)
			}
		}
	}
	return out
}

func verdictIn(a graph.Addresses, ip netip.Addr) string {
	switch {
	case a.Reachable.Contains(ip):
		return "reachable"
	case a.Unknown.Contains(ip):
		return "unknown"
	}
	return "blocked"
}

// The sets of one opening are disjoint, and a set is printed as few CIDRs.
func TestSourcesAreDisjoint(t *testing.T) {
	for _, dir := range estates(t) {
		g := build(t, dir)
		for _, c := range g.Clusters() {
			s, err := g.Sources("es:" + c.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range s.Entries {
				all := []graph.Addresses{o.Internet}
				for _, v := range o.VPCs {
					all = append(all, v)
				}
				for _, v := range o.Via {
					all = append(all, v.Internet)
				}
				for _, a := range all {
					if a.Reachable.Overlaps(a.Unknown) {
						t.Errorf("%s: %s %s: both reachable and unknown: %s", dir, c.ID, o.Entry, a.Reachable.Intersect(a.Unknown))
					}
				}
			}
		}
	}
}

func TestSourcesRefuse(t *testing.T) {
	g := build(t, "../testdata/estates/demo")
	for _, to := range []string{"", "es", "es:", "es:a b", "es:x:0", "es:x:70000", "host:1", "es:x:1:2", "internet:1.2.3.4", "es:nobody", "lb:nobody", "kibana:nobody"} {
		if _, err := g.Sources(to); err == nil {
			t.Errorf("%q is accepted", to)
		}
	}
	if _, err := os.Stat("../testdata/estates/blind"); err != nil {
		t.Fatal(err)
	}
	s, err := build(t, "../testdata/estates/blind").Sources("es:es-cn-whatever")
	if err != nil || !s.Lost || len(s.Settle) == 0 {
		t.Errorf("a cluster that could not be listed: %+v, %v", s, err)
	}
}
