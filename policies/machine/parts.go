package machine

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ir"
)

// parts are what a statement is about.
type parts struct {
	operands []*ir.Operand // read
	reads    []*ir.Local   // read, and no operands
	writes   []*ir.Local   // given another value
	changes  []*ir.Local   // arrays, objects and sets that are added to
	blocks   []*ir.Block
}

// partsOf takes a statement apart; of one that the machine does not know,
// nothing is known.
func partsOf(stmt ir.Stmt) (p parts, known bool) {
	switch s := stmt.(type) {
	case *ir.ReturnLocalStmt:
		p.reads = []*ir.Local{&s.Source}
	case *ir.CallStmt:
		for i := range s.Args {
			p.operands = append(p.operands, &s.Args[i])
		}
		p.writes = []*ir.Local{&s.Result}
	case *ir.BlockStmt, *ir.NotStmt:
		p.blocks = blocksOf(stmt)
	case *ir.BreakStmt, *ir.NopStmt:
	case *ir.ScanStmt:
		p.reads, p.writes, p.blocks = []*ir.Local{&s.Source}, []*ir.Local{&s.Key, &s.Value}, blocksOf(stmt)
	case *ir.DotStmt:
		p.operands, p.writes = []*ir.Operand{&s.Source, &s.Key}, []*ir.Local{&s.Target}
	case *ir.LenStmt:
		p.operands, p.writes = []*ir.Operand{&s.Source}, []*ir.Local{&s.Target}
	case *ir.EqualStmt:
		p.operands = []*ir.Operand{&s.A, &s.B}
	case *ir.NotEqualStmt:
		p.operands = []*ir.Operand{&s.A, &s.B}
	case *ir.IsArrayStmt:
		p.operands = []*ir.Operand{&s.Source}
	case *ir.IsObjectStmt:
		p.operands = []*ir.Operand{&s.Source}
	case *ir.IsSetStmt:
		p.operands = []*ir.Operand{&s.Source}
	case *ir.IsDefinedStmt:
		p.reads = []*ir.Local{&s.Source}
	case *ir.IsUndefinedStmt:
		p.reads = []*ir.Local{&s.Source}
	default:
		return partsOfMaking(stmt)
	}
	return p, true
}

// blocksOf is the blocks of parts.
func blocksOf(stmt ir.Stmt) []*ir.Block {
	switch s := stmt.(type) {
	case *ir.BlockStmt:
		return s.Blocks
	case *ir.NotStmt:
		return []*ir.Block{s.Block}
	case *ir.ScanStmt:
		return []*ir.Block{s.Block}
	}
	return nil
}

// partsOfMaking is partsOf for what gives locals their values.
func partsOfMaking(stmt ir.Stmt) (p parts, known bool) {
	switch s := stmt.(type) {
	case *ir.AssignVarStmt:
		p.operands, p.writes = []*ir.Operand{&s.Source}, []*ir.Local{&s.Target}
	case *ir.AssignVarOnceStmt:
		p.operands, p.writes = []*ir.Operand{&s.Source}, []*ir.Local{&s.Target}
	case *ir.AssignIntStmt:
		p.writes = []*ir.Local{&s.Target}
	case *ir.ResetLocalStmt:
		p.writes = []*ir.Local{&s.Target}
	case *ir.MakeNullStmt:
		p.writes = []*ir.Local{&s.Target}
	case *ir.MakeNumberIntStmt:
		p.writes = []*ir.Local{&s.Target}
	case *ir.MakeNumberRefStmt:
		p.writes = []*ir.Local{&s.Target}
	case *ir.MakeArrayStmt:
		p.writes = []*ir.Local{&s.Target}
	case *ir.MakeObjectStmt:
		p.writes = []*ir.Local{&s.Target}
	case *ir.MakeSetStmt:
		p.writes = []*ir.Local{&s.Target}
	case *ir.ArrayAppendStmt:
		p.operands, p.changes = []*ir.Operand{&s.Value}, []*ir.Local{&s.Array}
	case *ir.ObjectInsertStmt:
		p.operands, p.changes = []*ir.Operand{&s.Key, &s.Value}, []*ir.Local{&s.Object}
	case *ir.ObjectInsertOnceStmt:
		p.operands, p.changes = []*ir.Operand{&s.Key, &s.Value}, []*ir.Local{&s.Object}
	case *ir.SetAddStmt:
		p.operands, p.changes = []*ir.Operand{&s.Value}, []*ir.Local{&s.Set}
	default:
		return p, false
	}
	return p, true
}

// usage is where locals stand in a function. Statements are numbered in the order
// of the text, each before those within it.
type usage struct {
	locals     []place
	statements map[ir.Stmt]*stated
	made       []stated // those
	next       int
	unknown    bool // a statement of which nothing is known is among them
}

