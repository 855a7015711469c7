package policies

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"esaudit/lang"

	"github.com/open-policy-agent/opa/v1/ast"
)

//go:embed all.rego lib/*.rego rules/*/*.rego lib/zh.yaml rules/*/zh.yaml
var builtin embed.FS

const (
	rulePrefix = "data.esaudit.rules."
	libPrefix  = "data.esaudit.lib."
)

// module is one parsed file.
type module struct {
	file   string
	fsys   fs.FS // that it was read from
	source string
	parsed *ast.Module
}

// all reads the built-in rules and those of the user's directories, which may
// replace built-in ones (custom.overrides).
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
		if err := lint(own); err != nil {
			return nil, nil, err
		}
		if modules, err = override(modules, own); err != nil {
			return nil, nil, err
		}
		modules = append(modules, own...)
	}
	rules, err := describe(modules)
	if err != nil {
		return nil, nil, err
	}
	return rules, modules, distinct(rules)
}

// override leaves out the rules that the user's replace. A replaced id that no
// rule has is an error that lists those there are.
func override(modules, own []module) ([]module, error) {
	for _, m := range own {
		id, line, err := overrides(m)
		if err != nil {
			return nil, err
		}
		if id == "" {
			continue
		}
		pkg := rulePrefix + packageOf(id)
		if i := slices.IndexFunc(modules, func(m module) bool { return m.parsed.Package.Path.String() == pkg }); i < 0 {
			return nil, fmt.Errorf("%s:%d: custom.overrides: no built-in rule %q; esaudit rules lists them", m.file, line, id)
		}
		modules = slices.DeleteFunc(slices.Clone(modules), func(m module) bool { return m.parsed.Package.Path.String() == pkg })
	}
	return modules, nil
}

// Modules are the parsed files of a directory of rules, by name.
func Modules(dir fs.FS) (map[string]*ast.Module, error) {
	list, err := load(dir)
	if err != nil {
		return nil, err
	}
	out := map[string]*ast.Module{}
	for _, m := range list {
		out[m.file] = m.parsed
	}
	return out, nil
}

// packageOf is the last part of a rule's package: its id in snake case.
func packageOf(id string) string { return strings.ReplaceAll(strings.ToLower(id), "-", "_") }

// distinct refuses two rules of one id.
func distinct(rules []rule) error {
	for i := 1; i < len(rules); i++ {
		if rules[i].ID == rules[i-1].ID {
			return fmt.Errorf("%s: rule %s stands in %s already", rules[i].file, rules[i].ID, rules[i-1].file)
		}
	}
	return nil
}

// load parses every file of eachFile.
func load(fsys fs.FS) ([]module, error) {
	var out []module
	err := eachFile(fsys, func(file string, text []byte) error {
		parsed, err := parse(file, string(text))
		if err != nil {
			return err
		}
		out = append(out, module{file: file, fsys: fsys, source: string(text), parsed: parsed})
		return nil
	})
	return out, err
}

// eachFile reads every Rego file below the root of fsys that is no test and not
// the committed dispatcher, by name.
func eachFile(fsys fs.FS, do func(file string, text []byte) error) error {
	return fs.WalkDir(fsys, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) != ".rego" || strings.HasSuffix(file, "_test.rego") || file == dispatcherFile {
			return err
		}
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return err
		}
		return do(file, text)
	})
}

// Sources visits what rules of a directory are made of: what stands in their files,
// by name, and then their texts in a language. Nothing else there is read.
func Sources(dir fs.FS, t *lang.Texts, visit func(file string, text []byte)) error {
	return sources(dir, t.Language(), visit)
}

func sources(dir fs.FS, language string, visit func(file string, text []byte)) error {
	var folders []string
	err := eachFile(dir, func(file string, text []byte) error {
		visit(file, text)
		folders = append(folders, path.Dir(file))
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(folders)
	for _, folder := range slices.Compact(folders) {
		name := path.Join(folder, language+".yaml")
		text, err := fs.ReadFile(dir, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return fmt.Errorf("read texts: %w", err)
		default:
			visit(name, text)
		}
	}
	return nil
}

func parse(file, text string) (*ast.Module, error) {
	parsed, err := ast.ParseModuleWithOpts(file, text, ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
	if err != nil {
		return nil, fmt.Errorf("parse rule: %w", oneLine(err))
	}
	return parsed, nil
}

// describe reads the METADATA of every rule package. The error names the file
// and what is wrong.
func describe(modules []module) ([]rule, error) {
	var out []rule
	files, packages := map[string]string{}, map[string]string{}
	for _, m := range modules {
		name := m.parsed.Package.Path.String()
		if other, twice := files[m.file]; twice {
			return nil, fmt.Errorf("%s:%d: there are two files of this name (packages %s and %s)", m.file, m.line(), other, name)
		}
		files[m.file] = name
		pkg, ok := strings.CutPrefix(name, rulePrefix)
		if !ok {
			continue
		}
		if other, twice := packages[pkg]; twice {
			return nil, fmt.Errorf("%s:%d: rule %s stands in %s already; custom.overrides with its id replaces it", m.file, m.line(), pkg, other)
		}
		packages[pkg] = m.file
		r, err := metadata(m, pkg)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", m.file, m.line(), err)
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b rule) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}
