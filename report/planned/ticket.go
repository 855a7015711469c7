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
func Ticket(plan *fix.Plan) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Change of Elasticsearch access, account %s\n\n", md(plan.Account))
	fmt.Fprintf(&b, "Made from the picture taken at %s. %d automatic steps, %d by hand.\n", md(plan.TakenAt), len(plan.Actions), len(plan.Manual))
	b.WriteString("\n## Why\n\n")
	seen := map[string]bool{}
	for _, a := range plan.Actions {
		for _, w := range a.Why {
			if line := strings.TrimSpace(w.Rule + " " + w.Message); !seen[line] {
				seen[line] = true
				b.WriteString("- " + md(line) + "\n")
			}
		}
	}
	b.WriteString("\n## Effect\n\n")
	for _, part := range []struct {
		verb string
		list []diff.Change
	}{{"can no longer reach", plan.Preview.Lost}, {"can now reach", plan.Preview.Gained}} {
		for _, c := range part.list {
			b.WriteString("- " + md(delta.Phrase(c, part.verb)) + "\n")
		}
	}
	for _, name := range plan.Preview.CutOff {
		b.WriteString("- **declared client " + md(name) + " is cut off**\n")
	}
	for _, name := range plan.Preview.Known {
		b.WriteString("- " + md(name) + " loses its way in\n")
	}
	if len(plan.Preview.Lost)+len(plan.Preview.Gained) == 0 {
		b.WriteString("- nobody gains or loses a way in\n")
	}
	b.WriteString("\n## Steps\n\n| step | what | call | before | after | restarts | cost | back |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, a := range plan.Actions {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", a.ID, md(a.Title), plain.Code(a.Call.Product+":"+a.Call.Operation),
			md(value(string(a.Before), a.Digest)), md(value(string(a.After), a.Leaves)), map[bool]string{true: "yes", false: "no"}[a.Restarts], md(a.Cost), md(undo(a)))
	}
	if len(plan.Manual) > 0 {
		b.WriteString("\n## By hand\n\n")
	}
	for _, m := range plan.Manual {
		b.WriteString("- " + md(strings.TrimSpace(m.Subject.ID+" "+rules(m.Why))) + "\n")
		for _, step := range m.Steps {
			b.WriteString("  - " + md(step) + "\n")
		}
	}
	if len(plan.Left) > 0 {
		b.WriteString("\n## Left out\n\n")
	}
	for _, l := range plan.Left {
		b.WriteString("- " + md(l.Title+": "+l.Reason) + "\n")
	}
	b.WriteString("\n## Check and back-out\n\nEach value is compared before it is written, and read back after. `esaudit fix undo JOURNAL` plays the inverses in reverse order.\n")
	return b.Bytes()
}
