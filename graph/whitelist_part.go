package graph

import (
	"net/netip"
	"slices"

	"esaudit/netset"
	"esaudit/snapshot"
)

// part is what is known of one part of an address list: of the flat list, or of
// the groups.
type part struct {
	present  bool // it makes the list one that is there
	entries  []ListEntry
	groups   []*snapshot.Node
	vague    *snapshot.Node // as in Whitelist, like the following ones
	might    netset.Set
	open     bool
	disputed []*snapshot.Node
}

// flatPart reads a flat list.
func flatPart(n *snapshot.Node) part {
	return part{present: n.Kind() == snapshot.Array, entries: pieces(nil, n, "")}
}

// groupList is the list of a cluster's groups. Where answers contradict each other
// in what holds it, that stands for it.
func groupList(o snapshot.Object) *snapshot.Node {
	if network := o.Attr("networkConfig"); network.Contradicted() {
		return network
	}
	return o.Attr("networkConfig", "whiteIpGroupList")
}

// groupPart reads the groups of a type.
func groupPart(list *snapshot.Node, listType string) part {
	var p part
	size := 0
	for _, g := range list.Items() {
		switch of := g.Get("whiteIpType").Text(); of {
		case "":
			p.vague, p.open = g, true
		case listType:
			p.present = true
			p.groups = append(p.groups, g)
			ips := g.Get("ips")
			if size += len(ips.Items()); ips.Kind() != snapshot.Array {
				p.vague, p.open = g, true
			}
		}
	}
	p.entries = make([]ListEntry, 0, size)
	for _, g := range p.groups {
		p.entries = pieces(p.entries, g.Get("ips"), g.Get("groupName").Text())
	}
	return p
}

// pieces adds the pieces of a list's elements to entries.
func pieces(entries []ListEntry, elements *snapshot.Node, group string) []ListEntry {
	if elements.Kind() != snapshot.Array {
		return entries
	}
	entries = slices.Grow(entries, len(elements.Items()))
	for _, n := range elements.Items() {
		text, ok := n.Str()
		if !ok {
			_, err := netset.ParseCIDR(n.Text())
			entries = append(entries, ListEntry{netset.Piece{Text: n.Text(), Err: err}, n, group})
			continue
		}
		for piece := range netset.Pieces(text) {
			entries = append(entries, ListEntry{piece, n, group})
		}
	}
	return entries
}

// admitted is what entries let in.
func admitted(entries []ListEntry) netset.Set {
	prefixes := make([]netip.Prefix, 0, len(entries))
	for _, e := range entries {
		if e.Err == nil && !e.Loopback {
			prefixes = append(prefixes, e.Prefix)
		}
	}
	return netset.Of(prefixes...)
}

// agreed reads a part of a list. Where answers contradict each other in it, what
// all of them say is known: addresses that all let in are in it, and those that
// none does are not.
func agreed(n *snapshot.Node, read func(*snapshot.Node) part) part {
	if !n.Contradicted() {
		return read(n)
	}
	var said []part
	out := part{present: true}
	var all netset.Set
	for i, reading := range n.Readings() {
		p := read(reading)
		in := admitted(p.entries)
		out.present = out.present && p.present
		out.open = out.open || p.vague != nil || reading.Kind() != snapshot.Array
		if out.might = out.might.Union(in); i == 0 {
			all = in
		}
		all = all.Intersect(in)
		said = append(said, p)
	}
	if out.open || !all.Equal(out.might) {
		out.vague = n
	}
	for _, p := range said {
		out.gather(p, said, all)
	}
	if len(out.disputed) == 0 && out.vague != nil {
		out.disputed = []*snapshot.Node{n}
	}
	return out
}

// gather takes from what one answer says what all of them do. all is what they
// all let in.
func (p *part) gather(one part, said []part, all netset.Set) {
	for _, e := range one.entries {
		same := func(other ListEntry) bool { return other.Text == e.Text && other.Group == e.Group }
		certain := everyPart(said, func(q part) bool { return slices.ContainsFunc(q.entries, same) }) || all.ContainsSet(e.Set()) && !e.Set().IsEmpty()
		if certain && !slices.ContainsFunc(p.entries, same) {
			p.entries = append(p.entries, e)
		}
	}
	for _, g := range one.groups {
		switch {
		case !everyPart(said, func(q part) bool { return slices.ContainsFunc(q.groups, g.Equal) }):
			p.disputed = append(p.disputed, g)
		case !slices.ContainsFunc(p.groups, g.Equal):
			p.groups = append(p.groups, g)
		}
	}
}

func everyPart(parts []part, holds func(part) bool) bool {
	return !slices.ContainsFunc(parts, func(p part) bool { return !holds(p) })
}
