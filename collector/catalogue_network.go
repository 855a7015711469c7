package collector

import "esaudit/snapshot"

// vpc is Vpc 2016-04-28.
func vpc() []Op {
	list := func(operation, path string, kind snapshot.Kind, id string) Op {
		return Op{Operation: operation, Payload: Field{path, Objects}, Total: "TotalCount", Kind: kind, ID: []string{id}}
	}
	return []Op{
		list("DescribeVpcs", "Vpcs.Vpc", snapshot.VPC, "VpcId"),
		{Operation: "DescribeVpcAttribute", Subjects: of(snapshot.VPC, "VpcId"), Must: []Field{{"VpcId", String}}, Own: true, ID: []string{"VpcId"}},
		list("DescribeVSwitches", "VSwitches.VSwitch", snapshot.VSwitch, "VSwitchId"),
		{Operation: "DescribeVSwitchAttributes", Subjects: of(snapshot.VSwitch, "VSwitchId"), Must: []Field{{"VSwitchId", String}}, Own: true, ID: []string{"VSwitchId"}},
		list("DescribeRouteTableList", "RouterTableList.RouterTableListType", snapshot.RouteTable, "RouteTableId"),
		{Operation: "DescribeRouteEntryList", Subjects: of(snapshot.RouteTable, "RouteTableId"),
			Payload: Field{"RouteEntrys.RouteEntry", Objects}, Total: "TotalCount", Aspect: snapshot.Entries, Keys: []string{"RouteEntryId"}},
		list("DescribeNetworkAcls", "NetworkAcls.NetworkAcl", snapshot.NetworkACL, "NetworkAclId"),
		{Operation: "DescribeNetworkAclAttributes", Subjects: of(snapshot.NetworkACL, "NetworkAclId"),
			Payload: Field{"NetworkAclAttribute", Object}, Own: true, ID: []string{"NetworkAclId"},
			Must: []Field{{"NetworkAclAttribute.IngressAclEntries.IngressAclEntry", Objects}, {"NetworkAclAttribute.EgressAclEntries.EgressAclEntry", Objects}}},
		list("DescribeNatGateways", "NatGateways.NatGateway", snapshot.NATGateway, "NatGatewayId"),
		{Operation: "DescribeSnatTableEntries",
			Subjects: []Subject{{Kind: snapshot.SnatTable, ID: []string{"SnatTableId"}}, {Kind: snapshot.NATGateway, ID: []string{"NatGatewayId"}}},
			Payload:  Field{"SnatTableEntries.SnatTableEntry", Objects}, Total: "TotalCount",
			Kind: snapshot.SnatTable, Aspect: snapshot.Entries, Keys: []string{"SnatEntryId"}, Owner: "SnatTableId"},
		{Operation: "DescribeForwardTableEntries",
			Subjects: []Subject{{Kind: snapshot.ForwardTable, ID: []string{"ForwardTableId"}}, {Kind: snapshot.NATGateway, ID: []string{"NatGatewayId"}}},
			Payload:  Field{"ForwardTableEntries.ForwardTableEntry", Objects}, Total: "TotalCount",
			Kind: snapshot.ForwardTable, Aspect: snapshot.Entries, Needs: []string{"InternalIp"}, Keys: []string{"ForwardEntryId"}, Owner: "ForwardTableId"},
		list("DescribeEipAddresses", "EipAddresses.EipAddress", snapshot.EIP, "AllocationId"),
		list("DescribeVpnGateways", "VpnGateways.VpnGateway", snapshot.VPNGateway, "VpnGatewayId"),
		list("DescribeIpv6Gateways", "Ipv6Gateways.Ipv6Gateway", snapshot.IPv6Gateway, "Ipv6GatewayId"),
		list("DescribeRouterInterfaces", "RouterInterfaceSet.RouterInterfaceType", snapshot.RouterInterface, "RouterInterfaceId"),
		list("DescribeFlowLogs", "FlowLogs.FlowLog", snapshot.FlowLog, "FlowLogId"),
	}
}

