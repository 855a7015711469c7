package machine

import (
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ir"
)

// simplify leaves out of a plan what changes nothing: most statements of OPA's
// plans copy a local to another one. What a function gives stays the same, and so
// does whether it breaks. A function with statements that are not known stays as
// it is.
func simplify(plan *ir.Policy) {
	for _, f := range plan.Funcs.Funcs {
		s := simplifier{f: f, all: usageOf(f.Blocks)}
		if s.all.unknown {
			continue
		}
		s.shorten()
		s.reset(f.Blocks, false, map[ir.Local]bool{})
		s.tellApart(f.Blocks)
		s.all, s.constant = usageOf(f.Blocks), constants(f.Blocks)
		for _, b := range f.Blocks {
			s.copies(b, false)
		}
	}
}

// simplifier simplifies one function.
type simplifier struct {
	f        *ir.Func
	all      *usage
	constant map[ir.Local]bool // locals that begin with something that is written down
}

// own says whether a local is the function's own: no parameter, nor what it
// returns.
func (s *simplifier) own(local ir.Local) bool {
	return local != s.f.Return && !slices.Contains(s.f.Params, local)
}

// shorten returns what a function found out itself instead of a copy: it ends
// with {defined x; result := x} {return result}.
func (s *simplifier) shorten() {
	n := len(s.f.Blocks)
	if n < 3 || len(s.f.Blocks[n-2].Stmts) != 2 || len(s.f.Blocks[n-1].Stmts) != 1 {
		return
	}
	copies := s.f.Blocks[n-2].Stmts
	asked, ok := copies[0].(*ir.IsDefinedStmt)
	given, too := copies[1].(*ir.AssignVarOnceStmt)
	end, returns := s.f.Blocks[n-1].Stmts[0].(*ir.ReturnLocalStmt)
	if !ok || !too || !returns || given.Source.Value != ir.Val(asked.Source) {
		return
	}
	result := s.f.Return
	if of := s.all.of(result); given.Target != result || end.Source != result || of.writes.n != 1 || of.reads.n != 1 {
		return
	}
	end.Source, s.f.Return = asked.Source, asked.Source
	s.f.Blocks = append(s.f.Blocks[:n-2], s.f.Blocks[n-1])
}

// reset leaves out what resets a local that has no value yet: outside of loops,
// before it is given one. What follows a statement in the text runs after it.
func (s *simplifier) reset(blocks []*ir.Block, looped bool, given map[ir.Local]bool) {
	for _, b := range blocks {
		b.Stmts = slices.DeleteFunc(b.Stmts, func(stmt ir.Stmt) bool {
			r, ok := stmt.(*ir.ResetLocalStmt)
			if ok && !looped && !given[r.Target] && !slices.Contains(s.f.Params, r.Target) {
				return true
			}
			p, _ := partsOf(stmt)
			_, loops := stmt.(*ir.ScanStmt)
			for _, local := range p.writes {
				given[*local] = true
			}
			s.reset(p.blocks, looped || loops, given)
			return false
		})
	}
}

// tellApart gives locals of one name different names in blocks beside each other,
// each of which writes it before anything else and keeps it to itself: bodies of a
// rule.
func (s *simplifier) tellApart(blocks []*ir.Block) {
	if len(blocks) > 1 {
		s.tellBlocksApart(blocks)
	}
	for _, b := range blocks {
		for _, stmt := range b.Stmts {
			s.tellApart(blocksOf(stmt))
		}
	}
}

func (s *simplifier) tellBlocksApart(blocks []*ir.Block) {
	s.all = usageOf(s.f.Blocks)
	for _, known := range append(slices.Clone(s.f.Params), s.f.Return) {
		s.all.of(known)
	}
	in, inside := map[ir.Local][]*ir.Block{}, map[ir.Local]int{}
	for _, b := range blocks {
		u := usageOf([]*ir.Block{b})
		for i := range u.locals {
			if n := u.locals[i].everywhere().n; n > 0 {
				in[ir.Local(i)], inside[ir.Local(i)] = append(in[ir.Local(i)], b), inside[ir.Local(i)]+n
			}
		}
	}
	for _, local := range slices.Sorted(maps.Keys(in)) {
		list := in[local]
		if len(list) < 2 || !s.own(local) || inside[local] < s.all.of(local).everywhere().n ||
			slices.ContainsFunc(list, func(b *ir.Block) bool { return !writesFirst(b.Stmts, local) }) {
			continue
		}
		for _, b := range list[1:] {
			fresh := ir.Local(len(s.all.locals))
			s.all.of(fresh)
			rename(b.Stmts, local, fresh)
		}
	}
}

