package graph

import (
	"net/netip"
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
	at      *snapshot.Node
	// vague is a group that may hold more: it does not say its type, or its
	// addresses.
	vague *snapshot.Node
}

// ListEntry is one piece of an element of a list.
type ListEntry struct {
	netset.Piece
	Node  *snapshot.Node // the element
	Group string         // groupName; "" for the flat list
}

func newWhitelist(o snapshot.Object, listType string) *Whitelist {
	w := &Whitelist{Type: listType, Flat: o.Attr(flatField(listType)), at: o.Node}
	if w.Flat.Contradicted() {
		w.at, w.vague = w.Flat, w.Flat
	}
	if w.Flat.Kind() == snapshot.Array {
		w.Present, w.at = true, w.Flat
		w.add(w.Flat, "")
	}
	for _, g := range o.Attr("networkConfig", "whiteIpGroupList").Items() {
		group := g.Get("whiteIpType").Text()
		if group == "" || group == listType && g.Get("ips").Kind() != snapshot.Array {
			w.vague = g
			if g.Kind() == snapshot.Array {
				w.vague = g.Parent() // groups that answers give differently
			}
		}
		if group == listType {
			w.Present = true
			if len(w.Groups) == 0 && w.Flat.Kind() != snapshot.Array {
				w.at = g
			}
			w.Groups = append(w.Groups, g)
			w.add(g.Get("ips"), g.Get("groupName").Text())
		}
	}
	var prefixes []netip.Prefix
	for _, e := range w.Entries {
		if e.Err == nil && !e.Loopback {
			prefixes = append(prefixes, e.Prefix)
		}
	}
	w.Set = netset.Of(prefixes...)
	return w
}

func (w *Whitelist) add(elements *snapshot.Node, group string) {
	w.Entries = slices.Grow(w.Entries, len(elements.Items()))
	for _, n := range elements.Items() {
		text, ok := n.Str()
		if !ok {
			_, err := netset.ParseCIDR(n.Text())
			w.Entries = append(w.Entries, ListEntry{netset.Piece{Text: n.Text(), Err: err}, n, group})
			continue
		}
		for _, piece := range netset.ParseWhitelist(text) {
			w.Entries = append(w.Entries, ListEntry{piece, n, group})
		}
	}
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
	return judgement{everywhere(in, Reachable).add(everywhere(set.Minus(in), w.others())), func(v Verdict) decision {
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
func (w *Whitelist) others() Verdict {
	if w.vague != nil {
		return Unknown
	}
	return Blocked
}

// unsaid is the decision about an address that a group may hold.
func (w *Whitelist) unsaid() decision {
	return unsure(w.vague, nil, "a group of %s does not say its type or its addresses", w.Type)
}

// place names the list or the group an entry stands in.
func (e *ListEntry) place(listType string) string {
	if e.Group == "" {
		return listType
	}
	return listType + " group " + e.Group
}
