package oracle

import (
	"encoding/json"
	"strconv"
	"strings"
)

// object is a decoded JSON object. A key with null counts as absent everywhere.
type object = map[string]any

// get walks keys of nested objects; nil when one is missing.
func get(v any, keys ...string) any {
	for _, key := range keys {
		o, ok := v.(object)
		if !ok {
			return nil
		}
		v = o[key]
	}
	return v
}

// text is a string or number as text; "" when absent or of another type.
func text(v any, keys ...string) string {
	switch s := get(v, keys...).(type) {
	case string:
		return s
	case json.Number:
		return s.String()
	}
	return ""
}

// integer is a number, or a string that holds one.
func integer(v any, keys ...string) (int, bool) {
	n, err := strconv.Atoi(text(v, keys...))
	return n, err == nil
}

// items is an array; nil when absent or of another type.
func items(v any, keys ...string) []any {
	list, _ := get(v, keys...).([]any)
	return list
}

// isList tells an array, empty or not, from everything else.
func isList(v any, keys ...string) bool {
	_, ok := get(v, keys...).([]any)
	return ok
}

// texts is the strings of an array.
func texts(v any, keys ...string) []string {
	var out []string
	for _, item := range items(v, keys...) {
		if s := text(item); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// truth is a boolean, or a string that holds one: Reachable for true, Blocked
// for false, Unknown when absent.
func truth(v any, keys ...string) Verdict {
	switch b := get(v, keys...).(type) {
	case bool:
		return yes(b)
	case string:
		if strings.EqualFold(b, "true") || strings.EqualFold(b, "false") {
			return yes(strings.EqualFold(b, "true"))
		}
	}
	return Unknown
}

// is compares a field with the value that passes: absent (or empty) is
// Unknown, anything else Blocked.
func is(v any, key, want string) Verdict {
	have := text(v, key)
	if have == "" {
		return Unknown
	}
	return yes(have == want)
}

// equal compares two ids of which either may be unknown ("").
func equal(a, b string) Verdict {
	if a == "" || b == "" {
		return Unknown
	}
	return yes(a == b)
}

// merge lays the fields of a second answer over those of a first (SEMANTICS
// 2); nested objects are merged as well.
func merge(under, over object) object {
	out := object{}
	for k, v := range under {
		out[k] = v
	}
	for k, v := range over {
		below, nested := out[k].(object)
		above, both := v.(object)
		switch {
		case v == nil:
		case nested && both:
			out[k] = merge(below, above)
		default:
			out[k] = v
		}
	}
	return out
}
