package reach

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"esaudit/graph"
)

// Sources is everybody who gets to a target.
type Sources struct{ graph.Sources }

func (s Sources) json() (any, bool) { return s.Sources, true }

func (s Sources) tell(opt Options) *outline {
	o := &outline{}
	o.title(said("WHO GETS TO ").and(named(s.To)))
	view := opt.Graph.SourcesView(s.Sources)
	for i, e := range s.Entries {
		head := said(e.Entry + ", port " + fmt.Sprint(e.Port))
		if strings.HasPrefix(e.Entry, "lb:") {
			head = named(e.Entry).and(said(", port " + fmt.Sprint(e.Port)))
		}
		o.heading(head)
		rows := slices.Concat(rowsOf(e, graph.Reachable, opt.Graph), rowsOf(e, graph.Unknown, opt.Graph))
		o.table(2, []string{"verdict", "who", "which"}, false, rows...)
		if len(rows) == 0 {
			o.paragraph(2, said("nobody"))
		}
		if through := passed(view, s.Sources, i); len(through) > 0 {
			o.paragraph(2, said("Everything from the internet passes ").and(joined(through, ", "), said(".")))
		}
	}
	switch {
	case s.Lost:
		o.paragraph(0, said("No answer names it, and not all were read: whether it exists is unknown."))
	case len(s.Entries) == 0:
		o.paragraph(0, said("Nobody: it has no entry there.").and(s.listens(opt.Graph)))
	}
	o.settles("what would settle what is unknown", s.Settle)
	return o
}

// listens names the ports a target does have, for one that was asked for in
// vain.
func (s Sources) listens(g *graph.Graph) line {
	parts := strings.Split(s.To, ":")
	if len(parts) < 3 {
		return nil
	}
	all, err := g.Sources(parts[0] + ":" + parts[1])
	if err != nil || len(all.Entries) == 0 {
		return nil
	}
	var out []line
	for _, e := range all.Entries {
		out = append(out, named(fmt.Sprintf("%s %d", e.Entry, e.Port)))
	}
	return said(" Its entries: ").and(joined(out, ", "), said("."))
}

func joined(list []line, by string) line {
	var out line
	for i, l := range list {
		if i > 0 {
			out = append(out, piece{by, prose})
		}
		out = out.and(l)
	}
	return out
}

// passed names what every way from the internet to an entry passes.
func passed(view *graph.View, s graph.Sources, entry int) []line {
	var out []line
	for _, t := range view.Passed(view.Add(graph.Thing{Kind: graph.Internet, Key: graph.Internet}), view.Add(graph.EntryOf(s, entry))) {
		if t.Kind != graph.Other && t.Kind != graph.ListenerThing { // a listener's load balancer stands before it
			out = append(out, called(t.Key, t.Name))
		}
	}
	return out
}

// called is an id with the name its owner gave it, where that says more.
func called(id, name string) line {
	if name == "" || name == id {
		return named(id)
	}
	return named(id).and(said(" ("), named(name), said(")"))
}

// rowsOf returns the rows of those who get in, or of those who may.
func rowsOf(e graph.Opening, v graph.Verdict, g *graph.Graph) [][]cell {
	mark := line{{map[graph.Verdict]string{graph.Reachable: "gets in", graph.Unknown: "unknown"}[v], tone(v)}}
	var rows [][]cell
	add := func(who, which line) { rows = append(rows, []cell{{mark}, {who}, {which}}) }
	addSet := func(who line, a graph.Addresses) {
		set := a.Reachable
		if v == graph.Unknown {
			set = a.Unknown
		}
		if !set.IsEmpty() {
			add(who, addresses(set))
		}
	}
	addSet(said("internet"), e.Internet)
	for _, via := range e.Via {
		addSet(said("internet via ").and(through(via, g)), via.Internet)
	}
	for _, vpc := range slices.Sorted(maps.Keys(e.VPCs)) {
		addSet(called(vpc, g.NameOf(graph.VPC, vpc)), e.VPCs[vpc])
	}
	for _, name := range slices.Sorted(maps.Keys(e.OnPrem)) {
		addSet(said("on premises: ").and(named(name)), e.OnPrem[name])
	}
	ids := e.Hosts.Reachable
	if v == graph.Unknown {
		ids = e.Hosts.Unknown
	}
	if len(ids) > 0 {
		var list []line
		for _, id := range ids[:min(len(ids), few)] {
			list = append(list, called(id, g.NameOf(graph.Host, id)))
		}
		add(said("hosts"), line{{number(fmt.Sprint(len(ids))) + ": ", faint}}.and(joined(list, ", "), more(len(ids)-few)))
	}
	return rows
}

// through names what stands between the internet and an entry.
func through(via graph.Via, g *graph.Graph) line {
	kind, thing := map[string]string{"lb": "load balancer", "dnat": "DNAT of", "proxy": "proxy"}[via.Kind],
		map[string]string{"lb": graph.LoadBalancer, "dnat": graph.NATGateway, "proxy": graph.Host}[via.Kind]
	if via.ID == "" {
		return said(map[string]string{"lb": "load balancers", "dnat": "NAT gateways", "proxy": "proxies"}[via.Kind] + " that were not read")
	}
	out := said(kind + " ").and(called(via.ID, g.NameOf(thing, via.ID)))
	if via.Port != 0 {
		out = out.and(said(" at " + fmt.Sprint(via.Port)))
	}
	return out
}
