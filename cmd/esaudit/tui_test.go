package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"esaudit/finding"
	"esaudit/lang"
	"esaudit/tui"
	"esaudit/tui/survey"
)

// exploring returns an explorer of an estate, in a directory of its own.
func exploring(t *testing.T, name string) (*explorer, *survey.Survey) {
	t.Helper()
	estates, err := filepath.Abs("../../testdata/estates")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	a := &app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, getenv: environment("LANG=C.UTF-8")}
	x := &explorer{app: a, flags: &tuiFlags{audit: &auditFlags{live: newLiveFlags()}}, args: []string{filepath.Join(estates, name)}}
	s, err := x.survey(t.Context(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return x, s
}

// A waiver is added to the file, what stands there stays, and the next audit
// knows it.
func TestWaiversOfTheExplorer(t *testing.T) {
	x, s := exploring(t, "demo")
	const before = "# ours\nwaivers:\n  - rule: ES-NET-011 # old\n    reason: known\n"
	if err := os.WriteFile("waivers.yaml", []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	f := s.Finding(0)
	const reason = "moved: see \"#12\"\nuntil May"
	if file, err := x.Waive(t.Context(), f, reason, false); err != nil || file != "waivers.yaml" {
		t.Fatalf("written to %q: %v", file, err)
	}
	text, err := os.ReadFile("waivers.yaml")
	if err != nil || !strings.HasPrefix(string(text), before) {
		t.Errorf("what stood there is not as it was: %v\n%s", err, text)
	}
	again, err := x.Reload(t.Context(), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	for i := range again.Findings() {
		g := again.Finding(i)
		if is, want := g.Waived != nil, g.Rule == f.Rule && g.Subject.ARN == f.Subject.ARN || g.Rule == "ES-NET-011"; is != want && g.Status != finding.Pass && g.Status != finding.NA {
			t.Errorf("%s of %s is waived: %t", g.Rule, g.Subject.ID, is)
		}
	}
	_, err = x.Waive(t.Context(), f, "another", false)
	if standing, ok := errors.AsType[*tui.StandingError](err); !ok || standing.Reason != reason || standing.File != "waivers.yaml" {
		t.Errorf("a second waiver for the same is written: %v", err)
	}
	if now, err := os.ReadFile("waivers.yaml"); err != nil || !bytes.Equal(now, text) {
		t.Errorf("the file is another: %v\n%s", err, now)
	}
	if _, err := x.Waive(t.Context(), f, "another", true); err != nil {
		t.Errorf("a waiver is not replaced: %v", err)
	}
	if now, err := os.ReadFile("waivers.yaml"); err != nil || !strings.HasPrefix(string(now), before) || strings.Count(string(now), "rule: "+f.Rule) != 1 || !strings.Contains(string(now), "reason: another") {
		t.Errorf("a waiver was replaced: %v\n%s", err, now)
	}
	over := "waivers:\n  - rule: " + f.Rule + "\n    resource: " + f.Subject.ID + "\n    reason: then\n    owner: me # still\n    expires: 2020-01-31\n"
	if err := os.WriteFile("waivers.yaml", []byte(over), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Waive(t.Context(), f, "now", false); err == nil || !strings.Contains(err.Error(), "then (expires: 2020-01-31)") {
		t.Errorf("a waiver that is over: %v", err)
	}
	if _, err := x.Waive(t.Context(), f, "now", true); err != nil {
		t.Errorf("a waiver that is over is not renewed: %v", err)
	}
	if now, err := os.ReadFile("waivers.yaml"); err != nil || strings.Contains(string(now), "2020") || !strings.Contains(string(now), "owner: me # still") {
		t.Errorf("a waiver was renewed: %v\n%s", err, now)
	}
	if err := os.WriteFile("waivers.yaml", []byte("waivers:\n  - rule: no such rule\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Waive(t.Context(), f, "known", false); err == nil || !strings.Contains(err.Error(), "mend it first") {
		t.Errorf("a file that is wrong is written: %v", err)
	}
}

// What a view shows is written in the format of the file's ending; a file that is
// there stays.
func TestExportsOfTheExplorer(t *testing.T) {
	x, s := exploring(t, "demo")
	question := tui.Question{From: "internet:203.0.113.9", To: "es:es-cn-orderssearch1:9200"}
	for file, c := range map[string]struct {
		what tui.Export
		want string
	}{
		"a.json":  {tui.Export{Cluster: "es-cn-orderssearch1"}, `"entry": "es-public"`},
		"a.svg":   {tui.Export{Cluster: "es-cn-orderssearch1"}, "<svg"},
		"a.md":    {tui.Export{Question: &question}, "REACHABLE"},
		"a.csv":   {tui.Export{Findings: []tui.Selected{{Finding: 1}}}, s.Finding(1).Fingerprint},
		"g.json":  {tui.Export{Gaps: true}, `"status": "unknown"`},
		"g.md":    {tui.Export{Gaps: true}, "incomplete"},
		"a.sarif": {tui.Export{All: true}, "ES-NET-001"},
	} {
		if err := x.Export(t.Context(), s, c.what, file); err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if data, err := os.ReadFile(file); err != nil || !bytes.Contains(data, []byte(c.want)) {
			t.Errorf("%s does not hold %q: %v", file, c.want, err)
		}
	}
	if err := x.Export(t.Context(), s, tui.Export{All: true}, "a.csv"); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("a file is overwritten: %v", err)
	}
	if err := x.Export(t.Context(), s, tui.Export{All: true}, "a.docx"); err == nil || !strings.Contains(err.Error(), "sarif") {
		t.Errorf("an unknown ending: %v", err)
	}
}

// A baseline is a report or an estate.
func TestBaselineOfTheExplorer(t *testing.T) {
	x, s := exploring(t, "demo")
	if err := x.Export(t.Context(), s, tui.Export{All: true}, "old.json"); err != nil {
		t.Fatal(err)
	}
	x.flags.baseline = "old.json"
	same, err := x.survey(t.Context(), nil, nil)
	if err != nil || same.Changes() != 0 || !same.About().FindingsOnly {
		t.Errorf("%d changes to its own report: %v", same.Changes(), err)
	}
	x.flags.baseline = filepath.Join(filepath.Dir(x.args[0]), "clean")
	other, err := x.survey(t.Context(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if other.About().FindingsOnly {
		t.Error("of an estate reachability is compared too")
	}
	kinds := map[tui.ChangeKind]bool{}
	for i := range other.Changes() {
		kinds[other.Change(i).Kind] = true
	}
	if !kinds[tui.Gained] || !kinds[tui.NewFinding] || !kinds[tui.ChangedSetting] {
		t.Errorf("another estate differs in %v only", kinds)
	}
	for file, want := range map[string]string{"changes.json": `"schema": "esaudit.diff/v1"`, "changes.svg": "<svg"} {
		if err := x.Export(t.Context(), other, tui.Export{Changes: true}, file); err != nil {
			t.Error(err)
		}
		if data, err := os.ReadFile(file); err != nil || !bytes.Contains(data, []byte(want)) {
			t.Errorf("%s does not hold %q: %v", file, want, err)
		}
	}
	if found, err := other.SearchChanges(t.Context(), "PUBLIC"); err != nil || len(found) == 0 || len(found) == other.Changes() {
		t.Errorf("a text finds %d of %d changes: %v", len(found), other.Changes(), err)
	}
	if c := other.Change(0); c.Kind != tui.Gained || c.Ask.From == "" {
		t.Errorf("the first change is %+v", c)
	} else if answer, err := other.Ask(t.Context(), c.Ask); err != nil || answer.Verdict.String() != "reachable" {
		t.Errorf("what was gained is answered with %v, %v", answer.Verdict, err)
	}
	for _, name := range []string{"missing.json", "junk"} {
		x.flags.baseline = name
		if _, err := x.survey(t.Context(), nil, nil); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), name+" is not there") {
			t.Errorf("a baseline that is not there: %v", err)
		}
	}
	if err := os.WriteFile("junk", []byte("junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	x.flags.baseline = "junk"
	if _, err := x.survey(t.Context(), nil, nil); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "neither a report nor an estate") {
		t.Errorf("junk is a baseline: %v", err)
	}
}

func TestLanguageOfTheExplorer(t *testing.T) {
	for env, want := range map[string]*tui.Texts{
		"LANG=zh_CN.UTF-8": tui.Chinese(), "LANG=en_US.UTF-8": tui.English(), "LANG=zh_CN.UTF-8 LC_ALL=C.UTF-8": tui.English(), "LANG=zh_CN.GB2312": tui.English(),
	} {
		if got := (&app{getenv: environment(env)}).explorerTexts(); *got != *want {
			t.Errorf("%s: %s", env, got.Clusters)
		}
	}
	if got := (&app{getenv: environment("LANG=zh_CN.UTF-8"), lang: choice{value: lang.English}}).explorerTexts(); *got != *tui.English() {
		t.Errorf("--lang en: %s", got.Clusters)
	}
	chinese := &app{getenv: environment("LANG=C"), lang: choice{value: lang.Chinese}}
	if got := chinese.explorerTexts(); *got != *tui.Chinese() || !chinese.screen(0, true).unicode {
		t.Errorf("--lang zh: %s", got.Clusters)
	}
}
