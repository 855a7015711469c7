package graph

import (
	"slices"

	"esaudit/config"
	"esaudit/netset"
	"esaudit/snapshot"
)

// viaProxies returns the paths from an address of the internet through the
// hosts that are declared to forward to a cluster (SEMANTICS 5, P7).
func (g *Graph) viaProxies(from caller, c *Cluster, port int) []Path {
	var paths []Path
	for _, p := range g.config.Proxies {
		if p.Cluster == c.ID && p.Port == port {
			paths = append(paths, g.viaProxy(from, c, p)...)
		}
	}
	return paths
}

func (g *Graph) viaProxy(from caller, c *Cluster, p config.Proxy) []Path {
	host, n := g.host(p.ECS)
	if n == nil {
		t := newTrail(from.addresses, "P7", ESPrivate, from.name, p.ECS)
		t.judge("source-internet", g.ofInternet(from.addresses))
		t.check("proxy", unsure(nil, c.net.need("ecs", "DescribeInstances", ""), "the declared proxy %s is in no answer", p.ECS))
		t.path.way = way{"proxy", p.ECS, p.Listen}
		return []Path{t.path}
	}
	s := hostSource(n, host)
	s.name = "ecs:" + p.ECS
	var paths []Path
	for _, t := range g.toHost(from, n, host, s, p.Listen) {
		t.between(from.name, p.ECS)
		t.judge("sg-ingress", n.filter(s.groups, p.ECS, ingress, peer{addresses: from.addresses}, p.Listen))
		inner := c.viaOwnVPC(s, ESPrivate, p.Port)
		for _, h := range inner.Hops {
			h.Kind = "P7"
			t.path.Hops = append(t.path.Hops, h)
		}
		t.path.taken = t.path.taken.at(inner.Verdict)
		t.path.Verdict = Along(t.path.Verdict, inner.Verdict)
		t.path.Settle = append(t.path.Settle, inner.Settle...)
		t.path.front, t.path.way = t.path.way, way{"proxy", p.ECS, p.Listen}
		paths = append(paths, t.path)
	}
	return paths
}

// toHost returns the beginnings of the ways from the internet to a port of a
// host: its elastic IP, load balancers, DNAT entries.
func (g *Graph) toHost(from caller, n *network, host snapshot.Object, s *source, port int) []*trail {
	begin := func(set netset.Set) *trail {
		t := newTrail(set, "P7", ESPrivate, from.name, host.ID)
		t.judge("source-internet", g.ofInternet(set))
		return t
	}
	start := func() *trail { return begin(from.addresses) }
	v4 := from.addresses.V4()
	var out []*trail
	if !v4.IsEmpty() {
		t := begin(v4)
		t.path.way = way{kind: "eip", id: host.ID}
		t.check("proxy", n.publicHost(host))
		out = append(out, t)
	}
	for _, b := range n.balancers {
		for _, l := range b.Listeners {
			out = append(out, g.listenerToHost(from, l, host, s, port)...)
		}
		if need := b.UnreadListeners(); need != nil {
			t := start()
			t.path.way = way{kind: "lb", id: b.ID}
			t.judge("lb-facing", b.facesInternet(from.addresses))
			t.check("listener", unsure(b.Node, need, "the listeners of %s were not read", b.ID))
			out = append(out, t)
		}
	}
	for _, list := range [][2]string{{"slb", "DescribeLoadBalancers"}, {"nlb", "ListLoadBalancers"}, {"vpc", "DescribeNatGateways"}} {
		if need := n.need(list[0], list[1], ""); need != nil {
			t := start()
			t.check("proxy", unsure(host.Node, need, "%s was not read", need[0]))
			out = append(out, t)
		}
	}
	if !v4.IsEmpty() {
		out = append(out, n.forwardToHost(func() *trail { return begin(v4) }, s, port)...)
	}
	return out
}

