package trail

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"esaudit/snapshot"
)

func parsed(t testing.TB, text string) *snapshot.Node {
	t.Helper()
	n, err := snapshot.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Every operation of the table is one of the vendor's, by the SDK.
func TestOperationsAreTheVendors(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aliyun/alibaba-cloud-sdk-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`[^a-z0-9]`)
	files := map[string]bool{}
	for _, o := range operations() {
		if !files[o.service] {
			all, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "services", o.service, "*.go"))
			if err != nil || len(all) == 0 {
				t.Fatalf("services/%s: %d files, %v", o.service, len(all), err)
			}
			files[o.service] = true
			for _, f := range all {
				files[o.service+"."+named.ReplaceAllString(strings.TrimSuffix(filepath.Base(f), ".go"), "")] = true
			}
		}
		if !files[o.service+"."+strings.ToLower(o.name)] {
			t.Errorf("%s has no operation %s", o.service, o.name)
		}
		for _, name := range o.id {
			if !strings.HasPrefix(name, "=") && !slices.Contains(parameters(), name) {
				t.Errorf("%s: parameter %s is not kept", o.name, name)
			}
		}
	}
}

// No value of a parameter that is not on the list is kept, wherever it stands.
func TestNothingElseOfARequestIsKept(t *testing.T) {
	const secret = "hunter2-0123456789"
	keep := append(parameters(), given()...)
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.StringMatching(`[A-Za-z][A-Za-z.0-9]{0,14}`).Filter(func(s string) bool {
			last := s[strings.LastIndexByte(s, '.')+1:]
			return !slices.Contains(keep, strings.ToLower(s)) && !slices.Contains(keep, strings.ToLower(last)) && !numbered.MatchString(s)
		}).Draw(rt, "name")
		form := rapid.SampledFrom([]string{
			`{"NAME":"SECRET"}`, `{"body":"{\"NAME\":\"SECRET\"}"}`, `{"Rules.1.NAME":"SECRET"}`, `{"ips":{"NAME":["SECRET"]}}`, `{"list":[{"NAME":"SECRET"},{"a":{"NAME":"SECRET"}}]}`,
		}).Draw(rt, "form")
		params := strings.NewReplacer("NAME", name, "SECRET", secret).Replace(form)
		n := parsed(t, `{"eventId":"e","eventName":"ModifyWhiteIps","serviceName":"Elasticsearch","userIdentity":{"accessKeyId":"`+secret+`"},"responseElements":`+params+`,"requestParameters":`+params+`,"requestParameterJson":`+quoted(params)+`}`)
		if got := string(KeepEvent(n).AppendCompact(nil)); strings.Contains(got, secret) {
			rt.Fatalf("%s is kept of %s", got, params)
		}
	})
}

// Of what is written into elasticsearch.yml the names are kept, and the values of
// switches; of a trust document whom it names.
func TestKeptOfDocuments(t *testing.T) {
	for _, c := range []struct{ params, want string }{
		{`{"InstanceId":"es-1","body":"{\"esConfig\":{\"http.cors.enabled\":\"true\",\"xpack\":{\"a\":{\"bind_password\":\"hunter2\",\"on\":false}}}}"}`,
			`{"esconfig":["http.cors.enabled=true","xpack.a.bind_password","xpack.a.on=false"],"instanceid":["es-1"]}`},
		{`{"esConfig":"{\"pin\":1234,\"hosts\":[\"a\",\"b\"]}"}`, `{"esconfig":["hosts","pin"]}`},
		{`{"esConfig":"hunter2"}`, `{}`},
		{`{"esConfig":{"` + strings.Repeat("n", maxLength+1) + `":true,"deep":` + strings.Repeat(`{"d":`, maxDepth) + `true` + strings.Repeat("}", maxDepth) + `}}`, `{"esconfig":["..."]}`},
		{`{"ips":"10.0.0.1,` + strings.Repeat("9", maxLength+1) + `"}`, `{"ips":["...","10.0.0.1"]}`},
		{`{"RoleName":"ci","NewAssumeRolePolicyDocument":"{\"Statement\":[{\"Sid\":\"hunter2\",\"Principal\":{\"RAM\":[\"acs:ram::9:root\"],\"Service\":\"ecs.aliyuncs.com\"}}]}"}`,
			`{"ram":["acs:ram::9:root"],"rolename":["ci"],"service":["ecs.aliyuncs.com"]}`},
	} {
		n := parsed(t, `{"eventId":"e","eventName":"UpdateInstanceSettings","serviceName":"Elasticsearch","requestParameters":`+c.params+`}`)
		if got := string(KeepEvent(n).Get("request").AppendCompact(nil)); got != c.want {
			t.Errorf("%s: %s is kept, not %s", c.params, got, c.want)
		}
	}
}

