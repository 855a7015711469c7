package machine

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ir"
)

// outline is what is known of a plan before any of its functions is called.
type outline struct {
	keys      []string // constants that values are asked for by
	functions []stub
}

// stub is what is known of a function.
type stub struct {
	name   string
	params int
	keeps  bool // what it gave is kept for the next call with the same arguments
}

// outlineOf is the outline of a plan.
func outlineOf(plan *ir.Policy) outline {
	var o outline
	known, of := map[string]bool{}, callers{}
	for _, f := range plan.Funcs.Funcs {
		o.functions = append(o.functions, stub{name: f.Name, params: len(f.Params)})
		of.add(f, f.Blocks, false)
		walk(f.Blocks, func(stmt ir.Stmt) {
			if s, ok := stmt.(*ir.DotStmt); ok {
				if i, constant := s.Key.Value.(ir.StringIndex); constant && !known[plan.Static.Strings[i].Value] {
					known[plan.Static.Strings[i].Value] = true
					o.keys = append(o.keys, plan.Static.Strings[i].Value)
				}
			}
		})
	}
	of.spread()
	for i := range o.functions {
		o.functions[i].keeps = of.keeps(o.functions[i].name)
	}
	return o
}

// called is what is known of the calls of a function.
type called struct {
	by    []string // functions
	again bool     // by one that may call it twice with the same arguments, without looking alike itself
	scans bool     // it, or what it calls, goes through values
}

// callers are the functions of a plan, by name.
type callers map[string]*called

func (c callers) of(name string) *called {
	if c[name] == nil {
		c[name] = &called{}
	}
	return c[name]
}

// add notes what some blocks of a function call; looped are those in a loop.
func (c callers) add(f *ir.Func, blocks []*ir.Block, looped bool) {
	for _, b := range blocks {
		for _, stmt := range b.Stmts {
			s, calls := stmt.(*ir.CallStmt)
			_, loops := stmt.(*ir.ScanStmt)
			if calls {
				to := c.of(s.Func)
				to.by, to.again = append(to.by, f.Name), to.again || looped || !passesOn(f, s)
			}
			if loops {
				c.of(f.Name).scans = true
			}
			c.add(f, blocksOf(stmt), looped || loops)
		}
	}
}

// passesOn says whether a function calls another one with all of its own arguments.
func passesOn(f *ir.Func, s *ir.CallStmt) bool {
	return !slices.ContainsFunc(f.Params, func(param ir.Local) bool {
		return !slices.ContainsFunc(s.Args, func(o ir.Operand) bool { return o.Value == ir.Val(param) })
	})
}

// spread marks what calls a function that scans.
func (c callers) spread() {
	for changed := true; changed; {
		changed = false
		for _, called := range c {
			for _, by := range called.by {
				if of := c.of(by); called.scans && !of.scans {
					of.scans, changed = true, true
				}
			}
		}
	}
}

// keeps says whether it pays to keep what a function gave: it takes long, and is not
// just a part of the only one that calls it, of which that is asked.
func (c callers) keeps(name string) bool {
	of := c.of(name)
	return of.scans && (of.again || len(of.by) > 1)
}
