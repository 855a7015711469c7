package emulator

import (
	"slices"
	"strings"
)

// versions maps the version of an API, which no two products share, to the
// SDK's name of the product (services/NAME of v1.63.107).
func versions() map[string]string {
	return map[string]string{
		"2014-05-15": "slb", "2022-04-30": "nlb", "2020-06-16": "alb", "2020-04-15": "privatelink",
		"2015-05-01": "ram", "2019-08-15": "ims", "2020-03-31": "resourcemanager", "2015-04-01": "sts",
		"2016-04-28": "vpc", "2022-01-01": "vpcpeer", "2017-09-12": "cbn", "2014-05-26": "ecs",
		"2020-07-06": "actiontrail",
	}
}

// globalProduct reports whether a product has no regions.
func globalProduct(name string) bool {
	return slices.Contains([]string{"ram", "ims", "sts", "resourcemanager"}, name)
}

// clusterReads are the GET operations of Elasticsearch on one instance, by what
// follows /openapi/instances/ID (the SDK's own patterns; GetKeystores and
// ListUserPlugin from the vendor's API metadata).
func clusterReads() map[string]string {
	return map[string]string{
		"": "DescribeInstance", "nodes": "ListAllNode", "vpc-endpoints": "ListVpcEndpoints",
		"actions/get-kibana-private": "ListKibanaPvlNetwork", "connected-clusters": "ListConnectedClusters",
		"connectable-clusters": "DescribeConnectableClusters", "kibana-settings": "DescribeKibanaSettings",
		"snapshot-setting": "DescribeSnapshotSetting", "snapshot-repos": "ListSnapshotReposByInstanceId",
		"alternative-snapshot-repos": "ListAlternativeSnapshotRepos", "elasticsearch-health": "DescribeElasticsearchHealth",
		"dynamic-settings": "DescribeDynamicSettings", "plugins": "ListPlugins", "kibana-plugins": "ListKibanaPlugins",
		"userPlugins": "ListUserPlugin", "dicts": "ListDicts", "dict/_info": "ListDictInformation", "keystores": "GetKeystores",
		"action-records": "ListActionRecords", "templates": "DescribeTemplates", "indices": "ListInstanceIndices",
		"index-templates": "ListIndexTemplates", "ilm-policies": "ListILMPolicies", "data-streams": "ListDataStreams",
		"component-index": "ListComponentIndices", "deprecated-templates": "ListDeprecatedTemplates",
		"data-task": "ListDataTasks", "elastic-task": "GetElastictask", "cat-recovery": "ListShardRecoveries",
		"search-log": "ListSearchLog", "openstore/usage": "GetOpenStoreUsage",
	}
}

// otherReads are the GET operations of Elasticsearch that no instance is named
// for, by path.
func otherReads() map[string]string {
	return map[string]string{
		"/openapi/instances": "ListInstance", "/openapi/tags": "ListTagResources", "/openapi/tags/all-tags": "ListTags",
		"/openapi/regions": "DescribeRegions", "/openapi/region": "GetRegionConfiguration",
		"/openapi/regions/instance-config": "GetRegionalInstanceConfig", "/openapi/logstashes": "ListLogstash",
	}
}

// isRead reports whether an operation's name says that it changes nothing.
func isRead(operation string) bool {
	return slices.ContainsFunc([]string{"Describe", "List", "Get", "Query", "Check", "Count", "Search", "Decode", "Lookup"}, func(verb string) bool {
		return strings.HasPrefix(operation, verb)
	})
}

// listing is an operation whose answer is a list: where its items stand, and how
// it is paged (the operations' documentation).
type listing struct {
	paths        []string // of the arrays, one after the other: "Vpcs.Vpc"
	number, size string   // request parameters of numbered pages: PageNumber, PageSize
	token, limit string   // request parameters of pages by token: NextToken, MaxResults
	least        int      // what a smaller page counts as
	usual        int      // items of a page whose size is not asked for
	most         int      // the vendor's limit
	mostNumbered int      // the limit of numbered pages where it differs
	lenient      bool     // a larger page is cut to the limit instead of refused
	split        split
}

// split is a parameter that divides a list: the answers for all values together
// are the answer without it, or with the value all.
type split struct {
	param  string
	values []string
	all    string
}

// unlimited marks a list whose largest page the vendor does not document.
func (l listing) unlimited() listing {
	l.lenient = true
	return l
}

func (l listing) divided(param, all string, values ...string) listing {
	l.split = split{param, values, all}
	return l
}

func whole(paths ...string) listing { return listing{paths: paths} }

func numbered(path string, usual, most int) listing {
	return listing{paths: []string{path}, number: "PageNumber", size: "PageSize", usual: usual, most: most}
}

func tokens(usual, most int, paths ...string) listing {
	return listing{paths: paths, token: "NextToken", limit: "MaxResults", usual: usual, most: most}
}

