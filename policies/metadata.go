package policies

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"esaudit/facts"
	"esaudit/finding"

	"github.com/open-policy-agent/opa/v1/ast"
)

// rule is a rule's package and what its METADATA says.
type rule struct {
	finding.Rule
	pkg  string // es_net_001
	file string
}

// metadata reads the METADATA of a rule's package. The error says everything
// that is missing.
func metadata(m module, pkg string) (rule, error) {
	r := rule{pkg: pkg, file: m.file}
	i := slices.IndexFunc(m.parsed.Annotations, func(a *ast.Annotations) bool { return a.Scope == "package" })
	if i < 0 {
		return r, errors.New("no METADATA block for the package")
	}
	a := m.parsed.Annotations[i]
	f := fields{custom: a.Custom}
	r.Title, r.Description = a.Title, strings.TrimSpace(a.Description)
	f.require("title", r.Title != "")
	f.require("description", r.Description != "")
	r.ID, r.Name, r.Remediation, r.Fix = f.text("id"), f.text("name"), f.text("remediation"), f.optional("fix")
	r.Avoid, r.Prefer, r.Console, r.Terraform = f.optional("avoid"), f.optional("prefer"), f.optional("console"), f.optional("terraform")
	r.Kinds, r.Basis, r.Controls, r.API, r.Tags = f.list("kinds", true), f.list("basis", true), f.list("controls", false), f.list("api", false), f.list("tags", true)
	r.Severities = f.severities()
	r.Parameters = f.parameters()
	r.Optional = f.flag("optional")
	f.optional("overrides") // all reads it
	if err := f.err(); err != nil {
		return r, err
	}
	r.Severity = r.Severities[0]
	return r, r.check(m)
}

// check says what about a rule cannot be.
func (r *rule) check(m module) error {
	if want := packageOf(r.ID); want != r.pkg {
		return fmt.Errorf("package %s does not belong to custom.id %s (want %s)", r.pkg, r.ID, want)
	}
	for _, kind := range r.Kinds {
		if !slices.Contains(facts.Kinds(), kind) {
			return fmt.Errorf("custom.kinds: no kind of subject %q; there are %s", kind, strings.Join(facts.Kinds(), ", "))
		}
	}
	entry := slices.ContainsFunc(m.parsed.Rules, func(r *ast.Rule) bool { return r.Head.Name == "results" && len(r.Head.Args) == 1 })
	if !entry {
		return errors.New("there is no results(s)")
	}
	return nil
}

// fields reads the custom part of METADATA and collects what is wrong with it.
type fields struct {
	custom map[string]any
	read   []string
	wrong  []string
}

func (f *fields) require(field string, there bool) {
	if !there {
		f.wrong = append(f.wrong, "METADATA has no "+field)
	}
}

func (f *fields) get(key string) (any, bool) {
	f.read = append(f.read, key)
	v, ok := f.custom[key]
	return v, ok
}

// text is a field that must be there.
func (f *fields) text(key string) string {
	text := f.optional(key)
	f.require("custom."+key, text != "")
	return text
}

func (f *fields) optional(key string) string {
	v, ok := f.get(key)
	text, isText := v.(string)
	if ok && !isText {
		f.wrong = append(f.wrong, fmt.Sprintf("custom.%s is not a text", key))
		return "?"
	}
	return strings.TrimSpace(text)
}

// list is a list of texts that must be there; filled: and hold something.
func (f *fields) list(key string, filled bool) []string {
	v, ok := f.get(key)
	items, isList := v.([]any)
	out := []string{}
	for _, item := range items {
		text, isText := item.(string)
		isList = isList && isText
		out = append(out, text)
	}
	switch {
	case !ok || filled && isList && len(items) == 0:
		f.require("custom."+key, false)
	case !isList:
		f.wrong = append(f.wrong, fmt.Sprintf("custom.%s is not a list of texts", key))
	}
	return out
}

