package oracle

import (
	"net/netip"
	"slices"
	"strings"
)

// vswitches are the vSwitches of a scope.
func (o *Oracle) vswitches(s scope) []object {
	return o.objects(s, "VSwitchId", "vpc.DescribeVSwitches")
}

// subnet is a vSwitch by its id. Its object is nil when no answer describes it;
// the zero value is a vSwitch that is not known.
type subnet struct {
	id     string
	object object
}

func (o *Oracle) subnet(s scope, id string) subnet {
	return subnet{id, one(o.vswitches(s), "VSwitchId", id)}
}

// cidrs are the CIDRs of a vSwitch.
func cidrs(vswitch object) []netip.Prefix {
	var out []netip.Prefix
	for _, field := range []string{"CidrBlock", "Ipv6CidrBlock"} {
		if p, ok := parsePrefix(text(vswitch, field)); ok {
			out = append(out, p)
		}
	}
	return out
}

// mayHold tells whether an address might be in a vSwitch that does not say which
// addresses of its family it has: every one has some of IPv4.
func mayHold(vswitch object, a netip.Addr) bool {
	all := cidrs(vswitch)
	none := !slices.ContainsFunc(all, func(p netip.Prefix) bool { return p.Addr().Is4() })
	return len(all) == 0 || a.Is4() && none || a.Is6() && disputed(vswitch, "Ipv6CidrBlock")
}

// aclEntries are the entries of a network ACL in one direction (SEMANTICS 8);
// false when they were not read.
func (o *Oracle) aclEntries(s scope, id, direction string) ([]any, bool) {
	in, out := []string{"IngressAclEntries", "IngressAclEntry"}, []string{"EgressAclEntries", "EgressAclEntry"}
	want := in
	if direction == egress {
		want = out
	}
	listed := one(o.objects(s, "NetworkAclId", "vpc.DescribeNetworkAcls"), "NetworkAclId", id)
	if described, ok := get(uniteAll(o.ask(s, "vpc.DescribeNetworkAclAttributes", id).bodies), "NetworkAclAttribute").(object); ok {
		listed = merge(listed, described)
	}
	return items(listed, want...), isList(listed, in...) && isList(listed, out...)
}

// aclAdmits is the verdict of a vSwitch's network ACL on TCP between it and a
// far address, for all destination ports of a range: a mixture is Unknown.
func (o *Oracle) aclAdmits(s scope, at subnet, direction string, far netip.Addr, over ports) Verdict {
	id := text(at.object, "NetworkAclId")
	if at.object == nil || disputed(at.object, "NetworkAclId") {
		return Unknown
	}
	if id == "" {
		return Reachable
	}
	entries, ok := o.aclEntries(s, id, direction)
	if !ok {
		return Unknown
	}
	var cuts []ports
	for _, entry := range entries {
		if r, ok := parsePorts(text(entry, "Port")); ok {
			cuts = append(cuts, r)
		}
	}
	var vs []Verdict
	for _, port := range over.sample(cuts) {
		vs = append(vs, firstEntry(entries, direction, far, port))
	}
	return agree(vs...)
}

// firstEntry walks the entries in order: the first match decides, none drops.
func firstEntry(entries []any, direction string, far netip.Addr, port int) Verdict {
	var outcomes []Verdict
	for _, entry := range entries {
		matches := every(entryProtocol(entry), entryPort(entry, port), entryAddress(entry, direction, far))
		if matches == Blocked {
			continue
		}
		outcomes = append(outcomes, policy(text(entry, "Policy")))
		if matches == Reachable {
			return agree(outcomes...)
		}
	}
	return agree(append(outcomes, Blocked)...)
}

func entryProtocol(entry any) Verdict {
	name := text(entry, "Protocol")
	if name == "" {
		return Unknown
	}
	return yes(strings.EqualFold(name, "all") || strings.EqualFold(name, "tcp"))
}

func entryPort(entry any, port int) Verdict {
	if r, ok := parsePorts(text(entry, "Port")); ok {
		return yes(r.has(port))
	}
	return Unknown
}

// entryAddress matches the CIDR of the far side; one that does not parse
// matches nothing, one that is absent might.
func entryAddress(entry any, direction string, far netip.Addr) Verdict {
	field := aclField(direction)
	if get(entry, field) == nil {
		return Unknown
	}
	p, ok := parsePrefix(text(entry, field))
	return yes(ok && p.Contains(far))
}

func aclField(direction string) string {
	if direction == egress {
		return "DestinationCidrIp"
	}
	return "SourceCidrIp"
}

// aclCuts are the borders at which the verdict of a vSwitch's ACL may change
// with the far address.
func (o *Oracle) aclCuts(s scope, at subnet, direction string) []netip.Prefix {
	entries, _ := o.aclEntries(s, text(at.object, "NetworkAclId"), direction)
	var out []netip.Prefix
	for _, entry := range entries {
		if p, ok := parsePrefix(text(entry, aclField(direction))); ok {
			out = append(out, p)
		}
	}
	return out
}

