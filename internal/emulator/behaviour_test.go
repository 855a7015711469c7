package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"esaudit/collector/recording"
)

// change sends an ROA write about a cluster, signed without the SDK.
func (c *client) change(method, id, rest string, query map[string]string, body string) reply {
	r := c.roaRequest(method, esHost, "/openapi/instances/"+id+"/"+rest, query, []byte(body))
	r.Header.Set("Content-Type", "application/json")
	text := r.URL.Path
	for i, name := range slices.Sorted(maps.Keys(query)) {
		text += []string{"?", "&"}[min(i, 1)] + name + "=" + query[name]
	}
	c.signROA(r, text)
	return c.send(r)
}

// at follows names and numbers into a decoded answer.
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			l, _ := v.([]any)
			if step >= len(l) {
				return nil
			}
			v = l[step]
		}
	}
	return v
}

func (r reply) want(t *testing.T, status int, code string) reply {
	t.Helper()
	if r.status != status || r.code() != code {
		t.Errorf("%d %s, not %d %s: %s %v", r.status, r.code(), status, code, r.body, r.err)
	}
	return r
}

func status(t *testing.T, c *client) any {
	return at(c.read(t, describeInstance, map[string]string{"InstanceId": cluster}), "Result", "status")
}

const whiteIPs = "actions/modify-white-ips"

func groupBody(mode, name, ips string) string {
	return `{"modifyMode":"` + mode + `","whiteIpGroup":{"groupName":"` + name + `","ips":` + ips + `,"whiteIpType":"PUBLIC_ES"}}`
}

