package tui

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// fixView is the fix plan: actions that are marked or not, and what exactly the
// marked ones would change. It writes nothing; applyView may.
type fixView struct {
	about   []int // numbers of findings that are to be corrected; nil for all that stand
	asked   bool  // for the plan
	planned Planned
	plan    Plan
	wrong   error // why there is no plan

	mode    marking
	flipped map[int]bool // actions that are otherwise than mode says
	safe    int          // how many are marked at first
	marked  int          // how many are marked now

	serial  int // of the work that was begun last
	work    *work
	step    string   // what the work does
	preview *Preview // of what is marked now; nil while it is not known
	blind   error    // why there is no preview
	command string   // that applies the file which was written of what is marked now
}

// marking is what is marked besides what was marked one by one.
type marking uint8

const (
	markRiskless marking = iota
	markAll
	markNone
	markings
)

// is reports whether an action is marked.
func (v fixView) is(i int) bool {
	return (v.mode == markAll || v.mode == markRiskless && v.plan.Actions[i].riskless()) != v.flipped[i]
}

// ids are those of the marked actions.
func (v fixView) ids() []string {
	out := []string{}
	for i, a := range v.plan.Actions {
		if v.is(i) {
			out = append(out, a.ID)
		}
	}
	return out
}

func (v fixView) title(e env) string {
	t := e.texts
	if v.planned == nil {
		return t.Fix
	}
	marked, foreseen := fmt.Sprintf(t.MarkedOf, v.marked, len(v.plan.Actions)), e.glyphs().more
	if e.width < 60 {
		marked = fmt.Sprintf("%d/%d", v.marked, len(v.plan.Actions))
	}
	switch p := v.preview; {
	case p != nil && e.width < 60:
		foreseen = fmt.Sprintf(t.WaysIn, p.Lost, p.Gained)
	case p != nil:
		foreseen = fmt.Sprintf(t.WaysIn, p.Lost, p.Gained) + ", " + fmt.Sprintf(t.FindingsGo, p.Gone, p.Raised)
	}
	return strings.Join([]string{t.Fix, marked, foreseen}, e.glyphs().dot)
}

// wake plans when the view is shown for the first time: that takes long.
func (v fixView) wake(e env, id int) (view, tea.Cmd) {
	if v.asked || !e.estate.About().Judged {
		return v, nil
	}
	v.asked = true
	about := v.about
	return v.begin(e, id, func(ctx context.Context, tell func(Told)) (any, error) {
		p, err := e.services.Plan(ctx, e.estate, about, far(tell))
		if err != nil {
			return nil, err
		}
		whole := fixView{planned: p, plan: p.Plan()}
		whole.safe = len(whole.ids())
		return whole, nil
	})
}

// start forgets the plan of an estate that is shown no more.
func (v fixView) start(e env, id int) (view, tea.Cmd) {
	next := fixView{about: v.about, serial: v.giveUp().serial}
	if v.about != nil {
		return next.wake(e, id)
	}
	return next, nil
}

// begin begins work instead of what is under way.
func (v fixView) begin(e env, id int, do task) (view, tea.Cmd) {
	v = v.giveUp()
	var cmd tea.Cmd
	v.work, cmd = begin(e, id, v.serial, do)
	return v, cmd
}

// foresee asks what exactly the marked actions would change.
func (v fixView) foresee(e env, id int) (view, tea.Cmd) {
	v.preview, v.blind, v.command = nil, nil, ""
	marked := v
	return v.begin(e, id, func(ctx context.Context, tell func(Told)) (any, error) {
		return marked.planned.Preview(ctx, marked.ids(), far(tell))
	})
}

func (v fixView) working() bool { return v.work != nil }

// stop gives work up at once: what it comes to yet is dropped, so that p begins
// anew whenever that is.
func (v fixView) stop(e env) (view, string) {
	v = v.giveUp()
	if gone := errors.New(e.texts.Cancelled); v.planned == nil {
		v.wrong = gone
	} else {
		v.blind = gone
	}
	return v, e.texts.Cancelled
}

// giveUp leaves the view without work.
func (v fixView) giveUp() fixView {
	if v.work != nil {
		v.work.stop()
	}
	v.work, v.step = nil, ""
	v.serial++
	return v
}

// written is a plan that was written to a file, or why it was not.
type written struct {
	prompt        *prompt // that asked for the file
	file, command string
	err           error
}

