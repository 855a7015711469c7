package facts

import (
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// ClusterKibana is a cluster's Kibana.
type ClusterKibana struct {
	Have        Ref                `json:"have"` // haveKibana
	Connections []KibanaConnection `json:"connections"`
}

// KibanaConnection is a private connection to the Kibana of a cloud-native
// cluster. Security groups are what controls it.
type KibanaConnection struct {
	ID       string        `json:"id"`
	Status   Ref           `json:"status"`
	Groups   []JoinedGroup `json:"groups"`
	Admits   []string      `json:"admits"`   // who gets in by the groups' rules, as CIDRs
	Possible []string      `json:"possible"` // the same with those who may
	Openings []Opening     `json:"openings"`
	Settle   []Call        `json:"settle"` // what would tell possible from admitted
	At       At            `json:"at"`
}

// JoinedGroup is a security group that a connection is a member of.
type JoinedGroup struct {
	ID      string `json:"id"`
	Basic   Answer `json:"basic"`
	Inner   Answer `json:"inner"` // members reach each other before any rule
	Members int    `json:"members"`
	Settle  []Call `json:"settle"` // what would tell all members and both answers
	At      At     `json:"at"`
}

// Opening is a rule of a security group that lets addresses in.
type Opening struct {
	Group string   `json:"group"`
	Rule  string   `json:"rule"`
	CIDRs []string `json:"cidrs"` // what it names
	Lets  []string `json:"lets"`  // what of it gets in, after rules that go first
	Text  string   `json:"text"`
	At    At       `json:"at"`
}

func (s *surroundings) kibana(c *graph.Cluster) ClusterKibana {
	n := c.Attr("haveKibana")
	var have any
	if on, ok := n.Bool(); ok {
		have = on
	}
	k := ClusterKibana{Have: ref(have, n, c.Node), Connections: []KibanaConnection{}}
	for _, item := range c.Aspect(snapshot.KibanaPVL).Items() {
		k.Connections = append(k.Connections, s.connection(c, item))
	}
	return k
}

func (s *surroundings) connection(c *graph.Cluster, item *snapshot.Node) KibanaConnection {
	who, by, settle := c.KibanaIngress(item)
	status := item.Get("endpointStatus")
	k := KibanaConnection{
		ID: item.Get("pvlId").Text(), Status: ref(textOf(status), status, item), Groups: []JoinedGroup{}, Openings: []Opening{},
		Admits: who.Reachable.Strings(), Possible: who.Reachable.Union(who.Unknown).Strings(), Settle: calls(c.Account, settle), At: At{item},
	}
	for _, id := range item.Get("securityGroups").Items() {
		k.Groups = append(k.Groups, s.joinedGroup(c, id))
	}
	for _, a := range by {
		k.Openings = append(k.Openings, opening(a, who))
	}
	return k
}

func (s *surroundings) joinedGroup(c *graph.Cluster, id *snapshot.Node) JoinedGroup {
	o := c.Account.Object(snapshot.SecurityGroup, c.Region, id.Text())
	kind, inner := o.Attr("SecurityGroupType"), o.Attr("InnerAccessPolicy")
	g := JoinedGroup{
		ID: id.Text(), At: At{id}, Members: s.members()[spot{c.Account, c.Region, id.Text()}],
		Basic: Answer{is(kind, "normal"), ref(nil, kind, o.Node, id).At}, Inner: Answer{is(inner, "Accept"), ref(nil, inner, o.Node, id).At},
	}
	settle := need(c, "ecs", "DescribeNetworkInterfaces", "")
	if g.Basic.Value == "unknown" {
		settle = append(settle, need(c, "ecs", "DescribeSecurityGroups", "")...)
	}
	g.Settle = calls(c.Account, settle)
	return g
}

// opening shows a rule with the value that names the addresses.
func opening(a graph.Admission, who graph.Addresses) Opening {
	o := Opening{
		Group: a.Group, Rule: a.Rule.Get("SecurityGroupRuleId").Text(), At: At{a.Rule}, CIDRs: named(a.Rule, a.Set).Strings(),
		Lets: a.Set.Intersect(who.Reachable).Strings(),
	}
	for _, field := range []string{"SourceCidrIp", "Ipv6SourceCidrIp", "SourcePrefixListId", "SourceGroupId"} {
		if n := a.Rule.Get(field); n.Text() != "" {
			o.Text, o.At = n.Text(), At{n}
			break
		}
	}
	return o
}

// named returns the CIDRs a rule names, else what it was found to let in.
func named(rule *snapshot.Node, lets netset.Set) netset.Set {
	var out netset.Set
	for _, field := range []string{"SourceCidrIp", "Ipv6SourceCidrIp"} {
		if p, err := netset.ParseCIDR(rule.Get(field).Text()); err == nil {
			out = out.Union(netset.Of(p))
		}
	}
	return out.Union(lets)
}
