package terraform

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// drifted are the differences of a live estate from resources that are as
// imported, but for what edit changes; edit returns false for one that is left
// out.
func drifted(t *testing.T, name string, edit func(address string, v values) values) []string {
	t.Helper()
	s, w := live(t, name), newPlan(t)
	imported(t, s, func(address string, v values) { w.keep(address, edit(address, v)) })
	p := w.plan()
	list, err := p.Drift(s)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range list {
		if c.Gone {
			out = append(out, "gone "+string(c.Kind)+" "+c.ID)
		}
		for _, d := range c.Differences {
			out = append(out, string(c.Kind)+" "+c.ID+" "+d.Field)
			if s.Root().Resolve(d.Pointer) == nil {
				t.Errorf("%s names nothing", d.Pointer)
			}
		}
	}
	return out
}

func with(v values, changes values) values {
	v = maps.Clone(v)
	maps.Copy(v, changes)
	return v
}

func TestDrift(t *testing.T) {
	for name, c := range map[string]struct {
		estate, kind string
		changes      values
		want         []string
	}{
		"a whitelist":   {"p1-office", "elasticsearch_instance", values{"public_whitelist": []string{"198.51.100.7"}}, []string{"elasticsearch es-cn-story000001 publicIpWhitelist"}},
		"a switch":      {"p1-office", "elasticsearch_instance", values{"enable_public": false}, []string{"elasticsearch es-cn-story000001 enablePublic"}},
		"a setting":     {"p1-office", "elasticsearch_instance", values{"setting_config": values{"http.cors.enabled": "true"}}, []string{"elasticsearch es-cn-story000001 esConfig.http.cors.enabled"}},
		"a rule":        {"e1-ldap", "security_group_rule", values{"cidr_ip": "192.0.2.0/24"}, []string{"securityGroup sg-bp1ldap @rules"}},
		"a backend":     {"e1-ldap", "slb_server_group_server_attachment", values{"weight": 7}, []string{"clbVServerGroup rsp-bp1ldap BackendServers.BackendServer.Weight"}},
		"an object":     {"p1-office", "security_group", values{"id": "sg-other"}, []string{"gone securityGroup sg-other"}},
		"a description": {"p1-office", "elasticsearch_instance", values{"description": "another"}, nil},
		"a spelling":    {"e1-ldap", "security_group_rule", values{"ip_protocol": "TCP"}, nil},
	} {
		got := drifted(t, c.estate, func(address string, v values) values {
			if strings.HasPrefix(address, "alicloud_"+c.kind+".") {
				return with(v, c.changes)
			}
			return v
		})
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// What the list would show is not gone while the list was not read.
func TestDriftUnread(t *testing.T) {
	s := live(t, "blind")
	list, err := newPlan(t).keep("alicloud_security_group.sg", values{"id": "sg-1", "vpc_id": "vpc-1"}).plan().Drift(s)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 || list[0].Gone || list[0].Unread.Operation != "DescribeSecurityGroups" {
		t.Errorf("%+v", list)
	}
}

// A state plans nothing, and says what is stored.
func TestState(t *testing.T) {
	p, err := Parse([]byte(`{"format_version":"1.0","terraform_version":"1.9.8","values":{"root_module":{"resources":[
	 {"address":"alicloud_elasticsearch_instance.main","mode":"managed","type":"alicloud_elasticsearch_instance","name":"main","provider_name":"registry.terraform.io/aliyun/alicloud",
	  "values":{"id":"es-cn-story000001","enable_public":false}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	s := live(t, "p1-office")
	after, _, err := p.Overlay(s)
	if err != nil || after != s {
		t.Errorf("a state changes the estate: %v", err)
	}
	list, err := p.Drift(s)
	if err != nil || len(list) != 1 || len(list[0].Differences) != 1 || list[0].Differences[0].Field != "enablePublic" {
		t.Errorf("%+v, %v", list, err)
	}
}
