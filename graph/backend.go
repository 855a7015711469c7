package graph

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// Backend is one server behind a listener.
type Backend struct {
	Node *snapshot.Node
	ID   string // ServerId
	Type string
	IP   string // ServerIp or the address of the network interface
	// Port is the server's port; 0 when it is not known, or FollowsListener.
	Port            int
	FollowsListener bool // any port: the listener's own
	Weight          *snapshot.Node
	Own             *snapshot.Node // what the server itself says of its port

	port      *snapshot.Node // what says the port; nil where nothing does
	mayFollow bool           // whether it follows the listener is not known
	zero      bool           // its own port is 0, which stands for any
}

// classicBackends finds the listener's own group: VServer group, else
// master/slave group, else the default servers (SEMANTICS 5, P5.4).
func (l *Listener) classicBackends(o snapshot.Object) {
	n := l.balancer.net
	read := func(kind snapshot.Kind, operation, id string, path ...string) {
		g := n.object(kind, id)
		l.Unread = n.need("slb", operation, id)
		if g.Exists() {
			l.At = g.Attr()
		}
		for _, s := range l.listed(g.Attr(path...)) {
			l.Backends = append(l.Backends, n.classicBackend(s, s.Get("Port")))
		}
	}
	masterSlave := masterSlaveGroups(o.Attr())
	for _, at := range append([]*snapshot.Node{o.Attr("VServerGroupId")}, masterSlave...) {
		if at.Contradicted() {
			l.Unread, l.At = []snapshot.Call{}, at
			return
		}
	}
	if id := o.Attr("VServerGroupId").Text(); id != "" {
		read(snapshot.CLBVServerGroup, "DescribeVServerGroupAttribute", id, "BackendServers", "BackendServer")
		return
	}
	for _, group := range masterSlave {
		if id := group.Text(); id != "" {
			read(snapshot.CLBMasterSlaveServerGroup, "DescribeMasterSlaveServerGroupAttribute", id, "MasterSlaveBackendServers", "MasterSlaveBackendServer")
			return
		}
	}
	b := l.balancer
	l.Unread = n.need("slb", "DescribeLoadBalancerAttribute", b.ID)
	for _, s := range l.listed(b.Attr("BackendServers", "BackendServer")) {
		l.Backends = append(l.Backends, n.classicBackend(s, o.Attr("BackendServerPort")))
	}
}

// listed returns the servers of a group. Where answers list different ones, those
// that each of them lists are sure, and whether there are others is not known.
func (l *Listener) listed(servers *snapshot.Node) []*snapshot.Node {
	readings := servers.Readings()
	if readings == nil {
		return servers.Items()
	}
	l.Unread, l.At = []snapshot.Call{}, servers
	var sure []*snapshot.Node
	for _, s := range readings[0].Items() {
		if !slices.ContainsFunc(readings[1:], func(r *snapshot.Node) bool { return !slices.ContainsFunc(r.Items(), s.Equal) }) {
			sure = append(sure, s)
		}
	}
	return sure
}

// masterSlaveGroups are the fields of a CLB listener that may name its master/slave
// group.
func masterSlaveGroups(listener *snapshot.Node) []*snapshot.Node {
	var out []*snapshot.Node
	for _, holder := range []*snapshot.Node{listener, listener.Get("TCPListenerConfig"), listener.Get("UDPListenerConfig")} {
		out = append(out, holder.Get("MasterSlaveServerGroupId"))
	}
	return out
}

func (n *network) classicBackend(s, port *snapshot.Node) *Backend {
	b := &Backend{Node: s, ID: s.Get("ServerId").Text(), Type: s.Get("Type").Text(), IP: s.Get("ServerIp").Text(), Weight: s.Get("Weight"), Own: s.Get("Port")}
	b.Port, _ = Port(port)
	b.port = port
	if b.IP == "" && b.isENI() {
		b.IP = n.object(snapshot.ENI, b.ID).Attr("PrivateIpAddress").Text()
	}
	return b
}