func marked(path string) listing {
	return listing{paths: []string{path}, token: "Marker", limit: "MaxItems", usual: 100, most: 1000}
}

func paged(path string, usual int) listing {
	return listing{paths: []string{path}, number: "page", size: "size", usual: usual, most: 100}
}

// either is paged by token, or by number when only that is asked for (ecs).
func either(path string, most int) listing {
	l := tokens(10, most, path)
	l.number, l.size, l.mostNumbered = "PageNumber", "PageSize", 100
	return l
}

// listings are the lists, by product and operation. Operations that are not
// here are answered with their lines as they stand.
func listings() map[string]listing {
	all := map[string]listing{}
	for product, lists := range map[string]map[string]listing{
		"elasticsearch": elasticsearchLists(), "slb": slbLists(), "nlb": nlbLists(), "alb": albLists(),
		"privatelink": privatelinkLists(), "ram": ramLists(), "vpc": vpcLists(), "cbn": cbnLists(), "ecs": ecsLists(),
		"vpcpeer":         {"ListVpcPeerConnections": tokens(20, 100, "VpcPeerConnects")},
		"resourcemanager": {"ListPolicyAttachments": numbered("PolicyAttachments.PolicyAttachment", 10, 100).unlimited(), "ListAccounts": numbered("Accounts.Account", 10, 100)},
		"actiontrail":     {"DescribeTrails": whole("TrailList"), "LookupEvents": tokens(20, 50, "Events")},
	} {
		for operation, l := range lists {
			all[product+"."+operation] = l
		}
	}
	return all
}

func elasticsearchLists() map[string]listing {
	tagged := listing{paths: []string{"TagResources.TagResource"}, number: "Page", size: "Size", usual: 20, most: 100, lenient: true}
	return map[string]listing{
		"ListInstance": paged("Result", 10), "ListVpcEndpoints": paged("Result", 20).unlimited(),
		"ListPlugins": paged("Result", 10).unlimited(), "ListKibanaPlugins": paged("Result", 10).unlimited(),
		"ListUserPlugin": paged("Result", 10).unlimited(), "ListActionRecords": paged("Result", 10).unlimited(),
		"ListTagResources": tagged, "ListAllNode": whole("Result"), "ListKibanaPvlNetwork": whole("Result"),
		"ListConnectedClusters": whole("Result"), "ListSnapshotReposByInstanceId": whole("Result"),
		"ListAlternativeSnapshotRepos": whole("Result"), "ListDicts": whole("Result"), "GetKeystores": whole("Result"),
		"ListTags": whole("Result"), "DescribeRegions": whole("Result"),
	}
}

func slbLists() map[string]listing {
	entries := numbered("AclEntrys.AclEntry", 10, 50)
	entries.number = "Page"
	return map[string]listing{
		"DescribeLoadBalancers":              numbered("LoadBalancers.LoadBalancer", 100, 100),
		"DescribeLoadBalancerListeners":      tokens(20, 100, "Listeners"),
		"DescribeAccessControlLists":         numbered("Acls.Acl", 10, 50),
		"DescribeAccessControlListAttribute": entries,
		"DescribeHealthStatus":               whole("BackendServers.BackendServer"),
		"DescribeVServerGroups":              whole("VServerGroups.VServerGroup"),
		"DescribeMasterSlaveServerGroups":    whole("MasterSlaveServerGroups.MasterSlaveServerGroup"),
		"DescribeRules":                      whole("Rules.Rule"),
	}
}

// balancerLists are the lists that nlb and alb have in common.
func balancerLists() map[string]listing {
	return map[string]listing{
		"ListLoadBalancers": tokens(20, 100, "LoadBalancers"), "ListListeners": tokens(20, 100, "Listeners"),
		"ListServerGroups": tokens(20, 100, "ServerGroups"), "ListServerGroupServers": tokens(20, 100, "Servers"),
		"GetListenerHealthStatus": tokens(20, 100, "ListenerHealthStatus").unlimited(),
	}
}

func nlbLists() map[string]listing {
	lists := balancerLists()
	lists["ListSecurityPolicy"] = tokens(20, 100, "SecurityPolicies").unlimited()
	lists["ListSystemSecurityPolicy"] = whole("SecurityPolicies")
	return lists
}

func albLists() map[string]listing {
	lists := balancerLists()
	for operation, path := range map[string]string{"ListRules": "Rules", "ListAcls": "Acls", "ListAclEntries": "AclEntries"} {
		lists[operation] = tokens(20, 100, path)
	}
	for operation, l := range lists {
		lists[operation] = l.unlimited()
	}
	return lists
}

