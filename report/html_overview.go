package report

import (
	"cmp"
	"slices"

	"esaudit/finding"
)

// htmlGroup holds findings that ask for something: failures of one severity,
// the latent, the unknown, the waived.
type htmlGroup struct {
	Tone, Title, Note string
	Counted           int // in the whole audit; more than Findings when the report leaves some out
	Findings          []htmlFinding
}

// htmlSettled holds findings that ask for nothing, by rule.
type htmlSettled struct {
	Tone, Title string
	Counted     int
	Rules       []htmlSettledRule
}

type htmlSettledRule struct {
	Rule     finding.Rule
	Findings []htmlFinding
}

// htmlWorst is a subject by its worst failure, and what it fails.
type htmlWorst struct {
	Worst  htmlFinding
	Counts []htmlTile
}

// htmlMatrix is what every rule says of every subject of one kind.
type htmlMatrix struct {
	Kind  string
	Rules []finding.Rule
	Rows  []htmlRow
	More  int // subjects left out
}

type htmlRow struct {
	Subject finding.Subject
	Cells   [][]htmlMark
}

// htmlMark is one finding in a cell.
type htmlMark struct {
	Tone, Word, Sign, Ref string
}

// htmlRule is a rule and what it said in this report.
type htmlRule struct {
	finding.Rule
	Counts []htmlTile
}

func groupTones() []htmlGroup {
	return []htmlGroup{
		{Tone: "critical", Title: "Critical"},
		{Tone: "high", Title: "High"},
		{Tone: "medium", Title: "Medium"},
		{Tone: "low", Title: "Low"},
		{Tone: "info", Title: "Info"},
		{Tone: "unrated", Title: "Unrated"},
		{Tone: "latent", Title: "Latent", Note: "Bad settings without effect now. Each takes effect the moment something else changes."},
		{Tone: "unknown", Title: "Unknown", Note: "Not decidable from what was read, which is no pass."},
		{Tone: "waived", Title: "Waived", Note: "Accepted for now. An expired waiver reopens its finding."},
	}
}

// groups returns what asks for something, from the worst. A group that was
// counted but is not carried by the report stands there empty.
func (b *htmlBuilder) groups() []htmlGroup {
	sum := b.report.Summary
	counted := map[string]int{"latent": sum.Latent, "unknown": sum.Unknown, "waived": sum.Waived}
	for severity, n := range sum.Fail {
		counted[severityWord(severity)] = n
	}
	byTone := b.byTone()
	var out []htmlGroup
	for _, g := range groupTones() {
		g.Findings = byTone[g.Tone]
		g.Counted = max(counted[g.Tone], len(g.Findings))
		if g.Counted > 0 {
			out = append(out, g)
		}
	}
	return out
}

func (b *htmlBuilder) byTone() map[string][]htmlFinding {
	out := map[string][]htmlFinding{}
	for _, f := range b.shown {
		out[f.Tone] = append(out[f.Tone], f)
	}
	return out
}

