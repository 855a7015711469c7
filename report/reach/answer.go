package reach

import (
	"slices"
	"strings"

	"esaudit/graph"
)

// Answer is the answer to one question.
type Answer struct {
	From, To string
	graph.Answer
}

func (a Answer) json() (any, bool) { return Line(a.Answer), false }

// Line returns an answer as a line of JSON Lines has it: its lists are never
// null.
func Line(a graph.Answer) graph.Answer {
	for _, list := range []*[]graph.Hop{&a.Path, &a.Blockers, &a.Unknowns} {
		if *list == nil {
			*list = []graph.Hop{}
		}
	}
	return a
}

func (a Answer) tell(opt Options) *outline {
	o := &outline{}
	through := line(nil)
	if a.Entry != "" {
		through = said(" through ").and(named(a.Entry))
	}
	o.title(line{{strings.ToUpper(a.Verdict.String()), tone(a.Verdict)}}.and(gap(2), named(a.From), said(" -> "), named(a.To), through))
	first, rest := a.inOrder()
	if first.Kind != "none" {
		o.heading(said(first.Kind + ", " + kindName(first.Kind)))
	}
	o.hops(first.Hops, opt)
	a.others(o, rest, opt)
	if a.Verdict == graph.Blocked && strings.HasPrefix(a.From, "ecs:") {
		o.heading(said("a host is asked by its private address"))
		o.paragraph(2, said("A host that goes out through its elastic IP or SNAT reaches public endpoints with that address: ask ").and(named("--from internet:ITS-IP"), said(".")))
	}
	o.settles("what would settle it", a.Settle)
	if a.Verdict == graph.Unknown && len(a.Settle) == 0 {
		o.heading(said("what would settle it"))
		o.paragraph(2, said("No call would: everything was read, and nothing in it can tell."))
	}
	return o
}

// inOrder returns the deciding path, and the others.
func (a Answer) inOrder() (graph.Path, []graph.Path) {
	for i, p := range a.Paths {
		if p.Verdict == a.Verdict {
			rest := append([]graph.Path{}, a.Paths[:i]...)
			return p, append(rest, a.Paths[i+1:]...)
		}
	}
	return graph.Path{Kind: "none", Hops: a.Path}, nil
}

// others tells what else matters to the verdict: for blocked what blocks every
// other path, for unknown what is unknown of each, for reachable which paths
// lead there too. Paths that are decided alike are told of once.
func (a Answer) others(o *outline, rest []graph.Path, opt Options) {
	var same []alike
	n := 0
	for _, p := range rest {
		if p.Verdict == a.Verdict {
			same = joinAlike(same, p)
			n++
		}
	}
	if n == 0 {
		return
	}
	o.heading(said(map[graph.Verdict]string{
		graph.Reachable: "also reachable", graph.Blocked: "every other way is blocked too", graph.Unknown: "also unknown",
	}[a.Verdict] + ": " + count(n, "path", "paths")))
	for _, x := range same[:min(len(same), few)] {
		way := said(x.Kind + ", " + kindName(x.Kind))
		if strings.Contains(x.Entry, ":") || strings.HasPrefix(x.Entry, "ep-") {
			way = said(x.Kind + ", " + strings.TrimPrefix(kindName(x.Kind), "a ") + " ").and(named(x.Entry))
		}
		if x.paths > 1 {
			way = way.and(said(": " + count(x.paths, "path", "paths")))
		}
		o.paragraph(0, way)
		if a.Verdict != graph.Reachable {
			o.table(2, []string{"verdict", "control", "why"}, false, rows(deciding(x.Path), opt)...)
		}
	}
	o.paragraph(0, more(len(same)-few))
}

// alike is a path, and how many there are that are decided like it.
type alike struct {
	graph.Path
	paths int
}

func joinAlike(list []alike, p graph.Path) []alike {
	for i, x := range list {
		if x.Kind == p.Kind && x.Entry == p.Entry && slices.EqualFunc(deciding(x.Path), deciding(p), func(a, b graph.Hop) bool {
			return a.Control == b.Control && a.Why == b.Why && a.Pointer == b.Pointer
		}) {
			list[i].paths++
			return list
		}
	}
	return append(list, alike{p, 1})
}

func (a Answer) view(*graph.Graph) (*graph.View, string) {
	first, rest := a.inOrder()
	paths := append([]graph.Path{first}, rest...)
	title := a.From + " -> " + a.To + ": " + a.Verdict.String()
	return drawn(paths, title)
}

// mostPaths is how many paths a picture shows: more show nothing any longer.
const mostPaths = 4

// drawn shows the first paths, and says how many are left out.
func drawn(paths []graph.Path, title string) (*graph.View, string) {
	if n := len(paths) - mostPaths; n > 0 {
		paths = paths[:mostPaths]
		title += " (and " + count(n, "more path", "more paths") + ")"
	}
	return graph.PathsView(paths), title
}