// What the vendor refuses is refused, and changes nothing.
func TestRefusedWrites(t *testing.T) {
	s, c := serve(t, []recording.Part{writable()}, Options{Writable: true, Reads: -1})
	both := `{"modifyMode":"Cover","whiteIpGroup":{"groupName":"a","ips":["1.2.3.4"],"whiteIpType":"PUBLIC_ES"},"nodeType":"WORKER","networkType":"PUBLIC","whiteIpList":["1.2.3.4"]}`
	for name, test := range map[string]struct {
		a      asked
		status int
		code   string
	}{
		"Append to an unknown group":   {es("ModifyWhiteIps", groupBody("Append", "new", `["1.2.3.4"]`)), 400, "NotFound"},
		"Delete of an unknown group":   {es("ModifyWhiteIps", groupBody("Delete", "new", `["1.2.3.4"]`)), 400, "NotFound"},
		"Delete of the last addresses": {es("ModifyWhiteIps", groupBody("Delete", "office", `["198.51.100.1","198.51.100.2"]`)), 400, "InvalidParameter"},
		"an empty default group":       {es("ModifyWhiteIps", groupBody("Cover", "default", `[]`)), 400, "InvalidParameter"},
		"both forms":                   {es("ModifyWhiteIps", both), 400, "InvalidParameter"},
		"neither form":                 {es("ModifyWhiteIps", `{}`), 400, "InvalidParameter"},
		"no address":                   {es("ModifyWhiteIps", groupBody("Append", "office", `["10.0.0.0/99"]`)), 400, "InvalidParameter"},
		"another mode":                 {es("ModifyWhiteIps", groupBody("Add", "office", `["1.2.3.4"]`)), 400, "InvalidParameter"},
		"Kibana's private list": {es("ModifyWhiteIps", `{"nodeType":"KIBANA","networkType":"PRIVATE","whiteIpList":["10.0.0.1"]}`),
			400, "InvalidParameter"},
		"open already":     {es("TriggerNetwork", `{"nodeType":"WORKER","networkType":"PUBLIC","actionType":"OPEN"}`), 400, "RepetitionOperationError"},
		"closed already":   {es("CloseHttps", ""), 400, "RepetitionOperationError"},
		"the private side": {es("TriggerNetwork", `{"nodeType":"WORKER","networkType":"PRIVATE","actionType":"CLOSE"}`), 400, "InvalidParameter"},
		"Kibana's private link by the older way": {es("TriggerNetwork", `{"nodeType":"KIBANA","networkType":"PRIVATE","actionType":"OPEN"}`),
			400, "InvalidParameter"},
		"the same settings":    {es("UpdateInstanceSettings", `{"esConfig":{"http.cors.enabled":"true"}}`), 400, "MustChangeOneResource"},
		"an unknown service":   {es("CreateVpcEndpoint", `{"serviceId":"epsrv-2","zoneId":"cn-hangzhou-h"}`), 400, "EndpointServiceNotFound"},
		"a zone it has not":    {es("CreateVpcEndpoint", `{"serviceId":"epsrv-1","zoneId":"cn-hangzhou-x"}`), 400, "InvalidParameter"},
		"no private link":      {es("DisableKibanaPvlNetwork", ""), 400, "RepetitionOperationError"},
		"an unknown list":      {rpc("slb.AddAccessControlListEntry", "AclId", "acl-2", "AclEntrys", `[{"entry":"10.0.0.1"}]`), 400, "AclNotExist"},
		"no entries":           {rpc("slb.RemoveAccessControlListEntry", "AclId", "acl-1", "AclEntrys", `[]`), 400, "AclEntryEmpty"},
		"a listener's list":    {rpc("slb.SetLoadBalancerTCPListenerAttribute", "LoadBalancerId", "lb-1", "ListenerPort", "9200", "AclStatus", "on", "AclType", "white", "AclId", "acl-2"), 400, "AclNotExist"},
		"an unknown balancer":  {rpc("slb.SetLoadBalancerDeleteProtection", "LoadBalancerId", "lb-2", "DeleteProtection", "on"), 400, "InvalidLoadBalancerId.NotFound"},
		"an unknown group":     {rpc("nlb.UpdateServerGroupAttribute", "ServerGroupId", "sgp-2"), 404, "ResourceNotFound.serverGroup"},
		"an unknown server":    {rpc("nlb.RemoveServersFromServerGroup", "ServerGroupId", "sgp-1", "Servers.1.ServerId", "10.0.0.7", "Servers.1.Port", "9200"), 404, "ResourceNotFound.BackendServer"},
		"an unknown end":       {rpc("privatelink.DisableVpcEndpointConnection", "ServiceId", "epsrv-1", "EndpointId", "ep-2"), 400, "EndpointConnectionNotFound"},
		"connected already":    {rpc("privatelink.EnableVpcEndpointConnection", "ServiceId", "epsrv-1", "EndpointId", "ep-1"), 400, "EndpointConnectionOperationDenied"},
		"an unknown rule":      {rpc("ecs.RevokeSecurityGroup", "SecurityGroupId", "sg-1", "SecurityGroupRuleId.1", "sgr-9"), 400, "InvalidSecurityGroupRule.RuleNotExist"},
		"an unknown sg":        {rpc("ecs.RevokeSecurityGroup", "SecurityGroupId", "sg-9", "SecurityGroupRuleId.1", "sgr-1"), 404, "InvalidSecurityGroupId.NotFound"},
		"a write not emulated": {rpc("slb.DeleteLoadBalancer", "LoadBalancerId", "lb-1"), 501, NotEmulated},
		"a dry run":            {rpc("privatelink.UpdateVpcEndpointServiceAttribute", "ServiceId", "epsrv-1", "AutoAcceptEnabled", "false", "DryRun", "true"), 400, "DryRunOperation"},
		"a dry run that fails": {rpc("privatelink.UpdateVpcEndpointServiceAttribute", "ServiceId", "epsrv-2", "AutoAcceptEnabled", "false", "DryRun", "true"), 400, "EndpointServiceNotFound"},
	} {
		t.Run(name, func(t *testing.T) { test.a.send(t, c, s.Key()).want(t, test.status, test.code) })
	}
	c.change(http.MethodPost, "es-cn-2", whiteIPs, nil, groupBody("Append", "office", `["1.2.3.4"]`)).want(t, 400, "InstanceNotFound")
	dry := es("CreateVpcEndpoint", `{"serviceId":"epsrv-1","zoneId":"cn-hangzhou-h"}`)
	dry.query = map[string]string{"dryRun": "true"}
	dry.send(t, c, s.Key()).want(t, 200, "")
	// The SDK's typed requests send the body as a form, which is not JSON.
	form := c.roaRequest(http.MethodPost, esHost, "/openapi/instances/"+cluster+"/"+whiteIPs, nil, []byte("body=%7B%7D"))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	c.signROA(form, form.URL.Path)
	c.send(form).want(t, 400, "InvalidParameter")
	if n := len(s.Effects()); n != 0 {
		t.Errorf("%d effects", n)
	}
	for _, r := range s.Requests() {
		if r.Effect {
			t.Errorf("an effect: %v", r)
		}
	}
}

