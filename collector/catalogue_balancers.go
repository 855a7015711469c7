package collector

import "esaudit/snapshot"

// listenerAttribute is the answer for one listener of a classic load balancer.
func listenerAttribute(operation, protocol string) Op {
	id := []string{"LoadBalancerId", "=" + protocol, "ListenerPort"}
	return Op{Operation: operation, Subjects: of(snapshot.CLBListener, id...), Must: []Field{{"Status", String}}, Own: true, ID: id}
}

// slb is the classic load balancer, Slb 2014-05-15.
func slb() []Op {
	balancer := of(snapshot.CLB, "LoadBalancerId")
	return []Op{
		{Operation: "DescribeLoadBalancers", Payload: Field{"LoadBalancers.LoadBalancer", Objects}, Total: "TotalCount",
			Kind: snapshot.CLB, ID: []string{"LoadBalancerId"}},
		{Operation: "DescribeLoadBalancerAttribute", Subjects: balancer,
			Must: []Field{{"LoadBalancerId", String}, {"BackendServers.BackendServer", Objects}},
			Own:  true, ID: []string{"LoadBalancerId"}},
		{Operation: "DescribeLoadBalancerListeners",
			Subjects: []Subject{each(snapshot.CLB, "LoadBalancerId", "LoadBalancerIds"), {}},
			Payload:  Field{"Listeners", Objects}, Total: "TotalCount",
			Kind: snapshot.CLBListener, ID: []string{"LoadBalancerId", "ListenerProtocol", "ListenerPort"}},
		listenerAttribute("DescribeLoadBalancerTCPListenerAttribute", "tcp"),
		listenerAttribute("DescribeLoadBalancerUDPListenerAttribute", "udp"),
		listenerAttribute("DescribeLoadBalancerHTTPListenerAttribute", "http"),
		listenerAttribute("DescribeLoadBalancerHTTPSListenerAttribute", "https"),
		{Operation: "DescribeHealthStatus", Subjects: balancer, Payload: Field{"BackendServers.BackendServer", Objects},
			Aspect: snapshot.Health},
		{Operation: "DescribeVServerGroups", Subjects: balancer, Payload: Field{"VServerGroups.VServerGroup", Objects},
			Kind: snapshot.CLBVServerGroup, ID: []string{"VServerGroupId"}, Stamp: map[string]string{"LoadBalancerId": "LoadBalancerId"}},
		{Operation: "DescribeVServerGroupAttribute", Subjects: of(snapshot.CLBVServerGroup, "VServerGroupId"),
			Must: []Field{{"BackendServers.BackendServer", Objects}}, Own: true, ID: []string{"VServerGroupId"}},
		{Operation: "DescribeMasterSlaveServerGroups", Subjects: balancer,
			Payload: Field{"MasterSlaveServerGroups.MasterSlaveServerGroup", Objects},
			Kind:    snapshot.CLBMasterSlaveServerGroup, ID: []string{"MasterSlaveServerGroupId"}, Stamp: map[string]string{"LoadBalancerId": "LoadBalancerId"}},
		{Operation: "DescribeMasterSlaveServerGroupAttribute", Subjects: of(snapshot.CLBMasterSlaveServerGroup, "MasterSlaveServerGroupId"),
			Must: []Field{{"MasterSlaveBackendServers.MasterSlaveBackendServer", Objects}}, Own: true, ID: []string{"MasterSlaveServerGroupId"}},
		{Operation: "DescribeAccessControlLists", Payload: Field{"Acls.Acl", Objects}, Total: "TotalCount",
			Kind: snapshot.CLBACL, ID: []string{"AclId"}},
		{Operation: "DescribeAccessControlListAttribute", Subjects: of(snapshot.CLBACL, "AclId"), Total: "TotalAclEntry",
			Own: true, ID: []string{"AclId"}, Omit: []string{"AclEntrys"},
			Parts: []Part{{Field: Field{"AclEntrys.AclEntry", Objects}, Aspect: snapshot.Entries}}, Must: []Field{{"AclEntrys.AclEntry", Objects}}},
		{Operation: "DescribeRules", Subjects: of(snapshot.CLBListener, "LoadBalancerId", "ListenerProtocol", "ListenerPort"),
			Payload: Field{"Rules.Rule", Objects}, Aspect: snapshot.Rules, Keys: []string{"RuleId"}},
	}
}

// serverKeys are the fields by which the vendor's calls name a server of an NLB's
// or ALB's group (RemoveServersFromServerGroup of both); the type follows from them.
func serverKeys() []string { return []string{"ServerId", "ServerIp", "Port"} }

