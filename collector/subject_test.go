package collector_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// subjects are the parameters that SEMANTICS 2 takes subjects from, with the
// operations that have them.
func subjects() map[string]string {
	return map[string]string{
		"InstanceId": `elasticsearch.DescribeInstance elasticsearch.ListAllNode elasticsearch.ListVpcEndpoints elasticsearch.ListKibanaPvlNetwork
			elasticsearch.ListConnectedClusters elasticsearch.DescribeKibanaSettings elasticsearch.DescribeSnapshotSetting
			elasticsearch.ListSnapshotReposByInstanceId elasticsearch.DescribeElasticsearchHealth elasticsearch.DescribeDynamicSettings
			elasticsearch.ListPlugins elasticsearch.ListKibanaPlugins elasticsearch.ListUserPlugin elasticsearch.ListDicts elasticsearch.GetKeystores
			elasticsearch.ListAlternativeSnapshotRepos elasticsearch.ListActionRecords vpcpeer.GetVpcPeerConnectionAttribute`,
		"LoadBalancerId": `slb.DescribeLoadBalancerAttribute slb.DescribeHealthStatus slb.DescribeVServerGroups slb.DescribeMasterSlaveServerGroups
			slb.DescribeLoadBalancerListeners nlb.GetLoadBalancerAttribute nlb.ListListeners alb.GetLoadBalancerAttribute alb.ListListeners`,
		"VServerGroupId":            "slb.DescribeVServerGroupAttribute",
		"MasterSlaveServerGroupId":  "slb.DescribeMasterSlaveServerGroupAttribute",
		"AclId":                     "slb.DescribeAccessControlListAttribute alb.ListAclEntries",
		"ServerGroupId":             "nlb.ListServerGroupServers alb.ListServerGroupServers",
		"ListenerId":                "nlb.GetListenerAttribute nlb.GetListenerHealthStatus alb.GetListenerAttribute alb.GetListenerHealthStatus",
		"ServiceId":                 "privatelink.GetVpcEndpointServiceAttribute privatelink.ListVpcEndpointServiceResources privatelink.ListVpcEndpointServiceUsers privatelink.ListVpcEndpointConnections",
		"EndpointId":                "privatelink.GetVpcEndpointAttribute privatelink.ListVpcEndpointZones privatelink.ListVpcEndpointSecurityGroups",
		"SecurityGroupId":           "ecs.DescribeSecurityGroupAttribute",
		"PrefixListId":              "ecs.DescribePrefixListAttributes",
		"PortRangeListId":           "ecs.DescribePortRangeListEntries",
		"VpcId":                     "vpc.DescribeVpcAttribute",
		"VSwitchId":                 "vpc.DescribeVSwitchAttributes",
		"RouteTableId":              "vpc.DescribeRouteEntryList",
		"NetworkAclId":              "vpc.DescribeNetworkAclAttributes",
		"ForwardTableId":            "vpc.DescribeForwardTableEntries",
		"SnatTableId":               "vpc.DescribeSnatTableEntries",
		"NatGatewayId":              "vpc.DescribeForwardTableEntries vpc.DescribeSnatTableEntries",
		"CenId":                     "cbn.DescribeCenAttachedChildInstances cbn.ListTransitRouters cbn.ListTransitRouterVpcAttachments",
		"TransitRouterId":           "cbn.ListTransitRouterVpcAttachments cbn.ListTransitRouterRouteTables",
		"TransitRouterRouteTableId": "cbn.ListTransitRouterRouteEntries",
		"UserName":                  "ram.GetUser ram.ListGroupsForUser ram.ListPoliciesForUser ram.ListAccessKeys ram.GetLoginProfile ram.GetUserMFAInfo",
		"GroupName":                 "ram.ListUsersForGroup ram.ListPoliciesForGroup",
		"RoleName":                  "ram.GetRole ram.ListPoliciesForRole",
		"Name":                      "actiontrail.GetTrailStatus",
	}
}

