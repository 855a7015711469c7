package terraform

import "esaudit/snapshot"

// mapping says what a type of resource tells of an object of the cloud. Several
// mappings of one type tell of several objects, or of lists of one.
type mapping struct {
	kind   snapshot.Kind
	own    bool     // the resource is the object: without it there is none
	id     []string // attributes whose values, joined by "/", are the object's id
	prefix string   // stands before the id with a "/": the type of a RAM policy

	each    string    // a nested block, or a list: one item for each element
	part    string    // where the fields stand as one item of a list; "" for the object's own fields
	keys    []string  // vendor's fields that tell the items of that list apart
	when    [2]string // an attribute and the value it must have
	fields  []field
	created map[string]string // fields of an object that was just made: what the provider waits for

	calls  []string // calls about the object that the fields answer
	shared []string // calls about the object whose lists other resources hold too: read when it was just made
}

// field is one attribute and where its value stands.
type field struct {
	from    string // the attribute; "a.b" is in the only block of a; "." the element of a list
	to      string // path of the vendor's field
	as      conversion
	decides bool // its absence means something to the vendor, so that an unknown value leaves the calls unread
	minor   bool // nobody judges it: unknown is not worth a word

	settled string    // the call about the account that would tell, when the value is not known
	absent  [2]string // an attribute and the value, none too, with which there is no value, known or not
}

// f is an attribute whose value is the vendor's.
func f(from, to string) field { return field{from: from, to: to} }

func (x field) with(as conversion) field { x.as = as; return x }
func (x field) decisive() field          { x.decides = true; return x }
func (x field) aside() field             { x.minor = true; return x }
func (x field) settledBy(call string) field {
	x.settled = call
	return x
}
func (x field) unless(name, value string) field {
	x.absent = [2]string{name, value}
	return x
}

// holder is the call about an object that holds a part of it; "" when it is the
// one that holds the object.
func holder(kind snapshot.Kind, part string) string {
	return map[string]string{
		string(snapshot.CLBACL) + aspect + string(snapshot.Entries):                                       "slb.DescribeAccessControlListAttribute",
		string(snapshot.CLB) + "BackendServers.BackendServer":                                             "slb.DescribeLoadBalancerAttribute",
		string(snapshot.CLBVServerGroup) + "BackendServers.BackendServer":                                 "slb.DescribeVServerGroupAttribute",
		string(snapshot.CLBMasterSlaveServerGroup) + "MasterSlaveBackendServers.MasterSlaveBackendServer": "slb.DescribeMasterSlaveServerGroupAttribute",
		string(snapshot.NLB) + "ZoneMappings":                                                             "nlb.GetLoadBalancerAttribute",
		string(snapshot.NLB) + "SecurityGroupIds":                                                         "nlb.GetLoadBalancerAttribute",
		string(snapshot.NLBServerGroup) + aspect + string(snapshot.Servers):                               "nlb.ListServerGroupServers",
		string(snapshot.EndpointService) + aspect + string(snapshot.Resources):                            "privatelink.ListVpcEndpointServiceResources",
		string(snapshot.EndpointService) + aspect + string(snapshot.Users):                                "privatelink.ListVpcEndpointServiceUsers",
		string(snapshot.EndpointService) + aspect + string(snapshot.Connections):                          "privatelink.ListVpcEndpointConnections",
		string(snapshot.Endpoint) + aspect + string(snapshot.Groups):                                      "privatelink.ListVpcEndpointSecurityGroups",
		string(snapshot.Endpoint) + aspect + string(snapshot.Zones):                                       "privatelink.ListVpcEndpointZones",
		string(snapshot.RouteTable) + aspect + string(snapshot.Entries):                                   "vpc.DescribeRouteEntryList",
		string(snapshot.SecurityGroup) + aspect + string(snapshot.Rules):                                  "ecs.DescribeSecurityGroupAttribute",
		string(snapshot.ForwardTable) + aspect + string(snapshot.Entries):                                 "vpc.DescribeForwardTableEntries",
		string(snapshot.SnatTable) + aspect + string(snapshot.Entries):                                    "vpc.DescribeSnatTableEntries",
		string(snapshot.CEN) + aspect + string(snapshot.Children):                                         "cbn.DescribeCenAttachedChildInstances",
		string(snapshot.TransitRouter) + aspect + string(snapshot.Attachments):                            "cbn.ListTransitRouterVpcAttachments",
		string(snapshot.RAMUser) + aspect + string(snapshot.Policies):                                     "ram.ListPoliciesForUser",
		string(snapshot.RAMGroup) + aspect + string(snapshot.Policies):                                    "ram.ListPoliciesForGroup",
		string(snapshot.RAMRole) + aspect + string(snapshot.Policies):                                     "ram.ListPoliciesForRole",
		string(snapshot.RAMGroup) + aspect + string(snapshot.Users):                                       "ram.ListUsersForGroup",
		string(snapshot.RAMUser) + aspect + string(snapshot.Groups):                                       "ram.ListGroupsForUser",
	}[string(kind)+part]
}

