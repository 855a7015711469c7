package tui

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"esaudit/netset"
)

// Options say how the explorer is shown.
type Options struct {
	Context  context.Context // ends commands that take long
	Estate   Estate          // nil: Open is asked for it
	Open     Opener
	Name     string // of the estate, while it is being read
	Services Services
	Texts    *Texts // English when nil
	Unicode  bool   // the terminal shows more than ASCII
}

// Model is the explorer. It is a value: Update returns the next one and leaves
// this one as it was.
type Model struct {
	env    env
	tab    tab
	stacks [tabs][]frame // of each tab the views that were opened, one over the other
	serial int           // of the last frame
	prompt *prompt
	notice string
	audit  *reload // one that is under way
	// opening is the reading of the first estate; nil once it was judged.
	opening *opening
	failed  error // why there is no estate
	// leaving says that the explorer is left as soon as an account is changed no more.
	leaving  bool
	pictures int  // how many estates were shown before this one
	asking   bool // about more clusters, in the background
	mute     bool // asking has failed, and is left
	ended    bool
}

// tab is one of the views that tab leads to.
type tab int

// tabs is how many there are.
const tabs = 7

// env is what views see of everything else.
type env struct {
	ctx      context.Context
	estate   Estate
	services Services
	texts    *Texts
	painter
	width, height int        // of the screen, in columns and lines
	all4, all6    netset.Set // the internet, which is worth making once
}

// frame is a view with its cursor.
type frame struct {
	id   int
	view view
	list list
}

// view is one screen: rows, one under the other. Views are values. What else a
// view can do is said by the interfaces below.
type view interface {
	title(e env) string
	size(e env) int
	// row paints one row; here says that the cursor stands at it.
	row(e env, i int, here bool) row
	hints(e env) []hint
}

type (
	// starter begins work when a view is opened, or the estate is another.
	starter interface {
		start(e env, id int) (view, tea.Cmd)
	}
	// waker begins work when a view is shown for the first time.
	waker interface {
		wake(e env, id int) (view, tea.Cmd)
	}
	// worker may have work under way, which can be given up. stop returns the view
	// without it, and what is to be said; a view may go on until its work has ended.
	worker interface {
		working() bool
		stop(e env) (next view, say string)
	}
	// receiver takes what a command found.
	receiver interface {
		receive(e env, id int, value any) (view, outcome)
	}
	// opener opens the row under the cursor.
	opener interface{ open(e env, i int) outcome }
	// presser has keys of its own; ok is false for a key that it has not.
	presser interface {
		press(e env, id, i int, key string) (next view, o outcome, ok bool)
	}
	// copier says what y copies.
	copier interface{ copies(e env, i int) string }
	// exporter says what e exports, and under which name at first.
	exporter interface {
		exports(e env, i int) (Export, string)
	}
	// searcher is filtered by a text.
	searcher interface {
		searched() string
		search(e env, id int, words string) (view, tea.Cmd)
	}
	// pinner has lines that stay at the foot of the rows, whatever they are scrolled to.
	// cursor is the row that it stands at, height the lines there are for both.
	pinner interface {
		pinned(e env, cursor, height int) []string
	}
	// bare says why there is no row; "" while that is not known yet.
	bare interface{ empty(e env) string }
	// beginner says at which row the cursor begins.
	beginner interface{ begins(e env) int }
	// accused shows a finding that a waiver can be about; -1 for none.
	accused interface{ finding(e env, i int) int }
)

// hint is keys, side by side, and what they do here; also are more keys that do the
// same, which only help names.
type hint struct{ key, does, also string }

// outcome is what comes of a key besides the view itself.
type outcome struct {
	push   view
	cmd    tea.Cmd
	prompt *prompt
	say    string
	jump   bool // the cursor goes to the row `to`
	to     int
	stay   bool // the cursor stays where it is, else it goes to the first row of what is new
}

// loaded brings what a command found to the view that asked.
type loaded struct {
	to    int
	value any
}

// fetch makes a command of work that takes long.
func fetch(id int, work func() any) tea.Cmd {
	return func() tea.Msg { return loaded{id, work()} }
}

