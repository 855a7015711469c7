package oracle

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// cluster is a cluster with what was read of it (SEMANTICS 4).
type cluster struct {
	scope
	id        string
	details   object // DescribeInstance alone
	described bool   // DescribeInstance was read
	basics    object // DescribeInstance over the ListInstance item
}

// clusters lists the clusters of a scope: those that a list or their own
// description holds, and those that another answer is about.
func (o *Oracle) clusters(s scope) []cluster {
	listed := o.ask(s, "elasticsearch.ListInstance", "").items
	var ids []string
	for _, item := range listed {
		ids = appendNew(ids, text(item, "instanceId"))
	}
	op := o.find("elasticsearch.DescribeInstance")
	for _, l := range o.lines(s, op) {
		if body, _, ok := op.good(l); ok {
			ids = appendNew(ids, describes(op, l, body))
		}
	}
	for _, name := range []string{"ListAllNode", "ListVpcEndpoints", "ListKibanaPvlNetwork"} {
		op := o.find("elasticsearch." + name)
		for _, l := range o.lines(s, op) {
			if _, _, ok := op.good(l); ok {
				ids = appendNew(ids, op.about(l))
			}
		}
	}
	var out []cluster
	for _, id := range ids {
		c := cluster{scope: s, id: id}
		for _, item := range listed {
			if text(item, "instanceId") == id {
				c.basics = unite(c.basics, item)
			}
		}
		c.described = o.ask(s, "elasticsearch.DescribeInstance", id).read
		for _, l := range o.lines(s, op) {
			if body, _, ok := op.good(l); ok && describes(op, l, body) == id {
				c.details = unite(c.details, get(body, "Result").(object))
			}
		}
		c.basics = merge(c.basics, c.details)
		out = append(out, c)
	}
	return out
}

// describes returns the id of the cluster that a DescribeInstance is about.
func describes(op operation, l Line, body object) string {
	if id := op.about(l); id != "" {
		return id
	}
	return text(body, "Result", "instanceId")
}

func appendNew(list []string, s string) []string {
	for _, known := range list {
		if known == s {
			return list
		}
	}
	if s == "" {
		return list
	}
	return append(list, s)
}

func (c cluster) vpc() string     { return text(c.basics, "networkConfig", "vpcId") }
func (c cluster) vswitch() string { return text(c.basics, "networkConfig", "vswitchId") }

// status is the control cluster-status: inactive blocks; states in which the
// API may leave fields out are Unknown (SEMANTICS 4).
func (c cluster) status() Verdict {
	switch text(c.basics, "status") {
	case "active", "activating":
		return Reachable
	case "inactive":
		return Blocked
	}
	return Unknown
}

// entry is one way in (the table of SEMANTICS 4).
type entry struct {
	name   string
	exists Verdict
	ports  []string // fields with the port, by preference
	normal int      // the port when none is set
	es     bool     // also 9300 before version 6
	flat   string   // the flat list
	group  string   // the whiteIpType of its groups
}

func (c cluster) entry(name string) entry {
	kibana := truth(c.details, "haveKibana")
	arch := text(c.details, "archType")
	switch name {
	case "es-public":
		return entry{name, truth(c.details, "enablePublic"), []string{"publicPort"}, 9200, true, "publicIpWhitelist", "PUBLIC_ES"}
	case "es-private":
		return entry{name, Reachable, []string{"port"}, 9200, true, "privateNetworkIpWhiteList", "PRIVATE_ES"}
	case "kibana-public":
		exists := every(kibana, truth(c.details, "enableKibanaPublicNetwork"))
		return entry{name, exists, []string{"kibanaPort"}, 5601, false, "kibanaIPWhitelist", "PUBLIC_KIBANA"}
	case "kibana-private":
		exists := every(kibana, truth(c.details, "enableKibanaPrivateNetwork"), not(equal(arch, "public")))
		return entry{name, exists, []string{"kibanaPrivatePort", "kibanaPort"}, 5601, false, "kibanaPrivateIPWhitelist", "PRIVATE_KIBANA"}
	default: // kibana-pvl
		return entry{name, equal(arch, "public"), []string{"kibanaPrivatePort", "kibanaPort"}, 5601, false, "", ""}
	}
}

