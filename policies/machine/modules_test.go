package machine

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// moduler writes random modules: rules of every form, which use those before them.
type moduler struct {
	*rand.Rand
	names     []string // of variables that have a value
	params    []string // of the rule that is written: OPA knows nothing of their types
	values    []string // rules that are values
	functions []string // by name and number of parameters: r1/2
	odd       bool     // numbers are written in several ways
	next      int
}

func (m *moduler) one(of ...string) string { return of[m.IntN(len(of))] }

// name is a new variable.
func (m *moduler) name() string {
	m.next++
	return fmt.Sprint("v", m.next)
}

// within writes with the names that are known here, and forgets those that it adds.
func (m *moduler) within(write func() string) string {
	names := m.names
	defer func() { m.names = names }()
	return write()
}

// bind makes a name known.
func (m *moduler) bind(name string) string {
	m.names = append(m.names[:len(m.names):len(m.names)], name)
	return name
}

func (m *moduler) number() string {
	if !m.odd {
		return m.one("0", "1", "2", "3")
	}
	return m.one("0", "1", "2", "3", "1", "-1", "1.5", "9007199254740993", "9223372036854775808", "9223372036854775807", m.one("1.0", "1e0", "10e-1", "0.0", "-0", "9007199254740992.0"))
}

func (m *moduler) text() string {
	return m.one(`"a"`, `"b"`, `"c"`, `""`, `"ü"`, `"\ud800"`, `"k"`)
}

func (m *moduler) scalar() string {
	return m.one(m.number(), m.text(), "null", "true", "false")
}

// unknown is a value of which OPA does not know the type.
func (m *moduler) unknown() string {
	out := m.one(append(m.params, "input.x", "input.n")...)
	if m.IntN(4) == 0 {
		out += m.one(".a", `["b"]`, "[0]", "[1]")
	}
	return out
}

// veiled is a value whose type OPA does not know any more, mostly.
func (m *moduler) veiled(depth int) string {
	if m.IntN(8) == 0 {
		return m.value(depth)
	}
	if m.IntN(3) == 0 {
		return m.unknown()
	}
	return "id(" + m.value(depth) + ")"
}

// atom is an expression without another one in it.
func (m *moduler) atom() string {
	switch n := len(m.names); {
	case n > 0 && m.IntN(5) < 3:
		return m.names[n-1-m.IntN(min(n, 4))]
	case len(m.values) > 0 && m.IntN(4) == 0:
		return m.one(m.values...)
	case m.IntN(3) == 0:
		return m.one("input.n", "input.x", "[]", "set()", "{}", `{"a": 1}`, "{1, 2}", `["a", "b"]`)
	}
	return m.scalar()
}

// value is an expression.
func (m *moduler) value(depth int) string {
	if depth <= 0 || m.IntN(4) == 0 {
		return m.atom()
	}
	v := func() string { return m.value(depth - 1) }
	switch m.IntN(12) {
	case 0, 1, 2:
		return m.written(depth)
	case 3, 4:
		return m.comprehension(depth, "[", v, "]")
	case 5:
		return m.comprehension(depth, "{", v, "}")
	case 6:
		return m.comprehension(depth, "{", func() string { return v() + ": " + v() }, "}")
	case 7, 8:
		if len(m.functions) > 0 {
			return m.called(m.one(m.functions...), depth)
		}
	case 9:
		return m.reference(depth, true)
	}
	return m.builtin(depth)
}

// list, set and object are expressions of these types, or of ones that OPA does not know.
func (m *moduler) list(depth int) string {
	v := func() string { return m.value(depth - 1) }
	switch m.IntN(min(4, 2+max(depth, 0))) {
	case 2:
		return fmt.Sprintf("[%s, %s]", v(), v())
	case 3:
		return m.comprehension(depth, "[", v, "]")
	}
	return m.unknown()
}

