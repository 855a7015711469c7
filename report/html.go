package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"esaudit/report/plain"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"esaudit/finding"
	"esaudit/lang"
)

//go:embed html/*.tmpl html/style.css html/script.js
var htmlFiles embed.FS

// Limits of the page. What they leave out is said on it; the JSON report has
// everything.
const (
	htmlFindings = 5000  // findings, from the worst
	htmlRows     = 300   // subjects of one kind in the overview
	htmlGaps     = 12    // of the picture, in the banner
	htmlExcerpts = 500   // findings, from the worst, that show lines of the snapshot
	htmlHunks    = 4     // places of the snapshot shown for one finding
	htmlProofs   = 50    // values of a finding
	htmlAccounts = 6     // that the first screen names
	htmlFold     = 160   // characters of a value shown before it is folded
	htmlLongest  = 20000 // characters of a value
)

// writeHTML writes one page that needs nothing else: no network, and of its
// script nothing but comfort. Its content security policy allows its own styles
// and its own script by their hashes, and nothing besides.
func writeHTML(w io.Writer, r *finding.Report, o Options) error {
	style, err := htmlFiles.ReadFile("html/style.css")
	if err != nil {
		return err
	}
	script, err := htmlFiles.ReadFile("html/script.js")
	if err != nil {
		return err
	}
	t, err := template.New("report").Funcs(htmlFuncs(o.Texts)).ParseFS(htmlFiles, "html/*.tmpl")
	if err != nil {
		return err
	}
	translateTemplates(t, o.Texts)
	p := newHTMLPage(whole(r), o)
	p.translate(o.Texts)
	p.Style, p.Script, p.Filters = template.CSS(style), template.JS(script), template.CSS(p.filters())
	styles := htmlHash(string(p.Style))
	if p.Filters != "" {
		styles += " " + htmlHash(string(p.Filters))
	}
	p.Policy = "default-src 'none'; style-src " + styles + "; script-src " + htmlHash(string(script)) + "; img-src data:; base-uri 'none'; form-action 'none'"
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "page.tmpl", p); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// htmlHash names an inline text in a policy.
func htmlHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func htmlFuncs(t *lang.Texts) template.FuncMap {
	words := htmlEnglish().in(t)
	return template.FuncMap{
		"text":       func(s string) string { return plain.Text(s, true) },
		"paragraphs": htmlParagraphs,
		"ticks":      htmlTicks,
		"odd":        func(i int) bool { return i%2 == 1 },
		"pointer":    htmlPointer,
		"count":      func(n int, noun string) string { return counted(t, n, noun) },
		"number":     number,
		"cause":      func(cause string) string { return t.T(causeText(cause)) },
		"names":      func(names []string) string { return plain.Text(firstOf(t, names, mostNamed), true) },
		"say":        say(t),
		"words":      func() *htmlWords { return &words },
	}
}

// htmlParagraphs parts a rule's prose at blank lines.
func htmlParagraphs(prose string) []string {
	var out []string
	for _, p := range strings.Split(strings.ReplaceAll(prose, "\r\n", "\n"), "\n\n") {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			out = append(out, plain.Text(p, true))
		}
	}
	return out
}

// htmlTicks parts a rule's prose at its backticks: every second part is code. A
// backtick without its like stays.
func htmlTicks(prose string) []string {
	parts := strings.Split(prose, "`")
	if n := len(parts); n%2 == 0 {
		parts = append(parts[:n-2], parts[n-2]+"`"+parts[n-1])
	}
	return parts
}

// htmlPointer parts a JSON pointer where a line may break.
func htmlPointer(pointer string) []string {
	return viewed(strings.SplitAfter(pointer, "/"), func(s string) string { return plain.Text(s, true) })
}

// htmlTime writes a time for people; a text that is none stays as it is.
func htmlTime(t *lang.Texts, stamp string) string {
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil || at.IsZero() {
		return instant(t, stamp)
	}
	return at.UTC().Format(t.T("2 January 2006, 15:04 UTC"))
}

