package facts

import (
	"net/netip"
	"sync"

	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// Named is a group of a list and how many elements it holds.
type Named struct {
	Group string `json:"group"`
	Size  *int   `json:"size,omitempty"` // not there when its elements are not shown
	At    At     `json:"at"`
}

// elements returns the elements of a list as they are written, and its groups.
func elements(w *graph.Whitelist) ([]Entry, []Named) {
	size := len(w.Flat.Items())
	for _, g := range w.Groups {
		size += len(g.Get("ips").Items())
	}
	out, groups := make([]Entry, 0, size), make([]Named, 0, len(w.Groups))
	add := func(list *snapshot.Node, group string) {
		for _, n := range list.Items() {
			out = append(out, Entry{Text: n.Text(), Group: group, At: At{n}})
		}
	}
	add(w.Flat, "")
	for _, g := range w.Groups {
		ips := g.Get("ips")
		named := Named{Group: g.Get("groupName").Text(), At: ref(nil, ips, g).At}
		if ips.Kind() == snapshot.Array {
			size := len(ips.Items())
			named.Size = &size
		}
		add(ips, named.Group)
		groups = append(groups, named)
	}
	return out, groups
}

// privateSpace is what no router of the internet forwards: RFC 1918, RFC 6598,
// RFC 3927; RFC 4193 and RFC 4291 of IPv6.
var privateSpace = sync.OnceValue(func() (out netset.Set) {
	for _, cidr := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10"} {
		out = out.Union(netset.Of(netip.MustParsePrefix(cidr)))
	}
	return out
})

// locate says of an entry which addresses it is, and whether they are of a network
// around the cluster.
func (e *Entry) locate(p netip.Prefix, around Around) {
	e.Near, e.Own, e.Space = around.near.OverlapsPrefix(p), around.home.ContainsPrefix(p), "mixed"
	switch {
	case privateSpace().ContainsPrefix(p):
		e.Space = "private"
	case netset.Internet().ContainsPrefix(p):
		e.Space = "internet"
	}
}
