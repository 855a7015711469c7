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
	lists  []listRoute    // to prefix lists whose addresses no answer gives
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

// listRoute is a route to a prefix list, and the addresses that it might be for.
type listRoute struct {
	route
	within netset.Set
}

func (n *network) newRouteTable(o snapshot.Object) *routeTable {
	t := &routeTable{Object: o, read: n.read("vpc", "DescribeRouteEntryList", o.ID)}
	for _, e := range o.Aspect(snapshot.Entries).Items() {
		to := e.Get("DestinationCidrBlock").Text()
		prefix, err := netset.ParseCIDR(to)
		switch {
		case to == "":
			t.vague = e
		case err == nil:
			t.routes = append(t.routes, newRoute(e, prefix))
		case strings.HasPrefix(to, "pl-"):
			n.follow(t, e, to)
		}
	}
	slices.SortStableFunc(t.routes, func(a, b route) int {
		return cmp.Or(cmp.Compare(b.prefix.Bits(), a.prefix.Bits()), a.prefix.Addr().Compare(b.prefix.Addr()))
	})
	return t
}

// follow adds what an entry to a prefix list stands for: a route to each of the
// list's own prefixes, where they were read.
func (n *network) follow(t *routeTable, e *snapshot.Node, id string) {
	if _, read := n.lists[id]; !read {
		t.lists = append(t.lists, listRoute{newRoute(e, netip.Prefix{}), mayLead(e)})
		return
	}
	for _, listed := range n.object(snapshot.PrefixList, id).Aspect(snapshot.Entries).Items() {
		if prefix, err := netset.ParseCIDR(listed.Get("Cidr").Text()); err == nil {
			t.routes = append(t.routes, newRoute(e, prefix))
		}
	}
}

// mayLead returns the addresses that a prefix list might hold. A gateway endpoint
// leads to the vendor's own services, which have addresses of 100.64.0.0/10
// (https://www.alibabacloud.com/help/en/vpc/user-guide/gateway-endpoints-1).
func mayLead(e *snapshot.Node) netset.Set {
	if strings.EqualFold(hopHolder(e).Get("NextHopType").Text(), "GatewayEndpoint") {
		return netset.Of(netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10))
	}
	return netset.Union(netset.AllV4(), netset.AllV6())
}

// hopHolder returns what says the next hop of an entry: the first of its list, else
// the entry (SEMANTICS 8).
func hopHolder(e *snapshot.Node) *snapshot.Node {
	if list := e.Get("NextHops", "NextHop").Items(); len(list) > 0 {
		return list[0]
	}
	return e
}

func newRoute(e *snapshot.Node, prefix netip.Prefix) route {
	holder := hopHolder(e)
	hop, id, kind := holder.Get("NextHopType"), holder.Get("NextHopId"), e.Get("Type")
	if holder == e && id.Text() == "" && !id.Contradicted() {
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
	var tied *route
	var listed *listRoute
	rest := set
	settle := func(covered netset.Set, v Verdict) {
		for i := range t.lists {
			r := &t.lists[i]
			maybe := covered.Intersect(r.within)
			if v == Unknown || maybe.IsEmpty() || judge(r.route) == v {
				continue
			}
			s, covered, listed = s.add(everywhere(maybe, Unknown)), covered.Minus(maybe), r
		}
		s = s.add(everywhere(covered, v))
	}
	for i := range t.routes {
		if !rest.OverlapsPrefix(t.routes[i].prefix) {
			continue
		}
		covered := rest.Intersect(netset.Of(t.routes[i].prefix))
		rest = rest.Minus(covered)
		verdict, alike := judgePrefix(t.routes[i:], judge)
		if !alike {
			tied = &t.routes[i]
		}
		settle(covered, verdict)
		if used[verdict] == nil {
			used[verdict] = &t.routes[i]
		}
	}
	settle(rest, Blocked)
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

// judgePrefix judges the first of some routes along with those after it that have its
// prefix; alike is false where they are at odds.
func judgePrefix(routes []route, judge func(route) Verdict) (verdict Verdict, alike bool) {
	verdict = judge(routes[0])
	for _, r := range routes[1:] {
		if r.prefix != routes[0].prefix {
			break
		}
		if judge(r) != verdict {
			return Unknown, false
		}
	}
	return verdict, true
}