func privatelinkLists() map[string]listing {
	services := tokens(50, 1000, "Services").divided("ServiceResourceType", "", "slb", "nlb", "alb", "gwlb")
	return map[string]listing{
		"ListVpcEndpointServices": services, "ListVpcEndpoints": tokens(50, 1000, "Endpoints"),
		"ListVpcEndpointConnections": tokens(50, 1000, "Connections"), "ListVpcEndpointZones": tokens(50, 1000, "Zones"),
		"ListVpcEndpointSecurityGroups":    tokens(50, 100, "SecurityGroups").unlimited(),
		"ListVpcEndpointServiceResources":  tokens(50, 50, "Resources"),
		"ListVpcEndpointServiceUsers":      tokens(50, 50, "Users", "UserARNs"),
		"ListVpcEndpointServicesByEndUser": tokens(50, 50, "Services"),
		"DescribeZones":                    whole("Zones.Zone"), "DescribeRegions": whole("Regions.Region"),
	}
}

func ramLists() map[string]listing {
	lists := map[string]listing{
		"ListUsers": marked("Users.User"), "ListGroups": marked("Groups.Group"), "ListUsersForGroup": marked("Users.User"),
		"ListRoles": marked("Roles.Role"), "ListPolicies": marked("Policies.Policy").divided("PolicyType", "", "System", "Custom"),
		"ListAccessKeys": whole("AccessKeys.AccessKey"), "ListGroupsForUser": whole("Groups.Group"),
		"ListPolicyVersions": whole("PolicyVersions.PolicyVersion"),
	}
	for _, of := range []string{"User", "Group", "Role"} {
		lists["ListPoliciesFor"+of] = whole("Policies.Policy")
	}
	return lists
}

func vpcLists() map[string]listing {
	routes := tokens(50, 100, "RouteEntrys.RouteEntry")
	routes.limit = "MaxResult"
	lists := map[string]listing{
		"DescribeVpcs": numbered("Vpcs.Vpc", 10, 50), "DescribeVSwitches": numbered("VSwitches.VSwitch", 10, 50),
		"DescribeRouteTableList": numbered("RouterTableList.RouterTableListType", 10, 50), "DescribeRouteEntryList": routes,
	}
	for operation, path := range map[string]string{
		"DescribeNetworkAcls": "NetworkAcls.NetworkAcl", "DescribeNatGateways": "NatGateways.NatGateway",
		"DescribeSnatTableEntries": "SnatTableEntries.SnatTableEntry", "DescribeForwardTableEntries": "ForwardTableEntries.ForwardTableEntry",
		"DescribeEipAddresses": "EipAddresses.EipAddress", "DescribeVpnGateways": "VpnGateways.VpnGateway",
		"DescribeIpv6Gateways": "Ipv6Gateways.Ipv6Gateway", "DescribeFlowLogs": "FlowLogs.FlowLog",
		"DescribeRouterInterfaces": "RouterInterfaceSet.RouterInterfaceType",
	} {
		lists[operation] = numbered(path, 10, 100).unlimited()
	}
	return lists
}

func cbnLists() map[string]listing {
	return map[string]listing{
		"DescribeCens":                        numbered("Cens.Cen", 10, 50),
		"DescribeCenAttachedChildInstances":   numbered("ChildInstances.ChildInstance", 10, 50),
		"DescribePublishedRouteEntries":       numbered("PublishedRouteEntries.PublishedRouteEntry", 10, 50),
		"DescribeCenRegionDomainRouteEntries": numbered("CenRouteEntries.CenRouteEntry", 10, 50),
		"ListTransitRouters":                  numbered("TransitRouters", 10, 100).unlimited(),
		"ListTransitRouterVpcAttachments":     tokens(20, 100, "TransitRouterAttachments").unlimited(),
		"ListTransitRouterRouteTables":        tokens(20, 100, "TransitRouterRouteTables").unlimited(),
		"ListTransitRouterRouteEntries":       tokens(20, 100, "TransitRouterRouteEntries").unlimited(),
	}
}

func ecsLists() map[string]listing {
	hosts := either("Instances.Instance", 100).unlimited() // documented: less than 10 acts as 10, more than 100 as 100
	hosts.least = 10
	rules := tokens(500, 1000, "Permissions.Permission").divided("Direction", "all", "ingress", "egress")
	rules.least = 10
	return map[string]listing{
		"DescribeInstances": hosts, "DescribeNetworkInterfaces": either("NetworkInterfaceSets.NetworkInterfaceSet", 500),
		"DescribeSecurityGroups": either("SecurityGroups.SecurityGroup", 100), "DescribeSecurityGroupAttribute": rules,
		"DescribePrefixLists": tokens(10, 100, "PrefixLists.PrefixList"), "DescribePrefixListAttributes": whole("Entries.Entry"),
		"DescribePortRangeLists": tokens(10, 100, "PortRangeLists"), "DescribePortRangeListEntries": tokens(10, 100, "Entries").unlimited(),
		"DescribeRegions": whole("Regions.Region"),
	}
}
