package graph_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
)

// answer is one answer of the vendor.
func answer(product, operation string, params map[string]string, body any) api.Answer {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(fmt.Sprintf("write an answer: %v", err))
	}
	return api.Answer{Request: api.Request{Region: "cn-hangzhou", Product: product, Operation: operation, Params: params}, Status: 200, Body: raw}
}

// disputed is a cluster of which several answers were kept.
func disputed(t testing.TB, described ...map[string]any) twins {
	part := recording.Part{Account: "1", Regions: []string{"cn-hangzhou"}}
	for _, d := range described {
		result := map[string]any{"instanceId": "es-cn-a", "status": "active", "enablePublic": true, "esVersion": "7.10"}
		for key, value := range d {
			result[key] = value
		}
		part.Answers = append(part.Answers, answer("elasticsearch", "DescribeInstance", map[string]string{"InstanceId": "es-cn-a"}, map[string]any{"Result": result}))
	}
	return newTwins(t, config.Config{}, part)
}

func groupsOf(groups ...map[string]any) map[string]any {
	list := []any{}
	for _, g := range groups {
		list = append(list, g)
	}
	return map[string]any{"networkConfig": map[string]any{"whiteIpGroupList": list}}
}

func groupOf(name, listType string, ips ...string) map[string]any {
	return map[string]any{"groupName": name, "whiteIpType": listType, "ips": ips}
}

// Of address lists that answers give differently, what all of them admit is in
// the list, and what none of them does is not.
func TestDisputedLists(t *testing.T) {
	office := groupOf("office", "PUBLIC_ES", "198.51.100.0/24")
	other := groupOf("other", "PRIVATE_ES", "10.0.0.0/8")
	flat := func(ips ...string) map[string]any { return map[string]any{"publicIpWhitelist": ips} }
	for name, c := range map[string]struct {
		said []map[string]any
		want map[string]graph.Verdict
	}{
		"one group differs": {
			[]map[string]any{groupsOf(office, groupOf("shop", "PUBLIC_ES", "203.0.113.0/24")), groupsOf(groupOf("shop", "PUBLIC_ES", "203.0.113.0/25"), office)},
			map[string]graph.Verdict{"198.51.100.7": graph.Reachable, "203.0.113.7": graph.Reachable, "203.0.113.200": graph.Unknown, "192.0.2.1": graph.Blocked},
		},
		"another list differs": {
			[]map[string]any{groupsOf(office, other), groupsOf(office)},
			map[string]graph.Verdict{"198.51.100.7": graph.Reachable, "203.0.113.7": graph.Blocked},
		},
		"the same in other words": {
			[]map[string]any{flat("198.51.100.0/24,203.0.113.0/24"), flat("203.0.113.0/24", "198.51.100.0/25", "198.51.100.128/25")},
			map[string]graph.Verdict{"198.51.100.7": graph.Reachable, "203.0.113.7": graph.Reachable, "192.0.2.1": graph.Blocked},
		},
		"a group that one alone has": {
			[]map[string]any{groupsOf(office), groupsOf(office, groupOf("shop", "PUBLIC_ES", "203.0.113.0/24"))},
			map[string]graph.Verdict{"198.51.100.7": graph.Reachable, "203.0.113.7": graph.Unknown, "192.0.2.1": graph.Blocked},
		},
		"no group of the list in one": {
			[]map[string]any{groupsOf(other), groupsOf(office)},
			map[string]graph.Verdict{"198.51.100.7": graph.Unknown, "192.0.2.1": graph.Unknown},
		},
		"a group without its type in one": {
			[]map[string]any{groupsOf(office), groupsOf(office, map[string]any{"groupName": "x", "ips": []string{}})},
			map[string]graph.Verdict{"198.51.100.7": graph.Reachable, "192.0.2.1": graph.Unknown},
		},
		"no array in one": {
			[]map[string]any{flat("198.51.100.0/24"), {"publicIpWhitelist": "198.51.100.0/24"}},
			map[string]graph.Verdict{"198.51.100.7": graph.Unknown, "192.0.2.1": graph.Unknown},
		},
		"no array in one, beside a group": {
			[]map[string]any{
				{"publicIpWhitelist": []string{"203.0.113.0/24"}, "networkConfig": groupsOf(office)["networkConfig"]},
				{"publicIpWhitelist": "none", "networkConfig": groupsOf(office)["networkConfig"]},
			},
			map[string]graph.Verdict{"198.51.100.7": graph.Reachable, "203.0.113.7": graph.Unknown, "192.0.2.1": graph.Unknown},
		},
		"the network itself": {
			[]map[string]any{
				{"publicIpWhitelist": []string{"203.0.113.0/24"}, "networkConfig": groupsOf(office)["networkConfig"]},
				{"publicIpWhitelist": []string{"203.0.113.0/24"}, "networkConfig": "vpc"},
			},
			map[string]graph.Verdict{"203.0.113.7": graph.Reachable, "198.51.100.7": graph.Unknown, "192.0.2.1": graph.Unknown},
		},
	} {
		w := disputed(t, c.said...)
		for address, want := range c.want {
			from, to := "internet:"+address, "es:es-cn-a:9200"
			a, err := w.fast.Reach(from, to)
			if err != nil {
				t.Fatal(err)
			}
			if p := publicPath(a); p != want {
				t.Errorf("%s: %s is %v, want %v\n%s", name, address, p, want, w.told(from, to))
			}
			if d := w.differ(from, to, decided{}); d != "" {
				t.Errorf("%s: %s: %s", name, address, d)
			}
		}
	}
}

