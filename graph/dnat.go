package graph

import (
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// gateway is a NAT gateway and its forward entries.
type gateway struct {
	snapshot.Object
	net     *network
	entries []*snapshot.Node
	unread  []snapshot.Call // tables that were not read
}

// findGateways finds the NAT gateways of a region that may forward connections
// from the internet; one of NetworkType intranet does not (SEMANTICS 5, P6).
func (n *network) findGateways() {
	naming := n.forwardTables()
	for _, o := range n.objects(snapshot.NATGateway) {
		if strings.EqualFold(o.Attr("NetworkType").Text(), "intranet") {
			continue
		}
		g := gateway{Object: o, net: n}
		own := n.read("vpc", "DescribeForwardTableEntries", o.ID)
		tables := o.Attr("ForwardTableIds", "ForwardTableId")
		seen := map[string]bool{}
		for _, id := range texts(tables) {
			seen[id] = true
			g.entries = append(g.entries, n.object(snapshot.ForwardTable, id).Aspect(snapshot.Entries).Items()...)
			if !own && !n.read("vpc", "DescribeForwardTableEntries", id) {
				g.unread = append(g.unread, n.call("vpc", "DescribeForwardTableEntries", id))
			}
		}
		for _, t := range naming[o.ID] {
			for _, e := range t.Aspect(snapshot.Entries).Items() {
				if !seen[t.ID] && e.Get("NatGatewayId").Text() == o.ID {
					g.entries = append(g.entries, e)
				}
			}
		}
		if !own && tables.Kind() != snapshot.Array {
			g.unread = append(g.unread, n.call("vpc", "DescribeForwardTableEntries", o.ID))
		}
		vpcs := ends(o.Attr("VpcId").Text(), o.Attr("VpcId").Text())
		if g.unread != nil {
			vpcs = ends(vpcs[0], "")
		}
		n.gateways.add(g, vpcs...)
	}
}

// forwardTables returns the forward tables by the NAT gateways that their
// entries name.
func (n *network) forwardTables() map[string][]snapshot.Object {
	out := map[string][]snapshot.Object{}
	for _, t := range n.objects(snapshot.ForwardTable) {
		for _, e := range t.Aspect(snapshot.Entries).Items() {
			id := e.Get("NatGatewayId").Text()
			if list := out[id]; len(list) == 0 || list[len(list)-1].ID != t.ID {
				out[id] = append(list, t)
			}
		}
	}
	return out
}

// ends are the VPCs that something joins, each once.
func ends(left, right string) []string {
	if left == right {
		return []string{left}
	}
	return []string{left, right}
}

// forwards is whether an entry leads to a port of an address.
func forwardsPort(e *snapshot.Node, port int) decision {
	n := e.Get("InternalPort")
	if strings.EqualFold(n.Text(), "any") {
		return passes(n, "every port is forwarded")
	}
	r, ok := parsePorts(n.Text())
	switch {
	case !ok:
		return unsure(nearest(n, e), nil, "the port that is forwarded to is not in what was read")
	case r.holds(port):
		return passes(n, "port %s is forwarded to", n.Text())
	}
	return blocks(n, "port %s is forwarded to, not %d", n.Text(), port)
}

// externalPort is the port the internet is forwarded from, the first of a
// range; 0 for any.
func externalPort(e *snapshot.Node) int {
	r, _ := parsePorts(e.Get("ExternalPort").Text())
	return r.first
}

// statusDecision is the control dnat-status: gateway and entry Available.
func (g gateway) statusDecision(e *snapshot.Node) decision {
	d := passes(g.Attr("Status"), "%s and the entry are available", g.ID)
	statuses := []*snapshot.Node{g.Attr("Status")}
	if e != nil {
		statuses = append(statuses, e.Get("Status"))
	}
	for _, n := range statuses {
		switch {
		case n.Text() == "" && d.verdict != Blocked:
			d = unsure(nearest(n, g.Node), nil, "the status of %s is not in what was read", g.ID)
		case n.Text() != "" && n.Text() != "Available":
			d = blocks(n, "%s: %s", g.ID, n.Text())
		}
	}
	if g.Attr("NetworkType").Text() == "" && d.verdict == Reachable {
		d = unsure(nearest(g.Attr("NetworkType"), g.Node), nil, "whether %s faces the internet is not in what was read", g.ID)
	}
	return d
}

func protocolDecision(e *snapshot.Node) decision {
	n := e.Get("IpProtocol")
	switch {
	case n.Text() == "":
		return unsure(nearest(n, e), nil, "the protocol that is forwarded is not in what was read")
	case strings.EqualFold(n.Text(), "tcp"), strings.EqualFold(n.Text(), "any"):
		return passes(n, "%s is forwarded", n.Text())
	}
	return blocks(n, "%s is forwarded, not TCP", n.Text())
}

// viaNAT returns the paths from an address of the internet through the NAT
// gateways of the cluster's region (P6).
func (g *Graph) viaNAT(from caller, c *Cluster, port int) []Path {
	from.addresses = from.addresses.V4()
	if from.addresses.IsEmpty() {
		return nil
	}
	end := func(t *trail) Path {
		t.between(t.to, c.ID+" "+ESPrivate)
		t.check("cluster-status", c.statusDecision())
		t.check("port", c.portDecision(ESPrivate, port))
		t.ask("whitelist", from.addresses, func(set netset.Set) judgement { return c.admits(ESPrivate, set) })
		return t.path
	}
	var paths []Path
	for nat := range c.net.gateways.of(c.vpc) {
		for _, e := range nat.entries {
			to, inner := c.matches(nat.Attr("VpcId").Text(), e.Get("InternalIp").Text()), forwardsPort(e, port)
			if to.verdict == Blocked || inner.verdict == Blocked {
				continue
			}
			to.at = nearest(e.Get("InternalIp"), e)
			t := newTrail(from.addresses, "P6", "nat:"+nat.ID, from.name, nat.ID)
			t.path.way = way{"dnat", nat.ID, externalPort(e)}
			t.ask("source-internet", from.addresses, g.internetAt(nat.Node))
			t.check("dnat-status", nat.statusDecision(e))
			t.check("dnat-protocol", protocolDecision(e))
			t.check("dnat", to)
			if inner.verdict == Unknown {
				t.check("dnat", inner)
			}
			paths = append(paths, end(t))
		}
		if nat.unread == nil {
			continue
		}
		t := newTrail(from.addresses, "P6", "nat:"+nat.ID, from.name, nat.ID)
		t.path.way = way{"dnat", nat.ID, 0}
		t.ask("source-internet", from.addresses, g.internetAt(nat.Node))
		t.check("dnat-status", nat.statusDecision(nil))
		t.check("dnat", c.mayForward(nat))
		paths = append(paths, end(t))
	}
	if need := c.net.need("vpc", "DescribeNatGateways", ""); need != nil {
		t := newTrail(from.addresses, "P6", "", from.name, "a NAT gateway")
		t.path.way = way{kind: "dnat"}
		t.ask("source-internet", from.addresses, g.internetAt(c.Node))
		t.check("dnat", unsure(c.Node, need, "the NAT gateways of %s were not read", c.Region))
		paths = append(paths, end(t))
	}
	return paths
}

// mayForward is the control dnat of a gateway whose entries were not read:
// blocked when it is in another VPC.
func (c *Cluster) mayForward(nat gateway) decision {
	vpc := nat.Attr("VpcId")
	if vpc.Text() != "" && c.vpc != "" && vpc.Text() != c.vpc {
		return blocks(vpc, "%s is in %s, the cluster in %s", nat.ID, vpc.Text(), c.vpc)
	}
	return unsure(nat.Node, nat.unread, "the forward entries of %s were not read", nat.ID)
}