// hop is a next hop. none: no route matches; the zero value is not known.
type hop struct {
	kind, id string
	none     bool
}

// table returns the entries of a vSwitch's route table (SEMANTICS 8): the one
// that it names, else the one that lists it.
func (o *Oracle) table(s scope, at subnet) found {
	id := text(at.object, "RouteTable", "RouteTableId")
	var lists []string
	for _, t := range o.objects(s, "RouteTableId", "vpc.DescribeRouteTableList") {
		if at.id != "" && slices.Contains(texts(t, "VSwitchIds", "VSwitchId"), at.id) {
			lists = appendNew(lists, text(t, "RouteTableId"))
		}
	}
	if id == "" && len(lists) == 1 {
		id = lists[0]
	}
	if id == "" || disputed(at.object, "RouteTable", "RouteTableId") {
		return found{}
	}
	return o.ask(s, "vpc.DescribeRouteEntryList", id)
}

// route is the longest prefix match of an address (SEMANTICS 8). Of several
// entries with one prefix any may be taken.
func (o *Oracle) route(s scope, at subnet, to netip.Addr) []hop {
	t := o.table(s, at)
	if !t.read || !to.IsValid() {
		return nil
	}
	var best, lists []object
	bits := -1
	for _, entry := range t.items {
		if text(entry, "DestinationCidrBlock") == "" {
			return nil
		}
		prefixes, known := o.routedTo(s, entry)
		if !known && mayLead(entry, to) {
			lists = append(lists, entry)
		}
		for _, p := range prefixes {
			switch {
			case !p.Contains(to) || p.Bits() < bits:
			case p.Bits() == bits:
				best = append(best, entry)
			default:
				best, bits = []object{entry}, p.Bits()
			}
		}
	}
	var out []hop
	if best == nil {
		out = append(out, hop{none: true})
	}
	for _, entry := range append(best, lists...) {
		out = append(out, nextHop(entry))
	}
	return out
}

// routedTo are the destinations of an entry: one, or those of a prefix list; false
// when it names a list that was not read.
func (o *Oracle) routedTo(s scope, entry object) ([]netip.Prefix, bool) {
	to := text(entry, "DestinationCidrBlock")
	texts := []string{to}
	if strings.HasPrefix(to, "pl-") {
		list := o.ask(s, "ecs.DescribePrefixListAttributes", to)
		if !list.read {
			return nil, false
		}
		texts = nil
		for _, item := range list.items {
			texts = append(texts, text(item, "Cidr"))
		}
	}
	var out []netip.Prefix
	for _, t := range texts {
		if p, ok := parsePrefix(t); ok {
			out = append(out, p)
		}
	}
	return out, true
}

// mayLead tells whether a prefix list that was not read might hold an address:
// the vendor's services behind a gateway endpoint have others than networks do.
func mayLead(entry object, to netip.Addr) bool {
	kind := text(entry, "NextHopType")
	if hops := items(entry, "NextHops", "NextHop"); len(hops) > 0 {
		kind = text(hops[0], "NextHopType")
	}
	return !strings.EqualFold(kind, "GatewayEndpoint") || netip.MustParsePrefix("100.64.0.0/10").Contains(to)
}

// nextHop is where an entry leads.
func nextHop(entry object) hop {
	if strings.EqualFold(text(entry, "Type"), "System") {
		return hop{kind: "local"}
	}
	if disputed(entry, "Type") || disputed(entry, "NextHops", "NextHop") {
		return hop{}
	}
	if hops := items(entry, "NextHops", "NextHop"); len(hops) > 0 {
		return hop{kind: text(hops[0], "NextHopType"), id: text(hops[0], "NextHopId")}
	}
	id := text(entry, "NextHopId")
	if id == "" && !disputed(entry, "NextHopId") {
		id = text(entry, "InstanceId")
	}
	return hop{kind: text(entry, "NextHopType"), id: id}
}

// leads judges the next hop for a destination: whether it is of one of some
// kinds and, when want is not empty, has that id.
func (o *Oracle) leads(s scope, at subnet, d destination, want string, kinds ...string) Verdict {
	return d.towards(o.routeCuts(s, at), func(to netip.Addr) Verdict {
		var vs []Verdict
		for _, h := range o.route(s, at, to) {
			switch {
			case h.none:
				vs = append(vs, Blocked)
			case h.kind == "":
				vs = append(vs, Unknown)
			case !slices.Contains(kinds, h.kind):
				vs = append(vs, Blocked)
			case want != "":
				vs = append(vs, equal(h.id, want))
			default:
				vs = append(vs, Reachable)
			}
		}
		return agree(vs...)
	})
}

func (o *Oracle) routeCuts(s scope, at subnet) []netip.Prefix {
	var out []netip.Prefix
	for _, entry := range o.table(s, at).items {
		to, _ := o.routedTo(s, entry)
		out = append(out, to...)
	}
	return append(out, netip.MustParsePrefix("100.64.0.0/10")) // where gateway endpoints lead
}