// admitsPort is the control port: PORT is among the entry's ports.
func (c cluster) admitsPort(e entry, port int) Verdict {
	if c.status() == Unknown || !c.described {
		return Unknown
	}
	main := e.normal
	for _, field := range e.ports {
		set := get(c.details, field)
		if set == nil || set == "" || text(set) == "0" {
			continue
		}
		n, err := strconv.ParseUint(text(set), 10, 16)
		if err != nil {
			return Unknown
		}
		main = int(n)
		break
	}
	if port == main {
		return Reachable
	}
	if !e.es || port != 9300 {
		return Blocked
	}
	version := text(c.basics, "esVersion")
	digits := len(version) - len(strings.TrimLeft(version, "0123456789"))
	major, err := strconv.Atoi(version[:digits])
	if err != nil {
		return Unknown
	}
	return yes(major < 6)
}

// listed is W of an entry (SEMANTICS 3), or a part of it.
type listed struct {
	sure    []netip.Prefix // what it holds
	maybe   []netip.Prefix // that, and what it may hold
	present bool
	whole   bool // it holds nothing else
}

// list is the flat list together with the groups.
func (c cluster) list(e entry) listed {
	flat := agreed(get(c.details, e.flat), func(v any) listed {
		return listed{present: isList(v), whole: true}.with(items(v))
	})
	groups := agreed(get(c.details, "networkConfig", "whiteIpGroupList"), func(v any) listed {
		out := listed{whole: true}
		for _, group := range items(v) {
			of := equal(text(group, "whiteIpType"), e.group)
			if of == Unknown || of == Reachable && !isList(group, "ips") {
				out.whole = false
			}
			if of == Reachable {
				out.present = true
				out = out.with(items(group, "ips"))
			}
		}
		return out
	})
	return listed{
		append(flat.sure, groups.sure...), append(flat.maybe, groups.maybe...), flat.present || groups.present,
		flat.whole && groups.whole && !disputed(c.details, "networkConfig"),
	}
}

// with adds the pieces of elements.
func (l listed) with(elements []any) listed {
	for _, element := range elements {
		if s, ok := element.(string); ok {
			l.sure = append(l.sure, whitelistPieces(s)...)
		}
	}
	l.maybe = slices.Clone(l.sure)
	return l
}

// agreed is what all answers say of a part of a list, and what any of them does.
func agreed(v any, read func(any) listed) listed {
	if !disputed(v) {
		return read(v)
	}
	out := listed{present: true, whole: true}
	for i, reading := range readings(v) {
		one := read(reading)
		if out.sure = common(out.sure, one.sure); i == 0 {
			out.sure = one.sure
		}
		out.maybe = append(out.maybe, one.maybe...)
		out.present = out.present && one.present
		out.whole = out.whole && one.whole && isList(reading)
	}
	return out
}

// admits asks a question about the entry's list, which more entries can only
// turn from Blocked to Reachable; Unknown when what is not sure of the list might.
func (c cluster) admits(e entry, ask func([]netip.Prefix) Verdict) Verdict {
	list := c.list(e)
	switch {
	case c.status() == Unknown || !c.described || !list.present:
		return Unknown
	case ask(list.sure) == Reachable:
		return Reachable
	case ask(list.maybe) == Blocked && list.whole:
		return Blocked
	}
	return Unknown
}

// admitsAddress is the control whitelist for one source; the zero address is
// one that is not known.
func (c cluster) admitsAddress(e entry, a netip.Addr) Verdict {
	return c.admits(e, func(list []netip.Prefix) Verdict {
		if !a.IsValid() {
			return Unknown
		}
		return yes(contains(list, a))
	})
}

// exists is the control entry-exists.
func (c cluster) exists(e entry) Verdict {
	if c.status() == Unknown || !c.described {
		return Unknown
	}
	return e.exists
}

