package graph

import (
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// Control is what one control says, and the value that decided.
type Control struct {
	Verdict Verdict
	Why     string
	At      *snapshot.Node
	Settle  []snapshot.Call // what would decide it; empty when nothing can
}

func controlOf(d decision) Control { return Control{d.verdict, d.why.String(), d.at, d.settle} }

// Health says whether a backend of the listener is healthy (SEMANTICS 5, P5.4).
func (l *Listener) Health(b *Backend) Control { return controlOf(l.healthDecision(b, l.First)) }

// PrivateFilter says whether the listener's filter admits whatever address a
// load balancer sees through PrivateLink (SEMANTICS 6, E1.5).
func (l *Listener) PrivateFilter() Control { return controlOf(l.privateFilter()) }

// FromInternet divides the internet by what the listener's filter says of each
// address: a CLB's access control, an NLB's security groups (SEMANTICS 5, P5.3).
// Of a range of ports, admitted is what gets in at any of them.
func (l *Listener) FromInternet() (admitted, unknown netset.Set, settle []snapshot.Call) {
	from := caller{name: schemeInternet, addresses: netset.Internet4().Union(netset.Internet6())}
	for _, port := range l.portsFor(l.First) {
		j := l.filter(from, port)
		admitted, unknown = admitted.Union(j.split.pass), unknown.Union(j.split.unknown)
		if !j.split.unknown.IsEmpty() {
			settle = append(settle, j.explain(Unknown).settle...)
		}
	}
	return admitted, unknown.Minus(admitted), settle
}

// AccessLists returns the addresses of a CLB listener's access control lists
// that were read, whether its access control is on or not, and the calls for
// the others.
func (l *Listener) AccessLists() (netset.Set, []snapshot.Call) { return l.accessLists() }

// Elastic returns where the elastic IPs of a load balancer are shown, and the
// calls that may show one.
func (b *Balancer) Elastic() (at []*snapshot.Node, settle []snapshot.Call) {
	own := map[string]bool{b.ID: true}
	b.eachAddress(func(a *snapshot.Node) {
		if n := a.Get("AllocationId"); n.Text() != "" {
			at = append(at, n)
		}
		if id := a.Get("EniId").Text(); id != "" {
			own[id] = true
		}
	})
	var bound [][]snapshot.Object
	for id := range own {
		bound = append(bound, b.net.account.Where(snapshot.EIP, b.net.region, id, "InstanceId"))
	}
	for _, o := range snapshot.Union(bound...) {
		at = append(at, o.Attr("InstanceId"))
	}
	settle = b.net.need("vpc", "DescribeEipAddresses", "")
	if b.network && b.Attr("ZoneMappings").Kind() != snapshot.Array {
		settle = append(settle, b.needSelf()...)
	}
	return at, settle
}

// Self returns the calls that describe the load balancer, as far as they were
// not read.
func (b *Balancer) Self() []snapshot.Call { return b.needSelf() }

// NextHop says whether an address outside a VPC is led to another network from
// one of its vSwitches: Reachable for a route through a peering, a CEN, a VPN or
// a router interface, Blocked for none (SEMANTICS 8).
func (g *Graph) NextHop(a *snapshot.Account, region, vswitch, address string) Control {
	n := g.networks[scope{a, region}]
	ip, err := netset.ParseAddr(address)
	if n == nil || err != nil || n.switchIDs[vswitch] == nil {
		d := unsure(nil, nil, "the vSwitch of %s is not known", address)
		if n != nil {
			d.settle = n.need("vpc", "DescribeVSwitches", "")
		}
		return controlOf(d)
	}
	return controlOf(n.lookup(n.switchIDs[vswitch], netset.Addr(ip), address, func(r route) Verdict {
		switch {
		case r.hop == "":
			return Unknown
		case strings.EqualFold(r.hop, "VpcPeer"), strings.EqualFold(r.hop, "Attachment"), strings.EqualFold(r.hop, "RouterInterface"),
			strings.EqualFold(r.hop, "TransitRouter"), strings.EqualFold(r.hop, "VpnGateway"), strings.EqualFold(r.hop, "ECR"):
			return Reachable
		}
		return Blocked
	}).all())
}
