package report

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"esaudit/finding"
	"esaudit/report/plain"
)

func TestGoldens(t *testing.T) {
	r, s := fixture(t)
	for _, format := range []string{"junit", "markdown", "github", "gitlab", "csv", "ocsf"} {
		golden(t, "report."+format+".golden", render(t, format, r, Options{Snapshot: s, SnapshotURI: "snapshots/prod.json"}))
	}
	for _, format := range []string{"dot", "svg"} {
		golden(t, "report."+format+".golden", render(t, format, r, Options{View: htmlView()}))
	}
}

// What holds of every report in a format.
func soundFormats(t *rapid.T, render func(format string) string, r *finding.Report) {
	checkJUnit(t, render("junit"), r)
	checkCSV(t, render("csv"), r)
	checkGitHub(t, render("github"), r)
	checkMarkdown(t, render("markdown"))
	var issues []gitlabIssue
	if err := json.Unmarshal([]byte(render("gitlab")), &issues); err != nil || issues == nil {
		t.Fatalf("gitlab: %v", err)
	}
	for _, x := range issues {
		if x.Location.Lines.Begin < 1 || x.Location.Path == "" || x.Fingerprint == "" || !slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, x.Severity) {
			t.Fatalf("gitlab: %+v", x)
		}
	}
	var events []ocsfEvent
	if err := json.Unmarshal([]byte(render("ocsf")), &events); err != nil || len(events) != len(r.Findings) {
		t.Fatalf("ocsf: %v, %d events of %d findings", err, len(events), len(r.Findings))
	}
	for _, e := range events {
		if e.TypeUID != e.ClassUID*100+e.ActivityID || len(e.Resources) == 0 || e.SeverityID < 1 || e.SeverityID > 5 {
			t.Fatalf("ocsf: %+v", e)
		}
	}
}

// The schemas of those who read the formats, and narrower ones of what this
// program writes.
var (
	gitlabSchema = compiled("testdata/gitlab-as-written.json")
	gitlabReader = compiled("testdata/gitlab-codeclimate.json") // of one item
	ocsfSchema   = compiled("testdata/ocsf-as-written.json")
	ocsfReader   = compiled("testdata/ocsf-detection-finding-1.5.0.json")
)

// Reports are as the formats' schemas describe them, and what is broken is not.
func TestFormatSchemas(t *testing.T) {
	fixed, s := fixture(t)
	demo, _ := audited(t, "demo", true)
	for name, r := range map[string]*finding.Report{"fixture": fixed, "demo": demo, "nothing": {Tool: finding.Tool{Name: "esaudit"}}} {
		for format, schema := range map[string]func() *jsonschema.Schema{"gitlab": gitlabSchema, "ocsf": ocsfSchema} {
			if err := validate(t, schema(), render(t, format, r, Options{Snapshot: s})); err != nil {
				t.Errorf("%s of %s: %v", format, name, err)
			}
		}
		if err := validate(t, ocsfReader(), render(t, "ocsf", r, Options{Snapshot: s})); err != nil {
			t.Errorf("ocsf of %s, as its framework has it: %v", name, err)
		}
		var issues []json.RawMessage
		if err := json.Unmarshal([]byte(render(t, "gitlab", r, Options{Snapshot: s})), &issues); err != nil || len(issues) == 0 && name != "nothing" {
			t.Errorf("gitlab of %s: %d issues, %v", name, len(issues), err)
		}
		for _, issue := range issues {
			if err := validate(t, gitlabReader(), string(issue)); err != nil {
				t.Errorf("gitlab of %s, as GitLab reads it: %v", name, err)
			}
		}
	}
	for _, c := range []struct {
		format, from, to string
		schema           func() *jsonschema.Schema
	}{
		{"gitlab", `"severity": "`, `"severity": "very `, gitlabSchema},
		{"gitlab", `"path": "`, `"path": "./`, gitlabSchema},
		{"gitlab", `"begin": `, `"begin": -`, gitlabSchema},
		{"gitlab", `"check_name"`, `"check"`, gitlabSchema},
		{"ocsf", `"severity_id": 5`, `"severity_id": 4`, ocsfSchema},
		{"ocsf", `"class_uid": 2004`, `"class_uid": 2003`, ocsfSchema},
		{"ocsf", `"finding_info"`, `"finding"`, ocsfSchema},
		{"ocsf", `"time": `, `"time": "soon", "at": `, ocsfSchema},
		{"ocsf", `"severity_id": 5`, `"severity_id": 7`, ocsfReader},
		{"ocsf", `"type_uid": 200401`, `"type_uid": 200301`, ocsfReader},
		{"ocsf", `"provider"`, `"vendor"`, ocsfReader},
		{"ocsf", `"created_time": `, `"created_time": "soon", "age": `, ocsfReader},
	} {
		text := render(t, c.format, fixed, Options{Snapshot: s})
		broken := strings.Replace(text, c.from, c.to, 1)
		if broken == text || validate(t, c.schema(), broken) == nil {
			t.Errorf("%s with %s is accepted", c.format, c.to)
		}
	}
}

