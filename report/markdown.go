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

// mostMarkdown bounds the text, in bytes: GitHub and others refuse comments of
// more than 65,536 characters.
const mostMarkdown = 60_000

// markdown is a text that takes whole blocks as long as they fit.
type markdown struct {
	b    strings.Builder
	left int // findings that do not fit

	texts *lang.Texts
}

// block adds text if it fits, and reports whether it did.
func (m *markdown) block(text string) bool {
	if m.b.Len()+len(text) > mostMarkdown {
		return false
	}
	m.b.WriteString(text)
	return true
}

// writeMarkdown writes a summary for the page of a CI step or a comment on a
// merge request: how bad, where, what to do, and what could not be read.
func writeMarkdown(w io.Writer, r *finding.Report, o Options) error {
	t := o.Texts
	m := &markdown{texts: t}
	missing := translated(t, gaps(r.Coverage.Calls, len(r.Snapshot.Accounts) > 1))
	complete := r.Coverage.Complete && len(missing) == 0
	head, rest := headlineIn(t, r, complete)
	m.block(fmt.Sprintf("## esaudit: %s\n\n", plain.Markdown(head)))
	if rest != "" {
		m.block(plain.Markdown(rest) + "\n\n")
	}
	m.counts(r)
	if !complete {
		m.block("\n> " + t.F("**The picture is incomplete:** %s had no answer.", counted(t, operations(missing), "operation")) + "\n")
	}
	if taken := takenOver(t, r.Coverage.Calls); taken != "" {
		m.block("\n> " + plain.Markdown(taken) + "\n")
	}
	titles := map[string]string{}
	for _, rule := range r.Rules {
		titles[rule.ID] = rule.Title
	}
	list := slices.DeleteFunc(slices.Clone(r.Findings), func(f finding.Finding) bool {
		return f.Waived != nil || f.Status == finding.Pass || f.Status == finding.NA
	})
	finding.Sort(list)
	for _, group := range byRule(list) {
		m.group(group, titles[group[0].Rule])
	}
	m.unread(missing)
	m.gone(r.Gone)
	if m.left > 0 {
		fmt.Fprintf(&m.b, "\n_%s_\n", t.F("%s not shown here; the JSON and HTML reports have them.", counted(t, m.left, "finding")))
	}
	for _, a := range r.Snapshot.Accounts {
		fmt.Fprintf(&m.b, "\n<sub>%s</sub>\n", t.F("account %s as of %s", plain.Markdown(a.ID), plain.Markdown(a.TakenAt)))
	}
	_, err := io.WriteString(w, m.b.String())
	return err
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
	m.block("| " + strings.Join(head, " | ") + " |\n|" + strings.Repeat(" ---: |", len(head)) + "\n| " + strings.Join(row, " | ") + " |\n")
}

// group writes what a rule says, of the worst or of all its subjects.
func (m *markdown) group(findings []finding.Finding, title string) {
	level := findings[0].Status.String()
	if findings[0].Status == finding.Fail {
		level = severityWord(findings[0].Severity)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n<details%s><summary><b>%s</b> %s: %s (%d)</summary>\n\n", map[bool]string{true: " open"}[level == "critical"],
		m.texts.T(level), plain.Markdown(findings[0].Rule), plain.Markdown(flat(title)), len(findings))
	const end = "\n</details>\n"
	if !m.block(b.String()) {
		m.left += len(findings)
		return
	}
	shown := 0
	for _, f := range findings {
		if m.b.Len()+len(end)+1200 > mostMarkdown || !m.block(m.finding(f)) {
			break
		}
		shown++
	}
	m.left += len(findings) - shown
	if text := findings[0].Remediation.Text; text != "" && findings[0].Status != finding.Unknown {
		m.block("\n**" + m.texts.T("Do:") + "** " + plain.Markdown(flat(text)) + "\n")
	}
	m.b.WriteString(end)
}

func (m *markdown) finding(f finding.Finding) string {
	t := m.texts
	var b strings.Builder
	fmt.Fprintf(&b, "- %s", plain.Code(f.Subject.ID))
	if f.Subject.Name != "" && f.Subject.Name != f.Subject.ID {
		fmt.Fprintf(&b, " %s", plain.Markdown(f.Subject.Name))
	}
	if f.Baseline == finding.New || f.Baseline == finding.Changed {
		fmt.Fprintf(&b, " **%s**", t.T(f.Baseline))
	}
	fmt.Fprintf(&b, ": %s <sub>%s</sub>\n", plain.Markdown(flat(f.Message)), plain.Markdown(f.Fingerprint))
	for i, p := range proofs(f) {
		if i == 3 {
			b.WriteString("  - " + t.F("and %d more values", len(proofs(f))-i) + "\n")
			break
		}
		fmt.Fprintf(&b, "  - %s %s\n", plain.Code(brief(t, valueText(p.value, true), "...")), plain.Markdown(flat(p.note+" "+p.lineNumbers(t))))
	}
	for _, text := range makers(t, f) {
		fmt.Fprintf(&b, "  - %s\n", plain.Markdown(text))
	}
	for i, s := range f.SettledBy {
		if i == 3 {
			b.WriteString("  - " + t.F("and %d more calls", len(f.SettledBy)-i) + "\n")
			break
		}
		b.WriteString("  - " + t.F("settled by %s", plain.Code(s)) + "\n")
	}
	return b.String()
}

func (m *markdown) unread(missing []gap) {
	if len(missing) == 0 {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n<details><summary>%s</summary>\n\n", m.texts.T("Not read"))
	for _, g := range missing {
		for _, p := range g.Products {
			fmt.Fprintf(&b, "- %s %s: %s\n", plain.Markdown(g.Outcome+" "+g.Where()), plain.Code(p.Name), plain.Markdown(strings.Join(p.Operations, ", ")))
		}
	}
	b.WriteString("\n</details>\n")
	m.block(b.String())
}

func (m *markdown) gone(gone []finding.Gone) {
	if len(gone) == 0 {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n<details><summary>%s</summary>\n\n", m.texts.F("%s gone since the baseline", counted(m.texts, len(gone), "finding")))
	for _, g := range gone {
		fmt.Fprintf(&b, "- %s %s\n", plain.Code(g.Rule), plain.Code(g.Subject.ID))
	}
	b.WriteString("\n</details>\n")
	m.block(b.String())
}
