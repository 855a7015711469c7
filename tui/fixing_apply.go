package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// applyView is the only way to a change of an account: it checks everything that
// can be checked, shows the account and as whom, takes consent by the account's id
// being typed, shows each step as it happens, and ends with what was verified and
// how to take it back.
type applyView struct {
	of      fixView // what is marked
	actions []Action
	serial  int
	work    *work
	state   applyState
	consent Consent
	told    []string // the steps, in order
	step    string   // how far the work is
	applied Applied
	wrong   error
}

// applyState is how far a change is.
type applyState uint8

const (
	checking applyState = iota
	asking              // for consent
	applying
	over // done, stopped or refused
)

func (v applyView) title(e env) string { return e.texts.Applying }

// checked is what a check found.
type checked struct {
	actions []Action
	consent Consent
}

// start checks; nothing is changed by it.
func (v applyView) start(e env, id int) (view, tea.Cmd) {
	of := v.of
	return v.begin(e, id, checking, func(ctx context.Context, tell func(Told)) (any, error) {
		var x checked
		for i, a := range of.plan.Actions {
			if of.is(i) {
				x.actions = append(x.actions, a)
			}
		}
		var err error
		x.consent, err = of.planned.Check(ctx, of.ids(), far(tell))
		return x, err
	})
}

func (v applyView) begin(e env, id int, s applyState, do task) (applyView, tea.Cmd) {
	v.serial++
	v.state, v.told, v.step, v.wrong = s, nil, "", nil
	var cmd tea.Cmd
	v.work, cmd = begin(e, id, v.serial, do)
	return v, cmd
}

func (v applyView) working() bool { return v.state == checking || v.state == applying }

// stop ends the work after the step that is under way: what it did is told yet.
func (v applyView) stop(e env) (view, string) {
	if v.work != nil {
		v.work.stop()
	}
	return v, e.texts.Stopping
}

func (v applyView) receive(e env, id int, value any) (view, outcome) {
	switch value := value.(type) {
	case steps:
		if value.serial != v.serial {
			break
		}
		for _, x := range value.lines {
			if v.step = x.Text; x.Step {
				v.told, v.step = append(v.told[:len(v.told):len(v.told)], x.Text), ""
			}
		}
		// While an account is changed, the last step is what is looked at.
		return v, outcome{cmd: v.work.listen(id), stay: true, jump: v.state >= applying, to: v.size(e) - 1}
	case ended:
		if value.serial != v.serial {
			break
		}
		return v.ended(e, value)
	}
	return v, outcome{stay: true}
}

// ended takes in what a check or a change came to.
func (v applyView) ended(e env, x ended) (view, outcome) {
	v.wrong = x.err
	say := ""
	if errors.Is(x.err, context.Canceled) {
		v.wrong, say = errors.New(e.texts.Cancelled), e.texts.Cancelled // it is stopping no more
	}
	switch value := x.value.(type) {
	case checked:
		v.actions, v.consent, v.told, v.state = value.actions, value.consent, nil, asking
		if x.err != nil {
			v.state = over
		}
		return v, outcome{stay: true, say: say}
	case Applied:
		v.applied = value
	}
	v.state = over
	return v, outcome{jump: true, to: v.size(e) - 1, say: say}
}

func (v applyView) press(e env, id, _ int, key string) (view, outcome, bool) {
	if v.state != asking || key != "enter" && key != "a" {
		return v, outcome{}, false
	}
	p := newPrompt(fmt.Sprintf(e.texts.TypeAccount, v.consent.Account), "")
	p.done = func(m *Model, typed string) tea.Cmd {
		f := m.top()
		v, ok := f.view.(applyView)
		if !ok || f.id != id || v.state != asking {
			return nil
		}
		if strings.TrimSpace(typed) != v.consent.Account || v.consent.Account == "" {
			m.notice = e.texts.NotConfirmed
			return nil
		}
		next, cmd := v.begin(e, id, applying, func(ctx context.Context, tell func(Told)) (any, error) {
			return v.of.planned.Apply(ctx, v.of.ids(), v.consent, tell)
		})
		f.view = next
		m.setTop(f)
		return cmd
	}
	return v, outcome{prompt: p, stay: true}, true
}

