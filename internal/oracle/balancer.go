package oracle

import (
	"net/netip"
	"slices"
	"strings"
)

// balancer is a CLB or an NLB.
type balancer struct {
	scope
	id        string
	nlb       bool
	object    object
	described bool // its attribute was read
}

// listener is one listener of a balancer, at one port.
type listener struct {
	object
	port  int     // 0 when not known
	there Verdict // Unknown when its ports are not known
}

func isNLB(id string) bool { return strings.HasPrefix(id, "nlb-") }

// balancers lists the load balancers of a scope, those that only a listener or
// an answer about their health names as well.
func (o *Oracle) balancers(s scope) []balancer {
	clb := o.objects(s, "LoadBalancerId", "slb.DescribeLoadBalancers", "slb.DescribeLoadBalancerAttribute")
	nlb := o.objects(s, "LoadBalancerId", "nlb.ListLoadBalancers", "nlb.GetLoadBalancerAttribute")
	for _, l := range o.listenerObjects(s) {
		id := text(l, "LoadBalancerId")
		named := object{"LoadBalancerId": id}
		switch {
		case id == "":
		case isNLB(id) && one(nlb, "LoadBalancerId", id) == nil:
			nlb = append(nlb, named)
		case !isNLB(id) && one(clb, "LoadBalancerId", id) == nil:
			clb = append(clb, named)
		}
	}
	op := o.find("slb.DescribeHealthStatus")
	for _, l := range o.lines(s, op) {
		id := op.about(l)
		if _, _, ok := op.good(l); ok && id != "" && one(clb, "LoadBalancerId", id) == nil {
			clb = append(clb, object{"LoadBalancerId": id})
		}
	}
	var out []balancer
	for _, item := range clb {
		id := text(item, "LoadBalancerId")
		out = append(out, balancer{s, id, false, item, o.ask(s, "slb.DescribeLoadBalancerAttribute", id).read})
	}
	for _, item := range nlb {
		id := text(item, "LoadBalancerId")
		out = append(out, balancer{s, id, true, item, o.ask(s, "nlb.GetLoadBalancerAttribute", id).read})
	}
	return out
}

func (o *Oracle) findBalancer(id string) (balancer, bool, error) {
	for _, s := range o.scopes() {
		for _, lb := range o.balancers(s) {
			if lb.id == id {
				return lb, true, nil
			}
		}
	}
	list := "slb.DescribeLoadBalancers"
	if isNLB(id) {
		list = "nlb.ListLoadBalancers"
	}
	return balancer{}, false, o.missing("lb", id, list)
}

// listenerObjects are all listeners of a scope.
func (o *Oracle) listenerObjects(s scope) []object {
	return append(o.classicListeners(s), o.networkListeners(s)...)
}

// sameListener tells whether a listener is one that is known: by its id, or by
// LB, port and protocol.
func sameListener(l object) func(known object) bool {
	return func(known object) bool {
		if id := text(l, "ListenerId"); id != "" && text(known, "ListenerId") != "" {
			return id == text(known, "ListenerId")
		}
		for _, key := range []string{"LoadBalancerId", "ListenerPort", "StartPort", "EndPort"} {
			if text(known, key) != text(l, key) {
				return false
			}
		}
		return strings.EqualFold(text(known, "ListenerProtocol"), text(l, "ListenerProtocol"))
	}
}

func (o *Oracle) networkListeners(s scope) []object {
	var out []object
	for _, l := range o.ask(s, "nlb.ListListeners", "").items {
		out = add(out, l, sameListener(l))
	}
	for _, body := range united(o.ask(s, "nlb.GetListenerAttribute", "*").bodies, func(l object) string { return text(l, "ListenerId") }) {
		out = add(out, body, sameListener(body))
	}
	return out
}

func (o *Oracle) classicListeners(s scope) []object {
	var out, described []object
	for _, l := range o.ask(s, "slb.DescribeLoadBalancerListeners", "").items {
		out = add(out, l, sameListener(l))
	}
	for _, protocol := range []string{"TCP", "UDP", "HTTP", "HTTPS"} {
		op := o.find("slb.DescribeLoadBalancer" + protocol + "ListenerAttribute")
		for _, line := range o.lines(s, op) {
			if body, _, ok := op.good(line); ok {
				l := merge(body, object{"LoadBalancerId": op.about(line), "ListenerProtocol": strings.ToLower(protocol)})
				if isList(l, "AclIds", "AclId") {
					l["AclIds"] = get(l, "AclIds", "AclId")
				}
				described = append(described, l)
			}
		}
	}
	listener := operation{id: "LoadBalancerId ListenerProtocol ListenerPort"}
	for _, l := range united(described, listener.identify) {
		out = add(out, l, sameListener(l))
	}
	return out
}

