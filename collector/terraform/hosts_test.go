package terraform

import (
	"strings"
	"testing"

	"esaudit/config"
	"esaudit/graph"
	"esaudit/snapshot"
)

// A host that a plan creates is a source like any other: its subnet, its VPC, its
// address and its groups, one of which the plan creates too.
func TestCreatedHostReaches(t *testing.T) {
	s := live(t, "p1-office")
	a := s.Accounts()[0]
	cluster := a.Objects(snapshot.Cluster)[0]
	subnet := cluster.Attr("networkConfig", "vswitchId").Text()
	ask := func(groups any, policy string) graph.Answer {
		t.Helper()
		w := newPlan(t).
			create("alicloud_security_group.app", values{"id": unknown, "vpc_id": cluster.Attr("networkConfig", "vpcId").Text(), "security_group_type": "normal", "inner_access_policy": "Accept"}).
			create("alicloud_security_group.b", values{"id": unknown, "vpc_id": cluster.Attr("networkConfig", "vpcId").Text(), "security_group_type": "normal", "inner_access_policy": "Accept"}).
			create("alicloud_security_group_rule.out", values{
				"security_group_id": ref("alicloud_security_group.app"), "type": "egress", "ip_protocol": "all", "port_range": "-1/-1", "policy": policy, "priority": 1, "cidr_ip": "0.0.0.0/0",
			}).
			create("alicloud_instance.app", values{
				"id": unknown, "vswitch_id": subnet, "vpc_id": unknown, "private_ip": "192.168.0.77", "public_ip": unknown, "internet_max_bandwidth_out": 0, "status": unknown,
				"security_groups": groups,
			})
		w.update("alicloud_elasticsearch_instance.main", values{"id": cluster.ID, "private_whitelist": []string{}}, values{"private_whitelist": []string{"192.168.0.0/16"}})
		after, _, err := w.plan().Overlay(s)
		if err != nil {
			t.Fatal(err)
		}
		got, err := graph.Build(after, config.Config{}).Reach("ecs:alicloud_instance.app", "es:"+cluster.ID+":9200")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	one, two := []ref{"alicloud_security_group.app"}, []ref{"alicloud_security_group.app", "alicloud_security_group.b"}
	for _, x := range []struct {
		groups any
		policy string
		want   graph.Verdict
	}{
		{one, "drop", graph.Blocked}, {one, "accept", graph.Reachable}, {unknown, "accept", graph.Unknown}, {two, "drop", graph.Unknown},
	} {
		if got := ask(x.groups, x.policy); got.Verdict != x.want {
			t.Errorf("a host of %v whose rule is %s is %v, want %v", x.groups, x.policy, got.Verdict, x.want)
		}
	}
}

// A bandwidth to the internet means a public address that nobody knows yet;
// without one there is none.
func TestPublicAddressOfCreatedHost(t *testing.T) {
	for name, unsettled := range map[string]bool{"0": false, "": false, "5": true, "unknown": true} {
		v := values{"id": unknown, "vswitch_id": "vsw-1", "public_ip": unknown, "internet_max_bandwidth_out": name}
		switch name {
		case "":
			delete(v, "internet_max_bandwidth_out")
		case "unknown":
			v["internet_max_bandwidth_out"] = unknown
		}
		s, _, err := newPlan(t).create("alicloud_instance.app", v).plan().Overlay(live(t, "p1-office"))
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, c := range s.Accounts()[0].Coverage() {
			if c.Operation == "DescribeEipAddresses" {
				codes = append(codes, c.Codes[""])
			}
		}
		if got := strings.Contains(strings.Join(codes, " "), knownAfterApply); got != unsettled {
			t.Errorf("bandwidth %q: addresses unsettled %v, want %v (%q)", name, got, unsettled, codes)
		}
	}
}

// What an instance had goes with it.
func TestInterfacesGoWithTheirHost(t *testing.T) {
	s := live(t, "slb-001-elastic-ip")
	for _, o := range s.Accounts()[0].Objects(snapshot.ECS) {
		after, _, err := newPlan(t).remove("alicloud_instance.gone", values{"id": o.ID}).plan().Overlay(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, card := range after.Accounts()[0].Objects(snapshot.ENI) {
			if card.Attr("InstanceId").Text() == o.ID {
				t.Errorf("%s is still of %s", card.ID, o.ID)
			}
		}
	}
}
