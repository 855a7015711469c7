package terraform

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
)

// values are attributes of a resource.
type values = map[string]any

// unknown stands for a value that is known after apply.
type unknownValue struct{}

var unknown = unknownValue{}

// ref is a reference to the id of another resource, known after apply.
type ref string

// planWriter writes plans as `terraform show -json` does: no provider is needed
// to make one, and the documented schema is what it is held to.
type planWriter struct {
	t       testing.TB
	schema  schema
	changes []any
	blocks  []any
}

func newPlan(t testing.TB) *planWriter { return &planWriter{t: t, schema: documented(t)} }

// create plans a new resource.
func (w *planWriter) create(address string, after values) *planWriter {
	return w.change(address, "create", nil, after)
}

// keep is a resource that stays as it is.
func (w *planWriter) keep(address string, at values) *planWriter {
	return w.change(address, "no-op", at, at)
}

func (w *planWriter) update(address string, before, after values) *planWriter {
	all := maps.Clone(before)
	maps.Copy(all, after)
	return w.change(address, "update", before, all)
}

func (w *planWriter) remove(address string, before values) *planWriter {
	return w.change(address, "delete", before, nil)
}

func (w *planWriter) change(address, action string, before, after values) *planWriter {
	w.t.Helper()
	kind, name, _ := strings.Cut(address, ".")
	name, _, _ = strings.Cut(name, "[")
	w.check(kind, "", before)
	w.check(kind, "", after)
	expressions := values{}
	known, marks := parted(after, expressions)
	c := values{"actions": []string{action}, "before": nilOr(before), "after": nilOr(known), "after_unknown": marks}
	w.changes = append(w.changes, values{
		"address": address, "mode": "managed", "type": kind, "name": name, "provider_name": "registry.terraform.io/aliyun/alicloud", "change": c,
	})
	w.blocks = append(w.blocks, values{"address": kind + "." + name, "mode": "managed", "type": kind, "name": name, "expressions": expressions})
	return w
}

func nilOr(v values) any {
	if v == nil {
		return nil
	}
	return v
}

// parted parts what is known from the marks of what is not, and gathers
// references.
func parted(of, expressions values) (known, marks values) {
	if of == nil {
		return nil, values{}
	}
	known, marks = values{}, values{}
	for name, v := range of {
		switch v := v.(type) {
		case unknownValue:
			marks[name] = true
		case ref:
			marks[name] = true
			expressions[name] = values{"references": []string{string(v) + ".id", string(v)}}
		case []ref:
			var list, unknowns, references []any
			for _, id := range v {
				list, unknowns, references = append(list, nil), append(unknowns, true), append(references, string(id)+".id", string(id))
			}
			known[name], marks[name] = list, unknowns
			expressions[name] = values{"references": references}
		case []values:
			var list, unknowns []any
			for _, item := range v {
				inner := values{}
				k, m := parted(item, inner)
				list, unknowns = append(list, k), append(unknowns, m)
			}
			known[name], marks[name] = list, unknowns
		default:
			known[name] = v
		}
	}
	return known, marks
}

// check refuses an attribute that the schema lacks.
func (w *planWriter) check(kind, within string, v values) {
	w.t.Helper()
	for name, inner := range v {
		at := strings.TrimPrefix(within+"."+name, ".")
		if !w.schema.has(kind, at) {
			w.t.Fatalf("%s: no attribute %s is documented", kind, at)
		}
		if list, ok := inner.([]values); ok {
			for _, item := range list {
				w.check(kind, at, item)
			}
		}
	}
}

func (w *planWriter) json() []byte {
	w.t.Helper()
	data, err := json.Marshal(values{
		"format_version": "1.2", "terraform_version": "1.9.8", "timestamp": "2026-11-22T00:00:00Z", "planned_values": values{"root_module": values{}},
		"resource_changes": w.changes,
		"configuration": values{
			"provider_config": values{"alicloud": values{"name": "alicloud", "expressions": values{"region": values{"constant_value": "cn-hangzhou"}}}},
			"root_module":     values{"resources": w.blocks},
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return data
}

func (w *planWriter) plan() *Plan {
	w.t.Helper()
	p, err := Parse(w.json())
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`[]`:                       "no format_version",
		`{"format_version":"1.2"}`: "no format_version with planned_values",
		`{"format_version":"2.0","planned_values":{"a":1}}`:                "format_version",
		`{"format_version":"1.2","planned_values":{"a":1},"errored":true}`: "planning failed",
		`{"format_version":"1.2",`:                                         "read Terraform plan",
		`{"format_version":"1.2","planned_values":{"root_module":{"child_modules":[{"resources":[{"address":"module.a.alicloud_vpc.b","type":"alicloud_vpc","values":{}}]}]}}}`: "planned_values without resource_changes",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// What Terraform writes that is neither plan nor state says what it is.
func TestMistakenFor(t *testing.T) {
	for text, want := range map[string]string{
		`{"format_version":"1.0"}`:                              "a state of Terraform that holds nothing",
		`{"version":4,"serial":3,"lineage":"x","resources":[]}`: "a state as Terraform stores it",
		"PK\x03\x04\x00":                                        "a plan as `terraform plan -out` stores it",
		`{"@level":"info","type":"version"}` + "\n{}\n":         "what a run of Terraform said",
		`{"format_version":"1.0","provider_schemas":{}}`:        "of another command of Terraform",
		`{"format_version":"1.0","valid":true}`:                 "of another command of Terraform",
		`{"schema":"esaudit.plan/v1"}`:                          "",
		`{"format_version":"1.2","planned_values":{"a":1}}`:     "",
		``:   "",
		`[]`: "",
	} {
		if got := MistakenFor([]byte(text)); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestAddresses(t *testing.T) {
	for text, want := range map[string]address{
		"alicloud_vpc.main":                                    {},
		"alicloud_vpc.main[10]":                                {key: "[10]"},
		`alicloud_vpc.main["a/b.c[0]\"]"]`:                     {key: `["a/b.c[0]\"]"]`},
		"module.net.alicloud_vpc.main":                         {modules: "net", path: "module.net"},
		`module.a["x.y]\"z"].module.b[0].alicloud_vpc.main[1]`: {modules: "a.b", path: `module.a["x.y]\"z"].module.b[0]`, key: "[1]"},
		"module.":    {},
		`module.a["`: {modules: "a", path: `module.a["`},
	} {
		if got := readAddress(text); got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}
