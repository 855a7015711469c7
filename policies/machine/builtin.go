package machine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// builtin is a function of OPA's; nil is undefined.
type builtin func(r *Run, args []Value) Value

// lent are OPA's builtins that the machine calls: their result depends on
// nothing but their arguments, and there is at most one.
func lent() []string {
	return []string{
		"abs", "array.concat", "array.reverse", "array.slice", "and", "ceil", "concat", "contains", "count", "div", "endswith", "equal", "floor",
		"format_int", "gt", "gte", "indexof", "intersection", "internal.member_2", "internal.member_3", "is_array", "is_boolean", "is_null",
		"is_number", "is_object", "is_set", "is_string", "json.marshal", "lower", "lt", "lte", "max", "min", "minus", "mul", "neq",
		"net.cidr_contains", "net.cidr_intersects", "net.cidr_is_valid", "net.cidr_merge", "numbers.range", "object.filter", "object.get",
		"object.keys", "object.remove", "object.union", "or", "plus", "regex.find_all_string_submatch_n", "regex.is_valid", "regex.match",
		"rem", "replace", "round", "sort", "split", "sprintf", "startswith", "strings.any_prefix_match", "strings.any_suffix_match", "substring",
		"sum", "time.clock", "time.date", "time.parse_rfc3339_ns", "time.weekday", "to_number", "trim", "trim_left", "trim_prefix", "trim_right",
		"trim_space", "trim_suffix", "type_name", "union", "upper",
	}
}

// builtin is one by its name: the machine's own where it is asked often, else
// OPA's.
func (c *compiler) builtin(name string) builtin {
	if !slices.Contains(lent(), name) {
		panic(unknown("builtin " + name))
	}
	opas := borrowed(name)
	own, ok := c.program.owned[name]
	switch {
	case name == "regex.match":
		own = matching()
	case !ok:
		return opas
	}
	return func(r *Run, args []Value) Value {
		if v := own(r, args); v != nil {
			return v
		}
		return opas(r, args)
	}
}

// borrowed calls OPA's function.
func borrowed(name string) builtin {
	call := topdown.GetBuiltin(name)
	if call == nil {
		panic(unknown("builtin " + name))
	}
	return func(r *Run, args []Value) (out Value) {
		terms := make([]*ast.Term, len(args))
		for i, arg := range args {
			terms[i] = term(arg)
		}
		answers := 0
		err := call(r.context, terms, func(t *ast.Term) error {
			answers++
			out = valueOf(t.Value)
			return nil
		})
		if err != nil || answers > 1 {
			giveUp(fmt.Sprintf("builtin %s: %d answers, %v", name, answers, err))
		}
		return out
	}
}

// owned are the machine's own functions. They give nil for what they leave to
// OPA: arguments of other types, errors, undefined.
func owned() map[string]builtin {
	out := map[string]builtin{
		"is_array":            isOf(&Array{}),
		"is_null":             isOf(Null{}),
		"is_number":           isOf(Int(0)),
		"is_object":           isOf(&Object{}),
		"is_set":              isOf(&Set{}),
		"is_string":           isOf(String("")),
		"internal.member_2":   func(_ *Run, args []Value) Value { return Bool(member(args[0], args[1])) },
		"count":               func(_ *Run, args []Value) Value { return count(args[0]) },
		"max":                 extreme(func(c int) bool { return c <= 0 }),
		"min":                 extreme(func(c int) bool { return c >= 0 }),
		"minus":               minus,
		"plus":                whole(func(a, b int) int { return a + b }),
		"numbers.range":       numbersRange,
		"to_number":           toNumber,
		"floor":               floor,
		"object.get":          objectGet,
		"object.union":        objectUnion,
		"array.concat":        arrayConcat,
		"or":                  setUnion,
		"sort":                sorted,
		"concat":              concat,
		"split":               split,
		"sprintf":             sprintf,
		"contains":            texts2(strings.Contains),
		"startswith":          texts2(strings.HasPrefix),
		"endswith":            texts2(strings.HasSuffix),
		"lower":               texts1(strings.ToLower),
		"upper":               texts1(strings.ToUpper),
		"trim_space":          texts1(strings.TrimSpace),
		"trim_prefix":         trimmed(strings.TrimPrefix),
		"trim_suffix":         trimmed(strings.TrimSuffix),
		"regex.match":         matching(),
		"json.marshal":        marshal,
		"net.cidr_contains":   contains,
		"net.cidr_intersects": intersects,
	}
	for _, name := range []string{"equal", "neq", "lt", "lte", "gt", "gte"} {
		holds := comparing(name)
		out[name] = func(_ *Run, args []Value) Value { return Bool(holds(args[0], args[1])) }
	}
	return out
}

