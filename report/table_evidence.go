package report

import (
	"strings"

	"esaudit/finding"
	"esaudit/graph"
)

// evidenceWidths are the columns of a rule's evidence: value, note, where. On a
// narrow page where stands below note, and a value that is wider than its
// column above both.
type evidenceWidths struct {
	value, note, where int
}

const evidenceIndent = 4

// widePage is the width from which evidence has a third column.
const widePage = 120

// measure makes the columns as wide as what stands in them, within shares of
// the page.
func (t *table) measure(findings []finding.Finding) evidenceWidths {
	room := t.width - evidenceIndent - labelWidth - 2
	most := room / 4
	var w evidenceWidths
	for _, f := range findings {
		for _, p := range proofs(f) {
			if n := columnsOf(t.value(p)); n <= most && p.told == "" {
				w.value = max(w.value, n)
			}
			w.note = max(w.note, columnsOf(t.text(p.note)))
		}
	}
	w.value = max(w.value, 4)
	rest := room - w.value - 2
	if t.width < widePage || w.note == 0 {
		w.note = rest
		return w
	}
	w.note = min(w.note, rest/2)
	w.where = rest - w.note - 2
	return w
}

// evidence writes the values a finding rests on, and where they stand.
func (t *table) evidence(f finding.Finding, w evidenceWidths) {
	label := []span{{t.texts.T("value"), quiet}}
	all := proofs(f)
	for _, p := range all[:min(len(all), mostProofs)] {
		value := span{t.value(p), strong}
		if p.value == nil {
			value.tone = quiet
		}
		if p.told != "" {
			t.told(label, f.Subject, p)
			label = nil
			continue
		}
		widths := []int{labelWidth, w.value, w.note, w.where}
		room := w.where
		if w.where == 0 {
			room = w.note
		}
		note, where := span{t.text(p.note), normal}, span{t.where(f.Subject, p, room), quiet}
		cells := [][]span{label, {value}, {note}, {where}}
		if w.where == 0 {
			cells, widths = [][]span{label, {value}, below(note, where)}, widths[:3]
		}
		if columnsOf(value.text) > w.value {
			t.columns(evidenceIndent, []int{labelWidth, t.width - evidenceIndent - labelWidth - 2}, label, []span{value})
			cells[0], cells[1] = nil, nil
		}
		t.columns(evidenceIndent, widths, cells...)
		label = nil
	}
	if more := len(all) - mostProofs; more > 0 {
		t.labelled(evidenceIndent, "", span{t.texts.F("and %s more: -f json shows all", counted(t.texts, more, "value")), quiet})
	}
}

// told writes what is said in place of a value, and where that stands.
func (t *table) told(label []span, s finding.Subject, p proven) {
	room := t.width - evidenceIndent - labelWidth - 2
	text, where := span{t.value(p), normal}, span{t.where(s, p, room), quiet}
	cell := []span{text, {"  ", normal}, where}
	if t.width < widePage && length(cell) > room {
		cell = below(text, where)
	}
	t.columns(evidenceIndent, []int{labelWidth, room}, label, cell)
}

// makers tells who made the values.
func (t *table) makers(f finding.Finding) {
	label := t.texts.T("set by")
	for _, text := range makers(t.texts, f) {
		t.labelled(evidenceIndent, label, span{t.text(text), normal})
		label = ""
	}
}

func below(note, where span) []span {
	if note.text == "" {
		return []span{where}
	}
	return []span{note, {"\n", normal}, where}
}

func (t *table) value(p proven) string {
	if p.value == nil {
		return t.texts.T("missing")
	}
	return p.text(t.texts, t.unicode, t.sign("…", "..."))
}

// where tells lines and pointer, the latter shortened in its middle when it
// does not fit.
func (t *table) where(s finding.Subject, p proven, width int) string {
	lines, pointer := p.lineNumbers(t.texts), t.text(p.pointer(s))
	text := strings.TrimSpace(lines + " " + pointer)
	if columnsOf(text) > width && columnsOf(pointer) > width {
		pointer = t.elide(pointer, width)
	}
	if lines == "" {
		return strings.ReplaceAll(pointer, " ", glue)
	}
	return strings.Replace(lines, " ", glue, 1) + " " + strings.ReplaceAll(pointer, " ", glue)
}

// elide leaves out names in the middle of a pointer until it fits, as long as
// there are any.
func (t *table) elide(pointer string, width int) string {
	tokens := strings.Split(pointer, "/")
	mark := t.sign("…", "...")
	for left := (len(tokens) + 1) / 2; left > 0; left-- {
		for right := len(tokens) - left - 1; right > 0; right-- {
			text := strings.Join(tokens[:left], "/") + "/" + mark + "/" + strings.Join(tokens[len(tokens)-right:], "/")
			if columnsOf(text) <= width {
				return text
			}
		}
	}
	return pointer
}

// path writes a path: what stands between two places in brackets, with a mark
// where it does not let pass; where it starts anew, a line of its own. Then why
// something does not let pass, unless the message says so.
func (t *table) path(f finding.Finding) {
	label := t.texts.T("path")
	for _, leg := range legs(f.Path) {
		t.labelled(evidenceIndent, label, t.leg(leg)...)
		label = ""
	}
	for _, h := range f.Path {
		if h.Verdict != graph.Reachable && !strings.Contains(flat(f.Message), flat(h.Why)) {
			t.labelled(evidenceIndent, t.texts.T("why"), t.mark(h.Verdict), span{glue + t.name(h.Control) + ": " + t.text(h.Why), normal})
		}
	}
}

// legs parts a path where a control does not begin at the place that the one
// before led to.
func legs(hops []graph.Hop) [][]graph.Hop {
	var out [][]graph.Hop
	for i, h := range hops {
		if i == 0 || h.From != hops[i-1].To && !sameStep(h, hops[i-1]) {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], h)
	}
	return out
}

// sameStep reports whether two controls stand between the same places.
func sameStep(a, b graph.Hop) bool { return a.From == b.From && a.To == b.To }

func (t *table) leg(hops []graph.Hop) []span {
	arrow := span{" " + t.sign("→", "->") + " ", quiet}
	spans := []span{{t.name(hops[0].From), normal}}
	for i, h := range hops {
		if i == 0 || !sameStep(h, hops[i-1]) {
			spans = append(spans, arrow, span{"[", quiet})
		} else {
			spans = append(spans, span{", ", quiet})
		}
		spans = append(spans, span{t.name(h.Control), normal})
		if mark := t.mark(h.Verdict); mark.text != "" {
			spans = append(spans, span{glue, normal}, mark)
		}
		if i == len(hops)-1 || !sameStep(h, hops[i+1]) {
			spans = append(spans, span{"]", quiet}, arrow, span{t.name(h.To), normal})
		}
	}
	return spans
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
