package collector

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

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
		kind := snapshot.Call{Region: c.Region, Product: c.Product, Operation: c.Operation}
		if kinds[kind] == nil {
			kinds[kind] = &snapshot.Coverage{
				Region: c.Region, Product: c.Product, Operation: c.Operation, Subjects: map[snapshot.State][]string{}, Codes: map[string]string{},
			}
		}
		state, code := outcome(group)
		kinds[kind].Subjects[state] = append(kinds[kind].Subjects[state], c.Subject)
		if code != "" {
			kinds[kind].Codes[c.Subject] = code
		}
	}
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
	for _, l := range lines {
		if l.unnamed {
			return snapshot.Incomplete, "an item without its id"
		}
		parts[l.split] = append(parts[l.split], l)
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
	if !slices.ContainsFunc(lines, (*line).last) {
		return "the last page is missing"
	}
	if o.Total == "" {
		return ""
	}
	var all int64
	for _, l := range lines {
		if n, ok := at(l.body, o.Total).Int(); ok {
			all = max(all, n)
		}
	}
	if all > o.items(lines) {
		return "fewer items than the total, " + strconv.FormatInt(all, 10)
	}
	return ""
}

// last reports whether a page says that no other follows.
func (l *line) last() bool {
	more, _ := l.body.Get("IsTruncated").Bool()
	return l.none || !more && l.body.Get("NextToken").Text() == ""
}

// items counts the items of the pages: by id where they have one, else on
// pages that differ.
func (o *Op) items(lines []*line) int64 {
	seen := map[string]bool{}
	var count int64
	for _, l := range lines {
		list := o.listed(l)
		if o.itemized() {
			for _, item := range list {
				seen[o.itemID(item, l.params)] = true
			}
			continue
		}
		page := string(snapshot.NewArray(cloned(list)...).AppendCompact(nil))
		if !seen[page] {
			seen[page] = true
			count += int64(len(list))
		}
	}
	if o.itemized() {
		return int64(len(seen))
	}
	return count
}

// listed returns the items that the total of a page counts: those of the
// payload, or of the lists beside it.
func (o *Op) listed(l *line) []*snapshot.Node {
	var list []*snapshot.Node
	if l.payload.Kind() == snapshot.Array {
		list = l.payload.Items()
	}
	for _, p := range o.Parts {
		list = append(slices.Clip(list), at(l.body, p.Path).Items()...)
	}
	return list
}

func cloned(items []*snapshot.Node) []*snapshot.Node {
	out := make([]*snapshot.Node, len(items))
	for i, item := range items {
		out[i] = item.Clone(nil)
	}
	return out
}
