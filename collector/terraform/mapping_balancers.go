package terraform

import "esaudit/snapshot"

// clb is the classic load balancer.
func clb() map[string][]mapping {
	server := func(id, port string) []field {
		return []field{
			f(id, "ServerId"), f(port, "Port").with(asNumber), f("type", "Type"), f("weight", "Weight").with(asNumber), f("description", "Description").aside(),
		}
	}
	return map[string][]mapping{
		"slb_load_balancer": {{
			kind: snapshot.CLB, own: true, id: []string{"id"},
			fields: []field{
				f("id", "LoadBalancerId"), f("load_balancer_name|name", "LoadBalancerName").aside(), f("status", "LoadBalancerStatus"),
				f("address_type", "AddressType"), f("address", "Address").aside(), f("address_ip_version", "AddressIPVersion"), f("vswitch_id", "VSwitchId"),
				f("master_zone_id", "MasterZoneId"), f("slave_zone_id", "SlaveZoneId"), f("delete_protection", "DeleteProtection"),
				f("modification_protection_status", "ModificationProtectionStatus"), f("modification_protection_reason", "ModificationProtectionReason").aside(),
				f("load_balancer_spec", "LoadBalancerSpec").aside(), f("bandwidth", "Bandwidth").with(asNumber).aside(),
				f("resource_group_id", "ResourceGroupId").aside(), f("tags", "Tags.Tag").with(asTags("TagKey", "TagValue")).aside(),
			},
			created: map[string]string{"LoadBalancerStatus": "active"},
			shared:  []string{"slb.DescribeLoadBalancerAttribute", "slb.DescribeLoadBalancerListeners"},
		}},
		"slb_listener": {{
			kind: snapshot.CLBListener, own: true, id: []string{"load_balancer_id", "protocol", "frontend_port"},
			fields: []field{
				f("load_balancer_id", "LoadBalancerId"), f("protocol", "ListenerProtocol"), f("frontend_port", "ListenerPort").with(asNumber),
				f("backend_port", "BackendServerPort").with(asNumber), f("server_group_id", "VServerGroupId"),
				f("master_slave_server_group_id", "MasterSlaveServerGroupId"), f("description", "Description").aside(),
				f("acl_status", "AclStatus"), f("acl_type", "AclType"), f("acl_ids", "AclIds").with(asSet), f("acl_id", "AclId").aside(),
				f("bandwidth", "Bandwidth").with(asNumber).aside(), f("scheduler", "Scheduler").aside(),
				f("health_check", "{PROTOCOL}ListenerConfig.HealthCheck"), f("health_check_type", "{PROTOCOL}ListenerConfig.HealthCheckType").aside(),
				f("tls_cipher_policy", "{PROTOCOL}ListenerConfig.TLSCipherPolicy"), f("listener_forward", "{PROTOCOL}ListenerConfig.ListenerForward"),
				f("forward_port", "{PROTOCOL}ListenerConfig.ForwardPort").with(asNumber),
			},
			created: map[string]string{"Status": "running"},
		}},
		"slb_acl": {{
			kind: snapshot.CLBACL, own: true, id: []string{"id"},
			fields: []field{
				f("id", "AclId"), f("name", "AclName").aside(), f("ip_version", "AddressIPVersion"), f("resource_group_id", "ResourceGroupId").aside(),
			},
			shared: []string{"slb.DescribeAccessControlListAttribute"},
		}, {
			kind: snapshot.CLBACL, id: []string{"id"}, each: "entry_list", part: aspect + string(snapshot.Entries), keys: []string{"AclEntryIP"},
			fields: []field{f("entry", "AclEntryIP"), f("comment", "AclEntryComment").aside()},
		}},
		"slb_acl_entry_attachment": {{
			kind: snapshot.CLBACL, id: []string{"acl_id"}, part: aspect + string(snapshot.Entries), keys: []string{"AclEntryIP"},
			fields: []field{f("entry", "AclEntryIP"), f("comment", "AclEntryComment").aside()},
		}},
		"slb_backend_server": {{
			kind: snapshot.CLB, id: []string{"load_balancer_id"}, each: "backend_servers", part: "BackendServers.BackendServer", keys: []string{"ServerId"},
			fields: []field{f("server_id", "ServerId"), f("type", "Type"), f("weight", "Weight").with(asNumber), f("server_ip", "ServerIp").aside()},
		}},
		"slb_server_group": {{
			kind: snapshot.CLBVServerGroup, own: true, id: []string{"id"},
			fields: []field{f("id", "VServerGroupId"), f("load_balancer_id", "LoadBalancerId"), f("name", "VServerGroupName").aside()},
			shared: []string{"slb.DescribeVServerGroupAttribute"},
		}, {
			kind: snapshot.CLBVServerGroup, id: []string{"id"}, each: "servers.server_ids", part: "BackendServers.BackendServer",
			keys: []string{"ServerId", "Port"}, fields: server(".", "port")[:4],
		}},
		"slb_server_group_server_attachment": {{
			kind: snapshot.CLBVServerGroup, id: []string{"server_group_id"}, part: "BackendServers.BackendServer", keys: []string{"ServerId", "Port"},
			fields: server("server_id", "port"),
		}},
		"slb_master_slave_server_group": {{
			kind: snapshot.CLBMasterSlaveServerGroup, own: true, id: []string{"id"},
			fields: []field{f("id", "MasterSlaveServerGroupId"), f("load_balancer_id", "LoadBalancerId"), f("name", "MasterSlaveServerGroupName").aside()},
			calls:  []string{"slb.DescribeMasterSlaveServerGroupAttribute"},
		}, {
			kind: snapshot.CLBMasterSlaveServerGroup, id: []string{"id"}, each: "servers", part: "MasterSlaveBackendServers.MasterSlaveBackendServer",
			keys: []string{"ServerId", "Port"}, fields: append(server("server_id", "port")[:4], f("server_type", "ServerType")),
		}},
	}
}

