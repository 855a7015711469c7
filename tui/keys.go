package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// key does what a key stands for: in a prompt, in this view, or everywhere.
func (m *Model) key(msg tea.KeyPressMsg) tea.Cmd {
	name := msg.String()
	switch {
	case name == "ctrl+c":
		return m.quit()
	case name == "ctrl+z":
		return tea.Suspend
	case m.prompt != nil:
		return m.typed(msg)
	}
	m.notice = ""
	f := m.top()
	own := func(name string) bool {
		return slices.ContainsFunc(f.view.hints(m.env), func(h hint) bool { return h.has(name) })
	}
	if (name == "l" || name == "right") && is[opener](f.view) && !own(name) {
		name = "enter"
	}
	if p, ok := f.view.(presser); ok && own(name) {
		if next, o, did := p.press(m.env, f.id, f.list.cursor, name); did {
			f.view = next
			if o.jump {
				f.list.cursor = o.to
			}
			m.setTop(f)
			return m.take(o)
		}
	}
	for _, c := range commands(m.env.texts) {
		if !c.has(name) {
			continue
		}
		if c.on != nil && !c.on(f.view) {
			m.notice = m.env.texts.NothingHere
			return nil
		}
		return c.do(m, name)
	}
	return nil
}

// has reports whether a key is one of the hint's.
func (h hint) has(key string) bool { return slices.Contains(h.keys(), key) }

func (h hint) keys() []string { return strings.Fields(h.key + " " + h.also) }

// command is what keys mean in every view that has what they are about.
type command struct {
	hint
	on func(v view) bool // nil: every view
	do func(m *Model, key string) tea.Cmd
}

// commands are the keys that mean the same everywhere, as help lists them. A view's
// own keys come before them.
func commands(t *Texts) []command {
	to := func(do func(m *Model) tea.Cmd) func(*Model, string) tea.Cmd {
		return func(m *Model, _ string) tea.Cmd { return do(m) }
	}
	return []command{
		{hint{"enter", t.KeyIn, "l right"}, is[opener], to((*Model).open)},
		{hint{"j k down up", t.KeyMove, ""}, nil, (*Model).moves},
		{hint{"ctrl+d ctrl+u pgdown pgup", t.KeyPage, "space ctrl+f ctrl+b"}, nil, (*Model).moves},
		{hint{"g G", t.KeyEnds, "home end"}, nil, (*Model).moves},
		{hint{"/", t.KeyFilter, ""}, is[searcher], to((*Model).search)},
		{hint{"y", t.KeyCopy, ""}, is[copier], to((*Model).copy)},
		{hint{"e", t.KeyExport, ""}, is[exporter], to((*Model).export)},
		{hint{"w", t.KeyWaive, ""}, is[accused], to((*Model).waive)},
		{hint{"f", t.KeyFix, ""}, is[accused], to((*Model).fix)},
		{hint{"r", t.KeyReload, ""}, nil, to((*Model).startReload)},
		{hint{"esc", t.KeyBack, "h left backspace"}, nil, to((*Model).back)},
		{hint{"tab", t.KeyNext, ""}, nil, to(func(m *Model) tea.Cmd { return m.turn((m.tab + 1) % tabs) })},
		{hint{"shift+tab", t.KeyLast, ""}, nil, to(func(m *Model) tea.Cmd { return m.turn((m.tab + tabs - 1) % tabs) })},
		{hint{"?", t.KeyHelp, ""}, func(v view) bool { return !is[keysView](v) }, to(func(m *Model) tea.Cmd { return m.push(keysOf(m.env, m.top().view)) })},
		{hint{"q", t.KeyQuit, "ctrl+c"}, nil, to((*Model).leave)},
		{hint{"ctrl+z", t.KeySuspend, ""}, nil, to(func(*Model) tea.Cmd { return tea.Suspend })},
	}
}

// is reports whether a view can do what T says.
func is[T any](v view) bool {
	_, ok := v.(T)
	return ok
}

// moves moves the cursor.
func (m *Model) moves(key string) tea.Cmd {
	page := max(m.bodyHeight()-1, 1)
	m.scroll(map[string]int{
		"down": 1, "j": 1, "up": -1, "k": -1, "pgdown": page, "space": page, "ctrl+f": page, "pgup": -page, "ctrl+b": -page,
		"ctrl+d": (page + 1) / 2, "ctrl+u": -(page + 1) / 2, "g": -farthest, "home": -farthest, "G": farthest, "end": farthest,
	}[key])
	return nil
}

