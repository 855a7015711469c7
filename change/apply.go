package change

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// Apply returns the snapshot with the edits made one after the other. An edit
// that names nothing the estate has is an error that says what would be right.
func Apply(s *snapshot.Snapshot, edits ...Edit) (*snapshot.Snapshot, error) {
	w := newWork(s)
	for _, e := range edits {
		if w.busy[e.Subject()] || w.busy[everything] || e.Subject() == everything && len(w.busy) > 0 {
			var err error
			if s, err = w.done(); err != nil {
				return nil, err
			}
			w = newWork(s)
		}
		if err := w.apply(e); err != nil {
			return nil, err
		}
		w.busy[e.Subject()] = true
	}
	return w.done()
}

// everything is the subject of an edit of every cluster.
const everything = ""

// Subject is the id of what an edit changes.
func (e Edit) Subject() string {
	switch e.kind {
	case "":
		id, _, _ := strings.Cut(e.text, ".")
		return id
	case "whitelist":
		return e.cluster
	}
	return e.holder
}

func newWork(s *snapshot.Snapshot) *work {
	return &work{snapshot: s, patches: map[*snapshot.Node]*patch{}, busy: map[string]bool{}}
}

// done returns the snapshot with everything that was to change.
func (w *work) done() (*snapshot.Snapshot, error) {
	if len(w.patches) == 0 {
		return w.snapshot, nil
	}
	return snapshot.New(w.rebuilt(w.snapshot.Root()))
}

// work gathers what is to change of each value. Edits of one subject are not
// gathered together: each sees what the one before it made.
type work struct {
	snapshot *snapshot.Snapshot
	patches  map[*snapshot.Node]*patch
	busy     map[string]bool // subjects
}

// patch is what changes of one object or array.
type patch struct {
	without map[int]bool              // items, or values of an object, that go
	replace map[int]*snapshot.Node    // items that change
	more    []*snapshot.Node          // items that come
	fields  map[string]*snapshot.Node // fields that are set
}

func (w *work) patch(n *snapshot.Node) *patch {
	if w.patches[n] == nil {
		w.patches[n] = &patch{without: map[int]bool{}, replace: map[int]*snapshot.Node{}, fields: map[string]*snapshot.Node{}}
	}
	return w.patches[n]
}

// rebuilt copies a value with its patches.
func (w *work) rebuilt(n *snapshot.Node) *snapshot.Node {
	return n.Clone(func(m *snapshot.Node) *snapshot.Node {
		p := w.patches[m]
		if p == nil {
			return nil
		}
		if m.Kind() == snapshot.Array {
			return w.array(m, p)
		}
		fields := map[string]*snapshot.Node{}
		for i, key := range m.Keys() {
			if !p.without[i] {
				fields[key] = w.rebuilt(m.Items()[i])
			}
		}
		for key, value := range p.fields {
			fields[key] = value.Clone(nil)
		}
		return snapshot.NewObject(fields)
	})
}

func (w *work) array(n *snapshot.Node, p *patch) *snapshot.Node {
	var items []*snapshot.Node
	for i, item := range n.Items() {
		switch {
		case p.without[i]:
		case p.replace[i] != nil:
			items = append(items, p.replace[i].Clone(nil))
		default:
			items = append(items, w.rebuilt(item))
		}
	}
	for _, item := range p.more {
		items = append(items, item.Clone(nil))
	}
	return snapshot.NewArray(items...)
}

func (w *work) apply(e Edit) error {
	var err error
	switch e.kind {
	case "":
		err = w.set(e)
	case "whitelist":
		err = w.whitelist(e)
	case "sg", "server":
		err = w.parts(e, partOf(e.kind))
	case "endpoint":
		if e.Verb == Remove {
			err = w.parts(e, partOf(e.kind))
		} else {
			err = w.endpoint(e)
		}
	case "user":
		err = w.user(e)
	case "connection":
		err = w.connection(e)
	case "yml":
		err = w.yml(e)
	case "kibana":
		err = w.kibana(e)
	case "acl":
		err = w.acl(e)
	case "listener":
		err = w.listener(e)
	case "dnat":
		err = w.forward(e)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", e.Verb, e, err)
	}
	return nil
}