// While the public network is closed, its list takes no writes.
func TestClosedNetwork(t *testing.T) {
	s, c := direct(t, []recording.Part{writable()}, Options{Writable: true, Reads: -1})
	c.change(http.MethodPost, cluster, "public-network", nil, `{}`).want(t, 200, "") // documented: false is the default
	c.change(http.MethodPost, cluster, whiteIPs, nil, groupBody("Append", "office", `["1.2.3.4"]`)).want(t, 400, "InvalidParameter")
	if n := len(s.Effects()); n != 1 {
		t.Errorf("%d effects", n)
	}
}

// Writes need a recording that is served for them.
func TestReadOnlyServer(t *testing.T) {
	_, c := direct(t, []recording.Part{writable()}, Options{})
	if r := c.change(http.MethodPost, cluster, whiteIPs, nil, groupBody("Append", "office", `["1.2.3.4"]`)).want(t, 403, ReadOnly); !strings.Contains(r.message(), "--state") {
		t.Errorf("%s", r.body)
	}
}

// A token makes a write happen once, also across a restart; with other
// parameters it is refused.
func TestTokens(t *testing.T) {
	o := Options{State: t.TempDir(), Reads: 3}
	parts := []recording.Part{writable()}
	s, c := serve(t, parts, o)
	token := map[string]string{"clientToken": "t-1"}
	first := c.change(http.MethodPost, cluster, whiteIPs, token, groupBody("Delete", "office", `["198.51.100.1"]`)).want(t, 200, "")
	_, again := serve(t, parts, o)
	for _, c := range []*client{c, again} {
		r := c.change(http.MethodPost, cluster, whiteIPs, token, groupBody("Delete", "office", `["198.51.100.1"]`)).want(t, 200, "")
		if string(r.body) != string(first.body) {
			t.Errorf("%s, not %s", r.body, first.body)
		}
		c.change(http.MethodPost, cluster, whiteIPs, token, groupBody("Delete", "office", `["198.51.100.2"]`)).want(t, 400, "IdempotenceSignatureMismatch")
	}
	if n := len(s.Effects()); n != 1 {
		t.Errorf("%d effects", n)
	}
	rule := rpc("ecs.RevokeSecurityGroup", "SecurityGroupId", "sg-1", "SecurityGroupRuleId.1", "sgr-1", "ClientToken", "t-1")
	rule.send(t, c, s.Key()).want(t, 200, "")
	rule.send(t, c, s.Key()).want(t, 200, "")
	rule.query["SecurityGroupRuleId.1"] = "sgr-2"
	rule.send(t, c, s.Key()).want(t, 400, "IdempotentParameterMismatch")
	effects := 0
	for _, r := range s.Requests() {
		if r.Effect {
			effects++
		}
	}
	if effects != 2 {
		t.Errorf("%d requests had an effect", effects)
	}
}

// A refusal does not use a token up.
func TestTokenAfterConflict(t *testing.T) {
	_, c := direct(t, []recording.Part{writable()}, Options{Writable: true, Reads: 1})
	c.change(http.MethodPost, cluster, "actions/open-https", nil, "").want(t, 200, "")
	token := map[string]string{"clientToken": "t-1"}
	c.change(http.MethodPost, cluster, whiteIPs, token, groupBody("Delete", "office", `["198.51.100.1"]`)).want(t, 400, "InstanceStatusNotSupportCurrentAction")
	c.change(http.MethodPost, cluster, whiteIPs, token, groupBody("Delete", "office", `["198.51.100.1"]`)).want(t, 200, "")
}

