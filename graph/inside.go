package graph

import (
	"cmp"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// leave adds the controls on the source's own side of a connection inside a
// VPC: its address, its security groups and the ACL of its vSwitch, towards a
// target (SEMANTICS 5, P2.1 and P2.2).
func (s *source) leave(t *trail, to target, port int) {
	t.check("source-address", s.placed)
	if s.host != nil {
		t.check("sg-egress", s.letOut(to, port))
	}
	if s.vswitch == nil {
		d := s.noSwitch()
		t.check("nacl-egress", d)
		t.check("nacl-reply", d)
		return
	}
	if s.vswitch.acl == "" {
		to = target{exact: true} // wherever that is
	}
	t.check("nacl-egress", to.toward(func(set netset.Set) judgement { out, _ := s.net.filtered(s.vswitch, set, port); return out }))
	t.check("nacl-reply", to.toward(func(set netset.Set) judgement { _, reply := s.net.filtered(s.vswitch, set, port); return reply }))
}

// letOut is the control sg-egress of a host towards a target.
func (s *source) letOut(to target, port int) decision {
	return to.toward(func(set netset.Set) judgement {
		return s.net.filter(s.groups, s.host.Node, s.host.ID, egress, peer{addresses: set}, port)
	})
}

// noSwitch is what every control of the source's vSwitch says when it is not
// known which one that is.
func (s *source) noSwitch() decision {
	if s.adrift != nil {
		return *s.adrift
	}
	if s.net == nil {
		return unsure(s.placed.at, nil, "the vSwitch of %s is not known", s.name)
	}
	at := s.placed.at
	if s.host != nil {
		at = nearest(s.host.Attr("VpcAttributes", "VSwitchId"), s.host.Node)
	}
	return unsure(at, s.net.need("vpc", "DescribeVSwitches", ""), "the vSwitch of %s is not known", s.name)
}

// arrive adds the controls of the cluster's own entry for a source inside, from
// where the path has come to.
func (c *Cluster) arrive(t *trail, entry string, port int, s *source) {
	t.between(t.to, c.ID+" "+entry)
	t.check("cluster-status", c.statusDecision())
	t.check("entry-exists", c.entryDecision(entry))
	t.check("port", c.portDecision(entry, port))
	t.judge("whitelist", c.admits(entry, s.addresses))
}

// inside returns the paths from a host or an address of a VPC to an entry of a
// cluster: P2, P2k, P3 and P4 of SEMANTICS 5.
func (g *Graph) inside(s *source, c *Cluster, kibana bool, port int) []Path {
	if !kibana {
		return g.insideEntry(s, c, ESPrivate, port)
	}
	return append(g.insideEntry(s, c, KibanaPVL, port), g.insideEntry(s, c, KibanaPrivate, port)...)
}

// insideEntry returns those of them that end at one entry.
func (g *Graph) insideEntry(s *source, c *Cluster, entry string, port int) []Path {
	if entry == KibanaPVL {
		return c.viaPrivateKibana(s, port)
	}
	var paths []Path
	unknownVPC := s.vpc == "" || c.vpc == ""
	if unknownVPC || s.vpc == c.vpc {
		paths = append(paths, c.viaOwnVPC(s, entry, port))
	}
	if unknownVPC || s.vpc != c.vpc && !c.isApart(s.vpc) {
		paths = append(paths, c.viaPeerings(s, entry, port)...)
		paths = append(paths, c.viaCENs(s, entry, port)...)
	}
	return paths
}

// sameVPC is the control same-vpc.
func (c *Cluster) sameVPC(vpc, name string) decision {
	at := c.nearest(c.Home())
	switch {
	case vpc == "" || c.vpc == "":
		return unsure(at, c.net.need("elasticsearch", "DescribeInstance", c.ID), "whether %s is in the cluster's VPC is not known", name)
	case vpc == c.vpc:
		return passes(at, "both are in %s", vpc)
	}
	return blocks(at, "%s is in %s, the cluster in %s", name, vpc, c.vpc)
}

// viaOwnVPC is P2.
func (c *Cluster) viaOwnVPC(s *source, entry string, port int) Path {
	t := newTrail(s.addresses, "P2", entry, s.name, vpcName(cmp.Or(s.vpc, c.vpc)))
	t.check("same-vpc", c.sameVPC(s.vpc, s.name))
	to := c.destination()
	s.leave(t, to, port)
	t.check("route", s.routeTo(to, c.ID, func(r route) Verdict {
		if r.hop == "local" {
			return Reachable
		}
		return Unknown
	}))
	c.arrive(t, entry, port, s)
	return t.path
}

// routeTo judges the routes of the source's vSwitch towards a target.
func (s *source) routeTo(to target, name string, judge func(route) Verdict) decision {
	if s.routing == nil {
		return s.noSwitch()
	}
	return to.toward(func(set netset.Set) judgement { return s.net.lookup(s.routing, set, name, judge) })
}

// viaPrivateKibana is P2k: one path for each private connection of Kibana, and
// one more when their list was not read.
func (c *Cluster) viaPrivateKibana(s *source, port int) []Path {
	var paths []Path
	for _, item := range c.Aspect(snapshot.KibanaPVL).Items() {
		status := item.Get("endpointStatus")
		if status.Text() != "" && status.Text() != "Connected" {
			continue
		}
		vpc := item.Get("vpcId").Text()
		t := newTrail(s.addresses, "P2", KibanaPVL, s.name, vpcName(cmp.Or(vpc, s.vpc)))
		switch {
		case vpc == "" || s.vpc == "":
			t.check("same-vpc", unsure(item, nil, "whether %s is in the connection's VPC is not known", s.name))
		case vpc == s.vpc:
			t.check("same-vpc", passes(item.Get("vpcId"), "both are in %s", vpc))
		default:
			t.check("same-vpc", blocks(item.Get("vpcId"), "the connection is in %s, %s in %s", vpc, s.name, s.vpc))
		}
		to := c.connectionTarget(item)
		s.leave(t, to, port)
		t.check("route", s.routeTo(to, c.ID, func(r route) Verdict {
			if r.hop == "local" {
				return Reachable
			}
			return Unknown
		}))
		t.between(t.to, c.ID+" "+KibanaPVL)
		t.check("cluster-status", c.statusDecision())
		d := c.entryDecision(KibanaPVL)
		if status.Text() == "" && d.verdict == Reachable {
			d = unsure(nearest(status, item), nil, "the connection's status is not in what was read")
		}
		t.check("entry-exists", d)
		t.check("port", c.portDecision(KibanaPVL, port))
		t.judge("pvl-ingress", c.connectionIngress(item, s, port))
		paths = append(paths, t.path)
	}
	if !c.net.read("elasticsearch", "ListKibanaPvlNetwork", c.ID) {
		t := newTrail(s.addresses, "P2", KibanaPVL, s.name, c.ID)
		t.check("source-address", s.placed)
		t.check("cluster-status", c.statusDecision())
		t.check("entry-exists", c.entryDecision(KibanaPVL))
		t.check("port", c.portDecision(KibanaPVL, port))
		t.check("pvl-ingress", unsure(c.Node, c.net.need("elasticsearch", "ListKibanaPvlNetwork", c.ID), "the private connections of Kibana were not read"))
		paths = append(paths, t.path)
	}
	return paths
}

// connectionTarget is the CIDRs of a private connection's vSwitches.
func (c *Cluster) connectionTarget(item *snapshot.Node) target {
	var set netset.Set
	zones := item.Get("vSwitchIdsZone").Items()
	for _, z := range zones {
		v := c.net.switchIDs[z.Get("vswitchId").Text()]
		if v == nil || v.cidrs.V4().IsEmpty() {
			d := unsure(z, c.net.need("vpc", "DescribeVSwitches", ""), "the vSwitch of the connection is not known")
			return target{lost: &d}
		}
		set = set.Union(v.cidrs.V4())
	}
	if len(zones) == 0 {
		d := unsure(item, nil, "the vSwitches of the connection are not known")
		return target{lost: &d}
	}
	return target{set: set}
}

// connectionIngress judges the security groups of a private connection.
func (c *Cluster) connectionIngress(item *snapshot.Node, s *source, port int) judgement {
	ids := item.Get("securityGroups")
	if ids.Kind() != snapshot.Array || len(ids.Items()) == 0 {
		return same(s.addresses, unsure(item, nil, "the connection's security groups are not known"))
	}
	if s.addresses.IsEmpty() {
		return same(s.addresses, unsure(item, nil, "the source's address is not known"))
	}
	return c.net.filter(ids, item, "the connection", ingress, s.peer(), port)
}

// joined judges whether two VPCs, either of which may be unknown (""), are the
// two sides of a join.
func joined(a, b, left, right string) Verdict {
	side := func(asked, there string) Verdict {
		switch {
		case asked == "" || there == "":
			return Unknown
		case asked == there:
			return Reachable
		}
		return Blocked
	}
	return Over(Along(side(a, left), side(b, right)), Along(side(a, right), side(b, left)))
}

// viaPeerings is P3: one path for each peering between the two VPCs, and one
// more when their list was not read.
func (c *Cluster) viaPeerings(s *source, entry string, port int) []Path {
	var paths []Path
	for p := range c.net.peerings.of(c.vpc) {
		between := joined(s.vpc, c.vpc, p.left, p.right)
		if between == Blocked {
			continue
		}
		t := newTrail(s.addresses, "P3", entry, s.name, vpcName(s.vpc))
		to := c.destination()
		s.leave(t, to, port)
		t.between(vpcName(s.vpc), vpcName(c.vpc))
		t.check("peering", peeringDecision(p, between))
		c.routes(t, s, to, func(r route) Verdict {
			switch {
			case !strings.EqualFold(r.hop, "VpcPeer"):
				return Blocked
			case r.id == "":
				return Unknown
			}
			return oneOf(r.id == p.ID)
		})
		c.arrive(t, entry, port, s)
		paths = append(paths, t.path)
	}
	if need := c.net.need("vpcpeer", "ListVpcPeerConnections", ""); need != nil {
		t := newTrail(s.addresses, "P3", entry, s.name, vpcName(s.vpc))
		s.leave(t, c.destination(), port)
		t.between(vpcName(s.vpc), vpcName(c.vpc))
		t.check("peering", unsure(c.Node, need, "the peerings were not read"))
		c.arrive(t, entry, port, s)
		paths = append(paths, t.path)
	}
	return paths
}

// vpcName names a VPC in a path.
func vpcName(vpc string) string {
	if vpc == "" {
		return "an unknown VPC"
	}
	return vpc
}

// peering is a connection between two VPCs; "" is one that is not known.
type peering struct {
	snapshot.Object
	left, right string
}

func peeringDecision(p peering, between Verdict) decision {
	status := p.Attr("Status")
	switch {
	case status.Text() != "" && status.Text() != "Activated":
		return blocks(status, "%s is %s", p.ID, status.Text())
	case between == Unknown:
		return unsure(p.Node, nil, "whether %s joins the two VPCs is not known", p.ID)
	case status.Text() == "":
		return unsure(p.Node, nil, "the status of %s is not in what was read", p.ID)
	}
	return passes(status, "%s joins the two VPCs", p.ID)
}

// routes adds the routes of both sides of a join: there must be one, and its
// next hop must be the join.
func (c *Cluster) routes(t *trail, s *source, to target, through func(route) Verdict) {
	judge := func(r route) Verdict {
		if r.hop == "" {
			return Unknown
		}
		return through(r)
	}
	t.check("route-source", s.routeTo(to, c.ID, judge))
	t.judge("route-back", c.routeBack(s.addresses, s.name, judge))
}

// oneOf is the verdict of what either holds or does not.
func oneOf(holds bool) Verdict {
	if holds {
		return Reachable
	}
	return Blocked
}

// routeBack judges the routes of the cluster's vSwitch.
func (c *Cluster) routeBack(to netset.Set, name string, judge func(route) Verdict) judgement {
	v := c.net.routed(c.vswitch)
	switch {
	case v == nil:
		return same(to, unsure(c.nearest(c.Attr("networkConfig")), c.net.need("vpc", "DescribeVSwitches", ""), "the cluster's vSwitch is not known"))
	case to.IsEmpty():
		return same(to, unsure(v.Node, nil, "the address of %s is not known", name))
	}
	return c.net.lookup(v, to, name, judge)
}

// viaCENs is P4: one path for each CEN that both VPCs are attached to, and one
// more for each list that was not read.
func (c *Cluster) viaCENs(s *source, entry string, port int) []Path {
	var paths []Path
	follow := func(cen string, joins, tables decision) {
		t := newTrail(s.addresses, "P4", entry, s.name, vpcName(s.vpc))
		to := c.destination()
		s.leave(t, to, port)
		t.between(vpcName(s.vpc), vpcName(c.vpc))
		t.check("cen", joins)
		if cen != "" {
			t.check("tr-tables", tables)
		}
		c.routes(t, s, to, func(r route) Verdict {
			return oneOf(strings.EqualFold(r.hop, "Attachment") || strings.EqualFold(r.hop, "RouterInterface"))
		})
		c.arrive(t, entry, port, s)
		paths = append(paths, t.path)
	}
	for _, cen := range c.net.cens() {
		if d := cenDecision(cen.Object, s.vpc, c.vpc); d.verdict != Blocked || d.at != nil {
			follow(cen.ID, d, cen.net.trDecision(cen.Object))
		}
		if need := cen.net.need("cbn", "DescribeCenAttachedChildInstances", cen.ID); need != nil {
			follow("", unsure(cen.Node, need, "what is attached to %s was not read", cen.ID), decision{})
		}
	}
	if need := c.net.need("cbn", "DescribeCens", ""); need != nil {
		follow("", unsure(c.Node, need, "the CENs were not read"), decision{})
	}
	return paths
}

// cens returns the CENs that may join a VPC of the region: the account's own, and
// those of the other accounts of the snapshot, which list what they have attached
// of everybody's.
func (n *network) cens() []*located {
	var out []*located
	seen := map[string]bool{}
	for _, owner := range append([]*network{n}, n.others...) {
		for _, o := range owner.objects(snapshot.CEN) {
			if !seen[o.ID] {
				out = append(out, &located{Object: o, net: owner})
			}
			seen[o.ID] = true
		}
	}
	return out
}

// cenDecision is the control cen. It is blocked without a place when the CEN
// has nothing to do with the two VPCs.
func cenDecision(cen snapshot.Object, a, b string) decision {
	d := passes(cen.Node, "%s joins the two VPCs", cen.ID)
	for _, vpc := range []string{a, b} {
		at := attachment(cen, vpc)
		if at.verdict == Blocked && at.at == nil {
			return at
		}
		if Along(d.verdict, at.verdict) != d.verdict {
			d = at
		}
	}
	return d
}

// attachment is whether a VPC is attached to a CEN. One that is not known ("")
// may be any of those that are.
func attachment(cen snapshot.Object, vpc string) decision {
	best := decision{verdict: Blocked}
	for _, n := range cen.Aspect(snapshot.Children).Items() {
		id, status := n.Get("ChildInstanceId").Text(), n.Get("Status")
		known := vpc != "" && id != ""
		var d decision
		switch {
		case known && id != vpc:
			continue
		case status.Text() != "" && status.Text() != "Attached":
			d = blocks(status, "%s is %s at %s", id, status.Text(), cen.ID)
		case !known:
			d = unsure(cen.Node, nil, "whether %s joins the two VPCs is not known", cen.ID)
		case status.Text() == "":
			d = unsure(n, nil, "whether %s is attached to %s is not in what was read", vpc, cen.ID)
		default:
			d = passes(status, "%s is attached to %s", vpc, cen.ID)
		}
		if best.at == nil || Over(best.verdict, d.verdict) != best.verdict {
			best = d
		}
	}
	return best
}

// trDecision is the control tr-tables: routes of transit routers are not
// evaluated in this version (SEMANTICS 5, P4).
func (n *network) trDecision(cen snapshot.Object) decision {
	for _, tr := range n.objects(snapshot.TransitRouter) {
		if id := tr.Attr("CenId").Text(); id == cen.ID || id == "" {
			return unsure(tr.Node, nil, "%s goes through %s, whose route tables are not evaluated", cen.ID, tr.ID)
		}
	}
	if need := n.need("cbn", "ListTransitRouters", cen.ID); need != nil {
		return unsure(cen.Node, need, "the transit routers of %s were not read", cen.ID)
	}
	return passes(cen.Node, "%s has no transit router", cen.ID)
}
