package terraform

import "esaudit/snapshot"

// network is VPCs, their subnets and routes.
func network() map[string][]mapping {
	tags := f("tags", "Tags.Tag").with(asTags("Key", "Value")).aside()
	return map[string][]mapping{
		"vpc": {{
			kind: snapshot.VPC, own: true, id: []string{"id"},
			fields: []field{
				f("id", "VpcId"), f("vpc_name|name", "VpcName").aside(), f("cidr_block", "CidrBlock"), f("status", "Status").aside(),
				f("ipv6_cidr_block", "Ipv6CidrBlock").decisive(), f("secondary_cidr_blocks", "SecondaryCidrBlocks.SecondaryCidrBlock").with(asSet),
				f("user_cidrs", "UserCidrs.UserCidr").with(asSet), f("router_id", "VRouterId").aside(), f("resource_group_id", "ResourceGroupId").aside(), tags,
			},
			created: map[string]string{"Status": "Available"},
		}},
		"vswitch": {{
			kind: snapshot.VSwitch, own: true, id: []string{"id"},
			fields: []field{
				f("id", "VSwitchId"), f("vswitch_name|name", "VSwitchName").aside(), f("vpc_id", "VpcId"), f("cidr_block", "CidrBlock"),
				f("ipv6_cidr_block", "Ipv6CidrBlock").decisive(), f("zone_id|availability_zone", "ZoneId"), f("status", "Status").aside(), tags,
			},
			created: map[string]string{"Status": "Available"},
		}},
		"route_entry": {{
			kind: snapshot.RouteTable, id: []string{"route_table_id"}, part: aspect + string(snapshot.Entries), keys: []string{"DestinationCidrBlock"},
			fields: []field{
				f("route_table_id", "RouteTableId"), f("destination_cidrblock", "DestinationCidrBlock"), f("=Custom", "Type"),
				f("nexthop_type", "NextHops.NextHop.#0.NextHopType"), f("nexthop_id", "NextHops.NextHop.#0.NextHopId"),
			},
		}},
	}
}

// firewalls are security groups and network ACLs. Rules of the first have the
// vendor's spelling: "accept" is Accept, "tcp" is TCP.
func firewalls() map[string][]mapping {
	entries := func(from, to, side, cidr string) field {
		return f(from, to).with(asEntries(
			f("policy", "Policy"), f("protocol", "Protocol"), f("port", "Port"), f(side, cidr), f("description", "Description"),
			f("network_acl_entry_name", "NetworkAclEntryName"), f("entry_type", "EntryType"), f("ip_version", "IpVersion"),
		)).decisive()
	}
	rule := func(direction, side string) mapping {
		return mapping{
			kind: snapshot.SecurityGroup, id: []string{"security_group_id"}, part: aspect + string(snapshot.Rules), when: [2]string{"type", direction},
			keys: []string{"Direction", "IpProtocol", "PortRange", "Policy", "Priority", side + "CidrIp", "Ipv6" + side + "CidrIp", side + "GroupId", side + "PrefixListId"},
			fields: []field{
				f("type", "Direction"), f("ip_protocol", "IpProtocol").with(asUpper), f("port_range", "PortRange"), f("policy", "Policy").with(asTitle),
				f("priority", "Priority").with(asText), f("cidr_ip", side+"CidrIp"), f("ipv6_cidr_ip", "Ipv6"+side+"CidrIp"),
				f("source_security_group_id", side+"GroupId"), f("prefix_list_id", side+"PrefixListId"), f("nic_type", "NicType").aside(),
				f("source_group_owner_account", side+"GroupOwnerAccount").aside(), f("description", "Description").aside(),
				f("security_group_rule_id", "SecurityGroupRuleId").aside(),
			},
		}
	}
	bound := func(id, acl string) mapping {
		return mapping{kind: snapshot.VSwitch, id: []string{id}, fields: []field{f(acl, "NetworkAclId").decisive()}}
	}
	resource := func(acl string) mapping {
		return mapping{
			kind: snapshot.NetworkACL, id: []string{acl}, part: "Resources.Resource", keys: []string{"ResourceId"},
			fields: []field{f("resource_id", "ResourceId"), f("resource_type", "ResourceType")},
		}
	}
	in := func(block string, m mapping) mapping { m.each = block; return m }
	return map[string][]mapping{
		"security_group": {{
			kind: snapshot.SecurityGroup, own: true, id: []string{"id"},
			fields: []field{
				f("id", "SecurityGroupId"), f("security_group_name|name", "SecurityGroupName").aside(),
				f("description", "Description").aside(), f("vpc_id", "VpcId"), f("security_group_type", "SecurityGroupType"),
				f("inner_access_policy", "InnerAccessPolicy").decisive(), f("resource_group_id", "ResourceGroupId").aside(),
				f("tags", "Tags.Tag").with(asTags("TagKey", "TagValue")).aside(),
			},
			shared: []string{"ecs.DescribeSecurityGroupAttribute"},
		}},
		"security_group_rule": {rule("ingress", "Source"), rule("egress", "Dest")},
		"network_acl": {
			{
				kind: snapshot.NetworkACL, own: true, id: []string{"id"},
				fields: []field{
					f("id", "NetworkAclId"), f("network_acl_name", "NetworkAclName").aside(), f("vpc_id", "VpcId"), f("status", "Status").aside(),
					entries("ingress_acl_entries", "IngressAclEntries.IngressAclEntry", "source_cidr_ip", "SourceCidrIp"),
					entries("egress_acl_entries", "EgressAclEntries.EgressAclEntry", "destination_cidr_ip", "DestinationCidrIp"),
					f("tags", "Tags.Tag").with(asTags("Key", "Value")).aside(),
				},
				created: map[string]string{"Status": "Available"},
				calls:   []string{"vpc.DescribeNetworkAclAttributes"},
			},
			in("resources", resource("id")), in("resources", bound("resource_id", "id")),
		},
		"network_acl_entries": {{
			kind: snapshot.NetworkACL, id: []string{"network_acl_id"},
			fields: []field{
				entries("ingress", "IngressAclEntries.IngressAclEntry", "source_cidr_ip", "SourceCidrIp"),
				entries("egress", "EgressAclEntries.EgressAclEntry", "destination_cidr_ip", "DestinationCidrIp"),
			},
		}},
		"network_acl_attachment":     {in("resources", resource("network_acl_id")), in("resources", bound("resource_id", "network_acl_id"))},
		"vpc_network_acl_attachment": {resource("network_acl_id"), bound("resource_id", "network_acl_id")},
	}
}