// comparing is a function that compares any two values; nil for another one.
func comparing(name string) func(a, b Value) bool {
	switch name {
	case "equal":
		return equal
	case "neq":
		return func(a, b Value) bool { return !equal(a, b) }
	case "lt":
		return func(a, b Value) bool { return compare(a, b) < 0 }
	case "lte":
		return func(a, b Value) bool { return compare(a, b) <= 0 }
	case "gt":
		return func(a, b Value) bool { return compare(a, b) > 0 }
	case "gte":
		return func(a, b Value) bool { return compare(a, b) >= 0 }
	}
	return nil
}

func texts1(f func(string) string) builtin {
	return func(_ *Run, args []Value) Value {
		text, ok := args[0].(String)
		if !ok {
			return nil
		}
		if out := f(string(text)); out != string(text) {
			return String(out)
		}
		return args[0]
	}
}

func texts2(f func(text, part string) bool) builtin {
	return func(_ *Run, args []Value) Value {
		text, ok := args[0].(String)
		part, too := args[1].(String)
		if !ok || !too {
			return nil
		}
		return Bool(f(string(text), string(part)))
	}
}

func trimmed(f func(text, part string) string) builtin {
	return func(_ *Run, args []Value) Value {
		text, ok := args[0].(String)
		part, too := args[1].(String)
		if !ok || !too {
			return nil
		}
		return String(f(string(text), string(part)))
	}
}

// isOf says whether a value is of the type of another one.
func isOf(other Value) builtin {
	return func(_ *Run, args []Value) Value { return Bool(rank(args[0]) == rank(other)) }
}

func member(item, of Value) bool {
	text, ok := item.(String)
	if view, shown := of.(*sliceView); ok && shown && view.elem.form == viewedText {
		return view.holds(text)
	}
	switch of := of.(type) {
	case *Set:
		return of.has(item)
	case list:
		return holds(of, item)
	case record:
		return slices.ContainsFunc(of.all(), func(p pair) bool { return equal(item, p.value) })
	}
	return false
}

func holds(of list, item Value) bool {
	for i := range of.size() {
		if equal(item, of.at(i)) {
			return true
		}
	}
	return false
}

// count is how many items or characters there are; nil of what has none.
func count(v Value) Value {
	switch v := v.(type) {
	case list:
		return Int(v.size())
	case *Object:
		return Int(len(v.pairs))
	case record:
		return Int(len(v.all()))
	case *Set:
		return Int(len(v.all()))
	case String:
		return Int(len([]rune(v)))
	}
	return nil
}

func objectGet(_ *Run, args []Value) Value {
	object, ok := args[0].(record)
	if _, path := args[1].(list); !ok || path {
		return nil
	}
	if v := object.get(args[1]); v != nil {
		return v
	}
	return args[2]
}

// objectUnion has all keys of two objects; of a key in both the second's value,
// but two objects are united too.
func objectUnion(r *Run, args []Value) Value {
	a, ok := args[0].(record)
	b, too := args[1].(record)
	if !ok || !too {
		return nil
	}
	left, right := a.all(), b.all()
	out := &Object{pairs: make([]pair, 0, len(left)+len(right))}
	for len(left) > 0 || len(right) > 0 {
		switch {
		case len(right) == 0:
			return &Object{pairs: append(out.pairs, left...)}
		case len(left) == 0:
			return &Object{pairs: append(out.pairs, right...)}
		}
		switch c := compare(left[0].key, right[0].key); {
		case c < 0:
			out.pairs, left = append(out.pairs, left[0]), left[1:]
		case c > 0:
			out.pairs, right = append(out.pairs, right[0]), right[1:]
		default:
			v := right[0].value
			if both := objectUnion(r, []Value{left[0].value, v}); both != nil {
				v = both
			}
			out.pairs, left, right = append(out.pairs, pair{right[0].key, v}), left[1:], right[1:]
		}
	}
	return out
}

