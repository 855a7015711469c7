package graph

import (
	"esaudit/netset"
	"esaudit/snapshot"
)

// Gateway is a NAT gateway that may forward connections from the internet.
type Gateway struct {
	snapshot.Object
	Entries []*snapshot.Node // of its forward tables
	Unread  []snapshot.Call  // tables that were not read
}

// Gateways returns the NAT gateways that may forward connections from the
// internet (SEMANTICS 5, P6), by account, region and id.
func (g *Graph) Gateways() []Gateway {
	var out []Gateway
	for _, at := range g.regions {
		for _, nat := range g.networks[at].gateways.all {
			out = append(out, Gateway{nat.Object, nat.entries, nat.unread})
		}
	}
	return out
}

// IsAddressIn says whether an address of a VPC is one of a cluster: Reachable
// for yes, Unknown when it may be, with what would settle it. vpc is "" when it
// is not known.
func (c *Cluster) IsAddressIn(vpc, address string) (Verdict, []snapshot.Call) {
	a, _ := netset.ParseAddr(address)
	if v := c.match(vpc, a).verdict(); v != Unknown {
		return v, nil
	}
	d := c.matches(vpc, address)
	return d.verdict, d.settle
}
