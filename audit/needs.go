package audit

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"esaudit/snapshot"
)

// need is a call without which reachability or the rules cannot be decided.
// Per is the kind of object it is made for; "" is once a region.
type need struct {
	product, operation string
	per                snapshot.Kind
}

// needs lists the calls that the graph and the rules rest on (SEMANTICS 4-8,
// facts of the rules in docs/facts.md).
func needs() []need {
	return []need{
		{"elasticsearch", "ListInstance", ""},
		{"elasticsearch", "DescribeInstance", snapshot.Cluster},
		{"elasticsearch", "ListAllNode", snapshot.Cluster},
		{"elasticsearch", "ListVpcEndpoints", snapshot.Cluster},
		{"elasticsearch", "ListKibanaPvlNetwork", snapshot.Cluster},
		{"slb", "DescribeLoadBalancers", ""},
		{"slb", "DescribeLoadBalancerListeners", snapshot.CLB},
		{"slb", "DescribeLoadBalancerAttribute", snapshot.CLB},
		{"slb", "DescribeHealthStatus", snapshot.CLB},
		{"nlb", "ListLoadBalancers", ""},
		{"nlb", "GetLoadBalancerAttribute", snapshot.NLB},
		{"nlb", "ListListeners", snapshot.NLB},
		{"nlb", "GetListenerHealthStatus", snapshot.NLBListener},
		{"nlb", "ListServerGroups", ""},
		{"privatelink", "ListVpcEndpointServices", ""},
		{"privatelink", "ListVpcEndpointServiceResources", snapshot.EndpointService},
		{"privatelink", "ListVpcEndpointConnections", snapshot.EndpointService},
		{"vpc", "DescribeVpcs", ""},
		{"vpc", "DescribeVSwitches", ""},
		{"vpc", "DescribeRouteTableList", ""},
		{"vpc", "DescribeRouteEntryList", snapshot.RouteTable},
		{"vpc", "DescribeNetworkAcls", ""},
		{"vpc", "DescribeNetworkAclAttributes", snapshot.NetworkACL},
		{"vpc", "DescribeNatGateways", ""},
		{"vpc", "DescribeEipAddresses", ""},
		{"vpcpeer", "ListVpcPeerConnections", ""},
		{"cbn", "DescribeCens", ""},
		{"cbn", "DescribeCenAttachedChildInstances", snapshot.CEN},
		{"cbn", "ListTransitRouters", snapshot.CEN},
		{"ecs", "DescribeInstances", ""},
		{"ecs", "DescribeNetworkInterfaces", ""},
		{"ecs", "DescribeSecurityGroups", ""},
		{"ecs", "DescribeSecurityGroupAttribute", snapshot.SecurityGroup},
	}
}

// reference is a field that names an object a needed call is made for.
type reference struct {
	kind               snapshot.Kind
	path               []string // to one id, ids separated by commas, or a list of ids
	product, operation string
}

// references lists the calls that are needed for objects which others name.
func references() []reference {
	return []reference{
		{snapshot.CLBListener, []string{"VServerGroupId"}, "slb", "DescribeVServerGroupAttribute"},
		{snapshot.CLBListener, []string{"MasterSlaveServerGroupId"}, "slb", "DescribeMasterSlaveServerGroupAttribute"},
		{snapshot.CLBListener, []string{"AclId"}, "slb", "DescribeAccessControlListAttribute"},
		{snapshot.CLBListener, []string{"AclIds"}, "slb", "DescribeAccessControlListAttribute"},
		{snapshot.NLBListener, []string{"ServerGroupId"}, "nlb", "ListServerGroupServers"},
		{snapshot.NLBServerGroup, []string{"ServerGroupId"}, "nlb", "ListServerGroupServers"},
		{snapshot.VSwitch, []string{"RouteTable", "RouteTableId"}, "vpc", "DescribeRouteEntryList"},
		{snapshot.VSwitch, []string{"NetworkAclId"}, "vpc", "DescribeNetworkAclAttributes"},
		{snapshot.ECS, []string{"SecurityGroupIds", "SecurityGroupId"}, "ecs", "DescribeSecurityGroupAttribute"},
		{snapshot.ENI, []string{"SecurityGroupIds", "SecurityGroupId"}, "ecs", "DescribeSecurityGroupAttribute"},
		{snapshot.NLB, []string{"SecurityGroupIds"}, "ecs", "DescribeSecurityGroupAttribute"},
		{snapshot.NATGateway, []string{"ForwardTableIds", "ForwardTableId"}, "vpc", "DescribeForwardTableEntries"},
	}
}

