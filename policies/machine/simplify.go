package machine

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ir"
)

// simplify leaves out of a plan what changes nothing: most statements of OPA's
// plans copy a local to another one. What a function gives stays the same, and so
// does whether it breaks. A function with statements that are not known stays as
// it is.
func simplify(plan *ir.Policy) {
	for _, f := range plan.Funcs.Funcs {
		s := simplifier{f: f, all: usageOf(f.Blocks...)}
		if s.all.unknown {
			continue
		}
		s.shorten()
		s.reset(f.Blocks, false, map[ir.Local]bool{})
		s.all = usageOf(f.Blocks...)
		for _, b := range f.Blocks {
			s.copies(b, false)
		}
	}
}

// simplifier simplifies one function.
type simplifier struct {
	f   *ir.Func
	all *usage
}

// fixed says whether a local is written by one statement alone, and is neither
// given nor added to.
func (s *simplifier) fixed(local ir.Local) bool {
	return s.all.writes[local] == 1 && s.all.changes[local] == 0 && local != s.f.Return && !slices.Contains(s.f.Params, local)
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
	if given.Target != result || end.Source != result || s.all.writes[result] != 1 || s.all.reads[result] != 1 {
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

// copies leaves out copies of values that are read where they were copied from as
// well: the copy is read only after it was made, in its block, and nothing is
// written to the place of the original there.
func (s *simplifier) copies(b *ir.Block, looped bool) {
	var out []ir.Stmt
	for i, stmt := range b.Stmts {
		if once, ok := stmt.(*ir.AssignVarOnceStmt); ok && !looped && s.all.writes[once.Target] == 1 {
			stmt = &ir.AssignVarStmt{Source: once.Source, Target: once.Target} // there is no other value
		}
		if c, ok := stmt.(*ir.AssignVarStmt); ok && s.needless(c, b.Stmts[i+1:]) {
			rename(b.Stmts[i+1:], c.Target, c.Source)
			s.all.moved(c.Target, c.Source)
			continue
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
	if !s.fixed(c.Target) {
		return false
	}
	after := following(rest)
	original, local := c.Source.Value.(ir.Local)
	switch {
	case after.reads[c.Target] != s.all.reads[c.Target]:
		return false
	case local:
		return after.writes[original]+after.changes[original] == 0
	}
	return after.plain[c.Target] == 0
}
