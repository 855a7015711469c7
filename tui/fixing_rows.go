package tui

import (
	"fmt"
	"strings"
)

// fixPart is what rows of a fix plan are about.
type fixPart uint8

const (
	partAction fixPart = iota
	partState          // the work that is under way, or that nothing would change
	partRisk           // who is cut off, what restarts
	partChange
	partByHand
	partLeft
)

// parts are how many rows each part has.
func (v fixView) parts() [partLeft + 1]int {
	n := [partLeft + 1]int{partAction: len(v.plan.Actions)}
	p := v.preview
	if p == nil {
		n[partState] = 1
		return n
	}
	if len(p.CutOff) > 0 {
		n[partRisk]++
	}
	if len(p.Restarts) > 0 {
		n[partRisk]++
	}
	if n[partRisk]+len(p.Changes) == 0 {
		n[partState] = 1
	}
	n[partChange], n[partByHand], n[partLeft] = len(p.Changes), len(p.ByHand), len(p.Left)
	return n
}

// part is what a row is about, and its number there.
func (v fixView) part(i int) (fixPart, int) {
	for part, n := range v.parts() {
		if i < n {
			return fixPart(part), i
		}
		i -= n
	}
	return partState, 0
}

func (v fixView) size(env) int {
	total := 0
	if v.planned != nil {
		for _, n := range v.parts() {
			total += n
		}
	}
	return total
}

func (v fixView) empty(e env) string {
	t := e.texts
	switch {
	case !e.estate.About().Judged:
		return t.NotJudged
	case v.wrong != nil:
		return fmt.Sprintf(t.NoPlan, v.wrong)
	case v.work != nil:
		return strings.TrimSpace(t.Planning + " " + v.step)
	}
	return t.Planning
}

func (v fixView) row(e env, i int, here bool) row {
	part, j := v.part(i)
	if part == partAction {
		return v.actionRow(e, j, here)
	}
	t := e.texts
	var r row
	if j == 0 && i == len(v.plan.Actions) { // whatever the preview begins with
		r.above = e.section(i > 0, styled(strong, t.WouldChange))
	}
	w := e.rowWidth()
	switch part {
	case partState:
		r.lines = v.state(e)
	case partRisk:
		words, st := fmt.Sprintf(t.CutsOff, strings.Join(v.preview.CutOff, ", ")), bad
		if j == 1 || len(v.preview.CutOff) == 0 {
			words, st = fmt.Sprintf(t.RestartsAll, few(v.preview.Restarts[:min(len(v.preview.Restarts), 4)], len(v.preview.Restarts)-4)), warning
		}
		r.lines = indented(2, e.wrap(words, w-2, st))
	case partChange:
		before := ChangeKind(changeKinds)
		if j > 0 {
			before = v.preview.Changes[j-1].Kind
		}
		c := changeRow(e, v.preview.Changes[j], before, normal, here)
		if j == 0 && len(r.above) > 0 { // one heading under the other
			c.above = c.above[len(c.above)-1:]
		}
		r.above, r.lines = append(r.above, c.above...), c.lines
	case partByHand:
		if j == 0 {
			r.above = append(r.above, e.section(true, styled(strong, t.ByHand))...)
		}
		r.lines = choreLines(e, v.preview.ByHand[j], here)
	case partLeft:
		if j == 0 {
			r.above = append(r.above, e.section(true, styled(strong, t.LeftOut))...)
		}
		r.lines = choreLines(e, v.preview.Left[j], here)
	}
	return r
}

// pinned is the beginning of what would change, as long as the cursor is among the
// actions and they leave it no room: marks are set where it is seen what they do.
func (v fixView) pinned(e env, cursor, height int) []string {
	if v.planned == nil || cursor >= len(v.plan.Actions) || height < 9 {
		return nil
	}
	room, lines := height/3, 0
	for i := 0; i < len(v.plan.Actions) && lines <= height-room; i++ {
		lines += v.row(e, i, false).height()
	}
	if lines <= height-room {
		return nil
	}
	out := []string{e.colour(strings.Repeat(e.line(LeftSide|RightSide), e.rowWidth()), faint)}
	for i := len(v.plan.Actions); i < v.size(e); i++ {
		r := v.row(e, i, false)
		if len(out) == 1 && len(r.above) > 0 && strings.TrimSpace(r.above[0]) == "" { // the line is room enough
			r.above = r.above[1:]
		}
		if len(out)+r.height() >= room {
			return append(out, e.paint(styled(faint, "  "+fmt.Sprintf(e.texts.Folded, v.size(e)-i)), e.rowWidth()))
		}
		out = append(append(out, r.above...), r.lines...)
	}
	return out
}

// section is the head of a section, with room above where the screen has it.
func (e env) section(apart bool, head line) []string {
	var out []string
	if apart && e.height >= roomy {
		out = append(out, "")
	}
	return append(out, e.paint(head, e.rowWidth()))
}

// state says why there is no preview yet, or that nothing would change.
func (v fixView) state(e env) []string {
	t, st := e.texts, faint
	words := t.NothingChanges
	switch {
	case v.blind != nil:
		words, st = fmt.Sprintf(t.Blind, v.blind), warning
	case v.preview == nil:
		words, st = strings.TrimSpace(t.Foreseeing+" "+v.step), warning
	case v.marked == 0:
		words = t.NothingMarked
	}
	return indented(2, e.wrap(words, e.rowWidth()-2, st))
}

func (v fixView) actionRow(e env, i int, here bool) row {
	a := v.plan.Actions[i]
	box := "[ ] "
	if v.is(i) {
		box = "[x] "
	}
	st := normal
	if here {
		st = chosen
	}
	r := row{lines: []string{e.paint(line{{box, strong}, {a.Title, st}}, e.rowWidth())}}
	if risks := e.risks(a); risks != nil {
		r.lines = append(r.lines, e.paint(plainly("    ").with(risks), e.rowWidth()))
	}
	if i == 0 {
		r.above = e.section(false, styled(strong, e.texts.Actions))
	}
	return r
}

// risks say what an action does besides; nil for nothing.
func (e env) risks(a Action) line {
	t := e.texts
	var out line
	add := func(st style, words string) {
		if out != nil {
			out = out.with(plainly(", "))
		}
		out = out.with(styled(st, words))
	}
	if a.CutsOff != "" {
		add(bad, fmt.Sprintf(t.CutsOff, a.CutsOff))
	}
	if a.Restarts {
		add(warning, t.RestartsIt)
	}
	if a.Addresses {
		add(warning, t.NewAddresses)
	}
	if !a.Undoable {
		add(warning, t.NotUndoable)
	}
	if a.Cost != "" {
		add(warning, fmt.Sprintf(t.Costs, a.Cost))
	}
	return out
}

// choreLines tell of something that the plan does not do.
func choreLines(e env, c Chore, here bool) []string {
	st := normal
	if here {
		st = chosen
	}
	l := line{{"  " + c.Subject, st}}
	if c.Title != "" {
		l = l.with(styled(faint, "  "+c.Title))
	}
	out := []string{e.paint(l, e.rowWidth())}
	for _, words := range append([]string{c.Reason}, c.Steps...) {
		if words != "" {
			out = append(out, indented(4, e.wrap(flowing(words), min(e.rowWidth(), 110)-4, faint))...)
		}
	}
	return out
}
