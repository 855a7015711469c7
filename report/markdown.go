package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"esaudit/finding"
	"esaudit/lang"
	"esaudit/report/plain"
)

// Bounds of the text, in bytes: GitHub and others refuse comments of more than
// 65,536 characters. What they cut is said.
const (
	mostMarkdown = 60_000
	mostAside    = 6_000 // of what was not read, and of what is gone
	mostMessage  = 2_000 // of a finding
	mostLeft     = 40    // rules of a severity, told with what is left out
	mostAccounts = 20
)

// markdown is a text in a language.
type markdown struct {
	b     strings.Builder
	texts *lang.Texts
}

// writeMarkdown writes a summary for the page of a CI step or a comment on a
// merge request: how bad, where, what to do, and what could not be read.
func writeMarkdown(w io.Writer, r *finding.Report, o Options) error {
	t := o.Texts
	m := &markdown{texts: t}
	missing := translated(t, gaps(r.Coverage.Calls, len(r.Snapshot.Accounts) > 1))
	m.verdict(r, missing)
	end := m.unread(missing) + m.gone(r.Gone) + m.accounts(r.Snapshot.Accounts)
	list := slices.DeleteFunc(slices.Clone(r.Findings), func(f finding.Finding) bool { return !f.Stands() })
	m.findings(list, r.Rules, mostMarkdown-m.b.Len()-len(end))
	m.b.WriteString(end)
	_, err := io.WriteString(w, m.b.String())
	return err
}

// verdict says how bad it is, and whether everything was read.
func (m *markdown) verdict(r *finding.Report, missing []gap) {
	t := m.texts
	complete := r.Coverage.Complete && len(missing) == 0
	head, rest := headlineIn(t, r, complete)
	fmt.Fprintf(&m.b, "## esaudit: %s\n\n", plain.Markdown(head))
	if rest != "" {
		m.b.WriteString(plain.Markdown(rest) + "\n\n")
	}
	m.counts(r)
	if !complete {
		m.b.WriteString("\n> " + t.F("**The picture is incomplete:** %s had no answer.", counted(t, operations(missing), "operation")) + "\n")
	}
	if taken := takenOver(t, r.Coverage.Calls); taken != "" {
		m.b.WriteString("\n> " + plain.Markdown(taken) + "\n")
	}
}

func (m *markdown) counts(r *finding.Report) {
	var head, row []string
	add := func(word string, n int) {
		head, row = append(head, m.texts.T(word)), append(row, number(n))
	}
	for _, s := range finding.Severities() {
		add(s.String(), r.Summary.Fail[s])
	}
	for _, c := range []struct {
		word string
		n    int
	}{{"latent", r.Summary.Latent}, {"unknown", r.Summary.Unknown}, {"waived", r.Summary.Waived}, {"pass", r.Summary.Pass}, {"does not apply", r.Summary.NA}} {
		add(c.word, c.n)
	}
	m.b.WriteString("| " + strings.Join(head, " | ") + " |\n|" + strings.Repeat(" ---: |", len(head)) + "\n| " + strings.Join(row, " | ") + " |\n")
}

// ruled is what a rule says at one level, of all its subjects.
type ruled struct {
	of               []finding.Finding
	level            string
	head, foot, each string // what stands before and after its findings, and those that are shown
	shown            int
}

// ruling is what findings of one place in the text have in common.
type ruling struct {
	rule     string
	status   finding.Status
	severity finding.Severity
}

func rulingOf(f finding.Finding) ruling { return ruling{f.Rule, f.Status, f.Severity} }

const endOfRuled = "\n</details>\n"

// findings writes as many as there is room for, by severity, each under its rule.
// A rule of which nothing is shown has no place of its own: it stands with what
// is left out.
func (m *markdown) findings(list []finding.Finding, rules []finding.Rule, room int) {
	finding.Sort(list)
	groups := m.ruled(list, rules)
	by := map[ruling]*ruled{}
	for _, g := range groups {
		by[rulingOf(g.of[0])] = g
	}
	finding.SortBySeverity(list)
	texts := viewed(list, m.finding)
	whole := 0
	for _, g := range groups {
		whole += len(g.head) + len(g.foot)
	}
	for _, text := range texts {
		whole += len(text)
	}
	if whole > room {
		room -= len(m.left(groups)) // at its longest, with all of them
	}
	for i, f := range list {
		g, size := by[rulingOf(f)], len(texts[i])
		if g.shown == 0 {
			size += len(g.head) + len(g.foot)
		}
		if room -= size; room < 0 {
			break
		}
		g.each += texts[i]
		g.shown++
	}
	for _, g := range groups {
		if g.shown > 0 {
			m.b.WriteString(g.head + g.each + g.foot)
		}
	}
	m.b.WriteString(m.left(groups))
}

// ruled parts sorted findings by what a rule says at one level.
func (m *markdown) ruled(list []finding.Finding, rules []finding.Rule) []*ruled {
	titles := map[string]string{}
	for _, rule := range rules {
		titles[rule.ID] = rule.Title
	}
	var out []*ruled
	for i, f := range list {
		if i == 0 || rulingOf(f) != rulingOf(list[i-1]) {
			out = append(out, &ruled{level: m.level(f)})
		}
		g := out[len(out)-1]
		g.of = append(g.of, f)
	}
	for _, g := range out {
		f := g.of[0]
		open := map[bool]string{true: " open"}[f.Status == finding.Fail && f.Severity == finding.Critical]
		g.head = fmt.Sprintf("\n<details%s><summary><b>%s</b> %s: %s (%s)</summary>\n\n", open, g.level, plain.Markdown(f.Rule), plain.Markdown(clip(flat(titles[f.Rule]), mostName)), number(len(g.of)))
		if text := f.Remediation.Text; text != "" && f.Status != finding.Unknown {
			g.foot = "\n**" + m.texts.T("Do:") + "** " + plain.Markdown(clip(flat(text), mostMessage)) + "\n"
		}
		g.foot += endOfRuled
	}
	return out
}

