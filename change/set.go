package change

import (
	"fmt"
	"slices"
	"strings"

	"esaudit/snapshot"
)

// set changes one field of one object: ID.field=value.
func (w *work) set(e Edit) error {
	name, value, _ := strings.Cut(e.text, "=")
	o, field, err := w.named(name)
	if err != nil {
		return err
	}
	holder, key := field.holder, field.key
	old := holder.Get(key)
	if old.Kind() == snapshot.Absent && !w.usual(o.Kind, field.path) {
		return nothing("field of "+o.ID, field.path, slices.Clone(holder.Keys()))
	}
	n, ok := like(literal(value), value, either(old))
	if !ok {
		return fmt.Errorf("%s of %s is %s now; %q is another kind of value", field.path, o.ID, written(old), value)
	}
	w.patch(o, holder).fields[key] = n
	return nil
}

// like is a value of the kind that a field has now, one of several where answers
// contradict each other: a number is a text where a text stands.
func like(n *snapshot.Node, text string, now []*snapshot.Node) (*snapshot.Node, bool) {
	texts := false
	for _, old := range now {
		if !old.Exists() || old.Kind() == n.Kind() {
			return n, true
		}
		texts = texts || old.Kind() == snapshot.String
	}
	return snapshot.NewString(text), texts
}

// written is what a field holds, as people read it.
func written(old *snapshot.Node) string {
	var said []string
	for _, n := range either(old) {
		text := n.Text()
		if text == "" {
			text = string(n.AppendCompact(nil))
		}
		said = append(said, text)
	}
	return strings.Join(said, " or ")
}

// place is a field of an object: the value that holds it, and its key there.
type place struct {
	holder *snapshot.Node
	key    string
	path   string
}

// named finds the object and the field that ID.field means. Both may contain
// dots: the longest id that an object has counts.
func (w *work) named(name string) (snapshot.Object, place, error) {
	var found []snapshot.Object
	path := ""
	for i := strings.LastIndexByte(name, '.'); i > 0 && found == nil; i = strings.LastIndexByte(name[:i], '.') {
		for _, kind := range snapshot.Kinds() {
			found = append(found, w.objects(kind, name[:i])...)
		}
		path = name[i+1:]
	}
	switch {
	case len(found) == 0:
		id, _, _ := strings.Cut(name, ".")
		return snapshot.Object{}, place{}, nothing("object", id, w.ids(snapshot.Cluster, snapshot.CLB, snapshot.NLB))
	case len(found) > 1:
		return snapshot.Object{}, place{}, fmt.Errorf("%s is %d objects", found[0].ID, len(found))
	}
	holder, rest := found[0].Attr(), path
	if head, tail, deeper := strings.Cut(path, "."); deeper && holder.Get(head).Kind() == snapshot.Absent && found[0].Node.Get(head).Kind() == snapshot.Map {
		holder, rest = found[0].Node.Get(head), tail // an aspect
	}
	for {
		if holder.Get(rest).Kind() != snapshot.Absent {
			break
		}
		head, tail, deeper := strings.Cut(rest, ".")
		if !deeper || holder.Get(head).Kind() != snapshot.Map {
			break
		}
		holder, rest = holder.Get(head), tail
	}
	if holder.Kind() != snapshot.Map {
		return snapshot.Object{}, place{}, fmt.Errorf("%s was not read", found[0].ID)
	}
	return found[0], place{holder, rest, path}, nil
}

// usual reports whether any object of a kind has a field, so that setting it on
// another one makes sense.
func (w *work) usual(kind snapshot.Kind, path string) bool {
	for _, a := range w.snapshot.Accounts() {
		for _, o := range a.Objects(kind) {
			if o.Attr(path).Exists() || o.Attr(strings.Split(path, ".")...).Exists() || strings.HasPrefix(path, "esConfig.") {
				return true
			}
		}
	}
	return false
}

// literal reads a value: JSON where it is JSON, else a string.
func literal(text string) *snapshot.Node {
	if n, err := snapshot.ParseJSON([]byte(text)); err == nil {
		return n.Clone(nil)
	}
	return snapshot.NewString(text)
}