func arrayConcat(r *Run, args []Value) Value {
	a, ok := args[0].(list)
	b, too := args[1].(list)
	switch {
	case !ok || !too:
		return nil
	case a.size() == 0:
		return b
	case b.size() == 0:
		return a
	}
	out, n := r.room.values.some(a.size()+b.size()), a.size()
	for i := range n {
		out[i] = a.at(i)
	}
	for i := range b.size() {
		out[n+i] = b.at(i)
	}
	return r.room.array(out)
}

func setUnion(r *Run, args []Value) Value {
	a, ok := args[0].(*Set)
	b, too := args[1].(*Set)
	if !ok || !too {
		return nil
	}
	switch {
	case len(a.all()) == 0:
		return b
	case len(b.all()) == 0:
		return a
	}
	out := r.room.sets.one()
	for _, from := range [][]Value{a.all(), b.all()} {
		for _, item := range from {
			out.insert(&r.room, item)
		}
	}
	return out
}

func sorted(r *Run, args []Value) Value {
	switch v := args[0].(type) {
	case *Set:
		return r.room.array(slices.Clip(v.all()))
	case list:
		items := r.room.values.some(v.size())
		for i := range items {
			items[i] = v.at(i)
		}
		slices.SortStableFunc(items, compare)
		return r.room.array(items)
	}
	return nil
}

// concat joins strings.
func concat(_ *Run, args []Value) Value {
	separator, ok := args[0].(String)
	if set, is := args[1].(*Set); is {
		args[1] = &Array{set.all()}
	}
	items, too := args[1].(list)
	if !ok || !too {
		return nil
	}
	if items.size() == 1 {
		text, ok := items.at(0).(String)
		if !ok {
			return nil
		}
		return text
	}
	var b strings.Builder
	for i := range items.size() {
		text, ok := items.at(i).(String)
		if !ok {
			return nil
		}
		if i > 0 {
			b.WriteString(string(separator))
		}
		b.WriteString(string(text))
	}
	return String(b.String())
}

// split cuts a text at another one that is not empty.
func split(r *Run, args []Value) Value {
	text, ok := args[0].(String)
	at, too := args[1].(String)
	if !ok || !too || at == "" {
		return nil
	}
	var parts []Value
	for part := range strings.SplitSeq(string(text), string(at)) {
		parts = r.room.append(parts, r.room.show(part))
	}
	return r.room.array(parts)
}

// sprintf writes strings and integers for the plain verbs; others OPA writes.
func sprintf(r *Run, args []Value) Value {
	format, ok := args[0].(String)
	items, too := args[1].(list)
	if !ok || !too {
		return nil
	}
	out, rest, next := r.text[:0], string(format), 0
	defer func() { r.text = out[:0] }()
	for {
		before, verb, found := strings.Cut(rest, "%")
		out = append(out, before...)
		if !found {
			break
		}
		if verb == "" || next == items.size() {
			return nil
		}
		switch item := items.at(next).(type) {
		case String:
			if verb[0] != 's' && verb[0] != 'v' {
				return nil
			}
			out = append(out, item...)
		case Int:
			if verb[0] != 'd' && verb[0] != 'v' {
				return nil
			}
			out = strconv.AppendInt(out, int64(item), 10)
		default:
			return nil
		}
		rest, next = verb[1:], next+1
	}
	if next < items.size() {
		return nil
	}
	return String(out)
}

// marshal writes a text as JSON that is written as it is; others OPA writes.
func marshal(_ *Run, args []Value) Value {
	text, ok := args[0].(String)
	if !ok || strings.ContainsFunc(string(text), func(r rune) bool {
		return r < ' ' || r > '~' || strings.ContainsRune(`"\<>&`, r)
	}) {
		return nil
	}
	return `"` + text + `"`
}
