package machine

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
)

// A large set that is written down is the same for runs at the same time, in whichever
// order a plan writes it.
func TestLargeSetsSideBySide(t *testing.T) {
	const size = 2*manyItems - mostLate/2
	items := make([]string, size)
	for i := range items {
		items[i] = strconv.Quote(strconv.Itoa(i))
	}
	module := ast.MustParseModuleWithOpts("package t\nf(x) := {"+strings.Join(items, ", ")+"}[x]", ast.ParserOptions{RegoVersion: ast.RegoV1})
	compiled := ast.NewCompiler()
	if compiled.Compile(map[string]*ast.Module{"t.rego": module}); compiled.Failed() {
		t.Fatal(compiled.Errors)
	}
	plan, err := Plan(t.Context(), compiled, "x := data.t.f(input.x)")
	if err != nil {
		t.Fatal(err)
	}
	if turned := backwards(plan); turned != size {
		t.Fatalf("%d items were turned round", turned)
	}
	text, err := Keep(plan)
	if err != nil {
		t.Fatal(err)
	}
	program, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range size {
				want := String(strconv.Itoa(i))
				if got, err := program.Start(t.Context(), &Object{}).Call(program.Function("g0.data.t.f"), want); err != nil || got != want {
					t.Errorf("%s is %v, %v", want, got, err)
				}
			}
		})
	}
	group.Wait()
}

// backwards has a plan add the items of sets in the other order, and returns how many.
func backwards(plan *ir.Policy) (turned int) {
	for _, f := range plan.Funcs.Funcs {
		for _, b := range f.Blocks {
			var adds []int
			for i, stmt := range b.Stmts {
				if _, is := stmt.(*ir.SetAddStmt); is {
					adds = append(adds, i)
				}
			}
			for i, j := 0, len(adds)-1; i < j; i, j = i+1, j-1 {
				b.Stmts[adds[i]], b.Stmts[adds[j]] = b.Stmts[adds[j]], b.Stmts[adds[i]]
			}
			turned += len(adds)
		}
	}
	return turned
}

// A set holds what was added to it, once and in order, however many items it has, in
// whichever order they come, and whenever somebody looks.
func TestLargeSets(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	for try, size := range []int{10, manyItems - 1, manyItems + 1, manyItems + mostLate, 3 * manyItems, 8 * manyItems} {
		var s Set
		items := map[Value]bool{}
		for i := range size {
			item := Value(Int(r.IntN(size)))
			switch {
			case try%2 == 1:
				item = String(strconv.Itoa(r.IntN(2 * size)))
			case i%3 == 0:
				item = Int(i) // in order
			}
			s.add(item)
			items[item] = true
			if r.IntN(200) == 0 && !s.has(item) {
				t.Fatalf("%d items: %v was added and is not there", i, item)
			}
		}
		want := make([]Value, 0, len(items))
		for item := range items {
			want = append(want, item)
		}
		slices.SortFunc(want, compare)
		if got := s.all(); !slices.Equal(got, want) {
			t.Errorf("%d items of %d, or in another order", len(got), len(want))
		}
		if s.has(Int(-1)) || s.has(String("none")) {
			t.Error("what was never added is there")
		}
	}
}
