package graph

import (
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// Balancer is a classic (CLB) or network (NLB) load balancer.
type Balancer struct {
	snapshot.Object
	Listeners []*Listener

	net     *network
	network bool // an NLB
	vpc     string

	private, local lazy[netset.Set]
	active         lazy[decision]
	facing         [2]lazy[decision] // IPv4, IPv6
}

// Listener is one listener of a load balancer, with the servers of its own
// group.
type Listener struct {
	Node        *snapshot.Node // the listener's attributes
	ID          string
	First, Last int // ports; both 0 when they are not known
	Backends    []*Backend
	// Unread names the call that would tell the servers; nil when it was read.
	Unread []snapshot.Call
	At     *snapshot.Node // where its group stands, or the listener itself

	balancer *Balancer
	group    snapshot.Object // the NLB's server group; not there for a CLB
	serves   []serving
	endings  endings
}

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

	mayFollow bool // whether it follows the listener is not known
	zero      bool // its own port is 0, which stands for any
}

// IsNetwork reports whether it is an NLB.
func (b *Balancer) IsNetwork() bool { return b.network }

func balancers(n *network) []*Balancer {
	var out []*Balancer
	for _, kind := range []snapshot.Kind{snapshot.CLB, snapshot.NLB} {
		byID := map[string]*Balancer{}
		add := func(o snapshot.Object) *Balancer {
			b := &Balancer{Object: o, net: n, network: kind == snapshot.NLB, vpc: o.Attr("VpcId").Text()}
			byID[o.ID] = b
			out = append(out, b)
			return b
		}
		for _, o := range n.objects(kind) {
			add(o)
		}
		listeners := snapshot.CLBListener
		if kind == snapshot.NLB {
			listeners = snapshot.NLBListener
		}
		for _, o := range n.objects(listeners) {
			id := o.Attr("LoadBalancerId").Text()
			if id == "" { // of which one it is, the lists of listeners say
				continue
			}
			b := byID[id]
			if b == nil {
				b = add(snapshot.Object{Account: n.account, Kind: kind, Region: n.region, ID: id})
			}
			b.Listeners = append(b.Listeners, b.newListener(o))
		}
	}
	return out
}

func (b *Balancer) newListener(o snapshot.Object) *Listener {
	l := &Listener{Node: o.Attr(), ID: o.ID, balancer: b, At: o.Attr()}
	if port, ok := Port(o.Attr("ListenerPort")); ok && port > 0 {
		l.First, l.Last = port, port
	}
	if b.network {
		if l.First == 0 {
			first, ok1 := Port(o.Attr("StartPort"))
			last, ok2 := Port(o.Attr("EndPort"))
			if ok1 && ok2 && first > 0 && first <= last {
				l.First, l.Last = first, last
			}
		}
		l.networkBackends(o.Attr("ServerGroupId"))
		return l
	}
	l.classicBackends(o)
	return l
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
		for _, s := range g.Attr(path...).Items() {
			l.Backends = append(l.Backends, n.classicBackend(s, s.Get("Port")))
		}
	}
	if id := o.Attr("VServerGroupId").Text(); id != "" {
		read(snapshot.CLBVServerGroup, "DescribeVServerGroupAttribute", id, "BackendServers", "BackendServer")
		return
	}
	for _, holder := range []*snapshot.Node{o.Attr(), o.Attr("TCPListenerConfig"), o.Attr("UDPListenerConfig")} {
		if id := holder.Get("MasterSlaveServerGroupId").Text(); id != "" {
			read(snapshot.CLBMasterSlaveServerGroup, "DescribeMasterSlaveServerGroupAttribute", id, "MasterSlaveBackendServers", "MasterSlaveBackendServer")
			return
		}
	}
	b := l.balancer
	l.Unread = n.need("slb", "DescribeLoadBalancerAttribute", b.ID)
	for _, s := range b.Attr("BackendServers", "BackendServer").Items() {
		l.Backends = append(l.Backends, n.classicBackend(s, o.Attr("BackendServerPort")))
	}
}

func (n *network) classicBackend(s, port *snapshot.Node) *Backend {
	b := &Backend{Node: s, ID: s.Get("ServerId").Text(), Type: s.Get("Type").Text(), IP: s.Get("ServerIp").Text(), Weight: s.Get("Weight")}
	b.Port, _ = Port(port)
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
	anyPort, known := l.group.Attr("AnyPortEnabled").Bool()
	for _, s := range l.group.Aspect(snapshot.Servers).Items() {
		b := &Backend{Node: s, ID: s.Get("ServerId").Text(), Type: s.Get("ServerType").Text(), IP: s.Get("ServerIp").Text(), Weight: s.Get("Weight")}
		b.Port, _ = Port(s.Get("Port"))
		b.zero, b.mayFollow = s.Get("Port").Text() == "0", !known
		if known && anyPort {
			b.Port, b.FollowsListener = 0, true
		}
		l.Backends = append(l.Backends, b)
	}
}

