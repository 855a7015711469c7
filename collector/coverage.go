package collector

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"esaudit/snapshot"
)

// coverage says what came of every call.
func coverage(lines []*line) *snapshot.Node {
	byCall := map[snapshot.Call][]*line{}
	for _, l := range lines {
		for _, subject := range l.ids {
			c := snapshot.Call{Region: l.region, Product: l.op.Product, Operation: l.op.Operation, Subject: subject}
			byCall[c] = append(byCall[c], l)
		}
	}
	kinds := map[snapshot.Call]*snapshot.Coverage{}
	for c, group := range byCall {
		state, code := outcome(group)
		addOutcome(kinds, c, outcomeOf{state, code, asOf(state, group)})
	}
	return coverageNode(kinds)
}

// addOutcome adds what came of a call to the coverage of its kind.
func addOutcome(kinds map[snapshot.Call]*snapshot.Coverage, c snapshot.Call, came outcomeOf) {
	kind := snapshot.Call{Region: c.Region, Product: c.Product, Operation: c.Operation}
	if kinds[kind] == nil {
		kinds[kind] = &snapshot.Coverage{
			Region: c.Region, Product: c.Product, Operation: c.Operation, Subjects: map[snapshot.State][]string{}, Codes: map[string]string{}, AsOf: map[string]string{},
		}
	}
	kinds[kind].Subjects[came.state] = append(kinds[kind].Subjects[came.state], c.Subject)
	if came.code != "" {
		kinds[kind].Codes[c.Subject] = came.code
	}
	if came.asOf != "" {
		kinds[kind].AsOf[c.Subject] = came.asOf
	}
}

// asOf is when an earlier run read a call that this one did not ask again; "" when
// it asked. Of several answers the oldest counts.
func asOf(state snapshot.State, group []*line) string {
	oldest := ""
	for _, l := range group {
		if state == snapshot.Read && l.asOf != "" && (oldest == "" || l.asOf < oldest) {
			oldest = l.asOf
		}
	}
	return oldest
}

// coverageNode returns coverage in canonical order.
func coverageNode(kinds map[snapshot.Call]*snapshot.Coverage) *snapshot.Node {
	order := slices.SortedFunc(maps.Keys(kinds), func(a, b snapshot.Call) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Operation, b.Operation))
	})
	nodes := make([]*snapshot.Node, len(order))
	for i, kind := range order {
		nodes[i] = kinds[kind].Node()
	}
	return snapshot.NewArray(nodes...)
}

// outcome is what came of one call: of all the lines that speak of its subject
// (SEMANTICS 2). Lines restricted to some objects do not make a list read; of
// answers that cover different sets of subjects the best counts.
func outcome(group []*line) (snapshot.State, string) {
	var narrow []*line
	forms := map[string][]*line{}
	for _, l := range group {
		if l.narrow {
			narrow = append(narrow, l)
		} else {
			forms[l.form] = append(forms[l.form], l)
		}
	}
	if len(forms) == 0 {
		if slices.ContainsFunc(narrow, func(l *line) bool { return l.state == snapshot.Read }) {
			return snapshot.Narrowed, ""
		}
		return worst(narrow)
	}
	best, why := snapshot.NeverMade, ""
	for _, form := range slices.Sorted(maps.Keys(forms)) {
		if state, code := pages(forms[form]); state > best {
			best, why = state, code
		}
	}
	return best, why
}

// worst returns why the lines are not read: the state that says most, with its
// code; Read when all are.
func worst(lines []*line) (snapshot.State, string) {
	rank := []snapshot.State{snapshot.Read, snapshot.Skipped, snapshot.Throttled, snapshot.Failed, snapshot.Denied}
	at, code := 0, ""
	for _, l := range lines {
		switch r := slices.Index(rank, l.state); {
		case r > at:
			at, code = r, l.code
		case r == at && r > 0 && l.code < code:
			code = l.code
		}
	}
	return rank[at], code
}

