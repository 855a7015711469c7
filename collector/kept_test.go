package collector_test

import (
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/snapshot"
)

// where the answers of each operation end up: kind and aspect of an object, or
// "-" when only what came of the call is kept.
const whereKept = `
actiontrail.DescribeTrails trail/attributes
actiontrail.GetTrailStatus trail/status
actiontrail.LookupEvents -
alb.GetListenerAttribute albListener/attributes
alb.GetListenerHealthStatus albListener/health
alb.GetLoadBalancerAttribute alb/attributes
alb.ListAclEntries albAcl/entries
alb.ListAcls albAcl/attributes
alb.ListListeners albListener/attributes
alb.ListLoadBalancers alb/attributes
alb.ListRules albListener/rules
alb.ListServerGroupServers albServerGroup/servers
alb.ListServerGroups albServerGroup/attributes
cbn.DescribeCenAttachedChildInstances cen/children
cbn.DescribeCens cen/attributes
cbn.ListTransitRouterRouteEntries trRouteTable/entries
cbn.ListTransitRouterRouteTables trRouteTable/attributes
cbn.ListTransitRouterVpcAttachments transitRouter/attachments
cbn.ListTransitRouters transitRouter/attributes
ecs.DescribeInstances ecs/attributes
ecs.DescribeNetworkInterfaces eni/attributes
ecs.DescribePortRangeListEntries portRangeList/entries
ecs.DescribePortRangeLists portRangeList/attributes
ecs.DescribePrefixListAttributes prefixList/entries
ecs.DescribePrefixLists prefixList/attributes
ecs.DescribeRegions -
ecs.DescribeSecurityGroupAttribute securityGroup/rules
ecs.DescribeSecurityGroups securityGroup/attributes
elasticsearch.DescribeDynamicSettings elasticsearch/dynamicSettings
elasticsearch.DescribeElasticsearchHealth elasticsearch/health
elasticsearch.DescribeInstance elasticsearch/attributes
elasticsearch.DescribeKibanaSettings elasticsearch/kibanaSettings
elasticsearch.DescribeRegions -
elasticsearch.DescribeSnapshotSetting elasticsearch/snapshotSetting
elasticsearch.GetKeystores elasticsearch/keystores
elasticsearch.ListActionRecords -
elasticsearch.ListAllNode elasticsearch/nodes
elasticsearch.ListAlternativeSnapshotRepos -
elasticsearch.ListConnectedClusters elasticsearch/connectedClusters
elasticsearch.ListDicts elasticsearch/dictionaries
elasticsearch.ListInstance elasticsearch/attributes
elasticsearch.ListKibanaPlugins elasticsearch/kibanaPlugins
elasticsearch.ListKibanaPvlNetwork elasticsearch/kibanaPvl
elasticsearch.ListPlugins elasticsearch/plugins
elasticsearch.ListSnapshotReposByInstanceId elasticsearch/snapshotRepos
elasticsearch.ListTagResources -
elasticsearch.ListTags -
elasticsearch.ListUserPlugin elasticsearch/userPlugins
elasticsearch.ListVpcEndpoints elasticsearch/vpcEndpoints
nlb.GetListenerAttribute nlbListener/attributes
nlb.GetListenerHealthStatus nlbListener/health
nlb.GetLoadBalancerAttribute nlb/attributes
nlb.ListListeners nlbListener/attributes
nlb.ListLoadBalancers nlb/attributes
nlb.ListSecurityPolicy nlbSecurityPolicy/attributes
nlb.ListServerGroupServers nlbServerGroup/servers
nlb.ListServerGroups nlbServerGroup/attributes
nlb.ListSystemSecurityPolicy nlbSecurityPolicy/attributes
privatelink.DescribeRegions -
privatelink.DescribeZones region/zones
privatelink.GetVpcEndpointAttribute endpoint/attributes
privatelink.GetVpcEndpointServiceAttribute endpointService/attributes
privatelink.ListVpcEndpointConnections endpointService/connections
privatelink.ListVpcEndpointSecurityGroups endpoint/groups
privatelink.ListVpcEndpointServiceResources endpointService/resources
privatelink.ListVpcEndpointServiceUsers endpointService/users
privatelink.ListVpcEndpointServices endpointService/attributes
privatelink.ListVpcEndpointZones endpoint/zones
privatelink.ListVpcEndpoints endpoint/attributes
ram.GetAccessKeyLastUsed ramUser/accessKeys
ram.GetLoginProfile ramUser/loginProfile
ram.GetPasswordPolicy ramAccount/passwordPolicy
ram.GetPolicy ramPolicy/attributes
ram.GetPolicyVersion ramPolicy/document
ram.GetRole ramRole/attributes
ram.GetUser ramUser/attributes
ram.GetUserMFAInfo ramUser/mfaDevice
ram.ListAccessKeys ramUser/accessKeys
ram.ListEntitiesForPolicy ramPolicy/entities
ram.ListGroups ramGroup/attributes
ram.ListGroupsForUser ramUser/groups
ram.ListPolicies ramPolicy/attributes
ram.ListPoliciesForGroup ramGroup/policies
ram.ListPoliciesForRole ramRole/policies
ram.ListPoliciesForUser ramUser/policies
ram.ListPolicyVersions -
ram.ListRoles ramRole/attributes
ram.ListUsers ramUser/attributes
ram.ListUsersForGroup ramGroup/users
resourcemanager.ListPolicyAttachments policyAttachment/attributes
slb.DescribeAccessControlListAttribute clbAcl/entries
slb.DescribeAccessControlLists clbAcl/attributes
slb.DescribeHealthStatus clb/health
slb.DescribeLoadBalancerAttribute clb/attributes
slb.DescribeLoadBalancerHTTPListenerAttribute clbListener/attributes
slb.DescribeLoadBalancerHTTPSListenerAttribute clbListener/attributes
slb.DescribeLoadBalancerListeners clbListener/attributes
slb.DescribeLoadBalancerTCPListenerAttribute clbListener/attributes
slb.DescribeLoadBalancerUDPListenerAttribute clbListener/attributes
slb.DescribeLoadBalancers clb/attributes
slb.DescribeMasterSlaveServerGroupAttribute clbMasterSlaveServerGroup/attributes
slb.DescribeMasterSlaveServerGroups clbMasterSlaveServerGroup/attributes
slb.DescribeRules clbListener/rules
slb.DescribeVServerGroupAttribute clbVServerGroup/attributes
slb.DescribeVServerGroups clbVServerGroup/attributes
sts.GetCallerIdentity identity/attributes
vpc.DescribeEipAddresses eip/attributes
vpc.DescribeFlowLogs flowLog/attributes
vpc.DescribeForwardTableEntries forwardTable/entries
vpc.DescribeIpv6Gateways ipv6Gateway/attributes
vpc.DescribeNatGateways natGateway/attributes
vpc.DescribeNetworkAclAttributes networkAcl/attributes
vpc.DescribeNetworkAcls networkAcl/attributes
vpc.DescribeRouteEntryList routeTable/entries
vpc.DescribeRouteTableList routeTable/attributes
vpc.DescribeRouterInterfaces routerInterface/attributes
vpc.DescribeSnatTableEntries snatTable/entries
vpc.DescribeVSwitchAttributes vswitch/attributes
vpc.DescribeVSwitches vswitch/attributes
vpc.DescribeVpcAttribute vpc/attributes
vpc.DescribeVpcs vpc/attributes
vpc.DescribeVpnGateways vpnGateway/attributes
vpcpeer.GetVpcPeerConnectionAttribute vpcPeer/attributes
vpcpeer.ListVpcPeerConnections vpcPeer/attributes
`

