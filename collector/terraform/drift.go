package terraform

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// Comparison is an object of a plan's prior side, or of a state, held against
// the live one.
type Comparison struct {
	Account, Region string // where the live object is, or should be
	Kind            snapshot.Kind
	ID              string
	Holder          string        // the id of the object it is a part of: a listener's balancer; "" for none
	Pointer         string        // of the live object; "" when it is not there
	Gone            bool          // it is not there, and the list that would show it was read
	Unread          snapshot.Call // what was not read, so that nothing can be said; the zero Call when it was
	Differences     []Difference
	Origin          Origin
}

// Difference is one value that is not as it was stored.
type Difference struct {
	Field   string         // the vendor's name, with dots
	Pointer string         // of the live value, or of what stands nearest
	Stored  *snapshot.Node // nil: there was none
	Live    *snapshot.Node // nil: there is none
	Origin  Origin
}

// Drift holds the plan's view of the present against a live snapshot, by object.
// Fields that nobody judges (descriptions, tags, domains) are not compared, nor
// what other resources or people added to a list.
func (p *Plan) Drift(live *snapshot.Snapshot) ([]Comparison, error) {
	parts, _, err := p.matched(live) // of other accounts the live snapshot says nothing
	if err != nil {
		return nil, err
	}
	var out []Comparison
	for _, i := range sortedKeys(parts) {
		out = append(out, parts[i].drift(live.Accounts()[i])...)
	}
	return out, nil
}

func (p *Plan) drift(account *snapshot.Account) []Comparison {
	find := finder(account)
	stored := p.before(find)
	home, listing := p.homeOf(stored, account.Regions...), newPicture("").listing
	var out []Comparison
	for _, id := range stored.ids() {
		o := stored.objects[id]
		c := Comparison{Account: account.ID, Kind: id.kind, ID: id.id, Origin: o.origin, Region: o.region}
		switch {
		case global(id.kind):
			c.Region = snapshot.Global
		case c.Region == "":
			c.Region = home
		}
		object := find(id.kind, id.id)
		if !object.Exists() {
			if !o.own {
				continue
			}
			c.Holder = o.fields[pathOf("LoadBalancerId")].node.Text()
			if list := call(c.Region, listing[id.kind], ""); account.Read(list) || listed(account, list) {
				c.Gone = true
			} else {
				c.Unread = list
			}
			out = append(out, c)
			continue
		}
		c.Region, c.Pointer = object.Region, object.Node.Pointer()
		c.Holder = object.Attr("LoadBalancerId").Text()
		c.Differences = o.differences(object.Node)
		out = append(out, c)
	}
	return out
}

// listed reports whether a list that is made for each of several objects was
// read wherever it was asked for.
func listed(a *snapshot.Account, list snapshot.Call) bool {
	made := false
	for _, c := range a.Coverage() {
		if c.Region == list.Region && c.Product == list.Product && c.Operation == list.Operation {
			made = c.Count(snapshot.Read) > 0
			if c.Count(snapshot.Read) != c.Count(snapshot.Read, snapshot.Denied, snapshot.Failed, snapshot.Incomplete, snapshot.Throttled, snapshot.Skipped, snapshot.Narrowed) {
				return false
			}
		}
	}
	return made
}

// differences holds a draft against a live object.
func (o *draft) differences(live *snapshot.Node) []Difference {
	var out []Difference
	t := thaw(live)
	for _, at := range sortedKeys(o.fields) {
		l := o.fields[at]
		if l.minor {
			continue
		}
		if got := freeze(get(t, split(at))); !alike(l.node, got) {
			out = append(out, Difference{place(at), near(live, split(at)).Pointer(), l.node, got, l.origin})
		}
	}
	for _, at := range sortedKeys(o.parts) {
		list, there := get(t, split(at)).([]any)
		if !there || place(at) == whitelistGroups { // the flat lists were compared
			continue
		}
		holding := near(live, split(at))
		for _, key := range sortedKeys(o.parts[at].items) {
			it := o.parts[at].items[key]
			if strings.HasPrefix(key, "?") {
				continue
			}
			i := slices.IndexFunc(list, func(t any) bool { return itemKey(it.keys, t) == key })
			if i < 0 {
				out = append(out, Difference{place(at), holding.Pointer(), it.node(), nil, it.origin})
				continue
			}
			for _, inner := range sortedKeys(it.fields) {
				l := it.fields[inner]
				if got := freeze(get(list[i], split(inner))); inner != "" && !l.minor && !alike(l.node, got) {
					value := near(holding.Items()[i], split(inner))
					out = append(out, Difference{place(at + between + inner), value.Pointer(), l.node, got, l.origin})
				}
			}
		}
	}
	return out
}

// node is an item as a value.
func (it *item) node() *snapshot.Node {
	var t tree = map[string]any{}
	for at, l := range it.fields {
		t = put(t, split(at), thaw(l.node))
	}
	return freeze(t)
}

// near returns the value at a path of an object, or what stands nearest above.
func near(n *snapshot.Node, at []string) *snapshot.Node {
	for _, name := range at {
		next := n.Get(name)
		if i, ok := index(name); ok && i < len(n.Items()) {
			next = n.Items()[i]
		}
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

// alike compares values as people do: a number may be a text, the order of a
// list means nothing here, and nothing is as empty as "", [] and {}.
func alike(a, b *snapshot.Node) bool {
	if blank(a) && blank(b) {
		return true
	}
	switch {
	case a.Kind() == snapshot.Array && b.Kind() == snapshot.Array:
		return asSet(a).Equal(asSet(b))
	case a.Kind() == snapshot.Map || b.Kind() == snapshot.Map || a.Kind() == snapshot.Array || b.Kind() == snapshot.Array:
		return a.Equal(b)
	}
	return strings.EqualFold(a.Text(), b.Text())
}

func blank(n *snapshot.Node) bool {
	switch n.Kind() {
	case snapshot.String:
		return n.Text() == ""
	case snapshot.Array, snapshot.Map:
		return len(n.Items()) == 0
	}
	return !n.Exists()
}
