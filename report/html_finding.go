package report

import (
	"cmp"
	"esaudit/report/plain"
	"slices"
	"strings"
	"unicode/utf8"

	"esaudit/finding"
	"esaudit/graph"
	"esaudit/lang"
)

// htmlFinding is a finding as the page shows it.
type htmlFinding struct {
	finding.Finding
	Rule      finding.Rule
	Tone      string   // critical ... info, unrated, latent, unknown, waived, pass, na
	Word      string   // what the tone is called
	Asides    []string // what Word does not say of status and severity
	Choice    string   // classes that the filter goes by
	Open      bool     // unfolded from the start
	Packed    bool     // its body is one text until it is unfolded, where scripts run
	Evidence  []htmlEvidence
	More      int // values left out
	Makers    []string
	Hunks     []htmlHunk
	MoreHunks int
	Path      []htmlStep
	Picture   *htmlPicture // of the path; nil without one
	OnMap     bool         // the topology has a place of the path
	Closing   []graph.Hop  // controls of a path that is open: any one would close it
	Holding   []graph.Hop  // controls that keep a latent setting from taking effect
	RuleMends string       // names the rule's own steps
}

// Passing reports whether the page can say what would make the finding pass.
func (f htmlFinding) Passing() bool {
	return !settledStatus(f.Finding) && (f.Rule.Prefer != "" || len(f.Closing)+len(f.Holding) > 0)
}

// PlanCommand is the command that plans the finding's correction.
func (f htmlFinding) PlanCommand() string {
	return "esaudit fix plan --finding " + f.Fingerprint + " -o fix.plan"
}

// htmlEvidence is one value and where it stands. Full is set when the value is
// folded.
type htmlEvidence struct {
	Value, Full    string
	Missing        bool
	Told           bool // Value is a text, and no value
	Size           string
	Note           string
	Lines, Pointer string
}

// htmlStep is a place on a path, or a control between two.
type htmlStep struct {
	Place string
	Again bool // the path starts anew here
	Hop   *graph.Hop
	Sign  string

	Number int    // of the hop in its path
	Map    string // ids of the topology that it stands for
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
	estate *htmlMap  // nil when it is not drawn
	texts  *lang.Texts
	mends  string // where a rule's own steps are
	rules  map[string]finding.Rule
	shown  []htmlFinding
	chosen htmlChosen

	packed   bool           // the page has so many findings that reading their bodies would hold it up
	subjects map[string]int // by ARN, into chosen.Subjects
}

func newHTMLBuilder(r *finding.Report, o Options) *htmlBuilder {
	b := &htmlBuilder{report: r, texts: o.Texts, mends: o.Texts.T(htmlEnglish().RuleMends), rules: map[string]finding.Rule{}, subjects: map[string]int{}}
	b.estate = newHTMLMap(r, o.View, o.Texts)
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
	v.Packed = b.packed && !v.Open
	if f.Waived != nil && f.Status != finding.Fail {
		v.Asides = append(v.Asides, f.Status.String())
	}
	if f.Status == finding.Latent || f.Waived != nil && f.Status == finding.Fail {
		v.Asides = append(v.Asides, severityWord(f.Severity))
	}
	all := proofs(f)
	v.More = max(len(all)-htmlProofs, 0)
	for _, p := range all[:len(all)-v.More] {
		v.Evidence = append(v.Evidence, evidenceView(b.texts, f.Subject, p))
	}
	v.Makers = makers(b.texts, f)
	v.Choice = b.choice(f)
	if len(v.Path) > 0 {
		v.Picture = pathPicture(v.Path)
	}
	for i, s := range v.Path {
		if s.Hop != nil {
			v.Path[i].Map = b.estate.locate(*s.Hop)
			v.OnMap = v.OnMap || v.Path[i].Map != ""
		}
	}
	v.Closing, v.Holding = deciding(f)
	v.RuleMends = strings.ReplaceAll(b.mends, "{rule}", plain.Text(rule.ID, true))
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

func evidenceView(t *lang.Texts, s finding.Subject, p proven) htmlEvidence {
	v := htmlEvidence{Missing: p.value == nil, Note: p.note, Lines: p.lineNumbers(t), Pointer: p.pointer(s)}
	if v.Missing {
		return v
	}
	if v.Told = p.told != ""; v.Told {
		v.Value = t.T(p.told)
		return v
	}
	v.Value = valueText(p.value, true)
	n := utf8.RuneCountInString(v.Value)
	if n <= htmlFold {
		return v
	}
	v.Size = number(n) + " characters"
	v.Full = v.Value
	if n > htmlLongest {
		v.Full = string([]rune(v.Value)[:htmlLongest]) + "…"
		v.Size += ", the first " + number(htmlLongest) + " here"
	}
	v.Value = string([]rune(v.Value)[:htmlFold/2])
	return v
}

// deciding returns the controls of a path that decide whether its finding would
// pass. A path is open when all of its controls are.
func deciding(f finding.Finding) (closing, holding []graph.Hop) {
	blocked := func(h graph.Hop) bool { return h.Verdict == graph.Blocked }
	switch {
	case f.Status == finding.Latent:
		return nil, slices.DeleteFunc(slices.Clone(f.Path), func(h graph.Hop) bool { return !blocked(h) })
	case f.Status == finding.Fail && len(f.Path) > 0 && len(legs(f.Path)) == 1 && f.Path[0].From == "internet" &&
		!slices.ContainsFunc(f.Path, func(h graph.Hop) bool { return h.Verdict != graph.Reachable }):
		return slices.DeleteFunc(slices.Clone(f.Path), func(h graph.Hop) bool { return h.Line == 0 }), nil
	}
	return nil, nil
}

// steps lays out a path: each place once, and between two the controls.
func steps(hops []graph.Hop) []htmlStep {
	signs := map[graph.Verdict]string{graph.Reachable: "✓", graph.Blocked: "✕", graph.Unknown: "?"}
	var out []htmlStep
	number := 0
	for i, leg := range legs(hops) {
		out = append(out, htmlStep{Place: cmp.Or(leg[0].From, "—"), Again: i > 0})
		for j := range leg {
			h := &leg[j]
			out = append(out, htmlStep{Hop: h, Sign: signs[h.Verdict], Number: number})
			number++
			if j == len(leg)-1 || !sameStep(*h, leg[j+1]) {
				out = append(out, htmlStep{Place: cmp.Or(h.To, "—")})
			}
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
		start, end := b.doc.start(n-1), b.doc.lineEnd(n-1)
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
		line.Text = plain.JSON(window(b.doc.between(start, end), at), true)
		h.Lines = append(h.Lines, line)
	}
	return h
}

// margin returns the blanks that all lines of a hunk begin with.
func (b *htmlBuilder) margin(first, last int) int {
	least := -1
	for n := first; n <= last; n++ {
		line := b.doc.between(b.doc.start(n-1), b.doc.lineEnd(n-1))
		if blanks := indentation(line); blanks < len(line) && (least < 0 || blanks < least) {
			least = blanks
		}
	}
	return max(least, 0)
}

// window returns the part of a long line around a byte offset.
func window(line string, at int) string {
	const before, most = 60, 240
	if len(line) <= most {
		return line
	}
	from := max(at-before, 0)
	to := min(from+most, len(line))
	for from > 0 && !utf8.RuneStart(line[from]) {
		from--
	}
	for to < len(line) && !utf8.RuneStart(line[to]) {
		to--
	}
	text := line[from:to]
	if from > 0 {
		text = "… " + text
	}
	if to < len(line) {
		text += " …"
	}
	return text
}
