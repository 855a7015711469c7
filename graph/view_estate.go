package graph

import (
	"maps"
	"slices"
	"strings"

	"esaudit/snapshot"
)

// View shows the whole estate: its things, and what joins them. Joins to an
// entry of a cluster carry the exact verdict of whoever they begin at. Of VPCs
// and hosts, the cluster's own and those joined with it are asked, and who gets
// in or may is shown.
func (g *Graph) View() *View {
	m := &mapping{View: NewView(), g: g, hosts: map[string]*Thing{}, insiders: g.sourcesInside()}
	m.View.internet()
	for _, at := range g.regions {
		m.networks(g.networks[at])
	}
	for _, at := range g.regions {
		n := g.networks[at]
		m.clusters(n)
		m.balancers(n)
		m.gateways(n)
		m.services(n)
	}
	return m.View
}

// mapping draws an estate.
type mapping struct {
	*View
	g        *Graph
	hosts    map[string]*Thing // by id, and by VPC and address
	insiders insiders
}

// byVPC sorts sources by the VPC they are in.
func byVPC(list []*source) map[string][]*source {
	out := map[string][]*source{}
	for _, s := range list {
		out[s.vpc] = append(out[s.vpc], s)
	}
	return out
}

// near returns a question to those who may get to a cluster from inside: from
// its own VPC, one that a peering, a CEN or a private connection joins with it,
// or an unknown one.
func (m *mapping) near(c *Cluster) *asking {
	vpcs := map[string]bool{"": true, c.vpc: true}
	for p := range c.net.peerings.of(c.vpc) {
		if p.left == c.vpc || p.right == c.vpc {
			vpcs[p.left], vpcs[p.right] = true, true
		}
	}
	for _, cen := range c.net.cens() {
		if attachment(cen.Object, c.vpc).at != nil {
			for _, n := range cen.Aspect(snapshot.Children).Items() {
				vpcs[n.Get("ChildInstanceId").Text()] = true
			}
		}
	}
	for _, item := range c.Aspect(snapshot.KibanaPVL).Items() {
		vpcs[item.Get("vpcId").Text()] = true
	}
	ask := m.g.ask(vpcs)
	ask.brief = true
	return ask
}

// place is a thing that an object is.
func place(kind string, o snapshot.Object, name string) Thing {
	account := ""
	if o.Account != nil {
		account = o.Account.ID
	}
	return Thing{Kind: kind, Key: o.ID, Name: o.Attr(name).Text(), Account: account, Region: o.Region}
}

// vpc returns the thing of a VPC that objects of a region name.
func (m *mapping) vpc(n *network, id string) *Thing {
	if home := m.g.homes[id]; home != nil {
		n = home
	}
	o := n.object(snapshot.VPC, id)
	if !o.Exists() {
		o = snapshot.Object{Account: n.account, Region: n.region, ID: id}
	}
	return m.Add(place(VPC, o, "VpcName"))
}

// networks draws the VPCs of a region with their vSwitches and hosts, and what
// joins VPCs.
func (m *mapping) networks(n *network) {
	for _, o := range n.objects(snapshot.VPC) {
		m.vpc(n, o.ID)
	}
	for _, v := range n.vswitches {
		t := m.Add(place(VSwitch, v.Object, "VSwitchName"))
		if v.vpc != "" {
			m.Connect(m.vpc(n, v.vpc), t, Join{Kind: "holds", Verdict: Reachable})
		}
	}
	for _, o := range n.objects(snapshot.ECS) {
		s := hostSource(n, o)
		t := m.Add(place(Host, o, "InstanceName"))
		switch {
		case s.vswitch != nil:
			m.Connect(m.Add(place(VSwitch, s.vswitch.Object, "VSwitchName")), t, Join{Kind: "holds", Verdict: Reachable})
		case s.vpc != "":
			m.Connect(m.vpc(n, s.vpc), t, Join{Kind: "holds", Verdict: Reachable})
		}
		if a, one := s.addresses.Single(); one {
			m.hosts[s.vpc+" "+a.String()] = t
		}
		first(m.hosts, o.ID, t)
	}
	for _, p := range n.peerings.all {
		t := m.Add(place(Peering, p.Object, "Name"))
		verdict := peeringDecision(p, joined(p.left, p.right, p.left, p.right)).verdict
		for _, vpc := range []string{p.left, p.right} {
			m.both(m.vpc(n, vpc), t, vpc, verdict)
		}
	}
	for _, cen := range n.objects(snapshot.CEN) {
		t := m.Add(place(CEN, cen, "Name"))
		for _, c := range cen.Aspect(snapshot.Children).Items() {
			vpc := c.Get("ChildInstanceId").Text()
			if kind := c.Get("ChildInstanceType").Text(); kind != "" && !strings.EqualFold(kind, "vpc") {
				continue
			}
			m.both(m.vpc(n, vpc), t, vpc, cenDecision(cen, vpc, vpc).verdict)
		}
	}
}

