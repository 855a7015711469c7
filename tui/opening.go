package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Opener reads and judges what is explored, while the first screen says what is
// being done. tell is called with each step, from any goroutine; it never waits.
// early may be called once, with the estate before rules are applied: it is shown
// until the judged one is there.
type Opener func(ctx context.Context, tell func(string), early func(Estate)) (Estate, error)

// opened is an estate that can be shown, or why there is none.
type opened struct {
	estate Estate
	err    error
}

// learned is the judged estate, with what was known before.
type learned opened

// opening is the reading of the first estate.
type opening struct {
	name, text string // of the estate, as it was named; what is being done
	cancel     context.CancelFunc
	steps      chan string
	early      chan Estate // at most one
	work       tea.Cmd
}

// unjudged is an estate that can be shown before rules are applied.
type unjudged struct{ estate Estate }

// seen waits for it.
func (r *opening) seen() tea.Msg {
	if e, ok := <-r.early; ok {
		return unjudged{e}
	}
	return nil
}

func newOpening(o Options) *opening {
	ctx, cancel := context.WithCancel(o.Context)
	r := &opening{name: o.Name, cancel: cancel, steps: make(chan string, 16), early: make(chan Estate, 1)}
	r.work = func() tea.Msg {
		estate, err := o.Open(ctx, into(r.steps), func(e Estate) {
			select {
			case r.early <- e:
			default: // there was one
			}
		})
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		close(r.steps)
		close(r.early)
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
	}
	return nil
}

// opens takes in how the reading goes on, which may be while the estate is shown
// already.
func (m *Model) opens(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case doing:
		again := *m.opening
		again.text = msg.text
		m.opening = &again
		return next(again.steps)
	case unjudged:
		m.env.estate = msg.estate
		return tea.Batch(m.startAll(), m.wake())
	case opened:
		m.opening.cancel()
		was := m.env.estate
		switch {
		case msg.err != nil:
			return m.fail(msg.err)
		case was == nil:
			return m.opens(learned(msg))
		}
		m.pictures, m.asking = m.pictures+1, true // what is asked of the one before is dropped
		return func() tea.Msg { return learned{estate: msg.estate.Learn(was)} }
	case learned:
		m.opening, m.asking = nil, false
		return tea.Batch(m.shows(msg.estate), m.startAll(), m.wake())
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
