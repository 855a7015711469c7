package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// roomy is the height in lines from which the screen has a head, tabs and empty
// lines; a lower one has a title and keys.
const roomy = 16

// margin is the columns left of every row: the cursor and a space.
const margin = 2

// headHeight is how many lines stand above the rows.
func (m *Model) headHeight() int {
	if m.env.height < roomy {
		return 1
	}
	return 5
}

// bodyHeight is how many lines are left for rows.
func (m *Model) bodyHeight() int { return max(m.middleHeight()-len(m.pinned()), 1) }

// pinned are the lines that stay below the rows.
func (m *Model) pinned() []string {
	f := m.top()
	if p, ok := f.view.(pinner); ok && m.env.height >= roomy && m.prompt == nil {
		return p.pinned(m.env, f.list.cursor, m.middleHeight())
	}
	return nil
}

// middleHeight is how many lines are left between head and foot.
func (m *Model) middleHeight() int {
	foot := 1
	if m.env.height >= roomy {
		foot = 2
	}
	switch {
	case m.prompt != nil:
		foot += min(len(m.prompt.offered), m.env.height/3) + len(m.promptAbove(m.prompt))
	case m.audit == nil && m.notice != "":
		foot += len(m.noticeLines()) - 1
	}
	return max(m.env.height-m.headHeight()-foot, 1)
}

// rowWidth is how many columns a row has.
func (e env) rowWidth() int { return max(e.width-margin-1, 1) }

// View draws the screen.
func (m Model) View() tea.View {
	if m.env.estate == nil {
		return m.screenOf(m.opening.name, m.waitingScreen(), nil)
	}
	lines, cursor := m.screen()
	return m.screenOf(m.env.estate.About().Name, lines, cursor)
}

func (m *Model) screenOf(name string, lines []string, cursor *tea.Cursor) tea.View {
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = "esaudit " + m.harmless(name, 60)
	v.Cursor = cursor
	return v
}

func (m *Model) harmless(s string, width int) string { return m.env.harmless(s, width) }

// screen returns exactly as many lines as the screen has, each of its width.
func (m *Model) screen() ([]string, *tea.Cursor) {
	f := m.top()
	out := m.head(f)
	out = append(out, m.body(f)...)
	foot, at := m.foot(f)
	var cursor *tea.Cursor
	if at >= 0 {
		cursor = tea.NewCursor(min(at, m.env.width-1), m.env.height-1)
	}
	for len(out) < m.env.height-len(foot) {
		out = append(out, "")
	}
	out = append(out[:max(m.env.height-len(foot), 0)], foot...)
	out = out[max(len(out)-m.env.height, 0):]
	for i, l := range out {
		out[i] = fit(l, m.env.width)
	}
	return out, cursor
}

// fit cuts or fills a painted line to a width.
func fit(l string, width int) string {
	n := ansi.StringWidth(l)
	if n > width {
		return ansi.Truncate(l, width, "")
	}
	return l + strings.Repeat(" ", width-n)
}

// head is the title; with room, what the estate is and the tabs stand above it.
func (m *Model) head(f frame) []string {
	t, w := m.env.texts, m.env.width
	position := line{}
	if n := f.view.size(m.env); n > 0 {
		words := fmt.Sprintf(t.Position, f.list.cursor+1, n)
		if w < 60 {
			words = fmt.Sprintf("%d/%d", f.list.cursor+1, n)
		}
		position = styled(faint, " "+words+" ")
	}
	if !m.env.estate.About().Judged && m.env.height < roomy {
		position = styled(warning, " "+t.JudgingShort+m.env.glyphs().more+" ")
	}
	title := plainly(" ").with(m.crumbs(w - 1 - m.env.painter.width(position, w)))
	if m.env.height < roomy {
		return []string{m.ends(title, position, w)}
	}
	about := m.env.estate.About()
	state := m.state(about)
	room := w - m.env.painter.width(state, w) - 1
	what := styled(strong, " esaudit")
	name := about.Name[strings.LastIndexByte(strings.TrimRight(about.Name, "/"), '/')+1:]
	facts := append([]string{name}, about.Accounts...)
	if !about.TakenAt.IsZero() {
		facts = append(facts, fmt.Sprintf(t.AsOf, about.TakenAt.UTC().Format("2006-01-02 15:04")+" UTC"))
	}
	for _, fact := range facts { // what has no room is left out
		if longer := what.with(styled(faint, m.env.glyphs().dot+fact)); m.env.painter.width(longer, w) <= room {
			what = longer
		}
	}
	return []string{m.ends(what, state, w), m.tabLine(), "", m.ends(title, position, w), ""}
}

// ends paints two lines at both ends of one; the left one is cut.
func (m *Model) ends(left, right line, width int) string {
	n := m.env.painter.width(right, max(width-9, width*2/3))
	return m.env.paint(left, width-n) + m.env.paint(right, n)
}

