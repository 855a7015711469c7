package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"esaudit/finding"
)

// summary writes what was judged, what came of it, and who is worst off.
func (t *table) summary() {
	r := t.report
	program := span{t.text(r.Tool.Name + " " + r.Tool.Version), strong}
	digest := span{t.name(r.Snapshot.Digest), quiet}
	if !t.ends(0, []span{program}, digest) {
		t.lines(0, program)
		t.lines(0, digest)
	}
	for _, a := range r.Snapshot.Accounts {
		t.lines(0, span{"account" + glue + t.name(a.ID) + " as of " + t.name(a.TakenAt) + " in " + t.text(strings.Join(a.Regions, ", ")), plain})
	}
	if t.file != "" {
		t.lines(0, span{"lines are those of " + t.text(t.file), quiet})
	}
	t.blank()
	open, rest := t.counts()
	t.panel("found", open)
	t.panel("", rest)
	t.worst()
	t.panel("read", t.completeness())
}

func (t *table) panel(label string, spans []span) {
	t.columns(1, []int{labelWidth, t.width - labelWidth - 3}, []span{{label, quiet}}, spans)
}

// counts tells everything that was judged: what is open, and the rest.
func (t *table) counts() (open, rest []span) {
	s := t.report.Summary
	number := func(n int, word string, tone tone) []span {
		if n == 0 {
			tone = quiet
		}
		return []span{{fmt.Sprintf("%d%s%s%s", n, glue, word, glue), tone}, {" ", plain}}
	}
	for _, severity := range finding.Severities() {
		open = append(open, number(s.Fail[severity], severity.String(), severityTone(severity))...)
	}
	rest = slices.Concat(number(s.Latent, "latent", medium), number(s.Unknown, "unknown", unsure),
		number(s.Waived, "waived", plain), number(s.Pass, "pass", good), number(s.NA, "na", plain))
	return open, rest
}

// mostShown is how many subjects the summary names.
const mostShown = 3

// total counts what a subject fails.
type total struct {
	subject finding.Subject
	by      [finding.Critical + 1]int
}