// level is how bad a finding is, and its status where that is none to mend now.
func (m *markdown) level(f finding.Finding) string {
	t := m.texts
	switch f.Status {
	case finding.Fail:
		return t.T(severityWord(f.Severity))
	case finding.Latent:
		return t.T("latent") + ", " + t.T(severityWord(f.Severity))
	}
	return t.T(f.Status.String())
}

// left tells of the findings that are not shown, by level and rule.
func (m *markdown) left(groups []*ruled) string {
	n, more := 0, map[string]int{}
	var levels []string
	rules := map[string][]string{}
	for _, g := range groups {
		missing := len(g.of) - g.shown
		if missing == 0 {
			continue
		}
		n += missing
		if rules[g.level] == nil {
			levels = append(levels, g.level)
		}
		if len(rules[g.level]) == mostLeft {
			more[g.level] += missing
			continue
		}
		rules[g.level] = append(rules[g.level], fmt.Sprintf("%s (%s)", plain.Markdown(clip(g.of[0].Rule, mostName/10)), number(missing)))
	}
	if n == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n_%s_\n\n", m.texts.F("%s not shown here; the JSON and HTML reports have them.", counted(m.texts, n, "finding")))
	for _, level := range levels {
		if more[level] > 0 {
			rules[level] = append(rules[level], m.texts.F("and %s more", number(more[level])))
		}
		fmt.Fprintf(&b, "- **%s**: %s\n", level, strings.Join(rules[level], ", "))
	}
	return b.String()
}

func (m *markdown) finding(f finding.Finding) string {
	t := m.texts
	var b strings.Builder
	fmt.Fprintf(&b, "- %s", plain.Code(f.Subject.ID))
	if f.Subject.Name != "" && f.Subject.Name != f.Subject.ID {
		fmt.Fprintf(&b, " %s", plain.Markdown(clip(f.Subject.Name, mostName)))
	}
	if f.Baseline == finding.New || f.Baseline == finding.Changed {
		fmt.Fprintf(&b, " **%s**", t.T(f.Baseline))
	}
	fmt.Fprintf(&b, ": %s <sub>%s</sub>\n", plain.Markdown(clip(flat(f.Message), mostMessage)), plain.Markdown(f.Fingerprint))
	for i, p := range proofs(f) {
		if i == 3 {
			b.WriteString("  - " + several(t, len(proofs(f))-i, "and %s more value", "and %s more values") + "\n")
			break
		}
		value := p.text(t, true, "...")
		if p.told == "" {
			value = plain.Code(value)
		} else {
			value = plain.Markdown(clip(value, mostMessage))
		}
		fmt.Fprintf(&b, "  - %s %s\n", value, plain.Markdown(clip(flat(p.note+" "+p.lineNumbers(t)), mostMessage)))
	}
	for _, text := range makers(t, f) {
		fmt.Fprintf(&b, "  - %s\n", plain.Markdown(text))
	}
	for i, s := range f.SettledBy {
		if i == 3 {
			b.WriteString("  - " + several(t, len(f.SettledBy)-i, "and %s more call", "and %s more calls") + "\n")
			break
		}
		b.WriteString("  - " + t.F("settled by %s", plain.Code(clip(s, mostMessage))) + "\n")
	}
	return b.String()
}

// aside is a folded list, as long as it may be.
func (m *markdown) aside(title string, items []string) string {
	if len(items) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n<details><summary>%s</summary>\n\n", title)
	for i, item := range items {
		if b.Len()+len(item) > mostAside {
			fmt.Fprintf(&b, "- %s\n", m.texts.F("and %s more", number(len(items)-i)))
			break
		}
		b.WriteString("- " + item + "\n")
	}
	b.WriteString("\n</details>\n")
	return b.String()
}

func (m *markdown) unread(missing []gap) string {
	var items []string
	for _, g := range missing {
		for _, p := range g.Products {
			items = append(items, fmt.Sprintf("%s %s: %s", plain.Markdown(g.Outcome+" "+g.Where()), plain.Code(p.Name), plain.Markdown(clip(strings.Join(p.Operations, ", "), mostMessage/4))))
		}
	}
	return m.aside(m.texts.T("Not read"), items)
}

func (m *markdown) gone(gone []finding.Gone) string {
	items := viewed(gone, func(g finding.Gone) string { return plain.Code(g.Rule) + " " + plain.Code(g.Subject.ID) })
	return m.aside(m.texts.F("%s gone since the baseline", counted(m.texts, len(gone), "finding")), items)
}

func (m *markdown) accounts(list []finding.Account) string {
	var b strings.Builder
	for _, a := range list[:min(len(list), mostAccounts)] {
		fmt.Fprintf(&b, "\n<sub>%s</sub>\n", m.texts.F("account %s as of %s", plain.Markdown(a.ID), plain.Markdown(instant(m.texts, a.TakenAt))))
	}
	if more := len(list) - mostAccounts; more > 0 {
		fmt.Fprintf(&b, "\n<sub>%s</sub>\n", m.texts.F("and %s more", number(more)))
	}
	return b.String()
}
