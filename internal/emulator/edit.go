package emulator

import (
	"bytes"
	"slices"
	"time"

	"esaudit/collector/api"
)

// edit is one write that is worked out: the recorded answers as they will be.
// Nothing is changed before commit.
type edit struct {
	world   *world
	account *account
	call    *call
	at      time.Time              // by the emulator's clock
	id      string                 // new ids are made of it
	bodies  map[*api.Answer][]byte // what changes
	places  map[place]bool         // where
	passing []passing              // what is on its way
	job     string                 // an asynchronous job that the write starts,
	about   string                 // and what it is about
	added   map[string][]string    // world.Added, changed
	rival   bool                   // it is another writer's
}

func (w *world) edit(a *account, c *call, at time.Time, id string) *edit {
	return &edit{
		world: w, account: a, call: c, at: at, id: id,
		bodies: map[*api.Answer][]byte{}, places: map[place]bool{}, added: map[string][]string{},
	}
}

// where chooses answers by their question.
type where func(question) bool

func anywhere(question) bool { return true }

// about chooses the answers that were asked for by a parameter, in lower case.
func about(base, value string) where {
	return func(q question) bool { return slices.Contains(q[base], value) }
}

// forms returns the recorded answers of an operation in the call's region.
func (e *edit) forms(name string, by where) []*form {
	g := e.account.groups[place{e.call.region, name}]
	if g == nil {
		return nil
	}
	var out []*form
	for _, f := range g.order {
		if by(f.question) {
			out = append(out, f)
		}
	}
	return out
}

// body is an answer as it will be; nil when it is no good one.
func (e *edit) body(line *api.Answer) object {
	if line.Status != 200 {
		return nil
	}
	data := line.Body
	if changed, ok := e.bodies[line]; ok {
		data = changed
	}
	o, err := parseObject(data)
	if err != nil {
		return nil
	}
	return o
}

func (e *edit) set(name string, line *api.Answer, body object) {
	data := body.bytes()
	if old := e.body(line); bytes.Equal(data, old.bytes()) {
		return
	}
	e.bodies[line] = data
	e.places[place{e.call.region, name}] = true
}

// first returns the first good answer of an operation; nil when there is none.
func (e *edit) first(name string, by where) object {
	for _, f := range e.forms(name, by) {
		for _, line := range f.lines {
			if o := e.body(line); o != nil {
				return o
			}
		}
	}
	return nil
}

// each changes the answers of an operation that tells of one object, and returns
// how many there are.
func (e *edit) each(name string, by where, change func(object) object) int {
	n := 0
	for _, f := range e.forms(name, by) {
		for _, line := range f.lines {
			if o := e.body(line); o != nil {
				n++
				e.set(name, line, change(o))
			}
		}
	}
	return n
}

// items changes items of lists, and takes those away for which change returns
// nil. It returns how many there are that belong.
func (e *edit) items(name string, by where, belongs func(object) bool, change func(object) object) int {
	l := e.world.lists[name]
	n := 0
	for _, f := range e.forms(name, by) {
		gone := int64(0)
		for _, line := range f.lines {
			page := e.body(line)
			if page == nil {
				continue
			}
			for _, path := range l.paths {
				elements, err := parseArray(page.get(path))
				if err != nil {
					continue
				}
				kept := elements[:0:0]
				for _, raw := range elements {
					if item, err := parseObject(raw); err == nil && belongs(item) {
						n++
						changed := change(item)
						if changed == nil {
							gone++
							continue
						}
						raw = changed.bytes()
					}
					kept = append(kept, raw)
				}
				page = page.with(path, array(kept))
			}
			e.set(name, line, page)
		}
		e.count(name, f, -gone)
	}
	return n
}

// add puts an item at the end of lists; the listing's path is told by its number.
// It returns how many lists there are.
func (e *edit) add(name string, by where, path int, item object) int {
	l := e.world.lists[name]
	n := 0
	for _, f := range e.forms(name, by) {
		for _, line := range slices.Backward(f.lines) {
			page := e.body(line)
			if page == nil {
				continue
			}
			elements, _ := parseArray(page.get(l.paths[path])) // absent: it was empty
			e.set(name, line, page.with(l.paths[path], array(append(elements, item.bytes()))))
			e.count(name, f, 1)
			n++
			break
		}
	}
	return n
}

// count corrects the totals that the pages of a list tell.
func (e *edit) count(name string, f *form, by int64) {
	if by == 0 {
		return
	}
	for _, line := range f.lines {
		page := e.body(line)
		if page == nil {
			continue
		}
		for _, path := range totals() {
			if n, ok := page.count(path); ok {
				page = page.setCount(path, n+by)
			}
		}
		e.set(name, line, page)
	}
}

// find returns the first item of a list that belongs; nil when there is none.
func (e *edit) find(name string, by where, belongs func(object) bool) object {
	for _, item := range e.list(name, by) {
		if belongs(item) {
			return item
		}
	}
	return nil
}

// list returns the items of lists.
func (e *edit) list(name string, by where) []object {
	l := e.world.lists[name]
	var out []object
	for _, f := range e.forms(name, by) {
		for _, line := range f.lines {
			page := e.body(line)
			for _, path := range l.paths {
				elements, _ := parseArray(page.get(path)) // absent, or no good answer: none
				for _, raw := range elements {
					if item, err := parseObject(raw); err == nil {
						out = append(out, item)
					}
				}
			}
		}
	}
	return out
}

// has reports whether an item's fields have these values: name, value, ...
func has(pairs ...string) func(object) bool {
	return func(item object) bool {
		for i := 0; i+1 < len(pairs); i += 2 {
			if scalar(item.get(pairs[i])) != pairs[i+1] {
				return false
			}
		}
		return true
	}
}

// setting returns a change that sets one member.
func setting(path string, value []byte) func(object) object {
	return func(o object) object { return o.with(path, value) }
}

func removed(object) object { return nil }

// changes reports whether anything is different afterwards.
func (e *edit) changes() bool { return len(e.bodies) > 0 }

// commit puts what changed in its place.
func (e *edit) commit() {
	for line, body := range e.bodies {
		line.Body = body
	}
	for at := range e.places {
		e.account.reindex(e.world.lists, at)
	}
}

// reindex forgets what was derived from the answers of one operation.
func (a *account) reindex(lists map[string]listing, at place) {
	old := a.groups[at]
	delete(a.groups, at)
	for _, f := range old.order {
		for _, line := range f.lines {
			a.add(lists, line)
		}
	}
}