// The subject of an answer is what SEMANTICS 2 takes it from, by operation.
func TestSubjects(t *testing.T) {
	byName := map[string]collector.Op{}
	for _, op := range collector.Catalogue() {
		byName[op.Product+"."+op.Operation] = op
	}
	for param, names := range subjects() {
		for _, name := range strings.Fields(names) {
			op, there := byName[name]
			if !there {
				t.Errorf("%s is not in the catalogue", name)
				continue
			}
			request, _ := ask(op)
			request.Params = map[string]string{param: "id-1", "RegionId": hangzhou, "MaxResults": "50"}
			a := assembled(t, api.Answer{Request: request, Status: 200, Body: encode(t, wellFormed(op))})
			wantOutcome(t, a, name, "id-1", "read")
		}
	}
	for call, subject := range map[string]string{
		"ram.GetPolicy PolicyType=System PolicyName=P":                                     "System/P",
		"ram.GetPolicyVersion PolicyType=Custom PolicyName=P VersionId=v2":                 "Custom/P",
		"ram.ListEntitiesForPolicy PolicyName=P PolicyType=Custom":                         "Custom/P",
		"ram.GetAccessKeyLastUsed UserName=alice UserAccessKeyId=LTAI1":                    "alice/LTAI1",
		"slb.DescribeLoadBalancerTCPListenerAttribute LoadBalancerId=lb-1 ListenerPort=80": "lb-1/tcp/80",
		"slb.DescribeRules LoadBalancerId=lb-1 ListenerPort=80 ListenerProtocol=HTTP":      "lb-1/http/80",
		"privatelink.DescribeZones ServiceResourceType=nlb":                                "nlb",
		"sts.GetCallerIdentity": "",
	} {
		name := strings.Fields(call)[0]
		wantOutcome(t, assembled(t, ok(call, string(encode(t, wellFormed(byName[name]))))), name, subject, "read")
	}
}

// listeners of the load balancers given, as a classic or a network balancer's.
func listeners(product string, ids ...string) string {
	var out []string
	for _, id := range ids {
		if product == "slb" {
			out = append(out, `{"LoadBalancerId":"`+id+`","ListenerProtocol":"tcp","ListenerPort":80}`)
		} else {
			out = append(out, `{"LoadBalancerId":"`+id+`","ListenerId":"lsn-`+id+`"}`)
		}
	}
	return `{"Listeners":[` + strings.Join(out, ",") + `]}`
}

// A list names the load balancers it covers in any form; one that names none
// covers the region (SEMANTICS 2).
func TestListsThatNameObjects(t *testing.T) {
	for _, c := range []struct{ product, call, kind string }{
		{"slb", "slb.DescribeLoadBalancerListeners", "clbListener"}, {"nlb", "nlb.ListListeners", "nlbListener"}, {"alb", "alb.ListListeners", "albListener"},
	} {
		for _, params := range []string{
			"LoadBalancerId.1=lb-1 LoadBalancerId.2=lb-2", "LoadBalancerIds.1=lb-1 LoadBalancerIds.2=lb-2", "LoadBalancerIds.2=lb-1 LoadBalancerIds.7=lb-2",
			`LoadBalancerIds=["lb-1","lb-2"]`, `LoadBalancerId=["lb-2","lb-1"]`, "LoadBalancerIds=lb-1,lb-2", "LoadBalancerId=lb-1,lb-2,",
			"LoadBalancerId.1=lb-2 LoadBalancerId.2=lb-1 LoadBalancerId.3=lb-1 MaxResults=100",
		} {
			a := assembled(t, ok(c.call+" "+params, listeners(c.product, "lb-1", "lb-2")))
			for subject, want := range map[string]string{"lb-1": "read", "lb-2": "read", "lb-3": "absent", "": "absent"} {
				if got := outcome(a, c.call, subject); got != want {
					t.Errorf("%s %s: %q is %s, want %s", c.call, params, subject, got, want)
				}
			}
			if n := len(a.Objects(snapshot.Kind(c.kind))); n != 2 {
				t.Errorf("%s %s: %d listeners", c.call, params, n)
			}
		}
		a := assembled(t, ok(c.call, listeners(c.product, "lb-1")), denied(c.call+" LoadBalancerId.1=lb-1"))
		wantOutcome(t, a, c.call, "", "read")
		wantOutcome(t, a, c.call, "lb-1", "denied: Forbidden.RAM")
		a = assembled(t, ok(c.call+" LoadBalancerId.1=lb-1", listeners(c.product, "lb-1")), denied(c.call+" LoadBalancerId.1=lb-1 LoadBalancerId.2=lb-2"))
		wantOutcome(t, a, c.call, "lb-1", "read")
		wantOutcome(t, a, c.call, "lb-2", "denied: Forbidden.RAM")
		a = assembled(t, ok(c.call+" LoadBalancerIds=[]", listeners(c.product, "lb-1")))
		wantOutcome(t, a, c.call, "", "narrowed")
	}
}

