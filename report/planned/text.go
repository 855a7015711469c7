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

// Screen says how text for people is shown.
type Screen struct {
	Width          int // columns; less than 40 means 40
	Color, Unicode bool
}

// page gathers lines of text.
type page struct {
	Screen
	b bytes.Buffer
}

// Text tells a plan: what it does, what that changes, what is left out, and
// what is left to do by hand.
func Text(plan *fix.Plan, s Screen) []byte {
	p := &page{Screen: s}
	p.line("0;1", fmt.Sprintf("PLAN for account %s, of the picture taken at %s", plan.Account, plan.TakenAt))
	if len(plan.Actions) == 0 {
		p.item("", "Nothing to do automatically.")
	}
	for _, a := range plan.Actions {
		p.action(a)
	}
	p.preview(plan.Preview)
	if len(plan.Left) > 0 {
		p.heading("1;33", "LEFT OUT", len(plan.Left))
	}
	for _, l := range plan.Left {
		p.item("!", l.Title+": "+l.Reason)
	}
	if len(plan.Manual) > 0 {
		p.heading("1;33", "BY HAND", len(plan.Manual))
	}
	for _, m := range plan.Manual {
		p.item("*", strings.TrimSpace(m.Subject.ID+" "+rules(m.Why)))
		for _, step := range m.Steps {
			p.item(" ", step)
		}
	}
	p.b.WriteByte('\n')
	if len(plan.Self) == 0 {
		p.item("!", "No client is declared as self, so whether this plan locks this tool out cannot be checked.")
	}
	p.item("", fmt.Sprintf("%s, %d left out, %d by hand.", counted(len(plan.Actions), "action"), len(plan.Left), len(plan.Manual)))
	return p.b.Bytes()
}

func (p *page) action(a fix.Action) {
	p.heading("1", a.ID+"  "+a.Title, -1)
	p.item(" ", "call   "+a.Call.Product+":"+a.Call.Operation+" "+body(a.Call))
	p.item(" ", "value  "+value(string(a.Before), a.Digest)+" -> "+value(string(a.After), a.Leaves))
	for _, w := range a.Why {
		p.item(" ", "why    "+strings.TrimSpace(w.Rule+" "+w.Message))
	}
	p.item(" ", "undo   "+undo(a))
	var risks []string
	if a.Restarts {
		risks = append(risks, "restarts the cluster")
	}
	if a.Addresses {
		risks = append(risks, "addresses of nodes may change")
	}
	if a.Lockout != "" {
		risks = append(risks, "cuts off "+a.Lockout)
	}
	if a.Cost != "none" {
		risks = append(risks, "costs "+a.Cost)
	}
	if len(risks) > 0 {
		p.item("!", strings.Join(risks, "; "))
	}
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func undo(a fix.Action) string {
	switch {
	case a.Inverse == nil:
		return "not possible: " + a.NotUndoable
	case a.Recreates != "":
		return a.Inverse.Product + ":" + a.Inverse.Operation + "; makes " + a.Recreates
	}
	return a.Inverse.Product + ":" + a.Inverse.Operation
}

func body(c fix.Call) string {
	if c.Live != nil {
		return "with the live value of " + c.Live.Into + ", edited"
	}
	return string(c.Body)
}

// value is a value, or its digest when it is stored nowhere.
func value(text, digest string) string {
	if text == "null" && len(digest) > 19 && digest != nothing {
		return digest[:19]
	}
	return text
}

// nothing is the digest of null: there is no value.
const nothing = "sha256:74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"

func rules(why []fix.Why) string {
	var out []string
	for _, w := range why {
		if w.Rule != "" {
			out = append(out, w.Rule)
		}
	}
	return strings.Join(out, ", ")
}

func (p *page) preview(v fix.Preview) {
	p.heading("1", "WHAT CHANGES", -1)
	for _, part := range []struct {
		mark, verb string
		list       []diff.Change
	}{{"-", "can no longer reach", v.Lost}, {"+", "can now reach", v.Gained}} {
		for _, c := range part.list {
			p.item(part.mark, delta.Phrase(c, part.verb))
		}
	}
	for _, f := range v.Fixed {
		p.item("-", fmt.Sprintf("%s %s: corrected", f.Rule, f.Subject.ID))
	}
	for _, f := range v.Raised {
		p.item("+", fmt.Sprintf("%s %s: %s", f.Rule, f.Subject.ID, f.Message))
	}
	for _, name := range v.CutOff {
		p.item("!", "declared client "+name+" is cut off")
	}
	for _, name := range v.Known {
		p.item("!", name+" loses its way in")
	}
	if len(v.Lost)+len(v.Gained)+len(v.Fixed)+len(v.Raised) == 0 {
		p.item(" ", "nothing that is seen here")
	}
}

// heading begins a part; n is how many things stand in it, or negative.
func (p *page) heading(color, text string, n int) {
	p.b.WriteByte('\n')
	if n >= 0 {
		text = fmt.Sprintf("%s (%d)", text, n)
	}
	p.line(color, text)
}

func (p *page) line(color, text string) {
	for i, line := range delta.Wrap(plain.Text(text, p.Unicode), max(p.Width, 40)) {
		if i > 0 {
			line = "    " + line
		}
		if p.Color {
			line = "\x1b[" + color + "m" + line + "\x1b[0m"
		}
		p.b.WriteString(line + "\n")
	}
}

// item writes a paragraph behind a mark, wrapped.
func (p *page) item(mark, text string) {
	lead := "  "
	if mark != "" {
		lead += mark + " "
	}
	text = plain.Text(text, p.Unicode)
	word := ""
	if head, rest, ok := strings.Cut(text, " "); ok && mark == " " && strings.HasPrefix(rest, " ") && len(head) < 7 {
		word, text = fmt.Sprintf("%-7s", head), strings.TrimSpace(rest)
	}
	for i, line := range delta.Wrap(text, max(p.Width, 40)-len(lead)-len(word)) {
		if i > 0 {
			word = strings.Repeat(" ", len(word))
		}
		p.b.WriteString(strings.TrimRight(lead+word+line, " ") + "\n")
		lead = strings.Repeat(" ", len(lead))
	}
}
