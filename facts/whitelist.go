package facts

import (
	"net/netip"
	"slices"

	"esaudit/graph"
	"esaudit/snapshot"
)

func whitelists(c *graph.Cluster) map[string]Whitelist {
	out := map[string]Whitelist{}
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
		holders := holders(w)
		for _, e := range w.Entries {
			entry := Entry{Text: e.Text, Group: e.Group, At: At{e.Node}}
			switch {
			case e.Err != nil:
				entry.Why = "not an address or CIDR"
				list.Unread = append(list.Unread, entry)
				continue
			case !e.Loopback:
				entry.CIDR, entry.Inside = e.Prefix.String(), inside(e.Prefix, holders)
			}
			list.Entries = append(list.Entries, entry)
		}
		out[kind] = list
	}
	return out
}

// holders returns the prefixes of a list's entries.
func holders(w *graph.Whitelist) map[netip.Prefix]bool {
	out := map[netip.Prefix]bool{}
	for _, e := range w.Entries {
		if e.Err == nil && !e.Loopback {
			out[e.Prefix.Masked()] = true
		}
	}
	return out
}

// inside reports whether one of the prefixes holds p and more.
func inside(p netip.Prefix, holders map[netip.Prefix]bool) bool {
	for bits := p.Bits() - 1; bits >= 0; bits-- {
		if wider, err := p.Addr().Prefix(bits); err == nil && holders[wider] {
			return true
		}
	}
	return false
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
