package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"esaudit/collector/recording"
)

// Whatever a write holds, and whatever a recording holds where it looks: an
// answer comes, and no panic.
func TestHostileWrites(t *testing.T) {
	names := slices.Sorted(maps.Keys(writers()))
	params := []string{
		"AclId", "AclEntrys", "LoadBalancerId", "ListenerPort", "AclStatus", "AclType", "HealthCheckSwitch", "HealthyThreshold", "Bandwidth", "ServerGroupId",
		"Servers.1.ServerId", "Servers.1.Port", "ServiceId", "EndpointId", "UserId", "UserARN", "AutoAcceptEnabled", "SecurityGroupId", "SecurityGroupRuleId.1",
		"IpProtocol", "PortRange", "SourceCidrIp", "Policy", "Permissions.1.Policy", "Permissions.1.IpProtocol", "DeleteProtection", "AccessControlStatus", "DryRun", "ClientToken",
		"HealthCheckConfig.HealthCheckEnabled", "DeletionProtectionEnabled", "ModificationProtectionStatus", "Cps", "modifyMode", "pvlId", "updateStrategy",
	}
	value := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"acl-1", "lb-1", "9200", "sgp-1", "epsrv-1", "ep-1", "ep-own", "sg-1", "sgr-1", "on", "off", "true", "white", "tcp", "0.0.0.0/0", "[]", `[{"entry":1}]`,
		`[{"entry":"10.0.0.9"}]`, "10.0.0.9", "nlb-1", "99999999999999999999", "-1", "Cover", "Delete",
	}))
	bodies := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"", "{}", "[]", "null", `{"esConfig":{"a":[1]}}`, `{"esConfig":{"a":{"b":1}}}`, `{"esConfig":null}`, `{"whiteIpGroup":null}`, `{"whiteIpGroup":{"ips":null}}`,
		`{"modifyMode":"Cover","whiteIpGroup":{"groupName":"g","ips":["1.1.1.1"],"whiteIpType":"PUBLIC_ES"}}`, `{"publicIpWhitelist":[1]}`, `{"publicIpWhitelist":{}}`,
		`{"securityGroups":[],"vSwitchIdsZone":[{}],"vpcId":"v"}`, `{"serviceId":"epsrv-1","zoneId":"cn-hangzhou-h"}`, `{"enable":1}`, `{"nodeType":"WORKER"}`,
	}))
	rapid.Check(t, func(r *rapid.T) {
		p := writable()
		for range rapid.IntRange(0, 2).Draw(r, "damages") { // to the recording
			a := &p.Answers[rapid.IntRange(0, len(p.Answers)-1).Draw(r, "answer")]
			a.Body = rapid.SampledFrom([][]byte{nil, []byte("[]"), []byte("{}"), []byte(`{"Result":[null,1,{}]}`), []byte(`{"Result":{"networkConfig":[],"status":1}}`), []byte("{")}).Draw(r, "body")
		}
		_, c := direct(t, []recording.Part{p}, Options{Writable: true, Reads: -1})
		for range 4 {
			name := rapid.SampledFrom(names).Draw(r, "write")
			query := rapid.MapOfN(rapid.SampledFrom(params), value, 0, 8).Draw(r, "params")
			var got reply
			if product, operation, _ := strings.Cut(name, "."); product == "elasticsearch" {
				got = c.change(http.MethodPost, cluster, pathOf(operation), nil, bodies.Draw(r, "body"))
			} else {
				for version, p := range versions() {
					if p == product {
						got = c.rpc(http.MethodPost, version, operation, query)
					}
				}
			}
			o, err := parseObject(got.body)
			if err != nil || scalar(o.get("RequestId")) == "" || got.status == 200 == (scalar(o.get("Code")) != "") {
				r.Fatalf("%s: %d %s %v", name, got.status, got.body, got.err)
			}
		}
	})
}

func pathOf(operation string) string {
	for path, name := range clusterWrites() {
		if _, rest, _ := strings.Cut(path, " "); name == operation {
			return rest
		}
	}
	return operation
}

// Many clients write and read at once: no write is lost.
func TestWritesAtOnce(t *testing.T) {
	s, c := serve(t, []recording.Part{writable()}, Options{State: t.TempDir(), Reads: -1})
	var all sync.WaitGroup
	const clients, each = 4, 3
	for n := range clients {
		own := *c
		all.Go(func() {
			for i := range each {
				ip := fmt.Sprintf("192.0.2.%d", n*each+i)
				if r := own.change(http.MethodPost, cluster, whiteIPs, nil, groupBody("Append", "office", `["`+ip+`"]`)); r.status != 200 {
					t.Errorf("%d %s", r.status, r.body)
				}
				if r := own.roa(region, "/openapi/instances/"+cluster, nil); !strings.Contains(string(r.body), `"`+ip+`"`) {
					t.Errorf("%s is not seen after its write", ip)
				}
			}
		})
	}
	all.Wait()
	v := c.read(t, describeInstance, map[string]string{"InstanceId": cluster})
	if n := len(addresses(at(v, "Result", "networkConfig", "whiteIpGroupList", 1, "ips"))); n != clients*each+2 || len(s.Effects()) != clients*each {
		t.Errorf("%d addresses, %d effects", n, len(s.Effects()))
	}
}
