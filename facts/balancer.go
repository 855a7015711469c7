package facts

import (
	"esaudit/graph"
	"esaudit/snapshot"
)

// BalancerFacts is what is known of a load balancer.
type BalancerFacts struct {
	Serves    string     `json:"serves_elasticsearch"` // yes, no or unknown
	Listeners []Listener `json:"listeners"`
	Unread    []Call     `json:"unread"` // calls that would tell what it leads to
}

// Listener is one listener and the clusters it leads to. From and To are 0 when
// its ports are not shown.
type Listener struct {
	Name    string         `json:"name"`
	From    int            `json:"from"`
	To      int            `json:"to"`
	Range   bool           `json:"range"` // ListenerPort is 0: a range of ports, or all when none is given
	At      string         `json:"at"`    // of ListenerPort
	Targets []BalancerGoal `json:"targets"`
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
	At      string  `json:"at"`
	Value   any     `json:"value,omitempty"`
	Settle  []Call  `json:"settle"` // what would tell cluster_match and any_port

	settle []snapshot.Call
}

func balancerFacts(g *graph.Graph, b *graph.Balancer) BalancerFacts {
	f := BalancerFacts{Serves: "no", Listeners: []Listener{}, Unread: calls(b.Account, b.UnreadListeners())}
	for _, l := range b.Listeners {
		f.Unread = append(f.Unread, calls(b.Account, l.Unread)...)
		zero, shown := graph.Port(l.Node.Get("ListenerPort"))
		listener := Listener{
			Name: l.ID, From: l.First, To: l.Last, At: ref(nil, l.Node.Get("ListenerPort"), l.Node).At, Targets: targets(g, l),
			Range: shown && zero == 0 && l.Node.Get("ListenerPort").Exists(),
		}
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
func targets(g *graph.Graph, l *graph.Listener) []BalancerGoal {
	out := []BalancerGoal{}
	for _, b := range l.Backends {
		for _, c := range g.Clusters() {
			match, settle := c.Serving(l, b)
			if match == graph.Blocked {
				continue
			}
			keeps, unread := anyPort(c, l)
			if match == graph.Unknown {
				settle = append(settle, unread...)
				if b.IP == "" {
					settle = append(settle, need(c, "ecs", "DescribeNetworkInterfaces", "")...)
				}
			} else {
				settle = unread
			}
			goal := BalancerGoal{
				Cluster: c.ID, Match: word(match), Version: version(c), Port: b.Port, AnyPort: keeps, Active: l.Active(b) != graph.Blocked,
				Address: b.IP, At: ref(nil, b.Node.Get("Port"), l.Node.Get("BackendServerPort"), b.Node).At, Settle: calls(c.Account, settle), settle: settle,
			}
			if b.Port > 0 {
				goal.Value = b.Port
			}
			out = append(out, goal)
		}
	}
	return out
}

// anyPort says whether a listener's group keeps the port it was asked at, and
// what would tell. The groups of a CLB do not.
func anyPort(c *graph.Cluster, l *graph.Listener) (Answer, []snapshot.Call) {
	id := l.Node.Get("ServerGroupId").Text()
	if id == "" {
		return Answer{Value: "no"}, nil
	}
	group := c.Account.Object(snapshot.NLBServerGroup, c.Region, id)
	n := group.Attr("AnyPortEnabled")
	answer := Answer{Value: "no", At: ref(nil, n, group.Node, l.Node).At}
	switch on, known := n.Bool(); {
	case !known:
		answer.Value = "unknown"
		return answer, need(c, "nlb", "ListServerGroups", "")
	case on:
		answer.Value = "yes"
	}
	return answer, nil
}
