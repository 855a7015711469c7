package reach

import (
	"fmt"
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
	for _, v := range verdicts() {
		t.part(o, v)
	}
	o.settles("what would settle what is unknown", t.Settle)
	return o
}

// part tells of the entries of one verdict. Those that nothing leads to are
// counted.
func (t Targets) part(o *outline, v graph.Verdict) {
	var rows [][]cell
	idle := 0
	for _, x := range t.Targets.Targets {
		switch {
		case x.Verdict != v:
		case len(x.Paths) == 0:
			idle++
		default:
			id, port := endpoint(x)
			rows = append(rows, []cell{{named(id)}, {said(x.Entry + " " + port)}, {because(x)}})
		}
	}
	if len(rows)+idle == 0 {
		return
	}
	o.heading(line{{strings.ToUpper(v.String()), tone(v)}}.and(said(": " + count(len(rows)+idle, "entry", "entries"))))
	o.table(2, []string{"cluster", "entry", "why"}, false, rows...)
	if idle > 0 {
		o.paragraph(2, said("to "+number(fmt.Sprint(idle))+" of them nothing leads from there"))
	}
}

// endpoint parts the target of a question into cluster and port.
func endpoint(x graph.Targeted) (id, port string) {
	_, rest, _ := strings.Cut(x.To, ":")
	id, port, _ = strings.Cut(rest, ":")
	return id, port
}

// because says in a few words what decided.
func because(x graph.Targeted) line {
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
		id, port := endpoint(x)
		end := v.Add(graph.Thing{Kind: graph.EntryThing, Key: id + " " + x.Entry + " " + port})
		j := graph.Join{Kind: "reaches", Verdict: x.Verdict}
		if len(x.Paths) > 0 && x.Verdict != graph.Reachable {
			j.Hops = deciding(x.Paths[0])[:1]
		}
		v.Connect(from, end, j)
	}
	return v, "what " + t.From + " gets to"
}
