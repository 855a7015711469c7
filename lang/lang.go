package lang

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed zh/*.yaml
var files embed.FS

// The languages.
const (
	English = "en"
	Chinese = "zh"
)

// Languages returns the languages there are, the default one first.
func Languages() []string { return []string{English, Chinese} }

// Texts are the texts of a language. nil is English: every text is what it was.
type Texts struct {
	language string
	texts    map[string]string
	forms    []form // of sentences, those first that say most
}

// sentences is the file of the texts that Made finds.
const sentences = "sentences.yaml"

// Of returns the texts of one of the Languages.
func Of(language string) (*Texts, error) {
	if language == English {
		return nil, nil
	}
	names, err := fs.Glob(files, language+"/*.yaml")
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("read texts: no language %q (one of %s)", language, strings.Join(Languages(), ", "))
	}
	t := &Texts{language: language, texts: map[string]string{}}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read texts: %w", err)
		}
		var file map[string]string
		if err := yaml.Unmarshal(data, &file); err != nil {
			return nil, fmt.Errorf("read texts: %s: %w", name, err)
		}
		maps.Copy(t.texts, file)
		if path.Base(name) == sentences {
			for english, other := range file {
				t.forms = append(t.forms, newForm(english, other))
			}
		}
	}
	slices.SortFunc(t.forms, func(a, b form) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.english, b.english))
	})
	return t, nil
}

// Language is the language's name.
func (t *Texts) Language() string {
	if t == nil {
		return English
	}
	return t.language
}

// T returns a text, or a format, in the language; the English one where there is
// no other.
func (t *Texts) T(english string) string {
	if t != nil {
		if other, ok := t.texts[english]; ok {
			return other
		}
	}
	return english
}

// F fills in a format of the language.
func (t *Texts) F(english string, args ...any) string { return fmt.Sprintf(t.T(english), args...) }

// All returns the English texts that have another one, sorted.
func (t *Texts) All() []string {
	if t == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(t.texts))
}
