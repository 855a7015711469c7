package report

import (
	"cmp"
	"slices"
	"strings"

	"esaudit/finding"
)

// summary writes the first screen: what was judged, the verdict, the counts,
// who is worst off, and whether everything was read.
func (t *table) summary() {
	t.judged()
	t.blank()
	head, rest := headlineIn(t.texts, t.report, t.complete())
	t.lines(0, span{t.texts.F("%s.", head), t.gravity()})
	if rest != "" {
		t.lines(0, span{rest, normal})
	}
	t.blank()
	open, others := t.counts()
	t.panel(t.texts.T("found"), open)
	t.panel("", others)
	t.worst()
	t.next()
	t.panel(t.texts.T("read"), t.completeness())
}

// judged names the program and what it judged.
func (t *table) judged() {
	program := span{t.text(t.report.Tool.Name + " " + t.report.Tool.Version), strong}
	accounts := t.report.Snapshot.Accounts
	said := func(a finding.Account) span {
		return span{t.texts.F("account\u00a0%s in %s as of\u00a0%s", t.name(a.ID), t.text(strings.Join(a.Regions, ", ")), t.name(instant(t.texts, a.TakenAt))), quiet}
	}
	if len(accounts) == 1 && t.ends(0, []span{program}, said(accounts[0])) {
		return
	}
	t.lines(0, program)
	for _, a := range accounts {
		t.lines(0, said(a))
	}
}

// gravity is how the verdict looks: as what it tells of.
func (t *table) gravity() tone {
	for _, s := range finding.Severities() {
		if t.report.Summary.Fail[s] > 0 {
			return max(severityTone(s), strong)
		}
	}
	if t.report.Summary.Unknown > 0 || !t.complete() {
		return unsure
	}
	return good
}

// complete reports whether everything that is needed was read.
func (t *table) complete() bool {
	return t.report.Coverage.Complete && len(unanswered(t.report.Coverage.Calls)) == 0
}

func (t *table) panel(label string, spans []span) {
	t.columns(1, []int{labelWidth, t.width - labelWidth - 3}, []span{{label, quiet}}, spans)
}

// counts tells everything that was judged: what is open, and the rest.
func (t *table) counts() (open, rest []span) {
	s := t.report.Summary
	counted := func(n int, word string, tone tone) []span {
		if n == 0 {
			tone = quiet
		}
		return []span{{number(n) + glue + t.texts.T(word) + glue, tone}, {" ", normal}}
	}
	for _, severity := range finding.Severities() {
		open = append(open, counted(s.Fail[severity], severity.String(), severityTone(severity))...)
	}
	rest = slices.Concat(counted(s.Latent, "latent", medium), counted(s.Unknown, "unknown", unsure),
		counted(s.Waived, "waived", normal), counted(s.Pass, "pass", good), counted(s.NA, "na", normal))
	return open, rest
}

// How many subjects the summary names, on a page and on a wide one.
const (
	mostShown     = 3
	mostShownWide = 4
)

// total is what a subject fails.
type total struct {
	subject finding.Subject
	by      [finding.Critical + 1]int
	worst   finding.Finding
}

// totals counts failures by subject, from the worst.
func (t *table) totals() []*total {
	bySubject := map[string]*total{}
	var order []*total
	for _, f := range t.failed {
		if bySubject[f.Subject.ARN] == nil {
			bySubject[f.Subject.ARN] = &total{subject: f.Subject, worst: f}
			order = append(order, bySubject[f.Subject.ARN])
		}
		bySubject[f.Subject.ARN].by[f.Severity]++
	}
	slices.SortFunc(order, func(a, b *total) int {
		for _, s := range finding.Severities() {
			if a.by[s] != b.by[s] {
				return b.by[s] - a.by[s]
			}
		}
		return cmp.Compare(a.subject.ARN, b.subject.ARN)
	})
	return order
}

// leastReason is the room that a reason needs beside its subject: in less it
// stands below.
const leastReason = 60

