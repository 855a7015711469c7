package machine

import "github.com/open-policy-agent/opa/v1/ir"

// A loop that has nothing more to find ends: what OPA does not look at, the
// machine does not either.

// settleEvery looks for a loop that is followed by the question whether a local is
// still undefined, and ends with giving it a value: every. The first item for
// which it does answers the question.
func (c *compiler) settleEvery(stmt, next ir.Stmt) {
	scan, loops := stmt.(*ir.ScanStmt)
	asked, asks := next.(*ir.IsUndefinedStmt)
	if !loops || !asks || len(scan.Block.Stmts) == 0 {
		return
	}
	end := scan.Block.Stmts[len(scan.Block.Stmts)-1]
	if given, ok := end.(*ir.AssignVarStmt); ok && given.Target == asked.Source && given.Source.Value == ir.Bool(true) {
		c.last[end] = broken + 1
	}
}

// settleOnce looks for loops that end with giving a local the only value that it
// can have: what a function gives whenever something is true of some item.
func (c *compiler) settleOnce() {
	var only map[ir.Local]ir.Val
	for stmt := range c.all.statements {
		loops := 0
		for scan, ok := stmt.(*ir.ScanStmt); ok; scan, ok = stmt.(*ir.ScanStmt) {
			if len(scan.Block.Stmts) == 0 {
				break
			}
			loops, stmt = loops+1, scan.Block.Stmts[len(scan.Block.Stmts)-1]
		}
		given, ok := stmt.(*ir.AssignVarOnceStmt)
		if !ok || loops == 0 {
			continue
		}
		if only == nil {
			only = c.onlyValues()
		}
		if only[given.Target] != nil {
			c.last[stmt] = max(c.last[stmt], 2*loops) // each of them is a block in a statement
		}
	}
}

// onlyValues are the constants of locals that are given no other value.
func (c *compiler) onlyValues() map[ir.Local]ir.Val {
	only := map[ir.Local]ir.Val{}
	for stmt, p := range c.all.statements {
		var value ir.Val
		switch s := stmt.(type) {
		case *ir.ResetLocalStmt:
			continue
		case *ir.AssignVarStmt:
			value = s.Source.Value
		case *ir.AssignVarOnceStmt:
			value = s.Source.Value
		}
		if _, local := value.(ir.Local); local {
			value = nil
		}
		for _, target := range p.writes {
			if had, given := only[*target]; given && had != value {
				value = nil
			}
			only[*target] = value
		}
	}
	return only
}
