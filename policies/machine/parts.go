package machine

import "github.com/open-policy-agent/opa/v1/ir"

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
	case *ir.BlockStmt:
		p.blocks = s.Blocks
	case *ir.BreakStmt, *ir.NopStmt:
	case *ir.NotStmt:
		p.blocks = []*ir.Block{s.Block}
	case *ir.ScanStmt:
		p.reads, p.writes, p.blocks = []*ir.Local{&s.Source}, []*ir.Local{&s.Key, &s.Value}, []*ir.Block{s.Block}
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

// usage is how often locals stand in some statements, and those within them.
type usage struct {
	reads, plain    map[ir.Local]int // plain: those reads that are no operands
	writes, changes map[ir.Local]int
	unknown         bool // a statement of which nothing is known is among them
}

func usageOf(blocks ...*ir.Block) *usage {
	u := &usage{reads: map[ir.Local]int{}, plain: map[ir.Local]int{}, writes: map[ir.Local]int{}, changes: map[ir.Local]int{}}
	for _, b := range blocks {
		u.add(b.Stmts)
	}
	return u
}

func (u *usage) add(stmts []ir.Stmt) {
	for _, stmt := range stmts {
		p, known := partsOf(stmt)
		u.unknown = u.unknown || !known
		for _, o := range p.operands {
			if local, ok := o.Value.(ir.Local); ok {
				u.reads[local]++
			}
		}
		for _, local := range p.reads {
			u.reads[*local]++
			u.plain[*local]++
		}
		for _, local := range p.writes {
			u.writes[*local]++
		}
		for _, local := range p.changes {
			u.changes[*local]++
		}
		for _, b := range p.blocks {
			u.add(b.Stmts)
		}
	}
}

// moved says that an operand is read in the place of a local, of which it was a
// copy.
func (u *usage) moved(from ir.Local, to ir.Operand) {
	if other, ok := to.Value.(ir.Local); ok {
		u.reads[other] += u.reads[from] - 1
		u.plain[other] += u.plain[from]
	}
	u.reads[from], u.plain[from], u.writes[from] = 0, 0, 0
}

// following is how often locals stand in what follows a statement.
func following(stmts []ir.Stmt) *usage { return usageOf(&ir.Block{Stmts: stmts}) }

// rename puts an operand in the place of a local that is read.
func rename(stmts []ir.Stmt, from ir.Local, to ir.Operand) {
	for _, stmt := range stmts {
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
		for _, b := range p.blocks {
			rename(b.Stmts, from, to)
		}
	}
}
