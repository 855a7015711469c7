package machine

import "github.com/open-policy-agent/opa/v1/ir"

// give finds a value; nil is undefined.
type give func(*Run, []Value) Value

// fused makes one operation of the first of some statements and of those after it
// that only use what it gives, and says how many they are. It is nil for what
// needs nothing to be done.
func (c *compiler) fused(stmts []ir.Stmt) (op, int) {
	if c.constantly(stmts) {
		return nil, 1
	}
	if len(stmts) > 1 {
		c.settleEvery(stmts[0], stmts[1])
	}
	var find give
	var target ir.Local
	n := 1
	switch s := stmts[0].(type) {
	case *ir.DotStmt:
		n = c.chain(stmts)
		find, target = c.path(stmts[:n]), stmts[n-1].(*ir.DotStmt).Target
	case *ir.CallStmt:
		if test := c.comparison(s, stmts[1:]); test != nil {
			return test, 2
		}
		find, target = c.call(s), s.Result
	default:
		if do := c.begun(stmts); do != nil {
			return do, 1
		}
		return c.statement(stmts[0]), 1
	}
	if n < len(stmts) && c.passes(target, stmts[n:]) {
		if test := c.test(find, target, stmts[n]); test != nil {
			return test, n + 1
		}
	}
	at := c.local(target)
	return func(r *Run, l []Value) int {
		v := find(r, l)
		l[at] = v
		if v == nil {
			return broken
		}
		return done
	}, n
}

// constantly says whether the first of some statements gives a local a value that
// is always the same, and that only what follows reads: it is put there.
func (c *compiler) constantly(stmts []ir.Stmt) bool {
	target, value := c.fixed(stmts[0])
	if value == nil || c.all.of(target).plain > 0 || !c.stays(target, stmts[1:]) {
		return false
	}
	c.known[target] = value
	return true
}

// fixed is the value that a statement always gives a local; nil when there is none.
// An array or a set begins as the empty one.
func (c *compiler) fixed(stmt ir.Stmt) (ir.Local, Value) {
	switch s := stmt.(type) {
	case *ir.AssignIntStmt:
		return s.Target, Int(s.Value)
	case *ir.MakeNullStmt:
		return s.Target, Null{}
	case *ir.MakeNumberIntStmt:
		return s.Target, Int(s.Value)
	case *ir.MakeNumberRefStmt:
		return s.Target, numeral(c.program.texts[s.Index])
	case *ir.MakeArrayStmt:
		return s.Target, c.program.noItems
	case *ir.MakeSetStmt:
		return s.Target, c.program.noMembers
	}
	return 0, nil
}

// begun begins an array or a set: with the empty one, which the first addition
// replaces, or with a new one where somebody may look at it before all is added.
func (c *compiler) begun(stmts []ir.Stmt) op {
	target, empty := c.fixed(stmts[0])
	array := empty == Value(c.program.noItems)
	if !array && empty != Value(c.program.noMembers) {
		return nil
	}
	if !array && c.loose[stmts[0]] {
		panic(unknown("a set that is written down, and not at once"))
	}
	of := *c.all.of(target)
	from, to := c.all.room(stmts)
	at := c.local(target)
	switch {
	case of.changes.within(from, to) && of.reads.outside(from, of.changes.last):
		return c.constant(target, empty)
	case array:
		return func(r *Run, l []Value) int {
			l[at] = &Array{}
			return done
		}
	}
	return func(r *Run, l []Value) int {
		l[at] = &Set{}
		return done
	}
}

// stays says whether a local is written once, and read only in some statements
// that follow.
func (c *compiler) stays(local ir.Local, rest []ir.Stmt) bool {
	of := c.all.of(local)
	return of.writes.n == 1 && of.changes.n == 0 && of.reads.within(c.all.room(rest))
}

// passes says whether a local is written once, and read once, by the first of some
// statements that follow, itself.
func (c *compiler) passes(local ir.Local, rest []ir.Stmt) bool {
	if of := c.all.of(local); of.writes.n != 1 || of.changes.n > 0 || of.reads.n != 1 {
		return false
	}
	for _, o := range c.all.statements[rest[0]].operands {
		if o.Value == ir.Val(local) {
			return true
		}
	}
	return false
}

// chain is how many lookups follow each other, each in what the one before it
// found.
func (c *compiler) chain(stmts []ir.Stmt) int {
	n := 1
	for ; n < len(stmts); n++ {
		found := stmts[n-1].(*ir.DotStmt).Target
		next, ok := stmts[n].(*ir.DotStmt)
		if !ok || next.Source.Value != ir.Val(found) || !c.passes(found, stmts[n:]) || !c.stays(next.Target, stmts[n+1:]) {
			break
		}
	}
	return n
}