func (m *moduler) set(depth int) string {
	v := func() string { return m.value(depth - 1) }
	switch m.IntN(min(4, 1+max(depth, 0))) {
	case 1:
		return fmt.Sprintf("{%s, %s}", v(), v())
	case 2:
		return fmt.Sprintf("{%s}", v())
	case 3:
		return m.comprehension(depth, "{", v, "}")
	}
	return m.unknown()
}

func (m *moduler) object(depth int) string {
	v := func() string { return m.value(depth - 1) }
	switch m.IntN(3) {
	case 0:
		return fmt.Sprintf(`{"a": %s, "b": %s}`, v(), v())
	case 1:
		return fmt.Sprintf(`{%s: %s, "b": %s}`, v(), v(), v())
	}
	return m.unknown()
}

// listOrSet is one of both.
func (m *moduler) listOrSet(depth int) string {
	if m.IntN(2) == 0 {
		return m.list(depth)
	}
	return m.set(depth)
}

// builtin is a call of one of OPA's functions.
func (m *moduler) builtin(depth int) string {
	v := func() string { return m.value(depth - 1) }
	number, text := m.one(m.unknown(), m.number()), m.one(m.unknown(), m.text())
	switch m.IntN(12) {
	case 0:
		return fmt.Sprintf("(%s %s %s)", m.set(depth), m.one("|", "&", "-"), m.set(depth))
	case 1:
		return fmt.Sprintf("(%s %s %s)", number, m.one("+", "-", "*", "/", "%"), m.one(m.unknown(), m.number()))
	case 2, 3:
		return fmt.Sprintf("%s(%s)", m.one("count", "sort", "min", "max"), m.listOrSet(depth))
	case 4:
		return fmt.Sprintf("%s(%s)", m.one("json.marshal", "type_name", "is_number", "is_set", "is_array", "is_object"), v())
	case 5:
		return fmt.Sprintf(`sprintf(%q, [%s, %s])`, m.one("%v %v", "%s-%d", "%v%%%v", "%d,%v"), v(), v())
	case 6:
		return fmt.Sprintf("array.concat(%s, %s)", m.list(depth), m.list(depth))
	case 7:
		return fmt.Sprintf("object.union(%s, %s)", m.object(depth), m.object(depth))
	case 8:
		return fmt.Sprintf("object.get(%s, %s, %s)", m.object(depth), m.one(m.scalar(), v()), v())
	case 9:
		return fmt.Sprintf("%s(%s)", m.one("lower", "upper", "trim_space", "to_number"), text)
	case 10:
		return fmt.Sprintf("%s(%s, %s)", m.one("split", "startswith", "contains", "trim_prefix", "endswith"), text, m.one(m.unknown(), m.text()))
	}
	return fmt.Sprintf("%s(%s)", m.one("object.keys", "json.marshal"), m.object(depth))
}

// written is an array, a set or an object that is written down.
func (m *moduler) written(depth int) string {
	var items []string
	form := m.IntN(3)
	for range 1 + m.IntN(4) {
		item := m.value(min(depth-1, m.IntN(2)))
		if form == 2 {
			item = m.value(min(depth-1, m.IntN(2))) + ": " + item
		}
		items = append(items, item)
	}
	if form == 0 {
		return "[" + strings.Join(items, ", ") + "]"
	}
	return "{" + strings.Join(items, ", ") + "}"
}

func (m *moduler) comprehension(depth int, open string, head func() string, end string) string {
	return m.within(func() string {
		conditions := m.loop(depth-1) + m.conditions(depth-1, "; ")
		return open + head() + " | " + conditions + end
	})
}

// reference looks something up, in anything.
func (m *moduler) reference(depth int, any bool) string {
	out := m.one(slices.Concat([]string{"input.x", "input.n"}, m.names, m.params, m.params, m.values)...)
	for range 1 + m.IntN(2) {
		key := m.one(".a", ".b", "[0]", "[1]", `["c"]`, "[1.0]", "["+m.atom()+"]", "["+m.scalar()+"]")
		if any && m.IntN(4) == 0 {
			key = "[_]"
		}
		out += key
	}
	return out
}

