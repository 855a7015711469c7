package reach

import (
	"strings"

	"esaudit/graph"
)

// Targets is every entry of every cluster as one source sees it.
type Targets struct{ graph.Targets }

func (t Targets) json() (any, bool) { return t.Targets, true }

func (t Targets) tell(opt Options) *outline {
	o := &outline{}
	o.title(said("WHAT ").and(named(t.From), said(" GETS TO")))
	if t.Lost {
		o.paragraph(0, said("No answer names it, or any cluster, and not all were read."))
	} else if len(t.Targets.Targets) == 0 {
		o.paragraph(0, said("There is no cluster."))
	}
	var rows [][]cell
	for _, x := range t.Targets.Targets {
		_, rest, _ := strings.Cut(x.To, ":")
		id, port, _ := strings.Cut(rest, ":")
		rows = append(rows, []cell{
			{named(id)}, {said(x.Entry)}, {said(port)}, {line{{x.Verdict.String(), tone(x.Verdict)}}}, {because(x)},
		})
	}
	o.table(0, []string{"cluster", "entry", "port", "verdict", "why"}, true, rows...)
	o.settles("what would settle what is unknown", t.Settle)
	return o
}

// because says in a few words what decided.
func because(x graph.Targeted) line {
	if len(x.Paths) == 0 {
		return said("nothing leads there")
	}
	p := x.Paths[0]
	if x.Verdict == graph.Reachable {
		if strings.Contains(p.Entry, ":") {
			return said("through ").and(named(p.Entry))
		}
		return said("by " + kindName(p.Kind))
	}
	h := deciding(p)[0]
	return named(h.Control).and(said(": " + h.Why))
}

func (t Targets) view(*graph.Graph) (*graph.View, string) {
	v := graph.NewView()
	from := v.Add(graph.SourceThing(t.From))
	for _, x := range t.Targets.Targets {
		_, rest, _ := strings.Cut(x.To, ":")
		id, port, _ := strings.Cut(rest, ":")
		end := v.Add(graph.Thing{Kind: graph.EntryThing, Key: id + " " + x.Entry + " " + port})
		j := graph.Join{Kind: "reaches", Verdict: x.Verdict}
		if len(x.Paths) > 0 && x.Verdict != graph.Reachable {
			j.Hops = deciding(x.Paths[0])[:1]
		}
		v.Connect(from, end, j)
	}
	return v, "what " + t.From + " gets to"
}
