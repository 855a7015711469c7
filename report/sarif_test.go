package report

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"esaudit/finding"
	"esaudit/graph"
	"esaudit/snapshot"
)

// What tests read of a SARIF file: its own structs, so that go-sarif does not
// vouch for itself.
type (
	fileText  struct{ Text, Markdown string }
	filePlace struct {
		URI, URIBaseID string
		Index          *int
	}
	fileRegion struct {
		StartLine, StartColumn, EndLine, EndColumn int
		ByteOffset                                 *int
		Snippet                                    *fileText
	}
	fileLocation struct {
		ID               *int
		Message          *fileText
		PhysicalLocation *struct {
			ArtifactLocation      filePlace
			Region, ContextRegion *fileRegion
		}
		LogicalLocations []struct {
			Index              int
			FullyQualifiedName string
		}
	}
	fileResult struct {
		RuleID, Kind, Level string
		RuleIndex           *uint64
		Rank                *float64
		Message             fileText
		Locations           []fileLocation
		RelatedLocations    []fileLocation
		CodeFlows           []struct {
			ThreadFlows []struct {
				Locations []struct{ Location fileLocation }
			}
		}
		PartialFingerprints map[string]string
		BaselineState       string
		Suppressions        []struct{ Kind, Status, Justification, GUID string }
		Properties          map[string]any
	}
	fileRule struct {
		ID, Name                                string
		ShortDescription, FullDescription, Help fileText
		DefaultConfiguration                    struct{ Level string }
		Properties                              struct {
			Tags             []string
			Precision        string
			SecuritySeverity string `json:"security-severity"`
		}
	}
	sarifFile struct {
		Schema  string `json:"$schema"`
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Name, SemanticVersion string
					Rules                 []fileRule
				}
			}
			Results     []fileResult
			Invocations []struct {
				ExecutionSuccessful        bool
				ToolExecutionNotifications []struct {
					Level   string
					Message fileText
				}
			}
			AutomationDetails struct{ ID string }
			LogicalLocations  []struct {
				FullyQualifiedName string
				ParentIndex        *int
			}
			Artifacts []struct{ Location filePlace }
		}
	}
)

func readSARIF(t testing.TB, text string) sarifFile {
	t.Helper()
	var f sarifFile
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Runs) != 1 {
		t.Fatalf("%d runs", len(f.Runs))
	}
	return f
}

// checkSARIF checks what readers of SARIF need beyond the schema, which is
// weak: it takes any rule index, and results without a place.
func checkSARIF(t testing.TB, r *finding.Report, o Options, text string) {
	t.Helper()
	if err := validate(t, sarifSchemaOf(), text); err != nil {
		t.Errorf("sarif: %v", err)
	}
	if strings.Contains(text, "null") && regexp.MustCompile(`: null|\[\s*null`).MatchString(text) {
		t.Error("sarif: a null, which readers choke on")
	}
	if at := firstHidden(text); at >= 0 {
		t.Errorf("sarif: hidden character near %q", text[max(0, at-40):at+4])
	}
	run := readSARIF(t, text).Runs[0]
	checkSARIFRules(t, run.Tool.Driver.Rules)
	prints := map[string]bool{}
	for _, result := range run.Results {
		rule := run.Tool.Driver.Rules[*result.RuleIndex]
		if rule.ID != result.RuleID {
			t.Errorf("sarif: rule index %d is %s, not %s", *result.RuleIndex, rule.ID, result.RuleID)
		}
		if (result.Kind == "fail") != (result.Level != "none") || result.Kind == "fail" && result.Level != rule.DefaultConfiguration.Level {
			t.Errorf("sarif: %s has kind %s and level %s", result.RuleID, result.Kind, result.Level)
		}
		print := result.PartialFingerprints["primaryLocationLineHash"]
		if prints[print] || print != result.PartialFingerprints["esauditFinding/v1"]+":1" {
			t.Errorf("sarif: fingerprints %v", result.PartialFingerprints)
		}
		prints[print] = true
		checkSARIFPlaces(t, o.Snapshot, result)
		if len(result.Locations) != 1 || len(result.Locations[0].LogicalLocations) != 1 {
			t.Fatalf("sarif: %s has %d places", result.RuleID, len(result.Locations))
		}
		logical := result.Locations[0].LogicalLocations[0]
		if name := run.LogicalLocations[logical.Index].FullyQualifiedName; name != logical.FullyQualifiedName {
			t.Errorf("sarif: logical location %d is %s, not %s", logical.Index, name, logical.FullyQualifiedName)
		}
	}
	if wanted := inProfile(r, o); len(run.Results) != wanted {
		t.Errorf("sarif: %d results, want %d", len(run.Results), wanted)
	}
	checkSARIFGaps(t, r, run.Invocations[0].ExecutionSuccessful, len(run.Invocations[0].ToolExecutionNotifications))
}

