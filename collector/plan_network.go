package collector

import "esaudit/snapshot"

func planVPC() []step {
	gateways := "vpc.DescribeNatGateways"
	return stepsOf("vpc",
		inEach("DescribeVpcs", numbered(50)),
		inEach("DescribeVSwitches", numbered(50)),
		inEach("DescribeRouteTableList", numbered(50)),
		inEach("DescribeNetworkAcls", numbered(50)),
		inEach("DescribeNatGateways", numbered(50)),
		inEach("DescribeEipAddresses", numbered(100)),
		inEach("DescribeVpnGateways", numbered(50)),
		inEach("DescribeIpv6Gateways", numbered(50)),
		inEach("DescribeRouterInterfaces", numbered(50)),
		inEach("DescribeFlowLogs", numbered(50)),
		forEach("DescribeRouteEntryList", routeTokens(100),
			by("vpc.DescribeRouteTableList", "RouteTableId"), by("vpc.DescribeVSwitches", "RouteTableId=RouteTable.RouteTableId")),
		forEach("DescribeNetworkAclAttributes", whole(),
			by("vpc.DescribeNetworkAcls", "NetworkAclId"), by("vpc.DescribeVSwitches", "NetworkAclId")),
		forEach("DescribeSnatTableEntries", numbered(50), by(gateways, "SnatTableId=SnatTableIds.SnatTableId")),
		forEach("DescribeForwardTableEntries", numbered(50), by(gateways, "ForwardTableId=ForwardTableIds.ForwardTableId")),
	)
}

func planVPCPeer() []step {
	return stepsOf("vpcpeer", inEach("ListVpcPeerConnections", tokens(100)))
}

// CENs have no region; their answers count for the region they are asked in
// (SEMANTICS 2).
func planCEN() []step {
	networks := by("cbn.DescribeCens", "CenId")
	routers := by("cbn.ListTransitRouters", "TransitRouterId").only(ofRegion)
	return stepsOf("cbn",
		inEach("DescribeCens", numbered(50)),
		forEach("DescribeCenAttachedChildInstances", numbered(50), networks),
		forEach("ListTransitRouters", numbered(50), networks),
		// Of these, the documentation names no size but the default.
		forEach("ListTransitRouterVpcAttachments", tokens(20), routers),
		forEach("ListTransitRouterRouteTables", tokens(20), routers),
		forEach("ListTransitRouterRouteEntries", tokens(20), by("cbn.ListTransitRouterRouteTables", "TransitRouterRouteTableId")),
	)
}

// ofRegion leaves out the transit routers of other regions than the one that was
// asked: these are asked for in their own.
func ofRegion(l *line, router *snapshot.Node) bool {
	region := router.Get("RegionId").Text()
	return region == "" || region == l.region
}

func planECS() []step {
	const rules = "ecs.DescribeSecurityGroupAttribute"
	return stepsOf("ecs",
		atOnce("DescribeRegions", whole()),
		inEach("DescribeInstances", tokens(100)),
		inEach("DescribeNetworkInterfaces", tokens(500)),
		inEach("DescribeSecurityGroups", tokens(100)),
		inEach("DescribePrefixLists", tokens(100)),
		inEach("DescribePortRangeLists", tokens(100)),
		forEach("DescribeSecurityGroupAttribute", tokens(1000),
			by("ecs.DescribeSecurityGroups", "SecurityGroupId"),
			by("ecs.DescribeInstances", "SecurityGroupId=SecurityGroupIds.SecurityGroupId"),
			by("ecs.DescribeNetworkInterfaces", "SecurityGroupId=SecurityGroupIds.SecurityGroupId"),
			by("nlb.ListLoadBalancers", "SecurityGroupId=SecurityGroupIds"),
			by("nlb.GetLoadBalancerAttribute", "SecurityGroupId=SecurityGroupIds"),
			by("elasticsearch.ListKibanaPvlNetwork", "SecurityGroupId=securityGroups"),
		).with(map[string]string{"Direction": "all"}),
		forEach("DescribePrefixListAttributes", whole(),
			by("ecs.DescribePrefixLists", "PrefixListId"),
			by(rules, "PrefixListId=SourcePrefixListId").in("Permissions.Permission"),
			by(rules, "PrefixListId=DestPrefixListId").in("Permissions.Permission")),
		forEach("DescribePortRangeListEntries", tokens(100),
			by("ecs.DescribePortRangeLists", "PortRangeListId"),
			by(rules, "PortRangeListId").in("Permissions.Permission")),
	)
}
