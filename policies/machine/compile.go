package machine

import (
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ir"
)

// op executes a statement over the locals of its function and says how it ended.
type op func(*Run, []Value) int

// How a statement ends: done, broken (undefined: its block ends here), or broken+n
// (and n blocks around it too).
const (
	done   = 0
	broken = 1
)

// compiler turns one planned function into closures.
type compiler struct {
	program *Program
	numbers map[ir.Local]int   // locals by their number in the frame
	passing map[ir.Local]bool  // locals of one block, which writes them first
	next    int                // the number of the next local
	locals  int                // how many there are at most
	all     *usage             // of locals in the function
	known   map[ir.Local]Value // locals that stand for a constant
	loose   map[ir.Stmt]bool   // that make what OPA may go through in another order
	last    map[ir.Stmt]int    // how statements end after which loops have nothing to find
}

// newCompiler is the compiler for a function after the other.
func (p *Program) newCompiler() *compiler {
	return &compiler{
		program: p, numbers: map[ir.Local]int{}, passing: map[ir.Local]bool{}, all: usageOf(nil),
		known: map[ir.Local]Value{}, loose: map[ir.Stmt]bool{}, last: map[ir.Stmt]int{},
	}
}

// forget makes it ready for another function.
func (c *compiler) forget() {
	clear(c.numbers)
	clear(c.passing)
	clear(c.known)
	clear(c.loose)
	clear(c.last)
	c.next, c.locals = 0, 0
}

// unknown is what the compiler panics with when the machine has no such thing.
type unknown string

func (c *compiler) compile(planned *ir.Func, f *Function) {
	defer func() {
		switch why := recover().(type) {
		case nil:
		case unknown:
			f.broken = string(why)
		case unsure: // of a constant
			f.broken = string(why)
		default:
			panic(why)
		}
	}()
	blocks := c.body(planned)
	c.all.read(blocks)
	c.pass(blocks)
	for _, local := range append(slices.Clone(planned.Params), planned.Return) {
		delete(c.passing, local)
		c.local(local)
	}
	for i := range c.all.locals {
		if local := ir.Local(i); c.all.of(local).everywhere().n > 0 && !c.passing[local] {
			c.local(local)
		}
	}
	f.result, f.kept = c.local(planned.Return), c.next
	c.settleOnce()
	for _, b := range blocks {
		f.body = append(f.body, c.block(b))
	}
	f.locals = c.locals
}

// pass finds the locals that a block writes before it does anything else with them,
// and keeps to itself. They need no value to begin with, and their places are free
// after the block.
func (c *compiler) pass(blocks []*ir.Block) {
	for _, b := range blocks {
		from, to := c.all.room(b.Stmts)
		for _, stmt := range b.Stmts {
			p := c.all.statements[stmt]
			_, once := stmt.(*ir.AssignVarOnceStmt) // which looks at what it writes to
			_, loops := stmt.(*ir.ScanStmt)
			for _, local := range p.writes {
				of, at := c.all.of(*local), p.begin
				all := of.everywhere()
				end := to
				if loops {
					end = p.end
				}
				if !once && all.first == at && all.within(from, end) && (of.reads.n == 0 || of.reads.first > at) {
					c.passing[*local] = true
				}
			}
			c.pass(p.blocks)
		}
	}
}

// body is a function without its return, which is its last block.
func (c *compiler) body(f *ir.Func) []*ir.Block {
	if n := len(f.Blocks) - 1; n >= 0 && len(f.Blocks[n].Stmts) == 1 {
		if end, ok := f.Blocks[n].Stmts[0].(*ir.ReturnLocalStmt); ok && end.Source == f.Return {
			return f.Blocks[:n]
		}
	}
	panic(unknown("a function that does not end with its return"))
}

func (c *compiler) local(l ir.Local) int {
	n, ok := c.numbers[l]
	if !ok {
		n = c.next
		c.numbers[l] = n
		c.next++
		c.locals = max(c.locals, c.next)
	}
	return n
}

// block runs statements until one is not done.
func (c *compiler) block(b *ir.Block) op {
	defer func(next int) { c.next = next }(c.next)
	var ops []op
	stmts, literals := b.Stmts, c.literals(b.Stmts)
	for i := 0; i < len(stmts); {
		do, n := op(nil), 1
		if l, part := literals[i]; part {
			if l != nil {
				do = c.literal(l, stmts[i+1:])
			}
		} else {
			do, n = c.fused(stmts[i:])
		}
		if do != nil {
			ops = append(ops, do)
		}
		i += n
	}
	return inTurn(ops)
}