func (f *fields) flag(key string) bool {
	v, ok := f.get(key)
	on, isFlag := v.(bool)
	if ok && !isFlag {
		f.wrong = append(f.wrong, fmt.Sprintf("custom.%s is neither true nor false", key))
	}
	return on
}

// severities are the words of custom.severities, worst first.
func (f *fields) severities() []finding.Severity {
	var out []finding.Severity
	for _, name := range f.list("severities", true) {
		var s finding.Severity
		if err := s.UnmarshalText([]byte(name)); err != nil || s == finding.NoSeverity {
			f.wrong = append(f.wrong, fmt.Sprintf("custom.severities: no severity: %q", name))
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b finding.Severity) int { return cmp.Compare(b, a) })
	return out
}

// parameters are custom.parameters: name, default and text of each.
func (f *fields) parameters() []finding.Parameter {
	v, ok := f.get("parameters")
	items, isList := v.([]any)
	if ok && !isList {
		f.wrong = append(f.wrong, "custom.parameters is not a list")
	}
	var out []finding.Parameter
	for i, item := range items {
		m, _ := item.(map[string]any)
		p := finding.Parameter{Default: number(m["default"])}
		p.Name, _ = m["name"].(string)
		p.Text, _ = m["text"].(string)
		if p.Name == "" || p.Text == "" || len(m) != 3 || typeOf(p.Default) == "" {
			f.wrong = append(f.wrong, fmt.Sprintf("custom.parameters[%d] is not {name, default, text}, default a number, a text or a list of these", i))
		}
		out = append(out, p)
	}
	return out
}

// number makes every kind of number a float64, in lists too.
func number(v any) any {
	switch x := v.(type) {
	case int:
		return float64(x)
	case json.Number:
		if n, err := x.Float64(); err == nil {
			return n
		}
	case []any:
		out := make([]any, len(x))
		for i := range x {
			out[i] = number(x[i])
		}
		return out
	}
	return v
}

// typeOf names the type of a parameter's value; "" for none of those there are.
func typeOf(v any) string {
	switch x := v.(type) {
	case float64:
		return "a number"
	case string:
		return "a text"
	case []any:
		of := ""
		for _, item := range x {
			one := typeOf(item)
			if one == "" || strings.HasPrefix(one, "a list") || of != "" && one != of {
				return ""
			}
			of = one
		}
		return map[string]string{"": "a list", "a number": "a list of numbers", "a text": "a list of texts"}[of]
	}
	return ""
}

// CheckParameters refuses values for what is no parameter of a rule, or of
// another type than its default.
func CheckParameters(rules []finding.Rule, given map[string]map[string]any) error {
	for _, id := range slices.Sorted(maps.Keys(given)) {
		i := slices.IndexFunc(rules, func(r finding.Rule) bool { return r.ID == id })
		if i < 0 {
			return fmt.Errorf("parameters: no rule %q", id)
		}
		var names []string
		for _, p := range rules[i].Parameters {
			names = append(names, p.Name)
		}
		for _, name := range slices.Sorted(maps.Keys(given[id])) {
			at := slices.Index(names, name)
			switch {
			case len(names) == 0:
				return fmt.Errorf("parameters: rule %s has none", id)
			case at < 0:
				return fmt.Errorf("parameters: rule %s has no %q; there are: %s", id, name, strings.Join(names, ", "))
			}
			want, is := typeOf(rules[i].Parameters[at].Default), typeOf(number(given[id][name]))
			if is != want && (is != "a list" || !strings.HasPrefix(want, "a list")) {
				return fmt.Errorf("parameters: %s.%s is not %s", id, name, want)
			}
		}
	}
	return nil
}

// err says what is wrong: fields that are missing, of another type, or unknown.
func (f *fields) err() error {
	var unknown []string
	for key := range f.custom {
		if !slices.Contains(f.read, key) {
			unknown = append(unknown, fmt.Sprintf("custom.%s is no field of a rule", key))
		}
	}
	slices.Sort(unknown)
	if all := append(f.wrong, unknown...); len(all) > 0 {
		return errors.New(strings.Join(all, "; "))
	}
	return nil
}