// publicHost is whether a host has an elastic or public IP.
func (n *network) publicHost(host snapshot.Object) decision {
	if ip := host.Attr("EipAddress", "IpAddress"); ip.Text() != "" {
		return passes(ip, "%s has the elastic IP %s", host.ID, ip.Text())
	}
	if ips := host.Attr("PublicIpAddress", "IpAddress").Items(); len(ips) > 0 {
		return passes(ips[0], "%s has the public IP %s", host.ID, ips[0].Text())
	}
	for _, e := range n.objects(snapshot.EIP) {
		if e.Attr("InstanceId").Text() == host.ID {
			return passes(e.Attr("InstanceId"), "%s has the elastic IP %s", host.ID, e.Attr("IpAddress").Text())
		}
	}
	if need := n.need("vpc", "DescribeEipAddresses", ""); need != nil {
		return unsure(host.Node, need, "whether %s has an elastic IP was not read", host.ID)
	}
	return blocks(host.Node, "%s has no public address", host.ID)
}

func (g *Graph) listenerToHost(from caller, l *Listener, host snapshot.Object, s *source, port int) []*trail {
	var out []*trail
	for _, b := range l.Backends {
		if b.ID != host.ID && (b.IP == "" || !s.has(b.IP)) {
			continue
		}
		for _, at := range l.portsFor(port) {
			if reached := b.PortAt(at); reached != 0 && reached != port {
				continue
			}
			t := newTrail(from.addresses, "P7", ESPrivate, from.name, l.balancer.ID)
			t.path.way = way{"lb", l.balancer.ID, at}
			g.approach(t, from, l.balancer, at)
			t.check("lb-active", l.balancer.activeDecision())
			t.between(l.balancer.ID, l.ID)
			running, protocol := l.listenerDecisions(at, carried()...)
			t.check("listener", running)
			t.check("listener-protocol", protocol)
			t.judge("listener-filter", l.filter(from, at))
			t.between(l.ID, host.ID)
			t.check("backend-weight", b.weightDecision())
			t.check("backend-health", l.healthDecision(b, at))
			out = append(out, t)
		}
	}
	if l.Unread != nil {
		t := newTrail(from.addresses, "P7", ESPrivate, from.name, l.balancer.ID)
		t.path.way = way{"lb", l.balancer.ID, l.First}
		g.approach(t, from, l.balancer, l.First)
		t.check("backend", unsure(l.At, l.Unread, "the servers of %s were not read", l.ID))
		out = append(out, t)
	}
	return out
}

func (n *network) forwardToHost(start func() *trail, s *source, port int) []*trail {
	var out []*trail
	for _, nat := range n.gateways {
		if vpc := nat.Attr("VpcId").Text(); vpc != "" && s.vpc != "" && vpc != s.vpc {
			continue
		}
		for _, e := range nat.entries {
			d := forwardsPort(e, port)
			if d.verdict == Blocked || !s.has(e.Get("InternalIp").Text()) {
				continue
			}
			t := start()
			t.path.way = way{"dnat", nat.ID, externalPort(e)}
			t.check("dnat-status", nat.statusDecision(e))
			t.check("dnat-protocol", protocolDecision(e))
			t.check("dnat", d)
			out = append(out, t)
		}
		if nat.unread != nil {
			t := start()
			t.path.way = way{kind: "dnat", id: nat.ID}
			t.check("dnat", unsure(nat.Node, nat.unread, "the forward entries of %s were not read", nat.ID))
			out = append(out, t)
		}
	}
	return out
}

// host returns an ECS by its id, and the region it is in.
func (g *Graph) host(id string) (snapshot.Object, *network) {
	h := g.byID.hosts[id]
	return h.Object, h.net
}

