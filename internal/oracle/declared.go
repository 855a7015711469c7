package oracle

import (
	"net/netip"
	"strings"
)

// onPremises is the paths of a declared network: one for each declared VPC that
// is the cluster's or joined to it as in P3 and P4 (SEMANTICS 5).
func (o *Oracle) onPremises(src source, c cluster, port int) []Path {
	var paths []Path
	for _, declared := range o.config.OnPrem {
		if declared.Name != src.id {
			continue
		}
		after := o.fromNetwork(declared, c, port)
		for _, vpc := range declared.VPCs {
			for _, join := range o.joins(c, vpc) {
				paths = append(paths, path("onprem", "es-private", append(join, after...)...))
			}
		}
	}
	return paths
}

// fromNetwork are the controls that do not depend on the declared VPC.
func (o *Oracle) fromNetwork(declared OnPrem, c cluster, port int) []Control {
	trust, route := Unknown, Reachable
	if declared.Trusted {
		trust = Reachable
	}
	home := o.subnet(c.scope, c.vswitch())
	var network []netip.Prefix
	for _, s := range declared.CIDRs {
		p, ok := parsePrefix(s)
		if !ok {
			route = every(route, Unknown)
			continue
		}
		network = append(network, p)
		route = every(route, o.leads(c.scope, home, destination{cidrs: []netip.Prefix{p}}, "", "VpnGateway", "RouterInterface"))
	}
	e := c.entry("es-private")
	whitelist := c.admits(e, func(list []netip.Prefix) Verdict {
		return uniform(network, list, func(a netip.Addr) Verdict { return yes(contains(list, a)) })
	})
	return []Control{{"source-address", trust}, {"route-back", route}, {"cluster-status", c.status()},
		{"entry-exists", c.exists(e)}, {"port", c.admitsPort(e, port)}, {"whitelist", whitelist}}
}

// joins are the ways in which a VPC is the cluster's or joined to it.
func (o *Oracle) joins(c cluster, vpc string) [][]Control {
	same := equal(vpc, c.vpc())
	var out [][]Control
	if same != Blocked {
		out = append(out, []Control{{"same-vpc", same}})
	}
	if same == Reachable {
		return out
	}
	for _, peering := range o.objects(c.scope, "InstanceId", "vpcpeer.ListVpcPeerConnections") {
		join := joined(vpc, c.vpc(), text(peering, "Vpc", "VpcId"), text(peering, "AcceptingVpc", "VpcId"))
		if join != Blocked {
			out = append(out, []Control{{"peering", every(join, is(peering, "Status", "Activated"))}})
		}
	}
	if !o.ask(c.scope, "vpcpeer.ListVpcPeerConnections", "").read {
		out = append(out, []Control{{"peering", Unknown}})
	}
	for _, join := range o.cenJoins(c.scope, vpc, c.vpc()) {
		out = append(out, []Control{{"cen", join.attached}, {"tr-tables", join.tables}})
	}
	return out
}

// throughProxies is P7: to a declared proxy through its EIP, a balancer or a
// forward entry, past its security groups, and on as in P2.
func (o *Oracle) throughProxies(src source, c cluster, port int) []Path {
	var paths []Path
	for _, declared := range o.config.Proxies {
		if declared.Cluster != c.id || declared.Port != port {
			continue
		}
		proxy, known := o.host(declared.ECS)
		if !known {
			paths = append(paths, path("P7", "", Control{"source-internet", yes(isInternet(src.address))}, Control{"proxy", Unknown},
				Control{"cluster-status", c.status()}, Control{"port", c.admitsPort(c.entry("es-private"), port)}))
			continue
		}
		after := []Control{{"sg-ingress", o.groupsAdmit(proxy.scope, proxy.groups, ingress, peer{address: src.address}, declared.Listen)}}
		after = append(after, o.sameVPC(proxy, c, "es-private", port).Controls...)
		for _, way := range o.waysTo(src, proxy, declared.Listen) {
			controls := append([]Control{{"source-internet", yes(isInternet(src.address))}}, way...)
			paths = append(paths, path("P7", "es-private", append(controls, after...)...))
		}
	}
	return paths
}

// waysTo are the ways from the internet to a proxy's listen port, with some for
// what was not read.
func (o *Oracle) waysTo(src, proxy source, listen int) [][]Control {
	ways := append(o.eipWays(src, proxy), o.forwardWays(src, proxy, listen)...)
	if !o.ask(proxy.scope, "slb.DescribeLoadBalancers", "").read || !o.ask(proxy.scope, "nlb.ListLoadBalancers", "").read {
		ways = append(ways, []Control{{"proxy", Unknown}})
	}
	for _, lb := range o.balancers(proxy.scope) {
		front := []Control{{"lb-facing", o.faces(lb, src.address)}, {"lb-active", lb.active()}}
		if !o.listenersRead(lb) {
			ways = append(ways, append(front[:2:2], Control{"listener", Unknown}))
		}
		for _, l := range o.listenersAnywhere(lb, listen) {
			before := append(front[:2:2], o.listening(src, lb, l)...)
			before = before[:len(before):len(before)]
			servers, read := o.backends(lb, l)
			if !read {
				ways = append(ways, append(before, Control{"backend", Unknown}))
			}
			for _, b := range servers {
				port := Unknown
				if b.port != 0 {
					port = yes(b.port == listen)
				}
				if match := every(o.isProxy(lb, b, proxy), port); match != Blocked {
					ways = append(ways, append(before, Control{"proxy", match}, Control{"backend-weight", b.weight}, Control{"backend-health", o.healthy(lb, l, b)}))
				}
			}
		}
	}
	return ways
}

