package graph

import (
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// Admission is a rule of a security group that lets addresses in.
type Admission struct {
	Group string
	Rule  *snapshot.Node
	Set   netset.Set // what it accepts and no rule before it decides
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
	j := c.net.filter(ids, item, "the connection", ingress, peer{addresses: everybody}, ports[0])
	if !j.unknown.IsEmpty() {
		settle = j.explain(Unknown).settle
	}
	return Addresses{Reachable: j.pass, Unknown: j.unknown}, c.net.admissions(ids, everybody, ports[0]), settle
}

// admissions returns the rules that let addresses into a port, each with those
// that no rule before it decides.
func (n *network) admissions(ids *snapshot.Node, from netset.Set, port int) []Admission {
	var groups []*group
	of := map[*snapshot.Node]string{}
	for _, id := range ids.Items() {
		g := n.groups.of(id.Text())
		if g == nil {
			continue
		}
		groups = append(groups, g)
		for _, r := range g.ingress {
			of[r.node] = g.ID
		}
	}
	var out []Admission
	rest := from
	for _, r := range merged(groups, ingress) {
		set, sure := r.matches(peer{addresses: from}, port)
		set = set.Intersect(rest)
		if r.verdict == Reachable && !set.IsEmpty() {
			out = append(out, Admission{of[r.node], r.node, set})
		}
		if sure {
			rest = rest.Minus(set)
		}
	}
	return out
}

// kibana says whether the node that stands at a place of the cluster's nodes is Kibana's.
func (c *Cluster) kibana(n snapshot.Glance, at int) Verdict {
	if kind := n.Get("nodeType").Text(); kind != "" {
		return kibanaOf(kind)
	}
	return isKibana(c.Aspect(snapshot.Nodes).Items()[at].Get("nodeType"))
}

// isKibana says of a node's type whether it is Kibana's: Blocked for no, also where
// answers give it several types of which none is.
func isKibana(kind *snapshot.Node) Verdict {
	if !kind.Contradicted() {
		return kibanaOf(kind.Text())
	}
	for _, reading := range kind.Readings() {
		if kibanaOf(reading.Text()) != Blocked {
			return Unknown
		}
	}
	return Blocked
}

func kibanaOf(kind string) Verdict {
	switch {
	case kind == "":
		return Unknown
	case strings.EqualFold(kind, "KIBANA"):
		return Reachable
	}
	return Blocked
}
