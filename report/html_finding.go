package report

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"esaudit/finding"
	"esaudit/graph"
	"esaudit/snapshot"
)

// htmlFinding is a finding as the page shows it.
type htmlFinding struct {
	finding.Finding
	Rule      finding.Rule
	Tone      string // critical ... info, unrated, latent, unknown, waived, pass, na
	Word      string // what the tone is called
	Aside     string // the severity of what is latent, and what is waived
	Open      bool   // unfolded from the start
	Evidence  []htmlEvidence
	Hunks     []htmlHunk
	MoreHunks int
	Path      []htmlStep
}

// htmlEvidence is one value. Full is set when the value is folded.
type htmlEvidence struct {
	finding.Evidence
	Value, Full string
	Missing     bool
	Size        string
}

// htmlStep is a place on a path, or a control between two.
type htmlStep struct {
	Place string
	Again bool // the path starts anew here
	Hop   *graph.Hop
	Sign  string
}

// htmlHunk is a run of lines of the snapshot.
type htmlHunk struct {
	First, Last int
	Lines       []htmlLine
}

type htmlLine struct {
	Number int
	Text   string
	Marked bool
}

// htmlBuilder turns findings into what the page shows.
type htmlBuilder struct {
	report *finding.Report
	doc    *document // nil without a snapshot
	rules  map[string]finding.Rule
	shown  []htmlFinding
}

func newHTMLBuilder(r *finding.Report, o Options) *htmlBuilder {
	b := &htmlBuilder{report: r, rules: map[string]finding.Rule{}}
	if o.Snapshot != nil {
		b.doc = newDocument(o.Snapshot)
	}
	for _, rule := range r.Rules {
		b.rules[rule.ID] = rule
	}
	return b
}

// mostOpen is how many critical findings are unfolded from the start.
const mostOpen = 5

func (b *htmlBuilder) add(f finding.Finding) {
	tone := toneOf(f)
	rule := b.rules[f.Rule]
	rule.ID = f.Rule
	v := htmlFinding{
		Finding: f, Rule: rule, Tone: tone, Word: htmlWord(tone), Path: steps(f.Path),
		Open: tone == "critical" && b.report.Summary.Fail[finding.Critical] <= mostOpen,
	}
	switch {
	case f.Waived != nil && f.Status != finding.Fail:
		v.Aside = f.Status.String()
	case f.Waived != nil || f.Status == finding.Latent:
		v.Aside = f.Severity.String()
	}
	for _, e := range f.Evidence {
		v.Evidence = append(v.Evidence, evidenceView(e))
	}
	if b.doc != nil && !settledStatus(f) && len(b.shown) < htmlExcerpts {
		v.Hunks, v.MoreHunks = b.hunks(f)
	}
	b.shown = append(b.shown, v)
}

// toneOf is what decides how a finding looks and where it stands.
func toneOf(f finding.Finding) string {
	switch {
	case f.Waived != nil:
		return "waived"
	case f.Status == finding.Fail:
		return severityWord(f.Severity)
	}
	return f.Status.String()
}

func evidenceView(e finding.Evidence) htmlEvidence {
	v := htmlEvidence{Evidence: e, Missing: e.Value == nil}
	if v.Missing {
		return v
	}
	v.Value = valueText(e.Value, true)
	n := utf8.RuneCountInString(v.Value)
	if n <= htmlFold {
		return v
	}
	v.Size = htmlNumber(n) + " characters"
	v.Full = v.Value
	if n > htmlLongest {
		v.Full = string([]rune(v.Value)[:htmlLongest]) + "…"
		v.Size += ", the first " + htmlNumber(htmlLongest) + " here"
	}
	v.Value = string([]rune(v.Value)[:htmlFold/2])
	return v
}

// steps lays out a path: each place once, and between two the controls.
func steps(hops []graph.Hop) []htmlStep {
	signs := map[graph.Verdict]string{graph.Reachable: "✓", graph.Blocked: "✕", graph.Unknown: "?"}
	var out []htmlStep
	for i := range hops {
		h := &hops[i]
		first := i == 0
		if first || h.From != hops[i-1].To && h.From != hops[i-1].From {
			out = append(out, htmlStep{Place: cmp.Or(h.From, "—"), Again: !first})
		}
		out = append(out, htmlStep{Hop: h, Sign: signs[h.Verdict]})
		if i == len(hops)-1 || hops[i+1].To != h.To || hops[i+1].From != h.From {
			out = append(out, htmlStep{Place: cmp.Or(h.To, "—")})
		}
	}
	return out
}

