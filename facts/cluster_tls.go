package facts

import (
	"strings"

	"esaudit/graph"
	"esaudit/snapshot"
)

// Realm is an authentication realm of a cluster that asks a directory server.
type Realm struct {
	Name         string     `json:"name"`
	Type         string     `json:"type"`
	Enabled      Toggle     `json:"enabled"` // on when the setting is absent
	URLs         []RealmURL `json:"urls"`    // none: the realm names no url
	Verification []Ref      `json:"verification"`
	At           At         `json:"at"` // of the first of its settings
}

// RealmURL is one url of a directory server.
type RealmURL struct {
	Text   string `json:"text"`
	Scheme string `json:"scheme"` // ldap, ldaps, or what is written; "" when none is
	Host   string `json:"host"`
	Port   int    `json:"port"`  // the scheme's own when none is written
	Error  string `json:"error"` // why host or port cannot be read
	At     At     `json:"at"`
}

// ClusterListener is a listener of a load balancer that leads to a cluster, or
// may.
type ClusterListener struct {
	Balancer string         `json:"balancer"`
	Kind     string         `json:"balancer_kind"` // clb or nlb
	Name     string         `json:"name"`
	Protocol string         `json:"protocol"` // in capitals; "" when it is not shown
	From     int            `json:"from"`
	To       int            `json:"to"`
	Range    bool           `json:"range"`
	Policy   Ref            `json:"tls_policy"` // of a listener that ends TLS
	At       At             `json:"at"`
	Proxies  []string       `json:"proxies"` // hosts behind it that are declared to forward to the cluster
	Running  string         `json:"running"` // yes, no, unknown: load balancer and listener
	Targets  []BalancerGoal `json:"targets"`
	Known    bool           `json:"servers_known"` // which servers it has
	Settle   []Call         `json:"settle"`        // what would tell its servers
}

func protocol(c *graph.Cluster) Ref {
	n := c.Attr("protocol")
	if text, ok := n.Str(); ok {
		return ref(text, n)
	}
	return ref(nil, n, c.Node)
}

func realms(yml configured) []Realm {
	out := []Realm{}
	for _, d := range yml.Directories() {
		r := Realm{Name: d.Name, Type: d.Type, URLs: []RealmURL{}, Verification: []Ref{}, At: At{d.Node}}
		r.Enabled = Toggle{State: "on", Ref: ref(textOf(d.Enabled.Node), d.Enabled.Node, d.Node)}
		switch {
		case !d.Enabled.Valid:
			r.Enabled.State = "unknown"
		case d.Enabled.Set && !d.Enabled.On:
			r.Enabled.State = "off"
		}
		for _, u := range d.URLs {
			r.URLs = append(r.URLs, RealmURL{Text: written(u), Scheme: u.Scheme, Host: u.Host, Port: u.Port, Error: u.Err, At: At{u.Node}})
		}
		for _, v := range d.Verification {
			r.Verification = append(r.Verification, ref(v.Text, v.Node))
		}
		out = append(out, r)
	}
	return out
}

// listenersBefore returns the listeners that lead to a cluster's addresses or to
// a declared proxy of it, and the calls that would tell others.
func listenersBefore(g *graph.Graph, c *graph.Cluster) ([]ClusterListener, []Call) {
	out := []ClusterListener{}
	listeners, unread := g.ListenersBefore(c)
	for _, l := range listeners {
		if x := clusterListener(g, c, l); len(x.Targets) > 0 || len(x.Proxies) > 0 || !x.Known {
			out = append(out, x)
		}
	}
	return out, calls(c.Account, unread)
}

func clusterListener(g *graph.Graph, c *graph.Cluster, l *graph.Listener) ClusterListener {
	b := l.Balancer()
	zero, shown := graph.Port(l.Node.Get("ListenerPort"))
	x := ClusterListener{
		Balancer: b.ID, Kind: "clb", Name: l.ID, Protocol: strings.ToUpper(l.Node.Get("ListenerProtocol").Text()), From: l.First, To: l.Last,
		Range: shown && zero == 0 && l.Node.Get("ListenerPort").Exists(), Policy: tlsPolicy(l), At: At{l.Node}, Proxies: []string{},
		Running: word(graph.Along(b.Working(), l.Running())), Targets: goals([]*graph.Cluster{c}, b, l), Known: l.Unread == nil, Settle: calls(c.Account, l.Unread),
	}
	if b.IsNetwork() {
		x.Kind = "nlb"
	}
	for _, p := range g.Config().Proxies {
		for _, s := range l.Backends {
			if p.Cluster == c.ID && s.ID == p.ECS {
				x.Proxies = append(x.Proxies, p.ECS)
			}
		}
	}
	return x
}

// tlsPolicy is the TLS policy of a listener: SecurityPolicyId of an NLB,
// TLSCipherPolicy of a CLB.
func tlsPolicy(l *graph.Listener) Ref {
	for _, n := range []*snapshot.Node{l.Node.Get("SecurityPolicyId"), l.Node.Get("HTTPSListenerConfig", "TLSCipherPolicy"), l.Node.Get("TLSCipherPolicy")} {
		if n.Text() != "" {
			return ref(n.Text(), n)
		}
	}
	return ref(nil, l.Node)
}
