package diff

import (
	"slices"

	"esaudit/snapshot"
)

// Setting is one value that differs. A value that is not there is null.
type Setting struct {
	Pointer string `json:"pointer"` // in the new picture; in the old one for what is gone
	Before  any    `json:"before"`
	After   any    `json:"after"`
}

// settings compares the objects of the accounts of both pictures, value by
// value; when and how they were taken does not count.
func settings(old, new *snapshot.Snapshot) []Setting {
	out := []Setting{}
	for _, a := range new.Accounts() {
		for _, b := range old.Accounts() {
			if a.ID == b.ID {
				out = values(out, old.Root().Resolve(pointerOf(old, b)), new.Root().Resolve(pointerOf(new, a)))
			}
		}
	}
	return out
}

func pointerOf(s *snapshot.Snapshot, a *snapshot.Account) string {
	i := slices.Index(s.Accounts(), a)
	return s.Root().Get("accounts").Items()[i].Get("objects").Pointer()
}

func values(out []Setting, a, b *snapshot.Node) []Setting {
	switch {
	case a.Equal(b):
		return out
	case a.Kind() == snapshot.Map && b.Kind() == snapshot.Map:
		for _, key := range union(a.Keys(), b.Keys()) {
			out = values(out, a.Get(key), b.Get(key))
		}
		return out
	case a.Kind() == snapshot.Array && b.Kind() == snapshot.Array:
		return items(out, a.Items(), b.Items())
	}
	pointer := b.Pointer()
	if b.Kind() == snapshot.Absent {
		pointer = a.Pointer()
	}
	return append(out, Setting{pointer, plain(a), plain(b)})
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// items compares two lists: what stands in both, in this order, is the same.
// One item that is replaced by one other is compared value by value.
func items(out []Setting, a, b []*snapshot.Node) []Setting {
	gone, come := unmatched(a, b)
	if len(gone) == 1 && len(come) == 1 && gone[0].Kind() == come[0].Kind() && gone[0].Kind() == snapshot.Map {
		return values(out, gone[0], come[0])
	}
	for _, n := range gone {
		out = append(out, Setting{n.Pointer(), plain(n), nil})
	}
	for _, n := range come {
		out = append(out, Setting{n.Pointer(), nil, plain(n)})
	}
	return out
}

// unmatched returns the items of a that b lacks, and those of b that a lacks.
func unmatched(a, b []*snapshot.Node) (gone, come []*snapshot.Node) {
	count := map[string]int{}
	for _, n := range b {
		count[text(n)]++
	}
	for _, n := range a {
		if count[text(n)] > 0 {
			count[text(n)]--
		} else {
			gone = append(gone, n)
		}
	}
	count = map[string]int{}
	for _, n := range a {
		count[text(n)]++
	}
	for _, n := range b {
		if count[text(n)] > 0 {
			count[text(n)]--
		} else {
			come = append(come, n)
		}
	}
	return gone, come
}

func text(n *snapshot.Node) string { return string(n.AppendCompact(nil)) }

// plain is a value as encoding/json knows it; nil when it is not there.
func plain(n *snapshot.Node) any {
	switch n.Kind() {
	case snapshot.Absent, snapshot.Null:
		return nil
	}
	return raw(n.AppendCompact(nil))
}

// raw is a value that is JSON already.
type raw []byte

// MarshalJSON returns the value.
func (r raw) MarshalJSON() ([]byte, error) { return r, nil }

// String returns the value as text.
func (r raw) String() string { return string(r) }
