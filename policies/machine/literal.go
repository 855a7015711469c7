package machine

import (
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ir"
)

// literal is an array, a set or an object that is written down: a statement makes
// it, and the others add to it.
type literal struct {
	target ir.Local
	made   ir.Stmt
	adds   []ir.Stmt
}

// literals finds those that some statements make, by the places of their
// statements; nil stands for all but the last one. Nothing but these statements adds
// to them, nobody looks at them before, and what they are made of is still there
// at the last one.
func (c *compiler) literals(stmts []ir.Stmt) map[int]*literal {
	var out map[int]*literal
	for i, stmt := range stmts {
		l := &literal{made: stmt}
		switch s := stmt.(type) {
		case *ir.MakeArrayStmt:
			l.target = s.Target
		case *ir.MakeSetStmt:
			l.target = s.Target
		case *ir.MakeObjectStmt:
			l.target = s.Target
		default:
			continue
		}
		if of := c.all.of(l.target); of.writes.n != 1 || of.changes.n == 0 {
			continue
		}
		var at []int
		for j := i + 1; j < len(stmts); j++ {
			if p := c.all.statements[stmts[j]]; len(p.changes) == 1 && *p.changes[0] == l.target {
				l.adds, at = append(l.adds, stmts[j]), append(at, j)
			}
		}
		if len(at) == 0 || !c.whole(l) {
			c.loose[stmt] = len(at) > 1
			continue
		}
		if out == nil {
			out = map[int]*literal{}
		}
		out[i] = nil
		for _, j := range at {
			out[j] = nil
		}
		out[at[len(at)-1]] = l
	}
	return out
}

// whole says whether a literal can be made by its last statement.
func (c *compiler) whole(l *literal) bool {
	from, last := c.all.statements[l.made].begin, c.all.statements[l.adds[len(l.adds)-1]].begin
	of := *c.all.of(l.target)
	if of.changes.n != len(l.adds) || !of.reads.outside(from, last+1) {
		return false
	}
	var keys []ir.Val
	for _, add := range l.adds {
		p := c.all.statements[add]
		for _, o := range p.operands {
			if local, ok := o.Value.(ir.Local); ok && !c.all.of(local).writes.outside(p.begin, last) {
				return false
			}
		}
		if len(p.operands) < 2 {
			continue
		}
		key := p.operands[0].Value
		if _, text := key.(ir.StringIndex); !text || slices.Contains(keys, key) {
			return false
		}
		keys = append(keys, key)
	}
	return true
}

// literal makes what is written down. What is made of constants is made once.
func (c *compiler) literal(l *literal, rest []ir.Stmt) op {
	values := make([]operand, len(l.adds))
	of := c.all.of(l.target)
	constant := of.plain == 0 && of.reads.within(c.all.room(rest))
	for i, add := range l.adds {
		p := c.all.statements[add]
		values[i] = c.operand(*p.operands[len(p.operands)-1])
		constant = constant && values[i].constant != nil
	}
	var build func(*room, []Value) Value
	switch l.made.(type) {
	case *ir.MakeArrayStmt:
		build = func(in *room, locals []Value) Value { return in.array(all(in, values, locals)) }
	case *ir.MakeSetStmt:
		loose := len(values) > 1 && slices.ContainsFunc(values, func(o operand) bool { return o.constant == nil })
		build = func(in *room, locals []Value) Value {
			set := in.sets.one()
			set.items, set.loose = in.values.some(len(values))[:0], loose
			for i := range values {
				set.add(values[i].of(locals))
			}
			set.all() // nothing waits in what runs may share
			return set
		}
	default:
		build = c.filling(l, values)
	}
	if constant {
		c.known[l.target] = build(&room{}, nil)
		return nil
	}
	at := c.local(l.target)
	return func(r *Run, locals []Value) int {
		locals[at] = build(&r.room, locals)
		return done
	}
}

func all(in *room, operands []operand, locals []Value) []Value {
	out := in.values.some(len(operands))
	for i := range operands {
		out[i] = operands[i].of(locals)
	}
	return out
}

// filling makes an object of constant keys.
func (c *compiler) filling(l *literal, values []operand) func(*room, []Value) Value {
	type field struct {
		key   String
		value operand
	}
	var fields []field
	for i, add := range l.adds {
		fields = append(fields, field{c.operand(*c.all.statements[add].operands[0]).constant.(String), values[i]})
	}
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(string(a.key), string(b.key)) })
	var keys []String
	sorted := make([]operand, len(fields))
	for i, f := range fields {
		keys, sorted[i] = append(keys, f.key), f.value
	}
	f := c.program.form(keys)
	return func(in *room, locals []Value) Value { return in.fill(f, all(in, sorted, locals)) }
}

// form is what objects that are written down with the same keys share.
type form struct {
	keys  []Value // texts, sorted
	names []string
	keyed []int // field by the number of a key; -1 for none
}

// form is the one with some keys.
func (p *Program) form(keys []String) *form {
	var name strings.Builder
	out := &form{}
	for _, key := range keys {
		name.WriteString(strconv.Quote(string(key)))
		out.keys, out.names = append(out.keys, key), append(out.names, string(key))
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	if known := p.forms[name.String()]; known != nil {
		return known
	}
	out.keyed = slices.Repeat([]int{-1}, len(p.types.keys))
	for i, key := range keys {
		if number, known := p.numbers[key]; known {
			out.keyed[number] = i
		}
	}
	p.forms[name.String()] = out
	return out
}

// filled is an object that is written down.
type filled struct {
	form   *form
	values []Value // in the order of its keys
}

func (f *filled) keyed(key int) Value {
	if i := f.form.keyed[key]; i >= 0 {
		return f.values[i]
	}
	return nil
}

func (f *filled) get(key Value) Value {
	for i, own := range f.form.keys {
		if own == key {
			return f.values[i]
		}
	}
	return nil
}

func (f *filled) all() []pair {
	out := make([]pair, len(f.values))
	for i, v := range f.values {
		out[i] = pair{f.form.keys[i], v}
	}
	return out
}
