package facts

import (
	"cmp"
	"fmt"
	"slices"

	"esaudit/graph"
	"esaudit/snapshot"
)

// Kinds returns the kinds of subjects a document holds, sorted.
func Kinds() []string {
	return []string{
		"account", "clb", "ecs", "elasticsearch", "endpoint", "endpoint-service", "nat", "nlb", "object", "ram-group", "ram-role", "ram-user",
		"region", "vpc", "vswitch",
	}
}

// Build computes the facts of every subject, by ARN.
func Build(g *graph.Graph) Document { return build(g, clusters, principals, accounts) }

// build computes the facts of some lists of subjects and of everything that may
// stand on a path.
func build(g *graph.Graph, lists ...func(*graph.Graph) []Subject) Document {
	d := gather(g, lists...)
	paths := newScope(g)
	for _, subjects := range []func(*graph.Graph, *scope) []Subject{services, balancers, hosts, networks, gateways, regions} {
		d.Subjects = append(d.Subjects, subjects(g, paths)...)
	}
	d.Subjects = consistent(g, d.Subjects)
	d.sort()
	return d
}

// gather is a document of some lists of subjects, which are not sorted yet.
func gather(g *graph.Graph, lists ...func(*graph.Graph) []Subject) Document {
	d := Document{Schema: Schema, Config: g.Config(), Subjects: []Subject{}}
	for _, subjects := range lists {
		d.Subjects = append(d.Subjects, subjects(g)...)
	}
	for i := range d.Subjects {
		d.Subjects[i].Inconsistencies = append([]Inconsistency{}, d.Subjects[i].Inconsistencies...)
	}
	return d
}

func (d Document) sort() {
	slices.SortStableFunc(d.Subjects, func(a, b Subject) int { return cmp.Compare(a.ARN, b.ARN) })
}

// clusters are the clusters and their VPC endpoints.
func clusters(g *graph.Graph) []Subject { return clustersOf(g, g.Clusters()) }

// clustersOf are some clusters of a graph and their VPC endpoints.
func clustersOf(g *graph.Graph, list []*graph.Cluster) []Subject {
	var out []Subject
	asserted, near := g.Assertions(), newSurroundings(g)
	for _, c := range list {
		f := clusterFacts(g, c)
		f.Assertions = assertionsOf(asserted, c)
		f.Network, f.Kibana = near.network(c, f.Whitelists), near.kibana(c)
		out = append(out, clusterSubject(c, f))
		for _, e := range c.Aspect(snapshot.VPCEndpoints).Items() {
			if id := e.Get("endpointId").Text(); id != "" {
				o := c.Object
				o.ID = id
				out = append(out, subject(o, "endpoint", "privatelink", "vpcendpoint/"+id, e.Get("endpointName").Text(), endpointFacts(g, c, e, f.PrivateNames)))
			}
		}
	}
	return out
}

func clusterSubject(c *graph.Cluster, facts any) Subject {
	return subject(c.Object, "elasticsearch", "elasticsearch", "instances/"+c.ID, c.Attr("description").Text(), facts)
}

// balancers are the load balancers.
func balancers(g *graph.Graph, paths *scope) []Subject {
	var out []Subject
	for _, b := range g.Balancers() {
		if b.ID == "" { // a listener that does not say whose it is
			continue
		}
		kind, product := "clb", "slb"
		if b.IsNetwork() {
			kind, product = "nlb", "nlb"
		}
		out = append(out, subject(b.Object, kind, product, "loadbalancer/"+b.ID, b.Attr("LoadBalancerName").Text(), balancerFacts(b, paths)))
	}
	return out
}

// regions are the regions an account was read in.
func regions(g *graph.Graph, paths *scope) []Subject { return regionsOf(g.Snapshot(), paths) }

func regionsOf(s *snapshot.Snapshot, paths *scope) []Subject {
	var out []Subject
	for _, a := range s.Accounts() {
		for _, region := range graph.Regions(a) {
			o := snapshot.Object{Account: a, Region: region, ID: region}
			s := subject(o, "region", "", "region/"+region, "", regionFacts(a, region, paths))
			out = append(out, s)
		}
	}
	return out
}

// subject names an object by its ARN (CONTRACT 5).
func subject(o snapshot.Object, kind, product, resource, name string, facts any) Subject {
	return Subject{
		Kind: kind, ID: o.ID, Region: o.Region, Account: o.Account.ID, TakenAt: takenAt(o.Account), Name: name, Facts: facts,
		Tags: labels(o.Node.Get("attributes")), ResourceGroup: resourceGroup(o.Node.Get("attributes")),
		ARN: fmt.Sprintf("acs:%s:%s:%s:%s", product, o.Region, o.Account.ID, resource),
	}
}

// word names a verdict that answers a yes-or-no question.
func word(v graph.Verdict) string {
	return map[graph.Verdict]string{graph.Reachable: "yes", graph.Blocked: "no", graph.Unknown: "unknown"}[v]
}

// calls describes calls to the vendor; never nil.
func calls(a *snapshot.Account, list []snapshot.Call) []Call {
	out := []Call{}
	for _, c := range list {
		out = append(out, callOf(a, c))
	}
	return out
}

// RegionFacts says which lists of a region were read.
type RegionFacts struct {
	Lists []List `json:"lists"`
}

// List is a call that names objects of a kind.
type List struct {
	Kind string `json:"kind"`
	Call
}

func regionFacts(a *snapshot.Account, region string, paths *scope) RegionFacts {
	f := RegionFacts{Lists: []List{}}
	add := func(kind, product, operation, subject string) {
		c := snapshot.Call{Region: region, Product: product, Operation: operation, Subject: subject}
		f.Lists = append(f.Lists, List{kind, callOf(a, c)})
	}
	add("elasticsearch", "elasticsearch", "ListInstance", "")
	add("clb", "slb", "DescribeLoadBalancers", "")
	add("nlb", "nlb", "ListLoadBalancers", "")
	add("endpoint", "elasticsearch", "ListInstance", "")
	add("endpoint-service", "privatelink", "ListVpcEndpointServices", "")
	for _, c := range a.In(snapshot.Cluster, region) {
		add("endpoint", "elasticsearch", "ListVpcEndpoints", c.ID)
	}
	f.Lists = append(f.Lists, networkLists(place{a, region}, paths)...)
	return f
}