// both joins a VPC with what leads to others, in both directions.
func (m *mapping) both(vpc, t *Thing, id string, verdict Verdict) {
	if id != "" {
		m.Connect(vpc, t, Join{Kind: "joins", Verdict: verdict})
		m.Connect(t, vpc, Join{Kind: "joins", Verdict: verdict})
	}
}

// clusters draws the clusters of a region, their entries, and who gets in
// directly.
func (m *mapping) clusters(n *network) {
	for _, c := range n.clusters {
		t := m.Add(place(ClusterThing, c.Object, "description"))
		if v := n.switchIDs[c.vswitch]; v != nil {
			m.Connect(m.Add(place(VSwitch, v.Object, "VSwitchName")), t, Join{Kind: "holds", Verdict: Reachable})
		} else if c.vpc != "" {
			m.Connect(m.vpc(n, c.vpc), t, Join{Kind: "holds", Verdict: Reachable})
		}
		ask := m.near(c)
		for _, entry := range EntryNames() {
			if c.entryDecision(entry).verdict == Blocked {
				continue
			}
			for _, port := range c.portsOf(entry) {
				if end := m.entry(ask, c, entry, port); end != nil {
					m.Connect(end, t, Join{Kind: "leads", Verdict: Along(c.statusDecision().verdict, c.entryDecision(entry).verdict)})
				}
			}
		}
	}
}

// entry draws one entry and port with those who get in directly; nil for a
// private connection of Kibana that nobody has.
func (m *mapping) entry(ask *asking, c *Cluster, entry string, port int) *Thing {
	o := ask.entry(c, entry, port)
	if entry == KibanaPVL && o.closed() {
		return nil
	}
	end := m.Add(m.entryThing(c, entry, port))
	reach := func(from *Thing, a Addresses) {
		if !a.IsEmpty() {
			m.Connect(from, end, Join{Kind: "reaches", Verdict: a.Verdict(), Sources: a})
		}
	}
	reach(m.internet(), o.Internet)
	for _, vpc := range slices.Sorted(maps.Keys(o.VPCs)) {
		reach(m.vpc(c.net, vpc), o.VPCs[vpc])
	}
	for _, id := range o.Hosts.Reachable {
		m.Connect(m.hosts[id], end, Join{Kind: "reaches", Verdict: Reachable})
	}
	for _, id := range o.Hosts.Unknown {
		m.Connect(m.hosts[id], end, Join{Kind: "reaches"})
	}
	for _, name := range slices.Sorted(maps.Keys(o.OnPrem)) {
		reach(m.Add(Thing{Kind: OnPremises, Key: name}), o.OnPrem[name])
	}
	return end
}

func (m *mapping) entryThing(c *Cluster, entry string, port int) Thing {
	t := place(EntryThing, c.Object, "description")
	t.Key, t.Label = c.ID+" "+entry+":"+itoa(port), c.ID+" "+entry+" "+itoa(port)
	return t
}

// balancers draws the load balancers of a region, their listeners, and what
// these lead to.
func (m *mapping) balancers(n *network) {
	for _, b := range n.balancers {
		t := m.Add(place(LoadBalancer, b.Object, "LoadBalancerName"))
		if v := Over(b.facesFamily(false).verdict, b.facesFamily(true).verdict); v != Blocked {
			m.Connect(m.internet(), t, Join{Kind: "faces", Verdict: Along(v, b.activeDecision().verdict)})
		}
		if v := b.facesVPC(&source{name: b.vpc, vpc: b.vpc}).verdict; b.vpc != "" && v != Blocked {
			m.Connect(m.vpc(n, b.vpc), t, Join{Kind: "faces", Verdict: Along(v, b.activeDecision().verdict)})
		}
		for _, l := range b.Listeners {
			m.listener(n, t, l)
		}
	}
}

func (m *mapping) listener(n *network, lb *Thing, l *Listener) {
	running, protocol := l.listenerDecisions(l.First, carried()...)
	t := m.Add(Thing{Kind: ListenerThing, Key: l.ID, Label: lb.Key + " " + span(l.First, l.Last), Account: lb.Account, Region: lb.Region})
	m.Connect(lb, t, Join{Kind: "listens", Verdict: Along(running.verdict, protocol.verdict)})
	for _, s := range l.serves {
		c := s.cluster
		for _, port := range c.portsOf(ESPrivate) {
			if at := s.backend.PortAt(l.First); at == 0 || at == port || l.First != l.Last && s.backend.FollowsListener {
				end := c.endOf(l, s.backend, l.First, port)
				m.Connect(t, m.Add(m.entryThing(c, ESPrivate, port)), Join{Kind: "serves", Verdict: end.Verdict})
			}
		}
	}
	for _, b := range l.Backends {
		host := m.hosts[b.ID]
		if host == nil {
			host = m.hosts[l.vpc+" "+b.IP]
		}
		if host != nil {
			m.Connect(t, host, Join{Kind: "forwards", Verdict: Along(b.weightDecision().verdict, l.healthDecision(b, l.First).verdict)})
		}
	}
}

