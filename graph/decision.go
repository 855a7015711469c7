package graph

import (
	"fmt"
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// decision is what one control says, and the value that decided. The zero
// decision is unknown.
type decision struct {
	verdict Verdict
	why     reason
	at      *snapshot.Node
	settle  []snapshot.Call // what would decide it; empty when nothing can
	told    *lazy[*Said]    // of a decision that is kept: the words are kept too
}

func (d *decision) tell() *Said {
	put := func() *Said {
		return &Said{Verdict: d.verdict, Why: d.why.String() + contradicted(d.at), Pointer: d.at.Pointer(), Line: d.at.Line()}
	}
	if d.told == nil {
		return put()
	}
	return d.told.get(put)
}

// contradicted says in words that answers contradict each other in the value that
// decided; "" when they do not.
func contradicted(at *snapshot.Node) string {
	if !at.Contradicted() {
		return ""
	}
	said := make([]string, 0, 2)
	for _, reading := range at.Readings() {
		const most = 60
		text := []rune(string(reading.AppendCompact(nil)))
		if len(text) > most {
			text = append(text[:most], '…')
		}
		said = append(said, string(text))
	}
	return " (answers contradict each other: " + strings.Join(said, ", ") + ")"
}

// kept is a decision that many paths will hold. The value is not to be changed.
func kept(d decision) decision {
	d.told = &lazy[*Said]{}
	return d
}

// reason is a text that is made when somebody reads it.
type reason struct {
	format string
	args   []any
}

func (r reason) String() string { return fmt.Sprintf(r.format, r.args...) }

// mark is a control of a path before it is explained.
type mark struct {
	kind, from, to, control string
	decision
	each *split // what it says of each address, where many ask at once
	said *Said  // in words, once it was told, where the decision is not kept
}

// tell puts into words what a control said. Several paths may hold one mark.
func (m *mark) tell() *Said {
	if m.told != nil {
		return m.decision.tell()
	}
	if m.said == nil {
		m.said = m.decision.tell()
	}
	return m.said
}

// explain makes the hops of paths that somebody reads.
func explain(paths []Path) []Path {
	for i := range paths {
		p := &paths[i]
		if p.Hops != nil {
			continue
		}
		p.Hops = hopsOf(p.steps(nil, func(*mark) bool { return true }))
	}
	return paths
}

func decide(v Verdict, at *snapshot.Node, format string, args ...any) decision {
	return decision{verdict: v, at: at, why: reason{format, args}}
}

func passes(at *snapshot.Node, format string, args ...any) decision {
	return decide(Reachable, at, format, args...)
}

func blocks(at *snapshot.Node, format string, args ...any) decision {
	return decide(Blocked, at, format, args...)
}

func unsure(at *snapshot.Node, settle []snapshot.Call, format string, args ...any) decision {
	d := decide(Unknown, at, format, args...)
	d.settle = settle
	return d
}

// split divides a set of addresses by what a control says of each. The three
// sets are disjoint.
type split struct {
	pass, block, unknown netset.Set
}

// everywhere is the split in which a control says the same of a whole set.
func everywhere(set netset.Set, v Verdict) split {
	switch v {
	case Reachable:
		return split{pass: set}
	case Blocked:
		return split{block: set}
	}
	return split{unknown: set}
}

// override makes the control say v of the addresses of set. With sure false it
// might say v: where it said something else before, it is unknown now.
func (s split) override(set netset.Set, v Verdict, sure bool) split {
	if set.IsEmpty() {
		return s
	}
	if sure {
		s = split{pass: s.pass.Minus(set), block: s.block.Minus(set), unknown: s.unknown.Minus(set)}
		return s.add(everywhere(set, v))
	}
	var doubt netset.Set
	if v != Reachable {
		doubt = doubt.Union(s.pass.Intersect(set))
	}
	if v != Blocked {
		doubt = doubt.Union(s.block.Intersect(set))
	}
	return split{pass: s.pass.Minus(doubt), block: s.block.Minus(doubt), unknown: s.unknown.Union(doubt)}
}

func (s split) add(t split) split {
	return split{pass: s.pass.Union(t.pass), block: s.block.Union(t.block), unknown: s.unknown.Union(t.unknown)}
}

// along adds a control to a path: what it blocks is blocked, what it leaves
// open is unknown at best.
func (s split) along(t split) split {
	t = t.within(s.pass.Union(s.unknown))
	return split{pass: s.pass.Intersect(t.pass), block: s.block.Union(t.block), unknown: s.unknown.Minus(t.block).Union(t.unknown)}
}

// at adds a control that says the same of every address.
func (s split) at(v Verdict) split {
	if v == Reachable {
		return s
	}
	open := s.pass.Union(s.unknown)
	if v == Blocked {
		return split{block: s.block.Union(open)}
	}
	return split{block: s.block, unknown: open}
}

// within restricts a split to the addresses of set.
func (s split) within(set netset.Set) split {
	return split{pass: s.pass.Intersect(set), block: s.block.Intersect(set), unknown: s.unknown.Intersect(set)}
}

// uniform is the verdict over addresses any of which may be the one that
// counts: the same for all of them, else unknown (SEMANTICS 4).
func (s split) uniform() Verdict {
	switch {
	case s.unknown.IsEmpty() && s.block.IsEmpty() && !s.pass.IsEmpty():
		return Reachable
	case s.unknown.IsEmpty() && s.pass.IsEmpty() && !s.block.IsEmpty():
		return Blocked
	}
	return Unknown
}

// all is the verdict over addresses that all count: it passes when it passes
// for all, and blocks when it blocks any (SEMANTICS 4).
func (s split) all() Verdict {
	switch {
	case !s.block.IsEmpty():
		return Blocked
	case !s.unknown.IsEmpty() || s.pass.IsEmpty():
		return Unknown
	}
	return Reachable
}

// judgement is what a control says of every address of a set, and how to
// explain the verdict its user draws from it.
type judgement struct {
	split
	explain func(Verdict) decision
}

func (j judgement) all() decision     { return j.explain(j.split.all()) }
func (j judgement) uniform() decision { return j.explain(j.split.uniform()) }

// same is the judgement of a control that does not look at addresses.
func same(set netset.Set, d decision) judgement {
	return judgement{everywhere(set, d.verdict), func(Verdict) decision { return d }}
}

// trail is a path being followed, by one address or by many at once.
type trail struct {
	path     Path
	from, to string  // what stands before and behind the next control
	room     *[]mark // for the next controls
}

// newTrail begins a path that the addresses of set take; set is empty when the
// source's address is not known.
func newTrail(set netset.Set, kind, entry, from, to string) *trail {
	_, one := set.Single()
	many := !one && !set.IsEmpty()
	return &trail{
		path: Path{Kind: kind, Entry: entry, Verdict: Reachable, taker: set, many: many, taken: split{pass: set}},
		from: from, to: to, room: &[]mark{},
	}
}

// between says between which two things the next controls stand.
func (t *trail) between(from, to string) { t.from, t.to = from, to }

// check adds a control that says the same of every address.
func (t *trail) check(control string, d decision) {
	if t.path.many {
		t.path.taken = t.path.taken.at(d.verdict)
	}
	t.hop(control, d)
}

// judge adds a control that looks at the source's address.
func (t *trail) judge(control string, j judgement) {
	if t.path.many {
		t.path.taken = t.path.taken.along(j.split)
		if !j.unknown.IsEmpty() {
			t.path.Settle = append(t.path.Settle, j.explain(Unknown).settle...)
		}
		t.mark(control, decision{}, &j.split)
		return
	}
	t.hop(control, j.uniform())
}

func (t *trail) mark(control string, d decision, each *split) {
	const together = 8
	p := &t.path
	if p.marks == nil {
		p.marks = make([]*mark, 0, together)
	}
	if len(*t.room) == cap(*t.room) {
		*t.room = make([]mark, 0, together)
	}
	*t.room = append(*t.room, mark{kind: p.Kind, from: t.from, to: t.to, control: control, decision: d, each: each})
	p.marks = append(p.marks, &(*t.room)[len(*t.room)-1])
}

func (t *trail) hop(control string, d decision) {
	p := &t.path
	p.Verdict = Along(p.Verdict, d.verdict)
	t.mark(control, d, nil)
	if d.verdict == Unknown {
		p.Settle = append(p.Settle, d.settle...)
	}
}

// fork copies the trail, so that several ends can follow one beginning.
func (t *trail) fork() *trail {
	c := *t
	c.path.marks = slices.Grow(slices.Clip(t.path.marks), len(t.path.marks))
	c.path.Settle = append([]snapshot.Call(nil), t.path.Settle...)
	return &c
}
