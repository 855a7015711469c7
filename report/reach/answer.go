package reach

import (
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
	o.title(line{{strings.ToUpper(a.Verdict.String()), tone(a.Verdict)}, {"  ", prose}}.and(named(a.From), said(" -> "), named(a.To), through))
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
// lead there too.
func (a Answer) others(o *outline, rest []graph.Path, opt Options) {
	var same []graph.Path
	for _, p := range rest {
		if p.Verdict == a.Verdict {
			same = append(same, p)
		}
	}
	if len(same) == 0 {
		return
	}
	o.heading(said(map[graph.Verdict]string{
		graph.Reachable: "also reachable", graph.Blocked: "every other way is blocked too", graph.Unknown: "also unknown",
	}[a.Verdict] + ": " + count(len(same), "path", "paths")))
	for _, p := range same[:min(len(same), few)] {
		way := said(p.Kind + ", " + kindName(p.Kind))
		if p.Entry != "" && strings.Contains(p.Entry, ":") || strings.HasPrefix(p.Entry, "ep-") {
			way = way.and(said(" "), named(p.Entry))
		}
		o.paragraph(0, way)
		if a.Verdict == graph.Reachable {
			continue
		}
		var rows [][]cell
		for _, h := range deciding(p) {
			rows = append(rows, []cell{
				{line{{word(h.Verdict), tone(h.Verdict)}}}, {named(h.Control)}, append(cell{said(h.Why)}, at(h, opt)...),
			})
		}
		o.table(2, []string{"verdict", "control", "why"}, false, rows...)
	}
	o.paragraph(0, more(len(same)-few))
}

func (a Answer) view(*graph.Graph) (*graph.View, string) {
	first, rest := a.inOrder()
	paths := append([]graph.Path{first}, rest...)
	title := a.From + " -> " + a.To + ": " + a.Verdict.String()
	return drawn(paths, title)
}

// mostPaths is how many paths a picture shows: more show nothing any longer.
const mostPaths = 6

// drawn shows the first paths, and says how many are left out.
func drawn(paths []graph.Path, title string) (*graph.View, string) {
	if n := len(paths) - mostPaths; n > 0 {
		paths = paths[:mostPaths]
		title += " (and " + count(n, "more path", "more paths") + ")"
	}
	return graph.PathsView(paths), title
}