// A cluster is activating for as many requests as is said, longer after a
// restart or when it lingers; meanwhile it takes no writes.
func TestActivating(t *testing.T) {
	for name, test := range map[string]struct {
		fault, rest, body string
		reads             int
	}{
		"whitelist":             {"", whiteIPs, groupBody("Delete", "office", `["198.51.100.1"]`), 2},
		"settings":              {"", "instance-settings", `{"esConfig":{"a":"b"}}`, 2 * restarting},
		"whitelist, lingering":  {"linger:elasticsearch.ModifyWhiteIps", whiteIPs, groupBody("Delete", "office", `["198.51.100.1"]`), 2 * lingering},
		"no backup needs that":  {"", "snapshot-setting", `{"enable":true}`, 0},
		"nor does what is same": {"", whiteIPs, groupBody("Append", "office", `["198.51.100.1"]`), 0},
	} {
		f, err := ParseFaults(test.fault)
		if err != nil {
			t.Fatal(err)
		}
		_, c := direct(t, []recording.Part{writable()}, Options{Writable: true, Faults: f, Reads: 2})
		c.change(http.MethodPost, cluster, test.rest, nil, test.body).want(t, 200, "")
		for n := range test.reads {
			if n == 1 { // the list shows it too
				if got := at(c.read(t, listInstance, nil), "Result", 0, "status"); got != "activating" {
					t.Errorf("%s: %v in the list", name, got)
				}
				continue
			}
			if got := status(t, c); got != "activating" {
				t.Errorf("%s: %v at read %d", name, got, n+1)
			}
		}
		if got := status(t, c); got != "active" {
			t.Errorf("%s: %v in the end", name, got)
		}
	}
}

// updatedAt is the emulator's clock.
func TestUpdateTime(t *testing.T) {
	now := timeNow()
	_, c := direct(t, []recording.Part{writable()}, Options{Writable: true, Clock: Advance, Now: now.read, Reads: -1})
	now.forward(90e9)
	c.change(http.MethodPost, cluster, whiteIPs, nil, groupBody("Delete", "office", `["198.51.100.1"]`)).want(t, 200, "")
	if got := at(c.read(t, describeInstance, map[string]string{"InstanceId": cluster}), "Result", "updatedAt"); got != "2026-11-22T00:01:30.000Z" {
		t.Errorf("%v", got)
	}
}

