package machine

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"
	opatypes "github.com/open-policy-agent/opa/v1/types"
	"pgregory.net/rapid"
)

// numbers and texts are few, so that some are equal.
func numbers() *rapid.Generator[Value] {
	written := []string{"0", "1", "2", "-1", "1.0", "1.5", "-1.5", "1e3", "1000", "12345678901234567890", "-0", "9223372036854775807", "9007199254740993", "9007199254740992", "9007199254740992.5"}
	return rapid.Map(rapid.SampledFrom(written), writtenNumber)
}

// writtenNumber is a number however it is written, also where the machine reads none.
func writtenNumber(text string) (out Value) {
	out = Number(text)
	defer orGivesUp()
	return numeral(text)
}

func texts() *rapid.Generator[Value] {
	written := []Value{String(""), String("a"), String("b"), String("ab"), String("Ab "), String("10.0.0.0/8"), String("%s-%v"), String("%d%%"), String("%s: %d"), String("ü"), String("1")}
	return rapid.SampledFrom(written)
}

func ranges4and6() *rapid.Generator[Value] {
	written := []Value{
		String("0.0.0.0/0"), String("10.0.0.0/8"), String("10.1.2.3/16"), String("10.1.2.3"), String("11.0.0.0/8"), String("10.1.0.0/016"),
		String("010.0.0.0/8"), String("::/0"), String("fd00::/8"), String("fd00:1::/32"), String("::/80"), String("::ffff:10.0.0.0/104"), String("10.0.0.0/33"), String(""),
	}
	return rapid.SampledFrom(written)
}

func lists(items *rapid.Generator[Value]) *rapid.Generator[Value] {
	return rapid.Map(rapid.SliceOfN(items, 0, 4), func(list []Value) Value { return &Array{list} })
}

func sets(items *rapid.Generator[Value]) *rapid.Generator[Value] {
	return rapid.Map(rapid.SliceOfN(items, 0, 4), func(list []Value) (out Value) {
		out = Null{}
		s := &Set{}
		defer orGivesUp()
		for _, v := range list {
			s.add(v)
		}
		return s
	})
}

func objects(items *rapid.Generator[Value]) *rapid.Generator[Value] {
	return rapid.Map(rapid.SliceOfN(items, 0, 8), func(list []Value) (out Value) {
		out = Null{}
		o := &Object{}
		defer orGivesUp()
		for i := 0; i+1 < len(list); i += 2 {
			o.put(list[i], list[i+1])
		}
		return o
	})
}

// values are random values of Rego.
func values() *rapid.Generator[Value] {
	scalars := rapid.OneOf(rapid.Just(Value(Null{})), rapid.Map(rapid.Bool(), func(b bool) Value { return Bool(b) }), numbers(), texts())
	out := scalars
	for range 2 {
		out = rapid.OneOf(scalars, lists(out), sets(out), objects(out))
	}
	return rapid.OneOf(out, lists(texts()), sets(texts()), lists(numbers()), sets(numbers()))
}

// arguments are values of what a function takes, mostly.
func arguments(t opatypes.Type) *rapid.Generator[Value] {
	switch t.(type) {
	case opatypes.String:
		return rapid.OneOf(texts(), texts(), texts(), values())
	case opatypes.Number:
		return rapid.OneOf(numbers(), numbers(), numbers(), values())
	case *opatypes.Set:
		return rapid.OneOf(sets(values()), sets(texts()), values())
	case *opatypes.Array:
		return rapid.OneOf(lists(values()), lists(texts()), values())
	case *opatypes.Object:
		return rapid.OneOf(objects(values()), objects(texts()), values())
	}
	return values()
}

// orGivesUp ends a check in which the machine gave up.
func orGivesUp() {
	switch why := recover().(type) {
	case nil:
	case unsure:
	default:
		panic(why)
	}
}

