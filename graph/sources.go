package graph

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// ReachSchema is the version of answers about sets.
const ReachSchema = "esaudit.reach/v1"

// Sources is everybody who gets to a target (SEMANTICS 9, CONTRACT 6).
type Sources struct {
	Schema  string    `json:"schema"`
	To      string    `json:"to"`
	Entries []Opening `json:"entries"`
	// Settle names the calls that would decide what is unknown.
	Settle []Settle `json:"settledBy,omitempty"`
	// Lost says that no answer names the target, and not all were read.
	Lost bool `json:"-"`
}

// Opening is who gets in at one entry and port.
type Opening struct {
	Entry    string               `json:"entry"` // of SEMANTICS 4, or lb:ID
	Port     int                  `json:"port"`
	Internet Addresses            `json:"internet"`
	VPCs     map[string]Addresses `json:"vpcs"`
	Hosts    Hosts                `json:"hosts"` // ECS by id
	OnPrem   map[string]Addresses `json:"onprem,omitempty"`
	Via      []Via                `json:"via"`
}

// Via is who gets in through something in between.
type Via struct {
	Kind     string    `json:"kind"` // lb, dnat or proxy
	ID       string    `json:"id"`   // the load balancer's, NAT gateway's or host's; "" when no answer names it
	Port     int       `json:"port"` // the listener's or external port; 0 when not known, or any
	Internet Addresses `json:"internet"`
	// Fronts is what stands before a proxy: its own address (eip), load
	// balancers, DNAT entries.
	Fronts []Via `json:"-"`
}

// Addresses is two disjoint sets of addresses.
type Addresses struct{ Reachable, Unknown netset.Set }

// MarshalJSON writes both sets as minimal lists of CIDRs.
func (a Addresses) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Reachable []string `json:"reachable"`
		Unknown   []string `json:"unknown"`
	}{a.Reachable.Strings(), a.Unknown.Strings()})
}

// IsEmpty reports whether nobody gets in, for sure.
func (a Addresses) IsEmpty() bool { return a.Reachable.IsEmpty() && a.Unknown.IsEmpty() }

// Or adds what something else says of the same addresses: what gets in by
// either is reachable, what is open in either is unknown at worst.
func (a Addresses) Or(b Addresses) Addresses {
	reachable := a.Reachable.Union(b.Reachable)
	return Addresses{reachable, a.Unknown.Union(b.Unknown).Minus(reachable)}
}

func (a Addresses) or(s split) Addresses {
	return a.Or(Addresses{Reachable: s.pass, Unknown: s.unknown})
}

// Hosts is two disjoint lists of ids, sorted.
type Hosts struct {
	Reachable []string `json:"reachable"`
	Unknown   []string `json:"unknown"`
}

// way is what a path goes through between the internet and a cluster.
type way struct {
	kind, id string
	port     int
}

// Sources returns everybody who gets to es:ID, kibana:ID or lb:ID, each with or
// without :PORT. The error says why the target cannot be understood.
func (g *Graph) Sources(to string) (Sources, error) {
	scheme, id, port, err := parseSet(to)
	if err != nil {
		return Sources{}, err
	}
	out := Sources{Schema: ReachSchema, To: to, Entries: []Opening{}}
	var a *asking
	if scheme == schemeLB {
		b := g.balancer(id)
		if b == nil {
			return g.nobody(out, func() ([]Path, error) { return g.lostBalancer(id) })
		}
		a = g.ask(b.near())
		out.Entries = a.balancer(b, port)
	} else {
		c := g.Cluster(id)
		if c == nil {
			return g.nobody(out, func() ([]Path, error) { return g.lost(scheme, id, "elasticsearch", "ListInstance") })
		}
		a = g.ask(c.near())
		out.Entries = a.cluster(c, scheme, port)
	}
	out.Settle = g.settle(a.settle)
	return out, nil
}

func (g *Graph) nobody(out Sources, lost func() ([]Path, error)) (Sources, error) {
	paths, err := lost()
	if err != nil {
		return Sources{}, err
	}
	out.Lost = true
	out.Settle = g.settle(paths[0].Settle)
	return out, nil
}