func (b *Backend) isENI() bool {
	return strings.EqualFold(b.Type, "eni") || strings.HasPrefix(b.ID, "eni-")
}

func (l *Listener) networkBackends(id *snapshot.Node) {
	n := l.balancer.net
	l.vpc = ""
	if id.Text() == "" {
		l.Unread = append(n.need("nlb", "ListListeners", ""), n.need("nlb", "ListListeners", l.balancer.ID)...)
		if l.Unread == nil {
			l.Unread = []snapshot.Call{}
		}
		return
	}
	l.group = n.object(snapshot.NLBServerGroup, id.Text())
	l.Unread = n.need("nlb", "ListServerGroupServers", id.Text())
	if l.group.Exists() {
		l.At = l.group.Node
	}
	l.vpc = l.group.Attr("VpcId").Text()
	l.AnyPort = l.group.Attr("AnyPortEnabled")
	anyPort, known := l.AnyPort.Bool()
	for _, s := range l.group.Aspect(snapshot.Servers).Items() {
		b := &Backend{Node: s, ID: s.Get("ServerId").Text(), Type: s.Get("ServerType").Text(), IP: s.Get("ServerIp").Text(), Weight: s.Get("Weight"), Own: s.Get("Port")}
		b.Port, _ = Port(b.Own)
		b.port = b.Own
		b.zero, b.mayFollow = b.Own.Text() == "0", !known
		if known && anyPort {
			b.Port, b.FollowsListener = 0, true
		}
		l.Backends = append(l.Backends, b)
	}
}

// portAt is where the port of a backend stands.
func (b *Backend) portAt() *snapshot.Node { return nearest(b.port, b.Node) }

// PortAt returns the port of a backend when the listener is asked at a port; 0
// when it is not known.
func (b *Backend) PortAt(listener int) int {
	switch {
	case b.FollowsListener:
		return listener
	case b.mayFollow && b.Port != listener:
		return 0
	}
	return b.Port
}

// Serving says whether a backend is an address of the cluster: Reachable for
// yes, Blocked for no.
func (c *Cluster) Serving(l *Listener, b *Backend) (Verdict, []snapshot.Call) {
	if c.net.scope == l.balancer.net.scope && (l.balancer.network || b.isENI()) {
		if v, _ := c.IsAddressIn(l.vpc, b.IP); v != Unknown {
			return v, nil
		}
	}
	d := c.isBackend(l, b)
	return d.verdict, d.settle
}

// isBackend matches a backend and a cluster (SEMANTICS 4 and 5, P5.4). Of a
// CLB's servers only network interfaces can be one.
func (c *Cluster) isBackend(l *Listener, b *Backend) decision {
	if c.net.scope != l.balancer.net.scope {
		return blocks(b.Node, "%s is in another region", c.ID)
	}
	if !l.balancer.network && !b.isENI() {
		return blocks(b.Node, "%s is a host, not an address of a cluster", b.ID)
	}
	d := c.matches(l.vpc, b.IP)
	d.at = nearest(b.Node.Get("ServerIp"), b.Node)
	if d.verdict == Unknown && l.balancer.network && l.vpc == "" {
		d.settle = append(d.settle, l.balancer.net.need("nlb", "ListServerGroups", "")...)
	}
	if d.verdict == Unknown && b.IP == "" {
		d.settle = append(d.settle, l.balancer.net.need("ecs", "DescribeNetworkInterfaces", "")...)
	}
	return d
}

// weightDecision is the control backend-weight.
func (b *Backend) weightDecision() decision {
	weight, ok := b.Weight.Int()
	switch {
	case !ok:
		return unsure(nearest(b.Weight, b.Node), nil, "the weight of %s is not in what was read", b.name())
	case weight <= 0:
		return blocks(b.Weight, "the weight of %s is %d: it gets no connections", b.name(), weight)
	}
	return passes(b.Weight, "the weight of %s is %d", b.name(), weight)
}

func (b *Backend) name() string {
	if b.ID != "" && b.ID != b.IP && b.IP != "" {
		return b.ID + " (" + b.IP + ")"
	}
	if b.IP != "" {
		return b.IP
	}
	return b.ID
}

