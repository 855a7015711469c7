package tui

import tea "charm.land/bubbletea/v2"

// wheelStep is how many rows a notch of the wheel moves.
const wheelStep = 3

func (m *Model) wheel(msg tea.MouseWheelMsg) {
	switch {
	case m.prompt != nil:
	case msg.Button == tea.MouseWheelDown:
		m.scroll(wheelStep)
	case msg.Button == tea.MouseWheelUp:
		m.scroll(-wheelStep)
	}
}

// click chooses a tab or a row; a click on the chosen row opens it.
func (m *Model) click(msg tea.MouseClickMsg) tea.Cmd {
	if m.prompt != nil || msg.Button != tea.MouseLeft {
		return nil
	}
	m.notice = ""
	if msg.Y == 1 && m.env.height >= roomy {
		if t := m.tabAt(msg.X); t >= 0 {
			return m.turn(t)
		}
		return nil
	}
	f := m.top()
	at := msg.Y - m.headHeight()
	drawn := f.list.draw(f.view.size(m.env), m.bodyHeight(), m.rows(f))
	if at < 0 || at >= len(drawn) {
		return nil
	}
	if drawn[at].row == f.list.cursor {
		return m.key(tea.KeyPressMsg{Code: tea.KeyEnter})
	}
	f.list.cursor = drawn[at].row
	m.setTop(f)
	return nil
}
