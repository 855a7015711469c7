package graph

import (
	"runtime"
	"sync"
)

// Question asks whether somebody gets somewhere, in the words of Reach.
type Question struct{ From, To string }

// Decided is a verdict and what decided it: the kind of the first path with the
// verdict, and its first control with the verdict; none for Reachable. Err says
// why the question cannot be understood.
type Decided struct {
	Verdict       Verdict
	Kind, Control string
	Err           error
}

// Decide answers questions as Reach does, without the paths, on all processors.
func (g *Graph) Decide(questions []Question) []Decided {
	out := make([]Decided, len(questions))
	workers := runtime.GOMAXPROCS(0)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := w; i < len(questions); i += workers {
				out[i] = g.decide(questions[i])
			}
		})
	}
	group.Wait()
	return out
}

func (g *Graph) decide(asked Question) Decided {
	q, err := parseQuery(asked.From, asked.To)
	if err != nil {
		return Decided{Err: err}
	}
	paths, err := g.paths(q)
	switch {
	case err != nil:
		return Decided{Err: err}
	case len(paths) == 0:
		return Decided{Verdict: Blocked, Kind: "none", Control: "no-path"}
	}
	out := Decided{Verdict: Blocked}
	for _, p := range paths {
		out.Verdict = Over(out.Verdict, p.Verdict)
	}
	for _, p := range paths {
		if p.Verdict == out.Verdict {
			out.Kind, out.Control = p.Kind, p.decidedBy()
			break
		}
	}
	return out
}

// decidedBy is the first control with the verdict of a path that does not let
// through.
func (p Path) decidedBy() string {
	for _, m := range p.marks {
		if m.verdict == p.Verdict && p.Verdict != Reachable {
			return m.control
		}
	}
	return ""
}
