package facts

import (
	"net/netip"
	"slices"

	"esaudit/graph"
	"esaudit/snapshot"
)

// whitelists are the effective lists of a cluster, by type. around is what stands
// around its VPC.
func whitelists(c *graph.Cluster, around Around) map[string]Whitelist {
	out := make(map[string]Whitelist, len(graph.ListTypes()))
	for _, kind := range graph.ListTypes() {
		w := c.List(kind)
		list := Whitelist{
			Present: w.Present, Flat: w.Flat.Kind() == snapshot.Array, Groups: len(w.Groups) > 0, CIDRs: w.Set.Strings(),
			Entries: make([]Entry, 0, len(w.Entries)), Unread: []Entry{}, Stray: strayGroups(c, w), At: ref(nil, w.Flat, c.Node).At,
		}
		list.Elements, list.Named = elements(w)
		if !list.Flat && list.Groups {
			list.At = At{w.Groups[0]}
		}
		inside := inside(w.Entries)
		for i, e := range w.Entries {
			entry := Entry{Text: e.Text, Group: e.Group, At: At{e.Node}}
			switch {
			case e.Err != nil:
				entry.Why = "not an address or CIDR"
				list.Unread = append(list.Unread, entry)
				continue
			case !e.Loopback:
				entry.CIDR, entry.Inside = canonical(e.Prefix, e.Text), inside[i]
				entry.locate(e.Prefix, around)
			}
			list.Entries = append(list.Entries, entry)
		}
		out[kind] = list
	}
	return out
}

// canonical is the text of a prefix: the one it was read from, where that is the same.
func canonical(p netip.Prefix, text string) string {
	var room [len("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128")]byte
	if written := p.AppendTo(room[:0]); string(written) != text {
		return string(written)
	}
	return text
}

// inside says of each entry whether another one holds it and more.
func inside(entries []graph.ListEntry) []bool {
	order := make([]int, 0, len(entries))
	for i := range entries {
		if entries[i].Err == nil && !entries[i].Loopback {
			order = append(order, i)
		}
	}
	// whatever holds a prefix comes before it, and all between is held as well
	slices.SortFunc(order, func(i, j int) int { return entries[i].Prefix.Compare(entries[j].Prefix) })
	out := make([]bool, len(entries))
	var widest netip.Prefix
	for _, i := range order {
		p := entries[i].Prefix
		if out[i] = widest.Contains(p.Addr()) && widest.Bits() < p.Bits(); !out[i] {
			widest = p
		}
	}
	return out
}

// strayGroups returns what may add to a list without being known to: groups of
// the type without addresses, those of no known type, and what answers give
// differently.
func strayGroups(c *graph.Cluster, w *graph.Whitelist) []Entry {
	out := []Entry{}
	stray := func(n *snapshot.Node, why string) {
		name := n.Get("groupName").Text()
		out = append(out, Entry{Text: name, Group: name, At: At{n}, Why: why})
	}
	for _, n := range w.Disputed {
		stray(n, "answers contradict each other about it")
	}
	lists := []*snapshot.Node{c.Attr("networkConfig", "whiteIpGroupList")}
	if lists[0].Contradicted() {
		lists = lists[0].Readings()
	}
	for _, list := range lists {
		for _, n := range list.Items() {
			of, shown := n.Get("whiteIpType").Text(), n.Get("ips").Kind() == snapshot.Array
			switch {
			case of == w.Type && !shown:
				stray(n, "a group without its addresses")
			case !slices.Contains(graph.ListTypes(), of) && !(shown && len(n.Get("ips").Items()) == 0):
				stray(n, "a group of no known type")
			}
		}
	}
	return out
}
