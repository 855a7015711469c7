package change

import (
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
	return &work{snapshot: s, patches: map[*snapshot.Node]*patch{}, touched: map[*snapshot.Node]snapshot.Object{}, gone: map[*snapshot.Node]bool{}, busy: map[string]bool{}}
}

// done returns the snapshot with everything that was to change.
func (w *work) done() (*snapshot.Snapshot, error) {
	if len(w.touched) == 0 {
		return w.snapshot, nil
	}
	var edits []snapshot.Edit
	for n, o := range w.touched {
		if w.gone[n] {
			edits = append(edits, snapshot.Edit{Object: o})
		} else {
			edits = append(edits, snapshot.Edit{Object: o, Node: counted(w.rebuilt(n))})
		}
	}
	return w.snapshot.Edited(edits...), nil
}

// work gathers what is to change of each value. Edits of one subject are not
// gathered together: each sees what the one before it made.
type work struct {
	snapshot *snapshot.Snapshot
	patches  map[*snapshot.Node]*patch
	touched  map[*snapshot.Node]snapshot.Object // those that change, or go
	gone     map[*snapshot.Node]bool            // those that go
	busy     map[string]bool                    // subjects
}

// patch is what changes of one object or array.
type patch struct {
	without map[int]bool              // items, or values of an object, that go
	replace map[int]*snapshot.Node    // items that change
	more    []*snapshot.Node          // items that come
	fields  map[string]*snapshot.Node // fields that are set
}

// patch is what changes of a value of an object of the estate.
func (w *work) patch(o snapshot.Object, n *snapshot.Node) *patch {
	w.touched[o.Node] = o
	if w.patches[n] == nil {
		w.patches[n] = &patch{without: map[int]bool{}, replace: map[int]*snapshot.Node{}, fields: map[string]*snapshot.Node{}}
	}
	return w.patches[n]
}

// rebuilt copies a value with its patches.
func (w *work) rebuilt(n *snapshot.Node) *snapshot.Node {
	return n.Replaced(func(m *snapshot.Node) *snapshot.Node {
		if m.Contradicted() {
			return w.agreed(m)
		}
		p := w.patches[m]
		if p == nil {
			return nil
		}
		if m.Kind() == snapshot.Array {
			return w.array(m, p).Beginning(m)
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
		return snapshot.NewObject(fields).Beginning(m)
	})
}

// agreed copies a value that answers contradict each other in: what all of them
// say after the edits, or what each says.
func (w *work) agreed(n *snapshot.Node) *snapshot.Node {
	var readings []*snapshot.Node
	for _, reading := range n.Readings() {
		r := w.rebuilt(reading)
		if !slices.ContainsFunc(readings, r.Equal) {
			readings = append(readings, r)
		}
	}
	if len(readings) == 1 {
		return readings[0]
	}
	return snapshot.NewContradiction(readings...).Beginning(n)
}

// counted is an object of the estate with the contradictions counted that are
// left in it.
func counted(n *snapshot.Node) *snapshot.Node {
	key := string(snapshot.Contradictions)
	if n.Get(key).Kind() == snapshot.Absent {
		return n
	}
	fields := map[string]*snapshot.Node{}
	for i, k := range n.Keys() {
		fields[k] = n.Items()[i]
	}
	delete(fields, key)
	if left := snapshot.NewObject(fields).Contradictions(); left > 0 {
		fields[key] = snapshot.NewInt(left)
	}
	return snapshot.NewObject(fields).Beginning(n)
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

// acl edits a listener's ACL, by CIDR, or a network ACL, by the id of an entry.
func (w *work) acl(e Edit) error {
	if holders := w.objects(snapshot.NetworkACL, e.holder); len(holders) > 0 {
		return w.networkACL(e, holders)
	}
	holders := w.objects(snapshot.CLBACL, e.holder)
	if len(holders) == 0 {
		return nothing("ACL", e.holder, w.ids(snapshot.CLBACL, snapshot.NetworkACL))
	}
	l := lookup{name: e.entry}
	for _, o := range holders {
		list := o.Aspect(snapshot.Entries)
		there := false
		for i, item := range list.Items() {
			text := item.Get("AclEntryIP").Text()
			if l.have = append(l.have, text); sameCIDR(text, e.entry) {
				there = true
				w.patch(o, list).without[i] = e.Verb == Remove
			}
		}
		if e.Verb == Add && !there && list.Kind() == snapshot.Array {
			there = true
			w.add(o, list, snapshot.NewObject(map[string]*snapshot.Node{"AclEntryIP": snapshot.NewString(e.entry)}))
		}
		l.found = l.found || there
	}
	return l.end("entry of " + e.holder)
}

// add puts a value at the end of a list of o.
func (w *work) add(o snapshot.Object, list, value *snapshot.Node) {
	p := w.patch(o, list)
	p.more = append(p.more, value)
}

func (w *work) networkACL(e Edit, holders []snapshot.Object) error {
	if e.Verb == Add {
		return fmt.Errorf("%s is a network ACL: its entries cannot be added here", e.holder)
	}
	l := lookup{name: e.entry}
	for _, o := range holders {
		for _, path := range [][]string{{"IngressAclEntries", "IngressAclEntry"}, {"EgressAclEntries", "EgressAclEntry"}} {
			w.remove(&l, o, o.Attr(path...), field("NetworkAclEntryId"))
		}
	}
	return l.end("entry of " + e.holder)
}

func sameCIDR(a, b string) bool {
	x, errX := netset.ParseCIDR(a)
	y, errY := netset.ParseCIDR(b)
	return errX == nil && errY == nil && x == y || a == b
}

// listener removes the listeners of a load balancer on a port.
func (w *work) listener(e Edit) error {
	l := lookup{name: e.entry}
	for _, a := range w.snapshot.Accounts() {
		for _, kind := range []snapshot.Kind{snapshot.CLBListener, snapshot.NLBListener} {
			for _, o := range a.Objects(kind) {
				if o.Attr("LoadBalancerId").Text() == e.holder && l.is(o.Attr("ListenerPort").Text()) {
					w.forget(o)
				}
			}
		}
	}
	if l.have == nil && len(w.objects(snapshot.CLB, e.holder))+len(w.objects(snapshot.NLB, e.holder)) == 0 {
		return nothing("load balancer", e.holder, w.ids(snapshot.CLB, snapshot.NLB))
	}
	return l.end("listener of " + e.holder + " on")
}

// forget removes an object.
func (w *work) forget(o snapshot.Object) { w.touched[o.Node], w.gone[o.Node] = o, true }

// forward removes a forward entry of a NAT gateway.
func (w *work) forward(e Edit) error {
	if len(w.objects(snapshot.NATGateway, e.holder)) == 0 {
		return nothing("NAT gateway", e.holder, w.ids(snapshot.NATGateway))
	}
	l := lookup{name: e.entry}
	for _, a := range w.snapshot.Accounts() {
		for _, o := range a.Objects(snapshot.ForwardTable) {
			w.remove(&l, o, o.Aspect(snapshot.Entries), field("ForwardEntryId"))
		}
	}
	return l.end("forward entry")
}
