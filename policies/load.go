package policies

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"esaudit/finding"

	"github.com/open-policy-agent/opa/v1/ast"
)

//go:embed lib rules all.rego
var builtin embed.FS

const rulePrefix = "data.esaudit.rules."

// module is one parsed file.
type module struct {
	file   string
	parsed *ast.Module
}

// load parses every Rego file below the root of fsys that is no test and not
// the committed dispatcher.
func load(fsys fs.FS) ([]module, error) {
	var out []module
	err := fs.WalkDir(fsys, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) != ".rego" || strings.HasSuffix(file, "_test.rego") || file == dispatcherFile {
			return err
		}
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return err
		}
		parsed, err := ast.ParseModuleWithOpts(file, string(text), ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
		if err != nil {
			return fmt.Errorf("parse rule: %w", err)
		}
		out = append(out, module{file, parsed})
		return nil
	})
	return out, err
}

// rule is a rule's package and what its METADATA says.
type rule struct {
	finding.Rule
	pkg  string // es_net_001
	file string
}

// describe reads the METADATA of every rule package. The error names the file
// and the field.
func describe(modules []module) ([]rule, error) {
	var out []rule
	seen := map[string]string{}
	for _, m := range modules {
		pkg, ok := strings.CutPrefix(m.parsed.Package.Path.String(), rulePrefix)
		if !ok {
			continue
		}
		r, err := metadata(m, pkg)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.file, err)
		}
		if other, twice := seen[r.ID]; twice {
			return nil, fmt.Errorf("%s: custom.id %s is taken by %s", m.file, r.ID, other)
		}
		seen[r.ID] = m.file
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b rule) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

func metadata(m module, pkg string) (rule, error) {
	r := rule{pkg: pkg, file: m.file}
	var a *ast.Annotations
	for _, candidate := range m.parsed.Annotations {
		if candidate.Scope == "package" {
			a = candidate
		}
	}
	if a == nil {
		return r, fmt.Errorf("no METADATA block for the package")
	}
	c := custom(a.Custom)
	r.Title, r.Description = a.Title, strings.TrimSpace(a.Description)
	r.ID, r.Name, r.Remediation, r.Fix = c.text("id"), c.text("name"), strings.TrimSpace(c.text("remediation")), c.text("fix")
	r.Basis, r.Controls, r.API, r.Kinds, r.Tags = c.list("basis"), c.list("controls"), c.list("api"), c.list("kinds"), c.list("tags")
	r.Optional = c.text("optional") == "true"
	for _, name := range c.list("severities") {
		var s finding.Severity
		if err := s.UnmarshalText([]byte(name)); err != nil || s == finding.NoSeverity {
			return r, fmt.Errorf("custom.severities: no severity: %q", name)
		}
		r.Severities = append(r.Severities, s)
	}
	slices.SortFunc(r.Severities, func(a, b finding.Severity) int { return cmp.Compare(b, a) })
	return r, r.check()
}

// check says what a rule's METADATA lacks.
func (r *rule) check() error {
	for field, missing := range map[string]bool{
		"title": r.Title == "", "description": r.Description == "", "custom.id": r.ID == "", "custom.name": r.Name == "",
		"custom.remediation": r.Remediation == "", "custom.basis": len(r.Basis) == 0, "custom.kinds": len(r.Kinds) == 0,
		"custom.severities": len(r.Severities) == 0,
	} {
		if missing {
			return fmt.Errorf("METADATA has no %s", field)
		}
	}
	if want := strings.ReplaceAll(strings.ToLower(r.ID), "-", "_"); want != r.pkg {
		return fmt.Errorf("package %s does not belong to custom.id %s (want %s)", r.pkg, r.ID, want)
	}
	r.Severity = r.Severities[0]
	return nil
}

// custom is the custom part of METADATA.
type custom map[string]any

func (c custom) text(key string) string {
	switch v := c[key].(type) {
	case string:
		return v
	case bool:
		return fmt.Sprint(v)
	}
	return ""
}

func (c custom) list(key string) []string {
	items, _ := c[key].([]any)
	out := []string{}
	for _, item := range items {
		out = append(out, fmt.Sprint(item))
	}
	return out
}
