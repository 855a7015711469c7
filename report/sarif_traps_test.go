package report

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"esaudit/finding"
)

// Two findings of one fingerprint, which no audit makes, are still two alerts.
func TestSARIFTellsTwinsApart(t *testing.T) {
	r, _ := fixture(t)
	r.Findings = append(r.Findings, r.Findings[0])
	var got []string
	for _, result := range readSARIF(t, render(t, "sarif", r, Options{})).Runs[0].Results {
		if result.PartialFingerprints["esauditFinding/v1"] == r.Findings[0].Fingerprint {
			got = append(got, result.PartialFingerprints["primaryLocationLineHash"])
		}
	}
	if want := []string{r.Findings[0].Fingerprint + ":1", r.Findings[0].Fingerprint + ":2"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Trap 1: go-sarif writes what a suppression lacks as null.
func TestSARIFTrapSuppression(t *testing.T) {
	r, s := fixture(t)
	suppressed := 0
	for _, result := range readSARIF(t, render(t, "sarif", r, Options{Snapshot: s, Profile: ProfileFull})).Runs[0].Results {
		for _, x := range result.Suppressions {
			suppressed++
			if x.Kind != "external" || x.Status != "accepted" || !strings.Contains(x.Justification, "behind a proxy until the move, by ops, until 2027-01-31") {
				t.Errorf("%+v", x)
			}
			if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(x.GUID) {
				t.Errorf("guid %q", x.GUID)
			}
		}
	}
	if suppressed != 1 {
		t.Errorf("%d suppressions", suppressed)
	}
	if text := render(t, "sarif", r, Options{Snapshot: s}); strings.Contains(text, "suppressions") || strings.Contains(text, "behind a proxy") {
		t.Error("GitHub would show what is waived as an open alert")
	}
}

// Trap 2: a reference to a taxonomy is never valid; a CWE is a tag.
func TestSARIFTrapTaxonomies(t *testing.T) {
	r, s := fixture(t)
	text := render(t, "sarif", r, Options{Snapshot: s, Profile: ProfileFull})
	for _, word := range []string{"taxonomies", "supportedTaxonomies", `"taxa"`, "relationships"} {
		if strings.Contains(text, word) {
			t.Errorf("the file has %s", word)
		}
	}
	if !strings.Contains(text, `"external/cwe/cwe-284"`) {
		t.Error("no tag names the CWE")
	}
}

// Trap 3: a result of a rule that nobody described gets a wrapped index.
func TestSARIFTrapUnknownRule(t *testing.T) {
	r, s := fixture(t)
	r.Rules = r.Rules[1:]
	checkSARIF(t, r, Options{Snapshot: s}, render(t, "sarif", r, Options{Snapshot: s}))
	r.Rules = nil
	checkSARIF(t, r, Options{Snapshot: s}, render(t, "sarif", r, Options{Snapshot: s}))
}

// Traps 3, 4 and 5: helpers of go-sarif that wrap the index, do not truncate a
// file, or meet nil maps are not called at all.
func TestSARIFTrapHelpers(t *testing.T) {
	forbidden := []string{"AddResult", "CreateResultForRule", "NewRunWithInformationURI", "WriteFile", "SetPartialFingerPrint", "SetFingerPrint",
		"Add", "AddString", "AddBoolean", "AddInteger", "WithPartialFingerPrints", "NewMarkdownMessage", "AddArtifact", "AddDistinctArtifact"}
	files, err := filepath.Glob("sarif*.go")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.SelectorExpr); ok && slices.Contains(forbidden, call.Sel.Name) {
				t.Errorf("%s calls %s", name, call.Sel.Name)
			}
			return true
		})
	}
}

// Trap 5: every result has its fingerprints and properties, also one that has
// nothing else.
func TestSARIFTrapNilMaps(t *testing.T) {
	r := &finding.Report{Findings: []finding.Finding{{Rule: "X-1", Status: finding.Fail, Severity: finding.Low, Fingerprint: finding.Fingerprint("X-1", "")}}}
	for _, result := range readSARIF(t, render(t, "sarif", r, Options{})).Runs[0].Results {
		if len(result.PartialFingerprints) != 2 || result.Properties["status"] != "fail" {
			t.Errorf("%v, %v", result.PartialFingerprints, result.Properties)
		}
	}
}

