package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Opener reads and judges what is explored, while the first screen says what is
// being done. tell is called with each step, from any goroutine; it never waits.
type Opener func(ctx context.Context, tell func(string)) (Estate, error)

// opened is an estate that can be shown, or why there is none.
type opened struct {
	estate Estate
	err    error
}

// opening is the reading of the first estate.
type opening struct {
	name, text string // of the estate, as it was named; what is being done
	cancel     context.CancelFunc
	steps      chan string
	work       tea.Cmd
}

func newOpening(o Options) *opening {
	ctx, cancel := context.WithCancel(o.Context)
	r := &opening{name: o.Name, cancel: cancel, steps: make(chan string, 16)}
	r.work = func() tea.Msg {
		estate, err := o.Open(ctx, into(r.steps))
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		close(r.steps)
		return opened{estate, err}
	}
	return r
}

// waiting takes messages in while there is no estate yet: only leaving is
// possible.
func (m *Model) waiting(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		switch msg.String() {
		case "esc", "q", "ctrl+c":
			m.opening.cancel()
			return m.fail(context.Canceled)
		case "ctrl+z":
			return tea.Suspend
		}
	case doing:
		again := *m.opening
		again.text = msg.text
		m.opening = &again
		return next(again.steps)
	case opened:
		m.opening.cancel()
		if msg.err != nil {
			return m.fail(msg.err)
		}
		m.opening, m.env.estate = nil, msg.estate
		return tea.Batch(m.startAll(), m.further())
	}
	return nil
}

// fail leaves the explorer; Run returns the error.
func (m *Model) fail(err error) tea.Cmd {
	m.failed, m.ended = err, true
	return tea.Quit
}

// waitingScreen says what is being done, and how to leave.
func (m *Model) waitingScreen() []string {
	e, t := m.env, m.env.texts
	out := []string{e.paint(styled(strong, " esaudit").with(styled(faint, e.glyphs().dot+m.opening.name)), e.width), ""}
	if e.height < roomy {
		out = out[:1]
	}
	words := t.Opening
	if m.opening.text != "" {
		words += ": " + m.opening.text
	}
	for _, l := range e.wrap(words, min(e.rowWidth(), 76), faint) {
		out = append(out, strings.Repeat(" ", margin)+l)
	}
	foot := e.paint(plainly(" ").with(m.hint(hint{key: "esc", does: t.KeyCancel}), plainly("  "), m.hint(hint{key: "q", does: t.KeyQuit})), e.width)
	for len(out) < e.height {
		out = append(out, "")
	}
	out = append(out[:e.height-1], foot)
	for i, l := range out {
		out[i] = fit(l, e.width)
	}
	return out
}
