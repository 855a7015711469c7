package tui

import (
	"encoding/json"
	"strings"

	"esaudit/finding"
)

// keysView tells all keys of a view.
type keysView struct {
	of   string
	list []hint
}

func keysOf(e env, v view) keysView {
	return keysView{of: v.title(e), list: append(bindings(e, v), hint{key: e.texts.MouseName, does: e.texts.KeyMouse})}
}

func (v keysView) title(e env) string { return e.texts.Keys }

func (v keysView) size(env) int { return len(v.list) }

func (v keysView) row(e env, i int, here bool) row {
	st := strong
	if here {
		st = chosen
	}
	key := min(26, e.rowWidth()/2)
	var r row
	does := e.wrap(v.list[i].does, e.rowWidth()-key-2, normal)
	for j, l := range e.wrap(e.shown(v.list[i].key), key, st) {
		l = fit(l, key)
		if j < len(does) {
			l += "  " + does[j]
		}
		r.lines = append(r.lines, l)
	}
	for _, more := range does[min(len(r.lines), len(does)):] {
		r.lines = append(r.lines, strings.Repeat(" ", key+2)+more)
	}
	return r
}

func (v keysView) hints(env) []hint { return nil }

// compact writes a value as JSON.
func compact(v any) string {
	if whole, ok := v.(finding.Whole); ok {
		return string(whole)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
