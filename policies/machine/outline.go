package machine

import "github.com/open-policy-agent/opa/v1/ir"

// outline is what is known of a plan before any of its functions is called.
type outline struct {
	keys      []string // constants that values are asked for by
	functions []stub
}

// stub is what is known of a function.
type stub struct {
	name   string
	params int
	scans  bool // it, or what it calls, goes through values: what it gave is kept
}

// outlineOf is the outline of a plan.
func outlineOf(plan *ir.Policy) outline {
	var o outline
	known, calls := map[string]bool{}, map[string][]string{}
	for _, f := range plan.Funcs.Funcs {
		stub := stub{name: f.Name, params: len(f.Params)}
		walk(f.Blocks, func(stmt ir.Stmt) {
			switch s := stmt.(type) {
			case *ir.ScanStmt:
				stub.scans = true
			case *ir.CallStmt:
				calls[f.Name] = append(calls[f.Name], s.Func)
			case *ir.DotStmt:
				if i, constant := s.Key.Value.(ir.StringIndex); constant && !known[plan.Static.Strings[i].Value] {
					known[plan.Static.Strings[i].Value] = true
					o.keys = append(o.keys, plan.Static.Strings[i].Value)
				}
			}
		})
		o.functions = append(o.functions, stub)
	}
	o.spread(calls)
	return o
}

// spread marks what calls a function that scans.
func (o *outline) spread(calls map[string][]string) {
	scans := map[string]bool{}
	for _, f := range o.functions {
		scans[f.name] = f.scans
	}
	for changed := true; changed; {
		changed = false
		for i := range o.functions {
			f := &o.functions[i]
			for _, other := range calls[f.name] {
				if scans[other] && !f.scans {
					f.scans, scans[f.name], changed = true, true, true
				}
			}
		}
	}
}
