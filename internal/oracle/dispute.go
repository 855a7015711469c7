package oracle

import (
	"slices"
	"strings"
)

// either is a field that answers of one kind give differently: what they say. It
// is none of these values: for every reader it is not there, and where absence
// says something, disputed asks for it.
type either []any

// disputed tells whether answers contradict each other in a field.
func disputed(v any, keys ...string) bool {
	_, is := get(v, keys...).(either)
	return is
}

// mayBe tells whether one of the values of a disputed field is one of some texts.
func mayBe(v any, wanted ...string) bool {
	return slices.ContainsFunc(readings(v), func(r any) bool { return slices.Contains(wanted, text(r)) })
}

// unite is what two answers of one kind say of an object: neither wins.
func unite(a, b object) object {
	out := object{}
	for k, v := range a {
		out[k] = v
	}
	for k, v := range b {
		out[k] = uniteValues(k, out[k], v)
	}
	return out
}

func uniteValues(key string, a, b any) any {
	left, nested1 := a.(object)
	right, nested2 := b.(object)
	switch {
	case b == nil || a != nil && equalValues(key, a, b):
		return a
	case a == nil:
		return b
	case nested1 && nested2:
		return unite(left, right)
	}
	var out either
	for _, v := range []any{a, b} {
		if known, is := v.(either); is {
			out = append(out, known...)
		} else {
			out = append(out, v)
		}
	}
	return out
}

// equalValues compares two values of a field.
func equalValues(key string, a, b any) bool {
	return canonical(inOrder(object{key: a})) == canonical(inOrder(object{key: b}))
}

// inOrder sorts lists whose order says nothing, so that equal ones compare equal.
func inOrder(v any) any {
	switch v := v.(type) {
	case object:
		out := object{}
		for k, inner := range v {
			if keepsOrder(k) {
				out[k] = inner
			} else {
				out[k] = inOrder(inner)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = inOrder(item)
		}
		slices.SortFunc(out, func(a, b any) int { return strings.Compare(canonical(a), canonical(b)) })
		return out
	}
	return v
}

// keepsOrder names the lists whose order says something: rules of network ACLs
// (SEMANTICS 8), next hops, addresses of which the first counts.
func keepsOrder(key string) bool {
	return slices.Contains([]string{"IngressAclEntry", "EgressAclEntry", "NextHop", "IpAddress"}, key)
}

// united makes one object of those that are the same, where id tells which;
// those without an id stay as they are.
func united(list []object, id func(object) string) []object {
	var out []object
	at := map[string]int{}
	for _, item := range list {
		key := id(item)
		i, known := at[key]
		if key == "" || !known {
			at[key] = len(out)
			out = append(out, item)
			continue
		}
		out[i] = unite(out[i], item)
	}
	return out
}

// uniteAll is what several answers say of one object.
func uniteAll(list []object) object {
	var out object
	for _, item := range list {
		out = unite(out, item)
	}
	return out
}

// readings are the values of a disputed field.
func readings(v any) either {
	all, _ := v.(either)
	return all
}

// inAll is what each of several lists of one thing holds, and whether they hold
// the same.
func inAll(lists [][]object) (sure []object, same bool) {
	same = true
	for i, list := range lists {
		same = same && equalValues("", anys(list), anys(lists[0]))
		if i > 0 {
			sure = slices.DeleteFunc(sure, func(item object) bool { return !holds(list, item) })
			continue
		}
		sure = slices.Clone(list)
	}
	return sure, same
}

func holds(list []object, item object) bool {
	return slices.ContainsFunc(list, func(other object) bool { return equalValues("", item, other) })
}

// listsOf are what answers say that a field holds: one list, or several that differ.
func listsOf(v any, keys ...string) (lists [][]object) {
	all := []any{get(v, keys...)}
	if disputed(v, keys...) {
		all = readings(all[0])
	}
	for _, reading := range all {
		var list []object
		for _, item := range items(reading) {
			if o, is := item.(object); is {
				list = append(list, o)
			}
		}
		lists = append(lists, list)
	}
	return lists
}
