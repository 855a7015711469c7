package reach

import (
	"fmt"
	"slices"
	"strings"

	"esaudit/esyml"
	"esaudit/graph"
)

// step is one step towards a private connection, and how far it is.
type step struct {
	what  string
	state string
	style style
}

// featureName says what needs a host.
func featureName(feature string) string {
	switch feature {
	case esyml.Watcher:
		return "Watcher, which sends alerts"
	case esyml.LDAP:
		return "LDAP, which logs people in"
	case esyml.ActiveDirectory:
		return "Active Directory, which logs people in"
	case esyml.Reindex:
		return "reindex from another cluster"
	case esyml.SAML:
		return "SAML, which logs people in"
	case esyml.OIDC:
		return "OpenID Connect, which logs people in"
	case esyml.Kerberos:
		return "Kerberos, which logs people in"
	case esyml.PKI:
		return "certificates, which log people in"
	case esyml.RemoteDictionary:
		return "dictionaries, which a plug-in fetches"
	case graph.RemoteCluster:
		return "search in, or replication from, another cluster"
	}
	return feature
}

// stage is a step of the vendor's guide: what it wants, and which controls say
// whether it is done.
type stage struct {
	what     string
	controls []string
}

// stages are the steps in the order of the guide "Create private connections
// for Alibaba Cloud Elasticsearch with PrivateLink and SLB" (2026-02-14).
func stages(c *graph.Cluster, x graph.Dependency) []stage {
	port := fmt.Sprint(x.Port)
	where := "in " + c.Region
	if zones := zonesOf(c); zones != "" {
		where += ", with a zone of the cluster (" + zones + ")"
	}
	balancer, servers := "an internal CLB or NLB", "servers behind it: an ECS or network interface that serves, or forwards to, "+x.Host+" (CLB or NLB)"
	if strings.HasSuffix(x.Host, ".privatelink.aliyuncs.com") {
		servers = "servers behind it: an ECS or network interface that serves what the setting asks for, or forwards to it (CLB or NLB)"
	}
	switch x.Feature {
	case esyml.Reindex, graph.RemoteCluster:
		balancer, servers = "an internal NLB", "a server group of type IP in the other cluster's VPC, with that cluster's private addresses and port"
	case esyml.Watcher:
		servers = "servers behind it: an ECS that forwards to " + x.Host + ", such as NGINX with a way out through an EIP or SNAT"
	}
	return []stage{
		{balancer + " " + where, []string{"lb-active", "lb-internal"}},
		{servers + "; weight above 0, healthy, and admitting the load balancer", []string{"backend", "backend-weight", "backend-health", "backend-admits"}},
		{"a TCP listener on " + port + " that forwards to them, admitting every source", []string{"listener", "listener-protocol", "listener-filter"}},
		{"an endpoint service of the load balancer's type in the same region, with the load balancer as its resource in that zone", []string{"service", "zone"}},
		{"a private connection of the cluster (Configuration and Management > Security > Configure Private Connection) to that service in that zone", []string{"host"}},
		{"the connection accepted in the endpoint service (VPC > Endpoint Services > Endpoint Connections), until it is Connected", []string{"endpoint-state"}},
		{"the endpoint's domain with port " + port + " in " + x.Origin, []string{"host"}},
	}
}

func zonesOf(c *graph.Cluster) string {
	var zones []string
	for _, z := range c.Attr("zoneInfos").Items() {
		if id := z.Get("zoneId").Text(); id != "" {
			zones = append(zones, id)
		}
	}
	return strings.Join(zones, ", ")
}

// build says what a dependency still takes. note stands alone where no private
// connection can help.
func build(c *graph.Cluster, x graph.Dependency, path graph.Path, g *graph.Graph) (list []step, note string) {
	if x.Host == "" || x.Port == 0 {
		return nil, ""
	}
	switch arch := g.Architecture(c); arch.Value {
	case graph.Original:
		return nil, "The cluster has the original network architecture, which has no private connections: name an ECS in its VPC, by its private address, whose security groups admit the cluster's vSwitch at this port."
	case graph.Unsupported:
		return nil, "No private connection is possible: " + arch.Because + "."
	case graph.New:
	default:
		return nil, "Whether private connections are possible depends on the network architecture, which is not known: " + arch.Because + "."
	}
	for _, s := range stages(c, x) {
		list = append(list, done(s, path))
	}
	if x.Feature == graph.RemoteCluster {
		note = "Two clusters of Alibaba Cloud in one VPC are connected in the console instead (cluster interconnection); their transport port is for each other only."
	}
	return list, note
}

// done tells how far a stage is, from the controls of the path that was tried.
func done(s stage, path graph.Path) step {
	out := step{what: s.what, state: "missing", style: bad}
	verdict, seen := graph.Reachable, false
	for _, h := range path.Hops {
		if slices.Contains(s.controls, h.Control) {
			verdict, seen = graph.Along(verdict, h.Verdict), true
		}
	}
	led := slices.ContainsFunc(path.Hops, func(h graph.Hop) bool { return h.Control == "endpoint-state" })
	switch {
	case seen && verdict == graph.Reachable:
		out.state, out.style = "done", good
	case seen && verdict == graph.Unknown, !seen && led:
		out.state, out.style = "unknown", unsure
	case seen && led:
		out.state = "broken"
	}
	return out
}
