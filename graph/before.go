package graph

import (
	"slices"

	"esaudit/snapshot"
)

// Balancer returns the load balancer that a listener belongs to.
func (l *Listener) Balancer() *Balancer { return l.balancer }

// Working says whether the load balancer is active and in good standing:
// Reachable for yes.
func (b *Balancer) Working() Verdict { return b.activeDecision().verdict }

// ListenersBefore returns the listeners of the cluster's region that lead to it
// or may, or to a host that is declared to forward to it, and the calls that
// would tell others. Where the cluster's addresses were not read, any listener
// of the region may lead to it.
func (g *Graph) ListenersBefore(c *Cluster) (listeners []*Listener, unread []snapshot.Call) {
	unread = append(c.net.need("slb", "DescribeLoadBalancers", ""), c.net.need("nlb", "ListLoadBalancers", "")...)
	for _, f := range c.fronts {
		if f.listener == nil {
			unread = append(unread, f.balancer.UnreadListeners()...)
		} else {
			listeners = append(listeners, f.listener)
		}
	}
	proxies := g.proxiesOf(c)
	if c.described && c.nodesRead && proxies == nil {
		return listeners, unread
	}
	for _, b := range g.balancers {
		for _, l := range b.Listeners {
			forwards := slices.ContainsFunc(l.Backends, func(s *Backend) bool { return slices.Contains(proxies, s.ID) })
			if b.net == c.net && (forwards || !c.described || !c.nodesRead) && !slices.Contains(listeners, l) {
				listeners = append(listeners, l)
			}
		}
	}
	return listeners, unread
}

// proxiesOf returns the hosts that are declared to forward to a cluster.
func (g *Graph) proxiesOf(c *Cluster) []string {
	var out []string
	for _, p := range g.config.Proxies {
		if p.Cluster == c.ID {
			out = append(out, p.ECS)
		}
	}
	return out
}
