package graph

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// group is one security group (SEMANTICS 7).
type group struct {
	snapshot.Object
	read     bool
	basic    Verdict // Reachable: basic, Blocked: advanced, Unknown: type not read
	inner    Verdict // InnerAccessPolicy
	ingress  []groupRule
	egress   []groupRule
	innerSet *snapshot.Node
}

// groupRule is one rule of a security group, for TCP.
type groupRule struct {
	node     *snapshot.Node
	priority int64
	verdict  Verdict
	ports    []portRange // nil: not known
	match    netset.Set  // the far side, by addresses
	peer     string      // the far side, by its security group
	list     string      // a prefix list that was not read: it might match any address
	open     bool        // answers contradict each other about the far side: as well
	sure     bool
}

// peer is the far side of a security group's rule.
type peer struct {
	addresses netset.Set
	groups    []string
	// vague says that its groups were not read.
	vague bool
}

func (n *network) newGroup(o snapshot.Object) *group {
	g := &group{Object: o, read: n.read("ecs", "DescribeSecurityGroupAttribute", o.ID), innerSet: o.Attr("InnerAccessPolicy")}
	g.inner = policy(g.innerSet)
	switch strings.ToLower(o.Attr("SecurityGroupType").Text()) {
	case "normal":
		g.basic = Reachable
	case "enterprise":
		g.basic = Blocked
	}
	torn := o.Aspect(snapshot.Contradictions).Exists()
	for _, p := range o.Aspect(snapshot.Rules).Items() {
		protocol := p.Get("IpProtocol").Text()
		if protocol != "" && !strings.EqualFold(protocol, "all") && !strings.EqualFold(protocol, "tcp") {
			continue
		}
		direction := strings.ToLower(p.Get("Direction").Text())
		said := direction == "ingress" || direction == "egress" // else it may be for either
		if direction != "egress" {
			g.ingress = n.appendRule(g.ingress, p, "Source", protocol != "" && said, torn)
		}
		if direction != "ingress" {
			g.egress = n.appendRule(g.egress, p, "Dest", protocol != "" && said, torn)
		}
	}
	return g
}

// appendRule reads the rule's far side; a rule that names none does not match.
// torn says that answers contradict each other about the group.
func (n *network) appendRule(rules []groupRule, p *snapshot.Node, side string, sure, torn bool) []groupRule {
	r := groupRule{node: p, verdict: policy(p.Get("Policy")), peer: p.Get(side + "GroupId").Text(), sure: sure, priority: 1}
	if v, ok := p.Get("Priority").Int(); ok {
		r.priority = v
	} else if p.Get("Priority").Text() != "" || p.Get("Priority").Contradicted() {
		r.sure = false // it may come first, or behind what decides
	}
	var prefixes []netip.Prefix
	for _, field := range []string{side + "CidrIp", "Ipv6" + side + "CidrIp"} {
		text := p.Get(field).Text()
		if text == "" {
			continue
		}
		if prefix, err := netset.ParseCIDR(text); err == nil && prefix.Addr().Is6() == strings.HasPrefix(field, "Ipv6") {
			prefixes = append(prefixes, prefix)
		}
	}
	r.match = netset.Of(prefixes...)
	if id := p.Get(side + "PrefixListId").Text(); id != "" {
		entries, read := n.lists[id]
		if r.match = r.match.Union(entries); !read {
			r.list = id
		}
	}
	if torn {
		for _, field := range []string{side + "CidrIp", "Ipv6" + side + "CidrIp", side + "GroupId", side + "PrefixListId"} {
			r.open = r.open || p.Get(field).Contradicted()
		}
	}
	if r.match.IsEmpty() && r.peer == "" && r.list == "" && !r.open {
		return rules
	}
	r.ports = n.rulePorts(p)
	return append(rules, r)
}

// rulePorts returns the ports of a rule; nil when they are not known.
func (n *network) rulePorts(p *snapshot.Node) []portRange {
	if p.Get("PortRangeListId").Contradicted() {
		return nil
	}
	if id := p.Get("PortRangeListId").Text(); id != "" {
		if ranges, read := n.portLists[id]; read {
			return append([]portRange{}, ranges...)
		}
		return nil
	}
	if r, ok := parsePorts(p.Get("PortRange").Text()); ok {
		return []portRange{r}
	}
	return nil
}

// matches returns the addresses of the far side that the rule is for, and
// whether it is sure to match them.
func (r groupRule) matches(p peer, port int) (set netset.Set, sure bool) {
	sure = r.sure && r.ports != nil
	if r.ports != nil && !slices.ContainsFunc(r.ports, func(x portRange) bool { return x.holds(port) }) {
		return netset.Set{}, true
	}
	switch {
	case r.peer != "" && slices.Contains(p.groups, r.peer):
		return p.addresses, sure
	case r.peer != "" && p.vague, r.list != "", r.open:
		return p.addresses, false
	}
	return r.match.Intersect(p.addresses), sure
}

// direction of a connection, seen from the security groups' own side.
type direction bool

const (
	ingress direction = false
	egress  direction = true
)