func checkSARIFRules(t testing.TB, rules []fileRule) {
	t.Helper()
	seen := map[string]bool{}
	for _, rule := range rules {
		if seen[rule.ID] {
			t.Errorf("sarif: rule %s twice", rule.ID)
		}
		seen[rule.ID] = true
		for what, text := range map[string]string{"short": rule.ShortDescription.Text, "full": rule.FullDescription.Text, "help": rule.Help.Text, "markdown": rule.Help.Markdown} {
			if n := utf8.RuneCountInString(text); n == 0 || what != "help" && what != "markdown" && n > 1024 {
				t.Errorf("sarif: %s description of %s has %d characters", what, rule.ID, n)
			}
		}
		p := rule.Properties
		if !regexp.MustCompile(`^(9\.5|8\.0|5\.5|2\.0|0\.0)$`).MatchString(p.SecuritySeverity) || p.Precision == "" || len(p.Tags) > 10 || !slices.Contains(p.Tags, "security") {
			t.Errorf("sarif: properties of %s: %+v", rule.ID, p)
		}
	}
}

// inProfile counts the findings that a profile shows: GitHub makes an open alert
// of everything it is given.
func inProfile(r *finding.Report, o Options) int {
	n := 0
	for _, f := range r.Findings {
		if o.Profile == ProfileFull || f.Waived == nil && f.Status != finding.Pass && f.Status != finding.NA {
			n++
		}
	}
	return n
}

// checkSARIFGaps checks that an incomplete picture does not read as a clean one.
func checkSARIFGaps(t testing.TB, r *finding.Report, successful bool, notices int) {
	t.Helper()
	missing := 0
	for _, c := range r.Coverage.Calls {
		if c.Denied > 0 || c.Failed > 0 || c.Skipped > 0 || c.Absent {
			missing++
		}
	}
	if notices != missing || successful != r.Coverage.Complete {
		t.Errorf("sarif: %d notices for %d kinds of calls, successful %v", notices, missing, successful)
	}
}