// step is v[key]. Fields are found by the number of a constant key.
type step struct {
	key    operand
	number int // -1 for none
}

func (s *step) of(v Value, l []Value) Value {
	if s.number >= 0 {
		switch v := v.(type) {
		case *structView:
			return v.keyed(s.number)
		case *filled:
			return v.keyed(s.number)
		}
	}
	return lookup(v, s.key.of(l))
}

// path finds v[key][key]...
func (c *compiler) path(stmts []ir.Stmt) give {
	source := c.operand(stmts[0].(*ir.DotStmt).Source)
	steps := make([]step, len(stmts))
	for i, stmt := range stmts {
		key := c.operand(stmt.(*ir.DotStmt).Key)
		steps[i] = step{key, -1}
		if text, ok := key.constant.(String); ok {
			if number, known := c.program.numbers[text]; known {
				steps[i].number = number
			}
		}
	}
	first, rest := steps[0], steps[1:]
	if len(rest) == 0 {
		return func(r *Run, l []Value) Value { return first.of(source.of(l), l) }
	}
	return func(r *Run, l []Value) Value {
		v := first.of(source.of(l), l)
		for i := 0; i < len(rest) && v != nil; i++ {
			v = rest[i].of(v, l)
		}
		return v
	}
}

// test compares what was found with something else.
func (c *compiler) test(find give, found ir.Local, stmt ir.Stmt) op {
	var a, b ir.Operand
	want := true
	switch s := stmt.(type) {
	case *ir.EqualStmt:
		a, b = s.A, s.B
	case *ir.NotEqualStmt:
		a, b, want = s.A, s.B, false
	default:
		return nil
	}
	if b.Value == ir.Val(found) {
		b = a
	}
	other := c.operand(b)
	if other.constant == Bool(false) && !want {
		return func(r *Run, l []Value) int {
			v := find(r, l)
			if b, ok := v.(Bool); v == nil || ok && !bool(b) {
				return broken
			}
			return done
		}
	}
	return func(r *Run, l []Value) int {
		if v := find(r, l); v == nil || equal(v, other.of(l)) != want {
			return broken
		}
		return done
	}
}

// comparison is a call that compares, and the statement after it that asks whether
// that holds; nil when they are none.
func (c *compiler) comparison(s *ir.CallStmt, rest []ir.Stmt) op {
	holds := comparing(s.Func)
	if holds == nil || len(rest) == 0 || !c.passes(s.Result, rest) {
		return nil
	}
	asked, ok := rest[0].(*ir.NotEqualStmt)
	if !ok || asked.A.Value != ir.Val(ir.Bool(false)) && asked.B.Value != ir.Val(ir.Bool(false)) {
		return nil
	}
	a, b := c.operand(s.Args[0]), c.operand(s.Args[1])
	return func(r *Run, l []Value) int {
		if holds(a.of(l), b.of(l)) {
			return done
		}
		return broken
	}
}

// call is what a planned function or a builtin gives.
func (c *compiler) call(s *ir.CallStmt) give {
	args := make([]operand, len(s.Args))
	for i, a := range s.Args {
		args[i] = c.operand(a)
	}
	called, ok := c.program.functions[s.Func]
	switch {
	case ok && called.alone():
		return func(r *Run, l []Value) Value { return r.always(called) }
	case ok && called.keeps && len(args) <= most+2:
		return keeping(called, args)
	case ok:
		return func(r *Run, l []Value) Value {
			given := r.frame(called)
			for i := range args {
				given[i] = args[i].of(l)
			}
			return r.execute(called, given)
		}
	}
	builtin, n := c.builtin(s.Func), len(args)
	return func(r *Run, l []Value) Value {
		given := r.reserve(n, 0)
		for i := range args {
			given[i] = args[i].of(l)
		}
		v := builtin(r, given)
		r.release(n)
		return v
	}
}

// keeping is what a function gives whose answers are kept.
func keeping(called *Function, args []operand) give {
	return func(r *Run, l []Value) Value {
		var asked given
		for i := range args[2:] {
			asked[i] = args[2+i].of(l)
		}
		if out, known := r.kept[called.number].of(&asked); known {
			return out
		}
		locals := r.frame(called)
		locals[0], locals[1] = args[0].of(l), args[1].of(l)
		copy(locals[2:called.params], asked[:])
		out := r.execute(called, locals)
		if r.kept[called.number].add(asked, out) {
			r.gave = append(r.gave, called.number)
		}
		return out
	}
}
