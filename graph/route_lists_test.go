package graph_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
)

// routed is a cluster at an address in a VPC with some routes; listed are the
// entries of the prefix list pl-1, nil when they were not read.
func routed(t testing.TB, address string, listed []string, routes ...map[string]any) twins {
	t.Helper()
	cidr := address[:len(address)-len("10")] + "0/24"
	described := map[string]any{
		"instanceId": "es-cn-a", "status": "active", "esVersion": "7.10", "privateNetworkIpWhiteList": []string{"0.0.0.0/0"},
		"networkConfig": map[string]any{"vpcId": "vpc-1", "vswitchId": "vsw-1"},
	}
	vswitch := map[string]any{"VSwitchId": "vsw-1", "VpcId": "vpc-1", "CidrBlock": cidr, "RouteTable": map[string]any{"RouteTableId": "vtb-1"}}
	list := func(product, operation string, params map[string]string, outer, inner string, items any) api.Answer {
		return answer(product, operation, params, map[string]any{outer: map[string]any{inner: items}})
	}
	part := recording.Part{Account: "1", Regions: []string{"cn-hangzhou"}, Answers: []api.Answer{
		answer("elasticsearch", "DescribeInstance", map[string]string{"InstanceId": "es-cn-a"}, map[string]any{"Result": described}),
		answer("elasticsearch", "ListAllNode", map[string]string{"InstanceId": "es-cn-a"}, map[string]any{"Result": []any{map[string]any{"host": address, "nodeType": "WORKER"}}}),
		list("vpc", "DescribeVSwitches", nil, "VSwitches", "VSwitch", []any{vswitch}),
		list("vpc", "DescribeVpcs", nil, "Vpcs", "Vpc", []any{map[string]any{"VpcId": "vpc-1", "CidrBlock": cidr}}),
		list("vpc", "DescribeRouteEntryList", map[string]string{"RouteTableId": "vtb-1"}, "RouteEntrys", "RouteEntry", routes),
	}}
	if listed != nil {
		entries := []any{}
		for _, e := range listed {
			entries = append(entries, map[string]any{"Cidr": e})
		}
		part.Answers = append(part.Answers, list("ecs", "DescribePrefixListAttributes", map[string]string{"PrefixListId": "pl-1"}, "Entries", "Entry", entries))
	}
	return newTwins(t, config.Config{}, part)
}

func routeTo(cidr, kind, hop string) map[string]any {
	if hop != "GatewayEndpoint" {
		return map[string]any{"DestinationCidrBlock": cidr, "Type": kind, "NextHopType": hop}
	}
	return map[string]any{
		"DestinationCidrBlock": cidr, "Type": kind,
		"NextHops": map[string]any{"NextHop": []any{map[string]any{"NextHopType": hop, "NextHopId": "vpce-1"}}},
	}
}

// sameVPC is what the way inside the VPC is.
func sameVPC(t testing.TB, w twins, from string) (verdict graph.Verdict, said string) {
	t.Helper()
	a, err := w.fast.Reach(from, "es:es-cn-a:9200")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range a.Paths {
		if p.Kind == "P2" {
			return p.Verdict, w.told(from, "es:es-cn-a:9200")
		}
	}
	return graph.Blocked, "no P2"
}

