package topology

import (
	"cmp"
	"slices"
	"strings"

	"esaudit/graph"
)

// The layers of a map, from the left.
const (
	Outside = iota
	Control
	Network
	Cluster
	layers
)

// mostPlaces is how many places are drawn: more show nothing any longer.
const mostPlaces = 120

// Place is a node of a map: one thing, or several that are drawn as one.
type Place struct {
	Number int
	Layer  int
	Kind   string // of the thing it is named after (package graph)
	Label  string // what people read
	Name   string // what its owner calls it; may be empty

	x, y, height float64  // the middle
	beside       []*Place // what it is joined with, bends included
	ways         []*Way
}

// Way is an edge of a map.
type Way struct {
	From, To *Place
	Verdict  graph.Verdict
	Holds    bool // only says what is inside of what

	bends []*Place // in the layers that it passes
}

// Map is a picture of an estate.
type Map struct {
	Places []*Place
	Ways   []*Way
	Left   int // places that are not drawn
	Open   int // those of them to which somebody outside gets, or may get

	byName map[string]*Place
}

// layerOf returns where a kind of thing is drawn.
func layerOf(kind string) int {
	switch kind {
	case graph.Internet, graph.OnPremises, graph.Other:
		return Outside
	case graph.VPC, graph.VSwitch, graph.Host:
		return Network
	case graph.ClusterThing:
		return Cluster
	}
	return Control
}

// New draws a view. Of too many things those of the keys in first are drawn
// before others, in that order.
func New(v *graph.View, first []string) *Map {
	b := &builder{view: v, into: map[*graph.Thing]*graph.Thing{}, places: map[*graph.Thing]*Place{}, ways: map[[2]*Place]*Way{}}
	b.merge()
	m := &Map{byName: map[string]*Place{}}
	for _, t := range v.Things() {
		p := b.place(b.whole(t), m)
		b.name(m, t, p)
	}
	for _, j := range v.Joins() {
		b.join(m, j)
	}
	m.cut(first)
	m.arrange()
	return m
}

type builder struct {
	view   *graph.View
	into   map[*graph.Thing]*graph.Thing // what a thing is drawn as
	places map[*graph.Thing]*Place
	ways   map[[2]*Place]*Way
}

// merge says what is drawn as something else.
func (b *builder) merge() {
	outside := map[*graph.Thing]bool{}
	for _, j := range b.view.Joins() {
		from, to := j.Ends()
		if j.Kind == "reaches" && layerOf(from.Kind) == Outside {
			outside[to] = true
		}
	}
	for _, j := range b.view.Joins() {
		from, to := j.Ends()
		switch {
		case j.Kind == "holds" && to.Kind != graph.ClusterThing, j.Kind == "listens":
			b.into[to] = from
		case j.Kind == "leads" && from.Kind == graph.Endpoint, j.Kind == "leads" && from.Kind == graph.EntryThing && !outside[from]:
			b.into[from] = to
		}
	}
}

// whole follows what a thing is drawn as.
func (b *builder) whole(t *graph.Thing) *graph.Thing {
	for range len(b.into) {
		next := b.into[t]
		if next == nil {
			break
		}
		t = next
	}
	return t
}

func (b *builder) place(t *graph.Thing, m *Map) *Place {
	if p := b.places[t]; p != nil {
		return p
	}
	p := &Place{Number: len(m.Places), Layer: layerOf(t.Kind), Kind: t.Kind, Label: t.Label, Name: t.Name}
	if p.Name == t.Key || p.Name == p.Label {
		p.Name = ""
	}
	b.places[t] = p
	m.Places = append(m.Places, p)
	return p
}

// name notes the names by which paths call a thing.
func (b *builder) name(m *Map, t *graph.Thing, p *Place) {
	names := []string{t.Key, t.Label}
	if t.Kind == graph.EntryThing {
		entry, _, _ := strings.Cut(t.Key, ":")
		names = append(names, entry)
	}
	for _, n := range names {
		if m.byName[n] == nil {
			m.byName[n] = p
		}
	}
}

