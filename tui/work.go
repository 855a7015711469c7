package tui

import (
	"context"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// work is what a view has under way: it tells how far it is, and can be given up.
type work struct {
	stop   context.CancelFunc
	told   *telling
	serial int // tells its answer from that of work that was given up
}

// telling carries what work tells of to the screen: nothing is lost, and the work
// waits for nobody.
type telling struct {
	mu    sync.Mutex
	lines []Told
	ended bool
	more  chan struct{} // holds one when there is something new
}

func (t *telling) tell(line Told) { t.add(false, line) }

func (t *telling) end() { t.add(true) }

func (t *telling) add(ended bool, lines ...Told) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines, t.ended = append(t.lines, lines...), t.ended || ended
	select {
	case t.more <- struct{}{}:
	default:
	}
}

// next waits for lines; none and false when there will be no more.
func (t *telling) next() ([]Told, bool) {
	for {
		t.mu.Lock()
		lines, ended := t.lines, t.ended
		t.lines = nil
		t.mu.Unlock()
		if len(lines) > 0 || ended {
			return lines, len(lines) > 0
		}
		<-t.more
	}
}

type (
	// steps are lines that work told of.
	steps struct {
		serial int
		lines  []Told
	}
	// ended is what came of work.
	ended struct {
		serial int
		value  any
		err    error
	}
)

// task is work that takes long.
type task func(ctx context.Context, tell func(Told)) (any, error)

// far makes a function that tells how far work is.
func far(tell func(Told)) func(string) { return func(text string) { tell(Told{Text: text}) } }

// begin begins work for a view; its answer comes as ended, what it tells as steps.
func begin(e env, id, serial int, do task) (*work, tea.Cmd) {
	ctx, stop := context.WithCancel(e.ctx)
	w := &work{stop: stop, told: &telling{more: make(chan struct{}, 1)}, serial: serial}
	run := fetch(id, func() any {
		defer stop()
		defer w.told.end()
		value, err := do(ctx, w.told.tell)
		if ctx.Err() != nil && err != nil {
			err = ctx.Err()
		}
		return ended{serial, value, err}
	})
	return w, tea.Batch(run, w.listen(id))
}

// listen waits for what work tells next.
func (w *work) listen(id int) tea.Cmd {
	return func() tea.Msg {
		lines, ok := w.told.next()
		if !ok {
			return nil
		}
		return loaded{id, steps{w.serial, lines}}
	}
}
