package facts

import (
	"slices"
	"strings"

	"esaudit/config"
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// Membership says whether an object is on a path to a cluster: rules about load
// balancers, hosts, vSwitches and NAT gateways judge those that are.
type Membership struct {
	Value   string     `json:"value"` // yes, no or unknown
	Because []Relation `json:"because"`
	Settle  []Call     `json:"settle"` // what would tell whether there are more relations
	// Complete says that there are no more relations.
	Complete bool `json:"complete"`
}

// Relation is what makes an object part of a path. What does not apply is left
// out.
type Relation struct {
	// By is service (a load balancer that an endpoint service offers to a
	// cluster's endpoint), cluster or proxy (a load balancer or NAT gateway that
	// leads to one, or the proxy itself), node (a NAT gateway that leads to a
	// cluster's Kibana), backend (a host behind a load balancer on a path), host
	// or balancer (a vSwitch that one on a path is in).
	By       string `json:"by"`
	Match    string `json:"match"` // yes or unknown
	Cluster  string `json:"cluster,omitempty"`
	Endpoint string `json:"endpoint,omitempty"`
	Service  string `json:"service,omitempty"`
	Balancer string `json:"balancer,omitempty"`
	Host     string `json:"host,omitempty"`
	At       string `json:"at"`
}

// scope knows what is on a path to a cluster. It is computed once for a
// document.
type scope struct {
	graph     *graph.Graph
	proxies   map[string][]config.Proxy // by host
	services  map[*snapshot.Account]*offers
	regions   map[*snapshot.Account][]string
	addresses map[address]string // hosts by their addresses, as far as servers or forward entries name these
	ranges    map[located]netset.Set
	clusters  map[place][]*graph.Cluster
	named     map[string][]int                      // clusters of the graph by id, as their indices
	inVPC     map[place]map[string][]*graph.Cluster // "": those whose VPC is not known

	demands    map[*graph.Balancer][]Demand
	ofBalancer map[*graph.Balancer]*member
	// calls that may show more endpoint services a load balancer is behind
	connections map[*graph.Balancer][]snapshot.Call
	ofHost      map[place]map[string]*member
	ofSwitch    map[place]map[string]*member
	ofGateway   map[place]map[string]*member
	// what is not known of a whole region, and may join any host or vSwitch of it
	hostGaps, switchGaps map[place]*member
}

// place is a region of an account.
type place struct {
	account *snapshot.Account
	region  string
}

// address is an address of a VPC.
type address struct {
	place
	vpc, ip string
}

func placeOf(o snapshot.Object) place { return place{o.Account, o.Region} }

// need returns a call when it was not read.
func (p place) need(product, operation, subject string) []snapshot.Call {
	call := snapshot.Call{Region: p.region, Product: product, Operation: operation, Subject: subject}
	if p.account.Read(call) {
		return nil
	}
	return []snapshot.Call{call}
}

// member collects what is known of one object.
type member struct {
	relations []Relation
	open      bool // there may be more relations
	settle    []snapshot.Call
}

func (m *member) relate(r Relation, match string) {
	r.Match = match
	for _, other := range m.relations {
		if other == r {
			return
		}
	}
	m.relations = append(m.relations, r)
}

// follow relates to an object that is, or may be, on a path itself.
func (m *member) follow(r Relation, other *member) {
	m.relate(r, other.value())
	if other.value() == "unknown" {
		m.doubt(other.settle)
	}
}

// doubt notes calls that may show more; there is no doubt without any.
func (m *member) doubt(unread []snapshot.Call) {
	if len(unread) > 0 {
		m.uncertain(unread)
	}
}

// uncertain notes that something is not known, and the calls that would tell.
func (m *member) uncertain(unread []snapshot.Call) {
	m.open = true
	for _, c := range unread {
		known := false
		for _, other := range m.settle {
			known = known || other == c
		}
		if !known {
			m.settle = append(m.settle, c)
		}
	}
}

// value is yes, no or unknown; nil is no.
func (m *member) value() string {
	if m == nil {
		return "no"
	}
	value := "no"
	if m.open {
		value = "unknown"
	}
	for _, r := range m.relations {
		if r.Match == "yes" {
			return "yes"
		}
		value = "unknown"
	}
	return value
}

// membership unites what is known of an object.
func membership(a *snapshot.Account, parts ...*member) Membership {
	all := member{}
	for _, m := range parts {
		if m == nil {
			continue
		}
		all.relations = append(all.relations, m.relations...)
		all.open = all.open || m.open
		all.doubt(m.settle)
	}
	out := Membership{Value: all.value(), Because: []Relation{}, Settle: calls(a, all.settle), Complete: !all.open}
	out.Because = append(out.Because, all.relations...)
	return out
}

// newScope finds what is on a path to a cluster.
func newScope(g *graph.Graph) *scope {
	s := &scope{
		graph: g, ranges: rangesOf(g), addresses: map[address]string{}, proxies: map[string][]config.Proxy{}, services: map[*snapshot.Account]*offers{}, regions: map[*snapshot.Account][]string{},
		clusters: map[place][]*graph.Cluster{}, named: map[string][]int{}, inVPC: map[place]map[string][]*graph.Cluster{}, demands: demands(g), connections: map[*graph.Balancer][]snapshot.Call{}, ofBalancer: map[*graph.Balancer]*member{}, ofHost: map[place]map[string]*member{},
		ofSwitch: map[place]map[string]*member{}, ofGateway: map[place]map[string]*member{},
		hostGaps: map[place]*member{}, switchGaps: map[place]*member{},
	}
	for _, p := range g.Config().Proxies {
		s.proxies[p.ECS] = append(s.proxies[p.ECS], p)
	}
	for i, c := range g.Clusters() {
		s.named[c.ID] = append(s.named[c.ID], i)
		p, vpc := placeOf(c.Object), c.VPC()
		s.clusters[p] = append(s.clusters[p], c)
		if s.inVPC[p] == nil {
			s.inVPC[p] = map[string][]*graph.Cluster{}
		}
		s.inVPC[p][vpc] = append(s.inVPC[p][vpc], c)
	}
	asked := addressesNamed(g)
	for _, a := range g.Snapshot().Accounts() {
		s.services[a], s.regions[a] = newOffers(a, s.clusters), graph.Regions(a)
		s.locate(a, asked)
		for _, region := range s.regions[a] {
			s.lists(place{a, region})
		}
	}
	for _, b := range g.Balancers() {
		s.ofBalancer[b] = s.balancerMember(b)
	}
	s.hosts()
	for _, nat := range g.Gateways() {
		s.ofGateway[placeOf(nat.Object)] = with(s.ofGateway[placeOf(nat.Object)], nat.ID, s.gatewayMember(nat))
	}
	for _, gaps := range []map[place]*member{s.hostGaps, s.switchGaps} {
		for p, m := range gaps {
			if m.open {
				p.account.Doubt("")
			}
		}
	}
	return s
}

func with(m map[string]*member, id string, v *member) map[string]*member {
	if m == nil {
		m = map[string]*member{}
	}
	m[id] = v
	return m
}

// entry returns what is known of an object, to be added to.
func entry(all map[place]map[string]*member, p place, id string) *member {
	if all[p] == nil || all[p][id] == nil {
		all[p] = with(all[p], id, &member{})
	}
	return all[p][id]
}

// lists notes which lists of a region were not read that could show more of the
// objects that make a host or vSwitch part of a path.
func (s *scope) lists(p place) {
	hosts, switches := &member{}, &member{}
	hosts.doubt(p.need("slb", "DescribeLoadBalancers", ""))
	hosts.doubt(p.need("nlb", "ListLoadBalancers", ""))
	switches.doubt(p.need("ecs", "DescribeInstances", ""))
	s.hostGaps[p], s.switchGaps[p] = hosts, switches
}

// balancer says whether a load balancer is a resource of an endpoint service
// that a cluster's endpoint is connected to, or has a backend that is an address
// of a cluster or a declared proxy.
func (s *scope) balancer(b *graph.Balancer) Membership {
	return membership(b.Account, s.ofBalancer[b])
}

// host says whether a host is a backend of such a load balancer, or a declared
// proxy.
func (s *scope) host(a *snapshot.Account, region, id string) Membership {
	p := place{a, region}
	return membership(a, s.ofHost[p][id], s.hostGaps[p])
}

// vswitch says whether such a host or network load balancer is in a vSwitch. A
// network ACL does not bind a classic one.
func (s *scope) vswitch(a *snapshot.Account, region, id string) Membership {
	p := place{a, region}
	return membership(a, s.ofSwitch[p][id], s.hostGaps[p], s.switchGaps[p])
}

// gateway says whether a NAT gateway has a forward entry to an address or a node
// of a cluster, or to a declared proxy.
func (s *scope) gateway(a *snapshot.Account, region, id string) Membership {
	return membership(a, s.ofGateway[place{a, region}][id])
}

// addressesNamed are those that servers of network load balancers and forward entries name.
func addressesNamed(g *graph.Graph) map[string]bool {
	out := map[string]bool{}
	for _, b := range g.Balancers() {
		for _, l := range b.Listeners {
			for _, x := range l.Backends {
				if b.IsNetwork() && x.IP != "" {
					out[x.IP] = true
				}
			}
		}
	}
	for _, nat := range g.Gateways() {
		for _, e := range nat.Entries {
			if ip := e.Get("InternalIp").Text(); ip != "" {
				out[ip] = true
			}
		}
	}
	return out
}

// locate indexes those addresses of an account's hosts that are asked for.
func (s *scope) locate(a *snapshot.Account, asked map[string]bool) {
	if len(asked) == 0 {
		return
	}
	put := func(o snapshot.Object, vpc, host string, ip snapshot.Glance) {
		if text := ip.Passing(); asked[text] {
			s.addresses[address{placeOf(o), strings.Clone(vpc), strings.Clone(text)}] = strings.Clone(host)
		}
	}
	var room [2]snapshot.Glance
	for o := range a.Rows(snapshot.ENI).Each {
		host, vpc := o.Get("InstanceId").Passing(), o.Get("VpcId").Passing()
		if host == "" || vpc == "" {
			continue
		}
		put(o.Object, vpc, host, o.Get("PrivateIpAddress"))
		for ip := range o.Get("PrivateIpSets", "PrivateIpSet").Each {
			put(o.Object, vpc, host, ip.Get("PrivateIpAddress"))
		}
	}
	for o := range a.Rows(snapshot.ECS).Each {
		own := o.Get("VpcAttributes").Fields(room[:0], "PrivateIpAddress", "VpcId")
		vpc := own[1].Passing()
		if vpc == "" {
			continue
		}
		for ip := range own[0].Get("IpAddress").Each {
			put(o.Object, vpc, o.ID, ip)
		}
	}
}

// candidates are the clusters that are, or may be, in a VPC; "" when it is not
// known which.
func (s *scope) candidates(p place, vpc string) []*graph.Cluster {
	if vpc == "" {
		return s.clusters[p]
	}
	return slices.Concat(s.inVPC[p][vpc], s.inVPC[p][""])
}

// hostAt returns the host that has an address of a VPC, "" for none, and the
// calls that may show one.
func (s *scope) hostAt(p place, vpc, ip string) (string, []snapshot.Call) {
	if host := s.addresses[address{p, vpc, ip}]; host != "" {
		return host, nil
	}
	return "", append(p.need("ecs", "DescribeInstances", ""), p.need("ecs", "DescribeNetworkInterfaces", "")...)
}

// hostBehind returns the host that a backend is, "" for none, and the calls that
// may show one.
func (s *scope) hostBehind(b *graph.Balancer, l *graph.Listener, x *graph.Backend) (string, []snapshot.Call) {
	p := placeOf(b.Object)
	switch {
	case strings.HasPrefix(x.ID, "i-"), b.Account.Object(snapshot.ECS, b.Region, x.ID).Exists():
		return x.ID, nil
	case isInterface(x):
		if host := b.Account.Object(snapshot.ENI, b.Region, x.ID).Glance("InstanceId"); host.Exists() {
			return host.Text(), nil
		}
		return "", p.need("ecs", "DescribeNetworkInterfaces", "")
	case b.IsNetwork():
		return s.hostAt(p, l.VPC(), x.IP)
	}
	return "", nil
}

func isInterface(x *graph.Backend) bool {
	return strings.EqualFold(x.Type, "eni") || strings.HasPrefix(x.ID, "eni-")
}