// join draws a join: where several are drawn as one, the best verdict.
func (b *builder) join(m *Map, j *graph.Join) {
	from, to := j.Ends()
	p, q := b.places[b.whole(from)], b.places[b.whole(to)]
	if p == q {
		return
	}
	w := Way{From: p, To: q, Verdict: j.Verdict, Holds: j.Kind == "holds"}
	old := b.ways[[2]*Place{p, q}]
	switch {
	case old == nil:
		old = &w
		b.ways[[2]*Place{p, q}] = old
		m.Ways = append(m.Ways, old)
		p.ways, q.ways = append(p.ways, old), append(q.ways, old)
	case old.Holds && !w.Holds:
		old.Verdict, old.Holds = w.Verdict, false
	case old.Holds == w.Holds:
		old.Verdict = graph.Over(old.Verdict, w.Verdict)
	}
}

// cut leaves out places of a map that has too many. A place stands there with
// the way by which somebody outside gets to it, and such places stand before others
// of which as little is said.
func (m *Map) cut(first []string) {
	if len(m.Places) <= mostPlaces {
		return
	}
	near := map[*Place]bool{}
	take := func(way []*Place) {
		missing := 0
		for _, p := range way {
			if !near[p] {
				missing++
			}
		}
		if len(near)+missing > mostPlaces {
			return
		}
		for _, p := range way {
			near[p] = true
		}
	}
	before := m.open()
	var open, rest []*Place
	for _, p := range m.Places {
		switch _, reached := before[p]; {
		case p.Layer == Outside:
			take([]*Place{p})
		case reached:
			open = append(open, p)
		default:
			rest = append(rest, p)
		}
	}
	// Clusters are what ways lead to; what stands on none is drawn where room is left.
	slices.SortStableFunc(open, func(a, b *Place) int { return cmp.Compare(b.Layer, a.Layer) })
	var named []*Place
	for _, key := range first {
		if p := m.byName[key]; p != nil {
			named = append(named, p)
		}
	}
	for _, p := range slices.Concat(named, open, rest) {
		take(wayTo(p, before))
	}
	for p := range before {
		if !near[p] {
			m.Open++
		}
	}
	m.Left = len(m.Places) - len(near)
	m.Places = slices.DeleteFunc(m.Places, func(p *Place) bool { return !near[p] })
	m.Ways = slices.DeleteFunc(m.Ways, func(w *Way) bool { return !near[w.From] || !near[w.To] })
	for _, p := range m.Places {
		p.ways = slices.DeleteFunc(p.ways, func(w *Way) bool { return !near[w.From] || !near[w.To] })
	}
	for name, p := range m.byName {
		if !near[p] {
			delete(m.byName, name)
		}
	}
}

// open are the places to which somebody outside gets, or may get, each with the
// place before it on a shortest way; nil for those outside.
func (m *Map) open() map[*Place]*Place {
	before := map[*Place]*Place{}
	var queue []*Place
	for _, p := range m.Places {
		if p.Layer == Outside {
			before[p] = nil
			queue = append(queue, p)
		}
	}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		for _, w := range p.ways {
			if _, known := before[w.To]; w.From == p && !w.Holds && w.Verdict != graph.Blocked && !known {
				before[w.To] = p
				queue = append(queue, w.To)
			}
		}
	}
	return before
}

// wayTo is the way from outside to a place, or the place alone.
func wayTo(p *Place, before map[*Place]*Place) []*Place {
	way := []*Place{p}
	for p = before[p]; p != nil; p = before[p] {
		way = append(way, p)
	}
	return way
}

// Find returns the place that a hop's end names; nil when it is not drawn.
func (m *Map) Find(name string) *Place {
	if p := m.byName[name]; p != nil {
		return p
	}
	first, _, _ := strings.Cut(name, " ")
	id, _, _ := strings.Cut(first, ":")
	return cmp.Or(m.byName[first], m.byName[id])
}

// Between returns the way from one place to another, in either direction; nil
// when none is drawn.
func (m *Map) Between(p, q *Place) *Way {
	for _, w := range p.ways {
		if w.From == q || w.To == q {
			return w
		}
	}
	return nil
}