// checkSARIFPlaces checks that every place is one that GitHub takes, and that
// the text there is the snippet.
func checkSARIFPlaces(t testing.TB, s *snapshot.Snapshot, result fileResult) {
	t.Helper()
	places := slices.Concat(result.Locations, result.RelatedLocations)
	for _, flow := range result.CodeFlows {
		for _, thread := range flow.ThreadFlows {
			if len(thread.Locations) == 0 {
				t.Errorf("sarif: %s has an empty thread flow", result.RuleID)
			}
			for _, step := range thread.Locations {
				places = append(places, step.Location)
			}
		}
	}
	for _, place := range places {
		p := place.PhysicalLocation
		if p == nil || p.Region == nil || p.Region.StartLine < 1 || p.Region.ByteOffset != nil {
			t.Fatalf("sarif: a place of %s without a line: %+v", result.RuleID, p)
		}
		uri, err := url.Parse(p.ArtifactLocation.URI)
		if err != nil || uri.Scheme != "" || uri.Host != "" || strings.HasPrefix(uri.Path, "/") || uri.Path == "" {
			t.Errorf("sarif: uri %q", p.ArtifactLocation.URI)
		}
		if p.ArtifactLocation.Index == nil || *p.ArtifactLocation.Index != 0 {
			t.Errorf("sarif: a place of %s in another file", result.RuleID)
		}
		if s == nil {
			continue
		}
		lines := strings.Split(string(s.Source()), "\n")
		if got, ok := cutOut(lines, *p.Region); !ok || p.Region.Snippet != nil && got != p.Region.Snippet.Text {
			t.Errorf("sarif: %s: %+v holds %q, not %q", result.RuleID, *p.Region, got, p.Region.Snippet.Text)
		}
		if c := p.ContextRegion; c != nil {
			got := strings.Join(lines[c.StartLine-1:c.EndLine], "\n")
			if got != c.Snippet.Text || c.StartLine > p.Region.StartLine || c.EndLine < p.Region.EndLine || len(got) <= len(p.Region.Snippet.Text) {
				t.Errorf("sarif: %s: context %d to %d holds %q", result.RuleID, c.StartLine, c.EndLine, got)
			}
		}
	}
}

// cutOut returns the text of a region: lines and columns from 1, columns in
// UTF-16 code units, the end column exclusive.
func cutOut(lines []string, r fileRegion) (string, bool) {
	if r.StartLine > len(lines) || r.EndLine != r.StartLine {
		return "", false
	}
	units := utf16.Encode([]rune(lines[r.StartLine-1]))
	if r.StartColumn < 1 || r.EndColumn < r.StartColumn || r.EndColumn > len(units)+1 {
		return "", false
	}
	return string(utf16.Decode(units[r.StartColumn-1 : r.EndColumn-1])), true
}

// The first place of a result is the line that holds the offending value.
func TestSARIFPointsAtTheValue(t *testing.T) {
	checked := 0
	check := func(r *finding.Report, s *snapshot.Snapshot) {
		results := byPrint(t, render(t, "sarif", r, Options{Snapshot: s, Profile: ProfileFull}))
		for _, f := range r.Findings {
			result := results[f.Fingerprint]
			places := append(slices.Clone(result.Locations), result.RelatedLocations...)
			if len(f.Evidence) > 0 && len(places) != len(f.Evidence) {
				t.Errorf("%s %s: %d places for %d values", f.Rule, f.Subject.ID, len(places), len(f.Evidence))
			}
			var lines, want []int
			for i, e := range f.Evidence {
				lines, want = append(lines, places[i].PhysicalLocation.Region.StartLine), append(want, e.Line)
			}
			slices.Sort(lines)
			slices.Sort(want)
			for i := range want {
				if want[i] > 0 && lines[i] != want[i] {
					t.Errorf("%s %s: lines %v, want %v", f.Rule, f.Subject.ID, lines, want)
					break
				}
			}
			if len(f.Evidence) == 0 || s.Root().Resolve(f.Evidence[0].Pointer) == nil {
				continue
			}
			region := places[0].PhysicalLocation.Region
			var value any
			if err := json.Unmarshal([]byte(region.Snippet.Text), &value); err != nil {
				continue // a collection, of which the first line is shown
			}
			if fmt.Sprint(value) == fmt.Sprint(f.Evidence[0].Value) {
				checked++
			} else if f.Evidence[0].Value != nil && s.Root().Resolve(f.Evidence[0].Pointer).Items() == nil {
				t.Errorf("%s %s: %v stands there, not %v", f.Rule, f.Subject.ID, value, f.Evidence[0].Value)
			}
		}
	}
	check(fixture(t))
	r, s := audited(t, "demo", true)
	check(r, s)
	if checked < 10 {
		t.Errorf("only %d values were compared", checked)
	}
}

