package facts

import (
	"strings"

	"esaudit/graph"
	"esaudit/snapshot"
)

// PublicWay is a way from the internet to a host, before any filter.
type PublicWay struct {
	By     string `json:"by"`     // eip, public-ip, balancer, dnat
	ID     string `json:"id"`     // of the address, load balancer or NAT gateway
	Match  string `json:"match"`  // yes or unknown
	Active string `json:"active"` // yes, no, unknown: it carries connections
	Ref
	Settle []Call `json:"settle"`
}

// located is an object by its id.
type located struct {
	place
	id string
}

// server is a backend of a listener that is a host.
type server struct {
	balancer *graph.Balancer
	listener *graph.Listener
	backend  *graph.Backend
	match    string // yes or unknown: the load balancer is on a path
}

// hostIndex knows which load balancers, NAT gateways and elastic addresses lead
// to which hosts. It is computed once for a document.
type hostIndex struct {
	servers map[located][]server // by host, of load balancers on a path
	public  map[located][]PublicWay
	eips    map[located][]snapshot.Object // by what they are bound to
	enis    map[located][]string          // interfaces with such an address, by host
	unread  map[place][]snapshot.Call     // calls that may show other public ways
}

func newHostIndex(g *graph.Graph, paths *scope) *hostIndex {
	x := &hostIndex{map[located][]server{}, map[located][]PublicWay{}, map[located][]snapshot.Object{}, map[located][]string{}, map[place][]snapshot.Call{}}
	for _, a := range g.Snapshot().Accounts() {
		for _, o := range a.Objects(snapshot.EIP) {
			key := located{placeOf(o), o.Glance("InstanceId").Text()}
			x.eips[key] = append(x.eips[key], o)
		}
		for _, o := range a.Objects(snapshot.ENI) {
			if len(x.eips[located{placeOf(o), o.ID}]) > 0 {
				key := located{placeOf(o), o.Glance("InstanceId").Text()}
				x.enis[key] = append(x.enis[key], o.ID)
			}
		}
		for _, region := range graph.Regions(a) {
			p := place{a, region}
			for _, list := range [][2]string{
				{"vpc", "DescribeEipAddresses"}, {"ecs", "DescribeNetworkInterfaces"}, {"slb", "DescribeLoadBalancers"}, {"nlb", "ListLoadBalancers"},
				{"vpc", "DescribeNatGateways"},
			} {
				x.unread[p] = append(x.unread[p], p.need(list[0], list[1], "")...)
			}
		}
	}
	for _, b := range g.Balancers() {
		x.balancer(paths, b)
	}
	for _, nat := range g.Gateways() {
		x.gateway(paths, nat)
	}
	return x
}

// balancer adds the hosts behind a load balancer.
func (x *hostIndex) balancer(paths *scope, b *graph.Balancer) {
	p := placeOf(b.Object)
	onPath := paths.ofBalancer[b].value()
	public, at, settle := b.Public()
	if public != graph.Blocked {
		x.unread[p] = append(x.unread[p], b.UnreadListeners()...)
	}
	for _, l := range b.Listeners {
		if public != graph.Blocked {
			x.unread[p] = append(x.unread[p], l.Unread...)
		}
		for _, backend := range l.Backends {
			host, _ := paths.hostBehind(b, l, backend)
			if host == "" {
				continue
			}
			key := located{p, host}
			if onPath != "no" {
				x.servers[key] = append(x.servers[key], server{b, l, backend, onPath})
			}
			if public != graph.Blocked {
				x.public[key] = append(x.public[key], PublicWay{
					By: "balancer", ID: b.ID, Match: word(public), Active: word(l.Active(backend)), Ref: ref(textOf(at), at, b.Node), Settle: calls(b.Account, settle),
				})
			}
		}
	}
}

// gateway adds the hosts that a NAT gateway forwards TCP to.
func (x *hostIndex) gateway(paths *scope, nat graph.Gateway) {
	p := placeOf(nat.Object)
	x.unread[p] = append(x.unread[p], nat.Unread...)
	for _, e := range nat.Entries {
		host, _ := paths.hostAt(p, nat.Attr("VpcId").Text(), e.Get("InternalIp").Text())
		tcp := forwardsTCP(e)
		if host == "" || tcp == "no" {
			continue
		}
		key := located{p, host}
		x.public[key] = append(x.public[key], PublicWay{
			By: "dnat", ID: nat.ID, Match: tcp, Active: available(nat.Object, e), Ref: ref(textOf(e.Get("InternalIp")), e.Get("InternalIp")), Settle: []Call{},
		})
	}
}

// publicWays returns the ways to a host: its own addresses, load balancers,
// forward entries.
func (x *hostIndex) publicWays(o snapshot.Object) []PublicWay {
	key := located{placeOf(o), o.ID}
	out := []PublicWay{}
	seen := map[string]bool{}
	own := func(by string, n *snapshot.Node) {
		if ip := n.Text(); ip != "" && !seen[ip] {
			seen[ip] = true
			out = append(out, PublicWay{By: by, ID: ip, Match: "yes", Active: "yes", Ref: ref(ip, n), Settle: []Call{}})
		}
	}
	own("eip", o.Attr("EipAddress", "IpAddress"))
	for _, ip := range o.Attr("PublicIpAddress", "IpAddress").Items() {
		own("public-ip", ip)
	}
	for _, id := range append([]string{o.ID}, x.enis[key]...) {
		for _, eip := range x.eips[located{key.place, id}] {
			own("eip", eip.Attr("IpAddress"))
		}
	}
	return append(out, x.public[key]...)
}

// forwardsTCP says whether a forward entry is for TCP: yes, no, unknown.
func forwardsTCP(e *snapshot.Node) string {
	switch strings.ToLower(e.Get("IpProtocol").Text()) {
	case "":
		return "unknown"
	case "tcp", "any":
		return "yes"
	}
	return "no"
}

// available says whether a NAT gateway and its entry carry connections from the
// internet (SEMANTICS 5, P6): yes, no, unknown.
func available(nat snapshot.Object, e *snapshot.Node) string {
	out := "yes"
	if nat.Attr("NetworkType").Text() == "" {
		out = "unknown"
	}
	for _, n := range []*snapshot.Node{nat.Attr("Status"), e.Get("Status")} {
		switch n.Text() {
		case "Available":
		case "":
			out = "unknown"
		default:
			return "no"
		}
	}
	return out
}