// A number is written in one way, or the machine does not read it.
func TestNumbersAreWrittenInOneWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		defer orGivesUp()
		text := rapid.StringMatching(`-?(0|[1-9][0-9]{0,19})(\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?`)
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		if rapid.Bool().Draw(t, "near") {
			b = a + rapid.SampledFrom([]string{"", "0", ".0", ".50", "e0", "E1", "e-1"}).Draw(t, "more")
		}
		if va, vb := numeral(a), numeral(b); json.Valid([]byte(b)) && ast.NumberCompare(ast.Number(a), ast.Number(b)) == 0 && va != vb {
			t.Fatalf("%s and %s are one number", a, b)
		}
	})
	for text, read := range map[string]bool{"0": true, "-0": false, "-0.0": false, "-1": true, "1.5": true, "0.05": true, "1.50": false, "1e3": false, "9223372036854775808": true, "9223372036854775808.0": false} {
		if _, err := FromJSON([]byte(text)); (err == nil) != read {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestOrderIsOPAs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		defer orGivesUp()
		a, b := values().Draw(t, "a"), values().Draw(t, "b")
		if got, want := cmp.Compare(compare(a, b), 0), cmp.Compare(ast.Compare(term(a), term(b)), 0); got != want {
			t.Fatalf("compare is %d, OPA's %d: %v, %v", got, want, term(a), term(b))
		}
		if equal(a, b) != (compare(a, b) == 0) {
			t.Fatal("equal is not compare")
		}
		if again := valueOf(term(a).Value); !equal(a, again) || rank(a) != rank(again) {
			t.Fatalf("%v becomes %v", a, again)
		}
	})
}

// The machine's own functions say what OPA's say, or leave it to them.
func TestOwnedAreOPAs(t *testing.T) {
	for name, own := range owned() {
		t.Run(name, func(t *testing.T) { owns(t, name, own) })
	}
}

func owns(t *testing.T, name string, own builtin) {
	opa := topdown.GetBuiltin(name)
	answered := 0
	rapid.Check(t, func(t *rapid.T) {
		defer orGivesUp()
		takes := ast.BuiltinMap[name].Decl.FuncArgs().Args
		args := make([]Value, len(takes))
		terms := make([]*ast.Term, len(args))
		for i := range args {
			generator := arguments(takes[i])
			switch {
			case strings.HasPrefix(name, "net."):
				generator = ranges4and6()
			case name == "to_number":
				generator = rapid.OneOf(texts(), numbers(), values())
			case strings.HasPrefix(name, "json."):
				generator = rapid.OneOf(texts(), values())
			}
			args[i] = generator.Draw(t, fmt.Sprint("argument ", i))
			terms[i] = term(args[i])
		}
		got := own(&Run{}, args)
		if got == nil {
			return
		}
		answered++
		var want *ast.Term
		err := opa(topdown.BuiltinContext{Context: t.Context()}, terms, func(t *ast.Term) error { want = t; return nil })
		if err != nil || want == nil {
			t.Fatalf("%s%v is %v, of OPA %v %v", name, terms, term(got), want, err)
		}
		if !equal(got, valueOf(want.Value)) || term(got).String() != want.String() {
			t.Fatalf("%s%v is %v, of OPA %v", name, terms, term(got), want)
		}
	})
	if answered == 0 {
		t.Errorf("%s never answered", name)
	}
}