// The rows: the account, the actions, the steps, and what came of it.
func (v applyView) size(env) int { return 1 + len(v.actions) + len(v.told) + v.verdicts() }

func (v applyView) verdicts() int {
	if v.state == checking {
		return 0
	}
	return 1
}

func (v applyView) row(e env, i int, here bool) row {
	t, w := e.texts, min(e.rowWidth(), 110)
	st := normal
	if here {
		st = chosen
	}
	if i == 0 {
		return row{lines: v.head(e, w)}
	}
	if i--; i < len(v.actions) {
		a := v.actions[i]
		mark := "    "
		if v.state == over && slices.Contains(v.applied.Done, a.ID) {
			mark = "[x] "
		}
		l := line{{mark, strong}, {a.Title, st}}
		if risks := e.risks(a); risks != nil {
			l = l.with(plainly("  "), risks)
		}
		var r row
		if i == 0 {
			r.above = e.section(true, styled(strong, t.Actions))
		}
		r.lines = []string{e.paint(l, e.rowWidth())}
		return r
	}
	if i -= len(v.actions); i < len(v.told) {
		var r row
		if i == 0 {
			r.above = e.section(true, styled(strong, t.Steps))
		}
		r.lines = indented(2, e.wrap(v.told[i], w-2, st))
		return r
	}
	return row{above: e.section(true, v.verdict(e)), lines: v.outcome(e, w)}
}

// head names the account, and who changes it.
func (v applyView) head(e env, w int) []string {
	t := e.texts
	if v.state == checking {
		return e.wrap(strings.TrimSpace(t.Checking+" "+v.step), w, warning)
	}
	if v.consent.Account == "" {
		return e.wrap(fmt.Sprintf(t.Account, v.of.plan.Account), w, strong)
	}
	out := e.wrap(fmt.Sprintf(t.Account, v.consent.Account), w, strong)
	return append(out, e.wrap(fmt.Sprintf(t.AsWhom, v.consent.ARN), w, normal)...)
}

// verdict says in a word how far a change is.
func (v applyView) verdict(e env) line {
	t := e.texts
	switch {
	case v.state == asking:
		return styled(warning, t.NothingYet)
	case v.state == applying:
		return styled(warning, t.UnderWay)
	case v.wrong == nil && v.applied.Verified:
		return styled(good, t.Verified)
	case v.applied.Journal == "":
		return styled(bad, t.NothingDone)
	}
	return styled(bad, t.NotVerified)
}

// outcome says what to do next: how to go on, or to take it back.
func (v applyView) outcome(e env, w int) []string {
	t := e.texts
	var out []string
	add := func(words string, st style) { out = append(out, indented(2, e.wrap(words, w-2, st))...) }
	switch v.state {
	case asking:
		if p := v.of.preview; p != nil {
			add(fmt.Sprintf(t.WaysIn, p.Lost, p.Gained)+", "+fmt.Sprintf(t.FindingsGo, p.Gone, p.Raised), normal)
		}
		add(fmt.Sprintf(t.HowToConfirm, v.consent.Account), normal)
	case applying:
		if v.step != "" {
			add(v.step, normal)
		}
		add(t.HowToStop, faint)
	case over:
		if v.wrong == nil && v.applied.Verified {
			add(t.VerifiedAs, normal)
		}
		if v.wrong != nil {
			add(v.wrong.Error(), bad)
		}
		if v.applied.Journal != "" {
			add(fmt.Sprintf(t.JournalIn, v.applied.Journal), normal)
		}
		if v.applied.Resume != "" {
			add(t.GoOn+" "+v.applied.Resume, normal)
		}
		if v.applied.Undo != "" {
			add(t.TakeBack+" "+v.applied.Undo, normal)
			add(t.AuditAgain, faint)
		}
	}
	return out
}

// copies is the command that takes a change back.
func (v applyView) copies(env, int) string { return v.applied.Undo }

func (v applyView) hints(e env) []hint {
	t := e.texts
	switch v.state {
	case checking, applying:
		return []hint{{key: "esc", does: t.KeyStop}}
	case asking:
		return []hint{{"enter", t.KeyConfirm, "a"}}
	}
	if v.applied.Undo == "" {
		return nil
	}
	return []hint{{key: "y", does: t.KeyCopyUndo}}
}
