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
	keep := parameters()
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.StringMatching(`[A-Za-z][A-Za-z.0-9]{0,14}`).Filter(func(s string) bool {
			last := s[strings.LastIndexByte(s, '.')+1:]
			return !slices.Contains(keep, strings.ToLower(s)) && !slices.Contains(keep, strings.ToLower(last)) && !numbered.MatchString(s)
		}).Draw(rt, "name")
		form := rapid.SampledFrom([]string{
			`{"NAME":"SECRET"}`, `{"body":"{\"NAME\":\"SECRET\"}"}`, `{"Rules.1.NAME":"SECRET"}`, `{"ips":{"NAME":["SECRET"]}}`, `{"list":[{"NAME":"SECRET"},{"a":{"NAME":"SECRET"}}]}`,
		}).Draw(rt, "form")
		params := strings.NewReplacer("NAME", name, "SECRET", secret).Replace(form)
		n := parsed(t, `{"eventId":"e","eventName":"ModifyWhiteIps","serviceName":"Elasticsearch","userIdentity":{"accessKeyId":"`+secret+`"},"responseElements":{"x":"`+
			secret+`"},"requestParameters":`+params+`,"requestParameterJson":`+quoted(params)+`}`)
		if got := string(KeepEvent(n).AppendCompact(nil)); strings.Contains(got, secret) {
			rt.Fatalf("%s is kept of %s", got, params)
		}
	})
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