// worst names the subjects with the worst failures, and how each is the worst.
func (t *table) worst() {
	all := t.totals()
	most := mostShown
	if t.width >= widePage {
		most = mostShownWide
	}
	order := all[:min(len(all), most)]
	label := []span{{t.texts.T("worst"), quiet}}
	room := t.width - labelWidth - 5
	first, second := 0, 0
	for _, o := range order {
		first, second = max(first, length(t.subject(o.subject))), max(second, length(t.tallies(o)))
	}
	first = min(first, room*2/3)
	rest := room - first - second - 2
	for _, o := range order {
		if t.width >= widePage && rest >= leastReason {
			t.columns(1, []int{labelWidth, first, second, rest}, label, t.subject(o.subject), t.tallies(o), []span{{t.start(o.worst.Message, rest), quiet}})
		} else {
			t.columns(1, []int{labelWidth, first, room - first}, label, t.subject(o.subject), t.tallies(o))
			t.columns(1, []int{labelWidth, room + 2}, nil, []span{{t.start(o.worst.Message, 2*room-20), quiet}})
		}
		label = nil
	}
	if more := len(all) - len(order); more > 0 {
		t.panel("", []span{{t.texts.F("and %s more", number(more)), quiet}})
	}
}

// next tells what to do first: what mends the worst rule, with the command that
// plans it where there is one.
func (t *table) next() {
	if len(t.failed) == 0 || t.failed[0].Remediation.Text == "" {
		return
	}
	first, n := t.failed[0], 0
	for _, f := range t.failed {
		if f.Rule == first.Rule && f.Severity == first.Severity {
			n++
		}
	}
	what := []span{{t.name(first.Rule), strong}, {" (" + number(n) + ") ", quiet}}
	room := min(t.width, proseWidth) - labelWidth - 3 - length(what)
	t.panel(t.texts.T("next"), append(what, span{t.start(first.Remediation.Text, room), normal}))
	if first.Remediation.Fix != "" {
		t.panel("", []span{{t.text("esaudit fix plan --rule " + first.Rule + " -o fix.plan"), good}})
	}
}

// tallies tells how often a subject fails at which severity.
func (t *table) tallies(o *total) []span {
	var out []span
	for _, s := range append(finding.Severities(), finding.NoSeverity) {
		if o.by[s] > 0 {
			if out != nil {
				out = append(out, span{", ", quiet})
			}
			out = append(out, span{number(o.by[s]) + glue + t.texts.T(severityWord(s)), severityTone(s)})
		}
	}
	return out
}

// start is a text of at most so many columns, or how it begins.
func (t *table) start(text string, width int) string {
	text = t.text(flat(text))
	if length([]span{{text, normal}}) <= width {
		return text
	}
	return t.cutText(text, width-3)
}

// completeness tells whether the picture is complete.
func (t *table) completeness() []span {
	if t.complete() {
		return []span{{t.texts.T("completely: every call that is needed was answered"), good}}
	}
	n := operations(gaps(t.report.Coverage.Calls, t.several))
	return []span{{t.texts.F("incompletely: %s had no answer, see NOT READ", counted(t.texts, n, "operation")), unsure}}
}

// notes say what the reader may want to know of the page.
func (t *table) notes() {
	t.blank()
	if taken := takenOver(t.texts, t.report.Coverage.Calls); taken != "" {
		t.lines(0, span{t.text(taken), quiet})
	}
	if len(t.report.Findings) > 0 {
		lines := t.texts.T("Line numbers are those of the snapshot, which esaudit collect writes.")
		if t.file != "" {
			lines = t.texts.F("Line numbers are those of %s.", t.text(t.file))
		}
		t.lines(0, span{lines, quiet}, span{" ", quiet}, span{t.texts.T("A rule is explained by: esaudit rules ID. Formats json, sarif and html show every value."), quiet})
	}
	t.lines(0, span{t.texts.F("snapshot %s", t.name(t.report.Snapshot.Digest)), quiet})
}
