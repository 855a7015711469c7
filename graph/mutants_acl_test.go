package graph

import (
	"net/netip"
	"testing"

	"esaudit/netset"
	"esaudit/snapshot"
)

// The entry that decides is the first for an address and a port of the range
// with the verdict, or else the first at all.
func TestDecidingEntry(t *testing.T) {
	nodes := []*snapshot.Node{snapshot.NewNull(), snapshot.NewNull(), snapshot.NewNull()}
	entry := func(i int, cidr string, first, last int, v Verdict) aclRule {
		return aclRule{node: nodes[i], match: netset.Of(netip.MustParsePrefix(cidr)), ports: portRange{first, last}, verdict: v, sure: true}
	}
	rules := []aclRule{entry(0, "10.0.0.0/8", 80, 90, Blocked), entry(1, "10.1.0.0/16", 90, 100, Reachable), entry(2, "10.1.0.0/16", 1, 65535, Blocked)}
	for _, c := range []struct {
		cidr        string
		first, last int
		v           Verdict
		want        int // -1: none
	}{
		{"10.1.1.0/24", 90, 90, Blocked, 0}, {"10.1.1.0/24", 90, 90, Reachable, 1}, {"10.1.1.0/24", 90, 90, Unknown, 0},
		{"10.1.1.0/24", 100, 200, Reachable, 1}, {"10.1.1.0/24", 101, 200, Reachable, 2}, {"10.1.1.0/24", 1, 80, Blocked, 0},
		{"10.1.1.0/24", 1, 79, Blocked, 2}, {"10.2.1.0/24", 91, 99, Blocked, -1}, {"192.168.0.0/16", 85, 85, Blocked, -1},
	} {
		got := deciding(rules, netset.Of(netip.MustParsePrefix(c.cidr)), portRange{c.first, c.last}, c.v)
		if c.want < 0 && got != nil || c.want >= 0 && got != nodes[c.want] {
			t.Errorf("%s %d-%d %s: another entry than %d", c.cidr, c.first, c.last, c.v, c.want)
		}
	}
}

func TestSpan(t *testing.T) {
	for want, ports := range map[string][2]int{"at an unknown port": {0, 0}, "9200": {9200, 9200}, "9200-9300": {9200, 9300}} {
		if got := span(ports[0], ports[1]); got != want {
			t.Errorf("%v is %q, want %q", ports, got, want)
		}
	}
}
