package collector

func planCLB() []step {
	balancers := by("slb.DescribeLoadBalancers", "LoadBalancerId")
	const listeners = "slb.DescribeLoadBalancerListeners"
	return stepsOf("slb",
		inEach("DescribeLoadBalancers", numbered(100)),
		// The listeners of a whole region come 100 an answer; named by their load
		// balancers, those of 10.
		inEach("DescribeLoadBalancerListeners", tokens(100)),
		inEach("DescribeAccessControlLists", numbered(50)),
		forEach("DescribeLoadBalancerAttribute", whole(), balancers),
		forEach("DescribeHealthStatus", whole(), balancers),
		forEach("DescribeVServerGroups", whole(), balancers),
		forEach("DescribeVServerGroupAttribute", whole(),
			by("slb.DescribeVServerGroups", "VServerGroupId"), by(listeners, "VServerGroupId")),
		forEach("DescribeMasterSlaveServerGroups", whole(), balancers),
		forEach("DescribeMasterSlaveServerGroupAttribute", whole(),
			by("slb.DescribeMasterSlaveServerGroups", "MasterSlaveServerGroupId"),
			by(listeners, "MasterSlaveServerGroupId"),
			by(listeners, "MasterSlaveServerGroupId=TCPListenerConfig.MasterSlaveServerGroupId"),
			by(listeners, "MasterSlaveServerGroupId=UDPListenerConfig.MasterSlaveServerGroupId")),
		forEach("DescribeAccessControlListAttribute", pageOf(50),
			by("slb.DescribeAccessControlLists", "AclId"), by(listeners, "AclId"), by(listeners, "AclId=AclIds")),
	)
}

func planNLB() []step {
	return stepsOf("nlb",
		inEach("ListLoadBalancers", tokens(100)),
		inEach("ListListeners", tokens(100)),
		inEach("ListServerGroups", tokens(100)),
		inEach("ListSecurityPolicy", tokens(100)),
		inEach("ListSystemSecurityPolicy", whole()),
		forEach("GetLoadBalancerAttribute", whole(), by("nlb.ListLoadBalancers", "LoadBalancerId")),
		forEach("GetListenerHealthStatus", tokens(30), by("nlb.ListListeners", "ListenerId")),
		forEach("ListServerGroupServers", tokens(100), by("nlb.ListServerGroups", "ServerGroupId"), by("nlb.ListListeners", "ServerGroupId")),
	)
}

func planALB() []step {
	const target = "ForwardGroupConfig.ServerGroupTuples.ServerGroupId"
	return stepsOf("alb",
		inEach("ListLoadBalancers", tokens(100)),
		inEach("ListListeners", tokens(100)),
		inEach("ListRules", tokens(100)),
		inEach("ListServerGroups", tokens(100)),
		inEach("ListAcls", tokens(100)),
		forEach("GetLoadBalancerAttribute", whole(), by("alb.ListLoadBalancers", "LoadBalancerId")),
		forEach("GetListenerAttribute", whole(), by("alb.ListListeners", "ListenerId")),
		forEach("GetListenerHealthStatus", tokens(30), by("alb.ListListeners", "ListenerId")),
		forEach("ListServerGroupServers", tokens(100), by("alb.ListServerGroups", "ServerGroupId"),
			by("alb.ListListeners", "ServerGroupId=DefaultActions."+target), by("alb.ListRules", "ServerGroupId=RuleActions."+target)),
		forEach("ListAclEntries", tokens(100), by("alb.ListAcls", "AclId"), by("alb.GetListenerAttribute", "AclId=AclConfig.AclRelations.AclId")),
	)
}

func planPrivateLink() []step {
	services := by("privatelink.ListVpcEndpointServices", "ServiceId")
	endpoints := by("privatelink.ListVpcEndpoints", "EndpointId")
	return stepsOf("privatelink",
		atOnce("DescribeRegions", whole()),
		inEach("DescribeZones", whole(), map[string]string{"ServiceResourceType": "slb"}, map[string]string{"ServiceResourceType": "nlb"}),
		inEach("ListVpcEndpointServices", tokens(1000)),
		inEach("ListVpcEndpoints", tokens(1000)),
		forEach("GetVpcEndpointServiceAttribute", whole(), services),
		forEach("ListVpcEndpointServiceResources", tokens(50), services),
		forEach("ListVpcEndpointServiceUsers", tokens(50), services),
		forEach("ListVpcEndpointConnections", tokens(1000), services),
		forEach("ListVpcEndpointZones", tokens(1000), endpoints),
		forEach("ListVpcEndpointSecurityGroups", tokens(50), endpoints),
	)
}