// bodies are functions f(x); some of them break for some x.
var bodies = []string{
	`f(x) := x`,
	`f(x) := y if { some y in x; y == 1 }`,
	`f(x) := [y | some y in x; not y == 1]`,
	`f(x) := [i, y] if { some i, y in x; i > 0 }`,
	`f(x) := {i: y | some i, y in x}`,
	`f(x) := {y: i | some i, y in x}`,
	`f(x) := {y | some y in x} | {"own"}`,
	`f(x) := "all" if { every y in x { y != 1 } } else := "some" if { every k, y in x { is_number(k); y != null } } else := "none"`,
	`f(x) := "yes" if { not g(x) } else := "no"
	 g(x) if x[0]
	 g(x) if { some y in x; y == "a" }`,
	`f(x) := 1 if x[0] == 1
	 f(x) := 2 if x[1] == 2
	 default f(_) := 3`,
	`f(x) := "all" if { every y in x { count(y) > 0 } } else := "not"`,
	`f(x) := [y | some y in x; every z in y { every w in x { z != w } }]`,
	`f(x) := count(x)`,
	`f(x) := {"a": x, "b": {"c": [x, input.n]}}`,
	`f([a, b]) := {"a": a, "b": b}
	 f([a]) := a
	 f("a") := "text"`,
	`f(x) := y if { [1, y] = x }`,
	`f(x) := y if { {"a": y} = x }`,
	`f(x) := constants[x]
	 constants := {"a": 1, "b": data.t.other, 1: "one"}
	 other contains v if some v in [3, 2, 1]`,
	`f(x) := x.a.b
	 f(x) := x[1][0]`,
	`f(x) := x[_]`,
	`f(x) := {k: x[k] | some k; x[k]}`,
	`f(x) := sort(x)`,
	`f(x) := concat(",", x)`,
	`f(x) := sprintf("%v %s %d", [x, x, x])`,
	`f(x) := min(x)`,
	`f(x) := array.concat(x, [input.n])`,
	`f(x) := object.get(x, "a", object.get(x, ["b", 0], "none"))`,
	`f(x) := object.union(x, {"a": {"z": 1}})`,
	`f(x) := lower(x) if endswith(x, " ")
	 f(x) := split(x, "") if not endswith(x, " ")`,
	`f(x) := x + 1`,
	`f(x) := to_number(x)`,
	`f(x) := net.cidr_contains(x, "10.1.0.0/16")`,
	`f(x) := [a, b] if { some a in x; some b in x; a != b; not a in {null, 1} }`,
	`f(x) := walked if { walked := [p | walk(x, [p, _])] }`,
	`f(x) := y if { y := input.n with input.n as x }`,
	`f(x) := [true | x == input.n; x != null]`,
	`f(x) := [[g(x, i), g(x, 40 - i), g(input.n, i)] | some i in numbers.range(0, 40)]
	 g(x, i) := {"z": [i | some y in x; y == i], "a": i}`,
	`f(x) if { some y in x; some z in y; z == 1 }`,
	`f(x) if { some y in x; to_number(y) == 1 }`,
	`f(x) := "a" if { some y in x; y == 1 } else := "b" if { some y in x; some z in y; z == "a" } else := "c"`,
	`f(x) := "a" if { some y in x; to_number(y) == 1 } else := "b" if { x }`,
	`f(x) := {"k": [y | some y in x; y != 1], "n": [], "s": {1, "a"}, "deep": {"k": x, "v": {"z": 1}}}`,
	`f(x) := {k: v | some v in x; k := {"a": v}.a}`,
	`f(x) := x | {1}
	 f(x) := array.concat([x], [other]) if not is_set(x)
	 other contains 1 if input.n
	 other contains 2 if input.n == 1`,
	`f(x) := y.a.b if { y := {"a": {"b": x}} }`,
	`f(x) := [z | some y in x; z := {"b": y, "a": []}; z != {"b": 1, "a": []}; z in {{"b": 2, "a": []}, {"b": "a", "a": []}}]`,
	`f(x) := {"a": 1} if x == {"a": 1} else := {{"a": y} | some y in x}`,
	`f(x) := [{"a\u0000b": x}, {"a": x, "b": x}]`,
	`f(x) := [v | is_string(x); some v in {x, "b", 1}] if not is_number(x)
	 f(x) := [v | some v in {"c", "b", 1}] if is_number(x)`,
	`f(x) := [v | some v in {x: 1, "b": 2}] if is_string(x)
	 f(x) := [v | some v, _ in {input.n: 1, x: 1}] if is_array(x)
	 f(x) := x if is_set(x)`,
	`f(x) := [v | y := "b"; some v in {y, "c", "a"}] if x == 1
	 f(x) := x if x != 1`,
	`f(x) := [v | y := 2; z := y; some v in {z, 3, 1}] if is_string(x)
	 f(x) := [v | y := "b"; some _, v in {"z": 0, y: 1, "c": 2, "a": 3}] if is_number(x)
	 f(x) := [v | y := "b"; some v in {[y], ["c"], ["a"]}] if is_array(x)
	 f(x) := [v | y := {"k": "b"}; some v in {{"v": y}, {"v": {"k": "c"}}, {"v": {"k": "a"}}}] if is_set(x)
	 f(x) := x if is_object(x)`,
	`f(x) := [sort(y), y, max(y), y, array.concat(y, y), y, array.concat(y, ["z"]), y] if { y := [z | some z in x] }`,
	`f(x) := [y | {"own", 0}, y, {"a"} | y, y, y - {1, "a"}, y, y & {1, "a"}, y, sort(y), y] if { y := {z | some z in x} }`,
	`f(x) := [object.union(y, {"a": 0, "z": {"b": 1}}), y, object.union({"a": {"c": 2}}, y), y] if { y := {"a": {"b": x}, "z": x} }`,
	`f(x) := [y | some i in [0, 1.5, 9223372036854775808, -1, "0", x]; some y in [[["a", "b"][i]], [x[i]], ["none"]]]`,
	`f(x) := "empty" if { y := {z | some z in input.n; z == "z"}; x.a == y } else := "none"`,
	`f(x) := [[g(x, 1, 2, 3, i), h(1, x, i, 2)] | some i in [1, 2, x, "a"]]
	 g(a, _, _, _, e) := [y | some y in [a, e]]
	 h(_, b, c, _) := [y | some y in [b, c]]`,
	`f(x) := [g(x)]
	 default g(_) := "none"
	 g(x) := "one" if { is_string(x); some y in {x, "breaks"}; to_number(y) == 1 }`,
	`f(x) := [g(x), g(1), g(1.0), g([1]), g([1e0])]
	 g(y) := [y]`,
	`f(x) := {"n": n} if { n := count({y | some y in x; y > 1}); n >= 1 } else := set()`,
}

