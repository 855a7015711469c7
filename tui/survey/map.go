package survey

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"esaudit/graph"
	"esaudit/tui"
)

// Map returns the layered picture of who gets to a cluster.
func (s *Survey) Map(ctx context.Context, cluster string) (tui.Map, error) {
	sources, err := s.graph.Sources("es:" + cluster)
	if err != nil {
		return tui.Map{}, err
	}
	view := s.graph.SourcesView(sources)
	end := view.Add(graph.Thing{Kind: graph.ClusterThing, Key: cluster, Name: s.graph.NameOf(graph.ClusterThing, cluster)})
	for i := range sources.Entries {
		entry := view.Add(graph.EntryOf(sources, i))
		verdict := graph.Blocked
		for before := view.To(entry.ID()); before.Next(); {
			verdict = graph.Over(verdict, view.Joint(before.Node().(*graph.Thing), entry).Verdict)
		}
		if verdict != graph.Blocked { // an entry that nobody gets to leads nowhere
			view.Connect(entry, end, graph.Join{Kind: "serves", Verdict: verdict})
		}
	}
	layers, err := view.Layers()
	if err != nil {
		return tui.Map{}, err
	}
	who, err := s.Who(ctx, cluster)
	if err != nil {
		return tui.Map{}, err
	}
	return picture(view, layers, who, cluster), ctx.Err()
}

// place is where a thing, or a line that passes a layer, stands.
type place struct {
	thing      *graph.Thing
	next, past []*place
	row        int
	verdict    graph.Verdict
}

// picture puts things into columns. Lines that pass a layer have a place in it.
func picture(view *graph.View, layers [][]*graph.Thing, who []tui.Who, cluster string) tui.Map {
	columns := make([][]*place, len(layers))
	at, depth := map[*graph.Thing]*place{}, map[*graph.Thing]int{}
	for i, layer := range layers {
		for _, t := range layer {
			p := &place{thing: t, verdict: graph.Blocked}
			at[t], depth[t] = p, i
			columns[i] = append(columns[i], p)
		}
	}
	for _, j := range view.Joins() {
		from, to := j.Ends()
		p := at[from]
		p.verdict = graph.Over(p.verdict, j.Verdict)
		for d := depth[from] + 1; d < depth[to]; d++ {
			line := &place{}
			columns[d] = append(columns[d], line)
			join(p, line)
			p = line
		}
		join(p, at[to])
	}
	arrange(columns)
	m := tui.Map{Cluster: cluster}
	for i, column := range columns {
		layer := tui.Layer{}
		for _, p := range column {
			layer.Nodes = append(layer.Nodes, node(p, who))
			if n := layer.Nodes[len(layer.Nodes)-1]; !n.Through {
				layer.Width = max(layer.Width, min(ansi.StringWidth(cmp.Or(n.Name, n.ID, n.Kind)), 60))
			}
		}
		if i+1 < len(columns) {
			layer.Joins = joins(column)
		}
		m.Layers = append(m.Layers, layer)
		m.Rows = max(m.Rows, len(layer.Nodes), len(layer.Joins))
	}
	return m
}

func join(from, to *place) {
	from.next, to.past = append(from.next, to), append(to.past, from)
}

// arrange orders each column by what leads to it, so that few lines cross, and
// numbers the rows.
func arrange(columns [][]*place) {
	for i, column := range columns {
		mean := map[*place]float64{}
		for _, p := range column {
			for _, before := range p.past {
				mean[p] += float64(before.row) / float64(len(p.past))
			}
		}
		if i > 0 {
			slices.SortStableFunc(column, func(a, b *place) int { return cmp.Compare(mean[a], mean[b]) })
		}
		for row, p := range column {
			p.row = row
		}
	}
}

// node is a place as the explorer shows it.
func node(p *place, who []tui.Who) tui.Node {
	n := tui.Node{Through: p.thing == nil, Verdict: p.verdict}
	for _, next := range p.next {
		n.Next = append(n.Next, next.row)
	}
	for _, before := range p.past {
		n.Before = append(n.Before, before.row)
	}
	slices.Sort(n.Next)
	slices.Sort(n.Before)
	if p.thing == nil {
		return n
	}
	t := p.thing
	n.Kind, n.ID, n.Name = t.Kind, t.Key, cmp.Or(t.Name, t.Label)
	if t.Kind == graph.EntryThing {
		_, n.ID, _ = strings.Cut(t.Key, " ")
	}
	if len(p.next) == 0 {
		n.Verdict = graph.Blocked // nothing leads on from it: no mark
	}
	for _, w := range who {
		if w.Ask.From != "" && (w.ID == t.Key || w.Kind == tui.FromInternet && t.Kind == graph.Internet) {
			n.Ask = w.Ask
			break
		}
	}
	return n
}

// joins says of each row which sides of the channel behind a column lines go to.
func joins(column []*place) []tui.Sides {
	rows := 0
	for _, p := range column {
		rows = max(rows, p.row+1)
		for _, next := range p.next {
			rows = max(rows, next.row+1)
		}
	}
	out := make([]tui.Sides, rows)
	steps := make([]int, rows+1) // where runs from one row down to another begin and end
	for _, p := range column {
		for _, next := range p.next {
			out[p.row] |= tui.LeftSide
			out[next.row] |= tui.RightSide
			steps[min(p.row, next.row)]++
			steps[max(p.row, next.row)]--
		}
	}
	running := 0
	for i := range out {
		running += steps[i]
		if running > 0 && i+1 < rows {
			out[i] |= tui.DownSide
			out[i+1] |= tui.UpSide
		}
	}
	return out
}
