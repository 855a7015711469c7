package oracle

// front are the controls of P5 up to the LB: control 1 for the internet; for a
// source in a VPC, that the LB has a private address in it.
func (o *Oracle) front(src source, lb balancer) []Control {
	if src.kind == "internet" {
		return []Control{{"source-internet", yes(isInternet(src.address))}, {"lb-facing", o.faces(lb, src.address)}, {"lb-active", lb.active()}}
	}
	return []Control{{"lb-facing", every(equal(src.vpc, text(lb.object, "VpcId")), lb.inside())}, {"lb-active", lb.active()}}
}

// approach is control 0 of P5, towards the LB's private addresses.
func (o *Oracle) approach(src source, lb balancer, port int) []Control {
	if src.kind == "internet" {
		return nil
	}
	return o.leave(src, lb.private(), port)
}

// listening are the controls of a listener: P5.2 and P5.3.
func (o *Oracle) listening(src source, lb balancer, l listener) []Control {
	return []Control{
		{"listener", lb.runs(l)},
		{"listener-protocol", speaks(l, "TCP", "TCPSSL", "HTTP", "HTTPS")},
		{"listener-filter", o.filters(lb, l, src.peer())},
	}
}

// behind are the controls at the cluster behind a balancer (P5.5).
func behind(lb balancer, c cluster, port ...Control) []Control {
	controls := append([]Control{{"cluster-status", c.status()}}, port...)
	return append(controls, Control{"whitelist", lb.seenBy(c)})
}

// toBalancer is P5 for lb:ID:PORT: every cluster of its region is a possible
// target.
func (o *Oracle) toBalancer(src source, lb balancer, port int) []Path {
	entry := "lb:" + lb.id
	before, approach := o.front(src, lb), o.approach(src, lb, port)
	before = before[:len(before):len(before)]
	targets := o.clusters(lb.scope)
	if !o.ask(lb.scope, "elasticsearch.ListInstance", "").read {
		targets = append(targets, cluster{scope: lb.scope})
	}
	var paths []Path
	listeners := o.listenersAt(lb, port)
	for _, l := range listeners {
		for _, c := range targets {
			paths = append(paths, o.backendPaths(src, lb, l, c, 0)...)
		}
	}
	if !o.listenersRead(lb) {
		for _, c := range targets {
			controls := append(append(before, Control{"listener", Unknown}), approach...)
			paths = append(paths, path("P5", entry, append(controls, behind(lb, c)...)...))
		}
	} else if len(listeners) == 0 {
		paths = append(paths, path("P5", entry, append(append(before, Control{"listener", Blocked}), approach...)...))
	}
	return paths
}

// backendPaths are the paths of P5 through one listener to one cluster. port is
// the cluster's when the query names it, else 0.
func (o *Oracle) backendPaths(src source, lb balancer, l listener, c cluster, port int) []Path {
	entry := "lb:" + lb.id
	before := append(append(o.front(src, lb), o.listening(src, lb, l)...), o.approach(src, lb, l.port)...)
	before = before[:len(before):len(before)]
	es := c.entry("es-private")
	servers, read := o.backends(lb, l)
	var paths []Path
	for _, b := range servers {
		if !lb.nlb && b.kind != "eni" || port != 0 && b.port != 0 && b.port != port {
			continue
		}
		match := o.isAt(c, b.vpc, b.address)
		if match == Blocked {
			continue
		}
		open := Unknown
		switch {
		case b.port != 0:
			open = c.admitsPort(es, b.port)
		case port != 0:
			open = every(Unknown, c.admitsPort(es, port))
		}
		controls := append(before, Control{"backend-address", match}, Control{"backend-weight", b.weight},
			Control{"backend-health", o.healthy(lb, l, b)})
		paths = append(paths, path("P5", entry, append(controls, behind(lb, c, Control{"backend-port", open})...)...))
	}
	if !read {
		controls := append(before, Control{"backend", Unknown})
		if port != 0 {
			controls = append(controls, Control{"backend-port", c.admitsPort(es, port)})
		}
		paths = append(paths, path("P5", entry, append(controls, behind(lb, c)...)...))
	}
	return paths
}

// throughBalancers is P5 for es:CLUSTER:PORT: every listener of every LB of the
// cluster's region, and what was not read of them.
func (o *Oracle) throughBalancers(src source, c cluster, port int) []Path {
	open := Control{"backend-port", c.admitsPort(c.entry("es-private"), port)}
	var paths []Path
	for _, lb := range o.balancers(c.scope) {
		for _, l := range o.listenersAnywhere(lb, port) {
			paths = append(paths, o.backendPaths(src, lb, l, c, port)...)
		}
		if !o.listenersRead(lb) {
			controls := append(o.front(src, lb), Control{"listener", Unknown}, open)
			paths = append(paths, path("P5", "lb:"+lb.id, append(controls, behind(lb, c)...)...))
		}
	}
	if !o.ask(c.scope, "slb.DescribeLoadBalancers", "").read || !o.ask(c.scope, "nlb.ListLoadBalancers", "").read {
		paths = append(paths, path("P5", "", Control{"source-internet", yes(isInternet(src.address))}, Control{"lb-facing", Unknown},
			open, Control{"cluster-status", c.status()}))
	}
	return paths
}

// throughNAT is P6: a path for each forward entry to the cluster, and what was
// not read of gateways and their tables.
func (o *Oracle) throughNAT(src source, c cluster, port int) []Path {
	if src.address.Is6() {
		return nil
	}
	es := c.entry("es-private")
	common := []Control{{"source-internet", yes(isInternet(src.address))}}
	after := []Control{{"port", c.admitsPort(es, port)}, {"whitelist", c.admitsAddress(es, src.address)}, {"cluster-status", c.status()}}
	var paths []Path
	add := func(entry string, controls ...Control) {
		all := append(common[:1:1], controls...)
		paths = append(paths, path("P6", entry, append(all, after...)...))
	}
	for _, gateway := range o.objects(c.scope, "NatGatewayId", "vpc.DescribeNatGateways") {
		if text(gateway, "NetworkType") == "intranet" {
			continue
		}
		name, vpc := "nat:"+text(gateway, "NatGatewayId"), text(gateway, "VpcId")
		entries, read := o.forwards(c.scope, gateway)
		for _, f := range entries {
			match := every(o.isAt(c, vpc, forwardTo(f)), forwardPort(f, port))
			if match != Blocked {
				add(name, Control{"dnat", match}, Control{"dnat-status", every(public(gateway), is(gateway, "Status", "Available"), is(f, "Status", "Available"))},
					Control{"dnat-protocol", forwardProtocol(f)})
			}
		}
		if !read {
			add(name, Control{"dnat", every(Unknown, equal(vpc, c.vpc()))}, Control{"dnat-status", every(public(gateway), is(gateway, "Status", "Available"))})
		}
	}
	if !o.ask(c.scope, "vpc.DescribeNatGateways", "").read {
		add("", Control{"dnat", Unknown})
	}
	return paths
}

// public: a gateway whose NetworkType is not known might be for the intranet.
func public(gateway object) Verdict {
	if text(gateway, "NetworkType") == "" {
		return Unknown
	}
	return Reachable
}