// onPremises returns the paths from a declared network to a port of a cluster.
func (g *Graph) onPremises(net config.OnPrem, c *Cluster, port int) []Path {
	set, name := declared(net), "onprem:"+net.Name
	end := func(t *trail) Path {
		t.between(t.to, c.ID+" "+ESPrivate)
		t.check("route-back", c.routeBack(set, name, func(r route) Verdict {
			switch {
			case r.hop == "VpnGateway" || r.hop == "RouterInterface":
				return Reachable
			case r.hop == "":
				return Unknown
			}
			return Blocked
		}).all())
		if !net.Trusted {
			t.check("source-address", unsure(nil, nil, "%s is declared, not trusted: what it filters is not known", name))
		}
		t.check("cluster-status", c.statusDecision())
		t.check("entry-exists", c.entryDecision(ESPrivate))
		t.check("port", c.portDecision(ESPrivate, port))
		t.check("whitelist", c.listHolds(ESPrivate, set))
		return t.path
	}
	var paths []Path
	for _, vpc := range net.VPCs {
		t := newTrail(netset.Set{}, "onprem", ESPrivate, name, vpcName(vpc))
		if vpc == c.vpc || c.vpc == "" {
			t.check("same-vpc", c.sameVPC(vpc, name))
			paths = append(paths, end(t))
		}
		if vpc != c.vpc {
			for _, t := range c.joins(vpc, name) {
				paths = append(paths, end(t))
			}
		}
	}
	return paths
}

// joins returns the beginnings of the ways between two VPCs: peerings and CENs.
func (c *Cluster) joins(vpc, name string) []*trail {
	var out []*trail
	follow := func(control string, d decision) *trail {
		t := newTrail(netset.Set{}, "onprem", ESPrivate, name, vpcName(c.vpc))
		t.check(control, d)
		out = append(out, t)
		return t
	}
	for _, p := range c.net.peerings {
		if v := joined(vpc, c.vpc, p.left, p.right); v != Blocked {
			follow("peering", peeringDecision(p, v))
		}
	}
	if need := c.net.need("vpcpeer", "ListVpcPeerConnections", ""); need != nil {
		follow("peering", unsure(c.Node, need, "the peerings were not read"))
	}
	for _, cen := range c.net.objects(snapshot.CEN) {
		if d := cenDecision(cen, vpc, c.vpc); d.verdict != Blocked || d.at != nil {
			follow("cen", d).check("tr-tables", c.net.trDecision(cen))
		}
		if need := c.net.need("cbn", "DescribeCenAttachedChildInstances", cen.ID); need != nil {
			follow("cen", unsure(cen.Node, need, "what is attached to %s was not read", cen.ID))
		}
	}
	if need := c.net.need("cbn", "DescribeCens", ""); need != nil {
		follow("cen", unsure(c.Node, need, "the CENs were not read"))
	}
	return out
}

// listHolds is the control whitelist for a set of addresses: all of them, none,
// or a mixture.
func (c *Cluster) listHolds(entry string, set netset.Set) decision {
	if d, ok := c.unsettled(); ok {
		return d
	}
	w := c.listOf(entry)
	switch {
	case !w.Present:
		return unsure(w.at, nil, "the list %s is not in what was read", w.Type)
	case set.IsEmpty():
		return unsure(w.at, nil, "the addresses are not known")
	case w.Set.ContainsSet(set):
		return passes(w.at, "%s holds %s", w.Type, set)
	case !w.Set.Overlaps(set):
		return blocks(w.at, "%s holds nothing of %s", w.Type, set)
	}
	return unsure(w.at, nil, "%s holds some of %s", w.Type, set)
}

// declared returns the addresses of a declared network.
func declared(net config.OnPrem) netset.Set {
	var set netset.Set
	for _, text := range net.CIDRs {
		if p, err := netset.ParseCIDR(text); err == nil {
			set = set.Union(netset.Of(p))
		}
	}
	return set
}

// onPremNamed returns a declared network.
func (g *Graph) onPremNamed(name string) (config.OnPrem, bool) {
	i := slices.IndexFunc(g.config.OnPrem, func(n config.OnPrem) bool { return n.Name == name })
	if i < 0 {
		return config.OnPrem{}, false
	}
	return g.config.OnPrem[i], true
}
