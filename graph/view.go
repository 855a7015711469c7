package graph

import (
	"cmp"
	"slices"

	gonum "gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/flow"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"
)

// The kinds of things in a view.
const (
	Internet        = "internet"
	VPC             = "vpc"
	VSwitch         = "vswitch"
	Host            = "host"
	LoadBalancer    = "lb"
	ListenerThing   = "listener"
	NATGateway      = "nat"
	EndpointService = "endpoint-service"
	Endpoint        = "endpoint"
	Peering         = "peering"
	CEN             = "cen"
	ClusterThing    = "cluster"
	EntryThing      = "entry"
	OnPremises      = "onprem"
	Other           = "other" // what no answer names
)

// View is things and what joins them, as a directed graph of gonum. A join goes
// the way connections are made. Things are numbered in the order they came, so
// that the same estate gives the same view.
type View struct {
	*simple.DirectedGraph
	byKey map[thingKey]*Thing
}

// Thing is a node of a view.
type Thing struct {
	Kind            string
	Key             string // tells it from others of its kind, account and region: the vendor's id, where it has one
	Label           string // what people read
	Name            string // what its owner calls it; may be empty
	Account, Region string // empty where it stands in none

	number int64
}

type thingKey struct{ kind, account, region, key string }

// ID is the thing's number in its view.
func (t *Thing) ID() int64 { return t.number }

// Join is an edge of a view.
type Join struct {
	Kind    string    // what it is: holds, faces, listens, serves, forwards, joins, leads, reaches, ...
	Verdict Verdict   // of all that was found between the two things
	Sources Addresses // who gets by it, where it is about addresses
	Hops    []Hop     // the controls, where it is a part of a path

	from, to *Thing
}

// From is where connections begin.
func (j *Join) From() gonum.Node { return j.from }

// To is where they end.
func (j *Join) To() gonum.Node { return j.to }

// ReversedEdge is the join itself: it has a direction.
func (j *Join) ReversedEdge() gonum.Edge { return j }

// Ends returns both things.
func (j *Join) Ends() (from, to *Thing) { return j.from, j.to }

// NewView returns a view of nothing.
func NewView() *View {
	return &View{DirectedGraph: simple.NewDirectedGraph(), byKey: map[thingKey]*Thing{}}
}

// Add puts a thing into the view, or returns the one that is there already.
func (v *View) Add(t Thing) *Thing {
	key := thingKey{t.Kind, t.Account, t.Region, t.Key}
	if there := v.byKey[key]; there != nil {
		return there
	}
	t.number = int64(len(v.byKey))
	t.Label = cmp.Or(t.Label, t.Key)
	v.byKey[key] = &t
	v.AddNode(&t)
	return &t
}

// Connect joins two things; a thing is not joined with itself. Where they are
// joined already, the better verdict stands and the sources are united.
func (v *View) Connect(from, to *Thing, j Join) {
	if old := v.Joint(from, to); old != nil {
		old.Verdict = Over(old.Verdict, j.Verdict)
		old.Sources = old.Sources.Or(j.Sources)
		return
	}
	if from != to {
		j.from, j.to = from, to
		v.SetEdge(&j)
	}
}

// Joint returns what joins two things; nil when nothing does.
func (v *View) Joint(from, to *Thing) *Join {
	j, _ := v.Edge(from.number, to.number).(*Join)
	return j
}

// Things returns all things in the order they came.
func (v *View) Things() []*Thing {
	out := make([]*Thing, 0, len(v.byKey))
	for _, t := range v.byKey {
		out = append(out, t)
	}
	slices.SortFunc(out, byNumber)
	return out
}

// Joins returns all joins, by their first and their second thing.
func (v *View) Joins() []*Join {
	edges := v.Edges()
	out := make([]*Join, 0, edges.Len())
	for edges.Next() {
		out = append(out, edges.Edge().(*Join))
	}
	slices.SortFunc(out, func(a, b *Join) int { return cmp.Or(byNumber(a.from, b.from), byNumber(a.to, b.to)) })
	return out
}

func byNumber(a, b *Thing) int { return cmp.Compare(a.number, b.number) }

// open returns the view without what is blocked.
func (v *View) open() gonum.Directed {
	out := simple.NewDirectedGraph()
	for _, t := range v.Things() {
		out.AddNode(t)
	}
	for _, j := range v.Joins() {
		if j.Verdict != Blocked {
			out.SetEdge(j)
		}
	}
	return out
}

// Passed returns what every way from one thing to another passes, nearest to
// the first one first, without the two: its dominators. Ways that are unknown
// count. It is nil when there is no way, or nothing that all ways pass.
func (v *View) Passed(from, to *Thing) []*Thing {
	tree := flow.Dominators(from, v.open())
	var out []*Thing
	for at := tree.DominatorOf(to.number); at != nil && at.ID() != from.number; at = tree.DominatorOf(at.ID()) {
		out = append(out, at.(*Thing))
	}
	slices.Reverse(out)
	return out
}

// Islands numbers the parts of the view that nothing joins, from 1 on.
func (v *View) Islands() map[*Thing]int {
	parts := topo.ConnectedComponents(gonum.Undirect{G: v})
	first := func(part []gonum.Node) int64 {
		return slices.MinFunc(part, func(a, b gonum.Node) int { return cmp.Compare(a.ID(), b.ID()) }).ID()
	}
	slices.SortFunc(parts, func(a, b []gonum.Node) int { return cmp.Compare(first(a), first(b)) })
	out := map[*Thing]int{}
	for i, part := range parts {
		for _, n := range part {
			out[n.(*Thing)] = i + 1
		}
	}
	return out
}

// Layers parts the things of a view without cycles: every join leads to a later
// layer, and each thing stands in the first layer it can. The error names a
// cycle.
func (v *View) Layers() ([][]*Thing, error) {
	sorted, err := topo.SortStabilized(v, func(nodes []gonum.Node) {
		slices.SortFunc(nodes, func(a, b gonum.Node) int { return cmp.Compare(a.ID(), b.ID()) })
	})
	if err != nil {
		return nil, err
	}
	depth := map[int64]int{}
	var out [][]*Thing
	for _, n := range sorted {
		before := v.To(n.ID())
		at := 0
		for before.Next() {
			at = max(at, depth[before.Node().ID()]+1)
		}
		depth[n.ID()] = at
		for len(out) <= at {
			out = append(out, nil)
		}
		out[at] = append(out[at], n.(*Thing))
	}
	return out, nil
}