// nlb is the network load balancer.
func nlb() map[string][]mapping {
	return map[string][]mapping{
		"nlb_load_balancer": {{
			kind: snapshot.NLB, own: true, id: []string{"id"},
			fields: []field{
				f("id", "LoadBalancerId"), f("load_balancer_name", "LoadBalancerName").aside(), f("status", "LoadBalancerStatus"),
				f("load_balancer_business_status", "LoadBalancerBusinessStatus"), f("address_type", "AddressType"), f("address_ip_version", "AddressIpVersion"),
				f("ipv6_address_type", "Ipv6AddressType"), f("vpc_id", "VpcId"), f("cross_zone_enabled", "CrossZoneEnabled"), f("dns_name", "DNSName").aside(),
				f("security_group_ids", "SecurityGroupIds").with(asSet), f("resource_group_id", "ResourceGroupId").aside(),
				f("tags", "Tags").with(asTags("Key", "Value")).aside(), f("create_time", "CreateTime").aside(),
				f("deletion_protection_config.enabled|deletion_protection_enabled", "DeletionProtectionConfig.Enabled"),
				f("modification_protection_config.status|modification_protection_status", "ModificationProtectionConfig.Status"),
			},
			created: map[string]string{"LoadBalancerStatus": "Active", "LoadBalancerBusinessStatus": "Normal"},
			calls:   []string{"nlb.GetLoadBalancerAttribute"}, shared: []string{"nlb.ListListeners"},
		}, {
			kind: snapshot.NLB, id: []string{"id"}, each: "zone_mappings", part: "ZoneMappings", keys: []string{"ZoneId", "VSwitchId"},
			fields: []field{
				f("zone_id", "ZoneId"), f("vswitch_id", "VSwitchId"), f("allocation_id", "LoadBalancerAddresses.#0.AllocationId"),
				f("private_ipv4_address", "LoadBalancerAddresses.#0.PrivateIPv4Address"), f("ipv6_address", "LoadBalancerAddresses.#0.Ipv6Address").aside(),
				f("ipv4_local_addresses", "LoadBalancerAddresses.#0.Ipv4LocalAddresses").with(asSet),
				f("ipv6_local_addresses", "LoadBalancerAddresses.#0.Ipv6LocalAddresses").with(asSet).aside(),
			},
		}},
		"nlb_load_balancer_security_group_attachment": {{
			kind: snapshot.NLB, id: []string{"load_balancer_id"}, part: "SecurityGroupIds", fields: []field{f("security_group_id", "")},
		}},
		"nlb_listener": {{
			kind: snapshot.NLBListener, own: true, id: []string{"id"},
			fields: []field{
				f("id", "ListenerId"), f("load_balancer_id", "LoadBalancerId"), f("listener_protocol", "ListenerProtocol"), f("listener_port", "ListenerPort").with(asNumber),
				f("start_port", "StartPort").with(asText).aside(), f("end_port", "EndPort").with(asText).aside(), f("status", "ListenerStatus"),
				f("server_group_id", "ServerGroupId"), f("security_policy_id", "SecurityPolicyId"), f("ca_enabled", "CaEnabled"),
				f("listener_description", "ListenerDescription").aside(), f("idle_timeout", "IdleTimeout").with(asNumber).aside(),
				f("proxy_protocol_enabled", "ProxyProtocolEnabled").aside(),
			},
			created: map[string]string{"ListenerStatus": "Running"},
		}},
		"nlb_server_group": {{
			kind: snapshot.NLBServerGroup, own: true, id: []string{"id"},
			fields: []field{
				f("id", "ServerGroupId"), f("server_group_name", "ServerGroupName").aside(), f("server_group_type", "ServerGroupType"), f("vpc_id", "VpcId"),
				f("protocol", "Protocol"), f("scheduler", "Scheduler").aside(), f("any_port_enabled", "AnyPortEnabled").decisive(),
				f("preserve_client_ip_enabled", "PreserveClientIpEnabled").decisive(), f("address_ip_version", "AddressIPVersion"), f("status", "ServerGroupStatus").aside(),
				f("health_check.health_check_enabled", "HealthCheck.HealthCheckEnabled"), f("health_check.health_check_type", "HealthCheck.HealthCheckType").aside(),
				f("health_check.health_check_connect_port", "HealthCheck.HealthCheckConnectPort").with(asNumber).aside(),
				f("resource_group_id", "ResourceGroupId").aside(), f("tags", "Tags").with(asTags("Key", "Value")).aside(),
			},
			shared: []string{"nlb.ListServerGroupServers"},
		}},
		"nlb_server_group_server_attachment": {{
			kind: snapshot.NLBServerGroup, id: []string{"server_group_id"}, part: aspect + string(snapshot.Servers),
			keys: []string{"ServerId", "ServerIp", "Port"},
			fields: []field{
				f("server_group_id", "ServerGroupId"), f("server_id", "ServerId"), f("server_ip", "ServerIp"), f("server_type", "ServerType"),
				f("port", "Port").with(asNumber), f("weight", "Weight").with(asNumber), f("zone_id", "ZoneId").aside(), f("status", "Status").aside(), f("description", "Description").aside(),
			},
		}},
	}
}