// mark puts a value into every object of a body, and instead of every text of
// the payload.
func mark(v any, text string) any {
	switch v := v.(type) {
	case object:
		for name, value := range v {
			v[name] = mark(value, text)
		}
		if len(v) > 0 {
			v["anything the vendor may say"] = text
		}
		return v
	case []any:
		for i := range v {
			v[i] = mark(v[i], text)
		}
		return v
	case string:
		if v == "text" {
			return text
		}
		if v == "{}" {
			return `{"anything":"` + text + `"}`
		}
	}
	return v
}

// Whatever the vendor says in a payload is kept, in the place that its readers
// know; the rules and the graph name none that has no place.
func TestNothingIsLost(t *testing.T) {
	want := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(whereKept), "\n") {
		name, place, _ := strings.Cut(line, " ")
		want[name] = place
	}
	for _, op := range collector.Catalogue() {
		name := op.Product + "." + op.Operation
		request, _ := ask(op)
		body := mark(wellFormed(op), "a value nobody thought of").(object)
		s := snapshotOf(t, api.Answer{Request: request, Status: 200, Body: encode(t, body)})
		got := places(s.Root().Resolve("/accounts/0/objects"), "a value nobody thought of")
		if want[name] == "" || want[name] != "-" && !got[want[name]] || want[name] == "-" && len(got) > 0 {
			t.Errorf("%s: kept in %v, want %q", name, got, want[name])
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s is not in the catalogue", name)
	}
}

// places of the objects, by kind and aspect, that hold a text.
func places(objects *snapshot.Node, text string) map[string]bool {
	out := map[string]bool{}
	var walk func(*snapshot.Node)
	walk = func(n *snapshot.Node) {
		if n.Text() == text {
			parts := strings.Split(strings.TrimPrefix(n.Pointer(), objects.Pointer()+"/"), "/")
			out[parts[0]+"/"+parts[3]] = true
		}
		for _, kid := range n.Items() {
			walk(kid)
		}
	}
	walk(objects)
	return out
}

// What stands beside the lists that become aspects of their own is kept too.
func TestAnswersWithTwoPlaces(t *testing.T) {
	a := assembled(t,
		ok("ecs.DescribeSecurityGroupAttribute SecurityGroupId=sg-1", `{"InnerAccessPolicy":"Accept","Permissions":{"Permission":[{"Policy":"Drop"}]},"RequestId":"1"}`),
		ok("ecs.DescribePrefixListAttributes PrefixListId=pl-1", `{"PrefixListName":"n","Entries":{"Entry":[{"Cidr":"0.0.0.0/0"}]}}`),
		ok("ram.GetPolicy PolicyType=Custom PolicyName=P", `{"Policy":{"DefaultVersion":"v1"},"DefaultPolicyVersion":{"PolicyDocument":"{\"Statement\":[]}"}}`),
		ok("elasticsearch.DescribeKibanaSettings InstanceId=es-cn-1", `{"Result":{}}`))
	wantText(t, a, snapshot.SecurityGroup, "sg-1", "attributes", `{"InnerAccessPolicy":"Accept"}`)
	wantText(t, a, snapshot.PrefixList, "pl-1", "attributes", `{"PrefixListName":"n"}`)
	wantText(t, a, snapshot.PrefixList, "pl-1", "entries", `[{"Cidr":"0.0.0.0/0"}]`)
	wantText(t, a, snapshot.RAMPolicy, "Custom/P", "attributes", `{"DefaultVersion":"v1"}`)
	wantText(t, a, snapshot.RAMPolicy, "Custom/P", "document", `{"Statement":[]}`)
	wantText(t, a, snapshot.Cluster, "es-cn-1", "kibanaSettings", `{}`)
}
