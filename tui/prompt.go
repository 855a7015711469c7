package tui

import (
	"fmt"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// prompt asks for a line of text at the foot of the screen.
type prompt struct {
	label   string
	input   textinput.Model
	changed func(m *Model, text string) tea.Cmd // after every key; may be nil
	done    func(m *Model, text string) tea.Cmd // after enter; may be nil
	options func(text string) tea.Cmd           // asks what a half-typed text may become; nil for none
	offered []string
	chosen  int    // of offered; -1 for what is typed
	wrong   string // why what was typed was not taken; "" when that is not so
}

func newPrompt(label, text string) *prompt {
	in := textinput.New()
	in.Prompt = ""
	in.CharLimit = 500
	in.SetVirtualCursor(false)
	in.KeyMap.Paste.SetEnabled(false) // it would run a program; the terminal pastes by itself
	in.Focus()
	in.SetValue(text)
	in.CursorEnd()
	return &prompt{label: label, input: in, chosen: -1}
}

// refused is a text that was not taken: its prompt is there again, with what was
// typed and why.
type refused struct {
	prompt *prompt
	text   string
	err    error
}

// refused shows a prompt again, unless something else is typed by now.
func (m *Model) refused(msg refused) tea.Cmd {
	m.notice = ""
	if m.prompt != nil {
		m.notice = fmt.Sprintf(m.env.texts.Failed, msg.err)
		return nil
	}
	again := newPrompt(msg.prompt.label, msg.text)
	again.changed, again.done, again.options = msg.prompt.changed, msg.prompt.done, msg.prompt.options
	again.wrong = fmt.Sprintf(m.env.texts.Failed, msg.err)
	return m.take(outcome{prompt: again})
}

// typed takes a key in while a prompt is open. The prompt is copied, so that
// models that went before keep theirs.
func (m *Model) typed(msg tea.Msg) tea.Cmd {
	p := *m.prompt
	m.prompt = &p
	name := ""
	if k, ok := msg.(tea.KeyPressMsg); ok {
		name = k.String()
	}
	switch name {
	case "esc":
		m.prompt = nil
		if p.changed != nil {
			return p.changed(m, "")
		}
		return nil
	case "enter":
		m.prompt = nil
		if p.done != nil {
			return p.done(m, p.input.Value())
		}
		return nil
	}
	if p.offers(name) {
		return nil
	}
	was := p.input.Value()
	p.input, _ = p.input.Update(msg)
	now := p.input.Value()
	if now == was {
		return nil
	}
	p.chosen, p.wrong = -1, ""
	var cmds []tea.Cmd
	if p.changed != nil {
		cmds = append(cmds, p.changed(m, now))
	}
	if p.options != nil {
		cmds = append(cmds, p.options(now))
	}
	return tea.Batch(cmds...)
}

// offers goes through what is offered with tab and the arrows.
func (p *prompt) offers(name string) bool {
	by, ok := map[string]int{"tab": 1, "down": 1, "shift+tab": -1, "up": -1}[name]
	if !ok || p.options == nil || len(p.offered) == 0 {
		return ok && p.options != nil
	}
	n := len(p.offered)
	p.chosen = (max(p.chosen, -1) + by + n) % n
	if by < 0 && p.chosen < 0 {
		p.chosen = n - 1
	}
	p.input.SetValue(p.offered[p.chosen])
	p.input.CursorEnd()
	return true
}
