package facts

import (
	"iter"
	"maps"
	"slices"
	"sync"

	"esaudit/graph"
	"esaudit/snapshot"
)

// list is some subjects, by the things that they are made of.
type list struct {
	things int
	// of gives the subjects of one thing, until yield returns false; it returns false
	// then. Several goroutines may ask at once.
	of func(thing int, yield func(Subject) bool) bool
	// id is the id of the subjects of a thing; false when they may have any.
	id func(thing int) (id string, known bool)
}

func listOf[T any](things []T, of func(thing T, yield func(Subject) bool) bool) list {
	return list{
		len(things), func(i int, yield func(Subject) bool) bool { return of(things[i], yield) },
		func(i int) (string, bool) { return idOf(things[i]) },
	}
}

func idOf(thing any) (id string, known bool) {
	switch x := thing.(type) {
	case snapshot.Object:
		return x.ID, true
	case *graph.Balancer:
		return x.ID, true
	case graph.Gateway:
		return x.ID, true
	}
	return "", false
}

// only leaves the things that may have subjects with one of some ids.
func (l list) only(ids map[string]bool) list {
	var some []int
	for i := range l.things {
		if id, known := l.id(i); !known || ids[id] {
			some = append(some, i)
		}
	}
	return listOf(some, l.of)
}

// each gives all subjects until yield returns false; it returns false then.
func (l list) each(yield func(Subject) bool) bool { return l.some(0, l.things, yield) }

// some gives the subjects of some things, from one to before another.
func (l list) some(from, until int, yield func(Subject) bool) bool {
	for i := from; i < until; i++ {
		if !l.of(i, yield) {
			return false
		}
	}
	return true
}

// objects are all objects of some kinds.
func objects(g *graph.Graph, kinds ...snapshot.Kind) []snapshot.Object {
	var out []snapshot.Object
	for _, kind := range kinds {
		for _, a := range g.Snapshot().Accounts() {
			out = append(out, a.Objects(kind)...)
		}
	}
	return out
}

// Making computes the facts of an estate in portions, as many at a time as there
// are processors: those that Each computes one after the other.
type Making struct {
	graph    *graph.Graph
	found    func() Checked
	accounts func(*graph.Graph) list
	regions  func(*graph.Graph, *scope) list
	only     map[string]bool // ids of the subjects that are wanted; nil for all

	lock sync.Mutex
	told map[string]bool // ARNs of what was found that are subjects of a portion
}

// Make makes ready. found is what Check finds in the graph's snapshot; it is asked
// often, and by several goroutines.
func Make(g *graph.Graph, found func() Checked) *Making {
	return &Making{graph: g, found: sync.OnceValue(found), accounts: accounts, regions: regions, told: map[string]bool{}}
}

// lists are the subjects that are wanted, with others.
func (m *Making) lists() iter.Seq[list] {
	if m.only != nil {
		return m.some()
	}
	return all(m.graph, []func(*graph.Graph) list{principals, m.accounts, clusters}, m.regions)
}

// wants reports whether a subject is wanted.
func (m *Making) wants(s Subject) bool { return m.only == nil || m.only[s.ID] }

// Portion computes the facts of some subjects. Several may do so at once, also
// while the next one is asked for.
type Portion func() []Subject

// Portions gives the portions of all subjects but those of Rest, each of the
// subjects that so many things give.
func (m *Making) Portions(things int) iter.Seq[Portion] {
	return func(yield func(Portion) bool) {
		for l := range m.lists() {
			for from := 0; from < l.things; from += things {
				portion := func() []Subject {
					until := min(from+things, l.things)
					out := make([]Subject, 0, until-from)
					l.some(from, until, func(s Subject) bool {
						if m.wants(s) {
							out = append(out, m.completed(s))
						}
						return true
					})
					return out
				}
				if !yield(portion) {
					return
				}
			}
		}
	}
}

// each gives all subjects until yield returns false.
func (m *Making) each(yield func(Subject) bool) {
	for portion := range m.Portions(1) {
		for _, s := range portion() {
			if !yield(s) {
				return
			}
		}
	}
	for _, s := range m.Rest() {
		if !yield(s) {
			return
		}
	}
}

// completed is a subject with what of it does not hold together.
func (m *Making) completed(s Subject) Subject {
	found, there := m.found()[s.ARN]
	s.Inconsistencies = append([]Inconsistency{}, found.Inconsistencies...)
	if there {
		m.lock.Lock()
		defer m.lock.Unlock()
		m.told[s.ARN] = true
	}
	return s
}

// Rest are the objects of which something does not hold together and that are the
// subjects of no portion, by ARN: once all portions were computed.
func (m *Making) Rest() []Subject {
	var out []Subject
	found := m.found()
	for _, arn := range slices.Sorted(maps.Keys(found)) {
		if s := found[arn]; !m.told[arn] && m.wants(s) {
			out = append(out, s)
		}
	}
	return out
}
