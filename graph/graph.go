package graph

import (
	"net/netip"
	"regexp"
	"sync/atomic"

	"esaudit/config"
	"esaudit/netset"
	"esaudit/snapshot"
)

// Graph is an estate made ready for questions. It is not changed once built,
// and may be asked by several goroutines.
type Graph struct {
	snapshot  *snapshot.Snapshot
	config    config.Config
	regions   []scope // all regions of all accounts, in order
	networks  map[scope]*network
	homes     map[string]*network // by VPC: the region that holds it, or its vSwitches
	clusters  []*Cluster
	balancers []*Balancer
	byID      byID
	insiders  lazy[insiders]
	kept      atomic.Int64   // plans of clusters and load balancers
	internet  netset.Set     // INTERNET4 and INTERNET6 of SEMANTICS 3
	endpoint  *regexp.Regexp // the form of an endpoint's domain
}

// byID finds what questions name. Of several accounts' objects with one id, the
// first answers.
type byID struct {
	clusters  map[string]*Cluster
	balancers map[string]*Balancer
	hosts     map[string]*located
}

// located is a host and the region it is in.
type located struct {
	snapshot.Object
	net    *network
	source lazy[*source]
}

// first puts a value under a key that has none.
func first[T any](m map[string]T, key string, value T) {
	if _, taken := m[key]; !taken {
		m[key] = value
	}
}

// Build indexes a snapshot. Declarations of the configuration take part in the
// answers: architecture, proxies, networks on premises.
func Build(s *snapshot.Snapshot, c config.Config) *Graph {
	g := &Graph{
		snapshot: s, config: c, networks: map[scope]*network{}, homes: map[string]*network{},
		byID:     byID{map[string]*Cluster{}, map[string]*Balancer{}, map[string]*located{}},
		internet: netset.Internet4().Union(netset.Internet6()),
		endpoint: regexp.MustCompile(`^(ep-[a-z0-9]+)(-[a-z0-9-]+)?\.(.+)\.privatelink\.aliyuncs\.com$`),
	}
	for _, a := range s.Accounts() {
		for _, region := range regionsOf(a) {
			at := scope{a, region}
			n := newNetwork(at)
			g.regions = append(g.regions, at)
			g.networks[at] = n
			for _, o := range at.objects(snapshot.Cluster) {
				g.clusters = append(g.clusters, newCluster(o, n))
			}
			n.balancers = balancers(n)
			n.balancerIDs = map[string]*Balancer{}
			for _, b := range n.balancers {
				first(n.balancerIDs, b.ID, b)
			}
			g.balancers = append(g.balancers, n.balancers...)
			hosts := at.objects(snapshot.ECS)
			places := make([]located, len(hosts))
			for i, o := range hosts {
				places[i].Object, places[i].net = o, n
				first(g.byID.hosts, o.ID, &places[i])
			}
		}
	}
	g.settleDown()
	for _, c := range g.clusters {
		first(g.byID.clusters, c.ID, c)
	}
	for _, b := range g.balancers {
		first(g.byID.balancers, b.ID, b)
	}
	for _, at := range g.regions {
		for _, other := range g.regions {
			if other.region == at.region && other.account != at.account {
				g.networks[at].others = append(g.networks[at].others, g.networks[other])
			}
		}
	}
	g.link()
	return g
}

// settleDown finds the region that is the home of each VPC: the first that lists
// it, else the first with a vSwitch that names it.
func (g *Graph) settleDown() {
	for _, at := range g.regions {
		for _, o := range at.objects(snapshot.VPC) {
			first(g.homes, o.ID, g.networks[at])
		}
	}
	for _, at := range g.regions {
		for _, v := range g.networks[at].vswitches {
			if v.vpc != "" {
				first(g.homes, v.vpc, g.networks[at])
			}
		}
	}
}

// Snapshot returns what the graph was built from.
func (g *Graph) Snapshot() *snapshot.Snapshot { return g.snapshot }

// Config returns the declarations the graph was built with.
func (g *Graph) Config() config.Config { return g.config }

// Clusters returns all clusters, by account, region and id.
func (g *Graph) Clusters() []*Cluster { return g.clusters }

// Cluster returns a cluster by its id; nil when there is none.
func (g *Graph) Cluster(id string) *Cluster { return g.byID.clusters[id] }

// Balancers returns all classic and network load balancers, by account, region
// and id.
func (g *Graph) Balancers() []*Balancer { return g.balancers }

func (g *Graph) balancer(id string) *Balancer { return g.byID.balancers[id] }

// BalancerAnywhere returns a load balancer of an account by its id, in whatever
// region; nil when there is none.
func (g *Graph) BalancerAnywhere(a *snapshot.Account, id string) *Balancer {
	for _, at := range g.regions {
		if b := g.networks[at].balancerIDs[id]; b != nil && at.account == a {
			return b
		}
	}
	return nil
}

// Public returns the path of an address of the internet through the public
// entry of a cluster (P1). scheme is es or kibana.
func (g *Graph) Public(c *Cluster, scheme string, a netip.Addr) []Path {
	return explain([]Path{g.publicWay(c, scheme, a)})
}

// Exposed returns the hops of that way; in is false, and nothing is explained, where
// the address does not get in for certain.
func (g *Graph) Exposed(c *Cluster, scheme string, a netip.Addr) (hops []Hop, in bool) {
	way := []Path{g.publicWay(c, scheme, a)}
	if way[0].Verdict != Reachable {
		return nil, false
	}
	return explain(way)[0].Hops, true
}

func (g *Graph) publicWay(c *Cluster, scheme string, a netip.Addr) Path {
	entry := ESPublic
	if scheme == schemeKibana {
		entry = KibanaPublic
	}
	return g.publicPath(caller{name: schemeInternet, addresses: netset.Addr(a)}, c, entry, c.publicPort(scheme))
}

func (c *Cluster) publicPort(scheme string) int {
	entry := ESPublic
	if scheme == schemeKibana {
		entry = KibanaPublic
	}
	if ports, _, _, ok := c.Ports(entry); ok {
		return ports[0]
	}
	return 0
}

// EndpointOf returns the VPC endpoint of a cluster that a host names; nil when
// it names none.
func (g *Graph) EndpointOf(c *Cluster, host string) *snapshot.Node {
	form := g.endpoint.FindStringSubmatch(host)
	if form == nil {
		return nil
	}
	for _, e := range c.Aspect(snapshot.VPCEndpoints).Items() {
		if e.Get("endpointId").Text() == form[1] {
			return e
		}
	}
	return nil
}

// IsAddress says whether an address is one of a cluster: Reachable for yes,
// Unknown when it may be, with what would settle it.
func (g *Graph) IsAddress(c *Cluster, address string) (Verdict, []snapshot.Call) {
	return c.IsAddressIn(c.vpc, address)
}

// Regions returns the regions of an account: those it was collected in, and
// any other that an object stands in.
func Regions(a *snapshot.Account) []string { return regionsOf(a) }

// Running says whether a listener is running: Reachable for yes.
func (l *Listener) Running() Verdict {
	running, _ := l.carries()
	return running.verdict
}
