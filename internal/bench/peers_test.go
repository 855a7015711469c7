package main

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"esaudit/audit"
	"esaudit/report"
)

// A report tells of each result that is no pass, and of no other.
func TestReportTellsWhatRulesSay(t *testing.T) {
	s, _, err := large(12, 1)
	if err != nil {
		t.Fatal(err)
	}
	results, err := judged(s)
	if err != nil {
		t.Fatal(err)
	}
	r, err := audit.Run(context.Background(), s, audit.Options{Optional: true, Lean: true})
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := report.Write(&text, "json", r.Report, report.Options{}); err != nil {
		t.Fatal(err)
	}
	found, err := foundIn(text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if want := foundOf(results); len(want) < 30 || !slices.Equal(found, want) {
		t.Errorf("%d findings, %d results that are no pass, and they differ", len(found), len(want))
	}
}

// A line is the same one however its number is written, and no other text is changed.
func TestLinesOfConftest(t *testing.T) {
	text := `[{"failures": [{"metadata": {"result": {"rule": "R", "message": "\"line\": 1.5e+06", "path": [{"line": 1.150858e+06, "why": "x"}, {"line": 7}]}}}]}]`
	got, err := ofConftest([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if r := got[0]; r.Path[0].Line != 1150858 || r.Path[1].Line != 7 || r.Message != `"line": 1.5e+06` {
		t.Errorf("%+v", r)
	}
}
