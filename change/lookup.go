package change

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"esaudit/snapshot"
)

// lookup looks for what an edit names, and keeps the names there are.
type lookup struct {
	name  string
	have  []string
	found bool
}

// is notes a name, and reports whether it is the one.
func (l *lookup) is(name string) bool {
	l.have = append(l.have, name)
	l.found = l.found || name == l.name
	return name == l.name
}

// end is the error of a name that nothing had.
func (l *lookup) end(what string) error {
	if !l.found {
		return nothing(what, l.name, l.have)
	}
	return nil
}

// remove takes the items with the name out of a list, or out of an object, of o.
func (w *work) remove(l *lookup, o snapshot.Object, list *snapshot.Node, name func(*snapshot.Node) string) {
	for _, list := range either(list) {
		for i, item := range list.Items() {
			if l.is(name(item)) {
				w.patch(o, list).without[i] = true
			}
		}
	}
}

// either is what a value may be: each of its readings where answers contradict
// each other, else itself.
func either(n *snapshot.Node) []*snapshot.Node {
	if n.Contradicted() {
		return n.Readings()
	}
	return []*snapshot.Node{n}
}

// field names an item by one of its fields.
func field(name string) func(*snapshot.Node) string {
	return func(n *snapshot.Node) string { return n.Get(name).Text() }
}

// objects returns all objects of a kind with an id, in every account.
func (w *work) objects(kind snapshot.Kind, id string) []snapshot.Object {
	var out []snapshot.Object
	for _, a := range w.snapshot.Accounts() {
		for _, region := range a.Standing(kind) {
			if o := a.Object(kind, region, id); o.Exists() {
				out = append(out, o)
			}
		}
	}
	return out
}

// nothing says that the estate has no such thing, and what it has: of many, the
// ten that begin most like the name.
func nothing(what, name string, have []string) error {
	slices.Sort(have)
	have = slices.Compact(have)
	if len(have) == 0 {
		return fmt.Errorf("no %s %q, and none at all", what, name)
	}
	more := ""
	if len(have) > 10 {
		slices.SortStableFunc(have, func(x, y string) int { return cmp.Compare(alike(y, name), alike(x, name)) })
		have, more = have[:10], ", ..."
	}
	return fmt.Errorf("no %s %q (there is %s%s)", what, name, strings.Join(have, ", "), more)
}

// alike returns how many bytes two names have in common at their beginning.
func alike(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func (w *work) ids(kinds ...snapshot.Kind) []string {
	var out []string
	for _, a := range w.snapshot.Accounts() {
		for _, kind := range kinds {
			for _, o := range a.Objects(kind) {
				out = append(out, o.ID)
			}
		}
	}
	return out
}

// holders are the objects that an edit may change, or an error that says what
// there is.
func (w *work) holders(e Edit, kind snapshot.Kind) ([]snapshot.Object, error) {
	list := w.objects(kind, e.holder)
	if len(list) == 0 {
		return nil, nothing(string(kind), e.holder, w.ids(kind))
	}
	return list, nil
}
