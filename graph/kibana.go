package graph

import (
	"esaudit/netset"
	"esaudit/snapshot"
)

// Admission is a rule of a security group that lets addresses in.
type Admission struct {
	Group string
	Rule  *snapshot.Node
	Set   netset.Set // what it accepts, before rules that go first
}

// KibanaIngress returns which addresses get through the security groups of a
// private connection of Kibana (an item of ListKibanaPvlNetwork), by the rules
// alone: who shares a group with the connection is not looked at (SEMANTICS 5,
// P2k, and 7). by are the rules that accept some, settle is what would tell more.
func (c *Cluster) KibanaIngress(item *snapshot.Node) (who Addresses, by []Admission, settle []snapshot.Call) {
	everybody := netset.AllV4().Union(netset.AllV6())
	ports, _, _, ok := c.Ports(KibanaPVL)
	if !ok {
		return Addresses{Unknown: everybody}, nil, nil
	}
	ids := item.Get("securityGroups")
	j := c.net.filter(ids, "the connection", ingress, peer{addresses: everybody}, ports[0])
	for _, id := range ids.Items() {
		g := c.net.groups[id.Text()]
		if g == nil {
			continue
		}
		for _, r := range g.ingress {
			set, _ := r.matches(peer{addresses: everybody}, ports[0])
			if set = set.Intersect(j.pass.Union(j.unknown)); r.verdict == Reachable && !set.IsEmpty() {
				by = append(by, Admission{g.ID, r.node, set})
			}
		}
	}
	if !j.unknown.IsEmpty() {
		settle = j.explain(Unknown).settle
	}
	return Addresses{Reachable: j.pass, Unknown: j.unknown}, by, settle
}
