package facts

import (
	"slices"
	"strings"

	"esaudit/config"
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// SwitchFacts is what is known of a vSwitch that a host or network load balancer
// on a path is in.
type SwitchFacts struct {
	Scope     Membership `json:"scope"`
	ACL       ACLState   `json:"network_acl"`
	Crossings []Crossing `json:"crossings"`
}

// ACLState is the network ACL of a vSwitch.
type ACLState struct {
	Ref           // its id; no value when there is none
	Known  bool   `json:"entries_known"`
	Settle []Call `json:"settle"`
}

// Crossing is a connection of a path that crosses the border of a vSwitch, and
// what its network ACL says of it.
type Crossing struct {
	Text      string    `json:"text"`           // who connects to whom
	Direction string    `json:"direction"`      // in or out
	Port      int       `json:"port,omitempty"` // the backend's; not there when it is not known
	Far       []string  `json:"far"`            // the far side; every IPv4 address where the clients are not known
	Verdict   string    `json:"verdict"`        // reachable, blocked, unknown: the connection
	At        At        `json:"at"`
	Replies   []Replied `json:"replies"` // to the ports a client may have
	Active    string    `json:"active"`  // yes, no, unknown
	Settle    []Call    `json:"settle"`
}

// Replied is a range of ports and what the network ACL says of replies to it.
type Replied struct {
	From    int    `json:"from"`
	To      int    `json:"to"`
	Verdict string `json:"verdict"`
	At      At     `json:"at"`
}

// VPCFacts is what is known of a VPC that holds clusters.
type VPCFacts struct {
	Calls    map[string]Call `json:"calls"` // DescribeFlowLogs, ListInstance, DescribeInstances
	Clusters []ClusterIn     `json:"clusters"`
	FlowLogs []FlowLog       `json:"flow_logs"`
	Clients  []ClientIn      `json:"clients"`
}

// ClusterIn is a cluster in a VPC. VSwitches are the ones its answers name.
type ClusterIn struct {
	ID        string   `json:"id"`
	VSwitches []string `json:"vswitches"`
	Described Call     `json:"described"` // DescribeInstance, which tells the vSwitches
	At        At       `json:"at"`
}

// FlowLog is a flow log that records a VPC, or part of it.
type FlowLog struct {
	ID       string `json:"id"`
	Type     string `json:"resource_type"` // VPC, VSwitch, NetworkInterface
	Resource string `json:"resource"`
	Status   Ref    `json:"status"`
}

// ClientIn is a host that is declared to be a client of a cluster in the VPC.
type ClientIn struct {
	Name      string   `json:"name"`
	Host      string   `json:"host"`
	Cluster   string   `json:"cluster"`
	Known     bool     `json:"known"` // the host is in an answer
	VPC       Ref      `json:"vpc"`
	Network   Ref      `json:"network_type"` // vpc or classic
	Balancers []string `json:"balancers"`    // network load balancers on a path that lead to it
	Unread    []Call   `json:"balancers_unread"`
}

// ephemeral are the ports a client may have (SEMANTICS 5, P2.2).
func ephemeral() (first, last int) { return 1024, 65535 }

// networks are the vSwitches that hosts and network load balancers on a path are
// in, and the VPCs of clusters.
func networks(g *graph.Graph, paths *scope) list {
	crossings := newCrossings(g, paths)
	inside, logs := clustersInside(g), flowLogs(g)
	return listOf(objects(g, snapshot.VSwitch, snapshot.VPC), func(o snapshot.Object, yield func(Subject) bool) bool {
		if o.Kind == snapshot.VPC {
			key := located{placeOf(o), o.ID}
			clusters := inside[key]
			return len(clusters) == 0 || yield(subject(o, "vpc", "vpc", "vpc/"+o.ID, o.Attr("VpcName").Text(), vpcFacts(g, paths, crossings, o, clusters, logs[key])))
		}
		in := paths.vswitch(o.Account, o.Region, o.ID)
		return len(in.Because) == 0 || yield(subject(o, "vswitch", "vpc", "vswitch/"+o.ID, o.Attr("VSwitchName").Text(), switchFacts(g, crossings, o, in)))
	})
}

func switchFacts(g *graph.Graph, all *crossings, o snapshot.Object, in Membership) SwitchFacts {
	gate := g.GateOf(o)
	f := SwitchFacts{Scope: in, Crossings: []Crossing{}, ACL: ACLState{Ref: ref(nil, gate.At), Known: gate.Read, Settle: calls(o.Account, gate.Settle)}}
	if gate.ID != "" {
		f.ACL.Value = gate.ID
	}
	for _, x := range all.of[located{placeOf(o), o.ID}] {
		f.Crossings = append(f.Crossings, x.cross(gate))
	}
	return f
}

// crossing is a connection before any network ACL.
type crossing struct {
	text   string
	in     bool
	port   int
	far    netset.Set
	all    bool // every address of far counts; else any may be the one
	active string
	settle []Call
}

func (x crossing) cross(gate graph.Gate) Crossing {
	c := Crossing{Text: x.text, Direction: "out", Port: x.port, Far: cidrsOf(x.far), Verdict: "unknown", At: At{gate.At}, Replies: []Replied{}, Active: x.active, Settle: x.settle}
	there, back := gate.Outward, gate.Inward
	if x.in {
		c.Direction, there, back = "in", back, there
	}
	if gate.ID == "" {
		c.Verdict = graph.Reachable.String()
	} else if x.port > 0 {
		r := there(x.far, x.port, x.port, x.all)[0]
		c.Verdict, c.At = r.Verdict.String(), At{r.At}
	}
	first, last := ephemeral()
	for _, r := range back(x.far, first, last, x.all) {
		v := r.Verdict
		if gate.ID == "" {
			v = graph.Reachable
		}
		c.Replies = append(c.Replies, Replied{r.First, r.Last, v.String(), At{r.At}})
	}
	return c
}

// crossings are the connections of paths by the vSwitch whose border they cross, each
// once.
type crossings struct {
	of        map[located][]crossing
	balancers map[located][]string // network load balancers on a path by the hosts behind them
}

func newCrossings(g *graph.Graph, paths *scope) *crossings {
	x := &crossings{map[located][]crossing{}, map[located][]string{}}
	for _, b := range g.Balancers() {
		if paths.ofBalancer[b].value() == "no" {
			continue
		}
		for _, l := range b.Listeners {
			if strings.EqualFold(l.Node.Get("ListenerProtocol").Text(), "udp") {
				continue
			}
			for _, s := range l.Backends {
				x.balancer(b, l, s)
				x.backend(paths, b, l, s)
			}
		}
	}
	for _, p := range g.Config().Proxies {
		x.proxy(g, p)
	}
	return x
}

func (x *crossings) add(o snapshot.Object, vswitch string, c crossing) {
	key := located{placeOf(o), vswitch}
	same := func(d crossing) bool { return c.text == d.text && c.in == d.in && c.port == d.port }
	if !slices.ContainsFunc(x.of[key], same) {
		x.of[key] = append(x.of[key], c)
	}
}

// balancer adds what crosses the vSwitches of a network load balancer: its
// clients, which are not known, and its own connections to a backend.
func (x *crossings) balancer(b *graph.Balancer, l *graph.Listener, s *graph.Backend) {
	if !b.IsNetwork() {
		return
	}
	port, active := s.PortAt(l.First), word(l.Active(s))
	var far netset.Set
	if a, err := netset.ParseAddr(s.IP); err == nil {
		far = netset.Addr(a)
	}
	in := crossing{text: "clients of " + b.ID, in: true, port: port, far: netset.AllV4(), active: active, settle: []Call{}}
	out := crossing{text: b.ID + " to " + s.IP, port: port, far: far, all: true, active: active, settle: []Call{}}
	for _, z := range b.Attr("ZoneMappings").Items() {
		at := z.Get("VSwitchId").Text()
		x.add(b.Object, at, in)
		x.add(b.Object, at, out)
	}
}

// backend adds what a host sees of a load balancer. A network ACL does not bind
// a classic one itself, but its backends.
func (x *crossings) backend(paths *scope, b *graph.Balancer, l *graph.Listener, s *graph.Backend) {
	host, _ := paths.hostBehind(b, l, s)
	o := b.Account.Object(snapshot.ECS, b.Region, host)
	if !o.Exists() {
		return
	}
	key := located{placeOf(o), host}
	if b.IsNetwork() && !slices.Contains(x.balancers[key], b.ID) {
		x.balancers[key] = append(x.balancers[key], b.ID)
	}
	c := crossing{text: b.ID + " to " + host, in: true, port: s.PortAt(l.First), all: true, active: word(l.Active(s))}
	far, settle := b.SeenFrom()
	c.far, c.settle = far, calls(b.Account, settle)
	group := b.Account.Object(snapshot.NLBServerGroup, b.Region, l.Node.Get("ServerGroupId").Text())
	if preserve, known := group.Attr("PreserveClientIpEnabled").Bool(); b.IsNetwork() && (preserve || !known) {
		c.far, c.all = netset.AllV4(), false
		c.settle = calls(b.Account, placeOf(b.Object).need("nlb", "ListServerGroups", ""))
	}
	x.add(b.Object, o.Attr("VpcAttributes", "VSwitchId").Text(), c)
}

// proxy adds the connections of a declared proxy to its cluster.
func (x *crossings) proxy(g *graph.Graph, p config.Proxy) {
	c := g.Cluster(p.Cluster)
	for _, a := range g.Snapshot().Accounts() {
		for _, o := range a.Objects(snapshot.ECS) {
			if o.ID != p.ECS {
				continue
			}
			next := crossing{text: p.ECS + " to " + p.Cluster, port: p.Port, active: "yes", settle: []Call{}}
			if c != nil {
				far, exact, settle := c.Destination()
				next.far, next.all, next.settle = far, exact, calls(a, settle)
			}
			x.add(o, o.Attr("VpcAttributes", "VSwitchId").Text(), next)
		}
	}
}

// networkLists are the calls that name hosts, vSwitches, NAT gateways and VPCs,
// and, as kind backend, those that would tell which hosts and vSwitches are on a
// path.
func networkLists(p place, paths *scope) []List {
	var out []List
	add := func(kind string, list ...snapshot.Call) {
		for _, c := range calls(p.account, list) {
			out = append(out, List{kind, c})
		}
	}
	call := func(product, operation string) snapshot.Call {
		return snapshot.Call{Region: p.region, Product: product, Operation: operation}
	}
	add("ecs", call("ecs", "DescribeInstances"))
	add("backend", paths.hostGaps[p].settle...)
	add("vswitch", call("vpc", "DescribeVSwitches"))
	add("backend", paths.switchGaps[p].settle...)
	add("nat", call("vpc", "DescribeNatGateways"))
	add("vpc", call("vpc", "DescribeVpcs"), call("elasticsearch", "ListInstance"))
	return out
}
