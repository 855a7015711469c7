package graph

import (
	"slices"
	"strconv"
	"strings"

	"esaudit/config"
	"esaudit/netset"
	"esaudit/snapshot"
)

// Checked is what holds of one assertion for one target.
type Checked struct {
	config.Assertion
	Cluster *Cluster // the target, or for must es:ID -> HOST:PORT the source
	// Violating is who breaks it, exactly: CIDRs, VPC/CIDR, ecs:ID, onprem:NAME,
	// es:ID. Undecided is who may.
	Violating, Undecided []string
	Path                 []Hop // of one who breaks it, or may
	Settle               []snapshot.Call
}

// Assertions checks what the configuration asserts, target by target. A target
// that no answer names yields nothing for never and only, and is undecided for
// must.
func (g *Graph) Assertions() []Checked {
	var out []Checked
	for _, a := range g.config.Asserted() {
		scheme, rest, _ := strings.Cut(a.Target, ":")
		if scheme != schemeES && scheme != schemeKibana {
			out = append(out, g.checkOutbound(a)...)
			continue
		}
		id, text, _ := strings.Cut(rest, ":")
		port, _ := strconv.Atoi(text)
		for _, c := range g.clusters {
			if id == "*" || c.ID == id {
				out = append(out, g.check(a, c, scheme, port))
			}
		}
	}
	return out
}

// checkOutbound checks must es:ID -> HOST:PORT.
func (g *Graph) checkOutbound(a config.Assertion) []Checked {
	var out []Checked
	for _, source := range a.Sources {
		id, ok := strings.CutPrefix(source, schemeES+":")
		c := g.Cluster(id)
		if !ok || c == nil {
			continue
		}
		x := Checked{Assertion: a, Cluster: c}
		answer, err := g.Reach(source, a.Target)
		switch {
		case err != nil || answer.Verdict == Unknown:
			x.Undecided = []string{source}
		case answer.Verdict == Blocked:
			x.Violating = []string{source}
		}
		if x.Path = answer.Path; answer.Verdict == Unknown {
			for _, s := range answer.Settle {
				x.Settle = append(x.Settle, s.Call)
			}
		}
		out = append(out, x)
	}
	return out
}

// check compares who gets to a cluster with what is asserted of it.
func (g *Graph) check(a config.Assertion, c *Cluster, scheme string, port int) Checked {
	x := Checked{Assertion: a, Cluster: c}
	named := g.named(a.Sources)
	q := g.ask(c.near())
	q.outside = a.Verb == "never" && named.outside()
	in := whoGetsIn(q.cluster(c, scheme, port), scheme)
	var breaking, open who
	switch a.Verb {
	case "never":
		breaking, open = in.sure.both(named, g), in.maybe.both(named, g)
	case "only":
		breaking, open = in.sure.beyond(named, g), in.maybe.beyond(named, g)
	default:
		missing := g.everybody(a.Sources).without(in.sure)
		open = missing.common(in.maybe)
		breaking = missing.without(in.maybe)
	}
	x.Violating, x.Undecided = breaking.names(), open.names()
	if x.Violating == nil && x.Undecided != nil {
		x.Settle = q.settle
	}
	x.Path = g.example(a.Verb, breaking, open, c, scheme, port)
	return x
}

// who is a set of sources: addresses of the internet, addresses of VPCs, hosts,
// networks on premises.
type who struct {
	internet netset.Set
	vpcs     map[string]netset.Set
	hosts    map[string]bool
	onPrem   map[string]bool
}

func newWho() who {
	return who{vpcs: map[string]netset.Set{}, hosts: map[string]bool{}, onPrem: map[string]bool{}}
}

// entrants is who gets in for sure, and who may.
type entrants struct{ sure, maybe who }

