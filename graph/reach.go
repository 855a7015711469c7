package graph

import (
	"cmp"
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// Reach answers one question (CONTRACT 6). from is internet:IP, ecs:ID,
// vpc:VPC/IP, onprem:NAME or es:ID; to is es:ID:PORT, kibana:ID:PORT,
// lb:ID:PORT, or HOST:PORT from es. The error says why the question cannot be
// understood.
func (g *Graph) Reach(from, to string) (Answer, error) {
	q, paths, err := g.follow(from, to)
	if err != nil {
		return Answer{}, err
	}
	return g.answer(q, paths), nil
}

// Brief is Reach without Paths: only what the answer itself holds is put into
// words.
func (g *Graph) Brief(from, to string) (Answer, error) {
	q, paths, err := g.follow(from, to)
	if err != nil {
		return Answer{}, err
	}
	return g.tell(q, g.orNone(q, paths)).answer(), nil
}

func (g *Graph) follow(from, to string) (query, []Path, error) {
	q, err := parseQuery(from, to)
	if err != nil {
		return q, nil, err
	}
	paths, err := g.paths(q)
	return q, paths, err
}

// lost decides about an id that no answer names: unknown when its list was not
// read in any region, else an error (SEMANTICS 1).
func (g *Graph) lost(scheme, id, product, operation string) ([]Path, error) {
	var calls []snapshot.Call
	for _, at := range g.regions {
		calls = append(calls, at.need(product, operation, "")...)
	}
	if calls == nil && len(g.regions) > 0 {
		return nil, &NotFoundError{Scheme: scheme, ID: id}
	}
	t := newTrail(netset.Set{}, "none", "", "", scheme+":"+id)
	t.check("no-path", unsure(g.placeFor(scheme, id), calls, "no answer names %s, and not all were read", id))
	return []Path{t.path}, nil
}

// placeFor is where an object that a question names would stand.
func (g *Graph) placeFor(scheme, id string) *snapshot.Node {
	kind := map[string]snapshot.Kind{schemeES: snapshot.Cluster, schemeKibana: snapshot.Cluster, schemeECS: snapshot.ECS, schemeVPC: snapshot.VPC, schemeLB: snapshot.CLB}[scheme]
	if scheme == schemeLB && strings.HasPrefix(id, "nlb-") {
		kind = snapshot.NLB
	}
	if len(g.regions) == 0 {
		return g.snapshot.Root().Get("accounts")
	}
	return g.regions[0].account.Place(kind, g.regions[0].region)
}

func (g *Graph) paths(q query) ([]Path, error) {
	if q.source == schemeES {
		c := g.Cluster(q.sourceID)
		if c == nil {
			return g.lost(schemeES, q.sourceID, "elasticsearch", "ListInstance")
		}
		return g.outbound(c, q), nil
	}
	if lost, err := g.missing(q); err != nil {
		return nil, err
	} else if lost != nil {
		return g.lostTarget(q, lost)
	}
	from := caller{name: q.from, addresses: netset.Addr(q.address)}
	switch q.source {
	case schemeECS:
		from.inside = g.byID.hosts[q.sourceID].asked()
	case schemeVPC:
		from.inside = g.addressSource(q.sourceID, q.address)
	}
	if from.inside != nil {
		from.addresses = from.inside.addresses
	}
	return g.pathsFrom(q, from)
}

// pathsFrom are the paths to the target of a question, whoever asks.
func (g *Graph) pathsFrom(q query, from caller) ([]Path, error) {
	if q.target == schemeLB {
		b := g.balancer(q.targetID)
		if b == nil {
			return g.lostBalancer(q.targetID)
		}
		return g.toBalancer(from, b, q.port), nil
	}
	c := g.Cluster(q.targetID)
	if c == nil {
		return g.lost(schemeES, q.targetID, "elasticsearch", "ListInstance")
	}
	switch {
	case q.source == schemeOnPrem:
		net, _ := g.onPremNamed(q.sourceID)
		return g.onPremises(net, c, q.port), nil
	case from.inside != nil:
		return g.inside(from.inside, c, q.target == schemeKibana, q.port), nil
	}
	return g.fromInternet(from, c, q.target, q.port), nil
}

// lostTarget decides about a source that no answer names. A target that does
// not exist is an error all the same.
func (g *Graph) lostTarget(q query, lost []Path) ([]Path, error) {
	if q.target == schemeLB && g.balancer(q.targetID) == nil {
		return g.lostBalancer(q.targetID)
	}
	if q.target != schemeLB && g.Cluster(q.targetID) == nil {
		return g.lost(schemeES, q.targetID, "elasticsearch", "ListInstance")
	}
	return lost, nil
}

func (g *Graph) lostBalancer(id string) ([]Path, error) {
	if strings.HasPrefix(id, "nlb-") {
		return g.lost(schemeLB, id, "nlb", "ListLoadBalancers")
	}
	return g.lost(schemeLB, id, "slb", "DescribeLoadBalancers")
}

// fromInternet returns the paths from addresses of the internet to an entry of
// a cluster: P1, and for Elasticsearch P5, P6 and P7 too. scheme is es or
// kibana.
func (g *Graph) fromInternet(from caller, c *Cluster, scheme string, port int) []Path {
	if scheme == schemeKibana {
		return []Path{g.publicPath(from, c, KibanaPublic, port)}
	}
	paths := []Path{g.publicPath(from, c, ESPublic, port)}
	paths = append(paths, g.viaBalancers(from, c, port)...)
	paths = append(paths, g.viaNAT(from, c, port)...)
	return append(paths, g.viaProxies(from, c, port)...)
}

// publicPath is P1.
func (g *Graph) publicPath(from caller, c *Cluster, entry string, port int) Path {
	t := newTrail(from.addresses, "P1", entry, from.name, c.ID+" "+entry)
	t.ask("source-internet", from.addresses, g.internetAt(c.Node))
	t.check("cluster-status", c.statusDecision())
	t.check("entry-exists", c.entryDecision(entry))
	t.check("port", c.portDecision(entry, port))
	t.ask("whitelist", from.addresses, func(set netset.Set) judgement { return c.admits(entry, set) })
	return t.path
}

// answer draws the verdict from the paths (SEMANTICS 1), and explains them all.
func (g *Graph) answer(q query, paths []Path) Answer {
	paths = explain(g.orNone(q, paths))
	a := g.tell(q, paths).answer()
	a.Paths = paths
	return a
}

// orNone returns the paths, or the one that says there is none. Only to a cluster
// there may be none: of a load balancer at least its listeners say something, and
// of a host that a cluster asks for its private connections.
func (g *Graph) orNone(q query, paths []Path) []Path {
	if len(paths) > 0 {
		return paths
	}
	c := g.Cluster(q.targetID)
	none := &mark{
		kind: "none", from: q.from, to: q.to, control: "no-path",
		decision: blocks(c.nearest(c.Home()), "nothing joins %s and %s; all that could was read", q.from, q.to),
	}
	return []Path{{Kind: "none", Verdict: Blocked, marks: []*mark{none}}}
}

// settle describes calls, each once, in order.
func (g *Graph) settle(calls []snapshot.Call) []Settle {
	slices.SortFunc(calls, func(a, b snapshot.Call) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Subject, b.Subject))
	})
	var out []Settle
	for _, c := range slices.Compact(calls) {
		state := snapshot.NeverMade
		for _, a := range g.snapshot.Accounts() {
			state = max(state, a.Answer(c))
		}
		out = append(out, Settle{Call: c, State: state, Text: c.String(), RAM: c.Action()})
	}
	return out
}
