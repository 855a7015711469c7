package graph

import (
	"net/netip"
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// network is what one region's VPCs hold: vSwitches, their ACLs and tables, and
// security groups.
type network struct {
	scope
	vswitches []*vswitch
	switchIDs map[string]*vswitch
	inVPC     map[string][]*vswitch // "": those that do not say theirs
	tableOf   map[string]string     // vSwitch id -> route table id, from DescribeRouteTableList; "" when several list it
	tables    readings[routeTable]
	acls      readings[networkACL]
	groups    readings[group]
	lists     map[string]netset.Set // prefix lists whose entries were read
	portLists map[string][]portRange
	gateways  placed[gateway] // those with tables that were not read are in "" too
	peerings  placed[peering]
	eips      map[string]*snapshot.Node // the first InstanceId of each value
	eitherEIP []*snapshot.Node          // those that answers give differently
	homeless  bool                      // an NLB's listener does not say whose it is, or answers contradict each other in it
	clusters  []*Cluster
	index     index
	balancers []*Balancer
	others    []*network // the same region of the other accounts

	balancerIDs map[string]*Balancer // the first of an id

	switchesRead bool // DescribeVSwitches
	// unplaced says that a vSwitch does not name its VPC; shapeless has the VPCs
	// with a vSwitch that does not name its addresses.
	unplaced  bool
	shapeless map[string]bool
}

// vswitch is one vSwitch: a part of a VPC's addresses in a zone.
type vswitch struct {
	snapshot.Object
	vpc   string
	cidrs netset.Set
	acl   string // "" when there is none
	free  lazy[decision]
	table string // "" when no answer says which
	// open4 and open6 say that which addresses of a family it has is not known.
	open4, open6 bool
}

func newNetwork(s scope) *network {
	n := &network{
		scope: s, switchIDs: map[string]*vswitch{}, inVPC: map[string][]*vswitch{}, tableOf: map[string]string{},
		lists: map[string]netset.Set{}, portLists: map[string][]portRange{},
		eips: map[string]*snapshot.Node{}, switchesRead: s.read("vpc", "DescribeVSwitches", ""), shapeless: map[string]bool{},
	}
	tables := s.objects(snapshot.RouteTable)
	n.tables = readingsOf(tables, n.newRouteTable)
	n.acls = readingsOf(s.objects(snapshot.NetworkACL), newNetworkACL)
	n.groups = readingsOf(s.objects(snapshot.SecurityGroup), n.newGroup)
	for _, o := range tables {
		for _, id := range o.Attr("VSwitchIds", "VSwitchId").Items() {
			if other, listed := n.tableOf[id.Text()]; listed && other != o.ID {
				n.tableOf[id.Text()] = "" // it is not known which
				continue
			}
			n.tableOf[id.Text()] = o.ID
		}
	}
	n.findSwitches()
	for _, o := range s.objects(snapshot.PrefixList) {
		if s.read("ecs", "DescribePrefixListAttributes", o.ID) {
			n.lists[o.ID] = cidrs(o.Aspect(snapshot.Entries), "Cidr")
		}
	}
	for _, o := range s.objects(snapshot.PortRangeList) {
		if s.read("ecs", "DescribePortRangeListEntries", o.ID) {
			for _, e := range o.Aspect(snapshot.Entries).Items() {
				if r, ok := parsePorts(e.Get("PortRange").Text()); ok {
					n.portLists[o.ID] = append(n.portLists[o.ID], r)
				}
			}
		}
	}
	for _, o := range s.objects(snapshot.EIP) {
		at := o.Attr("InstanceId")
		if at.Contradicted() {
			n.eitherEIP = append(n.eitherEIP, at)
			continue
		}
		first(n.eips, at.Text(), at)
	}
	for _, o := range s.objects(snapshot.VPCPeer) {
		p := peering{o, o.Attr("Vpc", "VpcId").Text(), o.Attr("AcceptingVpc", "VpcId").Text()}
		n.peerings.add(p, ends(p.left, p.right)...)
	}
	n.findGateways()
	return n
}

// findSwitches reads the vSwitches; their route tables are known by now.
func (n *network) findSwitches() {
	var room [5]snapshot.Glance
	for _, o := range n.objects(snapshot.VSwitch) {
		own := o.Glance().Fields(room[:0], "CidrBlock", "Ipv6CidrBlock", "NetworkAclId", "RouteTable", "VpcId")
		torn := func(said snapshot.Glance, path ...string) bool {
			return said.Kind() == snapshot.Map && o.Attr(path...).Contradicted()
		}
		v := &vswitch{Object: o, vpc: own[4].Text(), acl: own[2].Text(), open6: torn(own[1], "Ipv6CidrBlock")}
		if torn(own[2], "NetworkAclId") {
			v.acl = "the network ACL of " + o.ID // which is read from no answer
		}
		table := own[3].Get("RouteTableId")
		if v.table = table.Text(); v.table == "" && !torn(table, "RouteTable", "RouteTableId") {
			v.table = n.tableOf[o.ID]
		}
		for _, block := range own[:2] {
			if p, err := netset.ParseCIDR(block.Text()); err == nil {
				v.cidrs = v.cidrs.Union(netset.Of(p))
			}
		}
		n.unplaced = n.unplaced || v.vpc == ""
		if v.open4 = v.cidrs.V4().IsEmpty(); own[0].Text() == "" {
			n.shapeless[v.vpc] = true
		}
		n.vswitches = append(n.vswitches, v)
		n.switchIDs[o.ID] = v
		n.inVPC[v.vpc] = append(n.inVPC[v.vpc], v)
	}
}

// cidrs unites the CIDRs under one field of a list's items. What does not parse
// matches nothing (SEMANTICS 3).
func cidrs(list *snapshot.Node, field string) netset.Set {
	var prefixes []netip.Prefix
	for _, item := range list.Items() {
		if p, err := netset.ParseCIDR(item.Get(field).Text()); err == nil {
			prefixes = append(prefixes, p)
		}
	}
	return netset.Of(prefixes...)
}

// mapped says whether it is known which addresses a VPC has: its vSwitches were
// read, and each says where it is.
func (n *network) mapped(vpc string) bool {
	return vpc != "" && n.switchesRead && !n.unplaced && !n.shapeless[vpc]
}

// holding returns the vSwitch of a VPC that holds an address: Reachable for
// that one, Unknown when it may be one that does not say its VPC or addresses.
// Of several that overlap it is none for sure.
func (n *network) holding(vpc string, a netip.Addr) (*vswitch, Verdict) {
	var found *vswitch
	several := false
	verdict := Blocked
	near := n.inVPC[vpc]
	if homeless := n.inVPC[""]; len(homeless) > 0 && vpc != "" {
		near = slices.Concat(near, homeless)
	}
	for _, v := range near {
		switch {
		case v.vpc == vpc && v.cidrs.Contains(a):
			found, several, verdict = v, several || found != nil, Reachable
		case v.mayHold(a) || v.vpc == "" && v.cidrs.Contains(a):
			verdict = Over(verdict, Unknown)
		}
	}
	if several {
		return nil, verdict
	}
	return found, verdict
}

// mayHold says whether an address may be in a vSwitch that does not say which
// addresses it has.
func (v *vswitch) mayHold(a netip.Addr) bool {
	return v.cidrs.IsEmpty() || a.Is4() && v.open4 || a.Is6() && v.open6
}

// portRange is the ports first to last, both included.
type portRange struct{ first, last int }

func (r portRange) holds(port int) bool { return r.first <= port && port <= r.last }

// parsePorts reads "-1/-1" (all ports), "80/90" or "80" as rules write them.
func parsePorts(text string) (portRange, bool) {
	if text == "-1/-1" || text == "-1" {
		return portRange{0, 65535}, true
	}
	first, last, cut := strings.Cut(text, "/")
	if !cut {
		last = first
	}
	lo, ok1 := parsePort(first)
	hi, ok2 := parsePort(last)
	return portRange{lo, hi}, ok1 && ok2 && lo <= hi
}

// parsePort reads a decimal port number, 0 included.
func parsePort(text string) (int, bool) {
	n := 0
	for _, c := range []byte(text) {
		if c < '0' || c > '9' || n > 65535 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, text != "" && n <= 65535
}