// parseSet reads the target of a question about everybody.
func parseSet(to string) (scheme, id string, port int, err error) {
	scheme, rest, _ := strings.Cut(to, ":")
	id, text, two := cutOutside(rest, ':')
	if !slices.Contains([]string{schemeES, schemeKibana, schemeLB}, scheme) || !isID(id) || strings.Contains(text, ":") {
		return "", "", 0, fmt.Errorf("to %q: not es:ID, kibana:ID or lb:ID, each with or without :PORT", to)
	}
	var q query
	if two {
		if err := q.parsePort(to, text); err != nil {
			return "", "", 0, err
		}
	}
	return scheme, id, q.port, nil
}

// asking gathers openings, and what would settle what is unknown.
type asking struct {
	g        *Graph
	outside  bool      // nobody inside is asked
	brief    bool      // what would settle what is unknown is left out
	switches []*source // the addresses of every vSwitch
	hosts    []*source
	settle   []snapshot.Call
}

// cluster returns the openings of a cluster's entries: all of them for es
// without a port.
func (a *asking) cluster(c *Cluster, scheme string, port int) []Opening {
	out := []Opening{}
	for _, entry := range EntryNames() {
		kibana := strings.HasPrefix(entry, schemeKibana)
		if kibana && scheme == schemeES && port != 0 || !kibana && scheme == schemeKibana {
			continue
		}
		exists := c.entryDecision(entry).verdict
		for _, p := range c.openPorts(entry, port) {
			if port != 0 && p != port || exists == Blocked && entry != KibanaPVL {
				continue
			}
			if o := a.entry(c, entry, p); entry != KibanaPVL || !o.closed() {
				out = append(out, o)
			}
		}
	}
	return out
}

// portsOf returns the ports an entry may have, the usual one when the setting
// says nothing.
func (c *Cluster) portsOf(entry string) []int {
	ports, uncertain, _, ok := c.Ports(entry)
	switch {
	case !ok && strings.HasPrefix(entry, schemeKibana):
		return []int{5601}
	case !ok:
		return []int{9200}
	}
	return append(slices.Clone(ports), uncertain...)
}

// openPorts returns the ports at which an entry is, or may be: its own, and
// where they are not settled those of its neighbours and the one that was asked
// for (0: none).
func (c *Cluster) openPorts(entry string, asked int) []int {
	ports := c.portsOf(entry)
	var others []int
	for _, neighbour := range EntryNames() {
		if strings.HasPrefix(neighbour, schemeKibana) == strings.HasPrefix(entry, schemeKibana) {
			others = append(others, c.portsOf(neighbour)...)
		}
	}
	if asked != 0 {
		others = append(others, asked)
	}
	slices.Sort(others)
	for _, p := range slices.Compact(others) {
		if !slices.Contains(ports, p) && c.portDecision(entry, p).verdict != Blocked {
			ports = append(ports, p)
		}
	}
	return ports
}

func (o Opening) closed() bool {
	return o.Internet.IsEmpty() && len(o.VPCs) == 0 && len(o.Hosts.Reachable)+len(o.Hosts.Unknown) == 0 && len(o.OnPrem) == 0 && len(o.Via) == 0
}

func newOpening(entry string, port int) Opening {
	return Opening{
		Entry: entry, Port: port, VPCs: map[string]Addresses{}, Hosts: Hosts{[]string{}, []string{}},
		OnPrem: map[string]Addresses{}, Via: []Via{},
	}
}

// entry asks for everybody at one entry and port of a cluster.
func (a *asking) entry(c *Cluster, entry string, port int) Opening {
	o := newOpening(entry, port)
	everybody := caller{name: schemeInternet, addresses: a.g.internet}
	switch entry {
	case ESPublic, KibanaPublic:
		o.Internet = a.sum([]Path{a.g.publicPath(everybody, c, entry, port)})
		return o
	case ESPrivate:
		paths := a.g.viaBalancers(everybody, c, port)
		paths = append(paths, a.g.viaNAT(everybody, c, port)...)
		paths = append(paths, a.g.viaProxies(everybody, c, port)...)
		o.Via = a.ways(paths)
		a.onPrem(&o, c, port)
	}
	var leaves func(*source) Verdict
	if a.brief && entry != KibanaPVL { // whose security groups look at those of the host
		leaves = func(s *source) Verdict { return s.letOut(c.destination(), port).verdict }
	}
	a.inside(&o, leaves, func(s *source) []Path {
		if c.refuses(entry, port, s.addresses) {
			return nil
		}
		return a.g.insideEntry(s, c, entry, port)
	})
	return o
}

