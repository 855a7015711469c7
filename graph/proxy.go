package graph

import (
	"slices"
	"strings"

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
		t.ask("source-internet", from.addresses, g.internetAt(c.Node))
		t.check("proxy", unsure(c.net.account.Place(snapshot.ECS, c.Region), c.net.need("ecs", "DescribeInstances", ""), "the declared proxy %s is in no answer", p.ECS))
		t.check("cluster-status", c.statusDecision())
		t.check("port", c.portDecision(ESPrivate, p.Port))
		t.path.way = way{"proxy", p.ECS, p.Listen}
		return []Path{t.path}
	}
	s := hostSource(n, host)
	s.name = "ecs:" + p.ECS
	var paths []Path
	for _, t := range g.toHost(from, n, host, s, p.Listen) {
		t.between(from.name, p.ECS)
		t.ask("sg-ingress", from.addresses, func(set netset.Set) judgement {
			return n.filter(s.groups, host.Node, p.ECS, ingress, peer{addresses: set}, p.Listen)
		})
		inner := c.viaOwnVPC(s, ESPrivate, p.Port)
		for i, m := range inner.marks {
			own := *m
			own.kind = "P7"
			inner.marks[i] = &own
		}
		t.follow(&inner)
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
		t.ask("source-internet", set, g.internetAt(host.Node))
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
			t.ask("lb-facing", from.addresses, b.facesInternet)
			t.check("lb-active", b.activeDecision())
			t.check("listener", unsure(b.place(), need, "the listeners of %s were not read", b.ID))
			out = append(out, t)
		}
	}
	unread := func(set netset.Set, control, product, operation string) {
		if need := n.need(product, operation, ""); need != nil {
			t := begin(set)
			t.check(control, unsure(host.Node, need, "%s was not read", need[0]))
			out = append(out, t)
		}
	}
	unread(from.addresses, "proxy", "slb", "DescribeLoadBalancers")
	unread(from.addresses, "proxy", "nlb", "ListLoadBalancers")
	if !v4.IsEmpty() {
		unread(v4, "dnat", "vpc", "DescribeNatGateways")
		out = append(out, n.forwardToHost(func() *trail { return begin(v4) }, s, port)...)
	}
	return out
}

// publicHost is whether a host has an elastic IP, or a public one that it was
// made with: that leads to it in the same way.
func (n *network) publicHost(host snapshot.Object) decision {
	var doubt *decision
	for _, path := range [][]string{{"EipAddress", "IpAddress"}, {"PublicIpAddress", "IpAddress"}} {
		if at := host.Attr(path...); at.Contradicted() {
			d := unsure(at, nil, "which public address %s has is not known", host.ID)
			doubt = &d
		}
	}
	if ip := host.Attr("EipAddress", "IpAddress"); ip.Text() != "" {
		return passes(ip, "%s has the elastic IP %s", host.ID, ip.Text())
	}
	if ips := host.Attr("PublicIpAddress", "IpAddress"); ips.Kind() == snapshot.Array && len(ips.Items()) > 0 {
		ips := ips.Items()
		return passes(ips[0], "%s has the public IP %s", host.ID, ips[0].Text())
	}
	for _, e := range n.objects(snapshot.EIP) {
		at := e.Attr("InstanceId")
		if at.Text() == host.ID {
			return passes(at, "%s has the elastic IP %s", host.ID, e.Attr("IpAddress").Text())
		}
		for _, reading := range at.Readings() {
			if n.interfaceOf(reading.Text(), host).verdict != Blocked || reading.Text() == host.ID {
				d := unsure(at, nil, "whether %s has the elastic IP %s is not known", host.ID, e.Attr("IpAddress").Text())
				doubt = &d
			}
		}
		if d := n.interfaceOf(at.Text(), host); d.verdict == Reachable {
			return passes(at, "%s has the elastic IP %s", host.ID, e.Attr("IpAddress").Text())
		} else if d.verdict == Unknown {
			doubt = &d
		}
	}
	if need := n.need("vpc", "DescribeEipAddresses", ""); need != nil {
		return unsure(host.Node, need, "whether %s has an elastic IP was not read", host.ID)
	}
	if doubt != nil {
		return *doubt
	}
	return blocks(host.Node, "%s has no public address", host.ID)
}

