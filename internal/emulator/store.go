package emulator

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"esaudit/collector/api"
	"esaudit/collector/recording"
)

// account is what was recorded of one account.
type account struct {
	id      string
	takenAt time.Time
	regions []string // those with a line
	groups  map[place]*group
}

// place is where an operation is called.
type place struct{ region, operation string }

// group holds the recorded answers of one operation in one region.
type group struct {
	list    listing
	forms   map[string]*form // by the key of their question
	order   []*form          // as recorded
	mu      sync.Mutex
	derived map[string]*form // answers for other questions; nil values are none
}

// form is the answer to one question: one line, or the pages of a list.
type form struct {
	question question
	lines    []*api.Answer
	once     sync.Once
	pages    *joined
}

// maxDerived bounds the answers that are kept for questions in other forms.
const maxDerived = 1 << 12

// load indexes recordings by account, in the order of the parts.
func load(parts []recording.Part, lists map[string]listing) []*account {
	var accounts []*account
	for _, p := range parts {
		at := slices.IndexFunc(accounts, func(a *account) bool { return a.id == p.Account })
		if at < 0 {
			at = len(accounts)
			accounts = append(accounts, &account{id: p.Account, takenAt: p.TakenAt, groups: map[place]*group{}})
		}
		a := accounts[at]
		if p.TakenAt.Before(a.takenAt) {
			a.takenAt = p.TakenAt
		}
		for i := range p.Answers {
			a.add(lists, &p.Answers[i])
		}
	}
	return accounts
}

func (a *account) add(lists map[string]listing, line *api.Answer) {
	name := line.Product + "." + line.Operation
	at := place{line.Region, name}
	if globalProduct(line.Product) {
		at.region = ""
	}
	if at.region != "" && !slices.Contains(a.regions, at.region) {
		a.regions = append(a.regions, at.region)
	}
	g := a.groups[at]
	if g == nil {
		g = &group{list: lists[name], forms: map[string]*form{}, derived: map[string]*form{}}
		a.groups[at] = g
	}
	q := ask(line.Params, g.list)
	f := g.forms[q.key()]
	if f == nil {
		f = &form{question: q}
		g.forms[q.key()] = f
		g.order = append(g.order, f)
	}
	f.lines = append(f.lines, line)
}

// find returns the answer to a call, nil when the recording does not hold one.
// Without a region, the only region that has an answer counts; what the regions
// are, every region says.
func (a *account) find(c *call) *form {
	name := c.product + "." + c.operation
	if globalProduct(c.product) {
		return a.groups[place{"", name}].find(c.params)
	}
	if c.region != "" {
		if f := a.groups[place{c.region, name}].find(c.params); f != nil {
			return f
		}
		if c.operation != "DescribeRegions" {
			return nil
		}
	}
	var only *form
	for _, region := range a.regions {
		f := a.groups[place{region, name}].find(c.params)
		if f != nil && only != nil && c.operation != "DescribeRegions" {
			return nil
		}
		if only == nil {
			only = f
		}
	}
	return only
}

// find returns the answer to a question: the recorded one, or what the recorded
// ones tell of it completely.
func (g *group) find(params map[string]string) *form {
	if g == nil {
		return nil
	}
	q := ask(params, g.list)
	key := q.key()
	if f := g.forms[key]; f != nil {
		return f
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	f, known := g.derived[key]
	if !known {
		f = g.derive(q)
		if len(g.derived) < maxDerived {
			g.derived[key] = f
		}
	}
	return f
}

// derive makes the answer to a question that was asked in another form.
func (g *group) derive(q question) *form {
	plain := q.less(harmless).key()
	for _, f := range g.order {
		if f.question.less(harmless).key() == plain {
			return f
		}
	}
	if len(g.list.paths) == 0 {
		return nil
	}
	for _, way := range []func(question) *form{g.fromParts, g.fromBatches, g.fromWider} {
		if f := way(q); f != nil {
			return f
		}
	}
	return nil
}

// fromParts puts a divided list together.
func (g *group) fromParts(q question) *form {
	param := strings.ToLower(g.list.split.param)
	if param == "" || q[param] != nil {
		return nil
	}
	var parts []*form
	for _, value := range g.list.split.values {
		part := maps.Clone(q)
		part[param] = []string{value}
		f := g.forms[part.key()]
		if f == nil {
			return nil
		}
		parts = append(parts, f)
	}
	return g.union(q, parts)
}

// fromBatches puts a batch of objects together from answers for fewer of them.
func (g *group) fromBatches(q question) *form {
	for _, base := range slices.Sorted(maps.Keys(q)) {
		if len(q[base]) < 2 {
			continue
		}
		rest := q.less(func(other string) bool { return other == base }).key()
		var parts []*form
		var covered []string
		for _, f := range g.order {
			have := f.question[base]
			others := f.question.less(func(other string) bool { return other == base }).key()
			if others == rest && len(have) > 0 && subset(have, q[base]) && !subset(have, covered) {
				parts = append(parts, f)
				covered = append(covered, have...)
			}
		}
		if subset(q[base], covered) {
			return g.union(q, parts)
		}
	}
	return nil
}

func subset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

// union is one list of several complete ones. When all of them were refused or
// failed, so is the whole.
func (g *group) union(q question, parts []*form) *form {
	var lists []*joined
	for _, f := range parts {
		if j := f.join(g.list); j.complete() {
			lists = append(lists, j)
		} else if len(j.pages) > 0 {
			return nil
		}
	}
	switch len(lists) {
	case 0:
		return parts[0]
	case len(parts):
	default:
		return nil
	}
	out := &form{question: q, pages: concat(lists)}
	out.once.Do(func() {})
	return out
}

// fromWider takes the objects asked for out of a longer list: the one with the
// most parameters in common. The list has to be complete, and its items have to
// tell what is asked.
func (g *group) fromWider(q question) *form {
	var best *form
	var open []string // parameters that the best list does not narrow by
	for _, f := range g.order {
		if left, ok := wider(f.question, q); ok && (best == nil || len(left) < len(open)) {
			best, open = f, left
		}
	}
	if best == nil || slices.ContainsFunc(open, func(base string) bool { return !selects(base) }) {
		return nil
	}
	j := best.join(g.list)
	if !j.complete() {
		return nil
	}
	for _, base := range open {
		if j = j.only(base, q[base]); j == nil {
			return nil
		}
	}
	out := &form{question: q, pages: j}
	out.once.Do(func() {})
	return out
}

// wider reports whether a recorded question asks for all that q does, and by
// which parameters q asks for less.
func wider(recorded, q question) (open []string, ok bool) {
	for base, have := range recorded {
		if !subset(q[base], have) || q[base] == nil {
			return nil, false
		}
	}
	for base, want := range q {
		if !slices.Equal(recorded[base], want) {
			open = append(open, base)
		}
	}
	return open, true
}

// selects reports whether a parameter, in lower case, is the name of a field
// whose value it selects exactly. Names and tags may be patterns.
func selects(base string) bool {
	return slices.ContainsFunc([]string{"id", "type", "status", "direction", "port"}, func(end string) bool {
		return strings.HasSuffix(base, end)
	})
}