// nlb is the network load balancer, Nlb 2022-04-30.
func nlb() []Op {
	return []Op{
		{Operation: "ListLoadBalancers", Payload: Field{"LoadBalancers", Objects}, Total: "TotalCount",
			Kind: snapshot.NLB, ID: []string{"LoadBalancerId"}},
		{Operation: "GetLoadBalancerAttribute", Subjects: of(snapshot.NLB, "LoadBalancerId"),
			Must: []Field{{"LoadBalancerId", String}}, Own: true, ID: []string{"LoadBalancerId"}},
		{Operation: "ListListeners",
			Subjects: []Subject{each(snapshot.NLB, "LoadBalancerIds", "LoadBalancerId"), {}},
			Payload:  Field{"Listeners", Objects}, Total: "TotalCount", Needs: []string{"LoadBalancerId"},
			Kind: snapshot.NLBListener, ID: []string{"ListenerId"}},
		{Operation: "GetListenerAttribute", Subjects: of(snapshot.NLBListener, "ListenerId"),
			Must: []Field{{"ListenerId", String}}, Own: true, ID: []string{"ListenerId"}},
		{Operation: "GetListenerHealthStatus", Subjects: of(snapshot.NLBListener, "ListenerId"),
			Payload: Field{"ListenerHealthStatus", Objects}, Total: "TotalCount", Aspect: snapshot.Health},
		{Operation: "ListServerGroups", Payload: Field{"ServerGroups", Objects}, Total: "TotalCount",
			Kind: snapshot.NLBServerGroup, ID: []string{"ServerGroupId"}},
		{Operation: "ListServerGroupServers", Subjects: of(snapshot.NLBServerGroup, "ServerGroupId"),
			Payload: Field{"Servers", Objects}, Total: "TotalCount", Aspect: snapshot.Servers, Keys: serverKeys()},
		{Operation: "ListSecurityPolicy", Payload: Field{"SecurityPolicies", Objects}, Total: "TotalCount",
			Kind: snapshot.NLBSecurityPolicy, ID: []string{"SecurityPolicyId"}},
		{Operation: "ListSystemSecurityPolicy", Payload: Field{"SecurityPolicies", Objects},
			Kind: snapshot.NLBSecurityPolicy, ID: []string{"SecurityPolicyId"}},
	}
}

// alb is the application load balancer, Alb 2020-06-16: its exposure, what
// filters it, and what it leads to.
func alb() []Op {
	return []Op{
		{Operation: "ListLoadBalancers", Payload: Field{"LoadBalancers", Objects}, Total: "TotalCount",
			Kind: snapshot.ALB, ID: []string{"LoadBalancerId"}},
		{Operation: "GetLoadBalancerAttribute", Subjects: of(snapshot.ALB, "LoadBalancerId"),
			Must: []Field{{"LoadBalancerId", String}}, Own: true, ID: []string{"LoadBalancerId"}},
		{Operation: "ListListeners",
			Subjects: []Subject{each(snapshot.ALB, "LoadBalancerIds", "LoadBalancerId"), {}},
			Payload:  Field{"Listeners", Objects}, Total: "TotalCount", Needs: []string{"LoadBalancerId"},
			Kind: snapshot.ALBListener, ID: []string{"ListenerId"}},
		{Operation: "GetListenerAttribute", Subjects: of(snapshot.ALBListener, "ListenerId"),
			Must: []Field{{"ListenerId", String}}, Own: true, ID: []string{"ListenerId"}},
		{Operation: "ListServerGroups", Payload: Field{"ServerGroups", Objects}, Total: "TotalCount",
			Kind: snapshot.ALBServerGroup, ID: []string{"ServerGroupId"}},
		{Operation: "ListServerGroupServers", Subjects: of(snapshot.ALBServerGroup, "ServerGroupId"),
			Payload: Field{"Servers", Objects}, Total: "TotalCount", Aspect: snapshot.Servers, Keys: serverKeys()},
		{Operation: "GetListenerHealthStatus", Subjects: of(snapshot.ALBListener, "ListenerId"),
			Payload: Field{"ListenerHealthStatus", Objects}, Aspect: snapshot.Health},
		{Operation: "ListRules",
			Subjects: []Subject{each(snapshot.ALBListener, "ListenerIds", "ListenerId"), each(snapshot.ALB, "LoadBalancerIds", "LoadBalancerId"), {}},
			Payload:  Field{"Rules", Objects}, Total: "TotalCount",
			Kind: snapshot.ALBListener, Aspect: snapshot.Rules, Keys: []string{"RuleId"}, Owner: "ListenerId"},
		{Operation: "ListAcls", Payload: Field{"Acls", Objects}, Total: "TotalCount", Kind: snapshot.ALBACL, ID: []string{"AclId"}},
		{Operation: "ListAclEntries", Subjects: of(snapshot.ALBACL, "AclId"), Payload: Field{"AclEntries", Objects}, Total: "TotalCount",
			Aspect: snapshot.Entries},
	}
}
