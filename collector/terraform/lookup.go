package terraform

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// view is a resource seen from within one of its nested blocks.
type view struct {
	r      *resource
	all    *instances
	levels []level // outermost first
}

// level is a block: its values, and what of them is not to be known.
type level struct {
	name                    string // where it stands in the resource: "" or "servers"
	values, unknown, secret *snapshot.Node
}

func newView(r *resource, all *instances) view {
	return view{r, all, []level{{"", r.values, r.unknown, r.secret}}}
}

// veiled is a resource of which no more is known than which object it is.
func (r *resource) veiled(list []mapping) *resource {
	marks := map[string]*snapshot.Node{}
	mark := func(name string, n *snapshot.Node) {
		for _, alternative := range strings.Split(name, "|") {
			top, _, _ := strings.Cut(alternative, ".")
			marks[top] = n
		}
	}
	for _, m := range list {
		mark(m.each, snapshot.NewBool(true))
		for _, x := range m.fields {
			mark(x.from, snapshot.NewBool(true))
		}
	}
	for _, m := range list {
		for _, name := range m.id {
			mark(name, nil)
		}
	}
	hidden := *r
	hidden.unknown, hidden.secret = snapshot.NewObject(marks), nil
	return &hidden
}

// found is the value of an attribute: nil when it is not there, hidden when it is
// not to be known.
type found struct {
	node      *snapshot.Node
	hidden    bool
	attribute string // where it was looked for
}

// read looks the attribute of a field up. What has another form than the provider
// documents is there and cannot be told: it is as good as hidden, not absent.
func (v view) read(x field) found {
	got := v.get(x.from)
	if x.as != nil && !got.hidden && got.node.Exists() && x.as(got.node) == nil {
		shaped := got.node.Kind() == snapshot.Array || got.node.Kind() == snapshot.Map
		got.hidden = shaped || got.node.Text() != ""
	}
	return got
}

// get looks an attribute up: within the innermost block first.
func (v view) get(name string) found {
	if text, ok := strings.CutPrefix(name, "="); ok {
		return found{node: snapshot.NewString(text)}
	}
	var hidden found
	for _, alternative := range strings.Split(name, "|") {
		switch x := v.one(alternative); {
		case x.node.Exists():
			return x
		case x.hidden:
			hidden = x
		case hidden.attribute == "":
			hidden.attribute = x.attribute
		}
	}
	return hidden
}

func (v view) one(name string) found {
	last := v.levels[len(v.levels)-1]
	if name == "." {
		return v.resolved(found{last.values, anyMarked(last.unknown) || anyMarked(last.secret), last.name}, last)
	}
	for _, l := range slices.Backward(v.levels) {
		values, unknown, secret := descend(l.values, l.unknown, l.secret, strings.Split(name, "."))
		if values == nil && !anyMarked(unknown) && l.name != "" {
			continue
		}
		at := strings.TrimPrefix(l.name+"."+name, ".")
		return v.resolved(found{values, anyMarked(unknown) || anyMarked(secret), at}, l)
	}
	return found{attribute: name}
}

// resolved fills in what is known after apply and must be the id of another
// resource.
func (v view) resolved(x found, l level) found {
	if !x.hidden {
		return x
	}
	name := x.attribute[strings.LastIndexByte(x.attribute, '.')+1:]
	if name == "security_groups" || name == "security_group_ids" {
		if id, ok := v.all.reference(v.r, x.attribute); ok && len(x.node.Items()) == 1 {
			return found{node: snapshot.NewStrings(id), attribute: x.attribute}
		}
	}
	if strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_ids") || name == "instances" {
		if id, ok := v.all.reference(v.r, x.attribute); ok {
			if x.attribute == l.name || !strings.HasSuffix(name, "_ids") {
				return found{node: snapshot.NewString(id), attribute: x.attribute}
			}
		}
	}
	return found{hidden: true, attribute: x.attribute}
}

// descend follows names; of a list of blocks it takes the first.
func descend(values, unknown, secret *snapshot.Node, path []string) (v, u, s *snapshot.Node) {
	for i, name := range path {
		if marked(unknown) || marked(secret) {
			return nil, unknown, secret
		}
		if i > 0 {
			values, unknown, secret = first(values), first(unknown), first(secret)
		}
		values, unknown, secret = values.Get(name), unknown.Get(name), secret.Get(name)
	}
	return values, unknown, secret
}

func first(n *snapshot.Node) *snapshot.Node {
	if n.Kind() != snapshot.Array {
		return n
	}
	if len(n.Items()) == 0 {
		return nil
	}
	return n.Items()[0]
}

// anyMarked reports whether a part of a value is marked.
func anyMarked(n *snapshot.Node) bool {
	return marked(n) || slices.ContainsFunc(n.Items(), anyMarked)
}

// each returns a view for every element of a nested list. whole is false when it
// is not known which elements there are.
func (v view) each(path string) (views []view, whole bool, attribute string) {
	if path == "" {
		return []view{v}, true, ""
	}
	views, whole = []view{v}, true
	for _, name := range strings.Split(path, ".") {
		var next []view
		for _, w := range views {
			inner, complete := w.elements(name)
			next, whole = append(next, inner...), whole && complete
		}
		views = next
	}
	return views, whole, path
}

func (v view) elements(name string) (views []view, whole bool) {
	last := v.levels[len(v.levels)-1]
	at := strings.TrimPrefix(last.name+"."+name, ".")
	list, unknown, secret := last.values.Get(name), last.unknown.Get(name), last.secret.Get(name)
	if marked(unknown) || marked(secret) {
		return nil, false
	}
	for i, item := range list.Items() {
		l := level{name: at, values: item, unknown: element(unknown, i), secret: element(secret, i)}
		views = append(views, view{v.r, v.all, append(slices.Clone(v.levels), l)})
	}
	return views, true
}

func element(list *snapshot.Node, i int) *snapshot.Node {
	if i < len(list.Items()) {
		return list.Items()[i]
	}
	return nil
}