// state says in a few words how the estate is.
func (m *Model) state(about About) line {
	t, sum := m.env.texts, about.Summary
	if !about.Judged {
		words := t.NotJudged
		if m.opening != nil && m.opening.text != "" {
			words = m.opening.text
		}
		return styled(warning, words+m.env.glyphs().more+" ")
	}
	todo := 0
	for _, n := range sum.Fail {
		todo += n
	}
	var out line
	add := func(st style, words string) {
		if out != nil {
			out = out.with(plainly(", "))
		}
		out = out.with(styled(st, words))
	}
	if todo > 0 {
		add(normal, fmt.Sprintf(t.ToAct, todo))
	}
	if n := sum.Fail[critical]; n > 0 {
		add(bad, fmt.Sprintf(t.Critical, n))
	}
	if sum.Unknown > 0 {
		add(warning, fmt.Sprintf(t.SumUnknown, sum.Unknown))
	}
	if !about.Complete {
		add(warning, t.Partial)
	}
	if out == nil { // what is not known is no pass
		add(good, t.Nothing)
	}
	return out.with(plainly(" "))
}

// tabNames are the tabs in order.
func (t *Texts) tabNames() [tabs]string {
	return [tabs]string{t.Clusters, t.Findings, t.Ask, t.Gaps, t.Changes, t.Map, t.Fix}
}

// tabsFrom is the first tab that is shown: where not all have room, those before
// the chosen one make it.
func (m *Model) tabsFrom() int {
	names := m.env.texts.tabNames()
	room := m.env.width
	for i := int(m.tab); i >= 0; i-- {
		if room -= ansi.StringWidth(names[i]) + 2; room < 0 {
			return min(i+1, int(m.tab))
		}
	}
	return 0
}

func (m *Model) tabLine() string {
	var l line
	from := m.tabsFrom()
	for i, name := range m.env.texts.tabNames() {
		if i < from {
			continue
		}
		if tab(i) == m.tab {
			l = l.with(line{{"[", faint}, {name, strong}, {"]", faint}})
			continue
		}
		l = l.with(styled(faint, " "+name+" "))
	}
	return m.env.paint(l, m.env.width)
}

// tabAt is the tab whose name stands in a column; -1 for none.
func (m *Model) tabAt(x int) tab {
	from := m.tabsFrom()
	for i, name := range m.env.texts.tabNames() {
		if i < from {
			continue
		}
		n := ansi.StringWidth(name) + 2
		if x < n {
			return tab(i)
		}
		x -= n
	}
	return -1
}

// crumbs name the views that are open, the last one strongly; in little room the
// first ones are left out, so that it is told which is shown.
func (m *Model) crumbs(room int) line {
	last := len(m.stacks[m.tab]) - 1
	from := 0
	if m.env.height < roomy || m.env.width < 60 {
		from = last
	}
	out := m.crumbsFrom(from)
	for from < last && m.env.painter.width(out, room+1) > room {
		from++
		out = m.crumbsFrom(from)
	}
	return out
}

func (m *Model) crumbsFrom(from int) line {
	stack := m.stacks[m.tab]
	var out line
	for i, f := range stack[from:] {
		if i > 0 {
			out = out.with(styled(faint, map[bool]string{true: " › ", false: " > "}[m.env.wide]))
		}
		title, st := f.view.title(m.env), strong
		if from+i < len(stack)-1 { // of a view below only what it is
			title, _, _ = strings.Cut(title, m.env.glyphs().dot)
			st = faint
		}
		out = out.with(styled(st, title))
	}
	if s, ok := m.top().view.(searcher); ok && s.searched() != "" {
		out = out.with(styled(warning, "  "+fmt.Sprintf(m.env.texts.Filtered, s.searched())))
	}
	return out
}

// body draws the rows that are shown.
func (m *Model) body(f frame) []string {
	g := m.env.glyphs()
	var out []string
	if f.view.size(m.env) == 0 {
		words := m.env.texts.Working
		if b, ok := f.view.(bare); ok && b.empty(m.env) != "" {
			words = b.empty(m.env)
		}
		for _, l := range m.env.wrap(words, min(m.env.rowWidth(), 76), faint) {
			out = append(out, strings.Repeat(" ", margin)+l)
		}
	}
	height, pinned := m.bodyHeight(), m.pinned()
	for _, d := range f.list.draw(f.view.size(m.env), height, m.rows(f)) {
		mark := strings.Repeat(" ", margin)
		if d.here {
			mark = m.env.colour(g.cursor, chosen) + " "
		}
		out = append(out, mark+d.text)
	}
	if len(pinned) > 0 {
		for len(out) < height {
			out = append(out, "")
		}
		out = append(out, indented(margin, pinned)...)
	}
	return out
}

