package terraform

import (
	"encoding/json"
	"strings"
	"testing"

	"esaudit/finding"
	"esaudit/snapshot"
)

// change is one change of a plan in Terraform's JSON.
func changed(address string, more values, actions []string, before, after any, unknown any) values {
	a := readAddress(address)
	kind, name, _ := strings.Cut(strings.TrimPrefix(address[len(a.path):], "."), ".")
	out := values{
		"address": address, "mode": "managed", "type": kind, "name": strings.TrimSuffix(name, a.key), "provider_name": "registry.opentofu.org/aliyun/alicloud",
		"change": values{"actions": actions, "before": before, "after": after, "after_unknown": unknown},
	}
	for k, v := range more {
		out[k] = v
	}
	return out
}

// parsed is a plan of changes, with other parts of the document.
func parsed(t testing.TB, more values, changes ...values) *Plan {
	t.Helper()
	doc := values{"format_version": "1.2", "planned_values": values{"root_module": values{}}, "resource_changes": changes}
	for k, v := range more {
		doc[k] = v
	}
	data, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func clusters(s *snapshot.Snapshot) string {
	var ids []string
	for _, o := range s.Accounts()[0].Objects(snapshot.Cluster) {
		ids = append(ids, o.ID+"="+o.Attr("publicIpWhitelist").Items()[0].Text())
	}
	return strings.Join(ids, " ")
}

// What a plan does to a cluster, whatever it calls it.
func TestActions(t *testing.T) {
	const address = "alicloud_elasticsearch_instance.main"
	at := func(id, entry string) values {
		v := values{"version": "7.10_with_X-Pack", "enable_public": true, "public_whitelist": []string{entry}}
		if id != "" {
			v["id"] = id
		}
		return v
	}
	old, renewed := at("es-cn-old", "10.0.0.1"), at("", "10.0.0.2")
	id := values{"id": true}
	for name, x := range map[string]struct {
		changes []values
		want    string
	}{
		"create":                {[]values{changed(address, nil, []string{"create"}, nil, renewed, id)}, address + "=10.0.0.2"},
		"delete":                {[]values{changed(address, nil, []string{"delete"}, old, nil, values{})}, ""},
		"delete, then create":   {[]values{changed(address, nil, []string{"delete", "create"}, old, renewed, id)}, address + "=10.0.0.2"},
		"create, then delete":   {[]values{changed(address, nil, []string{"create", "delete"}, old, renewed, id)}, address + "=10.0.0.2"},
		"update":                {[]values{changed(address, nil, []string{"update"}, old, at("es-cn-old", "10.0.0.3"), values{})}, "es-cn-old=10.0.0.3"},
		"no-op":                 {[]values{changed(address, nil, []string{"no-op"}, old, old, values{})}, "es-cn-old=10.0.0.1"},
		"moved":                 {[]values{changed(address, values{"previous_address": "module.x." + address}, []string{"no-op"}, old, old, values{})}, "es-cn-old=10.0.0.1"},
		"imported":              {[]values{changed(address, values{"importing": values{"id": "es-cn-old"}}, []string{"no-op"}, old, old, values{})}, "es-cn-old=10.0.0.1"},
		"forgotten":             {[]values{changed(address, nil, []string{"forget"}, old, nil, values{})}, "es-cn-old=10.0.0.1"},
		"forgotten and created": {[]values{changed(address, nil, []string{"create", "forget"}, old, renewed, id)}, address + "=10.0.0.2 es-cn-old=10.0.0.1"},
		"deposed": {[]values{
			changed(address, nil, []string{"no-op"}, old, old, values{}),
			changed(address, values{"deposed": "byebye01"}, []string{"delete"}, at("es-cn-a", "10.0.0.4"), nil, values{}),
			changed(address, values{"deposed": "byebye02"}, []string{"delete"}, at("es-cn-b", "10.0.0.5"), nil, values{}),
		}, "es-cn-old=10.0.0.1"},
		"a data source": {[]values{
			changed(address, nil, []string{"no-op"}, old, old, values{}),
			changed("data."+address, values{"mode": "data", "type": "alicloud_elasticsearch_instance"}, []string{"read"}, nil, at("es-cn-seen", "10.0.0.6"), values{}),
		}, "es-cn-old=10.0.0.1"},
		"keys": {[]values{
			changed(address+`["a/b.c\"[0]~é"]`, nil, []string{"create"}, nil, renewed, id),
			changed(`module.m["x/y"].`+address+"[1]", nil, []string{"create"}, nil, renewed, id),
		}, address + `["a/b.c\"[0]~é"]=10.0.0.2 module.m["x/y"].` + address + "[1]=10.0.0.2"},
	} {
		p := parsed(t, nil, x.changes...)
		s, _, err := p.Snapshot()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := clusters(s); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// Deposed objects that are deleted were there before, each one.
func TestDeposedAreDeleted(t *testing.T) {
	s := live(t, "e1-ldap")
	list := s.Accounts()[0].Objects(snapshot.Cluster)
	at := values{"id": list[0].ID}
	p := parsed(t, nil, changed("alicloud_elasticsearch_instance.main", values{"deposed": "byebye02"}, []string{"delete"}, at, nil, values{}),
		changed("alicloud_elasticsearch_instance.main", values{"deposed": "byebye01"}, []string{"delete"}, values{"id": "es-cn-elsewhere"}, nil, values{}))
	after, _, err := p.Overlay(s)
	if err != nil {
		t.Fatal(err)
	}
	if got := after.Accounts()[0].Objects(snapshot.Cluster); len(got) != len(list)-1 {
		t.Errorf("%d clusters of %d are left", len(got), len(list))
	}
}

// What a plan does not say is unknown, in the plan alone and over a live account:
// changes that are put off, actions that nobody knows, and resources of which
// nothing is known.
func TestNotSaid(t *testing.T) {
	s := live(t, "p1-office")
	cluster := s.Accounts()[0].Objects(snapshot.Cluster)[0]
	group := values{"id": "sg-new", "vpc_id": "vpc-1"}
	rule := values{"security_group_id": "sg-new", "type": "ingress", "ip_protocol": "tcp", "port_range": "22/22", "policy": "accept", "cidr_ip": "10.0.0.0/8"}
	before := values{"id": cluster.ID, "public_whitelist": []string{"203.0.113.0/25"}}
	for name, p := range map[string]*Plan{
		"deferred": parsed(t, values{"deferred_changes": []values{{"reason": "provider_config_unknown", "resource_change": changed("alicloud_elasticsearch_instance.story", nil, []string{"update"}, before, before, values{})}}}),
		"unheard":  parsed(t, nil, changed("alicloud_elasticsearch_instance.story", nil, []string{"transmogrify"}, before, before, values{})),
		"unknown":  parsed(t, nil, changed("alicloud_elasticsearch_instance.story", nil, []string{"update"}, before, nil, true)),
		"secret": parsed(t, nil, func() values {
			c := changed("alicloud_elasticsearch_instance.story", nil, []string{"update"}, before, before, values{})
			c["change"].(values)["after_sensitive"] = true
			return c
		}()),
		"without an id": parsed(t, nil, changed("alicloud_elasticsearch_instance.story", nil, []string{"update"},
			values{"public_whitelist": []string{"203.0.113.0/25"}}, values{"public_whitelist": []string{"0.0.0.0/0"}}, values{})),
		"created": parsed(t, nil, changed("alicloud_elasticsearch_instance.story", nil, []string{"create"}, nil, nil, true)),
	} {
		after, _, err := p.Overlay(s)
		if err != nil {
			t.Fatal(err)
		}
		a := after.Accounts()[0]
		if a.Read(snapshot.Call{Region: cluster.Region, Product: "elasticsearch", Operation: "ListInstance"}) {
			t.Errorf("%s: the list of clusters still counts as read", name)
		}
		if got := judge(t, "ES-NET-001")(after)["ES-NET-001 elasticsearch "+cluster.ID]; got != finding.Unknown && name != "created" {
			t.Errorf("%s: %s", name, got)
		}
		alone, _, err := p.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		named := false
		for _, c := range alone.Accounts()[0].Coverage() {
			named = named || c.Product == "terraform" && c.Count(snapshot.Skipped) > 0
		}
		if !named {
			t.Errorf("%s: the resource is not named", name)
		}
	}
	p := parsed(t, values{"deferred_changes": []values{{"resource_change": changed("alicloud_security_group_rule.in", nil, []string{"create"}, nil, rule, values{})}}},
		changed("alicloud_security_group.sg", nil, []string{"create"}, nil, group, values{}))
	alone, _, err := p.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if a := alone.Accounts()[0]; a.Read(snapshot.Call{Region: a.Regions[0], Product: "ecs", Operation: "DescribeSecurityGroupAttribute", Subject: "sg-new"}) {
		t.Error("a rule is put off, and the rules of the group count as read")
	}
}

// Each resource is in the region of its own provider.
func TestRegionsOfProviders(t *testing.T) {
	text := `{"format_version":"1.2","variables":{"far":{"value":"cn-shanghai"},"env":{"value":"prod"}},"resource_changes":[
	 {"address":"alicloud_vpc.near","type":"alicloud_vpc","name":"near","change":{"actions":["create"],"after":{"cidr_block":"10.0.0.0/8"},"after_unknown":{"id":true}}},
	 {"address":"module.m[0].alicloud_vpc.far","type":"alicloud_vpc","name":"far","change":{"actions":["create"],"after":{"cidr_block":"10.0.0.0/8"},"after_unknown":{"id":true}}},
	 {"address":"alicloud_vpc.which","type":"alicloud_vpc","name":"which","change":{"actions":["create"],"after":{"cidr_block":"10.0.0.0/8"},"after_unknown":{"id":true}}}],
	"configuration":{"provider_config":{"alicloud":{"expressions":{"region":{"constant_value":"cn-hangzhou"}}},"module.m:alicloud.far":{"module_address":"module.m","expressions":{"region":{"references":["var.where"]}}},
	  "alicloud.which":{"expressions":{"region":{"references":["var.env"]}}}},
	 "root_module":{"resources":[{"mode":"managed","type":"alicloud_vpc","name":"near","provider_config_key":"alicloud"},{"mode":"managed","type":"alicloud_vpc","name":"which","provider_config_key":"alicloud.which"}],
	  "module_calls":{"m":{"expressions":{"where":{"references":["var.far"]}},"module":{"resources":[{"mode":"managed","type":"alicloud_vpc","name":"far","provider_config_key":"module.m:alicloud.far"}]}}}}}}`
	p, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := p.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"alicloud_vpc.near": "cn-hangzhou", "module.m[0].alicloud_vpc.far": "cn-shanghai", "alicloud_vpc.which": "unknown"} {
		if o := s.Accounts()[0].Object(snapshot.VPC, want, id); !o.Exists() {
			t.Errorf("%s is not in %s", id, want)
		}
	}
}

func TestRegionOfZone(t *testing.T) {
	for zone, want := range map[string]string{
		"cn-hangzhou-h": "cn-hangzhou", "ap-southeast-1a": "ap-southeast-1", "cn-hangzhou-MAZ3(b,g,h)": "cn-hangzhou", "cn-shanghai-finance-1b": "cn-shanghai-finance-1",
		"cn-hangzhou-finance-b": "cn-hangzhou-finance", "": "", "h": "",
	} {
		if got := regionOf(zone); got != want {
			t.Errorf("%s: %q, want %q", zone, got, want)
		}
	}
}

// null is a value: what the provider leaves away is not set. What is not there
// is the same, and neither is unknown.
func TestNullIsNone(t *testing.T) {
	at := values{"version": "7.10_with_X-Pack", "enable_public": true}
	with := values{"version": "7.10_with_X-Pack", "enable_public": true, "public_whitelist": nil, "setting_config": nil, "zone_count": nil}
	digest := func(v values) string {
		s, _, err := parsed(t, nil, changed("alicloud_elasticsearch_instance.main", nil, []string{"create"}, nil, v, values{"id": true})).Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		return s.Digest()
	}
	if digest(at) != digest(with) {
		t.Error("null is not as nothing")
	}
}

// A whitelist of another form than the provider documents is not known, and not
// emptied.
func TestOtherForms(t *testing.T) {
	const address = "alicloud_elasticsearch_instance.main"
	for name, list := range map[string]any{"text": "0.0.0.0/0", "number": 7, "object": values{"a": "0.0.0.0/0"}} {
		after := values{"id": "es-cn-1", "version": "7.10_with_X-Pack", "enable_public": true, "public_whitelist": list}
		p := parsed(t, nil, changed(address, nil, []string{"create"}, nil, after, values{}))
		s, _, err := p.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		c := s.Accounts()[0].Objects(snapshot.Cluster)[0]
		if c.Attr("publicIpWhitelist").Exists() {
			t.Errorf("%s: the whitelist is %s", name, c.Attr("publicIpWhitelist").AppendCompact(nil))
		}
		if got := judge(t, "ES-NET-001")(s)["ES-NET-001 elasticsearch es-cn-1"]; got != finding.Unknown {
			t.Errorf("%s: %s", name, got)
		}
		told := false
		for _, k := range s.Accounts()[0].Coverage() {
			told = told || k.Product == "terraform" && k.Count(snapshot.Skipped) > 0
		}
		if !told {
			t.Errorf("%s: nobody is told", name)
		}
	}
}
