package planned

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"esaudit/diff"
	"esaudit/fix"
	"esaudit/lang"
	"esaudit/report/delta"
	"esaudit/report/plain"
)

// Screen says how text for people is shown.
type Screen struct {
	Width          int // columns; less than 40 means 40
	Color, Unicode bool
	Speech
}

// Speech is the language of a plan for people. The zero value is English.
type Speech struct {
	Texts *lang.Texts
	Rules map[string]string // what rules say in it: messages and remediations, by the English text
}

// said is what a rule says.
func (s Speech) said(english string) string { return cmp.Or(s.Rules[english], english) }

// step is a step by hand: a sentence of ours, or what a rule says.
func (s Speech) step(english string) string {
	if console, ok := strings.CutPrefix(english, "Console: "); ok {
		return s.Texts.F("Console: %s", s.said(console))
	}
	return s.Texts.Made(s.said(english))
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
	p.line("0;1", s.Texts.F("PLAN for account %s, of the picture taken at %s", plan.Account, plan.TakenAt))
	if len(plan.Actions) == 0 {
		p.item("", s.Texts.T("Nothing to do automatically."))
	}
	for _, a := range plan.Actions {
		p.action(a)
	}
	p.preview(plan.Preview)
	if len(plan.Left) > 0 {
		p.heading("1;33", s.Texts.T("LEFT OUT"), len(plan.Left))
	}
	for _, l := range plan.Left {
		p.item("!", s.Texts.Made(l.Title)+": "+s.Texts.Made(l.Reason))
	}
	if len(plan.Manual) > 0 {
		p.heading("1;33", s.Texts.T("BY HAND"), len(plan.Manual))
	}
	for _, m := range plan.Manual {
		p.item("*", strings.TrimSpace(m.Subject.ID+" "+rules(m.Why)))
		for _, step := range m.Steps {
			p.item(" ", s.step(step))
		}
	}
	p.b.WriteByte('\n')
	if len(plan.Self) == 0 {
		p.item("!", s.Texts.T("No client is declared as self, so whether this plan locks this tool out cannot be checked."))
	}
	if len(plan.Actions) == 1 {
		p.item("", s.Texts.F("1 action, %d left out, %d by hand.", len(plan.Left), len(plan.Manual)))
	} else {
		p.item("", s.Texts.F("%d actions, %d left out, %d by hand.", len(plan.Actions), len(plan.Left), len(plan.Manual)))
	}
	return p.b.Bytes()
}

func (p *page) action(a fix.Action) {
	p.heading("1", a.ID+"  "+p.Texts.Made(a.Title), -1)
	p.field(p.Texts.T("call"), a.Call.Product+":"+a.Call.Operation+" "+p.body(a.Call))
	p.field(p.Texts.T("value"), value(string(a.Before), a.Digest)+" -> "+value(string(a.After), a.Leaves))
	for _, w := range a.Why {
		p.field(p.Texts.T("why"), strings.TrimSpace(w.Rule+" "+p.said(w.Message)))
	}
	p.field(p.Texts.T("undo"), p.undo(a))
	var risks []string
	if a.Restarts {
		risks = append(risks, p.Texts.T("restarts the cluster"))
	}
	if a.Addresses {
		risks = append(risks, p.Texts.T("addresses of nodes may change"))
	}
	if a.Lockout != "" {
		risks = append(risks, p.Texts.F("cuts off %s", a.Lockout))
	}
	if a.Cost != "none" {
		risks = append(risks, p.Texts.F("costs %s", p.Texts.Made(a.Cost)))
	}
	if len(risks) > 0 {
		p.item("!", strings.Join(risks, "; "))
	}
}

func (s Speech) undo(a fix.Action) string {
	switch {
	case a.Inverse == nil:
		return s.Texts.F("not possible: %s", s.Texts.Made(a.NotUndoable))
	case a.Recreates != "":
		return s.Texts.F("%s; makes %s", a.Inverse.Product+":"+a.Inverse.Operation, s.Texts.Made(a.Recreates))
	}
	return a.Inverse.Product + ":" + a.Inverse.Operation
}

func (s Speech) body(c fix.Call) string {
	if c.Live != nil {
		return s.Texts.F("with the live value of %s, edited", c.Live.Into)
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
	p.heading("1", p.Texts.T("WHAT CHANGES"), -1)
	for _, part := range []struct {
		mark, verb string
		list       []diff.Change
	}{{"-", "can no longer reach", v.Lost}, {"+", "can now reach", v.Gained}} {
		for _, c := range part.list {
			p.item(part.mark, delta.Phrase(p.Texts, c, part.verb))
		}
	}
	for _, f := range v.Fixed {
		p.item("-", p.Texts.F("%s %s: corrected", f.Rule, f.Subject.ID))
	}
	for _, f := range v.Raised {
		p.item("+", fmt.Sprintf("%s %s: %s", f.Rule, f.Subject.ID, p.said(f.Message)))
	}
	for _, name := range v.CutOff {
		p.item("!", p.Texts.F("declared client %s is cut off", name))
	}
	for _, name := range v.Known {
		p.item("!", p.Texts.F("%s loses its way in", name))
	}
	if len(v.Lost)+len(v.Gained)+len(v.Fixed)+len(v.Raised) == 0 {
		p.item(" ", p.Texts.T("nothing that is seen here"))
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
	p.paragraph(lead, text)
}

// field writes a paragraph behind its name, wrapped.
func (p *page) field(name, text string) {
	p.paragraph("    "+name+strings.Repeat(" ", max(1, 7-ansi.StringWidth(name))), text)
}

func (p *page) paragraph(lead, text string) {
	width := ansi.StringWidth(lead)
	for _, line := range delta.Wrap(plain.Text(text, p.Unicode), max(p.Width, 40)-width) {
		p.b.WriteString(strings.TrimRight(lead+line, " ") + "\n")
		lead = strings.Repeat(" ", width)
	}
}
