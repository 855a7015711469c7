package collector

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"esaudit/snapshot"
)

// Named is a snapshot and the name that errors call it by.
type Named struct {
	Name     string
	Snapshot *snapshot.Snapshot
}

// ConflictError is a thing of which two snapshots say different things.
type ConflictError struct {
	First, Second string // names of the snapshots
	Account       string
	What          string // what differs, and how
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s and %s disagree on account %s: %s", e.First, e.Second, e.Account, e.What)
}

// Join makes one snapshot of several that were collected apart: of accounts, of
// regions or of products of one account. It is, byte for byte, what one run gives,
// and the order of the parts changes no byte. An account's instant is its earliest.
//
// A call that several parts made counts as the best of its outcomes: what one
// job was not asked for, or was refused, another may have read. What two parts
// both hold they must hold alike: anything else is a *ConflictError, because a
// mixture is the estate at no instant. Nor may a cluster be two accounts': one of
// them is the other under a pseudonym.
func Join(parts []Named) (*snapshot.Snapshot, error) {
	accounts, owners := map[string]*joining{}, owners{}
	for _, p := range slices.SortedFunc(slices.Values(parts), func(a, b Named) int { return cmp.Compare(a.Name, b.Name) }) {
		for _, a := range p.Snapshot.Accounts() {
			j := accounts[a.ID]
			if j == nil {
				j = &joining{taken: a.TakenAt, objects: map[identity]*found{}, calls: map[snapshot.Call]outcomeOf{}}
				accounts[a.ID] = j
			}
			if err := j.add(p.Name, a); err != nil {
				return nil, err
			}
			if err := owners.claim(p.Name, a); err != nil {
				return nil, err
			}
		}
	}
	var nodes []*snapshot.Node
	for _, id := range slices.Sorted(maps.Keys(accounts)) {
		nodes = append(nodes, accounts[id].node(id))
	}
	return snapshot.New(snapshot.NewObject(map[string]*snapshot.Node{
		"schema": snapshot.NewString(snapshot.Schema), "accounts": snapshot.NewArray(nodes...),
	}))
}

// owners are the accounts of clusters, which have ids that no two accounts share,
// and the parts that say so.
type owners map[string]owner

type owner struct{ from, account string }

// claim notes whose the clusters of an account are.
func (o owners) claim(from string, a *snapshot.Account) error {
	for _, c := range a.Objects(snapshot.Cluster) {
		first, there := o[c.ID]
		if there && first.account != a.ID {
			return &ConflictError{first.from, from, a.ID, fmt.Sprintf("cluster %s is account %s's as well: one is the other's pseudonym, or a copy; merge first and redact then", c.ID, first.account)}
		}
		if !there {
			o[c.ID] = owner{from, a.ID}
		}
	}
	return nil
}

// joining is one account in the making.
type joining struct {
	taken   time.Time
	regions []string
	objects map[identity]*found
	calls   map[snapshot.Call]outcomeOf
	seen    []listing
}

// found is an object, and the part that it was first found in.
type found struct {
	from string
	node *snapshot.Node
}

// outcomeOf is what came of a call.
type outcomeOf struct {
	state snapshot.State
	code  string
	asOf  string // when an earlier run read it; "" for now
}

// compare orders outcomes of one call, the better one last: what was read, and
// later.
func (o outcomeOf) compare(other outcomeOf) int {
	fresh := func(o outcomeOf) int { return map[bool]int{true: 1}[o.asOf == ""] }
	return cmp.Or(cmp.Compare(o.state, other.state), cmp.Compare(other.code, o.code), cmp.Compare(fresh(o), fresh(other)), cmp.Compare(o.asOf, other.asOf))
}

// listing is an account of a part, for the comparison of its lists.
type listing struct {
	from    string
	account *snapshot.Account
}

func (j *joining) add(from string, a *snapshot.Account) error {
	if a.TakenAt.Before(j.taken) {
		j.taken = a.TakenAt
	}
	j.regions = append(j.regions, a.Regions...)
	for _, earlier := range j.seen {
		if what := listedOtherwise(earlier.account, a); what != "" {
			return &ConflictError{earlier.from, from, a.ID, what}
		}
	}
	j.seen = append(j.seen, listing{from, a})
	for _, kind := range snapshot.Kinds() {
		for _, o := range a.Objects(kind) {
			if err := j.addObject(from, o); err != nil {
				return err
			}
		}
	}
	for _, c := range a.Coverage() {
		j.addCalls(c)
	}
	return nil
}