// Arrays and numbers in params are read like the client sends them.
func TestRecordedParams(t *testing.T) {
	for line, want := range map[string]string{
		`{"region":"cn-hangzhou","product":"nlb","operation":"ListListeners","params":{"LoadBalancerIds":["nlb-1","nlb-2"]},"status":200,"body":{"Listeners":[]}}`:                                      "nlb.ListListeners nlb-2",
		`{"region":"cn-hangzhou","product":"nlb","operation":"ListListeners","params":{"LoadBalancerIds":"[\"nlb-2\"]"},"status":200,"body":{"Listeners":[]}}`:                                          "nlb.ListListeners nlb-2",
		`{"region":"cn-hangzhou","product":"slb","operation":"DescribeLoadBalancerTCPListenerAttribute","params":{"LoadBalancerId":"lb-1","ListenerPort":80},"status":200,"body":{"Status":"running"}}`: "slb.DescribeLoadBalancerTCPListenerAttribute lb-1/tcp/80",
		`{"region":"cn-hangzhou","product":"elasticsearch","operation":"ListAllNode","params":{"InstanceId":"es-cn-1","extended":true},"status":200,"body":{"Result":[]}}`:                              "elasticsearch.ListAllNode es-cn-1",
		`{"region":"cn-hangzhou","product":"ecs","operation":"DescribeInstances","params":null,"status":200,"body":{"Instances":{"Instance":[]}}}`:                                                      "ecs.DescribeInstances",
		`{"product":"ecs","operation":"DescribeInstances","region":"cn-hangzhou","params":{"NextToken":null,"Tag":[]},"status":200,"body":{"Instances":{"Instance":[]}}}`:                               "ecs.DescribeInstances",
	} {
		r, err := recording.OpenFS(fstest.MapFS{
			"recording.json": {Data: []byte(`{"schema":"esaudit.recording/v1","account":"1","takenAt":"2026-11-22T00:00:00Z","regions":["cn-hangzhou"]}`)},
			"calls.jsonl":    {Data: []byte(line + "\n")},
		})
		if err != nil {
			t.Fatal(err)
		}
		s, err := collector.Assemble(r.Parts)
		if err != nil {
			t.Fatal(err)
		}
		name, subject, _ := strings.Cut(want, " ")
		wantOutcome(t, s.Accounts()[0], name, subject, "read")
	}
}

