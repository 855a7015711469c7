package graph

import (
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// outbound returns the paths from a cluster to HOST:PORT (SEMANTICS 6).
func (g *Graph) outbound(c *Cluster, q query) []Path {
	arch := g.Architecture(c)
	start := func(kind, entry string) *trail {
		t := newTrail(netset.Set{}, kind, entry, c.ID, q.targetID)
		t.check("cluster-status", c.statusDecision())
		return t
	}
	switch arch.Value {
	case New:
	case Original:
		t := start("E2", "")
		t.check("arch", passes(arch.At, "original network architecture: %s", arch.Because))
		t.check(g.hostInVPC(c, q))
		return []Path{t.path}
	case Unsupported:
		t := start("E1", "")
		t.check("arch", blocks(arch.At, "no private connection is possible: %s", arch.Because))
		return []Path{t.path}
	default:
		t := start("E1", "")
		t.check("arch", unsure(arch.At, arch.Settle, "the network architecture is not known: %s", arch.Because))
		return []Path{t.path}
	}
	newArch := passes(arch.At, "new network architecture: %s", arch.Because)
	var paths []Path
	form := g.endpoint.FindStringSubmatch(q.targetID)
	if form != nil {
		for _, e := range c.Aspect(snapshot.VPCEndpoints).Items() {
			if e.Get("endpointId").Text() == form[1] {
				t := start("E1", form[1])
				t.check("arch", newArch)
				t.check("host", passes(e.Get("endpointId"), "%s is a VPC endpoint of the cluster", form[1]))
				paths = append(paths, g.throughEndpoint(t, c, e, q.port)...)
			}
		}
		if need := c.net.need("elasticsearch", "ListVpcEndpoints", c.ID); need != nil {
			t := start("E1", form[1])
			t.check("arch", newArch)
			t.check("host", unsure(c.Node, need, "the VPC endpoints of the cluster were not read"))
			paths = append(paths, t.path)
		}
	}
	if paths == nil {
		t := start("E1", "")
		t.check("arch", newArch)
		t.check("host", blocks(c.nearest(c.Aspect(snapshot.VPCEndpoints)), "no private connection leads to %s", q.targetID))
		paths = append(paths, t.path)
	}
	return paths
}

// hostInVPC is E2: the host is an ECS of the cluster's VPC whose groups admit
// the cluster's vSwitch.
func (g *Graph) hostInVPC(c *Cluster, q query) (string, decision) {
	n := c.net
	var host snapshot.Object
	if q.hostIsIP && c.vpc != "" {
		for _, o := range n.account.Where(snapshot.ECS, n.region, c.vpc, "VpcAttributes", "VpcId") {
			if slices.Contains(texts(o.Attr("VpcAttributes", "PrivateIpAddress", "IpAddress")), q.hostIP.String()) {
				host = o
			}
		}
	}
	v := n.switchIDs[c.vswitch]
	switch {
	case !host.Exists():
		return "host", unsure(c.Node, n.need("ecs", "DescribeInstances", ""), "%s is no ECS of the cluster's VPC that was read", q.targetID)
	case v == nil || v.cidrs.V4().IsEmpty():
		return "sg-ingress", unsure(c.nearest(c.Attr("networkConfig")), n.need("vpc", "DescribeVSwitches", ""), "the cluster's vSwitch is not known")
	}
	return "sg-ingress", n.filter(host.Attr("SecurityGroupIds", "SecurityGroupId"), host.Node, host.ID, ingress, peer{addresses: v.cidrs.V4()}, q.port).uniform()
}

// EndpointState is the control endpoint-state of E1 for one of a cluster's VPC
// endpoints: its three statuses, each on its own.
func EndpointState(e *snapshot.Node) (Verdict, string, *snapshot.Node) {
	d := endpointState(e)
	return d.verdict, d.why.String(), d.at
}

func endpointState(e *snapshot.Node) decision {
	d := passes(e.Get("endpointStatus"), "the endpoint is active and connected")
	for _, f := range [][2]string{{"endpointStatus", "Active"}, {"connectionStatus", "Connected"}, {"endpointBusinessStatus", "Normal"}} {
		n := e.Get(f[0])
		switch text := n.Text(); {
		case text == f[1] || d.verdict == Blocked:
		case text == "":
			d = unsure(nearest(n, e), nil, "%s is not in what was read", f[0])
		case slices.Contains([]string{"Creating", "Pending", "Connecting"}, text):
			d = unsure(n, nil, "%s is %s", f[0], text)
		default:
			d = blocks(n, "%s is %s", f[0], text)
		}
	}
	return d
}

// Connection is what stands behind one of a cluster's VPC endpoints.
type Connection struct {
	Endpoint *snapshot.Node
	Service  snapshot.Object // not there when it is none of the snapshot's accounts'
	Listed   bool            // the account's services were read completely
	provider *network        // of the service; the cluster's own when it is not there
	Zones    []*snapshot.Node
	// ZonesUnread names the call that would tell the zones.
	ZonesUnread     []snapshot.Call
	Resources       []*snapshot.Node
	ResourcesUnread []snapshot.Call
}

// providerOf returns the region of the account whose endpoint service an id is:
// this one's, unless another account of the snapshot has it. Ids of services are
// the vendor's, and unique.
func (n *network) providerOf(service string) *network {
	if n.object(snapshot.EndpointService, service).Exists() {
		return n
	}
	for _, other := range n.others {
		if service != "" && other.object(snapshot.EndpointService, service).Exists() {
			return other
		}
	}
	return n
}

// Connection follows a VPC endpoint to the endpoint service, its
// zones and its resources.
func (c *Cluster) Connection(e *snapshot.Node) Connection {
	id := e.Get("serviceId").Text()
	n := c.net.providerOf(id)
	conn := Connection{
		Endpoint: e, Service: n.object(snapshot.EndpointService, id), Listed: c.net.read("privatelink", "ListVpcEndpointServices", ""), provider: n,
	}
	if z := e.Get("zoneId"); z.Text() != "" {
		conn.Zones = []*snapshot.Node{z}
	} else if !z.Contradicted() {
		for _, x := range conn.Service.Aspect(snapshot.Connections).Items() {
			if x.Get("EndpointId").Text() != e.Get("endpointId").Text() {
				continue
			}
			for _, zone := range x.Get("Zones").Items() {
				if z := zone.Get("ZoneId"); z.Text() != "" {
					conn.Zones = append(conn.Zones, z)
				}
			}
		}
		if !n.read("privatelink", "ListVpcEndpointConnections", id) && !n.read("privatelink", "ListVpcEndpointConnections", "") {
			conn.ZonesUnread = []snapshot.Call{n.call("privatelink", "ListVpcEndpointConnections", id)}
		}
	}
	conn.Resources = conn.Service.Aspect(snapshot.Resources).Items()
	conn.ResourcesUnread = n.need("privatelink", "ListVpcEndpointServiceResources", id)
	return conn
}

// serviceDecision is the control service of E1.
func (c *Cluster) serviceDecision(conn Connection) decision {
	id := conn.Endpoint.Get("serviceId")
	if !conn.Service.Exists() {
		if need := c.net.need("privatelink", "ListVpcEndpointServices", ""); need != nil {
			return unsure(conn.Endpoint, need, "the endpoint services of %s were not read", c.Region)
		}
		if id.Text() == "" {
			return unsure(conn.Endpoint, nil, "%s of %s is not in what was read", "serviceId", named(conn.Endpoint.Get("endpointId")))
		}
		return unsure(conn.Endpoint, nil, "%s is another account's service", id.Text())
	}
	d := passes(conn.Service.Attr("ServiceStatus"), "%s is active", conn.Service.ID)
	for _, f := range [][2]string{{"ServiceStatus", "Active"}, {"ServiceBusinessStatus", "Normal"}} {
		n := conn.Service.Attr(f[0])
		switch {
		case n.Text() == f[1] || d.verdict == Blocked:
		case n.Text() == "":
			d = unsure(nearest(n, conn.Service.Node), conn.provider.need("privatelink", "ListVpcEndpointServices", ""), "%s of %s is not in what was read", f[0], conn.Service.ID)
		default:
			d = blocks(n, "%s of %s is %s", f[0], conn.Service.ID, n.Text())
		}
	}
	return d
}

// throughEndpoint follows E1 from the endpoint on: one path for each resource
// in its zone.
func (g *Graph) throughEndpoint(t *trail, c *Cluster, e *snapshot.Node, port int) []Path {
	conn := c.Connection(e)
	ep := e.Get("endpointId").Text()
	t.between(t.to, ep)
	t.check("endpoint-state", endpointState(e))
	t.between(ep, named(e.Get("serviceId")))
	t.check("service", c.serviceDecision(conn))
	if !conn.Service.Exists() {
		return []Path{t.path}
	}
	if len(conn.Zones) == 0 {
		t.check("zone", unsure(nearest(e.Get("zoneId"), e), conn.ZonesUnread, "the zone of %s is not known", ep))
		return []Path{t.path}
	}
	var paths []Path
	for _, r := range conn.Resources {
		zone := r.Get("ZoneId")
		in := slices.IndexFunc(conn.Zones, func(z *snapshot.Node) bool { return z.Text() == zone.Text() })
		if in < 0 && zone.Text() != "" {
			continue
		}
		end := t.fork()
		end.between(conn.Service.ID, named(r.Get("ResourceId")))
		if in < 0 {
			end.check("zone", unsure(nearest(zone, r), nil, "the zone of %s is not in what was read", named(r.Get("ResourceId"))))
		} else {
			end.check("zone", passes(zone, "%s serves %s", named(r.Get("ResourceId")), zone.Text()))
		}
		paths = append(paths, g.throughResource(end, c, conn.provider, r, port)...)
	}
	if conn.ResourcesUnread != nil {
		end := t.fork()
		end.check("zone", unsure(conn.Service.Node, conn.ResourcesUnread, "the resources of %s were not read", conn.Service.ID))
		paths = append(paths, end.path)
	}
	if paths == nil {
		t.check("zone", blocks(conn.Zones[0], "no resource of %s serves %s", conn.Service.ID, conn.Zones[0].Text()))
		paths = append(paths, t.path)
	}
	return paths
}

// ResourceBalancer returns the load balancer of an endpoint service's resource;
// nil when it was not read or is of another kind.
func (g *Graph) ResourceBalancer(c *Cluster, r *snapshot.Node) *Balancer {
	id := r.Get("ResourceId").Text()
	for _, n := range append([]*network{c.net}, c.net.others...) {
		if b := n.balancerIDs[id]; b != nil {
			return b
		}
	}
	return nil
}

// throughResource is E1.4 to E1.7: the load balancer behind the service, in the
// provider's network n.
func (g *Graph) throughResource(t *trail, c *Cluster, n *network, r *snapshot.Node, port int) []Path {
	id := r.Get("ResourceId").Text()
	b := g.ResourceBalancer(c, r)
	if b == nil {
		product, operation := "slb", "DescribeLoadBalancers"
		if strings.HasPrefix(id, "nlb-") {
			product, operation = "nlb", "ListLoadBalancers"
		}
		need := n.need(product, operation, "")
		if strings.HasPrefix(id, "alb-") || strings.HasPrefix(id, "gwlb-") {
			need = nil
		}
		t.check("lb-active", unsure(r, need, "%s was not read, or is of a kind that is not evaluated", named(r.Get("ResourceId"))))
		return []Path{t.path}
	}
	t.check("lb-active", b.activeDecision())
	t.check("lb-internal", b.internalDecision())
	var paths []Path
	for _, l := range b.Listeners {
		if l.First != 0 && (port < l.First || l.Last < port) {
			continue
		}
		end := t.fork()
		end.between(b.ID, l.ID)
		running, protocol := l.listenerDecisions(port, "TCP", "HTTP", "HTTPS")
		end.check("listener", running)
		end.check("listener-protocol", protocol)
		end.check("listener-filter", l.privateFilter())
		paths = append(paths, g.behindListener(end, l, port)...)
	}
	if read, need := b.listenersRead(); !read {
		end := t.fork()
		end.check("listener", unsure(b.place(), need, "the listeners of %s were not read", b.ID))
		paths = append(paths, end.path)
	}
	if paths == nil {
		t.check("listener", blocks(b.place(), "%s has no listener on %d", b.ID, port))
		paths = append(paths, t.path)
	}
	return paths
}

// internalDecision is the control lb-internal: endpoint services forward to
// internal load balancers only.
func (b *Balancer) internalDecision() decision {
	n := b.Attr("AddressType")
	switch {
	case n.Text() == "":
		return unsure(b.nearest(n), b.needSelf(), "whether %s is internal is not in what was read", b.ID)
	case strings.EqualFold(n.Text(), "intranet"):
		return passes(n, "%s is internal", b.ID)
	}
	return blocks(n, "%s faces the internet", b.ID)
}

// privateFilter is the control listener-filter of E1.5: what source a filter
// sees through PrivateLink is not documented, so only what holds for every
// IPv4 address decides.
func (l *Listener) privateFilter() decision {
	b := l.balancer
	if b.network {
		ids := b.Attr("SecurityGroupIds")
		if ids.Kind() == snapshot.Array && len(ids.Items()) == 0 {
			return passes(ids, "%s has no security group", b.ID)
		}
		return unsure(b.nearest(ids), nil, "which address the security groups of %s see is not documented", b.ID)
	}
	status, kind := l.Node.Get("AclStatus"), strings.ToLower(l.Node.Get("AclType").Text())
	switch {
	case strings.EqualFold(status.Text(), "off"):
		return passes(status, "%s has no access control", l.ID)
	case !strings.EqualFold(status.Text(), "on") || kind != "white" && kind != "black":
		return unsure(nearest(status, l.Node), nil, "the access control of %s is not in what was read", l.ID)
	}
	set, need := l.accessLists()
	admits, refuses := Reachable, Blocked
	if kind == "black" {
		admits, refuses = Blocked, Reachable
	}
	switch at := l.Node.Get("AclType"); {
	case set.ContainsSet(netset.AllV4()):
		return decide(admits, at, "the %s list of %s holds every address", kind, l.ID)
	case set.V4().IsEmpty() && need == nil:
		return decide(refuses, at, "the %s list of %s holds no address", kind, l.ID)
	default:
		return unsure(at, need, "which address the %s list of %s sees is not documented", kind, l.ID)
	}
}

// behindListener is E1.6 and E1.7: a server that gets connections and admits
// them.
func (g *Graph) behindListener(t *trail, l *Listener, port int) []Path {
	var paths []Path
	for _, b := range l.Backends {
		end := t.fork()
		end.between(l.ID, b.name())
		end.check("backend-weight", b.weightDecision())
		end.check("backend-health", l.healthDecision(b, port))
		end.check("backend-admits", g.admits(l, b, b.PortAt(port)))
		paths = append(paths, end.path)
	}
	if l.Unread != nil {
		end := t.fork()
		end.check("backend", unsure(l.At, l.Unread, "the servers of %s were not read", l.ID))
		paths = append(paths, end.path)
	}
	if paths == nil {
		t.check("backend", blocks(l.At, "%s has no server", l.ID))
		paths = append(paths, t.path)
	}
	return paths
}

// admits is the control backend-admits of E1.7.
func (g *Graph) admits(l *Listener, b *Backend, port int) decision {
	var sure, doubt *decision
	for _, s := range l.serves {
		if s.backend != b {
			continue
		}
		switch d := s.cluster.isBackend(l, b); d.verdict {
		case Reachable:
			admits := s.cluster.admitsBalancer(l.balancer)
			if sure != nil && sure.verdict != admits.verdict {
				return unsure(b.Node, nil, "%s is an address of several clusters", b.name())
			}
			sure = &admits
		case Unknown:
			doubt = &d
		}
	}
	switch {
	case sure != nil:
		return *sure
	case doubt != nil:
		return *doubt
	}
	if need := l.balancer.net.need("elasticsearch", "ListInstance", ""); need != nil && (l.balancer.network || b.isENI()) {
		return unsure(b.Node, need, "%s may be an address of a cluster that is not known", b.name())
	}
	isHost := strings.EqualFold(b.Type, "ecs") || strings.HasPrefix(b.ID, "i-")
	switch {
	case !isHost && !b.isENI():
		return unsure(b.Node, nil, "what stands at %s is not known", b.name())
	case !l.balancer.network:
		return passes(b.Node, "%s gets the load balancer's connections before its security groups", b.name())
	}
	return g.hostAdmits(l, b, isHost, port)
}

// admitsBalancer is a cluster as a backend: its list and its status.
func (c *Cluster) admitsBalancer(b *Balancer) decision {
	list, status := c.balancerSees(b), c.statusDecision()
	switch Along(list.verdict, status.verdict) {
	case status.verdict:
		if list.verdict == status.verdict {
			return list
		}
		return status
	}
	return list
}

// hostAdmits judges a host or network interface behind an NLB by its security
// groups.
func (g *Graph) hostAdmits(l *Listener, b *Backend, isHost bool, port int) decision {
	n := l.balancer.net
	o, operation := n.object(snapshot.ENI, b.ID), "DescribeNetworkInterfaces"
	if isHost {
		o, operation = n.object(snapshot.ECS, b.ID), "DescribeInstances"
	}
	if !o.Exists() {
		return unsure(b.Node, n.need("ecs", operation, ""), "%s was not read", b.name())
	}
	if port == 0 {
		return unsure(b.portAt(), nil, "the port of %s is not in what was read", b.name())
	}
	preserve, known := l.group.Attr("PreserveClientIpEnabled").Bool()
	sees := func(set netset.Set) judgement {
		return n.filter(o.Attr("SecurityGroupIds", "SecurityGroupId"), o.Node, b.name(), ingress, peer{addresses: set}, port)
	}
	everyone := sees(netset.AllV4()).uniform()
	if preserve && everyone.verdict == Reachable {
		return everyone
	}
	if preserve || !known && everyone.verdict != Reachable {
		return unsure(b.Node, nil, "%s sees the clients' own addresses, and does not admit all", b.name())
	}
	local := l.balancer.localAddresses()
	if need := n.need("nlb", "GetLoadBalancerAttribute", l.balancer.ID); need != nil || local.IsEmpty() {
		return unsure(l.balancer.Node, need, "the addresses of %s were not read", l.balancer.ID)
	}
	return sees(local).uniform()
}