func byPrint(t testing.TB, text string) map[string]fileResult {
	t.Helper()
	out := map[string]fileResult{}
	for _, result := range readSARIF(t, text).Runs[0].Results {
		out[result.PartialFingerprints["esauditFinding/v1"]] = result
	}
	return out
}

// A finding stays the same alert when lines move, when others appear before it
// or vanish, when its wording changes, and without the snapshot.
func TestSARIFFingerprintsAreStable(t *testing.T) {
	r, s := fixture(t)
	prints := func(r *finding.Report, o Options) map[string]string {
		out := map[string]string{}
		for _, result := range readSARIF(t, render(t, "sarif", r, o)).Runs[0].Results {
			out[strings.SplitN(result.RuleID, ".", 2)[0]+" "+result.Locations[0].LogicalLocations[0].FullyQualifiedName] = result.PartialFingerprints["primaryLocationLineHash"]
		}
		return out
	}
	want := prints(r, Options{Snapshot: s})
	moved, err := snapshot.Parse([]byte(strings.Replace(string(s.Source()), "{", "{\n\n\n", 1)))
	if err != nil {
		t.Fatal(err)
	}
	reworded, _ := fixture(t)
	for i := range reworded.Findings {
		f := &reworded.Findings[i]
		f.Message, f.Subject.Name, f.Remediation = "Other words.", "another name", finding.Remediation{}
		slices.Reverse(f.Evidence)
	}
	more, _ := fixture(t)
	extra := more.Findings[0]
	extra.Rule, extra.Severity, extra.Fingerprint = "ES-AAA-001", finding.Critical, finding.Fingerprint("ES-AAA-001", extra.Subject.ARN)
	more.Findings = append([]finding.Finding{extra}, more.Findings...)
	for name, got := range map[string]map[string]string{
		"lines moved": prints(r, Options{Snapshot: moved}), "reworded": prints(reworded, Options{Snapshot: s}),
		"one more": prints(more, Options{Snapshot: s}), "no snapshot": prints(r, Options{}), "another file": prints(r, Options{Snapshot: s, SnapshotURI: "a/b c.json"}),
	} {
		for what, print := range want {
			if got[what] != print {
				t.Errorf("%s: %s is %s, was %s", name, what, got[what], print)
			}
		}
	}
}

// A rule whose severity varies is one rule for each severity.
func TestSARIFSeverities(t *testing.T) {
	r, s := fixture(t)
	got := map[string]string{}
	for _, rule := range readSARIF(t, render(t, "sarif", r, Options{Snapshot: s})).Runs[0].Tool.Driver.Rules {
		got[rule.ID] = rule.Properties.SecuritySeverity + " " + rule.DefaultConfiguration.Level
	}
	for id, want := range map[string]string{"ES-NET-001": "9.5 error", "ES-NET-001.medium": "5.5 warning", "ES-NET-001.info": "0.0 note", "ES-TLS-001": "8.0 error", "ES-SLB-005": "2.0 note"} {
		if got[id] != want {
			t.Errorf("%s is %q, want %q", id, got[id], want)
		}
	}
}

// No stranger's text becomes a link or a placeholder, and every link leads to a
// related location.
func TestSARIFMessages(t *testing.T) {
	r, s := fixture(t)
	link := regexp.MustCompile(`(^|[^\\])\[([^\]]*[^\\\]])\]\((\d+)\)`)
	placeholder := regexp.MustCompile(`(^|[^{])\{\d`)
	for _, result := range readSARIF(t, render(t, "sarif", r, Options{Snapshot: s, Profile: ProfileFull})).Runs[0].Results {
		ids := map[string]bool{}
		for _, l := range result.RelatedLocations {
			ids[fmt.Sprint(*l.ID)] = true
			if l.Message == nil || l.Message.Text == "" {
				t.Errorf("%s: a related place without a word", result.RuleID)
			}
		}
		links := link.FindAllStringSubmatch(result.Message.Text, -1)
		for _, m := range links {
			if m[2] != "here" || !ids[m[3]] {
				t.Errorf("%s: link %q", result.RuleID, m[0])
			}
		}
		if len(links) != len(ids) {
			t.Errorf("%s: %d links for %d places in %q", result.RuleID, len(links), len(ids), result.Message.Text)
		}
		if placeholder.MatchString(result.Message.Text) {
			t.Errorf("%s: a placeholder in %q", result.RuleID, result.Message.Text)
		}
	}
}