func (v fixView) receive(e env, id int, value any) (view, outcome) {
	switch value := value.(type) {
	case steps:
		if v.work != nil && value.serial == v.serial {
			v.step = value.lines[len(value.lines)-1].Text
			return v, outcome{cmd: v.work.listen(id), stay: true}
		}
	case ended:
		if value.serial == v.serial {
			v.work = nil
			return v.ended(e, id, value)
		}
	case written:
		if value.err != nil {
			return v, outcome{cmd: func() tea.Msg { return refused{value.prompt, value.file, value.err} }, stay: true}
		}
		if v.work == nil || v.preview != nil {
			v.command = value.command
		}
		return v, outcome{say: fmt.Sprintf(e.texts.PlanWritten, value.file, value.command), stay: true}
	}
	return v, outcome{stay: true}
}

// ended takes in what came of work: a plan, or a preview.
func (v fixView) ended(e env, id int, x ended) (view, outcome) {
	switch {
	case x.err != nil && v.planned == nil:
		v.wrong = x.err
	case x.err != nil:
		v.blind = x.err
	case v.planned == nil:
		whole := x.value.(fixView)
		v.planned, v.plan, v.safe, v.marked, v.wrong = whole.planned, whole.plan, whole.safe, whole.safe, nil
		next, cmd := v.foresee(e, id)
		return next, outcome{cmd: cmd}
	default:
		p := x.value.(Preview)
		v.preview = &p
	}
	return v, outcome{stay: true}
}

func (v fixView) press(e env, id, i int, key string) (view, outcome, bool) {
	if v.planned == nil {
		if key == "p" && v.work == nil {
			v.asked, v.wrong = false, nil
			next, cmd := v.wake(e, id)
			return next, outcome{cmd: cmd}, true
		}
		return v, outcome{}, false
	}
	switch key {
	case "space":
		if i >= len(v.plan.Actions) {
			return v, outcome{say: e.texts.NothingHere}, true
		}
		v.flipped = maps.Clone(v.flipped)
		if v.flipped == nil {
			v.flipped = map[int]bool{}
		}
		if v.marked++; v.is(i) {
			v.marked -= 2
		}
		if v.flipped[i] = !v.flipped[i]; !v.flipped[i] {
			delete(v.flipped, i)
		}
	case "x":
		v.mode, v.flipped = (v.mode+1)%markings, nil
		v.marked = [markings]int{v.safe, len(v.plan.Actions), 0}[v.mode]
	case "p":
	case "a":
		return v, v.apply(e), true
	case "w":
		return v, outcome{prompt: v.write(e, id, e.texts.WritePlanTo, "fix.plan")}, true
	case "e":
		return v, outcome{prompt: v.write(e, id, e.texts.ExportTo, "fix.md")}, true
	default:
		return v, outcome{}, false
	}
	next, cmd := v.foresee(e, id)
	return next, outcome{cmd: cmd}, true
}

// write asks for a file, and writes there what is marked.
func (v fixView) write(e env, id int, label, name string) *prompt {
	p := newPrompt(label, name)
	p.done = func(m *Model, file string) tea.Cmd {
		if file == "" {
			return nil
		}
		m.notice = e.texts.Working
		return fetch(id, func() any {
			command, err := v.planned.Write(e.ctx, v.ids(), file)
			return written{p, file, command, err}
		})
	}
	return p
}

// apply opens what asks for consent. A snapshot alone is never applied.
func (v fixView) apply(e env) outcome {
	t := e.texts
	switch {
	case v.marked == 0:
		return outcome{say: t.NothingMarked}
	case !v.planned.Live():
		command := v.command
		if command == "" {
			command = v.planned.Command("fix.plan")
		}
		return outcome{say: fmt.Sprintf(t.NotLive, command)}
	case v.marked > MaxActions:
		return outcome{say: fmt.Sprintf(t.TooMany, v.marked, MaxActions)}
	case v.preview == nil:
		return outcome{say: t.NotForeseen}
	}
	return outcome{push: applyView{of: v}}
}

func (v fixView) hints(e env) []hint {
	t := e.texts
	if v.planned == nil {
		return []hint{{key: "p", does: t.KeyPlan}}
	}
	return []hint{{key: "space", does: t.KeyMark}, {key: "enter", does: t.KeyIn}, {key: "a", does: t.KeyApply}, {key: "w", does: t.KeyWritePlan}, {key: "x", does: t.KeyMarkAll}, {key: "e", does: t.KeyExport}, {key: "p", does: t.KeyPlan}}
}

// copies is the command that applies what was written, else the action's own call.
func (v fixView) copies(_ env, i int) string {
	if v.command == "" && i < len(v.plan.Actions) {
		return v.plan.Actions[i].Call
	}
	return v.command
}

func (v fixView) open(e env, i int) outcome {
	if i < len(v.plan.Actions) {
		return outcome{push: actionView{action: v.plan.Actions[i]}}
	}
	if part, j := v.part(i); part == partChange {
		return openChange(v.preview.Changes[j])
	}
	return outcome{}
}