// refuses reports whether an entry lets nobody of a set in, whatever stands
// before it.
func (c *Cluster) refuses(entry string, port int, set netset.Set) bool {
	if entry == KibanaPVL { // has no whitelist
		return false
	}
	in := c.admits(entry, set)
	return in.pass.IsEmpty() && in.unknown.IsEmpty() && !set.IsEmpty() ||
		slices.Contains([]Verdict{c.statusDecision().verdict, c.entryDecision(entry).verdict, c.portDecision(entry, port).verdict}, Blocked)
}

// balancer returns the openings of a load balancer's listeners.
func (a *asking) balancer(b *Balancer, port int) []Opening {
	ports := map[int]bool{}
	for _, l := range b.Listeners {
		if port == 0 && l.First != 0 {
			ports[l.First] = true
		}
	}
	if port != 0 {
		ports[port] = true
	}
	out := []Opening{}
	for _, p := range slices.Sorted(maps.Keys(ports)) {
		o := newOpening("lb:"+b.ID, p)
		o.Internet = a.sum(a.g.toBalancer(caller{name: schemeInternet, addresses: a.g.internet}, b, p))
		a.inside(&o, nil, func(s *source) []Path {
			return a.g.toBalancer(caller{name: s.name, addresses: s.addresses, inside: s}, b, p)
		})
		out = append(out, o)
	}
	return out
}

// sum is what all of the paths together say of each address.
func (a *asking) sum(paths []Path) Addresses {
	var out Addresses
	for _, p := range paths {
		out = out.or(p.outcome())
		a.note(p)
	}
	return out
}

// note remembers what would settle a path that is open to some address.
func (a *asking) note(p Path) {
	if !p.outcome().unknown.IsEmpty() {
		a.settle = append(a.settle, p.Settle...)
	}
}

// ways sums up paths by what they go through. What nobody gets through is left
// out.
func (a *asking) ways(paths []Path) []Via {
	for _, p := range paths {
		a.note(p)
	}
	out := through(paths, func(p Path) way { return p.way })
	for i, v := range out {
		if v.Kind != "proxy" {
			continue
		}
		own := slices.DeleteFunc(slices.Clone(paths), func(p Path) bool { return p.way != way{v.Kind, v.ID, v.Port} })
		out[i].Fronts = through(own, func(p Path) way { return p.front })
	}
	return out
}

// through sums up paths by one of their ways, in order.
func through(paths []Path, which func(Path) way) []Via {
	sums := map[way]Addresses{}
	for _, p := range paths {
		sums[which(p)] = sums[which(p)].or(p.outcome())
	}
	out := []Via{}
	for w, sum := range sums {
		if !sum.IsEmpty() {
			out = append(out, Via{Kind: w.kind, ID: w.id, Port: w.port, Internet: sum})
		}
	}
	slices.SortFunc(out, func(x, y Via) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.ID, y.ID), cmp.Compare(x.Port, y.Port))
	})
	return out
}

// inside asks for every vSwitch and every host. Where leaves is there, a host gets in as
// the addresses of its vSwitch do, if its own security groups let it out: that is what
// leaves says.
func (a *asking) inside(o *Opening, leaves func(*source) Verdict, ask func(*source) []Path) {
	if a.outside {
		return
	}
	known := map[*vswitch]told{}
	for _, s := range a.switches {
		sum := a.sum(ask(s))
		if leaves != nil && s.vswitch != nil {
			known[s.vswitch] = told{s, sum}
		}
		if !sum.IsEmpty() {
			old := o.VPCs[s.vpc]
			o.VPCs[s.vpc] = Addresses{old.Reachable.Union(sum.Reachable), old.Unknown.Union(sum.Unknown)}
		}
	}
	for _, s := range a.hosts {
		verdict, is := known[s.vswitch].about(s)
		switch {
		case !is:
			verdict = a.verdict(ask(s))
		case verdict != Blocked:
			verdict = Along(verdict, leaves(s))
		}
		switch verdict {
		case Reachable:
			o.Hosts.Reachable = append(o.Hosts.Reachable, s.host.ID)
		case Unknown:
			o.Hosts.Unknown = append(o.Hosts.Unknown, s.host.ID)
		}
	}
	slices.Sort(o.Hosts.Reachable)
	slices.Sort(o.Hosts.Unknown)
}

// told is what was found of the addresses of a vSwitch.
type told struct {
	from *source
	Addresses
}

