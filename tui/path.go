package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"esaudit/graph"
)

// pathView is a path, hop by hop: what decided with its value and line; what does
// not matter is folded.
type pathView struct {
	ask      Question
	who      Who
	answer   Answer
	ready    bool
	unfolded bool
	at       string // names the path where the view before it told from what to what
}

// title tells the verdict too, where the row that does may have no room.
func (v pathView) title(e env) string {
	title := v.at
	if q := v.question(); title == "" {
		title = q.From + e.glyphs().arrow + q.To
	}
	if v.ready && e.height < roomy && v.answer.Kind != "ram" {
		title = e.verdict(v.answer.Verdict)[0].text + " " + title
	}
	return title
}

func (v pathView) question() Question {
	if v.ready {
		return v.answer.Question
	}
	return v.ask
}

func (v pathView) start(e env, id int) (view, tea.Cmd) {
	if v.ask.From == "" {
		return v, nil
	}
	q := v.ask
	return v, fetch(id, func() any {
		a, err := e.estate.Ask(e.ctx, q)
		if err != nil {
			return err
		}
		return a
	})
}

func (v pathView) receive(_ env, _ int, value any) (view, outcome) {
	switch value := value.(type) {
	case Answer:
		again := v.ready
		v.answer, v.ready = value, true
		return v, outcome{stay: again}
	case error:
		return v, outcome{say: value.Error(), stay: true}
	}
	return v, outcome{stay: true}
}

// part is what a path shows as one row: the verdict, a control, some that are
// folded, or a call that would settle it.
type part struct {
	verdict bool
	steps   []int // of the answer; more than one: folded
	settle  int   // -1 for none
	leg     bool  // the first between two things
}

// decides reports whether a control is worth a look: it gave the verdict, and is
// one that somebody set. On an open path those are the lists and rules that let
// the source in; an object that has none stands for itself, by its id alone.
func decides(a Answer, s Step) bool {
	if a.Verdict != graph.Reachable || a.Kind == "ram" {
		return s.Verdict == a.Verdict || a.Kind == "ram"
	}
	switch s.Control {
	case "whitelist", "sg-ingress", "sg-egress", "pvl-ingress", "listener-filter", "nacl-reply", "nacl-egress", "dnat", "proxy":
		return strings.Contains(shortPointer(s.Pointer), "/")
	}
	return false
}

// parts are the rows of a path.
func (v pathView) parts() []part {
	out := []part{{verdict: true, settle: -1}}
	var folded []int
	flush := func() {
		if len(folded) > 0 {
			out = append(out, part{steps: folded, settle: -1})
			folded = nil
		}
	}
	for i, s := range v.answer.Steps {
		leg := i == 0 || s.From != v.answer.Steps[i-1].From || s.To != v.answer.Steps[i-1].To
		if leg {
			flush()
		}
		if v.unfolded || decides(v.answer, s) {
			flush()
			out = append(out, part{steps: []int{i}, settle: -1})
			continue
		}
		folded = append(folded, i)
	}
	flush()
	for i := 1; i < len(out); i++ {
		at := out[i].steps[0]
		out[i].leg = at == 0 || v.answer.Steps[at].From != v.answer.Steps[at-1].From || v.answer.Steps[at].To != v.answer.Steps[at-1].To
	}
	for i := range v.answer.Settle {
		out = append(out, part{settle: i})
	}
	return out
}

func (v pathView) size(env) int {
	if !v.ready {
		return 0
	}
	return len(v.parts())
}

// begins is the first control that decides.
func (v pathView) begins(env) int {
	if !v.ready {
		return 0
	}
	for i, p := range v.parts() {
		if len(p.steps) == 1 && decides(v.answer, v.answer.Steps[p.steps[0]]) {
			return i
		}
	}
	return 0
}

func (v pathView) row(e env, i int, here bool) row {
	p := v.parts()[i]
	w := e.rowWidth()
	switch {
	case p.verdict:
		return row{lines: v.sentence(e, w)}
	case p.settle >= 0:
		return v.settleRow(e, p, here)
	}
	var r row
	first := v.answer.Steps[p.steps[0]]
	if p.leg {
		if e.height >= roomy {
			r.above = append(r.above, "")
		}
		r.above = append(r.above, e.paint(line{{first.From, strong}, {e.glyphs().arrow, faint}, {first.To, strong}}, w))
	}
	if len(p.steps) > 1 || !v.unfolded && !decides(v.answer, first) {
		r.lines = []string{e.paint(v.foldedLine(e, p, here), w)}
		return r
	}
	r.lines = v.step(e, first, here, w)
	return r
}