// A plan gives what OPA gives, or the machine is not sure.
func TestPlansAreRego(t *testing.T) {
	for _, body := range bodies {
		t.Run(body, func(t *testing.T) { agrees(t, body) })
	}
}

func agrees(t *testing.T, body string) {
	compiled, err := compiledBody(body)
	if err != nil {
		t.Fatal(err)
	}
	if sure, all := agreed(t, body, compiled); all != (sure > 0) {
		t.Errorf("%s: the machine is never sure", body)
	}
}

func compiledBody(body string) (*ast.Compiler, error) {
	return ast.CompileModulesWithOpt(map[string]string{"t.rego": "package t\n" + body}, ast.CompileOpts{ParserOptions: ast.ParserOptions{RegoVersion: ast.RegoV1}})
}

// agreed says how often the machine gave anything, and whether it can run all functions.
func agreed(t *testing.T, body string, compiled *ast.Compiler) (sure int, all bool) {
	const text = "x := data.t.f(input.x)"
	program := kept(t, compiled, text)
	query, err := rego.New(rego.Compiler(compiled), rego.StrictBuiltinErrors(true), rego.Query("x := [data.t.f(input.x)]")).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		defer orGivesUp() // of a number that can be written in another way
		x := valueOf(term(rapid.OneOf(values(), texts(), numbers(), ranges4and6(), objects(texts())).Draw(t, "x")).Value)
		input := &Object{}
		input.put(String("x"), x)
		input.put(String("n"), valueOf(term(values().Draw(t, "n")).Value))
		run := program.Start(t.Context(), input)
		defer run.End() // so that the next one has its memory
		got, err := run.Call(program.Function("g0.data.t.f"), x)
		if errors.Is(err, ErrUnsure) {
			return
		}
		sure++
		set, wrong := query.Eval(t.Context(), rego.EvalParsedInput(term(input).Value))
		var want any
		if len(set) > 0 {
			want = set[0].Bindings["x"].([]any)[0]
		}
		if wrong != nil || (got != nil) != (len(set) > 0) {
			t.Fatalf("%s: of %v is %v, of OPA %v %v", body, term(input), got, want, wrong)
		}
		if got == nil {
			return
		}
		opas, err := ast.InterfaceToValue(want)
		if err != nil {
			t.Fatal(err)
		}
		if mine := ast.MustJSON(term(got).Value); ast.MustInterfaceToValue(mine).String() != opas.String() {
			t.Fatalf("%s: of %v is %v, of OPA %v", body, term(input), mine, want)
		}
	})
	return sure, runs(program, "g0.data.t.f")
}

