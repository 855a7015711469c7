package collector_test

import (
	"strings"
	"testing"
	"time"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// Fields of several answers are merged, and the answer about the object alone
// wins over the list, in any order (SEMANTICS 2).
func TestAnswerAboutTheObjectWins(t *testing.T) {
	list := ok("nlb.ListLoadBalancers", `{"LoadBalancers":[{"LoadBalancerId":"nlb-1","LoadBalancerStatus":"Active","AddressType":"Internet","SecurityGroupIds":["sg-1","sg-2"],"ModificationProtectionConfig":{"Status":"x","Reason":"list"},"Tags":[]}]}`)
	own := ok("nlb.GetLoadBalancerAttribute LoadBalancerId=nlb-1", `{"LoadBalancerId":"nlb-1","LoadBalancerStatus":"Inactive","AddressType":null,"SecurityGroupIds":["sg-3"],"ModificationProtectionConfig":{"Status":"y"},"RequestId":"1","Success":true}`)
	for _, answers := range [][]api.Answer{{list, own}, {own, list}} {
		a := assembled(t, answers...)
		wantText(t, a, snapshot.NLB, "nlb-1", "attributes",
			`{"AddressType":"Internet","LoadBalancerId":"nlb-1","LoadBalancerStatus":"Inactive","ModificationProtectionConfig":{"Reason":"list","Status":"y"},"SecurityGroupIds":["sg-3"],"Tags":[]}`)
	}
}

// Switches, ports, archType, serviceVpc and lists of a cluster count from
// DescribeInstance alone; the rest of a list item counts (SEMANTICS 4).
func TestClusterFieldsOfTheList(t *testing.T) {
	item := `{"instanceId":"es-cn-1","status":"active","esVersion":"7.10","createdAt":"2021-01-01T00:00:00Z","enablePublic":true,"haveKibana":true,
		"enableKibanaPublicNetwork":true,"enableKibanaPrivateNetwork":true,"port":9200,"publicPort":9200,"kibanaPort":5601,"kibanaPrivatePort":5601,
		"archType":"public","serviceVpc":true,"publicIpWhitelist":["0.0.0.0/0"],"privateNetworkIpWhiteList":["0.0.0.0/0"],"kibanaIPWhitelist":["0.0.0.0/0"],
		"kibanaPrivateIPWhitelist":["0.0.0.0/0"],"networkConfig":{"vpcId":"vpc-1","vswitchId":"vsw-1","whiteIpGroupList":[{"groupName":"default","ips":["0.0.0.0/0"],"whiteIpType":"PUBLIC_ES"}]}}`
	list := ok("elasticsearch.ListInstance", `{"Result":[`+item+`]}`)
	for _, answers := range [][]api.Answer{{list}, {list, denied("elasticsearch.DescribeInstance InstanceId=es-cn-1")}} {
		a := assembled(t, answers...)
		wantText(t, a, snapshot.Cluster, "es-cn-1", "attributes",
			`{"createdAt":"2021-01-01T00:00:00Z","esVersion":"7.10","instanceId":"es-cn-1","networkConfig":{"vpcId":"vpc-1","vswitchId":"vsw-1"},"status":"active"}`)
	}
	a := assembled(t, list, ok("elasticsearch.DescribeInstance InstanceId=es-cn-1", `{"Result":{"status":"inactive","enablePublic":false,"networkConfig":{"whiteIpGroupList":[]}}}`))
	wantText(t, a, snapshot.Cluster, "es-cn-1", "attributes/status", `"inactive"`)
	wantText(t, a, snapshot.Cluster, "es-cn-1", "attributes/enablePublic", "false")
	wantText(t, a, snapshot.Cluster, "es-cn-1", "attributes/networkConfig", `{"vpcId":"vpc-1","vswitchId":"vsw-1","whiteIpGroupList":[]}`)
}

// An answer about one object belongs to the object its request names; when it
// names none, to the one the body names.
func TestWhoseAnswer(t *testing.T) {
	body := `{"Result":{"instanceId":"es-cn-2","status":"active"}}`
	wantIDs(t, assembled(t, ok("elasticsearch.DescribeInstance InstanceId=es-cn-1", body)), snapshot.Cluster, "es-cn-1")
	a := assembled(t, ok("elasticsearch.DescribeInstance", body))
	wantIDs(t, a, snapshot.Cluster, "es-cn-2")
	wantOutcome(t, a, "elasticsearch.DescribeInstance", "es-cn-2", "read")
	wantIDs(t, assembled(t, ok("elasticsearch.DescribeInstance", `{"Result":{"status":"active"}}`)), snapshot.Cluster, "")
	wantIDs(t, assembled(t, ok("ram.GetPolicy PolicyName=P", `{"Policy":{"DefaultVersion":"v1"}}`)), snapshot.RAMPolicy, "")
}

// Listeners of a classic load balancer are known by load balancer, protocol in
// any case, and port as number or text (SEMANTICS 2).
func TestClassicListeners(t *testing.T) {
	a := assembled(t,
		ok("slb.DescribeLoadBalancerListeners", `{"Listeners":[{"LoadBalancerId":"lb-1","ListenerProtocol":"TCP","ListenerPort":"80","Status":"stopped","AclIds":["acl-1"]},{"LoadBalancerId":"lb-1","ListenerProtocol":"udp","ListenerPort":80}]}`),
		ok("slb.DescribeLoadBalancerListeners LoadBalancerId.1=lb-1", `{"Listeners":[{"LoadBalancerId":"lb-1","ListenerProtocol":"tcp","ListenerPort":80,"AclStatus":"on"}]}`),
		ok("slb.DescribeLoadBalancerTCPListenerAttribute LoadBalancerId=lb-1 ListenerPort=80", `{"Status":"running","AclIds":{"AclId":["acl-2"]}}`),
		ok("slb.DescribeLoadBalancerHTTPSListenerAttribute LoadBalancerId=lb-2 ListenerPort=443", `{"Status":"running"}`),
		ok("slb.DescribeRules LoadBalancerId=lb-2 ListenerProtocol=HTTPS ListenerPort=443", `{"Rules":{"Rule":[{"RuleId":"rule-1"}]}}`))
	wantIDs(t, a, snapshot.CLBListener, "lb-1/tcp/80 lb-1/udp/80 lb-2/https/443")
	wantText(t, a, snapshot.CLBListener, "lb-1/tcp/80", "attributes/Status", `"running"`)
	wantText(t, a, snapshot.CLBListener, "lb-1/tcp/80", "attributes/AclStatus", `"on"`)
	wantText(t, a, snapshot.CLBListener, "lb-1/tcp/80", "attributes/AclIds", `{"AclId":["acl-2"]}`)
	wantText(t, a, snapshot.CLBListener, "lb-2/https/443", "attributes", `{"ListenerPort":443,"ListenerProtocol":"https","LoadBalancerId":"lb-2","Status":"running"}`)
	wantText(t, a, snapshot.CLBListener, "lb-2/https/443", "rules", `[{"RuleId":"rule-1"}]`)
}

// The document of a policy is that of its default version, whoever gives it.
func TestPolicyDocuments(t *testing.T) {
	version := func(id, isDefault, action string) api.Answer {
		return ok("ram.GetPolicyVersion PolicyType=Custom PolicyName=P VersionId="+id,
			`{"PolicyVersion":{"VersionId":"`+id+`","IsDefaultVersion":`+isDefault+`,"PolicyDocument":"{\"Version\":\"1\",\"Statement\":[{\"Action\":\"`+action+`\"}]}"}}`)
	}
	policy := ok("ram.GetPolicy PolicyType=Custom PolicyName=P", `{"Policy":{"PolicyType":"Custom","PolicyName":"P","DefaultVersion":"v2"}}`)
	full := ok("ram.GetPolicy PolicyType=Custom PolicyName=P", `{"Policy":{"DefaultVersion":"v2"},"DefaultPolicyVersion":{"VersionId":"v2","PolicyDocument":"{\"Statement\":[],\"Version\":\"1\"}"}}`)
	const document, none = "document/Statement", "-"
	for name, c := range map[string]struct {
		answers []api.Answer
		want    string
	}{
		"of another version":        {[]api.Answer{policy, version("v1", "false", "ecs:*")}, none},
		"of a version without mark": {[]api.Answer{policy, version("v1", "null", "ecs:*")}, none},
		"of the default version":    {[]api.Answer{policy, version("v1", "false", "ecs:*"), version("v2", "true", "oss:*")}, `[{"Action":"oss:*"}]`},
		"in GetPolicy":              {[]api.Answer{full, version("v1", "false", "ecs:*")}, "[]"},
		"marked in words":           {[]api.Answer{policy, version("v2", `"true"`, "oss:*")}, `[{"Action":"oss:*"}]`},
	} {
		t.Run(name, func(t *testing.T) {
			a := assembled(t, c.answers...)
			wantText(t, a, snapshot.RAMPolicy, "Custom/P", document, c.want)
			wantText(t, a, snapshot.RAMPolicy, "Custom/P", "attributes/DefaultVersion", `"v2"`)
		})
	}
	a := assembled(t, ok("ram.GetPolicy PolicyType=Custom PolicyName=P", `{"Policy":{"DefaultVersion":"v1"},"DefaultPolicyVersion":{"PolicyDocument":"no JSON"}}`))
	wantText(t, a, snapshot.RAMPolicy, "Custom/P", "document", `"no JSON"`)
	deep := `{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}"
	a = assembled(t, ok("ram.GetPolicy PolicyType=Custom PolicyName=P", `{"Policy":{"DefaultVersion":"v1"},"DefaultPolicyVersion":{"PolicyDocument":`+string(encode(t, deep))+`}}`))
	wantText(t, a, snapshot.RAMPolicy, "Custom/P", "document", string(encode(t, deep)))
	a = assembled(t, ok("ram.GetPolicy PolicyType=Custom PolicyName=P", `{"Policy":{"DefaultVersion":"v1"},"DefaultPolicyVersion":{"PolicyDocument":{}}}`))
	wantOutcome(t, a, "ram.GetPolicy", "Custom/P", "failed: field DefaultPolicyVersion.PolicyDocument is an object, not a string")
}

// Connections belong to their services, whether they were asked for by service
// or for the whole region.
func TestConnections(t *testing.T) {
	whole := ok("privatelink.ListVpcEndpointConnections", `{"Connections":[{"ServiceId":"epsrv-1","EndpointId":"ep-1","Bandwidth":1},{"ServiceId":"epsrv-2","EndpointId":"ep-2"}],"TotalCount":"2"}`)
	one := ok("privatelink.ListVpcEndpointConnections ServiceId=epsrv-1", `{"Connections":[{"ServiceId":"epsrv-1","EndpointId":"ep-1","ConnectionStatus":"Connected"}],"TotalCount":"1"}`)
	empty := ok("privatelink.ListVpcEndpointConnections ServiceId=epsrv-3", `{"Connections":[]}`)
	unnamed := ok("privatelink.ListVpcEndpointConnections ServiceId=epsrv-4", `{"Connections":[{"EndpointId":"ep-4"}]}`)
	a := assembled(t, one, whole, empty, unnamed)
	wantText(t, a, snapshot.EndpointService, "epsrv-1", "connections", `[{"Bandwidth":1,"ConnectionStatus":"Connected","EndpointId":"ep-1","ServiceId":"epsrv-1"}]`)
	wantText(t, a, snapshot.EndpointService, "epsrv-2", "connections", `[{"EndpointId":"ep-2","ServiceId":"epsrv-2"}]`)
	wantText(t, a, snapshot.EndpointService, "epsrv-3", "connections", `[]`)
	wantText(t, a, snapshot.EndpointService, "epsrv-4", "connections", `[{"EndpointId":"ep-4"}]`)
	wantOutcome(t, a, "privatelink.ListVpcEndpointConnections", "", "read")
	wantOutcome(t, a, "privatelink.ListVpcEndpointConnections", "epsrv-2", "absent")
	a = assembled(t, ok("privatelink.ListVpcEndpointConnections", `{"Connections":[{"EndpointId":"ep-4"}]}`))
	wantOutcome(t, a, "privatelink.ListVpcEndpointConnections", "", "incomplete: field Connections/0/ServiceId is missing")
}

// Entries of a NAT gateway belong to their tables, asked for by table or by
// gateway (SEMANTICS 2).
func TestNATTables(t *testing.T) {
	byTable := ok("vpc.DescribeForwardTableEntries ForwardTableId=ftb-1", `{"ForwardTableEntries":{"ForwardTableEntry":[{"ForwardTableId":"ftb-1","ForwardEntryId":"fwd-1","ExternalPort":"9200","InternalIp":"10.0.0.1"}]}}`)
	byGateway := ok("vpc.DescribeForwardTableEntries NatGatewayId=ngw-1", `{"ForwardTableEntries":{"ForwardTableEntry":[{"ForwardTableId":"ftb-1","ForwardEntryId":"fwd-1","InternalIp":"10.0.0.1"},{"ForwardTableId":"ftb-2","ForwardEntryId":"fwd-2","InternalIp":"10.0.0.2"}]}}`)
	snat := ok("vpc.DescribeSnatTableEntries NatGatewayId=ngw-1", `{"SnatTableEntries":{"SnatTableEntry":[{"SnatTableId":"stb-1","SnatEntryId":"snat-1","SnatIp":"203.0.113.1"}]}}`)
	none := ok("vpc.DescribeForwardTableEntries ForwardTableId=ftb-3", `{"ForwardTableEntries":{"ForwardTableEntry":[]},"TotalCount":0}`)
	a := assembled(t, byTable, byGateway, snat, none)
	wantIDs(t, a, snapshot.ForwardTable, "ftb-1 ftb-2 ftb-3")
	wantText(t, a, snapshot.ForwardTable, "ftb-1", "entries", `[{"ExternalPort":"9200","ForwardEntryId":"fwd-1","ForwardTableId":"ftb-1","InternalIp":"10.0.0.1"}]`)
	wantText(t, a, snapshot.ForwardTable, "ftb-3", "entries", `[]`)
	wantText(t, a, snapshot.SnatTable, "stb-1", "entries", `[{"SnatEntryId":"snat-1","SnatIp":"203.0.113.1","SnatTableId":"stb-1"}]`)
	wantOutcome(t, a, "vpc.DescribeForwardTableEntries", "ngw-1", "read")
	wantOutcome(t, a, "vpc.DescribeForwardTableEntries", "ftb-1", "read")
	wantOutcome(t, assembled(t, ok("vpc.DescribeForwardTableEntries NatGatewayId=ngw-1 InternalIp=10.0.0.1", `{"ForwardTableEntries":{"ForwardTableEntry":[]}}`)),
		"vpc.DescribeForwardTableEntries", "ngw-1", "narrowed")
}

// Several answers about parts of one object are one object.
func TestPartsOfOneObject(t *testing.T) {
	a := assembled(t,
		ok("ram.ListAccessKeys UserName=alice", `{"AccessKeys":{"AccessKey":[{"AccessKeyId":"LTAI1","Status":"Active"},{"AccessKeyId":"LTAI2","Status":"Inactive"}]}}`),
		ok("ram.GetAccessKeyLastUsed UserName=alice UserAccessKeyId=LTAI1", `{"AccessKeyLastUsed":{"LastUsedDate":"2026-01-01T00:00:00Z"}}`),
		ok("ram.ListUsers", `{"Users":{"User":[{"UserName":"alice"}]}}`),
		ok("privatelink.DescribeZones ServiceResourceType=slb", `{"Zones":{"Zone":[{"ZoneId":"cn-hangzhou-i"}]}}`),
		ok("privatelink.DescribeZones ServiceResourceType=slb", `{"Zones":{"Zone":[{"ZoneId":"cn-hangzhou-h"}]}}`),
		ok("privatelink.DescribeZones ServiceResourceType=nlb", `{"Zones":{"Zone":[]}}`),
		ok("privatelink.DescribeZones", `{"Zones":{"Zone":[{"ZoneId":"cn-hangzhou-k"}]}}`),
		ok("privatelink.ListVpcEndpointServiceUsers ServiceId=epsrv-1", `{"Users":[{"UserId":1}],"UserARNs":[{"UserARN":"acs:ram:*::*"}]}`),
		ok("slb.DescribeVServerGroups LoadBalancerId=lb-1", `{"VServerGroups":{"VServerGroup":[{"VServerGroupId":"rsp-1"}]}}`),
		ok("slb.DescribeVServerGroupAttribute VServerGroupId=rsp-1", `{"VServerGroupId":"rsp-1","BackendServers":{"BackendServer":[{"ServerId":"i-1"}]}}`),
		ok("cbn.ListTransitRouters CenId=cen-1", `{"TransitRouters":[{"TransitRouterId":"tr-1"}]}`),
		ok("cbn.ListTransitRouterVpcAttachments CenId=cen-1", `{"TransitRouterAttachments":[{"TransitRouterId":"tr-1","TransitRouterAttachmentId":"tra-1"}]}`),
		ok("cbn.DescribeCenAttachedChildInstances CenId=cen-1", `{"ChildInstances":{"ChildInstance":[{"ChildInstanceId":"vpc-1"}]}}`),
		ok("slb.DescribeAccessControlListAttribute AclId=acl-1", `{"AclId":"acl-1","AclName":"x","AclEntrys":{"AclEntry":[{"AclEntryIP":"10.0.0.0/8"}]}}`),
		ok("sts.GetCallerIdentity", `{"AccountId":"1","Arn":"acs:ram::1:user/a","IdentityType":"RAMUser","RequestId":"x"}`),
		ok("actiontrail.DescribeTrails", `{"TrailList":[{"Name":"t"}]}`), ok("actiontrail.GetTrailStatus Name=t", `{"IsLogging":true,"RequestId":"x"}`),
		ok("resourcemanager.ListPolicyAttachments", `{"PolicyAttachments":{"PolicyAttachment":[{"PrincipalType":"IMSUser","PrincipalName":"alice@1.onaliyun.com","PolicyType":"System","PolicyName":"P"},{"ResourceGroupId":"rg-1","PrincipalType":"IMSUser","PrincipalName":"alice@1.onaliyun.com","PolicyType":"System","PolicyName":"P"}]},"TotalCount":2}`))
	for _, c := range []struct {
		kind           snapshot.Kind
		id, path, want string
	}{
		{snapshot.RAMUser, "alice", "accessKeys", `[{"AccessKeyId":"LTAI1","LastUsedDate":"2026-01-01T00:00:00Z","Status":"Active"},{"AccessKeyId":"LTAI2","Status":"Inactive"}]`},
		{snapshot.Region, hangzhou, "zones", `{"any":[{"ZoneId":"cn-hangzhou-k"}],"nlb":[],"slb":[{"ZoneId":"cn-hangzhou-h"},{"ZoneId":"cn-hangzhou-i"}]}`},
		{snapshot.EndpointService, "epsrv-1", "users", `[{"UserId":1}]`},
		{snapshot.EndpointService, "epsrv-1", "userArns", `[{"UserARN":"acs:ram:*::*"}]`},
		{snapshot.CLBVServerGroup, "rsp-1", "attributes", `{"BackendServers":{"BackendServer":[{"ServerId":"i-1"}]},"LoadBalancerId":"lb-1","VServerGroupId":"rsp-1"}`},
		{snapshot.TransitRouter, "tr-1", "attributes", `{"CenId":"cen-1","TransitRouterId":"tr-1"}`},
		{snapshot.TransitRouter, "tr-1", "attachments", `[{"TransitRouterAttachmentId":"tra-1","TransitRouterId":"tr-1"}]`},
		{snapshot.CEN, "cen-1", "children", `[{"ChildInstanceId":"vpc-1"}]`},
		{snapshot.CLBACL, "acl-1", "attributes", `{"AclId":"acl-1","AclName":"x"}`},
		{snapshot.CLBACL, "acl-1", "entries", `[{"AclEntryIP":"10.0.0.0/8"}]`},
		{snapshot.Identity, "caller", "attributes", `{"AccountId":"1","Arn":"acs:ram::1:user/a","IdentityType":"RAMUser"}`},
		{snapshot.Trail, "t", "status", `{"IsLogging":true}`},
	} {
		wantText(t, a, c.kind, c.id, c.path, c.want)
	}
	wantIDs(t, a, snapshot.PolicyAttachment, "/IMSUser/alice@1.onaliyun.com/System/P rg-1/IMSUser/alice@1.onaliyun.com/System/P")
}

// An item that lacks what joins it to other objects leaves its list incomplete:
// nobody can say which object it speaks of.
func TestItemsThatJoinNothing(t *testing.T) {
	for call, c := range map[string]struct{ body, want string }{
		"nlb.ListListeners":                                         {`{"Listeners":[{"ListenerId":"lsn-1"}]}`, "field Listeners/0/LoadBalancerId is missing"},
		"vpcpeer.ListVpcPeerConnections":                            {`{"VpcPeerConnects":[{"InstanceId":"pcc-1","Vpc":{"VpcId":"vpc-1"}}]}`, "field VpcPeerConnects/0/AcceptingVpc.VpcId is missing"},
		"cbn.DescribeCenAttachedChildInstances CenId=cen-1":         {`{"ChildInstances":{"ChildInstance":[{"ChildInstanceId":"vpc-1"},{"Status":"Attached"}]}}`, "field ChildInstances.ChildInstance/1/ChildInstanceId is missing"},
		"privatelink.ListVpcEndpointConnections ServiceId=epsrv-1":  {`{"Connections":[{"ServiceId":"epsrv-1","EndpointId":null}]}`, "field Connections/0/EndpointId is missing"},
		"elasticsearch.ListVpcEndpoints InstanceId=es-cn-1":         {`{"Result":[{"endpointStatus":"Active"}]}`, "field Result/0/endpointId is missing"},
		"vpc.DescribeForwardTableEntries ForwardTableId=ftb-1":      {`{"ForwardTableEntries":{"ForwardTableEntry":[{"ExternalPort":"9200"}]}}`, "field ForwardTableEntries.ForwardTableEntry/0/InternalIp is missing"},
		"ram.ListPoliciesForUser UserName=alice":                    {`{"Policies":{"Policy":[{"PolicyName":"P"}]}}`, "field Policies.Policy/0/PolicyType is missing"},
		"privatelink.ListVpcEndpointServiceResources ServiceId=e-1": {`{"Resources":[{"ZoneId":"h"}]}`, "field Resources/0/ResourceId is missing"},
	} {
		a := assembled(t, ok(call, c.body))
		k := a.Coverage()[0]
		subject := append(k.Subjects[snapshot.Incomplete], "nothing")[0]
		if got := k.Codes[subject]; got != c.want {
			t.Errorf("%s: %v %q, want %q", call, k.Subjects, got, c.want)
		}
	}
}

// Answers of equal rank that disagree are the same contradiction in any order.
func TestAnswersThatDisagree(t *testing.T) {
	one := ok("elasticsearch.DescribeInstance InstanceId=es-cn-1", `{"Result":{"status":"active","enablePublic":true,"publicIpWhitelist":["10.0.0.1"]}}`)
	two := ok("elasticsearch.DescribeInstance InstanceId=es-cn-1", `{"Result":{"status":"inactive","enablePublic":false,"publicIpWhitelist":["10.0.0.2"]}}`)
	list := ok("nlb.ListLoadBalancers", `{"LoadBalancers":[{"LoadBalancerId":"nlb-1","DNSName":"a","Tags":[1]}]}`)
	other := ok("nlb.ListLoadBalancers", `{"LoadBalancers":[{"LoadBalancerId":"nlb-1","DNSName":"b","Tags":[]}]}`)
	settings := ok("elasticsearch.DescribeSnapshotSetting InstanceId=es-cn-1", `{"Result":{"Enable":true}}`)
	others := ok("elasticsearch.DescribeSnapshotSetting InstanceId=es-cn-1", `{"Result":{"Enable":false}}`)
	want := snapshotBytes(t, one, two, list, other, settings, others)
	if got := snapshotBytes(t, others, settings, other, list, two, one); string(got) != string(want) {
		t.Error(firstDifference(want, got))
	}
}

// The rules of a network ACL keep their order; lists that have none are sorted.
func TestOrderWhereItMeansSomething(t *testing.T) {
	entries := `{"NetworkAclAttribute":{"IngressAclEntries":{"IngressAclEntry":[{"Policy":"drop"},{"Policy":"accept"}]},"EgressAclEntries":{"EgressAclEntry":[{"Port":"9"},{"Port":"1"}]}}}`
	a := assembled(t, ok("vpc.DescribeNetworkAclAttributes NetworkAclId=nacl-1", entries),
		ok("ecs.DescribeInstances", `{"Instances":{"Instance":[{"InstanceId":"i-1","SecurityGroupIds":{"SecurityGroupId":["sg-2","sg-1"]},"VpcAttributes":{"PrivateIpAddress":{"IpAddress":["10.0.0.2","10.0.0.1"]}}}]}}`),
		ok("vpc.DescribeRouteEntryList RouteTableId=vtb-1", `{"RouteEntrys":{"RouteEntry":[{"NextHops":{"NextHop":[{"NextHopId":"b"},{"NextHopId":"a"}]}}]}}`))
	wantText(t, a, snapshot.NetworkACL, "nacl-1", "attributes/IngressAclEntries/IngressAclEntry", `[{"Policy":"drop"},{"Policy":"accept"}]`)
	wantText(t, a, snapshot.NetworkACL, "nacl-1", "attributes/EgressAclEntries/EgressAclEntry", `[{"Port":"9"},{"Port":"1"}]`)
	wantText(t, a, snapshot.ECS, "i-1", "attributes/VpcAttributes/PrivateIpAddress/IpAddress", `["10.0.0.2","10.0.0.1"]`)
	wantText(t, a, snapshot.ECS, "i-1", "attributes/SecurityGroupIds/SecurityGroupId", `["sg-1","sg-2"]`)
	wantText(t, a, snapshot.RouteTable, "vtb-1", "entries", `[{"NextHops":{"NextHop":[{"NextHopId":"b"},{"NextHopId":"a"}]}}]`)
}

// Accounts and regions keep apart what has the same id; several recordings of
// one account are one.
func TestAccountsAndRegions(t *testing.T) {
	part := func(account, region string, at time.Time, answers ...api.Answer) recording.Part {
		for i := range answers {
			if answers[i].Region != "" {
				answers[i].Region = region
			}
		}
		return recording.Part{Account: account, TakenAt: at, Regions: []string{region}, Answers: answers}
	}
	host := func(status string) api.Answer {
		return ok("ecs.DescribeInstances", `{"Instances":{"Instance":[{"InstanceId":"i-1","Status":"`+status+`"}]}}`)
	}
	later := taken().Add(time.Hour)
	s, err := collector.Assemble([]recording.Part{
		part("2", "cn-hangzhou", taken(), host("Stopped")),
		part("1", "cn-shanghai", later, host("Running"), in("anywhere", ok("ram.ListUsers", `{"Users":{"User":[{"UserName":"alice"}]}}`))),
		part("1", "cn-hangzhou", taken(), host("Starting"), ok("ram.ListUsers", `{"Users":{"User":[{"UserName":"bob"}]}}`)),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range s.Accounts() {
		got = append(got, a.ID+" "+strings.Join(a.Regions, ",")+" "+a.TakenAt.Format(time.RFC3339))
		for _, o := range append(a.Objects(snapshot.ECS), a.Objects(snapshot.RAMUser)...) {
			got = append(got, o.Region+"/"+o.ID+" "+o.Attr("Status").Text())
		}
	}
	want := `1 cn-hangzhou,cn-shanghai 2026-11-22T00:00:00Z
cn-hangzhou/i-1 Starting
cn-shanghai/i-1 Running
global/alice 
global/bob 
2 cn-hangzhou 2026-11-22T00:00:00Z
cn-hangzhou/i-1 Stopped`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	if s, err := collector.Assemble(nil); err != nil || len(s.Accounts()) != 0 {
		t.Errorf("nothing gives %v, %v", s, err)
	}
}

// Two answers that differ about one server of an ALB's group, or one node of a
// cluster, contradict each other; other servers and nodes are others, and how much
// of a node is used is said once.
func TestListedThingsAreTheSame(t *testing.T) {
	server := func(ip, port, weight string) string {
		return `{"ServerId":"eni-1","ServerIp":"` + ip + `","Port":` + port + `,"ServerType":"Eni","Weight":` + weight + `}`
	}
	servers := func(list string) api.Answer {
		return ok("alb.ListServerGroupServers ServerGroupId=sgp-1", `{"Servers":[`+list+`],"TotalCount":3}`)
	}
	a := assembled(t, servers(server("10.0.0.1", "80", "100")+","+server("10.0.0.2", "80", "0")), servers(server("10.0.0.1", "80", "0")+","+server("10.0.0.1", "81", "0")))
	wantText(t, a, snapshot.ALBServerGroup, "sgp-1", "servers", `[{"Port":80,"ServerId":"eni-1","ServerIp":"10.0.0.1","ServerType":"Eni","Weight":{"contradiction":[0,100]}},`+
		`{"Port":80,"ServerId":"eni-1","ServerIp":"10.0.0.2","ServerType":"Eni","Weight":0},{"Port":81,"ServerId":"eni-1","ServerIp":"10.0.0.1","ServerType":"Eni","Weight":0}]`)
	wantText(t, a, snapshot.ALBServerGroup, "sgp-1", "contradictions", "1")

	nodes := func(list string) api.Answer {
		return ok("elasticsearch.ListAllNode InstanceId=es-cn-1", `{"Result":[`+list+`]}`)
	}
	a = assembled(t, nodes(`{"host":"10.0.0.1","nodeType":"WORKER","cpuPercent":"9%","loadOneM":null},{"host":"10.0.0.2","nodeType":"WORKER"}`),
		nodes(`{"host":"10.0.0.1","nodeType":"KIBANA","cpuPercent":"4%","loadOneM":"0.1"}`))
	wantText(t, a, snapshot.Cluster, "es-cn-1", "nodes",
		`[{"cpuPercent":"4%","host":"10.0.0.1","loadOneM":"0.1","nodeType":{"contradiction":["KIBANA","WORKER"]}},{"host":"10.0.0.2","nodeType":"WORKER"}]`)
	wantText(t, a, snapshot.Cluster, "es-cn-1", "contradictions", "1")
}