// controls are status, entry, port and list for one source address.
func (c cluster) controls(e entry, port int, a netip.Addr) []Control {
	return []Control{
		{"cluster-status", c.status()},
		{"entry-exists", c.exists(e)},
		{"port", c.admitsPort(e, port)},
		{"whitelist", c.admitsAddress(e, a)},
	}
}

// addresses are the known cluster addresses (SEMANTICS 4): nodes that are not
// KIBANA and endpoints, inside a vSwitch of the cluster's VPC. They are whole
// when ListAllNode was read and no field that this needs is missing.
func (o *Oracle) addresses(c cluster) (out []netip.Addr, whole bool) {
	nodes := o.ask(c.scope, "elasticsearch.ListAllNode", c.id)
	whole = nodes.read
	var hosts []string
	for _, node := range nodes.items {
		switch kind := text(node, "nodeType"); {
		case kind == "" && (!disputed(node, "nodeType") || mayBe(get(node, "nodeType"), "KIBANA", "")):
			whole = false
		case kind != "KIBANA":
			hosts = append(hosts, text(node, "host"))
		}
	}
	for _, endpoint := range items(c.details, "endpoints") {
		hosts = append(hosts, text(endpoint, "endpoint"))
	}
	var own []netip.Prefix
	for _, vswitch := range o.vswitches(c.scope) {
		if equal(text(vswitch, "VpcId"), c.vpc()) == Reachable {
			own = append(own, cidrs(vswitch)...)
		}
	}
	for _, s := range hosts {
		if s == "" {
			whole = false
		}
		if a, ok := parseAddress(s); ok && contains(own, a) {
			out = append(out, a)
		}
	}
	return out, whole
}

// mapped tells whether the vSwitches are known well enough to say which
// addresses are the cluster's: the list read, every one with its VPC, and those
// of the cluster's with their CIDR.
func (o *Oracle) mapped(c cluster) bool {
	for _, vswitch := range o.vswitches(c.scope) {
		of := equal(text(vswitch, "VpcId"), c.vpc())
		if of == Unknown || of == Reachable && text(vswitch, "CidrBlock") == "" {
			return false
		}
	}
	return o.ask(c.scope, "vpc.DescribeVSwitches", "").read
}

// destination is where a control leads: known addresses, or CIDRs, or neither.
type destination struct {
	addresses []netip.Addr
	cidrs     []netip.Prefix
}

// towards asks a question about a destination (the end of SEMANTICS 4).
func (d destination) towards(cuts []netip.Prefix, ask func(netip.Addr) Verdict) Verdict {
	if len(d.addresses) == 0 {
		return uniform(d.cidrs, cuts, ask)
	}
	var vs []Verdict
	for _, a := range d.addresses {
		vs = append(vs, ask(a))
	}
	return every(vs...)
}

// destination is the cluster as something to reach.
func (o *Oracle) destination(c cluster) destination {
	if !o.mapped(c) {
		return destination{}
	}
	if known, whole := o.addresses(c); whole && len(known) > 0 {
		return destination{addresses: known}
	}
	if p, ok := o.ownCIDR(c); ok {
		return destination{cidrs: []netip.Prefix{p}}
	}
	return destination{}
}

// ownCIDR is the CIDR of the cluster's vSwitch.
func (o *Oracle) ownCIDR(c cluster) (netip.Prefix, bool) {
	return parsePrefix(text(o.subnet(c.scope, c.vswitch()).object, "CidrBlock"))
}

// isAt tells whether an address in a VPC is the cluster's (the match of
// SEMANTICS 4). The zero address is one that is not known.
func (o *Oracle) isAt(c cluster, vpc string, a netip.Addr) Verdict {
	if same := equal(vpc, c.vpc()); same != Reachable {
		return same
	}
	if !o.mapped(c) || !a.IsValid() {
		return Unknown
	}
	known, whole := o.addresses(c)
	for _, own := range known {
		if own == a {
			return Reachable
		}
	}
	if len(known) > 0 && c.described && whole {
		return Blocked
	}
	p, ok := o.ownCIDR(c)
	if !ok || p.Contains(a) {
		return Unknown
	}
	return Blocked
}
