package graph_test

import (
	"testing"

	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
)

// Of a node that answers give several types, none of them Kibana's, the address is
// the cluster's: a rule that drops what goes there blocks, although the cluster's
// own vSwitch is elsewhere.
func TestNodeTypes(t *testing.T) {
	for i, c := range []struct {
		types []string
		want  graph.Verdict
	}{
		{[]string{"WORKER"}, graph.Blocked},
		{[]string{"WORKER", "MASTER"}, graph.Blocked},
		{[]string{"MASTER", "WORKER", "WORKER"}, graph.Blocked},
		{[]string{"WORKER", "KIBANA"}, graph.Reachable}, // not certain, so that the vSwitch stands for the addresses
		{[]string{"WORKER", ""}, graph.Reachable},
		{[]string{"KIBANA"}, graph.Reachable},
	} {
		part := recording.Part{Account: "1", Regions: []string{"cn-hangzhou"}}
		add := func(product, operation, parameter, id string, said body) {
			params := map[string]string{}
			if parameter != "" {
				params[parameter] = id
			}
			part.Answers = append(part.Answers, answer(product, operation, params, said))
		}
		add("elasticsearch", "DescribeInstance", "InstanceId", "es-cn-a", body{"Result": body{"instanceId": "es-cn-a", "status": "active", "esVersion": "7.10",
			"networkConfig": body{"vpcId": "vpc-1", "vswitchId": "vsw-1"}, "privateNetworkIpWhiteList": []any{"0.0.0.0/0"}}})
		var nodes []any
		for _, kind := range c.types {
			nodes = append(nodes, body{"nodeType": kind, "host": "10.0.2.1"})
		}
		add("elasticsearch", "ListAllNode", "InstanceId", "es-cn-a", body{"Result": nodes})
		table := body{"RouteTableId": "vtb-1"}
		add("vpc", "DescribeVSwitches", "", "", body{"VSwitches": body{"VSwitch": []any{
			body{"VSwitchId": "vsw-1", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24", "RouteTable": table},
			body{"VSwitchId": "vsw-2", "VpcId": "vpc-1", "CidrBlock": "10.0.2.0/24", "RouteTable": table, "NetworkAclId": "nacl-1"}}}})
		add("vpc", "DescribeVpcs", "", "", body{"Vpcs": body{"Vpc": []any{body{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}}}})
		add("vpc", "DescribeRouteEntryList", "RouteTableId", "vtb-1", body{"RouteEntrys": body{"RouteEntry": []any{body{"DestinationCidrBlock": "10.0.0.0/16", "Type": "System"}}}})
		add("vpc", "DescribeNetworkAclAttributes", "NetworkAclId", "nacl-1", body{"NetworkAclAttribute": body{
			"IngressAclEntries": body{"IngressAclEntry": []any{body{"Policy": "accept", "Protocol": "all", "Port": "-1/-1", "SourceCidrIp": "0.0.0.0/0"}}},
			"EgressAclEntries": body{"EgressAclEntry": []any{
				body{"Policy": "drop", "Protocol": "all", "Port": "-1/-1", "DestinationCidrIp": "10.0.2.1/32"},
				body{"Policy": "accept", "Protocol": "all", "Port": "-1/-1", "DestinationCidrIp": "0.0.0.0/0"}}}}})
		w := newTwins(t, config.Config{}, part)
		from, to := "vpc:vpc-1/10.0.2.9", "es:es-cn-a:9200"
		if got, err := w.fast.Reach(from, to); err != nil || got.Verdict != c.want {
			t.Errorf("case %d, nodes %q: %v, %v; want %v", i, c.types, got.Verdict, err, c.want)
		}
		if told := w.differ(from, to, decided{}); told != "" {
			t.Errorf("case %d, nodes %q: %s", i, c.types, told)
		}
	}
}
