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

// Listener is one listener and the clusters it leads to.
type Listener struct {
	Name    string         `json:"name"`
	From    int            `json:"from"`
	To      int            `json:"to"`
	Targets []BalancerGoal `json:"targets"`
}

// BalancerGoal is a backend that is, or may be, an address of a cluster.
type BalancerGoal struct {
	Cluster string  `json:"cluster"`
	Match   string  `json:"cluster_match"` // yes or unknown
	Version Version `json:"cluster_version"`
	Port    int     `json:"port,omitempty"` // the backend's; not there when it is not known or the listener's own
	AnyPort bool    `json:"any_port"`
	Follows bool    `json:"follows_listener"` // a range of ports is forwarded
	Active  bool    `json:"active"`           // it gets connections now, as far as is known
	Address string  `json:"address"`
	At      string  `json:"at"`
	Value   any     `json:"value,omitempty"`
	Settle  []Call  `json:"settle"`

	settle []snapshot.Call
}

func balancerFacts(g *graph.Graph, b *graph.Balancer) BalancerFacts {
	f := BalancerFacts{Serves: "no", Listeners: []Listener{}, Unread: calls(b.Account, b.UnreadListeners())}
	for _, l := range b.Listeners {
		f.Unread = append(f.Unread, calls(b.Account, l.Unread)...)
		listener := Listener{Name: l.ID, From: l.First, To: l.Last, Targets: targets(g, l)}
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
			port := b.Node.Get("Port")
			goal := BalancerGoal{
				Cluster: c.ID, Match: word(match), Version: version(c), Port: b.Port, AnyPort: b.FollowsListener,
				Follows: !b.FollowsListener && l.First != l.Last, Active: l.Active(b) != graph.Blocked, Address: b.IP,
				At: ref(nil, port, b.Node).At, Settle: calls(c.Account, settle), settle: settle,
			}
			if b.Port > 0 {
				goal.Value = b.Port
			}
			out = append(out, goal)
		}
	}
	return out
}
