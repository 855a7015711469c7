package lang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

func chinese(t testing.TB) *Texts {
	t.Helper()
	texts, err := Of(Chinese)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// read gives the texts of a file.
func read(t testing.TB, name string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("zh", name))
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]string
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file
}

// A text and its translation leave room for the same, and the translation says
// something in Chinese.
func TestAgree(t *testing.T) {
	for _, name := range []string{"report.yaml", "frameworks.yaml", "plan.yaml", sentences} {
		for english, other := range read(t, name) {
			if err := Agree(english, other); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			words := verb.ReplaceAllString(english, "")
			if regexp.MustCompile(`[a-z]{2}`).MatchString(words) && !regexp.MustCompile(`\p{Han}`).MatchString(other) {
				t.Errorf("%s: %q is not translated: %q", name, english, other)
			}
		}
	}
}

func TestAgreeRefuses(t *testing.T) {
	for english, other := range map[string]string{
		"%s of %d":           "%s 的 %s",
		"%s of %s":           "%s",
		"{cluster} is open":  "{clusters} 已开放",
		"{cluster} is shut":  "已关闭",
		"something":          " ",
		"%s lets %s in":      "%[2]s 放行 %[2]s",
		"100%% of {cluster}": "{cluster} 的 %s",
	} {
		if Agree(english, other) == nil {
			t.Errorf("%q and %q agree", english, other)
		}
	}
	for english, other := range map[string]string{"%s of %d": "%[2]d 的 %[1]s", "{a} or {b}, 5%%": "{b} 或 {a},5%%"} {
		if err := Agree(english, other); err != nil {
			t.Error(err)
		}
	}
}

// A sentence that any of the formats made is told in the other language, with
// the same arguments, whatever ids and numbers they are.
func TestMade(t *testing.T) {
	texts, file := chinese(t), read(t, sentences)
	keys := slices.Sorted(func(yield func(string) bool) {
		for key := range file {
			if !yield(key) {
				return
			}
		}
	})
	id := rapid.StringMatching(`(es-cn|lb|sg|vpc)-[a-z0-9]{6}`)
	rapid.Check(t, func(t *rapid.T) {
		english := rapid.SampledFrom(keys).Draw(t, "format")
		var args []any
		for _, m := range verb.FindAllStringSubmatch(english, -1) {
			switch m[2] {
			case "d":
				args = append(args, rapid.IntRange(0, 65535).Draw(t, "number"))
			case "s", "q", "v":
				args = append(args, id.Draw(t, "id"))
			}
		}
		text, want := fmt.Sprintf(english, args...), fmt.Sprintf(file[english], args...)
		got := texts.Made(text)
		if got == text {
			t.Fatalf("%q stays as it is", text)
		}
		for _, arg := range args {
			if strings.Count(got, fmt.Sprint(arg)) < strings.Count(want, fmt.Sprint(arg)) {
				t.Fatalf("%q becomes %q, which lacks %v", text, got, arg)
			}
		}
	})
}

// Sentences stand in sentences, and what is none stays as it is.
func TestMadeExamples(t *testing.T) {
	texts := chinese(t)
	for text, want := range map[string]string{
		"the cluster is frozen":                           "集群已冻结",
		"PUBLIC_ES group tmp holds 0.0.0.0/0 (0.0.0.0/0)": "PUBLIC_ES 白名单组 tmp 含有 0.0.0.0/0\uff080.0.0.0/0\uff09",
		"sg-1 accepts TCP 636 into i-1":                   "sg-1 允许 TCP 636 进入 i-1",
		"new network architecture: it has VPC endpoints":  "新网络架构\uff1a它有 VPC 终端节点",
		"the reply into vsw-1":                            "vsw-1 入方向的应答",
		"es-cn-1":                                         "es-cn-1",
		"":                                                "",
		"%s is %s":                                        "%s 为 %s",
	} {
		if got := texts.Made(text); got != want {
			t.Errorf("%q becomes %q, not %q", text, got, want)
		}
		if got := (*Texts)(nil).Made(text); got != text {
			t.Errorf("in English %q becomes %q", text, got)
		}
	}
}

// composed are formats with words in their arguments: the sentences that they
// make have texts, one by one.
var composed = []string{
	"%s %s TCP %d %s %s", "no rule is for TCP %d %s %s, and whether %s is basic or advanced is not known", "no rule of %s is for TCP %d %s %s: it %s",
}

// Every sentence of a control, and every reason of an architecture, has a
// Chinese one.
func TestSentencesOfGraph(t *testing.T) {
	have := read(t, sentences)
	formats := map[string]int{"passes": 1, "blocks": 1, "unsure": 2, "decide": 2}
	calls := 0
	for _, file := range parsed(t, "../graph") {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name, ok := call.Fun.(*ast.Ident)
			if at, is := 0, false; ok {
				if at, is = formats[name.Name]; is && at < len(call.Args) {
					if text, literal := literalOf(call.Args[at]); literal {
						calls++
						if _, ok := have[text]; !ok && !slices.Contains(composed, text) && strings.Trim(verb.ReplaceAllString(text, ""), " :") != "" {
							t.Errorf("%s has no text for %q", sentences, text)
						}
					}
				}
			}
			return true
		})
	}
	if calls < 150 {
		t.Errorf("the graph has %d sentences: are they read where they stand?", calls)
	}
}

