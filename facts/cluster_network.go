package facts

import (
	"net/netip"
	"strings"
	"sync"

	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// ClusterNetwork is where a cluster stands, and which networks stand around it.
type ClusterNetwork struct {
	VPC       Ref       `json:"vpc"`
	ArchType  Ref       `json:"arch_type"`
	Around    Around    `json:"around"`
	Doors     []Door    `json:"doors"` // ways in from the internet that are not the cluster's own
	Blacklist Blacklist `json:"blacklist"`
	Singles   []Single  `json:"singles"`
	Unowned   []Call    `json:"owners_settle"` // calls that would name owners of more addresses
	Clients   []Known   `json:"clients"`
	Links     Links     `json:"links"`
}

// Around is what stands around a VPC, as far as answers and declarations show.
type Around struct {
	Known  bool   `json:"vpc_known"` // its own addresses are
	Joins  []Door `json:"joins"`     // what joins it to other networks
	Hidden []Door `json:"hidden"`    // gateways with networks behind them that no answer names
	Settle []Call `json:"settle"`    // calls that would name more ranges and joins

	Gateways []Call `json:"gateways_settle"` // calls that would name more gateways

	near     netset.Set // addresses of networks from which connections get to the VPC
	home     netset.Set // those of the VPC itself
	unread   []snapshot.Call
	gateless []snapshot.Call
	joined   map[string]bool // VPCs from which connections get there
}

// Door is something that leads to a cluster or its VPC.
type Door struct {
	Kind string `json:"kind"` // peering, cen, transit-router, vpn, router-interface, vpc; dnat, eip
	ID   string `json:"id"`
	Open string `json:"open"` // yes, no or unknown: it works
	At   At     `json:"at"`
}

// Blacklist is the deprecated esIPBlacklist.
type Blacklist struct {
	Present bool  `json:"present"` // it is a list
	Entries []Ref `json:"entries"` // without empty ones
	At      At    `json:"at"`
}

// surroundings is what the clusters of a document have in common, computed once.
// Several goroutines may ask.
type surroundings struct {
	g        *graph.Graph
	vpcs     map[string]snapshot.Object  // by id, of all accounts
	blocks   map[string]netset.Set       // addresses by VPC, also of its vSwitches
	hosts    map[string]snapshot.Object  // by id, those that are declared
	namedBy  map[string][]*graph.Cluster // whose ListConnectedClusters names an id
	unlinked []*graph.Cluster            // whose list was not read
	members  func() map[spot]int         // network interfaces in a security group
	owners   map[netip.Addr]Owner
	forwards map[spot][]snapshot.Object // forward tables with an entry of a NAT gateway
	unowned  []Call                     // calls that would name more owners of addresses

	schedules *timetables

	lock   sync.Mutex // of what was asked for already
	around map[spot]Around
}

// spot is an id in a region of an account.
type spot struct {
	account    *snapshot.Account
	region, id string
}

func newSurroundings(g *graph.Graph) *surroundings {
	s := &surroundings{
		g: g, vpcs: map[string]snapshot.Object{}, hosts: map[string]snapshot.Object{},
		around: map[spot]Around{}, schedules: newTimetables(), forwards: map[spot][]snapshot.Object{},
		members: sync.OnceValue(func() map[spot]int { return membersOfGroups(g) }),
	}
	declared := map[string]bool{} // hosts
	for _, p := range g.Config().Proxies {
		declared[p.ECS] = true
	}
	for _, client := range g.Config().Clients {
		declared[client.ECS] = true
	}
	for _, a := range g.Snapshot().Accounts() {
		for _, o := range a.Objects(snapshot.VPC) {
			s.vpcs[o.ID] = o
		}
		for _, o := range a.Objects(snapshot.ECS) {
			if declared[o.ID] {
				s.hosts[o.ID] = o
			}
		}
		for _, t := range a.Objects(snapshot.ForwardTable) {
			for e := range t.GlanceAspect(snapshot.Entries).Each {
				key := spot{a, t.Region, e.Get("NatGatewayId").Text()}
				s.forwards[key] = append(s.forwards[key], t)
			}
		}
	}
	s.blocks = s.blocksOf()
	s.link()
	s.own()
	return s
}

// blocksOf are the addresses of VPCs: their own CIDRs, secondary and user ones, and those
// of their vSwitches.
func (s *surroundings) blocksOf() map[string]netset.Set {
	prefixes := map[string][]netip.Prefix{}
	add := func(vpc string, blocks ...snapshot.Glance) {
		for _, block := range blocks {
			if p, err := netset.ParseCIDR(block.Text()); err == nil {
				prefixes[vpc] = append(prefixes[vpc], p)
			}
		}
	}
	var room [4]snapshot.Glance
	for id, o := range s.vpcs {
		own := o.Glance().Fields(room[:0], "CidrBlock", "Ipv6CidrBlock", "SecondaryCidrBlocks", "UserCidrs")
		add(id, own[0], own[1])
		for block := range own[2].Get("SecondaryCidrBlock").Each {
			add(id, block)
		}
		for block := range own[3].Get("UserCidr").Each {
			add(id, block)
		}
	}
	for _, o := range objects(s.g, snapshot.VSwitch) {
		own := o.Glance().Fields(room[:0], "CidrBlock", "Ipv6CidrBlock", "VpcId")
		add(own[2].Text(), own[0], own[1])
	}
	out := make(map[string]netset.Set, len(prefixes))
	for vpc, own := range prefixes {
		out[vpc] = netset.Of(own...)
	}
	return out
}

// membersOfGroups counts the network interfaces in each security group.
func membersOfGroups(g *graph.Graph) map[spot]int {
	out := map[spot]int{}
	for _, a := range g.Snapshot().Accounts() {
		for o := range a.Rows(snapshot.ENI).Each {
			for id := range o.Get("SecurityGroupIds", "SecurityGroupId").Each {
				out[spot{a, o.Region, id.Text()}]++
			}
		}
	}
	return out
}

func (s *surroundings) network(c *graph.Cluster, lists map[string]Whitelist, around Around) ClusterNetwork {
	vpc := c.Home()
	n := ClusterNetwork{
		VPC: ref(textOf(vpc), vpc, c.Attr("networkConfig"), c.Node), ArchType: archType(c),
		Around: around, Doors: s.doors(c), Blacklist: blacklist(c), Unowned: s.unowned,
	}
	n.Singles, n.Clients, n.Links = s.singles(lists), s.clients(c, around), s.links(c)
	return n
}

func archType(c *graph.Cluster) Ref {
	n := c.Attr("archType")
	var value any
	if text, ok := n.Str(); ok && text != "" {
		value = text
	}
	return ref(value, n, c.Node)
}

func blacklist(c *graph.Cluster) Blacklist {
	n := c.Attr("esIPBlacklist")
	b := Blacklist{Present: n.Kind() == snapshot.Array, Entries: []Ref{}, At: ref(nil, n, c.Node).At}
	for _, e := range n.Items() {
		if text := strings.TrimSpace(e.Text()); text != "" {
			b.Entries = append(b.Entries, Ref{Value: e.Text(), At: At{e}})
		}
	}
	return b
}

// of returns what stands around the VPC of a cluster.
func (s *surroundings) of(cluster snapshot.Object, vpc string) Around {
	key := spot{cluster.Account, cluster.Region, vpc}
	s.lock.Lock()
	a, done := s.around[key]
	s.lock.Unlock()
	if done && vpc != "" {
		return a
	}
	l := &look{surroundings: s, account: cluster.Account, region: cluster.Region, vpc: vpc}
	l.joined = map[string]bool{}
	l.Joins, l.Hidden = []Door{}, []Door{}
	l.addresses(vpc, true)
	l.peerings()
	l.cens()
	l.gateways()
	l.routes()
	l.declared()
	l.add("100.64.0.0/10") // what a CLB sends from (SEMANTICS 5, P5.5)
	l.Settle, l.Gateways = calls(cluster.Account, l.unread), calls(cluster.Account, l.gateless)
	s.lock.Lock()
	defer s.lock.Unlock()
	s.around[key] = l.Around
	return l.Around
}

// doors returns the DNAT entries that lead to a cluster, and the public
// addresses of hosts that are declared to forward to it.
func (s *surroundings) doors(c *graph.Cluster) []Door {
	out := []Door{}
	behind := map[string]bool{}
	for _, p := range s.g.Config().Proxies {
		host := s.hosts[p.ECS]
		if p.Cluster != c.ID || !host.Exists() {
			continue
		}
		for _, ip := range host.Attr("VpcAttributes", "PrivateIpAddress", "IpAddress").Items() {
			behind[ip.Text()] = true
		}
		for _, ip := range append(host.Attr("PublicIpAddress", "IpAddress").Items(), host.Attr("EipAddress", "IpAddress")) {
			if ip.Text() != "" {
				out = append(out, Door{Kind: "eip", ID: host.ID, Open: "yes", At: At{ip}})
			}
		}
	}
	for _, nat := range c.Account.Where(snapshot.NATGateway, c.Region, c.VPC(), "VpcId") {
		if strings.EqualFold(nat.Glance("NetworkType").Text(), "intranet") {
			continue
		}
		for _, t := range s.forwardTables(nat) {
			for _, e := range t.Aspect(snapshot.Entries).Items() {
				to := e.Get("InternalIp").Text()
				if e.Get("NatGatewayId").Text() != nat.ID && !holds(nat.Glance("ForwardTableIds", "ForwardTableId"), t.ID) {
					continue
				}
				if v, _ := s.g.IsAddress(c, to); behind[to] || v == graph.Reachable {
					out = append(out, Door{Kind: "dnat", ID: nat.ID, Open: is(e.Get("Status"), "Available"), At: At{e}})
				}
			}
		}
	}
	return out
}

// forwardTables returns the tables that a NAT gateway names, or that name it.
func (s *surroundings) forwardTables(nat snapshot.Object) []snapshot.Object {
	var named []snapshot.Object
	for id := range nat.Glance("ForwardTableIds", "ForwardTableId").Each {
		if t := nat.Account.Object(snapshot.ForwardTable, nat.Region, id.Text()); t.Exists() {
			named = append(named, t)
		}
	}
	return snapshot.Union(named, s.forwards[spot{nat.Account, nat.Region, nat.ID}])
}

// holds says whether a list of texts has one of them.
func holds(list snapshot.Glance, text string) bool {
	for item := range list.Each {
		if item.Text() == text {
			return true
		}
	}
	return false
}

// is compares a status with the one that works.
func is(status *snapshot.Node, good string) string {
	switch status.Text() {
	case "":
		return "unknown"
	case good:
		return "yes"
	}
	return "no"
}