// A list restricted to some objects is not complete by itself, while its objects
// count; other parameters restrict nothing (SEMANTICS 2).
func TestNarrowedLists(t *testing.T) {
	const switches = "vpc.DescribeVSwitches"
	body := `{"VSwitches":{"VSwitch":[{"VSwitchId":"vsw-1"}]},"TotalCount":1}`
	for param, want := range map[string]string{
		"": "read", "VpcId=vpc-1": "narrowed", "ZoneId=h": "narrowed", "VSwitchId=vsw-1": "narrowed", "VSwitchName=x": "narrowed", "Tag.1.Key=env": "narrowed",
		"ResourceGroupId=rg-1": "narrowed", "IsDefault=true": "narrowed", "RouteTableId=vtb-1": "narrowed", "EnableIpv6=true": "narrowed", "Status=Available": "narrowed",
		"PageNumber=2 PageSize=50": "read", "RegionId=cn-hangzhou": "read", "DryRun=false": "read", "OwnerId=1": "read", "ResourceOwnerAccount=x": "read",
		"ClientToken=t Version=2016-04-28 Format=JSON": "read", "AcceptLanguage=zh-CN": "read", "SignatureNonce=1 Timestamp=2": "read", "VpcId=": "read",
	} {
		a := assembled(t, ok(strings.TrimSpace(switches+" "+param), body))
		wantOutcome(t, a, switches, "", want)
		wantIDs(t, a, snapshot.VSwitch, "vsw-1")
	}
	for call, want := range map[string]string{
		`ecs.DescribeInstances InstanceIds=["i-1"]`: "narrowed", "ecs.DescribeInstances AdditionalAttributes.1=META_OPTIONS NeedSaleCycle=true": "read",
		"ecs.DescribeSecurityGroups IsQueryEcsCount=true": "read", "ecs.DescribeSecurityGroups SecurityGroupIds=[]": "narrowed",
		"slb.DescribeVServerGroups LoadBalancerId=lb-1 IncludeListener=true IncludeRule=true": "read",
		"slb.DescribeHealthStatus LoadBalancerId=lb-1 ListenerPort=80":                        "narrowed",
		"elasticsearch.ListAllNode InstanceId=es-cn-1 extended=true":                          "read",
		"privatelink.ListVpcEndpointServiceUsers ServiceId=epsrv-1 UserListType=x":            "narrowed",
		"privatelink.ListVpcEndpointServiceResources ServiceId=epsrv-1 ZoneId=h":              "narrowed",
		"vpc.DescribeRouteEntryList RouteTableId=vtb-1 DestinationCidrBlock=10.0.0.0/8":       "narrowed",
		"slb.DescribeAccessControlListAttribute AclId=acl-1 AclEntryComment=x":                "narrowed",
		"privatelink.DescribeRegions ServiceResourceType=nlb":                                 "read",
		"slb.DescribeVServerGroupAttribute VServerGroupId=rsp-1 Tags=x":                       "read",
		"elasticsearch.DescribeInstance InstanceId=es-cn-1 anything=x":                        "read",
	} {
		name := strings.Fields(call)[0]
		for _, op := range collector.Catalogue() {
			if op.Product+"."+op.Operation != name {
				continue
			}
			a := assembled(t, ok(call, string(encode(t, wellFormed(op)))))
			kinds := a.Coverage()
			if got := kinds[0].Count(snapshot.Read) + 2*kinds[0].Count(snapshot.Narrowed); got != map[string]int{"read": 1, "narrowed": 2}[want] {
				t.Errorf("%s: %v, want %s", call, kinds[0].Subjects, want)
			}
		}
	}
}

// A restricted list takes nothing from a complete one, nor gives to it.
func TestNarrowedBesideComplete(t *testing.T) {
	const switches = "vpc.DescribeVSwitches"
	one := `{"VSwitches":{"VSwitch":[{"VSwitchId":"vsw-1"}]},"TotalCount":1}`
	two := `{"VSwitches":{"VSwitch":[{"VSwitchId":"vsw-2"}]},"TotalCount":2}`
	a := assembled(t, ok(switches+" VpcId=vpc-1", one), ok(switches, two))
	wantOutcome(t, a, switches, "", "incomplete: field TotalCount is 2, items are 1")
	wantIDs(t, a, snapshot.VSwitch, "vsw-1 vsw-2")
	wantOutcome(t, assembled(t, denied(switches+" VpcId=vpc-1"), ok(switches, one)), switches, "", "read")
	wantOutcome(t, assembled(t, ok(switches+" VpcId=vpc-1", one), denied(switches)), switches, "", "denied: Forbidden.RAM")
	wantOutcome(t, assembled(t, denied(switches+" VpcId=vpc-1"), ok(switches+" VpcId=vpc-2", one)), switches, "", "narrowed")
	wantOutcome(t, assembled(t, denied(switches+" VpcId=vpc-1")), switches, "", "denied: Forbidden.RAM")
}

