package report

import (
	"cmp"
	"esaudit/report/plain"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"esaudit/finding"
	"esaudit/graph"
)

// checkTable checks what must hold for any page: nothing is wider than it, no
// stranger's character moves the cursor, and what counts is on it.
func checkTable(t testing.TB, r *finding.Report, o Options, text string) {
	t.Helper()
	for i, line := range strings.Split(text, "\n") {
		if w := lipgloss.Width(line); w > o.Width {
			t.Errorf("table of %d: line %d has %d columns: %s", o.Width, i+1, w, line)
		}
		if strings.TrimRight(line, " ") != line {
			t.Errorf("table of %d: line %d ends in blanks: %q", o.Width, i+1, line)
		}
		for _, c := range line {
			if plain.Hidden(c) || !o.Unicode && c > '~' {
				t.Errorf("table of %d: line %d holds %q", o.Width, i+1, c)
			}
		}
	}
	page := unwrapped(text)
	has := func(what, want string) {
		t.Helper()
		if !strings.Contains(page, unwrapped(plain.Text(want, o.Unicode))) {
			t.Errorf("table of %d lacks %s %q", o.Width, what, want)
		}
	}
	head, _ := headline(r, r.Coverage.Complete && len(unanswered(r.Coverage.Calls)) == 0)
	has("headline", head)
	has("digest", r.Snapshot.Digest)
	for _, f := range r.Findings {
		has("rule", f.Rule)
		switch {
		case f.Waived != nil:
			for _, word := range strings.Fields(f.Waived.Reason) { // other columns stand between them
				has("waiver", word)
			}
		case f.Status == finding.Fail, f.Status == finding.Latent:
			has("subject", f.Subject.ID)
			has("message", f.Message)
			has("fingerprint", f.Fingerprint)
			has("remedy", flat(f.Remediation.Text))
			checkProofs(t, f, o, page)
		case f.Status == finding.Unknown:
			has("cause", f.Cause)
		default:
			has("subject", f.Subject.ID)
		}
	}
	for _, c := range unanswered(r.Coverage.Calls) {
		has("operation", c.Operation)
	}
}

// checkProofs checks that a finding's values stand on the page, and where they
// stand.
func checkProofs(t testing.TB, f finding.Finding, o Options, page string) {
	t.Helper()
	if o.Snapshot != nil {
		f.Evidence = openedEvidence(f, o.Snapshot.Root())
	}
	list := proofs(f)
	for _, p := range list[:min(len(list), mostProofs)] {
		if p.value != nil {
			value := cmp.Or(p.told, valueText(p.value, o.Unicode))
			if short := unwrapped(string([]rune(value)[:min(len([]rune(value)), longestValue)])); !strings.Contains(page, short) {
				t.Errorf("table of %d: %s %s lacks the value %s", o.Width, f.Rule, f.Subject.ID, short)
			}
		}
		for _, e := range p.places[:min(len(p.places), mostPlaces)] {
			if e.Line > 0 && !strings.Contains(page, fmt.Sprint(e.Line)) {
				t.Errorf("table of %d: %s %s lacks line %d", o.Width, f.Rule, f.Subject.ID, e.Line)
			}
		}
	}
}

// unwrapped takes the blanks out of a text, so that it is found however it was
// broken into lines.
func unwrapped(text string) string { return strings.Join(strings.Fields(ansi.Strip(text)), "") }

func TestTableGolden(t *testing.T) {
	r, s := fixture(t)
	for name, o := range map[string]Options{
		"report-80.txt.golden":     {Width: 80, Unicode: true, All: true},
		"report-200.txt.golden":    {Width: 200, Unicode: true},
		"report-60.txt.golden":     {Width: 60},
		"report-colour.txt.golden": {Width: 120, Unicode: true, Color: true},
	} {
		o.Snapshot, o.SnapshotURI = s, "testdata/snapshot.json"
		golden(t, name, render(t, "table", r, o))
	}
}

