package facts

import (
	"iter"
	"slices"

	"esaudit/graph"
	"esaudit/snapshot"
)

// MakePart is MakeParts without the accounts and regions.
func MakePart(parts *graph.Graph) *Making {
	m := Make(parts, func() Checked { return Check(parts.Snapshot()) })
	m.accounts = func(*graph.Graph) list { return list{} }
	m.regions = func(*graph.Graph, *scope) list { return list{} }
	return m
}

// MakeParts makes ready for the facts of the subjects of a graph of some parts of an
// estate (package locality), and those of the accounts and regions of the whole.
// They are those that Build computes of the whole, unless there is a doubt
// (snapshot.Account.Doubts) in the graph's snapshot.
func MakeParts(whole *snapshot.Snapshot, parts *graph.Graph) *Making {
	m := MakePart(parts)
	none := &scope{hostGaps: map[place]*member{}, switchGaps: map[place]*member{}}
	for _, a := range whole.Accounts() {
		for _, region := range graph.Regions(a) {
			none.lists(place{a, region})
		}
	}
	m.accounts = func(*graph.Graph) list { return accountsOf(whole) }
	m.regions = func(*graph.Graph, *scope) list { return regionsOf(whole, none) }
	return m
}

// MakeSome makes ready for the facts of the subjects of a graph that have one of some ids.
// Accounts and regions are none of them.
func MakeSome(g *graph.Graph, ids map[string]bool) *Making {
	m := Make(g, func() Checked { return checkSome(g.Snapshot(), ids) })
	m.only = ids
	return m
}

// some are the lists of subjects of which some have one of the ids.
func (m *Making) some() iter.Seq[list] {
	return func(yield func(list) bool) {
		people := slices.DeleteFunc(membersOf(m.graph), func(p directoryMember) bool { return !m.only[p.Object.ID] })
		chosen := slices.DeleteFunc(slices.Clone(m.graph.Clusters()), m.without)
		if !yield(principalsOf(people)) || len(chosen) > 0 && !yield(clustersOf(m.graph, chosen)) || !areObjects(m.graph, m.only) {
			return
		}
		regions := func(*graph.Graph, *scope) list { return list{} }
		for l := range all(m.graph, nil, regions) {
			if !yield(l.only(m.only)) {
				return
			}
		}
	}
}

// without reports whether neither a cluster nor one of its endpoints has one of the ids.
func (m *Making) without(c *graph.Cluster) bool {
	if m.only[c.ID] {
		return false
	}
	return !slices.ContainsFunc(c.Aspect(snapshot.VPCEndpoints).Items(), func(e *snapshot.Node) bool { return m.only[e.Get("endpointId").Text()] })
}

// areObjects reports whether an object has one of some ids that is none of the directory
// and no cluster.
func areObjects(g *graph.Graph, ids map[string]bool) bool {
	for _, kind := range snapshot.Kinds() {
		if kind.OfDirectory() || kind == snapshot.Cluster {
			continue
		}
		for _, o := range objects(g, kind) {
			if ids[o.ID] {
				return true
			}
		}
	}
	return false
}

// Watch has the instants of subjects know whether rules see them. What facts say of
// the ages of keys is as good as seen.
func (d Document) Watch() {
	for i := range d.Subjects {
		s := &d.Subjects[i]
		s.TakenAt = s.TakenAt.Watched()
		if f, ok := s.Facts.(PrincipalFacts); ok && f.AccessKeys != nil && len(f.AccessKeys.List) > 0 {
			s.TakenAt.seen.Store(true)
		}
	}
}
