package facts

import (
	"net/netip"
	"slices"
	"strings"

	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// Single is one address of a public list.
type Single struct {
	List    string `json:"list"`
	Address string `json:"address"`
	Group   string `json:"group"`
	Text    string `json:"text"`
	At      At     `json:"at"`
	Owner   Owner  `json:"owner"`
}

// Owner is what an address belongs to; the zero Owner is nobody that is known.
type Owner struct {
	Kind string `json:"kind"` // eip, nat, ecs, clb, vpn, public_ranges, client; "" for none
	ID   string `json:"id"`
}

// Known is a declared client of a cluster, as the cluster sees it.
type Known struct {
	Name    string   `json:"name"`
	Port    int      `json:"port"`
	Kibana  bool     `json:"kibana"` // its port is Kibana's
	Sources []Source `json:"sources"`
}

// Source is addresses a client comes from, after translation.
type Source struct {
	From     string   `json:"from"`     // as declared: an ECS or a CIDR
	CIDRs    []string `json:"cidrs"`    // as the cluster sees them; none when it never does, or nobody knows
	List     string   `json:"list"`     // the list that decides; "" when it is not known
	Admitted string   `json:"admitted"` // by the list: yes, no, partly, unknown
	Why      string   `json:"why"`      // how it comes to the cluster
	At       At       `json:"at"`       // of the list
	Settle   []Call   `json:"settle"`
}

// own finds out what the addresses of the internet belong to, in all accounts
// and regions of the document.
func (s *surroundings) own() {
	s.owners = map[netip.Addr]Owner{}
	s.unowned = []Call{}
	put := func(n snapshot.Glance, kind, id string) {
		for text := range strings.SplitSeq(n.Passing(), ",") {
			if a, err := netset.ParseAddr(text); err == nil && s.owners[a].Kind == "" {
				s.owners[a] = Owner{kind, id}
			}
		}
	}
	for _, a := range s.g.Snapshot().Accounts() {
		for _, o := range a.Objects(snapshot.EIP) {
			put(o.Glance("IpAddress"), "eip", o.ID)
		}
		for _, o := range a.Objects(snapshot.NATGateway) {
			for ip := range o.Glance("IpLists", "IpList").Each {
				put(ip.Get("IpAddress"), "nat", o.ID)
			}
		}
		for _, o := range a.Objects(snapshot.SnatTable) {
			for e := range o.GlanceAspect(snapshot.Entries).Each {
				put(e.Get("SnatIp"), "nat", e.Get("NatGatewayId").Text())
			}
		}
		for o := range a.Rows(snapshot.ECS).Each {
			for ip := range o.Get("PublicIpAddress", "IpAddress").Each {
				put(ip, "ecs", o.ID)
			}
		}
		for _, o := range a.Objects(snapshot.CLB) {
			put(o.Glance("Address"), "clb", o.ID)
		}
		for _, o := range a.Objects(snapshot.VPNGateway) {
			put(o.Glance("InternetIp"), "vpn", o.ID)
		}
		for _, region := range graph.Regions(a) {
			s.unowned = append(s.unowned, calls(a, inventory(a, region))...)
		}
	}
}

// inventory returns the lists of a region that name addresses of the internet,
// as far as they were not read.
func inventory(a *snapshot.Account, region string) []snapshot.Call {
	var out []snapshot.Call
	for _, list := range [][2]string{
		{"vpc", "DescribeEipAddresses"}, {"vpc", "DescribeNatGateways"}, {"ecs", "DescribeInstances"}, {"slb", "DescribeLoadBalancers"}, {"vpc", "DescribeVpnGateways"},
	} {
		if call := (snapshot.Call{Region: region, Product: list[0], Operation: list[1]}); !a.Read(call) {
			out = append(out, call)
		}
	}
	for _, nat := range a.In(snapshot.NATGateway, region) {
		for id := range nat.Glance("SnatTableIds", "SnatTableId").Each {
			own := snapshot.Call{Region: region, Product: "vpc", Operation: "DescribeSnatTableEntries", Subject: nat.ID}
			call := own
			call.Subject = id.Text()
			if !a.Read(call) && !a.Read(own) {
				out = append(out, call)
			}
		}
	}
	return out
}

// singles returns the addresses of IPv4 that stand alone in the public lists,
// each once a list.
func (s *surroundings) singles(lists map[string]Whitelist) []Single {
	out := []Single{}
	for _, kind := range []string{graph.PublicES, graph.PublicKibana} {
		seen := map[netip.Addr]bool{}
		for _, e := range lists[kind].Entries {
			p, err := netip.ParsePrefix(e.CIDR)
			if err != nil || !p.Addr().Is4() || p.Bits() != 32 || seen[p.Addr()] {
				continue
			}
			seen[p.Addr()] = true
			out = append(out, Single{List: kind, Address: p.Addr().String(), Group: e.Group, Text: e.Text, At: e.At, Owner: s.owner(p.Addr())})
		}
	}
	return out
}

// owner says what an address belongs to: by an answer or by a declaration.
func (s *surroundings) owner(a netip.Addr) Owner {
	if o := s.owners[a]; o.Kind != "" {
		return o
	}
	for _, cidr := range s.g.Config().PublicRanges {
		if p, err := netset.ParseCIDR(cidr); err == nil && p.Contains(a) {
			return Owner{"public_ranges", p.String()}
		}
	}
	for _, client := range s.g.Config().Clients {
		for _, cidr := range client.CIDRs {
			if p, err := netset.ParseCIDR(cidr); err == nil && p.Contains(a) {
				return Owner{"client", client.Name}
			}
		}
	}
	return Owner{}
}

// clients returns the clients that are declared for a cluster.
func (s *surroundings) clients(c *graph.Cluster, around Around) []Known {
	out := []Known{}
	for _, declared := range s.g.Config().Clients {
		if declared.Cluster != c.ID {
			continue
		}
		k := Known{Name: declared.Name, Port: declared.Port, Kibana: ofKibana(c, declared.Port), Sources: []Source{}}
		if declared.ECS != "" {
			k.Sources = append(k.Sources, s.hostSource(c, around, declared.ECS))
		}
		for _, cidr := range declared.CIDRs {
			if p, err := netset.ParseCIDR(cidr); err == nil {
				k.Sources = append(k.Sources, s.rangeSource(c, around, p))
			}
		}
		out = append(out, k)
	}
	return out
}

// ofKibana says whether a port is Kibana's and not the cluster's.
func ofKibana(c *graph.Cluster, port int) bool {
	serves := func(entries ...string) bool {
		return slices.ContainsFunc(entries, func(entry string) bool {
			ports, _, _, _ := c.Ports(entry)
			return slices.Contains(ports, port)
		})
	}
	return serves(graph.KibanaPublic, graph.KibanaPrivate) && !serves(graph.ESPublic, graph.ESPrivate)
}

// sourceAsked judges a source by the list that it comes to.
func sourceAsked(c *graph.Cluster, list, from string, set netset.Set, why string) Source {
	w := c.List(list)
	out := Source{
		From: from, CIDRs: set.Strings(), List: list, Admitted: "unknown", Why: why, At: ref(nil, w.Flat, c.Node).At,
		Settle: calls(c.Account, need(c, "elasticsearch", "DescribeInstance", c.ID)),
	}
	switch {
	case !w.Present:
	case w.Set.ContainsSet(set):
		out.Admitted = "yes"
	case w.Set.Overlaps(set):
		out.Admitted = "partly"
	case !w.MayHold(set):
		out.Admitted = "no"
	}
	return out
}

// nowhere is a source that comes to no list.
func nowhere(c *graph.Cluster, from, admitted, why string, settle []Call) Source {
	return Source{From: from, CIDRs: []string{}, Admitted: admitted, Why: why, At: At{c.Node}, Settle: settle}
}

// hostSource is a host: in the cluster's VPC or one joined with it by its own
// address, else by the one it has on the internet.
func (s *surroundings) hostSource(c *graph.Cluster, around Around, id string) Source {
	host, from := s.hosts[id], "ecs:"+id
	if !host.Exists() {
		return nowhere(c, from, "unknown", "is in no answer", calls(c.Account, need(c, "ecs", "DescribeInstances", "")))
	}
	vpc := host.Attr("VpcAttributes", "VpcId").Text()
	own := addresses(host.Attr("VpcAttributes", "PrivateIpAddress", "IpAddress").Items())
	joins := slices.DeleteFunc(slices.Clone(around.unread), func(call snapshot.Call) bool { return call.Product != "vpcpeer" && call.Product != "cbn" })
	switch {
	case own.IsEmpty() || vpc == "":
		return nowhere(c, from, "unknown", "does not show its VPC and address", []Call{})
	case vpc == c.VPC() || around.joined[vpc]:
		return sourceAsked(c, graph.PrivateES, from, own, "comes from its address in "+vpc)
	case len(joins) > 0:
		return nowhere(c, from, "unknown", "is in "+vpc+", which may be joined with the cluster's VPC", calls(c.Account, joins))
	}
	public := addresses(append(slices.Clone(host.Attr("PublicIpAddress", "IpAddress").Items()), host.Attr("EipAddress", "IpAddress")))
	if !public.IsEmpty() {
		return sourceAsked(c, graph.PublicES, from, public, "is in another VPC and comes from its public address")
	}
	translated, unread := translation(host, own)
	switch {
	case !translated.IsEmpty():
		return sourceAsked(c, graph.PublicES, from, translated, "is in another VPC and comes from the address of a NAT gateway")
	case len(unread) > 0:
		return nowhere(c, from, "unknown", "is in another VPC, and which address it has on the internet was not read", calls(host.Account, unread))
	}
	return nowhere(c, from, "no", "is in another VPC that is not joined with the cluster's, and has no address on the internet", []Call{})
}

// addresses unites the addresses among texts.
func addresses(texts []*snapshot.Node) netset.Set {
	var out netset.Set
	for _, n := range texts {
		for _, text := range strings.Split(n.Text(), ",") {
			if a, err := netset.ParseAddr(text); err == nil {
				out = out.Union(netset.Addr(a))
			}
		}
	}
	return out
}

// translation returns what SNAT entries make of a host's address.
func translation(host snapshot.Object, own netset.Set) (netset.Set, []snapshot.Call) {
	var ips []*snapshot.Node
	for _, t := range host.Account.In(snapshot.SnatTable, host.Region) {
		for _, e := range t.Aspect(snapshot.Entries).Items() {
			cidr, err := netset.ParseCIDR(e.Get("SourceCIDR").Text())
			gateway := host.Account.Object(snapshot.NATGateway, host.Region, e.Get("NatGatewayId").Text())
			switch {
			case gateway.Attr("VpcId").Text() != host.Attr("VpcAttributes", "VpcId").Text():
			case e.Get("SourceVSwitchId").Text() == host.Attr("VpcAttributes", "VSwitchId").Text(), err == nil && netset.Of(cidr).Overlaps(own):
				ips = append(ips, e.Get("SnatIp"))
			}
		}
	}
	return addresses(ips), inventory(host.Account, host.Region)
}

// rangeSource is a declared range: inside a network that is joined with the
// cluster's it comes as it is, and from the internet too; another private one
// arrives from an address that nobody declared.
func (s *surroundings) rangeSource(c *graph.Cluster, around Around, p netip.Prefix) Source {
	set := netset.Of(p)
	switch {
	case around.near.ContainsSet(set):
		return sourceAsked(c, graph.PrivateES, p.String(), set, "is in a network joined with the cluster's")
	case netset.Internet().ContainsSet(set):
		return sourceAsked(c, graph.PublicES, p.String(), set, "comes from the internet")
	case len(around.Hidden) > 0 || len(around.Settle) > 0 || len(around.Gateways) > 0:
		return nowhere(c, p.String(), "unknown", "may be in a network joined with the cluster's", append(slices.Clone(around.Settle), around.Gateways...))
	}
	return nowhere(c, p.String(), "no", "is no network that is joined with the cluster's: it arrives from its address on the internet, which is not declared", []Call{})
}