// inTurn executes operations until one is not done.
func inTurn(ops []op) op {
	switch len(ops) {
	case 1:
		return ops[0]
	case 2:
		first, second := ops[0], ops[1]
		return func(r *Run, l []Value) int {
			if end := first(r, l); end != done {
				return end
			}
			return second(r, l)
		}
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
		if constant := c.known[v]; constant != nil {
			return operand{constant: constant}
		}
		return operand{local: c.local(v)}
	case ir.StringIndex:
		return operand{constant: String(c.program.texts[v])}
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
	case *ir.NopStmt:
		return nil
	case *ir.BlockStmt, *ir.BreakStmt, *ir.ScanStmt, *ir.NotStmt:
		return c.flow(s)
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

// flow is what holds other statements, or leaves them.
func (c *compiler) flow(stmt ir.Stmt) op {
	switch s := stmt.(type) {
	case *ir.BreakStmt:
		end := broken + int(s.Index)
		return func(*Run, []Value) int { return end }
	case *ir.NotStmt:
		block := c.block(s.Block)
		return func(r *Run, l []Value) int {
			if end := block(r, l); end != done {
				return end - 1
			}
			return broken
		}
	case *ir.BlockStmt:
		var blocks []op
		for _, b := range s.Blocks {
			blocks = append(blocks, c.block(b))
		}
		return func(r *Run, l []Value) int {
			for _, block := range blocks {
				if end := block(r, l); end > broken {
					return end - 1
				}
			}
			return done
		}
	}
	s := stmt.(*ir.ScanStmt)
	return c.scan(s)
}

// scan goes through what a value holds, as each does, whose way through lists is
// written out here.
func (c *compiler) scan(s *ir.ScanStmt) op {
	source, key, value, block := c.local(s.Source), c.local(s.Key), c.local(s.Value), c.block(s.Block)
	numbered, ordered := c.all.of(s.Key).reads.n > 0, c.ordered(s)
	// A break of one block is for the next item; of two, past the last.
	return func(r *Run, l []Value) int {
		end := done
		if items, ok := l[source].(list); ok {
			for i := 0; i < items.size() && end <= broken; i++ {
				r.step()
				if numbered {
					l[key] = Int(i)
				}
				l[value] = items.at(i)
				end = block(r, l)
			}
		} else {
			if ordered && inOtherOrder(l[source]) {
				giveUp("a loop through what is written down with variables")
			}
			end = each(l[source], func(k, v Value) int {
				r.step()
				l[key], l[value] = k, v
				return block(r, l)
			})
		}
		if end > broken {
			return end - 2
		}
		return done
	}
}

// ordered says whether what a loop gives depends on its order: it adds to a list that
// was begun before it, or ends with the first item that will do.
func (c *compiler) ordered(s *ir.ScanStmt) (found bool) {
	from, to := c.all.statements[s].begin, c.all.statements[s].end
	walk([]*ir.Block{s.Block}, func(stmt ir.Stmt) {
		if add, ok := stmt.(*ir.ArrayAppendStmt); ok {
			found = found || !c.all.of(add.Array).writes.within(from, to)
		}
		found = found || c.last[stmt] > done
	})
	return found
}

// inOtherOrder says whether OPA may go through a value in another order: it keeps the
// variables of what is written down, and goes through them.
func inOtherOrder(v Value) bool {
	switch v := v.(type) {
	case *Set:
		return v.loose
	case *Object:
		return v.loose
	}
	return false
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
		for _, item := range v.all() {
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
		if i, whole := key.(Int); whole && i >= 0 && int(i) < v.size() {
			return v.at(int(i))
		}
	case *Set:
		if i, found := v.find(key); found {
			return v.all()[i]
		}
	}
	return nil
}

// assignment is what gives locals their values.
func (c *compiler) assignment(stmt ir.Stmt) op {
	switch s := stmt.(type) {
	case *ir.AssignVarStmt:
		source, target, end := c.operand(s.Source), c.local(s.Target), c.last[s]
		return func(r *Run, l []Value) int {
			l[target] = source.of(l)
			return end
		}
	case *ir.AssignVarOnceStmt:
		source, target, end := c.operand(s.Source), c.local(s.Target), c.last[s]
		return func(r *Run, l []Value) int {
			v := source.of(l)
			if had := l[target]; had != nil && !equal(had, v) {
				giveUp("two values for one name")
			}
			l[target] = v
			return end
		}
	case *ir.ResetLocalStmt:
		return c.constant(s.Target, nil)
	}
	if target, value := c.fixed(stmt); value != nil {
		return c.constant(target, value)
	}
	return c.construction(stmt)
}

// construction is what makes arrays, objects and sets.
func (c *compiler) construction(stmt ir.Stmt) op {
	switch s := stmt.(type) {
	case *ir.MakeObjectStmt:
		target, loose := c.local(s.Target), c.loose[s]
		return func(r *Run, l []Value) int {
			l[target] = &Object{loose: loose}
			return done
		}
	case *ir.ArrayAppendStmt:
		value, array, none := c.operand(s.Value), c.local(s.Array), c.program.noItems
		return func(r *Run, l []Value) int {
			a := l[array].(*Array)
			if a == none {
				a = r.room.array(nil)
				l[array] = a
			}
			a.items = r.room.append(a.items, value.of(l))
			return done
		}
	case *ir.SetAddStmt:
		value, set, none := c.operand(s.Value), c.local(s.Set), c.program.noMembers
		return func(r *Run, l []Value) int {
			m := l[set].(*Set)
			if m == none {
				m = r.room.sets.one()
				l[set] = m
			}
			m.insert(&r.room, value.of(l))
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
