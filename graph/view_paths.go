package graph

import (
	"fmt"
	"slices"
	"strings"
)

// PathsView shows paths from where they begin to where they end. Paths share
// what is the same at their beginning, and their ends.
func PathsView(paths []Path) *View {
	v := NewView()
	ways := map[string]int{} // by everything up to a thing: its number among those of its name
	for _, p := range paths {
		begin := ""
		var at *Thing
		for _, part := range legs(p.Hops) {
			if at == nil {
				at = v.Add(thingNamed(part.from))
			}
			begin += fmt.Sprint("\x00", part)
			if _, known := ways[begin]; !known {
				ways[begin] = len(ways)
			}
			next := thingNamed(part.to)
			if next.Kind != EntryThing && next.Kind != ClusterThing {
				next.Key += fmt.Sprintf(" (%d)", ways[begin])
			}
			to := v.Add(next)
			v.Connect(at, to, Join{Kind: p.Kind, Verdict: part.verdict, Hops: part.hops})
			at = to
		}
	}
	return v
}

// leg is a part of a path between two things.
type leg struct {
	from, to string
	verdict  Verdict
	hops     []Hop
}

// legs parts the controls of a path where the things change that they stand
// between. A control with another beginning belongs to the leg before it when
// it ends at the same thing.
func legs(hops []Hop) []leg {
	var out []leg
	for _, h := range hops {
		last := len(out) - 1
		if last < 0 || bare(h.To) != bare(out[last].to) {
			from := h.From
			if last >= 0 {
				from = out[last].to
			}
			out = append(out, leg{from: from, to: h.To, verdict: Reachable})
			last++
		}
		out[last].hops = append(out[last].hops, h)
		out[last].verdict = Along(out[last].verdict, h.Verdict)
	}
	return out
}

// bare is the name of a host without the word that questions put before it.
func bare(name string) string { return strings.TrimPrefix(name, schemeECS+":") }

// thingNamed tells from a name in a path what kind of thing it is: by the word
// of a question, by the entry behind a cluster's id, or by how the vendor's ids
// begin.
func thingNamed(name string) Thing {
	if _, entry, ok := strings.Cut(name, " "); ok && slices.Contains(EntryNames(), entry) {
		return Thing{Kind: EntryThing, Key: name}
	}
	t := Thing{Kind: Other, Key: bare(name), Label: bare(name)}
	for _, form := range []struct{ prefix, kind string }{
		{schemeInternet + ":", Internet}, {schemeECS + ":", Host}, {schemeVPC + ":", VPC}, {schemeOnPrem + ":", OnPremises},
		{"es-", ClusterThing}, {"nlb-", LoadBalancer}, {"lb-", LoadBalancer}, {"alb-", LoadBalancer}, {"lsn-", ListenerThing},
		{"ngw-", NATGateway}, {"vpc-", VPC}, {"epsrv-", EndpointService}, {"ep-", Endpoint}, {"i-", Host}, {"eni-", Host},
	} {
		if strings.HasPrefix(name, form.prefix) {
			t.Kind = form.kind
			if strings.HasSuffix(form.prefix, ":") {
				t.Label = strings.TrimPrefix(name, form.prefix)
			}
			break
		}
	}
	if t.Kind == LoadBalancer && strings.Contains(name, "/") { // a CLB's listener: its load balancer, protocol and port
		t.Kind = ListenerThing
	}
	return t
}

// SourceThing returns the thing that a question begins at.
func SourceThing(from string) Thing { return thingNamed(from) }
