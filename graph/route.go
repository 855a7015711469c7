package graph

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// routeTable is one route table (SEMANTICS 8).
type routeTable struct {
	snapshot.Object
	read   bool
	routes []route        // the longest prefixes first
	lists  []route        // to prefix lists, whose addresses no answer gives
	vague  *snapshot.Node // an entry that does not say where it leads from
}

// route is one entry of a route table.
type route struct {
	node   *snapshot.Node
	to     *snapshot.Node // what says the next hop
	prefix netip.Prefix
	hop    string // NextHopType; "local" for the VPC's own routes, "" when not said
	id     string // NextHopId
}

func (n *network) newRouteTable(o snapshot.Object) *routeTable {
	t := &routeTable{Object: o, read: n.read("vpc", "DescribeRouteEntryList", o.ID)}
	for _, e := range o.Aspect(snapshot.Entries).Items() {
		block := e.Get("DestinationCidrBlock")
		if block.Text() == "" {
			t.vague = e
			continue
		}
		prefix, err := netset.ParseCIDR(block.Text())
		if err != nil {
			if strings.HasPrefix(block.Text(), "pl-") {
				t.lists = append(t.lists, newRoute(e, netip.Prefix{}))
			}
			continue
		}
		t.routes = append(t.routes, newRoute(e, prefix))
	}
	slices.SortStableFunc(t.routes, func(a, b route) int {
		return cmp.Or(cmp.Compare(b.prefix.Bits(), a.prefix.Bits()), a.prefix.Addr().Compare(b.prefix.Addr()))
	})
	return t
}

// newRoute reads the next hop of an entry: the first of its list, else its own
// fields (SEMANTICS 8).
func newRoute(e *snapshot.Node, prefix netip.Prefix) route {
	holder, list := e, e.Get("NextHops", "NextHop").Items()
	if len(list) > 0 {
		holder = list[0]
	}
	hop, id, kind := holder.Get("NextHopType"), holder.Get("NextHopId"), e.Get("Type")
	if len(list) == 0 && id.Text() == "" && !id.Contradicted() {
		id = e.Get("InstanceId")
	}
	r := route{node: e, prefix: prefix, hop: hop.Text(), id: id.Text(), to: nearest(hop, holder)}
	switch {
	case strings.EqualFold(kind.Text(), "System"):
		r.hop, r.to = "local", kind
	case kind.Contradicted():
		r.hop, r.to = "", kind
	case strings.EqualFold(r.hop, "local"):
		r.hop = "local"
	case id.Exists() && strings.EqualFold(r.hop, "VpcPeer"):
		r.to = id // tells peerings apart
	}
	return r
}

// routed returns a vSwitch as far as routes go: one that was not described has
// the table that lists it (SEMANTICS 8). nil when none does.
func (n *network) routed(id string) *vswitch {
	if v := n.switchIDs[id]; v != nil {
		return v
	}
	table := n.tableOf[id]
	if id == "" || table == "" {
		return nil
	}
	return &vswitch{Object: snapshot.Object{ID: id, Node: n.tables.byID[table].object.Node}, table: table}
}

// table returns the route table of a vSwitch. When it cannot be told or was
// not read, the decision says so.
func (n *network) table(v *vswitch) (*routeTable, decision) {
	if v.table == "" {
		return nil, unsure(v.Node, n.need("vpc", "DescribeRouteTableList", ""), "no answer says which route table %s uses", v.ID)
	}
	t := n.tables.of(v.table)
	if t == nil || !t.read {
		return nil, unsure(v.Node, n.need("vpc", "DescribeRouteEntryList", v.table), "the routes of %s were not read", v.table)
	}
	if t.vague != nil {
		return nil, unsure(t.vague, nil, "a route of %s does not say which addresses it is for", v.table)
	}
	return t, decision{}
}

// lookup finds the next hop for every address of a set by longest prefix match
// and judges it; addresses without a route are blocked (SEMANTICS 8). Of several
// routes with one prefix it is not known which is taken, and a route to a prefix
// list might be the longest for any address. toward names the addresses for people.
func (n *network) lookup(v *vswitch, set netset.Set, toward string, judge func(route) Verdict) judgement {
	t, missing := n.table(v)
	if t == nil {
		return same(set, missing)
	}
	var s split
	used := map[Verdict]*route{}
	var tied, listed *route
	rest := set
	settled := func(v Verdict) Verdict {
		for i := range t.lists {
			if v != Unknown && judge(t.lists[i]) != v {
				v, listed = Unknown, &t.lists[i]
			}
		}
		return v
	}
	for i := range t.routes {
		covered := rest.Intersect(netset.Of(t.routes[i].prefix))
		if covered.IsEmpty() {
			continue
		}
		rest = rest.Minus(covered)
		verdict := judge(t.routes[i])
		for _, r := range t.routes[i+1:] {
			if r.prefix != t.routes[i].prefix {
				break
			}
			if judge(r) != verdict {
				verdict, tied = Unknown, &t.routes[i]
				break
			}
		}
		verdict = settled(verdict)
		s = s.add(everywhere(covered, verdict))
		if used[verdict] == nil {
			used[verdict] = &t.routes[i]
		}
	}
	if !rest.IsEmpty() {
		s = s.add(everywhere(rest, settled(Blocked)))
	}
	return judgement{s, func(verdict Verdict) decision {
		r := used[verdict]
		switch {
		case verdict == Unknown && tied != nil:
			return unsure(tied.node.Get("DestinationCidrBlock"), nil, "%s has several routes to %s, with different next hops", t.ID, tied.prefix)
		case verdict == Unknown && listed != nil:
			at := listed.node.Get("DestinationCidrBlock")
			return unsure(at, nil, "%s has a route to the prefix list %s, which may hold %s", t.ID, at.Text(), toward)
		case verdict == Blocked && !rest.IsEmpty():
			return blocks(nearest(t.Aspect(snapshot.Entries), t.Node), "%s has no route to %s", t.ID, toward)
		case r == nil:
			return decide(verdict, nearest(t.Aspect(snapshot.Entries), t.Node), "%s leads to %s by several ways", t.ID, toward)
		case r.hop == "":
			return decide(verdict, r.to, "the route of %s to %s does not say its next hop", t.ID, toward)
		case r.hop == "local":
			return decide(verdict, r.to, "%s leads to %s inside the VPC", t.ID, toward)
		}
		return decide(verdict, r.to, "%s leads to %s through %s", t.ID, toward, strings.TrimSpace(r.hop+" "+r.id))
	}}
}
