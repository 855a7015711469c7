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
		c.net.clusters = append(c.net.clusters, c)
	}
	inVPC := map[*network]map[string][]*Cluster{}
	for _, b := range g.balancers {
		if inVPC[b.net] == nil {
			inVPC[b.net] = map[string][]*Cluster{}
		}
		for _, l := range b.Listeners {
			vpc := l.vpcOf()
			candidates, known := inVPC[b.net][vpc]
			if !known {
				candidates = b.net.clustersOf(vpc)
				inVPC[b.net][vpc] = candidates
			}
			l.serve(vpc, candidates)
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

// clustersOf returns the region's clusters that are, or may be, in a VPC; ""
// when it is not known which.
func (n *network) clustersOf(vpc string) []*Cluster {
	if vpc == "" {
		return n.clusters
	}
	var out []*Cluster
	for _, c := range n.clusters {
		if c.vpc == "" || c.vpc == vpc {
			out = append(out, c)
		}
	}
	return out
}

// serve matches the listener's servers and clusters.
func (l *Listener) serve(vpc string, clusters []*Cluster) {
	for _, b := range l.Backends {
		if !l.balancer.network && !b.isENI() {
			continue
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