// gateways are NAT gateways and elastic addresses.
func gateways() map[string][]mapping {
	address := []mapping{{
		kind: snapshot.EIP, own: true, id: []string{"id"},
		fields: []field{
			f("id", "AllocationId"), f("ip_address", "IpAddress"), f("status", "Status").aside(), f("address_name|name", "Name").aside(),
			f("isp", "ISP").aside(), f("resource_group_id", "ResourceGroupId").aside(), f("tags", "Tags.Tag").with(asTags("Key", "Value")).aside(),
		},
	}}
	return map[string][]mapping{
		"nat_gateway": {{
			kind: snapshot.NATGateway, own: true, id: []string{"id"},
			fields: []field{
				f("id", "NatGatewayId"), f("nat_gateway_name|name", "Name").aside(), f("description", "Description").aside(),
				f("vpc_id", "VpcId"), f("status", "Status"), f("nat_type", "NatType").aside(), f("network_type", "NetworkType").decisive(),
				f("deletion_protection", "DeletionProtection"), f("eip_bind_mode", "EipBindMode").aside(),
				f("forward_table_ids", "ForwardTableIds.ForwardTableId").with(asCommas), f("snat_table_ids", "SnatTableIds.SnatTableId").with(asCommas),
				f("tags", "Tags.Tag").with(asTags("TagKey", "TagValue")).aside(),
			},
			created: map[string]string{"Status": "Available"},
		}},
		"forward_entry": {{
			kind: snapshot.ForwardTable, id: []string{"forward_table_id"}, part: aspect + string(snapshot.Entries), keys: []string{"ExternalIp", "ExternalPort", "IpProtocol"},
			fields: []field{
				f("forward_table_id", "ForwardTableId"), f("forward_entry_id", "ForwardEntryId").aside(), f("forward_entry_name", "ForwardEntryName").aside(),
				f("external_ip", "ExternalIp"), f("external_port", "ExternalPort"), f("internal_ip", "InternalIp"), f("internal_port", "InternalPort"),
				f("ip_protocol", "IpProtocol"), f("status", "Status").aside(),
			},
			created: map[string]string{"Status": "Available"},
		}},
		"snat_entry": {{
			kind: snapshot.SnatTable, id: []string{"snat_table_id"}, part: aspect + string(snapshot.Entries), keys: []string{"SourceVSwitchId", "SourceCIDR", "SnatIp"},
			fields: []field{
				f("snat_table_id", "SnatTableId"), f("snat_entry_id", "SnatEntryId").aside(), f("snat_entry_name", "SnatEntryName").aside(), f("snat_ip", "SnatIp"),
				f("source_cidr", "SourceCIDR"), f("source_vswitch_id", "SourceVSwitchId"), f("status", "Status").aside(),
			},
			created: map[string]string{"Status": "Available"},
		}},
		"eip": address, "eip_address": address,
		"eip_association": {{
			kind: snapshot.EIP, id: []string{"allocation_id"},
			fields: []field{
				f("instance_id", "InstanceId").decisive(), f("instance_type", "InstanceType").decisive(), f("=InUse", "Status"),
				f("private_ip_address", "PrivateIpAddress").aside(),
			},
		}, {
			kind: snapshot.ECS, id: []string{"instance_id"}, when: [2]string{"instance_type", "EcsInstance"},
			fields: []field{f("allocation_id", "EipAddress.AllocationId")},
		}},
	}
}

