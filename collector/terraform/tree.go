package terraform

import (
	"slices"
	"strconv"
	"strings"

	"esaudit/snapshot"
)

// tree is a value of an object that is being edited: map[string]any, []any, or a
// *snapshot.Node.
type tree = any

// thaw makes a value editable.
func thaw(n *snapshot.Node) tree {
	switch n.Kind() {
	case snapshot.Map:
		m := map[string]any{}
		for i, key := range n.Keys() {
			m[key] = thaw(n.Items()[i])
		}
		return m
	case snapshot.Array:
		list := make([]any, len(n.Items()))
		for i, item := range n.Items() {
			list[i] = thaw(item)
		}
		return list
	}
	return n.Clone(nil)
}

// freeze makes a value of a document of an edited one.
func freeze(t tree) *snapshot.Node {
	switch t := t.(type) {
	case map[string]any:
		fields := map[string]*snapshot.Node{}
		for key, value := range t {
			fields[key] = freeze(value)
		}
		return snapshot.NewObject(fields)
	case []any:
		items := make([]*snapshot.Node, len(t))
		for i, item := range t {
			items[i] = freeze(item)
		}
		return snapshot.NewArray(items...)
	case *snapshot.Node:
		return t
	}
	return nil
}

// index reads the name of a list's element: #0.
func index(name string) (int, bool) {
	text, ok := strings.CutPrefix(name, "#")
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(text)
	return i, err == nil
}

// put sets the value at a path; what stands in the way is replaced.
func put(t tree, at []string, value tree) tree {
	if len(at) == 0 || len(at) == 1 && at[0] == "" {
		return value
	}
	if i, ok := index(at[0]); ok {
		list, _ := t.([]any)
		for len(list) <= i {
			list = append(list, map[string]any{})
		}
		list[i] = put(list[i], at[1:], value)
		return list
	}
	m, ok := t.(map[string]any)
	if !ok {
		m = map[string]any{}
	}
	m[at[0]] = put(m[at[0]], at[1:], value)
	return m
}

// drop removes the value at a path.
func drop(t tree, at []string) tree {
	if i, ok := index(at[0]); ok {
		if list, _ := t.([]any); i < len(list) && len(at) > 1 {
			list[i] = drop(list[i], at[1:])
		}
		return t
	}
	m, ok := t.(map[string]any)
	if !ok {
		return t
	}
	if len(at) == 1 {
		delete(m, at[0])
	} else if inner, there := m[at[0]]; there {
		m[at[0]] = drop(inner, at[1:])
	}
	return m
}

// get returns the value at a path; nil when there is none.
func get(t tree, at []string) tree {
	for _, name := range at {
		if i, ok := index(name); ok {
			list, _ := t.([]any)
			if i >= len(list) {
				return nil
			}
			t = list[i]
			continue
		}
		m, _ := t.(map[string]any)
		t = m[name]
	}
	return t
}

// split are the names of a path.
func split(at path) []string { return strings.Split(at, between) }

// itemKey is the key of a list's item that is being edited.
func itemKey(keys []string, t tree) string {
	if len(keys) == 0 {
		n, _ := t.(*snapshot.Node)
		return n.Text()
	}
	var values []string
	for _, k := range keys {
		n, _ := get(t, strings.Split(k, ".")).(*snapshot.Node)
		values = append(values, keyText(n))
	}
	return strings.Join(values, between)
}

// edit changes a list: items that are gone, that are new, and that have other
// fields.
func (p *part) edit(list []any, before *part) []any {
	if before == nil {
		before = &part{}
	}
	for key, old := range before.items {
		if p.items[key] == nil {
			list = slices.DeleteFunc(list, func(t any) bool { return itemKey(old.keys, t) == key })
		}
	}
	for _, key := range sortedKeys(p.items) {
		it := p.items[key]
		if old := before.items[key]; old != nil && old.same(it) {
			continue
		}
		at := slices.IndexFunc(list, func(t any) bool { return itemKey(it.keys, t) == key })
		if at < 0 {
			list, at = append(list, map[string]any{}), len(list)
		}
		list[at] = it.edit(list[at], before.items[key])
	}
	return list
}

// edit changes an item as its fields changed.
func (it *item) edit(t tree, before *item) tree {
	if before != nil {
		for at := range before.fields {
			if it.fields[at].node == nil {
				t = drop(t, split(at))
			}
		}
	}
	for at := range it.hidden {
		t = drop(t, split(at))
	}
	for at, l := range it.fields {
		if before == nil || !before.fields[at].node.Equal(l.node) {
			t = put(t, split(at), thaw(l.node))
		}
	}
	return t
}

// same reports whether two items say the same.
func (it *item) same(other *item) bool {
	if len(it.fields) != len(other.fields) || len(it.hidden) != len(other.hidden) {
		return false
	}
	for at, l := range it.fields {
		if !l.node.Equal(other.fields[at].node) {
			return false
		}
	}
	for at := range it.hidden {
		if _, ok := other.hidden[at]; !ok {
			return false
		}
	}
	return true
}
