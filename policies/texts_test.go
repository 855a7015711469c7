package policies

import (
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"esaudit/finding"
	"esaudit/lang"

	"github.com/open-policy-agent/opa/v1/ast"
)

// keys are literals that look like sentences and make keys of evidence, which are
// the same in every language.
var keys = []string{
	"%s %s %s on %s", "%s %s empty", "%s full", "%s %s members", "%s %s missing", "control %s", "version %s", "resource %s", "zone %s",
	"UserId %d", "UserARN %d",
}

// Every rule has a Chinese text for everything it says, with the same
// placeholders, and none for what it does not say.
func TestTexts(t *testing.T) {
	rules, modules, err := all(nil)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string][]string{} // literals, by directory
	for _, m := range modules {
		dir := path.Dir(m.file)
		for _, term := range m.literals() {
			said[dir] = append(said[dir], string(term.Value.(ast.String)))
		}
	}
	for dir, literals := range said {
		have, err := readTexts(builtin, dir, lang.Chinese)
		if err != nil {
			t.Error(err)
		}
		for _, text := range literals {
			if _, ok := have.Messages[text]; !ok && sentence(text) && !slices.Contains(keys, text) {
				t.Errorf("%s/zh.yaml has no text for %q", dir, text)
			}
		}
		for _, text := range slices.Sorted(maps.Keys(have.Messages)) {
			if !slices.Contains(literals, text) {
				t.Errorf("%s/zh.yaml: nothing says %q", dir, text)
			}
		}
	}
	for _, r := range rules {
		have, err := readTexts(builtin, path.Dir(r.file), lang.Chinese)
		if err != nil {
			t.Error(err)
		}
		fields := map[string]string{"title": have.Title, "description": have.Description, "remediation": have.Remediation}
		if english.MatchString(code.ReplaceAllString(r.Terraform, "")) {
			fields["terraform"] = have.Terraform
		}
		for field, text := range fields {
			if !han.MatchString(text) {
				t.Errorf("%s: the %s is not Chinese: %q", r.ID, field, text)
			}
		}
	}
}

var formatVerb = regexp.MustCompile(`%[sdqv]`)

// english finds words, code what stands between backticks.
var english, code = regexp.MustCompile(`[a-z]{2}`), regexp.MustCompile("`[^`]*`")

var han = regexp.MustCompile(`\p{Han}`)

// sentence reports whether a literal is one, or part of one, that people read.
func sentence(text string) bool {
	words := formatVerb.ReplaceAllString(text, "")
	return strings.Contains(text, " ") && strings.ContainsFunc(words, func(r rune) bool { return r >= 'a' && r <= 'z' })
}

// A text whose placeholders differ, or a field that is none, is an error that
// names the file.
func TestTextsRefuse(t *testing.T) {
	for text, want := range map[string]string{
		`messages: {"{cluster} is open.": "已开放。"}`:  "zh.yaml",
		`messages: {"%s group %d": "白名单组 %s"}`:      "placeholders",
		`messages: {"%s of %d": "%[2]s 个中的 %[1]s"}`: "placeholders",
		`titel: "标题"`: "titel",
	} {
		dir := fstest.MapFS{"zh.yaml": {Data: []byte(text)}}
		if _, err := readTexts(dir, ".", lang.Chinese); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", text, err, want)
		}
	}
}

// A rule of the user's speaks Chinese when a file beside it does, and English
// when none does.
func TestOwnTexts(t *testing.T) {
	chinese, err := lang.Of(lang.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(builtin, "rules/es_net_005/es_net_005.rego")
	if err != nil {
		t.Fatal(err)
	}
	own := strings.NewReplacer("ES-NET-005", "OWN-NET-005", "es_net_005", "own_net_005").Replace(string(text))
	for said, dir := range map[string]fstest.MapFS{
		"Public access should be off": {"own/rule.rego": {Data: []byte(own)}},
		"不开公网":                        {"own/rule.rego": {Data: []byte(own)}, "own/zh.yaml": {Data: []byte("title: 不开公网")}},
	} {
		rules, err := CatalogueIn(chinese, dir)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(rules, func(r finding.Rule) bool { return r.ID == "OWN-NET-005" })
		if rules[i].Title != said {
			t.Errorf("the title is %q, not %q", rules[i].Title, said)
		}
	}
}

// Another language changes literals and nothing else: every line keeps its place.
func TestSaying(t *testing.T) {
	m := module{file: "x.rego", source: "package x\n\na := {\"group %s\": sprintf(\"group %s\", [input[\"group\"]])}\n\nb := `group %s`\n"}
	var err error
	if m.parsed, err = parse(m.file, m.source); err != nil {
		t.Fatal(err)
	}
	got, err := m.saying(map[string]string{"group %s": "组 %s", "group": "组"})
	if err != nil {
		t.Fatal(err)
	}
	want := "package x\n\na := {\"组 %s\": sprintf(\"组 %s\", [input[\"group\"]])}\n\nb := \"组 %s\"\n"
	if got.source != want {
		t.Errorf("the module is\n%s\nnot\n%s", got.source, want)
	}
}