// vpcpeer is VpcPeer 2022-01-01.
func vpcpeer() []Op {
	return []Op{
		{Operation: "ListVpcPeerConnections", Payload: Field{"VpcPeerConnects", Objects}, Total: "TotalCount",
			Kind: snapshot.VPCPeer, ID: []string{"InstanceId"}, Needs: []string{"Vpc.VpcId", "AcceptingVpc.VpcId"}},
		{Operation: "GetVpcPeerConnectionAttribute", Subjects: of(snapshot.VPCPeer, "InstanceId"),
			Must: []Field{{"InstanceId", String}}, Own: true, ID: []string{"InstanceId"}},
	}
}

// cbn is Cbn 2017-09-12: CEN and transit routers.
func cbn() []Op {
	return []Op{
		{Operation: "DescribeCens", Payload: Field{"Cens.Cen", Objects}, Total: "TotalCount",
			Kind: snapshot.CEN, ID: []string{"CenId"}},
		{Operation: "DescribeCenAttachedChildInstances", Subjects: of(snapshot.CEN, "CenId"),
			Payload: Field{"ChildInstances.ChildInstance", Objects}, Total: "TotalCount",
			Aspect: snapshot.Children, Keys: []string{"ChildInstanceId"}, Needs: []string{"ChildInstanceId"}},
		{Operation: "ListTransitRouters", Subjects: []Subject{{Kind: snapshot.CEN, ID: []string{"CenId"}}, {}},
			Payload: Field{"TransitRouters", Objects}, Total: "TotalCount",
			Kind: snapshot.TransitRouter, ID: []string{"TransitRouterId"}, Stamp: map[string]string{"CenId": "CenId"}},
		{Operation: "ListTransitRouterVpcAttachments",
			Subjects: []Subject{{Kind: snapshot.TransitRouter, ID: []string{"TransitRouterId"}}, {Kind: snapshot.CEN, ID: []string{"CenId"}}, {}},
			Payload:  Field{"TransitRouterAttachments", Objects}, Total: "TotalCount",
			Kind: snapshot.TransitRouter, Aspect: snapshot.Attachments, Keys: []string{"TransitRouterAttachmentId"}, Owner: "TransitRouterId"},
		{Operation: "ListTransitRouterRouteTables", Subjects: []Subject{{Kind: snapshot.TransitRouter, ID: []string{"TransitRouterId"}}, {}},
			Payload: Field{"TransitRouterRouteTables", Objects}, Total: "TotalCount",
			Kind: snapshot.TRRouteTable, ID: []string{"TransitRouterRouteTableId"}, Stamp: map[string]string{"TransitRouterId": "TransitRouterId"}},
		{Operation: "ListTransitRouterRouteEntries", Subjects: of(snapshot.TRRouteTable, "TransitRouterRouteTableId"),
			Payload: Field{"TransitRouterRouteEntries", Objects}, Total: "TotalCount", Aspect: snapshot.Entries, Keys: []string{"TransitRouterRouteEntryId"}},
	}
}