// Counts are exact: readers refuse others.
func checkJUnit(t rapid.TB, text string, r *finding.Report) {
	var doc junitSuites
	if err := xml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("junit: %v\n%s", err, text)
	}
	var each [4]int
	for _, s := range doc.Suites {
		var in [4]int
		for _, c := range s.Cases {
			in[0]++
			said := 0
			for i, part := range []*junitSaid{c.Failure, c.Error, c.Skipped} {
				if part != nil {
					in[i+1]++
					said++
				}
			}
			if said > 1 {
				t.Fatalf("junit: a case says two things: %+v", c)
			}
		}
		if in != [4]int{s.Tests, s.Failures, s.Errors, s.Skipped} {
			t.Fatalf("junit: suite %s counts %v, has %v", s.Name, s, in)
		}
		for i := range each {
			each[i] += in[i]
		}
	}
	all := [3]int{doc.Tests, doc.Failures, doc.Errors}
	if all != [3]int(each[:3]) || doc.Tests != len(r.Findings) {
		t.Fatalf("junit: counts %v, has %v of %d findings", all, each, len(r.Findings))
	}
	failed := 0
	for _, n := range r.Summary.Fail {
		failed += n
	}
	if doc.Failures != failed || doc.Errors != r.Summary.Unknown {
		t.Fatalf("junit: %d failures and %d errors, the report has %d and %d", doc.Failures, doc.Errors, failed, r.Summary.Unknown)
	}
}

func checkCSV(t rapid.TB, text string, r *finding.Report) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != len(r.Findings)+1 || !slices.Equal(rows[0], csvHeader()) {
		t.Fatalf("csv: %v, %d rows of %d findings", err, len(rows), len(r.Findings))
	}
	for _, row := range rows {
		for _, c := range row {
			if c != "" && strings.ContainsRune("=+-@\t\r\n", rune(c[0])) {
				t.Fatalf("csv: a formula: %q", c)
			}
		}
	}
}

// A stranger's text begins no command, and ends none.
func checkGitHub(t rapid.TB, text string, r *finding.Report) {
	command := regexp.MustCompile(`^::(error|warning|notice) (file=[^,:]+,line=[0-9]+,)?title=[^,:]*::`)
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	levels := map[string]int{}
	for _, line := range lines {
		m := command.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("github: %q", line)
		}
		if levels[m[1]]++; levels[m[1]] > mostAnnotations {
			t.Fatalf("github: %d of level %s: %q is not shown", levels[m[1]], m[1], line)
		}
	}
	open := 0
	for _, f := range r.Findings {
		if githubLevel(f) != "" {
			open++
		}
	}
	left := open - (len(lines) - 1)
	if !strings.HasPrefix(lines[0], "::notice title=esaudit::") || (left > 0) != strings.Contains(lines[0], count(left, "finding")+" not shown here") {
		t.Fatalf("github: %d of %d findings are left out, and the summary is %q", left, open, lines[0])
	}
}

// Only the marks of the format itself stand in it.
func checkMarkdown(t rapid.TB, text string) {
	if len(text) > 65_536 {
		t.Fatalf("markdown: %d bytes", len(text))
	}
	code := regexp.MustCompile("`[^`\n]*`")
	tags := regexp.MustCompile(`</?(details|summary|b|sub)( open)?>`)
	rest := tags.ReplaceAllString(code.ReplaceAllString(text, ""), "")
	if strings.ContainsAny(rest, "<`") || strings.Contains(rest, "](") {
		t.Fatalf("markdown: %q", rest)
	}
	if open, shut := strings.Count(text, "<details"), strings.Count(text, "</details>"); open != shut {
		t.Fatalf("markdown: %d of %d details are shut", shut, open)
	}
}

func TestHostileFormats(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(rapid.SampledFrom(assaults()), rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune("=+-@:,%\r\n\x1b\u202e<&\"'[](){}`|\\")), 0, 20, -1))
		r := strangersReport(func() string { return text.Draw(rt, "text") })
		soundFormats(rt, func(format string) string {
			page := render(t, format, r, Options{SnapshotURI: text.Draw(rt, "path")})
			if format == "csv" {
				page = strings.ReplaceAll(page, "\r\n", "\n")
			}
			inert(rt, format, page, true)
			return page
		}, r)
	})
}