// Lists that a parameter divides are complete when all parts are there, or one
// answer for all of them (SEMANTICS 2).
func TestDividedLists(t *testing.T) {
	policy := func(typ string) string {
		return `{"Policies":{"Policy":[{"PolicyType":"` + typ + `","PolicyName":"P"}]}}`
	}
	system, custom := ok("ram.ListPolicies PolicyType=System", policy("System")), ok("ram.ListPolicies PolicyType=Custom", policy("Custom"))
	rule := func(direction, id string) api.Answer {
		call := "ecs.DescribeSecurityGroupAttribute SecurityGroupId=sg-1"
		if direction != "" {
			call += " Direction=" + direction
		}
		return ok(call, `{"SecurityGroupId":"sg-1","Permissions":{"Permission":[{"SecurityGroupRuleId":"`+id+`"}]}}`)
	}
	service := func(typ string) api.Answer {
		return ok("privatelink.ListVpcEndpointServices ServiceResourceType="+typ, `{"Services":[],"TotalCount":0}`)
	}
	const policies, group, services = "ram.ListPolicies", "ecs.DescribeSecurityGroupAttribute sg-1", "privatelink.ListVpcEndpointServices"
	for name, c := range map[string]struct {
		answers []api.Answer
		of      string
		want    string
	}{
		"both types":           {[]api.Answer{system, custom}, policies, "read"},
		"one type":             {[]api.Answer{system}, policies, "incomplete: PolicyType Custom was not asked for"},
		"undivided":            {[]api.Answer{ok(policies, policy("System"))}, policies, "read"},
		"undivided and a type": {[]api.Answer{ok(policies, policy("System")), custom}, policies, "read"},
		"a type refused":       {[]api.Answer{system, denied("ram.ListPolicies PolicyType=Custom")}, policies, "denied: Forbidden.RAM"},
		"a type cut short":     {[]api.Answer{system, ok("ram.ListPolicies PolicyType=Custom", `{"Policies":{"Policy":[]},"IsTruncated":true}`)}, policies, "incomplete: the last page is missing: field IsTruncated leads to another one"},
		"the end of one is no end of the other": {[]api.Answer{
			ok("ram.ListPolicies PolicyType=System", `{"Policies":{"Policy":[]},"IsTruncated":true,"Marker":"x"}`), custom,
		}, policies, "incomplete: the last page is missing: field IsTruncated leads to another one"},
		"both directions": {[]api.Answer{rule("ingress", "sgr-1"), rule("egress", "sgr-2")}, group, "read"},
		"ingress alone":   {[]api.Answer{rule("ingress", "sgr-1")}, group, "incomplete: Direction egress was not asked for"},
		"egress alone":    {[]api.Answer{rule("egress", "sgr-1")}, group, "incomplete: Direction ingress was not asked for"},
		"direction all":   {[]api.Answer{rule("all", "sgr-1")}, group, "read"},
		"no direction":    {[]api.Answer{rule("", "sgr-1")}, group, "read"},
		"every resource":  {[]api.Answer{service("slb"), service("nlb"), service("alb"), service("gwlb")}, services, "read"},
		"one resource":    {[]api.Answer{service("slb")}, services, "incomplete: ServiceResourceType nlb was not asked for"},
	} {
		t.Run(name, func(t *testing.T) {
			operation, subject, _ := strings.Cut(c.of, " ")
			wantOutcome(t, assembled(t, c.answers...), operation, subject, c.want)
		})
	}
	a := assembled(t, rule("ingress", "sgr-1"), rule("egress", "sgr-2"), rule("all", "sgr-1"), rule("", "sgr-2"))
	wantText(t, a, snapshot.SecurityGroup, "sg-1", "rules", `[{"SecurityGroupRuleId":"sgr-1"},{"SecurityGroupRuleId":"sgr-2"}]`)
	wantIDs(t, assembled(t, system, custom), snapshot.RAMPolicy, "Custom/P System/P")
}
