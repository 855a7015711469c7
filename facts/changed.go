package facts

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"sync"

	"esaudit/graph"
	"esaudit/locality"
	"esaudit/snapshot"
)

// BuildChanged computes the facts of two pictures, of those subjects alone that
// may have other facts in one than in the other: a subject that both documents
// leave out has the same in both. It is left out where what differs between the
// snapshots shows so; where it does not, everything is computed. complete reports
// whether everything that facts rest on was read of an estate: only then does what
// differs stay within its part of it. When the accounts were read at other instants,
// the subjects of the timed kinds are not left out: of these, rules say something
// that depends on it.
func BuildChanged(old, new *graph.Graph, complete func(*snapshot.Snapshot) bool, timed ...string) (before, after Document) {
	d := differenceOf(old, new, timed)
	d.all = d.all || d.later && slices.ContainsFunc(timed, func(kind string) bool { return !builtLater(kind) })
	if d.all && d.local && both(func(i int) bool {
		return sure([]*graph.Graph{old, new}[i].Snapshot()) && complete([]*graph.Graph{old, new}[i].Snapshot())
	}) {
		if parts := locality.Compare(old.Snapshot(), new.Snapshot(), old.Config()); !parts.All {
			d.within(parts, old, new)
		}
	}
	var docs [2]Document
	sure := both(func(i int) bool {
		var ok bool
		docs[i], ok = d.build([]*graph.Graph{old, new}[i])
		return ok
	})
	if !sure {
		d.parts = nil
		both(func(i int) bool {
			docs[i], _ = d.build([]*graph.Graph{old, new}[i])
			return true
		})
	}
	return docs[0], docs[1]
}

// sure reports whether nobody noted a doubt of an estate.
func sure(s *snapshot.Snapshot) bool {
	return !slices.ContainsFunc(s.Accounts(), func(a *snapshot.Account) bool {
		network, _ := a.Doubts()
		return network
	})
}

// both does something of two pictures at the same time; true when it is of both.
func both(do func(i int) bool) bool {
	var first bool
	var wait sync.WaitGroup
	wait.Go(func() { first = do(0) })
	second := do(1)
	wait.Wait()
	return first && second
}

// difference is what differs between two pictures, as far as it tells whose facts
// may.
type difference struct {
	all       bool                 // those of anybody but users, groups and roles
	local     bool                 // of these, those in the same part of the estate as something that differs
	parts     *locality.Difference // which parts they are; nil when nobody knows
	directory bool                 // those of users, groups and roles, which say what RAM answered and nothing else
	clusters  map[identity]bool    // those of clusters, with their endpoints
	later     bool                 // those that depend on when the accounts were read: at other instants
}

// builtLater reports whether the subjects of a kind of which rules read when the
// accounts were read are built when that is another instant.
func builtLater(kind string) bool {
	return slices.Contains([]string{"account", "elasticsearch", "endpoint", "ram-group", "ram-role", "ram-user", "region"}, kind)
}

// identity is that of an object in either of two snapshots.
type identity struct{ account, region, id string }

func nameOf(o snapshot.Object) identity { return identity{o.Account.ID, o.Region, o.ID} }

// build computes the facts of one picture; ok is false when parts of it turn out
// not to stand for themselves.
func (d difference) build(g *graph.Graph) (doc Document, ok bool) {
	if d.parts != nil {
		return d.buildParts(g)
	}
	lists := []func(*graph.Graph) list{accounts}
	if d.directory {
		lists = append(lists, principals)
	}
	if d.all {
		return documentOf(g, each(g, append(lists, clusters)...)), true
	}
	if d.later {
		lists = append(lists, func(g *graph.Graph) list { return regions(g, newScope(g)) })
	}
	return documentOf(g, func(yield func(Subject) bool) {
		for _, subjects := range lists {
			subjects(g).each(func(s Subject) bool {
				s.Inconsistencies = []Inconsistency{}
				return yield(s)
			})
		}
		someClusters(g, d.clusters, yield)
	}), true
}

