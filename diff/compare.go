package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"esaudit/graph"
	"esaudit/netset"
)

// later is a picture that is compared with an earlier one.
type later struct {
	picture
	graph  *graph.Graph
	unseen map[string]bool // clusters, as es:ID, that may be there and are not seen
}

// open is what a later picture does not know of a spot: what it says so of, and who
// got in before and is not seen in it, because what would tell was not read.
type open struct {
	addresses netset.Set
	names     map[string]bool
}

// none reports whether all is known.
func (o open) none() bool { return o.addresses.IsEmpty() && len(o.names) == 0 }

// with is all that is open in one or the other.
func (o open) with(other open) open {
	names := maps.Clone(o.names)
	if names == nil {
		names = map[string]bool{}
	}
	maps.Copy(names, other.names)
	return open{o.addresses.Union(other.addresses), names}
}

// within reports whether another one holds all of it.
func (o open) within(other open) bool {
	for name := range o.names {
		if !other.names[name] {
			return false
		}
	}
	return o.addresses.Minus(other.addresses).IsEmpty()
}

// compare tells what changed at each spot, and what is open there.
func (p picture) compare(after later, tell func(s spot, o open, gained, lost, unclear []Change)) {
	for _, s := range spots(p.addresses, after.addresses) {
		was, is := sum(p.addresses[s]), sum(after.addresses[s])
		gone := was.Reachable.Minus(is.Reachable).Minus(is.Unknown)
		hidden := after.hidden(s, p.addresses[s], gone, reachable)
		left := after.hidden(s, p.addresses[s], was.Unknown.Minus(is.Reachable).Minus(is.Unknown), unknown)
		tell(s, open{addresses: is.Unknown.Union(hidden).Union(left)}, s.changes(after.addresses[s], is.Reachable.Minus(was.Reachable), reachable),
			s.changes(p.addresses[s], gone.Minus(hidden), reachable),
			append(s.changes(after.addresses[s], is.Unknown.Minus(was.Unknown), unknown), s.changes(p.addresses[s], hidden, reachable)...))
	}
	for _, s := range spots(p.names, after.names) {
		was, is, names := verdicts(p.names[s]), verdicts(after.names[s]), map[string]bool{}
		for name, v := range is {
			if v == graph.Unknown.String() {
				names[name] = true
			}
		}
		gone := slices.Concat(s.named(p.names[s], graph.Reachable, func(n string) bool { return is[n] == "" }),
			s.named(p.names[s], graph.Unknown, func(n string) bool { return is[n] == "" }))
		for _, c := range gone {
			for _, name := range c.From {
				if after.unsure(s, c.Entry, name) {
					names[name] = true
				}
			}
		}
		tell(s, open{names: names}, s.named(after.names[s], graph.Reachable, func(n string) bool { return was[n] != "reachable" && is[n] == "reachable" }),
			s.named(p.names[s], graph.Reachable, func(n string) bool { return was[n] == "reachable" && is[n] == "" && !names[n] }),
			append(s.named(after.names[s], graph.Unknown, func(n string) bool { return was[n] != "unknown" && is[n] == "unknown" }),
				s.named(p.names[s], graph.Reachable, func(n string) bool { return was[n] == "reachable" && is[n] == "" && names[n] })...))
	}
}

// hidden are those of some addresses of an earlier picture of which the later one
// cannot tell, because they, or the cluster, are not seen in it.
func (l later) hidden(s spot, ways map[way]graph.Addresses, gone netset.Set, part func(graph.Addresses) netset.Set) netset.Set {
	var out netset.Set
	for w, a := range ways {
		for _, p := range part(a).Intersect(gone).Prefixes() {
			from := p.Addr().String()
			if s.zone != "" {
				from = s.zone + "/" + from
			}
			if l.unsure(s, w.entry, from) {
				out = out.Union(netset.Of(p))
			}
		}
	}
	return out
}

// unsure asks whether one source gets in, and reports whether nobody knows.
func (l later) unsure(s spot, entry, from string) bool {
	if l.unseen[s.to] {
		return true
	}
	kind := map[string]string{"internet": "internet", "vpc": "vpc", "host": "ecs", "onprem": "onprem"}[s.kind]
	to := s.to
	if strings.HasPrefix(entry, "kibana") {
		to = "kibana:" + strings.TrimPrefix(to, "es:")
	}
	a, err := l.graph.Brief(kind+":"+from, fmt.Sprintf("%s:%d", to, s.port))
	return err == nil && a.Verdict == graph.Unknown
}