// Colours change nothing but colours: severity is a word as well.
func TestTableColour(t *testing.T) {
	r, s := fixture(t)
	o := Options{Snapshot: s, Width: 100, Unicode: true, All: true}
	normal := render(t, "table", r, o)
	o.Color = true
	coloured := render(t, "table", r, o)
	if ansi.Strip(coloured) != normal || coloured == normal {
		t.Error("the page is another one in colour")
	}
	left := regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(coloured, "")
	if strings.Contains(left, "\x1b") || strings.Contains(normal, "\x1b") {
		t.Error("an escape sequence that is no colour")
	}
	for _, want := range []string{"\x1b[1;91mCRITICAL", "\x1b[1;91m1 critical", "\x1b[31mHIGH"} {
		if !strings.Contains(coloured, want) {
			t.Errorf("no %q on the page", want)
		}
	}
}

// The first screen says what matters: the verdict, who is worst off and why,
// what is not known, and then the worst finding.
func TestTableFirstScreen(t *testing.T) {
	r, s := audited(t, "demo", false)
	head, rest := headline(r, false)
	worst := newTable(r, Options{}).totals()[0].worst
	for _, width := range []int{80, 120, 200} {
		screen := strings.Split(render(t, "table", r, Options{Snapshot: s, Width: width, Unicode: true}), "\n")[:24]
		top := strings.Join(screen, "\n")
		for _, want := range []string{head, rest, fmt.Sprintf("%d critical", r.Summary.Fail[finding.Critical]), "worst " + worst.Subject.ID, worst.Message[:20], "incompletely:", "CRITICAL ─"} {
			if !strings.Contains(unwrapped(top), unwrapped(want)) {
				t.Errorf("the first 24 lines of %d columns lack %q:\n%s", width, want, top)
			}
		}
	}
}

// A refused account is told on a few screens, however many calls were refused; a
// clean one in a few lines.
func TestTableOfTheBlindIsShort(t *testing.T) {
	for estate, most := range map[string]int{"blind": 120, "half-blind": 330, "clean": 15} {
		r, s := audited(t, estate, false)
		if n := strings.Count(render(t, "table", r, Options{Snapshot: s, Width: 80, Unicode: true}), "\n"); n > most {
			t.Errorf("%s has %d lines", estate, n)
		}
	}
}

// What is the same is told once: values that several places hold, notes and
// reasons that the message holds, unknowns that the same calls settle.
func TestTableTellsNothingTwice(t *testing.T) {
	r, _ := fixture(t)
	f := r.Findings[0]
	f.Message = "Port 22 leads to es-cn-1: the reason why."
	f.Evidence = nil
	for i := range 3 {
		f.Evidence = append(f.Evidence, finding.Evidence{Pointer: fmt.Sprintf("/servers/%d/Port", i), Line: 10 + i, Value: 22, Note: "Port 22 leads to es-cn-1"})
	}
	f.Path = []graph.Hop{{From: "a", To: "b", Control: "c", Verdict: graph.Blocked, Why: "the reason why"}}
	r.Findings = []finding.Finding{f}
	for _, rule := range []string{"ES-NET-001", "ES-TLS-001"} {
		for i := range 20 {
			unknown := finding.Finding{Rule: rule, Cause: finding.CauseDenied, Message: "Not read.", Subject: finding.Subject{ID: fmt.Sprintf("es-cn-%02d", i), ARN: fmt.Sprintf("acs:%02d", i)}}
			unknown.SettledBy = []string{fmt.Sprintf("elasticsearch:DescribeInstance es-cn-%02d in cn-hangzhou (denied, needs elasticsearch:DescribeInstance)", i)}
			r.Findings = append(r.Findings, unknown)
		}
	}
	page := render(t, "table", r, Options{Width: 100})
	section := page[strings.Index(page, "\nCRITICAL"):]
	for text, want := range map[string]int{
		"Port 22 leads to es-cn-1": 1, "the reason why": 1, "lines 10, 11, 12 /servers/*/Port": 1, "elasticsearch:DescribeInstance of": 1,
		"ES-NET-001, ES-TLS-001 of es-cn-00, es-cn-01,": 1, "and 12 more": 2,
	} {
		if got := strings.Count(section, text); got != want {
			t.Errorf("%q stands %d times:\n%s", text, got, section)
		}
	}
}

