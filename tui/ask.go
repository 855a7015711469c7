package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// askView asks whether one thing reaches another: both ends are typed with
// completion; answers stay below.
type askView struct {
	ends [2]string // by Side
	past []Answer  // the latest first
}

func (v askView) title(e env) string { return e.texts.AskTitle }

// The first two rows are the ends.
func (v askView) size(env) int { return 2 + len(v.past) }

func (v askView) row(e env, i int, here bool) row {
	t, w := e.texts, e.rowWidth()
	if i >= 2 {
		a := v.past[i-2]
		from := line{{a.Question.From, normal}}
		if here {
			from[0].style = chosen
		}
		to := styled(faint, e.glyphs().arrow).with(plainly(a.Question.To))
		r := row{lines: []string{e.beside(cell{e.verdict(a.Verdict), 12}, cell{from.with(to), w - 14})}}
		if w < 60 { // the ends have no room side by side
			r.lines = []string{e.beside(cell{e.verdict(a.Verdict), 12}, cell{from, w - 14}), strings.Repeat(" ", 13) + e.paint(to, w-13)}
		}
		if i == 2 {
			r.above = []string{"", e.paint(styled(strong, t.Answered), w)}
		}
		return r
	}
	label, value := t.From, styled(normal, v.ends[i])
	if i == 1 {
		label = t.To
	}
	if v.ends[i] == "" {
		value = styled(faint, [2]string{t.FromHint, t.ToHint}[i])
	}
	if here {
		value[0].style = chosen
	}
	return row{lines: []string{e.beside(cell{styled(strong, label), 6}, cell{value, w - 8})}}
}

func (v askView) hints(e env) []hint { return []hint{{key: "enter", does: e.texts.KeyAnswer}} }

func (v askView) press(e env, id, i int, key string) (view, outcome, bool) {
	if key != "enter" || i >= 2 {
		return v, outcome{}, false
	}
	return v, outcome{prompt: v.prompt(e, id, Side(i)), stay: true}, true
}

// offered is what a half-typed text may become.
type offered struct {
	text string
	list []string
}

// offers is how many completions are shown at most.
const offers = 8

// prompt asks for one end. After the first comes the second, and after both the
// answer.
func (v askView) prompt(e env, id int, s Side) *prompt {
	label := e.texts.From
	if s == ToSide {
		label = e.texts.To
	}
	p := newPrompt(label, v.ends[s])
	p.options = func(text string) tea.Cmd {
		return func() tea.Msg { return offered{text, e.estate.Complete(e.ctx, s, text, offers)} }
	}
	p.done = func(m *Model, text string) tea.Cmd {
		f := m.top()
		v, ok := f.view.(askView)
		if !ok || f.id != id {
			return nil
		}
		f.list.cursor = int(s)
		if text == "" {
			v.ends[s] = ""
		}
		f.view = v
		m.setTop(f)
		if text == "" {
			return nil
		}
		return fetch(id, func() any { return end{p, s, text, m.env.estate.Known(e.ctx, s, text)} })
	}
	return p
}

// end is one end of a question that was typed, and what is wrong with it.
type end struct {
	prompt *prompt
	side   Side
	text   string
	err    error
}

// ended takes in an end: the other one is next, then the answer.
func (v askView) ended(e env, id int, x end) (view, outcome) {
	if x.err != nil {
		return v, outcome{cmd: func() tea.Msg { return refused{x.prompt, x.text, x.err} }, stay: true}
	}
	v.ends[x.side] = x.text
	next := ToSide
	switch {
	case v.ends[FromSide] == "":
		next = FromSide
	case v.ends[ToSide] == "" || x.side == FromSide:
	default:
		return v, outcome{cmd: v.ask(e, id), stay: true}
	}
	return v, outcome{prompt: v.prompt(e, id, next), jump: true, to: int(next)}
}

// ask begins the answer.
func (v askView) ask(e env, id int) tea.Cmd {
	q := Question{From: v.ends[FromSide], To: v.ends[ToSide], Any: true}
	return fetch(id, func() any {
		a, err := e.estate.Ask(e.ctx, q)
		if err != nil {
			return err
		}
		return a
	})
}

func (v askView) receive(e env, id int, value any) (view, outcome) {
	switch value := value.(type) {
	case end:
		return v.ended(e, id, value)
	case Answer:
		v.past = append([]Answer{value}, slices.DeleteFunc(slices.Clone(v.past), func(a Answer) bool { return a.Question == value.Question })...)
		return v, outcome{push: pathView{answer: value, ready: true}, stay: true}
	case error:
		return v, outcome{say: value.Error(), stay: true}
	}
	return v, outcome{stay: true}
}

func (v askView) open(e env, i int) outcome {
	if i < 2 {
		return outcome{}
	}
	return outcome{push: pathView{answer: v.past[i-2], ready: true}}
}

func (v askView) copies(e env, i int) string {
	if i >= 2 {
		return v.past[i-2].Command
	}
	return v.ends[i]
}
