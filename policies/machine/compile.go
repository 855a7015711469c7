package machine

import (
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ir"
)

// op executes a statement over the locals of its function and says how it ended.
type op func(*Run, []Value) int

// How a statement ends: done, broken (undefined: its block ends here), broken+n
// (and n blocks around it too), or returned from the function.
const (
	returned = -1
	done     = 0
	broken   = 1
)

// compiler turns one planned function into closures.
type compiler struct {
	program *Program
	plan    *ir.Policy
	numbers map[ir.Local]int // locals by their number in the frame
	calls   []string         // functions it calls
	result  ir.Local
	scans   bool
	fields  map[ir.Local]int // how many an object is given that is being made
	last    map[ir.Stmt]bool // statements after which their loop has nothing to find
}

// unknown is what the compiler panics with when the machine has no such thing.
type unknown string

func (c *compiler) compile(planned *ir.Func, f *Function) {
	defer func() {
		if why, ok := recover().(unknown); ok {
			f.broken = string(why)
		}
	}()
	for _, local := range planned.Params {
		c.local(local)
	}
	f.params, c.result = len(planned.Params), planned.Return
	f.result = c.local(planned.Return)
	for _, b := range planned.Blocks {
		f.body = append(f.body, c.block(b))
	}
	f.locals, f.scans = len(c.numbers), c.scans
}

func (c *compiler) local(l ir.Local) int {
	n, ok := c.numbers[l]
	if !ok {
		n = len(c.numbers)
		c.numbers[l] = n
	}
	return n
}

// block runs statements until one is not done.
func (c *compiler) block(b *ir.Block) op {
	var ops []op
	for i, stmt := range b.Stmts {
		if i+1 < len(b.Stmts) {
			c.settle(stmt, b.Stmts[i+1])
		}
		if made, ok := stmt.(*ir.MakeObjectStmt); ok {
			c.fields[made.Target] = insertions(made.Target, b.Stmts[i+1:])
		}
		if do := c.statement(stmt); do != nil {
			ops = append(ops, do)
		}
	}
	if len(ops) == 1 {
		return ops[0]
	}
	return func(r *Run, l []Value) int {
		for _, do := range ops {
			if end := do(r, l); end != done {
				return end
			}
		}
		return done
	}
}

// insertions is how many of some statements add to an object.
func insertions(object ir.Local, stmts []ir.Stmt) (n int) {
	for _, stmt := range stmts {
		switch s := stmt.(type) {
		case *ir.ObjectInsertStmt:
			if s.Object == object {
				n++
			}
		case *ir.ObjectInsertOnceStmt:
			if s.Object == object {
				n++
			}
		}
	}
	return n
}

// settle looks for a loop that is followed by the question whether a local is
// still undefined, and ends with giving it a value: every. The first item for
// which it does answers the question, and OPA looks at no further one.
func (c *compiler) settle(stmt, next ir.Stmt) {
	scan, loops := stmt.(*ir.ScanStmt)
	asked, asks := next.(*ir.IsUndefinedStmt)
	if !loops || !asks || len(scan.Block.Stmts) == 0 {
		return
	}
	end := scan.Block.Stmts[len(scan.Block.Stmts)-1]
	if given, ok := end.(*ir.AssignVarStmt); ok && given.Target == asked.Source && given.Source.Value == ir.Bool(true) {
		c.last[end] = true
	}
}

// operand is a local or a constant.
type operand struct {
	local    int
	constant Value
}

func (o *operand) of(locals []Value) Value {
	if o.constant != nil {
		return o.constant
	}
	return locals[o.local]
}

func (c *compiler) operand(o ir.Operand) operand {
	switch v := o.Value.(type) {
	case ir.Local:
		return operand{local: c.local(v)}
	case ir.StringIndex:
		return operand{constant: String(c.plan.Static.Strings[v].Value)}
	case ir.Bool:
		return operand{constant: Bool(v)}
	}
	panic(unknown(fmt.Sprintf("operand %T", o.Value)))
}

// constant sets a local to a value.
func (c *compiler) constant(target ir.Local, v Value) op {
	at := c.local(target)
	return func(r *Run, l []Value) int {
		l[at] = v
		return done
	}
}

// check is a statement that is undefined unless something holds.
func check(holds func([]Value) bool) op {
	return func(r *Run, l []Value) int {
		if holds(l) {
			return done
		}
		return broken
	}
}

