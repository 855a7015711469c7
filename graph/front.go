package graph

import (
	"slices"

	"esaudit/netset"
)

// front is what may stand before a cluster: a listener with a server that is or
// may be one of its addresses, or whose servers were not read. Without a
// listener it is a load balancer whose listeners were not read.
type front struct {
	balancer *Balancer
	listener *Listener
}

// serving is a server of a listener that is, or may be, an address of a
// cluster.
type serving struct {
	backend *Backend
	cluster *Cluster
}

// link finds out which load balancers may stand before which clusters of their
// region, so that no question has to look at all of them.
func (g *Graph) link() {
	for _, c := range g.clusters {
		c.rank = len(c.net.clusters)
		c.net.clusters = append(c.net.clusters, c)
		c.net.index.enter(c)
	}
	for _, b := range g.balancers {
		for _, l := range b.Listeners {
			l.serve(l.vpc, l.Nearby())
			for _, c := range l.mayServe() {
				c.fronts = append(c.fronts, front{b, l})
			}
		}
		if read, _ := b.listenersRead(); !read {
			for _, c := range b.net.clusters {
				c.fronts = append(c.fronts, front{b, nil})
			}
		}
	}
}

// serve matches the listener's servers and clusters.
func (l *Listener) serve(vpc string, clusters []*Cluster) {
	for _, b := range l.Backends {
		if !l.balancer.network && !b.isENI() {
			continue
		}
		if vpc == "" {
			l.balancer.net.account.Doubt("elasticsearch") // it may be an address of any cluster
		}
		a, _ := netset.ParseAddr(b.IP)
		for _, c := range clusters {
			if c.match(vpc, a).verdict() != Blocked {
				l.serves = append(l.serves, serving{b, c})
			}
		}
	}
}

// mayServe returns the clusters that stand or may stand behind the listener,
// each once.
func (l *Listener) mayServe() []*Cluster {
	if l.Unread != nil {
		return l.balancer.net.clusters
	}
	var out []*Cluster
	for _, s := range l.serves {
		if !slices.Contains(out, s.cluster) {
			out = append(out, s.cluster)
		}
	}
	return out
}
