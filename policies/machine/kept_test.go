package machine

import (
	"bytes"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
)

// kept is the program of a query after its plan was written down and read again.
func kept(t *testing.T, compiled *ast.Compiler, query string) *Program {
	t.Helper()
	plan, err := Plan(t.Context(), compiled, query)
	if err != nil {
		t.Fatal(err)
	}
	text, err := Keep(plan)
	if err != nil {
		t.Fatal(err)
	}
	again, err := unkeep(text)
	if err != nil {
		t.Fatal(err)
	}
	program, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	if twice, err := Keep(again); err != nil || !bytes.Equal(twice, text) {
		t.Fatalf("a plan that was read is written differently (%v)", err)
	}
	return program
}

// unkeep reads the plan that Keep wrote.
func unkeep(text []byte) (*ir.Policy, error) {
	kept, err := opened(text)
	if err != nil {
		return nil, err
	}
	plan := &ir.Policy{Static: &ir.Static{}, Funcs: &ir.Funcs{}}
	for _, text := range kept.texts {
		plan.Static.Strings = append(plan.Static.Strings, &ir.StringConst{Value: text})
	}
	for i := range kept.functions {
		f, err := kept.function(i)
		if err != nil {
			return nil, err
		}
		plan.Funcs.Funcs = append(plan.Funcs.Funcs, f)
	}
	return plan, nil
}

// runs says whether a program can run a function: it is there, and none of the
// functions is broken.
func runs(p *Program, name string) (all bool) {
	defer func() {
		if _, unsure := recover().(unsure); unsure {
			all = false
		}
	}()
	for _, f := range p.functions {
		p.ready(f)
	}
	return p.Function(name) != nil
}

// A damaged plan is an error, or another plan: never a panic of the reader's.
func TestDamagedPlan(t *testing.T) {
	compiled, err := ast.CompileModules(map[string]string{"t.rego": `package t
f(x) := count({y | some y in x; not y.a; every z in y.b { z > 12.5; startswith(z, "c") }})`})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := Plan(t.Context(), compiled, "x := data.t.f(input.x)")
	if err != nil {
		t.Fatal(err)
	}
	text, err := Keep(plan)
	if err != nil {
		t.Fatal(err)
	}
	for n := range text {
		if _, err := unkeep(text[:n]); err == nil {
			t.Errorf("%d bytes of %d are a plan", n, len(text))
		}
		for _, other := range []byte{0, 1, 0x7f, 0xff} {
			damaged := bytes.Clone(text)
			damaged[n] = other
			if plan, err := unkeep(damaged); (plan == nil) == (err == nil) {
				t.Errorf("byte %d is %x: %v, %v", n, other, plan, err)
			}
		}
	}
}
