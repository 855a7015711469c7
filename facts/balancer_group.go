package facts

import (
	"strings"

	"esaudit/graph"
	"esaudit/snapshot"
)

// ServerGroup is the group that a listener forwards to.
type ServerGroup struct {
	ID       string    `json:"id"`   // "" for a CLB's default servers
	Kind     string    `json:"kind"` // server_group (NLB), vserver_group, master_slave or default (CLB)
	At       At        `json:"at"`
	Read     bool      `json:"read"`           // its servers were read
	Check    Ref       `json:"check"`          // health checks: true or false
	Reported Ref       `json:"check_reported"` // the same as the health of an NLB's servers says it
	VPC      Ref       `json:"vpc"`
	AnyPort  Ref       `json:"any_port"` // true or false
	Servers  []Backend `json:"servers"`
	Clusters []string  `json:"clusters"` // those of the group's VPC
	Settle   []Call    `json:"settle"`   // what would show the servers, or what is not there
	// ClustersSettle would show whether there are more clusters; ClustersKnown is
	// whether all are shown.
	ClustersKnown  bool   `json:"clusters_known"`
	ClustersSettle []Call `json:"clusters_settle"`
}

// Backend is a server of a group. What is not known is left out.
type Backend struct {
	ID      string `json:"id"`
	Type    string `json:"type"` // as the vendor writes it, in small letters
	Address string `json:"address"`
	Port    int    `json:"port,omitempty"` // not there when it is the listener's own
	Weight  *int64 `json:"weight,omitempty"`
	Host    string `json:"host,omitempty"` // the ECS that it is
	Proxy   bool   `json:"proxy"`          // it is a declared proxy
	Health  Health `json:"health"`
	At      At     `json:"at"`
	// Network is there for a plain address behind an NLB.
	Network *Neighbourhood `json:"network,omitempty"`
}

// Health is what the vendor says of a server: yes (healthy), no or unknown.
type Health struct {
	Answer
	Status any    `json:"status,omitempty"` // as the vendor writes it, where it does
	Why    string `json:"why"`
	Settle []Call `json:"settle"`
}

func serverGroup(b *graph.Balancer, l *graph.Listener, paths *scope) ServerGroup {
	g := ServerGroup{
		Kind: "default", At: ref(nil, l.At, l.Node).At, Read: l.Unread == nil, Settle: calls(b.Account, l.Unread),
		Check: check(b, l), Reported: checkReported(b, l), VPC: Ref{At: ref(nil, l.At, l.Node).At}, Servers: []Backend{}, Clusters: []string{}, ClustersSettle: []Call{},
		AnyPort: Ref{At: ref(nil, l.At, l.Node).At},
	}
	switch {
	case b.IsNetwork():
		g.Kind, g.ID = "server_group", l.Node.Get("ServerGroupId").Text()
	case l.Node.Get("VServerGroupId").Text() != "":
		g.Kind, g.ID = "vserver_group", l.Node.Get("VServerGroupId").Text()
	default:
		for _, holder := range []*snapshot.Node{l.Node, l.Node.Get("TCPListenerConfig"), l.Node.Get("UDPListenerConfig")} {
			if id := holder.Get("MasterSlaveServerGroupId").Text(); id != "" && g.ID == "" {
				g.Kind, g.ID = "master_slave", id
			}
		}
	}
	p := placeOf(b.Object)
	if b.IsNetwork() {
		o := b.Account.Object(snapshot.NLBServerGroup, b.Region, g.ID)
		g.VPC = ref(nilEmpty(o.Attr("VpcId")), o.Attr("VpcId"), l.At, l.Node)
		g.AnyPort = onOff(o.Attr("AnyPortEnabled"), ref2(l.At, l.Node))
		if lists := p.need("nlb", "ListServerGroups", ""); g.VPC.Value == nil || g.AnyPort.Value == nil || g.Check.Value == nil {
			g.Settle = append(g.Settle, calls(b.Account, lists)...)
		}
	}
	for _, x := range l.Backends {
		g.Servers = append(g.Servers, backend(b, l, x, paths))
	}
	g.clusters(p, paths)
	return g
}

// clusters finds the clusters of the group's VPC.
func (g *ServerGroup) clusters(p place, paths *scope) {
	unread := p.need("elasticsearch", "ListInstance", "")
	g.ClustersKnown = unread == nil && g.VPC.Value != nil
	for _, c := range paths.inVPC[p][""] {
		g.ClustersKnown = false
		unread = append(unread, p.need("elasticsearch", "DescribeInstance", c.ID)...)
	}
	if vpc, shown := g.VPC.Value.(string); shown && vpc != "" {
		for _, c := range paths.inVPC[p][vpc] {
			g.Clusters = append(g.Clusters, c.ID)
		}
	}
	g.ClustersSettle = calls(p.account, unread)
}

func nilEmpty(n *snapshot.Node) any {
	if n.Text() == "" {
		return nil
	}
	return n.Text()
}

// ref2 is the first of two nodes that is there.
func ref2(a, b *snapshot.Node) *snapshot.Node {
	if a.Exists() {
		return a
	}
	return b
}

func backend(b *graph.Balancer, l *graph.Listener, x *graph.Backend, paths *scope) Backend {
	out := Backend{ID: x.ID, Type: strings.ToLower(x.Type), Address: x.IP, Port: x.Port, At: At{x.Node}, Health: health(b, l, x)}
	out.Network = neighbourhood(b, l, x, paths)
	if weight, ok := x.Weight.Int(); ok {
		out.Weight = &weight
	}
	out.Host, _ = paths.hostBehind(b, l, x)
	_, out.Proxy = paths.proxies[out.Host]
	return out
}

func health(b *graph.Balancer, l *graph.Listener, x *graph.Backend) Health {
	c := l.Health(x)
	h := Health{
		Answer: Answer{Value: word(c.Verdict), At: ref(nil, c.At, x.Node).At}, Why: c.Why, Settle: calls(b.Account, c.Settle),
	}
	for _, n := range []*snapshot.Node{c.At, c.At.Get("Status")} {
		if text, ok := n.Str(); ok && text != "" {
			h.Status = text
		}
	}
	return h
}

// check says whether the servers' health is checked: by a CLB's listener, by an
// NLB's group.
func check(b *graph.Balancer, l *graph.Listener) Ref {
	if !b.IsNetwork() {
		config := l.Node.Get(strings.ToUpper(l.Node.Get("ListenerProtocol").Text()) + "ListenerConfig")
		for _, n := range []*snapshot.Node{config.Get("HealthCheck"), l.Node.Get("HealthCheck")} {
			if n.Exists() {
				return onOff(n, l.Node)
			}
		}
		return ref(nil, nil, config, l.Node)
	}
	group := b.Account.Object(snapshot.NLBServerGroup, b.Region, l.Node.Get("ServerGroupId").Text())
	return onOff(group.Attr("HealthCheck", "HealthCheckEnabled"), ref2(group.Node, l.Node))
}

// checkReported is whether the health of an NLB's servers is said to be checked.
func checkReported(b *graph.Balancer, l *graph.Listener) Ref {
	for _, h := range b.Account.Object(snapshot.NLBListener, b.Region, l.ID).Aspect(snapshot.Health).Items() {
		for _, g := range h.Get("ServerGroupInfos").Items() {
			if b.IsNetwork() && g.Get("ServerGroupId").Text() == l.Node.Get("ServerGroupId").Text() {
				return onOff(g.Get("HeathCheckEnabled"), g)
			}
		}
	}
	return ref(nil, nil, l.Node)
}