// foot is what is offered while something is typed, a notice, or the keys; at is
// the column of the terminal's cursor, -1 for none.
func (m *Model) foot(f frame) (lines []string, at int) {
	switch p := m.prompt; {
	case p != nil:
		return m.promptLines(p)
	case m.audit != nil:
		lines, at = []string{m.env.paint(line{{" " + m.audit.text + "  ", warning}, {"esc ", strong}, {m.env.texts.KeyCancel, faint}}, m.env.width)}, -1
	case m.notice != "":
		lines, at = m.noticeLines(), -1
	default:
		lines, at = []string{m.hintLine(f.view)}, -1
	}
	if m.env.height >= roomy {
		lines = append([]string{""}, lines...)
	}
	return lines, at
}

// noticeLines are a notice as a whole, where the screen has room for it.
func (m *Model) noticeLines() []string {
	lines := indented(1, m.env.wrap(m.notice, m.env.width-2, warning))
	if most := max(m.env.height/3, 1); len(lines) > most {
		lines = append(lines[:most-1:most-1], m.env.paint(styled(warning, " "+m.env.glyphs().more), m.env.width))
	}
	return lines
}

func (m *Model) promptLines(p *prompt) ([]string, int) {
	var out []string
	if m.env.height >= roomy {
		out = append(out, "")
	}
	out = append(out, m.promptAbove(p)...)
	for i, o := range p.offered[:min(len(p.offered), m.env.height/3)] {
		l := plainly("   " + o)
		if i == p.chosen {
			l = line{{" " + m.env.glyphs().cursor + " ", chosen}, {o, strong}}
		}
		out = append(out, m.env.paint(l, m.env.width))
	}
	label := " " + p.label + " "
	if m.above(p) {
		label = " " + m.env.glyphs().prompt + " "
	}
	typed := p.input.Value()
	before := string([]rune(typed)[:min(p.input.Position(), len([]rune(typed)))])
	used := ansi.StringWidth(m.harmless(label, m.env.width))
	room := max(m.env.width-used-1, 1)
	shown, at := m.env.harmlessWhole(typed), ansi.StringWidth(m.env.harmlessWhole(before))
	if over := at - room; over > 0 { // the end is what is being typed
		shown = ansi.TruncateLeft(shown, over, "")
		at = room
	}
	foot := m.env.colour(m.harmless(label, m.env.width), strong) + ansi.Truncate(shown, room, "")
	keys := m.hint(hint{key: "enter", does: m.env.texts.KeyDone}).with(plainly("  "), m.hint(hint{key: "esc", does: m.env.texts.KeyCancel}))
	if p.options != nil {
		keys = m.hint(hint{key: "tab", does: m.env.texts.KeyChoose}).with(plainly("  "), keys)
	}
	if n, free := m.env.painter.width(keys, m.env.width), m.env.width-ansi.StringWidth(foot); n+3 < free {
		foot += strings.Repeat(" ", free-n-1) + m.env.paint(keys, n)
	}
	return append(out, foot), used + at
}

// above reports whether a label would leave what is typed too little room beside
// it.
func (m *Model) above(p *prompt) bool {
	return columns(m.env.harmlessWhole(p.label))+2 > m.env.width*2/3
}

// promptAbove are the lines above what is typed: why it was not taken, and the
// label where it has no room beside it.
func (m *Model) promptAbove(p *prompt) []string {
	var out []string
	if p.wrong != "" {
		out = append(out, indented(1, m.env.wrap(p.wrong, m.env.width-2, warning))...)
	}
	if m.above(p) {
		out = append(out, indented(1, m.env.wrap(p.label, m.env.width-2, strong))...)
	}
	if most := max(m.env.height/2, 1); len(out) > most { // the end is the label
		out = out[len(out)-most:]
	}
	return out
}

// hintLine names keys of this view; those for more keys and for quitting always
// have room.
func (m *Model) hintLine(v view) string {
	t := m.env.texts
	list := v.hints(m.env)
	if _, ok := v.(searcher); ok {
		list = slices.Insert(slices.Clone(list), min(1, len(list)), hint{key: "/", does: t.KeyFilter})
	}
	if len(m.stacks[m.tab]) > 1 && !slices.ContainsFunc(list, func(h hint) bool { return h.key == "esc" }) {
		list = append(list, hint{key: "esc", does: t.KeyBack})
	}
	list = append(list, hint{key: "tab", does: t.KeyNext})
	last := m.hint(hint{key: "q", does: t.KeyQuit})
	if !is[keysView](v) {
		last = m.hint(hint{key: "?", does: t.KeyHelp}).with(plainly("  "), last)
	}
	room := m.env.width - m.env.painter.width(last, m.env.width) - 1
	out := plainly(" ")
	for _, h := range list {
		l := m.hint(h).with(plainly("  "))
		if n := m.env.painter.width(l, m.env.width); n <= room-1 {
			out, room = out.with(l), room-n
		}
	}
	return m.env.paint(out.with(last), m.env.width)
}

func (m *Model) hint(h hint) line { return line{{m.env.shown(h.key), strong}, {" " + h.does, faint}} }