// objects returns all objects of a kind with an id, in every account.
func (w *work) objects(kind snapshot.Kind, id string) []snapshot.Object {
	var out []snapshot.Object
	for _, a := range w.snapshot.Accounts() {
		for _, o := range a.Objects(kind) {
			if o.ID == id {
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

// acl edits a listener's ACL, by CIDR, or a network ACL, by the id of an entry.
func (w *work) acl(e Edit) error {
	if holders := w.objects(snapshot.NetworkACL, e.holder); len(holders) > 0 {
		return w.networkACL(e, holders)
	}
	holders := w.objects(snapshot.CLBACL, e.holder)
	if len(holders) == 0 {
		return nothing("ACL", e.holder, w.ids(snapshot.CLBACL, snapshot.NetworkACL))
	}
	var have []string
	found := false
	for _, o := range holders {
		list := o.Aspect(snapshot.Entries)
		for i, item := range list.Items() {
			text := item.Get("AclEntryIP").Text()
			if have = append(have, text); !w.patch(list).without[i] && sameCIDR(text, e.entry) {
				found = true
				w.patch(list).without[i] = e.Verb == Remove
			}
		}
		if e.Verb == Add && !found && list.Kind() == snapshot.Array {
			found = true
			w.patch(list).more = append(w.patch(list).more, snapshot.NewObject(map[string]*snapshot.Node{"AclEntryIP": snapshot.NewString(e.entry)}))
		}
	}
	if !found {
		return nothing("entry of "+e.holder, e.entry, have)
	}
	return nil
}

func (w *work) networkACL(e Edit, holders []snapshot.Object) error {
	if e.Verb == Add {
		return fmt.Errorf("%s is a network ACL: its entries cannot be added here", e.holder)
	}
	var have []string
	found := false
	for _, o := range holders {
		for _, path := range [][]string{{"IngressAclEntries", "IngressAclEntry"}, {"EgressAclEntries", "EgressAclEntry"}} {
			list := o.Attr(path...)
			for i, item := range list.Items() {
				id := item.Get("NetworkAclEntryId").Text()
				if have = append(have, id); id == e.entry {
					found = true
					w.patch(list).without[i] = true
				}
			}
		}
	}
	if !found {
		return nothing("entry of "+e.holder, e.entry, have)
	}
	return nil
}

func sameCIDR(a, b string) bool {
	x, errX := netset.ParseCIDR(a)
	y, errY := netset.ParseCIDR(b)
	return errX == nil && errY == nil && x == y || a == b
}

// listener removes the listeners of a load balancer on a port.
func (w *work) listener(e Edit) error {
	var have []string
	found := false
	for _, a := range w.snapshot.Accounts() {
		for _, kind := range []snapshot.Kind{snapshot.CLBListener, snapshot.NLBListener} {
			for _, o := range a.Objects(kind) {
				if o.Attr("LoadBalancerId").Text() != e.holder {
					continue
				}
				port := o.Attr("ListenerPort").Text()
				if have = append(have, port); port == e.entry {
					found = true
					w.forget(o)
				}
			}
		}
	}
	switch {
	case !found && have == nil && len(w.objects(snapshot.CLB, e.holder))+len(w.objects(snapshot.NLB, e.holder)) == 0:
		return nothing("load balancer", e.holder, w.ids(snapshot.CLB, snapshot.NLB))
	case !found:
		return nothing("listener of "+e.holder+" on", e.entry, have)
	}
	return nil
}

// forget removes an object.
func (w *work) forget(o snapshot.Object) {
	holder := o.Node.Parent()
	w.patch(holder).without[slices.Index(holder.Keys(), o.ID)] = true
}

// forward removes a forward entry of a NAT gateway.
func (w *work) forward(e Edit) error {
	if len(w.objects(snapshot.NATGateway, e.holder)) == 0 {
		return nothing("NAT gateway", e.holder, w.ids(snapshot.NATGateway))
	}
	var have []string
	found := false
	for _, a := range w.snapshot.Accounts() {
		for _, t := range a.Objects(snapshot.ForwardTable) {
			list := t.Aspect(snapshot.Entries)
			for i, item := range list.Items() {
				id := item.Get("ForwardEntryId").Text()
				if have = append(have, id); id == e.entry {
					found = true
					w.patch(list).without[i] = true
				}
			}
		}
	}
	if !found {
		return nothing("forward entry", e.entry, have)
	}
	return nil
}