// Uploads of two accounts or regions do not close each other's alerts.
func TestSARIFCategory(t *testing.T) {
	r, _ := fixture(t)
	category := func() string { return readSARIF(t, render(t, "sarif", r, Options{})).Runs[0].AutomationDetails.ID }
	if got := category(); got != "esaudit/1234567890123456/cn-hangzhou/2026-11-22T00:00:00Z" {
		t.Errorf("category %q", got)
	}
	r.Snapshot.Accounts = append(r.Snapshot.Accounts, finding.Account{ID: "2345678901234567", TakenAt: "2026-11-22T00:00:01Z", Regions: []string{"cn-beijing", "cn-hangzhou"}})
	if got := category(); got != "esaudit/1234567890123456+2345678901234567/cn-beijing+cn-hangzhou/2026-11-22T00:00:00Z" {
		t.Errorf("category %q", got)
	}
}

// The snapshot's path is one that GitHub takes: relative and encoded.
func TestSARIFURI(t *testing.T) {
	r, s := fixture(t)
	for path, want := range map[string]string{"": DefaultSnapshotURI, "a/b.json": "a/b.json", "snap shots/1:2#3?.json": "snap%20shots/1%3A2%233%3F.json", "日.json": "%E6%97%A5.json"} {
		o := Options{Snapshot: s, SnapshotURI: path}
		text := render(t, "sarif", r, o)
		checkSARIF(t, r, o, text)
		if got := readSARIF(t, text).Runs[0].Artifacts[0].Location.URI; got != want {
			t.Errorf("%q is written %q, want %q", path, got, want)
		}
	}
}

// What an unknown path step is, and a control that blocks, is told.
func TestSARIFPath(t *testing.T) {
	r, s := fixture(t)
	for _, f := range r.Findings {
		flows := byPrint(t, render(t, "sarif", r, Options{Snapshot: s, Profile: ProfileFull}))[f.Fingerprint].CodeFlows
		if len(f.Path) == 0 {
			if len(flows) > 0 {
				t.Errorf("%s %s has a flow", f.Rule, f.Subject.ID)
			}
			continue
		}
		for i, step := range flows[0].ThreadFlows[0].Locations {
			h := f.Path[i]
			want := fmt.Sprintf("%s to %s, %s: %s (%s)", h.From, h.To, h.Control, h.Why, h.Verdict)
			if got := step.Location.Message.Text; got != want {
				t.Errorf("step %q, want %q", got, want)
			}
			if at := s.Root().Resolve(h.Pointer).Line(); at > 0 && step.Location.PhysicalLocation.Region.StartLine != at {
				t.Errorf("step %d is at line %d, want %d", i, step.Location.PhysicalLocation.Region.StartLine, at)
			}
		}
		if f.Path[0].Verdict != graph.Reachable && len(f.Path) != len(flows[0].ThreadFlows[0].Locations) {
			t.Error("steps are missing")
		}
	}
}

func TestSARIFGolden(t *testing.T) {
	r, s := fixture(t)
	golden(t, "snapshot.json", string(s.Source()))
	golden(t, "report.sarif.golden", render(t, "sarif", r, Options{Snapshot: s, SnapshotURI: "testdata/snapshot.json"}))
	golden(t, "report-full.sarif.golden", render(t, "sarif", r, Options{Snapshot: s, SnapshotURI: "testdata/snapshot.json", Profile: ProfileFull}))
}
