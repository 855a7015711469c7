package terraform

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"esaudit/audit"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/policies"
	"esaudit/snapshot"
)

// judge returns what some rules (without a name all, optional ones too) say of a snapshot: by rule and
// subject.
func judge(t testing.TB, only ...string) func(*snapshot.Snapshot) map[string]finding.Status {
	t.Helper()
	engine, err := policies.New(t.Context(), policies.Selection{Optional: true, Only: only})
	if err != nil {
		t.Fatal(err)
	}
	return func(s *snapshot.Snapshot) map[string]finding.Status {
		t.Helper()
		list, err := audit.Judge(t.Context(), engine, s, facts.Build(graph.Build(s, config.Config{})))
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]finding.Status{}
		for _, f := range list {
			out[f.Rule+" "+f.Subject.Kind+" "+f.Subject.ID] = f.Status
		}
		return out
	}
}

// bad is an estate in which as much as possible is wrong, to be created.
func bad() map[string]values {
	return map[string]values{
		"alicloud_vpc.main":  {"id": unknown, "cidr_block": "10.0.0.0/8", "vpc_name": "main", "status": unknown, "ipv6_cidr_block": ""},
		"alicloud_vswitch.h": {"id": unknown, "vpc_id": ref("alicloud_vpc.main"), "cidr_block": "10.0.1.0/24", "zone_id": "cn-hangzhou-h", "ipv6_cidr_block": ""},
		"alicloud_elasticsearch_instance.main": {
			"id": unknown, "vswitch_id": ref("alicloud_vswitch.h"), "description": "main", "version": "5.5.3_with_X-Pack", "arch_type": "public", "protocol": "HTTP",
			"enable_public": true, "public_whitelist": []string{"0.0.0.0/0"}, "private_whitelist": []string{"0.0.0.0/0"}, "kibana_whitelist": []string{"0.0.0.0/0"},
			"kibana_private_whitelist": []string{"0.0.0.0/0"}, "enable_kibana_public_network": true, "enable_kibana_private_network": true, "zone_count": 1,
			"setting_config": map[string]string{"action.auto_create_index": "true", "action.destructive_requires_name": "false", "http.cors.enabled": "true", "http.cors.allow-origin": "*"},
			"status":         unknown, "kibana_configuration": []values{{"spec": "a"}}, "master_configuration": []values{},
			"data_node_configuration": []values{{"amount": 2, "spec": "elasticsearch.sn1ne.large", "disk": 20, "disk_type": "cloud_ssd", "disk_encryption": false}},
		},
		"alicloud_slb_load_balancer.lb": {
			"id": unknown, "vswitch_id": ref("alicloud_vswitch.h"), "address_type": "internet", "address_ip_version": "ipv4", "status": unknown, "delete_protection": "off",
			"modification_protection_status": "NonProtection", "master_zone_id": "cn-hangzhou-h", "slave_zone_id": "cn-hangzhou-i",
		},
		"alicloud_slb_server_group.g": {"id": unknown, "load_balancer_id": ref("alicloud_slb_load_balancer.lb"), "name": "g"},
		"alicloud_slb_server_group_server_attachment.a": {
			"server_group_id": ref("alicloud_slb_server_group.g"), "server_id": "eni-1", "port": 9200, "type": "eni", "weight": 100,
		},
		"alicloud_slb_listener.l": {
			"load_balancer_id": ref("alicloud_slb_load_balancer.lb"), "protocol": "http", "frontend_port": 80, "server_group_id": ref("alicloud_slb_server_group.g"),
			"acl_status": "on", "acl_type": "black", "acl_ids": []string{"acl-1"}, "health_check": "off", "listener_forward": "off",
		},
		"alicloud_slb_acl.a": {"id": unknown, "name": "a", "ip_version": "ipv4"},
		"alicloud_slb_acl_entry_attachment.e": {
			"acl_id": ref("alicloud_slb_acl.a"), "entry": "0.0.0.0/0",
		},
		"alicloud_nlb_load_balancer.n": {
			"id": unknown, "vpc_id": ref("alicloud_vpc.main"), "address_type": "Internet", "address_ip_version": "ipv4", "cross_zone_enabled": true, "security_group_ids": []string{},
			"zone_mappings":               []values{{"zone_id": "cn-hangzhou-h", "vswitch_id": "vsw-1", "allocation_id": "eip-1", "private_ipv4_address": "10.0.1.9", "ipv4_local_addresses": []string{"10.0.1.10"}}},
			"deletion_protection_enabled": false, "modification_protection_status": "NonProtection",
		},
		"alicloud_nlb_server_group.s": {
			"id": unknown, "vpc_id": ref("alicloud_vpc.main"), "server_group_type": "Ip", "protocol": "TCP", "any_port_enabled": false, "preserve_client_ip_enabled": false,
			"address_ip_version": "ipv4", "health_check": []values{{"health_check_enabled": false}},
		},
		"alicloud_nlb_server_group_server_attachment.s": {
			"server_group_id": ref("alicloud_nlb_server_group.s"), "server_id": "10.0.1.5", "server_ip": "10.0.1.5", "server_type": "Ip", "port": 9200, "weight": 100,
		},
		"alicloud_nlb_listener.n": {
			"id": unknown, "load_balancer_id": ref("alicloud_nlb_load_balancer.n"), "listener_protocol": "TCP", "listener_port": 9200, "server_group_id": ref("alicloud_nlb_server_group.s"),
			"security_policy_id": "", "ca_enabled": false,
		},
		"alicloud_security_group.sg": {"id": unknown, "vpc_id": ref("alicloud_vpc.main"), "security_group_type": "normal", "inner_access_policy": "Accept"},
		"alicloud_security_group_rule.in": {
			"security_group_id": ref("alicloud_security_group.sg"), "type": "ingress", "ip_protocol": "tcp", "port_range": "9200/9200", "policy": "accept", "priority": 1,
			"cidr_ip": "0.0.0.0/0",
		},
		"alicloud_instance.app": {
			"id": unknown, "vswitch_id": ref("alicloud_vswitch.h"), "private_ip": "10.0.1.77", "security_groups": []ref{"alicloud_security_group.sg"},
			"internet_max_bandwidth_out": 5, "public_ip": unknown, "status": "Running", "availability_zone": "cn-hangzhou-h",
		},
		"alicloud_nat_gateway.nat": {"id": unknown, "vpc_id": ref("alicloud_vpc.main"), "network_type": "internet", "deletion_protection": false, "forward_table_ids": unknown},
		"alicloud_privatelink_vpc_endpoint_service.s": {
			"id": unknown, "service_resource_type": "nlb", "auto_accept_connection": true, "status": unknown, "service_business_status": unknown,
		},
		"alicloud_privatelink_vpc_endpoint_service_user.u": {"service_id": ref("alicloud_privatelink_vpc_endpoint_service.s"), "user_id": "999"},
		"alicloud_ram_user.ops":                            {"id": unknown, "name": "ops"},
		"alicloud_ram_policy.all": {
			"id": unknown, "policy_name": "all", "policy_document": `{"Version":"1","Statement":[{"Effect":"Allow","Action":"elasticsearch:*","Resource":"*"}]}`,
		},
		"alicloud_ram_user_policy_attachment.a": {"user_name": "ops", "policy_name": "all", "policy_type": "Custom"},
		"alicloud_ram_role.r": {
			"id": unknown, "role_name": "r", "assume_role_policy_document": `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":"*"}}]}`,
		},
	}
}