// interfaceOf is whether a network interface is one of a host.
func (n *network) interfaceOf(id string, host snapshot.Object) decision {
	if !strings.HasPrefix(id, "eni-") {
		return blocks(host.Node, "%q is no network interface", id)
	}
	eni := n.object(snapshot.ENI, id)
	at := eni.Attr("InstanceId")
	switch need := n.need("ecs", "DescribeNetworkInterfaces", ""); {
	case at.Text() == host.ID:
		return passes(at, "%s is of %s", id, host.ID)
	case at.MayBe(host.ID):
		return unsure(at, nil, "whether %s is of %s is not known", id, host.ID)
	case at.Text() != "":
		return blocks(at, "%s is of %s", id, at.Text())
	case !eni.Exists() && need != nil:
		return unsure(host.Node, need, "whether %s is of %s was not read", id, host.ID)
	}
	return blocks(host.Node, "%s is of no host", id)
}

// isHost is whether a backend is a host: by its id, by its network interface,
// or behind an NLB by its address.
func (n *network) isHost(l *Listener, b *Backend, host snapshot.Object, s *source) decision {
	switch {
	case b.ID == host.ID:
		return passes(b.Node, "%s is %s", b.name(), host.ID)
	case strings.EqualFold(b.Type, "ecs") || strings.HasPrefix(b.ID, "i-"):
		return blocks(b.Node, "%s is another host", b.name())
	}
	if b.isENI() {
		if d := n.interfaceOf(b.ID, host); d.verdict != Blocked || n.object(snapshot.ENI, b.ID).Exists() {
			return d
		}
	}
	vpc := l.vpc
	switch a, err := netset.ParseAddr(b.IP); {
	case !l.balancer.network:
		return blocks(b.Node, "%s is not %s", b.name(), host.ID)
	case vpc != "" && s.vpc != "" && vpc != s.vpc:
		return blocks(b.Node, "%s is in %s", b.name(), vpc)
	case err == nil && !s.addresses.IsEmpty() && !s.addresses.Contains(a):
		return blocks(b.Node, "%s has another address than %s", b.name(), host.ID)
	case err != nil || s.addresses.IsEmpty() || vpc == "" || s.vpc == "":
		return unsure(b.Node, l.balancer.net.need("nlb", "ListServerGroups", ""), "whether %s is %s is not known", b.name(), host.ID)
	}
	return passes(b.Node, "%s is %s", b.name(), host.ID)
}

func (g *Graph) listenerToHost(from caller, l *Listener, host snapshot.Object, s *source, port int) []*trail {
	var out []*trail
	begin := func(at int) *trail {
		t := newTrail(from.addresses, "P7", ESPrivate, from.name, l.balancer.ID)
		t.path.way = way{"lb", l.balancer.ID, at}
		g.approach(t, from, l.balancer, at)
		t.check("lb-active", l.balancer.activeDecision())
		t.between(l.balancer.ID, l.ID)
		running, protocol := l.listenerDecisions(at, carried()...)
		t.check("listener", running)
		t.check("listener-protocol", protocol)
		t.ask("listener-filter", from.addresses, func(set netset.Set) judgement { return l.filter(from.with(set), at) })
		t.between(l.ID, host.ID)
		return t
	}
	for _, b := range l.Backends {
		is := l.balancer.net.isHost(l, b, host, s)
		if is.verdict == Blocked {
			continue
		}
		for _, at := range l.portsFor(port) {
			reached := b.PortAt(at)
			if reached != 0 && reached != port {
				continue
			}
			t := begin(at)
			t.check("proxy", is)
			if reached == 0 {
				t.check("proxy", unsure(b.portAt(), nil, "the port of %s is not in what was read", b.name()))
			}
			t.check("backend-weight", b.weightDecision())
			t.check("backend-health", l.healthDecision(b, at))
			out = append(out, t)
		}
	}
	if l.Unread != nil {
		for _, at := range l.portsFor(port) {
			t := begin(at)
			t.check("backend", unsure(l.At, l.Unread, "the servers of %s were not read", l.ID))
			out = append(out, t)
		}
	}
	return out
}