// stated is a statement: its number, the one after it and all within it, and its
// parts.
type stated struct {
	begin, end int
	parts
}

// place is where a local stands.
type place struct {
	reads, writes, changes span
	plain                  int // reads that are no operands
}

// span is how many statements there are, and which is the first and the last one.
type span struct{ n, first, last int }

func (s *span) add(at int) { s.join(span{1, at, at}) }

func (s *span) join(other span) {
	switch {
	case other.n == 0:
	case s.n == 0:
		*s = other
	default:
		*s = span{s.n + other.n, min(s.first, other.first), max(s.last, other.last)}
	}
}

// within and outside say where all of them stand, of the statements from one to
// another, which is not included.
func (s span) within(from, to int) bool  { return s.n == 0 || s.first >= from && s.last < to }
func (s span) outside(from, to int) bool { return s.n == 0 || s.last < from || s.first >= to }

// everywhere is where a local stands at all.
func (p *place) everywhere() span {
	out := p.reads
	out.join(p.writes)
	out.join(p.changes)
	return out
}

func usageOf(blocks []*ir.Block) *usage {
	u := &usage{statements: map[ir.Stmt]*stated{}}
	u.read(blocks)
	return u
}

// read makes it the usage in other blocks, in the same memory.
func (u *usage) read(blocks []*ir.Block) {
	n := 0
	walk(blocks, func(ir.Stmt) { n++ })
	clear(u.statements)
	*u = usage{statements: u.statements, made: slices.Grow(u.made[:0], n), locals: u.locals[:0]}
	for _, b := range blocks {
		u.add(b.Stmts)
	}
}

func (u *usage) add(stmts []ir.Stmt) {
	for _, stmt := range stmts {
		at := u.next
		u.next++
		p, known := partsOf(stmt)
		u.unknown = u.unknown || !known
		u.made = append(u.made, stated{begin: at, parts: p})
		of := &u.made[len(u.made)-1] // which stays where it is: there is room for all
		u.statements[stmt] = of
		for _, o := range p.operands {
			if local, ok := o.Value.(ir.Local); ok {
				u.of(local).reads.add(at)
			}
		}
		for _, local := range p.reads {
			u.of(*local).reads.add(at)
			u.of(*local).plain++
		}
		for _, local := range p.writes {
			u.of(*local).writes.add(at)
		}
		for _, local := range p.changes {
			u.of(*local).changes.add(at)
		}
		for _, b := range p.blocks {
			u.add(b.Stmts)
		}
		of.end = u.next
	}
}

// of is the place of a local. It is good until another one is asked for.
func (u *usage) of(local ir.Local) *place {
	for int(local) >= len(u.locals) {
		u.locals = append(u.locals, place{})
	}
	return &u.locals[local]
}

// room is from where to where some statements of a block stand.
func (u *usage) room(stmts []ir.Stmt) (from, to int) {
	if len(stmts) == 0 {
		return 0, 0
	}
	return u.statements[stmts[0]].begin, u.statements[stmts[len(stmts)-1]].end
}

// moved says that an operand is read in the place of a local, of which it was a
// copy.
func (u *usage) moved(from ir.Local, to ir.Operand) {
	p := *u.of(from)
	*u.of(from) = place{}
	if other, ok := to.Value.(ir.Local); ok {
		o := u.of(other)
		o.reads.join(p.reads)
		o.reads.n-- // of the copy
		o.plain += p.plain
	}
}

// replace puts an operand in the place of a local that is read.
func replace(stmts []ir.Stmt, from ir.Local, to ir.Operand) {
	walk([]*ir.Block{{Stmts: stmts}}, func(stmt ir.Stmt) {
		p, _ := partsOf(stmt)
		for _, o := range p.operands {
			if o.Value == ir.Val(from) {
				*o = to
			}
		}
		for _, local := range p.reads {
			if other, ok := to.Value.(ir.Local); ok && *local == from {
				*local = other
			}
		}
	})
}

// rename gives a local another name.
func rename(stmts []ir.Stmt, from, to ir.Local) {
	replace(stmts, from, ir.Operand{Value: to})
	walk([]*ir.Block{{Stmts: stmts}}, func(stmt ir.Stmt) {
		p, _ := partsOf(stmt)
		for _, local := range slices.Concat(p.writes, p.changes) {
			if *local == from {
				*local = to
			}
		}
	})
}

// walk visits all statements, those around others first.
func walk(blocks []*ir.Block, visit func(ir.Stmt)) {
	for _, b := range blocks {
		for _, stmt := range b.Stmts {
			visit(stmt)
			walk(blocksOf(stmt), visit)
		}
	}
}
