package report

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"charm.land/lipgloss/v2"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/finding"
	"esaudit/lang"
)

// translated is the audit of an estate in Chinese and English.
func translatedAudit(t *testing.T, estate string) (*audit.Result, *lang.Texts) {
	t.Helper()
	texts, err := lang.Of(lang.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	run, _ := judgedInChinese.LoadOrStore(estate, sync.OnceValues(func() (*audit.Result, error) {
		r, err := recording.Open(filepath.Join("..", "testdata", "estates", estate))
		if err != nil {
			return nil, err
		}
		s, err := collector.Assemble(r.Parts)
		if err != nil {
			return nil, err
		}
		return audit.Run(t.Context(), s, audit.Options{Version: "0.1.0", Texts: texts})
	}))
	result, err := run.(func() (*audit.Result, error))()
	if err != nil {
		t.Fatal(err)
	}
	return result, texts
}

var judgedInChinese sync.Map

// Formats that programs read are the same bytes, whatever language was asked for;
// those for people have Chinese in them.
func TestLanguageOfFormats(t *testing.T) {
	result, texts := translatedAudit(t, "demo")
	english := *result.Report
	english.Rules, english.Findings = slices.Clone(english.Rules), slices.Clone(english.Findings)
	for i := range english.Rules {
		english.Rules[i].Said = nil
	}
	for i := range english.Findings {
		english.Findings[i].Said = nil
	}
	for _, format := range formats() {
		o := Options{Snapshot: result.Snapshot, Unicode: true, Width: 100, View: result.Graph.View()}
		want := render(t, format.name, &english, o)
		o.Texts = texts
		got := render(t, format.name, result.Report, o)
		if format.fixed && got != want {
			t.Errorf("%s is another one in Chinese", format.name)
		}
		if format.draws && !(strings.Contains(got, "拓扑：谁能到达哪个集群") && strings.Contains(got, "公网入口") && strings.Contains(got, "可达")) {
			t.Errorf("the picture of %s is not in Chinese", format.name)
		}
		if format.name == "dot" || format.name == "svg" { // they say nothing of findings
			continue
		}
		if !format.fixed && (got == want || !strings.Contains(got, "公网白名单不得放行所有地址") && !strings.Contains(got, "的公网白名单放行所有")) {
			t.Errorf("%s is not in Chinese", format.name)
		}
	}
}

// Every finding says everything in Chinese that it says in English.
func TestEveryFindingIsTranslated(t *testing.T) {
	han := regexp.MustCompile(`\p{Han}`)
	for _, estate := range []string{"demo", "net-001-latent", "half-blind"} {
		result, _ := translatedAudit(t, estate)
		for _, f := range result.Report.Translated().Findings {
			texts := append([]string{f.Message}, f.Remediation.Text)
			for _, h := range f.Path {
				texts = append(texts, h.Why)
			}
			for _, text := range texts {
				if text != "" && !han.MatchString(text) {
					t.Errorf("%s: %s of %s: %q", estate, f.Rule, f.Subject.ID, text)
				}
			}
		}
	}
}

// The report that programs read does not change when it is translated.
func TestTranslatedIsACopy(t *testing.T) {
	result, _ := translatedAudit(t, "demo")
	before, err := json.Marshal(result.Report)
	if err != nil {
		t.Fatal(err)
	}
	result.Report.Translated()
	after, err := json.Marshal(result.Report)
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Error("the report has changed")
	}
}

// A table of wide characters is aligned: nothing is wider than the page, titles
// and fingerprints end at its edge, and cells begin where the cell above begins.
func TestTableOfWideCharacters(t *testing.T) {
	result, texts := translatedAudit(t, "demo")
	fingerprint := regexp.MustCompile(` [0-9a-f]{32}$`)
	for _, width := range []int{40, 60, 80, 120, 200} {
		text := render(t, "table", result.Report, Options{Unicode: true, Width: width, Texts: texts})
		ends := 0
		for i, line := range strings.Split(text, "\n") {
			columns := lipgloss.Width(line)
			if columns > width {
				t.Errorf("table of %d: line %d has %d columns: %s", width, i+1, columns, line)
			}
			if fingerprint.MatchString(line) && !strings.HasPrefix(line, "    编号") || strings.Contains(line, " ───") {
				ends++
				if columns != width {
					t.Errorf("table of %d: line %d ends at column %d: %s", width, i+1, columns, line)
				}
			}
		}
		if ends < 5 {
			t.Errorf("table of %d: %d lines end at its edge", width, ends)
		}
	}
}

// Values of one finding stand below one another, and so do their notes.
func TestEvidenceOfWideCharacters(t *testing.T) {
	texts, err := lang.Of(lang.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	for _, width := range []int{80, 200} {
		tab := newTable(&finding.Report{}, Options{Width: width, Unicode: true, Texts: texts})
		f := finding.Finding{Evidence: []finding.Evidence{
			{Pointer: "/a", Line: 1, Value: "财务部", Note: "第一项说明"},
			{Pointer: "/b", Line: 2, Value: "10.0.0.0/8", Note: "another note"},
			{Pointer: "/c", Line: 3, Value: nil, Note: "第三项"},
		}}
		tab.evidence(f, tab.measure([]finding.Finding{f}))
		lines := strings.Split(tab.b.String(), "\n")
		at := map[string]bool{}
		for _, line := range lines {
			for _, note := range []string{"第一项说明", "another note", "第三项"} {
				if before, _, ok := strings.Cut(line, note); ok {
					at[note] = true
					if got := lipgloss.Width(before); got != 4+labelWidth+2+len(`"10.0.0.0/8"`)+2 {
						t.Errorf("table of %d: %q begins at column %d:\n%s", width, note, got, tab.b.String())
					}
				}
			}
		}
		if len(at) != 3 {
			t.Errorf("table of %d: notes are missing:\n%s", width, tab.b.String())
		}
	}
}

// Lines break between wide characters, and leave punctuation where it belongs.
func TestWrapWide(t *testing.T) {
	for text, want := range map[string][]string{
		"公网白名单放行所有地址":           {"公网白名单", "放行所有地", "址"},
		"公网白名单\uff0c放行":         {"公网白名", "单\uff0c放行"},
		"放行 0.0.0.0/0 地址":       {"放行", "0.0.0.0/0", "地址"},
		"公网(a) 白\uff08名\uff09单": {"公网(a) 白", "\uff08名\uff09单"},
		"one two three":         {"one two", "three"},
		"one\ntwo three":        {"one", "two three"},
	} {
		if got := strings.Split(Wrap(text, 10), "\n"); !slices.Equal(got, want) {
			t.Errorf("%q is broken into %q, not %q", text, got, want)
		}
	}
}