// about is what was found of the address of a host; is is false where it is not known to
// be one of those.
func (t told) about(host *source) (v Verdict, is bool) {
	address, one := host.addresses.Single()
	switch {
	case !one || t.from == nil || t.from.vpc != host.vpc || !t.from.addresses.Contains(address):
		return Unknown, false
	case t.Reachable.Contains(address):
		return Reachable, true
	case t.Unknown.Contains(address):
		return Unknown, true
	}
	return Blocked, true
}

// verdict is what paths of one source say together.
func (a *asking) verdict(paths []Path) Verdict {
	verdict := Blocked
	for _, p := range paths {
		verdict = Over(verdict, p.Verdict)
		if p.Verdict == Unknown {
			a.settle = append(a.settle, p.Settle...)
		}
	}
	return verdict
}

func (a *asking) onPrem(o *Opening, c *Cluster, port int) {
	for _, net := range a.g.config.OnPrem {
		set := declared(net)
		switch a.verdict(a.g.onPremises(net, c, port)) {
		case Reachable:
			o.OnPrem[net.Name] = Addresses{Reachable: set}
		case Unknown:
			o.OnPrem[net.Name] = Addresses{Unknown: set}
		}
	}
}

// switchSources returns a source for the addresses of every vSwitch. What two
// of a VPC hold is a source of its own, in no vSwitch for sure.
func (g *Graph) switchSources() []*source {
	var out []*source
	for _, at := range g.regions {
		n := g.networks[at]
		once, twice := map[string]netset.Set{}, map[string]netset.Set{}
		for _, v := range n.vswitches {
			twice[v.vpc] = twice[v.vpc].Union(once[v.vpc].Intersect(v.cidrs))
			once[v.vpc] = once[v.vpc].Union(v.cidrs)
		}
		add := func(vpc string, v *vswitch, set netset.Set, placed decision) {
			if vpc != "" && !set.IsEmpty() && g.networkOf(vpc) == n {
				out = append(out, &source{name: "vpc:" + vpc, addresses: set, net: n, vpc: vpc, vswitch: v, routing: v, placed: placed})
			}
		}
		for _, v := range n.vswitches {
			add(v.vpc, v, v.cidrs.Minus(twice[v.vpc]), passes(v.Attr("CidrBlock"), "the addresses of %s", v.ID))
		}
		for _, vpc := range slices.Sorted(maps.Keys(twice)) {
			add(vpc, nil, twice[vpc], passes(nearest(n.object(snapshot.VPC, vpc).Node, n.account.Place(snapshot.VSwitch, n.region)), "addresses that several vSwitches of %s have", vpc))
		}
	}
	return out
}

// straySources returns, for every VPC that an answer names, a source for the
// addresses that no vSwitch has which was read, and one may: those of a list
// that was not read, or of a vSwitch that does not say its addresses or its VPC.
func (g *Graph) straySources() []*source {
	var out []*source
	for _, at := range g.regions {
		n := g.networks[at]
		if n.switchesRead && !n.unplaced && !slices.ContainsFunc(n.vswitches, func(v *vswitch) bool { return v.cidrs.IsEmpty() || v.open4 || v.open6 }) {
			continue
		}
		for _, vpc := range n.namedVPCs() {
			if set := n.stray(vpc); !set.IsEmpty() && g.networkOf(vpc) == n {
				s := g.addressSource(vpc, set.First())
				s.name, s.addresses = "vpc:"+vpc, set
				out = append(out, s)
			}
		}
	}
	return out
}

// stray are the addresses for which holding is Unknown.
func (n *network) stray(vpc string) netset.Set {
	var held, open netset.Set
	if !n.switchesRead {
		open = netset.Union(netset.AllV4(), netset.AllV6())
	}
	for _, v := range n.vswitches {
		switch {
		case v.vpc == vpc:
			held = held.Union(v.cidrs)
		case v.vpc != "":
			continue
		default:
			open = open.Union(v.cidrs)
		}
		if v.open4 {
			open = open.Union(netset.AllV4())
		}
		if v.open6 || v.cidrs.IsEmpty() {
			open = open.Union(netset.AllV6())
		}
	}
	return open.Minus(held)
}

// hostSources returns a source for every host that a question can name.
func (g *Graph) hostSources() []*source {
	var out []*source
	for _, at := range g.regions {
		for _, host := range at.objects(snapshot.ECS) {
			if h := g.byID.hosts[host.ID]; h.net == g.networks[at] { // else another account's host of the same id answers for it
				out = append(out, h.asked())
			}
		}
	}
	return out
}
