package graph

import (
	"strings"

	"esaudit/snapshot"
)

// Targets is every entry of every cluster, as one source sees it.
type Targets struct {
	Schema  string     `json:"schema"`
	From    string     `json:"from"`
	Targets []Targeted `json:"targets"`
	// Settle names the calls that would decide what is unknown, or tell more
	// clusters.
	Settle []Settle `json:"settledBy,omitempty"`
	// Lost says that no answer names the source, or any cluster, and not all
	// were read.
	Lost bool `json:"-"`
}

// Targeted is one entry and port of a cluster.
type Targeted struct {
	To      string  `json:"to"`    // as questions name it: es:ID:PORT or kibana:ID:PORT
	Entry   string  `json:"entry"` // of SEMANTICS 4
	Verdict Verdict `json:"verdict"`

	Paths []Path `json:"-"` // those that end at the entry, the deciding one first
}

// Targets asks about every entry of every cluster for one source: internet:IP,
// ecs:ID, vpc:VPC/IP or onprem:NAME. An entry that does not exist for sure is
// left out. The error says why the source cannot be understood.
func (g *Graph) Targets(from string) (Targets, error) {
	out := Targets{Schema: ReachSchema, From: from, Targets: []Targeted{}}
	q := query{from: from}
	if err := q.parseSource(from); err != nil {
		return out, err
	}
	if lost, err := g.missing(q); err != nil || lost != nil {
		for _, p := range lost {
			out.Lost, out.Settle = true, g.settle(p.Settle)
		}
		return out, err
	}
	var calls []snapshot.Call
	for _, at := range g.regions {
		calls = append(calls, at.need("elasticsearch", "ListInstance", "")...)
	}
	out.Lost = len(g.clusters) == 0 && calls != nil
	for _, c := range g.clusters {
		if g.Cluster(c.ID) != c {
			continue // another account's cluster of the same id answers for it
		}
		for _, entry := range EntryNames() {
			if c.entryDecision(entry).verdict == Blocked || q.source == schemeOnPrem && entry != ESPrivate {
				continue
			}
			for _, port := range c.openPorts(entry, 0) {
				t, err := g.targeted(q, c, entry, port)
				if err != nil {
					return out, err
				}
				out.Targets = append(out.Targets, t)
				for _, p := range t.Paths {
					if t.Verdict == Unknown && p.Verdict == Unknown {
						calls = append(calls, p.Settle...)
					}
				}
			}
		}
	}
	out.Settle = g.settle(calls)
	return out, nil
}

// missing decides about a source that the estate does not have: an error, or a
// path that says what was not read. Both are nil for one that it has.
func (g *Graph) missing(q query) ([]Path, error) {
	switch q.source {
	case schemeECS:
		if _, n := g.host(q.sourceID); n == nil {
			return g.lost(schemeECS, q.sourceID, "ecs", "DescribeInstances")
		}
	case schemeVPC:
		if g.networkOf(q.sourceID) == nil {
			return g.lost(schemeVPC, q.sourceID, "vpc", "DescribeVpcs")
		}
	case schemeOnPrem:
		if _, ok := g.onPremNamed(q.sourceID); !ok {
			return nil, &NotFoundError{Scheme: schemeOnPrem, ID: q.sourceID}
		}
	}
	return nil, nil
}

// targeted asks about one entry: of the paths to its port, those that end at
// it.
func (g *Graph) targeted(q query, c *Cluster, entry string, port int) (Targeted, error) {
	q.target, q.targetID, q.port = schemeES, c.ID, port
	if strings.HasPrefix(entry, schemeKibana) {
		q.target = schemeKibana
	}
	t := Targeted{To: q.target + ":" + c.ID + ":" + itoa(port), Entry: entry, Verdict: Blocked}
	paths, err := g.paths(q)
	if err != nil {
		return t, err
	}
	for _, p := range explain(paths) {
		if p.endsAt() == entry {
			t.Paths = append(t.Paths, p)
			t.Verdict = Over(t.Verdict, p.Verdict)
		}
	}
	for i, p := range t.Paths {
		if p.Verdict == t.Verdict {
			t.Paths[0], t.Paths[i] = t.Paths[i], t.Paths[0]
			break
		}
	}
	return t, nil
}

// endsAt is the entry of the cluster that a path ends at: load balancers, NAT
// gateways and proxies lead to the private one.
func (p Path) endsAt() string {
	switch p.Kind {
	case "P5", "P6", "P7":
		return ESPrivate
	}
	return p.Entry
}
