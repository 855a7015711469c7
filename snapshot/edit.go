package snapshot

import (
	"cmp"
	"slices"
)

// Edit is another value for one object; nil takes the object away.
type Edit struct {
	Object Object
	Node   *Node
}

// Edited returns the snapshot with other values of some objects. Everything
// else is shared with s, so that the work is that of the objects that change.
//
// Pointers are those of the edited document. Lines, columns and spans stay those
// of the bytes s was read from (Source): what was built has none. Parent leads
// from an object that did not change into the document it came from.
func (s *Snapshot) Edited(edits ...Edit) *Snapshot {
	changed := map[*Account]map[objectKey]*Node{}
	for _, e := range edits {
		if changed[e.Object.Account] == nil {
			changed[e.Object.Account] = map[objectKey]*Node{}
		}
		changed[e.Object.Account][objectKey{e.Object.Kind, e.Object.Region, e.Object.ID}] = e.Node
	}
	list := s.root.Get("accounts").shallow()
	out := &Snapshot{root: s.root.shallow(), source: s.source, accounts: slices.Clone(s.accounts)}
	out.root.put("accounts", list)
	for i, a := range s.accounts {
		if changed[a] != nil {
			out.accounts[i] = a.edited(changed[a])
			list.hold(i, out.accounts[i].node)
		}
	}
	return out
}

// edited copies an account with other objects; those it keeps are its own.
func (a *Account) edited(changed map[objectKey]*Node) *Account {
	b := &Account{
		ID: a.ID, TakenAt: a.TakenAt, Regions: a.Regions, node: a.node.shallow(), kinds: make(map[Kind][]Object, len(a.kinds)),
		calls: a.calls, places: a.places,
	}
	b.node.put("objects", a.node.Get("objects").changed(changed))
	removed := map[Kind]bool{}
	for key, n := range changed {
		removed[key.kind] = removed[key.kind] || n == nil
	}
	for kind, list := range a.kinds {
		kept := make([]Object, 0, len(list))
		for _, o := range list {
			o.Account = b
			kept = append(kept, o)
		}
		b.kinds[kind] = kept
	}
	for key, n := range changed {
		if i, there := a.find(key.kind, key.region, key.id); there {
			b.kinds[key.kind][i].Node = n
		}
	}
	b.forget(removed)
	return b
}

// forget takes the objects without a value out of some kinds.
func (a *Account) forget(kinds map[Kind]bool) {
	for kind, some := range kinds {
		if some {
			a.kinds[kind] = slices.DeleteFunc(a.kinds[kind], func(o Object) bool { return o.Node == nil })
		}
	}
}

// changed copies "objects" as far as objects change.
func (n *Node) changed(objects map[objectKey]*Node) *Node {
	out := n.shallow()
	made := map[*Node]bool{} // by this call
	inside := func(holder *Node, key string) *Node {
		kid := holder.Get(key)
		if !made[kid] {
			kid = kid.shallow()
			made[kid] = true
			holder.put(key, kid)
		}
		return kid
	}
	for key, value := range objects {
		if value == nil {
			inside(inside(out, string(key.kind)), key.region).drop(key.id)
		}
	}
	for key, value := range objects { // now that places are settled
		if value != nil {
			inside(inside(out, string(key.kind)), key.region).put(key.id, value)
		}
	}
	return out
}

// shallow copies a value that holds others: it holds the same ones, which do not
// know it.
func (n *Node) shallow() *Node {
	c, in := n.copied(), n.whole()
	other := &inner{keys: slices.Clone(in.keys), kids: slices.Clone(in.kids)}
	if in.from != nil {
		other.from = &piece{source: in.from.source, edited: true}
	}
	c.inner.Store(other)
	return c
}

// copied is n without what it holds and what holds it.
func (n *Node) copied() *Node {
	start, end := n.Span()
	return &Node{text: n.text, start: uint32(start), size: uint32(end - start), line: uint32(n.Line()), spot: uint32(n.kind())}
}

// hold makes a value the one at an index of what n holds.
func (n *Node) hold(i int, value *Node) {
	n.whole().kids[i] = value
	value.stands(n, i)
}

// put gives a key of n another value.
func (n *Node) put(key string, value *Node) {
	if i := n.content().find(key); i >= 0 {
		n.hold(i, value)
	}
}

// drop takes a key out of n. What stands behind it must not know n yet.
func (n *Node) drop(key string) {
	if in := n.whole(); in.find(key) >= 0 {
		i := in.find(key)
		in.keys, in.kids = slices.Delete(in.keys, i, i+1), slices.Delete(in.kids, i, i+1)
	}
}

// Replaced copies n with other values in it: other is asked for every value on
// the way, and returns the one to take instead or nil to go on. What stays keeps
// its position.
func (n *Node) Replaced(other func(*Node) *Node) *Node {
	if n == nil {
		return nil
	}
	if m := other(n); m != nil {
		return m
	}
	if n.kind() < Array {
		return n.copied()
	}
	kids := make([]*Node, len(n.Items()))
	for i, kid := range n.Items() {
		kids[i] = kid.Replaced(other)
	}
	return n.copied().holding(n.Keys(), kids)
}

// Beginning gives an object or array that was built the position of the one it
// is made from, and returns it: it begins there, and ends nowhere.
func (n *Node) Beginning(at *Node) *Node {
	start, _ := at.Span()
	n.line, n.start, n.size = uint32(at.Line()), uint32(start), 0
	return n
}

// Holding returns the snapshot as if it listed some of its objects only, as Only does:
// of some kinds all, and these.
func (s *Snapshot) Holding(all func(Kind) bool, these []Object) *Snapshot {
	out := &Snapshot{root: s.root, source: s.source}
	accounts := make(map[*Account]*Account, len(s.accounts))
	for _, a := range s.accounts {
		b := a.empty()
		accounts[a] = b
		out.accounts = append(out.accounts, b)
		for kind, list := range a.kinds {
			if !all(kind) {
				continue
			}
			for _, o := range list {
				o.Account = b
				b.kinds[kind] = append(b.kinds[kind], o)
			}
		}
	}
	for _, o := range these {
		o.Account = accounts[o.Account]
		o.Account.kinds[o.Kind] = append(o.Account.kinds[o.Kind], o)
	}
	for _, b := range out.accounts {
		for _, list := range b.kinds {
			slices.SortFunc(list, func(x, y Object) int { return cmp.Or(cmp.Compare(x.Region, y.Region), cmp.Compare(x.ID, y.ID)) })
		}
	}
	return out
}

// empty is an account without objects.
func (a *Account) empty() *Account {
	return &Account{
		ID: a.ID, TakenAt: a.TakenAt, Regions: a.Regions, node: a.node, kinds: map[Kind][]Object{},
		calls: a.calls, places: a.places,
	}
}

// Only returns the snapshot as if it listed some of its objects only. Its
// document stays whole, and with it every pointer.
func (s *Snapshot) Only(keep func(Object) bool) *Snapshot {
	out := &Snapshot{root: s.root, source: s.source}
	for _, a := range s.accounts {
		b := a.empty()
		for kind, list := range a.kinds {
			for _, o := range list {
				if keep(o) {
					o.Account = b
					b.kinds[kind] = append(b.kinds[kind], o)
				}
			}
		}
		out.accounts = append(out.accounts, b)
	}
	return out
}
