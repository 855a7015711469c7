package finding_test

import (
	"encoding/json"
	"strings"
	"testing"

	"esaudit/finding"
)

func TestReadPast(t *testing.T) {
	r := finding.Report{Schema: finding.Schema, Coverage: finding.Coverage{Complete: true},
		Snapshot: finding.Snapshot{Accounts: []finding.Account{{ID: "1", TakenAt: "2026-11-22T08:00:00+08:00"}, {ID: "2", TakenAt: "2026-11-22T01:00:00Z"}}},
		Findings: []finding.Finding{judgedFinding("a", finding.Fail, finding.High), judgedFinding("b", finding.Unknown, finding.Info)}}
	r.Summary = finding.Summarise(r.Findings)
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	p, err := finding.ReadPast(data)
	if err != nil || p.TakenAt != "2026-11-22T01:00:00Z" || !p.Complete || p.Summary.Fail[finding.High] != 1 || p.Summary.Unknown != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	for text, want := range map[string]string{
		``:                               "not a report",
		`{"schema":"esaudit.report/v2"}`: `is not esaudit.report/v1`,
		`{"schema":"esaudit.report/v1"}`: "nothing was counted",
		`{"schema":"esaudit.report/v1","summary":{}}`:                                              "no date",
		`{"schema":"esaudit.report/v1","summary":{},"snapshot":{"accounts":[{"takenAt":"once"}]}}`: `/snapshot/accounts/0/takenAt: "once" is no time`,
		`{"schema":"esaudit.report/v1","summary":{"fail":{"awful":1}}}`:                            "awful",
	} {
		if _, err := finding.ReadPast([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