// hosts are ECS instances and network interfaces. An instance with a bandwidth
// to the internet gets a public address.
func hosts() map[string][]mapping {
	tags := f("tags", "Tags.Tag").with(asTags("TagKey", "TagValue")).aside()
	card := func(name, address, groups string) []mapping {
		return []mapping{{
			kind: snapshot.ENI, own: true, id: []string{"id"},
			fields: []field{
				f("id", "NetworkInterfaceId"), f(name, "NetworkInterfaceName").aside(), f("vswitch_id", "VSwitchId"), f(address, "PrivateIpAddress"),
				f(groups, "SecurityGroupIds.SecurityGroupId").with(asSet), f("=Secondary", "Type"), f("resource_group_id", "ResourceGroupId").aside(), tags,
			},
			created: map[string]string{"Status": "Available"},
		}}
	}
	attached := []mapping{{
		kind: snapshot.ENI, id: []string{"network_interface_id"}, fields: []field{f("instance_id", "InstanceId"), f("=InUse", "Status")},
	}}
	return map[string][]mapping{
		"instance": {{
			kind: snapshot.ECS, own: true, id: []string{"id"},
			fields: []field{
				f("id", "InstanceId"), f("instance_name", "InstanceName").aside(), f("status", "Status"), f("availability_zone", "ZoneId"), f("=vpc", "InstanceNetworkType"),
				f("vpc_id", "VpcAttributes.VpcId").aside(), f("vswitch_id", "VpcAttributes.VSwitchId"),
				f("private_ip|primary_ip_address", "VpcAttributes.PrivateIpAddress.IpAddress").with(asOnly),
				f("public_ip", "PublicIpAddress.IpAddress").with(asOnly).unless("internet_max_bandwidth_out", "0").settledBy("vpc.DescribeEipAddresses"),
				f("security_groups", "SecurityGroupIds.SecurityGroupId").with(asSet), f("deletion_protection", "DeletionProtection"),
				f("resource_group_id", "ResourceGroupId").aside(), tags,
			},
			created: map[string]string{"Status": "Running"},
		}},
		"network_interface":            card("name", "private_ip", "security_groups"),
		"ecs_network_interface":        card("network_interface_name|name", "primary_ip_address|private_ip", "security_group_ids|security_groups"),
		"network_interface_attachment": attached, "ecs_network_interface_attachment": attached,
	}
}

// joints join VPCs: CEN, transit routers and peering.
func joints() map[string][]mapping {
	return map[string][]mapping{
		"cen_instance": {{
			kind: snapshot.CEN, own: true, id: []string{"id"},
			fields: []field{
				f("id", "CenId"), f("cen_instance_name|name", "Name").aside(), f("status", "Status"), f("description", "Description").aside(),
				f("protection_level", "ProtectionLevel").aside(), f("resource_group_id", "ResourceGroupId").aside(), f("tags", "Tags.Tag").with(asTags("Key", "Value")).aside(),
			},
			created: map[string]string{"Status": "Active"},
			shared:  []string{"cbn.DescribeCenAttachedChildInstances", "cbn.ListTransitRouters"},
		}},
		"cen_instance_attachment": {{
			kind: snapshot.CEN, id: []string{"instance_id"}, part: aspect + string(snapshot.Children), keys: []string{"ChildInstanceId"},
			fields: []field{
				f("instance_id", "CenId"), f("child_instance_id", "ChildInstanceId"), f("child_instance_type", "ChildInstanceType"),
				f("child_instance_region_id", "ChildInstanceRegionId"), f("child_instance_owner_id", "ChildInstanceOwnerId").with(asNumber).aside(), f("status", "Status"),
			},
			created: map[string]string{"Status": "Attached"},
		}},
		"cen_transit_router": {{
			kind: snapshot.TransitRouter, own: true, id: []string{"transit_router_id"},
			fields: []field{
				f("transit_router_id", "TransitRouterId"), f("cen_id", "CenId"), f("transit_router_name", "TransitRouterName").aside(),
				f("type", "Type").aside(), f("status", "Status").aside(),
			},
			shared: []string{"cbn.ListTransitRouterVpcAttachments", "cbn.ListTransitRouterRouteTables"},
		}},
		"cen_transit_router_vpc_attachment": {{
			kind: snapshot.TransitRouter, id: []string{"transit_router_id"}, part: aspect + string(snapshot.Attachments), keys: []string{"VpcId"},
			fields: []field{
				f("transit_router_attachment_id", "TransitRouterAttachmentId").aside(), f("transit_router_id", "TransitRouterId"), f("cen_id", "CenId").aside(),
				f("vpc_id", "VpcId"), f("status", "Status"), f("resource_type", "ResourceType").aside(),
			},
			created: map[string]string{"Status": "Attached"},
		}},
		"vpc_peer_connection": {{
			kind: snapshot.VPCPeer, own: true, id: []string{"id"},
			fields: []field{
				f("id", "InstanceId"), f("peer_connection_name", "Name").aside(), f("vpc_id", "Vpc.VpcId"), f("accepting_vpc_id", "AcceptingVpc.VpcId"),
				f("accepting_region_id", "AcceptingRegionId"), f("region_id", "RegionId").aside(), f("accepting_ali_uid", "AcceptingOwnerUid").with(asNumber),
				f("status", "Status"), f("bandwidth", "Bandwidth").with(asNumber).aside(), f("description", "Description").aside(),
			},
			calls: []string{"vpcpeer.GetVpcPeerConnectionAttribute"},
		}},
		"vpc_peer_connection_accepter": {{
			kind: snapshot.VPCPeer, id: []string{"instance_id"}, fields: []field{f("status", "Status")},
		}},
	}
}

