package graph_test

import (
	"maps"
	"testing"

	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
)

type body = map[string]any

// serverOf is a server of a CLB that is a network interface at an address.
func serverOf(ip string, weight int) body {
	return body{"ServerId": "eni-" + ip, "ServerIp": ip, "Type": "eni", "Port": 9200, "Weight": weight}
}

// twoLists is a cluster behind a CLB listener on 80, of whose servers two answers
// give a list each. The group is of kind vserver, pair or default.
func twoLists(t testing.TB, kind string, lists ...[]any) twins {
	part := recording.Part{Account: "1", Regions: []string{"cn-hangzhou"}}
	add := func(product, operation, parameter, id string, said body) {
		params := map[string]string{}
		if parameter != "" {
			params[parameter] = id
		}
		part.Answers = append(part.Answers, answer(product, operation, params, said))
	}
	add("elasticsearch", "ListInstance", "", "", body{"Result": []any{body{"instanceId": "es-cn-a"}}})
	add("elasticsearch", "DescribeInstance", "InstanceId", "es-cn-a", body{"Result": body{"instanceId": "es-cn-a", "status": "active", "esVersion": "7.10",
		"networkConfig": body{"vpcId": "vpc-1", "vswitchId": "vsw-1"}, "privateNetworkIpWhiteList": []any{"0.0.0.0/0"}}})
	add("elasticsearch", "ListAllNode", "InstanceId", "es-cn-a", body{"Result": []any{body{"nodeType": "WORKER", "host": "10.0.0.1"}, body{"nodeType": "WORKER", "host": "10.0.0.2"}}})
	add("vpc", "DescribeVSwitches", "", "", body{"VSwitches": body{"VSwitch": []any{body{"VSwitchId": "vsw-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}}}})
	listener := body{"LoadBalancerId": "lb-1", "ListenerPort": 80, "ListenerProtocol": "tcp", "Status": "running", "AclStatus": "off", "BackendServerPort": 9200}
	balancer := body{"LoadBalancerId": "lb-1", "LoadBalancerStatus": "active", "AddressType": "internet", "AddressIPVersion": "ipv4", "VpcId": "vpc-1", "BackendServers": body{"BackendServer": []any{}}}
	var health []any
	for _, ip := range []string{"10.0.0.1", "10.0.0.2", "10.0.0.9"} {
		health = append(health, body{"ListenerPort": 80, "Protocol": "tcp", "ServerId": "eni-" + ip, "Port": 9200, "ServerHealthStatus": "normal"})
	}
	for _, list := range lists {
		switch kind {
		case "vserver":
			listener["VServerGroupId"] = "rsp-1"
			add("slb", "DescribeVServerGroupAttribute", "VServerGroupId", "rsp-1", body{"VServerGroupId": "rsp-1", "BackendServers": body{"BackendServer": list}})
		case "pair":
			listener["MasterSlaveServerGroupId"] = "rsp-1"
			add("slb", "DescribeMasterSlaveServerGroupAttribute", "MasterSlaveServerGroupId", "rsp-1", body{"MasterSlaveServerGroupId": "rsp-1", "MasterSlaveBackendServers": body{"MasterSlaveBackendServer": list}})
		case "default":
			own := maps.Clone(balancer)
			own["BackendServers"] = body{"BackendServer": list}
			add("slb", "DescribeLoadBalancerAttribute", "LoadBalancerId", "lb-1", own)
		}
	}
	if kind != "default" {
		add("slb", "DescribeLoadBalancerAttribute", "LoadBalancerId", "lb-1", balancer)
	}
	add("slb", "DescribeLoadBalancers", "", "", body{"LoadBalancers": body{"LoadBalancer": []any{balancer}}})
	add("slb", "DescribeLoadBalancerListeners", "", "", body{"Listeners": []any{listener}})
	add("slb", "DescribeHealthStatus", "LoadBalancerId", "lb-1", body{"BackendServers": body{"BackendServer": health}})
	return newTwins(t, config.Config{}, part)
}

// Of lists of a group's servers that answers give differently, what all of them
// hold is sure, and what only some of them hold is not known.
func TestServerLists(t *testing.T) {
	a, b, other, idle := serverOf("10.0.0.1", 100), serverOf("10.0.0.2", 100), serverOf("10.0.0.9", 100), serverOf("10.0.0.1", 0)
	for i, c := range []struct {
		lists [][]any
		want  graph.Verdict
	}{
		{[][]any{{a}}, graph.Reachable},
		{[][]any{{a, b}, {b, a}}, graph.Reachable},
		{[][]any{{a}, {a, b}}, graph.Reachable},
		{[][]any{{a, other}, {b, a}, {a}}, graph.Reachable},
		{[][]any{{a}, {b}}, graph.Unknown},
		{[][]any{{a}, {}}, graph.Unknown},
		{[][]any{{a}, {idle}}, graph.Unknown},
		{[][]any{{other}, {other, a}}, graph.Unknown},
		{[][]any{{idle}, {idle, other}}, graph.Unknown},
		{[][]any{{idle}, {idle}}, graph.Blocked},
		{[][]any{{a, b}, {b, other}, {other, a}}, graph.Unknown},
	} {
		for _, kind := range []string{"vserver", "pair", "default"} {
			w := twoLists(t, kind, c.lists...)
			from, to := "internet:8.8.8.8", "lb:lb-1:80"
			if got, err := w.fast.Reach(from, to); err != nil || got.Verdict != c.want {
				t.Errorf("case %d, %s group: %v, %v; want %v", i, kind, got.Verdict, err, c.want)
			}
			if told := w.differ(from, to, decided{}); told != "" {
				t.Errorf("case %d, %s group: %s", i, kind, told)
			}
		}
	}
}
