package report

import (
	"encoding/json"
	"esaudit/report/plain"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"esaudit/finding"
	"esaudit/graph"
)

// assaults are texts that strangers could give to objects, each made to do harm
// in one of the formats.
func assaults() []string {
	return []string{
		"\x1b[2J\x1b[H", "\x1b]8;;http://x.example\x07click\x1b]8;;\x07", "\x1b]0;title\x07", "\x9b31m", "\x07\x08\x0d",
		"\u202egnp.exe\u202c", "\u2066\u2067\u2069", "a\u200bb\u200d\ufeff", "\u3164\u115f", "e\u0301\u0300", "\ufe0f\U000e0100\U000e0041", "\u2028\u2029\u0085", "\u00a0\u00ad",
		"\x00", "\xff\xfe", "\xc3\x28", "\xed\xa0\x80", "😀\U0001f468\u200d\U0001f469",
		"<script>alert(1)</script>", `"'><img src=x onerror=alert(1)>`, "</style><style>*{display:none}", "]]>--><!--", "{{.}}", "javascript:alert(1)",
		"[a](1) [b](http://x.example)", "{0} {1}", `\[x\]\\`, "`code` **bold** @you #1", "=cmd|' /C calc'!A0", "a:b//c%2f..",
		"/../../etc/passwd", "~0~1/", "line\nfeed\ttab", strings.Repeat("長い", 300), strings.Repeat("x", 3000), "   ", "",
	}
}

// strangersReport is a report in which every text is a stranger's.
func strangersReport(draw func() string) *finding.Report {
	subject := finding.Subject{ARN: "acs:" + draw(), Kind: draw(), ID: draw(), Region: draw(), Name: draw(), Account: draw()}
	one := func(status finding.Status, severity finding.Severity) finding.Finding {
		rule := draw()
		f := finding.Finding{
			Rule: rule, Status: status, Severity: severity, Subject: subject, Message: draw(), Confidence: draw(),
			Evidence: []finding.Evidence{
				{Pointer: "/" + draw(), Line: 3, Value: draw(), Note: draw(), Fingerprint: draw()},
				{Pointer: draw(), Value: map[string]any{draw(): []any{draw(), 1.5, nil}}, Note: draw()},
			},
			Path: []graph.Hop{
				{Kind: draw(), From: draw(), To: draw(), Control: draw(), Verdict: graph.Reachable, Why: draw(), Pointer: draw(), Line: 1},
				{From: draw(), To: draw(), Control: draw(), Verdict: graph.Blocked, Why: draw()},
			},
			Remediation: finding.Remediation{Text: draw(), Fix: draw(), API: []string{draw(), draw()}},
			Baseline:    draw(),
			Attribution: []finding.Attribution{
				{Time: draw(), Actor: draw(), ActorType: draw(), Action: draw(), Source: draw(), RequestID: draw(), Note: draw()}, {Note: draw()},
			},
		}
		f.Fingerprint = finding.Fingerprint(rule, subject.ARN)
		return f
	}
	failed, latent, unknown, waived := one(finding.Fail, finding.Critical), one(finding.Latent, finding.Low), one(finding.Unknown, finding.Info), one(finding.Fail, finding.High)
	unknown.Cause, unknown.SettledBy = draw(), []string{draw(), draw() + ":" + draw() + " " + draw() + " in " + draw() + " (denied, needs " + draw() + ")"}
	waived.Waived = &finding.Waiver{Reason: draw(), Owner: draw(), Expires: draw(), Scope: draw()}
	list := []finding.Finding{failed, latent, unknown, waived, one(finding.Pass, finding.NoSeverity), one(finding.NA, finding.NoSeverity)}
	return &finding.Report{
		Schema: finding.Schema, Tool: finding.Tool{Name: draw(), Version: draw()},
		Snapshot: finding.Snapshot{Digest: draw(), Accounts: []finding.Account{{ID: draw(), TakenAt: draw(), Regions: []string{draw(), draw()}}, {ID: draw()}}},
		Coverage: finding.Coverage{Calls: []finding.Call{
			{Account: draw(), Region: draw(), Product: draw(), Operation: draw(), Denied: 2, Subjects: []string{draw(), draw()}},
			{Account: draw(), Region: draw(), Product: draw(), Operation: draw(), Absent: true},
		}},
		Rules: []finding.Rule{{ID: failed.Rule, Name: draw(), Title: draw(), Description: draw(), Remediation: draw(), Severity: finding.Critical,
			Basis: []string{draw()}, Controls: []string{draw()}, API: []string{draw()}, Fix: draw(), Tags: []string{draw()}, Kinds: []string{draw()}}},
		Findings: list, Summary: finding.Summarise(list),
	}
}