// whoGetsIn sums up openings: by any entry and port, and through anything.
func whoGetsIn(list []Opening, scheme string) entrants {
	in := entrants{newWho(), newWho()}
	add := func(w who, pick func(Addresses) netset.Set, o Opening, hosts []string) who {
		w.internet = w.internet.Union(pick(o.Internet))
		for _, v := range o.Via {
			w.internet = w.internet.Union(pick(v.Internet))
		}
		for vpc, a := range o.VPCs {
			if set := pick(a); !set.IsEmpty() {
				w.vpcs[vpc] = w.vpcs[vpc].Union(set)
			}
		}
		for _, id := range hosts {
			w.hosts[id] = true
		}
		for name, a := range o.OnPrem {
			if !pick(a).IsEmpty() {
				w.onPrem[name] = true
			}
		}
		return w
	}
	for _, o := range list {
		if strings.HasPrefix(o.Entry, schemeKibana) != (scheme == schemeKibana) {
			continue
		}
		in.sure = add(in.sure, func(a Addresses) netset.Set { return a.Reachable }, o, o.Hosts.Reachable)
		in.maybe = add(in.maybe, func(a Addresses) netset.Set { return a.Unknown }, o, o.Hosts.Unknown)
	}
	in.maybe = in.maybe.without(in.sure)
	return in
}

// named is what sources name: every address of a VPC or of a CIDR, wherever it
// is seen.
type namedSources struct {
	internet bool
	cidrs    netset.Set
	vpcs     []string
	hosts    []string
	onPrem   []string
}

// outside reports whether nobody inside a VPC is named.
func (n namedSources) outside() bool {
	return n.cidrs.IsEmpty() && len(n.vpcs)+len(n.hosts)+len(n.onPrem) == 0
}

func (g *Graph) named(sources []string) namedSources {
	var n namedSources
	for _, s := range sources {
		scheme, id, _ := strings.Cut(s, ":")
		p, err := netset.ParseCIDR(s)
		switch {
		case s == schemeInternet:
			n.internet = true
		case err == nil:
			n.cidrs = n.cidrs.Union(netset.Of(p))
		case scheme == schemeECS:
			n.hosts = append(n.hosts, id)
		case scheme == schemeOnPrem:
			n.onPrem = append(n.onPrem, id)
		default:
			n.vpcs = append(n.vpcs, s)
		}
	}
	return n
}

// addressesOf returns the part of a set of one place that the sources name. vpc
// is "" for the internet.
func (n namedSources) addressesOf(set netset.Set, vpc string) netset.Set {
	if vpc == "" && n.internet || vpc != "" && slices.Contains(n.vpcs, vpc) {
		return set
	}
	return set.Intersect(n.cidrs)
}

// holdsHost reports whether the sources name a host, by itself, its VPC or its
// address.
func (n namedSources) holdsHost(g *Graph, id string) bool {
	if slices.Contains(n.hosts, id) {
		return true
	}
	h := g.byID.hosts[id]
	if h == nil {
		return false
	}
	s := h.asked()
	return slices.Contains(n.vpcs, s.vpc) || !s.addresses.IsEmpty() && n.cidrs.ContainsSet(s.addresses)
}

func (n namedSources) holdsNetwork(g *Graph, name string) bool {
	net, ok := g.onPremNamed(name)
	return slices.Contains(n.onPrem, name) || ok && n.cidrs.ContainsSet(declared(net))
}

// both returns who is in w and named.
func (w who) both(n namedSources, g *Graph) who { return w.split(n, g, true) }

// beyond returns who is in w and not named.
func (w who) beyond(n namedSources, g *Graph) who { return w.split(n, g, false) }

func (w who) split(n namedSources, g *Graph, named bool) who {
	out := newWho()
	part := func(set netset.Set, vpc string) netset.Set {
		in := n.addressesOf(set, vpc)
		if named {
			return in
		}
		return set.Minus(in)
	}
	out.internet = part(w.internet, "")
	for vpc, set := range w.vpcs {
		if set = part(set, vpc); !set.IsEmpty() {
			out.vpcs[vpc] = set
		}
	}
	for id := range w.hosts {
		if n.holdsHost(g, id) == named {
			out.hosts[id] = true
		}
	}
	for name := range w.onPrem {
		if n.holdsNetwork(g, name) == named {
			out.onPrem[name] = true
		}
	}
	return out
}