// hunks returns the lines around the values a finding rests on; values that
// stand close together share a hunk. more is how many places are left out.
func (b *htmlBuilder) hunks(f finding.Finding) (out []htmlHunk, more int) {
	var marks []extent
	for _, e := range f.Evidence {
		if n := b.doc.resolve(e.Pointer, f.Subject); e.Pointer != "" && n.Parent() != nil {
			marks = append(marks, b.doc.value(n))
		}
	}
	slices.SortFunc(marks, func(x, y extent) int { return cmp.Compare(x.start, y.start) })
	for i := 0; i < len(marks); {
		around := b.doc.around(marks[i])
		first, last := around.startLine, around.endLine
		j := i + 1
		for ; j < len(marks); j++ {
			next := b.doc.around(marks[j])
			if next.startLine > last+1 {
				break
			}
			last = max(last, next.endLine)
		}
		if len(out) < htmlHunks {
			out = append(out, b.hunk(first, last, marks[i:j]))
		} else {
			more++
		}
		i = j
	}
	return out, more
}

// mostLines is how many lines one hunk shows.
const mostLines = 40

func (b *htmlBuilder) hunk(first, last int, marks []extent) htmlHunk {
	last = min(last, first+mostLines-1)
	h := htmlHunk{First: first, Last: last}
	margin := b.margin(first, last)
	for n := first; n <= last; n++ {
		start, end := b.doc.starts[n-1], b.doc.lineEnd(n-1)
		start = min(start+margin, end)
		line := htmlLine{Number: n}
		at := 0
		for _, m := range marks {
			if m.startLine <= n && n <= m.endLine {
				line.Marked = true
				at = max(m.start-start, 0)
				break
			}
		}
		line.Text = escapeJSON(window(b.doc.data[start:end], at), true)
		h.Lines = append(h.Lines, line)
	}
	return h
}

// margin returns the blanks that all lines of a hunk begin with.
func (b *htmlBuilder) margin(first, last int) int {
	least := -1
	for n := first; n <= last; n++ {
		line := b.doc.data[b.doc.starts[n-1]:b.doc.lineEnd(n-1)]
		if blanks := indentation(line); blanks < len(line) && (least < 0 || blanks < least) {
			least = blanks
		}
	}
	return max(least, 0)
}

// window returns the part of a long line around a byte offset.
func window(line []byte, at int) string {
	const before, most = 60, 240
	if len(line) <= most {
		return string(line)
	}
	from := max(at-before, 0)
	to := min(from+most, len(line))
	for from > 0 && !utf8.RuneStart(line[from]) {
		from--
	}
	for to < len(line) && !utf8.RuneStart(line[to]) {
		to--
	}
	text := string(line[from:to])
	if from > 0 {
		text = "… " + text
	}
	if to < len(line) {
		text += " …"
	}
	return text
}

// htmlCalls is what came of one operation in all regions that lack it.
type htmlCalls struct {
	Name, Action string
	Outcomes     string
	Regions      []string
	Accounts     []string
	Subjects     string
}

// unreadCalls joins the calls that were not read, by operation.
func unreadCalls(calls []finding.Call) []htmlCalls {
	joined := map[snapshot.Call]*finding.Call{}
	var order []snapshot.Call
	regions, accounts := map[snapshot.Call][]string{}, map[snapshot.Call][]string{}
	for _, c := range calls {
		if c.Denied+c.Failed+c.Skipped == 0 && !c.Absent {
			continue
		}
		key := snapshot.Call{Product: c.Product, Operation: c.Operation}
		if joined[key] == nil {
			joined[key] = &finding.Call{}
			order = append(order, key)
		}
		sum := joined[key]
		sum.Denied, sum.Failed, sum.Skipped = sum.Denied+c.Denied, sum.Failed+c.Failed, sum.Skipped+c.Skipped
		sum.Absent = sum.Absent || c.Absent
		sum.Subjects = append(sum.Subjects, c.Subjects...)
		regions[key], accounts[key] = append(regions[key], c.Region), append(accounts[key], c.Account)
	}
	// Refusals first: they are what somebody can grant.
	slices.SortStableFunc(order, func(x, y snapshot.Call) int {
		return cmp.Compare(min(joined[y].Denied, 1), min(joined[x].Denied, 1))
	})
	return viewed(order, func(key snapshot.Call) htmlCalls {
		sum := joined[key]
		slices.Sort(sum.Subjects)
		return htmlCalls{
			Name: key.Product + ":" + key.Operation, Action: key.Action(), Outcomes: outcomeWords(*sum),
			Regions: distinct(regions[key]), Accounts: distinct(accounts[key]), Subjects: someOf(slices.Compact(sum.Subjects)),
		}
	})
}

func distinct(items []string) []string {
	items = slices.Clone(items)
	slices.Sort(items)
	return slices.Compact(items)
}

// outcomeWords tells how calls ended that were not read.
func outcomeWords(c finding.Call) string {
	text := ""
	add := func(said string) {
		if text != "" {
			text += ", "
		}
		text += said
	}
	for _, o := range []struct {
		n    int
		word string
	}{{c.Denied, "refused"}, {c.Failed, "failed"}, {c.Skipped, "skipped"}} {
		if o.n > 0 {
			add(fmt.Sprintf("%s %s", o.word, times(o.n)))
		}
	}
	if c.Absent {
		add("never made")
	}
	return text
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return htmlNumber(n) + " times"
}
