package delta

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"esaudit/cut"
	"esaudit/diff"
	"esaudit/lang"
	"esaudit/report/plain"
)

// Screen says how text for people is shown.
type Screen struct {
	Width          int // columns; less than 40 means 40
	Color, Unicode bool
	Texts          *lang.Texts // of the language; nil is English
}

// page gathers lines of text.
type page struct {
	Screen
	b bytes.Buffer
}

func (p *page) heading(color, text string, n int) {
	if p.b.Len() > 0 {
		p.b.WriteByte('\n')
	}
	text = fmt.Sprintf("%s (%d)", text, n)
	if p.Color {
		text = "\x1b[" + color + "m" + text + "\x1b[0m"
	}
	p.b.WriteString(text + "\n")
}

// item writes a paragraph behind a mark, wrapped.
func (p *page) item(mark, text string) {
	text = plain.Text(text, p.Unicode)
	width := max(p.Width, 40) - ansi.StringWidth(mark) - 3
	for i, line := range Wrap(text, width) {
		lead := strings.Repeat(" ", ansi.StringWidth(mark)+3)
		if i == 0 {
			lead = "  " + mark + " "
		}
		p.b.WriteString(strings.TrimRight(lead+line, " ") + "\n")
	}
}

// Wrap breaks a text between words, ids unbroken; a word that is too long is
// cut.
func Wrap(text string, width int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := lines[len(lines)-1]
		switch {
		case last == "":
			lines[len(lines)-1] = word
		case ansi.StringWidth(last)+1+ansi.StringWidth(word) <= width:
			lines[len(lines)-1] = last + " " + word
		default:
			lines = append(lines, word)
		}
		if last = lines[len(lines)-1]; ansi.StringWidth(last) > width {
			lines = append(lines[:len(lines)-1], strings.Split(ansi.Hardwrap(last, width, true), "\n")...)
		}
	}
	return lines
}

// Text tells a difference: reachability first, then findings, then settings.
func Text(d diff.Document, s Screen) []byte {
	p := &page{Screen: s}
	if d.Empty() {
		p.b.WriteString(s.Texts.T("nothing changed") + "\n")
		return p.b.Bytes()
	}
	for _, part := range []struct {
		title, color, mark, verb string
		list                     []diff.Change
	}{
		{"GAINED REACHABILITY", "1;31", "+", "can now reach", d.Gained},
		{"LOST REACHABILITY", "1;32", "-", "can no longer reach", d.Lost},
		{"NO LONGER KNOWN", "1;33", "?", "may reach", d.Unclear},
	} {
		if len(part.list) > 0 {
			p.heading(part.color, s.Texts.T(part.title), len(part.list))
		}
		for _, c := range part.list {
			p.item(part.mark, Phrase(s.Texts, c, part.verb))
		}
	}
	p.cutOff(d.CutOff)
	p.findings(d.Findings)
	p.settings(d.Settings)
	return p.b.Bytes()
}

func (p *page) cutOff(names []string) {
	if len(names) > 0 {
		p.heading("1;31", p.Texts.T("DECLARED CLIENTS CUT OFF"), len(names))
	}
	for _, name := range names {
		p.item("!", name)
	}
}

func (p *page) findings(f diff.Findings) {
	if n := len(f.New) + len(f.Gone) + len(f.Changed); n > 0 {
		p.heading("1", p.Texts.T("FINDINGS"), n)
	}
	for _, part := range []struct {
		mark string
		list []diff.Finding
	}{{"+", f.New}, {"~", f.Changed}, {"-", f.Gone}} {
		for _, x := range part.list {
			p.item(part.mark, about(p.Texts, x))
		}
	}
}

// about names a finding in one line.
func about(t *lang.Texts, f diff.Finding) string {
	level := f.Status.String()
	if level == "fail" {
		level = f.Severity.String()
	}
	return fmt.Sprintf("%s %s %s: %s", t.T(level), f.Rule, f.Subject.ID, f.Message)
}

func (p *page) settings(list []diff.Setting) {
	if len(list) > 0 {
		p.heading("1", p.Texts.T("SETTINGS"), len(list))
	}
	const most = 50
	for i, x := range list {
		if i == most {
			p.item("...", p.Texts.F("and %d more", len(list)-most))
			break
		}
		p.item(mark(x), setting(x))
	}
}

func mark(x diff.Setting) string {
	switch {
	case x.Before == nil:
		return "+"
	case x.After == nil:
		return "-"
	}
	return "~"
}

// setting tells a value that differs, without what it shares with all others.
func setting(x diff.Setting) string {
	place := x.Pointer
	if _, rest, ok := strings.Cut(place, "/objects/"); ok {
		place = rest
	}
	switch {
	case x.Before == nil:
		return fmt.Sprintf("%s: %s", place, clip(x.After))
	case x.After == nil:
		return fmt.Sprintf("%s: %s", place, clip(x.Before))
	}
	return fmt.Sprintf("%s: %s -> %s", place, clip(x.Before), clip(x.After))
}

// clip is a value, cut when it is long.
func clip(v any) string {
	const most = 120
	text := fmt.Sprint(v)
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}

// CutText tells the sets of edits that sever a path.
func CutText(d cut.Document, from, to string, s Screen) []byte {
	p := &page{Screen: s}
	if d.Blocked {
		p.item("*", s.Texts.F("%s does not get to %s as it is: there is nothing to sever", from, to))
		return p.b.Bytes()
	}
	if len(d.Cuts) == 0 {
		p.item("!", s.Texts.F("nothing of up to %d edits severs %s from %s", d.SearchedUpTo, from, to))
		return p.b.Bytes()
	}
	p.heading("1", s.Texts.F("WHAT SEVERS %s FROM %s", plain.Text(from, s.Unicode), plain.Text(to, s.Unicode)), len(d.Cuts))
	for i, c := range d.Cuts {
		p.item(fmt.Sprintf("%d.", i+1), strings.Join(c.Edits, s.Texts.T(" and ")))
		for _, x := range c.Severs {
			p.item("      "+s.Texts.T("besides:"), severed(s.Texts, x))
		}
		if len(c.Severs) == 0 {
			p.item("      "+s.Texts.T("besides:"), s.Texts.T("nobody else loses anything"))
		}
	}
	if !d.Complete {
		p.item("...", s.Texts.F("there are more sets of up to %d edits", d.SearchedUpTo))
	}
	return p.b.Bytes()
}

func severed(t *lang.Texts, x cut.Sever) string {
	c := diff.Change{From: x.From, Kind: "internet"}
	return fmt.Sprintf("%s -> %s:%d (%s)", t.Made(who(c)), x.To, x.Port, x.Entry)
}
