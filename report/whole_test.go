package report

import (
	"strings"
	"testing"

	"esaudit/finding"
	"esaudit/snapshot"
)

const wholeSnapshot = `{"schema": "esaudit.snapshot/v1", "accounts": [{"id": "1234567890123456", "takenAt": "2026-11-22T00:00:00Z", "regions": ["cn-hangzhou"], "coverage": [],
  "objects": {"elasticsearch": {"cn-hangzhou": {"es-cn-1": {"attributes": {"rules": [], "one": {"Port": 22, "Note": "<b>&"}, "many": {"text": "LONG"}}}}}}}]}`

// What stands at a pointer is shown in a way that people understand: the note on
// it, else what it is made of, else what it is. No format for people has dots in
// brackets.
func TestWholeValues(t *testing.T) {
	root, err := snapshot.ParseJSON([]byte(strings.Replace(wholeSnapshot, "LONG", strings.Repeat("long ", 60), 1)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.New(root)
	if err != nil {
		t.Fatal(err)
	}
	at := func(field string, value finding.Whole, note string) finding.Evidence {
		return finding.Evidence{Pointer: es1 + "/attributes/" + field, Line: 2, Value: value, Note: note}
	}
	f := finding.Finding{Rule: "ES-NET-001", Status: finding.Fail, Severity: finding.High, Message: "The rules are empty.", Fingerprint: "f1",
		Subject: finding.Subject{ARN: "acs:elasticsearch:cn-hangzhou:1234567890123456:instances/es-cn-1", Kind: "elasticsearch", ID: "es-cn-1", Region: "cn-hangzhou", Account: "1234567890123456"}}
	for _, c := range []struct {
		evidence   finding.Evidence
		want, none string
	}{
		{at("many", "{...}", "the switch is missing"), "the switch is missing", "object"},
		{at("one", "{...}", "the switch is missing"), "the switch is missing", "Port"},
		{at("one", "{...}", ""), `{"Note":"<b>&","Port":22}`, "object"},
		{at("one", "{...}", "rules are empty"), `{"Note":"<b>&","Port":22}`, "object"},
		{at("rules", "[]", ""), "[]", "list"},
		{at("many", "{...}", ""), "an object", "long"},
		{at("nowhere", "[...]", ""), "a list", "rules\":"},
	} {
		f.Evidence = []finding.Evidence{c.evidence}
		r := &finding.Report{Snapshot: finding.Snapshot{Accounts: []finding.Account{{ID: "1234567890123456"}}}, Findings: []finding.Finding{f}}
		r.Summary = finding.Summarise(r.Findings)
		for _, name := range Formats() {
			text := render(t, name, r, Options{Snapshot: s, Width: 200})
			if name != "ocsf" && (strings.Contains(text, "{...}") || strings.Contains(text, "[...]")) {
				t.Errorf("%s of %+v: has dots in brackets", name, c.evidence)
			}
			if name != "table" && name != "csv" && name != "markdown" {
				continue
			}
			text = strings.NewReplacer(`""`, `"`).Replace(text)
			if !strings.Contains(text, c.want) || strings.Contains(text, c.none) {
				t.Errorf("%s of %+v: lacks %q, or has %q:\n%s", name, c.evidence, c.want, c.none, text)
			}
		}
		if r.Findings[0].Evidence[0].Value != c.evidence.Value {
			t.Error("the report itself was changed")
		}
	}
}
