package facts

import (
	"cmp"
	"strconv"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// HiddenRules are the rules of a host's security groups that can never match.
type HiddenRules struct {
	Rules  []HiddenRule `json:"rules"`
	Vague  bool         `json:"vague"` // a rule does not show what it matches
	Unread []Call       `json:"unread"`
}

// HiddenRule is one rule that can never match.
type HiddenRule struct {
	Group     string   `json:"group"`
	Rule      string   `json:"rule"`
	Direction string   `json:"direction"`
	Policy    string   `json:"policy"`
	By        []string `json:"by"`    // the rules that come first and leave nothing
	Inner     bool     `json:"inner"` // members of the group reach each other before any rule
	At        At       `json:"at"`
}

// rule is a rule of a security group as a set of flows. The flows of a rule for
// the members of a group are those of every address.
type rule struct {
	id, group, direction string
	peer                 string // a group whose members it is for
	priority             int64
	accept               bool
	flows                netset.Flows
	node                 *snapshot.Node
}

// before says whether another rule is looked at first: by priority, Drop before
// Accept where that is equal (SEMANTICS 7).
func (q rule) before(r rule) bool {
	return q.priority < r.priority || q.priority == r.priority && !q.accept && r.accept
}

// hiddenRules compares every rule of a host's groups with those before it. A
// rule that another group repeats hides nothing: groups are made to stand alone.
func hiddenRules(o snapshot.Object) HiddenRules {
	out := HiddenRules{Rules: []HiddenRule{}, Unread: []Call{}}
	var all []rule
	for _, id := range o.Attr("SecurityGroupIds", "SecurityGroupId").Items() {
		group := o.Account.Object(snapshot.SecurityGroup, o.Region, id.Text())
		out.Unread = append(out.Unread, calls(o.Account, placeOf(o).need("ecs", "DescribeSecurityGroupAttribute", id.Text()))...)
		for _, n := range group.Aspect(snapshot.Rules).Items() {
			rules, ok, unread := readRule(placeOf(o), group, n)
			all = append(all, rules...)
			out.Vague = out.Vague || !ok
			out.Unread = append(out.Unread, calls(o.Account, unread)...)
			for _, r := range rules {
				switch inner(group, r) {
				case "yes":
					out.Rules = append(out.Rules, hidden(r, nil, true))
				case "unknown":
					out.Vague = true
					out.Unread = append(out.Unread, calls(o.Account, placeOf(o).need("ecs", "DescribeSecurityGroups", ""))...)
				}
			}
		}
	}
	for _, r := range all {
		var earlier netset.Flows
		var by []string
		for _, q := range all {
			same := q.group == r.group || q.accept != r.accept
			if q.direction == r.direction && same && (q.peer == "" || q.peer == r.peer) && q.before(r) && q.flows.Overlaps(r.flows) {
				earlier = earlier.Union(q.flows)
				by = append(by, q.id)
			}
		}
		if len(by) > 0 && earlier.Covers(r.flows) {
			out.Rules = append(out.Rules, hidden(r, by, false))
		}
	}
	return out
}

func hidden(r rule, by []string, inner bool) HiddenRule {
	policy := "Drop"
	if r.accept {
		policy = "Accept"
	}
	return HiddenRule{r.group, r.id, r.direction, policy, append([]string{}, by...), inner, At{r.node}}
}

// inner says whether a rule drops what a basic group lets its members do before
// any rule: yes, no, or unknown where the group does not show its kind.
func inner(group snapshot.Object, r rule) string {
	kind, policy := group.Attr("SecurityGroupType").Text(), group.Attr("InnerAccessPolicy").Text()
	switch {
	case r.accept || r.peer != group.ID, kind != "" && !strings.EqualFold(kind, "normal"), policy != "" && !strings.EqualFold(policy, "accept"):
		return "no"
	case kind == "" || policy == "":
		return "unknown"
	}
	return "yes"
}

// readRule reads a rule. ok is false when it does not show what it matches;
// unread are the calls that would.
func readRule(p place, group snapshot.Object, n *snapshot.Node) (rules []rule, ok bool, unread []snapshot.Call) {
	direction := strings.ToLower(n.Get("Direction").Text())
	side := map[string]string{"ingress": "Source", "egress": "Dest"}[direction]
	policy := strings.ToLower(n.Get("Policy").Text())
	protocols, known := netset.ParseProtocol(n.Get("IpProtocol").Text())
	if side == "" || !known || policy != "accept" && policy != "drop" {
		return nil, false, nil
	}
	r := rule{
		id: cmp.Or(n.Get("SecurityGroupRuleId").Text(), n.Pointer()), group: group.ID, direction: direction, peer: n.Get(side + "GroupId").Text(),
		priority: 1, accept: policy == "accept", node: n,
	}
	if v, ok := n.Get("Priority").Int(); ok {
		r.priority = v
	}
	far, unread := farSide(p, n, side)
	ports, readable := rulePorts(p, n)
	if !readable || unread != nil {
		if id := n.Get("PortRangeListId").Text(); id != "" && !readable {
			unread = append(unread, p.need("ecs", "DescribePortRangeListEntries", id)...)
		}
		return nil, false, unread
	}
	if r.peer != "" {
		far = netset.AllV4().Union(netset.AllV6())
	}
	for _, protocol := range protocols {
		for _, q := range ports {
			r.flows = r.flows.Union(netset.FlowsOf(far, protocol, q))
		}
	}
	if r.flows.IsEmpty() {
		return nil, true, nil // it names nobody
	}
	return []rule{r}, true, nil
}

// farSide returns the addresses a rule is for, and the call that would tell
// those of its prefix list.
func farSide(p place, n *snapshot.Node, side string) (set netset.Set, unread []snapshot.Call) {
	for _, field := range []string{side + "CidrIp", "Ipv6" + side + "CidrIp"} {
		if prefix, err := netset.ParseCIDR(n.Get(field).Text()); err == nil && prefix.Addr().Is6() == strings.HasPrefix(field, "Ipv6") {
			set = set.Union(netset.Of(prefix))
		}
	}
	id := n.Get(side + "PrefixListId").Text()
	if id == "" {
		return set, nil
	}
	if unread = p.need("ecs", "DescribePrefixListAttributes", id); unread != nil {
		return set, unread
	}
	for _, e := range p.account.Object(snapshot.PrefixList, p.region, id).Aspect(snapshot.Entries).Items() {
		if prefix, err := netset.ParseCIDR(e.Get("Cidr").Text()); err == nil {
			set = set.Union(netset.Of(prefix))
		}
	}
	return set, nil
}

// rulePorts returns the ports of a rule; ok is false when they are not known.
func rulePorts(p place, n *snapshot.Node) (ports []netset.Ports, ok bool) {
	texts := []string{n.Get("PortRange").Text()}
	if id := n.Get("PortRangeListId").Text(); id != "" {
		if p.need("ecs", "DescribePortRangeListEntries", id) != nil {
			return nil, false
		}
		texts = nil
		for _, e := range p.account.Object(snapshot.PortRangeList, p.region, id).Aspect(snapshot.Entries).Items() {
			texts = append(texts, e.Get("PortRange").Text())
		}
	}
	for _, text := range texts {
		if text == "-1/-1" || text == "-1" {
			ports = append(ports, netset.AllPorts())
			continue
		}
		first, last, cut := strings.Cut(text, "/")
		if !cut {
			last = first
		}
		lo, err1 := strconv.ParseUint(first, 10, 16)
		hi, err2 := strconv.ParseUint(last, 10, 16)
		if err1 != nil || err2 != nil {
			return nil, false
		}
		ports = append(ports, netset.Ports{First: uint16(lo), Last: uint16(hi)})
	}
	return ports, true
}