// aspect marks the part of an object that is an aspect, not a field.
const aspect = "@"

// mappings are the types of resources that are read, by name.
func mappings() map[string][]mapping {
	all := map[string][]mapping{}
	for _, list := range []map[string][]mapping{
		elasticsearch(), clb(), nlb(), privatelink(), network(), firewalls(), gateways(), hosts(), joints(), identities(),
	} {
		for name, m := range list {
			all["alicloud_"+name] = m
		}
	}
	return all
}

// whitelistGroups are the named groups of a cluster's whitelists.
const whitelistGroups = "networkConfig.whiteIpGroupList"

// elasticsearch is the cluster. The flat lists are those of the groups named
// default.
func elasticsearch() map[string][]mapping {
	list := []mapping{{
		kind: snapshot.Cluster, own: true, id: []string{"id"},
		fields: []field{
			f("id", "instanceId"), f("description", "description").aside(), f("version", "esVersion"), f("arch_type", "archType"), f("status", "status"),
			f("create_time", "createdAt").aside(), f("vswitch_id", "networkConfig.vswitchId"), f("protocol", "protocol"),
			f("domain", "domain").aside(), f("port", "port").with(asNumber).aside(),
			f("enable_public", "enablePublic"), f("public_domain", "publicDomain").aside(), f("public_port", "publicPort").with(asNumber).aside(),
			f("enable_kibana_public_network", "enableKibanaPublicNetwork"), f("enable_kibana_private_network", "enableKibanaPrivateNetwork"),
			f("kibana_domain", "kibanaDomain").aside(), f("kibana_port", "kibanaPort").with(asNumber).aside(), f("kibana_private_domain", "kibanaPrivateDomain").aside(),
			f("kibana_configuration", "haveKibana").with(asPresence).aside(),
			f("public_whitelist", "publicIpWhitelist").with(asSet), f("private_whitelist", "privateNetworkIpWhiteList").with(asSet),
			f("kibana_whitelist", "kibanaIPWhitelist").with(asSet), f("kibana_private_whitelist", "kibanaPrivateIPWhitelist").with(asSet),
			f("setting_config", "esConfig").with(asMap), f("instance_category", "instanceCategory").aside(),
			f("resource_group_id", "resourceGroupId").aside(), f("tags", "tags").with(asTags("tagKey", "tagValue")).aside(),
			f("zone_count", "zoneCount").with(asNumber),
			f("data_node_configuration.amount|data_node_amount", "nodeAmount").with(asNumber), f("data_node_configuration.spec|data_node_spec", "nodeSpec.spec"),
			f("data_node_configuration.disk|data_node_disk_size", "nodeSpec.disk").with(asNumber),
			f("data_node_configuration.disk_type|data_node_disk_type", "nodeSpec.diskType"),
			f("data_node_configuration.disk_encryption|data_node_disk_encrypted", "nodeSpec.diskEncryption"),
			f("data_node_configuration.performance_level|data_node_disk_performance_level", "nodeSpec.performanceLevel").aside(),
			f("master_configuration", "advancedDedicateMaster").with(asPresence).aside(),
		},
		created: map[string]string{"status": "active"},
		calls:   []string{"elasticsearch.DescribeInstance"}, shared: []string{"elasticsearch.ListVpcEndpoints", "elasticsearch.ListConnectedClusters"},
	}}
	for attribute, kind := range map[string]string{
		"public_whitelist": "PUBLIC_ES", "private_whitelist": "PRIVATE_ES", "kibana_whitelist": "PUBLIC_KIBANA", "kibana_private_whitelist": "PRIVATE_KIBANA",
	} {
		list = append(list, mapping{
			kind: snapshot.Cluster, id: []string{"id"}, part: whitelistGroups, keys: []string{"groupName", "whiteIpType"},
			fields: []field{f("=default", "groupName"), f("="+kind, "whiteIpType"), f(attribute, "ips").with(asSet)},
		})
	}
	return map[string][]mapping{"elasticsearch_instance": list}
}
