package audit

import (
	"cmp"
	"slices"

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
		{"slb", "DescribeVServerGroupAttribute", snapshot.CLBVServerGroup},
		{"slb", "DescribeMasterSlaveServerGroupAttribute", snapshot.CLBMasterSlaveServerGroup},
		{"slb", "DescribeAccessControlListAttribute", snapshot.CLBACL},
		{"nlb", "ListLoadBalancers", ""},
		{"nlb", "GetLoadBalancerAttribute", snapshot.NLB},
		{"nlb", "ListListeners", snapshot.NLB},
		{"nlb", "GetListenerHealthStatus", snapshot.NLBListener},
		{"nlb", "ListServerGroups", ""},
		{"nlb", "ListServerGroupServers", snapshot.NLBServerGroup},
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
		{"vpc", "DescribeForwardTableEntries", snapshot.ForwardTable},
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

// missing returns the needed calls of an account that were never made, by
// region, product, operation and subject.
func missing(a *snapshot.Account) []snapshot.Call {
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
	slices.SortFunc(out, func(x, y snapshot.Call) int {
		return cmp.Or(cmp.Compare(x.Region, y.Region), cmp.Compare(x.Product, y.Product), cmp.Compare(x.Operation, y.Operation), cmp.Compare(x.Subject, y.Subject))
	})
	return out
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
	return o.Attr("IngressAclEntries", "IngressAclEntry").Exists() && o.Attr("EgressAclEntries", "EgressAclEntry").Exists()
}