// sentence says what the path comes to, and for which of many addresses.
func (v pathView) sentence(e env, w int) []string {
	t, a := e.texts, v.answer
	verdict := e.verdict(a.Verdict)
	l := verdict
	switch {
	case a.Kind == "ram":
		l = plainly(a.Question.From + " ").with(e.verdictMark(Who{Kind: Principal, Verdict: a.Verdict}))
	case a.Entry != "":
		l = l.with(plainly(" " + fmt.Sprintf(t.Through, a.Entry, e.kindOf(a.Kind))))
	}
	if a.Paths > 1 {
		l = l.with(styled(faint, "  "+fmt.Sprintf(t.Tried, a.Paths)))
	}
	out := []string{e.paint(l, w)}
	if n := v.who.Set.Count(); n.Sign() > 0 && n.BitLen() > 1 {
		_, address, _ := strings.Cut(a.Question.From, ":")
		out = append(out, e.paint(styled(faint, fmt.Sprintf(t.OneOf, address, e.amount(v.who.Set))), w))
	}
	return out
}

// kindOf says what a kind of path is.
func (e env) kindOf(kind string) string {
	for i, k := range []string{"P1", "P2", "P3", "P4", "P5", "P6", "P7", "onprem", "E1", "E2"} {
		if k == kind {
			return e.texts.Kinds[i]
		}
	}
	return kind
}

func (e env) verdict(v graph.Verdict) line {
	switch v {
	case graph.Reachable:
		return styled(bad, e.texts.Reachable)
	case graph.Blocked:
		return styled(good, e.texts.Blocked)
	}
	return styled(warning, e.texts.UnknownVerdict)
}

// foldedLine stands for controls that do not matter to the verdict.
func (v pathView) foldedLine(e env, p part, here bool) line {
	names := make([]string, len(p.steps))
	for i, n := range p.steps {
		names[i] = v.answer.Steps[n].Control
	}
	st := faint
	if here {
		st = chosen
	}
	return line{{"  " + e.glyphs().folded + " ", st}, {fmt.Sprintf(e.texts.Folded, len(names)), st}, {"  " + strings.Join(names, ", "), faint}}
}

// step is a control: its verdict and name, why, and the value with its place.
func (v pathView) step(e env, s Step, here bool, w int) []string {
	name := line{{s.Control, normal}}
	if here {
		name[0].style = chosen
	}
	const left, mid = 10, 16
	word := plainly("  ").with(e.does(s.Verdict))
	if w < 60 {
		out := []string{e.paint(word.with(plainly("  "), name), w)}
		out = append(out, indented(4, e.wrap(s.Why, w-4, normal))...)
		return append(out, indented(4, v.place(e, s, w-4))...)
	}
	room := min(w-left-mid-4, 110)
	below := append(e.wrap(s.Why, room, normal), v.place(e, s, room)...)
	out := []string{e.beside(cell{word, left}, cell{name, mid}) + "  " + below[0]}
	return append(out, indented(left+mid+4, below[1:])...)
}

// does says what a control does.
func (e env) does(v graph.Verdict) line {
	switch v {
	case graph.Reachable:
		return plainly(e.texts.Passes)
	case graph.Blocked:
		return styled(strong, e.texts.Blocks)
	}
	return styled(warning, e.texts.Unsure)
}

// place is the deciding value, and where it stands.
func (v pathView) place(e env, s Step, w int) []string {
	if s.Pointer == "" {
		return nil
	}
	l := styled(strong, s.Value)
	if s.Value != "" {
		l = l.with(plainly("  "))
	}
	return append([]string{e.paint(l.with(styled(faint, e.where(s.Line))), w)}, e.wrap(shortPointer(s.Pointer), w, faint)...)
}

// where says on which line of which file a value stands.
func (e env) where(n int) string {
	if file := e.estate.About().File; file != "" {
		return fmt.Sprintf("%s:%d", file, n)
	}
	return fmt.Sprintf(e.texts.Line, n)
}

// shortPointer leaves out of /accounts/N/objects/KIND/REGION/ID/... what the id
// tells.
func shortPointer(pointer string) string {
	if steps := strings.SplitN(pointer, "/", 7); len(steps) == 7 && steps[1] == "accounts" && steps[3] == "objects" {
		return steps[6]
	}
	return pointer
}

