package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"esaudit/graph"
)

// Map is the layered picture of who gets to a cluster: things in columns, each
// left of what it leads to.
type Map struct {
	Cluster string
	Layers  []Layer
	Rows    int // of the longest layer
}

// Layer is one column of a map.
type Layer struct {
	Nodes []Node
	// Joins are the rows that lines between this layer and the next touch, with
	// the sides of the channel between them that they go to.
	Joins []Sides
	Width int // of the longest label, in columns
}

// Sides are the sides of a cell that lines go to.
type Sides uint8

// The sides of a cell.
const (
	LeftSide Sides = 1 << iota
	RightSide
	UpSide
	DownSide
)

// Node is a thing in a map; Through marks a line that passes a layer.
type Node struct {
	Kind, ID, Name string
	Through        bool
	Verdict        graph.Verdict // of the best that leads on from it
	Next, Before   []int         // rows in the next and the layer before, ascending
	Ask            Question      // what shows its way; zero for none
}

// label is what a node is called on a map.
func (n Node) label() string { return cmp.Or(n.Name, n.ID, n.Kind) }

// mapView shows a map: the focus goes along its lines.
type mapView struct {
	cluster string // by id; "" for the worst, when it is first shown
	only    bool   // the map of this cluster, not one of all
	picture Map
	ready   bool
	column  int
}

func (v mapView) title(e env) string {
	i := e.estate.Place(v.cluster)
	if i < 0 {
		return e.texts.Map
	}
	c := e.estate.Cluster(i)
	title := e.texts.Map + " " + cmp.Or(c.Name, c.ID)
	if first, end := v.window(e); v.ready && end-first < len(v.picture.Layers) {
		title += e.glyphs().dot + fmt.Sprintf("%d-%d/%d", first+1, end, len(v.picture.Layers))
	}
	return title
}

func (v mapView) size(env) int { return v.picture.Rows }

func (v mapView) empty(e env) string {
	if e.estate.Clusters() == 0 {
		return clustersView{}.empty(e)
	}
	return ""
}

// wake draws the map of the worst cluster, when it is first looked at.
func (v mapView) wake(e env, id int) (view, tea.Cmd) {
	if v.cluster != "" && e.estate.Place(v.cluster) >= 0 || e.estate.Clusters() == 0 {
		return v, nil
	}
	return v.draw(e, id, e.estate.Cluster(0).ID)
}

// start draws the map anew, if there is one.
func (v mapView) start(e env, id int) (view, tea.Cmd) {
	if e.estate.Place(v.cluster) < 0 {
		return mapView{}, nil
	}
	return v.draw(e, id, v.cluster)
}

func (v mapView) draw(e env, id int, cluster string) (view, tea.Cmd) {
	v.cluster = cluster
	return v, fetch(id, func() any {
		m, err := e.estate.Map(e.ctx, cluster)
		if err != nil {
			return err
		}
		return m
	})
}

func (v mapView) receive(_ env, _ int, value any) (view, outcome) {
	switch value := value.(type) {
	case Map:
		if value.Cluster == v.cluster { // else it is of one that was left since
			v.picture, v.ready, v.column = value, true, 0
			return v, outcome{}
		}
	case error:
		return v, outcome{say: value.Error(), stay: true}
	}
	return v, outcome{stay: true}
}

// node returns the node at a place; nil where there is none.
func (v mapView) node(column, row int) *Node {
	if column < 0 || column >= len(v.picture.Layers) || row < 0 || row >= len(v.picture.Layers[column].Nodes) {
		return nil
	}
	return &v.picture.Layers[column].Nodes[row]
}

// focus is the column and the row of the node in focus; the column is -1 for
// none.
func (v mapView) focus(row int) (column int, n *Node) {
	if n := v.node(v.column, row); n != nil && !n.Through {
		return v.column, n
	}
	for away := 1; away <= len(v.picture.Layers); away++ { // the nearest one
		for _, c := range []int{v.column - away, v.column + away} {
			if n := v.node(c, row); n != nil && !n.Through {
				return c, n
			}
		}
	}
	return -1, nil
}

// gutter is how many columns stand between layers.
const gutter = 5

func (v mapView) row(e env, i int, here bool) row {
	focused := -1
	if here {
		focused, _ = v.focus(i)
	}
	first, end := v.window(e)
	widths := v.widths(e, first, end)
	var b strings.Builder
	for c := first; c < end; c++ {
		n, l := v.node(c, i), v.picture.Layers[c]
		b.WriteString(v.cell(e, n, c == focused, widths[c-first]))
		if c+1 < end {
			b.WriteString(e.colour(v.lines(e, l, c, i), faint))
		}
	}
	return row{lines: []string{b.String()}}
}

// narrowest is how many columns a layer has at least where not all have room.
const narrowest = 12

// window are the layers that are shown: all, or as many as can be read, with that of
// the focus and, where there is one, the next.
func (v mapView) window(e env) (first, end int) {
	n, need := len(v.picture.Layers), -gutter
	for _, l := range v.picture.Layers {
		need += min(l.Width+4, narrowest) + gutter
	}
	if need <= e.rowWidth() {
		return 0, n
	}
	fit := min(max((e.rowWidth()+gutter)/(narrowest+gutter), 1), n)
	first = min(max(v.column-max(fit-2, 0), 0), n-fit)
	return first, first + fit
}

// widths gives each of some layers what its labels need; where that is too much,
// the widest ones lose.
func (v mapView) widths(e env, first, end int) []int {
	out := make([]int, end-first)
	over := gutter*(len(out)-1) - e.rowWidth()
	for i, l := range v.picture.Layers[first:end] {
		out[i] = l.Width + 4
		over += out[i]
	}
	for ; over > 0; over-- {
		widest := 0
		for i := range out {
			if out[i] > out[widest] {
				widest = i
			}
		}
		out[widest] = max(out[widest]-1, 4)
	}
	return out
}

