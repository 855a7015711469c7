package policies

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"esaudit/finding"

	"go.yaml.in/yaml/v3"
)

//go:embed frameworks.yaml
var frameworksFile []byte

// Framework is a catalogue of controls.
type Framework struct {
	ID      string   `yaml:"id"` // what people type
	Name    string   `yaml:"name"`
	Note    string   `yaml:"note"` // how far the mapping of rules was checked
	Clauses []Clause `yaml:"clauses"`
}

// Clause is one control of a framework.
type Clause struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
}

// Frameworks are the catalogues of controls that come with the rules, by id.
func Frameworks() ([]Framework, error) {
	var file struct {
		Frameworks []Framework `yaml:"frameworks"`
	}
	dec := yaml.NewDecoder(bytes.NewReader(frameworksFile))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		return nil, fmt.Errorf("read frameworks: %w", err)
	}
	return file.Frameworks, nil
}

// FindFramework returns the catalogue with an id or a name, whatever its case:
// one that comes with the rules, or one that only the rules name in their
// controls. An unknown one is an error that lists those there are.
func FindFramework(name string, rules []finding.Rule) (Framework, error) {
	all, err := Frameworks()
	if err != nil {
		return Framework{}, err
	}
	for _, r := range rules {
		for _, c := range r.Controls {
			of, _, _ := Control(c)
			if of != "" && !slices.ContainsFunc(all, func(f Framework) bool { return f.Name == of }) {
				all = append(all, Framework{ID: of, Name: of})
			}
		}
	}
	var ids []string
	for _, f := range all {
		if strings.EqualFold(f.ID, name) || strings.EqualFold(f.Name, name) {
			return f, nil
		}
		ids = append(ids, f.ID)
	}
	return Framework{}, fmt.Errorf("unknown framework %q (one of %s)", name, strings.Join(ids, ", "))
}

// Control splits "FRAMEWORK: CLAUSE (MARK)", as METADATA writes it. A clause
// marked "unverified" was not read in the framework itself; one marked "nearest"
// is the closest of a framework that has no control for Elasticsearch. A text
// without a framework is a clause of none.
func Control(text string) (framework, clause, mark string) {
	clause = text
	if i := strings.LastIndex(text, ": "); i >= 0 {
		framework, clause = text[:i], strings.TrimSpace(text[i+2:])
	}
	if i := strings.LastIndex(clause, " ("); i >= 0 && strings.HasSuffix(clause, ")") {
		clause, mark = clause[:i], clause[i+2:len(clause)-1]
	}
	return framework, clause, mark
}