// A new endpoint has an id and an address of its own, is creating at first, and
// is seen by the service; one that nobody accepts waits.
func TestClusterEndpoints(t *testing.T) {
	for _, accepts := range []bool{true, false} {
		p := writable()
		if !accepts {
			for i := range p.Answers {
				p.Answers[i].Body = []byte(strings.ReplaceAll(string(p.Answers[i].Body), `"AutoAcceptEnabled":true`, `"AutoAcceptEnabled":false`))
			}
		}
		s, c := serve(t, []recording.Part{p}, Options{Writable: true, Reads: 1})
		ids := map[any]bool{}
		for range 2 {
			r := es("CreateVpcEndpoint", `{"serviceId":"epsrv-1","zoneId":"cn-hangzhou-h"}`).send(t, c, s.Key()).want(t, 200, "")
			var v any
			if err := json.Unmarshal([]byte(r.body), &v); err != nil {
				t.Fatal(err)
			}
			ids[at(v, "Result", "endpointId")] = true
		}
		if len(ids) != 2 || ids["ep-1"] || ids[nil] {
			t.Fatalf("%v", ids)
		}
		endpoints := func() any { return c.read(t, listClusterEndpoints, map[string]string{"InstanceId": cluster}) }
		connections := func() any { return c.read(t, listConnections, map[string]string{"ServiceId": "epsrv-1"}) }
		first, second := endpoints(), endpoints()
		meanwhile, then := "Pending", "Pending"
		if accepts {
			meanwhile, then = "Connecting", "Connected"
		}
		for _, want := range []struct {
			v              any
			status, linked string
		}{{first, "Creating", meanwhile}, {second, "Active", then}} {
			if a, b := at(want.v, "Result", 2, "endpointStatus"), at(want.v, "Result", 2, "connectionStatus"); a != want.status || b != want.linked {
				t.Errorf("%v %v, not %s %s", a, b, want.status, want.linked)
			}
		}
		v := connections()
		if at(v, "Connections", 2, "EndpointOwnerId") != 1704583217906441.0 || at(v, "Connections", 2, "ConnectionStatus") != meanwhile || at(v, "TotalCount") != "3" ||
			at(v, "Connections", 2, "Zones", 0, "ResourceId") != "nlb-1" {
			t.Errorf("%v", v)
		}
		id := at(second, "Result", 2, "endpointId").(string)
		if !accepts {
			rpc("privatelink.EnableVpcEndpointConnection", "ServiceId", "epsrv-1", "EndpointId", id).send(t, c, s.Key()).want(t, 200, "")
			other := at(second, "Result", 1, "endpointId").(string)
			rpc("privatelink.EnableVpcEndpointConnection", "ServiceId", "epsrv-1", "EndpointId", other).send(t, c, s.Key()).want(t, 400, "ConcurrentCallNotSupported")
			if got := at(connections(), "Connections", 2, "ConnectionStatus"); got != "Connected" { // being refused was one request
				t.Errorf("%v", got)
			}
		}
		remove := es("DeleteVpcEndpoint", "")
		remove.query = map[string]string{"EndpointId": id}
		remove.send(t, c, s.Key()).want(t, 200, "")
		remove.send(t, c, s.Key()).want(t, 400, "EndpointNotFound")
		if at(endpoints(), "Result", 2) != nil || at(connections(), "Connections", 2) != nil {
			t.Error("it is still there")
		}
	}
}

// Kibana's private link: its groups change by its id.
func TestKibanaLink(t *testing.T) {
	s, c := serve(t, []recording.Part{writable()}, Options{Writable: true, Reads: -1})
	es("EnableKibanaPvlNetwork", `{"securityGroups":["sg-1"],"vSwitchIdsZone":[{"vswitchId":"vsw-1","zoneId":"cn-hangzhou-h"}],"vpcId":"vpc-1"}`).send(t, c, s.Key()).want(t, 200, "")
	change := es("UpdateKibanaPvlNetwork", `{"securityGroups":["sg-2","sg-3"]}`)
	change.query = map[string]string{"pvlId": cluster + "-kibana-internal-internal"}
	change.send(t, c, s.Key()).want(t, 200, "")
	v := c.read(t, listKibanaLinks, map[string]string{"InstanceId": cluster})
	if at(v, "Result", 0, "securityGroups", 1) != "sg-3" || at(v, "Result", 0, "endpointName") != cluster+"-kibana-endpoint" {
		t.Errorf("%v", v)
	}
	change.query["pvlId"] = "another"
	change.send(t, c, s.Key()).want(t, 400, "NotFound")
}

// Changes of server groups are jobs; until one is done the group takes no other.
func TestJobs(t *testing.T) {
	s, c := serve(t, []recording.Part{writable()}, Options{Writable: true, Reads: 2})
	change := rpc("nlb.UpdateServerGroupAttribute", "ServerGroupId", "sgp-1", "HealthCheckConfig.HealthCheckEnabled", "true")
	r := change.send(t, c, s.Key()).want(t, 200, "")
	o, _ := parseObject([]byte(r.body))
	job := map[string]string{"JobId": scalar(o.get("JobId"))}
	if at(c.read(t, listServerGroups, nil), "ServerGroups", 0, "ServerGroupStatus") != "Configuring" {
		t.Error("it is not on its way")
	}
	change.query["HealthCheckConfig.HealthCheckInterval"] = "20"
	for _, want := range []string{"Processing", "Processing", "Succeeded", "Succeeded"} {
		if got := at(c.read(t, "nlb.GetJobStatus", job), "Status"); got != want {
			t.Errorf("%v, not %s", got, want)
		}
	}
	change.send(t, c, s.Key()).want(t, 200, "")
	change.query["HealthCheckConfig.HealthCheckInterval"] = "30"
	change.send(t, c, s.Key()).want(t, 400, "IncorrectStatus.serverGroup")
}

