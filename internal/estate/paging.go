package estate

import (
	"fmt"
	"strconv"
)

// style is how an operation says where its pages end.
type style int

const (
	whole          style = iota // no paging at all
	pagesNumbered               // PageNumber, PageSize, TotalCount
	pagesInStrings              // the same as strings (DescribeNetworkAcls, DescribeFlowLogs)
	pagesACL                    // TotalAclEntry alone (DescribeAccessControlListAttribute)
	tokens                      // NextToken, MaxResults, TotalCount
	tokensInString              // the same, TotalCount a string (privatelink)
	tokensOnly                  // NextToken, MaxResults
	markers                     // IsTruncated, Marker (ram)
	totalInHeaders              // Headers["X-Total-Count"] (elasticsearch)
	pagesToShort                // nothing: the last page is a short one (ListVpcEndpoints)
)

// paging is where a list stands in its body and how it is cut.
type paging struct {
	path  string // "Vpcs/Vpc"
	style style
	size  int
}

// describe adds to a page what the vendor says of paging.
func (p paging) describe(b Body, page, size, total int, last bool) {
	switch p.style {
	case pagesNumbered:
		b["PageNumber"], b["PageSize"], b["TotalCount"] = page+1, size, total
	case pagesInStrings:
		b["PageNumber"], b["PageSize"], b["TotalCount"] = strconv.Itoa(page+1), strconv.Itoa(size), strconv.Itoa(total)
	case pagesACL:
		b["TotalAclEntry"] = total
	case tokens:
		b["MaxResults"], b["TotalCount"] = size, total
	case tokensInString:
		b["MaxResults"], b["TotalCount"] = size, strconv.Itoa(total)
	case tokensOnly:
		b["MaxResults"] = size
	case markers:
		b["IsTruncated"] = !last
		if !last {
			b["Marker"] = token(page)
		}
	case totalInHeaders:
		b["Headers"] = Body{"X-Total-Count": total}
	}
	if (p.style == tokens || p.style == tokensInString || p.style == tokensOnly) && !last {
		b["NextToken"] = token(page)
	}
}

func token(page int) string { return fmt.Sprintf("FFmyTO70tTpLG6I3FmYAXGKPd%04d", page+1) }

// listing is a list call of a region.
type listing struct {
	product, operation string
	pages              paging
	params             []string
}

func (l listing) name() string {
	name := l.product + "." + l.operation
	for i := 1; i < len(l.params); i += 2 {
		name += "/" + l.params[i]
	}
	return name
}

// regionalLists are the list calls made in every region, with the page sizes a
// collector asks for.
func regionalLists() []listing {
	l := func(product, operation, path string, s style, size int) listing {
		return listing{product: product, operation: operation, pages: paging{path, s, size}}
	}
	return []listing{
		l("elasticsearch", "ListInstance", "Result", totalInHeaders, 100),
		l("elasticsearch", "ListTags", "Result", whole, 0),
		l("slb", "DescribeLoadBalancers", "LoadBalancers/LoadBalancer", pagesNumbered, 100),
		l("slb", "DescribeLoadBalancerListeners", "Listeners", tokens, 100),
		l("slb", "DescribeAccessControlLists", "Acls/Acl", pagesNumbered, 50),
		l("nlb", "ListLoadBalancers", "LoadBalancers", tokens, 100),
		l("nlb", "ListListeners", "Listeners", tokens, 100),
		l("nlb", "ListServerGroups", "ServerGroups", tokens, 100),
		l("nlb", "ListSecurityPolicy", "SecurityPolicies", tokens, 100),
		l("nlb", "ListSystemSecurityPolicy", "SecurityPolicies", whole, 0),
		l("alb", "ListLoadBalancers", "LoadBalancers", tokens, 100),
		l("alb", "ListListeners", "Listeners", tokens, 100),
		l("alb", "ListServerGroups", "ServerGroups", tokens, 100),
		l("alb", "ListAcls", "Acls", tokens, 100),
		l("alb", "ListRules", "Rules", tokens, 100),
		l("privatelink", "ListVpcEndpointServices", "Services", tokens, 1000),
		l("privatelink", "ListVpcEndpoints", "Endpoints", tokens, 1000),
		l("vpc", "DescribeVpcs", "Vpcs/Vpc", pagesNumbered, 50),
		l("vpc", "DescribeVSwitches", "VSwitches/VSwitch", pagesNumbered, 50),
		l("vpc", "DescribeRouteTableList", "RouterTableList/RouterTableListType", pagesNumbered, 50),
		l("vpc", "DescribeNetworkAcls", "NetworkAcls/NetworkAcl", pagesInStrings, 50),
		l("vpc", "DescribeNatGateways", "NatGateways/NatGateway", pagesNumbered, 50),
		l("vpc", "DescribeEipAddresses", "EipAddresses/EipAddress", pagesNumbered, 100),
		l("vpc", "DescribeIpv6Gateways", "Ipv6Gateways/Ipv6Gateway", pagesNumbered, 50),
		l("vpc", "DescribeVpnGateways", "VpnGateways/VpnGateway", pagesNumbered, 50),
		l("vpc", "DescribeRouterInterfaces", "RouterInterfaceSet/RouterInterfaceType", pagesNumbered, 50),
		l("vpc", "DescribeFlowLogs", "FlowLogs/FlowLog", pagesInStrings, 50),
		l("vpcpeer", "ListVpcPeerConnections", "VpcPeerConnects", tokens, 100),
		l("cbn", "DescribeCens", "Cens/Cen", pagesNumbered, 50),
		l("ecs", "DescribeInstances", "Instances/Instance", tokens, 100),
		l("ecs", "DescribeNetworkInterfaces", "NetworkInterfaceSets/NetworkInterfaceSet", tokensOnly, 500),
		l("ecs", "DescribeSecurityGroups", "SecurityGroups/SecurityGroup", tokens, 100),
		l("ecs", "DescribePrefixLists", "PrefixLists/PrefixList", tokensOnly, 100),
		l("ecs", "DescribePortRangeLists", "PortRangeLists", tokensOnly, 100),
		l("actiontrail", "DescribeTrails", "TrailList", whole, 0),
	}
}

// globalLists are the list calls of services without regions.
func globalLists() []listing {
	l := func(operation, path string, params ...string) listing {
		return listing{product: "ram", operation: operation, pages: paging{path, markers, 1000}, params: params}
	}
	return []listing{
		l("ListUsers", "Users/User"),
		l("ListGroups", "Groups/Group"),
		l("ListRoles", "Roles/Role"),
		l("ListPolicies", "Policies/Policy", "PolicyType", "System"),
		l("ListPolicies", "Policies/Policy", "PolicyType", "Custom"),
	}
}