// What corrections are called, and what is wrong with a question, has a Chinese
// text. A switch is turned on or off: each has its own.
func TestSentencesOfCorrectionsAndQuestions(t *testing.T) {
	have, calls := read(t, sentences), 0
	check := func(text string) {
		calls++
		for _, ending := range []string{"", "on", "off", "yes", "no"} {
			whole := strings.ReplaceAll(text, "%w", "%s")
			if ending != "" {
				whole = strings.TrimSuffix(whole, "%s") + ending
			}
			if _, ok := have[whole]; ok {
				return
			}
		}
		t.Errorf("%s has no text for %q", sentences, text)
	}
	steps := map[string]int{"byHand": 1, "tell": 0, "say": 1, "refusef": 0, "stopf": 0, "doubt": 0}
	for _, file := range parsed(t, "../fix") {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				name := ""
				switch f := call.Fun.(type) {
				case *ast.SelectorExpr:
					name = f.Sel.Name
				case *ast.Ident:
					name = f.Name
				}
				if at, is := steps[name]; is && at < len(call.Args) {
					text, literal := literalOf(call.Args[at])
					if made, ok := call.Args[at].(*ast.CallExpr); ok && len(made.Args) > 0 {
						text, literal = literalOf(made.Args[0])
					}
					if literal && text != "%s" {
						check(strings.ReplaceAll(text, "%v", "%s"))
					}
				}
			}
			if x, ok := n.(*ast.KeyValueExpr); ok {
				call, made := x.Value.(*ast.CallExpr)
				if key, ok := x.Key.(*ast.Ident); ok && key.Name == "Title" && made {
					if text, literal := literalOf(call.Args[0]); literal {
						check(text)
					}
				}
			}
			return true
		})
	}
	titles := calls
	for _, file := range parsed(t, "../graph") {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && len(call.Args) > 0 {
				if text, literal := literalOf(call.Args[0]); literal && (strings.HasPrefix(text, "from %q: ") || strings.HasPrefix(text, "to %q: ")) && text != "from %q: %w" {
					check(text)
				}
			}
			return true
		})
	}
	if titles < 12 || calls-titles < 10 {
		t.Errorf("there are %d titles and %d mistakes: are they read where they stand?", titles, calls-titles)
	}
}

// Titles of controls, and what is said of frameworks, have a Chinese text each.
func TestTextsOfFrameworks(t *testing.T) {
	data, err := os.ReadFile("../policies/frameworks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Frameworks []struct {
			Note    string
			Clauses []struct{ ID, Title string }
		}
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	have, asked := read(t, "frameworks.yaml"), map[string]bool{}
	for _, f := range file.Frameworks {
		asked[f.Note] = true
		for _, c := range f.Clauses {
			asked[c.Title] = true
		}
	}
	for text := range asked {
		if have[text] == "" {
			t.Errorf("frameworks.yaml has no text for %q", text)
		}
	}
	for text := range have {
		if !asked[text] {
			t.Errorf("frameworks.yaml has a text for %q, which no framework says", text)
		}
	}
	if len(asked) < 80 {
		t.Errorf("frameworks say %d texts only", len(asked))
	}
}

// Everything that reports and commands ask for has a Chinese text.
func TestTextsThatAreAskedFor(t *testing.T) {
	have := chinese(t)
	methods := map[string]int{"T": 0, "F": 0, "phrase": 0, "several": 2}
	calls := 0
	for _, dir := range []string{"../report", "../report/delta", "../report/planned", "../report/reach", "../cmd/esaudit"} {
		for _, file := range parsed(t, dir) {
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				var name string
				switch f := call.Fun.(type) {
				case *ast.SelectorExpr:
					name = f.Sel.Name
				case *ast.Ident:
					name = f.Name
				}
				var asked []string
				if at, is := methods[name]; is && at < len(call.Args) {
					for _, arg := range call.Args[at:] {
						if text, literal := literalOf(arg); literal && (arg == call.Args[at] || name == "several") {
							asked = append(asked, text)
						}
					}
				}
				if name == "counted" && dir == "../report" && len(call.Args) == 3 {
					if noun, literal := literalOf(call.Args[2]); literal {
						asked = append(asked, "%s "+noun, "%s "+noun+"s")
					}
				}
				for _, text := range asked {
					calls++
					if _, ok := have.texts[text]; !ok {
						t.Errorf("report.yaml has no text for %q", text)
					}
				}
				return true
			})
		}
	}
	if calls < 80 {
		t.Errorf("reports ask for %d texts: are they read where they stand?", calls)
	}
}

func parsed(t *testing.T, dir string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatal(dir, err)
	}
	var out []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, file)
	}
	return out
}

func literalOf(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}

// An unknown language is an error that lists those there are.
func TestOf(t *testing.T) {
	if _, err := Of("fr"); err == nil || !strings.Contains(err.Error(), "en, zh") {
		t.Errorf("fr: %v", err)
	}
	english, err := Of(English)
	if err != nil || english.T("pass") != "pass" || english.Language() != English {
		t.Errorf("English: %v, %q", err, english.T("pass"))
	}
}
