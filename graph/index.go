package graph

import (
	"cmp"
	"iter"
	"net/netip"
	"slices"

	"esaudit/netset"
	"esaudit/snapshot"
)

// index finds the clusters of a region by where they are, so that no question
// has to look at all of them.
type index struct {
	inVPC map[string][]*Cluster // "": those that do not say theirs
	at    map[netip.Addr][]*Cluster
	open  []*Cluster // those whose addresses are not all known
}

// enter adds a cluster; its addresses are known by now.
func (x *index) enter(c *Cluster) {
	if x.inVPC == nil {
		x.inVPC, x.at = map[string][]*Cluster{}, map[netip.Addr][]*Cluster{}
	}
	x.inVPC[c.vpc] = append(x.inVPC[c.vpc], c)
	if c.vpc == "" || !c.net.mapped(c.vpc) || !c.described || !c.nodesRead || c.known.IsEmpty() {
		x.open = append(x.open, c)
		c.Account.Doubt("elasticsearch") // any address may be its own
		return
	}
	for _, a := range c.stated {
		if c.known.Contains(a) && !slices.Contains(x.at[a], c) {
			x.at[a] = append(x.at[a], c)
		}
	}
}

// inOrder unites two lists of clusters of a region, in its order.
func inOrder(a, b []*Cluster) []*Cluster {
	switch {
	case len(b) == 0:
		return a
	case len(a) == 0:
		return b
	}
	out := slices.Concat(a, b)
	slices.SortFunc(out, func(c, d *Cluster) int { return cmp.Compare(c.rank, d.rank) })
	return out
}

// clustersOf returns the region's clusters that are, or may be, in a VPC; ""
// when it is not known which.
func (n *network) clustersOf(vpc string) []*Cluster {
	if vpc == "" {
		return n.clusters
	}
	return inOrder(n.index.inVPC[vpc], n.index.inVPC[""])
}

// Nearby returns the clusters that a server of the listener may be an address
// of, as far as the VPC tells. The caller must not change the slice.
func (l *Listener) Nearby() []*Cluster { return l.balancer.net.clustersOf(l.vpc) }

// MayHold returns the clusters of a region of which an address, taken as one of
// the cluster's own VPC, is or may be one: IsAddressIn is Blocked for all others.
// The caller must not change the slice.
func (g *Graph) MayHold(a *snapshot.Account, region, address string) []*Cluster {
	n := g.networks[scope{a, region}]
	if n == nil {
		return nil
	}
	at, err := netset.ParseAddr(address)
	if err != nil {
		return n.clusters
	}
	return inOrder(n.index.at[at], n.index.open)
}

// MayHoldAnywhere is MayHold for all regions of all accounts.
func (g *Graph) MayHoldAnywhere(address string) []*Cluster {
	var out []*Cluster
	for _, at := range g.regions {
		out = append(out, g.MayHold(at.account, at.region, address)...)
	}
	return out
}

// placed is a list of things that stand in VPCs, or join them; "" stands for one
// that is not known, which any may be.
type placed[T any] struct {
	all []T
	in  map[string][]int
}

func (x *placed[T]) add(thing T, vpcs ...string) {
	if x.in == nil {
		x.in = map[string][]int{}
	}
	for _, vpc := range vpcs {
		x.in[vpc] = append(x.in[vpc], len(x.all))
	}
	x.all = append(x.all, thing)
}

// of yields what stands in a VPC, or may, in the order of the list.
func (x *placed[T]) of(vpc string) iter.Seq[T] {
	if vpc == "" {
		return slices.Values(x.all)
	}
	return func(yield func(T) bool) {
		known, open := x.in[vpc], x.in[""]
		for len(known)+len(open) > 0 {
			var next int
			switch {
			case len(open) == 0 || len(known) > 0 && known[0] < open[0]:
				next, known = known[0], known[1:]
			case len(known) == 0 || open[0] < known[0]:
				next, open = open[0], open[1:]
			default: // joins a known one with an unknown one
				next, known, open = known[0], known[1:], open[1:]
			}
			if !yield(x.all[next]) {
				return
			}
		}
	}
}
