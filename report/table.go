package report

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"esaudit/finding"
)

// The table obeys these rules:
//   - the first screen says what matters: the verdict, the counts, who is worst
//     off and why, and whether the picture is complete;
//   - what has to be done first stands first: severity, then rule, so that a
//     correction is told once for all it applies to;
//   - severity is a word, and a colour only beside it;
//   - a value never stands without where it stands, and nothing is told twice;
//   - what is not known is told as loudly as what is bad;
//   - nothing is wider than the page, and no stranger's character moves a cursor.

// table is a report on its way to a page.
type table struct {
	page
	report  *finding.Report
	file    string // that lines are those of; "" when nobody said
	several bool   // accounts
	rules   map[string]finding.Rule
	rows    [2]int // widths of the first columns of rows: rule, subject

	failed, latent, unknown, waived, passed, na []finding.Finding
}

// writeTable writes the report for people at a terminal.
func writeTable(w io.Writer, r *finding.Report, o Options) error {
	t := newTable(r, o)
	t.summary()
	t.framework()
	if o.GroupBy == ByOwner {
		t.byOwner()
	} else {
		t.bySeverity(t.failed, t.latent)
	}
	t.undecided()
	t.accepted()
	t.gone()
	t.unread()
	if o.All {
		t.compact(t.texts.T("pass"), good, t.passed)
		t.compact(t.texts.T("does not apply"), quiet, t.na)
	}
	t.notes()
	_, err := w.Write(t.b.Bytes())
	return err
}

func newTable(r *finding.Report, o Options) *table {
	t := &table{
		page:   page{width: max(cmp.Or(o.Width, 80), 40), color: o.Color, unicode: o.Unicode, texts: o.Texts},
		report: r, file: o.SnapshotURI, several: len(r.Snapshot.Accounts) > 1, rules: map[string]finding.Rule{},
	}
	for _, rule := range r.Rules {
		t.rules[rule.ID] = rule
	}
	sorted := slices.Clone(r.Findings)
	finding.Sort(sorted)
	for _, f := range sorted {
		list := &t.unknown
		switch {
		case f.Waived != nil:
			list = &t.waived
		case f.Status == finding.Fail:
			list = &t.failed
		case f.Status == finding.Latent:
			list = &t.latent
		case f.Status == finding.Pass:
			list = &t.passed
		case f.Status == finding.NA:
			list = &t.na
		}
		*list = append(*list, f)
	}
	t.rows = t.measureRows()
	return t
}

// bySeverity writes failures from the worst, and latent settings.
func (t *table) bySeverity(failed, latent []finding.Finding) {
	for _, severity := range append(finding.Severities(), finding.NoSeverity) {
		same := slices.DeleteFunc(slices.Clone(failed), func(f finding.Finding) bool { return f.Severity != severity })
		t.section(t.texts.T(severityWord(severity)), severityTone(severity), counted(t.texts, len(same), "finding"), same)
	}
	t.section(t.texts.T("latent"), medium, t.texts.T("bad settings that have no effect now"), latent)
}

// byOwner writes failures and latent settings of each owner, those of nobody
// last.
func (t *table) byOwner() {
	owned := func(list []finding.Finding, owner string) []finding.Finding {
		return slices.DeleteFunc(slices.Clone(list), func(f finding.Finding) bool { return f.Subject.Owner != owner })
	}
	var owners []string
	for _, f := range slices.Concat(t.failed, t.latent) {
		if f.Subject.Owner != "" {
			owners = append(owners, f.Subject.Owner)
		}
	}
	slices.Sort(owners)
	for _, owner := range append(slices.Compact(owners), "") {
		failed, latent := owned(t.failed, owner), owned(t.latent, owner)
		if len(failed)+len(latent) == 0 {
			continue
		}
		name := t.texts.T("no owner")
		if owner != "" {
			name = t.texts.F("owner %s", t.text(owner))
		}
		t.blank()
		t.lines(0, span{name, strong}, span{t.texts.T(": ") + counted(t.texts, len(failed), "finding"), normal})
		t.bySeverity(failed, latent)
	}
}

// section writes findings of one kind, by rule.
func (t *table) section(title string, tone tone, note string, findings []finding.Finding) {
	if len(findings) == 0 {
		return
	}
	t.rule(span{strings.ToUpper(title), tone}, note)
	for _, group := range byRule(findings) {
		t.blank()
		t.title(group[0].Rule)
		cells := t.measure(group)
		for i, f := range group {
			if i > 0 {
				t.blank()
			}
			t.finding(f, cells)
			if i == len(group)-1 || !sameRemedy(f, group[i+1]) {
				t.remedy(f.Remediation)
			}
		}
	}
}