func (n *network) forwardToHost(start func() *trail, s *source, port int) []*trail {
	var out []*trail
	for nat := range n.gateways.of(s.vpc) {
		vpc := nat.Attr("VpcId").Text()
		if vpc != "" && s.vpc != "" && vpc != s.vpc {
			continue
		}
		begin := func(e *snapshot.Node, port int) *trail {
			t := start()
			t.path.way = way{"dnat", nat.ID, port}
			t.check("dnat-status", nat.statusDecision(e))
			if vpc == "" || s.vpc == "" {
				t.check("dnat", unsure(nat.Node, nil, "whether %s is in the VPC of %s is not known", nat.ID, s.name))
			}
			return t
		}
		for _, e := range nat.entries {
			inner, to := forwardsPort(e, port), s.isForwardedTo(e)
			if inner.verdict == Blocked || to.verdict == Blocked {
				continue
			}
			t := begin(e, externalPort(e))
			t.check("dnat-protocol", protocolDecision(e))
			t.check("dnat", to)
			t.check("dnat", inner)
			out = append(out, t)
		}
		if nat.unread != nil {
			t := begin(nil, 0)
			t.check("dnat", unsure(nat.Node, nat.unread, "the forward entries of %s were not read", nat.ID))
			out = append(out, t)
		}
	}
	return out
}

// isForwardedTo is whether a forward entry leads to the source's address.
func (s *source) isForwardedTo(e *snapshot.Node) decision {
	to := e.Get("InternalIp")
	a, err := netset.ParseAddr(to.Text())
	switch {
	case err != nil || s.addresses.IsEmpty():
		return unsure(nearest(to, e), nil, "whether an entry leads to %s is not known", s.name)
	case s.addresses.Contains(a):
		return passes(to, "%s is forwarded to", a)
	}
	return blocks(to, "%s is forwarded to", a)
}

// host returns an ECS by its id, and the region it is in.
func (g *Graph) host(id string) (snapshot.Object, *network) {
	h := g.byID.hosts[id]
	if h == nil {
		return snapshot.Object{}, nil
	}
	return h.Object, h.net
}

// onPremises returns the paths from a declared network to a port of a cluster.
func (g *Graph) onPremises(net config.OnPrem, c *Cluster, port int) []Path {
	set, name := declared(net), "onprem:"+net.Name
	end := func(t *trail) Path {
		t.between(t.to, c.ID+" "+ESPrivate)
		t.check("route-back", c.routesBack(net, name))
		if !net.Trusted {
			t.check("source-address", unsure(c.nearest(c.Home()), nil, "%s is declared, not trusted: what it filters is not known", name))
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

// routesBack is whether the cluster's routes lead to every declared CIDR through
// a VPN gateway or a router interface. Of one that is routed in part it is not
// known which part counts.
func (c *Cluster) routesBack(net config.OnPrem, name string) decision {
	judge := func(r route) Verdict {
		switch {
		case r.hop == "VpnGateway" || r.hop == "RouterInterface":
			return Reachable
		case r.hop == "":
			return Unknown
		}
		return Blocked
	}
	if len(net.CIDRs) == 0 {
		return c.routeBack(netset.Set{}, name, judge).uniform()
	}
	var all decision
	for i := range net.CIDRs {
		one := config.OnPrem{CIDRs: net.CIDRs[i : i+1]}
		d := c.routeBack(declared(one), name, judge).uniform()
		if i == 0 || Along(all.verdict, d.verdict) != all.verdict {
			all = d
		}
	}
	return all
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
	for p := range c.net.peerings.of(c.vpc) {
		if v := joined(vpc, c.vpc, p.left, p.right); v != Blocked {
			follow("peering", peeringDecision(p, v))
		}
	}
	if need := c.net.need("vpcpeer", "ListVpcPeerConnections", ""); need != nil {
		follow("peering", unsure(c.Node, need, "the peerings were not read"))
	}
	for _, cen := range c.net.cens() {
		if d := cenDecision(cen.Object, vpc, c.vpc); d.verdict != Blocked || d.at != nil {
			follow("cen", d).check("tr-tables", cen.net.trDecision(cen.Object))
		}
		if need := cen.net.need("cbn", "DescribeCenAttachedChildInstances", cen.ID); need != nil {
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
	case !w.Set.Overlaps(set) && !w.MayHold(set):
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
