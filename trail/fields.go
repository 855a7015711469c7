package trail

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// pair is a parameter and the field that it becomes, of an item of a list or of an
// object's attributes: "externalport=ExternalPort", with steps "backend=A.B". "" is
// the value itself. A key is one of the fields that tell items apart: "entry=IP!".
type pair struct {
	param string
	field []string
	key   bool
}

func pairsOf(texts []string) []pair {
	out := make([]pair, len(texts))
	for i, text := range texts {
		param, field, _ := strings.Cut(text, "=")
		field, key := strings.CutSuffix(field, "!")
		out[i] = pair{param: param, key: key}
		if field != "" {
			out[i].field = strings.Split(field, ".")
		}
	}
	return out
}

// makes: the operation makes an item, or an object, of these fields. All that
// stands in an item came with it.
func makes(pairs ...string) func(request, target) verdict {
	return func(r request, t target) verdict { return r.wrote(t, pairsOf(pairs), false) }
}

// sets: the operation sets these fields, and leaves those that it does not name.
func sets(pairs ...string) func(request, target) verdict {
	return func(r request, t target) verdict { return r.wrote(t, pairsOf(pairs), true) }
}

// wrote compares what a request names with what a value stands in. A request that
// says another value did not make this one. It made it when it says the value
// itself or all that tells its item apart; a request that names several of two
// things does not say which belong together.
func (r request) wrote(t target, pairs []pair, leaves bool) verdict {
	item, own := itemOf(t)
	several, keys, met, mine := 0, 0, 0, false
	for _, p := range pairs {
		if p.key {
			keys++
		}
		field := item.Get(p.field...)
		about := slices.Equal(own, p.field) || len(p.field) == 0
		if about {
			field = t.value
		}
		asked, whole := r.values(p.param)
		there := scalars(field)
		switch met := meets(asked, there); {
		case len(asked) == 0 && whole && about && leaves && len(r) > 0:
			return no
		case len(asked) == 0 || len(there) == 0 || !met && !whole:
			continue
		case !met:
			return no
		}
		if len(asked) > 1 || !whole {
			several++
		}
		if p.key {
			met++
		}
		mine = mine || about && t.value.Kind() != snapshot.Array
	}
	whole := keys > 0 && (len(own) == 0 || !leaves)
	if several < 2 && met == keys && (mine || whole) {
		return did
	}
	return may
}

// itemOf is what a value stands in, the outermost item of a list or the attributes
// of the object, and its path there, lists passed over; none: the value is that
// item.
func itemOf(t target) (item *snapshot.Node, own []string) {
	var path []string
	for n := t.value; n != nil && n != t.object; n = n.Parent() {
		listed := n.Parent().Kind() == snapshot.Array
		if n.Kind() == snapshot.Map && (listed || item == nil && n.Parent() == t.object) {
			item, own = n, slices.Clone(path)
		}
		if !listed {
			path = append([]string{n.Key()}, path...)
		}
	}
	return item, own
}

// scalars are those of a value: itself, or those of a list.
func scalars(n *snapshot.Node) []string {
	list := []*snapshot.Node{n}
	if n.Kind() == snapshot.Array {
		list = n.Items()
	}
	var out []string
	for _, item := range list {
		if text := item.Text(); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// meets reports whether a value that is there is among those that were asked for.
func meets(asked, there []string) bool {
	return slices.ContainsFunc(there, func(value string) bool {
		return slices.ContainsFunc(asked, func(text string) bool { return same(text, value) })
	})
}

// same compares texts as the vendor writes them: without case, and addresses as
// blocks.
func same(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	p, isBlock := canonical(a)
	q, both := canonical(b)
	return isBlock && both && p == q
}
