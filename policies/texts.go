package policies

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"esaudit/finding"
	"esaudit/lang"

	"github.com/open-policy-agent/opa/v1/ast"
	"go.yaml.in/yaml/v3"
)

// texts are what a rule says in another language. They stand beside it in a file
// that is named for the language: zh.yaml.
type texts struct {
	Title       string `yaml:"title"`
	Description string `yaml:"description"`
	Remediation string `yaml:"remediation"`
	Avoid       string `yaml:"avoid"`
	Prefer      string `yaml:"prefer"`
	Console     string `yaml:"console"`
	Terraform   string `yaml:"terraform"`

	// Messages are texts of the Rego: messages, notes and formats, by the English
	// one.
	Messages map[string]string `yaml:"messages"`
}

// readTexts reads the texts of a directory; none is no error.
func readTexts(fsys fs.FS, dir, language string) (texts, error) {
	var t texts
	name := path.Join(dir, language+".yaml")
	data, err := fs.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err != nil {
		return t, fmt.Errorf("read texts: %w", err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&t); err != nil {
		return t, fmt.Errorf("read texts: %s: %w", name, oneLine(err))
	}
	for _, english := range slices.Sorted(maps.Keys(t.Messages)) {
		if err := lang.Agree(english, t.Messages[english]); err != nil {
			return t, fmt.Errorf("read texts: %s: %w", name, err)
		}
	}
	return t, nil
}

// translate puts rules and modules into another language, as far as there are
// texts for them. Only texts change: the rest of a module stays where it is, by
// line.
func translate(rules []rule, modules []module, language string) ([]rule, []module, error) {
	out := make([]module, len(modules))
	said := map[string]texts{}
	for i, m := range modules {
		t, err := readTexts(m.fsys, path.Dir(m.file), language)
		if err != nil {
			return nil, nil, err
		}
		said[m.file] = t
		if out[i], err = m.saying(t.Messages); err != nil {
			return nil, nil, err
		}
	}
	rules = slices.Clone(rules)
	for i := range rules {
		rules[i].Rule = said[rules[i].file].describe(rules[i].Rule)
	}
	return rules, out, nil
}

// describe puts what is known of a rule into the language.
func (t texts) describe(r finding.Rule) finding.Rule {
	for _, field := range []struct {
		into *string
		text string
	}{
		{&r.Title, t.Title}, {&r.Description, t.Description}, {&r.Remediation, t.Remediation}, {&r.Avoid, t.Avoid},
		{&r.Prefer, t.Prefer}, {&r.Console, t.Console}, {&r.Terraform, t.Terraform},
	} {
		if field.text != "" {
			*field.into = field.text
		}
	}
	return r
}

// saying returns a module with other texts in the places of its literals.
func (m module) saying(messages map[string]string) (module, error) {
	if len(messages) == 0 {
		return m, nil
	}
	var b bytes.Buffer
	at := 0
	for _, term := range m.literals() {
		other, ok := messages[string(term.Value.(ast.String))]
		if !ok {
			continue
		}
		quoted, err := json.Marshal(other)
		if err != nil {
			return m, fmt.Errorf("translate rule: %w", err)
		}
		b.WriteString(m.source[at:term.Location.Offset])
		b.Write(quoted)
		at = term.Location.Offset + len(term.Location.Text)
	}
	b.WriteString(m.source[at:])
	parsed, err := parse(m.file, b.String())
	if err != nil {
		return m, err
	}
	return module{file: m.file, fsys: m.fsys, source: b.String(), parsed: parsed}, nil
}

// literals are the texts of a module, in its order: not names in references, nor
// keys of objects unless they are words.
func (m module) literals() []*ast.Term {
	var out []*ast.Term
	var visit func(x any)
	inspect := func(x any) bool {
		switch x := x.(type) {
		case ast.Ref:
			for i, term := range x {
				if _, name := term.Value.(ast.String); !name || i == 0 {
					visit(term)
				}
			}
			return true
		case *ast.Term:
			switch v := x.Value.(type) {
			case ast.String:
				out = append(out, x)
			case ast.Object:
				v.Foreach(func(key, value *ast.Term) {
					if name, plain := key.Value.(ast.String); !plain || strings.Contains(string(name), " ") {
						visit(key)
					}
					visit(value)
				})
				return true
			}
		}
		return false
	}
	visit = func(x any) { ast.NewGenericVisitor(inspect).Walk(x) }
	for _, r := range m.parsed.Rules {
		visit(r)
	}
	slices.SortFunc(out, func(a, b *ast.Term) int { return a.Location.Offset - b.Location.Offset })
	return slices.CompactFunc(out, func(a, b *ast.Term) bool { return a.Location.Offset == b.Location.Offset })
}

// sentences are the keys of facts that hold some.
func sentences() []string { return []string{"why", "because", "error"} }

// said puts what facts tell in sentences into the language of the rules: why a
// control lets pass or not.
func (e *Engine) said(doc []byte) ([]byte, error) {
	if e.texts == nil {
		return doc, nil
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return nil, err
	}
	keys := sentences()
	var walk func(value any)
	walk = func(value any) {
		switch v := value.(type) {
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			for key, item := range v {
				if text, ok := item.(string); ok && (slices.Contains(keys, key)) {
					v[key] = e.texts.Made(text)
				} else {
					walk(item)
				}
			}
		}
	}
	walk(value)
	return json.Marshal(value)
}