// vpcOf returns the VPC the backends' addresses are in; "" when not known.
func (l *Listener) vpcOf() string {
	if l.balancer.network {
		return l.group.Attr("VpcId").Text()
	}
	return l.balancer.vpc
}

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

// listenersRead says whether the listeners of the load balancer were read, by a
// list of its own or of the whole region.
func (b *Balancer) listenersRead() (bool, []snapshot.Call) {
	product, operation := "slb", "DescribeLoadBalancerListeners"
	if b.network {
		product, operation = "nlb", "ListListeners"
	}
	if b.net.read(product, operation, b.ID) || b.net.read(product, operation, "") {
		return true, nil
	}
	own := b.net.call(product, operation, b.ID)
	if b.net.account.Answer(own) == snapshot.NeverMade && b.net.account.Answer(b.net.call(product, operation, "")) != snapshot.NeverMade {
		own.Subject = ""
	}
	return false, []snapshot.Call{own}
}

// UnreadListeners returns the call that would tell the listeners; nil when it
// was read.
func (b *Balancer) UnreadListeners() []snapshot.Call { _, need := b.listenersRead(); return need }

// Serving says whether a backend is an address of the cluster: Reachable for
// yes, Blocked for no.
func (c *Cluster) Serving(l *Listener, b *Backend) (Verdict, []snapshot.Call) {
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
	d := c.matches(l.vpcOf(), b.IP)
	d.at = b.Node
	if d.verdict == Unknown && l.balancer.network && l.vpcOf() == "" {
		d.settle = append(d.settle, l.balancer.net.need("nlb", "ListServerGroups", "")...)
	}
	if d.verdict == Unknown && b.IP == "" {
		d.settle = append(d.settle, l.balancer.net.need("ecs", "DescribeNetworkInterfaces", "")...)
	}
	return d
}

// activeDecision is the control lb-active.
func (b *Balancer) activeDecision() decision { return b.active.get(b.workOutActive) }

func (b *Balancer) workOutActive() decision {
	fields := map[string]string{"LoadBalancerStatus": "active"}
	if b.network {
		fields = map[string]string{"LoadBalancerStatus": "Active", "LoadBalancerBusinessStatus": "Normal"}
	}
	d := decision{verdict: Reachable}
	for _, field := range []string{"LoadBalancerStatus", "LoadBalancerBusinessStatus"} {
		want, asked := fields[field]
		n := b.Attr(field)
		switch {
		case !asked || d.verdict == Blocked:
		case n.Text() == "":
			d = unsure(b.nearest(n), b.needSelf(), "%s: %s is not in what was read", b.ID, field)
		case n.Text() != want:
			d = blocks(n, "%s: %s is %s", b.ID, field, n.Text())
		case d.at == nil:
			d = passes(n, "%s is active", b.ID)
		}
	}
	return d
}

func (b *Balancer) nearest(n *snapshot.Node) *snapshot.Node {
	if n.Kind() == snapshot.Absent {
		return b.Node
	}
	return n
}

// needSelf returns the calls that describe the load balancer, as far as they
// were not read.
func (b *Balancer) needSelf() []snapshot.Call {
	if b.network {
		return append(b.net.need("nlb", "ListLoadBalancers", ""), b.net.need("nlb", "GetLoadBalancerAttribute", b.ID)...)
	}
	return append(b.net.need("slb", "DescribeLoadBalancers", ""), b.net.need("slb", "DescribeLoadBalancerAttribute", b.ID)...)
}

// eachAddress visits the zone addresses of an NLB.
func (b *Balancer) eachAddress(visit func(*snapshot.Node)) {
	for _, z := range b.Attr("ZoneMappings").Items() {
		for _, a := range z.Get("LoadBalancerAddresses").Items() {
			visit(a)
		}
	}
}

// privateAddresses returns what hosts of the VPC connect to; nil when there is
// no such address.
func (b *Balancer) privateAddresses() netset.Set { return b.private.get(b.readPrivate) }

func (b *Balancer) readPrivate() netset.Set {
	var set netset.Set
	add := func(n *snapshot.Node) {
		if a, err := netset.ParseAddr(n.Text()); err == nil {
			set = set.Union(netset.Addr(a))
		}
	}
	if !b.network {
		add(b.Attr("Address"))
		return set
	}
	b.eachAddress(func(a *snapshot.Node) { add(a.Get("PrivateIPv4Address")) })
	return set
}

