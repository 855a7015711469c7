package oracle

import (
	"net/netip"
	"slices"
	"strings"
)

// peer is the other end of a security-group rule. The zero address is one that
// is not known; managed endpoints, load balancers and vpc: addresses have no
// groups (SEMANTICS 7).
type peer struct {
	address netip.Addr
	groups  []string
	vague   bool // its groups are not known
}

// in tells whether a peer is in a group.
func (p peer) in(group string) Verdict {
	if p.vague {
		return Unknown
	}
	return yes(slices.Contains(p.groups, group))
}

const (
	ingress = "ingress"
	egress  = "egress"
)

// groupsAdmit is the verdict of merged security groups on TCP to a port
// (SEMANTICS 7). A group whose type was not read is evaluated as both types.
func (o *Oracle) groupsAdmit(s scope, groups []string, direction string, p peer, port int) Verdict {
	if len(groups) == 0 || !p.address.IsValid() {
		return Unknown
	}
	assignments := [][]bool{nil} // basic or not, by group
	for _, id := range groups {
		var options []bool
		switch text(one(o.objects(s, "SecurityGroupId", "ecs.DescribeSecurityGroups"), "SecurityGroupId", id), "SecurityGroupType") {
		case "normal":
			options = []bool{true}
		case "enterprise":
			options = []bool{false}
		default:
			options = []bool{true, false}
		}
		var longer [][]bool
		for _, a := range assignments {
			for _, basic := range options {
				longer = append(longer, append(slices.Clone(a), basic))
			}
		}
		assignments = longer
	}
	var outcomes []Verdict
	for _, basic := range assignments {
		outcomes = append(outcomes, o.groupsOfTypes(s, groups, basic, direction, p, port))
	}
	return agree(outcomes...)
}

func (o *Oracle) groupsOfTypes(s scope, groups []string, basic []bool, direction string, p peer, port int) Verdict {
	inner, allRead := Blocked, true
	for i, id := range groups {
		f := o.ask(s, "ecs.DescribeSecurityGroupAttribute", id)
		if !f.read {
			allRead = false
			continue
		}
		if member := p.in(id); basic[i] && member != Blocked {
			inner = some(inner, every(member, policy(text(uniteAll(f.bodies), "InnerAccessPolicy"))))
		}
	}
	if inner == Reachable {
		return Reachable
	}
	if !allRead {
		return Unknown
	}
	otherwise := Blocked
	if direction == egress && !slices.Contains(basic, false) {
		otherwise = Reachable
	}
	var outcomes []Verdict // of the rules that might be the first to match
	if inner == Unknown {
		outcomes = append(outcomes, Reachable)
	}
	for _, rule := range o.rules(s, groups, direction) {
		matches := every(ruleDirection(rule), rulePriority(rule), o.ruleProtocol(rule), o.rulePort(s, rule, port), o.ruleAddress(s, rule, direction, p))
		if matches == Blocked {
			continue
		}
		outcomes = append(outcomes, policy(text(rule, "Policy")))
		if matches == Reachable {
			return agree(outcomes...)
		}
	}
	return agree(append(outcomes, otherwise)...)
}

// policy reads Accept or Drop in any case.
func policy(s string) Verdict {
	switch strings.ToLower(s) {
	case "accept":
		return Reachable
	case "drop":
		return Blocked
	}
	return Unknown
}

// rules are those of a direction by ascending priority, Drop first (SEMANTICS
// 7). A rule without a direction stays: it might be of either.
func (o *Oracle) rules(s scope, groups []string, direction string) []object {
	var out []object
	for _, id := range groups {
		for _, rule := range o.ask(s, "ecs.DescribeSecurityGroupAttribute", id).items {
			if ruleDirection(rule) == Unknown || strings.EqualFold(text(rule, "Direction"), direction) {
				out = append(out, rule)
			}
		}
	}
	rank := func(rule object) int {
		n, ok := integer(rule, "Priority")
		if !ok {
			n = 1
		}
		return 4*n + map[Verdict]int{Blocked: 0, Unknown: 1, Reachable: 2}[policy(text(rule, "Policy"))]
	}
	slices.SortStableFunc(out, func(a, b object) int { return rank(a) - rank(b) })
	return out
}