// listenersRead tells whether some list covers a balancer (SEMANTICS 2): its
// lines name it, or none. A listener that does not say whose it is might be any
// balancer's.
func (o *Oracle) listenersRead(lb balancer) bool {
	op := o.find("slb.DescribeLoadBalancerListeners")
	if lb.nlb {
		op = o.find("nlb.ListListeners")
	}
	all := o.ask(lb.scope, op.product+"."+op.name, "").items
	if lb.nlb {
		all = o.networkListeners(lb.scope) // of which some are described
	}
	for _, l := range all {
		if text(l, "LoadBalancerId") == "" && (!lb.nlb || text(l, "ListenerId") != "") {
			return false
		}
	}
	groups := map[string][]Line{}
	for _, l := range o.lines(lb.scope, op) {
		if ids := covered(op, l); len(ids) == 0 || slices.Contains(ids, lb.id) {
			key := strings.Join(ids, " ")
			groups[key] = append(groups[key], l)
		}
	}
	for _, lines := range groups {
		if op.collect(lines).read {
			return true
		}
	}
	return false
}

// covered returns the load balancers that a list of listeners names, sorted.
func covered(op operation, l Line) []string {
	var ids []string
	for key, value := range l.Params {
		if !namesBalancer(op, key) {
			continue
		}
		ids = appendNew(ids, text(value))
		for _, id := range texts(value) {
			ids = appendNew(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// listenersAt are a balancer's listeners that hold a port, or might because
// their ports are not known (an NLB's port 0 is a range).
func (o *Oracle) listenersAt(lb balancer, port int) []listener {
	var out []listener
	for _, l := range o.listenersOf(lb) {
		over, known := listenerPorts(lb, l)
		if !known {
			out = append(out, listener{l, port, Unknown})
		} else if over.has(port) {
			out = append(out, listener{l, port, Reachable})
		}
	}
	return out
}

// listenersAnywhere are a balancer's listeners at all ports: a range stands at
// each port where a verdict may change, of which the backend's port is one.
func (o *Oracle) listenersAnywhere(lb balancer, backend int) []listener {
	var out []listener
	for _, l := range o.listenersOf(lb) {
		over, known := listenerPorts(lb, l)
		if !known {
			out = append(out, listener{l, 0, Unknown})
			continue
		}
		cuts := append(o.groupPorts(lb.scope, texts(lb.object, "SecurityGroupIds"), ingress), ports{backend, backend})
		for _, p := range over.sample(cuts) {
			out = append(out, listener{l, p, Reachable})
		}
	}
	return out
}

func (o *Oracle) listenersOf(lb balancer) []object {
	var out []object
	for _, l := range o.listenerObjects(lb.scope) {
		if text(l, "LoadBalancerId") == lb.id {
			out = append(out, l)
		}
	}
	return out
}

// listenerPorts is the range of ports of a listener; false when not known.
func listenerPorts(lb balancer, l object) (ports, bool) {
	at, ok := integer(l, "ListenerPort")
	if !lb.nlb || at != 0 || !ok {
		return ports{at, at}, ok
	}
	from, ok1 := integer(l, "StartPort")
	to, ok2 := integer(l, "EndPort")
	return ports{from, to}, ok1 && ok2 && 0 < from && from <= to
}

// faces is the control lb-facing for an internet source (P5.1).
func (o *Oracle) faces(lb balancer, a netip.Addr) Verdict {
	facing := is(lb.object, "AddressType", "Internet")
	switch {
	case lb.nlb && a.Is6() && text(lb.object, "AddressIpVersion") == "ipv4" && text(lb.object, "Ipv6AddressType") == "" && !disputed(lb.object, "Ipv6AddressType"):
		return Blocked // not a dual-stack LB, which has no such field
	case lb.nlb && a.Is6():
		return is(lb.object, "Ipv6AddressType", "Internet")
	case !lb.nlb:
		facing = is(lb.object, "AddressType", "internet")
		version := text(lb.object, "AddressIPVersion")
		if a.Is6() {
			return every(facing, equal(version, "ipv6"))
		}
		speaks := yes(version == "" || version == "ipv4")
		if disputed(lb.object, "AddressIPVersion") {
			speaks = Unknown
		}
		facing = every(facing, speaks)
	}
	return some(facing, o.hasEIP(lb))
}

// hasEIP tells whether an EIP is associated with a balancer (P5.1).
func (o *Oracle) hasEIP(lb balancer) Verdict {
	ids := []string{lb.id}
	for _, a := range zoneAddresses(lb) {
		if text(a, "AllocationId") != "" {
			return Reachable
		}
		ids = appendNew(ids, text(a, "EniId"))
	}
	if has := o.eipOf(lb.scope, ids); has != Blocked || !lb.nlb || !disputed(lb.object, "ZoneMappings") {
		return has
	}
	return Unknown
}

// eipOf tells whether an EIP is associated with one of some ids.
func (o *Oracle) eipOf(s scope, ids []string) Verdict {
	list := o.ask(s, "vpc.DescribeEipAddresses", "")
	for _, item := range list.items {
		if slices.Contains(ids, text(item, "InstanceId")) {
			return Reachable
		}
	}
	for _, item := range list.items {
		if mayBe(item["InstanceId"], ids...) {
			return Unknown
		}
	}
	if !list.read {
		return Unknown
	}
	return Blocked
}

// zoneAddresses are the addresses of an NLB's zone mappings.
func zoneAddresses(lb balancer) []any {
	var out []any
	for _, zone := range items(lb.object, "ZoneMappings") {
		out = append(out, items(zone, "LoadBalancerAddresses")...)
	}
	return out
}

// private are the LB's private addresses (P5.0).
func (lb balancer) private() destination {
	var list []string
	if lb.nlb {
		for _, a := range zoneAddresses(lb) {
			list = append(list, text(a, "PrivateIPv4Address"))
		}
	} else if text(lb.object, "AddressType") != "internet" { // that of one which does not say is private, or it faces no VPC
		list = []string{text(lb.object, "Address")}
	}
	var d destination
	for _, s := range list {
		if a, ok := parseAddress(s); ok {
			d.addresses = append(d.addresses, a)
		}
	}
	return d
}

// inside tells whether a balancer has a private address at all (P5.0).
func (lb balancer) inside() Verdict {
	switch {
	case !lb.nlb && disputed(lb.object, "NetworkType"):
		return every(Unknown, is(lb.object, "AddressType", "intranet"))
	case !lb.nlb:
		return is(lb.object, "AddressType", "intranet")
	case len(lb.private().addresses) > 0:
		return Reachable
	}
	return Unknown
}

// active is the control lb-active (P5.2).
func (lb balancer) active() Verdict {
	if lb.nlb {
		return every(is(lb.object, "LoadBalancerStatus", "Active"), is(lb.object, "LoadBalancerBusinessStatus", "Normal"))
	}
	return is(lb.object, "LoadBalancerStatus", "active")
}

// runs is the control listener (P5.2).
func (lb balancer) runs(l listener) Verdict {
	if lb.nlb {
		return every(l.there, is(l.object, "ListenerStatus", "Running"))
	}
	return every(l.there, is(l.object, "Status", "running"))
}

// speaks is the control listener-protocol (P5.2).
func speaks(l listener, protocols ...string) Verdict {
	name := strings.ToUpper(text(l.object, "ListenerProtocol"))
	if name == "" {
		return Unknown
	}
	return yes(slices.Contains(protocols, name))
}

// filters is the control listener-filter for one source (P5.3).
func (o *Oracle) filters(lb balancer, l listener, p peer) Verdict {
	if lb.nlb {
		if !isList(lb.object, "SecurityGroupIds") {
			return Unknown
		}
		groups := texts(lb.object, "SecurityGroupIds")
		if len(groups) == 0 {
			return Reachable
		}
		if l.port == 0 {
			return Unknown
		}
		return o.groupsAdmit(lb.scope, groups, ingress, p, l.port)
	}
	entries, read := o.acl(lb, l)
	switch {
	case !p.address.IsValid():
		return aclDecides(l, Unknown)
	case contains(entries, p.address):
		return aclDecides(l, Reachable)
	case !read:
		return aclDecides(l, Unknown)
	}
	return aclDecides(l, Blocked)
}

// acl returns the entries of a CLB listener's ACLs that were read, and whether
// all were.
func (o *Oracle) acl(lb balancer, l listener) (entries []netip.Prefix, read bool) {
	ids := texts(l.object, "AclIds")
	for _, id := range strings.Split(text(l.object, "AclId"), ",") {
		ids = appendNew(ids, strings.TrimSpace(id))
	}
	read = (len(ids) > 0 || isList(l.object, "AclIds")) && !disputed(l.object, "AclIds") && !disputed(l.object, "AclId")
	for _, id := range ids {
		list := o.ask(lb.scope, "slb.DescribeAccessControlListAttribute", id)
		if !list.read {
			read = false
			continue
		}
		for _, item := range list.items {
			if p, ok := parsePrefix(text(item, "AclEntryIP")); ok {
				entries = append(entries, p)
			}
		}
	}
	return entries, read
}

// aclDecides applies status and type of a CLB listener's ACL to the question
// whether its lists hold the source.
func aclDecides(l listener, held Verdict) Verdict {
	switch text(l.object, "AclStatus") + " " + text(l.object, "AclType") {
	case "on white":
		return held
	case "on black":
		return not(held)
	}
	if text(l.object, "AclStatus") == "off" {
		return Reachable
	}
	return Unknown
}