// privatelink is Privatelink 2020-04-15.
func privatelink() []Op {
	service := of(snapshot.EndpointService, "ServiceId")
	endpoint := of(snapshot.Endpoint, "EndpointId")
	return []Op{
		{Operation: "ListVpcEndpointServices", Split: Split{"ServiceResourceType", []string{"slb", "nlb", "alb", "gwlb"}, ""},
			Payload: Field{"Services", Objects}, Total: "TotalCount",
			Kind: snapshot.EndpointService, ID: []string{"ServiceId"}},
		{Operation: "GetVpcEndpointServiceAttribute", Subjects: service, Must: []Field{{"ServiceId", String}}, Own: true, ID: []string{"ServiceId"}},
		{Operation: "ListVpcEndpointServiceResources", Subjects: service, Payload: Field{"Resources", Objects}, Total: "TotalCount",
			Aspect: snapshot.Resources, Needs: []string{"ResourceId"}},
		{Operation: "ListVpcEndpointServiceUsers", Subjects: service, Payload: Field{"Users", Objects}, Total: "TotalCount",
			Aspect: snapshot.Users, Keys: []string{"UserId"}, Parts: []Part{{Field{"UserARNs", Objects}, snapshot.UserARNs, []string{"UserARN"}}}},
		{Operation: "ListVpcEndpointConnections", Subjects: []Subject{service[0], {}}, Payload: Field{"Connections", Objects}, Total: "TotalCount",
			Kind: snapshot.EndpointService, Aspect: snapshot.Connections, Keys: []string{"ServiceId", "EndpointId"}, Needs: []string{"EndpointId"}, Owner: "ServiceId"},
		{Operation: "ListVpcEndpoints", Payload: Field{"Endpoints", Objects}, Total: "TotalCount",
			Kind: snapshot.Endpoint, ID: []string{"EndpointId"}},
		{Operation: "GetVpcEndpointAttribute", Subjects: endpoint, Must: []Field{{"EndpointId", String}}, Own: true, ID: []string{"EndpointId"}},
		{Operation: "ListVpcEndpointZones", Subjects: endpoint, Payload: Field{"Zones", Objects}, Total: "TotalCount", Aspect: snapshot.Zones},
		{Operation: "ListVpcEndpointSecurityGroups", Subjects: endpoint, Payload: Field{"SecurityGroups", Objects}, Total: "TotalCount",
			Aspect: snapshot.Groups, Keys: []string{"SecurityGroupId"}},
		{Operation: "DescribeZones",
			Subjects: []Subject{{Kind: snapshot.Region, ID: []string{"ServiceResourceType"}, Object: "."}, {Kind: snapshot.Region, Object: "."}},
			Payload:  Field{"Zones.Zone", Objects}, Aspect: snapshot.Zones, Keyed: true},
		{Operation: "DescribeRegions", Harmless: []string{"ServiceResourceType"}, Payload: Field{"Regions.Region", Objects}},
	}
}

// ecs is Ecs 2014-05-26.
func ecs() []Op {
	group := of(snapshot.SecurityGroup, "SecurityGroupId")
	return []Op{
		{Operation: "DescribeInstances", Payload: Field{"Instances.Instance", Objects}, Total: "TotalCount",
			Kind: snapshot.ECS, ID: []string{"InstanceId"}},
		{Operation: "DescribeNetworkInterfaces", Payload: Field{"NetworkInterfaceSets.NetworkInterfaceSet", Objects}, Total: "TotalCount",
			Kind: snapshot.ENI, ID: []string{"NetworkInterfaceId"}},
		{Operation: "DescribeSecurityGroups", Payload: Field{"SecurityGroups.SecurityGroup", Objects}, Total: "TotalCount",
			Kind: snapshot.SecurityGroup, ID: []string{"SecurityGroupId"}},
		{Operation: "DescribeSecurityGroupAttribute", Subjects: group, Split: Split{"Direction", []string{"ingress", "egress"}, "all"},
			Own: true, ID: []string{"SecurityGroupId"}, Omit: []string{"Permissions"}, Total: "TotalCount",
			Must: []Field{{"Permissions.Permission", Objects}}, Parts: []Part{{Field{"Permissions.Permission", Objects}, snapshot.Rules, []string{"SecurityGroupRuleId"}}}},
		{Operation: "DescribePrefixLists", Payload: Field{"PrefixLists.PrefixList", Objects}, Total: "TotalCount",
			Kind: snapshot.PrefixList, ID: []string{"PrefixListId"}},
		{Operation: "DescribePrefixListAttributes", Subjects: of(snapshot.PrefixList, "PrefixListId"),
			Own: true, ID: []string{"PrefixListId"}, Omit: []string{"Entries"},
			Must: []Field{{"Entries.Entry", Objects}}, Parts: []Part{{Field: Field{"Entries.Entry", Objects}, Aspect: snapshot.Entries}}},
		{Operation: "DescribePortRangeLists", Payload: Field{"PortRangeLists", Objects}, Total: "TotalCount",
			Kind: snapshot.PortRangeList, ID: []string{"PortRangeListId"}},
		{Operation: "DescribePortRangeListEntries", Subjects: of(snapshot.PortRangeList, "PortRangeListId"),
			Payload: Field{"Entries", Objects}, Total: "TotalCount", Aspect: snapshot.Entries},
		{Operation: "DescribeRegions", Payload: Field{"Regions.Region", Objects}},
	}
}
