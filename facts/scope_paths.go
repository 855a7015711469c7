package facts

import (
	"slices"
	"strings"

	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// offers knows which load balancers an account's endpoint services offer, and to
// which endpoints of its clusters.
type offers struct {
	account   *snapshot.Account
	connected map[string][]Relation // the endpoints of clusters by service
	listed    map[string]int        // how many of these services are in an answer, by region
	resources map[string][]resourceOf
	unread    map[place][]snapshot.Object // services whose resources were not read
	endpoints map[place][]snapshot.Call   // calls that may show more endpoints
	unplaced  map[place][]unplaced
	holders   map[string][]string // services by the endpoints of their connections; filled when one is unplaced
}

// resourceOf is a load balancer as a resource of a service.
type resourceOf struct {
	service snapshot.Object
	node    *snapshot.Node
}

func newOffers(a *snapshot.Account, clusters map[place][]*graph.Cluster) *offers {
	o := &offers{
		a, map[string][]Relation{}, map[string]int{}, map[string][]resourceOf{}, map[place][]snapshot.Object{}, map[place][]snapshot.Call{},
		map[place][]unplaced{}, map[string][]string{},
	}
	o.place(clusters)
	for _, region := range graph.Regions(a) {
		p := place{a, region}
		unread := p.need("elasticsearch", "ListInstance", "")
		for _, c := range clusters[p] {
			unread = append(unread, p.need("elasticsearch", "ListVpcEndpoints", c.ID)...)
			if !c.HasEndpoints() {
				continue
			}
			for _, e := range c.Aspect(snapshot.VPCEndpoints).Items() {
				for _, id := range o.servicesOf(e) {
					o.connected[id] = append(o.connected[id], Relation{By: "service", Service: id, Cluster: c.ID, Endpoint: e.Get("endpointId").Text()})
				}
			}
		}
		o.endpoints[p] = unread
	}
	for _, service := range a.Objects(snapshot.EndpointService) {
		if o.connected[service.ID] != nil {
			o.listed[service.Region]++
		}
		for _, r := range service.Aspect(snapshot.Resources).Items() {
			id := r.Get("ResourceId").Text()
			o.resources[id] = append(o.resources[id], resourceOf{service, r})
		}
		if p := placeOf(service); p.need("privatelink", "ListVpcEndpointServiceResources", service.ID) != nil {
			o.unread[p] = append(o.unread[p], service)
		}
	}
	return o
}

// join adds what the services say of a load balancer.
func (o *offers) join(m *member, b *graph.Balancer) {
	p := placeOf(b.Object)
	for _, r := range o.resources[b.ID] {
		o.relate(m, r.service, r.node.Pointer(), "yes", nil)
	}
	for _, service := range o.unread[p] {
		o.relate(m, service, service.Node.Pointer(), "unknown", p.need("privatelink", "ListVpcEndpointServiceResources", service.ID))
	}
	// a service that is in no answer may offer it when an endpoint names it, or may
	list := p.need("privatelink", "ListVpcEndpointServices", "")
	if list != nil && o.listed[p.region] < len(o.connected) {
		m.doubt(list)
	}
	if list != nil && (o.endpoints[p] != nil || len(o.unplaced[p]) > 0) {
		m.doubt(list)
		m.doubt(o.endpoints[p])
	}
}

// relate adds one relation for each endpoint that is connected to a service, or may
// be, or one unknown relation when some that are not known may be.
func (o *offers) relate(m *member, service snapshot.Object, at, match string, unread []snapshot.Call) {
	connected := o.connected[service.ID]
	for _, r := range connected {
		r.At = at
		m.relate(r, match)
	}
	gaps := o.endpoints[placeOf(service)]
	if len(connected) == 0 && gaps != nil {
		m.relate(Relation{By: "service", Service: service.ID, At: at}, "unknown")
		m.doubt(gaps)
	}
	others, settle := o.mayHold(service)
	for _, u := range others {
		m.relate(Relation{By: "service", Service: service.ID, Cluster: u.cluster, Endpoint: u.endpoint, At: at}, "unknown")
	}
	m.doubt(settle)
	if len(connected) > 0 || gaps != nil || len(others) > 0 {
		m.doubt(unread)
	}
}

func (s *scope) balancerMember(b *graph.Balancer) *member {
	m := &member{}
	s.services[b.Account].join(m, b)
	s.connections[b] = slices.Clone(m.settle)
	m.doubt(b.UnreadListeners())
	for _, l := range b.Listeners {
		if l.Unread != nil {
			m.uncertain(l.Unread)
		}
		for _, x := range l.Backends {
			s.joinBackend(m, b, l, x)
		}
	}
	return m
}

// joinBackend adds what a backend says of its load balancer.
func (s *scope) joinBackend(m *member, b *graph.Balancer, l *graph.Listener, x *graph.Backend) {
	p := placeOf(b.Object)
	vpc := l.VPC()
	if b.IsNetwork() || isInterface(x) {
		for _, c := range s.candidates(p, vpc) {
			match, unread := c.Serving(l, x)
			if match == graph.Blocked {
				match, unread = mayBeNode(c, vpc, x.IP)
			}
			if match != graph.Blocked {
				m.relate(Relation{By: "cluster", Cluster: c.ID, At: x.Node.Pointer()}, word(match))
			}
			if match == graph.Unknown {
				m.doubt(unread)
			}
		}
		m.doubt(p.need("elasticsearch", "ListInstance", ""))
	}
	if len(s.proxies) == 0 {
		return
	}
	host, unread := s.hostBehind(b, l, x)
	for _, proxy := range s.proxies[host] {
		m.relate(Relation{By: "proxy", Cluster: proxy.Cluster, Host: host, At: x.Node.Pointer()}, "yes")
	}
	m.doubt(unread)
}

// hosts finds the hosts on paths, and the vSwitches.
func (s *scope) hosts() {
	for _, a := range s.graph.Snapshot().Accounts() {
		for _, o := range a.Objects(snapshot.ECS) {
			for _, proxy := range s.proxies[o.ID] {
				entry(s.ofHost, placeOf(o), o.ID).relate(Relation{By: "proxy", Cluster: proxy.Cluster, Host: o.ID, At: o.Node.Pointer()}, "yes")
			}
		}
	}
	for _, b := range s.graph.Balancers() {
		if m := s.ofBalancer[b]; m.value() != "no" {
			s.backends(b, m)
			s.zones(b, m)
		}
	}
	for _, a := range s.graph.Snapshot().Accounts() {
		for _, o := range a.Objects(snapshot.ECS) {
			p := placeOf(o)
			if m := s.ofHost[p][o.ID]; m.value() != "no" {
				at := o.Attr("VpcAttributes", "VSwitchId")
				entry(s.ofSwitch, p, at.Text()).follow(Relation{By: "host", Host: o.ID, At: at.Pointer()}, m)
			}
		}
	}
}

// backends adds the hosts behind a load balancer on a path.
func (s *scope) backends(b *graph.Balancer, of *member) {
	p := placeOf(b.Object)
	gaps := s.hostGaps[p]
	gaps.doubt(b.UnreadListeners())
	for _, l := range b.Listeners {
		if l.Unread != nil {
			gaps.uncertain(l.Unread)
		}
		for _, x := range l.Backends {
			host, unread := s.hostBehind(b, l, x)
			if host != "" {
				entry(s.ofHost, p, host).follow(Relation{By: "backend", Balancer: b.ID, Host: host, At: x.Node.Pointer()}, of)
			} else if !s.isCluster(b, l, x) {
				gaps.doubt(unread)
			}
		}
	}
}

// isCluster reports whether a backend is surely an address of a cluster.
func (s *scope) isCluster(b *graph.Balancer, l *graph.Listener, x *graph.Backend) bool {
	vpc := l.VPC()
	for _, c := range s.inVPC[placeOf(b.Object)][vpc] {
		if match, _ := c.Serving(l, x); match == graph.Reachable {
			return true
		}
	}
	return false
}

// zones adds the vSwitches of a network load balancer on a path.
func (s *scope) zones(b *graph.Balancer, of *member) {
	if !b.IsNetwork() {
		return
	}
	p := placeOf(b.Object)
	mappings := b.Attr("ZoneMappings")
	for _, z := range mappings.Items() {
		if at := z.Get("VSwitchId"); at.Text() != "" {
			entry(s.ofSwitch, p, at.Text()).follow(Relation{By: "balancer", Balancer: b.ID, At: at.Pointer()}, of)
		}
	}
	if mappings.Kind() != snapshot.Array {
		s.switchGaps[p].uncertain(p.need("nlb", "GetLoadBalancerAttribute", b.ID))
	}
}

func (s *scope) gatewayMember(nat graph.Gateway) *member {
	m := &member{}
	p := placeOf(nat.Object)
	m.doubt(nat.Unread)
	vpc := nat.Attr("VpcId").Text()
	for _, e := range nat.Entries {
		ip := e.Get("InternalIp").Text()
		for _, c := range s.candidates(p, vpc) {
			s.joinForward(m, c, vpc, ip, e)
		}
		m.doubt(p.need("elasticsearch", "ListInstance", ""))
		if len(s.proxies) == 0 {
			continue
		}
		host, unread := s.hostAt(p, vpc, ip)
		for _, proxy := range s.proxies[host] {
			m.relate(Relation{By: "proxy", Cluster: proxy.Cluster, Host: host, At: e.Pointer()}, "yes")
		}
		m.doubt(unread)
	}
	return m
}

// joinForward adds what a forward entry says of its gateway and a cluster.
func (s *scope) joinForward(m *member, c *graph.Cluster, vpc, ip string, e *snapshot.Node) {
	match, unread := c.IsAddressIn(vpc, ip)
	if match == graph.Blocked {
		match, unread = mayBeNode(c, vpc, ip)
	}
	by := "cluster"
	if match != graph.Reachable && isKibana(c, vpc, ip) {
		by, match = "node", graph.Reachable
	}
	if match != graph.Blocked {
		m.relate(Relation{By: by, Cluster: c.ID, At: e.Pointer()}, word(match))
	}
	if match == graph.Unknown {
		m.doubt(unread)
	}
}

// isKibana reports whether an address of a VPC is a Kibana node's of a cluster
// whose nodes stand in its VPC.
func isKibana(c *graph.Cluster, vpc, ip string) bool {
	a, err := netset.ParseAddr(ip)
	if err != nil || vpc == "" || c.VPC() != vpc {
		return false
	}
	inside := false
	for _, v := range c.Account.Where(snapshot.VSwitch, c.Region, vpc, "VpcId") {
		cidr, err := netset.ParseCIDR(v.Attr("CidrBlock").Text())
		inside = inside || err == nil && cidr.Contains(a)
	}
	for _, n := range c.Aspect(snapshot.Nodes).Items() {
		if host, err := netset.ParseAddr(n.Get("host").Text()); inside && err == nil && host == a && strings.EqualFold(n.Get("nodeType").Text(), "KIBANA") {
			return true
		}
	}
	return false
}
