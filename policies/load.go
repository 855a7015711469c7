package policies

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

//go:embed all.rego lib/*.rego rules/*/*.rego
var builtin embed.FS

const (
	rulePrefix = "data.esaudit.rules."
	libPrefix  = "data.esaudit.lib."
)

// module is one parsed file.
type module struct {
	file   string
	parsed *ast.Module
}

// all reads the built-in rules and those of the user's directories.
func all(user []fs.FS) ([]rule, []module, error) {
	modules, err := load(builtin)
	if err != nil {
		return nil, nil, err
	}
	for _, dir := range user {
		own, err := load(dir)
		if err != nil {
			return nil, nil, err
		}
		if err := fenced(own); err != nil {
			return nil, nil, err
		}
		modules = append(modules, own...)
	}
	rules, err := describe(modules)
	return rules, modules, err
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
			return fmt.Errorf("parse rule: %w", oneLine(err))
		}
		out = append(out, module{file, parsed})
		return nil
	})
	return out, err
}

// fenced checks that the user's files add rules, and what these use, and change
// nothing that is built in. A file whose package is misspelt is an error: its
// rule would never be asked.
func fenced(modules []module) error {
	for _, m := range modules {
		name := m.parsed.Package.Path.String()
		if !strings.HasPrefix(name, rulePrefix) && !strings.HasPrefix(name, libPrefix) {
			return fmt.Errorf("%s: package %s is neither esaudit.rules.ID nor esaudit.lib.NAME", m.file, strings.TrimPrefix(name, "data."))
		}
	}
	return nil
}

// describe reads the METADATA of every rule package. The error names the file
// and what is wrong.
func describe(modules []module) ([]rule, error) {
	var out []rule
	files, packages := map[string]string{}, map[string]string{}
	for _, m := range modules {
		name := m.parsed.Package.Path.String()
		if other, twice := files[m.file]; twice {
			return nil, fmt.Errorf("%s: there are two files of this name (packages %s and %s)", m.file, other, name)
		}
		files[m.file] = name
		pkg, ok := strings.CutPrefix(name, rulePrefix)
		if !ok {
			continue
		}
		if other, twice := packages[pkg]; twice {
			return nil, fmt.Errorf("%s: rule %s stands in %s already", m.file, pkg, other)
		}
		packages[pkg] = m.file
		r, err := metadata(m, pkg)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.file, err)
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b rule) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}