// isProxy tells whether a backend is the proxy: by the id of the host, or of
// one of its interfaces, or behind an NLB by its address in its VPC.
func (o *Oracle) isProxy(lb balancer, b backend, proxy source) Verdict {
	if b.id == proxy.id {
		return Reachable
	}
	switch b.kind {
	case "ecs":
		return Blocked
	case "eni":
		if known, of := o.interfaceOf(b.id, proxy); known || of != Blocked {
			return of
		}
	}
	if !lb.nlb {
		return Blocked
	}
	at := Unknown
	if b.address.IsValid() && proxy.address.IsValid() {
		at = yes(b.address == proxy.address)
	}
	return every(at, equal(b.vpc, proxy.vpc))
}

// interfaceOf tells whether a network interface is the proxy's, and whether any
// answer says whose it is.
func (o *Oracle) interfaceOf(id string, proxy source) (known bool, of Verdict) {
	list := o.ask(proxy.scope, "ecs.DescribeNetworkInterfaces", "")
	eni := one(distinct(nil, list.items, "NetworkInterfaceId"), "NetworkInterfaceId", id)
	if eni == nil && !list.read && strings.HasPrefix(id, "eni-") {
		return false, Unknown
	}
	if mayBe(eni["InstanceId"], proxy.id) {
		return true, Unknown
	}
	return eni != nil, yes(text(eni, "InstanceId") == proxy.id)
}

// eipWays is the proxy's own EIP, of IPv4: its own, or that of an interface. A
// public IP that the host was made with leads to it as an elastic one does.
func (o *Oracle) eipWays(src, proxy source) [][]Control {
	item := one(o.objects(proxy.scope, "InstanceId", "ecs.DescribeInstances"), "InstanceId", proxy.id)
	list := o.ask(proxy.scope, "vpc.DescribeEipAddresses", "")
	has := Blocked
	if !list.read {
		has = Unknown
	}
	for _, eip := range list.items {
		id := text(eip, "InstanceId")
		_, of := o.interfaceOf(id, proxy)
		has = some(has, of, yes(id == proxy.id))
		for _, reading := range readings(eip["InstanceId"]) {
			if _, of := o.interfaceOf(text(reading), proxy); of != Blocked || text(reading) == proxy.id {
				has = some(has, Unknown)
			}
		}
	}
	if disputed(item, "EipAddress", "IpAddress") || disputed(item, "PublicIpAddress", "IpAddress") {
		has = some(has, Unknown)
	}
	if text(item, "EipAddress", "IpAddress") != "" || len(items(item, "PublicIpAddress", "IpAddress")) > 0 {
		has = Reachable
	}
	if has == Blocked || src.address.Is6() {
		return nil
	}
	return [][]Control{{{"proxy", has}}}
}

// forwardWays are the DNAT entries to the proxy's listen port, of IPv4.
func (o *Oracle) forwardWays(src, proxy source, listen int) [][]Control {
	if src.address.Is6() {
		return nil
	}
	missing := !o.ask(proxy.scope, "vpc.DescribeNatGateways", "").read
	var ways [][]Control
	for _, gateway := range o.objects(proxy.scope, "NatGatewayId", "vpc.DescribeNatGateways") {
		own := equal(text(gateway, "VpcId"), proxy.vpc)
		if own == Blocked || text(gateway, "NetworkType") == "intranet" {
			continue
		}
		entries, read := o.forwards(proxy.scope, gateway)
		for _, f := range entries {
			to := Unknown
			if a := forwardTo(f); a.IsValid() && proxy.address.IsValid() {
				to = yes(a == proxy.address)
			}
			if match := every(own, to, forwardPort(f, listen)); match != Blocked {
				ways = append(ways, []Control{{"dnat", match}, {"dnat-status", every(public(gateway), is(gateway, "Status", "Available"), is(f, "Status", "Available"))},
					{"dnat-protocol", forwardProtocol(f)}})
			}
		}
		if !read {
			ways = append(ways, []Control{{"dnat", Unknown}, {"dnat-status", every(public(gateway), is(gateway, "Status", "Available"))}})
		}
	}
	if missing {
		ways = append(ways, []Control{{"dnat", Unknown}})
	}
	return ways
}
