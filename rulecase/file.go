package rulecase

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"esaudit/finding"

	"go.yaml.in/yaml/v3"
)

// FileName is that of a rule's cases, beside the rule.
const FileName = "cases.yaml"

// Set is the cases of one rule.
type Set struct {
	Rule  finding.Rule
	Dir   string // of the rule, below the directory of rules
	Cases []Case
}

// Case is one named case of a rule.
type Case struct {
	Name     string   `yaml:"name"`
	Items    []string `yaml:"items"`    // what it is a case of, for people
	Estate   string   `yaml:"estate"`   // its name or path; or
	Subjects []any    `yaml:"subjects"` // subjects with their facts (esaudit.facts/v1)
	Edits    []any    `yaml:"edits"`    // changes of the estate's answers
	Stored   []any    `yaml:"stored"`   // stored objects held against the estate (facts.Compared)
	Config   string   `yaml:"config"`   // esaudit.yaml
	Want     []Wanted `yaml:"want"`
}

// Wanted is what the rule must say of a subject. Every fail, latent and unknown
// must be wanted; pass and na as the case likes.
type Wanted struct {
	Subject    string   `yaml:"subject"`
	Status     string   `yaml:"status"`     // or none: the rule must not speak of the subject
	Severity   string   `yaml:"severity"`   // of fail and latent
	Cause      string   `yaml:"cause"`      // of unknown
	Confidence string   `yaml:"confidence"` // high where it is left out
	Settle     []string `yaml:"settle"`     // of unknown: all calls that would settle it, sorted; each by its beginning
	Message    string   `yaml:"message"`    // a part of it
	Path       string   `yaml:"path"`       // the kind of its hops
	Evidence   []Proof  `yaml:"evidence"`   // where it is there: all of it, in whatever order
}

// Threshold is a change of a rule's Rego alone, and what the rule then says of a
// subject of a case. The built-in rules' own tests use it.
type Threshold struct {
	Text    string `yaml:"text"` // of the rule's file
	Becomes string `yaml:"becomes"`
	Case    string `yaml:"case"`
	Subject string `yaml:"subject"`
	Says    string `yaml:"says"`    // as Brief writes it
	Message string `yaml:"message"` // a part of it, where only that changes
}

// File is a rule's cases.yaml.
type File struct {
	Thresholds []Threshold `yaml:"thresholds"`
	Cases      []Case      `yaml:"cases"`
}

// Proof is a value that a finding rests on: the end of its pointer, and the
// value.
type Proof struct {
	At    string `yaml:"at"`
	Value any    `yaml:"value"`
}

// Read reads the cases of the given rules in a directory. A rule without cases
// is an error that names it.
func Read(dir fs.FS, rules []finding.Rule) ([]Set, error) {
	var out []Set
	for _, r := range rules {
		where, err := directoryOf(dir, r.ID)
		if err != nil {
			return nil, err
		}
		file := path.Join(where, FileName)
		text, err := fs.ReadFile(dir, file)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("rule %s has no cases: %s is not there", r.ID, file)
		}
		if err != nil {
			return nil, fmt.Errorf("read cases: %w", err)
		}
		read, err := Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		out = append(out, Set{Rule: r, Dir: where, Cases: read.Cases})
	}
	return out, nil
}

// directoryOf finds the directory of a rule: that of the file whose package is
// named like its id.
func directoryOf(dir fs.FS, id string) (string, error) {
	pkg := "package esaudit.rules." + strings.ReplaceAll(strings.ToLower(id), "-", "_")
	found := ""
	err := fs.WalkDir(dir, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) != ".rego" {
			return err
		}
		text, err := fs.ReadFile(dir, file)
		for line := range bytes.Lines(text) {
			if strings.TrimSpace(string(line)) == pkg {
				found = path.Dir(file)
			}
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read rules: %w", err)
	}
	return found, nil
}

// Parse reads a case file. Unknown fields, cases without a name of their own and
// cases that want nothing are errors.
func Parse(text []byte) (File, error) {
	var file File
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return File{}, errors.New(strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " "))
	}
	var names []string
	for i, c := range file.Cases {
		switch {
		case c.Name == "" || slices.Contains(names, c.Name):
			return File{}, fmt.Errorf("case %d: no name of its own: %q", i+1, c.Name)
		case len(c.Want) == 0:
			return File{}, fmt.Errorf("case %q: wants nothing", c.Name)
		case (c.Estate == "") == (len(c.Subjects) == 0):
			return File{}, fmt.Errorf("case %q: needs either an estate or subjects", c.Name)
		}
		names = append(names, c.Name)
	}
	if len(names) == 0 {
		return File{}, errors.New("there are no cases")
	}
	return file, nil
}