// cell is a node in its column, or the line that passes it. What is not known has
// a question mark; what is in focus stands in brackets.
func (v mapView) cell(e env, n *Node, focused bool, width int) string {
	switch {
	case n == nil:
		return strings.Repeat(" ", width)
	case n.Through:
		return e.colour(strings.Repeat(e.line(LeftSide|RightSide), width), faint)
	}
	label := n.label()
	if n.Verdict == graph.Unknown {
		label += " ?"
	}
	st := normal
	if n.Kind == graph.Internet && n.Verdict == graph.Reachable {
		st = bad
	}
	l := line{{" ", normal}, {label, st}, {" ", normal}}
	if focused {
		l = line{{"[", chosen}, {label, chosen}, {"]", chosen}}
	}
	used := min(e.painter.width(l, width), width)
	fill := " "
	if len(n.Next) > 0 {
		fill = e.line(LeftSide | RightSide)
	}
	return e.paint(l, used) + e.colour(strings.Repeat(fill, width-used), faint)
}

// lines are what is drawn between a node and the next layer, in one row.
func (v mapView) lines(e env, l Layer, column, i int) string {
	sides := Sides(0)
	if i < len(l.Joins) {
		sides = l.Joins[i]
	}
	left, right := " ", " "
	if sides&LeftSide != 0 {
		left = e.line(LeftSide | RightSide)
	}
	end := right
	if sides&RightSide != 0 {
		right = e.line(LeftSide | RightSide)
		end = right
		if n := v.node(column+1, i); n != nil && !n.Through {
			end = map[bool]string{true: "▸", false: ">"}[e.wide]
		}
	}
	return left + left + e.line(sides) + right + end
}

// line is the character whose lines go to some sides.
func (e env) line(s Sides) string {
	table := [16]string{" ", "╴", "╶", "─", "╵", "╯", "╰", "┴", "╷", "╮", "╭", "┬", "│", "┤", "├", "┼"}
	if !e.wide {
		table = [16]string{" ", "-", "-", "-", "|", "+", "+", "+", "|", "+", "+", "+", "|", "+", "+", "+"}
	}
	return table[s]
}

func (v mapView) hints(e env) []hint {
	t := e.texts
	list := []hint{{key: "enter", does: t.KeyIn}, {"h j k l", t.KeyFocus, "left down up right"}}
	if !v.only {
		list = append(list, hint{key: "n p", does: t.KeyCluster})
	}
	return list
}

// press moves the focus along lines, and goes to other clusters.
func (v mapView) press(e env, id, i int, key string) (view, outcome, bool) {
	if n := e.estate.Clusters(); (key == "n" || key == "p") && !v.only && n > 0 {
		step := map[string]int{"n": 1, "p": n - 1}[key]
		next, cmd := v.draw(e, id, e.estate.Cluster((max(e.estate.Place(v.cluster), 0)+step)%n).ID)
		return next, outcome{cmd: cmd}, true
	}
	column, n := v.focus(i)
	if n == nil {
		return v, outcome{}, false
	}
	switch key {
	case "right", "l":
		return v.along(column, i, 1)
	case "left", "h":
		return v.along(column, i, -1)
	case "down", "j":
		return v.beside(column, i, 1)
	case "up", "k":
		return v.beside(column, i, -1)
	}
	return v, outcome{}, false
}

// along moves the focus along a line to the next node that is none of the line's
// own.
func (v mapView) along(column, i, by int) (view, outcome, bool) {
	for n := v.node(column, i); n != nil; n = v.node(column, i) {
		rows := n.Next
		if by < 0 {
			rows = n.Before
		}
		if len(rows) == 0 {
			break
		}
		column, i = column+by, nearestTo(rows, i)
		if n := v.node(column, i); n != nil && !n.Through {
			v.column = column
			return v, outcome{jump: true, to: i}, true
		}
	}
	return v, outcome{}, true
}

// nearestTo is the number of a list, which ascends, that is nearest to another.
func nearestTo(list []int, i int) int {
	at, _ := slices.BinarySearch(list, i)
	switch {
	case at == len(list):
		return list[at-1]
	case at > 0 && i-list[at-1] <= list[at]-i:
		return list[at-1]
	}
	return list[at]
}

// beside moves the focus to the next node of its layer.
func (v mapView) beside(column, i, by int) (view, outcome, bool) {
	v.column = column
	for at := i + by; ; at += by {
		n := v.node(column, at)
		if n == nil {
			return v, outcome{}, true
		}
		if !n.Through {
			return v, outcome{jump: true, to: at}, true
		}
	}
}

// open shows the way of what is in focus.
func (v mapView) open(e env, i int) outcome {
	_, n := v.focus(i)
	switch {
	case n == nil:
	case n.Ask.From != "":
		return outcome{push: pathView{ask: n.Ask}}
	case n.Kind == graph.ClusterThing || n.Kind == graph.EntryThing:
		if c := e.estate.Place(v.cluster); c >= 0 {
			return outcome{push: clusterView{cluster: e.estate.Cluster(c)}}
		}
	}
	return outcome{say: e.texts.NothingHere}
}

func (v mapView) copies(e env, i int) string {
	if _, n := v.focus(i); n != nil {
		return n.ID
	}
	return ""
}

func (v mapView) exports(env, int) (Export, string) {
	return Export{Cluster: v.cluster}, "map-" + v.cluster + ".svg"
}
