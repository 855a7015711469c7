package graph

import "esaudit/snapshot"

// Telling is an Answer without Paths, for whoever asks much: what controls say
// that does not depend on who asks is put into words once for all answers.
type Telling struct {
	Verdict  Verdict
	Entry    string
	Path     []Step
	Blockers []Step
	Unknowns []Step
	Settle   []Settle
}

// Step is a control of a path: between what it stands, and what it says.
type Step struct {
	Kind, From, To, Control string
	Said                    *Said
}

// Said is what a control says, in words. It is not to be changed: other answers
// may hold it too.
type Said struct {
	Verdict      Verdict
	Why, Pointer string
	Line         int

	written lazy[[]byte]
}

// Written is what write makes of it, which is asked once. The caller must not
// change it.
func (s *Said) Written(write func(*Said) []byte) []byte {
	return s.written.get(func() []byte { return write(s) })
}

func (s Step) hop() Hop {
	return Hop{
		Kind: s.Kind, From: s.From, To: s.To, Control: s.Control, Verdict: s.Said.Verdict,
		Why: s.Said.Why, Pointer: s.Said.Pointer, Line: s.Said.Line,
	}
}

// Tell answers as Reach does, in short.
func (g *Graph) Tell(from, to string) (Telling, error) {
	q, paths, err := g.follow(from, to)
	if err != nil {
		return Telling{}, err
	}
	return g.tell(q, g.orNone(q, paths)), nil
}

// tell draws the verdict from at least one path (SEMANTICS 1), and puts into words
// the deciding one and what blocks the others or leaves them unknown.
func (g *Graph) tell(q query, paths []Path) Telling {
	verdict := Blocked
	for i := range paths {
		verdict = Over(verdict, paths[i].Verdict)
	}
	out := Telling{Verdict: verdict}
	room := make([]Step, 0, 2*len(paths[0].marks))
	for i := range paths {
		if p := &paths[i]; p.Verdict == verdict {
			room = p.steps(room, func(*mark) bool { return true })
			out.Path = room
			if out.Entry = p.Entry; p.Kind == "none" {
				out.Entry = ""
			}
			break
		}
	}
	deciding := len(room)
	var settle []snapshot.Call
	for i := range paths {
		if p := &paths[i]; verdict == Blocked || verdict == Unknown && p.Verdict == Unknown {
			room = p.steps(room, func(m *mark) bool { return m.verdict == verdict })
			if verdict == Unknown {
				settle = append(settle, p.Settle...)
			}
		}
	}
	if rest := room[deciding:]; verdict == Blocked {
		out.Blockers = rest
		if q.source == schemeECS {
			said := rest[0].Said
			rest[0].Said = &Said{Verdict: said.Verdict, Why: said.Why + " (a host that goes out through its elastic IP or SNAT is asked as internet:ITS-IP)", Pointer: said.Pointer, Line: said.Line}
		}
	} else if verdict == Unknown {
		out.Unknowns = rest
	}
	out.Settle = g.settle(settle)
	return out
}

// steps appends the controls of a path that are wanted, in words.
func (p *Path) steps(list []Step, wanted func(*mark) bool) []Step {
	for _, m := range p.marks {
		if wanted(m) {
			list = append(list, Step{m.kind, m.from, m.to, m.control, m.tell()})
		}
	}
	return list
}

// answer is the telling as an Answer.
func (t Telling) answer() Answer {
	return Answer{
		Verdict: t.Verdict, Entry: t.Entry, Path: hopsOf(t.Path), Blockers: hopsOf(t.Blockers), Unknowns: hopsOf(t.Unknowns), Settle: t.Settle,
	}
}

func hopsOf(steps []Step) []Hop {
	out := make([]Hop, 0, len(steps))
	for _, s := range steps {
		out = append(out, s.hop())
	}
	return out
}
