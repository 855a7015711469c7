package facts

import (
	"net/netip"
	"strings"

	"esaudit/esyml"
	"esaudit/graph"
	"esaudit/snapshot"
)

// Naming says which clusters of the accounts a host of the settings names
// directly, past any private connection.
type Naming struct {
	Clusters []NamedCluster `json:"clusters"`
	// Cluster is yes when the host has the form of a cluster's domain, unknown
	// when an address may be one of a cluster that was not read, else no.
	Cluster string `json:"cluster"`
	Settle  []Call `json:"settle"` // calls that would name more clusters
}

// NamedCluster is a cluster that a host names or may name.
type NamedCluster struct {
	ID           string       `json:"id"`
	Match        string       `json:"match"` // yes or unknown
	By           string       `json:"by"`    // domain or address
	Self         bool         `json:"self"`
	Architecture Architecture `json:"network_architecture"`
	VPC          Ref          `json:"vpc"`
	VSwitch      Ref          `json:"vswitch"`
	ZoneCount    Ref          `json:"zone_count"`
	Zones        []Zone       `json:"zones"`
	DataNodes    []string     `json:"data_nodes"` // addresses; none when they were not read
	At           At           `json:"at"`
	Settle       []Call       `json:"settle"` // of an unknown match, and of what is not known of it
}

// clusterDomain ends the private and the public domain of every cluster (the
// fields domain and publicDomain of DescribeInstance).
const clusterDomain = ".elasticsearch.aliyuncs.com"

// naming looks for the clusters that a host names.
func naming(g *graph.Graph, c *graph.Cluster, d esyml.Dependency) Naming {
	out := Naming{Clusters: []NamedCluster{}, Cluster: "no", Settle: []Call{}}
	if d.Host == "" || d.Wildcard || d.Local {
		return out
	}
	addr, err := netip.ParseAddr(d.Host)
	switch {
	case err == nil && addr.IsPrivate():
		if addr.Zone() != "" {
			c.Account.Doubt("elasticsearch") // it cannot be read, and may be any cluster's
		}
		out.Cluster, out.Clusters = "unknown", byAddress(g, c, addr.Unmap().String())
	case strings.HasSuffix(d.Host, clusterDomain):
		out.Cluster, out.Clusters = "yes", byDomain(g, c, d.Host)
	}
	if out.Cluster != "no" {
		out.Settle = append(out.Settle, unlisted(g)...)
	}
	return out
}

// byAddress finds the clusters of the account that have an address, or may.
func byAddress(g *graph.Graph, c *graph.Cluster, address string) []NamedCluster {
	out := []NamedCluster{}
	for _, other := range g.Clusters() {
		if other.Account != c.Account {
			continue
		}
		if verdict, need := g.IsAddress(other, address); verdict != graph.Blocked {
			out = append(out, namedCluster(g, c, other, verdict, "address", need))
		}
	}
	return out
}

// byDomain finds the cluster with a domain: most have their id in it.
func byDomain(g *graph.Graph, c *graph.Cluster, host string) []NamedCluster {
	id, _, _ := strings.Cut(host, ".")
	if other := g.Cluster(id); other != nil && hasDomain(other, host) {
		return []NamedCluster{namedCluster(g, c, other, graph.Reachable, "domain", nil)}
	}
	out := []NamedCluster{}
	for _, other := range g.Clusters() {
		if hasDomain(other, host) {
			out = append(out, namedCluster(g, c, other, graph.Reachable, "domain", nil))
		}
	}
	return out
}

// unlisted are the lists of clusters that were not read.
func unlisted(g *graph.Graph) []Call {
	var out []Call
	for _, a := range g.Snapshot().Accounts() {
		for _, region := range graph.Regions(a) {
			call := callOf(a, snapshot.Call{Region: region, Product: "elasticsearch", Operation: "ListInstance"})
			if !call.Read {
				out = append(out, call)
			}
		}
	}
	return out
}

// hasDomain: the cluster's own domain, as it says or as the vendor forms it.
func hasDomain(c *graph.Cluster, host string) bool {
	for _, field := range []string{"domain", "publicDomain"} {
		if own := strings.ToLower(c.Attr(field).Text()); own != "" && host == strings.TrimSuffix(own, ".") {
			return true
		}
	}
	name, _, _ := strings.Cut(host, ".")
	return name == strings.ToLower(c.ID) && strings.HasSuffix(host, clusterDomain)
}

func namedCluster(g *graph.Graph, self, c *graph.Cluster, match graph.Verdict, by string, need []snapshot.Call) NamedCluster {
	out := NamedCluster{
		ID: c.ID, Match: word(match), By: by, Self: c == self, Architecture: architecture(g, c), VPC: textValue(c.Home(), c.Node),
		VSwitch: textRef(c, "networkConfig", "vswitchId"), ZoneCount: zoneCount(c), Zones: zones(c), DataNodes: []string{}, At: At{c.Node},
		Settle: calls(c.Account, need),
	}
	for _, n := range c.Aspect(snapshot.Nodes).Items() {
		if host := n.Get("host").Text(); host != "" && strings.HasPrefix(n.Get("nodeType").Text(), "WORKER") {
			out.DataNodes = append(out.DataNodes, host)
		}
	}
	for _, operation := range []string{"DescribeInstance", "ListAllNode"} {
		call := callOf(c.Account, snapshot.Call{Region: c.Region, Product: "elasticsearch", Operation: operation, Subject: c.ID})
		if !call.Read {
			out.Settle = append(out.Settle, call)
		}
	}
	return out
}

// zoneCount is the number of zones a cluster is said to run in.
func zoneCount(c *graph.Cluster) Ref {
	n := c.Attr("zoneCount")
	var value any
	if count, ok := n.Int(); ok && count > 0 {
		value = count
	}
	return ref(value, n, c.Node)
}