// publicPath is what the path through the public entry says.
func publicPath(a graph.Answer) graph.Verdict {
	for _, p := range a.Paths {
		if p.Kind == "P1" {
			return p.Verdict
		}
	}
	return graph.Blocked
}

// Several answers say of an address what each of them says alone, where all say
// the same; else it is unknown.
func TestDisputedListsAgree(t *testing.T) {
	addresses := []string{"198.51.100.1", "198.51.100.130", "203.0.113.1", "203.0.113.130", "192.0.2.1"}
	element := rapid.SampledFrom([]string{
		"198.51.100.0/24", "198.51.100.0/25", "198.51.100.128/25", "203.0.113.0/24", "203.0.113.128/25", "203.0.113.1", "192.0.2.0/23,198.51.100.1", "x", "127.0.0.1",
	})
	some := rapid.SliceOfN(element, 0, 3)
	rapid.Check(t, func(rt *rapid.T) {
		var said []map[string]any
		for range rapid.IntRange(2, 3).Draw(rt, "answers") {
			var groups []map[string]any
			for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 2, rapid.ID).Draw(rt, "groups") {
				groups = append(groups, groupOf(name, rapid.SampledFrom([]string{"PUBLIC_ES", "PUBLIC_ES", "PRIVATE_ES"}).Draw(rt, "type"), some.Draw(rt, "ips")...))
			}
			one := groupsOf(groups...)
			if rapid.Bool().Draw(rt, "flat") {
				one["publicIpWhitelist"] = some.Draw(rt, "flat list")
			} else {
				one["publicIpWhitelist"] = []string{"198.51.100.0/25"}
			}
			said = append(said, one)
		}
		all := disputed(t, said...)
		for _, address := range addresses {
			from, to := "internet:"+address, "es:es-cn-a:9200"
			want := verdictOf(t, disputed(t, said[0]), from, to)
			for _, one := range said[1:] {
				if verdictOf(t, disputed(t, one), from, to) != want {
					want = graph.Unknown
				}
			}
			got := verdictOf(t, all, from, to)
			// A flat list that differs and groups that do may make up for each other.
			if got != want && got != graph.Unknown {
				rt.Fatalf("%s is %v, want %v of %v", address, got, want, said)
			}
			if d := all.differ(from, to, decided{}); d != "" {
				rt.Fatalf("%s: %s", address, d)
			}
			if got != want && !makeUp(said) {
				rt.Fatalf("%s is %v, want %v of %v", address, got, want, said)
			}
		}
	})
}

// makeUp reports whether both the flat list and the groups differ.
func makeUp(said []map[string]any) bool {
	flat, groups := false, false
	for _, one := range said[1:] {
		flat = flat || fmt.Sprint(one["publicIpWhitelist"]) != fmt.Sprint(said[0]["publicIpWhitelist"])
		groups = groups || fmt.Sprint(one["networkConfig"]) != fmt.Sprint(said[0]["networkConfig"])
	}
	return flat && groups
}

