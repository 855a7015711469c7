package policies

import (
	"fmt"
	"slices"
	"strings"

	"esaudit/facts"

	"github.com/open-policy-agent/opa/v1/ast"
)

// reserved is a name that breaks Rego: `x in y` compiles to internal.member_2,
// which a rule or a variable called internal hides.
const reserved = "internal"

// lint refuses what the user's files may not do, each with file and line:
//
//   - a package that is neither a rule nor a library of the user's own, so that
//     nothing built in changes, and no rule goes unasked because it is misspelt;
//   - the name internal, which breaks Rego;
//   - input.subjects: a rule gets its subject, and looking for others in the whole
//     document is a join by scanning, which is quadratic;
//   - data outside data.esaudit, which nobody gives;
//   - a fact that no subject of the rule's kinds has (esaudit.facts/v1).
func lint(modules []module) error {
	for _, m := range modules {
		name := m.parsed.Package.Path.String()
		if !strings.HasPrefix(name, rulePrefix) && !strings.HasPrefix(name, libPrefix) {
			return fmt.Errorf("%s:%d: package %s is neither esaudit.rules.ID nor esaudit.lib.NAME", m.file, m.line(), strings.TrimPrefix(name, "data."))
		}
		if err := lintNames(m); err != nil {
			return err
		}
		if err := lintRefs(m); err != nil {
			return err
		}
		if err := lintFacts(m); err != nil {
			return err
		}
	}
	return nil
}

// line is that of the module's package.
func (m module) line() int {
	if at := m.parsed.Package.Location; at != nil {
		return at.Row
	}
	return 1
}

func lintNames(m module) error {
	wrong := 0
	refuse := func(name string, at *ast.Location) {
		if name == reserved && wrong == 0 && at != nil {
			wrong = at.Row
		}
	}
	for _, part := range m.parsed.Package.Path {
		if text, ok := part.Value.(ast.String); ok {
			refuse(string(text), m.parsed.Package.Location)
		}
	}
	for _, i := range m.parsed.Imports {
		refuse(string(i.Name()), i.Location)
	}
	for _, r := range m.parsed.Rules {
		refuse(r.Head.Name.String(), r.Location)
	}
	ast.WalkTerms(m.parsed, func(t *ast.Term) bool {
		if r, ok := t.Value.(ast.Ref); ok && len(r) == 2 && strings.HasPrefix(r.String(), reserved+".member_") {
			return true // what the parser made of x in y
		}
		if v, ok := t.Value.(ast.Var); ok {
			refuse(string(v), t.Location)
		}
		return false
	})
	if wrong > 0 {
		return fmt.Errorf("%s:%d: the name %q breaks every x in y of the file; choose another", m.file, wrong, reserved)
	}
	return nil
}

func lintRefs(m module) (err error) {
	ast.WalkRefs(m.parsed, func(r ast.Ref) bool {
		if err != nil || len(r) == 0 {
			return true
		}
		at := m.line()
		if r[0].Location != nil {
			at = r[0].Location.Row
		}
		head, second := r[0].Value.String(), ""
		if len(r) > 1 {
			if text, ok := r[1].Value.(ast.String); ok {
				second = string(text)
			}
		}
		switch {
		case head == "input" && (second == "subjects" || len(r) == 1 || second == ""):
			err = fmt.Errorf("%s:%d: input.subjects holds every subject: searching it for each one is quadratic; what belongs together stands in the facts of s", m.file, at)
		case head == "data" && len(r) > 1 && second != "esaudit":
			err = fmt.Errorf("%s:%d: %s is not there: rules see input.config, their subject, and data.esaudit.lib", m.file, at, r)
		}
		return err != nil
	})
	return err
}

// lintFacts refuses what reads a fact that does not exist: it would be undefined
// for ever, and the rule silent.
func lintFacts(m module) (err error) {
	kinds := kindsOf(m)
	ast.WalkRefs(m.parsed, func(r ast.Ref) bool {
		if err != nil || len(r) < 3 || !r[1].Equal(ast.StringTerm("facts")) {
			return err != nil
		}
		if _, isVar := r[0].Value.(ast.Var); !isVar || r[0].Value.String() == "data" {
			return false
		}
		path := make([]string, 0, len(r)-2)
		for _, t := range r[2:] {
			step := ""
			if text, ok := t.Value.(ast.String); ok {
				step = string(text)
			}
			path = append(path, step)
		}
		if wrong := facts.CheckPath(kinds, path); wrong != nil {
			at := m.line()
			if r[0].Location != nil {
				at = r[0].Location.Row
			}
			err = fmt.Errorf("%s:%d: %w", m.file, at, wrong)
		}
		return err != nil
	})
	return err
}

// kindsOf are the kinds of subjects that a module's METADATA names; a library is
// for all of them.
func kindsOf(m module) []string {
	for _, a := range m.parsed.Annotations {
		list, _ := a.Custom["kinds"].([]any)
		var out []string
		for _, item := range list {
			if kind, ok := item.(string); ok && slices.Contains(facts.Kinds(), kind) {
				out = append(out, kind)
			}
		}
		if a.Scope == "package" && len(out) > 0 {
			return out
		}
	}
	return facts.Kinds()
}

// overrides is the id that a user's rule replaces, "" for none.
func overrides(m module) (id string, line int, err error) {
	for _, a := range m.parsed.Annotations {
		if a.Scope != "package" {
			continue
		}
		v, there := a.Custom["overrides"]
		if !there {
			continue
		}
		id, ok := v.(string)
		if !ok || id == "" {
			return "", 0, fmt.Errorf("%s:%d: custom.overrides is not the id of a rule", m.file, m.line())
		}
		return id, m.line(), nil
	}
	return "", 0, nil
}
