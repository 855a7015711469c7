package report

import (
	"cmp"
	"slices"
	"strings"

	"esaudit/finding"
)

// undecided writes unknown findings by cause, those together that the same
// calls would settle.
func (t *table) undecided() {
	if len(t.unknown) == 0 {
		return
	}
	t.rule(span{t.texts.T("UNKNOWN"), unsure}, t.texts.F("%s not decided, which is no pass", counted(t.texts, len(t.unknown), "check")))
	for _, cause := range t.causes() {
		t.blank()
		t.lines(0, span{t.texts.T(t.name(cmp.Or(cause, "unknown"))), unsure}, span{t.texts.T(": ") + t.texts.T(causeText(cause)), normal})
		for _, group := range unsettledGroups(t.unknown, cause) {
			t.blank()
			for i, n := range group.needs {
				label := t.texts.T("needs")
				if i > 0 {
					label = ""
				}
				t.labelled(2, label, t.need(n)...)
			}
			t.alike(group.findings)
		}
	}
}

// causes returns the causes of unknown findings, those first that somebody can
// do something about.
func (t *table) causes() []string {
	order := []string{finding.CauseDenied, finding.CauseFailed, finding.CauseAbsent, finding.CauseUndecidable}
	var out []string
	for _, f := range t.unknown {
		if !slices.Contains(out, f.Cause) {
			out = append(out, f.Cause)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int {
		rank := func(cause string) int { return (slices.Index(order, cause) + len(order) + 1) % (len(order) + 1) }
		return cmp.Compare(rank(a), rank(b))
	})
	return out
}

// unsettledGroup holds findings that the same operations would settle.
type unsettledGroup struct {
	needs    []need
	findings []finding.Finding
}

// need is an operation that would settle something, and of what.
type need struct {
	operation, region, outcome, action string
	subjects                           []string
}

// unsettledGroups parts the findings of a cause by the operations that would
// settle them.
func unsettledGroups(findings []finding.Finding, cause string) []unsettledGroup {
	index := map[string]int{}
	var out []unsettledGroup
	for _, f := range findings {
		if f.Cause != cause {
			continue
		}
		var needs []need
		var keys []string
		for _, text := range f.SettledBy {
			n := parseNeed(text)
			needs, keys = append(needs, n), append(keys, n.key())
		}
		key := strings.Join(distinct(keys), "\x00")
		i, ok := index[key]
		if !ok {
			i = len(out)
			index[key] = i
			out = append(out, unsettledGroup{})
		}
		out[i].findings = append(out[i].findings, f)
		for _, n := range needs {
			out[i].add(n)
		}
	}
	return out
}

func (g *unsettledGroup) add(n need) {
	i := slices.IndexFunc(g.needs, func(m need) bool { return m.key() == n.key() })
	if i < 0 {
		g.needs = append(g.needs, n)
		return
	}
	g.needs[i].subjects = append(g.needs[i].subjects, n.subjects...)
}

func (n need) key() string {
	return strings.Join([]string{n.operation, n.region, n.outcome, n.action}, "\x01")
}

// parseNeed takes apart how a call that would settle something is written:
// "PRODUCT:OPERATION SUBJECT in REGION (OUTCOME, needs ACTION)", without
// subject and region where there is none. A text of another form is all
// operation.
func parseNeed(text string) need {
	call, came, ok := cutLast(strings.TrimSuffix(text, ")"), " (")
	outcome, action, both := strings.Cut(came, ", needs ")
	if !ok || !both || !strings.HasSuffix(text, ")") {
		return need{operation: text}
	}
	n := need{outcome: outcome, action: action}
	call, n.region, _ = cutLast(call, " in ")
	operation, subject, found := strings.Cut(call, " ")
	n.operation = operation
	if found {
		n.subjects = []string{subject}
	}
	return n
}

// cutLast is strings.Cut around the last separator.
func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return text, "", false
}

// need writes an operation that would settle something.
func (t *table) need(n need) []span {
	spans := []span{{t.name(n.operation), strong}}
	if subjects := distinct(n.subjects); len(subjects) > 0 {
		spans = append(spans, span{" " + t.texts.F("of %s", t.text(firstOf(t.texts, subjects, mostNamed))), normal})
	}
	if n.region != "" {
		spans = append(spans, span{" " + t.texts.F("in\u00a0%s", t.name(n.region)), normal})
	}
	if n.outcome != "" {
		spans = append(spans, span{" (" + t.texts.Made(t.text(n.outcome)) + ")", quiet})
	}
	if n.action != "" && n.action != n.operation {
		spans = append(spans, span{" " + t.texts.F("with the RAM action\u00a0%s", t.name(n.action)), normal})
	}
	return spans
}

// longestUnread is how many columns the table gives to saying what was not read:
// the calls stand above.
const longestUnread = 240

// mostNamed is how many subjects of one kind the table names.
const mostNamed = 8

// alike writes unknown findings that the same calls would settle: which rules,
// of which subjects. One that has proof of its own, or that no call settles,
// has to say why.
func (t *table) alike(findings []finding.Finding) {
	subjects := map[string][]finding.Finding{} // by rule
	var rules []string
	for _, f := range findings {
		if f.Cause != finding.CauseUndecidable && len(f.Evidence)+len(f.Path) == 0 {
			if subjects[f.Rule] == nil {
				rules = append(rules, f.Rule)
			}
			subjects[f.Rule] = append(subjects[f.Rule], f)
			continue
		}
		t.row(f, span{t.sentences(f.Message), normal})
		t.evidence(f, t.measure([]finding.Finding{f}))
		t.makers(f)
		t.path(f)
	}
	same := map[string][]string{} // rules, by their subjects
	var order []string
	for _, rule := range rules {
		ids := viewed(subjects[rule], func(f finding.Finding) string { return f.Subject.ARN })
		key := strings.Join(ids, "\x00")
		if same[key] == nil {
			order = append(order, key)
		}
		same[key] = append(same[key], rule)
	}
	label := t.texts.T("rules")
	for _, key := range order {
		t.labelled(2, label, t.unsettled(same[key], subjects[same[key][0]])...)
		label = ""
	}
}

