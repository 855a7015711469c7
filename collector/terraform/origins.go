package terraform

import (
	"strings"

	"esaudit/snapshot"
)

// Origins says which resource a value of a snapshot was written in.
type Origins struct {
	root     *snapshot.Node
	accounts map[string]map[objectID]*draft // by the account's id
}

// add adds what is said of the objects of an account.
func (o *Origins) add(account *snapshot.Node, d *drafts) {
	if o.accounts == nil {
		o.accounts = map[string]map[objectID]*draft{}
	}
	o.accounts[account.Get("id").Text()] = d.objects
}

// Of returns the origin of the value at a pointer: of itself, else of what holds
// it. ok is false when no resource says anything of the object.
func (o *Origins) Of(pointer string) (origin Origin, ok bool) {
	names := segments(pointer)
	if len(names) < 6 || names[0] != "accounts" || names[2] != "objects" {
		return Origin{}, false
	}
	account := o.root.Resolve("/accounts/" + names[1]).Get("id").Text()
	d := o.accounts[account][objectID{snapshot.Kind(names[3]), names[5]}]
	if d == nil {
		return Origin{}, false
	}
	if origin, ok := d.within(o.root, pointer, names[6:]); ok {
		return origin, true
	}
	if d.own {
		return d.origin, true
	}
	return Origin{}, false
}

// within finds the longest part of a path that a resource wrote.
func (o *draft) within(root *snapshot.Node, pointer string, names []string) (Origin, bool) {
	for n := len(names); n > 0; n-- {
		at := strings.Join(names[:n], between)
		if l, ok := o.fields[at]; ok && l.origin.Address != "" {
			return l.origin, true
		}
		if hidden, ok := o.hidden[at]; ok {
			return hidden, true
		}
		list, last := cutNUL(at)
		p := o.parts[list]
		if p == nil || last == "" {
			continue
		}
		value := root.Resolve(shorten(pointer, len(names)-n))
		for _, key := range sortedKeys(p.items) {
			if it := p.items[key]; itemKey(it.keys, thaw(value)) == key {
				return it.within(names[n:]), true
			}
		}
	}
	return Origin{}, false
}

// within finds the origin of a field of an item, else that of the item.
func (it *item) within(names []string) Origin {
	for n := len(names); n > 0; n-- {
		if l, ok := it.fields[strings.Join(names[:n], between)]; ok {
			return l.origin
		}
	}
	return it.origin
}

func cutNUL(at path) (before, last string) {
	if i := strings.LastIndex(at, between); i >= 0 {
		return at[:i], at[i+1:]
	}
	return "", at
}

// shorten drops the last n names of a pointer.
func shorten(pointer string, n int) string {
	for range n {
		pointer = pointer[:strings.LastIndexByte(pointer, '/')]
	}
	return pointer
}

// segments are the names of a JSON pointer (RFC 6901).
func segments(pointer string) []string {
	names := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, name := range names {
		names[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
	}
	return names
}
