package tui

import (
	"context"
	"errors"
	"fmt"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// Run shows the explorer until it is left or ctx ends; what kept the estate from
// being read is its error, context.Canceled for the user who would not wait. It gives the terminal
// back however that comes: a panic ends the program in order first, and goes on
// when the terminal is as it was.
func Run(ctx context.Context, m Model, options ...tea.ProgramOption) error {
	g := &guard{}
	p := tea.NewProgram(guarded{m, g}, append([]tea.ProgramOption{tea.WithContext(ctx), tea.WithoutSignalHandler()}, options...)...)
	g.stop = p.Kill
	last, err := p.Run()
	if g.broken() != nil {
		panic(g.broken())
	}
	switch {
	case failure(last) != nil && ctx.Err() == nil:
		return failure(last)
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, tea.ErrInterrupted):
		return nil
	case err != nil:
		return fmt.Errorf("show explorer: %w", err)
	}
	return nil
}

// failure is why the explorer was left without an estate; nil for none.
func failure(last tea.Model) error {
	if g, ok := last.(guarded); ok {
		last = g.Model
	}
	if m, ok := last.(Model); ok {
		return m.failed
	}
	return nil
}

// guard remembers the first panic, and ends the program.
type guard struct {
	mu    sync.Mutex
	value any
	stop  func()
}

func (g *guard) broken() any {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.value
}

// catch is to be deferred.
func (g *guard) catch() {
	value := recover()
	if value == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.value == nil {
		g.value = value
		go g.stop() // not from here: the program may be waiting for what has broken
	}
}

// guarded is a model whose panics, and those of its commands, are caught.
type guarded struct {
	tea.Model
	guard *guard
}

func (g guarded) Init() (cmd tea.Cmd) {
	defer g.guard.catch()
	return g.commands(g.Model.Init())
}

func (g guarded) Update(msg tea.Msg) (next tea.Model, cmd tea.Cmd) {
	next = g
	defer g.guard.catch()
	model, cmd := g.Model.Update(msg)
	return guarded{model, g.guard}, g.commands(cmd)
}

func (g guarded) View() (v tea.View) {
	defer g.guard.catch()
	return g.Model.View()
}

// commands guards a command, and those it is a batch of.
func (g guarded) commands(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer g.guard.catch()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i, c := range batch {
				batch[i] = g.commands(c)
			}
		}
		return msg
	}
}