// settled returns what asks for nothing, where the report carries it.
func (b *htmlBuilder) settled() []htmlSettled {
	byTone := b.byTone()
	var out []htmlSettled
	for _, g := range []htmlSettled{
		{Tone: "pass", Title: "Passed", Counted: b.report.Summary.Pass},
		{Tone: "na", Title: "Not applicable", Counted: b.report.Summary.NA},
	} {
		for _, f := range byTone[g.Tone] {
			if n := len(g.Rules); n == 0 || g.Rules[n-1].Rule.ID != f.Rule.ID {
				g.Rules = append(g.Rules, htmlSettledRule{Rule: f.Rule})
			}
			last := &g.Rules[len(g.Rules)-1]
			last.Findings = append(last.Findings, f)
		}
		if len(g.Rules) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// tallies counts a subject's or a rule's findings by tone, in the order of
// groups.
func tallies(findings []htmlFinding, failuresOnly bool) []htmlTile {
	var out []htmlTile
	tones := viewed(groupTones(), func(g htmlGroup) string { return g.Tone })
	for _, tone := range append(tones, "pass", "na") {
		n := 0
		for _, f := range findings {
			if f.Tone == tone && (!failuresOnly || f.Status == finding.Fail) {
				n++
			}
		}
		if n > 0 && !(failuresOnly && tone == "waived") {
			out = append(out, htmlTile{Word: htmlWord(tone), Tone: tone, Count: n})
		}
	}
	return out
}

// bySubject returns the findings of every subject, the worst subject first.
func (b *htmlBuilder) bySubject() [][]htmlFinding {
	index := map[string]int{}
	var out [][]htmlFinding
	for _, f := range b.shown {
		i, ok := index[f.Subject.ARN]
		if !ok {
			i = len(out)
			index[f.Subject.ARN] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], f)
	}
	ranks := map[string][]int{}
	for _, findings := range out {
		ranks[findings[0].Subject.ARN] = tonesOf(findings)
	}
	slices.SortStableFunc(out, func(x, y []htmlFinding) int {
		a, b := x[0].Subject, y[0].Subject
		return cmp.Or(slices.Compare(ranks[b.ARN], ranks[a.ARN]), cmp.Compare(a.ARN, b.ARN))
	})
	return out
}

// tonesOf counts findings by tone, the worst tone first.
func tonesOf(findings []htmlFinding) []int {
	var out []int
	for _, g := range groupTones() {
		n := 0
		for _, f := range findings {
			if f.Tone == g.Tone {
				n++
			}
		}
		out = append(out, n)
	}
	return out
}

// worst names the subjects that fail worst.
func (b *htmlBuilder) worst() []htmlWorst {
	const shown = 5
	var out []htmlWorst
	for _, findings := range b.bySubject() {
		counts := tallies(findings, true)
		if len(counts) == 0 || len(out) == shown {
			break
		}
		worst := findings[slices.IndexFunc(findings, func(f htmlFinding) bool { return f.Waived == nil && f.Status == finding.Fail })]
		out = append(out, htmlWorst{worst, counts})
	}
	return out
}

// matrices returns one table for each kind of subject. A rule has a column
// where it says something of a subject of that kind.
func (b *htmlBuilder) matrices() []htmlMatrix {
	byKind := map[string][][]htmlFinding{}
	var kinds []string
	for _, findings := range b.bySubject() {
		kind := findings[0].Subject.Kind
		if byKind[kind] == nil {
			kinds = append(kinds, kind)
		}
		byKind[kind] = append(byKind[kind], findings)
	}
	return viewed(kinds, func(kind string) htmlMatrix { return matrix(kind, byKind[kind]) })
}

func matrix(kind string, subjects [][]htmlFinding) htmlMatrix {
	m := htmlMatrix{Kind: kind, More: max(len(subjects)-htmlRows, 0)}
	column := map[string]int{}
	for _, findings := range subjects {
		for _, f := range findings {
			if _, ok := column[f.Rule.ID]; !ok {
				column[f.Rule.ID] = 0
				m.Rules = append(m.Rules, f.Rule)
			}
		}
	}
	slices.SortFunc(m.Rules, func(a, b finding.Rule) int { return cmp.Compare(a.ID, b.ID) })
	for i, r := range m.Rules {
		column[r.ID] = i
	}
	for _, findings := range subjects[:len(subjects)-m.More] {
		row := htmlRow{Subject: findings[0].Subject, Cells: make([][]htmlMark, len(m.Rules))}
		for _, f := range findings {
			i := column[f.Rule.ID]
			row.Cells[i] = append(row.Cells[i], markOf(f))
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

// markOf is a finding in a cell: a sign to see, a word to hear.
func markOf(f htmlFinding) htmlMark {
	signs := map[string]string{"critical": "C", "high": "H", "medium": "M", "low": "L", "info": "I", "unrated": "!",
		"latent": "◐", "unknown": "?", "waived": "W", "pass": "✓", "na": "–"}
	return htmlMark{Tone: f.Tone, Word: f.Word, Sign: signs[f.Tone], Ref: "f-" + f.Fingerprint}
}

// ruleList returns the rules with what each said in this report.
func (b *htmlBuilder) ruleList() []htmlRule {
	byRule := map[string][]htmlFinding{}
	for _, f := range b.shown {
		byRule[f.Rule.ID] = append(byRule[f.Rule.ID], f)
	}
	return viewed(b.report.Rules, func(r finding.Rule) htmlRule { return htmlRule{r, tallies(byRule[r.ID], false)} })
}
