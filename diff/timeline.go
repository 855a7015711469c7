package diff

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"esaudit/graph"
)

// Timeline says when paths appeared and went, over pictures of one estate from the
// earliest on. What one of them does not know is what the last one that knew says:
// a path that is unknown for a while has neither gone nor come back.
type Timeline struct {
	last     *graph.Graph
	at       time.Time
	clusters map[string]*graph.Cluster // that any picture has
	known    picture                   // of each spot, by the last picture that knew
	doubt    map[spot]doubt
	reaches  map[outward]outcome // where clusters get to
}

// doubt is what the last picture does not know of a spot, and when all of it was
// known last.
type doubt struct {
	open
	clear time.Time
}

// outward is a host that a cluster's settings name.
type outward struct{ id, host string }

// change is that the cluster gets there, may, or does no more.
func (o outward) change(entry string) Change {
	port, _ := strconv.Atoi(o.host[strings.LastIndexByte(o.host, ':')+1:])
	return Change{o.host, entry, port, "outbound", []string{"es:" + o.id}, ""}
}

// outcome is whether a cluster gets to a host, by the last picture that knew.
type outcome struct {
	verdict graph.Verdict
	entry   string
	since   time.Time // when it was known last
	open    bool      // it is not known now
}

// NewTimeline begins with a picture.
func NewTimeline(g *graph.Graph, at time.Time) *Timeline {
	t := &Timeline{
		last: g, at: at, clusters: map[string]*graph.Cluster{}, known: see(g, func(*graph.Cluster) bool { return true }),
		doubt: map[spot]doubt{}, reaches: map[outward]outcome{},
	}
	t.meet(g)
	t.known.compare(later{t.known, g, nil}, func(s spot, o open, _, _, _ []Change) { t.doubted(s, o) })
	for o := range t.outwards(g) {
		v, entry := verdict(g, o.id, o.host)
		t.reaches[o] = outcome{v, entry, at, v == graph.Unknown}
	}
	return t
}

func (t *Timeline) meet(g *graph.Graph) {
	for _, c := range g.Clusters() {
		t.clusters[c.ID] = c
	}
}

// Next compares the next picture with what is known. There is a step for each
// instant after which something may have changed, the latest first.
func (t *Timeline) Next(g *graph.Graph, at time.Time) []Step {
	touched, all := graph.Touched(t.last, g)
	asked := func(id string) bool { return all || touched[id] }
	unseen := unseenIn(g, slices.Collect(maps.Values(t.clusters)))
	after := later{see(g, func(c *graph.Cluster) bool { return asked(c.ID) }), g, unseen}
	before := t.known.of(asked)
	steps := steps{at, map[time.Time]*Step{}}
	before.compare(after, func(s spot, o open, gained, lost, unclear []Change) {
		since := t.at
		d, doubted := t.doubt[s]
		if doubted {
			since = d.clear
		}
		steps.add(since, gained, lost, nil)
		if unseen[s.to] {
			o = o.with(d.open)
		}
		if !o.within(d.open) {
			steps.add(t.at, nil, nil, unclear)
		}
		t.known.carry(s, before, after.picture, o)
		t.doubted(s, o)
	})
	t.outbound(g, at, unseen, steps)
	t.meet(g)
	t.last, t.at = g, at
	return steps.list()
}

// doubted keeps what is open at a spot.
func (t *Timeline) doubted(s spot, o open) {
	if o.none() {
		delete(t.doubt, s)
		return
	}
	d, there := t.doubt[s]
	if !there {
		d.clear = t.at
	}
	d.open = o
	t.doubt[s] = d
}

// carry sets a spot as a later picture has it, and as it was where that is open.
func (p picture) carry(s spot, before, after picture, o open) {
	ways := map[way]graph.Addresses{}
	maps.Copy(ways, after.addresses[s])
	for w, a := range before.addresses[s] {
		now := ways[w]
		if now.Reachable = now.Reachable.Union(a.Reachable.Intersect(o.addresses)); !now.IsEmpty() {
			ways[w] = now
		}
	}
	if p.addresses[s] = ways; len(ways) == 0 {
		delete(p.addresses, s)
	}
	named := map[way]map[string]graph.Verdict{}
	for w, list := range after.names[s] {
		named[w] = maps.Clone(list)
	}
	for w, list := range before.names[s] {
		for name, v := range list {
			if v == graph.Reachable && o.names[name] {
				if named[w] == nil {
					named[w] = map[string]graph.Verdict{}
				}
				named[w][name] = v
			}
		}
	}
	if p.names[s] = named; len(named) == 0 {
		delete(p.names, s)
	}
}

// of is a picture of some clusters.
func (p picture) of(asked func(id string) bool) picture {
	out := picture{map[spot]map[way]graph.Addresses{}, map[spot]map[way]map[string]graph.Verdict{}}
	for s, ways := range p.addresses {
		if asked(strings.TrimPrefix(s.to, "es:")) {
			out.addresses[s] = ways
		}
	}
	for s, ways := range p.names {
		if asked(strings.TrimPrefix(s.to, "es:")) {
			out.names[s] = ways
		}
	}
	return out
}

// outwards are the hosts that clusters' settings name, or named.
func (t *Timeline) outwards(g *graph.Graph) map[outward]bool {
	out := map[outward]bool{}
	for o := range t.reaches {
		out[o] = true
	}
	for id, hosts := range calls(g) {
		for _, host := range hosts {
			out[outward{id, host}] = true
		}
	}
	return out
}

func (t *Timeline) outbound(g *graph.Graph, at time.Time, unseen map[string]bool, steps steps) {
	for o := range t.outwards(g) {
		was, there := t.reaches[o]
		if !there {
			was = outcome{verdict: graph.Blocked, since: t.at}
		}
		now, entry := verdict(g, o.id, o.host)
		if unseen["es:"+o.id] {
			now = graph.Unknown
		}
		change := []Change{o.change(entry)}
		switch {
		case now == graph.Reachable && was.verdict != graph.Reachable:
			steps.add(was.since, change, nil, nil)
		case now == graph.Blocked && was.verdict == graph.Reachable:
			change[0].Entry = was.entry
			steps.add(was.since, nil, change, nil)
		case now == graph.Unknown && !was.open:
			steps.add(t.at, nil, nil, change)
		}
		if was.open = now == graph.Unknown; !was.open {
			was = outcome{now, entry, at, false}
		}
		t.reaches[o] = was
	}
}

// steps gathers what changed, by the instant after which it did.
type steps struct {
	to    time.Time
	since map[time.Time]*Step
}

func (s steps) add(since time.Time, gained, lost, unclear []Change) {
	if len(gained)+len(lost)+len(unclear) == 0 {
		return
	}
	x := s.since[since]
	if x == nil {
		x = &Step{From: since, To: s.to, Gained: []Change{}, Lost: []Change{}, Unclear: []Change{}}
		s.since[since] = x
	}
	x.Gained, x.Lost, x.Unclear = append(x.Gained, gained...), append(x.Lost, lost...), append(x.Unclear, unclear...)
}

func (s steps) list() []Step {
	var out []Step
	for _, since := range slices.SortedFunc(maps.Keys(s.since), func(a, b time.Time) int { return b.Compare(a) }) {
		x := s.since[since]
		order(x.Gained)
		order(x.Lost)
		order(x.Unclear)
		out = append(out, *x)
	}
	return out
}
