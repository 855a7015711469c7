package collector

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// identity is what an object is known by within its account.
type identity struct {
	kind       snapshot.Kind
	region, id string
}

// estate gathers what the answers say of each object.
type estate map[identity]*object

// object is one object in the making.
type object struct {
	listed  []*snapshot.Node                                // its items in lists
	own     []*snapshot.Node                                // answers about it alone
	aspects map[snapshot.Aspect][]*snapshot.Node            // payloads; of lists the items
	lists   map[snapshot.Aspect][]string                    // aspects that are lists, with the fields that tell items apart
	keyed   map[snapshot.Aspect]map[string][]*snapshot.Node // aspects that hold a list for each subject
}

func (e estate) object(key identity) *object {
	if e[key] == nil {
		e[key] = &object{aspects: map[snapshot.Aspect][]*snapshot.Node{}, lists: map[snapshot.Aspect][]string{}}
	}
	return e[key]
}

// adding takes in one payload of an aspect: the items of a list, a text that holds
// a document, or a value.
func adding(name snapshot.Aspect, payload *snapshot.Node, keys []string) func(*object) {
	switch {
	case payload.Kind() == snapshot.Array:
		return appending(name, cleanItems(payload, false), keys)
	case name == snapshot.Document || name == snapshot.DynamicSettings:
		return saying(name, document(payload))
	}
	return saying(name, clean(payload, false))
}

// saying takes in a value of an aspect.
func saying(name snapshot.Aspect, value *snapshot.Node) func(*object) {
	return func(o *object) { o.aspects[name] = append(o.aspects[name], value) }
}

// appending takes in items of an aspect that is a list.
func appending(name snapshot.Aspect, items []*snapshot.Node, keys []string) func(*object) {
	return func(o *object) {
		o.lists[name] = keys
		o.aspects[name] = append(o.aspects[name], items...)
	}
}

// appendKeyed adds to the list that an aspect holds under a key.
func (o *object) appendKeyed(name snapshot.Aspect, key string, items []*snapshot.Node) {
	if o.keyed == nil {
		o.keyed = map[snapshot.Aspect]map[string][]*snapshot.Node{}
	}
	if o.keyed[name] == nil {
		o.keyed[name] = map[string][]*snapshot.Node{}
	}
	o.keyed[name][key] = append(o.keyed[name][key], items...)
}

// byKind puts objects where a snapshot has them: by kind, region and id.
func byKind(nodes map[identity]*snapshot.Node) *snapshot.Node {
	kinds := map[string]map[string]map[string]*snapshot.Node{}
	for key, o := range nodes {
		kind := string(key.kind)
		if kinds[kind] == nil {
			kinds[kind] = map[string]map[string]*snapshot.Node{}
		}
		if kinds[kind][key.region] == nil {
			kinds[kind][key.region] = map[string]*snapshot.Node{}
		}
		kinds[kind][key.region][key.id] = o
	}
	all := map[string]*snapshot.Node{}
	for kind, regions := range kinds {
		byRegion := map[string]*snapshot.Node{}
		for region, objects := range regions {
			byRegion[region] = snapshot.NewObject(objects)
		}
		all[kind] = snapshot.NewObject(byRegion)
	}
	return snapshot.NewObject(all)
}

// node merges what the answers say of one object: lists first, then answers
// about it alone, each in canonical order.
func (o *object) node(key identity) *snapshot.Node {
	attributes := merge(implied(key), alike(o.listed))
	fields := map[string]*snapshot.Node{"attributes": merge(attributes, alike(o.own))}
	for name, payloads := range o.aspects {
		if keys, list := o.lists[name]; list {
			fields[string(name)] = distinct(keys, payloads)
			continue
		}
		fields[string(name)] = alike(payloads)
	}
	for name, lists := range o.keyed {
		byKey := map[string]*snapshot.Node{}
		for key, items := range lists {
			byKey[key] = distinct(nil, items)
		}
		fields[string(name)] = snapshot.NewObject(byKey)
	}
	for name, keys := range o.lists {
		if o.aspects[name] == nil {
			fields[string(name)] = distinct(keys, nil)
		}
	}
	if n := snapshot.NewObject(fields).Contradictions(); n > 0 {
		fields[string(snapshot.Contradictions)] = snapshot.NewInt(n)
	}
	return snapshot.NewObject(fields)
}

// implied is what the identity of a CLB's listener says of it.
func implied(key identity) *snapshot.Node {
	parts := strings.Split(key.id, "/")
	if key.kind != snapshot.CLBListener || len(parts) != 3 {
		return snapshot.NewObject(nil)
	}
	return snapshot.NewObject(map[string]*snapshot.Node{
		"LoadBalancerId": snapshot.NewString(parts[0]), "ListenerProtocol": snapshot.NewString(parts[1]), "ListenerPort": number(parts[2]),
	})
}

// number is the JSON number of a text that is one, else the text.
func number(text string) *snapshot.Node {
	if text == "" || strings.Trim(text, "0123456789") != "" || len(text) > 1 && text[0] == '0' {
		return snapshot.NewString(text)
	}
	return snapshot.NewNumber(text)
}

// merge lays b over a: objects field by field, anything else as a whole. null
// replaces nothing. Both are taken over.
func merge(a, b *snapshot.Node) *snapshot.Node {
	switch {
	case b.Kind() == snapshot.Absent || b.Kind() == snapshot.Null && a.Kind() != snapshot.Absent:
		return a
	case a.Kind() != snapshot.Map || b.Kind() != snapshot.Map || a.Contradicted() || b.Contradicted():
		return b
	}
	return snapshot.NewUnion(a, b, func(_ string, a, b *snapshot.Node) *snapshot.Node { return merge(a, b) })
}

// distinct returns the items of all pages and answers, each once, in canonical
// order. Items that agree in all the keys speak of the same thing.
func distinct(keys []string, items []*snapshot.Node) *snapshot.Node {
	sorted := snapshot.Sorted(items).Items()
	if len(keys) > 0 {
		sorted = mergeBy(keys, sorted)
	}
	return snapshot.NewArray(slices.CompactFunc(slices.Clone(sorted), (*snapshot.Node).Equal)...)
}

// keyOf joins the values of all the keys of an item; "" when it has none.
func keyOf(keys []string, item *snapshot.Node) string {
	id := ""
	for _, key := range keys {
		id += item.Get(key).Text() + "\x00"
	}
	if strings.Trim(id, "\x00") == "" {
		return ""
	}
	return id
}

// mergeBy merges items with the same values of all the keys. Items that have
// none stay as they are.
func mergeBy(keys []string, items []*snapshot.Node) []*snapshot.Node {
	byID := map[string][]*snapshot.Node{}
	var out []*snapshot.Node
	for _, n := range items {
		if id := keyOf(keys, n); id != "" {
			byID[id] = append(byID[id], n)
			continue
		}
		out = append(out, n)
	}
	for _, same := range byID {
		out = append(out, alike(same))
	}
	return snapshot.Sorted(out).Items()
}

// clones copies fields, so that they can stand in another document.
func clones(fields map[string]*snapshot.Node) map[string]*snapshot.Node {
	out := make(map[string]*snapshot.Node, len(fields))
	for name, n := range fields {
		out[name] = n.Clone(nil)
	}
	return out
}
