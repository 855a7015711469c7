package oracle

import "strings"

// operation is what a reader knows of a call: its payload (the vendor's
// documents) and its subject (SEMANTICS 2).
type operation struct {
	product, name string
	list          string // keys to the payload when it is an array of objects
	mark          string // keys that show the payload otherwise: to an object, or to a field of the body
	subject       string // parameters that name the subject, by precedence
	total         string // keys to the number of items
	id            string // fields that tell items apart; "=": the list is one value of an object; "" for content
}

// operations lists the calls that verdicts depend on; all others are ignored.
func operations() []operation {
	const es, es2 = "elasticsearch", "Headers.X-Total-Count"
	const n = "TotalCount"
	return []operation{
		{es, "ListInstance", "Result", "", "", es2, "instanceId"},
		{es, "DescribeInstance", "", "Result", "InstanceId", "", ""},
		{es, "ListAllNode", "Result", "", "InstanceId", es2, "host"},
		{es, "ListVpcEndpoints", "Result", "", "InstanceId", es2, "endpointId"},
		{es, "ListKibanaPvlNetwork", "Result", "", "InstanceId", es2, "pvlId endpointId"},
		{"slb", "DescribeLoadBalancers", "LoadBalancers.LoadBalancer", "", "", n, "LoadBalancerId"},
		{"slb", "DescribeLoadBalancerAttribute", "", "LoadBalancerId", "LoadBalancerId", "", ""},
		{"slb", "DescribeLoadBalancerListeners", "Listeners", "", "", n, "LoadBalancerId ListenerProtocol ListenerPort"},
		{"slb", "DescribeLoadBalancerTCPListenerAttribute", "", "ListenerPort", "LoadBalancerId", "", ""},
		{"slb", "DescribeLoadBalancerUDPListenerAttribute", "", "ListenerPort", "LoadBalancerId", "", ""},
		{"slb", "DescribeLoadBalancerHTTPListenerAttribute", "", "ListenerPort", "LoadBalancerId", "", ""},
		{"slb", "DescribeLoadBalancerHTTPSListenerAttribute", "", "ListenerPort", "LoadBalancerId", "", ""},
		{"slb", "DescribeVServerGroupAttribute", "BackendServers.BackendServer", "", "VServerGroupId", "", "="},
		{"slb", "DescribeMasterSlaveServerGroupAttribute", "MasterSlaveBackendServers.MasterSlaveBackendServer", "", "MasterSlaveServerGroupId", "", "="},
		{"slb", "DescribeHealthStatus", "BackendServers.BackendServer", "", "LoadBalancerId", "", ""},
		{"slb", "DescribeAccessControlListAttribute", "AclEntrys.AclEntry", "", "AclId", "TotalAclEntry", ""},
		{"nlb", "ListLoadBalancers", "LoadBalancers", "", "", n, "LoadBalancerId"},
		{"nlb", "GetLoadBalancerAttribute", "", "LoadBalancerId", "LoadBalancerId", "", ""},
		{"nlb", "ListListeners", "Listeners", "", "", n, "ListenerId"},
		{"nlb", "GetListenerAttribute", "", "ListenerId", "ListenerId", "", ""},
		{"nlb", "GetListenerHealthStatus", "ListenerHealthStatus", "", "ListenerId", n, ""},
		{"nlb", "ListServerGroups", "ServerGroups", "", "", n, "ServerGroupId"},
		{"nlb", "ListServerGroupServers", "Servers", "", "ServerGroupId", n, "ServerId ServerIp Port"},
		{"privatelink", "ListVpcEndpointServices", "Services", "", "", n, "ServiceId"},
		{"privatelink", "GetVpcEndpointServiceAttribute", "", "ServiceId", "ServiceId", "", ""},
		{"privatelink", "ListVpcEndpointServiceResources", "Resources", "", "ServiceId", n, ""},
		{"privatelink", "ListVpcEndpointConnections", "Connections", "", "ServiceId", n, "ServiceId EndpointId"},
		{"ecs", "DescribeInstances", "Instances.Instance", "", "", n, "InstanceId"},
		{"ecs", "DescribeNetworkInterfaces", "NetworkInterfaceSets.NetworkInterfaceSet", "", "", n, "NetworkInterfaceId"},
		{"ecs", "DescribeSecurityGroups", "SecurityGroups.SecurityGroup", "", "", n, "SecurityGroupId"},
		{"ecs", "DescribeSecurityGroupAttribute", "Permissions.Permission", "", "SecurityGroupId", n, "SecurityGroupRuleId"},
		{"ecs", "DescribePrefixListAttributes", "Entries.Entry", "", "PrefixListId", n, ""},
		{"ecs", "DescribePortRangeListEntries", "Entries", "", "PortRangeListId", n, ""},
		{"vpc", "DescribeVpcs", "Vpcs.Vpc", "", "", n, "VpcId"},
		{"vpc", "DescribeVSwitches", "VSwitches.VSwitch", "", "", n, "VSwitchId"},
		{"vpc", "DescribeRouteTableList", "RouterTableList.RouterTableListType", "", "", n, "RouteTableId"},
		{"vpc", "DescribeRouteEntryList", "RouteEntrys.RouteEntry", "", "RouteTableId", n, "RouteEntryId"},
		{"vpc", "DescribeNetworkAcls", "NetworkAcls.NetworkAcl", "", "", n, "NetworkAclId"},
		{"vpc", "DescribeNetworkAclAttributes", "", "NetworkAclAttribute", "NetworkAclId", "", ""},
		{"vpc", "DescribeNatGateways", "NatGateways.NatGateway", "", "", n, "NatGatewayId"},
		{"vpc", "DescribeForwardTableEntries", "ForwardTableEntries.ForwardTableEntry", "", "ForwardTableId NatGatewayId", n, "ForwardEntryId"},
		{"vpc", "DescribeEipAddresses", "EipAddresses.EipAddress", "", "", n, "AllocationId"},
		{"vpcpeer", "ListVpcPeerConnections", "VpcPeerConnects", "", "", n, "InstanceId"},
		{"cbn", "DescribeCens", "Cens.Cen", "", "", n, "CenId"},
		{"cbn", "DescribeCenAttachedChildInstances", "ChildInstances.ChildInstance", "", "CenId", n, "ChildInstanceId"},
		{"cbn", "ListTransitRouters", "TransitRouters", "", "CenId", n, "TransitRouterId"},
	}
}

// find returns an operation by "product.name".
func (o *Oracle) find(name string) operation {
	for _, op := range o.operations {
		if op.product+"."+op.name == name {
			return op
		}
	}
	panic("no operation " + name)
}

// payload returns the array of a body, and whether it is one of objects only.
func (op operation) payload(body object) ([]object, bool) {
	at := get(body, strings.Split(op.list, ".")...)
	list, ok := at.([]any)
	if !ok {
		return nil, false
	}
	var out []object
	for _, item := range list {
		o, ok := item.(object)
		if !ok {
			return nil, false
		}
		out = append(out, o)
	}
	return out, true
}

// about returns the subject of a line: "" when no parameter names one.
func (op operation) about(l Line) string {
	for _, key := range strings.Fields(op.subject) {
		if id := text(l.Params, key); id != "" {
			return id
		}
	}
	return ""
}

// identify is the id of an item; "" when it has none.
func (op operation) identify(item object) string {
	id := ""
	for _, key := range strings.Fields(op.id) {
		part := strings.ToLower(text(item, key))
		if part == "" && key == "LoadBalancerId" {
			return "" // of which one a listener is
		}
		id += part + "\x00"
	}
	if strings.Trim(id, "\x00") == "" {
		return ""
	}
	return id
}
