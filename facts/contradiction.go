package facts

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// contradictions are the fields of an object that answers of one kind give
// differently: one inconsistency for each of their values. field is the way to n,
// in the vendor's names.
func contradictions(n *snapshot.Node, field string) []Inconsistency {
	var out []Inconsistency
	if said := n.Readings(); said != nil {
		for i, reading := range said {
			var others []string
			for j, other := range said {
				if i != j {
					others = append(others, spelled(other))
				}
			}
			out = append(out, Inconsistency{"contradiction", field, spelled(reading), strings.Join(others, ", "), reading.Pointer()})
		}
		return out
	}
	for _, kid := range n.Items() {
		name := field
		if key := kid.Key(); key != "" && (field != "" || key != "attributes") {
			name = strings.TrimPrefix(field+"."+key, ".")
		}
		out = append(out, contradictions(kid, name)...)
	}
	return out
}

// longestSpelled is how much of a value is spelled out, in bytes: where it stands
// shows the rest.
const longestSpelled = 120

// spelled is a value as people read it: what is no text is JSON.
func spelled(n *snapshot.Node) string {
	if text := n.Text(); text != "" {
		return text
	}
	text := string(n.AppendCompact(nil))
	if len(text) > longestSpelled {
		text = strings.ToValidUTF8(text[:longestSpelled], "") + "…"
	}
	return text
}

// ambiguous are the routes of a table whose destination another one has, with
// another next hop: which is taken is not known (SEMANTICS 8).
func ambiguous(o snapshot.Object) []Inconsistency {
	if !repeats(o) {
		return nil
	}
	type known struct {
		at  *snapshot.Node
		hop string
	}
	routes := map[netip.Prefix][]known{}
	var order []netip.Prefix
	for _, entry := range o.Aspect(snapshot.Entries).Items() {
		block := entry.Get("DestinationCidrBlock")
		to, err := netset.ParseCIDR(block.Text())
		if err != nil {
			continue
		}
		if routes[to] == nil {
			order = append(order, to)
		}
		routes[to] = append(routes[to], known{block, leadsTo(entry.Glance())})
	}
	var out []Inconsistency
	for _, to := range order {
		for _, r := range routes[to] {
			if i := slices.IndexFunc(routes[to], func(other known) bool { return other.hop != r.hop }); i >= 0 {
				out = append(out, inconsistent("ambiguous", "DestinationCidrBlock", r.at, routes[to][i].hop))
			}
		}
	}
	return out
}

// repeats reports whether two routes of a table have one destination.
func repeats(table snapshot.Object) bool {
	seen := map[netip.Prefix]bool{}
	for entry := range table.GlanceAspect(snapshot.Entries).Each {
		to, err := netset.ParseCIDR(entry.Get("DestinationCidrBlock").Text())
		if err == nil && seen[to] {
			return true
		}
		seen[to] = err == nil
	}
	return false
}

// leadsTo is the kind and the id of a route's next hop, the first of several.
func leadsTo(entry snapshot.Glance) string {
	if strings.EqualFold(entry.Get("Type").Text(), "System") {
		return "local"
	}
	hop := firstHop(entry)
	return strings.TrimSpace(hop.Get("NextHopType").Text() + " " + cmp.Or(hop.Get("NextHopId").Text(), entry.Get("InstanceId").Text()))
}

// firstHop is what holds the next hop of a route: the first of several, else the
// entry itself.
func firstHop(entry snapshot.Glance) snapshot.Glance {
	for hop := range entry.Get("NextHops", "NextHop").Each {
		return hop
	}
	return entry
}