// ruleDirection is Unknown when a rule does not say its direction, or says what is
// none.
func ruleDirection(rule object) Verdict {
	switch strings.ToLower(text(rule, "Direction")) {
	case ingress, egress:
		return Reachable
	}
	return Unknown
}

// rulePriority is Unknown when a rule's priority is no number: it might decide
// before all others, or not at all.
func rulePriority(rule object) Verdict {
	if _, ok := integer(rule, "Priority"); !ok && (text(rule, "Priority") != "" || disputed(rule, "Priority")) {
		return Unknown
	}
	return Reachable
}

// ruleProtocol matches TCP; a protocol that is absent might.
func (o *Oracle) ruleProtocol(rule object) Verdict {
	name := text(rule, "IpProtocol")
	if name == "" {
		return Unknown
	}
	return yes(strings.EqualFold(name, "ALL") || strings.EqualFold(name, "TCP"))
}

// rulePort matches a port range, or a port-range list whose entries were read.
func (o *Oracle) rulePort(s scope, rule object, port int) Verdict {
	id := text(rule, "PortRangeListId")
	if disputed(rule, "PortRangeListId") {
		return Unknown
	}
	if r, ok := parsePorts(text(rule, "PortRange")); ok && id == "" {
		return yes(r.has(port))
	}
	entries := o.ask(s, "ecs.DescribePortRangeListEntries", id)
	if id == "" || !entries.read {
		return Unknown
	}
	out := Blocked
	for _, entry := range entries.items {
		r, ok := parsePorts(text(entry, "PortRange"))
		if ok {
			out = some(out, yes(r.has(port)))
		} else {
			out = some(out, Unknown)
		}
	}
	return out
}

// ruleAddress matches a CIDR, a group of the peer, or a prefix list whose
// entries were read. A rule without an address does not match.
func (o *Oracle) ruleAddress(s scope, rule object, direction string, p peer) Verdict {
	side := "Source"
	if direction == egress {
		side = "Dest"
	}
	out := yes(contains(o.ruleCIDRs(s, rule, direction), p.address))
	for _, field := range []string{side + "CidrIp", "Ipv6" + side + "CidrIp", side + "GroupId", side + "PrefixListId"} {
		if disputed(rule, field) {
			out = some(out, Unknown)
		}
	}
	if group := text(rule, side+"GroupId"); group != "" {
		out = some(out, p.in(group))
	}
	if id := text(rule, side+"PrefixListId"); id != "" && !o.ask(s, "ecs.DescribePrefixListAttributes", id).read {
		out = some(out, Unknown)
	}
	return out
}

// ruleCIDRs are the CIDRs of a rule's far side, with those of its prefix list.
func (o *Oracle) ruleCIDRs(s scope, rule object, direction string) []netip.Prefix {
	fields, list := []string{"SourceCidrIp", "Ipv6SourceCidrIp"}, "SourcePrefixListId"
	if direction == egress {
		fields, list = []string{"DestCidrIp", "Ipv6DestCidrIp"}, "DestPrefixListId"
	}
	var texts []string
	for _, field := range fields {
		texts = append(texts, text(rule, field))
	}
	if id := text(rule, list); id != "" {
		for _, entry := range o.ask(s, "ecs.DescribePrefixListAttributes", id).items {
			texts = append(texts, text(entry, "Cidr"))
		}
	}
	var out []netip.Prefix
	for _, t := range texts {
		if prefix, ok := parsePrefix(t); ok {
			out = append(out, prefix)
		}
	}
	return out
}

// groupCuts are the borders at which the verdict of groups may change with the
// far address.
func (o *Oracle) groupCuts(s scope, groups []string, direction string) []netip.Prefix {
	var out []netip.Prefix
	for _, rule := range o.rules(s, groups, direction) {
		out = append(out, o.ruleCIDRs(s, rule, direction)...)
	}
	return out
}

// groupPorts are the borders at which it may change with the port.
func (o *Oracle) groupPorts(s scope, groups []string, direction string) []ports {
	var out []ports
	for _, rule := range o.rules(s, groups, direction) {
		texts := []string{text(rule, "PortRange")}
		for _, entry := range o.ask(s, "ecs.DescribePortRangeListEntries", text(rule, "PortRangeListId")).items {
			texts = append(texts, text(entry, "PortRange"))
		}
		for _, t := range texts {
			if r, ok := parsePorts(t); ok {
				out = append(out, r)
			}
		}
	}
	return out
}