// buildParts computes the facts of the parts in which something differs.
func (d difference) buildParts(g *graph.Graph) (doc Document, ok bool) {
	whole := g.Snapshot()
	alone := whole.Only(func(o snapshot.Object) bool {
		return d.parts.Touches(o) || d.directory && o.Kind.OfDirectory()
	})
	parts := graph.Build(alone, g.Config())
	doc = documentOf(parts, MakeParts(whole, parts).each)
	if !sure(alone) {
		return doc, false
	}
	someClusters(g, d.clusters, func(s Subject) bool {
		doc.Subjects = append(doc.Subjects, s)
		return true
	})
	slices.SortStableFunc(doc.Subjects, func(a, b Subject) int { return cmp.Compare(a.ARN, b.ARN) })
	return doc, true
}

// someClusters are some of the clusters and their VPC endpoints, with what of them
// does not hold together.
func someClusters(g *graph.Graph, which map[identity]bool, yield func(Subject) bool) {
	var chosen []*graph.Cluster
	found, kind := map[string][]Inconsistency{}, kindOf(snapshot.Cluster)
	for _, c := range g.Clusters() {
		if which[nameOf(c.Object)] {
			chosen = append(chosen, c)
			checks := newChecks(c.Account)
			found[clusterSubject(c, nil).ARN] = checks.of(kind, checks.listed(kind.references, c.Region), snapshot.Row{Object: c.Object})
		}
	}
	if len(chosen) > 0 {
		clustersOf(g, chosen).each(func(s Subject) bool {
			s.Inconsistencies = append([]Inconsistency{}, found[s.ARN]...)
			return yield(s)
		})
	}
}

// within notes the parts in which something differs; clusters of other parts stay
// noted.
func (d *difference) within(parts *locality.Difference, graphs ...*graph.Graph) {
	d.parts, d.directory = parts, d.directory || parts.Directory
	for _, g := range graphs {
		for _, c := range g.Clusters() {
			if parts.Touches(c.Object) {
				delete(d.clusters, nameOf(c.Object))
			}
		}
	}
}

// differenceOf compares the snapshots of two graphs.
func differenceOf(old, new *graph.Graph, timed []string) difference {
	before, after := old.Snapshot().Accounts(), new.Snapshot().Accounts()
	everything := difference{all: true, directory: true}
	if len(before) != len(after) || !reflect.DeepEqual(old.Config(), new.Config()) {
		return everything
	}
	d := difference{local: true, clusters: map[identity]bool{}}
	var changed [][2]snapshot.Object
	for i, a := range before {
		b := after[i]
		d.later = d.later || !a.TakenAt.Equal(b.TakenAt)
		if a.ID != b.ID || !reflect.DeepEqual(a.Regions, b.Regions) || !slices.Equal(graph.Regions(a), graph.Regions(b)) {
			return everything
		}
		if !reflect.DeepEqual(a.Coverage(), b.Coverage()) {
			d.all, d.directory = true, true
		}
		for _, kind := range snapshot.Kinds() {
			pairs, paired := differing(a.Objects(kind), b.Objects(kind))
			switch {
			case paired && len(pairs) == 0, kind == snapshot.Trail: // trails are facts of the account, which are always computed
			case kind.OfDirectory():
				d.directory = true
			case paired && kind == snapshot.Cluster:
				changed = append(changed, pairs...)
			default:
				d.all = true
			}
		}
	}
	// who watches whom, and who forwards to whom, is told by what is declared
	d.all = d.all || old.Config().Joins() && len(changed) > 0 || slices.ContainsFunc(changed, func(pair [2]snapshot.Object) bool { return !aside(pair[0], pair[1]) })
	d.directory = d.directory || d.later
	if d.later {
		d.timely(old, new, slices.Contains(timed, "elasticsearch"))
	}
	for i, g := range []*graph.Graph{old, new} {
		if !d.all {
			d.readers(g, changed, i)
		}
	}
	return d
}

// timely adds the clusters of which facts, or what rules say of their endpoints, may
// depend on when they were read.
func (d *difference) timely(old, new *graph.Graph, all bool) {
	known := newTimetables()
	accounts := [2][]*snapshot.Account{old.Snapshot().Accounts(), new.Snapshot().Accounts()}
	for i := range accounts[0] {
		for side := range accounts {
			for _, c := range accounts[side][i].Objects(snapshot.Cluster) {
				cron := c.Aspect(snapshot.SnapshotSetting).Get("QuartzRegex").Text()
				if all || len(c.Aspect(snapshot.VPCEndpoints).Items()) > 0 || known.gap(accounts[0][i], cron) != known.gap(accounts[1][i], cron) {
					d.clusters[nameOf(c)] = true
				}
			}
		}
	}
}

