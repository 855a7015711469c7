package fix

import (
	"encoding/json"
	"fmt"
	"testing"

	"esaudit/diff"
	"esaudit/snapshot"
)

// Plans for the account of fake, written by hand.

func digestOf(value any, set bool) string {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	d, err := Digest(data, set)
	if err != nil {
		panic(err)
	}
	return d
}

func bodyOf(format string, args ...any) json.RawMessage { return fmt.Appendf(nil, format, args...) }

func instance(path ...string) Probe {
	return Probe{Region: "cn-hangzhou", Product: "elasticsearch", Operation: "DescribeInstance", Params: map[string]string{"InstanceId": "es-cn-1"}, Path: path}
}

func es(operation string, body json.RawMessage) Call {
	return Call{Region: "cn-hangzhou", Product: "elasticsearch", Operation: operation, Params: map[string]string{"InstanceId": "es-cn-1"}, Body: body}
}

// action completes an action: what it expects and leaves, and its inverse.
func action(id string, value Probe, before, after any, call, inverse Call) Action {
	a := Action{
		ID: id, Kind: "k", Title: "the title of " + id, Cluster: "es-cn-1", Value: value, Call: call, Inverse: &inverse, Cost: "none",
		Digest: digestOf(before, value.Set), Leaves: digestOf(after, value.Set),
	}
	if call.Product == "elasticsearch" {
		a.Ready = &Ready{Probe: instance("Result", "status"), Until: []string{"active"}, Failed: []string{"inactive", "invalid"}}
	}
	return a
}

// narrow takes an entry out of the public whitelist, which holds what is given.
func narrow(id, entry string, before, after []string) Action {
	value := instance("Result", "networkConfig", "whiteIpGroupList", "groupName=default,whiteIpType=PUBLIC_ES", "ips")
	value.Set = true
	body := func(mode string) json.RawMessage {
		return bodyOf(`{"modifyMode":%q,"whiteIpGroup":{"groupName":"default","ips":[%q],"whiteIpType":"PUBLIC_ES"}}`, mode, entry)
	}
	return action(id, value, before, after, es("ModifyWhiteIps", body("Delete")), es("ModifyWhiteIps", body("Append")))
}

func closeKibana(id string) Action {
	body := `{"nodeType":"KIBANA","networkType":"PUBLIC","actionType":%q}`
	return action(id, instance("Result", "enableKibanaPublicNetwork"), true, false, es("TriggerNetwork", bodyOf(body, "CLOSE")), es("TriggerNetwork", bodyOf(body, "OPEN")))
}

func closeList(id string) Action {
	call := func(operation string) Call {
		return Call{Region: "cn-hangzhou", Product: "slb", Operation: operation, Params: map[string]string{"AclId": "acl-1", "AclEntrys": `[{"entry":"0.0.0.0/0"}]`}}
	}
	value := Probe{
		Region: "cn-hangzhou", Product: "slb", Operation: "DescribeAccessControlListAttribute", Params: map[string]string{"AclId": "acl-1"},
		Path: []string{"AclEntrys", "AclEntry"}, Set: true,
	}
	list := func(of []string) []object {
		out := []object{}
		for _, e := range of {
			out = append(out, object{"AclEntryIP": e, "AclEntryComment": ""})
		}
		return out
	}
	return action(id, value, list(accessList()), list(accessList()[1:]), call("RemoveAccessControlListEntry"), call("AddAccessControlListEntry"))
}

func closeService(id string) Action {
	call := func(accept string) Call {
		return Call{Region: "cn-hangzhou", Product: "privatelink", Operation: "UpdateVpcEndpointServiceAttribute", Params: map[string]string{"ServiceId": "epsrv-1", "AutoAcceptEnabled": accept}}
	}
	value := Probe{
		Region: "cn-hangzhou", Product: "privatelink", Operation: "GetVpcEndpointServiceAttribute", Params: map[string]string{"ServiceId": "epsrv-1"},
		Path: []string{"AutoAcceptEnabled"},
	}
	return action(id, value, true, false, call("false"), call("true"))
}

