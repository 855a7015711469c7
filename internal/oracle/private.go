package oracle

import "net/netip"

// publicEndpoint is P1.
func (o *Oracle) publicEndpoint(src source, c cluster, name string, port int) []Path {
	controls := []Control{{"source-internet", yes(isInternet(src.address))}}
	return []Path{path("P1", name, append(controls, c.controls(c.entry(name), port, src.address)...)...)}
}

// leave are the controls at the source of a path through VPCs: P2.1, and P2.2
// in both directions.
func (o *Oracle) leave(src source, d destination, port int) []Control {
	out := []Control{{"source-address", src.located}}
	if src.kind == "ecs" {
		out = append(out, Control{"sg-egress", d.towards(o.groupCuts(src.scope, src.groups, egress), func(to netip.Addr) Verdict {
			return o.groupsAdmit(src.scope, src.groups, egress, peer{address: to}, port)
		})})
	}
	there := d.towards(o.aclCuts(src.scope, src.vswitch, egress), func(to netip.Addr) Verdict {
		return o.aclAdmits(src.scope, src.vswitch, egress, to, ports{port, port})
	})
	back := d.towards(o.aclCuts(src.scope, src.vswitch, ingress), func(to netip.Addr) Verdict {
		return o.aclAdmits(src.scope, src.vswitch, ingress, to, ports{1024, 65535})
	})
	if src.vswitch.object != nil && text(src.vswitch.object, "NetworkAclId") == "" && !disputed(src.vswitch.object, "NetworkAclId") {
		there, back = Reachable, Reachable
	}
	return append(out, Control{"nacl-egress", there}, Control{"nacl-reply", back})
}

// local is the route inside a VPC (P2.3): any other next hop is an appliance.
func (o *Oracle) local(src source, d destination) Verdict {
	return d.towards(o.routeCuts(src.scope, src.vswitch), func(to netip.Addr) Verdict {
		var vs []Verdict
		for _, h := range o.route(src.scope, src.vswitch, to) {
			switch {
			case h.none:
				vs = append(vs, Blocked)
			case h.kind == "local":
				vs = append(vs, Reachable)
			default:
				vs = append(vs, Unknown)
			}
		}
		return agree(vs...)
	})
}

// private is P2, P3 and P4: same VPC, peered VPC, CEN. When a VPC is not known
// all are tried.
func (o *Oracle) private(src source, c cluster, name string, port int) []Path {
	same := equal(src.vpc, c.vpc())
	var paths []Path
	if same != Blocked {
		paths = append(paths, o.sameVPC(src, c, name, port))
	}
	if same != Reachable {
		paths = append(paths, o.peered(src, c, name, port)...)
		paths = append(paths, o.throughCEN(src, c, name, port)...)
	}
	return paths
}

// sameVPC is P2.
func (o *Oracle) sameVPC(src source, c cluster, name string, port int) Path {
	d := o.destination(c)
	controls := append([]Control{{"same-vpc", equal(src.vpc, c.vpc())}}, o.leave(src, d, port)...)
	controls = append(controls, Control{"route", o.local(src, d)})
	return path("P2", name, append(controls, c.controls(c.entry(name), port, src.address)...)...)
}

// kibanaPrivateLink is P2k: a path for each Connected item. One whose state is
// absent might be connected.
func (o *Oracle) kibanaPrivateLink(src source, c cluster, port int) []Path {
	list := o.ask(c.scope, "elasticsearch.ListKibanaPvlNetwork", c.id)
	e := c.entry("kibana-pvl")
	var paths []Path
	for _, item := range list.items {
		connected := is(item, "endpointStatus", "Connected")
		if connected == Blocked {
			continue
		}
		var d destination
		for _, zone := range items(item, "vSwitchIdsZone") {
			p, ok := parsePrefix(text(o.subnet(c.scope, text(zone, "vswitchId")).object, "CidrBlock"))
			if !ok {
				d.cidrs = nil
				break
			}
			d.cidrs = append(d.cidrs, p)
		}
		controls := append([]Control{{"same-vpc", equal(src.vpc, text(item, "vpcId"))}}, o.leave(src, d, port)...)
		controls = append(controls,
			Control{"route", o.local(src, d)},
			Control{"cluster-status", c.status()},
			Control{"entry-exists", every(connected, c.exists(e))},
			Control{"port", c.admitsPort(e, port)},
			Control{"pvl-ingress", o.groupsAdmit(c.scope, texts(item, "securityGroups"), ingress, src.peer(), port)})
		paths = append(paths, path("P2", e.name, controls...))
	}
	if !list.read {
		paths = append(paths, path("P2", e.name, Control{"source-address", src.located}, Control{"cluster-status", c.status()},
			Control{"entry-exists", c.exists(e)}, Control{"port", c.admitsPort(e, port)}, Control{"pvl-ingress", Unknown}))
	}
	return paths
}

