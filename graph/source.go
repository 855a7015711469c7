package graph

import (
	"net/netip"
	"slices"

	"esaudit/netset"
	"esaudit/snapshot"
)

// source is where a question starts inside a VPC: a host, or addresses of one
// vSwitch.
type source struct {
	name      string           // as it was asked
	addresses netset.Set       // one, or many asked at once; empty when not known
	host      *snapshot.Object // for ecs:
	net       *network         // where its vSwitch and groups are; nil for internet:
	vpc       string           // "" when it is not known
	vswitch   *vswitch         // nil when it is not known, or there is none
	routing   *vswitch         // the same as far as routes go
	groups    *snapshot.Node   // the ids of its security groups
	placed    decision         // the control source-address
	adrift    *decision        // what noSwitch says, where it was worked out
	spot      spot             // of one that is kept
}

// peer is the source as security groups see it.
func (s *source) peer() peer {
	p := peer{addresses: s.addresses}
	if s.host != nil {
		p.groups = texts(s.groups)
		p.vague = s.groups.Kind() != snapshot.Array
	}
	return p
}

func texts(list *snapshot.Node) []string {
	var out []string
	for _, n := range list.Items() {
		out = append(out, n.Text())
	}
	return out
}

// asked is the host as a source; nobody changes it.
func (h *located) asked() *source {
	return h.source.get(func() *source {
		s := hostSource(h.net, h.Object)
		s.placed = kept(s.placed)
		s.spot = s.standsIn()
		return s
	})
}

// hostSource makes a source of an ECS (SEMANTICS 5): its groups, its vSwitch,
// its first private address.
func hostSource(n *network, o snapshot.Object) *source {
	s := &source{
		name: "ecs:" + o.ID, host: &o, net: n, groups: o.Attr("SecurityGroupIds", "SecurityGroupId"),
		vpc: o.Attr("VpcAttributes", "VpcId").Text(),
	}
	id := o.Attr("VpcAttributes", "VSwitchId").Text()
	s.vswitch, s.routing = n.switchIDs[id], n.routed(id)
	if s.vpc == "" && s.vswitch != nil && !o.Attr("VpcAttributes", "VpcId").Contradicted() {
		s.vpc = s.vswitch.vpc
	}
	if ips := o.Attr("VpcAttributes", "PrivateIpAddress", "IpAddress"); len(ips.Items()) > 0 {
		if a, err := netset.ParseAddr(ips.Items()[0].Text()); err == nil {
			s.addresses = netset.Addr(a)
			s.placed = passes(ips.Items()[0], "%s has the address %s", o.ID, a)
			return s
		}
	}
	s.placed = unsure(nearest(o.Attr("VpcAttributes", "PrivateIpAddress", "IpAddress"), o.Node), n.need("ecs", "DescribeInstances", ""), "the address of %s is not known", o.ID)
	return s
}

// addressSource makes a source of an address of a VPC.
func (g *Graph) addressSource(vpc string, a netip.Addr) *source {
	s := &source{name: "vpc:" + vpc + "/" + a.String(), addresses: netset.Addr(a), vpc: vpc}
	s.net = g.networkOf(vpc)
	if s.net == nil {
		s.placed = unsure(nil, nil, "where %s is was not read", vpc)
		return s
	}
	v, held := s.net.holding(vpc, a)
	s.vswitch, s.routing = v, v
	switch at := nearest(s.net.object(snapshot.VPC, vpc).Node, s.net.account.Place(snapshot.VSwitch, s.net.region)); {
	case v != nil:
		s.placed = passes(v.holder(a), "%s is in %s", a, v.ID)
	case held == Reachable:
		s.placed = passes(at, "%s is in several vSwitches of %s, which overlap", a, vpc)
	case !s.net.switchesRead:
		s.placed = unsure(at, s.net.need("vpc", "DescribeVSwitches", ""), "which vSwitch of %s holds %s was not read", vpc, a)
	case held == Unknown:
		s.placed = unsure(at, nil, "a vSwitch that may hold %s does not say its VPC or its addresses", a)
	default:
		s.placed = blocks(at, "no vSwitch of %s holds %s", vpc, a)
	}
	if s.placed = kept(s.placed); v == nil {
		d := kept(s.noSwitch())
		s.adrift = &d
	}
	return s
}