func (j *joining) addObject(from string, o snapshot.Object) error {
	key := identity{o.Kind, o.Region, o.ID}
	there := j.objects[key]
	if there == nil {
		j.objects[key] = &found{from, o.Node}
		return nil
	}
	node, differs := union(there.node, o.Node)
	if differs != nil {
		what := fmt.Sprintf("%s %s in %s: %s is %s and %s", o.Kind, o.ID, o.Region, differs.pointer, excerpt(differs.a), excerpt(differs.b))
		return &ConflictError{there.from, from, o.Account.ID, what}
	}
	there.node = node
	return nil
}

func (j *joining) addCalls(c snapshot.Coverage) {
	for state, subjects := range c.Subjects {
		for _, subject := range subjects {
			call := snapshot.Call{Region: c.Region, Product: c.Product, Operation: c.Operation, Subject: subject}
			mine, there := outcomeOf{state, c.Codes[subject], c.AsOf[subject]}, j.calls[call]
			if mine.compare(there) > 0 {
				j.calls[call] = mine
			}
		}
	}
}

// listedOtherwise says which list two snapshots both read completely and hold
// different objects of; "" when there is none.
func listedOtherwise(a, b *snapshot.Account) string {
	for _, op := range Catalogue() {
		if !op.itemized() {
			continue
		}
		for _, region := range append([]string{snapshot.Global}, b.Regions...) {
			call := snapshot.Call{Region: region, Product: op.Product, Operation: op.Operation}
			if !a.Read(call) || !b.Read(call) {
				continue
			}
			if only := onlyIn(a.In(op.Kind, region), b.In(op.Kind, region)); only != "" {
				return fmt.Sprintf("%s %s is in one of them only, and both have read %s.%s", op.Kind, only, op.Product, op.Operation)
			}
		}
	}
	return ""
}

// onlyIn returns an id that is in one of two lists only; "" when there is none.
func onlyIn(a, b []snapshot.Object) string {
	ids := map[string]int{}
	for _, o := range a {
		ids[o.ID]++
	}
	for _, o := range b {
		ids[o.ID]--
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if ids[id] != 0 {
			return id
		}
	}
	return ""
}

// difference is where two values differ.
type difference struct {
	pointer string
	a, b    *snapshot.Node
}

// union joins two values: objects field by field, what only one of them has
// included; anything else must be the same.
func union(a, b *snapshot.Node) (*snapshot.Node, *difference) {
	switch {
	case a.Kind() == snapshot.Absent:
		return b, nil
	case b.Kind() == snapshot.Absent || a.Equal(b):
		return a, nil
	case a.Kind() != snapshot.Map || b.Kind() != snapshot.Map:
		return nil, &difference{"", a, b}
	}
	fields := a.Fields()
	for name, n := range b.Fields() {
		joined, differs := union(fields[name], n)
		if differs != nil {
			differs.pointer = "/" + snapshot.EscapePointer(name) + differs.pointer
			return nil, differs
		}
		fields[name] = joined
	}
	return snapshot.NewObject(clones(fields)), nil
}

// excerpt is a value as an error shows it.
func excerpt(n *snapshot.Node) string {
	const most = 60
	text := []rune(string(n.AppendCompact(nil)))
	if len(text) > most {
		return string(text[:most]) + "..."
	}
	return string(text)
}

func (j *joining) node(id string) *snapshot.Node {
	slices.Sort(j.regions)
	kinds := map[snapshot.Call]*snapshot.Coverage{}
	for call, out := range j.calls {
		addOutcome(kinds, call, out)
	}
	kept := map[identity]*snapshot.Node{}
	for key, o := range j.objects {
		kept[key] = o.node.Clone(nil)
	}
	return snapshot.NewObject(map[string]*snapshot.Node{
		"id": snapshot.NewString(id), "takenAt": snapshot.NewString(j.taken.UTC().Format(time.RFC3339)),
		"regions": snapshot.NewStrings(slices.Compact(j.regions)...), "coverage": coverageNode(kinds), "objects": byKind(kept),
	})
}