// Whatever happens to the answer, the journal tells whether the write happened.
func TestFaultsOfWrites(t *testing.T) {
	for fault, effects := range map[string]int{
		"throttle": 0, "later": 0, "500": 0, "403": 0, "reset": 0, "expired": 0, "conflict": 0, "bad-code": 0,
		"503": 1, "lost": 1, "timeout=1ms": 1, "drop": 1, "cut": 1, "empty": 1, "linger": 1, "html": 0,
		"rival=es-cn-1+PUBLIC_ES+default+192.0.2.1": 2,
		"rival=es-cn-9+PUBLIC_ES+default+192.0.2.1": 1,
		"expired:*:#2-": 1, "expired:*:#1": 0,
	} {
		f, err := ParseFaults(fault)
		if err != nil {
			t.Fatal(err)
		}
		s, c := serve(t, []recording.Part{writable()}, Options{Writable: true, Faults: f, Reads: -1})
		c.change(http.MethodPost, cluster, whiteIPs, nil, groupBody("Delete", "office", `["198.51.100.1"]`))
		if n := len(s.Effects()); n != effects {
			t.Errorf("%s: %d effects, not %d", fault, n, effects)
		}
	}
	for spec, problem := range map[string]string{
		"rival":                             "is no CLUSTER+LIST+GROUP+ENTRY",
		"rival=es-cn-1+X+default+192.0.2.1": "is no CLUSTER+LIST+GROUP+ENTRY",
		"rival=es-cn-1+PUBLIC_ES+default+x": "is no CLUSTER+LIST+GROUP+ENTRY",
		"random:1:5%:rival":                 "it needs its value",
		"lost:*:#0":                         "no number of attempts",
	} {
		if _, err := ParseFaults(spec); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%s: %v", spec, err)
		}
	}
}

// A rival comes between the read and the write.
func TestRival(t *testing.T) {
	f, err := ParseFaults("rival=es-cn-1+PUBLIC_ES+new+192.0.2.1:elasticsearch.ModifyWhiteIps:1")
	if err != nil {
		t.Fatal(err)
	}
	s, c := direct(t, []recording.Part{writable()}, Options{Writable: true, Faults: f, Reads: 2})
	c.change(http.MethodPost, cluster, whiteIPs, nil, groupBody("Append", "new", `["1.2.3.4"]`)).want(t, 200, "")
	if got := s.Effects(); len(got) != 2 || !got[0].Rival || got[1].Rival {
		t.Errorf("%v", got)
	}
	v := c.read(t, describeInstance, map[string]string{"InstanceId": cluster})
	if got := addresses(at(v, "Result", "networkConfig", "whiteIpGroupList", 4, "ips")); !slices.Equal(got, []string{"192.0.2.1", "1.2.3.4"}) {
		t.Errorf("%v", got)
	}
}

// The hooks see every request, hold no lock, and can break it off before and
// after the work.
func TestHooks(t *testing.T) {
	kill := ""
	var s *Server
	seen := map[string]int{}
	hook := func(when string) func(Request) bool {
		return func(r Request) bool {
			seen[when+" "+r.Operation]++
			_ = s.Effects()
			return kill != when
		}
	}
	s, c := serve(t, []recording.Part{writable()}, Options{Writable: true, Reads: -1, Before: hook("before"), After: hook("after")})
	for i, want := range []struct {
		kill    string
		effects int
	}{{"before", 0}, {"after", 1}, {"", 1}} {
		kill = want.kill
		r := c.change(http.MethodPost, cluster, whiteIPs, map[string]string{"clientToken": "t"}, groupBody("Delete", "office", `["198.51.100.1"]`))
		if (r.err != nil) != (kill != "") || len(s.Effects()) != want.effects || seen["before ModifyWhiteIps"] != i+1 {
			t.Errorf("%q: %v, %d effects", kill, r.err, len(s.Effects()))
		}
	}
	if seen["after ModifyWhiteIps"] != 3 {
		t.Errorf("%v", seen)
	}
}