// htmlPage is what the template shows. Texts in it are strangers' still; the
// template passes them through text.
type htmlPage struct {
	Style, Filters template.CSS
	Script         template.JS
	Policy         string
	Title          string
	Report         *finding.Report
	Headline       string
	Said           string // the rest of the verdict
	Accounts       []htmlAccount
	Named          []htmlAccount // on the first screen
	Several        bool          // accounts
	Tiles          []htmlTile
	Worst          []htmlWorst
	Complete       bool
	TakenOver      string // how much of the picture an earlier run has read
	Gaps           []gap
	MoreGaps       int // operations of gaps that are left out
	Groups         []htmlGroup
	Settled        []htmlSettled
	Shown, Carried int // findings
	Many           bool
	Excerpts       int // findings that show lines of the snapshot; 0 when all do
	All            bool
	Choices        htmlChosen
	Matrices       []htmlMatrix
	Sums           []htmlAccountSum // of several accounts
	Trend          *htmlTrend       // nil without earlier reports
	Map            *htmlMap         // nil when the estate is not drawn
	Rules          []htmlRule
}

type htmlAccount struct {
	finding.Account
	When string
}

// htmlTile is a count of the first screen.
type htmlTile struct {
	Word, Tone, Ref string
	Count           int
}

func newHTMLPage(r *finding.Report, o Options) *htmlPage {
	p := &htmlPage{Report: r, Several: len(r.Snapshot.Accounts) > 1, Carried: len(r.Findings)}
	var ids []string
	for _, a := range r.Snapshot.Accounts {
		p.Accounts = append(p.Accounts, htmlAccount{a, htmlTime(o.Texts, a.TakenAt)})
		ids = append(ids, a.ID)
	}
	p.Named = p.Accounts[:min(len(p.Accounts), htmlAccounts)]
	p.Title = plain.Text(o.Texts.F("Audit of %s", firstOf(o.Texts, ids, htmlAccounts)), true)
	missing := translated(o.Texts, gaps(r.Coverage.Calls, p.Several))
	p.Complete = r.Coverage.Complete && len(missing) == 0
	p.TakenOver = takenOver(o.Texts, r.Coverage.Calls)
	p.Gaps = missing[:min(len(missing), htmlGaps)]
	p.MoreGaps = operations(missing) - operations(p.Gaps)
	p.Headline, p.Said = headlineIn(o.Texts, r, p.Complete)

	b := newHTMLBuilder(r, o)
	p.Shown = min(len(r.Findings), htmlFindings)
	p.Many = p.Shown > htmlExcerpts
	b.packed = p.Many
	for _, f := range finding.Worst(r.Findings, htmlFindings) {
		p.All = p.All || settledStatus(f)
		b.add(f)
	}
	if p.Many && b.doc != nil {
		p.Excerpts = htmlExcerpts
	}
	p.Groups, p.Settled = b.groups(), b.settled()
	p.Tiles = tiles(r, p)
	p.Worst, p.Matrices = b.worst(), b.matrices()
	p.Choices = b.chosen
	p.Rules = b.ruleList()
	p.Map = b.estate
	p.Sums, p.Trend = accountSums(r, p.Accounts), newTrend(r, o)
	return p
}

// settledStatus reports whether a finding asks for nothing.
func settledStatus(f finding.Finding) bool {
	return f.Waived == nil && (f.Status == finding.Pass || f.Status == finding.NA)
}

// tiles counts everything that was judged. A tile leads to its group where the
// page has one.
func tiles(r *finding.Report, p *htmlPage) []htmlTile {
	var out []htmlTile
	for _, s := range finding.Severities() {
		out = append(out, htmlTile{Word: s.String(), Count: r.Summary.Fail[s]})
	}
	sum := r.Summary
	out = append(out, htmlTile{Word: "latent", Count: sum.Latent}, htmlTile{Word: "unknown", Count: sum.Unknown},
		htmlTile{Word: "waived", Count: sum.Waived}, htmlTile{Word: "pass", Count: sum.Pass}, htmlTile{Word: "na", Count: sum.NA})
	for i := range out {
		t := &out[i]
		t.Tone = t.Word
		there := slices.ContainsFunc(p.Groups, func(g htmlGroup) bool { return g.Tone == t.Tone }) ||
			slices.ContainsFunc(p.Settled, func(g htmlSettled) bool { return g.Tone == t.Tone })
		if there {
			t.Ref = t.Tone
		}
		t.Word = htmlWord(t.Word)
	}
	return out
}

// htmlWord is how a tone is called on the page.
func htmlWord(tone string) string {
	if tone == "na" {
		return "not applicable"
	}
	return tone
}

// viewed turns every item into what the page shows of it.
func viewed[T, V any](items []T, view func(T) V) []V {
	out := make([]V, 0, len(items))
	for _, item := range items {
		out = append(out, view(item))
	}
	return out
}
