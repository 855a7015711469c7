package report

import (
	"bytes"
	"esaudit/report/plain"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"esaudit/finding"
	"esaudit/graph"
)

func renderHTML(t testing.TB, r *finding.Report, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := writeHTML(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func parseHTML(t testing.TB, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func elements(doc *html.Node) []*html.Node {
	var out []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			out = append(out, n)
		}
	}
	return out
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// textOf is what a reader sees of an element, blanks made one.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func withID(t testing.TB, doc *html.Node, id string) *html.Node {
	t.Helper()
	for _, n := range elements(doc) {
		if attribute(n, "id") == id {
			return n
		}
	}
	t.Fatalf("no element with id %q", id)
	return nil
}

// article is the element that holds a finding: the details around its body, or
// around the list it is an item of.
func article(t testing.TB, doc *html.Node, f finding.Finding) *html.Node {
	t.Helper()
	n := withID(t, doc, "f-"+f.Fingerprint)
	for n.Data != "details" {
		n = n.Parent
	}
	return n
}

func squeezed(s string) string { return strings.Join(strings.Fields(plain.Text(s, true)), " ") }

func TestHTMLGolden(t *testing.T) {
	r, s := htmlFixture(t)
	golden(t, "report.html.golden", render(t, "html", r, Options{Snapshot: s, View: htmlView()}))
}

func TestHTMLShowsAllOfAFinding(t *testing.T) {
	r, s := htmlFixture(t)
	doc := parseHTML(t, renderHTML(t, r, Options{Snapshot: s}))
	for _, f := range r.Findings {
		text := textOf(article(t, doc, f))
		want := []string{f.Message, f.Rule, f.Subject.ID, f.Subject.Name, f.Cause}
		if !settledStatus(f) {
			want = append(append(want, f.Fingerprint, f.Remediation.Fix), f.Remediation.API...)
			want = append(append(want, f.SettledBy...), htmlParagraphs(f.Remediation.Text)...)
		}
		for _, h := range f.Path {
			want = append(want, h.From, h.To, h.Control, h.Verdict.String(), h.Why)
		}
		if f.Waived != nil {
			want = append(want, f.Waived.Reason, f.Waived.Owner, f.Waived.Expires)
		}
		for _, e := range f.Evidence {
			want = append(want, e.Note, shortPointer(e.Pointer, f.Subject))
			if e.Line > 0 {
				want = append(want, fmt.Sprintf("line %d", e.Line))
			}
			// valueText escapes already.
			value := "missing"
			if e.Value != nil {
				value = strings.Join(strings.Fields(valueText(e.Value, true)), " ")
			}
			if !strings.Contains(text, value) {
				t.Errorf("%s %s: value %.80s is not shown", f.Rule, f.Subject.ID, value)
			}
		}
		for _, w := range want {
			if !strings.Contains(text, squeezed(w)) {
				t.Errorf("%s %s: %q is not shown in %.400s", f.Rule, f.Subject.ID, squeezed(w), text)
			}
		}
	}
}

func TestHTMLShowsTheLinesAroundAValue(t *testing.T) {
	r, s := htmlFixture(t)
	with := parseHTML(t, renderHTML(t, r, Options{Snapshot: s}))
	lines := strings.Split(string(s.Source()), "\n")
	marks := 0
	for _, f := range r.Findings {
		var marked []string
		for _, n := range elements(article(t, with, f)) {
			if n.Data == "span" && attribute(n, "class") == "mark" {
				marked = append(marked, strings.TrimPrefix(textOf(n), "▸"))
			}
		}
		for _, e := range f.Evidence {
			if settledStatus(f) || e.Line == 0 || len(lines[e.Line-1]) > 200 {
				continue
			}
			marks++
			want := fmt.Sprint(e.Line) + strings.Join(strings.Fields(plain.JSON(lines[e.Line-1], true)), " ")
			if !slices.ContainsFunc(marked, func(m string) bool { return strings.ReplaceAll(m, " ", "") == strings.ReplaceAll(want, " ", "") }) {
				t.Errorf("%s: line %q is not marked among %q", f.Rule, want, marked)
			}
		}
	}
	if marks < 8 {
		t.Errorf("the fixture has %d lines to mark", marks)
	}
	without := renderHTML(t, r, Options{})
	if strings.Contains(without, "<figure") {
		t.Error("lines of a snapshot that is not there")
	}
}

func TestHTMLSaysWhatWasNotRead(t *testing.T) {
	r, s := htmlFixture(t)
	doc := parseHTML(t, renderHTML(t, r, Options{Snapshot: s}))
	banner := textOf(withID(t, doc, "incomplete-title").Parent)
	for _, want := range []string{"The picture is incomplete", "ListPlugins (elasticsearch:ListPlugin)", "denied in cn-hangzhou: es-cn-logs, es-cn-orders", "never made globally", "DescribeCens (cen:DescribeCens)", "failed in cn-shanghai slbDescribeLoadBalancers"} {
		if !strings.Contains(banner, want) {
			t.Errorf("the banner lacks %q: %s", want, banner)
		}
	}
	if strings.Contains(banner, "ListUsers") {
		t.Error("the banner names a call that was read")
	}
	coverage := textOf(withID(t, doc, "coverage"))
	for _, c := range r.Coverage.Calls {
		if !strings.Contains(coverage, c.Product+":"+c.Operation) {
			t.Errorf("coverage lacks %s:%s", c.Product, c.Operation)
		}
	}

	for name, change := range map[string]func(*finding.Report){
		"a refused call under a complete report": func(r *finding.Report) { r.Coverage.Complete = true },
		"an incomplete report that names none":   func(r *finding.Report) { r.Coverage.Calls = nil },
	} {
		r, s := htmlFixture(t)
		change(r)
		if page := renderHTML(t, r, Options{Snapshot: s}); !strings.Contains(page, "The picture is incomplete") || strings.Contains(page, "The picture is complete") {
			t.Errorf("%s: shown as complete", name)
		}
	}
}

func TestHTMLVerdict(t *testing.T) {
	for _, c := range []struct {
		name           string
		summary        finding.Summary
		complete       bool
		headline, said string
	}{
		{"clean", finding.Summary{Pass: 4}, true, "Nothing failed", "Every check was decided."},
		{"clean but incomplete", finding.Summary{Pass: 4}, false, "Nothing failed of what could be judged", ""},
		{"clean but undecided", finding.Summary{Pass: 4, Unknown: 1}, true, "Nothing failed of what could be judged", "1 check could not be decided, which is no pass."},
		{"one critical", finding.Summary{Fail: map[finding.Severity]int{finding.Critical: 1}}, true, "1 finding needs action, and it is critical", ""},
		{"many", finding.Summary{Fail: map[finding.Severity]int{finding.Critical: 2, finding.Low: 1200}, Latent: 2}, true, "1,202 findings need action, 2 of them critical", "2 bad settings have no effect yet."},
		{"none critical", finding.Summary{Fail: map[finding.Severity]int{finding.Low: 2}}, true, "2 findings need action", ""},
	} {
		head, said := headline(&finding.Report{Summary: c.summary, Findings: summarised(c.summary)}, c.complete)
		if head != c.headline || said != c.said {
			t.Errorf("%s: %q, %q", c.name, head, said)
		}
	}
}

// summarised are findings that a summary counts.
func summarised(s finding.Summary) []finding.Finding {
	var out []finding.Finding
	for severity, n := range s.Fail {
		out = append(out, slices.Repeat([]finding.Finding{{Status: finding.Fail, Severity: severity}}, n)...)
	}
	return append(out, slices.Repeat([]finding.Finding{{Status: finding.Latent}}, s.Latent)...)
}

// What was counted and is not listed is told, and what was left out of the audit.
func TestVerdictOfAPart(t *testing.T) {
	counted := finding.Summary{Fail: map[finding.Severity]int{finding.Critical: 1, finding.Medium: 1200, finding.Low: 2}, Latent: 1, Waived: 3}
	listed := []finding.Finding{{Status: finding.Fail, Severity: finding.Critical}, {Status: finding.Fail, Severity: finding.Low}, {Status: finding.Fail, Waived: &finding.Waiver{}}}
	for _, c := range []struct {
		scope *finding.Scope
		list  []finding.Finding
		said  string
	}{
		{nil, listed, "1 bad setting has no effect yet. Not listed here, because of --min-severity: 1,200 medium, 1 low, 1 latent, 2 waived."},
		{&finding.Scope{Clusters: []string{"es-2", "es-1"}, Owners: []string{""}}, nil,
			"1 bad setting has no effect yet. Only this was judged: cluster es-1, es-2; owner nobody. Not listed here, because of --min-severity: 1 critical, 1,200 medium, 2 low, 1 latent, 3 waived."},
	} {
		if _, said := headline(&finding.Report{Summary: counted, Findings: c.list, Scope: c.scope}, true); said != c.said {
			t.Errorf("%q, not %q", said, c.said)
		}
	}
}

// A picture that does not say when it is of has no year.
func TestNoTime(t *testing.T) {
	r, s := fixture(t)
	r.Snapshot.Accounts[0].TakenAt = "0001-01-01T00:00:00Z"
	for _, name := range []string{"table", "html", "markdown", "sarif"} {
		text := strings.ReplaceAll(render(t, name, r, Options{Snapshot: s, Width: 200}), "\u00a0", " ")
		if strings.Contains(text, "January") || name != "sarif" && (strings.Contains(strings.ReplaceAll(text, `datetime="0001`, ""), "0001-01-01") || !strings.Contains(text, "an unknown time")) || strings.Contains(text, "endTimeUtc") {
			t.Errorf("%s tells a time that nobody knows", name)
		}
	}
}

// Every hop of a path is in its picture, and knows its place in the topology.
func TestHTMLPictures(t *testing.T) {
	r, s := htmlFixture(t)
	doc := parseHTML(t, renderHTML(t, r, Options{Snapshot: s, View: htmlView()}))
	for _, f := range r.Findings {
		if len(f.Path) == 0 {
			continue
		}
		drawn, listed := map[string]int{}, map[string]int{}
		for _, n := range elements(article(t, doc, f)) {
			hop, ids := attribute(n, "data-hop"), strings.Fields(attribute(n, "data-map"))
			switch {
			case n.Data == "g" && hop != "":
				drawn[hop]++
				if text := textOf(n); !strings.Contains(text, f.Path[len(drawn)-1].Control) {
					t.Errorf("%s: hop %s is drawn as %q", f.Rule, hop, text)
				}
			case n.Data == "li" && hop != "":
				listed[hop]++
			}
			for _, id := range ids {
				withID(t, doc, id)
			}
			if f.Path[0].From == "internet" && n.Data == "li" && hop == "0" && len(ids) < 1 {
				t.Errorf("%s: the internet is not in the topology", f.Rule)
			}
		}
		if len(drawn) != len(f.Path) || len(listed) != len(f.Path) {
			t.Errorf("%s: %d hops, %d drawn, %d listed", f.Rule, len(f.Path), len(drawn), len(listed))
		}
	}
	way := textOf(withID(t, doc, "t-w0-5"))
	if way != "internet → nlb-front: blocked" && !strings.HasPrefix(way, "internet → ") {
		t.Errorf("the topology says %q", way)
	}
}

// A finding says what would make it pass.
func TestHTMLPassesWhen(t *testing.T) {
	r, s := htmlFixture(t)
	r.Rules[1].Prefer = "Public access off; or `203.0.113.0/28`, one ` tick."
	doc := parseHTML(t, renderHTML(t, r, Options{Snapshot: s}))
	open := textOf(article(t, doc, r.Findings[0]))
	for _, want := range []string{"Public access off; or 203.0.113.0/28, one ` tick.", "one of its controls refuses: public access (line", "cluster status (line", "fix plan --finding " + r.Findings[0].Fingerprint} {
		if !strings.Contains(open, want) {
			t.Errorf("%q is not in %s", want, open)
		}
	}
}

// The page must hold what the template holds, and nothing that a stranger's
// text added: the same elements as with plain texts of the same shape.
func TestHTMLKeepsStrangersTextsInert(t *testing.T) {
	hostile, s := htmlFixture(t)
	page := renderHTML(t, hostile, Options{Snapshot: s, View: htmlView()})
	doc := parseHTML(t, page)
	for _, n := range elements(doc) {
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "src" || a.Key == "srcset" || a.Key == "action" || a.Key == "formaction" || a.Key == "ping" || a.Key == "target" {
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
			if a.Key == "href" && !strings.HasPrefix(a.Val, "#") && a.Val != "data:," {
				t.Errorf("<%s> leads to %q", n.Data, a.Val)
			}
		}
		if slices.Contains([]string{"img", "iframe", "object", "embed", "base", "foreignobject", "use", "animate", "set", "video", "audio", "b-"}, n.Data) {
			t.Errorf("<%s> on the page", n.Data)
		}
	}
	for _, name := range []string{"script", "title", "h1", "main", "nav", "form"} {
		n := 0
		for _, e := range elements(doc) {
			if e.Data == name && e.Namespace == "" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d <%s> on the page", n, name)
		}
	}
	if at := firstHidden(page); at >= 0 {
		t.Errorf("hidden character near %q", page[max(0, at-40):at+4])
	}
	if text := textOf(doc); !strings.Contains(text, squeezed(htmlBreakout)) || !strings.Contains(text, `billing\u202egnp.exe`) {
		t.Error("a hostile name is not shown as it is written")
	}
}

func firstHidden(page string) int {
	return strings.IndexFunc(page, func(c rune) bool { return c != '\n' && plain.Hidden(c) })
}

func TestHTMLWithAnyTexts(t *testing.T) {
	text := rapid.OneOf(rapid.StringN(0, 12, -1), rapid.SampledFrom([]string{htmlBreakout, htmlTurned, "</style><script>", "</title>", "-->", "{{.}}", "\x00\xff", "' onload='x"}))
	shape := func(doc *html.Node) string {
		var names []string
		for _, n := range elements(doc) {
			names = append(names, n.Data)
		}
		return strings.Join(names, " ")
	}
	report := func(draw func() string) *finding.Report {
		subject := finding.Subject{ARN: draw(), Kind: draw(), ID: draw(), Region: draw(), Name: draw() + "."}
		f := finding.Finding{Rule: "X" + draw(), Status: finding.Fail, Severity: finding.High, Subject: subject, Message: draw(), Fingerprint: "00",
			Evidence: []finding.Evidence{{Pointer: "/" + strings.ReplaceAll(draw(), "/", ""), Value: "v" + draw(), Note: "n" + draw()}},
			Path:     []graph.Hop{{From: "f", To: "t", Control: draw(), Why: "w" + draw(), Pointer: "/x"}},
			Baseline: "b" + draw(), Remediation: finding.Remediation{Text: "t", API: []string{draw()}},
			Waived: &finding.Waiver{Reason: draw(), Owner: "o" + draw(), Expires: "e" + draw(), Scope: "s" + draw()}}
		return &finding.Report{Tool: finding.Tool{Name: draw(), Version: draw()}, Findings: []finding.Finding{f},
			Snapshot: finding.Snapshot{Digest: draw(), Accounts: []finding.Account{{ID: draw(), TakenAt: draw(), Regions: []string{draw()}}}},
			Coverage: finding.Coverage{Calls: []finding.Call{{Region: draw(), Product: draw(), Operation: draw(), Denied: 1, Subjects: []string{"s" + draw()}}}},
			Rules:    []finding.Rule{{ID: f.Rule, Title: "t" + draw(), Basis: []string{draw()}, Controls: []string{draw()}, API: []string{draw()}}}}
	}
	normal := shape(parseHTML(t, renderHTML(t, report(func() string { return "x" }), Options{})))
	rapid.Check(t, func(rt *rapid.T) {
		// The last letter keeps optional parts from vanishing with their text.
		page := renderHTML(t, report(func() string { return text.Draw(rt, "text") + "x" }), Options{})
		if got := shape(parseHTML(t, page)); got != normal {
			rt.Fatalf("other elements than with plain texts:\n%s\n%s", got, normal)
		}
		if at := firstHidden(page); at >= 0 {
			rt.Fatalf("hidden character near %q", page[max(0, at-40):at+4])
		}
	})
}

// checkHTML checks what must hold for any page: it is well formed, its links
// lead somewhere, every control has a name, and every finding is on it.
func checkHTML(t testing.TB, r *finding.Report, page string) {
	t.Helper()
	doc := parseHTML(t, page)
	if at := firstHidden(page); at >= 0 {
		t.Errorf("html: hidden character near %q", page[max(0, at-40):at+4])
	}
	checkHTMLLinks(t, doc)
	for _, f := range r.Findings {
		if text := textOf(article(t, doc, f)); !strings.Contains(text, squeezed(f.Message)) || !strings.Contains(text, squeezed(f.Subject.ID)) {
			t.Errorf("html: %s %s is not told", f.Rule, f.Subject.ID)
		}
	}
	for _, n := range elements(doc) {
		if n.Data == "select" && n.Parent.Data != "label" || n.Data == "table" && n.Parent.Data == "div" && attribute(n.Parent, "aria-label") == "" {
			t.Errorf("html: <%s> has no name", n.Data)
		}
	}
}

func checkHTMLLinks(t testing.TB, doc *html.Node) {
	t.Helper()
	ids := map[string]int{}
	for _, n := range elements(doc) {
		if id := attribute(n, "id"); id != "" {
			ids[id]++
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %q stands %d times", id, n)
		}
	}
	for _, n := range elements(doc) {
		if to, ok := strings.CutPrefix(attribute(n, "href"), "#"); ok && ids[to] == 0 {
			t.Errorf("link to #%s leads nowhere", to)
		}
		if by := attribute(n, "aria-labelledby"); by != "" && ids[by] == 0 {
			t.Errorf("<%s> is labelled by %q, which is not there", n.Data, by)
		}
	}
}

// Who is worst off is told with the worst open failure: what is waived is no
// reason to look there first.
func TestHTMLWorst(t *testing.T) {
	r, s := htmlFixture(t)
	doc := parseHTML(t, renderHTML(t, r, Options{Snapshot: s}))
	var got []string
	for _, n := range elements(doc) {
		if attribute(n, "class") == "reason" {
			got = append(got, attribute(n, "href")[len("#f-"):])
		}
	}
	var want []string
	seen := map[string]bool{}
	for _, f := range r.Findings {
		if f.Waived == nil && f.Status == finding.Fail && !seen[f.Subject.ARN] {
			seen[f.Subject.ARN] = true
			want = append(want, f.Fingerprint)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestHTMLOverview(t *testing.T) {
	r, s := htmlFixture(t)
	doc := parseHTML(t, renderHTML(t, r, Options{Snapshot: s}))
	said := map[string]string{}
	for _, n := range elements(withID(t, doc, "overview")) {
		if n.Data == "a" && strings.HasPrefix(attribute(n, "class"), "cell") {
			said[attribute(n, "href")] = attribute(n, "title")
		}
	}
	for _, f := range r.Findings {
		want := htmlWord(toneOf(f))
		if got := said["#f-"+f.Fingerprint]; got != want {
			t.Errorf("%s of %s is %q in the overview, want %q", f.Rule, f.Subject.ID, got, want)
		}
	}
	if len(said) != len(r.Findings) {
		t.Errorf("%d cells for %d findings", len(said), len(r.Findings))
	}
}

func TestHTMLSaysWhatItLeavesOut(t *testing.T) {
	r, s := htmlFixture(t)
	one := r.Findings[0]
	r.Findings = nil
	for i := range htmlFindings + 1 {
		f := one
		f.Subject = htmlCluster(fmt.Sprintf("es-cn-%05d", i), "")
		f.Evidence, f.Path = nil, nil
		f.Fingerprint = finding.Fingerprint(f.Rule, f.Subject.ARN)
		r.Findings = append(r.Findings, f)
	}
	r.Summary = finding.Summarise(r.Findings)
	page := renderHTML(t, r, Options{Snapshot: s})
	for _, want := range []string{"This page shows 5,000 of 5,001 findings", "5,000 of 5,001 are on this page", "4,700 more of this kind are not in the table", "The first 500 show the lines"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if n := strings.Count(page, `id="f-`); n != htmlFindings {
		t.Errorf("%d findings on the page", n)
	}

	r, _ = htmlFixture(t)
	r.Findings = slices.DeleteFunc(r.Findings, func(f finding.Finding) bool { return f.Severity < finding.High })
	if page := renderHTML(t, r, Options{}); !strings.Contains(page, "0 of 1 are on this page: the report leaves the others out") {
		t.Error("severities that the report leaves out look like none")
	}
}

func TestHTMLOfNothing(t *testing.T) {
	page := renderHTML(t, &finding.Report{}, Options{})
	if strings.Contains(page, "The picture is complete") || !strings.Contains(page, "Nothing failed of what could be judged") {
		t.Error("an empty report reads as clean")
	}
}
