package planned

import (
	"bytes"
	"fmt"
	"strings"

	"esaudit/diff"
	"esaudit/fix"
	"esaudit/report/delta"
	"esaudit/report/plain"
)

// md is a text in Markdown that means itself: no markup, no link, no mention.
func md(text string) string {
	return strings.NewReplacer("\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "<", "\\<", "|", "\\|", "~", "\\~",
		"&", "&amp;", "@", "&#64;", "://", "&#58;//", "#", "\\#").Replace(plain.Text(text, true))
}

// Ticket is the plan as the text of a change ticket, in Markdown.
func Ticket(plan *fix.Plan, s Speech) []byte {
	var b bytes.Buffer
	b.WriteString("# " + s.Texts.F("Change of Elasticsearch access, account %s", md(plan.Account)) + "\n\n")
	b.WriteString(s.Texts.F("Made from the picture taken at %s. %d automatic steps, %d by hand.", md(plan.TakenAt), len(plan.Actions), len(plan.Manual)) + "\n")
	b.WriteString("\n## " + s.Texts.T("Why") + "\n\n")
	seen := map[string]bool{}
	for _, a := range plan.Actions {
		for _, w := range a.Why {
			if line := strings.TrimSpace(w.Rule + " " + s.said(w.Message)); !seen[line] {
				seen[line] = true
				b.WriteString("- " + md(line) + "\n")
			}
		}
	}
	b.WriteString("\n## " + s.Texts.T("Effect") + "\n\n")
	for _, part := range []struct {
		verb string
		list []diff.Change
	}{{"can no longer reach", plan.Preview.Lost}, {"can now reach", plan.Preview.Gained}} {
		for _, c := range part.list {
			b.WriteString("- " + md(delta.Phrase(s.Texts, c, part.verb)) + "\n")
		}
	}
	for _, name := range plan.Preview.CutOff {
		b.WriteString("- **" + s.Texts.F("declared client %s is cut off", md(name)) + "**\n")
	}
	for _, name := range plan.Preview.Known {
		b.WriteString("- " + s.Texts.F("%s loses its way in", md(name)) + "\n")
	}
	if len(plan.Preview.Lost)+len(plan.Preview.Gained) == 0 {
		b.WriteString("- " + s.Texts.T("nobody gains or loses a way in") + "\n")
	}
	b.WriteString("\n## " + s.Texts.T("Steps") + "\n\n" + s.Texts.T("| step | what | call | before | after | restarts | cost | back |") + "\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, a := range plan.Actions {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", a.ID, md(s.Texts.Made(a.Title)), plain.Code(a.Call.Product+":"+a.Call.Operation),
			md(value(string(a.Before), a.Digest)), md(value(string(a.After), a.Leaves)), s.yes(a.Restarts), md(s.cost(a)), md(s.undo(a)))
	}
	if len(plan.Manual) > 0 {
		b.WriteString("\n## " + s.Texts.T("By hand") + "\n\n")
	}
	for _, m := range plan.Manual {
		b.WriteString("- " + md(strings.TrimSpace(m.Subject.ID+" "+rules(m.Why))) + "\n")
		for _, step := range m.Steps {
			b.WriteString("  - " + md(s.step(step)) + "\n")
		}
	}
	if len(plan.Left) > 0 {
		b.WriteString("\n## " + s.Texts.T("Left out") + "\n\n")
	}
	for _, l := range plan.Left {
		b.WriteString("- " + md(s.Texts.Made(l.Title)+": "+s.Texts.Made(l.Reason)) + "\n")
	}
	b.WriteString("\n## " + s.Texts.T("Check and back-out") + "\n\n" +
		s.Texts.T("Each value is compared before it is written, and read back after. `esaudit fix undo JOURNAL` plays the inverses in reverse order.") + "\n")
	return b.Bytes()
}

func (s Speech) yes(is bool) string {
	if is {
		return s.Texts.T("yes")
	}
	return s.Texts.T("no")
}

func (s Speech) cost(a fix.Action) string {
	if a.Cost == "none" {
		return s.Texts.T("none")
	}
	return s.Texts.Made(a.Cost)
}