// pages is what came of lines that are the pages of one answer. A list that is
// divided is read when all of its parts are.
func pages(lines []*line) (snapshot.State, string) {
	if state, code := worst(lines); state != snapshot.Read {
		return state, code
	}
	op := lines[0].op
	parts := map[string][]*line{}
	unnamed := ""
	for _, l := range lines {
		if unnamed == "" || l.unnamed != "" && l.unnamed < unnamed {
			unnamed = l.unnamed
		}
		parts[l.split] = append(parts[l.split], l)
	}
	if unnamed != "" {
		return snapshot.Incomplete, unnamed
	}
	for _, part := range slices.Sorted(maps.Keys(parts)) {
		if why := op.unfinished(parts[part]); why != "" {
			return snapshot.Incomplete, why
		}
	}
	if len(parts[""]) == 0 {
		for _, value := range op.Split.Values {
			if len(parts[value]) == 0 {
				return snapshot.Incomplete, op.Split.Param + " " + value + " was not asked for"
			}
		}
	}
	return snapshot.Read, ""
}

// unfinished says what is missing from the pages of a list; "" when nothing is.
func (o *Op) unfinished(lines []*line) string {
	if !slices.ContainsFunc(lines, func(l *line) bool { return l.extent().more == "" }) {
		first := slices.MinFunc(lines, func(a, b *line) int { return cmp.Compare(a.extent().more, b.extent().more) })
		return "the last page is missing: field " + first.extent().more + " leads to another one"
	}
	if o.Total == "" {
		return ""
	}
	var all int64
	for _, l := range lines {
		e := l.extent()
		if e.noTotal {
			return "field " + o.Total + " is no number"
		}
		all = max(all, e.total)
	}
	if count := items(lines); all > count {
		return fmt.Sprintf("field %s is %d, items are %d", o.Total, all, count)
	}
	return ""
}

// extent is what a page of a list says of how much there is.
type extent struct {
	more    string           // the field by which it says that another one follows; "" for none
	total   int64            // of items in all pages; 0 when it does not say
	noTotal bool             // what should say it is no number
	items   map[string]int64 // of a list with a total: how often the page holds each
}

// extent finds that out while the body is there.
func (l *line) extent() *extent {
	if l.size != nil {
		return l.size
	}
	l.size = &extent{more: l.more()}
	if l.op.Total == "" {
		return l.size
	}
	total := at(l.body, l.op.Total)
	n, ok := total.Int()
	l.size.total = n
	l.size.noTotal = !ok && total.Kind() > snapshot.Null && (total.Text() != "" || total.Kind() != snapshot.String)
	l.size.items = l.page()
	return l.size
}

// more returns the field by which a page says that another one follows; "" when
// it does not.
func (l *line) more() string {
	if l.none {
		return ""
	}
	if truncated := l.body.Get("IsTruncated"); truncated.Exists() {
		if more, ok := truncated.Bool(); more || !ok {
			return "IsTruncated"
		}
		return ""
	}
	for _, name := range []string{"NextToken", "Marker"} {
		if token := l.body.Get(name); token.Exists() && (token.Text() != "" || token.Kind() != snapshot.String) {
			return name
		}
	}
	return ""
}

// page counts the items of a page: those that have an id once.
func (l *line) page() map[string]int64 {
	page := map[string]int64{}
	for _, list := range l.op.counted(l) {
		for _, item := range list.items {
			if id := list.id(item); id != "" {
				page[id] = 1
			} else {
				page[string(item.AppendCompact(nil))]++
			}
		}
	}
	return page
}

// items counts the items of the pages, each once however often its page was
// recorded: by id where they have one, else the most often that a single page
// holds it.
func items(lines []*line) int64 {
	if len(lines) == 1 {
		return sum(lines[0].extent().items)
	}
	seen := map[string]int64{}
	for _, l := range lines {
		for item, n := range l.extent().items {
			seen[item] = max(seen[item], n)
		}
	}
	return sum(seen)
}

func sum(of map[string]int64) (all int64) {
	for _, n := range of {
		all += n
	}
	return all
}

// counted is a list that the total of a page counts: the payload, or a list
// beside it; and what tells its items apart, "" when it is only their content.
type counted struct {
	items []*snapshot.Node
	id    func(*snapshot.Node) string
}

func (o *Op) counted(l *line) []counted {
	var lists []counted
	if l.payload.Kind() == snapshot.Array {
		id := func(item *snapshot.Node) string { return keyOf(o.Keys, item) }
		if o.itemized() {
			id = func(item *snapshot.Node) string { return o.itemID(item, l.params) }
		}
		lists = append(lists, counted{l.payload.Items(), id})
	}
	for _, p := range o.Parts {
		lists = append(lists, counted{at(l.body, p.Path).Items(), func(item *snapshot.Node) string { return keyOf(p.Keys, item) }})
	}
	return lists
}