// Too much evidence is cut with a word of how much there is.
func TestTableCutsEvidence(t *testing.T) {
	r, _ := fixture(t)
	f := r.Findings[0]
	f.Evidence = nil
	for i := range 30 {
		f.Evidence = append(f.Evidence, finding.Evidence{Pointer: fmt.Sprintf("/x/%d", i), Line: 1000 + i, Value: i % 20, Note: "n"})
	}
	for i := range 40 {
		f.Evidence = append(f.Evidence, finding.Evidence{Pointer: fmt.Sprintf("/x/%d", i), Line: 2000 + i, Value: 0, Note: "n"})
	}
	f.Evidence[0].Value = strings.Repeat("長", 5000)
	r.Findings = []finding.Finding{f}
	page := render(t, "table", r, Options{Width: 100, Unicode: true})
	for _, want := range []string{"and 13 values more: -f json shows all", "5,002 characters"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	f.Evidence = f.Evidence[30:]
	r.Findings = []finding.Finding{f}
	if page := render(t, "table", r, Options{Width: 100}); !strings.Contains(page, "lines 2000, 2001, 2002, 2003, 2004, 2005 and 34 more /x/*") {
		t.Errorf("places are not counted:\n%s", page)
	}
	f.Message = strings.Repeat("word ", 5000)
	r.Findings = []finding.Finding{f}
	if page := render(t, "table", r, Options{Width: 100}); strings.Count(page, "word") > 2*longestProse/5+10 {
		t.Errorf("a text of 25,000 characters fills %d lines", strings.Count(page, "\n"))
	}
}

func TestShortPointer(t *testing.T) {
	es := finding.Subject{Kind: "elasticsearch", ID: "es-cn-1"}
	user := finding.Subject{Kind: "ram-user", ID: "a/b"}
	for _, c := range []struct {
		subject       finding.Subject
		pointer, want string
	}{
		{es, "/accounts/0/objects/elasticsearch/cn-hangzhou/es-cn-1/attributes/enablePublic", "enablePublic"},
		{es, "/accounts/0/objects/elasticsearch/cn-hangzhou/es-cn-1/vpcEndpoints/0", "vpcEndpoints/0"},
		{es, "/accounts/0/objects/elasticsearch/cn-hangzhou/es-cn-1", "elasticsearch/es-cn-1"},
		{es, "/accounts/0/objects/elasticsearch/cn-hangzhou/es-cn-1/attributes", "attributes"},
		{es, "/accounts/0/objects/elasticsearch/cn-hangzhou/es-cn-2/attributes/enablePublic", "elasticsearch/es-cn-2/enablePublic"},
		{es, "/accounts/0/objects/nlb/cn-hangzhou/es-cn-1/attributes/x", "nlb/es-cn-1/x"},
		{user, "/accounts/0/objects/ramUser/global/a~1b/attributes/x~0y", "x~0y"},
		{es, "/accounts/0/coverage/3", "/accounts/0/coverage/3"},
		{es, "", ""},
	} {
		if got := shortPointer(c.pointer, c.subject); got != c.want {
			t.Errorf("%s is %q, want %q", c.pointer, got, c.want)
		}
	}
}

func TestPointerOfSeveralPlaces(t *testing.T) {
	for want, pointers := range map[string][]string{
		"/a/1/b":   {"/a/1/b"},
		"/a/*/b":   {"/a/1/b", "/a/2/b", "/a/3/b"},
		"/a/*/b/*": {"/a/1/b/x", "/a/2/b/y"},
		"/a/*":     {"/a/1/b", "/a/2", "/a/3/b"},
		"/*":       {"/a/1", "/b", "/c/d/e"},
	} {
		var p proven
		for _, pointer := range pointers {
			p.places = append(p.places, finding.Evidence{Pointer: pointer})
		}
		if got := p.pointer(finding.Subject{}); got != want {
			t.Errorf("%v is %q, want %q", pointers, got, want)
		}
	}
}

func TestElide(t *testing.T) {
	tb := &table{page: page{unicode: true}}
	for width, want := range map[int]string{
		39: "endpointService/epsrv/…/Zones/0/ZoneId", 30: "endpointService/epsrv/…/ZoneId", 25: "endpointService/…/ZoneId", 5: "endpointService/epsrv/connections/0/Zones/0/ZoneId",
	} {
		if got := tb.elide("endpointService/epsrv/connections/0/Zones/0/ZoneId", width); got != want {
			t.Errorf("%d columns: %q, want %q", width, got, want)
		}
	}
}

func TestParseNeed(t *testing.T) {
	for text, want := range map[string]need{
		"elasticsearch:DescribeInstance es-cn-1 in cn-hangzhou (denied, needs elasticsearch:DescribeInstance)": {"elasticsearch:DescribeInstance", "cn-hangzhou", "denied", "elasticsearch:DescribeInstance", []string{"es-cn-1"}},
		"elasticsearch:ListInstance in cn-hangzhou (never made, needs elasticsearch:ListInstance)":             {"elasticsearch:ListInstance", "cn-hangzhou", "never made", "elasticsearch:ListInstance", nil},
		"ram:ListUsers (failed, needs ram:ListUsers)":                                                          {"ram:ListUsers", "", "failed", "ram:ListUsers", nil},
		"ram:GetUser made in the night (odd) in x (denied, needs ram:GetUser)":                                 {"ram:GetUser", "x", "denied", "ram:GetUser", []string{"made in the night (odd)"}},
		"ask the vendor": {operation: "ask the vendor"},
		"ask (us":        {operation: "ask (us"},
		"":               {},
	} {
		if got := parseNeed(text); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

// A path that starts anew is a new line, not an arrow back.
func TestTablePathLegs(t *testing.T) {
	r, _ := fixture(t)
	f := r.Findings[0]
	hop := func(from, to, control string, v graph.Verdict) graph.Hop {
		return graph.Hop{From: from, To: to, Control: control, Verdict: v, Why: "because of " + control}
	}
	f.Evidence = nil
	f.Path = []graph.Hop{hop("a", "b", "one", graph.Reachable), hop("a", "b", "two", graph.Unknown), hop("b", "c", "three", graph.Reachable), hop("a", "d", "four", graph.Blocked)}
	r.Findings = []finding.Finding{f}
	page := render(t, "table", r, Options{Width: 80})
	for _, want := range []string{
		"    path    a -> [one, two ?] -> b -> [three] -> c\n            a -> [four x] -> d\n",
		"    why     ? two: because of two\n    why     x four: because of four\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

// Calls that lack the same answers are told together, refusals first.
func TestGaps(t *testing.T) {
	call := func(region, product, operation string, change func(*finding.Call)) finding.Call {
		c := finding.Call{Account: "1", Region: region, Product: product, Operation: operation, OK: 1, Subjects: []string{}}
		change(&c)
		return c
	}
	denied := func(subjects ...string) func(*finding.Call) {
		return func(c *finding.Call) { c.Denied, c.Subjects = len(subjects), subjects }
	}
	calls := []finding.Call{
		call("r1", "slb", "A", func(c *finding.Call) { c.Failed, c.Subjects = 3, []string{""} }),
		call("r1", "slb", "B", func(c *finding.Call) { c.Absent = true }),
		call("r1", "elasticsearch", "ListPlugins", denied("x", "y")),
		call("r1", "elasticsearch", "C", denied("x", "y")),
		call("r2", "elasticsearch", "C", denied("x", "y")),
		call("r1", "vpc", "D", denied("")),
		call("r2", "vpc", "D", denied("")),
		call("r1", "vpc", "E", func(*finding.Call) {}),
		call("global", "ram", "F", func(c *finding.Call) { c.Denied, c.Skipped, c.Subjects = 1, 1, []string{"u", "v"} }),
	}
	var got []string
	for _, g := range gaps(calls, false) {
		got = append(got, fmt.Sprintf("%s %s %v %v", g.Outcome, g.Where(), g.Subjects, g.Products))
	}
	want := []string{
		"denied in r1, r2 [] [{vpc [D]}]",
		"denied in r1 [x y] [{elasticsearch [ListPlugins (elasticsearch:ListPlugin)]}]",
		"denied in r1, r2 [x y] [{elasticsearch [C]}]",
		"1 denied, 1 skipped globally [u v] [{ram [F]}]",
		"3 failed in r1 [] [{slb [A]}]",
		"never made in r1 [] [{slb [B]}]",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if n := operations(gaps(calls, false)); n != 6 {
		t.Errorf("%d operations", n)
	}
}