func planOf(t testing.TB, estate map[string]values) *snapshot.Snapshot {
	t.Helper()
	w := newPlan(t)
	for _, address := range sortedKeys(estate) {
		w.create(address, estate[address])
	}
	s, _, err := w.plan().Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What is known after apply never passes: a rule that fails with a value does not
// pass when the value is not known, one attribute after the other.
func TestUnknownNeverPasses(t *testing.T) {
	estate := bad()
	known := judge(t)(planOf(t, estate))
	maps.DeleteFunc(known, func(_ string, s finding.Status) bool { return s != finding.Fail })
	if len(known) < 15 {
		t.Fatalf("only %d findings fail", len(known))
	}
	var rules []string
	for _, subject := range sortedKeys(known) {
		rule, _, _ := strings.Cut(subject, " ")
		rules = append(rules, rule)
	}
	verdicts := judge(t, slices.Compact(rules)...)
	tried, turned := 0, 0
	for _, address := range sortedKeys(estate) {
		for _, name := range sortedKeys(estate[address]) {
			if estate[address][name] == unknown {
				continue
			}
			hidden := bad()
			hidden[address][name] = unknown
			tried++
			got := verdicts(planOf(t, hidden))
			for subject := range known {
				switch got[subject] {
				case finding.Pass, finding.NA:
					t.Errorf("%s.%s: %s fails, and is %s when it is unknown", address, name, subject, got[subject])
				case finding.Unknown:
					turned++
				}
			}
		}
	}
	t.Logf("%d attributes, %d findings became unknown", tried, turned)
	if tried < 80 || turned < 30 {
		t.Errorf("only %d attributes were tried, and %d findings became unknown", tried, turned)
	}
}

// The coverage names each attribute that is known after apply, so that the
// picture is not taken for a complete one.
func TestUnknownIsNamed(t *testing.T) {
	estate := bad()
	estate["alicloud_elasticsearch_instance.main"]["public_whitelist"] = unknown
	s := planOf(t, estate)
	var named []string
	for _, c := range s.Accounts()[0].Coverage() {
		if c.Product == "terraform" {
			named = append(named, c.Subjects[snapshot.Skipped]...)
		}
	}
	if !slices.Contains(named, "alicloud_elasticsearch_instance.main.public_whitelist") {
		t.Errorf("not named: %s", strings.Join(named, ", "))
	}
}

// A value that is marked as sensitive is in no output, and not known.
func TestSensitiveIsUnknown(t *testing.T) {
	w := newPlan(t).create("alicloud_elasticsearch_instance.main", values{"id": unknown, "description": "hunter2", "public_whitelist": []string{"203.0.113.77/32"}})
	text := strings.Replace(string(w.json()), `"after_unknown"`, `"after_sensitive":{"description":true,"public_whitelist":[true]},"after_unknown"`, 1)
	p, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := p.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"hunter2", "203.0.113.77"} {
		if strings.Contains(string(s.Canonical()), secret) {
			t.Errorf("%s is in the snapshot", secret)
		}
	}
}