// Whatever strangers write, no format does what they want.
func TestHostileReports(t *testing.T) {
	colours := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(rapid.SampledFrom(assaults()), rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune("ab \x1b\u202e\x00<&\"'[]{}\\\n")), 0, 20, -1))
		r := strangersReport(func() string { return text.Draw(rt, "text") })
		width := rapid.IntRange(1, 220).Draw(rt, "width")
		for _, unicode := range []bool{true, false} {
			o := Options{Width: width, Unicode: unicode, All: true}
			page := render(t, "table", r, o)
			for _, line := range strings.Split(page, "\n") {
				if w := ansi.StringWidth(line); w > max(width, 40) {
					rt.Fatalf("%d columns of %d: %q", w, width, line)
				}
			}
			inert(rt, "table", page, unicode)
			o.Color = true
			inert(rt, "table in colour", colours.ReplaceAllString(render(t, "table", r, o), ""), unicode)
		}
		for _, format := range []string{"json", "sarif", "html"} {
			inert(rt, format, render(t, format, r, Options{Profile: ProfileFull}), true)
		}
		if doc := render(t, "json", r, Options{}); !json.Valid([]byte(doc)) {
			rt.Fatalf("no JSON: %s", doc)
		}
		sarif := render(t, "sarif", r, Options{Profile: ProfileFull})
		if err := validate(t, sarifSchemaOf(), sarif); err != nil {
			rt.Fatalf("%v\n%s", err, sarif)
		}
		for _, result := range readSARIF(t, sarif).Runs[0].Results {
			checkSARIFPlaces(t, nil, result)
		}
	})
}

// inert checks that a text is UTF-8 and has no character that moves, turns or
// hides others.
func inert(t *rapid.T, format, text string, wide bool) {
	if !utf8.ValidString(text) {
		t.Fatalf("%s: not UTF-8", format)
	}
	at := strings.IndexFunc(text, func(c rune) bool { return c != '\n' && (plain.Hidden(c) || !wide && c > '~') })
	if at >= 0 {
		t.Fatalf("%s: character near %q", format, text[max(0, at-30):min(len(text), at+8)])
	}
}

// JSON says what was there, character by character: escapes are the same text.
func TestHostileTextsArriveInJSON(t *testing.T) {
	for _, text := range assaults() {
		r := &finding.Report{Findings: []finding.Finding{{Message: text, Evidence: []finding.Evidence{{Value: text}}}}}
		var back finding.Report
		if err := json.Unmarshal([]byte(render(t, "json", r, Options{})), &back); err != nil {
			t.Fatal(err)
		}
		want := strings.ToValidUTF8(text, "\ufffd")
		if !utf8.ValidString(text) {
			want = back.Findings[0].Message // what is no UTF-8 has no JSON
		}
		if back.Findings[0].Message != want || back.Findings[0].Evidence[0].Value != want {
			t.Errorf("%q arrives as %q", text, back.Findings[0].Message)
		}
	}
}

// What a text escaped to is told apart from what another one is.
func TestEscapedTextsDiffer(t *testing.T) {
	texts := append(assaults(), `\u202egnp.exe\u202c`, `\x1b[2J\x1b[H`, `\n`, "\n", `\\`, `\`)
	for _, wide := range []bool{true, false} {
		seen := map[string]string{}
		for _, text := range slices.Compact(texts) {
			escaped := plain.Text(text, wide)
			if other, ok := seen[escaped]; ok {
				t.Errorf("%q and %q both become %q", other, text, escaped)
			}
			seen[escaped] = text
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, text := range assaults() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, wide := range []bool{true, false} {
			got := plain.Text(text, wide)
			if strings.ContainsFunc(got, func(c rune) bool { return plain.Hidden(c) || !wide && c > '~' }) || !utf8.ValidString(got) {
				t.Errorf("%q becomes %q", text, got)
			}
			value := valueText(text, wide)
			var back string
			if err := json.Unmarshal([]byte(value), &back); err != nil {
				t.Fatalf("%q becomes %s: %v", text, value, err)
			}
			if utf8.ValidString(text) && back != text {
				t.Errorf("%q becomes %s", text, value)
			}
		}
	})
}
