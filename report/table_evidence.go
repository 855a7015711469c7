package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"

	"esaudit/finding"
	"esaudit/graph"
)

// evidenceWidths are the columns of all evidence of a page: value, note, where.
// On a narrow page where stands below note.
type evidenceWidths struct {
	value, note, where int
}

const evidenceIndent = 4

// widePage is the width from which evidence has a third column.
const widePage = 120

// measure makes the columns as wide as what stands in them, within shares of
// the page.
func (t *table) measure() evidenceWidths {
	room := t.width - evidenceIndent - labelWidth - 2
	var need evidenceWidths
	for _, f := range t.report.Findings {
		for _, e := range f.Evidence {
			need.value = max(need.value, lipgloss.Width(t.value(e)))
			need.note = max(need.note, lipgloss.Width(t.text(e.Note)))
			need.where = max(need.where, lipgloss.Width(t.where(f.Subject, e)))
		}
	}
	value := min(max(need.value, 4), room*3/10, 40)
	if t.width < widePage {
		return evidenceWidths{value: value, note: room - value - 2}
	}
	note := min(max(need.note, 8), room*3/10)
	return evidenceWidths{value: value, note: note, where: room - value - note - 4}
}

// evidence writes the values a finding rests on, and where they stand.
func (t *table) evidence(f finding.Finding) {
	label := "value"
	for _, e := range f.Evidence {
		value := span{t.value(e), strong}
		if e.Value == nil {
			value.tone = quiet
		}
		note, where := span{t.text(e.Note), plain}, span{t.where(f.Subject, e), quiet}
		cells := [][]span{{{label, quiet}}, {value}, {note}, {where}}
		widths := []int{labelWidth, t.cells.value, t.cells.note, t.cells.where}
		if t.cells.where == 0 {
			cells = [][]span{cells[0], cells[1], below(note, where)}
			widths = widths[:3]
		}
		t.columns(evidenceIndent, widths, cells...)
		label = ""
	}
}

func below(note, where span) []span {
	if note.text == "" {
		return []span{where}
	}
	return []span{note, {"\n", plain}, where}
}

// longest is how many characters of a value the table shows; the other formats
// show all.
const longest = 160

func (t *table) value(e finding.Evidence) string {
	if e.Value == nil {
		return "missing"
	}
	text := valueText(e.Value, t.unicode)
	if n := utf8.RuneCountInString(text); n > longest {
		text = fmt.Sprintf("%s%s (%d characters)", string([]rune(text)[:longest]), t.sign("…", "..."), n)
	}
	return text
}

// where tells the line and a pointer without what the reader knows: the
// account, and the subject itself.
func (t *table) where(s finding.Subject, e finding.Evidence) string {
	pointer := e.Pointer
	if tokens := strings.SplitN(pointer, "/", 8); len(tokens) == 8 && tokens[1] == "accounts" && tokens[3] == "objects" {
		pointer = tokens[4] + "/" + tokens[6] + "/" + tokens[7]
		if pointerText(tokens[6]) == s.ID {
			pointer = tokens[7]
		}
		pointer = t.sign("…/", ".../") + t.text(pointer)
	} else {
		pointer = t.text(pointer)
	}
	if e.Line == 0 {
		return pointer
	}
	return fmt.Sprintf("line%s%d %s", glue, e.Line, pointer)
}

func pointerText(token string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}

// path writes a path as one line: what stands between two places in brackets,
// with a mark where it does not let pass; then why it does not.
func (t *table) path(hops []graph.Hop) {
	if len(hops) == 0 {
		return
	}
	arrow := span{" " + t.sign("→", "->") + " ", quiet}
	spans := []span{{t.name(hops[0].From), plain}}
	for i, h := range hops {
		begins := i == 0 || h.From != hops[i-1].From || h.To != hops[i-1].To
		switch {
		case begins && i > 0 && h.From != hops[i-1].To:
			spans = append(spans, arrow, span{t.name(h.From), plain}, arrow, span{"[", quiet})
		case begins:
			spans = append(spans, arrow, span{"[", quiet})
		default:
			spans = append(spans, span{", ", quiet})
		}
		spans = append(spans, span{t.name(h.Control), plain})
		if mark := t.mark(h.Verdict); mark.text != "" {
			spans = append(spans, span{glue, plain}, mark)
		}
		if i == len(hops)-1 || hops[i+1].From != h.From || hops[i+1].To != h.To {
			spans = append(spans, span{"]", quiet}, arrow, span{t.name(h.To), plain})
		}
	}
	t.labelled(evidenceIndent, "path", spans...)
	for _, h := range hops {
		if h.Verdict != graph.Reachable {
			t.labelled(evidenceIndent, "why", t.mark(h.Verdict), span{glue + t.name(h.Control) + ": " + t.text(h.Why), plain})
		}
	}
}

// mark is how a control is marked that does not let pass.
func (t *table) mark(v graph.Verdict) span {
	switch v {
	case graph.Blocked:
		return span{t.sign("✗", "x"), bad}
	case graph.Unknown:
		return span{"?", unsure}
	}
	return span{}
}
