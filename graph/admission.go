package graph

import (
	"slices"

	"esaudit/config"
	"esaudit/netset"
	"esaudit/snapshot"
)

// Filter is what the security groups of one network interface say of TCP
// connections from a set of addresses (SEMANTICS 7). The three sets are
// disjoint.
type Filter struct {
	Admitted, Denied, Undecided netset.Set

	explain func(Verdict) decision
}

// Why explains a verdict: the rule that decided, where it stands, and what would
// settle an Unknown.
func (f Filter) Why(v Verdict) (why string, at *snapshot.Node, settle []snapshot.Call) {
	d := f.explain(v)
	return d.why.String(), d.at, d.settle
}

// PortFilter is a Filter of a range of ports.
type PortFilter struct {
	First, Last int
	Filter
}

// Ingress judges connections to a port of a host or network interface by its
// security groups.
func (g *Graph) Ingress(o snapshot.Object, from netset.Set, port int) Filter {
	n := g.networks[scope{o.Account, o.Region}]
	j := n.filter(o.Attr("SecurityGroupIds", "SecurityGroupId"), o.Node, o.ID, ingress, peer{addresses: from}, port)
	return Filter{j.pass, j.block, j.unknown, j.explain}
}

// IngressPorts judges connections to every port. The ranges follow each other
// from 0 to 65535, and a rule holds all of a range or nothing of it.
func (g *Graph) IngressPorts(o snapshot.Object, from netset.Set) []PortFilter {
	n := g.networks[scope{o.Account, o.Region}]
	begins := []int{0}
	for _, id := range o.Attr("SecurityGroupIds", "SecurityGroupId").Items() {
		if group := n.groups.of(id.Text()); group != nil {
			for _, r := range group.ingress {
				for _, p := range r.ports {
					begins = append(begins, p.first, p.last+1)
				}
			}
		}
	}
	slices.Sort(begins)
	begins = slices.Compact(begins)
	var out []PortFilter
	for i, first := range begins {
		last := 65535
		if i+1 < len(begins) {
			last = begins[i+1] - 1
		}
		if first <= 65535 {
			out = append(out, PortFilter{first, min(last, 65535), g.Ingress(o, from, first)})
		}
	}
	return out
}

// EgressTo judges connections from a host to a port of a cluster by the host's
// security groups (SEMANTICS 5, P2.1).
func (g *Graph) EgressTo(host snapshot.Object, c *Cluster, port int) (v Verdict, why string, at *snapshot.Node, settle []snapshot.Call) {
	n := g.networks[scope{host.Account, host.Region}]
	d := c.destination().toward(func(set netset.Set) judgement {
		return n.filter(host.Attr("SecurityGroupIds", "SecurityGroupId"), host.Node, host.ID, egress, peer{addresses: set}, port)
	})
	return d.verdict, d.why.String(), d.at, d.settle
}

// SeenFrom returns the addresses that a load balancer's backends see, and the
// calls that would tell them (SEMANTICS 5, P5.5).
func (b *Balancer) SeenFrom() (netset.Set, []snapshot.Call) {
	if b.network {
		if need := b.net.need("nlb", "GetLoadBalancerAttribute", b.ID); need != nil {
			return netset.Set{}, need
		}
	}
	return b.localAddresses(), nil
}

// Public says whether a load balancer has an address of the internet, of either
// family (SEMANTICS 5, P5.1): Reachable for yes.
func (b *Balancer) Public() (v Verdict, at *snapshot.Node, settle []snapshot.Call) {
	v4, v6 := b.facesFamily(false), b.facesFamily(true)
	d := v4
	if v4.verdict != Reachable && v6.verdict != Blocked {
		d = v6
	}
	return Over(v4.verdict, v6.verdict), d.at, append(v4.settle, v6.settle...)
}

// ProxyFront is a way from the internet to the port that a declared proxy
// listens on, up to the proxy itself: its elastic IP, a load balancer or a NAT
// gateway (SEMANTICS 5, P7).
type ProxyFront struct {
	Kind        string     // eip, lb, dnat; "" where the list that would name it was not read
	ID          string     // of the host, load balancer or NAT gateway
	Port        int        // the listener's, or the gateway's external one
	Open, Maybe netset.Set // of the internet: who gets in, and who may
	Settle      []snapshot.Call
}

// ProxyFronts returns the ways from the internet to a declared proxy; none when
// the host is not known.
func (g *Graph) ProxyFronts(p config.Proxy) []ProxyFront {
	host, n := g.host(p.ECS)
	if n == nil {
		return nil
	}
	s := hostSource(n, host)
	from := caller{name: "internet", addresses: g.internet}
	var out []ProxyFront
	for _, t := range g.toHost(from, n, host, s, p.Listen) {
		t.judge("sg-ingress", n.filter(s.groups, host.Node, p.ECS, ingress, peer{addresses: from.addresses}, p.Listen))
		said := t.path.outcome()
		out = append(out, ProxyFront{t.path.way.kind, t.path.way.id, t.path.way.port, said.pass, said.unknown, t.path.Settle})
	}
	return out
}

// Destination returns the addresses a connection to the cluster goes to, whether
// all of them count (else any of them may be the one), and the calls that would
// tell more (SEMANTICS 4).
func (c *Cluster) Destination() (set netset.Set, exact bool, settle []snapshot.Call) {
	t := c.destination()
	if t.lost != nil {
		return netset.Set{}, false, t.lost.settle
	}
	if !t.exact {
		settle = append(c.net.need("elasticsearch", "DescribeInstance", c.ID), c.net.need("elasticsearch", "ListAllNode", c.ID)...)
	}
	return t.set, t.exact, settle
}