// connect makes an endpoint; undoing it takes its id from the answer.
func connect(id string) Action {
	value := instance("Result", "serviceId=epsrv-1,zoneId=cn-hangzhou-i", "serviceId")
	value.Operation = "ListVpcEndpoints"
	inverse := es("DeleteVpcEndpoint", nil)
	inverse.Answered = map[string]string{"EndpointId": "/Result/endpointId"}
	return action(id, value, nil, "epsrv-1", es("CreateVpcEndpoint", bodyOf(`{"serviceId":"epsrv-1","zoneId":"cn-hangzhou-i"}`)), inverse)
}

// configure changes one setting of many, among which is a secret.
func configure(id string) Action {
	value := instance("Result", "esConfig")
	value.Secret = true
	call := func(value string) Call {
		c := es("UpdateInstanceSettings", nil)
		c.Live = &Live{Into: "esConfig", Set: map[string]string{"action.destructive_requires_name": value}}
		return c
	}
	redacted := func(value string) map[string]string {
		return map[string]string{"action.destructive_requires_name": value, "xpack.http.proxy.password": "[redacted]"}
	}
	return action(id, value, redacted("false"), redacted("true"), call("true"), call("false"))
}

func planOf(actions ...Action) *Plan {
	for i := range actions {
		var err error
		if actions[i].Seal, err = sealOf(actions[i]); err != nil {
			panic(err)
		}
	}
	return &Plan{
		Schema: Schema, Account: "1234567890123456", TakenAt: "2026-11-21T23:30:00Z", Digest: "sha256:00", Regions: []string{"cn-hangzhou"}, Self: []string{},
		Actions: actions, Manual: []Manual{}, Preview: Preview{CutOff: []string{}}, Promised: Ways{Clusters: []string{}, Before: []diff.Change{}, After: []diff.Change{}},
	}
}

// wholePlan has an action of every kind, and two of one value.
func wholePlan() *Plan {
	first, second, third := "0.0.0.0/0", "198.51.100.0/24", "203.0.113.9"
	return planOf(
		narrow("a1", first, []string{first, second, third}, []string{second, third}),
		closeKibana("a2"), closeList("a3"), closeService("a4"), connect("a5"), configure("a6"),
		narrow("a7", second, []string{third, second}, []string{third}),
	)
}

// afterPlan is the account as the whole plan leaves it.
func afterPlan() *fake {
	f := newFakeAccount()
	f.groups["PUBLIC_ES:default"] = []string{"203.0.113.9"}
	f.kibana, f.autoAccept = false, false
	f.entries = f.entries[1:]
	f.endpoints = [][3]string{{"", "epsrv-1", "cn-hangzhou-i"}}
	f.config["action.destructive_requires_name"] = "true"
	return f
}

// A plan is read as it was written, and one that cannot be played is refused.
func TestParsePlan(t *testing.T) {
	data, err := json.Marshal(wholePlan())
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParsePlan(data)
	if err != nil || !samePlan(p, wholePlan()) {
		t.Fatalf("%v", err)
	}
	tree, err := snapshot.ParseJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	for at, change := range map[string]*snapshot.Node{
		"/schema":                snapshot.NewString("esaudit.plan/v2"),
		"/account":               snapshot.NewString(""),
		"/takenAt":               snapshot.NewString("yesterday"),
		"/actions/0/id":          snapshot.NewString("a2"),
		"/actions/0/digest":      snapshot.NewString(""),
		"/actions/1/leaves":      tree.Resolve("/actions/1/digest"),
		"/actions/1/call":        snapshot.NewObject(map[string]*snapshot.Node{"operatoin": snapshot.NewString("x")}),
		"/actions/0/ready/until": snapshot.NewArray(),
		"/actions/0/call/body":   snapshot.NewObject(map[string]*snapshot.Node{"modifyMode": snapshot.NewString("Cover")}),
		"/actions/1/before":      snapshot.NewBool(false),
		"/actions/2/inverse":     snapshot.NewNull(),
	} {
		bad := tree.Clone(func(n *snapshot.Node) *snapshot.Node {
			if n.Pointer() == at {
				return change.Clone(nil)
			}
			return nil
		}).AppendCompact(nil)
		if _, err := ParsePlan(bad); err == nil {
			t.Errorf("%s: %s is accepted", at, change.AppendCompact(nil))
		}
	}
	for _, text := range []string{"", "[]", "null", "{}", `{"schema":"esaudit.snapshot/v1"}`, `{"schema":"esaudit.plan/v1"`, `{"schema":5}`} {
		if _, err := ParsePlan([]byte(text)); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}
