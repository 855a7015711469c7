package terraform

import (
	"encoding/json"
	"strings"
	"testing"
)

// referring plans VPCs and one subnet, whose vpc_id is known after apply, and
// returns what the subnet's VPC is taken for: "" when it is not known.
func referring(t *testing.T, subnet, configuration string, vpcs ...string) string {
	t.Helper()
	var changes []any
	add := func(at string, after, unknown values) {
		a := readAddress(at)
		_, last, _ := strings.Cut(strings.TrimPrefix(at[len(a.path):], "."), ".")
		changes = append(changes, values{
			"address": at, "type": strings.Split(strings.TrimPrefix(at[len(a.path):], "."), ".")[0], "name": strings.TrimSuffix(last, a.key),
			"provider_name": "registry.terraform.io/aliyun/alicloud", "change": values{"actions": []string{"create"}, "before": nil, "after": after, "after_unknown": unknown},
		})
	}
	for _, vpc := range vpcs {
		add(vpc, values{}, values{"id": true})
	}
	add(subnet, values{"zone_id": "cn-hangzhou-h"}, values{"id": true, "vpc_id": true})
	data, err := json.Marshal(values{
		"format_version": "1.2", "resource_changes": changes, "configuration": values{"root_module": json.RawMessage(configuration)},
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := p.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	o := s.Accounts()[0].Object("vswitch", "cn-hangzhou", subnet)
	if !o.Exists() {
		t.Fatalf("no subnet in %s", s.Canonical())
	}
	return o.Attr("VpcId").Text()
}

// block is a resource block whose vpc_id refers to something.
func blockOf(kind, name string, refs ...string) string {
	text, err := json.Marshal(values{"mode": "managed", "type": kind, "name": name, "expressions": values{"vpc_id": values{"references": refs}}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// References are as Terraform writes them: the longest form first, and nothing
// behind a key that is not written out.
func TestReferences(t *testing.T) {
	const a, b = `alicloud_vpc.main["a"]`, `alicloud_vpc.main["b"]`
	for name, x := range map[string]struct {
		refs   []string
		subnet string
		vpcs   []string
		want   string
	}{
		"one":              {[]string{"alicloud_vpc.main.id", "alicloud_vpc.main"}, "alicloud_vswitch.h", []string{"alicloud_vpc.main"}, "alicloud_vpc.main"},
		"each.key":         {[]string{"alicloud_vpc.main", "each.key"}, `alicloud_vswitch.h["b"]`, []string{a, b}, b},
		"each.value":       {[]string{"alicloud_vpc.main", "each.value"}, `alicloud_vswitch.h["b"]`, []string{a, b}, ""},
		"or each.value":    {[]string{"each.value.vpc", "each.value", "alicloud_vpc.main.id", "alicloud_vpc.main"}, `alicloud_vswitch.h["b"]`, []string{"alicloud_vpc.main"}, ""},
		"another key":      {[]string{a + ".id", a, "alicloud_vpc.main"}, `alicloud_vswitch.h["b"]`, []string{a, b}, a},
		"no key of ours":   {[]string{b + ".id", b, "alicloud_vpc.main"}, "alicloud_vswitch.h", []string{a, b}, b},
		"missing key":      {[]string{`alicloud_vpc.main["c"].id`, `alicloud_vpc.main["c"]`, "alicloud_vpc.main"}, `alicloud_vswitch.h["c"]`, []string{a, b}, ""},
		"count.index":      {[]string{"alicloud_vpc.main", "count.index"}, "alicloud_vswitch.h[0]", []string{"alicloud_vpc.main[0]"}, "alicloud_vpc.main[0]"},
		"other counts":     {[]string{"alicloud_vpc.main", "count.index"}, "alicloud_vswitch.h[0]", []string{"alicloud_vpc.main[0]", "alicloud_vpc.main[1]"}, ""},
		"splat of one":     {[]string{"alicloud_vpc.main"}, "alicloud_vswitch.h", []string{"alicloud_vpc.main[0]"}, "alicloud_vpc.main[0]"},
		"splat of two":     {[]string{"alicloud_vpc.main"}, "alicloud_vswitch.h[0]", []string{"alicloud_vpc.main[0]", "alicloud_vpc.main[1]"}, ""},
		"number, text":     {[]string{"alicloud_vpc.main[0].id", "alicloud_vpc.main[0]", "alicloud_vpc.main"}, "alicloud_vswitch.h", []string{`alicloud_vpc.main["0"]`}, ""},
		"strange keys":     {[]string{`alicloud_vpc.main["x.y]\"/é[0]"].id`, `alicloud_vpc.main["x.y]\"/é[0]"]`, "alicloud_vpc.main"}, "alicloud_vswitch.h", []string{`alicloud_vpc.main["x.y]\"/é[0]"]`, a}, `alicloud_vpc.main["x.y]\"/é[0]"]`},
		"strange each.key": {[]string{"alicloud_vpc.main", "each.key"}, `alicloud_vswitch.h["x.y]\"/é[0]"]`, []string{`alicloud_vpc.main["x.y]\"/é[0]"]`, a}, `alicloud_vpc.main["x.y]\"/é[0]"]`},
		"or another":       {[]string{"var.new", "alicloud_vpc.main.id", "alicloud_vpc.main", "alicloud_vpc.main2.id", "alicloud_vpc.main2"}, "alicloud_vswitch.h", []string{"alicloud_vpc.main", "alicloud_vpc.main2"}, ""},
		"bare, or another": {[]string{"alicloud_vpc.main2", "alicloud_vpc.main"}, "alicloud_vswitch.h", []string{"alicloud_vpc.main[0]", "alicloud_vpc.main2[0]"}, ""},
		"or a local value": {[]string{"alicloud_vpc.main.id", "alicloud_vpc.main", "local.vpc"}, "alicloud_vswitch.h", []string{"alicloud_vpc.main"}, ""},
		"or a data source": {[]string{"alicloud_vpc.main.id", "alicloud_vpc.main", "data.alicloud_vpcs.all.ids[0]", "data.alicloud_vpcs.all.ids", "data.alicloud_vpcs.all"}, "alicloud_vswitch.h", []string{"alicloud_vpc.main"}, ""},
		"if a variable":    {[]string{"var.new", "alicloud_vpc.main.id", "alicloud_vpc.main"}, "alicloud_vswitch.h", []string{"alicloud_vpc.main"}, "alicloud_vpc.main"},
		"through another":  {[]string{"alicloud_vswitch.g", "count.index"}, "alicloud_vswitch.h[0]", []string{"alicloud_vswitch.g[0]"}, ""},
		"a part of an id":  {[]string{"alicloud_slb_listener.l.id", "alicloud_slb_listener.l"}, "alicloud_vswitch.h", []string{"alicloud_slb_listener.l"}, ""},
		"itself":           {[]string{"alicloud_vswitch.h.id", "alicloud_vswitch.h"}, "alicloud_vswitch.h", nil, ""},
		"nothing":          {nil, "alicloud_vswitch.h", []string{"alicloud_vpc.main"}, ""},
		"garbage":          {[]string{"", ".", "[", "module", "module.x", "alicloud_vpc", "each", `module.["`}, "alicloud_vswitch.h", []string{"alicloud_vpc.main"}, ""},
	} {
		if got := referring(t, x.subnet, `{"resources":[`+blockOf("alicloud_vswitch", "h", x.refs...)+`]}`, x.vpcs...); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

// A reference leads through variables and outputs of modules to a resource, and
// to that of the right instance of a module.
func TestReferencesOfModules(t *testing.T) {
	network := `"net":{"module":{"resources":[{"mode":"managed","type":"alicloud_vpc","name":"main"}],
		"outputs":{"vpc":{"expression":{"references":["alicloud_vpc.main.id","alicloud_vpc.main"]}},"vpcs":{"expression":{"references":["alicloud_vpc.main"]}}}}}`
	app := func(refs ...string) string {
		text, err := json.Marshal(refs)
		if err != nil {
			t.Fatal(err)
		}
		return `{"module_calls":{` + network + `,"app":{"expressions":{"vpc":{"references":` + string(text) + `}},"module":{"resources":[` + blockOf("alicloud_vswitch", "h", "var.vpc") + `]}}}}`
	}
	both := `{"module_calls":{"app":{"module":{"resources":[{"mode":"managed","type":"alicloud_vpc","name":"main"},` + blockOf("alicloud_vswitch", "h", "alicloud_vpc.main.id", "alicloud_vpc.main") + `]}}}}`
	byKey := `{"resources":[{"mode":"managed","type":"alicloud_vpc","name":"main"}],"module_calls":{"app":{"expressions":{"vpc":{"references":["alicloud_vpc.main","each.key"]}},"module":{"resources":[` + blockOf("alicloud_vswitch", "h", "var.vpc") + `]}}}}`
	for name, x := range map[string]struct {
		configuration, subnet string
		vpcs                  []string
		want                  string
	}{
		"output":              {app("module.net.vpc", "module.net"), `module.app.alicloud_vswitch.h["b"]`, []string{"module.net.alicloud_vpc.main"}, "module.net.alicloud_vpc.main"},
		"output of one":       {app(`module.net["a"].vpc`, `module.net["a"]`), "module.app.alicloud_vswitch.h", []string{`module.net["a"].alicloud_vpc.main`, `module.net["b"].alicloud_vpc.main`}, `module.net["a"].alicloud_vpc.main`},
		"output of some":      {app("module.net", "each.key"), `module.app["b"].alicloud_vswitch.h`, []string{`module.net["a"].alicloud_vpc.main`, `module.net["b"].alicloud_vpc.main`}, ""},
		"list of outputs":     {app("module.net.vpcs", "module.net"), `module.app.alicloud_vswitch.h["b"]`, []string{`module.net.alicloud_vpc.main["a"]`, `module.net.alicloud_vpc.main["b"]`}, ""},
		"no such output":      {app("module.net.other", "module.net"), "module.app.alicloud_vswitch.h", []string{"module.net.alicloud_vpc.main"}, ""},
		"constant":            {app(), "module.app.alicloud_vswitch.h", []string{"module.net.alicloud_vpc.main"}, ""},
		"beside":              {both, `module.app["b"].alicloud_vswitch.h`, []string{`module.app["a"].alicloud_vpc.main`, `module.app["b"].alicloud_vpc.main`}, `module.app["b"].alicloud_vpc.main`},
		"in another instance": {both, `module.app["b"].alicloud_vswitch.h`, []string{`module.app["a"].alicloud_vpc.main`}, ""},
		"key of the call":     {byKey, `module.app["b"].alicloud_vswitch.h[0]`, []string{`alicloud_vpc.main["a"]`, `alicloud_vpc.main["b"]`}, `alicloud_vpc.main["b"]`},
	} {
		if got := referring(t, x.subnet, x.configuration, x.vpcs...); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}
