package tui

import (
	tea "charm.land/bubbletea/v2"
)

// key does what a key stands for: in a prompt, in this view, or everywhere.
func (m *Model) key(msg tea.KeyPressMsg) tea.Cmd {
	name := msg.String()
	switch name {
	case "ctrl+c":
		return m.quit()
	case "ctrl+z":
		return tea.Suspend
	}
	if m.prompt != nil {
		return m.typed(msg)
	}
	m.notice = ""
	f := m.top()
	if p, ok := f.view.(presser); ok {
		if next, o, did := p.press(m.env, f.id, f.list.cursor, name); did {
			f.view = next
			if o.jump {
				f.list.cursor = o.to
			}
			m.setTop(f)
			return m.take(o)
		}
	}
	if m.moves(name) {
		return nil
	}
	return m.common(name)
}

// moves moves the cursor, if that is what a key does.
func (m *Model) moves(name string) bool {
	page := max(m.bodyHeight()-1, 1)
	by, ok := map[string]int{
		"down": 1, "j": 1, "up": -1, "k": -1, "pgdown": page, "space": page, "ctrl+f": page, "pgup": -page, "ctrl+b": -page,
		"ctrl+d": (page + 1) / 2, "ctrl+u": -(page + 1) / 2, "g": -farthest, "home": -farthest, "G": farthest, "end": farthest,
	}[name]
	if ok {
		m.scroll(by)
	}
	return ok
}

// farthest is more rows than any estate has.
const farthest = 1 << 40

func (m *Model) scroll(by int) {
	f := m.top()
	f.list.move(by, f.view.size(m.env), m.bodyHeight(), m.rows(f))
	m.setTop(f)
}

// common are the keys that mean the same in every view.
func (m *Model) common(name string) tea.Cmd {
	f := m.top()
	switch name {
	case "q":
		return m.leave()
	case "enter", "right", "l":
		return m.open()
	case "esc", "left", "h", "backspace":
		return m.back()
	case "tab":
		return m.turn((m.tab + 1) % tabs)
	case "shift+tab":
		return m.turn((m.tab + tabs - 1) % tabs)
	case "?":
		if _, here := f.view.(keysView); !here {
			return m.push(keysOf(m.env, f.view))
		}
	case "/":
		return m.search()
	case "y":
		return m.copy()
	case "e":
		return m.export()
	case "w":
		return m.waive()
	case "f":
		return m.fix()
	case "r":
		return m.startReload()
	}
	return nil
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
		m.audit.cancel()
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

// bindings are all keys of a view: its own, and those of every view that do
// something here.
func bindings(e env, v view) []hint {
	t := e.texts
	list := v.hints(e)
	list = append(list, hint{"j k ↓ ↑", t.KeyMove}, hint{"ctrl+d ctrl+u pgdn pgup", t.KeyPage}, hint{"g G", t.KeyEnds})
	if _, ok := v.(copier); ok {
		list = append(list, hint{"y", t.KeyCopy})
	}
	if _, ok := v.(exporter); ok {
		list = append(list, hint{"e", t.KeyExport})
	}
	if _, ok := v.(accused); ok {
		list = append(list, hint{"w", t.KeyWaive}, hint{"f", t.KeyFix})
	}
	return append(list, hint{"r", t.KeyReload}, hint{"esc h ←", t.KeyBack}, hint{"tab shift+tab", t.KeyNext}, hint{"?", t.KeyHelp}, hint{"q", t.KeyQuit})
}