// referenced are the needed calls for the objects that others name.
func referenced(a *snapshot.Account) iter.Seq[snapshot.Call] {
	return func(yield func(snapshot.Call) bool) {
		on := true
		eachReferenced(a, func(_ snapshot.Object, c snapshot.Call) { on = on && yield(c) })
	}
}

// eachReferenced visits these calls, each with the object that names what it is
// for.
func eachReferenced(a *snapshot.Account, visit func(snapshot.Object, snapshot.Call)) {
	for _, r := range references() {
		for o := range a.Rows(r.kind).Each {
			if r.kind == snapshot.NATGateway && a.Answer(snapshot.Call{Region: o.Region, Product: r.product, Operation: r.operation, Subject: o.ID}) != snapshot.NeverMade {
				continue
			}
			eachID(o.Get(r.path...), func(id string) {
				if r.operation != "DescribeNetworkAclAttributes" || !carriesEntries(a.Object(snapshot.NetworkACL, o.Region, id)) {
					visit(o.Object, snapshot.Call{Region: o.Region, Product: r.product, Operation: r.operation, Subject: id})
				}
			})
		}
	}
}

// eachID reads one id, several separated by commas, or a list of them.
func eachID(value snapshot.Glance, take func(id string)) {
	for item := range value.Each {
		eachID(item, take)
	}
	for id := range strings.SplitSeq(value.Text(), ",") {
		if id = strings.TrimSpace(id); id != "" {
			take(id)
		}
	}
}

// missing returns the needed calls of an account that were never made, by
// region, product, operation and subject. named are those that are referenced.
func missing(a *snapshot.Account, named iter.Seq[snapshot.Call]) []snapshot.Call {
	var out []snapshot.Call
	for _, n := range needs() {
		if n.per == "" {
			for _, region := range a.Regions {
				out = appendMissing(out, a, snapshot.Call{Region: region, Product: n.product, Operation: n.operation})
			}
			continue
		}
		for _, o := range a.Objects(n.per) {
			if n.operation == "DescribeNetworkAclAttributes" && carriesEntries(o) {
				continue
			}
			out = appendMissing(out, a, snapshot.Call{Region: o.Region, Product: n.product, Operation: n.operation, Subject: o.ID})
		}
	}
	for c := range named {
		out = appendMissing(out, a, c)
	}
	if len(a.Regions) == 0 {
		out = append(out, snapshot.Call{Product: "elasticsearch", Operation: "ListInstance"})
	}
	slices.SortFunc(out, func(x, y snapshot.Call) int {
		return cmp.Or(cmp.Compare(x.Region, y.Region), cmp.Compare(x.Product, y.Product), cmp.Compare(x.Operation, y.Operation), cmp.Compare(x.Subject, y.Subject))
	})
	return slices.Compact(out)
}

// allRead reports whether every call that was made was read completely, and every
// needed one was made; who may do what does not matter.
func allRead(s *snapshot.Snapshot) bool {
	return !unread(s) && !slices.ContainsFunc(s.Accounts(), func(a *snapshot.Account) bool { return len(missing(a, referenced(a))) > 0 })
}

// unread reports whether a call that was made was not read completely; who may do what
// does not matter.
func unread(s *snapshot.Snapshot) bool {
	for _, a := range s.Accounts() {
		for _, c := range a.Coverage() {
			for state, subjects := range c.Subjects {
				if state != snapshot.Read && len(subjects) > 0 && !snapshot.OfDirectory(c.Product) {
					return true
				}
			}
		}
	}
	return false
}

// appendMissing adds a call that was made neither for its subject nor for the
// whole region.
func appendMissing(out []snapshot.Call, a *snapshot.Account, c snapshot.Call) []snapshot.Call {
	whole := c
	whole.Subject = ""
	if a.Answer(c) == snapshot.NeverMade && a.Answer(whole) == snapshot.NeverMade {
		out = append(out, c)
	}
	return out
}

// carriesEntries reports whether the list item of a network ACL holds both
// rule lists (SEMANTICS 8).
func carriesEntries(o snapshot.Object) bool {
	return o.Glance("IngressAclEntries", "IngressAclEntry").Exists() && o.Glance("EgressAclEntries", "EgressAclEntry").Exists()
}