// Trap 6: a rule without description or title has both still, and its
// properties arrive.
func TestSARIFTrapDescriptions(t *testing.T) {
	r := &finding.Report{Rules: []finding.Rule{{ID: "X-1"}, {ID: "X-2", Title: strings.Repeat("long ", 300), Description: strings.Repeat("長い", 1000),
		Severity: finding.High, Tags: strings.Split("a b c d e f g h i j k l m", " ")}}}
	checkSARIF(t, r, Options{}, render(t, "sarif", r, Options{}))
}

// GitHub's limits: results, places of one result, steps of one path.
func TestSARIFLimits(t *testing.T) {
	r, _ := fixture(t)
	one := r.Findings[0]
	one.Evidence = slices.Repeat(one.Evidence, 60)
	one.Path = slices.Repeat(one.Path, 400)
	r.Findings = []finding.Finding{one}
	result := readSARIF(t, render(t, "sarif", r, Options{})).Runs[0].Results[0]
	if n := len(result.RelatedLocations); n != mostRelated {
		t.Errorf("%d related places", n)
	}
	if n := len(result.CodeFlows[0].ThreadFlows[0].Locations); n != mostSteps {
		t.Errorf("%d steps", n)
	}
	if !strings.HasSuffix(result.Message.Text, "and in 79 places more.") {
		t.Errorf("the message does not count what is left out: ...%s", result.Message.Text[len(result.Message.Text)-80:])
	}
	one.Evidence, one.Path = nil, nil
	r.Findings = slices.Repeat([]finding.Finding{one}, mostResults+1)
	run := readSARIF(t, render(t, "sarif", r, Options{})).Runs[0]
	if len(run.Results) != mostResults || !strings.Contains(run.Invocations[0].ToolExecutionNotifications[0].Message.Text, "25001 results") {
		t.Errorf("%d results, %+v", len(run.Results), run.Invocations[0])
	}
	r.Findings = r.Findings[:shownResults+1]
	if n := strings.Count(render(t, "sarif", r, Options{Profile: ProfileFull}), `"ruleId"`); n != shownResults+1 {
		t.Errorf("%d results in full", n)
	}
}

// What is cut is the mildest, and it is told in the run and to who asks.
func TestSARIFCut(t *testing.T) {
	r := &finding.Report{Rules: []finding.Rule{{ID: "ES-NET-001", Severity: finding.High, Severities: []finding.Severity{finding.High, finding.Low}}}}
	for i := range mostResults + 2 {
		f := finding.Finding{Rule: "ES-NET-001", Status: finding.Fail, Severity: finding.Low, Subject: finding.Subject{ARN: fmt.Sprint("acs:", i), ID: fmt.Sprint(i)}, Fingerprint: fmt.Sprint(i)}
		if i == mostResults+1 {
			f.Severity = finding.High
		}
		r.Findings = append(r.Findings, f)
	}
	text := render(t, "sarif", r, Options{})
	if n := strings.Count(text, `"ruleId"`); n != mostResults || !strings.Contains(text, `"25002 results: GitHub takes 25000 and shows 5000.`) {
		t.Errorf("%d results", n)
	}
	if first := text[strings.Index(text, `"ruleId"`):]; !strings.HasPrefix(first, `"ruleId": "ES-NET-001",`) {
		t.Errorf("the worst is not the first: %.40s", first)
	}
	if said := Left("sarif", r, Options{}); said != "2 of 25,002 results, the mildest, are left out: GitHub takes 25,000" {
		t.Errorf("it says %q", said)
	}
	if said := Left("sarif", r, Options{Profile: ProfileFull}) + Left("json", r, Options{}); said != "" {
		t.Errorf("it says %q of what leaves nothing out", said)
	}
}