// holder is the field by which a vSwitch holds an address.
func (v *vswitch) holder(a netip.Addr) *snapshot.Node {
	if a.Is6() {
		return v.Attr("Ipv6CidrBlock")
	}
	return v.Attr("CidrBlock")
}

// places is the verdict of source-address for an address that a vSwitch holds,
// as holding says.
func (n *network) places(v *vswitch, held Verdict) Verdict {
	switch {
	case v != nil:
		return Reachable
	case held != Reachable && !n.switchesRead:
		return Unknown
	}
	return held
}

// networkOf returns the region a VPC stands in; nil when no answer says.
func (g *Graph) networkOf(vpc string) *network {
	if home := g.homes[vpc]; home != nil {
		return home
	}
	for _, at := range g.regions {
		if n := g.networks[at]; n.names(vpc) {
			return n
		}
	}
	return nil
}

// naming are the fields by which objects name a VPC.
var naming = []struct {
	kind snapshot.Kind
	path []string
}{
	{snapshot.ECS, []string{"VpcAttributes", "VpcId"}}, {snapshot.Cluster, []string{"networkConfig", "vpcId"}},
	{snapshot.CLB, []string{"VpcId"}}, {snapshot.NLB, []string{"VpcId"}}, {snapshot.NLBServerGroup, []string{"VpcId"}},
	{snapshot.NATGateway, []string{"VpcId"}}, {snapshot.RouteTable, []string{"VpcId"}}, {snapshot.ENI, []string{"VpcId"}},
	{snapshot.SecurityGroup, []string{"VpcId"}}, {snapshot.NetworkACL, []string{"VpcId"}},
	{snapshot.VPCPeer, []string{"Vpc", "VpcId"}}, {snapshot.VPCPeer, []string{"AcceptingVpc", "VpcId"}},
}

// names reports whether any answer of the region names a VPC.
func (n *network) names(vpc string) bool {
	for _, by := range naming {
		if slices.ContainsFunc(n.objects(by.kind), func(o snapshot.Object) bool { return o.Attr(by.path...).Text() == vpc }) {
			return true
		}
	}
	return slices.ContainsFunc(n.objects(snapshot.CEN), func(o snapshot.Object) bool { return attachment(o, vpc).at != nil })
}

// namedVPCs returns all VPCs that an answer of the region names, sorted.
func (n *network) namedVPCs() []string {
	var out []string
	for _, o := range n.objects(snapshot.VPC) {
		out = append(out, o.ID)
	}
	for _, v := range n.vswitches {
		out = append(out, v.vpc)
	}
	for _, by := range naming {
		for _, o := range n.objects(by.kind) {
			out = append(out, o.Attr(by.path...).Text())
		}
	}
	for _, o := range n.objects(snapshot.CEN) {
		for _, child := range o.Aspect(snapshot.Children).Items() {
			out = append(out, child.Get("ChildInstanceId").Text())
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(vpc string) bool { return vpc == "" })
}

// ofInternet is the control source-internet. at is what the address asks for: its
// own place is the question.
func (g *Graph) ofInternet(set netset.Set, at *snapshot.Node) judgement {
	in := set
	if a, one := set.Single(); !one || !g.internet.Contains(a) {
		in = set.Intersect(g.internet)
	}
	return judgement{split{pass: in, block: set.Minus(in)}, func(v Verdict) decision {
		if v == Reachable {
			return passes(at, "%s is an address of the internet", spell(set))
		}
		return decide(v, at, "%s is no address of the internet", spell(set))
	}}
}

// internetAt is ofInternet of whoever asks.
func (g *Graph) internetAt(at *snapshot.Node) func(netset.Set) judgement {
	return func(set netset.Set) judgement { return g.ofInternet(set, at) }
}

// spell names a set for people: a single address by itself.
func spell(set netset.Set) string {
	if a, one := set.Single(); one {
		return a.String()
	}
	return set.String()
}