// manyFindings is a report of n findings like those of the fixture.
func manyFindings(t testing.TB, n int) *finding.Report {
	r, _ := fixture(t)
	many := *r
	many.Findings = nil
	for i := range n {
		f := r.Findings[i%len(r.Findings)]
		f.Subject.ARN, f.Subject.ID = fmt.Sprint(f.Subject.ARN, i), fmt.Sprint(f.Subject.ID, i)
		f.Fingerprint = finding.Fingerprint(f.Rule, f.Subject.ARN)
		many.Findings = append(many.Findings, f)
	}
	finding.Sort(many.Findings)
	many.Summary = finding.Summarise(many.Findings)
	return &many
}

// Many findings stay within what readers take, and what is left out is told.
func TestLargeFormats(t *testing.T) {
	many := manyFindings(t, 10_000)
	checkMarkdown(t, render(t, "markdown", many, Options{}))
	checkGitHub(t, render(t, "github", many, Options{}), many)
}

// Formats that have no room for all leave out the same: the mildest. What has no
// effect now weighs as much as its severity.
func TestCutsAreAlike(t *testing.T) {
	many := manyFindings(t, 15_000)
	for i := range many.Findings {
		f := &many.Findings[i]
		if f.Status == finding.Latent {
			f.Severity = finding.Critical
		}
	}
	finding.Sort(many.Findings)
	many.Summary = finding.Summarise(many.Findings)
	latent, mild := map[string]bool{}, map[string]bool{}
	for _, f := range many.Findings {
		if f.Status == finding.Latent {
			latent[f.Fingerprint] = true
		} else if f.Severity == finding.Low || f.Status == finding.Unknown {
			mild[f.Fingerprint] = true
		}
	}
	rank := 100.0
	for i, result := range readSARIF(t, render(t, "sarif", many, Options{})).Runs[0].Results {
		if result.Rank == nil || *result.Rank > rank {
			t.Fatalf("sarif: result %d weighs more than the one before", i)
		}
		rank = *result.Rank
	}
	for _, format := range []string{"html", "markdown", "github"} {
		seen := map[string]bool{}
		for _, print := range regexp.MustCompile(`[0-9a-f]{32}`).FindAllString(render(t, format, many, Options{}), -1) {
			seen[print] = true
		}
		kept, milder := 0, 0
		for print := range seen {
			if latent[print] {
				kept++
			} else if mild[print] {
				milder++
			}
		}
		switch format {
		case "github": // each level has its own room
			if kept != mostAnnotations-1 {
				t.Errorf("github: %d notices of critical settings", kept)
			}
		default:
			if milder > 0 || format == "html" && kept != len(latent) {
				t.Errorf("%s: %d mild findings are kept, and %d of %d worse ones", format, milder, kept, len(latent))
			}
		}
	}
}

// One finding of which everything is far too long is shown, shortened.
func TestMarkdownOfLongTexts(t *testing.T) {
	r, _ := fixture(t)
	long := strings.Repeat("<long> ", 20_000)
	f := r.Findings[0]
	f.Message, f.Subject.Name, f.Remediation.Text, f.SettledBy = long, long, long, []string{long}
	f.Evidence = []finding.Evidence{{Pointer: "/x", Value: long, Note: long}}
	r.Findings, r.Rules = []finding.Finding{f}, []finding.Rule{{ID: f.Rule, Title: long}}
	text := render(t, "markdown", r, Options{})
	checkMarkdown(t, text)
	if !strings.Contains(text, f.Fingerprint) || strings.Contains(text, "not shown here") || len(text) > mostMarkdown {
		t.Errorf("%d bytes without the finding", len(text))
	}
}