// identities are RAM's users, groups, roles, policies, and what they are
// attached to.
func identities() map[string][]mapping {
	attached := func(kind snapshot.Kind, principal string) []mapping {
		return []mapping{{
			kind: kind, id: []string{principal}, part: aspect + string(snapshot.Policies), keys: []string{"PolicyType", "PolicyName"},
			fields: []field{f("policy_name", "PolicyName"), f("policy_type", "PolicyType")},
		}}
	}
	members := func(each, user string) []mapping {
		return []mapping{{
			kind: snapshot.RAMGroup, id: []string{"group_name"}, each: each, part: aspect + string(snapshot.Users), keys: []string{"UserName"},
			fields: []field{f(user, "UserName")},
		}, {
			kind: snapshot.RAMUser, id: []string{user}, each: each, part: aspect + string(snapshot.Groups), keys: []string{"GroupName"},
			fields: []field{f("group_name", "GroupName")},
		}}
	}
	return map[string][]mapping{
		"ram_user": {{
			kind: snapshot.RAMUser, own: true, id: []string{"name"},
			fields: []field{f("name", "UserName"), f("display_name", "DisplayName").aside(), f("email", "Email").aside(), f("comments", "Comments").aside()},
			calls:  []string{"ram.GetUser"},
			shared: []string{"ram.ListGroupsForUser", "ram.ListPoliciesForUser"},
		}},
		"ram_group": {{
			kind: snapshot.RAMGroup, own: true, id: []string{"group_name|name"},
			fields: []field{f("group_name|name", "GroupName"), f("comments", "Comments").aside()},
			shared: []string{"ram.ListUsersForGroup", "ram.ListPoliciesForGroup"},
		}},
		"ram_role": {{
			kind: snapshot.RAMRole, own: true, id: []string{"role_name|name"},
			fields: []field{
				f("role_name|name", "RoleName"), f("arn", "Arn").aside(), f("description", "Description").aside(),
				f("assume_role_policy_document|document", "AssumeRolePolicyDocument").with(asDocument).decisive(),
				f("max_session_duration", "MaxSessionDuration").with(asNumber).aside(),
			},
			calls: []string{"ram.GetRole"}, shared: []string{"ram.ListPoliciesForRole"},
		}},
		"ram_policy": {{
			kind: snapshot.RAMPolicy, own: true, id: []string{"policy_name|name"}, prefix: "Custom",
			fields: []field{
				f("policy_name|name", "PolicyName"), f("=Custom", "PolicyType"), f("default_version", "DefaultVersion").aside(),
				f("policy_document|document", aspect+string(snapshot.Document)).with(asDocument).decisive(),
				f("description", "Description").aside(),
			},
			calls: []string{"ram.GetPolicy"},
		}},
		"ram_user_policy_attachment":  attached(snapshot.RAMUser, "user_name"),
		"ram_group_policy_attachment": attached(snapshot.RAMGroup, "group_name"),
		"ram_role_policy_attachment":  attached(snapshot.RAMRole, "role_name"),
		"ram_group_membership":        members("user_names", "."),
		"ram_user_group_attachment":   members("", "user_name"),
	}
}
