package graph

import (
	"net/netip"
	"strings"
	"testing"

	"esaudit/internal/wild"
	"esaudit/netset"
	"esaudit/snapshot"
)

// Of several routes with one prefix it is not known which is taken: they have to
// say the same. Longer prefixes go first, and what no route holds is blocked.
func TestLookupOfTies(t *testing.T) {
	at := func(cidr, hop, id string) route { return route{prefix: netip.MustParsePrefix(cidr), hop: hop, id: id} }
	judge := func(r route) Verdict {
		switch {
		case r.hop == "":
			return Unknown
		case r.id == "pcc-1" || r.hop == "local":
			return Reachable
		}
		return Blocked
	}
	for _, c := range []struct {
		name   string
		routes []route
		want   Verdict
		why    string
	}{
		{"one", []route{at("10.1.0.0/16", "VpcPeer", "pcc-1")}, Reachable, "through VpcPeer pcc-1"},
		{"inside", []route{at("10.1.0.0/16", "local", "")}, Reachable, "inside the VPC"},
		{"another", []route{at("10.1.0.0/16", "VpcPeer", "pcc-2")}, Blocked, "through VpcPeer pcc-2"},
		{"unsaid", []route{at("10.1.0.0/16", "", "")}, Unknown, "does not say its next hop"},
		{"none", []route{at("10.2.0.0/16", "VpcPeer", "pcc-1")}, Blocked, "no route"},
		{"a part", []route{at("10.1.0.0/25", "VpcPeer", "pcc-1")}, Unknown, "by several ways"},
		{"longest", []route{at("10.1.0.0/24", "VpcPeer", "pcc-1"), at("10.1.0.0/16", "VpcPeer", "pcc-2")}, Reachable, "pcc-1"},
		{"two of one mind", []route{at("10.1.0.0/16", "VpcPeer", "pcc-1"), at("10.1.0.0/16", "local", "")}, Reachable, "pcc-1"},
		{"two at odds", []route{at("10.1.0.0/16", "VpcPeer", "pcc-1"), at("10.1.0.0/16", "VpcPeer", "pcc-2")}, Unknown, "several routes to 10.1.0.0/16"},
		{"at odds further on", []route{at("10.1.0.0/24", "VpcPeer", "pcc-1"), at("10.1.0.0/16", "VpcPeer", "pcc-2")}, Reachable, "pcc-1"},
	} {
		n := &network{tables: readingsOf([]snapshot.Object{{ID: "vtb-1"}}, func(snapshot.Object) *routeTable { return &routeTable{read: true, routes: c.routes} })}
		d := n.lookup(&vswitch{table: "vtb-1"}, netset.Of(netip.MustParsePrefix("10.1.0.0/24")), "there", judge).uniform()
		if d.verdict != c.want || !strings.Contains(d.why.String(), c.why) {
			t.Errorf("%s: %s, %s; want %s, %s", c.name, d.verdict, d.why, c.want, c.why)
		}
	}
}

// A route to a prefix list might be the longest for any address: it has to say the
// same as the others.
func TestLookupOfPrefixLists(t *testing.T) {
	entry, err := snapshot.ParseJSON([]byte(`{"DestinationCidrBlock":"pl-1"}`))
	if err != nil {
		t.Fatal(err)
	}
	judge := func(r route) Verdict { return oneOf(r.id == "pcc-1") }
	peer := func(id string) route {
		return route{node: entry, prefix: netip.MustParsePrefix("10.1.0.0/16"), hop: "VpcPeer", id: id}
	}
	for _, c := range []struct {
		routes, lists []route
		want          Verdict
	}{
		{[]route{peer("pcc-1")}, []route{peer("pcc-1")}, Reachable},
		{[]route{peer("pcc-1")}, []route{peer("pcc-1"), peer("pcc-2")}, Unknown},
		{nil, []route{peer("pcc-1")}, Unknown},
		{nil, []route{peer("pcc-2")}, Blocked},
		{[]route{peer("pcc-2")}, []route{peer("pcc-2")}, Blocked},
	} {
		n := &network{tables: readingsOf([]snapshot.Object{{ID: "vtb-1"}}, func(snapshot.Object) *routeTable {
			t := &routeTable{read: true, routes: c.routes}
			for _, r := range c.lists {
				t.lists = append(t.lists, listRoute{r, netset.AllV4()})
			}
			return t
		})}
		d := n.lookup(&vswitch{table: "vtb-1"}, netset.Of(netip.MustParsePrefix("10.1.0.0/24")), "there", judge).uniform()
		if d.verdict != c.want || c.want == Unknown && !strings.Contains(d.why.String(), "prefix list pl-1") {
			t.Errorf("%d routes, %d to lists: %s, %s; want %s", len(c.routes), len(c.lists), d.verdict, d.why, c.want)
		}
	}
}

// A host that is blocked is told how its way out to the internet is asked for,
// and nobody else is.
func TestHintForHosts(t *testing.T) {
	hinted := 0
	wildGraphs(t, func(seed uint64, _ *wild.Estate, g *Graph) {
		if seed >= 10 {
			return
		}
		for _, host := range g.Names(schemeECS) {
			for _, c := range g.Clusters() {
				for from, want := range map[string]bool{schemeECS + ":" + host: true, "internet:8.8.8.8": false} {
					a, err := g.Reach(from, "es:"+c.ID+":9200")
					if err != nil {
						t.Fatal(err)
					}
					got := len(a.Blockers) > 0 && strings.HasSuffix(a.Blockers[0].Why, "is asked as internet:ITS-IP)")
					if got != (want && a.Verdict == Blocked) {
						t.Errorf("seed %d: %s -> %s: hinted is %v", seed, from, c.ID, got)
					}
					if got {
						hinted++
					}
				}
			}
		}
	})
	if hinted < 20 {
		t.Errorf("%d hints: too few", hinted)
	}
}
