package facts

import (
	"net/netip"
	"slices"

	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// Neighbourhood is where a plain address behind an NLB stands.
type Neighbourhood struct {
	Inside string `json:"inside"` // yes, no or unknown: the address is in the server group's VPC
	// Route says whether another network is led to, for an address that is not
	// inside: yes, no or unknown.
	Route Private `json:"route"`
	// Owners are clusters that have the address in another VPC than the group's.
	Owners []Holder `json:"owners"`
	// Overlaps are VPCs joined to the group's whose addresses hold it, too.
	Overlaps []Overlap `json:"overlaps"`
	Settle   []Call    `json:"settle"` // what would show more owners and overlaps
}

// Holder is a cluster that has, or may have, an address.
type Holder struct {
	Cluster string `json:"cluster"`
	VPC     string `json:"vpc"`
	Match   string `json:"match"` // yes or unknown
	At      At     `json:"at"`    // of the cluster's VPC
}

// Overlap is a VPC joined by a peering or a CEN.
type Overlap struct {
	VPC  string `json:"vpc"`
	By   string `json:"by"` // the peering or CEN
	CIDR string `json:"cidr"`
	At   At     `json:"at"`
}

// neighbourhood says where a server of a group of type Ip stands; nil for others.
func neighbourhood(b *graph.Balancer, l *graph.Listener, x *graph.Backend, paths *scope) *Neighbourhood {
	ip, err := netset.ParseAddr(x.IP)
	if !b.IsNetwork() || x.Type != "" && x.Type != "Ip" && x.Type != "ip" || err != nil {
		return nil
	}
	p, vpc := placeOf(b.Object), l.VPC()
	n := &Neighbourhood{Inside: "unknown", Route: Private{Answer: Answer{Value: "unknown", At: At{x.Node}}, Settle: []Call{}}, Owners: []Holder{}, Overlaps: []Overlap{}}
	unread := p.need("vpc", "DescribeVpcs", "")
	if vpc == "" {
		unread = append(unread, p.need("nlb", "ListServerGroups", "")...)
	}
	if ranges, known := paths.ranges[located{p, vpc}]; known {
		n.Inside = "no"
		if ranges.Contains(ip) {
			n.Inside = "yes"
		}
	}
	for _, c := range paths.graph.MayHold(p.account, p.region, x.IP) {
		unread = append(unread, n.own(p, c, vpc, x)...)
	}
	if paths.isSettled(b, l, x) {
		n.Owners = []Holder{}
	} else {
		p.account.Doubt("elasticsearch") // a cluster of any VPC may have the address
	}
	unread = append(unread, p.need("elasticsearch", "ListInstance", "")...)
	n.route(b, vpc, x, paths)
	unread = append(unread, n.overlap(p, vpc, ip, paths)...)
	m := &member{}
	m.doubt(unread)
	n.Settle = calls(b.Account, m.settle)
	return n
}

// rangesOf are the addresses of VPCs, their secondary CIDRs included, as far as one of
// them can be read.
func rangesOf(g *graph.Graph) map[located]netset.Set {
	out := map[located]netset.Set{}
	var room [3]snapshot.Glance
	for _, o := range objects(g, snapshot.VPC) {
		own := o.Glance().Fields(room[:0], "CidrBlock", "Ipv6CidrBlock", "SecondaryCidrBlocks")
		if o.ID == "" || !own[0].Exists() {
			continue
		}
		var prefixes []netip.Prefix
		add := func(block snapshot.Glance) {
			if prefix, err := netset.ParseCIDR(block.Text()); err == nil {
				prefixes = append(prefixes, prefix)
			}
		}
		add(own[0])
		add(own[1])
		for block := range own[2].Get("SecondaryCidrBlock").Each {
			add(block)
		}
		if len(prefixes) > 0 {
			out[located{placeOf(o), o.ID}] = netset.Of(prefixes...)
		}
	}
	return out
}

// isSettled reports whether somebody in the group's own VPC has the address of a server.
func (s *scope) isSettled(b *graph.Balancer, l *graph.Listener, x *graph.Backend) bool {
	if host, _ := s.hostBehind(b, l, x); host != "" {
		return true
	}
	return slices.ContainsFunc(l.Nearby(), func(c *graph.Cluster) bool {
		match, _ := c.Serving(l, x)
		return match == graph.Reachable
	})
}

// own notes that a cluster of another VPC has the address, and returns the calls
// that would tell.
func (n *Neighbourhood) own(p place, c *graph.Cluster, vpc string, x *graph.Backend) []snapshot.Call {
	home := c.VPC()
	if home == "" {
		return p.need("elasticsearch", "DescribeInstance", c.ID)
	}
	if home == vpc {
		return nil
	}
	match, unread := c.IsAddressIn(home, x.IP)
	if match == graph.Blocked {
		match, unread = mayBeNode(c, home, x.IP)
	}
	if match != graph.Blocked {
		n.Owners = append(n.Owners, Holder{Cluster: c.ID, VPC: home, Match: word(match), At: At{c.Home()}})
	}
	if match == graph.Unknown {
		return unread
	}
	return nil
}

// route asks the route tables of the load balancer's vSwitches: one that leads
// to another network is enough.
func (n *Neighbourhood) route(b *graph.Balancer, vpc string, x *graph.Backend, paths *scope) {
	verdicts := []graph.Verdict{}
	var settle []snapshot.Call
	for _, z := range b.Attr("ZoneMappings").Items() {
		c := paths.graph.NextHop(b.Account, b.Region, z.Get("VSwitchId").Text(), x.IP)
		verdicts, settle = append(verdicts, c.Verdict), append(settle, c.Settle...)
		if n.Route.Why == "" || c.Verdict == graph.Reachable {
			n.Route.Why, n.Route.At = c.Why, ref(nil, c.At, x.Node).At
		}
	}
	if len(verdicts) > 0 {
		n.Route.Value = word(graph.Over(verdicts...))
	} else {
		settle = b.Self()
	}
	if n.Route.Value == "unknown" {
		m := &member{}
		m.doubt(settle)
		n.Route.Settle = calls(b.Account, m.settle)
	}
}

// peeringsOf returns the peerings that name a VPC on either side.
func peeringsOf(p place, vpc string) []snapshot.Object {
	return snapshot.Union(p.account.Where(snapshot.VPCPeer, p.region, vpc, "Vpc", "VpcId"), p.account.Where(snapshot.VPCPeer, p.region, vpc, "AcceptingVpc", "VpcId"))
}

// overlap finds VPCs joined to one that hold the address, too, and returns the
// calls that may show more.
func (n *Neighbourhood) overlap(p place, vpc string, ip netip.Addr, paths *scope) []snapshot.Call {
	join := func(other *snapshot.Node, by string) {
		for _, region := range paths.regions[p.account] {
			ranges := paths.ranges[located{place{p.account, region}, other.Text()}]
			if ranges.Contains(ip) && other.Text() != vpc {
				cidr := p.account.Object(snapshot.VPC, region, other.Text()).Attr("CidrBlock")
				n.Overlaps = append(n.Overlaps, Overlap{VPC: other.Text(), By: by, CIDR: cidr.Text(), At: At{cidr}})
			}
		}
	}
	if vpc == "" {
		return nil
	}
	for _, o := range peeringsOf(p, vpc) {
		from, to := o.Attr("Vpc", "VpcId"), o.Attr("AcceptingVpc", "VpcId")
		switch vpc {
		case from.Text():
			join(to, o.ID)
		case to.Text():
			join(from, o.ID)
		}
	}
	unread := append(p.need("vpcpeer", "ListVpcPeerConnections", ""), p.need("cbn", "DescribeCens", "")...)
	for _, o := range p.account.In(snapshot.CEN, p.region) {
		children := o.Aspect(snapshot.Children)
		inside := false
		for _, c := range children.Items() {
			inside = inside || c.Get("ChildInstanceId").Text() == vpc
		}
		for _, c := range children.Items() {
			if inside {
				join(c.Get("ChildInstanceId"), o.ID)
			}
		}
		unread = append(unread, p.need("cbn", "DescribeCenAttachedChildInstances", o.ID)...)
	}
	return unread
}
