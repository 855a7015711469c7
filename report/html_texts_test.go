package report

import (
	"html/template"
	"regexp"
	"strings"
	"testing"

	"esaudit/lang"
)

// Every text of the page's templates has a Chinese one.
func TestTextsOfThePage(t *testing.T) {
	texts, err := lang.Of(lang.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	page, err := template.New("report").Funcs(htmlFuncs(nil)).ParseFS(htmlFiles, "html/*.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile(`[A-Za-z]{2}`)
	asked := 0
	for _, part := range page.Templates() {
		if part.Tree == nil {
			continue
		}
		m := &markup{say: func(text string) string {
			asked++
			if word.MatchString(text) && texts.T(text) == text && !strings.HasPrefix(text, "esaudit ") {
				t.Errorf("html.yaml has no text for %q", text)
			}
			return text
		}}
		m.node(part.Tree.Root)
		if m.inTag {
			t.Errorf("template %s ends within a tag", part.Name())
		}
	}
	if asked < 80 {
		t.Errorf("the templates have %d texts: are they read where they stand?", asked)
	}
}

// Only what people read is translated: no class, no id, no address.
func TestMarkup(t *testing.T) {
	for markup0, want := range map[string]string{
		`<p class="line">line</p>`: `<p class="line">LINE</p>`,
		` a < b`:                   ` A < b`,
		`<a href="#rules" title="Rules">Rules <b>x</b>`: `<a href="#rules" title="RULES">RULES <b>X</b>`,
		`<html lang="en">`: `<html lang="zh-CN">`,
	} {
		m := &markup{say: strings.ToUpper}
		if got := m.text(markup0); got != want {
			t.Errorf("%s becomes %s, not %s", markup0, got, want)
		}
	}
}
