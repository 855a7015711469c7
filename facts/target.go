package facts

import (
	"slices"
	"strings"

	"esaudit/esyml"
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// Target says whether a dependency is an Elasticsearch cluster of Alibaba
// Cloud, and by which listeners.
type Target struct {
	Elasticsearch string `json:"elasticsearch"` // yes, no or unknown
	Leads         []Lead `json:"leads"`
	Complete      bool   `json:"complete"` // there are no other ways than leads
	Settle        []Call `json:"settle"`   // what would complete them
}

// Lead is a range of ports that leads to a port of a cluster.
type Lead struct {
	From    int     `json:"from"`
	To      int     `json:"to"`
	Running string  `json:"running"`
	Port    int     `json:"port,omitempty"` // not there when it is not known, or the one that was asked
	Keeps   bool    `json:"keeps_port"`     // it leads to the port that was asked
	Version Version `json:"cluster_version"`
	At      At      `json:"at"`
}

// nothing is a target that is no cluster.
func nothing() Target {
	return Target{Elasticsearch: "no", Leads: []Lead{}, Complete: true, Settle: []Call{}}
}

// doubt says that there may be a cluster, or another way, that was not read.
func (t *Target) doubt(a *snapshot.Account, settle []snapshot.Call) {
	if t.Elasticsearch == "no" {
		t.Elasticsearch = "unknown"
	}
	t.Complete = false
	t.Settle = append(t.Settle, calls(a, settle)...)
}

// lead adds a way to a cluster.
func (t *Target) lead(l Lead) {
	t.Elasticsearch = "yes"
	t.Leads = append(t.Leads, l)
}

// ownDomain ends the domains of the vendor's clusters.
const ownDomain = ".elasticsearch.aliyuncs.com"

func target(g *graph.Graph, c *graph.Cluster, d esyml.Dependency) Target {
	if e := g.EndpointOf(c, d.Host); e != nil {
		return endpointTarget(g, c, e)
	}
	t := nothing()
	for _, other := range g.Clusters() {
		if d.Host == strings.ToLower(other.Attr("domain").Text()) {
			return clusterTarget(other, graph.ESPrivate)
		}
		if d.Host == strings.ToLower(other.Attr("publicDomain").Text()) {
			return clusterTarget(other, graph.ESPublic)
		}
	}
	switch _, err := netset.ParseAddr(d.Host); {
	case strings.HasSuffix(d.Host, ownDomain):
		t.lead(Lead{From: 9200, To: 9200, Running: "yes", Port: 9200})
	case err == nil:
		return addressTarget(g, c, d.Host)
	case strings.HasSuffix(d.Host, ".privatelink.aliyuncs.com"):
		// An endpoint that is none of this cluster's leads nowhere; one of a list
		// that was not read may be.
		if need := need(c, "elasticsearch", "ListVpcEndpoints", c.ID); need != nil {
			t.doubt(c.Account, need)
		}
	}
	return t
}

// clusterTarget is a cluster under its own name or address.
func clusterTarget(c *graph.Cluster, entry string) Target {
	t := nothing()
	t.Elasticsearch = "yes"
	if need := need(c, "elasticsearch", "DescribeInstance", c.ID); need != nil {
		t.doubt(c.Account, need)
	}
	listens, _, at, ok := c.Ports(entry)
	if !ok {
		t.doubt(c.Account, nil)
	}
	for _, port := range append(listens[:min(len(listens), 1)], 9300) { // whether 9300 is open the version says
		t.lead(Lead{From: port, To: port, Running: "yes", Port: port, Version: version(c), At: At{at}})
	}
	return t
}

// addressTarget finds the clusters that an address is one of. In another VPC
// than the cluster's the same address may be something else.
func addressTarget(g *graph.Graph, c *graph.Cluster, address string) Target {
	t := nothing()
	vpc := c.VPC()
	for _, other := range g.MayHoldAnywhere(address) {
		v, settle := g.IsAddress(other, address)
		if v == graph.Blocked {
			v, settle = mayBeNode(other, other.VPC(), address)
		}
		own := other.Account == c.Account && other.Region == c.Region && vpc != "" && other.VPC() == vpc
		switch {
		case v == graph.Reachable && own:
			return clusterTarget(other, graph.ESPrivate)
		case v != graph.Blocked:
			t.doubt(other.Account, settle)
		}
	}
	if need := need(c, "elasticsearch", "ListInstance", ""); need != nil {
		t.doubt(c.Account, need)
	}
	return t
}

// endpointTarget follows an endpoint to the clusters behind the load balancers
// that serve its zone.
func endpointTarget(g *graph.Graph, c *graph.Cluster, e *snapshot.Node) Target {
	t := nothing()
	conn := c.Connection(e)
	switch {
	case !conn.Service.Exists() && !conn.Listed:
		t.doubt(c.Account, need(c, "privatelink", "ListVpcEndpointServices", ""))
		return t
	case !conn.Service.Exists(): // another account's: nobody shows what stands behind it
		t.doubt(c.Account, nil)
		return t
	case conn.ResourcesUnread != nil:
		t.doubt(c.Account, conn.ResourcesUnread)
	}
	if len(conn.Zones) == 0 {
		t.doubt(c.Account, conn.ZonesUnread)
	}
	if need := need(c, "elasticsearch", "ListInstance", ""); need != nil {
		t.doubt(c.Account, need)
	}
	for _, r := range conn.Resources {
		zone := r.Get("ZoneId").Text()
		serves := func(z *snapshot.Node) bool { return z.Text() == zone }
		if zone != "" && len(conn.Zones) > 0 && !slices.ContainsFunc(conn.Zones, serves) {
			continue
		}
		b := g.ResourceBalancer(c, r)
		if b == nil {
			t.doubt(c.Account, balancerList(c, r.Get("ResourceId").Text()))
			continue
		}
		balancerLeads(g, &t, b)
	}
	return t
}

// balancerLeads adds the listeners of a load balancer that lead to clusters.
func balancerLeads(g *graph.Graph, t *Target, b *graph.Balancer) {
	if need := b.UnreadListeners(); need != nil {
		t.doubt(b.Account, need)
	}
	for _, l := range b.Listeners {
		if l.Unread != nil {
			t.doubt(b.Account, l.Unread)
		}
		running := l.Running()
		if strings.EqualFold(l.Node.Get("ListenerProtocol").Text(), "udp") {
			running = graph.Blocked // carries no connection
		}
		for _, x := range targets(b, l) {
			if x.Match != "yes" {
				t.doubt(b.Account, x.settle)
				continue
			}
			if l.First == 0 { // it may be asked at any port
				t.doubt(b.Account, nil)
			}
			t.lead(Lead{From: l.First, To: l.Last, Running: word(running), Port: x.Port, Keeps: x.AnyPort.Value == "yes", Version: x.Version, At: At{l.Node}})
		}
	}
}

// balancerList is the list that would name a load balancer, as far as it was
// not read.
func balancerList(c *graph.Cluster, id string) []snapshot.Call {
	switch {
	case strings.HasPrefix(id, "nlb-"):
		return need(c, "nlb", "ListLoadBalancers", "")
	case strings.HasPrefix(id, "lb-"):
		return need(c, "slb", "DescribeLoadBalancers", "")
	}
	return nil
}

// need returns a call of the cluster's region when it was not read.
func need(c *graph.Cluster, product, operation, subject string) []snapshot.Call {
	call := snapshot.Call{Region: c.Region, Product: product, Operation: operation, Subject: subject}
	if c.Account.Read(call) {
		return nil
	}
	return []snapshot.Call{call}
}