// Of an answer the ids of what was made are kept, beside the request, and no secret.
func TestKeptOfAnswers(t *testing.T) {
	n := parsed(t, `{"eventId":"e","eventName":"CreateAccessKey","serviceName":"Ram","requestParameters":{"UserName":"li"},
		"responseElements":{"AccessKey":{"AccessKeyId":"LTAI5x","AccessKeySecret":"hunter2","Status":"Active"}}}`)
	kept := KeepEvent(n)
	if without := KeepEvent(parsed(t, `{"eventId":"e","eventName":"CreateAccessKey","serviceName":"Ram","responseElements":{"AccessKeySecret":"hunter2"}}`)); without.Get("response").Exists() {
		t.Errorf("kept of an answer without ids: %s", without.AppendCompact(nil))
	}
	for name, want := range map[string]string{"request": `{"username":["li"]}`, "response": `{"accesskeyid":["LTAI5x"]}`} {
		if got := string(kept.Get(name).AppendCompact(nil)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func quoted(text string) string { return string(snapshot.NewString(text).AppendCompact(nil)) }

// What did not succeed, reads, or is of no setting, is not kept.
func TestWhatIsKept(t *testing.T) {
	for text, want := range map[string]bool{
		`{"eventName":"ModifyWhiteIps","serviceName":"Elasticsearch"}`:                            true,
		`{"eventName":"modifyWhiteIps","serviceName":"elasticsearch"}`:                            true,
		`{"eventName":"ModifyWhiteIps","serviceName":"Elasticsearch","errorCode":"NoPermission"}`: false,
		`{"eventName":"UpdateAdminPassword","serviceName":"Elasticsearch"}`:                       false,
		`{"eventName":"ModifyWhiteIps","serviceName":"Ecs"}`:                                      false,
		`{}`: false,
	} {
		if got := KeepEvent(parsed(t, text)) != nil; got != want {
			t.Errorf("%s: kept %v", text, got)
		}
	}
}

// estate is an account with objects that changes were made of.
const estate = `{"schema":"esaudit.snapshot/v1","accounts":[{"id":"1","takenAt":"2026-11-22T00:00:00Z","regions":["r"],"coverage":[],"objects":{
"elasticsearch":{"r":{"es-1":{"attributes":{"enablePublic":true,"enableKibanaPublicNetwork":true,"protocol":"HTTP","publicIpWhitelist":["0.0.0.0/0"],
  "networkConfig":{"whiteIpGroupList":[{"groupName":"tmp","whiteIpType":"PUBLIC_ES","ips":["10.1.2.3/8"]}]}}}}},
"clbListener":{"r":{"lb-1/tcp/9200":{"attributes":{"AclStatus":"off"}}}},
"clbAcl":{"r":{"acl-1":{"attributes":{},"entries":[{"AclEntryIP":"0.0.0.0/0"}]}}},
"nlb":{"r":{"nlb-1":{"attributes":{"AddressType":"Internet"}}}},
"ramUser":{"global":{"li":{"attributes":{},"accessKeys":[{"AccessKeyId":"x"}]}}},
"securityGroup":{"r":{"sg-1":{"attributes":{},"rules":[{"SourceCidrIp":"0.0.0.0/0","Policy":"Accept"}]}}},
"event":{"r":{"e":{"attributes":EVENT}}}}}]}`

// A change made what its request says, and may have made what it does not say.
func TestMade(t *testing.T) {
	const whitelist, old = "elasticsearch/r/es-1/attributes/networkConfig/whiteIpGroupList/0/ips/0", "elasticsearch/r/es-1/attributes/publicIpWhitelist/0"
	for _, c := range []struct{ event, request, resources, at, want string }{
		{"Elasticsearch ModifyWhiteIps", `"instanceid":["es-1"],"groupname":["tmp"],"ips":["10.0.0.0/8"]`, ``, whitelist, "did"},
		{"Elasticsearch ModifyWhiteIps", `"instanceid":["es-1"],"groupname":["tmp"],"ips":["10.0.0.0/9"]`, ``, whitelist, "no"},
		{"Elasticsearch ModifyWhiteIps", `"instanceid":["es-2"],"groupname":["tmp"],"ips":["10.0.0.0/8"]`, `es-1`, whitelist, "no"},
		{"Elasticsearch ModifyWhiteIps", `"instanceid":["es-1"],"modifymode":["Delete"],"ips":["10.0.0.0/8"]`, ``, whitelist, "no"},
		{"Elasticsearch ModifyWhiteIps", `"instanceid":["es-1"],"nodetype":["WORKER"],"networktype":["PRIVATE"],"whiteiplist":["0.0.0.0/0"]`, ``, old, "no"},
		{"Elasticsearch ModifyWhiteIps", `"instanceid":["es-1"],"nodetype":["WORKER"],"networktype":["PUBLIC"],"whiteiplist":["0.0.0.0/0"]`, ``, old, "did"},
		{"Elasticsearch UpdateKibanaWhiteIps", `"ips":["10.0.0.0/8"]`, `es-1`, whitelist, "no"},
		{"Elasticsearch UpdatePublicWhiteIps", ``, `es-1`, whitelist, "may"},
		{"Elasticsearch UpdateInstanceSettings", ``, `es-1`, whitelist, "no"},
		{"Elasticsearch TriggerNetwork", `"nodetype":["WORKER"],"networktype":["PUBLIC"],"actiontype":["OPEN"]`, `es-1`, "elasticsearch/r/es-1/attributes/enablePublic", "did"},
		{"Elasticsearch TriggerNetwork", `"nodetype":["WORKER"],"networktype":["PUBLIC"],"actiontype":["CLOSE"]`, `es-1`, "elasticsearch/r/es-1/attributes/enablePublic", "no"},
		{"Elasticsearch TriggerNetwork", `"nodetype":["KIBANA"],"networktype":["PUBLIC"],"actiontype":["OPEN"]`, `es-1`, "elasticsearch/r/es-1/attributes/enablePublic", "no"},
		{"Elasticsearch CloseHttps", ``, `es-1`, "elasticsearch/r/es-1/attributes/protocol", "did"},
		{"Elasticsearch OpenHttps", ``, `es-1`, "elasticsearch/r/es-1/attributes/protocol", "no"},
		{"Slb CreateLoadBalancerTCPListener", `"loadbalancerid":["lb-1"],"listenerport":["9200"]`, ``, "clbListener/r/lb-1~1tcp~19200/attributes/AclStatus", "may"},
		{"Slb CreateLoadBalancerTCPListener", `"loadbalancerid":["lb-1"],"listenerport":["9300"]`, ``, "clbListener/r/lb-1~1tcp~19200/attributes/AclStatus", "no"},
		{"Slb CreateLoadBalancerUDPListener", `"loadbalancerid":["lb-1"],"listenerport":["9200"]`, ``, "clbListener/r/lb-1~1tcp~19200/attributes/AclStatus", "no"},
		{"Slb AddAccessControlListEntry", `"aclid":["acl-1"],"entry":["0.0.0.0/0"]`, ``, "clbAcl/r/acl-1/entries/0", "did"},
		{"Nlb UpdateLoadBalancerAddressTypeConfig", `"loadbalancerid":["nlb-1"]`, ``, "nlb/r/nlb-1/attributes/AddressType", "may"},
		{"Ecs AuthorizeSecurityGroup", `"securitygroupid":["sg-1"],"sourcecidrip":["0.0.0.0/0"]`, ``, "securityGroup/r/sg-1/rules/0", "did"},
		{"Ecs AuthorizeSecurityGroup", `"securitygroupid":["sg-1"],"sourcecidrip":["10.0.0.0/8"]`, ``, "securityGroup/r/sg-1/rules/0", "no"},
		{"Ram CreateAccessKey", `"username":["li"]`, ``, "ramUser/global/li/accessKeys/0", "may"},
		{"Ram CreateAccessKey", `"username":["wu"]`, ``, "ramUser/global/li/accessKeys/0", "no"},
	} {
		service, name, _ := strings.Cut(c.event, " ")
		event := `{"eventId":"e","eventTime":"2026-11-20T00:00:00+08:00","serviceName":"` + service + `","eventName":"` + name +
			`","resources":["` + c.resources + `"],"request":{` + c.request + `}}`
		s, err := snapshot.Parse([]byte(strings.Replace(estate, "EVENT", event, 1)))
		if err != nil {
			t.Fatal(err)
		}
		changes := Changes(s.Accounts()[0])
		if len(changes) != 1 || changes[0].Time.Format("2006-01-02 15") != "2026-11-19 16" {
			t.Fatalf("%s: changes %v", event, changes)
		}
		possible, certain := changes[0].Made(s.Root().Resolve("/accounts/0/objects/" + c.at))
		if got := map[[2]bool]string{{}: "no", {true, false}: "may", {true, true}: "did"}[[2]bool{possible, certain}]; got != c.want {
			t.Errorf("%s %s at %s: %s, want %s", c.event, c.request, c.at, got, c.want)
		}
	}
}

// large is an account of every kind of thing that a request can open.
const large = `{"schema":"esaudit.snapshot/v1","accounts":[{"id":"1","takenAt":"2026-11-22T00:00:00Z","regions":["r"],"coverage":[],"objects":{
"elasticsearch":{"r":{"es-1":{"attributes":{"enableKibanaPrivateNetwork":true,
    "esConfig":{"http.cors.enabled":"true","http.cors.allow-origin":"*","xpack":{"security":{"audit":{"enabled":false}}},"reindex.remote.whitelist":["a:9200"]}},
  "kibanaPvl":[{"pvlId":"es-1-k","endpointName":"k","vpcId":"vpc-1","securityGroups":["sg-1","sg-2"]}],
  "vpcEndpoints":[{"endpointId":"ep-9","serviceId":"epsrv-1","connectionStatus":"Connected"}]}}},
"clbListener":{"r":{"lb-1/tcp/9200":{"attributes":{"AclStatus":"off","AclType":"","ListenerPort":9200,"Status":"running","VServerGroupId":"rsp-1"}}}},
"clbVServerGroup":{"r":{"rsp-1":{"attributes":{"BackendServers":{"BackendServer":[{"ServerId":"i-1","Port":9200},{"ServerId":"i-2","Port":9300}]}}}}},
"nlb":{"r":{"nlb-1":{"attributes":{"AddressType":"Internet","SecurityGroupIds":["sg-1"],"ZoneMappings":[{"LoadBalancerAddresses":[{"AllocationId":"eip-1"}]}]}}}},
"nlbListener":{"r":{"lsn-1":{"attributes":{"ListenerId":"lsn-1","LoadBalancerId":"nlb-1","ListenerPort":9200,"ListenerProtocol":"TCP","ServerGroupId":"sgp-1"}}}},
"nlbServerGroup":{"r":{"sgp-1":{"attributes":{},"servers":[{"ServerId":"10.0.0.1","Port":9200},{"ServerId":"10.0.0.2","Port":9200}]}}},
"alb":{"r":{"alb-1":{"attributes":{"AddressType":"Internet"}}}},
"albListener":{"r":{"lsn-2":{"attributes":{"ListenerId":"lsn-2","LoadBalancerId":"alb-1","ListenerPort":9200,"ListenerProtocol":"HTTP","ListenerStatus":"Running",
  "AclConfig":{"AclType":"White","AclRelations":[{"AclId":"acl-2","Status":"Associated"},{"AclId":"acl-3"}]}}}}},
"albServerGroup":{"r":{"sgp-2":{"attributes":{},"servers":[{"ServerId":"10.0.0.1","Port":9200}]}}},
"albAcl":{"r":{"acl-2":{"attributes":{},"entries":[{"Entry":"0.0.0.0/0"}]}}},
"ecs":{"r":{"i-1":{"attributes":{"EipAddress":{"AllocationId":"eip-2","IpAddress":"203.0.113.5"},"SecurityGroupIds":{"SecurityGroupId":["sg-1"]}}}}},
"eip":{"r":{"eip-2":{"attributes":{"AllocationId":"eip-2","InstanceId":"i-1","IpAddress":"203.0.113.5"}}}},
"forwardTable":{"r":{"ftb-1":{"attributes":{},"entries":[{"ForwardEntryId":"fwd-1","ExternalIp":"203.0.113.6","ExternalPort":"9200","InternalIp":"10.0.0.1","InternalPort":"9200","IpProtocol":"tcp"}]}}},
"routeTable":{"r":{"vtb-1":{"attributes":{},"entries":[{"DestinationCidrBlock":"10.9.0.0/16","NextHops":{"NextHop":[{"NextHopId":"pcc-1"}]}}]}}},
"networkAcl":{"r":{"nacl-1":{"attributes":{"IngressAclEntries":{"IngressAclEntry":[{"SourceCidrIp":"0.0.0.0/0","Policy":"accept"}]}}}}},
"vpcPeer":{"r":{"pcc-1":{"attributes":{"Status":"Activated","Vpc":{"VpcId":"vpc-1"},"AcceptingVpc":{"VpcId":"vpc-2"}}}}},
"cen":{"r":{"cen-1":{"attributes":{},"children":[{"ChildInstanceId":"vpc-1"}]}}},
"transitRouter":{"r":{"tr-1":{"attributes":{},"attachments":[{"TransitRouterAttachmentId":"tr-attach-1","VpcId":"vpc-1"}]}}},
"endpointService":{"r":{"epsrv-1":{"attributes":{"AutoAcceptEnabled":true},"users":[{"UserId":42}],"userArns":[{"UserARN":"acs:ram:*:*:*"}],
  "connections":[{"EndpointId":"ep-1","EndpointOwnerId":42,"Zones":[{"ZoneId":"z"}]}],"resources":[{"ResourceId":"nlb-1","ZoneId":"z"}]}}},
"endpoint":{"r":{"ep-1":{"attributes":{"ServiceId":"epsrv-1"},"groups":[{"SecurityGroupId":"sg-1"}]}}},
"ramUser":{"global":{"li":{"attributes":{},"accessKeys":[{"AccessKeyId":"LTAI5x","Status":"Active","LastUsedDate":"d"}],"policies":[{"PolicyType":"System","PolicyName":"AdministratorAccess"}],"groups":[{"GroupName":"ops"}]}}},
"ramGroup":{"global":{"ops":{"attributes":{},"users":[{"UserName":"li"}]}}},
"ramRole":{"global":{"ci":{"attributes":{"Description":"d","AssumeRolePolicyDocument":{"Statement":[{"Effect":"Allow","Principal":{"RAM":["acs:ram::9:root"],"Service":["ecs.aliyuncs.com"]}}]}},"policies":[{"PolicyType":"Custom","PolicyName":"wide"}]}}},
"ramPolicy":{"global":{"Custom/wide":{"attributes":{"DefaultVersion":"v2"},"document":{"Statement":[{"Effect":"Allow"}]}}}},
"policyAttachment":{"global":{"1/IMSUser/li@1/System/AdministratorAccess":{"attributes":{"AttachDate":"d"}}}},
"event":{"r":{"e":{"attributes":EVENT}}}}}]}`

// For each call that can open something: the request that did, one that did
// something else, one that does not tell.
func TestMadeByCall(t *testing.T) {
	for _, c := range []struct{ event, request, at, want string }{
		{"Elasticsearch EnableKibanaPvlNetwork", `"instanceid":["es-1"]`, "elasticsearch/r/es-1/attributes/enableKibanaPrivateNetwork", "did"},
		{"Elasticsearch DisableKibanaPvlNetwork", `"instanceid":["es-1"]`, "elasticsearch/r/es-1/attributes/enableKibanaPrivateNetwork", "no"},
		{"Elasticsearch EnableKibanaPvlNetwork", `"instanceid":["es-1"],"vpcid":["vpc-1"],"securitygroups":["sg-1","sg-2"]`, "elasticsearch/r/es-1/kibanaPvl/0/securityGroups/1", "did"},
		{"Elasticsearch EnableKibanaPvlNetwork", `"instanceid":["es-1"],"vpcid":["vpc-2"]`, "elasticsearch/r/es-1/kibanaPvl/0/securityGroups/1", "no"},
		{"Elasticsearch UpdateKibanaPvlNetwork", `"instanceid":["es-1"],"pvlid":["es-1-k"],"securitygroups":["sg-3"]`, "elasticsearch/r/es-1/kibanaPvl/0/securityGroups/1", "no"},
		{"Elasticsearch UpdateKibanaPvlNetwork", `"instanceid":["es-1"],"pvlid":["es-1-k"],"endpointname":["k"]`, "elasticsearch/r/es-1/kibanaPvl/0/securityGroups/1", "no"},
		{"Elasticsearch CreateVpcEndpoint", `"instanceid":["es-1"],"serviceid":["epsrv-1"]`, "elasticsearch/r/es-1/vpcEndpoints/0/connectionStatus", "did"},
		{"Elasticsearch CreateVpcEndpoint", `"instanceid":["es-1"],"serviceid":["epsrv-2"]`, "elasticsearch/r/es-1/vpcEndpoints/0/connectionStatus", "no"},
		{"Elasticsearch UpdateInstanceSettings", `"instanceid":["es-1"],"esconfig":["http.cors.enabled=true"]`, "elasticsearch/r/es-1/attributes/esConfig/http.cors.enabled", "did"},
		{"Elasticsearch UpdateInstanceSettings", `"instanceid":["es-1"],"esconfig":["http.cors.enabled=false"]`, "elasticsearch/r/es-1/attributes/esConfig/http.cors.enabled", "no"},
		{"Elasticsearch UpdateInstanceSettings", `"instanceid":["es-1"],"esconfig":["http.cors.allow-origin"]`, "elasticsearch/r/es-1/attributes/esConfig/http.cors.allow-origin", "may"},
		{"Elasticsearch UpdateInstanceSettings", `"instanceid":["es-1"],"esconfig":["http.cors.allow-origin"]`, "elasticsearch/r/es-1/attributes/esConfig/http.cors.enabled", "no"},
		{"Elasticsearch UpdateInstanceSettings", `"instanceid":["es-1"],"esconfig":["xpack.security.audit.enabled=false"]`, "elasticsearch/r/es-1/attributes/esConfig/xpack/security/audit/enabled", "did"},
		{"Elasticsearch UpdateInstanceSettings", `"instanceid":["es-1"],"esconfig":["reindex.remote.whitelist"]`, "elasticsearch/r/es-1/attributes/esConfig/reindex.remote.whitelist/0", "may"},
		{"Elasticsearch UpdateInstanceSettings", `"instanceid":["es-1"],"esconfig":["xpack.security.audit.enabled=false"]`, "elasticsearch/r/es-1/attributes/esConfig/xpack/security", "may"},
		{"Elasticsearch UpdateInstanceSettings", `"instanceid":["es-1"]`, "elasticsearch/r/es-1/attributes/esConfig/http.cors.enabled", "may"},
		{"Elasticsearch UpdateInstanceSettings", `"instanceid":["es-1"],"esconfig":["...","http.cors.allow-origin"]`, "elasticsearch/r/es-1/attributes/esConfig/http.cors.enabled", "may"},
		{"Elasticsearch UpdateInstanceSettings", `"instanceid":["es-1"],"esconfig":["...","http.cors.enabled=false"]`, "elasticsearch/r/es-1/attributes/esConfig/http.cors.enabled", "no"},
		{"Alb UpdateLoadBalancerAddressTypeConfig", `"loadbalancerid":["alb-1"],"addresstype":["..."]`, "alb/r/alb-1/attributes/AddressType", "may"},
		{"Alb UpdateLoadBalancerAddressTypeConfig", `"loadbalancerid":["alb-1"],"addresstype":["...","Intranet"]`, "alb/r/alb-1/attributes/AddressType", "may"},
		{"Alb AddEntriesToAcl", `"aclid":["acl-2"],"entry":["...","10.0.0.0/8"]`, "albAcl/r/acl-2/entries/0", "may"},
		{"Alb AddEntriesToAcl", `"aclid":["..."],"entry":["0.0.0.0/0"]`, "albAcl/r/acl-2/entries/0", "no"},
		{"Ram UpdateRole", `"rolename":["ci"],"ram":["...","acs:ram::8:root"]`, "ramRole/global/ci/attributes/AssumeRolePolicyDocument/Statement/0/Principal/RAM/0", "may"},
		{"Alb CreateLoadBalancer", `"addresstype":["Internet"]`, "alb/r/alb-1/attributes/AddressType", "no"},
		{"Alb UpdateLoadBalancerAddressTypeConfig", `"loadbalancerid":["alb-1"],"addresstype":["Internet"]`, "alb/r/alb-1/attributes/AddressType", "did"},
		{"Alb CreateListener", `"loadbalancerid":["alb-1"],"listenerprotocol":["HTTP"],"listenerport":["9200"]`, "albListener/r/lsn-2/attributes/ListenerPort", "did"},
		{"Alb CreateListener", `"loadbalancerid":["alb-1"],"listenerprotocol":["HTTP"],"listenerport":["9201"]`, "albListener/r/lsn-2/attributes/ListenerPort", "no"},
		{"Alb AssociateAclsWithListener", `"listenerid":["lsn-2"],"aclids":["acl-2","acl-3"],"acltype":["White"]`, "albListener/r/lsn-2/attributes/AclConfig/AclRelations/1/AclId", "did"},
		{"Alb AssociateAclsWithListener", `"listenerid":["lsn-2"],"aclids":["acl-9"],"acltype":["White"]`, "albListener/r/lsn-2/attributes/AclConfig/AclRelations/0/AclId", "no"},
		{"Alb AssociateAclsWithListener", `"listenerid":["lsn-2"],"aclids":["acl-2"],"acltype":["Black"]`, "albListener/r/lsn-2/attributes/AclConfig/AclType", "no"},
		{"Alb StopListener", `"listenerid":["lsn-2"]`, "albListener/r/lsn-2/attributes/ListenerStatus", "no"},
		{"Alb AddServersToServerGroup", `"servergroupid":["sgp-2"],"serverid":["10.0.0.1"],"port":["9200"]`, "albServerGroup/r/sgp-2/servers/0", "did"},
		{"Alb AddEntriesToAcl", `"aclid":["acl-2"],"entry":["0.0.0.0/0"]`, "albAcl/r/acl-2/entries/0", "did"},
		{"Alb AddEntriesToAcl", `"aclid":["acl-2"],"entry":["10.0.0.0/8"]`, "albAcl/r/acl-2/entries/0", "no"},
		{"Ram UpdateRole", `"rolename":["ci"],"ram":["acs:ram::9:root"]`, "ramRole/global/ci/attributes/AssumeRolePolicyDocument/Statement/0/Principal/RAM/0", "did"},
		{"Ram UpdateRole", `"rolename":["ci"],"ram":["acs:ram::8:root"]`, "ramRole/global/ci/attributes/AssumeRolePolicyDocument/Statement/0/Principal/RAM/0", "no"},
		{"Ram CreateRole", `"rolename":["ci"],"service":["ecs.aliyuncs.com"]`, "ramRole/global/ci/attributes/AssumeRolePolicyDocument/Statement/0/Principal/Service/0", "did"},
		{"Ram UpdateRole", `"rolename":["ci"],"ram":["acs:ram::9:root"]`, "ramRole/global/ci/attributes/AssumeRolePolicyDocument/Statement/0/Effect", "may"},
		{"Ram UpdateRole", `"rolename":["ci"],"ram":["acs:ram::8:root"]`, "ramRole/global/ci/attributes/AssumeRolePolicyDocument/Statement/0/Principal/RAM", "may"},
		{"Ram UpdateRole", `"rolename":["ci"]`, "ramRole/global/ci/attributes/AssumeRolePolicyDocument/Statement/0/Principal/RAM/0", "may"},
		{"Slb CreateLoadBalancerTCPListener", `"loadbalancerid":["lb-1"],"listenerport":["9200"],"aclstatus":["off"]`, "clbListener/r/lb-1~1tcp~19200/attributes/AclStatus", "did"},
		{"Slb CreateLoadBalancerTCPListener", `"loadbalancerid":["lb-1"],"listenerport":["9200"],"aclstatus":["on"]`, "clbListener/r/lb-1~1tcp~19200/attributes/AclStatus", "no"},
		{"Slb SetLoadBalancerTCPListenerAttribute", `"loadbalancerid":["lb-1"],"listenerport":["9200"],"vservergroupid":["rsp-1"]`, "clbListener/r/lb-1~1tcp~19200/attributes/AclStatus", "no"},
		{"Slb SetLoadBalancerTCPListenerAttribute", `"loadbalancerid":["lb-1"],"listenerport":["9200"],"aclstatus":["off"]`, "clbListener/r/lb-1~1tcp~19200/attributes/AclStatus", "did"},
		{"Slb CreateLoadBalancerTCPListener", `"loadbalancerid":["lb-1"],"listenerport":["9200"]`, "clbListener/r/lb-1~1tcp~19200/attributes/Status", "no"},
		{"Slb StartLoadBalancerListener", `"loadbalancerid":["lb-1"],"listenerprotocol":["tcp"],"listenerport":["9200"]`, "clbListener/r/lb-1~1tcp~19200/attributes/Status", "did"},
		{"Slb AddVServerGroupBackendServers", `"vservergroupid":["rsp-1"],"serverid":["i-1"],"port":["9200"]`, "clbVServerGroup/r/rsp-1/attributes/BackendServers/BackendServer/0", "did"},
		{"Slb AddVServerGroupBackendServers", `"vservergroupid":["rsp-1"],"serverid":["i-1","i-2"],"port":["9200","9300"]`, "clbVServerGroup/r/rsp-1/attributes/BackendServers/BackendServer/0", "may"},
		{"Slb AddVServerGroupBackendServers", `"vservergroupid":["rsp-1"],"serverid":["i-1"],"port":["9300"]`, "clbVServerGroup/r/rsp-1/attributes/BackendServers/BackendServer/0", "no"},
		{"Nlb UpdateLoadBalancerAddressTypeConfig", `"loadbalancerid":["nlb-1"],"addresstype":["Internet"]`, "nlb/r/nlb-1/attributes/AddressType", "did"},
		{"Nlb UpdateLoadBalancerAddressTypeConfig", `"loadbalancerid":["nlb-1"],"addresstype":["Intranet"]`, "nlb/r/nlb-1/attributes/AddressType", "no"},
		{"Nlb UpdateLoadBalancerAddressTypeConfig", `"loadbalancerid":["nlb-1"],"allocationid":["eip-1"]`, "nlb/r/nlb-1/attributes/ZoneMappings/0/LoadBalancerAddresses/0/AllocationId", "did"},
		{"Nlb LoadBalancerJoinSecurityGroup", `"loadbalancerid":["nlb-1"],"securitygroupids":["sg-1"]`, "nlb/r/nlb-1/attributes/SecurityGroupIds/0", "did"},
		{"Nlb LoadBalancerJoinSecurityGroup", `"loadbalancerid":["nlb-1"],"securitygroupids":["sg-1"]`, "nlb/r/nlb-1/attributes/SecurityGroupIds", "may"},
		{"Nlb LoadBalancerLeaveSecurityGroup", `"loadbalancerid":["nlb-1"],"securitygroupids":["sg-9"]`, "nlb/r/nlb-1/attributes/SecurityGroupIds/0", "no"},
		{"Nlb CreateListener", `"loadbalancerid":["nlb-1"],"listenerprotocol":["TCP"],"listenerport":["9200"]`, "nlbListener/r/lsn-1/attributes/ListenerPort", "did"},
		{"Nlb CreateListener", `"loadbalancerid":["nlb-1"],"listenerprotocol":["TCP"],"listenerport":["9300"]`, "nlbListener/r/lsn-1/attributes/ListenerPort", "no"},
		{"Nlb CreateListener", `"loadbalancerid":["nlb-1"]},"response":{"listenerid":["lsn-1"]`, "nlbListener/r/lsn-1/attributes/ListenerPort", "may"},
		{"Nlb CreateListener", `"loadbalancerid":["nlb-1"]},"response":{"listenerid":["lsn-2"]`, "nlbListener/r/lsn-1/attributes/ListenerPort", "no"},
		{"Nlb AddServersToServerGroup", `"servergroupid":["sgp-1"],"serverid":["10.0.0.1","10.0.0.2"],"port":["9200"]`, "nlbServerGroup/r/sgp-1/servers/1", "did"},
		{"Nlb AddServersToServerGroup", `"servergroupid":["sgp-1"],"serverid":["10.0.0.3"],"port":["9200"]`, "nlbServerGroup/r/sgp-1/servers/1", "no"},
		{"Vpc AssociateEipAddress", `"allocationid":["eip-2"],"instanceid":["i-1"]`, "ecs/r/i-1/attributes/EipAddress/IpAddress", "did"},
		{"Vpc AssociateEipAddress", `"allocationid":["eip-3"],"instanceid":["i-1"]`, "ecs/r/i-1/attributes/EipAddress/IpAddress", "no"},
		{"Vpc AssociateEipAddress", `"allocationid":["eip-2"],"instanceid":["i-1"]`, "eip/r/eip-2/attributes/InstanceId", "did"},
		{"Vpc AssociateEipAddress", `"allocationid":["eip-2"],"instanceid":["i-2"]`, "eip/r/eip-2/attributes/InstanceId", "no"},
		{"Vpc AllocateEipAddress", `},"response":{"allocationid":["eip-2"]`, "eip/r/eip-2/attributes/InstanceId", "no"},
		{"Vpc CreateForwardEntry", `"forwardtableid":["ftb-1"],"externalip":["203.0.113.6"],"externalport":["9200"],"internalip":["10.0.0.1"],"internalport":["9200"]`, "forwardTable/r/ftb-1/entries/0", "did"},
		{"Vpc CreateForwardEntry", `"forwardtableid":["ftb-1"],"externalip":["203.0.113.6"],"externalport":["9201"],"internalip":["10.0.0.1"],"internalport":["9200"]`, "forwardTable/r/ftb-1/entries/0", "no"},
		{"Vpc CreateForwardEntry", `"forwardtableid":["ftb-1"]`, "forwardTable/r/ftb-1/entries/0", "may"},
		{"Vpc CreateRouteEntry", `"routetableid":["vtb-1"],"destinationcidrblock":["10.9.0.0/16"],"nexthopid":["pcc-1"]`, "routeTable/r/vtb-1/entries/0", "did"},
		{"Vpc CreateRouteEntry", `"routetableid":["vtb-1"],"destinationcidrblock":["10.8.0.0/16"]`, "routeTable/r/vtb-1/entries/0", "no"},
		{"Vpc UpdateNetworkAclEntries", `"networkaclid":["nacl-1"],"sourcecidrip":["10.0.0.0/8","0.0.0.0/0"]`, "networkAcl/r/nacl-1/attributes/IngressAclEntries/IngressAclEntry/0", "did"},
		{"Vpc UpdateNetworkAclEntries", `"networkaclid":["nacl-1"],"sourcecidrip":["10.0.0.0/8"]`, "networkAcl/r/nacl-1/attributes/IngressAclEntries/IngressAclEntry/0", "no"},
		{"VpcPeer AcceptVpcPeerConnection", `"instanceid":["pcc-1"]`, "vpcPeer/r/pcc-1/attributes/Status", "did"},
		{"VpcPeer CreateVpcPeerConnection", `"vpcid":["vpc-1"],"acceptingvpcid":["vpc-2"]`, "vpcPeer/r/pcc-1/attributes/Status", "may"},
		{"VpcPeer CreateVpcPeerConnection", `"vpcid":["vpc-1"],"acceptingvpcid":["vpc-3"]`, "vpcPeer/r/pcc-1/attributes/Status", "no"},
		{"Cbn AttachCenChildInstance", `"cenid":["cen-1"],"childinstanceid":["vpc-1"]`, "cen/r/cen-1/children/0", "did"},
		{"Cbn AttachCenChildInstance", `"cenid":["cen-1"],"childinstanceid":["vpc-2"]`, "cen/r/cen-1/children/0", "no"},
		{"Cbn CreateTransitRouterVpcAttachment", `"transitrouterid":["tr-1"],"vpcid":["vpc-1"]`, "transitRouter/r/tr-1/attachments/0", "did"},
		{"Privatelink AddUserToVpcEndpointService", `"serviceid":["epsrv-1"],"userid":["42"]`, "endpointService/r/epsrv-1/users/0/UserId", "did"},
		{"Privatelink AddUserToVpcEndpointService", `"serviceid":["epsrv-1"],"userid":["43"]`, "endpointService/r/epsrv-1/users/0", "no"},
		{"Privatelink AddUserToVpcEndpointService", `"serviceid":["epsrv-1"],"userarn":["acs:ram:*:*:*"]`, "endpointService/r/epsrv-1/userArns/0/UserARN", "did"},
		{"Privatelink EnableVpcEndpointConnection", `"serviceid":["epsrv-1"],"endpointid":["ep-1"]`, "endpointService/r/epsrv-1/connections/0/EndpointOwnerId", "did"},
		{"Privatelink EnableVpcEndpointConnection", `"serviceid":["epsrv-1"],"endpointid":["ep-1"]`, "endpointService/r/epsrv-1/connections/0/Zones/0/ZoneId", "did"},
		{"Privatelink EnableVpcEndpointConnection", `"serviceid":["epsrv-1"],"endpointid":["ep-2"]`, "endpointService/r/epsrv-1/connections/0/EndpointOwnerId", "no"},
		{"Privatelink CreateVpcEndpoint", `"serviceid":["epsrv-1"]},"response":{"endpointid":["ep-1"]`, "endpointService/r/epsrv-1/connections/0", "did"},
		{"Privatelink UpdateVpcEndpointServiceAttribute", `"serviceid":["epsrv-1"],"autoacceptenabled":["true"]`, "endpointService/r/epsrv-1/attributes/AutoAcceptEnabled", "did"},
		{"Privatelink UpdateVpcEndpointServiceAttribute", `"serviceid":["epsrv-1"]`, "endpointService/r/epsrv-1/attributes/AutoAcceptEnabled", "no"},
		{"Privatelink AttachResourceToVpcEndpointService", `"serviceid":["epsrv-1"],"resourceid":["nlb-1"],"zoneid":["y"]`, "endpointService/r/epsrv-1/resources/0", "no"},
		{"Privatelink AttachSecurityGroupToVpcEndpoint", `"endpointid":["ep-1"],"securitygroupid":["sg-1"]`, "endpoint/r/ep-1/groups/0", "did"},
		{"Ecs JoinSecurityGroup", `"instanceid":["i-1"],"securitygroupid":["sg-1"]`, "ecs/r/i-1/attributes/SecurityGroupIds/SecurityGroupId/0", "did"},
		{"Ram AttachPolicyToUser", `"username":["li"],"policytype":["System"],"policyname":["AdministratorAccess"]`, "ramUser/global/li/policies/0", "did"},
		{"Ram AttachPolicyToUser", `"username":["li"],"policytype":["System"],"policyname":["ReadOnlyAccess"]`, "ramUser/global/li/policies/0", "no"},
		{"Ram AttachPolicyToRole", `"rolename":["ci"],"policytype":["Custom"],"policyname":["wide"]`, "ramRole/global/ci/policies/0", "did"},
		{"Ram AddUserToGroup", `"username":["li"],"groupname":["ops"]`, "ramUser/global/li/groups/0", "did"},
		{"Ram AddUserToGroup", `"username":["li"],"groupname":["ops"]`, "ramGroup/global/ops/users/0", "did"},
		{"Ram CreateAccessKey", `"username":["li"]},"response":{"accesskeyid":["LTAI5x"]`, "ramUser/global/li/accessKeys/0", "did"},
		{"Ram CreateAccessKey", `"username":["li"]},"response":{"accesskeyid":["LTAI5y"]`, "ramUser/global/li/accessKeys/0", "no"},
		{"Ram CreateAccessKey", `"username":["li"]},"response":{"accesskeyid":["LTAI5x"]`, "ramUser/global/li/accessKeys/0/LastUsedDate", "may"},
		{"Ram CreatePolicyVersion", `"policyname":["wide"]},"response":{"versionid":["v2"]`, "ramPolicy/global/Custom~1wide/document/Statement/0", "did"},
		{"Ram CreatePolicyVersion", `"policyname":["wide"]},"response":{"versionid":["v1"]`, "ramPolicy/global/Custom~1wide/document/Statement/0", "no"},
		{"Ram CreatePolicyVersion", `"policyname":["wide"]`, "ramPolicy/global/Custom~1wide/document/Statement/0", "may"},
		{"Ram SetDefaultPolicyVersion", `"policyname":["wide"],"versionid":["v2"]`, "ramPolicy/global/Custom~1wide/document/Statement/0", "did"},
		{"Ram CreatePolicy", `"policyname":["wide"]},"response":{"defaultversion":["v1"]`, "ramPolicy/global/Custom~1wide/document/Statement/0", "no"},
		{"ResourceManager AttachPolicy", `"resourcegroupid":["1"],"principaltype":["IMSUser"],"principalname":["li@1"],"policytype":["System"],"policyname":["AdministratorAccess"]`,
			"policyAttachment/global/1~1IMSUser~1li@1~1System~1AdministratorAccess/attributes/AttachDate", "did"},
	} {
		service, name, _ := strings.Cut(c.event, " ")
		event := `{"eventId":"e","eventTime":"2026-11-20T00:00:00Z","serviceName":"` + service + `","eventName":"` + name + `","resources":[],"request":{` + c.request + `}}`
		s, err := snapshot.Parse([]byte(strings.Replace(large, "EVENT", event, 1)))
		if err != nil {
			t.Fatal(event, err)
		}
		n := s.Root().Resolve("/accounts/0/objects/" + c.at)
		if n == nil {
			t.Fatalf("%s is not there", c.at)
		}
		possible, certain := Changes(s.Accounts()[0])[0].Made(n)
		if got := map[[2]bool]string{{}: "no", {true, false}: "may", {true, true}: "did"}[[2]bool{possible, certain}]; got != c.want {
			t.Errorf("%s %s at %s: %s, want %s", c.event, c.request, c.at, got, c.want)
		}
	}
}

// A setting that is too long or too deep to keep may be any: who asked for it may
// have made each that the request does not name.
func TestMadeOfWhatIsNotKept(t *testing.T) {
	long := strings.Repeat("n", maxLength+1)
	deep := strings.Repeat(`{"d":`, maxDepth) + "true" + strings.Repeat("}", maxDepth)
	for _, asked := range []string{`"` + long + `":true`, `"deep":` + deep} {
		event := KeepEvent(parsed(t, `{"eventId":"e","eventTime":"2026-11-20T00:00:00Z","eventName":"UpdateInstanceSettings","serviceName":"Elasticsearch",
			"requestParameters":{"InstanceId":"es-1","esConfig":{"http.cors.enabled":true,`+asked+`}}}`))
		s, err := snapshot.Parse([]byte(strings.NewReplacer("EVENT", string(event.AppendCompact(nil)), `"http.cors.enabled"`, `"`+long+`":true,"deep":`+deep+`,"http.cors.enabled"`).Replace(large)))
		if err != nil {
			t.Fatal(err)
		}
		config := "/accounts/0/objects/elasticsearch/r/es-1/attributes/esConfig/"
		for at, want := range map[string][2]bool{long: {true, false}, "deep" + strings.Repeat("/d", maxDepth): {true, false}, "http.cors.enabled": {true, true}} {
			n := s.Root().Resolve(config + at)
			if possible, certain := Changes(s.Accounts()[0])[0].Made(n); [2]bool{possible, certain} != want {
				t.Errorf("asked for %.20s, at %.20s: possible %v, certain %v, not %v", asked, at, possible, certain, want)
			}
		}
	}
}