// privatelink is endpoint services and the account's own endpoints.
func privatelink() map[string][]mapping {
	resource := []field{f("resource_id", "ResourceId"), f("resource_type", "ResourceType"), f("zone_id", "ZoneId")}
	return map[string][]mapping{
		"privatelink_vpc_endpoint_service": {{
			kind: snapshot.EndpointService, own: true, id: []string{"id"},
			fields: []field{
				f("id", "ServiceId"), f("vpc_endpoint_service_name", "ServiceName").aside(), f("service_domain", "ServiceDomain").aside(), f("status", "ServiceStatus"),
				f("service_business_status", "ServiceBusinessStatus"), f("service_resource_type", "ServiceResourceType"), f("auto_accept_connection", "AutoAcceptEnabled"),
				f("payer", "Payer").aside(), f("zone_affinity_enabled", "ZoneAffinityEnabled").aside(), f("service_description", "ServiceDescription").aside(),
				f("resource_group_id", "ResourceGroupId").aside(), f("connect_bandwidth", "ConnectBandwidth").with(asNumber).aside(), f("create_time", "CreateTime").aside(),
			},
			created: map[string]string{"ServiceStatus": "Active", "ServiceBusinessStatus": "Normal"},
			calls:   []string{"privatelink.GetVpcEndpointServiceAttribute"},
			shared: []string{
				"privatelink.ListVpcEndpointServiceResources", "privatelink.ListVpcEndpointServiceUsers", "privatelink.ListVpcEndpointConnections",
			},
		}, {
			kind: snapshot.EndpointService, id: []string{"id"}, each: "resource", part: aspect + string(snapshot.Resources), keys: []string{"ResourceId", "ZoneId"}, fields: resource,
		}},
		"privatelink_vpc_endpoint_service_resource": {{
			kind: snapshot.EndpointService, id: []string{"service_id"}, part: aspect + string(snapshot.Resources), keys: []string{"ResourceId", "ZoneId"}, fields: resource,
		}},
		"privatelink_vpc_endpoint_service_user": {{
			kind: snapshot.EndpointService, id: []string{"service_id"}, part: aspect + string(snapshot.Users), keys: []string{"UserId"},
			fields: []field{f("user_id", "UserId").with(asNumber)},
		}},
		"privatelink_vpc_endpoint_connection": {{
			kind: snapshot.EndpointService, id: []string{"service_id"}, part: aspect + string(snapshot.Connections), keys: []string{"EndpointId"},
			fields: []field{f("service_id", "ServiceId"), f("endpoint_id", "EndpointId"), f("status", "ConnectionStatus"), f("bandwidth", "Bandwidth").with(asNumber).aside()},
		}},
		"privatelink_vpc_endpoint": {{
			kind: snapshot.Endpoint, own: true, id: []string{"id"},
			fields: []field{
				f("id", "EndpointId"), f("vpc_endpoint_name", "EndpointName").aside(), f("endpoint_domain", "EndpointDomain").aside(), f("status", "EndpointStatus"),
				f("endpoint_business_status", "EndpointBusinessStatus"), f("connection_status", "ConnectionStatus"), f("service_id", "ServiceId"),
				f("service_name", "ServiceName").aside(), f("vpc_id", "VpcId"), f("endpoint_type", "EndpointType").aside(), f("resource_group_id", "ResourceGroupId").aside(),
				f("create_time", "CreateTime").aside(),
			},
			calls: []string{"privatelink.GetVpcEndpointAttribute"}, shared: []string{"privatelink.ListVpcEndpointZones", "privatelink.ListVpcEndpointSecurityGroups"},
		}, {
			kind: snapshot.Endpoint, id: []string{"id"}, each: "security_group_ids", part: aspect + string(snapshot.Groups), keys: []string{"SecurityGroupId"},
			fields: []field{f(".", "SecurityGroupId")},
		}},
		"privatelink_vpc_endpoint_zone": {{
			kind: snapshot.Endpoint, id: []string{"endpoint_id"}, part: aspect + string(snapshot.Zones), keys: []string{"ZoneId", "VSwitchId"},
			fields: []field{f("zone_id", "ZoneId"), f("vswitch_id", "VSwitchId"), f("eni_ip", "EniIp").aside(), f("status", "ZoneStatus")},
		}},
	}
}