func (c *compiler) statement(stmt ir.Stmt) op {
	switch s := stmt.(type) {
	case *ir.ReturnLocalStmt:
		if s.Source != c.result {
			panic(unknown("return of another local"))
		}
		return func(*Run, []Value) int { return returned }
	case *ir.NopStmt:
		return nil
	case *ir.CallStmt:
		return c.call(s)
	case *ir.BlockStmt, *ir.BreakStmt, *ir.ScanStmt, *ir.NotStmt:
		return c.flow(s)
	case *ir.DotStmt:
		return c.dot(s)
	case *ir.LenStmt:
		source, target := c.operand(s.Source), c.local(s.Target)
		return func(r *Run, l []Value) int {
			l[target] = count(source.of(l))
			return done
		}
	case *ir.EqualStmt:
		a, b := c.operand(s.A), c.operand(s.B)
		return check(func(l []Value) bool { return equal(a.of(l), b.of(l)) })
	case *ir.NotEqualStmt:
		a, b := c.operand(s.A), c.operand(s.B)
		return check(func(l []Value) bool { return !equal(a.of(l), b.of(l)) })
	case *ir.IsArrayStmt:
		source := c.operand(s.Source)
		return check(func(l []Value) bool { _, ok := source.of(l).(list); return ok })
	case *ir.IsObjectStmt:
		source := c.operand(s.Source)
		return check(func(l []Value) bool { _, ok := source.of(l).(record); return ok })
	case *ir.IsSetStmt:
		source := c.operand(s.Source)
		return check(func(l []Value) bool { _, ok := source.of(l).(*Set); return ok })
	case *ir.IsDefinedStmt:
		source := c.local(s.Source)
		return check(func(l []Value) bool { return l[source] != nil })
	case *ir.IsUndefinedStmt:
		source := c.local(s.Source)
		return check(func(l []Value) bool { return l[source] == nil })
	}
	return c.assignment(stmt)
}

// dot is v[key]. Fields of a struct are found by the number of a constant key.
func (c *compiler) dot(s *ir.DotStmt) op {
	source, key, target := c.operand(s.Source), c.operand(s.Key), c.local(s.Target)
	number := -1
	if text, ok := key.constant.(String); ok {
		number = c.program.keyNumber(text)
	}
	return func(r *Run, l []Value) int {
		var v Value
		if of, ok := source.of(l).(*structView); ok && number >= 0 {
			v = of.keyed(number)
		} else {
			v = lookup(source.of(l), key.of(l))
		}
		l[target] = v
		if v == nil {
			return broken
		}
		return done
	}
}

// flow is what holds other statements, or leaves them.
func (c *compiler) flow(stmt ir.Stmt) op {
	switch s := stmt.(type) {
	case *ir.BreakStmt:
		end := broken + int(s.Index)
		return func(*Run, []Value) int { return end }
	case *ir.NotStmt:
		block := c.block(s.Block)
		return func(r *Run, l []Value) int {
			switch end := block(r, l); end {
			case returned:
				return returned
			case done:
				return broken
			default:
				return end - 1
			}
		}
	case *ir.BlockStmt:
		var blocks []op
		for _, b := range s.Blocks {
			blocks = append(blocks, c.block(b))
		}
		return func(r *Run, l []Value) int {
			for _, block := range blocks {
				switch end := block(r, l); {
				case end == returned:
					return returned
				case end > broken:
					return end - 1
				}
			}
			return done
		}
	}
	s := stmt.(*ir.ScanStmt)
	c.scans = true
	source, key, value, block := c.local(s.Source), c.local(s.Key), c.local(s.Value), c.block(s.Block)
	// A break of one block is for the next item; of two, past the last.
	return func(r *Run, l []Value) int {
		end := each(l[source], func(k, v Value) int {
			r.step()
			l[key], l[value] = k, v
			return block(r, l)
		})
		switch {
		case end == returned:
			return returned
		case end > broken:
			return end - 2
		}
		return done
	}
}

// each goes through what a value holds, in Rego's order, as long as its block
// does not break out of the loop. What holds nothing is empty.
func each(v Value, do func(key, value Value) int) int {
	var end int
	goOn := func(key, value Value) bool {
		end = do(key, value)
		return end == done || end == broken
	}
	switch v := v.(type) {
	case list:
		for i := range v.size() {
			if !goOn(Int(i), v.at(i)) {
				return end
			}
		}
	case record:
		for _, p := range v.all() {
			if !goOn(p.key, p.value) {
				return end
			}
		}
	case *Set:
		for _, item := range v.items {
			if !goOn(item, item) {
				return end
			}
		}
	}
	return done
}

// lookup is v[key]; nil is undefined.
func lookup(v, key Value) Value {
	switch v := v.(type) {
	case record:
		return v.get(key)
	case list:
		switch i := key.(type) {
		case Int:
			if i >= 0 && int(i) < v.size() {
				return v.at(int(i))
			}
		case Number:
			giveUp("a list and a number that is not written as an integer")
		}
	case *Set:
		if i, found := v.find(key); found {
			return v.items[i]
		}
	}
	return nil
}

