package graph

import (
	"net/netip"
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// The entries of a cluster (SEMANTICS 4).
const (
	ESPublic      = "es-public"
	ESPrivate     = "es-private"
	KibanaPublic  = "kibana-public"
	KibanaPrivate = "kibana-private"
	KibanaPVL     = "kibana-pvl"
)

// EntryNames returns the entries a cluster can have.
func EntryNames() []string {
	return []string{ESPublic, ESPrivate, KibanaPublic, KibanaPrivate, KibanaPVL}
}

// Cluster is an Elasticsearch cluster as the graph sees it.
type Cluster struct {
	snapshot.Object
	net       *network
	described bool            // DescribeInstance was read
	nodesRead bool            // ListAllNode, and every node says what and where it is
	unread    []snapshot.Call // of DescribeInstance and ListAllNode
	vpc       string
	vswitch   string
	endpoints bool         // it has VPC endpoints
	known     netset.Set   // its addresses inside its VPC
	stated    []netip.Addr // what is said to be its addresses
	status    lazy[decision]
	doubt     lazy[doubted]
	entries   [5]entryReading     // in the order of EntryNames
	lists     [4]lazy[*Whitelist] // in the order of ListTypes
	where     lazy[target]
	home      lazy[*snapshot.Node] // what says its VPC
	version   lazy[*snapshot.Node]
	rank      int     // among its region's clusters
	fronts    []front // what may stand before it
	joined    lazy[map[string]bool]
	plans     keeping[planKey, plan]
	scripts   keeping[scriptKey, script]
}

// entryReading is what was read of an entry.
type entryReading struct {
	exists lazy[decision]
	ports  lazy[listening]
	first  lazy[decision] // the control port, of the first of them
}

func newCluster(o snapshot.Object, n *network) *Cluster {
	var room [5]snapshot.Glance
	all := o.Node.Glance().Fields(room[:0], "attributes", string(snapshot.Nodes), string(snapshot.VPCEndpoints))
	own := all[0].Fields(room[3:3], "endpoints", "networkConfig")
	described, nodes := n.need("elasticsearch", "DescribeInstance", o.ID), n.need("elasticsearch", "ListAllNode", o.ID)
	c := &Cluster{
		Object: o, net: n,
		described: described == nil,
		nodesRead: nodes == nil,
		unread:    slices.Clip(append(described, nodes...)),
		vpc:       own[1].Get("vpcId").Text(),
		vswitch:   own[1].Get("vswitchId").Text(),
	}
	for range all[2].Each {
		c.endpoints = true
		break
	}
	c.known = c.addresses(all[1], own[0])
	return c
}

// Unread returns the calls that describe the cluster and its nodes, as far as they were
// not read. The caller must not change them.
func (c *Cluster) Unread() []snapshot.Call { return c.unread }

// HasEndpoints reports whether the cluster has VPC endpoints.
func (c *Cluster) HasEndpoints() bool { return c.endpoints }

// addresses returns the addresses of the cluster's nodes and endpoints that
// stand inside its VPC; nodes of the new architecture do not (SEMANTICS 4). A
// node that does not say what or where it is leaves them incomplete.
func (c *Cluster) addresses(nodes, endpoints snapshot.Glance) netset.Set {
	var own []netip.Prefix
	inside := func(a netip.Addr) bool {
		return c.vpc != "" && slices.ContainsFunc(c.net.inVPC[c.vpc], func(v *vswitch) bool { return v.cidrs.Contains(a) })
	}
	add := func(text string) {
		if text == "" {
			c.nodesRead = false
		}
		if a, err := netset.ParseAddr(text); err == nil {
			c.stated = append(c.stated, a)
			if inside(a) {
				own = append(own, netip.PrefixFrom(a, a.BitLen()))
			}
		}
	}
	at := 0
	for n := range nodes.Each {
		switch c.kibana(n, at) {
		case Unknown:
			c.nodesRead = false
		case Blocked:
			add(n.Get("host").Text())
		}
		at++
	}
	for e := range endpoints.Each {
		add(e.Get("endpoint").Text())
	}
	return netset.Of(own...)
}

// unsettled is why nothing can be said of entry, port and list: the status of
// the cluster is not a working one, or DescribeInstance was not read.
func (c *Cluster) unsettled() (decision, bool) {
	s := c.doubt.get(c.readUnsettled)
	return s.decision, s.so
}

// doubted is a decision that holds when so is true.
type doubted struct {
	decision
	so bool
}

func (c *Cluster) readUnsettled() doubted {
	switch status := c.Attr("status"); {
	case !c.described:
		return doubted{unsure(c.Node, c.net.need("elasticsearch", "DescribeInstance", c.ID), "%s was not described", c.ID), true}
	case !slices.Contains([]string{"active", "activating", "inactive"}, status.Text()):
		return doubted{unsure(c.nearest(status), nil, "the cluster's status is %s, in which settings cannot be relied on", named(status)), true}
	}
	return doubted{}
}

// nearest returns n when it is there, else the cluster itself.
func (c *Cluster) nearest(n *snapshot.Node) *snapshot.Node { return nearest(n, c.Node) }

// VPC returns the VPC that the cluster says it is in; "" when it says none.
func (c *Cluster) VPC() string { return c.vpc }

// Home is what says the VPC of the cluster.
func (c *Cluster) Home() *snapshot.Node {
	return c.home.get(func() *snapshot.Node { return c.Attr("networkConfig", "vpcId") })
}

// Version is what says the version of the cluster.
func (c *Cluster) Version() *snapshot.Node {
	return c.version.get(func() *snapshot.Node { return c.Attr("esVersion") })
}

// nearest returns a value when it is there, else what would hold it.
func nearest(n, holder *snapshot.Node) *snapshot.Node {
	if n.Kind() == snapshot.Absent {
		return holder
	}
	return n
}

func named(n *snapshot.Node) string {
	if t := n.Text(); t != "" {
		return t
	}
	return "not known"
}

// statusDecision is the control cluster-status.
func (c *Cluster) statusDecision() decision {
	return c.status.get(func() decision { return kept(c.readStatus()) })
}

func (c *Cluster) readStatus() decision {
	status := c.Attr("status")
	switch status.Text() {
	case "active", "activating":
		return passes(status, "the cluster is %s", status.Text())
	case "inactive":
		return blocks(status, "the cluster is frozen")
	}
	need := append(c.net.need("elasticsearch", "DescribeInstance", c.ID), c.net.need("elasticsearch", "ListInstance", "")...)
	return unsure(c.nearest(status), need, "the cluster's status is %s", named(status))
}

// toggle reads a switch: Reachable for on, Blocked for off.
func toggle(n *snapshot.Node) Verdict {
	on, ok := n.Bool()
	switch {
	case !ok:
		return Unknown
	case on:
		return Reachable
	}
	return Blocked
}

// EntryExists says whether the cluster has an entry, and the setting that says
// so.
func (c *Cluster) EntryExists(entry string) (Verdict, string, *snapshot.Node) {
	d := c.entryDecision(entry)
	return d.verdict, d.why.String(), d.at
}

// entryDecision is the control entry-exists (SEMANTICS 4).
func (c *Cluster) entryDecision(entry string) decision {
	i := slices.Index(EntryNames(), entry)
	if i < 0 {
		return c.readEntry(entry)
	}
	return c.entries[i].exists.get(func() decision { return kept(c.readEntry(entry)) })
}

func (c *Cluster) readEntry(entry string) decision {
	if d, ok := c.unsettled(); ok {
		return d
	}
	switch entry {
	case ESPublic:
		return c.switches(entry, "enablePublic")
	case KibanaPublic:
		return c.switches(entry, "haveKibana", "enableKibanaPublicNetwork")
	case KibanaPrivate:
		return c.kibanaPrivate()
	case KibanaPVL:
		return c.archIsPublic("private connection to Kibana")
	}
	return passes(c.Node, "the private entry is always there")
}

// switches is on when all of the settings are.
func (c *Cluster) switches(entry string, fields ...string) decision {
	d := decision{verdict: Reachable}
	for _, field := range fields {
		n := c.Attr(field)
		v := toggle(n)
		if Along(d.verdict, v) != d.verdict || d.at == nil {
			word := map[Verdict]string{Reachable: "on", Blocked: "off", Unknown: "not in what was read"}[v]
			d = decide(Along(d.verdict, v), c.nearest(n), "%s: %s is %s", entry, field, word)
		}
	}
	return d
}

func (c *Cluster) kibanaPrivate() decision {
	d := c.switches(KibanaPrivate, "haveKibana", "enableKibanaPrivateNetwork")
	arch := c.Attr("archType")
	switch {
	case d.verdict == Blocked:
		return d
	case arch.Text() == "public":
		return blocks(arch, "archType is public: Kibana has private connections instead of a private address")
	case arch.Text() == "":
		return unsure(c.nearest(arch), nil, "archType is not in what was read")
	}
	return d
}

func (c *Cluster) archIsPublic(what string) decision {
	arch := c.Attr("archType")
	switch arch.Text() {
	case "public":
		return passes(arch, "archType is public")
	case "":
		return unsure(c.nearest(arch), nil, "archType is not in what was read")
	}
	return blocks(arch, "archType is %s: there is no %s", arch.Text(), what)
}

// Port reads a port setting: 0, "", null and absent are 0, the default. ok is
// false for anything that is no port.
func Port(n *snapshot.Node) (port int, ok bool) {
	if n.Kind() <= snapshot.Null || n.Text() == "" && n.Kind() == snapshot.String {
		return 0, true
	}
	return parsePort(n.Text())
}

// major returns the leading integer of esVersion.
func (c *Cluster) major() (int, bool) {
	v := c.Version().Text()
	end := strings.IndexFunc(v, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(v)
	}
	return parsePort(v[:end])
}

// Ports returns the ports of an entry, and the setting that says so; uncertain
// holds those that may be, and ok is false when the setting is no port.
func (c *Cluster) Ports(entry string) (ports, uncertain []int, at *snapshot.Node, ok bool) {
	l := c.listening(entry)
	return slices.Clone(l.ports), slices.Clone(l.uncertain), l.at, l.ok
}

// listening is what Ports returns.
type listening struct {
	ports, uncertain []int
	at               *snapshot.Node
	ok               bool
}

func (c *Cluster) listening(entry string) listening {
	read := func() (l listening) {
		l.ports, l.uncertain, l.at, l.ok = c.readPorts(entry)
		return l
	}
	if i := slices.Index(EntryNames(), entry); i >= 0 {
		return c.entries[i].ports.get(read)
	}
	return read()
}

func (c *Cluster) readPorts(entry string) (ports, uncertain []int, at *snapshot.Node, ok bool) {
	fields, standard := []string{"port"}, 9200
	switch entry {
	case ESPublic:
		fields = []string{"publicPort"}
	case KibanaPublic:
		fields, standard = []string{"kibanaPort"}, 5601
	case KibanaPrivate, KibanaPVL:
		fields, standard = []string{"kibanaPrivatePort", "kibanaPort"}, 5601
	}
	port := 0
	for _, field := range fields {
		if n := c.Attr(field); port == 0 {
			if at == nil || n.Exists() {
				at = n
			}
			if port, ok = Port(n); !ok {
				return nil, nil, n, false
			}
		}
	}
	if port == 0 {
		port = standard
	}
	ports = []int{port}
	if (entry == ESPublic || entry == ESPrivate) && port != 9300 {
		switch version, known := c.major(); {
		case !known:
			uncertain = []int{9300}
		case version < 6:
			ports = append(ports, 9300)
		}
	}
	return ports, uncertain, c.nearest(at), true
}

// portDecision is the control port.
func (c *Cluster) portDecision(entry string, port int) decision {
	if d, ok := c.unsettled(); ok {
		return d
	}
	i, l := slices.Index(EntryNames(), entry), c.listening(entry)
	if l.ok && l.ports[0] == port {
		return c.entries[i].first.get(func() decision { return kept(c.readPort(entry, l, port)) })
	}
	return c.readPort(entry, l, port)
}

func (c *Cluster) readPort(entry string, l listening, port int) decision {
	ports, uncertain, at, ok := l.ports, l.uncertain, l.at, l.ok
	switch {
	case !ok:
		return unsure(at, nil, "%s: %s is no port", entry, at.Text())
	case slices.Contains(ports, port):
		return passes(at, "%s listens on %d", entry, port)
	case slices.Contains(uncertain, port):
		return unsure(c.nearest(c.Version()), nil, "%s listens on %d before version 6 only, and the version is not known", entry, port)
	}
	return blocks(at, "%s listens on %s, not on %d", entry, portList(ports), port)
}

func portList(ports []int) string {
	if len(ports) == 2 {
		return itoa(ports[0]) + " and " + itoa(ports[1])
	}
	return itoa(ports[0])
}

// List returns the address list of a type; nil for what is no type.
func (c *Cluster) List(listType string) *Whitelist {
	i := slices.Index(ListTypes(), listType)
	if i < 0 {
		return nil
	}
	return c.lists[i].get(func() *Whitelist { return newWhitelist(c.Object, listType) })
}

// listOf returns the address list of an entry.
func (c *Cluster) listOf(entry string) *Whitelist {
	switch entry {
	case ESPublic:
		return c.List(PublicES)
	case KibanaPublic:
		return c.List(PublicKibana)
	case KibanaPrivate, KibanaPVL:
		return c.List(PrivateKibana)
	}
	return c.List(PrivateES)
}

// admits is the control whitelist.
func (c *Cluster) admits(entry string, source netset.Set) judgement {
	if d, ok := c.unsettled(); ok {
		return same(source, d)
	}
	if source.IsEmpty() {
		return same(source, unsure(c.listOf(entry).at, nil, "the source's address is not known"))
	}
	return c.listOf(entry).admits(source)
}
