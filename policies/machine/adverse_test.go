package machine

import (
	"fmt"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
	"pgregory.net/rapid"
)

// pieced are texts of a few pieces.
func pieced(pieces ...string) *rapid.Generator[Value] {
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 6), func(list []string) Value {
		text := ""
		for _, piece := range list {
			text += piece
		}
		return String(text)
	})
}

// adverse are arguments that the machine's own functions could read otherwise than
// OPA's, by the name of the function.
func adverse() map[string][]*rapid.Generator[Value] {
	ranges := rapid.OneOf(ranges4and6(), rapid.Map(rapid.Custom(func(t *rapid.T) string {
		address := rapid.SampledFrom([]string{
			"0.0.0.0", "10.0.0.1", "10.128.0.0", "255.255.255.255", "::", "::1", "fd00::1", "fd80::", "::ffff:10.0.0.1", "::ffff:0:0", "::fffe:0:0", "::10.0.0.1", "fe80::1%eth0", "1.2.3", "",
		}).Draw(t, "address")
		bits := rapid.OneOf(rapid.Map(rapid.IntRange(0, 129), func(n int) string { return fmt.Sprint("/", n) }), rapid.SampledFrom([]string{"", "/", "/08", "/-1", "/+8", "/8 ", "/ 8"})).Draw(t, "bits")
		return address + bits
	}), func(text string) Value { return String(text) }))
	verbs := []string{"%s", "%v", "%d", "%s", "%v", "%d", "%x", "%05d", "%q", "%+d", "%c", "%.2f", "%t", "%[2]v", "%*d", "%!", "%", "%%"}
	formats := rapid.OneOf(pieced(verbs...), pieced(append(verbs, "ü", " ", "s", "d", "v")...), rapid.SampledFrom([]Value{String("%x"), String("%c"), String("%d%x"), String("%s: %v")}))
	return map[string][]*rapid.Generator[Value]{
		"net.cidr_contains":   {ranges, ranges},
		"net.cidr_intersects": {ranges, ranges},
		"json.marshal":        {rapid.OneOf(rapid.Map(rapid.String(), func(s string) Value { return String(s) }), pieced("a", `"`, `\`, "<", ">", "&", "\u2028", "\x7f", "\n", "\x00", "\uFFFD", "ü", "~", " ", "/", "'"), values())},
		"sprintf":             {formats, lists(rapid.OneOf(pieced("%s", "ü", "<"), numbers(), numbers(), values()))},
		"regex.match": {
			pieced("^", "$", "a", "b", "[a-b]", "[^a]", "[]a]", `[\s\S]`, `[^\x00-\x{10FFFF}]`, "(?i)", "(?s)", "(?m)", "(?i:K)", "K", ".", "|", "*", "+", "(", ")", `\d`, `\b`, `\pL`, "[[:^alpha:]]", "ü", "\uFFFD", `\z`, "["),
			pieced("a", "b", "A", "k", "\u212a", "\n", "ü", "1", "\uFFFD", " ", "\U0010FFFF"),
		},
		"split":    {pieced("a", "b", ",", "ü", "\uFFFD"), pieced(",", "a", "ü")},
		"contains": {pieced("a", "b", "ü"), pieced("a", "b", "ü")},
		"lower":    {pieced("A", "İ", "ß", "\u212a", "Σ", "a")},
		"upper":    {pieced("a", "ı", "ß", "ŉ", "ς")},
	}
}

// What a run has read and asked before does not change what its functions say, nor do
// later answers change earlier ones: one run answers all.
func TestOwnedAreOPAsInARunThatKnowsMuch(t *testing.T) {
	for name, generators := range adverse() {
		t.Run(name, func(t *testing.T) {
			own, run, answered := owned()[name], &Run{}, 0
			rapid.Check(t, func(t *rapid.T) {
				var gave []Value
				var opas []string
				for range 8 {
					if got, want := asked(t, name, own, run, generators); got != nil {
						gave, opas, answered = append(gave, got), append(opas, want), answered+1
					}
				}
				for i, got := range gave {
					if term(got).String() != opas[i] {
						t.Fatalf("%s is %v, of OPA %s", name, term(got), opas[i])
					}
				}
			})
			if answered == 0 {
				t.Errorf("%s never answered", name)
			}
		})
	}
}

// asked is what one of the machine's own functions gives, and what OPA's does; nil when it
// leaves that to OPA.
func asked(t *rapid.T, name string, own builtin, run *Run, generators []*rapid.Generator[Value]) (got Value, opas string) {
	defer orGivesUp()
	args, terms := make([]Value, len(generators)), make([]*ast.Term, len(generators))
	for i, generator := range generators {
		args[i] = generator.Draw(t, fmt.Sprint("argument ", i))
		terms[i] = term(args[i])
	}
	if got = own(run, args); got == nil {
		return nil, ""
	}
	err := topdown.GetBuiltin(name)(topdown.BuiltinContext{Context: t.Context()}, terms, func(t *ast.Term) error { opas = t.String(); return nil })
	if err != nil || term(got).String() != opas {
		t.Fatalf("%s%v is %v, of OPA %s %v", name, terms, term(got), opas, err)
	}
	return got, opas
}