// span names a range of ports.
func span(first, last int) string {
	switch {
	case first == 0:
		return "at an unknown port"
	case first == last:
		return itoa(first)
	}
	return itoa(first) + "-" + itoa(last)
}

// gateways draws the NAT gateways of a region and what they forward.
func (m *mapping) gateways(n *network) {
	for _, nat := range n.gateways.all {
		t := m.Add(place(NATGateway, nat.Object, "Name"))
		m.Connect(m.internet(), t, Join{Kind: "faces", Verdict: nat.statusDecision(nil).verdict})
		vpc := nat.Attr("VpcId").Text()
		for _, e := range nat.entries {
			ip, base := e.Get("InternalIp").Text(), Along(nat.statusDecision(e).verdict, protocolDecision(e).verdict)
			if host := m.hosts[vpc+" "+ip]; host != nil {
				m.Connect(t, host, Join{Kind: "forwards", Verdict: base})
			}
			for _, c := range n.clusters {
				to := c.matches(vpc, ip).verdict
				for _, port := range c.portsOf(ESPrivate) {
					if inner := forwardsPort(e, port).verdict; to != Blocked && inner != Blocked {
						m.Connect(t, m.Add(m.entryThing(c, ESPrivate, port)), Join{Kind: "forwards", Verdict: Along(base, to, inner)})
					}
				}
			}
		}
	}
}

// services draws the private connections of a region's clusters and VPCs, and
// the endpoint services they lead to.
func (m *mapping) services(n *network) {
	for _, o := range n.objects(snapshot.EndpointService) {
		t := m.Add(place(EndpointService, o, "ServiceName"))
		for _, r := range o.Aspect(snapshot.Resources).Items() {
			id := r.Get("ResourceId").Text()
			for _, b := range n.balancers {
				if b.ID == id {
					m.Connect(t, m.Add(place(LoadBalancer, b.Object, "LoadBalancerName")), Join{Kind: "offers", Verdict: Along(b.activeDecision().verdict, b.internalDecision().verdict)})
				}
			}
		}
	}
	for _, c := range n.clusters {
		for _, e := range c.Aspect(snapshot.VPCEndpoints).Items() {
			conn := c.Connection(e)
			t := m.Add(Thing{Kind: Endpoint, Key: named(e.Get("endpointId")), Account: n.account.ID, Region: n.region})
			m.Connect(m.Add(place(ClusterThing, c.Object, "description")), t, Join{Kind: "uses", Verdict: endpointState(e).verdict})
			m.Connect(t, m.service(n, e.Get("serviceId").Text()), Join{Kind: "leads", Verdict: c.serviceDecision(conn).verdict})
		}
	}
	for _, o := range n.objects(snapshot.Endpoint) {
		t := m.Add(place(Endpoint, o, "EndpointName"))
		state := ownEndpointState(o)
		if vpc := o.Attr("VpcId").Text(); vpc != "" {
			m.Connect(m.vpc(n, vpc), t, Join{Kind: "uses", Verdict: state})
		}
		m.Connect(t, m.service(n, o.Attr("ServiceId").Text()), Join{Kind: "leads", Verdict: state})
	}
}

// service returns the thing of an endpoint service, which may be another
// account's.
func (m *mapping) service(n *network, id string) *Thing {
	if o := n.providerOf(id).object(snapshot.EndpointService, id); o.Exists() {
		return m.Add(place(EndpointService, o, "ServiceName"))
	}
	if id == "" {
		id = "an unknown service"
	}
	return m.Add(Thing{Kind: EndpointService, Key: id, Region: n.region})
}

// ownEndpointState is whether one of the account's own endpoints works, by the
// three statuses that those of clusters have too.
func ownEndpointState(o snapshot.Object) Verdict {
	v := Reachable
	for _, f := range [][2]string{{"EndpointStatus", "Active"}, {"ConnectionStatus", "Connected"}, {"EndpointBusinessStatus", "Normal"}} {
		switch o.Attr(f[0]).Text() {
		case f[1]:
		case "":
			v = Along(v, Unknown)
		default:
			v = Blocked
		}
	}
	return v
}
