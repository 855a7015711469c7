package oracle

import (
	"encoding/json"
	"slices"
	"strings"
)

// found is what the answers to one call say (SEMANTICS 2). Objects of good
// pages count even when read is false.
type found struct {
	bodies []object // good pages
	items  []object // of all good pages
	read   bool     // completely
}

// ask collects the pages of one answer: all lines of an operation with one
// subject. The subject "*" stands for all lines, whatever their subject.
func (o *Oracle) ask(s scope, name, subject string) found {
	key := strings.Join([]string{s.account, s.region, name, subject}, "\x00")
	if f, done := o.asked[key]; done {
		return f
	}
	op := o.find(name)
	var pages []Line
	for _, l := range o.lines(s, op) {
		if subject == "*" || op.about(l) == subject {
			pages = append(pages, l)
		}
	}
	o.asked[key] = op.collect(pages)
	return o.asked[key]
}

// collect judges the pages of one answer (SEMANTICS 2): read when there is one
// and all are good, and what does not narrow is complete.
func (op operation) collect(pages []Line) found {
	f := found{read: len(pages) > 0}
	var lists [][]object
	wholes := map[string][]object{}
	for _, l := range pages {
		body, items, good := op.good(l)
		if !good {
			f.read = false
			continue
		}
		f.bodies = append(f.bodies, body)
		lists = append(lists, items)
		f.items = append(f.items, items...)
		if !op.narrowed(l) {
			key := asked(l.Params)
			wholes[key] = append(wholes[key], body)
		}
	}
	if op.id == "=" {
		var same bool
		f.items, same = inAll(lists)
		f.read = f.read && same
	}
	f.items = united(f.items, op.identify)
	if len(wholes) == 0 {
		f.read = false
	}
	for _, whole := range wholes {
		f.read = f.read && op.complete(whole)
	}
	return f
}

// good tells whether a line has status 200 and a well-formed body.
func (op operation) good(l Line) (body object, items []object, ok bool) {
	body, ok = l.Body.(object)
	if !ok || l.Status != 200 {
		return nil, nil, false
	}
	if op.list != "" {
		items, ok = op.payload(body)
		return body, items, ok
	}
	at := get(body, strings.Split(op.mark, ".")...)
	_, nested := at.(object)
	return body, nil, nested || text(at) != ""
}

// narrowed tells whether a parameter selects some objects of a list.
func (op operation) narrowed(l Line) bool {
	if op.list == "" {
		return false
	}
	for key, value := range l.Params {
		selects := text(value) != "" || len(items(value)) > 0 || truth(value) == Reachable
		switch {
		case !selects, slices.Contains(strings.Fields(op.subject), key), namesBalancer(op, key), neutral(key):
		default:
			return true
		}
	}
	return false
}

// neutral lists parameters that do not narrow (SEMANTICS 2): views of the same
// objects, and what a recording should not hold at all.
func neutral(key string) bool {
	switch strings.ToLower(key) {
	case "direction", "extended", "includelistener", "includerule", "serviceresourcetype", "nictype", "version", "dryrun", "lang", "language",
		"acceptlanguage", "includereservationdata", "includereserveddata", "clienttoken", "regionid", "format",
		"pagenumber", "pagesize", "page", "size", "maxresults", "maxresult", "nexttoken", "marker", "maxitems":
		return true
	}
	return false
}

// namesBalancer tells the parameters by which a list of listeners says which
// load balancers it covers.
func namesBalancer(op operation, key string) bool {
	if op.name != "DescribeLoadBalancerListeners" && op.name != "ListListeners" {
		return false
	}
	base, _, _ := strings.Cut(key, ".")
	return base == "LoadBalancerId" || base == "LoadBalancerIds"
}

// asked is a line's parameters without paging, as a key: lines that differ in
// it are pages of different lists.
func asked(params map[string]any) string {
	rest := map[string]any{}
	for key, value := range params {
		switch strings.ToLower(key) {
		case "pagenumber", "pagesize", "page", "size", "maxresults", "maxresult", "nexttoken":
		default:
			rest[key] = value
		}
	}
	return canonical(rest)
}

// canonical is the text of a value; equal values have equal texts.
func canonical(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(raw)
}

// complete applies the rules of SEMANTICS 2 on tokens and totals to the pages
// of one list. An object that stands on two pages counts once; the entries of
// an ACL are no objects.
func (op operation) complete(pages []object) bool {
	if op.list == "" {
		return true
	}
	last, total, entries := false, 0, 0
	times := map[string]int{} // on the page where an object stands most often
	for _, body := range pages {
		last = last || text(body, "NextToken") == ""
		if n, ok := integer(body, strings.Split(op.total, ".")...); ok {
			total = max(total, n)
		}
		list, _ := op.payload(body)
		entries += len(list)
		here := map[string]int{}
		for _, item := range list {
			key := op.identify(item)
			if key == "" {
				key = canonical(item)
			} else {
				here[key] = 0 // once, however often
			}
			here[key]++
			times[key] = max(times[key], here[key])
		}
	}
	objects := 0
	for _, n := range times {
		objects += n
	}
	if op.name == "DescribeAccessControlListAttribute" {
		objects = entries
	}
	return last && objects >= total
}

// objects merges what several operations say of the objects of a kind, later
// operations over earlier ones (SEMANTICS 2). key is the field with the id.
func (o *Oracle) objects(s scope, key string, names ...string) []object {
	var out []object
	for _, name := range names {
		op, f := o.find(name), o.ask(s, name, "*")
		list := f.items
		for _, body := range f.bodies {
			if op.list != "" {
				break
			}
			inner, nested := get(body, op.mark).(object)
			if !nested {
				inner = body
			}
			list = append(list, inner)
		}
		out = distinct(out, list, key)
	}
	return out
}

// distinct merges objects into a list by the field with their id. Of those that
// come together, none wins over another.
func distinct(list, more []object, key string) []object {
	for _, item := range united(more, func(item object) string { return text(item, key) }) {
		id := text(item, key)
		list = add(list, item, func(known object) bool { return id != "" && text(known, key) == id })
	}
	return list
}

// add merges an object into the one of a list that is the same, or appends it.
func add(list []object, item object, same func(object) bool) []object {
	if i := slices.IndexFunc(list, same); i >= 0 {
		list[i] = merge(list[i], item)
		return list
	}
	return append(list, item)
}

// one finds an object by its id; nil when it is not there.
func one(list []object, key, id string) object {
	for _, item := range list {
		if id != "" && text(item, key) == id {
			return item
		}
	}
	return nil
}

// readEverywhere tells whether a list was read in every region of every account.
func (o *Oracle) readEverywhere(name string) bool {
	all := o.scopes()
	for _, s := range all {
		if !o.ask(s, name, "").read {
			return false
		}
	}
	return len(all) > 0
}