func indented(n int, lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.Repeat(" ", n) + l
	}
	return out
}

func (v pathView) settleRow(e env, p part, here bool) row {
	s := v.answer.Settle[p.settle]
	var r row
	if p.settle == 0 {
		r.above = []string{"", e.paint(styled(strong, e.texts.Settles), e.rowWidth())}
	}
	name := styled(normal, s.Text)
	if here {
		name[0].style = chosen
	}
	r.lines = []string{e.paint(plainly("  ").with(name, styled(faint, "  "+fmt.Sprintf(e.texts.NeedsAction, s.RAM))), e.rowWidth())}
	return r
}

func (v pathView) hints(e env) []hint {
	return []hint{{key: "enter", does: e.texts.KeyIn}, {key: "x", does: e.texts.KeyAll}, {key: "y", does: e.texts.KeyCopy}}
}

// open shows the value in its file, or unfolds.
func (v pathView) open(e env, i int) outcome {
	p := v.parts()[i]
	if len(p.steps) == 1 {
		if s := v.answer.Steps[p.steps[0]]; s.Line > 0 {
			return outcome{push: valueView{line: s.Line, pointer: s.Pointer}}
		}
	}
	return outcome{}
}

func (v pathView) press(e env, id, i int, key string) (view, outcome, bool) {
	fold := key == "x"
	if key == "enter" && v.ready && i > 0 {
		p := v.parts()[i]
		fold = len(p.steps) > 1 || len(p.steps) == 1 && !v.unfolded && !decides(v.answer, v.answer.Steps[p.steps[0]])
	}
	if !fold || !v.ready {
		return v, outcome{}, fold
	}
	was := v.parts()[i]
	v.unfolded = !v.unfolded
	return v, outcome{jump: true, to: v.like(was)}, true
}

// like is the row of what stood in a row before more or less was folded: the cursor
// stays with its control, or goes to what holds it.
func (v pathView) like(was part) int {
	for i, p := range v.parts() {
		if p.verdict && was.verdict || was.settle >= 0 && p.settle == was.settle || len(was.steps) > 0 && slices.Contains(p.steps, was.steps[0]) {
			return i
		}
	}
	return 0
}

// copies the value of a step, or the command that asks the same.
func (v pathView) copies(e env, i int) string {
	if v.ready && i > 0 {
		if p := v.parts()[i]; len(p.steps) == 1 {
			if s := v.answer.Steps[p.steps[0]]; s.Value != "" {
				return strings.Trim(s.Value, `"`)
			}
		} else if p.settle >= 0 {
			return v.answer.Settle[p.settle].RAM
		}
	}
	return v.answer.Command
}

func (v pathView) exports(env, int) (Export, string) {
	q := v.question()
	return Export{Question: &q}, "path.json"
}

// valueView shows a value among the lines of the snapshot around it.
type valueView struct {
	line    int
	pointer string
}

// around is how many lines are shown before and after a value.
const around = 20

func (v valueView) title(e env) string { return e.where(v.line) }

func (v valueView) size(e env) int { return len(v.lines(e)) }

func (v valueView) first() int { return max(v.line-around, 1) }

func (v valueView) lines(e env) []string { return e.estate.Lines(v.first(), v.line-v.first()+around+1) }

func (v valueView) row(e env, i int, here bool) row {
	n := v.first() + i
	st, mark := normal, " "
	if n == v.line {
		st, mark = strong, "*"
	}
	number := line{{fmt.Sprintf("%7d ", n), faint}, {mark + " ", chosen}}
	if here {
		number[0].style = chosen
	}
	lines := v.lines(e)
	return row{lines: []string{e.paint(number.with(styled(st, v.shifted(e, lines, i))), e.rowWidth())}}
}

// shifted is a line without so much of its indentation as the value's line has to
// lose to be read to its end.
func (v valueView) shifted(e env, lines []string, i int) string {
	indent := func(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }
	value := lines[min(v.line-v.first(), len(lines)-1)]
	over := e.painter.width(plainly(value), longest) + len("    4199 * ") - e.rowWidth()
	return lines[i][min(max(over, 0), indent(lines[i]), indent(value)):]
}

func (v valueView) begins(env) int { return v.line - v.first() }

func (v valueView) hints(e env) []hint { return []hint{{key: "y", does: e.texts.KeyCopy}} }

func (v valueView) copies(env, int) string { return v.pointer }