// totals counts failures by subject, from the worst.
func (t *table) totals() []*total {
	bySubject := map[string]*total{}
	var order []*total
	for _, f := range t.failed {
		if bySubject[f.Subject.ARN] == nil {
			bySubject[f.Subject.ARN] = &total{subject: f.Subject}
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

// worst names the subjects with the worst failures.
func (t *table) worst() {
	order := t.totals()
	order = order[:min(len(order), mostShown)]
	room := t.width - labelWidth - 5
	width := 0
	for _, o := range order {
		width = min(max(width, length(t.subject(o.subject))), room*2/3)
	}
	label := "worst"
	for _, o := range order {
		var counts []span
		for _, s := range append(finding.Severities(), finding.NoSeverity) {
			if o.by[s] > 0 {
				counts = append(counts, span{fmt.Sprintf("%d%s%s%s", o.by[s], glue, severityWord(s), glue), severityTone(s)}, span{" ", plain})
			}
		}
		t.columns(1, []int{labelWidth, width, room - width}, []span{{label, quiet}}, t.subject(o.subject), counts)
		label = ""
	}
}

// completeness tells whether the picture is complete.
func (t *table) completeness() []span {
	missing := t.notRead()
	if t.report.Coverage.Complete && len(missing) == 0 {
		return []span{{"completely: every call that is needed was answered", good}}
	}
	text := fmt.Sprintf("incompletely: %s had no answer, see NOT READ", count(len(missing), "operation"))
	return []span{{text, unsure}}
}

func (t *table) notRead() []finding.Call {
	return slices.DeleteFunc(slices.Clone(t.report.Coverage.Calls), func(c finding.Call) bool {
		return c.Denied+c.Failed+c.Skipped == 0 && !c.Absent
	})
}

// undecided writes unknown findings, those together that the same calls would
// settle.
func (t *table) undecided() {
	if len(t.unknown) == 0 {
		return
	}
	t.rule(span{"UNKNOWN", unsure}, "not decided, which is no pass")
	key := func(f finding.Finding) string { return f.Cause + "\x00" + strings.Join(f.SettledBy, "\x00") }
	done := map[string]bool{}
	for _, first := range t.unknown {
		if done[key(first)] {
			continue
		}
		done[key(first)] = true
		t.blank()
		t.lines(0, span{t.name(first.Cause), unsure}, span{": " + causeText(first.Cause), plain})
		for i, call := range first.SettledBy {
			label := "needs"
			if i > 0 {
				label = ""
			}
			t.labelled(2, label, span{t.text(call), strong})
		}
		for _, f := range t.unknown {
			if key(f) == key(first) {
				t.row(f, span{t.text(f.Message), plain})
				t.proof(f)
			}
		}
	}
}

func causeText(cause string) string {
	switch cause {
	case finding.CauseDenied:
		return "a call was refused; grant the permission and collect again"
	case finding.CauseFailed:
		return "a call got no usable answer; collect again"
	case finding.CauseAbsent:
		return "a call was never made; collect again with it"
	case finding.CauseUndecidable:
		return "everything was read, and nothing in it can tell"
	}
	return "nobody said why"
}

// row writes a finding in short: rule, subject, and what is said of it.
func (t *table) row(f finding.Finding, said ...span) {
	const narrow = 70
	if t.width < narrow {
		t.lines(2, append([]span{{t.name(f.Rule) + " ", strong}}, t.subject(f.Subject)...)...)
		t.lines(4, said...)
		return
	}
	rule, subject := t.rowWidths()
	t.columns(2, []int{rule, subject, min(t.width-6-rule-subject, proseWidth)}, []span{{t.name(f.Rule), strong}}, t.subject(f.Subject), said)
}

// rowWidths are the columns of all rows of a page.
func (t *table) rowWidths() (rule, subject int) {
	for _, f := range slices.Concat(t.unknown, t.waived) {
		rule = max(rule, lipgloss.Width(t.name(f.Rule)))
		subject = max(subject, length(t.subject(f.Subject)))
	}
	return min(rule, t.width/5), min(subject, t.width/4)
}

// accepted writes waived findings with who accepted them, why and how long.
func (t *table) accepted() {
	if len(t.waived) == 0 {
		return
	}
	t.rule(span{"WAIVED", plain}, "accepted for now")
	t.blank()
	for _, f := range t.waived {
		what := f.Status.String()
		if f.Status == finding.Fail {
			what = severityWord(f.Severity)
		}
		said := []span{{what, severityTone(f.Severity)}, {" until" + glue + t.name(cmp.Or(f.Waived.Expires, "-")), plain}}
		if f.Waived.Owner != "" {
			said = append(said, span{" by" + glue + t.name(f.Waived.Owner), plain})
		}
		t.row(f, append(said, span{": " + t.text(f.Waived.Reason), plain})...)
	}
}

// unread writes the calls that make the picture incomplete.
func (t *table) unread() {
	calls := t.notRead()
	if len(calls) == 0 {
		return
	}
	t.rule(span{"NOT READ", unsure}, "why the picture is incomplete")
	t.blank()
	for _, c := range calls {
		call := span{t.name(c.Product+":"+c.Operation) + " ", strong}
		where := span{t.name(c.Region), quiet}
		if len(t.report.Snapshot.Accounts) > 1 {
			where.text += glue + t.name(c.Account)
		}
		t.lines(2, call, where, span{"  " + outcomes(c), unsure})
		t.lines(4, span{t.text(someOf(c.Subjects)), quiet})
	}
}

// outcomes tells how often a call ended in which way.
func outcomes(c finding.Call) string {
	var parts []string
	for _, o := range []struct {
		n    int
		word string
	}{{c.Denied, "denied"}, {c.Failed, "failed"}, {c.Skipped, "skipped"}, {c.OK, "read"}} {
		if o.n > 0 {
			parts = append(parts, fmt.Sprintf("%d%s%s", o.n, glue, o.word))
		}
	}
	if c.Absent {
		parts = append(parts, "never"+glue+"made")
	}
	return strings.Join(parts, ", ")
}

// someOf names the first few subjects of a call; the list of a region has none.
func someOf(subjects []string) string {
	const shown = 8
	named := slices.DeleteFunc(slices.Clone(subjects), func(s string) bool { return s == "" })
	if len(named) <= shown {
		return strings.Join(named, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(named[:shown], ", "), len(named)-shown)
}

// compact writes findings that ask for nothing: by rule, the subjects.
func (t *table) compact(title string, tone tone, findings []finding.Finding) {
	if len(findings) == 0 {
		return
	}
	t.rule(span{strings.ToUpper(title), tone}, count(len(findings), "check"))
	t.blank()
	for len(findings) > 0 {
		rule := findings[0].Rule
		var subjects []string
		for len(findings) > 0 && findings[0].Rule == rule {
			subjects = append(subjects, t.name(findings[0].Subject.ID))
			findings = findings[1:]
		}
		width := min(max(lipgloss.Width(t.name(rule)), 10), t.width/3)
		t.columns(2, []int{width, t.width - width - 4}, []span{{t.name(rule), plain}}, []span{{strings.Join(subjects, ", "), quiet}})
	}
}
