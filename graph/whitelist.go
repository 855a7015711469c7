package graph

import (
	"slices"

	"esaudit/netset"
	"esaudit/snapshot"
)

// The types of a cluster's address lists, as whiteIpGroupList names them.
const (
	PublicES      = "PUBLIC_ES"
	PrivateES     = "PRIVATE_ES"
	PublicKibana  = "PUBLIC_KIBANA"
	PrivateKibana = "PRIVATE_KIBANA"
)

// ListTypes returns the types of address lists.
func ListTypes() []string { return []string{PublicES, PrivateES, PublicKibana, PrivateKibana} }

// flatField names the flat list of a type; the vendor's spellings differ.
func flatField(listType string) string {
	switch listType {
	case PublicES:
		return "publicIpWhitelist"
	case PrivateES:
		return "privateNetworkIpWhiteList"
	case PublicKibana:
		return "kibanaIPWhitelist"
	}
	return "kibanaPrivateIPWhitelist"
}

// Whitelist is one effective address list: W(type) of SEMANTICS 3, with where
// each part of it stands.
type Whitelist struct {
	Type    string
	Present bool       // false: the list is unknown
	Set     netset.Set // what it admits
	Flat    *snapshot.Node
	Groups  []*snapshot.Node // the groups of this type
	Entries []ListEntry      // every piece of every element, in order
	// Disputed are the flat list or groups that answers give differently: what
	// they hold may be in the list.
	Disputed []*snapshot.Node
	at       *snapshot.Node
	// vague is what may hold more: a group that does not say its type or its
	// addresses, or what answers give differently.
	vague *snapshot.Node
	might netset.Set // what vague holds at most, where all answers show it
	open  bool       // they do not: it may hold anything
}

// ListEntry is one piece of an element of a list.
type ListEntry struct {
	netset.Piece
	Node  *snapshot.Node // the element
	Group string         // groupName; "" for the flat list
}

func newWhitelist(o snapshot.Object, listType string) *Whitelist {
	w := &Whitelist{Type: listType, Flat: o.Attr(flatField(listType)), at: o.Node}
	flat := agreed(w.Flat, flatPart)
	groups := agreed(groupList(o), func(n *snapshot.Node) part { return groupPart(n, listType) })
	w.Present, w.Groups = flat.present || groups.present, groups.groups
	w.Entries, w.Disputed = groups.entries, append(flat.disputed, groups.disputed...)
	switch {
	case len(groups.entries) == 0:
		w.Entries = flat.entries
	case len(flat.entries) > 0:
		w.Entries = slices.Concat(flat.entries, groups.entries)
	}
	w.Set = admitted(w.Entries)
	if w.Flat.Kind() == snapshot.Array || w.Flat.Contradicted() {
		w.at = w.Flat
	}
	if len(w.Groups) > 0 && w.Flat.Kind() != snapshot.Array {
		w.at = w.Groups[0]
	}
	for _, p := range []part{flat, groups} {
		if p.vague != nil {
			w.vague, w.open, w.might = p.vague, w.open || p.open, w.might.Union(p.might)
		}
	}
	return w
}

// entryFor returns the first piece that admits any address of set.
func (w *Whitelist) entryFor(set netset.Set) *ListEntry {
	i := slices.IndexFunc(w.Entries, func(e ListEntry) bool { return e.Set().Overlaps(set) })
	if i < 0 {
		return nil
	}
	return &w.Entries[i]
}

// admits says which addresses the list lets in.
func (w *Whitelist) admits(set netset.Set) judgement {
	if !w.Present {
		return same(set, unsure(w.at, nil, "the list %s is not in what was read", w.Type))
	}
	in := w.Set.Intersect(set)
	return judgement{split{pass: in}.add(w.others(set.Minus(in))), func(v Verdict) decision {
		if v == Unknown && w.vague != nil {
			return w.unsaid()
		}
		if v == Reachable {
			e := w.entryFor(set)
			return passes(e.Node, "%s holds %s (%s)", e.place(w.Type), spell(set), e.Text)
		}
		return decide(v, w.at, "%s does not hold %s", w.Type, spell(set))
	}}
}

// others is what the list says of addresses that are not in it.
func (w *Whitelist) others(set netset.Set) split {
	switch {
	case w.vague == nil:
		return split{block: set}
	case w.open:
		return split{unknown: set}
	}
	maybe := set.Intersect(w.might)
	return split{unknown: maybe, block: set.Minus(maybe)}
}

// MayHold says whether an address of set may be in the list without being known
// to be.
func (w *Whitelist) MayHold(set netset.Set) bool {
	return w.vague != nil && (w.open || w.might.Overlaps(set))
}

// unsaid is the decision about an address that the list may hold.
func (w *Whitelist) unsaid() decision {
	if w.vague.Contradicted() {
		return unsure(w.vague, nil, "%s is not known as a whole", w.Type)
	}
	return unsure(w.vague, nil, "a group of %s does not say its type or its addresses", w.Type)
}

// place names the list or the group an entry stands in.
func (e *ListEntry) place(listType string) string {
	if e.Group == "" {
		return listType
	}
	return listType + " group " + e.Group
}