// byRule parts sorted findings where the rule changes.
func byRule(findings []finding.Finding) [][]finding.Finding {
	var out [][]finding.Finding
	for i, f := range findings {
		if i == 0 || f.Rule != findings[i-1].Rule {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], f)
	}
	return out
}

// title writes a rule's id and what it wants.
func (t *table) title(rule string) {
	id := []span{{t.name(rule), strong}}
	width := min(length(id), t.width/3)
	t.columns(0, []int{width, t.width - width - 2}, id, []span{{t.text(flat(t.rules[rule].Title)), strong}})
}

// finding writes what a rule says of one subject.
func (t *table) finding(f finding.Finding, cells evidenceWidths) {
	id := span{t.name(f.Fingerprint), quiet}
	shown := t.ends(2, t.heading(f), id)
	if !shown {
		t.lines(2, t.heading(f)...)
	}
	t.prose(4, f.Message)
	t.evidence(f, cells)
	t.makers(f)
	t.path(f)
	if !shown {
		t.labelled(evidenceIndent, t.texts.T("id"), id)
	}
}

// heading names the subject, and what is special about the finding.
func (t *table) heading(f finding.Finding) []span {
	spans := append(t.subject(f.Subject), span{glue + " " + t.kind(f.Subject), quiet})
	add := func(text string, tone tone) {
		spans = append(spans, span{glue + t.sign("·", "-") + glue, quiet}, span{text, tone})
	}
	if f.Status == finding.Latent {
		add(t.texts.T(severityWord(f.Severity)), severityTone(f.Severity))
	}
	if f.Confidence == "low" {
		add(t.phrase("low confidence"), unsure)
	}
	if f.Baseline == "new" || f.Baseline == "changed" {
		add(t.texts.T(f.Baseline), strong)
	}
	return spans
}

func (t *table) subject(s finding.Subject) []span {
	spans := []span{{t.name(s.ID), strong}}
	if s.Name != "" && s.Name != s.ID {
		spans = append(spans, span{" ", normal}, span{t.short(s.Name), normal})
	}
	return spans
}

// short writes a name, or how it begins: the id stands before it.
func (t *table) short(name string) string {
	const most = 32
	text := valueText(name, t.unicode)
	if columnsOf(text) > most {
		text = t.cutText(text, most)
	}
	return strings.ReplaceAll(text, " ", glue)
}

// kind tells kind and region, and the account where there are several.
func (t *table) kind(s finding.Subject) string {
	words := []string{t.name(s.Kind)}
	if s.Region != "" && s.Region != s.ID {
		words = append(words, t.name(s.Region))
	}
	if t.several && s.Account != s.ID {
		words = append(words, t.name(s.Account))
	}
	return strings.Join(words, glue+t.sign("·", "-")+glue)
}

func sameRemedy(a, b finding.Finding) bool {
	x, y := a.Remediation, b.Remediation
	return x.Text == y.Text && x.Fix == y.Fix && slices.Equal(x.API, y.API)
}

// remedy writes what to do next.
func (t *table) remedy(r finding.Remediation) {
	var spans []span
	if r.Text != "" {
		spans = append(spans, span{t.text(flat(r.Text)), normal})
	}
	if len(r.API) > 0 {
		spans = append(spans, span{"\n", normal}, span{t.text(strings.Join(r.API, ", ")), quiet})
	}
	if r.Fix != "" {
		spans = append(spans, span{"\n", normal}, span{t.texts.F("automatic: %s", t.text(r.Fix)), good})
	}
	if len(spans) > 0 && spans[0].text == "\n" {
		spans = spans[1:]
	}
	if len(spans) > 0 {
		label := span{t.texts.T("do"), good}
		width := columnsOf(label.text)
		t.columns(2, []int{width, min(t.width-width-4, proseWidth)}, []span{label}, spans)
	}
}

// proseWidth is how wide a text of several sentences gets: longer lines are
// hard to read.
const proseWidth = 110

// longestProse is how many characters of a text the table shows.
const longestProse = 1000

// prose writes a text of sentences.
func (t *table) prose(indent int, text string) {
	t.columns(indent, []int{min(t.width-indent, proseWidth)}, []span{{t.sentences(text), normal}})
}

func (t *table) sentences(text string) string {
	if r := []rune(text); len(r) > longestProse {
		text = string(r[:longestProse]) + "..."
	}
	return t.text(text)
}

func severityWord(s finding.Severity) string { return cmp.Or(s.String(), "unrated") }

func severityTone(s finding.Severity) tone {
	switch s {
	case finding.Critical:
		return bad
	case finding.High:
		return high
	case finding.Medium:
		return medium
	case finding.Low:
		return low
	}
	return quiet
}