// writesFirst says whether some statements write a local before they do anything
// else with it.
func writesFirst(stmts []ir.Stmt, local ir.Local) bool {
	at := slices.IndexFunc(stmts, func(stmt ir.Stmt) bool { return touches([]ir.Stmt{stmt}, local) })
	if at < 0 {
		return true
	}
	p, _ := partsOf(stmts[at])
	_, loops := stmts[at].(*ir.ScanStmt)
	_, once := stmts[at].(*ir.AssignVarOnceStmt) // which looks at what it writes to
	for _, o := range p.operands {
		if o.Value == ir.Val(local) {
			return false
		}
	}
	written := slices.ContainsFunc(p.writes, func(l *ir.Local) bool { return *l == local })
	switch {
	case once || slices.ContainsFunc(slices.Concat(p.reads, p.changes), func(l *ir.Local) bool { return *l == local }):
		return false
	case written && !loops:
		return true
	case touches(stmts[at+1:], local):
		return false
	}
	return written || !slices.ContainsFunc(p.blocks, func(b *ir.Block) bool { return !writesFirst(b.Stmts, local) })
}

// touches says whether a local stands in some statements.
func touches(stmts []ir.Stmt, local ir.Local) (found bool) {
	walk([]*ir.Block{{Stmts: stmts}}, func(stmt ir.Stmt) {
		p, _ := partsOf(stmt)
		found = found || slices.ContainsFunc(p.operands, func(o *ir.Operand) bool { return o.Value == ir.Val(local) }) ||
			slices.ContainsFunc(slices.Concat(p.reads, p.writes, p.changes), func(l *ir.Local) bool { return *l == local })
	})
	return found
}

// copies leaves out copies of values that are read where they were copied from as
// well: the copy is read only after it was made, in its block, and nothing is
// written to the place of the original there.
func (s *simplifier) copies(b *ir.Block, looped bool) {
	var out []ir.Stmt
	for i, stmt := range b.Stmts {
		if c, ok := stmt.(*ir.AssignVarStmt); ok && s.needless(c, b.Stmts[i+1:]) {
			replace(b.Stmts[i+1:], c.Target, c.Source)
			s.all.moved(c.Target, c.Source)
			continue
		}
		if once, ok := stmt.(*ir.AssignVarOnceStmt); ok && !looped && s.all.of(once.Target).writes.n == 1 {
			stmt = &ir.AssignVarStmt{Source: once.Source, Target: once.Target} // there is no other value
		}
		p, _ := partsOf(stmt)
		_, loops := stmt.(*ir.ScanStmt)
		for _, inner := range p.blocks {
			s.copies(inner, looped || loops)
		}
		out = append(out, stmt)
	}
	b.Stmts = out
}

func (s *simplifier) needless(c *ir.AssignVarStmt, rest []ir.Stmt) bool {
	from, to := s.all.room(rest)
	of := s.all.of(c.Target)
	if of.writes.n != 1 || of.changes.n > 0 || !s.own(c.Target) || !of.reads.within(from, to) {
		return false
	}
	original, local := c.Source.Value.(ir.Local)
	if (!local || s.constant[original]) && s.sorted(rest, c.Target) {
		return false // OPA sorts it as a variable, wherever that stands
	}
	if !local {
		return of.plain == 0
	}
	of = s.all.of(original)
	return of.writes.outside(from, to) && of.changes.outside(from, to)
}

// constants are the locals that are given a number or null, or begin an array, an
// object or a set.
func constants(blocks []*ir.Block) map[ir.Local]bool {
	out := map[ir.Local]bool{}
	walk(blocks, func(stmt ir.Stmt) {
		switch s := stmt.(type) {
		case *ir.MakeNullStmt:
			out[s.Target] = true
		case *ir.MakeNumberIntStmt:
			out[s.Target] = true
		case *ir.MakeNumberRefStmt:
			out[s.Target] = true
		case *ir.MakeArrayStmt:
			out[s.Target] = true
		case *ir.MakeObjectStmt:
			out[s.Target] = true
		case *ir.MakeSetStmt:
			out[s.Target] = true
		}
	})
	return out
}

// sorted says whether some statements write a set or an object down with a local among
// what OPA sorts: items and keys, and what these hold.
func (s *simplifier) sorted(stmts []ir.Stmt, local ir.Local) (found bool) {
	from, to := s.all.room(stmts)
	walk([]*ir.Block{{Stmts: stmts}}, func(stmt ir.Stmt) {
		p, _ := partsOf(stmt)
		if found || len(p.changes) == 0 || !slices.ContainsFunc(p.operands, func(o *ir.Operand) bool { return o.Value == ir.Val(local) }) {
			return
		}
		into := *p.changes[0]
		of := *s.all.of(into)
		_, set := stmt.(*ir.SetAddStmt)
		key := len(p.operands) > 1 && p.operands[0].Value == ir.Val(local)
		found = (set || key) && of.changes.n > 1 && of.writes.within(from, to) || into != local && s.sorted(stmts, into)
	})
	return found
}
