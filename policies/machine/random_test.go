package machine

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// author writes random functions.
type author struct {
	*rand.Rand
	names []string // of variables that have a value
	next  int
}

// name is a new variable.
func (a *author) name() string {
	a.next++
	return fmt.Sprint("v", a.next)
}

func (a *author) one(of ...string) string { return of[a.IntN(len(of))] }

// value is an expression.
func (a *author) value(depth int) string {
	if depth == 0 || a.IntN(5) == 0 {
		return a.one(append(a.names, "x", "x", "input.n", "always", `"a"`, "1", `"10.0.0.0/8"`, "[]", "set()", "null", "1.5", `{"a": 1}`)...)
	}
	v := func() string { return a.value(depth - 1) }
	switch a.IntN(20) {
	case 0:
		return fmt.Sprintf("[%s, %s]", v(), v())
	case 1:
		return fmt.Sprintf("{%s, %s}", v(), v())
	case 2:
		return fmt.Sprintf(`{"b": %s, "a": %s}`, v(), v())
	case 3, 4, 5:
		return a.comprehension(depth-1, "[", "]")
	case 6, 7:
		return a.comprehension(depth-1, "{", "}")
	case 8:
		return fmt.Sprintf("g(%s)", v())
	case 9:
		return fmt.Sprintf("h(%s, %s)", v(), v())
	case 10:
		return fmt.Sprintf("(%s %s %s)", v(), a.one("|", "-", "+"), v())
	case 11:
		return fmt.Sprintf("array.concat(%s, %s)", v(), v())
	case 12:
		return fmt.Sprintf(`sprintf(%q, [%s, %s])`, a.one("%v %v", "%s-%d", "%d%%%s", "%v%v"), v(), v())
	case 13:
		return fmt.Sprintf(`object.get(%s, "a", %s)`, v(), v())
	case 14:
		return fmt.Sprintf(`split(%s, %q)`, v(), a.one("a", ",", "/"))
	case 15, 16:
		return fmt.Sprintf("%s(%s)", a.one("count", "sort", "min", "max", "json.marshal", "lower", "object.keys", "is_set", "is_string"), v())
	case 17:
		if a.IntN(2) == 0 {
			return fmt.Sprintf(`{%s: %s, "b": %s}`, v(), v(), v())
		}
		return fmt.Sprintf("object.union(%s, %s)", v(), v())
	}
	return a.one("x", "always", "input.n") + a.one(".a", "[0]", `["b"]`, "[_]")
}

func (a *author) comprehension(depth int, open, end string) string {
	names := a.names
	defer func() { a.names = names }()
	conditions := a.conditions(depth)
	return open + a.value(depth) + " | " + conditions + end
}

// conditions begin with a loop.
func (a *author) conditions(depth int) string {
	out := []string{a.loop(depth)}
	for range a.IntN(3) {
		out = append(out, a.condition(depth))
	}
	return strings.Join(out, "; ")
}

func (a *author) loop(depth int) string {
	of, name := a.value(depth), a.name()
	a.names = append(a.names[:len(a.names):len(a.names)], name)
	return fmt.Sprintf("some %s in %s", name, of)
}

func (a *author) condition(depth int) string {
	v := func() string { return a.value(max(depth-1, 0)) }
	switch a.IntN(9) {
	case 0:
		return a.loop(depth)
	case 1:
		return "not " + v() + " in " + v()
	case 2:
		return fmt.Sprintf("regex.match(%q, %s)", a.one("[ab]", "^a", "(?i)A", ".", "[^0-9]"), v())
	case 3:
		return fmt.Sprintf("net.cidr_%s(%s, %s)", a.one("contains", "intersects"), v(), v())
	case 4:
		of, names, name := v(), a.names, a.name()
		a.names = append(names[:len(names):len(names)], name)
		defer func() { a.names = names }()
		return fmt.Sprintf("every %s in %s { %s }", name, of, a.condition(max(depth-1, 0)))
	case 5:
		return "not " + a.one("p", "q") + "(" + v() + ")"
	case 6:
		return a.one("p", "q") + "(" + v() + ")"
	case 7:
		name, of := a.name(), v()
		a.names = append(a.names[:len(a.names):len(a.names)], name)
		return name + " := " + of
	}
	return v() + " " + a.one("==", "!=", "<", "<=", ">", ">=") + " " + v()
}

// helpers are what random functions call.
const helpers = `
g(y) := [[z, always] | some z in y]
h(y, z) := {w | some w in y; w != z}
p(y) if { some z in y; z == 1 }
p(y) if y == "a"
q(y) if { some z in y; some w in z; w != "b" }
always := {[y, "k"] | some y in input.n}
`

// Random functions give what OPA's give, or the machine is not sure.
func TestRandomPlansAreRego(t *testing.T) {
	written, sure := 0, 0
	for seed := uint64(0); written < 40; seed++ {
		a := &author{Rand: rand.New(rand.NewPCG(seed, 1))}
		body := "f(x) := " + a.value(4) + helpers
		compiled, err := compiledBody(body)
		if err != nil {
			continue
		}
		if _, err := Plan(t.Context(), compiled, "x := data.t.f(input.x)"); err != nil {
			continue // not every function has a plan
		}
		written++
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			if n, _ := agreed(t, body, compiled); n > 0 {
				sure++
			}
		})
	}
	if sure < written/2 {
		t.Errorf("the machine is sure of %d of %d functions", sure, written)
	}
}
