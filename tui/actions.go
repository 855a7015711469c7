package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"esaudit/finding"
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
	if !m.env.estate.About().Judged && what.Cluster == "" && what.Question == nil {
		m.notice = m.env.texts.NotJudged
		return nil
	}
	p := newPrompt(m.env.texts.ExportTo, name)
	m.prompt = p
	e := m.env
	p.done = func(m *Model, file string) tea.Cmd {
		if file == "" {
			return nil
		}
		m.notice = e.texts.Working
		return func() tea.Msg {
			if err := e.services.Export(e.ctx, e.estate, what, file); err != nil {
				return refused{p, file, err}
			}
			return said{fmt.Sprintf(e.texts.Exported, file)}
		}
	}
	return nil
}

// waived is a waiver that was written, or why it was not.
type waived struct {
	about  *finding.Finding
	reason string
	file   string
	err    error
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
	m.prompt = m.reasons(m.env.estate.Finding(number))
	return nil
}

// reasons asks why a finding is accepted. It says so of one that is already.
func (m *Model) reasons(about *finding.Finding) *prompt {
	e := m.env
	p := newPrompt(fmt.Sprintf(e.texts.WaiveReason, about.Rule, about.Subject.ID), "")
	if about.Waived != nil {
		p.wrong = fmt.Sprintf(e.texts.WaivedBecause, about.Waived.Reason)
	}
	p.done = func(m *Model, reason string) tea.Cmd {
		if strings.TrimSpace(reason) == "" {
			m.notice = e.texts.WaiveNot
			return nil
		}
		return m.writeWaiver(about, reason, false)
	}
	return p
}

func (m *Model) writeWaiver(about *finding.Finding, reason string, replace bool) tea.Cmd {
	e := m.env
	m.notice = e.texts.Working
	return func() tea.Msg {
		file, err := e.services.Waive(e.ctx, about, reason, replace)
		return waived{about, reason, file, err}
	}
}

// waived tells where a waiver is, and that it counts from the next audit on. One
// that stands already is shown, and replaced only if that is agreed to.
func (m *Model) waived(msg waived) tea.Cmd {
	t := m.env.texts
	standing, there := errors.AsType[*StandingError](msg.err)
	switch {
	case there && m.prompt == nil:
		m.notice = ""
		p := newPrompt(t.ReplaceWith, msg.reason)
		p.wrong = fmt.Sprintf(t.StandsIn, standing.File, standing.Reason)
		p.done = func(m *Model, reason string) tea.Cmd {
			if strings.TrimSpace(reason) == "" {
				m.notice = t.WaiveNot
				return nil
			}
			return m.writeWaiver(msg.about, reason, true)
		}
		m.prompt = p
	case msg.err != nil:
		m.notice = fmt.Sprintf(t.Failed, msg.err)
	default:
		m.notice = fmt.Sprintf(t.WaivedIn, msg.file)
	}
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
	steps  <-chan string
}

type (
	doing struct { // a step of an audit
		of   <-chan string // the audit's steps, which tell it from others
		text string
	}
	reloaded struct {
		of     <-chan string
		estate Estate
		err    error
	}
)

// startReload audits again, in the background.
func (m *Model) startReload() tea.Cmd {
	switch {
	case m.audit != nil:
		return nil
	case m.opening != nil:
		m.notice = m.env.texts.NotJudged
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
		return reloaded{steps, estate, err}
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
		return doing{steps, step}
	}
}

func (m *Model) doing(msg doing) tea.Cmd {
	if m.audit == nil || msg.of != m.audit.steps {
		return nil
	}
	again := *m.audit
	again.text = m.env.texts.Auditing + " " + msg.text
	m.audit = &again
	return next(again.steps)
}

// stopReload gives the audit up at once: what it comes to yet is dropped.
func (m *Model) stopReload() {
	m.audit.cancel()
	m.audit, m.notice = nil, m.env.texts.Cancelled
}

// reloaded shows the new estate; views that are open ask again.
func (m *Model) reloaded(msg reloaded) tea.Cmd {
	if m.audit == nil || msg.of != m.audit.steps {
		return nil
	}
	m.audit = nil
	if msg.err != nil {
		m.notice = fmt.Sprintf(m.env.texts.Failed, msg.err)
		return nil
	}
	m.env.estate = msg.estate
	m.pictures, m.asking, m.mute = m.pictures+1, false, false
	for i, stack := range m.stacks { // what was opened may be there no more
		m.stopAll(stack[1:])
		m.stacks[i] = []frame{{id: stack[0].id, view: stack[0].view}}
	}
	m.notice = m.env.texts.Audited
	return tea.Batch(m.startAll(), m.wake())
}
