package graph

import (
	"maps"
	"slices"

	"esaudit/snapshot"
)

// insiders are the sources inside VPCs, by VPC; "" for one that is not known.
type insiders struct{ switches, hosts map[string][]*source }

func (g *Graph) sourcesInside() insiders {
	return g.insiders.get(func() insiders {
		return insiders{byVPC(slices.Concat(g.switchSources(), g.straySources())), byVPC(g.hostSources())}
	})
}

// ask returns a question to everybody inside some VPCs; nil stands for all.
func (g *Graph) ask(vpcs map[string]bool) *asking {
	in := g.sourcesInside()
	a := &asking{g: g}
	if vpcs == nil {
		vpcs = map[string]bool{}
		for _, list := range []map[string][]*source{in.switches, in.hosts} {
			for vpc := range list {
				vpcs[vpc] = true
			}
		}
	}
	for _, vpc := range slices.Sorted(maps.Keys(vpcs)) {
		a.switches = append(a.switches, in.switches[vpc]...)
		a.hosts = append(a.hosts, in.hosts[vpc]...)
	}
	return a
}

// near returns the VPCs from which somebody may get to an entry of a cluster:
// its own, those that a peering, a CEN or a private connection of Kibana joins
// with it, and the unknown one. nil stands for all, where it is not known which.
func (c *Cluster) near() map[string]bool {
	joined := c.joinedWith()
	if joined == nil || c.net.need("elasticsearch", "ListKibanaPvlNetwork", c.ID) != nil {
		return nil
	}
	vpcs := maps.Clone(joined)
	vpcs[""], vpcs[c.vpc] = true, true
	for _, item := range c.Aspect(snapshot.KibanaPVL).Items() {
		id := item.Get("vpcId").Text()
		if id == "" {
			return nil
		}
		vpcs[id] = true
	}
	return vpcs
}

// isApart says that certainly no peering and no CEN joins a VPC with the
// cluster's, and that it is another one.
func (c *Cluster) isApart(vpc string) bool {
	joined := c.joinedWith()
	return joined != nil && vpc != "" && vpc != c.vpc && !joined[vpc]
}

// joinedWith returns the VPCs that a peering or a CEN joins with the cluster's,
// or may, in whatever state. nil stands for all.
func (c *Cluster) joinedWith() map[string]bool { return c.joined.get(c.readJoined) }

func (c *Cluster) readJoined() map[string]bool {
	n := c.net
	if c.vpc == "" || n.need("vpcpeer", "ListVpcPeerConnections", "") != nil || n.need("cbn", "DescribeCens", "") != nil {
		return nil
	}
	vpcs := map[string]bool{}
	for p := range n.peerings.of(c.vpc) {
		if known := p.left + p.right; known == "" || known == c.vpc {
			return nil // the end that is not known may be any; of others, it may be the cluster's
		}
		vpcs[p.left], vpcs[p.right] = true, true
	}
	for _, cen := range n.cens() {
		if cen.net.need("cbn", "DescribeCenAttachedChildInstances", cen.ID) != nil {
			return nil
		}
		for _, child := range cen.Aspect(snapshot.Children).Items() {
			id := child.Get("ChildInstanceId").Text()
			if id == "" {
				return nil
			}
			if attachment(cen.Object, c.vpc).at != nil {
				vpcs[id] = true
			}
		}
	}
	return vpcs
}

// near returns the VPCs from which somebody may get to a load balancer: its own
// and the unknown one. nil stands for all.
func (b *Balancer) near() map[string]bool {
	if b.vpc == "" {
		return nil
	}
	return map[string]bool{"": true, b.vpc: true}
}
