package trail

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"esaudit/snapshot"
)

// Change is one change that somebody made, by one record or by the event and the
// action record of one request.
type Change struct {
	Time      time.Time // UTC
	Actor     string    // name of the user, or of role and session; an id where there is no name
	ActorType string    // the vendor's word: ram-user, assumed-role, root-account, ...
	Action    string    // service:Operation
	Source    string    // the address it came from, or the vendor's service that made it; "" when it is not told
	RequestID string

	service, name string
	region        string
	resources     []string
	request       request
}

// Changes returns the changes that the records of an account tell of, the latest
// first.
func Changes(a *snapshot.Account) []Change {
	var out []Change
	seen := map[string]bool{}
	for _, o := range a.Objects(snapshot.Event) {
		if c, ok := ofEvent(o); ok {
			out = append(out, c)
			seen[c.RequestID] = c.RequestID != ""
		}
	}
	names := map[string]string{} // of RAM users, by their ids
	for _, o := range a.Objects(snapshot.RAMUser) {
		names[o.Attr("UserId").Text()] = o.ID
	}
	for _, o := range a.Objects(snapshot.Cluster) {
		for _, record := range o.Aspect(snapshot.ActionRecords).Items() {
			if c, ok := ofRecord(o, record); ok && !seen[c.RequestID] {
				c.Actor = cmp.Or(names[c.Actor], c.Actor)
				out = append(out, c)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int {
		return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(a.RequestID, b.RequestID), cmp.Compare(a.Action, b.Action))
	})
	return out
}

func ofEvent(o snapshot.Object) (Change, bool) {
	at, err := time.Parse(time.RFC3339, o.Attr("eventTime").Text())
	if err != nil {
		return Change{}, false
	}
	who := o.Attr("userIdentity")
	c := Change{
		Time: at.UTC(), Actor: cmp.Or(who.Get("userName").Text(), who.Get("principalId").Text()), ActorType: who.Get("type").Text(),
		Source: o.Attr("sourceIpAddress").Text(), RequestID: o.Attr("requestId").Text(),
		service: strings.ToLower(o.Attr("serviceName").Text()), name: o.Attr("eventName").Text(), region: o.Region, request: request{},
	}
	c.Action = c.service + ":" + c.name
	for _, id := range o.Attr("resources").Items() {
		c.resources = append(c.resources, id.Text())
	}
	for _, from := range []string{"response", "request"} { // what was asked is before what was answered
		for name, values := range o.Attr(from).Fields() {
			c.request[name] = nil
			for _, v := range values.Items() {
				c.request[name] = append(c.request[name], v.Text())
			}
		}
	}
	return c, true
}

func ofRecord(o snapshot.Object, record *snapshot.Node) (Change, bool) {
	at, ok := record.Get("startTime").Int()
	if !ok {
		return Change{}, false
	}
	c := Change{
		Time: time.UnixMilli(at).UTC(), Actor: record.Get("userId").Text(), ActorType: record.Get("userType").Text(),
		RequestID: record.Get("requestId").Text(), service: "elasticsearch", name: record.Get("actionName").Text(), region: o.Region,
		resources: []string{o.ID}, request: request{},
	}
	c.Action = c.service + ":" + c.name
	return c, true
}

// verdict is whether a change made a value.
type verdict uint8

const (
	no  verdict = iota // it did not
	may                // it wrote the setting, and does not tell what
	did                // it wrote this value
)

// request holds the parameters of a request, and the ids that its answer gave, by
// name in lower case.
type request map[string][]string

// values are what is known of a parameter's values; whole says that it is all of
// them.
func (r request) values(name string) (list []string, whole bool) {
	for _, v := range r[name] {
		if v != unkept {
			list = append(list, v)
		}
	}
	return list, len(list) == len(r[name])
}

// target is the value that a finding rests on, and where it stands in its object.
type target struct {
	object *snapshot.Node // that it stands in
	path   string         // below the object, without a leading slash
	value  *snapshot.Node
}

// Made reports whether a change can have made the value n, which stands in an
// object of a snapshot, and whether it is certain that it wrote that value.
func (c Change) Made(n *snapshot.Node) (possible, certain bool) {
	o, path, ok := placeOf(n)
	if !ok {
		return false, false
	}
	best := no
	for _, row := range operations() {
		if row.kind != o.kind || !strings.EqualFold(row.service, c.service) || !strings.EqualFold(row.name, c.name) || !row.covers(path) || !c.on(row, o) {
			continue
		}
		v := may
		if row.tells != nil {
			v = row.tells(c.request, target{o.node, path, n})
		}
		best = max(best, v)
	}
	return best != no, best == did
}

// Known reports whether there are operations that can have made a value, by the
// kind of object that it stands in and where.
func Known(n *snapshot.Node) bool {
	o, path, ok := placeOf(n)
	return ok && slices.ContainsFunc(operations(), func(row operation) bool { return row.kind == o.kind && row.covers(path) })
}

// Region is the region of the object that a value stands in; "" when it stands in
// none.
func Region(n *snapshot.Node) string {
	o, _, _ := placeOf(n)
	return o.region
}

// object is what a change is of.
type object struct {
	kind       snapshot.Kind
	region, id string
	node       *snapshot.Node
}

// placeOf finds the object that a value stands in, and where:
// /accounts/0/objects/KIND/REGION/ID/path.
func placeOf(n *snapshot.Node) (o object, path string, ok bool) {
	var keys []string
	var nodes []*snapshot.Node
	for ; n.Parent() != nil; n = n.Parent() {
		keys, nodes = append([]string{n.Key()}, keys...), append([]*snapshot.Node{n}, nodes...)
	}
	if len(keys) < 6 || keys[0] != "accounts" || keys[2] != "objects" {
		return object{}, "", false
	}
	o = object{snapshot.Kind(keys[3]), keys[4], keys[5], nodes[5]}
	return o, strings.Join(keys[6:], "/"), true
}

// covers reports whether an operation writes what stands at a path.
func (o operation) covers(path string) bool {
	return slices.ContainsFunc(o.writes, func(prefix string) bool {
		return prefix == "" || path == prefix || strings.HasPrefix(path, prefix+"/")
	})
}

// on reports whether a change is of an object: its parameters or its answer name
// it, or, where they do not, the resources of the event do, or what the object was
// made with. Names of RAM are of no region.
func (c Change) on(row operation, o object) bool {
	if o.region != c.region && o.region != snapshot.Global {
		return false
	}
	parts := make([]string, len(row.id))
	for i, name := range row.id {
		literal, fixed := strings.CutPrefix(name, "=")
		if values, _ := c.request.values(name); !fixed && len(values) == 1 {
			literal = values[0]
		} else if !fixed {
			return len(values) == 0 && (slices.Contains(c.resources, o.id) || c.like(row, o))
		}
		parts[i] = literal
	}
	return strings.Join(parts, "/") == o.id
}

// like reports whether an object is what an operation was asked to make, by the
// fields that are of one object only.
func (c Change) like(row operation, o object) bool {
	for _, pair := range row.like {
		param, field, _ := strings.Cut(pair, "=")
		value := o.node.Get("attributes").Get(strings.Split(field, ".")...).Text()
		if values, whole := c.request.values(param); len(values) != 1 || !whole || value == "" || !same(values[0], value) {
			return false
		}
	}
	return len(row.like) > 0
}