func verdictOf(t testing.TB, w twins, from, to string) graph.Verdict {
	a, err := w.fast.Reach(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return publicPath(a)
}

// A bare :: is everybody of IPv6, however it is written; a bare 0.0.0.0 has one
// spelling.
func TestBareAnybody(t *testing.T) {
	for element, want := range map[string]graph.Verdict{
		"::": graph.Reachable, "0::0": graph.Reachable, "0:0:0:0:0:0:0:0": graph.Reachable, "::/128": graph.Blocked, "0.0.0.0": graph.Blocked, "::ffff:0.0.0.0": graph.Blocked,
	} {
		w := disputed(t, map[string]any{"publicIpWhitelist": []string{element}})
		from, to := "internet:2001:db8::1", "es:es-cn-a:9200"
		if got := verdictOf(t, w, from, to); got != want {
			t.Errorf("%s: %v, want %v", element, got, want)
		}
		if d := w.differ(from, to, decided{}); d != "" {
			t.Errorf("%s: %s", element, d)
		}
	}
}

// network is a network load balancer of the internet in front of a cluster; the
// answers about its servers, their health and the cluster's nodes are given.
func network(t testing.TB, servers, health, nodes []string) twins {
	part := recording.Part{Account: "1", Regions: []string{"cn-hangzhou"}}
	add := func(product, operation, param, id, body string) {
		params := map[string]string{}
		if param != "" {
			params[param] = id
		}
		part.Answers = append(part.Answers, answer(product, operation, params, json.RawMessage(body)))
	}
	add("elasticsearch", "DescribeInstance", "InstanceId", "es-cn-a",
		`{"Result":{"instanceId":"es-cn-a","status":"active","esVersion":"7.10","privateNetworkIpWhiteList":["10.1.0.0/24"],"networkConfig":{"vpcId":"vpc-a","vswitchId":"vsw-a"}}}`)
	for _, n := range nodes {
		add("elasticsearch", "ListAllNode", "InstanceId", "es-cn-a", `{"Result":[`+n+`]}`)
	}
	add("vpc", "DescribeVSwitches", "", "", `{"VSwitches":{"VSwitch":[{"VSwitchId":"vsw-a","VpcId":"vpc-a","CidrBlock":"10.1.0.0/24"}]}}`)
	add("vpc", "DescribeEipAddresses", "", "", `{"EipAddresses":{"EipAddress":[]}}`)
	const one = `"LoadBalancerId":"nlb-a","VpcId":"vpc-a","AddressType":"Internet","LoadBalancerStatus":"Active","LoadBalancerBusinessStatus":"Normal","SecurityGroupIds":[]`
	add("nlb", "ListLoadBalancers", "", "", `{"LoadBalancers":[{`+one+`}]}`)
	add("nlb", "GetLoadBalancerAttribute", "LoadBalancerId", "nlb-a", `{`+one+`,"ZoneMappings":[{"LoadBalancerAddresses":[{"PrivateIPv4Address":"10.1.0.20"}]}]}`)
	add("nlb", "ListListeners", "", "",
		`{"Listeners":[{"ListenerId":"lsn-a","LoadBalancerId":"nlb-a","ListenerPort":9200,"ListenerProtocol":"TCP","ListenerStatus":"Running","ServerGroupId":"sgp-a"}]}`)
	add("nlb", "ListServerGroups", "", "", `{"ServerGroups":[{"ServerGroupId":"sgp-a","VpcId":"vpc-a","AnyPortEnabled":false}]}`)
	for _, s := range servers {
		add("nlb", "ListServerGroupServers", "ServerGroupId", "sgp-a", `{"Servers":[`+s+`]}`)
	}
	for _, h := range health {
		add("nlb", "GetListenerHealthStatus", "ListenerId", "lsn-a", `{"ListenerHealthStatus":[{"ServerGroupInfos":[`+h+`]}]}`)
	}
	return newTwins(t, config.Config{}, part)
}

// What answers say differently of a server, or of its health, is not known;
// servers on another port, or at another address, are others.
func TestDisputedServers(t *testing.T) {
	const (
		well    = `{"ServerGroupId":"sgp-a","HeathCheckEnabled":true,"NonNormalServers":[]}`
		sick    = `{"ServerGroupId":"sgp-a","HeathCheckEnabled":true,"NonNormalServers":[{"ServerIp":"10.1.0.10","Port":9200,"Status":"Unhealthy"}]}`
		working = `{"ServerId":"eni-a","ServerIp":"10.1.0.10","ServerType":"Eni","Port":9200,"Weight":100}`
		resting = `{"ServerId":"eni-a","ServerIp":"10.1.0.10","ServerType":"Eni","Port":9200,"Weight":0}`
		other   = `{"ServerId":"eni-a","ServerIp":"10.1.0.10","ServerType":"Eni","Port":9201,"Weight":0}`
		second  = `{"ServerId":"eni-a","ServerIp":"10.1.0.11","ServerType":"Eni","Port":9200,"Weight":0}`
	)
	for _, c := range []struct {
		name            string
		servers, health []string
		want            graph.Verdict
	}{
		{"said twice", []string{working, working}, []string{well, well}, graph.Reachable},
		{"another port", []string{working, other}, []string{well}, graph.Reachable},
		{"another address", []string{working, second}, []string{well}, graph.Reachable},
		{"another weight", []string{working, resting}, []string{well}, graph.Unknown},
		{"the weight as text", []string{working, `{"ServerId":"eni-a","ServerIp":"10.1.0.10","ServerType":"Eni","Port":"9200","Weight":"0"}`}, []string{well}, graph.Unknown},
		{"healthy and not", []string{working}, []string{well, sick}, graph.Unknown},
		{"not healthy", []string{working}, []string{sick, sick}, graph.Blocked},
	} {
		w := network(t, c.servers, c.health, []string{`{"nodeType":"WORKER","host":"10.1.0.10"}`})
		from, to := "internet:198.51.100.7", "lb:nlb-a:9200"
		a, err := w.fast.Reach(from, to)
		if err != nil {
			t.Fatal(err)
		}
		if d := w.differ(from, to, decided{}); a.Verdict != c.want || d != "" {
			t.Errorf("%s: %v, want %v; %s\n%s", c.name, a.Verdict, c.want, d, w.told(from, to))
		}
	}
}

// What a node is, when answers say it differently, is not known: nor is whether
// what stands at its address is the cluster. How much of it is used is no matter.
func TestDisputedNodes(t *testing.T) {
	const (
		server  = `{"ServerId":"eni-a","ServerIp":"10.1.0.10","ServerType":"Eni","Port":9200,"Weight":100}`
		well    = `{"ServerGroupId":"sgp-a","HeathCheckEnabled":true,"NonNormalServers":[]}`
		worker  = `{"nodeType":"WORKER","host":"10.1.0.10","cpuPercent":"4.1%"}`
		busy    = `{"nodeType":"WORKER","host":"10.1.0.10","cpuPercent":"97.0%"}`
		kibana  = `{"nodeType":"KIBANA","host":"10.1.0.10","cpuPercent":"4.1%"}`
		another = `{"nodeType":"WORKER","host":"10.1.0.11"}`
	)
	for _, c := range []struct {
		name  string
		nodes []string
		want  graph.Verdict
	}{
		{"said twice", []string{worker, worker}, graph.Reachable},
		{"busy by now", []string{worker, busy}, graph.Reachable},
		{"another node", []string{worker, another}, graph.Reachable},
		{"Kibana and not", []string{worker, another, kibana}, graph.Unknown},
	} {
		w := network(t, []string{server}, []string{well}, c.nodes)
		from, to := "internet:198.51.100.7", "lb:nlb-a:9200"
		a, err := w.fast.Reach(from, to)
		if err != nil {
			t.Fatal(err)
		}
		if d := w.differ(from, to, decided{}); a.Verdict != c.want || d != "" {
			t.Errorf("%s: %v, want %v; %s\n%s", c.name, a.Verdict, c.want, d, w.told(from, to))
		}
	}
}
