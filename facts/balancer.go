package facts

import (
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// BalancerFacts is what is known of a load balancer.
type BalancerFacts struct {
	Scope     Membership       `json:"scope"`
	Settings  BalancerSettings `json:"settings"`
	Demands   Demands          `json:"demands"`
	Serves    string           `json:"serves_elasticsearch"` // yes, no or unknown
	Listeners []Listener       `json:"listeners"`
	Unread    []Call           `json:"unread"` // calls that would tell what it leads to

	// ConnectionsUnread are calls that may show more endpoint services it is behind.
	ConnectionsUnread []Call `json:"connections_unread"`
	ListenersUnread   []Call `json:"listeners_unread"` // those of them that would tell its listeners
}

// Listener is one listener and the clusters it leads to. From and To are 0 when
// its ports are not shown.
type Listener struct {
	Name    string         `json:"name"`
	From    int            `json:"from"`
	To      int            `json:"to"`
	Range   bool           `json:"range"` // ListenerPort is 0: a range of ports, or all when none is given
	At      At             `json:"at"`    // of ListenerPort
	Targets []BalancerGoal `json:"targets"`

	Status   Ref    `json:"status"`
	Protocol Ref    `json:"protocol"`
	Running  string `json:"running"`  // yes, no or unknown
	Redirect bool   `json:"redirect"` // HTTP that is answered with another address, by the load balancer
	// Group and Filter are left out for a load balancer that is not on a path.
	Group  *ServerGroup `json:"group,omitempty"`
	Filter *Filter      `json:"filter,omitempty"`
}

// BalancerGoal is a backend that is, or may be, an address of a cluster.
type BalancerGoal struct {
	Cluster string  `json:"cluster"`
	Match   string  `json:"cluster_match"` // yes or unknown
	Version Version `json:"cluster_version"`
	Port    int     `json:"port,omitempty"` // the backend's; not there when it is not known or the listener's own
	AnyPort Answer  `json:"any_port"`       // whether the backend's port is whatever the listener was asked at
	Active  bool    `json:"active"`         // it gets connections now, as far as is known
	Address string  `json:"address"`
	At      At      `json:"at"`
	Value   any     `json:"value,omitempty"`
	Settle  []Call  `json:"settle"` // what would tell cluster_match and any_port

	settle []snapshot.Call
}

func balancerFacts(b *graph.Balancer, paths *scope) BalancerFacts {
	f := BalancerFacts{
		Scope: paths.balancer(b), Settings: balancerSettings(b), Demands: asked(b, paths),
		Serves: "no", Listeners: []Listener{}, Unread: calls(b.Account, b.UnreadListeners()),
		ConnectionsUnread: calls(b.Account, paths.connections[b]), ListenersUnread: calls(b.Account, b.UnreadListeners()),
	}
	for _, l := range b.Listeners {
		f.Unread = append(f.Unread, calls(b.Account, l.Unread)...)
		zero, shown := graph.Port(l.Node.Get("ListenerPort"))
		listener := Listener{
			Name: l.ID, From: l.First, To: l.Last, At: ref(nil, l.Node.Get("ListenerPort"), l.Node).At, Targets: targets(b, l),
			Range: shown && zero == 0 && l.Node.Get("ListenerPort").Exists(),
		}
		describe(&listener, b, l, paths, f.Scope.Value != "no")
		for _, t := range listener.Targets {
			if t.Match == "yes" || f.Serves == "no" {
				f.Serves = t.Match
			}
		}
		f.Listeners = append(f.Listeners, listener)
	}
	if f.Serves == "no" && len(f.Unread) > 0 {
		f.Serves = "unknown"
	}
	return f
}

// targets returns the clusters each backend of a listener is or may be.
func targets(lb *graph.Balancer, l *graph.Listener) []BalancerGoal {
	return goals(l.Nearby(), lb, l)
}

// goals returns which of some clusters each backend of a listener is or may be.
func goals(clusters []*graph.Cluster, lb *graph.Balancer, l *graph.Listener) []BalancerGoal {
	out := []BalancerGoal{}
	for _, b := range l.Backends {
		for _, c := range clusters {
			match, settle := c.Serving(l, b)
			if vpc := vpcOf(c, lb, l, b); match == graph.Blocked && vpc != "" {
				match, settle = mayBeNode(c, vpc, b.IP)
			}
			if match == graph.Blocked {
				continue
			}
			keeps, unread := anyPort(c, l)
			if match == graph.Unknown {
				settle = append(settle, unread...)
			} else {
				settle = unread
			}
			goal := BalancerGoal{
				Cluster: c.ID, Match: word(match), Version: version(c), Port: b.Port, AnyPort: keeps, Active: l.Active(b) != graph.Blocked,
				Address: b.IP, At: ref(nil, b.Own, l.Node.Get("BackendServerPort"), b.Node).At, Settle: calls(c.Account, settle), settle: settle,
			}
			if b.Port > 0 {
				goal.Value = b.Port
			}
			out = append(out, goal)
		}
	}
	return out
}

// vpcOf is the VPC that a backend's address is in; "" when it is not known, for a
// host, and for a load balancer of another region than the cluster's.
func vpcOf(c *graph.Cluster, lb *graph.Balancer, l *graph.Listener, b *graph.Backend) string {
	switch {
	case lb.Account != c.Account || lb.Region != c.Region:
		return ""
	case lb.IsNetwork(), isInterface(b):
		return l.VPC()
	}
	return ""
}

// mayBeNode says whether an address of a VPC may be a cluster's, of which no
// answer says that it is: the nodes of a cluster stand in any vSwitch of its VPC.
// The graph looks at the cluster's first one (SEMANTICS 4); a rule must not pass
// because a call was not read.
func mayBeNode(c *graph.Cluster, vpc, address string) (graph.Verdict, []snapshot.Call) {
	a, err := netset.ParseAddr(address)
	unread := c.Unread()
	if err != nil || unread == nil || c.VPC() != vpc {
		return graph.Blocked, nil
	}
	for _, v := range c.Account.Where(snapshot.VSwitch, c.Region, vpc, "VpcId") {
		cidr, err := netset.ParseCIDR(v.Attr("CidrBlock").Text())
		if err == nil && cidr.Contains(a) {
			return graph.Unknown, unread
		}
	}
	return graph.Blocked, nil
}

// anyPort says whether a listener's group keeps the port it was asked at, and
// what would tell. The groups of a CLB do not.
func anyPort(c *graph.Cluster, l *graph.Listener) (Answer, []snapshot.Call) {
	if !l.Balancer().IsNetwork() || l.Node.Get("ServerGroupId").Text() == "" {
		return Answer{Value: "no"}, nil
	}
	answer := Answer{Value: "no", At: ref(nil, l.AnyPort, l.At).At}
	switch on, known := l.AnyPort.Bool(); {
	case !known:
		answer.Value = "unknown"
		return answer, need(c, "nlb", "ListServerGroups", "")
	case on:
		answer.Value = "yes"
	}
	return answer, nil
}
