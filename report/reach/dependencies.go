package reach

import (
	"fmt"
	"strings"

	"esaudit/graph"
)

// Dependencies is what a cluster needs outside, and whether it gets there.
type Dependencies struct{ graph.Dependencies }

func (d Dependencies) json() (any, bool) {
	out := d.Dependencies
	for i := range out.Dependencies {
		out.Dependencies[i].Answer = Line(out.Dependencies[i].Answer)
	}
	return out, true
}

func (d Dependencies) tell(opt Options) *outline {
	o := &outline{}
	o.title(said("WHAT ").and(named(d.From), said(" NEEDS OUTSIDE: "+count(len(d.Dependencies.Dependencies), "host", "hosts"))))
	switch {
	case d.Lost:
		o.paragraph(0, said("No answer names the cluster, and not all were read."))
	case !d.Readable:
		o.paragraph(0, said("Its elasticsearch.yml is not in what was read: what it needs is unknown."))
	case len(d.Dependencies.Dependencies) == 0:
		o.paragraph(0, said("Nothing: no setting names a host outside. What single watches call is not in any setting."))
	}
	d.uses(o)
	for _, x := range d.Dependencies.Dependencies {
		d.one(o, x, opt)
	}
	o.settles("what would settle what is unknown", d.allSettle())
	return o
}

// uses tells which features the cluster uses, and which it may.
func (d Dependencies) uses(o *outline) {
	var rows [][]cell
	for _, f := range d.Features {
		if f.State == graph.Unused || !d.Readable && f.Origin == "" {
			continue
		}
		state := piece{"in use", good}
		if f.State == graph.NotKnown {
			state = piece{"unknown", unsure}
		}
		rows = append(rows, []cell{{said(featureName(f.Name))}, {line{state}}, {named(f.Origin)}})
	}
	if len(rows) > 0 {
		o.heading(said("features it uses"))
		o.table(2, []string{"", "", ""}, false, rows...)
	}
}

// one tells of one outside host.
func (d Dependencies) one(o *outline, x graph.Dependency, opt Options) {
	o.heading(named(title(x)).and(gap(2), line{{strings.ToUpper(x.Answer.Verdict.String()), tone(x.Answer.Verdict)}}))
	where := named(x.Origin)
	if x.At.Line() > 0 {
		where = where.and(line{{", " + place(graph.Hop{Pointer: x.At.Pointer(), Line: x.At.Line()}, opt.File), faint}})
	}
	rows := [][]cell{{{said("for")}, {said(featureName(x.Feature))}}, {{said("named by")}, {where}}}
	first := Answer{From: d.From, To: title(x), Answer: x.Answer}
	path, _ := first.inOrder()
	if broken := deciding(path); x.Answer.Verdict != graph.Reachable && len(broken) > 0 {
		h := broken[0]
		label := map[graph.Verdict]string{graph.Blocked: "first broken hop", graph.Unknown: "first unsure hop"}[x.Answer.Verdict]
		rows = append(rows, []cell{{said(label)}, append(cell{named(h.Control).and(said(": ")).and(said(h.Why))}, at(h, opt)...)})
	} else if x.Answer.Entry != "" {
		rows = append(rows, []cell{{said("by")}, {said("the private connection ").and(named(x.Answer.Entry))}})
	}
	o.table(2, []string{"", ""}, false, rows...)
	if x.Answer.Verdict == graph.Reachable {
		return
	}
	list, note := build(d.Cluster, x, path, opt.Graph)
	if note != "" {
		o.paragraph(2, said(note))
	}
	if len(list) == 0 {
		return
	}
	o.paragraph(2, said("what it takes, in the order of the vendor's guide (Create private connections with PrivateLink and SLB):"))
	var todo [][]cell
	for i, s := range list {
		todo = append(todo, []cell{{said(fmt.Sprintf("%d.", i+1))}, {line{{s.state, s.style}}}, {said(s.what)}})
	}
	o.table(4, []string{"step", "state", "what"}, false, todo...)
}

// title is the host and port of a dependency, or the setting when it shows none.
func title(x graph.Dependency) string {
	switch {
	case x.Host == "":
		return x.Origin
	case x.Port == 0:
		return x.Host
	case strings.Contains(x.Host, ":"):
		return fmt.Sprintf("[%s]:%d", x.Host, x.Port)
	}
	return fmt.Sprintf("%s:%d", x.Host, x.Port)
}

// allSettle returns every call that would settle anything, each once.
func (d Dependencies) allSettle() []graph.Settle {
	out := append([]graph.Settle{}, d.Settle...)
	seen := map[string]bool{}
	for _, s := range out {
		seen[s.Text] = true
	}
	for _, x := range d.Dependencies.Dependencies {
		for _, s := range x.Answer.Settle {
			if !seen[s.Text] {
				seen[s.Text] = true
				out = append(out, s)
			}
		}
	}
	return out
}

func (d Dependencies) view(*graph.Graph) (*graph.View, string) {
	var paths []graph.Path
	for _, x := range d.Dependencies.Dependencies {
		path, _ := Answer{Answer: x.Answer}.inOrder()
		paths = append(paths, path)
	}
	return drawn(paths, "what "+d.From+" needs outside")
}
