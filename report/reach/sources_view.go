package reach

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"esaudit/graph"
)

// How much a picture of sets shows one by one.
const (
	fewHosts = 4 // in one box
	fewBoxes = 10
)

func (s Sources) view(g *graph.Graph) (*graph.View, string) {
	shown := s.Sources
	shown.Entries = slices.Clone(s.Entries)
	var rest []func(v *graph.View)
	for i := range shown.Entries {
		rest = append(rest, s.cut(&shown.Entries[i], i, g)...)
	}
	v := g.SourcesView(shown)
	for _, add := range rest {
		add(v)
	}
	return v, "who gets to " + s.To
}

// cut takes out of an opening what is shown together, and returns what adds it
// to a view.
func (s Sources) cut(e *graph.Opening, n int, g *graph.Graph) []func(*graph.View) {
	var rest []func(*graph.View)
	group := func(t graph.Thing, j graph.Join) {
		j.Kind = "reaches"
		rest = append(rest, func(v *graph.View) { v.Connect(v.Add(t), v.Add(graph.EntryOf(s.Sources, n)), j) })
	}
	for _, x := range []struct {
		verdict graph.Verdict
		ids     []string
	}{{graph.Reachable, e.Hosts.Reachable}, {graph.Unknown, e.Hosts.Unknown}} {
		if len(x.ids) > 1 {
			group(graph.Thing{Kind: "hosts", Key: strings.Join(x.ids, " "), Label: some(x.ids, g)}, graph.Join{Verdict: x.verdict})
		}
	}
	if len(e.Hosts.Reachable) > 1 {
		e.Hosts.Reachable = nil
	}
	if len(e.Hosts.Unknown) > 1 {
		e.Hosts.Unknown = nil
	}
	if names := slices.Sorted(maps.Keys(e.VPCs)); len(names) > fewBoxes {
		kept, all := map[string]graph.Addresses{}, graph.Addresses{}
		for i, name := range names {
			if i < fewBoxes {
				kept[name] = e.VPCs[name]
			} else {
				all = all.Or(e.VPCs[name])
			}
		}
		e.VPCs = kept
		group(graph.Thing{Kind: graph.Other, Key: fmt.Sprint("vpcs ", n), Label: count(len(names)-fewBoxes, "more VPC", "more VPCs")}, graph.Join{Verdict: all.Verdict(), Sources: all})
	}
	if more := len(e.Via) - fewBoxes; more > 0 {
		var all graph.Addresses
		for _, via := range e.Via[fewBoxes:] {
			all = all.Or(via.Internet)
		}
		e.Via = e.Via[:fewBoxes]
		group(graph.Thing{Kind: graph.Other, Key: fmt.Sprint("ways ", n), Label: count(more, "more way", "more ways") + " from the internet"}, graph.Join{Verdict: all.Verdict(), Sources: all})
	}
	return rest
}

// some names the first hosts of many.
func some(ids []string, g *graph.Graph) string {
	var names []string
	for _, id := range ids[:min(len(ids), fewHosts)] {
		if name := g.NameOf(graph.Host, id); name != "" && name != id {
			id += " (" + name + ")"
		}
		names = append(names, id)
	}
	text := strings.Join(names, ", ")
	if n := len(ids) - fewHosts; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}