// A prefix list whose entries were read is a route to each of them; another
// might hold any address, or, where it leads to a gateway endpoint, the addresses
// of the vendor's services.
func TestRoutesToPrefixLists(t *testing.T) {
	system := routeTo("10.1.0.0/24", "System", "local")
	services := routeTo("100.64.0.0/10", "System", "service")
	appliance := routeTo("pl-1", "Custom", "Instance")
	endpoint := routeTo("pl-1", "Custom", "GatewayEndpoint")
	const here, there = "10.1.0.10", "100.64.9.10"
	for name, c := range map[string]struct {
		address string
		listed  []string
		routes  []map[string]any
		want    graph.Verdict
	}{
		"no list":                         {here, nil, []map[string]any{system, services}, graph.Reachable},
		"not read":                        {here, nil, []map[string]any{system, services, appliance}, graph.Unknown},
		"a gateway endpoint":              {here, nil, []map[string]any{system, services, endpoint}, graph.Reachable},
		"a gateway endpoint alone":        {here, nil, []map[string]any{endpoint}, graph.Blocked},
		"where gateway endpoints lead":    {there, nil, []map[string]any{services, endpoint}, graph.Unknown},
		"read, longer than the system's":  {here, []string{"10.1.0.8/29"}, []map[string]any{system, appliance}, graph.Unknown},
		"read, of two halves":             {here, []string{"10.1.0.0/25", "10.1.0.128/25"}, []map[string]any{routeTo("10.1.0.0/24", "Custom", "Instance"), routeTo("pl-1", "Custom", "local")}, graph.Reachable},
		"read, halves are shorter":        {here, []string{"10.0.0.0/24", "10.1.0.0/25", "10.1.0.128/25"}, []map[string]any{routeTo("10.1.0.0/25", "System", "local"), appliance}, graph.Unknown},
		"read, two that are one together": {here, []string{"10.0.0.0/16", "10.1.0.0/16"}, []map[string]any{routeTo("10.0.0.0/15", "System", "local"), appliance}, graph.Unknown},
		"read, shorter":                   {here, []string{"10.1.0.0/16", "10.1.0.10/33"}, []map[string]any{system, appliance}, graph.Reachable},
		"read, empty":                     {here, []string{}, []map[string]any{system, appliance}, graph.Reachable},
		"read, alone":                     {here, []string{"10.0.0.0/8"}, []map[string]any{routeTo("pl-1", "Custom", "local")}, graph.Reachable},
		"read, none for it":               {here, []string{"10.2.0.0/16"}, []map[string]any{appliance}, graph.Blocked},
	} {
		w := routed(t, c.address, c.listed, c.routes...)
		from := "vpc:vpc-1/" + c.address[:len(c.address)-2] + "20"
		if got, said := sameVPC(t, w, from); got != c.want {
			t.Errorf("%s: %s, want %s\n%s", name, got, c.want, said)
		}
		if d := w.differ(from, "es:es-cn-a:9200", decided{}); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// Both evaluators take routes to prefix lists alike.
func TestRoutesToPrefixListsAgree(t *testing.T) {
	cidr := rapid.SampledFrom([]string{"10.1.0.0/24", "10.1.0.0/25", "10.1.0.10/32", "10.1.0.0/16", "0.0.0.0/0", "100.64.0.0/10", "100.64.9.0/24", "x", "10.1.0.11"})
	to := rapid.OneOf(cidr, rapid.SampledFrom([]string{"pl-1", "pl-2"}))
	kind := rapid.SampledFrom([]string{"System", "Custom", "Custom"})
	hop := rapid.SampledFrom([]string{"local", "Instance", "GatewayEndpoint", ""})
	rapid.Check(t, func(rt *rapid.T) {
		listed := rapid.SliceOfN(cidr, 0, 3).Draw(rt, "entries")
		if rapid.Bool().Draw(rt, "not read") {
			listed = nil
		}
		var routes []map[string]any
		for range rapid.IntRange(1, 4).Draw(rt, "routes") {
			routes = append(routes, routeTo(to.Draw(rt, "to"), kind.Draw(rt, "type"), hop.Draw(rt, "hop")))
		}
		for _, address := range []string{"10.1.0.10", "100.64.9.10"} {
			w := routed(t, address, listed, routes...)
			from := fmt.Sprintf("vpc:vpc-1/%s20", address[:len(address)-2])
			if d := w.differ(from, "es:es-cn-a:9200", decided{}); d != "" {
				rt.Fatalf("%s: %s\n%v\n%s", address, d, routes, w.told(from, "es:es-cn-a:9200"))
			}
		}
	})
}
