package report

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"esaudit/finding"
	"esaudit/lang"
)

// rowsOf are the texts of a table's rows, without its head.
func rowsOf(section *html.Node) []string {
	var out []string
	for _, n := range elements(section) {
		if n.Data == "tr" && n.Parent.Data == "tbody" {
			out = append(out, textOf(n))
		}
	}
	return out
}

// Of several accounts the worst is the first, each with what was read of it.
func TestHTMLAccounts(t *testing.T) {
	r, _ := fixture(t)
	if strings.Contains(renderHTML(t, r, Options{}), `id="accounts"`) {
		t.Error("one account has a table of accounts")
	}
	worse := r.Findings[0]
	r.Findings = r.Findings[1:]
	worse.Subject.Account, worse.Fingerprint = "2345678901234567", "ff"
	r.Findings = append(r.Findings, worse)
	finding.Sort(r.Findings)
	r.Snapshot.Accounts = append(r.Snapshot.Accounts, finding.Account{ID: "2345678901234567", TakenAt: "2026-11-22T00:00:00Z"}, finding.Account{ID: "3456789012345678", TakenAt: "2026-11-22T00:00:00Z"})
	r.Coverage.Calls = append(r.Coverage.Calls, finding.Call{Account: "2345678901234567", Product: "ecs", Operation: "DescribeInstances", OK: 1234})
	r.Summary = finding.Summarise(r.Findings)
	doc := parseHTML(t, renderHTML(t, r, Options{}))
	rows := rowsOf(withID(t, doc, "accounts"))
	want := []string{"2345678901234567 1 critical 1,234 0", "! 1234567890123456 1 high · 1 low 3 1 + 1 never made", "3456789012345678 nothing failed 0 0"}
	if len(rows) != len(want) {
		t.Fatalf("rows: %q", rows)
	}
	for i, w := range want {
		if !strings.HasPrefix(strings.ReplaceAll(rows[i], " ", ""), strings.ReplaceAll(w, " ", "")) {
			t.Errorf("row %d: %q, want %q", i, rows[i], w)
		}
	}
	checkHTMLLinks(t, doc)
}

// A trend is in the order of dates, whatever that of the files is, with bars as
// high as their counts, and with the number of checks behind them: a report of
// one rule is no progress.
func TestHTMLTrend(t *testing.T) {
	r, _ := fixture(t)
	past := func(at string, complete bool, critical, low int) finding.Past {
		return finding.Past{TakenAt: at, Complete: complete, Summary: finding.Summary{Fail: map[finding.Severity]int{finding.Critical: critical, finding.Low: low}, Pass: 4000, Unknown: 5, NA: 7}}
	}
	o := Options{Past: []finding.Past{past("2026-12-01T00:00:00Z", true, 0, 0), past("2026-01-05T00:00:00Z", false, 10, 20)}}
	doc := parseHTML(t, renderHTML(t, r, o))
	rows := rowsOf(withID(t, doc, "trend"))
	for i, want := range []string{"! 5 January 2026, 00:00 UTC 10 0 0 20 0 30 4,035", "! 22 November 2026, 00:00 UTC", "1 December 2026, 00:00 UTC 000000 4,005"} {
		if !strings.HasPrefix(strings.ReplaceAll(rows[i], " ", ""), strings.ReplaceAll(want, " ", "")) {
			t.Errorf("row %d: %q, want %q", i, rows[i], want)
		}
	}
	heights := map[string]int{}
	trend := newTrend(r, o)
	for _, part := range trend.Points[0].Parts {
		heights[part.Tone] = part.Height
		if part.Y < 0 || part.Y+part.Height > trendHeight {
			t.Errorf("a bar from %d to %d", part.Y, part.Y+part.Height)
		}
	}
	if d := heights["low"] - 2*heights["critical"]; d < -2 || d > 2 || len(trend.Points[2].Parts) != 0 {
		t.Errorf("bars: %v", heights)
	}
	checkHTMLLinks(t, doc)
	texts, err := lang.Of(lang.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	o.Texts = texts
	if text := textOf(withID(t, parseHTML(t, renderHTML(t, r, o)), "trend")); strings.Contains(text, "critical") {
		t.Errorf("in Chinese the columns are %q", text)
	}
}
