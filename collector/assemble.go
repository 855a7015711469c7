package collector

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"esaudit/collector/api"
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
	later := map[*snapshot.Node]func() *snapshot.Node{}
	for _, id := range slices.Sorted(maps.Keys(byAccount)) {
		accounts = append(accounts, account(ops, id, byAccount[id], later))
	}
	s, err := snapshot.Compose(snapshot.NewObject(map[string]*snapshot.Node{
		"schema": snapshot.NewString(snapshot.Schema), "accounts": snapshot.NewArray(accounts...),
	}), func(n *snapshot.Node) *snapshot.Node {
		if object := later[n]; object != nil {
			return object()
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("assemble snapshot: %w", err)
	}
	return s, nil
}

// account is an account with nothing in the place of its objects: later says what is to
// stand there.
func account(ops map[string]*Op, id string, parts []recording.Part, later map[*snapshot.Node]func() *snapshot.Node) *snapshot.Node {
	var regions []string
	taken := parts[0].TakenAt
	var answers []api.Answer
	for _, p := range parts {
		regions = append(regions, p.Regions...)
		if p.TakenAt.Before(taken) {
			taken = p.TakenAt
		}
		answers = append(answers, p.Answers...)
	}
	slices.Sort(regions)
	lines, e := readLines(ops, answers), estate{}
	var group errgroup.Group
	var covered *snapshot.Node
	group.Go(func() error {
		covered = coverage(lines)
		return nil
	})
	for _, l := range lines {
		for _, g := range l.given {
			g.to(e.object(g.identity))
		}
		l.given = nil
	}
	nodes := make(map[identity]*snapshot.Node, len(e))
	for key, o := range e {
		place := snapshot.NewObject(nil)
		nodes[key], later[place] = place, func() *snapshot.Node { return o.node(key) }
	}
	_ = group.Wait() // nothing of it fails
	return snapshot.NewObject(map[string]*snapshot.Node{
		"id": snapshot.NewString(id), "takenAt": snapshot.NewString(taken.UTC().Format(time.RFC3339)),
		"regions": snapshot.NewStrings(slices.Compact(regions)...), "coverage": covered, "objects": byKind(nodes),
	})
}

// readAtOnce is how many answers one goroutine reads at a time.
const readAtOnce = 64

// readLines reads answers, on all processors, in their order. Of their bodies is left
// what they give to objects, and what tells whether they are complete.
func readLines(ops map[string]*Op, answers []api.Answer) []*line {
	read := make([]*line, len(answers))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for first := 0; first < len(answers); first += readAtOnce {
		group.Go(func() error {
			for i := first; i < min(first+readAtOnce, len(answers)); i++ {
				if l, ok := readLine(ops, answers[i]); ok && !l.absent {
					if l.state == snapshot.Read {
						l.give()
						l.extent()
					}
					l.body, l.payload = nil, nil
					read[i] = l
				}
			}
			return nil
		})
	}
	_ = group.Wait() // nothing of it fails
	return slices.DeleteFunc(read, func(l *line) bool { return l == nil })
}

// given is what a good answer says of an object.
type given struct {
	identity
	to func(*object)
}

// gives takes note of what is to be said of an object.
func (l *line) gives(kind snapshot.Kind, id string, to func(*object)) {
	l.given = append(l.given, given{identity{kind, l.region, id}, to})
}

// give takes note of all that a good answer says.
func (l *line) give() {
	if switched, ok := at(l.payload, l.op.Unless).Bool(); l.op.Unless != "" && (!ok || !switched) {
		return
	}
	switch {
	case l.op.itemized():
		l.giveItems()
		return
	case l.op.Owner != "":
		l.giveOwned()
		return
	case l.object == "" || l.subject.Kind == "":
		return
	}
	l.gives(l.subject.Kind, l.object, func(*object) {}) // it is there, whatever is said of it
	if l.op.Own {
		own := l.attributes()
		l.gives(l.subject.Kind, l.object, func(o *object) { o.own = append(o.own, own) })
	}
	if l.op.Aspect != "" {
		l.gives(l.subject.Kind, l.object, l.aspect())
	}
	for _, p := range l.op.Parts {
		if n := at(l.body, p.Path); n.Exists() {
			l.gives(l.subject.Kind, l.object, adding(p.Aspect, n, p.Keys))
		}
	}
}

func (l *line) giveItems() {
	for _, item := range l.op.kept(l.payload.Items()) {
		if id := l.op.itemID(item, l.params); id != "" {
			listed := l.stamped(cleanBut(item, false, l.op.Omit))
			l.gives(l.op.Kind, id, func(o *object) { o.listed = append(o.listed, listed) })
		}
	}
}

// giveOwned gives every item to the object that its field names, else to the
// subject. A subject without items has an empty list.
func (l *line) giveOwned() {
	if l.object != "" && l.subject.Kind == l.op.Kind {
		l.gives(l.op.Kind, l.object, appending(l.op.Aspect, nil, l.op.Keys))
	}
	for _, item := range l.payload.Items() {
		if id := l.owner(item); id != "" {
			l.gives(l.op.Kind, id, appending(l.op.Aspect, []*snapshot.Node{clean(item, false)}, l.op.Keys))
		}
	}
}

// attributes are the fields of an answer about one object.
func (l *line) attributes() *snapshot.Node {
	own := cleanFields(l.payload, false, l.op.Omit)
	if l.op.Payload.Path != "" {
		return own
	}
	return snapshot.NewUnion(own, nil, func(name string, n, _ *snapshot.Node) *snapshot.Node {
		if envelope(name) {
			return nil
		}
		return n
	})
}

// aspect takes in the payload as an aspect.
func (l *line) aspect() func(*object) {
	name := l.op.Aspect
	switch {
	case l.none:
		return saying(name, snapshot.NewNull())
	case l.op.Keep != nil:
		return appending(name, l.op.kept(l.payload.Items()), l.op.Keys)
	case l.op.Keyed:
		key := l.ids[0]
		if key == "" {
			key = "any"
		}
		items := cleanItems(l.payload, false)
		return func(o *object) { o.appendKeyed(name, key, items) }
	case l.op.Payload.Type == Object && len(l.op.Keys) > 0:
		return appending(name, []*snapshot.Node{l.stamped(l.attributes())}, l.op.Keys)
	case l.op.Payload.Type == Object:
		return saying(name, l.attributes())
	}
	return adding(name, l.payload, l.op.Keys)
}

// stamped adds to an item what only its request says.
func (l *line) stamped(item *snapshot.Node) *snapshot.Node {
	if len(l.op.Stamp) == 0 {
		return item
	}
	fields := item.Fields()
	for field, param := range l.op.Stamp {
		if !fields[field].Exists() && l.params[param] != "" {
			fields[field] = snapshot.NewString(l.params[param])
		}
	}
	return snapshot.NewObject(fields)
}