// everybody is all of what sources name, for must. A CIDR is looked for on the
// internet, as far as it is part of it, and in the VPCs that hold any of it.
func (g *Graph) everybody(sources []string) who {
	n := g.named(sources)
	out := newWho()
	if n.internet {
		out.internet = g.internet
	}
	out.internet = out.internet.Union(n.cidrs.Intersect(g.internet))
	inside := n.cidrs.Minus(g.internet)
	nowhere := inside
	for _, s := range g.switchSources() {
		set := s.addresses.Intersect(inside)
		if slices.Contains(n.vpcs, s.vpc) {
			set = s.addresses
		}
		if !set.IsEmpty() {
			out.vpcs[s.vpc] = out.vpcs[s.vpc].Union(set)
		}
		nowhere = nowhere.Minus(set)
	}
	out.internet = out.internet.Union(nowhere) // in no VPC that was read
	for _, id := range n.hosts {
		out.hosts[id] = true
	}
	for _, name := range n.onPrem {
		out.onPrem[name] = true
	}
	return out
}

// without returns who is in w and not in v.
func (w who) without(v who) who {
	out := newWho()
	out.internet = w.internet.Minus(v.internet)
	for vpc, set := range w.vpcs {
		if set = set.Minus(v.vpcs[vpc]); !set.IsEmpty() {
			out.vpcs[vpc] = set
		}
	}
	for id := range w.hosts {
		if !v.hosts[id] {
			out.hosts[id] = true
		}
	}
	for name := range w.onPrem {
		if !v.onPrem[name] {
			out.onPrem[name] = true
		}
	}
	return out
}

// common returns who is in both.
func (w who) common(v who) who { return w.without(w.without(v)) }

// names lists who it is; nil for nobody.
func (w who) names() []string {
	var out []string
	for _, p := range w.internet.Prefixes() {
		out = append(out, p.String())
	}
	var inside []string
	for vpc, set := range w.vpcs {
		for _, p := range set.Prefixes() {
			inside = append(inside, vpc+"/"+p.String())
		}
	}
	for id := range w.hosts {
		inside = append(inside, schemeECS+":"+id)
	}
	for name := range w.onPrem {
		inside = append(inside, schemeOnPrem+":"+name)
	}
	slices.Sort(inside)
	return append(out, inside...)
}

// example is the path of one who breaks an assertion, else of one who may: by
// the first port at which that shows.
func (g *Graph) example(verb string, breaking, open who, c *Cluster, scheme string, port int) []Hop {
	names, want := breaking.names(), Reachable
	switch {
	case names == nil:
		names, want = open.names(), Unknown
	case verb == "must":
		want = Blocked
	}
	if names == nil {
		return nil
	}
	ports := []int{port}
	if port == 0 {
		ports = c.portsSpoken(scheme)
	}
	for _, p := range ports {
		if a, err := g.Reach(question(names[0]), scheme+":"+c.ID+":"+itoa(p)); err == nil && a.Verdict == want {
			return a.Path
		}
	}
	return nil
}

// portsSpoken returns the ports at which any entry of Elasticsearch or of Kibana
// is, or may be.
func (c *Cluster) portsSpoken(scheme string) []int {
	var ports []int
	for _, entry := range EntryNames() {
		if strings.HasPrefix(entry, schemeKibana) == (scheme == schemeKibana) {
			ports = append(ports, c.openPorts(entry, 0)...)
		}
	}
	return ports
}

// question is the source of a single question about a name that names gives.
func question(name string) string {
	vpc, rest, inside := strings.Cut(name, "/")
	if p, err := netset.ParseCIDR(name); err == nil {
		return schemeInternet + ":" + p.Addr().String()
	}
	if inside && !strings.Contains(vpc, ":") {
		address, _, _ := strings.Cut(rest, "/")
		return schemeVPC + ":" + vpc + "/" + address
	}
	return name
}
