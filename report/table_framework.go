package report

import (
	"strings"

	"esaudit/finding"
	"esaudit/lang"
)

// framework writes what the controls of a framework say, in its own order.
func (t *table) framework() {
	f := t.report.Framework
	if f == nil {
		return
	}
	t.rule(span{t.texts.T("BY CONTROL"), strong}, t.text(f.Name))
	t.blank()
	if f.Note != "" {
		t.lines(0, span{t.text(t.texts.T(f.Note)), quiet})
		t.blank()
	}
	id, status := 0, columnsOf(t.texts.T(finding.ControlNotApplicable))
	for _, c := range f.Controls {
		id = min(max(id, length([]span{{t.name(c.ID), normal}})), t.width/2)
	}
	for _, c := range f.Controls {
		said := []span{{t.text(t.texts.T(c.Title)), normal}}
		for _, part := range controlParts(t.texts, c) {
			said = append(said, span{" " + t.text(part), quiet})
		}
		if id+status+t.width/3 > t.width { // too narrow for three columns
			t.lines(0, span{t.name(c.ID), strong}, span{"  " + t.texts.T(c.Status), controlTone(c.Status)})
			t.lines(2, said...)
			continue
		}
		t.columns(0, []int{status, id, t.width - id - status - 4}, []span{{t.texts.T(c.Status), controlTone(c.Status)}}, []span{{t.name(c.ID), strong}}, said)
	}
}

// controlParts says what a control's status rests on.
func controlParts(t *lang.Texts, c finding.Control) []string {
	var out []string
	if len(c.Rules) > 0 {
		out = append(out, "("+strings.Join(c.Rules, ", ")+")")
	}
	if len(c.Missing) > 0 {
		out = append(out, t.F("not applied: %s", strings.Join(c.Missing, ", ")))
	}
	return out
}

func controlTone(status string) tone {
	switch status {
	case finding.ControlFailed:
		return high
	case finding.ControlUnknown:
		return unsure
	case finding.ControlPassed:
		return good
	}
	return quiet
}