// filter judges a TCP connection by the security groups of one network
// interface. ids is the list of the groups, in holder; where says
// whose it is.
func (n *network) filter(ids, holder *snapshot.Node, where string, d direction, p peer, port int) judgement {
	if ids.Kind() != snapshot.Array || len(ids.Items()) == 0 {
		return judgement{everywhere(p.addresses, Unknown), func(Verdict) decision {
			return unsure(nearest(ids, holder), nil, "the security groups of %s are not known", where)
		}}
	}
	f := &filtering{network: n, ids: ids, where: where, way: d, peer: p, port: port}
	read := true
	for _, id := range ids.Items() {
		g := n.groups.of(id.Text())
		if g == nil {
			g = &group{Object: snapshot.Object{ID: id.Text(), Node: id}}
		}
		if !g.read {
			read = false
			f.missing = append(f.missing, n.need("ecs", "DescribeSecurityGroupAttribute", id.Text())...)
		}
		f.groups = append(f.groups, g)
	}
	s := everywhere(p.addresses, Unknown)
	if read {
		f.rules = merged(f.groups, d)
		s = fold(f.rules, f.groups, d, p, port)
	}
	s, f.friend = sameGroup(f.groups, p, s)
	return judgement{s, f.explain}
}

// filtering is one connection before security groups, to be explained.
type filtering struct {
	*network
	ids     *snapshot.Node
	where   string
	way     direction
	peer    peer
	port    int
	groups  []*group
	rules   []groupRule
	friend  *group
	missing []snapshot.Call
}

// merged returns the rules of all groups by ascending priority, Drop first on
// equal priority.
func merged(groups []*group, d direction) []groupRule {
	var rules []groupRule
	for _, g := range groups {
		if d == egress {
			rules = append(rules, g.egress...)
		} else {
			rules = append(rules, g.ingress...)
		}
	}
	slices.SortStableFunc(rules, func(a, b groupRule) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(rank(a.verdict), rank(b.verdict)))
	})
	return rules
}

func rank(v Verdict) int {
	switch v {
	case Blocked:
		return 0
	case Unknown:
		return 1
	}
	return 2
}

// fold applies the rules from the last to the first over what happens when none
// matches.
func fold(rules []groupRule, groups []*group, d direction, p peer, port int) split {
	s := everywhere(p.addresses, fallback(groups, d))
	for _, r := range slices.Backward(rules) {
		set, sure := r.matches(p, port)
		s = s.override(set, r.verdict, sure)
	}
	return s
}

// fallback is what happens to a connection that no rule matches: ingress is
// dropped, egress accepted by basic groups and dropped by advanced or mixed
// ones.
func fallback(groups []*group, d direction) Verdict {
	if d == ingress {
		return Blocked
	}
	v := Reachable
	for _, g := range groups {
		v = Along(v, g.basic)
	}
	return v
}

// sameGroup lets members of a basic group with an inner policy of Accept reach
// each other before any rule. friend is the group that does.
func sameGroup(groups []*group, p peer, s split) (split, *group) {
	var maybe *group
	for _, g := range groups {
		shared := slices.Contains(p.groups, g.ID)
		if !g.read || !shared && !p.vague || g.basic == Blocked || g.inner == Blocked {
			continue
		}
		if shared && g.basic == Reachable && g.inner == Reachable {
			return everywhere(p.addresses, Reachable), g
		}
		maybe = g
	}
	if maybe != nil {
		return s.override(p.addresses, Reachable, false), maybe
	}
	return s, nil
}

func (f *filtering) explain(v Verdict) decision {
	switch {
	case f.friend != nil && v == Reachable:
		return passes(nearest(f.friend.innerSet, f.friend.Node), "both sides are members of %s, which lets its members reach each other", f.friend.ID)
	case f.friend != nil && v == Unknown:
		return unsure(nearest(f.friend.innerSet, f.friend.Node), append(f.need("ecs", "DescribeSecurityGroups", ""), f.missing...), "whether members of %s reach each other is not known", f.friend.ID)
	case len(f.missing) > 0:
		return unsure(f.ids, f.missing, "%s of %s was not read completely", f.missing[0].Subject, f.where)
	}
	way := "into"
	if f.way == egress {
		way = "out of"
	}
	r := f.deciding(v)
	switch {
	case r != nil:
		d := decide(v, r.node, "%s %s TCP %d %s %s", groupNames(f.groups), verb(v), f.port, way, f.where)
		if v == Unknown && r.list != "" {
			d.settle = f.need("ecs", "DescribePrefixListAttributes", r.list)
		}
		return d
	case v == Unknown:
		return unsure(f.groups[0].usual(f.way), f.need("ecs", "DescribeSecurityGroups", ""), "no rule is for TCP %d %s %s, and whether %s is basic or advanced is not known", f.port, way, f.where, groupNames(f.groups))
	}
	return decide(v, f.groups[0].usual(f.way), "no rule of %s is for TCP %d %s %s: it %s", groupNames(f.groups), f.port, way, f.where, verb(v))
}

// usual is what decides where no rule does: of what comes in, that no rule is
// there; of what goes out, the type of the group.
func (g *group) usual(d direction) *snapshot.Node {
	if kind := g.Attr("SecurityGroupType"); d == egress && kind != nil {
		return kind
	}
	return nearest(g.Aspect(snapshot.Rules), g.Node)
}

// deciding returns the first rule that gives the verdict, else the first that
// matches at all.
func (f *filtering) deciding(v Verdict) *groupRule {
	var first *groupRule
	for i := range f.rules {
		set, sure := f.rules[i].matches(f.peer, f.port)
		if set.IsEmpty() {
			continue
		}
		if f.rules[i].verdict == v || v == Unknown && !sure {
			return &f.rules[i]
		}
		if first == nil && v == Unknown {
			first = &f.rules[i]
		}
	}
	return first
}

func groupNames(groups []*group) string {
	names := make([]string, len(groups))
	for i, g := range groups {
		names[i] = g.ID
	}
	return strings.Join(names, "+")
}

func verb(v Verdict) string {
	switch v {
	case Reachable:
		return "accepts"
	case Blocked:
		return "drops"
	}
	return "might accept or drop"
}