// healthDecision is the control backend-health.
func (l *Listener) healthDecision(b *Backend, port int) decision {
	if l.balancer.network {
		return l.networkHealth(b, port)
	}
	n := l.balancer.net
	var found *snapshot.Node
	for _, h := range l.balancer.Aspect(snapshot.Health).Items() {
		listener, _ := Port(h.Get("ListenerPort"))
		backend, _ := Port(h.Get("Port"))
		if listener != port || backend != b.Port || h.Get("ServerId").Text() != b.ID ||
			!strings.EqualFold(h.Get("Protocol").Text(), l.Node.Get("ListenerProtocol").Text()) {
			continue
		}
		if found != nil && found.Get("ServerHealthStatus").Text() != h.Get("ServerHealthStatus").Text() {
			return unsure(h, nil, "%s is reported healthy and not", b.name())
		}
		found = h
	}
	status := found.Get("ServerHealthStatus")
	switch status.Text() {
	case "normal":
		return passes(status, "%s is healthy", b.name())
	case "abnormal":
		return blocks(status, "%s is not healthy: it gets no connections", b.name())
	}
	return unsure(b.Node, n.need("slb", "DescribeHealthStatus", l.balancer.ID), "the health of %s is not known", b.name())
}

// networkHealth reads GetListenerHealthStatus, which names only servers that
// are not healthy.
func (l *Listener) networkHealth(b *Backend, port int) decision {
	n := l.balancer.net
	if need := n.need("nlb", "GetListenerHealthStatus", l.ID); need != nil {
		return unsure(l.Node, need, "the health of the servers of %s was not read", l.ID)
	}
	said := unsure(l.Node, nil, "the health of the servers of %s is not in what was read", l.ID)
	found := false
	for _, h := range n.object(snapshot.NLBListener, l.ID).Aspect(snapshot.Health).Items() {
		if id := h.Get("ListenerId").Text(); id != "" && id != l.ID {
			continue
		}
		for _, info := range h.Get("ServerGroupInfos").Items() {
			if info.Get("ServerGroupId").Text() != l.group.ID {
				continue
			}
			d := l.healthIn(info, b, port)
			if found && d.verdict != said.verdict {
				return unsure(info, nil, "%s is reported healthy and not", b.name())
			}
			said, found = d, true
		}
	}
	return said
}

// healthIn is what the report about a server group says of one of its servers.
func (l *Listener) healthIn(info *snapshot.Node, b *Backend, port int) decision {
	if on, _ := info.Get("HeathCheckEnabled").Bool(); !on || info.Get("NonNormalServers").Kind() != snapshot.Array {
		return unsure(info, nil, "the health of the servers of %s is not checked", l.ID)
	}
	var doubt *snapshot.Node // of several items for the server, one that blocks decides
	for _, s := range info.Get("NonNormalServers").Items() {
		is, status := b.isServer(s, port), s.Get("Status")
		switch {
		case is == Reachable && status.Text() == "Unhealthy":
			return blocks(status, "%s is not healthy: it gets no connections", b.name())
		case is != Blocked && doubt == nil:
			doubt = s
		}
	}
	if doubt != nil {
		return unsure(doubt, nil, "the health of %s is %s", b.name(), named(doubt.Get("Status")))
	}
	return passes(info, "%s is healthy", b.name())
}

// isServer says whether a server that is not healthy is this one, asked at a
// port of the listener: Reachable for yes.
func (b *Backend) isServer(s *snapshot.Node, listener int) Verdict {
	same := b.IP == s.Get("ServerIp").Text()
	if s.Get("ServerIp").Text() == "" {
		same = b.ID == s.Get("ServerId").Text()
	}
	own, reported := b.PortAt(listener), s.Get("Port").Text()
	switch {
	case !same:
		return Blocked
	case b.zero:
		return Reachable
	case own == 0 || reported == "":
		return Unknown
	case reported == itoa(own):
		return Reachable
	}
	return Blocked
}