// differing returns the objects of two lists that are not equal; paired is false
// when one of them is in one list only.
func differing(x, y []snapshot.Object) (pairs [][2]snapshot.Object, paired bool) {
	if len(x) != len(y) {
		return nil, false
	}
	for i := range x {
		if x[i].Region != y[i].Region || x[i].ID != y[i].ID {
			return nil, false
		}
		if !x[i].Node.Equal(y[i].Node) {
			pairs = append(pairs, [2]snapshot.Object{x[i], y[i]})
		}
	}
	return pairs, true
}

// aside reports whether two values of a cluster differ in nothing but what facts
// of the cluster and its endpoints alone are made of, and the list that those
// clusters read which get to it (Readers).
func aside(a, b snapshot.Object) bool {
	some, aspects := locality.Aside(a)
	own, keys := []string{"networkConfig"}, []string{"attributes"}
	for _, key := range slices.Concat(a.Attr().Keys(), b.Attr().Keys()) {
		if slices.Contains(some, key) || locality.Own(snapshot.Cluster, key) {
			own = append(own, key)
		}
	}
	for _, key := range aspects {
		keys = append(keys, string(key))
	}
	return sameBut(a.Node, b.Node, keys) && sameBut(a.Attr(), b.Attr(), own) &&
		sameBut(a.Attr("networkConfig"), b.Attr("networkConfig"), []string{"whiteIpGroupList"})
}

// sameBut compares two maps apart from some of their keys.
func sameBut(a, b *snapshot.Node, but []string) bool {
	if a.Kind() != b.Kind() || a.Kind() != snapshot.Map {
		return a.Equal(b)
	}
	for _, key := range append(slices.Clone(a.Keys()), b.Keys()...) {
		if !slices.Contains(but, key) && !a.Get(key).Equal(b.Get(key)) {
			return false
		}
	}
	return true
}

// readers adds clusters that changed, and those that read them.
func (d *difference) readers(g *graph.Graph, changed [][2]snapshot.Object, side int) {
	which := map[identity]bool{}
	for _, pair := range changed {
		which[nameOf(pair[side])] = true
	}
	maps.Copy(d.clusters, which)
	maps.Copy(d.clusters, readersOf(g, which))
}

// Readers returns the ids of the clusters that read the lists of clusters with some ids,
// or share their endpoints, with those of their own endpoints.
func Readers(g *graph.Graph, ids map[string]bool) map[string]bool {
	which, out := map[identity]bool{}, map[string]bool{}
	for _, c := range g.Clusters() {
		if ids[c.ID] {
			which[nameOf(c.Object)] = true
		}
	}
	readers := readersOf(g, which)
	for _, c := range g.Clusters() {
		if readers[nameOf(c.Object)] {
			out[c.ID] = true
			for _, e := range c.Aspect(snapshot.VPCEndpoints).Items() {
				out[e.Get("endpointId").Text()] = true
			}
		}
	}
	return out
}

// readersOf are the clusters that read the lists of some, or share their endpoints:
// settings of a cluster name hosts behind its endpoints, whose load balancers may lead
// to one of them.
func readersOf(g *graph.Graph, which map[identity]bool) map[identity]bool {
	out := map[identity]bool{}
	if len(which) == 0 {
		return out
	}
	ids := map[string]bool{}
	for _, c := range g.Clusters() {
		if which[nameOf(c.Object)] {
			for _, e := range c.Aspect(snapshot.VPCEndpoints).Items() {
				ids[e.Get("endpointId").Text()] = true
			}
		}
	}
	leads := map[*graph.Balancer]bool{}
	for _, b := range g.Balancers() {
		leads[b] = slices.ContainsFunc(b.Listeners, func(l *graph.Listener) bool {
			return slices.ContainsFunc(l.Nearby(), func(c *graph.Cluster) bool { return which[nameOf(c.Object)] })
		})
	}
	for _, c := range g.Clusters() {
		for _, e := range c.Aspect(snapshot.VPCEndpoints).Items() {
			behind := func(r *snapshot.Node) bool { return leads[g.ResourceBalancer(c, r)] }
			if ids[e.Get("endpointId").Text()] || slices.ContainsFunc(c.Connection(e).Resources, behind) {
				out[nameOf(c.Object)] = true
			}
		}
	}
	return out
}
