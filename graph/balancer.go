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
	inward         lazy[inward]
	plans          keeping[planKey, plan]
	scripts        keeping[scriptKey, script]
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
	// AnyPort is what says whether the servers of an NLB are asked at whatever port the
	// listener was.
	AnyPort *snapshot.Node

	balancer *Balancer
	group    snapshot.Object // the NLB's server group; not there for a CLB
	vpc      string
	serves   []serving
	endings  endings
	own      lazy[[2]decision] // what carries says
	open     lazy[doubted]     // it has no filter
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
				n.homeless = n.homeless || kind == snapshot.NLB && o.Attr("ListenerId").Exists()
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
	l := &Listener{Node: o.Attr(), ID: o.ID, balancer: b, At: o.Attr(), vpc: b.vpc}
	if port, ok := Port(o.Attr("ListenerPort")); ok && port > 0 {
		l.First, l.Last = port, port
	}
	if b.network {
		if l.First == 0 && o.Attr("ListenerPort").Exists() && !o.Attr("ListenerPort").Contradicted() {
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

// VPC returns the VPC the backends' addresses are in; "" when not known.
func (l *Listener) VPC() string { return l.vpc }

// listenersRead says whether the listeners of the load balancer were read, by a
// list of its own or of the whole region.
func (b *Balancer) listenersRead() (bool, []snapshot.Call) {
	product, operation := "slb", "DescribeLoadBalancerListeners"
	if b.network {
		product, operation = "nlb", "ListListeners"
	}
	if b.network && b.net.homeless {
		return false, []snapshot.Call{}
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

// activeDecision is the control lb-active.
func (b *Balancer) activeDecision() decision {
	return b.active.get(func() decision { return kept(b.workOutActive()) })
}

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

func (b *Balancer) nearest(n *snapshot.Node) *snapshot.Node { return nearest(n, b.place()) }

// place is where a load balancer stands: one that only its listeners name, in the
// first of them.
func (b *Balancer) place() *snapshot.Node {
	if b.Node == nil && len(b.Listeners) > 0 {
		return b.Listeners[0].Node.Get("LoadBalancerId")
	}
	return b.Node
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

// carries are the controls listener and listener-protocol for connections to
// clusters, the same at each of its ports.
func (l *Listener) carries() (running, protocol decision) {
	both := l.own.get(func() [2]decision {
		running, protocol := l.listenerDecisions(l.First, carried()...)
		return [2]decision{kept(running), kept(protocol)}
	})
	return both[0], both[1]
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
		running = unsure(nearest(l.Node.Get("ListenerPort"), l.Node), nil, "the port of %s is not known", l.ID)
	case status.Text() == "":
		running = unsure(nearest(status, l.Node), nil, "the status of %s is not in what was read", l.ID)
	default:
		running = passes(status, "%s is running", l.ID)
	}
	switch {
	case proto.Text() == "":
		protocol = unsure(nearest(proto, l.Node), nil, "the protocol of %s is not in what was read", l.ID)
	case !slices.Contains(allowed, strings.ToUpper(proto.Text())):
		protocol = blocks(proto, "%s speaks %s", l.ID, proto.Text())
	default:
		protocol = passes(proto, "%s speaks %s", l.ID, proto.Text())
	}
	return running, protocol
}

// Active says whether connections get from the listener to the backend as far
// as status and weight decide: Reachable for yes.
func (l *Listener) Active(b *Backend) Verdict {
	running, _ := l.carries()
	return Along(l.balancer.activeDecision().verdict, running.verdict, b.weightDecision().verdict)
}

// balancerSees is the control whitelist for connections through a load
// balancer: what the cluster sees of them (SEMANTICS 5, P5.5).
func (c *Cluster) balancerSees(b *Balancer) decision {
	if d, ok := c.unsettled(); ok {
		return d
	}
	w := c.List(PrivateES)
	if need := b.net.need("nlb", "GetLoadBalancerAttribute", b.ID); b.network && need != nil {
		return unsure(b.place(), need, "the addresses of %s were not read", b.ID)
	}
	local := b.localAddresses()
	switch {
	case !w.Present:
		return unsure(w.at, nil, "the list %s is not in what was read", w.Type)
	case local.IsEmpty():
		return unsure(b.nearest(b.Attr("ZoneMappings")), nil, "the addresses of %s are not in what was read", b.ID)
	case w.Set.Overlaps(local):
		e := w.entryFor(local)
		return passes(e.Node, "%s holds the addresses of %s (%s)", e.place(w.Type), b.ID, e.Text)
	case w.MayHold(local):
		return w.unsaid()
	}
	return blocks(w.at, "%s holds no address of %s (%s)", w.Type, b.ID, local)
}