// New returns the explorer at its first screen, with no size yet.
func New(o Options) Model {
	t := o.Texts
	if t == nil {
		t = English()
	}
	m := Model{env: env{ctx: o.Context, estate: o.Estate, services: o.Services, texts: t, painter: painter{wide: o.Unicode}, width: 80, height: 24, all4: netset.Internet4(), all6: netset.Internet6()}}
	if o.Estate == nil && o.Open != nil {
		m.opening = newOpening(o)
	}
	for i, v := range []view{clustersView{}, findingsView{}, askView{}, gapsView{}, changesView{}, mapView{}, fixView{}} {
		m.serial++
		m.stacks[i] = []frame{{id: m.serial, view: v}}
	}
	return m
}

// Init begins the work of the first views.
func (m Model) Init() tea.Cmd {
	if m.opening != nil {
		return tea.Batch(m.opening.work, next(m.opening.steps), m.opening.seen)
	}
	return m.startAll()
}

// furthered is an estate that knows more than another.
type furthered struct {
	from   int // the picture that was asked
	estate Estate
	err    error
}

// further asks about more clusters, in the background: those that are shown first.
func (m *Model) further() tea.Cmd {
	e, from := m.env, m.pictures
	if m.asking || m.mute || m.ended {
		return nil
	}
	first := m.uncounted()
	if len(first) == 0 && e.estate.Asked() >= e.estate.Clusters() {
		return nil
	}
	m.asking = true
	return func() tea.Msg {
		estate, err := e.estate.Further(e.ctx, first)
		return furthered{from, estate, err}
	}
}

// uncounted are the clusters that are shown of which not everything is known.
func (m *Model) uncounted() []int {
	f := m.top()
	v, ok := f.view.(clustersView)
	if !ok {
		return nil
	}
	var out []int
	for i := f.list.top; i < min(f.list.top+m.bodyHeight(), v.size(m.env)); i++ {
		if c := m.env.estate.Cluster(v.at(i)); !c.Asked || !c.Counted {
			out = append(out, v.at(i))
		}
	}
	return out
}

// furthered shows what is known by now.
func (m *Model) furthered(msg furthered) tea.Cmd {
	if msg.from != m.pictures { // another picture is shown by now
		return nil
	}
	m.asking = false
	if msg.err != nil {
		m.mute, m.notice = true, fmt.Sprintf(m.env.texts.Failed, msg.err)
		return nil
	}
	return m.shows(msg.estate)
}

// shows shows an estate that knows more. Where its clusters stand in another order,
// the cursor stays with its cluster, unless it never left the first row.
func (m *Model) shows(estate Estate) tea.Cmd {
	f := m.stacks[0][0]
	v := f.view.(clustersView)
	here := ""
	if m.env.estate != nil && f.list.cursor > 0 && f.list.cursor < v.size(m.env) {
		here = m.env.estate.Cluster(v.at(f.list.cursor)).ID
	}
	was := m.env.estate
	m.env.estate = estate
	if was == nil || sameOrder(was, estate) {
		return nil
	}
	if i := estate.Place(here); i >= 0 && v.words == "" {
		f.list.cursor = i
	}
	next, cmd := v.look(m.env, f.id, v.words, here)
	f.view = next
	m.stacks[0] = slices.Clone(m.stacks[0])
	m.stacks[0][0] = f
	return cmd
}

// sameOrder reports whether clusters stand where they stood: they keep their places
// until all were asked about, or rules were applied.
func sameOrder(was, is Estate) bool {
	all := func(e Estate) bool { return e.Asked() >= e.Clusters() }
	return all(was) == all(is) && was.About().Judged == is.About().Judged
}

// startAll has every open view begin its work.
func (m *Model) startAll() tea.Cmd {
	var cmds []tea.Cmd
	for i, stack := range m.stacks {
		m.stacks[i] = slices.Clone(stack)
		for j, f := range m.stacks[i] {
			if s, ok := f.view.(starter); ok {
				next, cmd := s.start(m.env, f.id)
				m.stacks[i][j].view = next
				cmds = append(cmds, cmd)
			}
		}
	}
	return tea.Batch(cmds...)
}

// wake has the view that is shown begin what it began not yet.
func (m *Model) wake() tea.Cmd {
	f := m.top()
	w, ok := f.view.(waker)
	if !ok {
		return nil
	}
	next, cmd := w.wake(m.env, f.id)
	f.view = next
	m.setTop(f)
	return cmd
}

// turn shows a tab.
func (m *Model) turn(t tab) tea.Cmd {
	m.tab = t
	return m.wake()
}