// localAddresses returns the addresses backends see connections come from:
// Ipv4LocalAddresses of an NLB, or its private ones when no zone has any
// (SEMANTICS 5, P5.5); a CLB uses all of 100.64.0.0/10.
func (b *Balancer) localAddresses() netset.Set { return b.local.get(b.readLocal) }

func (b *Balancer) readLocal() netset.Set {
	if !b.network {
		p, _ := netset.ParseCIDR("100.64.0.0/10")
		return netset.Of(p)
	}
	var set netset.Set
	b.eachAddress(func(a *snapshot.Node) {
		for _, n := range a.Get("Ipv4LocalAddresses").Items() {
			if ip, err := netset.ParseAddr(n.Text()); err == nil {
				set = set.Union(netset.Addr(ip))
			}
		}
	})
	if set.IsEmpty() {
		return b.privateAddresses()
	}
	return set
}

// listenerDecisions are the controls listener and listener-protocol. allowed
// are the protocols that carry a connection, in capitals.
func (l *Listener) listenerDecisions(port int, allowed ...string) (running, protocol decision) {
	status, proto := l.Node.Get("ListenerStatus"), l.Node.Get("ListenerProtocol")
	want := "Running"
	if !l.balancer.network {
		status, want = l.Node.Get("Status"), "running"
	}
	switch {
	case l.First != 0 && (port < l.First || l.Last < port):
		running = blocks(l.Node.Get("ListenerPort"), "%s listens on another port", l.ID)
	case status.Text() != "" && status.Text() != want:
		running = blocks(status, "%s is %s", l.ID, status.Text())
	case l.First == 0:
		running = unsure(l.Node, nil, "the port of %s is not known", l.ID)
	case status.Text() == "":
		running = unsure(l.Node, nil, "the status of %s is not in what was read", l.ID)
	default:
		running = passes(status, "%s is running", l.ID)
	}
	switch {
	case proto.Text() == "":
		protocol = unsure(l.Node, nil, "the protocol of %s is not in what was read", l.ID)
	case !slices.Contains(allowed, strings.ToUpper(proto.Text())):
		protocol = blocks(proto, "%s speaks %s", l.ID, proto.Text())
	default:
		protocol = passes(proto, "%s speaks %s", l.ID, proto.Text())
	}
	return running, protocol
}

// weightDecision is the control backend-weight.
func (b *Backend) weightDecision() decision {
	weight, ok := b.Weight.Int()
	switch {
	case !ok:
		return unsure(b.Node, nil, "the weight of %s is not in what was read", b.name())
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

// Active says whether connections get from the listener to the backend as far
// as status and weight decide: Reachable for yes.
func (l *Listener) Active(b *Backend) Verdict {
	running, _ := l.listenerDecisions(l.First)
	return Along(l.balancer.activeDecision().verdict, running.verdict, b.weightDecision().verdict)
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
	var info *snapshot.Node
	for _, h := range n.object(snapshot.NLBListener, l.ID).Aspect(snapshot.Health).Items() {
		if id := h.Get("ListenerId").Text(); id != "" && id != l.ID {
			continue
		}
		for _, g := range h.Get("ServerGroupInfos").Items() {
			if g.Get("ServerGroupId").Text() != l.group.ID {
				continue
			}
			info = g
			if on, _ := g.Get("HeathCheckEnabled").Bool(); !on || g.Get("NonNormalServers").Kind() != snapshot.Array {
				return unsure(g, nil, "the health of the servers of %s is not checked", l.ID)
			}
			var doubt *snapshot.Node // of several items for the server, one that blocks decides
			for _, s := range g.Get("NonNormalServers").Items() {
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
		}
	}
	if info == nil {
		return unsure(l.Node, nil, "the health of the servers of %s is not in what was read", l.ID)
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

// balancerSees is the control whitelist for connections through a load
// balancer: what the cluster sees of them (SEMANTICS 5, P5.5).
func (c *Cluster) balancerSees(b *Balancer) decision {
	if d, ok := c.unsettled(); ok {
		return d
	}
	w := c.Lists[PrivateES]
	if need := b.net.need("nlb", "GetLoadBalancerAttribute", b.ID); b.network && need != nil {
		return unsure(b.Node, need, "the addresses of %s were not read", b.ID)
	}
	local := b.localAddresses()
	switch {
	case !w.Present:
		return unsure(w.at, nil, "the list %s is not in what was read", w.Type)
	case local.IsEmpty():
		return unsure(b.Node, nil, "the addresses of %s are not in what was read", b.ID)
	case w.Set.Overlaps(local):
		e := w.entryFor(local)
		return passes(e.Node, "%s holds the addresses of %s (%s)", e.place(w.Type), b.ID, e.Text)
	case w.vague != nil:
		return w.unsaid()
	}
	return blocks(w.at, "%s holds no address of %s (%s)", w.Type, b.ID, local)
}
