package facts

import (
	"cmp"
	"strings"

	"esaudit/config"
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// HostFacts is what is known of an ECS instance that is on a path to a cluster,
// or declared as a client of one.
type HostFacts struct {
	Scope        Membership  `json:"scope"`
	Groups       []HostGroup `json:"groups"`
	Paths        []HostPath  `json:"paths"`
	Internet     []OpenPorts `json:"internet_ingress"`
	Public       []PublicWay `json:"public_ways"`
	PublicUnread []Call      `json:"public_unread"` // calls that would tell other ways
	Clients      []ClientOf  `json:"clients"`
	Proxies      []ProxyOf   `json:"proxies"`
	Hidden       HiddenRules `json:"hidden_rules"`
}

// HostGroup is a security group of a host.
type HostGroup struct {
	ID   string `json:"id"`
	Type Ref    `json:"type"`
	Read bool   `json:"read"` // its rules, completely
	At   At     `json:"at"`
}

// HostPath is a listener of a load balancer on a path that leads to a host, and
// what the host's security groups say of it.
type HostPath struct {
	Balancer string `json:"balancer"`
	Kind     string `json:"balancer_kind"`  // clb or nlb
	Match    string `json:"balancer_match"` // yes or unknown: the load balancer is on a path
	Listener string `json:"listener"`
	Protocol string `json:"protocol"`       // in capitals
	Port     int    `json:"port,omitempty"` // the backend's; not there when it is not known
	Active   string `json:"active"`         // yes, no, unknown: it gets connections, as far as status and weight tell
	Clients  string `json:"client_addresses"`
	// Sources are the addresses the host sees; of clients that are not known,
	// every IPv4 address.
	Sources   []string `json:"sources"`
	Denied    []string `json:"denied"`
	Undecided []string `json:"undecided"`
	Why       string   `json:"why"`
	At        At       `json:"at"`
	Settle    []Call   `json:"settle"`
}

// OpenPorts is a range of ports that addresses of the internet get through a
// host's security groups to.
type OpenPorts struct {
	From      int      `json:"from"`
	To        int      `json:"to"`
	CIDRs     []string `json:"cidrs"`
	Undecided []string `json:"undecided"`
	Why       string   `json:"why"`
	At        At       `json:"at"`
	Settle    []Call   `json:"settle"`
}

// ClientOf is what a host is declared to be a client of.
type ClientOf struct {
	Name     string `json:"name"`
	Cluster  string `json:"cluster"`
	Port     int    `json:"port"`
	Admitted string `json:"admitted"` // yes, no, unknown: the host's security groups let it out to the cluster
	Why      string `json:"why"`
	At       At     `json:"at"`
	Settle   []Call `json:"settle"`
}

// hosts are the ECS instances on a path to a cluster, and declared clients.
func hosts(g *graph.Graph, paths *scope) list {
	index := newHostIndex(g, paths)
	declared := map[string][]config.Client{}
	for _, c := range g.Config().Clients {
		if c.ECS != "" {
			declared[c.ECS] = append(declared[c.ECS], c)
		}
	}
	return listOf(objects(g, snapshot.ECS), func(o snapshot.Object, yield func(Subject) bool) bool {
		in := paths.host(o.Account, o.Region, o.ID)
		if len(in.Because) == 0 && declared[o.ID] == nil {
			return true
		}
		return yield(subject(o, "ecs", "ecs", "instance/"+o.ID, o.Attr("InstanceName").Text(), hostFacts(g, index, o, in, declared[o.ID])))
	})
}

func hostFacts(g *graph.Graph, index *hostIndex, o snapshot.Object, in Membership, declared []config.Client) HostFacts {
	key := located{placeOf(o), o.ID}
	f := HostFacts{
		Scope: in, Groups: hostGroups(o), Paths: []HostPath{}, Internet: []OpenPorts{}, Public: index.publicWays(o),
		PublicUnread: calls(o.Account, index.unread[key.place]), Clients: []ClientOf{}, Proxies: []ProxyOf{}, Hidden: hiddenRules(o),
	}
	for _, s := range index.servers[key] {
		f.Paths = append(f.Paths, hostPath(g, o, s))
	}
	for _, p := range g.IngressPorts(o, netset.Internet()) {
		f.Internet = appendPorts(f.Internet, o.Account, p)
	}
	for _, c := range declared {
		f.Clients = append(f.Clients, clientOf(g, o, c))
	}
	for _, p := range g.Config().Proxies {
		if p.ECS == o.ID {
			f.Proxies = append(f.Proxies, proxyOf(g, o.Account, p))
		}
	}
	return f
}

func hostGroups(o snapshot.Object) []HostGroup {
	out := []HostGroup{}
	for _, id := range o.Attr("SecurityGroupIds", "SecurityGroupId").Items() {
		group := o.Account.Object(snapshot.SecurityGroup, o.Region, id.Text())
		kind := group.Attr("SecurityGroupType")
		out = append(out, HostGroup{
			ID: id.Text(), Type: ref(textOf(kind), kind, group.Node, id), At: At{id},
			Read: placeOf(o).need("ecs", "DescribeSecurityGroupAttribute", id.Text()) == nil,
		})
	}
	return out
}

// hostPath judges a listener's connections by the security groups of the host,
// or of the network interface that is the backend.
func hostPath(g *graph.Graph, o snapshot.Object, s server) HostPath {
	b, l := s.balancer, s.listener
	p := HostPath{
		Balancer: b.ID, Kind: "clb", Match: s.match, Listener: l.ID, Protocol: strings.ToUpper(l.Node.Get("ListenerProtocol").Text()),
		Port: s.backend.PortAt(l.First), Active: word(l.Active(s.backend)), Clients: "no", Sources: []string{}, Denied: []string{}, Undecided: []string{},
		At: At{s.backend.Node}, Settle: []Call{},
	}
	if !b.IsNetwork() { // its connections arrive before any security group (SEMANTICS 6, E1.7)
		return p
	}
	p.Kind = "nlb"
	group := b.Account.Object(snapshot.NLBServerGroup, b.Region, l.Node.Get("ServerGroupId").Text())
	sources, settle := b.SeenFrom()
	switch preserve, known := group.Attr("PreserveClientIpEnabled").Bool(); {
	case !known:
		p.Clients, sources, settle = "unknown", netset.AllV4(), placeOf(b.Object).need("nlb", "ListServerGroups", "")
	case preserve:
		p.Clients, sources, settle = "yes", netset.AllV4(), nil
	}
	p.Sources = cidrsOf(sources)
	p.Settle = calls(b.Account, settle)
	if p.Port == 0 || sources.IsEmpty() {
		return p
	}
	at := o
	if eni := b.Account.Object(snapshot.ENI, b.Region, s.backend.ID); eni.Exists() {
		at = eni
	}
	filter := g.Ingress(at, sources, p.Port)
	p.Denied, p.Undecided = cidrsOf(filter.Denied), cidrsOf(filter.Undecided)
	verdict := graph.Reachable
	switch {
	case !filter.Denied.IsEmpty():
		verdict = graph.Blocked
	case !filter.Undecided.IsEmpty():
		verdict = graph.Unknown
	}
	why, node, need := filter.Why(verdict)
	p.Why, p.At = why, ref(nil, node, s.backend.Node).At
	p.Settle = append(p.Settle, calls(b.Account, need)...)
	return p
}

// cidrsOf writes a set; never nil.
func cidrsOf(s netset.Set) []string { return append([]string{}, s.Strings()...) }

// appendPorts adds a range of ports unless nobody gets in, to the last one where
// they are alike.
func appendPorts(list []OpenPorts, a *snapshot.Account, p graph.PortFilter) []OpenPorts {
	if p.Admitted.IsEmpty() && p.Undecided.IsEmpty() {
		return list
	}
	v := graph.Reachable
	if p.Admitted.IsEmpty() {
		v = graph.Unknown
	}
	why, at, settle := p.Why(v)
	if !p.Undecided.IsEmpty() {
		_, _, settle = p.Why(graph.Unknown)
	}
	next := OpenPorts{p.First, p.Last, cidrsOf(p.Admitted), cidrsOf(p.Undecided), why, At{at}, calls(a, settle)}
	return append(list, next)
}

func clientOf(g *graph.Graph, o snapshot.Object, c config.Client) ClientOf {
	out := ClientOf{Name: c.Name, Cluster: c.Cluster, Port: cmp.Or(c.Port, 9200), Admitted: "unknown", At: At{o.Node}, Settle: []Call{}}
	cluster := g.Cluster(c.Cluster)
	if cluster == nil {
		out.Why = c.Cluster + " is in no answer"
		return out
	}
	v, why, at, settle := g.EgressTo(o, cluster, out.Port)
	out.Admitted, out.Why, out.At = word(v), why, ref(nil, at, o.Node).At
	if v != graph.Blocked {
		_, _, more := cluster.Destination()
		settle = append(settle, more...)
	}
	if v == graph.Reachable && len(settle) > 0 { // it may have other addresses, which its nodes would tell
		out.Admitted, out.Why = "unknown", "the addresses of "+c.Cluster+" were not read"
	}
	out.Settle = calls(o.Account, settle)
	return out
}