// Of a struct a plan reads what it reads of its JSON: fields that are there, left
// out or not there at all.
func TestFieldsOfStructs(t *testing.T) {
	type inner struct {
		A    []int  `json:"a"`
		Left string `json:"left,omitempty"`
	}
	type outer struct {
		Z     string `json:"z"`
		Inner inner  `json:"inner"`
		B     *inner `json:"b,omitempty"`
	}
	const body = `f(x) := [[v | v := x.z], [v | v := x.a], [v | v := x.inner.a[_]], [v | v := x.inner.left], [v | v := x.inner.z], [v | v := x.b.a], [v | v := x.b.b]]`
	module := ast.MustParseModuleWithOpts("package t\n"+body, ast.ParserOptions{RegoVersion: ast.RegoV1})
	compiled := ast.NewCompiler()
	if compiled.Compile(map[string]*ast.Module{"t.rego": module}); compiled.Failed() {
		t.Fatal(compiled.Errors)
	}
	program := kept(t, compiled, "x := data.t.f(input.x)")
	for _, v := range []outer{{}, {Z: "z", Inner: inner{A: []int{1, 2}, Left: "l"}}, {B: &inner{A: []int{3}}}} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		document, err := FromJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		view, err := program.Show(v)
		if err != nil {
			t.Fatal(err)
		}
		want, err := program.Start(t.Context(), &Object{}).Call(program.Function("g0.data.t.f"), document)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := program.Start(t.Context(), &Object{}).Call(program.Function("g0.data.t.f"), view); err != nil || !equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", text, got, err, want)
		}
	}
}

// A floating-point number is shown as JSON writes it, or the machine is not sure of both.
func TestNumbersOfGo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.OneOf(rapid.Float64(), rapid.Map(rapid.IntRange(-1e9, 1e9), func(n int) float64 { return float64(n) / 1e6 })).Draw(t, "f")
		text, err := json.Marshal(f)
		if err != nil {
			return
		}
		want, unsure := FromJSON(text)
		if got, err := (&Program{}).Show(f); got != want || (err == nil) != (unsure == nil) {
			t.Fatalf("%s is shown as %v, %v, want %v, %v", text, got, err, want, unsure)
		}
	})
}

// What depends on more than arguments, or is not known, is left to OPA.
func TestUnknownIsLeft(t *testing.T) {
	for body, sure := range map[string]bool{
		`f(x) := [p | walk(x, [p, _])]`:                   false,
		`f(x) := y if { y := input.n with input.n as x }`: false,
		`f(x) := time.now_ns() + x`:                       false,
		"f(x) := g(x)\ng(x) := time.now_ns() + x":         false,
		`f(x) := lower(x)`:                                true,
	} {
		module := ast.MustParseModuleWithOpts("package t\n"+body, ast.ParserOptions{RegoVersion: ast.RegoV1})
		compiled := ast.NewCompiler()
		if compiled.Compile(map[string]*ast.Module{"t.rego": module}); compiled.Failed() {
			t.Fatal(compiled.Errors)
		}
		program := kept(t, compiled, "x := data.t.f(input.x)")
		if runs(program, "g0.data.t.f") != sure {
			t.Errorf("%s: runs is %v", body, !sure)
		}
		if _, err := program.Start(t.Context(), &Object{}).Call(program.Function("g0.data.t.f"), String("A")); errors.Is(err, ErrUnsure) == sure {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// A text is in a list of Go's exactly if it is in what JSON holds of it.
func TestTextsInListsOfGo(t *testing.T) {
	list := []string{"a", "b\xff", "ü", ""}
	view, err := (&Program{}).Show(&list)
	if err != nil {
		t.Fatal(err)
	}
	fixed, err := (&Program{}).Show(list)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	document, err := FromJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range []Value{String("a"), String("b"), String("b\uFFFD"), String("\uFFFD"), String("ü"), String(""), Int(1), Null{}} {
		if got, other, want := member(item, view), member(item, fixed), member(item, document); got != want || other != want {
			t.Errorf("%v: %v, %v, want %v", item, got, other, want)
		}
	}
}

// A class of characters is found as the expression that it is.
func TestClassesOfCharacters(t *testing.T) {
	for _, pattern := range []string{`[\s\p{Z}]`, `[^a-c]`, `\d`, `[äöü]`, `a`, `(?i)[k-m]`, `[a-c]+`, `^[a-c]$`, ``} {
		own, want := expressed(String(pattern)), regexp.MustCompile(pattern)
		rapid.Check(t, func(t *rapid.T) {
			text := rapid.OneOf(rapid.StringOf(rapid.SampledFrom([]rune("abcdKk \u00a0\u3000äü1\n\u212a"))), rapid.String()).Draw(t, "text")
			if own.matches(text) != want.MatchString(text) {
				t.Errorf("%q in %q is %v", pattern, text, own.matches(text))
			}
		})
	}
	if expressed("[") != nil {
		t.Error("an expression that cannot be read")
	}
}
