package collector

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"esaudit/collector/api"
	"esaudit/snapshot"
)

// settled is how long before an earlier run a change must lie: a later one may
// bear the same time, and have come after the answer that is taken over.
const settled = time.Minute

// checkSince refuses an earlier picture of another account, or one that is no
// earlier one.
func (r *run) checkSince() error {
	old := r.options.Since
	switch {
	case old == nil:
		return nil
	case old.ID != r.head.Account:
		return fmt.Errorf("what is taken over is of account %s, and account %s is collected", old.ID, r.head.Account)
	case !r.head.TakenAt.IsZero() && old.TakenAt.After(r.head.TakenAt):
		return fmt.Errorf("what is taken over was taken at %s, later than it is (%s)", old.TakenAt.UTC().Format(time.RFC3339), r.head.TakenAt.Format(time.RFC3339))
	}
	return nil
}

// checkSinceRegions refuses an earlier picture without a region that is asked
// for, or without any that is collected.
func (r *run) checkSinceRegions() error {
	old := r.options.Since
	if old == nil || len(r.head.Regions) == 0 {
		return nil
	}
	strange := func(region string) bool { return !slices.Contains(old.Regions, region) }
	for _, region := range r.options.Regions {
		if strange(region) {
			return fmt.Errorf("what is taken over has no region %s (it has %s)", region, strings.Join(old.Regions, ", "))
		}
	}
	if !slices.ContainsFunc(r.head.Regions, func(region string) bool { return !strange(region) }) {
		return fmt.Errorf("what is taken over has none of the regions that are collected (it has %s)", strings.Join(old.Regions, ", "))
	}
	return nil
}

// note keeps the items of a list that may say that other answers are still what
// they were.
func (r *run) note(l *line) {
	if r.options.Since == nil || !l.op.itemized() || !r.tells(l.op.Kind) {
		return
	}
	for _, item := range l.payload.Items() {
		if id := l.op.itemID(item, l.params); id != "" {
			r.listed[identity{l.op.Kind, l.region, id}] = cleanBut(item, false, l.op.Omit)
		}
	}
}

// tells reports whether the lists of a kind say when its objects were changed.
func (r *run) tells(kind snapshot.Kind) bool {
	for _, op := range r.ops {
		if op.Change.Time != "" && slices.ContainsFunc(op.Subjects, func(s Subject) bool { return s.Kind == kind }) {
			return true
		}
	}
	return false
}

// carry takes over the answer of an earlier run, where the list says that its
// object has not changed since. Anything that is not certain is asked.
func (r *run) carry(c *call) bool {
	old := r.options.Since
	if old == nil || c.op.Change.Time == "" {
		return false
	}
	l, ok := readLine(r.ops, api.Answer{Request: c.request(), Status: 200})
	if !ok || l.object == "" {
		return false
	}
	item := r.listed[identity{l.subject.Kind, l.region, l.object}]
	attributes := old.Object(l.subject.Kind, l.region, l.object).Node.Get("attributes")
	made := snapshot.Call{Region: l.region, Product: c.op.Product, Operation: c.op.Operation, Subject: l.ids[0]}
	read := old.ReadAt(made)
	if item == nil || read.IsZero() || !c.op.Change.none(item, attributes, read) {
		return false
	}
	body := snapshot.NewObject(map[string]*snapshot.Node{c.op.Payload.Path: attributes.Clone(nil)}).AppendCompact(nil)
	taken := *c
	taken.accept(r.ops, api.Answer{Request: c.request(), Status: 200, Body: body, AsOf: read.UTC().Format(time.RFC3339)})
	if state, _ := taken.outcome(); state != snapshot.Read {
		return false
	}
	*c = taken
	for _, l := range c.lines {
		r.follow(l)
	}
	r.end(c, true)
	return true
}

// none reports whether nothing has changed since an answer was read: the list and
// the answer bear the same time, which was over by then; no change is under way;
// and the list says nothing that the answer did not.
func (c Change) none(item, attributes *snapshot.Node, read time.Time) bool {
	changed, err := time.Parse(time.RFC3339, item.Get(c.Time).Text())
	if err != nil || attributes.Get(c.Time).Text() != item.Get(c.Time).Text() || !changed.Before(read.Add(-settled)) {
		return false
	}
	for field, value := range c.Steady {
		if item.Get(field).Text() != value || attributes.Get(field).Text() != value {
			return false
		}
	}
	return saysNothingElse(item, attributes)
}

// saysNothingElse reports whether everything in a value is in another one. A
// scalar may be written as a string.
func saysNothingElse(value, other *snapshot.Node) bool {
	switch value.Kind() {
	case snapshot.Map:
		for i, name := range value.Keys() {
			if !saysNothingElse(value.Items()[i], other.Get(name)) {
				return false
			}
		}
		return other.Kind() == snapshot.Map
	case snapshot.Array:
		if other.Kind() != snapshot.Array || len(value.Items()) != len(other.Items()) {
			return false
		}
		for i, item := range value.Items() {
			if !saysNothingElse(item, other.Items()[i]) {
				return false
			}
		}
		return true
	case snapshot.Null, snapshot.Absent:
		return other.Kind() == value.Kind()
	}
	scalar := other.Kind() != snapshot.Map && other.Kind() != snapshot.Array && other.Kind() > snapshot.Null
	return scalar && value.Text() == other.Text()
}