// assignment is what gives locals their values.
func (c *compiler) assignment(stmt ir.Stmt) op {
	switch s := stmt.(type) {
	case *ir.AssignVarStmt:
		source, target, end := c.operand(s.Source), c.local(s.Target), done
		if c.last[s] {
			end = broken + 1
		}
		return func(r *Run, l []Value) int {
			l[target] = source.of(l)
			return end
		}
	case *ir.AssignVarOnceStmt:
		source, target := c.operand(s.Source), c.local(s.Target)
		return func(r *Run, l []Value) int {
			v := source.of(l)
			if had := l[target]; had != nil && !equal(had, v) {
				giveUp("two values for one name")
			}
			l[target] = v
			return done
		}
	case *ir.AssignIntStmt:
		return c.constant(s.Target, Int(s.Value))
	case *ir.ResetLocalStmt:
		return c.constant(s.Target, nil)
	case *ir.MakeNullStmt:
		return c.constant(s.Target, Null{})
	case *ir.MakeNumberIntStmt:
		return c.constant(s.Target, Int(s.Value))
	case *ir.MakeNumberRefStmt:
		return c.constant(s.Target, numeral(c.plan.Static.Strings[s.Index].Value))
	}
	return c.construction(stmt)
}

// construction is what makes arrays, objects and sets.
func (c *compiler) construction(stmt ir.Stmt) op {
	switch s := stmt.(type) {
	case *ir.MakeArrayStmt:
		target, capacity := c.local(s.Target), int(s.Capacity)
		return func(r *Run, l []Value) int {
			l[target] = &Array{items: make([]Value, 0, capacity)}
			return done
		}
	case *ir.MakeObjectStmt:
		target, fields := c.local(s.Target), c.fields[s.Target]
		return func(r *Run, l []Value) int {
			l[target] = &Object{pairs: make([]pair, 0, fields)}
			return done
		}
	case *ir.MakeSetStmt:
		target := c.local(s.Target)
		return func(r *Run, l []Value) int {
			l[target] = &Set{}
			return done
		}
	case *ir.ArrayAppendStmt:
		value, array := c.operand(s.Value), c.local(s.Array)
		return func(r *Run, l []Value) int {
			a := l[array].(*Array)
			a.items = append(a.items, value.of(l))
			return done
		}
	case *ir.SetAddStmt:
		value, set := c.operand(s.Value), c.local(s.Set)
		return func(r *Run, l []Value) int {
			l[set].(*Set).add(value.of(l))
			return done
		}
	case *ir.ObjectInsertStmt:
		return c.insert(s.Object, s.Key, s.Value)
	case *ir.ObjectInsertOnceStmt:
		return c.insert(s.Object, s.Key, s.Value)
	}
	panic(unknown(fmt.Sprintf("statement %T", stmt)))
}

// insert adds to an object. Two values for one key are a conflict in a rule and
// in a comprehension; in an object that is written down nobody writes them.
func (c *compiler) insert(into ir.Local, k, v ir.Operand) op {
	object, key, value := c.local(into), c.operand(k), c.operand(v)
	return func(r *Run, l []Value) int {
		o, k, v := l[object].(*Object), key.of(l), value.of(l)
		if o.follows(k) {
			o.pairs = append(o.pairs, pair{k, v})
		} else if i, found := o.find(k); !found {
			o.pairs = slices.Insert(o.pairs, i, pair{k, v})
		} else if !equal(o.pairs[i].value, v) {
			giveUp("two values for one key")
		}
		return done
	}
}

// call is the call of a planned function or a builtin.
func (c *compiler) call(s *ir.CallStmt) op {
	args := make([]operand, len(s.Args))
	for i, a := range s.Args {
		args[i] = c.operand(a)
	}
	target := c.local(s.Result)
	if called, ok := c.program.functions[s.Func]; ok {
		c.calls = append(c.calls, s.Func)
		return func(r *Run, l []Value) int {
			given := r.reserve(called.locals)
			for i := range args {
				given[i] = args[i].of(l)
			}
			v := r.call(called, given)
			l[target] = v
			if v == nil {
				return broken
			}
			return done
		}
	}
	builtin, n := c.builtin(s.Func), len(args)
	return func(r *Run, l []Value) int {
		given := r.reserve(n)
		for i := range args {
			given[i] = args[i].of(l)
		}
		v := builtin(r, given)
		r.release(n)
		l[target] = v
		if v == nil {
			return broken
		}
		return done
	}
}
