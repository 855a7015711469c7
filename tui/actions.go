package tui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"
)

// copy sends what the view offers to the terminal's clipboard (OSC 52).
func (m *Model) copy() tea.Cmd {
	f := m.top()
	c, ok := f.view.(copier)
	if !ok {
		m.notice = m.env.texts.NothingHere
		return nil
	}
	what := ""
	if f.view.size(m.env) > 0 {
		what = c.copies(m.env, f.list.cursor)
	}
	if what == "" {
		m.notice = m.env.texts.NothingHere
		return nil
	}
	m.notice = fmt.Sprintf(m.env.texts.Copied, what)
	return tea.SetClipboard(what)
}

// export asks for a file, and writes there what the view shows.
func (m *Model) export() tea.Cmd {
	f := m.top()
	x, ok := f.view.(exporter)
	if !ok || f.view.size(m.env) == 0 {
		m.notice = m.env.texts.NothingHere
		return nil
	}
	what, name := x.exports(m.env, f.list.cursor)
	m.prompt = newPrompt(m.env.texts.ExportTo, name)
	e := m.env
	m.prompt.done = func(m *Model, file string) tea.Cmd {
		if file == "" {
			return nil
		}
		m.notice = e.texts.Working
		return func() tea.Msg {
			if err := e.services.Export(e.ctx, e.estate, what, file); err != nil {
				return said{fmt.Sprintf(e.texts.Failed, err)}
			}
			return said{fmt.Sprintf(e.texts.Exported, file)}
		}
	}
	return nil
}

// waived is a waiver that was written.
type waived struct {
	file string
	err  error
}

// accused is the number of the finding under the cursor; without one it says so
// and is negative.
func (m *Model) accused() int {
	f := m.top()
	if a, ok := f.view.(accused); ok {
		if number := a.finding(m.env, f.list.cursor); number >= 0 {
			return number
		}
	}
	m.notice = m.env.texts.NothingHere
	return -1
}

// waive asks why a finding is accepted, and writes a waiver.
func (m *Model) waive() tea.Cmd {
	number := m.accused()
	if number < 0 {
		return nil
	}
	about := m.env.estate.Finding(number)
	m.prompt = newPrompt(fmt.Sprintf(m.env.texts.WaiveReason, about.Rule, about.Subject.ID), "")
	e := m.env
	m.prompt.done = func(m *Model, reason string) tea.Cmd {
		if reason == "" {
			m.notice = e.texts.WaiveNot
			return nil
		}
		m.notice = e.texts.Working
		return func() tea.Msg {
			file, err := e.services.Waive(e.ctx, about, reason)
			return waived{file, err}
		}
	}
	return nil
}

// waived tells where a waiver is, and that it counts from the next audit on.
func (m *Model) waived(msg waived) tea.Cmd {
	if msg.err != nil {
		m.notice = fmt.Sprintf(m.env.texts.Failed, msg.err)
		return nil
	}
	m.notice = fmt.Sprintf(m.env.texts.WaivedIn, msg.file)
	return nil
}

// fix plans what corrects the finding under the cursor.
func (m *Model) fix() tea.Cmd {
	number := m.accused()
	if number < 0 {
		return nil
	}
	return m.push(fixView{about: []int{number}})
}

// reload is an audit under way.
type reload struct {
	text   string // what is being done
	cancel context.CancelFunc
	steps  chan string
}

type (
	doing    struct{ text string } // a step of an audit
	reloaded struct {
		estate Estate
		err    error
	}
)

// startReload audits again, in the background.
func (m *Model) startReload() tea.Cmd {
	switch {
	case m.audit != nil:
		return nil
	case m.changing() != nil:
		m.notice = m.env.texts.Changing
		return nil
	}
	ctx, cancel := context.WithCancel(m.env.ctx)
	steps := make(chan string, 16)
	m.audit = &reload{text: m.env.texts.Auditing, cancel: cancel, steps: steps}
	services := m.env.services
	work := func() tea.Msg {
		estate, err := services.Reload(ctx, into(steps))
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		cancel()
		close(steps)
		return reloaded{estate, err}
	}
	return tea.Batch(work, next(steps))
}

// into returns what tells steps: it never waits.
func into(steps chan<- string) func(string) {
	return func(step string) {
		select {
		case steps <- step:
		default: // the screen has not shown the last ones yet
		}
	}
}

// next waits for a step of an audit.
func next(steps <-chan string) tea.Cmd {
	return func() tea.Msg {
		step, ok := <-steps
		if !ok {
			return nil
		}
		return doing{step}
	}
}

func (m *Model) doing(msg doing) tea.Cmd {
	if m.audit == nil {
		return nil
	}
	again := *m.audit
	again.text = m.env.texts.Auditing + " " + msg.text
	m.audit = &again
	return next(again.steps)
}

// reloaded shows the new estate; views that are open ask again.
func (m *Model) reloaded(msg reloaded) tea.Cmd {
	m.audit = nil
	switch {
	case msg.err == context.Canceled:
		m.notice = m.env.texts.Cancelled
		return nil
	case msg.err != nil:
		m.notice = fmt.Sprintf(m.env.texts.Failed, msg.err)
		return nil
	}
	m.env.estate = msg.estate
	m.pictures++
	for i, stack := range m.stacks { // what was opened may be there no more
		m.stopAll(stack[1:])
		m.stacks[i] = []frame{{id: stack[0].id, view: stack[0].view}}
	}
	m.notice = m.env.texts.Audited
	return tea.Batch(m.startAll(), m.wake(), m.further())
}