// joined tells whether two pairs of VPCs are the same, in either order.
func joined(a, b, x, y string) Verdict {
	return some(every(equal(a, x), equal(b, y)), every(equal(a, y), equal(b, x)))
}

// peered is P3. The list counts for the cluster's region.
func (o *Oracle) peered(src source, c cluster, name string, port int) []Path {
	list := o.ask(c.scope, "vpcpeer.ListVpcPeerConnections", "")
	home := o.subnet(c.scope, c.vswitch())
	d := o.destination(c)
	leave, arrive := o.leave(src, d, port), c.controls(c.entry(name), port, src.address)
	var paths []Path
	for _, peering := range o.objects(c.scope, "InstanceId", "vpcpeer.ListVpcPeerConnections") {
		join := joined(src.vpc, c.vpc(), text(peering, "Vpc", "VpcId"), text(peering, "AcceptingVpc", "VpcId"))
		if join == Blocked {
			continue
		}
		id := text(peering, "InstanceId")
		controls := append([]Control{{"peering", every(join, is(peering, "Status", "Activated"))}}, leave...)
		controls = append(controls,
			Control{"route-source", o.leads(src.scope, src.vswitch, d, id, "VpcPeer")},
			Control{"route-back", o.leads(c.scope, home, towardsOne(src.address), id, "VpcPeer")})
		paths = append(paths, path("P3", name, append(controls, arrive...)...))
	}
	if !list.read {
		controls := append([]Control{{"peering", Unknown}}, leave...)
		paths = append(paths, path("P3", name, append(controls, arrive...)...))
	}
	return paths
}

func towardsOne(a netip.Addr) destination {
	if !a.IsValid() {
		return destination{}
	}
	return destination{addresses: []netip.Addr{a}}
}

// throughCEN is P4: a path for each CEN, and one more for what was not read of
// the CENs or their children.
func (o *Oracle) throughCEN(src source, c cluster, name string, port int) []Path {
	home := o.subnet(c.scope, c.vswitch())
	d := o.destination(c)
	common := append(o.leave(src, d, port),
		Control{"route-source", o.leads(src.scope, src.vswitch, d, "", "Attachment", "RouterInterface")},
		Control{"route-back", o.leads(c.scope, home, towardsOne(src.address), "", "Attachment", "RouterInterface")})
	common = append(common, c.controls(c.entry(name), port, src.address)...)
	var paths []Path
	for _, join := range o.cenJoins(c.scope, src.vpc, c.vpc()) {
		controls := []Control{{"cen", join.attached}, {"tr-tables", join.tables}}
		paths = append(paths, path("P4", name, append(controls, common...)...))
	}
	return paths
}

// cenJoin is how a CEN joins two VPCs.
type cenJoin struct {
	attached Verdict // the control cen
	tables   Verdict // the control tr-tables
}

// cenJoins lists how each CEN joins two VPCs, and how one might because a list
// was not read.
func (o *Oracle) cenJoins(s scope, a, b string) []cenJoin {
	all := o.ask(s, "cbn.DescribeCens", "")
	var out []cenJoin
	for _, cen := range o.cens(s) {
		children := o.ask(s, "cbn.DescribeCenAttachedChildInstances", cen)
		tables := o.transitTables(s, cen)
		if attached := every(child(children.items, a), child(children.items, b)); children.read || attached != Blocked {
			out = append(out, cenJoin{attached, tables})
		}
		if !children.read {
			out = append(out, cenJoin{Unknown, tables})
		}
	}
	if !all.read {
		out = append(out, cenJoin{Unknown, Unknown})
	}
	return out
}

// cens are the CENs that any answer names.
func (o *Oracle) cens(s scope) []string {
	var out []string
	for _, cen := range o.ask(s, "cbn.DescribeCens", "*").items {
		out = appendNew(out, text(cen, "CenId"))
	}
	op := o.find("cbn.DescribeCenAttachedChildInstances")
	for _, l := range o.lines(s, op) {
		if _, _, ok := op.good(l); ok {
			out = appendNew(out, op.about(l))
		}
	}
	return out
}

// transitTables is the control tr-tables: version 1 evaluates no transit
// router, so that only a CEN without one passes.
func (o *Oracle) transitTables(s scope, cen string) Verdict {
	list := o.ask(s, "cbn.ListTransitRouters", cen)
	for _, router := range o.ask(s, "cbn.ListTransitRouters", "*").items {
		if text(router, "CenId") == cen {
			return Unknown
		}
	}
	if list.read && len(list.items) == 0 {
		return Reachable
	}
	return Unknown
}

// child is a VPC's attachment to a CEN; a VPC that is not known might be any.
func child(children []object, vpc string) Verdict {
	var vs []Verdict
	for _, item := range children {
		vs = append(vs, every(equal(text(item, "ChildInstanceId"), vpc), is(item, "Status", "Attached")))
	}
	return some(vs...)
}
