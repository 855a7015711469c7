package machine

import (
	"errors"
	"testing"

	"github.com/open-policy-agent/opa/v1/ir"
)

// What is left out of a plan, or made one operation, changes nothing where locals
// are written again, or looked at in between, either: OPA writes few such plans.
func TestLocalsThatAreWrittenAgain(t *testing.T) {
	const result, a, b, c, d ir.Local = 3, 4, 5, 6, 7
	of := func(l ir.Local) ir.Operand { return ir.Operand{Value: l} }
	one, two := &ir.MakeNumberIntStmt{Value: 1, Target: a}, &ir.MakeNumberIntStmt{Value: 2, Target: a}
	array, add := &ir.MakeArrayStmt{Target: b}, func() ir.Stmt { return &ir.ArrayAppendStmt{Value: of(a), Array: b} }
	put := func(l ir.Local) ir.Stmt {
		return &ir.ObjectInsertStmt{Key: ir.Operand{Value: ir.StringIndex(0)}, Value: of(l), Object: b}
	}
	keep := func() ir.Stmt { return &ir.ArrayAppendStmt{Value: of(b), Array: c} }
	none := &ir.MakeArrayStmt{Target: c}
	of1 := &Array{items: []Value{Int(1)}}
	for name, x := range map[string]struct {
		stmts []ir.Stmt
		gives ir.Local
		want  Value // nil: not sure
	}{
		"the original of a copy":       {[]ir.Stmt{one, &ir.AssignVarStmt{Source: of(a), Target: b}, two}, b, Int(1)},
		"a copy that is written again": {[]ir.Stmt{one, &ir.MakeNumberIntStmt{Value: 3, Target: c}, &ir.AssignVarStmt{Source: of(a), Target: b}, &ir.AssignVarStmt{Source: of(c), Target: b}}, b, Int(3)},
		"an item":                      {[]ir.Stmt{one, array, add(), two, add()}, b, &Array{items: []Value{Int(1), Int(2)}}},
		"half an array":                {[]ir.Stmt{one, array, add(), &ir.LenStmt{Source: of(b), Target: c}, add()}, c, Int(1)},
		"kept before it is added to":   {[]ir.Stmt{one, none, array, keep(), add()}, c, &Array{items: []Value{of1}}},
		"kept after it is added to":    {[]ir.Stmt{one, none, array, add(), keep()}, c, &Array{items: []Value{of1}}},
		"kept in a loop, and added to in the next round": {[]ir.Stmt{one, none, array, &ir.MakeArrayStmt{Target: d}, &ir.ArrayAppendStmt{Value: of(a), Array: d}, &ir.ArrayAppendStmt{Value: of(a), Array: d},
			&ir.ScanStmt{Source: d, Key: 8, Value: 9, Block: &ir.Block{Stmts: []ir.Stmt{add(), &ir.MakeArrayStmt{Target: b}, keep()}}}}, c, &Array{items: []Value{of1, &Array{}}}},
		"kept after a loop without a round, and added to": {[]ir.Stmt{one, none, array, &ir.MakeArrayStmt{Target: d},
			&ir.ScanStmt{Source: d, Key: 8, Value: 9, Block: &ir.Block{Stmts: []ir.Stmt{add()}}}, keep(), add()}, c, &Array{items: []Value{of1}}},
		"added to in a loop": {[]ir.Stmt{one, array, add(), &ir.MakeArrayStmt{Target: d}, &ir.ArrayAppendStmt{Value: of(a), Array: d}, &ir.ArrayAppendStmt{Value: of(a), Array: d},
			&ir.ScanStmt{Source: d, Key: 8, Value: 9, Block: &ir.Block{Stmts: []ir.Stmt{add()}}}}, b, &Array{items: []Value{Int(1), Int(1), Int(1)}}},
		"one key": {[]ir.Stmt{one, &ir.MakeNumberIntStmt{Value: 2, Target: c}, &ir.MakeObjectStmt{Target: b}, put(a), put(c)}, b, nil},
	} {
		plan := &ir.Policy{Static: &ir.Static{Strings: []*ir.StringConst{{Value: "k"}}}, Funcs: &ir.Funcs{Funcs: []*ir.Func{{
			Name: "f", Params: []ir.Local{0, 1, 2}, Return: result,
			Blocks: []*ir.Block{
				{Stmts: append(x.stmts, &ir.AssignVarOnceStmt{Source: of(x.gives), Target: result})},
				{Stmts: []ir.Stmt{&ir.ReturnLocalStmt{Source: result}}},
			},
		}}}}
		simplify(plan)
		program := New(plan)
		got, err := program.Start(t.Context(), &Object{}).Call(program.Function("f"), Null{})
		if errors.Is(err, ErrUnsure) != (x.want == nil) || err == nil && compare(got, x.want) != 0 {
			t.Errorf("%s: %v, %v; want %v", name, got, err, x.want)
		}
	}
}
