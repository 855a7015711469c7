package tui

import "cmp"

// actionView is one action of a plan: why, the value before and after, the call,
// and how it is taken back.
type actionView struct{ action Action }

func (v actionView) title(env) string { return v.action.Subject }

// detail is something to read about an action; copied is what y copies of it.
type detail struct {
	head, text, copied string
	finding            int // that enter opens; -1 for none
}

func (v actionView) details(e env) []detail {
	a, t := v.action, e.texts
	value := func(text string) string {
		if text == "null" {
			return t.NoValue
		}
		return cmp.Or(text, t.KeptNowhere)
	}
	out := []detail{{text: a.Title, copied: a.Title, finding: -1}}
	for i, w := range a.Why {
		p := detail{text: w.Rule + "  " + w.Message, copied: w.Message, finding: w.Finding}
		if i == 0 {
			p.head = t.Corrects
		}
		out = append(out, p)
	}
	out = append(out,
		detail{head: t.ValueBefore, text: value(a.Before), copied: a.Before, finding: -1},
		detail{head: t.ValueAfter, text: value(a.After), copied: a.After, finding: -1},
		detail{head: t.TheCall, text: cmp.Or(a.Call, t.NoCall), copied: a.Call, finding: -1},
	)
	undo := t.UndoneBy
	switch {
	case !a.Undoable:
		undo = cmp.Or(a.NotUndoable, t.NotUndoable)
	case a.Recreates != "":
		undo += "; " + a.Recreates
	}
	return append(out, detail{head: t.Undo, text: undo, copied: undo, finding: -1})
}

func (v actionView) size(e env) int { return len(v.details(e)) }

func (v actionView) row(e env, i int, here bool) row {
	p, w := v.details(e)[i], min(e.rowWidth(), 110)
	st := normal
	if here {
		st = chosen
	}
	var r row
	if p.head != "" {
		r.above = e.section(true, styled(strong, p.head))
		r.lines = indented(2, e.wrap(p.text, w-2, st))
		return r
	}
	if i > 0 {
		r.lines = indented(2, e.wrap(p.text, w-2, st))
		return r
	}
	r.lines = e.wrap(p.text, w, st)
	if risks := e.risks(v.action); risks != nil {
		r.lines = append(r.lines, e.paint(risks, w))
	}
	return r
}

func (v actionView) open(e env, i int) outcome {
	if n := v.details(e)[i].finding; n >= 0 {
		return outcome{push: findingView{number: n}}
	}
	return outcome{}
}

func (v actionView) copies(e env, i int) string { return v.details(e)[i].copied }

func (v actionView) hints(e env) []hint {
	return []hint{{key: "enter", does: e.texts.KeyIn}, {key: "y", does: e.texts.KeyCopy}}
}