// farthest is more rows than any estate has.
const farthest = 1 << 40

func (m *Model) scroll(by int) {
	f := m.top()
	f.list.move(by, f.view.size(m.env), m.bodyHeight(), m.rows(f))
	m.setTop(f)
}

// leave quits, unless an account is being changed: then that is stopped first, and
// what was done is told.
func (m *Model) leave() tea.Cmd {
	if a := m.changing(); a != nil {
		_, m.notice = a.stop(m.env)
		m.leaving = true
		return nil
	}
	return m.quit()
}

// quit quits, whatever is under way.
func (m *Model) quit() tea.Cmd {
	if m.audit != nil {
		m.audit.cancel()
	}
	if m.opening != nil {
		m.opening.cancel()
	}
	for _, stack := range m.stacks {
		m.stopAll(stack)
	}
	m.ended = true
	return tea.Quit
}

// stopAll gives up the work of views that are shown no more.
func (m *Model) stopAll(frames []frame) {
	for _, f := range frames {
		if w, ok := f.view.(worker); ok && w.working() {
			w.stop(m.env)
		}
	}
}

// changing is the view that changes an account now; nil for none.
func (m *Model) changing() *applyView {
	for _, stack := range m.stacks {
		for _, f := range stack {
			if a, ok := f.view.(applyView); ok && a.state == applying {
				return &a
			}
		}
	}
	return nil
}

// open opens the row under the cursor.
func (m *Model) open() tea.Cmd {
	f := m.top()
	if o, ok := f.view.(opener); ok && f.list.cursor < f.view.size(m.env) {
		return m.take(o.open(m.env, f.list.cursor))
	}
	return nil
}

// back closes the view on top; at the first one it undoes a filter, or cancels an
// audit.
func (m *Model) back() tea.Cmd {
	f := m.top()
	w, works := f.view.(worker)
	switch s, ok := f.view.(searcher); {
	case m.audit != nil:
		m.stopReload()
	case works && w.working():
		f.view, m.notice = w.stop(m.env)
		m.setTop(f)
	case ok && s.searched() != "":
		next, cmd := s.search(m.env, f.id, "")
		f.view = next
		m.setTop(f)
		return cmd
	case len(m.stacks[m.tab]) > 1:
		stack := m.stacks[m.tab]
		m.stacks[m.tab] = stack[: len(stack)-1 : len(stack)-1]
	}
	return nil
}

// search asks for a text to filter by.
func (m *Model) search() tea.Cmd {
	f := m.top()
	s, ok := f.view.(searcher)
	if !ok {
		m.notice = m.env.texts.NothingHere
		return nil
	}
	id := f.id
	m.prompt = newPrompt(m.env.texts.FilterBy, s.searched())
	m.prompt.changed = func(m *Model, words string) tea.Cmd {
		f := m.top()
		s, ok := f.view.(searcher)
		if !ok || f.id != id {
			return nil
		}
		next, cmd := s.search(m.env, id, words)
		f.view = next
		m.setTop(f)
		return cmd
	}
	return nil
}

// bindings are all keys of a view, each once: its own, and those that mean the same
// everywhere and do something here.
func bindings(e env, v view) []hint {
	var list []hint
	for _, c := range commands(e.texts) {
		if c.on == nil || c.on(v) {
			list = append(list, c.hint)
		}
	}
	own := slices.Clone(v.hints(e))
	for i, h := range own { // the keys that do the same everywhere do it here
		if at := slices.IndexFunc(list, func(c hint) bool { return c.key == h.key }); at >= 0 {
			own[i].also = h.also + " " + list[at].also
		}
	}
	var out []hint
	seen := map[string]bool{}
	for _, h := range append(own, list...) {
		var keys []string
		for _, k := range h.keys() {
			if !seen[k] {
				keys = append(keys, k)
			}
			seen[k] = true
		}
		if len(keys) > 0 {
			out = append(out, hint{key: strings.Join(keys, " "), does: h.does})
		}
	}
	return out
}

// shown writes keys as people know them.
func (p painter) shown(keys string) string {
	words := strings.Fields(keys)
	for i, w := range words {
		switch named, there := map[string]string{"down": "↓", "up": "↑", "left": "←", "right": "→"}[w]; {
		case there && p.wide:
			words[i] = named
		case w == "pgdown":
			words[i] = "pgdn"
		}
	}
	return strings.Join(words, " ")
}
