package policies_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"esaudit/policies"
)

// What METADATA says of a parameter is what the rule does without a
// configuration, and every parameter a rule reads is documented.
func TestParametersAreDocumented(t *testing.T) {
	rules, err := policies.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	read := regexp.MustCompile(`lib\.parameter\("([^"]+)", "([^"]+)", (.*?)\)[}]?\n`)
	count := 0
	for _, r := range rules {
		documented := map[string]string{}
		for _, p := range r.Parameters {
			value, err := json.Marshal(p.Default)
			if err != nil {
				t.Fatal(err)
			}
			documented[p.Name] = string(value)
		}
		for _, m := range read.FindAllStringSubmatch(ruleText(t, r.ID), -1) {
			count++
			if m[1] != r.ID {
				t.Errorf("%s reads a parameter of %s", r.ID, m[1])
			}
			if want := strings.ReplaceAll(m[3], ", ", ","); documented[m[2]] != want {
				t.Errorf("%s: parameter %s is %s in Rego, %s in METADATA", r.ID, m[2], want, documented[m[2]])
			}
			delete(documented, m[2])
		}
		if len(documented) > 0 {
			t.Errorf("%s documents what it does not read: %v", r.ID, documented)
		}
	}
	if count < 15 {
		t.Errorf("only %d parameters are read", count)
	}
}

// Each threshold of a case file that is a parameter has the same effect through
// the configuration as in the rule's text.
func TestParametersDoWhatTheTextDoes(t *testing.T) {
	engine, all := compiled(t), stories()
	pattern := regexp.MustCompile(`lib\.parameter\("([^"]+)", "([^"]+)", (.*)\)[}]?$`)
	for _, id := range ruleIDs(t) {
		for _, threshold := range readCases(t, id).Thresholds {
			m := pattern.FindStringSubmatch(threshold.Becomes)
			if m == nil {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s", id, m[2]), func(t *testing.T) {
				var value any
				if err := json.Unmarshal([]byte(m[3]), &value); err != nil {
					t.Fatal(err)
				}
				for _, c := range cases(t, id) {
					if c.Name != threshold.Case {
						continue
					}
					declared := c.config(t)
					declared.Parameters = map[string]map[string]any{id: {m[2]: value}}
					for _, r := range judge(t, engine, c.parts(t, all), declared).results {
						if r.Rule == id && r.id == threshold.Subject && short(r) != threshold.Says {
							t.Errorf("%s = %v: %s, want %s", m[2], value, short(r), threshold.Says)
						}
					}
				}
			})
		}
	}
}

func TestCheckParameters(t *testing.T) {
	rules, err := policies.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rule, name string
		value      any
		want       string
	}{
		{"ES-NET-006", "wide", 12, ""},
		{"ES-NET-007", "ipv6_regions", []any{"cn-hangzhou", "cn-shanghai"}, ""},
		{"ES-NET-007", "ipv6_regions", []any{}, ""},
		{"ES-NET-006", "wide", "12", "not a number"},
		{"ES-NET-006", "width", 12, `has no "width"; there are: widest, wide, widest_ipv6, wide_ipv6`},
		{"ES-NET-007", "ipv6_regions", []any{1}, "not a list of texts"},
		{"ES-NET-007", "ipv6_regions", []any{"a", 1}, "not a list of texts"},
		{"ES-NET-001", "wide", 12, "has none"},
		{"ES-NET-099", "wide", 12, `no rule "ES-NET-099"`},
	} {
		err := policies.CheckParameters(rules, map[string]map[string]any{c.rule: {c.name: c.value}})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s.%s = %v: %v, want %q", c.rule, c.name, c.value, err, c.want)
		}
	}
}
