package oracle

// Verdict is one of the three values of SEMANTICS 1. The zero value is Unknown.
type Verdict int

const (
	Unknown Verdict = iota
	Reachable
	Blocked
)

func (v Verdict) String() string {
	switch v {
	case Reachable:
		return "reachable"
	case Blocked:
		return "blocked"
	}
	return "unknown"
}

// yes turns a fact that is known into a verdict.
func yes(b bool) Verdict {
	if b {
		return Reachable
	}
	return Blocked
}

// every is the verdict along a path (SEMANTICS 1): any blocked blocks, else any
// unknown makes it unknown. Of nothing it is Reachable.
func every(vs ...Verdict) Verdict {
	out := Reachable
	for _, v := range vs {
		if v == Blocked {
			return Blocked
		}
		if v == Unknown {
			out = Unknown
		}
	}
	return out
}

// some is the verdict over alternatives (SEMANTICS 1): any reachable wins, else
// any unknown. Of nothing it is Blocked.
func some(vs ...Verdict) Verdict {
	out := Blocked
	for _, v := range vs {
		if v == Reachable {
			return Reachable
		}
		if v == Unknown {
			out = Unknown
		}
	}
	return out
}

// agree is what all possible outcomes have in common: Unknown when they differ,
// when one of them is unknown, and of nothing.
func agree(vs ...Verdict) Verdict {
	for _, v := range vs {
		if v != vs[0] {
			return Unknown
		}
	}
	if len(vs) == 0 {
		return Unknown
	}
	return vs[0]
}

// not turns a verdict round; Unknown stays.
func not(v Verdict) Verdict {
	switch v {
	case Reachable:
		return Blocked
	case Blocked:
		return Reachable
	}
	return Unknown
}

// Control is one control of a path, by its name in SEMANTICS 10.
type Control struct {
	Name    string
	Verdict Verdict
}

// Path is one path that was tried.
type Path struct {
	Kind     string // P1 to P7, onprem, E1, E2 or none
	Entry    string // as in CONTRACT 6; empty for none
	Verdict  Verdict
	Controls []Control
}

// Answer is the verdict of a query. Kind and Control name what decided: the
// first path with the verdict, and its first control with the verdict. Control
// is empty when the verdict is Reachable.
type Answer struct {
	Verdict Verdict
	Kind    string
	Control string
	Entry   string
	Paths   []Path
}

// path closes a path: its verdict follows from its controls.
func path(kind, entry string, controls ...Control) Path {
	vs := make([]Verdict, len(controls))
	for i, c := range controls {
		vs[i] = c.Verdict
	}
	return Path{Kind: kind, Entry: entry, Verdict: every(vs...), Controls: controls}
}

// answer combines the paths of a query (SEMANTICS 1).
func answer(paths []Path) Answer {
	if len(paths) == 0 {
		paths = []Path{path("none", "", Control{"no-path", Blocked})}
	}
	vs := make([]Verdict, len(paths))
	for i, p := range paths {
		vs[i] = p.Verdict
	}
	a := Answer{Verdict: some(vs...), Paths: paths}
	for _, p := range paths {
		if p.Verdict != a.Verdict {
			continue
		}
		a.Kind, a.Entry = p.Kind, p.Entry
		for _, c := range p.Controls {
			if c.Verdict == a.Verdict && a.Verdict != Reachable {
				a.Control = c.Name
				break
			}
		}
		break
	}
	return a
}

// unnamed is the answer to a query about an id that no answer names while its
// list was not read (SEMANTICS 1).
func unnamed() Answer {
	return answer([]Path{path("none", "", Control{"no-path", Unknown})})
}