// unsettled tells which rules do not decide which subjects; of one alone also
// what it says.
func (t *table) unsettled(rules []string, findings []finding.Finding) []span {
	ids := viewed(findings, func(f finding.Finding) string { return f.Subject.ID })
	spans := []span{{t.text(strings.Join(rules, ", ")), strong}, {" " + t.texts.F("of %s", t.text(firstOf(t.texts, ids, mostNamed))), normal}}
	switch {
	case len(rules) == 1 && len(findings) == 1:
		spans = append(spans, span{t.texts.T(": ") + t.start(findings[0].Message, longestUnread), normal})
	case len(rules) == 1 && t.rules[rules[0]].Title != "":
		spans = append(spans, span{t.texts.T(": ") + t.text(flat(t.rules[rules[0]].Title)), quiet})
	}
	return spans
}

// row writes a finding in short: rule, subject, and what is said of it.
func (t *table) row(f finding.Finding, said ...span) {
	const narrow = 70
	if t.width < narrow {
		t.lines(2, append([]span{{t.name(f.Rule) + " ", strong}}, t.subject(f.Subject)...)...)
		t.lines(4, said...)
		return
	}
	rule, subject := t.rows[0], t.rows[1]
	t.columns(2, []int{rule, subject, min(t.width-6-rule-subject, proseWidth)}, []span{{t.name(f.Rule), strong}}, t.subject(f.Subject), said)
}

// measureRows makes the first two columns of rows as wide as what stands in
// them, within shares of the page.
func (t *table) measureRows() [2]int {
	rule, subject := 0, 0
	var gone []finding.Finding
	for _, g := range t.report.Gone {
		gone = append(gone, finding.Finding{Rule: g.Rule, Subject: g.Subject})
	}
	for _, f := range slices.Concat(t.unknown, t.waived, gone) {
		rule = max(rule, columnsOf(t.name(f.Rule)))
		subject = max(subject, length(t.subject(f.Subject)))
	}
	return [2]int{min(rule, t.width/5), min(subject, t.width/4)}
}

// accepted writes waived findings with who accepted them, why and how long.
func (t *table) accepted() {
	if len(t.waived) == 0 {
		return
	}
	t.rule(span{t.texts.T("WAIVED"), normal}, t.texts.T("accepted for now"))
	t.blank()
	for _, f := range t.waived {
		what := f.Status.String()
		if f.Status == finding.Fail {
			what = severityWord(f.Severity)
		}
		said := []span{{t.texts.T(what), severityTone(f.Severity)}, {" " + t.texts.F("until\u00a0%s", t.name(cmp.Or(f.Waived.Expires, "-"))), normal}}
		if f.Waived.Owner != "" {
			said = append(said, span{" " + t.texts.F("by\u00a0%s", t.name(f.Waived.Owner)), normal})
		}
		t.row(f, append(said, span{t.texts.T(": ") + t.sentences(f.Waived.Reason), normal})...)
	}
}

// gone writes the findings of the baseline that are there no more.
func (t *table) gone() {
	if len(t.report.Gone) == 0 {
		return
	}
	t.rule(span{t.texts.T("GONE"), good}, t.texts.F("%s of the baseline", counted(t.texts, len(t.report.Gone), "finding")))
	t.blank()
	for _, g := range t.report.Gone {
		t.row(finding.Finding{Rule: g.Rule, Subject: g.Subject}, span{t.sentences(g.Message), quiet})
	}
}

// unread writes what makes the picture incomplete.
func (t *table) unread() {
	list := translated(t.texts, gaps(t.report.Coverage.Calls, t.several))
	if len(list) == 0 {
		return
	}
	t.rule(span{t.texts.T("NOT READ"), unsure}, t.texts.F("%s without an answer", counted(t.texts, operations(list), "operation")))
	product := 0
	for _, g := range list {
		for _, p := range g.Products {
			product = max(product, columnsOf(t.name(p.Name)))
		}
	}
	product = min(product, t.width/3)
	t.blank()
	for _, g := range list {
		head := []span{{g.Outcome, unsure}, {" " + t.text(g.Where()), normal}}
		if len(g.Subjects) > 0 {
			head = append(head, span{t.texts.T(": ") + t.text(firstOf(t.texts, g.Subjects, mostNamed)), normal})
		}
		t.lines(0, head...)
		for _, p := range g.Products {
			t.columns(2, []int{product, t.width - product - 4}, []span{{t.name(p.Name), strong}}, []span{{t.text(strings.Join(p.Operations, ", ")), normal}})
		}
	}
}

// compact writes findings that ask for nothing: by rule, the subjects.
func (t *table) compact(title string, tone tone, findings []finding.Finding) {
	if len(findings) == 0 {
		return
	}
	t.rule(span{strings.ToUpper(title), tone}, counted(t.texts, len(findings), "check"))
	for _, group := range byRule(findings) {
		t.blank()
		t.title(group[0].Rule)
		var subjects []string
		for _, f := range group {
			subjects = append(subjects, t.name(f.Subject.ID))
		}
		t.lines(2, span{strings.Join(subjects, ", "), quiet})
	}
}
