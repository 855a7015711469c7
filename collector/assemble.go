package collector

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// Assemble makes a snapshot of recorded answers. Parts of one account become
// one account. The order of parts and answers changes no byte.
func Assemble(parts []recording.Part) (*snapshot.Snapshot, error) {
	byAccount := map[string][]recording.Part{}
	for _, p := range parts {
		byAccount[p.Account] = append(byAccount[p.Account], p)
	}
	ops := map[string]*Op{}
	for _, op := range Catalogue() {
		ops[op.Product+"."+op.Operation] = &op
	}
	var accounts []*snapshot.Node
	for _, id := range slices.Sorted(maps.Keys(byAccount)) {
		accounts = append(accounts, account(ops, id, byAccount[id]))
	}
	s, err := snapshot.New(snapshot.NewObject(map[string]*snapshot.Node{
		"schema": snapshot.NewString(snapshot.Schema), "accounts": snapshot.NewArray(accounts...),
	}))
	if err != nil {
		return nil, fmt.Errorf("assemble snapshot: %w", err)
	}
	return s, nil
}

func account(ops map[string]*Op, id string, parts []recording.Part) *snapshot.Node {
	var lines []*line
	var regions []string
	taken := parts[0].TakenAt
	for _, p := range parts {
		regions = append(regions, p.Regions...)
		if p.TakenAt.Before(taken) {
			taken = p.TakenAt
		}
		for _, a := range p.Answers {
			if l, ok := readLine(ops, a); ok && !l.absent {
				lines = append(lines, l)
			}
		}
	}
	slices.Sort(regions)
	e := estate{}
	for _, l := range lines {
		if l.state == snapshot.Read {
			e.add(l)
		}
	}
	return snapshot.NewObject(map[string]*snapshot.Node{
		"id": snapshot.NewString(id), "takenAt": snapshot.NewString(taken.UTC().Format(time.RFC3339)),
		"regions": snapshot.NewStrings(slices.Compact(regions)...), "coverage": coverage(lines), "objects": e.node(),
	})
}

// add takes in one good answer.
func (e estate) add(l *line) {
	if switched, ok := at(l.payload, l.op.Unless).Bool(); l.op.Unless != "" && (!ok || !switched) {
		return
	}
	switch {
	case l.op.itemized():
		e.addItems(l)
		return
	case l.op.Owner != "":
		e.addOwned(l)
		return
	case l.object == "" || l.subject.Kind == "":
		return
	}
	o := e.object(l.subject.Kind, l.region, l.object)
	if l.op.Own {
		o.own = append(o.own, l.attributes())
	}
	if l.op.Aspect != "" {
		l.addAspect(o)
	}
	for _, p := range l.op.Parts {
		if n := at(l.body, p.Path); n.Exists() {
			o.add(p.Aspect, n, p.Keys)
		}
	}
}

func (e estate) addItems(l *line) {
	for _, item := range l.op.kept(l.payload.Items()) {
		if id := l.op.itemID(item, l.params); id != "" {
			o := e.object(l.op.Kind, l.region, id)
			o.listed = append(o.listed, l.stamped(clean(without(item, l.op.Omit), false)))
		}
	}
}

// addOwned gives every item to the object that its field names, else to the
// subject. A subject without items has an empty list.
func (e estate) addOwned(l *line) {
	if l.object != "" && l.subject.Kind == l.op.Kind {
		e.object(l.op.Kind, l.region, l.object).append(l.op.Aspect, nil, l.op.Keys)
	}
	for _, item := range l.payload.Items() {
		if id := l.owner(item); id != "" {
			e.object(l.op.Kind, l.region, id).append(l.op.Aspect, []*snapshot.Node{clean(item, false)}, l.op.Keys)
		}
	}
}

// attributes are the fields of an answer about one object.
func (l *line) attributes() *snapshot.Node {
	return clean(without(snapshot.NewObject(clones(l.fields())), l.op.Omit), false)
}

// addAspect takes in the payload as an aspect.
func (l *line) addAspect(o *object) {
	name := l.op.Aspect
	switch {
	case l.none:
		o.aspects[name] = append(o.aspects[name], snapshot.NewNull())
	case l.op.Keep != nil:
		o.append(name, l.op.kept(l.payload.Items()), l.op.Keys)
	case l.op.Keyed:
		key := l.ids[0]
		if key == "" {
			key = "any"
		}
		o.appendKeyed(name, key, cleanItems(l.payload, false))
	case l.op.Payload.Type == Object && len(l.op.Keys) > 0:
		o.append(name, []*snapshot.Node{l.stamped(l.attributes())}, l.op.Keys)
	case l.op.Payload.Type == Object:
		o.aspects[name] = append(o.aspects[name], l.attributes())
	default:
		o.add(name, l.payload, l.op.Keys)
	}
}

// stamped adds to an item what only its request says.
func (l *line) stamped(item *snapshot.Node) *snapshot.Node {
	fields := item.Fields()
	for field, param := range l.op.Stamp {
		if !fields[field].Exists() && l.params[param] != "" {
			fields[field] = snapshot.NewString(l.params[param])
		}
	}
	return snapshot.NewObject(fields)
}
