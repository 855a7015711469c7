package tui

import (
	"encoding/json"
)

// keysView tells all keys of a view.
type keysView struct {
	of   string
	list []hint
}

func keysOf(e env, v view) keysView {
	list := bindings(e, v)
	if _, ok := v.(searcher); ok {
		list = append(list, hint{"/", e.texts.KeyFilter})
	}
	return keysView{of: v.title(e), list: append(list, hint{e.texts.MouseName, e.texts.KeyMouse})}
}

func (v keysView) title(e env) string { return e.texts.Keys }

func (v keysView) size(env) int { return len(v.list) }

func (v keysView) row(e env, i int, here bool) row {
	st := strong
	if here {
		st = chosen
	}
	key := min(26, e.rowWidth()/2)
	return row{lines: []string{e.beside(cell{styled(st, v.list[i].key), key}, cell{plainly(v.list[i].does), e.rowWidth() - key - 2})}}
}

func (v keysView) hints(env) []hint { return nil }

// compact writes a value as JSON.
func compact(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
