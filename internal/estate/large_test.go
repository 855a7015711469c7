package estate_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/finding"
	"esaudit/internal/estate"
	"esaudit/snapshot"
)

func TestLargeIsMadeOfItsSeed(t *testing.T) {
	_, once := estate.Encode(estate.Large(7, 1).Part())
	_, again := estate.Encode(estate.Large(7, 1).Part())
	_, other := estate.Encode(estate.Large(7, 2).Part())
	if !bytes.Equal(once, again) || bytes.Equal(once, other) {
		t.Error("the bytes must be those of the seed")
	}
}

// About 33 objects a cluster, everything is read, and at least a tenth of what
// is judged fails something.
func TestLargeIsLikeAnAccount(t *testing.T) {
	const clusters = 30
	s, err := collector.Assemble([]recording.Part{estate.Large(clusters, 1).Part()})
	if err != nil {
		t.Fatal(err)
	}
	objects := 0
	for _, kind := range snapshot.Kinds() {
		objects += len(s.Accounts()[0].Objects(kind))
	}
	if per := objects / clusters; per < 30 || per > 36 {
		t.Errorf("%d objects a cluster, want about 33", per)
	}
	r, err := audit.Run(t.Context(), s, audit.Options{All: true})
	if err != nil {
		t.Fatal(err)
	}
	subjects, failing := map[string]bool{}, map[string]bool{}
	for _, f := range r.Report.Findings {
		subjects[f.Subject.ARN] = true
		if f.Status == finding.Fail {
			failing[f.Subject.ARN] = true
		}
	}
	if len(failing)*10 < len(subjects) {
		t.Errorf("%d of %d subjects fail something, want a tenth", len(failing), len(subjects))
	}
	if !r.Report.Coverage.Complete {
		t.Error("something was not read")
	}
}

// where an object of an answer stands: "Vpcs/Vpc" are the elements of a list.
func where() map[string]string {
	return map[string]string{
		"ecs/DescribeInstances": "Instances/Instance", "ecs/DescribeNetworkInterfaces": "NetworkInterfaceSets/NetworkInterfaceSet",
		"ecs/DescribeSecurityGroups": "SecurityGroups/SecurityGroup", "ecs/DescribeSecurityGroupAttribute": "Permissions/Permission",
		"elasticsearch/DescribeInstance": "Result", "elasticsearch/ListInstance": "Result", "elasticsearch/ListAllNode": "Result",
		"elasticsearch/ListPlugins": "Result", "elasticsearch/DescribeSnapshotSetting": "Result",
		"nlb/ListLoadBalancers": "LoadBalancers", "nlb/GetLoadBalancerAttribute": "", "nlb/ListListeners": "Listeners",
		"nlb/ListServerGroups": "ServerGroups", "nlb/ListServerGroupServers": "Servers",
		"privatelink/ListVpcEndpointServices": "Services", "privatelink/ListVpcEndpointServiceResources": "Resources",
		"privatelink/ListVpcEndpointConnections": "Connections", "privatelink/GetVpcEndpointServiceAttribute": "",
		"ram/GetUser": "User", "ram/GetRole": "Role", "ram/GetLoginProfile": "LoginProfile", "ram/ListUsers": "Users/User", "ram/ListGroups": "Groups/Group",
		"ram/ListRoles": "Roles/Role", "ram/ListPolicies": "Policies/Policy", "ram/ListAccessKeys": "AccessKeys/AccessKey",
		"ram/ListGroupsForUser": "Groups/Group", "ram/ListUsersForGroup": "Users/User", "ram/ListPoliciesForGroup": "Policies/Policy",
		"slb/DescribeLoadBalancers": "LoadBalancers/LoadBalancer", "slb/DescribeHealthStatus": "BackendServers/BackendServer",
		"vpc/DescribeVpcs": "Vpcs/Vpc", "vpc/DescribeVSwitches": "VSwitches/VSwitch", "vpc/DescribeRouteTableList": "RouterTableList/RouterTableListType",
		"vpc/DescribeRouteEntryList": "RouteEntrys/RouteEntry", "vpc/DescribeEipAddresses": "EipAddresses/EipAddress",
		"vpc/DescribeNatGateways": "NatGateways/NatGateway",
	}
}

// The objects of a large estate are as large as those the vendor published, and
// have their fields: the median of an operation is at least half and at most
// three times the samples' (the short ones of the load balancers are of 2021),
// and at least two fifths of the fields are there (others are of other products).
func TestLargeObjectsAreLikeTheSamples(t *testing.T) {
	made := map[string][]json.RawMessage{}
	for _, a := range estate.Large(60, 1).Part().Answers {
		name := a.Product + "/" + a.Operation
		if path, ok := where()[name]; ok && a.Status == 200 {
			made[name] = append(made[name], below(t, a.Body, path)...)
		}
	}
	for name, path := range where() {
		var published []json.RawMessage
		files, err := filepath.Glob(filepath.Join("../../collector/testdata/samples", name+".*.json"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no sample (%v)", name, err)
		}
		for _, file := range files {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			published = append(published, below(t, body, path)...)
		}
		want, got := median(t, published), median(t, made[name])
		if 2*got < want || got > 3*want {
			t.Errorf("%s: the median is %d bytes, %d in the samples", name, got, want)
		}
		fields, there := keys(t, published), keys(t, made[name])
		both := slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return !slices.Contains(there, f) })
		if 5*len(both) < 2*len(fields) {
			t.Errorf("%s: has only %v of the fields %v", name, both, fields)
		}
	}
}

// below returns the objects at a path of a body.
func below(t *testing.T, body []byte, path string) []json.RawMessage {
	t.Helper()
	for _, key := range strings.Split(path, "/") {
		var fields map[string]json.RawMessage
		if key == "" {
			break
		}
		if err := json.Unmarshal(body, &fields); err != nil {
			t.Fatal(err)
		}
		body = fields[key]
	}
	var items []json.RawMessage
	if json.Unmarshal(body, &items) != nil {
		return []json.RawMessage{body}
	}
	return items
}

func median(t *testing.T, items []json.RawMessage) int {
	t.Helper()
	var sizes []int
	for _, item := range items {
		var b bytes.Buffer
		if err := json.Compact(&b, item); err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, b.Len())
	}
	slices.Sort(sizes)
	if len(sizes) == 0 {
		return 0
	}
	return sizes[len(sizes)/2]
}

func keys(t *testing.T, items []json.RawMessage) []string {
	t.Helper()
	var out []string
	for _, item := range items {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(item, &fields); err != nil {
			t.Fatal(err)
		}
		for k := range fields {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