// top returns the frame that is shown.
func (m *Model) top() frame {
	stack := m.stacks[m.tab]
	return stack[len(stack)-1]
}

// setTop changes the frame that is shown.
func (m *Model) setTop(f frame) {
	stack := slices.Clone(m.stacks[m.tab])
	stack[len(stack)-1] = f
	m.stacks[m.tab] = stack
}

// rows returns how a list asks for the rows of a frame.
func (m *Model) rows(f frame) func(int) row {
	return func(i int) row { return f.view.row(m.env, i, i == f.list.cursor) }
}

// settle keeps the cursor of the frame that is shown in its rows, and visible.
func (m *Model) settle() {
	f := m.top()
	f.list.show(f.view.size(m.env), m.bodyHeight(), m.rows(f))
	m.setTop(f)
}

// push opens a view on top.
func (m *Model) push(v view) tea.Cmd {
	m.serial++
	f := frame{id: m.serial, view: v}
	var cmd tea.Cmd
	if s, ok := v.(starter); ok {
		f.view, cmd = s.start(m.env, f.id)
	}
	f.list.cursor = m.begin(f.view)
	if is[valueView](f.view) { // with what stands around it
		f.list.top = max(f.list.cursor-m.bodyHeight()/2, 0)
	}
	m.stacks[m.tab] = append(slices.Clone(m.stacks[m.tab]), f)
	m.settle()
	return cmd
}

func (m *Model) begin(v view) int {
	if b, ok := v.(beginner); ok {
		return b.begins(m.env)
	}
	return 0
}

// take does what comes of a key or of an answer.
func (m *Model) take(o outcome) tea.Cmd {
	m.notice = o.say
	cmds := []tea.Cmd{o.cmd}
	if o.prompt != nil {
		m.prompt = o.prompt
		if o.prompt.options != nil {
			cmds = append(cmds, o.prompt.options(o.prompt.input.Value()))
		}
	}
	if o.push != nil {
		cmds = append(cmds, m.push(o.push))
	}
	return tea.Batch(cmds...)
}

// Update takes one message in.
func (m Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.update(msg)
	if m.env.height > 0 && m.env.estate != nil {
		m.settle()
		cmd = tea.Batch(cmd, m.further())
	}
	return m, cmd
}

func (m *Model) update(msg tea.Msg) tea.Cmd {
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		m.env.width, m.env.height = max(size.Width, 1), max(size.Height, 1)
		return nil
	}
	switch msg.(type) {
	case doing, unjudged, opened, learned:
		if m.opening != nil {
			return m.opens(msg)
		}
	}
	if m.env.estate == nil {
		return m.waiting(msg)
	}
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return m.key(msg)
	case tea.PasteMsg:
		if m.prompt != nil {
			return m.typed(msg)
		}
	case tea.MouseClickMsg:
		return m.click(msg)
	case tea.MouseWheelMsg:
		m.wheel(msg)
	case loaded:
		return m.deliver(msg)
	case offered:
		if m.prompt != nil && m.prompt.input.Value() == msg.text {
			p := *m.prompt
			p.offered, p.chosen = msg.list, -1
			m.prompt = &p
		}
	case said:
		m.notice = msg.text
	case refused:
		return m.refused(msg)
	case doing:
		return m.doing(msg)
	case furthered:
		return m.furthered(msg)
	case reloaded:
		return m.reloaded(msg)
	case waived:
		return m.waived(msg)
	}
	return nil
}

// said is a notice that a command leaves.
type said struct{ text string }

// deliver brings an answer to its view, wherever it is by now.
func (m *Model) deliver(msg loaded) tea.Cmd {
	for i, stack := range m.stacks {
		for j, f := range stack {
			r, ok := f.view.(receiver)
			if f.id != msg.to || !ok {
				continue
			}
			next, o := r.receive(m.env, f.id, msg.value)
			f.view = next
			switch {
			case o.jump:
				f.list.cursor = o.to
			case !o.stay:
				f.list = list{cursor: m.begin(next)}
			}
			m.stacks[i] = slices.Clone(stack)
			m.stacks[i][j] = f
			if m.top().id != f.id { // it is looked at no more
				o.push, o.prompt = nil, nil
			}
			if o.say == "" {
				o.say = m.notice
			}
			if m.leaving && m.changing() == nil {
				return m.quit()
			}
			return m.take(o)
		}
	}
	return nil
}
