package graph

import (
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// caller is who asks: addresses of the internet, or a source inside a VPC.
type caller struct {
	name      string
	addresses netset.Set
	inside    *source // nil for the internet
}

// with is the caller with other addresses.
func (c caller) with(set netset.Set) caller {
	c.addresses = set
	return c
}

func (c caller) peer() peer {
	if c.inside != nil {
		return c.inside.peer()
	}
	return peer{addresses: c.addresses}
}

// carried are the protocols a connection to a cluster can come in by.
func carried() []string { return []string{"TCP", "TCPSSL", "HTTP", "HTTPS"} }

// approach adds the controls before the load balancer: is it facing the caller
// (SEMANTICS 5, P5.0 and P5.1).
func (g *Graph) approach(t *trail, from caller, b *Balancer, port int) {
	t.between(from.name, b.ID)
	if from.inside == nil {
		t.ask("source-internet", from.addresses, g.internetAt(b.place()))
		t.ask("lb-facing", from.addresses, b.facesInternet)
		return
	}
	s := from.inside
	t.check("lb-facing", b.facesVPC(s))
	to := target{set: b.privateAddresses(), exact: true}
	if to.set.IsEmpty() {
		d := unsure(b.place(), b.needSelf(), "the private addresses of %s are not known", b.ID)
		to.lost = &d
	}
	s.leave(t, to, port)
}

// facesVPC is whether a load balancer has a private address in the source's
// VPC.
func (b *Balancer) facesVPC(s *source) decision {
	side := b.inward.get(b.readInward)
	vpc, kind := side.vpc, side.kind
	switch {
	case side.classic:
		return blocks(b.Attr("NetworkType"), "%s is in no VPC", b.ID)
	case b.elsewhere(s.vpc):
		return blocks(vpc, "%s is in %s, %s in %s", b.ID, b.vpc, s.name, s.vpc)
	case !b.network && kind.Text() != "" && !strings.EqualFold(kind.Text(), "intranet"):
		return blocks(kind, "%s has no private address", b.ID)
	case b.vpc == "" || s.vpc == "":
		return unsure(b.nearest(vpc), b.needSelf(), "whether %s and %s are in one VPC is not known", b.ID, s.name)
	case !b.network && b.Attr("NetworkType").Contradicted():
		return unsure(b.Attr("NetworkType"), nil, "whether %s is in a VPC is not known", b.ID)
	case !b.network && kind.Text() == "", b.network && b.privateAddresses().IsEmpty():
		return unsure(b.nearest(kind), b.needSelf(), "whether %s has a private address is not in what was read", b.ID)
	}
	return passes(vpc, "%s is in %s, as is %s", b.ID, s.vpc, s.name)
}

// inward is what a load balancer says of its own side inside a VPC.
type inward struct {
	vpc, kind *snapshot.Node // VpcId, AddressType
	classic   bool           // it is in no VPC
}

func (b *Balancer) readInward() inward {
	classic := !b.network && strings.EqualFold(b.Attr("NetworkType").Text(), "classic")
	return inward{b.Attr("VpcId"), b.Attr("AddressType"), classic}
}

// elsewhere says that facesVPC is Blocked for whoever is in a VPC, as it is
// certainly another one.
func (b *Balancer) elsewhere(vpc string) bool { return b.vpc != "" && vpc != "" && b.vpc != vpc }

// facesInternet is whether a load balancer can be reached from the internet,
// which depends on the family of the address (SEMANTICS 5, P5.1).
func (b *Balancer) facesInternet(set netset.Set) judgement {
	v4 := b.facing[0].get(func() decision { return kept(b.facesFamily(false)) })
	v6 := b.facing[1].get(func() decision { return kept(b.facesFamily(true)) })
	switch {
	case set.V6().IsEmpty() && !set.IsEmpty():
		return same(set, v4)
	case set.V4().IsEmpty():
		return same(set, v6)
	}
	s := everywhere(set.V4(), v4.verdict).add(everywhere(set.V6(), v6.verdict))
	return judgement{s, func(Verdict) decision { return v4 }}
}

func (b *Balancer) facesFamily(six bool) decision {
	field := "AddressType"
	if six && b.network {
		field = "Ipv6AddressType"
	}
	kind := b.Attr(field)
	facing := strings.EqualFold(kind.Text(), "internet")
	unknown := kind.Text() == ""
	if !b.network {
		version := strings.ToLower(b.Attr("AddressIPVersion").Text())
		known := version != "" || !six && !b.Attr("AddressIPVersion").Contradicted() // for IPv4, absent is ipv4
		unknown = unknown && (!known || speaks(version, six)) || facing && !known
		facing = facing && known && speaks(version, six)
	}
	if six && b.network && unknown {
		unknown = kind.Contradicted() || !strings.EqualFold(b.Attr("AddressIpVersion").Text(), "ipv4")
	}
	if facing {
		return passes(kind, "%s has an address of the internet", b.ID)
	}
	if !six {
		if eip := b.eip(); eip != nil {
			return passes(eip, "%s has an elastic IP", b.ID)
		}
		if need := b.net.need("vpc", "DescribeEipAddresses", ""); need != nil {
			return unsure(b.nearest(kind), need, "whether %s has an elastic IP was not read", b.ID)
		}
		if at := b.mayHaveEIP(); at != nil {
			return unsure(at, nil, "whether %s has an elastic IP is not known", b.ID)
		}
	}
	if unknown {
		return unsure(b.nearest(kind), b.needSelf(), "whether %s faces the internet is not in what was read", b.ID)
	}
	return blocks(b.nearest(kind), "%s faces no internet address of this family", b.ID)
}

// speaks says whether a CLB of an IP version has addresses of a family.
func speaks(version string, six bool) bool {
	if six {
		return version == "ipv6"
	}
	return version == "ipv4" || version == ""
}

// eip returns the elastic IP of a load balancer; nil when none is known.
func (b *Balancer) eip() *snapshot.Node {
	bound := b.net.eips[b.ID]
	var own *snapshot.Node
	b.eachAddress(func(a *snapshot.Node) {
		if n := a.Get("AllocationId"); n.Text() != "" && own == nil {
			own = n
		}
		if id := a.Get("EniId").Text(); id != "" && bound == nil {
			bound = b.net.eips[id]
		}
	})
	if own != nil {
		return own
	}
	return bound
}

// mayHaveEIP returns what answers contradict each other in, so that a load
// balancer may have an elastic IP; nil for nothing.
func (b *Balancer) mayHaveEIP() *snapshot.Node {
	if at := b.Attr("ZoneMappings"); b.network && at.Contradicted() {
		return at
	}
	ids := []string{b.ID}
	b.eachAddress(func(a *snapshot.Node) { ids = append(ids, a.Get("EniId").Text()) })
	for _, at := range b.net.eitherEIP {
		if slices.ContainsFunc(ids, at.MayBe) {
			return at
		}
	}
	return nil
}

// filter is the control listener-filter: a CLB listener's ACL, or an NLB's
// security groups (SEMANTICS 5, P5.3).
func (l *Listener) filter(from caller, port int) judgement {
	b := l.balancer
	if open := l.open.get(l.readOpen); open.so {
		return same(from.addresses, open.decision)
	}
	if !b.network {
		return l.accessControl(from.addresses)
	}
	ids := b.Attr("SecurityGroupIds")
	switch {
	case ids.Kind() != snapshot.Array:
		return same(from.addresses, unsure(b.nearest(ids), b.needSelf(), "the security groups of %s are not in what was read", b.ID))
	case from.addresses.IsEmpty():
		return same(from.addresses, unsure(ids, nil, "the source's address is not known"))
	case port == 0:
		return same(from.addresses, unsure(nearest(l.Node.Get("ListenerPort"), l.Node), nil, "the port of %s is not known", l.ID))
	}
	return b.net.filter(ids, b.place(), b.ID, ingress, from.peer(), port)
}

// readOpen is the control listener-filter where there is no filter.
func (l *Listener) readOpen() doubted {
	b := l.balancer
	if ids := b.Attr("SecurityGroupIds"); b.network {
		return doubted{kept(passes(ids, "%s has no security group", b.ID)), ids.Kind() == snapshot.Array && len(ids.Items()) == 0}
	}
	status := l.Node.Get("AclStatus")
	return doubted{kept(passes(status, "%s has no access control", l.ID)), strings.EqualFold(status.Text(), "off")}
}

// accessLists returns the addresses of a CLB listener's ACLs that were read,
// and the calls for the others; need is nil when all were read, and empty when
// the listener does not say which they are.
func (l *Listener) accessLists() (set netset.Set, need []snapshot.Call) {
	n := l.balancer.net
	named := l.Node.Get("AclIds").Kind() == snapshot.Array || l.Node.Get("AclIds", "AclId").Kind() == snapshot.Array
	for _, id := range l.accessListIDs() {
		named = true
		if !n.read("slb", "DescribeAccessControlListAttribute", id) {
			need = append(need, n.call("slb", "DescribeAccessControlListAttribute", id))
			continue
		}
		set = set.Union(cidrs(n.object(snapshot.CLBACL, id).Aspect(snapshot.Entries), "AclEntryIP"))
	}
	either := func(path ...string) bool { return l.Node.Get(path...).Contradicted() }
	if need == nil && (!named || either("AclIds") || either("AclIds", "AclId") || either("AclId")) {
		need = []snapshot.Call{}
	}
	return set, need
}

// accessListIDs are the ACLs that a CLB listener names.
func (l *Listener) accessListIDs() []string {
	ids := append(texts(l.Node.Get("AclIds")), texts(l.Node.Get("AclIds", "AclId"))...)
	ids = append(ids, strings.Split(l.Node.Get("AclId").Text(), ",")...)
	for i := range ids {
		ids[i] = strings.TrimSpace(ids[i])
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

func (l *Listener) accessControl(from netset.Set) judgement {
	status, kind := l.Node.Get("AclStatus"), l.Node.Get("AclType")
	color := strings.ToLower(kind.Text())
	switch {
	case !strings.EqualFold(status.Text(), "on"):
		return same(from, unsure(nearest(status, l.Node), nil, "whether %s has access control is not in what was read", l.ID))
	case from.IsEmpty():
		return same(from, unsure(nearest(status, l.Node), nil, "the source's address is not known"))
	case color != "white" && color != "black":
		return same(from, unsure(nearest(kind, l.Node), nil, "whether the access control of %s admits or refuses is not in what was read", l.ID))
	}
	lists, need := l.accessLists()
	held, others := Reachable, Blocked
	if color == "black" {
		held, others = Blocked, Reachable
	}
	if need != nil {
		others = Unknown
	}
	hit := from.Intersect(lists)
	return judgement{everywhere(hit, held).add(everywhere(from.Minus(hit), others)), func(v Verdict) decision {
		switch v {
		case held:
			return decide(v, kind, "the %s list of %s holds %s", color, l.ID, spell(from))
		case Unknown:
			return unsure(kind, need, "an access control list of %s was not read", l.ID)
		}
		return decide(v, kind, "the %s list of %s does not hold %s", color, l.ID, spell(from))
	}}
}

// endOf is the end of a path of P5: a backend that is an address of the cluster,
// and the cluster itself.
func (c *Cluster) endOf(l *Listener, b *Backend, listenerPort, wanted int) *Path {
	t := newTrail(netset.Set{}, "P5", "", l.ID, b.name())
	t.check("backend-address", c.isBackend(l, b))
	t.check("backend-weight", b.weightDecision())
	t.check("backend-health", l.healthDecision(b, listenerPort))
	t.check("backend-port", c.backendPort(b, b.PortAt(listenerPort), wanted))
	t.between(b.name(), c.ID+" "+ESPrivate)
	t.check("whitelist", c.balancerSees(l.balancer))
	t.check("cluster-status", c.statusDecision())
	return &t.path
}

// backendPort is the control backend-port: the port the backend is spoken to
// must be one of the private entry, and the one that was asked for (0: any).
func (c *Cluster) backendPort(b *Backend, port, wanted int) decision {
	switch {
	case port == 0:
		if d := c.portDecision(ESPrivate, wanted); wanted != 0 && d.verdict == Blocked {
			return d
		}
		return unsure(b.portAt(), nil, "the port of %s is not in what was read", b.name())
	case wanted != 0 && port != wanted:
		return blocks(b.portAt(), "%s is spoken to on %d", b.name(), port)
	}
	return c.portDecision(ESPrivate, port)
}

// viaListener returns the paths through one listener at one port to one
// cluster's port that was asked for; or, without either, to every cluster.
func (g *Graph) viaListener(from caller, l *Listener, port, wanted int, only *Cluster) []Path {
	ends := l.ends(port, wanted, only)
	if len(ends) == 0 && l.Unread == nil && only != nil {
		return nil
	}
	b := l.balancer
	t := newTrail(from.addresses, "P5", "lb:"+b.ID, from.name, b.ID)
	t.path.way = way{"lb", b.ID, port}
	g.approach(t, from, b, port)
	t.check("lb-active", b.activeDecision())
	t.between(b.ID, l.ID)
	running, protocol := l.carries()
	t.check("listener", running)
	t.check("listener-protocol", protocol)
	t.ask("listener-filter", from.addresses, func(set netset.Set) judgement { return l.filter(from.with(set), port) })
	paths := make([]Path, 0, len(ends)+1)
	for _, s := range ends {
		end := t.fork()
		end.follow(l.ending(s.cluster, s.backend, port, wanted))
		paths = append(paths, end.path)
	}
	if need := b.net.need("elasticsearch", "ListInstance", ""); only == nil && need != nil {
		paths = append(paths, t.unlisted(l, port, need)...)
	}
	if l.Unread != nil {
		t := t.fork()
		t.check("backend", unsure(l.At, l.Unread, "the servers of %s were not read", l.ID))
		paths = append(paths, t.unseen(b, only, wanted)...)
	}
	if len(paths) == 0 {
		t.check("backend", blocks(l.At, "no server of %s is an address of a cluster", l.ID))
		paths = append(paths, t.path)
	}
	return paths
}

// ends returns the servers of a listener that a path through it can end at.
func (l *Listener) ends(port, wanted int, only *Cluster) []serving {
	var out []serving
	for _, s := range l.serves {
		at := s.backend.PortAt(port)
		if (only == nil || s.cluster == only) && (wanted == 0 || at == 0 || at == wanted) {
			out = append(out, s)
		}
	}
	return out
}

// possible returns the cluster that was asked for, or else every one that may
// stand behind a load balancer of the region.
func (n *network) possible(only *Cluster) []*Cluster {
	if only != nil {
		return []*Cluster{only}
	}
	return n.clusters
}

// unlisted are the paths to servers that may be addresses of clusters which no
// answer names: their list was not read.
func (t *trail) unlisted(l *Listener, port int, need []snapshot.Call) []Path {
	var paths []Path
	for _, b := range l.Backends {
		if !l.balancer.network && !b.isENI() {
			continue
		}
		end := t.fork()
		end.between(l.ID, b.name())
		end.check("backend-address", unsure(b.Node, need, "%s may be an address of a cluster that is not known", b.name()))
		end.check("backend-weight", b.weightDecision())
		end.check("backend-health", l.healthDecision(b, port))
		paths = append(paths, end.path)
	}
	return paths
}

// unseen ends a path whose backends were not read: what remains is what every
// cluster that may stand behind it says, and nothing of those that are not known.
func (t *trail) unseen(b *Balancer, only *Cluster, wanted int) []Path {
	var paths []Path
	clusters := b.net.possible(only)
	if len(clusters) == 0 || only == nil && b.net.need("elasticsearch", "ListInstance", "") != nil {
		paths = append(paths, t.path)
	}
	for _, c := range clusters {
		end := t.fork()
		end.between(t.to, c.ID+" "+ESPrivate)
		if wanted != 0 {
			end.check("backend-port", c.portDecision(ESPrivate, wanted))
		}
		end.check("whitelist", c.balancerSees(b))
		end.check("cluster-status", c.statusDecision())
		paths = append(paths, end.path)
	}
	return paths
}

// unreadListeners are the paths through a load balancer whose listeners were
// not read.
func (g *Graph) unreadListeners(from caller, b *Balancer, port, wanted int, only *Cluster) []Path {
	t := newTrail(from.addresses, "P5", "lb:"+b.ID, from.name, b.ID)
	t.path.way = way{"lb", b.ID, port}
	g.approach(t, from, b, port)
	t.check("lb-active", b.activeDecision())
	_, need := b.listenersRead()
	t.check("listener", unsure(b.place(), need, "the listeners of %s were not read", b.ID))
	return t.unseen(b, only, wanted)
}

// viaBalancers returns the paths from an address of the internet through every
// load balancer of the cluster's region to a port of the cluster (P5).
func (g *Graph) viaBalancers(from caller, c *Cluster, port int) []Path {
	var paths []Path
	for _, f := range c.fronts {
		if f.listener == nil {
			paths = append(paths, g.unreadListeners(from, f.balancer, 0, port, c)...)
			continue
		}
		for _, at := range f.listener.portsFor(port) {
			paths = append(paths, g.viaListener(from, f.listener, at, port, c)...)
		}
	}
	for _, list := range [][2]string{{"slb", "DescribeLoadBalancers"}, {"nlb", "ListLoadBalancers"}} {
		if need := c.net.need(list[0], list[1], ""); need != nil {
			t := newTrail(from.addresses, "P5", "", from.name, "a load balancer")
			t.path.way = way{kind: "lb"}
			t.ask("source-internet", from.addresses, g.internetAt(c.Node))
			t.check("lb-facing", unsure(c.Node, need, "the load balancers of %s were not read", c.Region))
			t.between(t.to, c.ID+" "+ESPrivate)
			t.check("backend-port", c.portDecision(ESPrivate, port))
			t.check("cluster-status", c.statusDecision())
			paths = append(paths, t.path)
		}
	}
	return paths
}

// portsFor returns the ports of a listener to try for a port of a cluster: of a
// range, one of every part in which nothing makes a difference.
func (l *Listener) portsFor(port int) []int {
	ports := []int{l.First}
	if l.First == l.Last {
		return ports
	}
	add := func(p int) {
		if l.First < p && p <= l.Last && !slices.Contains(ports, p) {
			ports = append(ports, p)
		}
	}
	add(port)
	n := l.balancer.net
	for _, id := range texts(l.balancer.Attr("SecurityGroupIds")) {
		if g := n.groups.of(id); g != nil {
			for _, r := range g.ingress {
				for _, span := range r.ports {
					add(span.first)
					add(span.last + 1)
				}
			}
		}
	}
	return ports
}

// toBalancer returns the paths to a listener of one load balancer (lb:ID:PORT).
func (g *Graph) toBalancer(from caller, b *Balancer, port int) []Path {
	var paths []Path
	for _, l := range b.Listeners {
		if l.First == 0 || l.First <= port && port <= l.Last {
			paths = append(paths, g.viaListener(from, l, port, 0, nil)...)
		}
	}
	if read, _ := b.listenersRead(); !read {
		paths = append(paths, g.unreadListeners(from, b, port, 0, nil)...)
	}
	if len(paths) == 0 {
		t := newTrail(from.addresses, "P5", "lb:"+b.ID, from.name, b.ID)
		g.approach(t, from, b, port)
		t.check("lb-active", b.activeDecision())
		t.check("listener", blocks(b.place(), "%s has no listener on %d", b.ID, port))
		paths = append(paths, t.path)
	}
	return paths
}