// called is a call of a function, by its name and the number of what it takes.
func (m *moduler) called(function string, depth int) string {
	name, params, _ := strings.Cut(function, "/")
	var args []string
	for range params[0] - '0' {
		args = append(args, m.veiled(min(depth-1, 1+m.IntN(2))))
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// loop goes through a value.
func (m *moduler) loop(depth int) string {
	of, before := "", ""
	switch m.IntN(7) {
	case 0: // what is written down with a variable of its own
		before = m.name() + " := " + m.scalar()
		of = fmt.Sprintf(m.one("{%s, %s, %s}", "{%s: 1, %s: 2, %s: 3}", "{[%s], [%s], [%s]}", "[%s, %s, %s]"), strings.Fields(before)[0], m.scalar(), m.atom())
		before += "; "
	case 1, 2:
		of = m.value(depth)
	case 3, 4:
		of = m.listOrSet(depth)
	default:
		of = m.written(max(depth, 1))
	}
	names := m.name()
	if m.IntN(3) == 0 {
		key := m.name()
		names += ", " + key
	}
	m.names = slices.Concat(m.names, strings.Split(names, ", "))
	return fmt.Sprintf("%ssome %s in %s", before, names, of)
}

// conditions are some more, each after a separator.
func (m *moduler) conditions(depth int, separator string) string {
	out := ""
	for range m.IntN(3) {
		out += separator + m.condition(depth)
	}
	return out
}

func (m *moduler) condition(depth int) string {
	v := func() string { return m.value(depth - 1) }
	switch m.IntN(18) {
	case 0, 1, 15, 16, 17:
		return m.loop(depth)
	case 2:
		return "not " + m.unknown() + m.one(" == ", " in ", " < ", " != ") + v()
	case 3:
		return "not " + m.reference(depth, false)
	case 4, 5:
		return m.every(depth)
	case 6:
		of := m.value(m.IntN(max(depth, 0) + 1))
		return m.bind(m.name()) + " := " + of
	case 7:
		return m.unified()
	case 8, 9:
		if len(m.functions) > 0 {
			return m.one("", "not ") + m.called(m.one(m.functions...), depth)
		}
	case 10:
		return v() + " in " + m.listOrSet(depth-1)
	case 11:
		if m.IntN(12) == 0 {
			return m.unknown() + m.one(" == ", " != ") + v() + " with input.n as " + m.atom()
		}
		return m.reference(depth, true)
	case 12:
		return m.reference(depth, true) + " == " + m.veiled(depth-1)
	case 13:
		return v() + m.one(" < ", " <= ", " > ", " >= ") + v()
	}
	return m.veiled(0) + m.one(" == ", " != ") + v()
}

func (m *moduler) every(depth int) string {
	of := m.listOrSet(depth - 1)
	return m.within(func() string {
		name := m.bind(m.name())
		names, first := name, m.veiled(0)+m.one(" != ", " == ", " in ")+name
		if m.IntN(3) == 0 {
			names = m.name() + ", " + name
			first += "; " + strings.TrimSuffix(names, ", "+name) + " != " + m.atom()
		}
		return fmt.Sprintf("every %s in %s { %s }", names, of, first+m.conditions(depth-1, "; "))
	})
}

// unified takes a value apart.
func (m *moduler) unified() string {
	of, name := m.unknown(), m.name()
	pattern := fmt.Sprintf(m.one("[%s, %s]", `{"a": %s, "b": %s}`, "[%s, [%s]]"), name, m.scalar())
	m.bind(name)
	return "some " + name + "; " + pattern + " = " + of
}

// given is a document of JSON.
func (m *moduler) given(depth int) string {
	var items []string
	switch form := m.IntN(5); {
	case depth > 0 && form < 2:
		for range m.IntN(4) {
			items = append(items, m.given(depth-1))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case depth > 0 && form == 2:
		for _, key := range []string{`"a"`, `"b"`, `"c"`, `"k"`, `""`} {
			if m.IntN(3) == 0 {
				items = append(items, key+": "+m.given(depth-1))
			}
		}
		return "{" + strings.Join(items, ", ") + "}"
	}
	return m.scalar()
}

// module is a module with a function f(x).
func (m *moduler) module() string {
	m.odd = m.IntN(12) == 0
	rules := []string{"id(y) := y"}
	for i := range 1 + m.IntN(3) {
		rules = append(rules, m.rule(fmt.Sprint("r", i)))
	}
	m.params, m.names = []string{"x"}, []string{"x"}
	if m.IntN(4) == 0 {
		for range 1 + m.IntN(2) {
			rules = append(rules, m.body(m.params, func() string { return "f(x) := " + m.value(3) }))
		}
		return strings.Join(rules, "\n")
	}
	return strings.Join(append(rules, "f(x) := ["+strings.Join(m.each(), ", ")+"]"), "\n")
}

// each is a list of what each rule gives, if anything.
func (m *moduler) each() (out []string) {
	for _, name := range m.values {
		out = append(out, fmt.Sprintf("[v | v := %s]", name))
	}
	for _, function := range m.functions {
		out = append(out, fmt.Sprintf("[v | some w in [x, %s, %s]; v := %s]", m.value(1), m.value(2), m.within(func() string {
			m.bind("w")
			return m.called(function, 0)
		})))
	}
	return append(out, fmt.Sprintf("[v | v := %s]", m.value(3)))
}

// rule is one of a form, with one or more bodies. Those after it may use it.
func (m *moduler) rule(name string) string {
	var out []string
	form, params, defaults := m.IntN(6), m.parameters(), m.IntN(3) == 0
	for i := range 1 + m.IntN(3) {
		switch {
		case form == 0:
			out = append(out, m.body(nil, func() string { return name + " contains " + m.value(2) }))
		case form == 1:
			out = append(out, m.body(nil, func() string { return name + "[" + m.value(1) + "] := " + m.value(2) }))
		case form == 2 && i == 0 && defaults:
			out = append(out, "default "+name+" := "+m.scalar())
		case form == 2:
			out = append(out, m.chain(nil, name))
		case i == 0 && defaults:
			m.params = params
			out = append(out, m.function(name), fmt.Sprintf("default %s(%s) := %s", name, strings.Join(slices.Repeat([]string{"_"}, len(params)), ", "), m.scalar()))
		default:
			m.params = params
			out = append(out, m.function(name))
		}
		m.params = nil
	}
	if form < 3 {
		m.values = append(m.values, name)
	} else {
		m.functions = append(m.functions, fmt.Sprintf("%s/%d", name, len(params)))
	}
	return strings.Join(out, "\n")
}

// parameters are one or two mostly, or about as many as an answer is kept for.
func (m *moduler) parameters() []string {
	n := 1 + m.IntN(2)
	if m.IntN(8) == 0 {
		n = most + m.IntN(2)
	}
	return []string{"p", "q", "s", "t", "u"}[:n]
}

// function is one body of a function, whose first parameter may be a pattern.
func (m *moduler) function(name string) string {
	names, first := m.params, m.params[0]
	switch m.IntN(6) {
	case 0:
		first, names = m.scalar(), m.params[1:]
	case 1:
		first, names = "["+first+", z]", append([]string{"z"}, names...)
	case 2:
		first = `{"a": ` + first + "}"
	}
	head := fmt.Sprintf("%s(%s)", name, strings.Join(append([]string{first}, m.params[1:]...), ", "))
	m.params = names
	return m.chain(names, head)
}

// chain is a head with a value and a body, and others else.
func (m *moduler) chain(names []string, head string) string {
	out := m.body(names, func() string { return head + " := " + m.value(m.IntN(3)) })
	for m.IntN(4) == 0 {
		out += m.body(names, func() string { return " else := " + m.value(2) })
	}
	return out
}

// body is a head and what must hold for it, which is written first: the head may use
// its variables.
func (m *moduler) body(names []string, head func() string) string {
	m.names = names
	conditions := ""
	if m.IntN(3) == 0 {
		conditions = m.loop(2) + "; "
	}
	conditions += m.condition(2) + m.conditions(1, "; ")
	return head() + " if { " + conditions + " }"
}