// A bounded text keeps the worst, says of which rules how many are left out, and
// has no rule's heading without a finding under it; what was not read and what is
// gone is told all the same.
func TestMarkdownBound(t *testing.T) {
	for _, n := range []int{1, 60, 100, 300, 1000, 10_000} {
		many := manyFindings(t, n)
		for i := range 500 {
			many.Gone = append(many.Gone, finding.Gone{Rule: "ES-NET-001", Subject: finding.Subject{ID: fmt.Sprint("es-gone-", i)}})
			many.Coverage.Calls = append(many.Coverage.Calls, finding.Call{Account: "1", Region: fmt.Sprint("cn-", i), Product: "ecs", Operation: fmt.Sprint("Describe", i), Denied: 1})
		}
		text := html.UnescapeString(render(t, "markdown", many, Options{}))
		checkMarkdown(t, render(t, "markdown", many, Options{}))
		open := slices.DeleteFunc(slices.Clone(many.Findings), func(f finding.Finding) bool {
			return f.Waived != nil || f.Status == finding.Pass || f.Status == finding.NA
		})
		finding.SortBySeverity(open)
		shown := 0
		for shown < len(open) && strings.Contains(text, open[shown].Fingerprint) {
			shown++
		}
		for _, f := range open[shown:] {
			if strings.Contains(text, f.Fingerprint) {
				t.Errorf("%d findings: %s is shown, a worse one is not", n, f.Fingerprint)
			}
		}
		left := 0
		for _, m := range regexp.MustCompile(`ES-[A-Z]+-[0-9]+ \(([0-9,]+)\)(?:,|\n)`).FindAllStringSubmatch(text, -1) {
			var n int
			if _, err := fmt.Sscan(strings.ReplaceAll(m[1], ",", ""), &n); err != nil {
				t.Fatal(err)
			}
			left += n
		}
		if left != len(open)-shown || (left > 0) != strings.Contains(text, fmt.Sprintf("_%s not shown here", count(left, "finding"))) {
			t.Errorf("%d findings: %d of %d shown, %d told of", n, shown, len(open), left)
		}
		for _, part := range strings.Split(text, "<details")[1:] {
			if !strings.Contains(part, "\n- ") {
				t.Errorf("%d findings: nothing stands under %.80q", n, part)
			}
		}
		for _, want := range []string{"500 findings gone since the baseline", "- `ES-NET-001` `es-gone-0`", "Not read", "- and "} {
			if !strings.Contains(text, want) {
				t.Errorf("%d findings: nothing of %q", n, want)
			}
		}
		if spare := mostMarkdown - len(render(t, "markdown", many, Options{})); spare < 0 || shown < len(open) && spare > 4000 {
			t.Errorf("%d findings: %d bytes are left", n, spare)
		}
	}
}

func TestNothingFound(t *testing.T) {
	r := &finding.Report{Schema: finding.Schema, Summary: finding.Summarise(nil), Coverage: finding.Coverage{Complete: true}}
	if got := render(t, "gitlab", r, Options{}); strings.TrimSpace(got) != "[]" {
		t.Errorf("gitlab: %q", got)
	}
	if got := render(t, "ocsf", r, Options{}); strings.TrimSpace(got) != "[]" {
		t.Errorf("ocsf: %q", got)
	}
	if got := render(t, "csv", r, Options{}); strings.Count(got, "\n") != 1 {
		t.Errorf("csv: %q", got)
	}
	if got := render(t, "github", r, Options{}); !strings.Contains(got, "Nothing failed") {
		t.Errorf("github: %q", got)
	}
}

// A finding says the same in every format.
func TestFormatsAgree(t *testing.T) {
	r, s := fixture(t)
	pages := map[string]string{}
	for _, name := range []string{"json", "sarif", "html", "junit", "csv", "ocsf", "gitlab", "markdown", "github", "table"} {
		page := html.UnescapeString(render(t, name, r, Options{Snapshot: s, Profile: ProfileFull, All: true, Unicode: true, Width: 200}))
		if name == "json" || name == "sarif" || name == "gitlab" || name == "ocsf" {
			page = strings.NewReplacer(`\u003c`, "<", `\\`, `\`, `\"`, `"`).Replace(page)
		}
		pages[name] = page
	}
	for _, f := range r.Findings {
		if strings.Contains(f.Message, hostile) {
			continue // each format escapes it in its own way
		}
		message := plain.Text(flat(f.Message), true)
		for name, page := range pages {
			settled := f.Waived != nil || f.Status == finding.Pass || f.Status == finding.NA
			if settled && (name == "gitlab" || name == "markdown" || name == "github") {
				continue // they show what is open
			}
			terse := name == "table" && f.Status != finding.Fail && f.Status != finding.Latent // by the calls that would settle it
			if !(settled && (name == "junit" || name == "table")) && !terse && !strings.Contains(unwrapped(page), unwrapped(message)) {
				t.Errorf("%s does not say %q", name, message)
			}
			if name == "table" && (terse || settled) {
				continue
			}
			if !strings.Contains(page, f.Fingerprint) {
				t.Errorf("%s lacks the fingerprint of %s %s", name, f.Rule, f.Subject.ID)
			}
		}
	}
	agreeOnSeverity(t, r)
}

func agreeOnSeverity(t *testing.T, r *finding.Report) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(render(t, "csv", r, Options{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var events []ocsfEvent
	if err := json.Unmarshal([]byte(render(t, "ocsf", r, Options{})), &events); err != nil {
		t.Fatal(err)
	}
	for i, f := range r.Findings {
		if rows[i+1][0] != f.Status.String() || events[i].Unmapped["status"] != f.Status.String() {
			t.Errorf("status of %s: csv %s, ocsf %v", f.Rule, rows[i+1][0], events[i].Unmapped["status"])
		}
		if f.Status == finding.Fail && (rows[i+1][1] != f.Severity.String() || events[i].SeverityID != int(f.Severity)) {
			t.Errorf("severity of %s: csv %s, ocsf %d", f.Rule, rows[i+1][1], events[i].SeverityID)
		}
	}
}
