package reach

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
	"esaudit/lang"
	"esaudit/report/plain"
)

var update = flag.Bool("update", false, "write testdata/*.golden")

func demo(t testing.TB) *graph.Graph {
	t.Helper()
	r, err := recording.Open(filepath.Join("..", "..", "testdata", "estates", "demo"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	return graph.Build(s, config.Config{})
}

// asked is a document of each kind, by the name of its golden file.
func asked(t testing.TB, g *graph.Graph) map[string]Document {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	out := map[string]Document{}
	for name, q := range map[string][2]string{
		"reachable": {"internet:203.0.113.9", "es:es-cn-clickstream1:9200"},
		"blocked":   {"internet:203.0.113.9", "es:es-cn-identaudit01:9200"},
		"unknown":   {"internet:203.0.113.9", "es:es-cn-partnerfeed1:9200"},
	} {
		a, err := g.Reach(q[0], q[1])
		must(err)
		if a.Verdict.String() != name {
			t.Fatalf("%s -> %s is %s", q[0], q[1], a.Verdict)
		}
		out[name] = Answer{q[0], q[1], a}
	}
	s, err := g.Sources("es:es-cn-orderssearch1")
	must(err)
	targets, err := g.Targets("ecs:i-bp1shopfront1")
	must(err)
	d, err := g.Dependencies("es:es-cn-identaudit01")
	must(err)
	out["sources"], out["targets"], out["dependencies"] = Sources{s}, Targets{targets}, Dependencies{d}
	return out
}

// Every kind of document is written as its golden file has it, in every format
// and language, and what is written is sound.
func TestGolden(t *testing.T) {
	g := demo(t)
	chinese, err := lang.Of("zh")
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range asked(t, g) {
		t.Run(name, func(t *testing.T) {
			var all bytes.Buffer
			for _, format := range Formats() {
				languages := map[string]*lang.Texts{"en": nil}
				if format == "table" || format == "markdown" {
					languages["zh"] = chinese
				}
				for _, language := range []string{"en", "zh"}[:len(languages)] {
					text := written(t, format, d, Options{Graph: g, File: "demo.json", Width: 100, Unicode: true, Texts: languages[language]})
					if han := strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }); han != (language == "zh") {
						t.Errorf("%s in %s: holds Chinese: %v", format, language, han)
					}
					all.WriteString("-- " + format + " " + language + " --\n" + text)
				}
			}
			golden(t, name+".golden", all.String())
		})
	}
}

// golden compares with a file under testdata, or writes it.
func golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s: another text (run with -update and read the difference):\n%s", path, diff)
	}
}

// reporter is a test, or a check of one.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// written writes a document and checks what holds of each: everything in it
// shows itself, and the format stays one that its readers can read.
func written(t reporter, format string, d Document, o Options) string {
	t.Helper()
	data, err := Write(format, d, o)
	if err != nil {
		t.Errorf("%s: %v", format, err)
	}
	text := string(data)
	for _, r := range text {
		if r != '\n' && plain.Hidden(r) {
			t.Errorf("%s: %U does not show itself in\n%s", format, r, text)
			break
		}
	}
	switch format {
	case "json":
		if !json.Valid(data) {
			t.Errorf("json: not valid:\n%s", text)
		}
	case "markdown":
		if i := strings.IndexAny(strings.ReplaceAll(outsideCode(text), "<br>", ""), "<>"); i >= 0 {
			t.Errorf("markdown: HTML in\n%s", text)
		}
	case "svg":
		if err := drawnOnly(data); err != nil {
			t.Errorf("svg: %v:\n%s", err, text)
		}
	case "dot":
		if strings.Count(strings.ReplaceAll(strings.ReplaceAll(text, `\\`, ""), `\"`, ""), `"`)%2 != 0 {
			t.Errorf("dot: a quotation does not end:\n%s", text)
		}
	}
	return text
}

// outsideCode is Markdown without its spans of code, in which nothing is markup.
func outsideCode(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "`") {
		if i%2 == 0 {
			b.WriteString(part)
		}
	}
	return b.String()
}

// drawnOnly says what is wrong with a picture: it is no XML, it holds something
// that acts, or it leads elsewhere.
func drawnOnly(data []byte) error {
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if name := start.Name.Local; strings.EqualFold(name, "script") || strings.EqualFold(name, "foreignObject") || strings.EqualFold(name, "a") {
			return errors.New("element " + name)
		}
		for _, a := range start.Attr {
			if name := strings.ToLower(a.Name.Local); strings.HasPrefix(name, "on") || name == "href" {
				return errors.New("attribute " + name)
			}
		}
	}
}
