package facts

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
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
func Build(g *graph.Graph) Document { return documentOf(g, Each(g)) }

// Each computes the facts of one subject after the other, in an order that is the
// same each time and not that of their ARNs.
func Each(g *graph.Graph) iter.Seq[Subject] { return each(g, clusters, principals, accounts) }

// list gives subjects until it is told to stop; it returns false then.
type list = func(g *graph.Graph, yield func(Subject) bool) bool

// each computes the facts of some lists of subjects and of everything that may
// stand on a path.
func each(g *graph.Graph, lists ...list) iter.Seq[Subject] {
	return func(yield func(Subject) bool) {
		found := inconsistencies(g)
		complete := func(s Subject) bool {
			s.Inconsistencies = append([]Inconsistency{}, found[s.ARN].Inconsistencies...)
			delete(found, s.ARN)
			return yield(s)
		}
		for _, subjects := range lists {
			if !subjects(g, complete) {
				return
			}
		}
		paths := newScope(g)
		for _, subjects := range []func(*graph.Graph, *scope, func(Subject) bool) bool{services, balancers, hosts, networks, gateways, regions} {
			if !subjects(g, paths, complete) {
				return
			}
		}
		for _, arn := range slices.Sorted(maps.Keys(found)) {
			if !yield(found[arn]) {
				return
			}
		}
	}
}

// documentOf is a document of subjects.
func documentOf(g *graph.Graph, subjects iter.Seq[Subject]) Document {
	d := Document{Schema: Schema, Config: g.Config(), Subjects: slices.AppendSeq([]Subject{}, subjects)}
	slices.SortStableFunc(d.Subjects, func(a, b Subject) int { return cmp.Compare(a.ARN, b.ARN) })
	return d
}

// clusters are the clusters and their VPC endpoints.
func clusters(g *graph.Graph, yield func(Subject) bool) bool {
	return clustersOf(g, g.Clusters(), yield)
}

// clustersOf are some clusters of a graph and their VPC endpoints.
func clustersOf(g *graph.Graph, some []*graph.Cluster, yield func(Subject) bool) bool {
	asserted, near := g.Assertions(), newSurroundings(g)
	for _, c := range some {
		f := clusterFacts(g, c)
		f.Assertions = assertionsOf(asserted, c)
		f.Network, f.Kibana = near.network(c, f.Whitelists), near.kibana(c)
		if !yield(clusterSubject(c, f)) {
			return false
		}
		for _, e := range c.Aspect(snapshot.VPCEndpoints).Items() {
			id := e.Get("endpointId").Text()
			if id == "" {
				continue
			}
			o := c.Object
			o.ID = id
			if !yield(subject(o, "endpoint", "privatelink", "vpcendpoint/"+id, e.Get("endpointName").Text(), endpointFacts(g, c, e, f.PrivateNames))) {
				return false
			}
		}
	}
	return true
}

func clusterSubject(c *graph.Cluster, facts any) Subject {
	return subject(c.Object, "elasticsearch", "elasticsearch", "instances/"+c.ID, c.Attr("description").Text(), facts)
}

// balancers are the load balancers.
func balancers(g *graph.Graph, paths *scope, yield func(Subject) bool) bool {
	for _, b := range g.Balancers() {
		if b.ID == "" { // a listener that does not say whose it is
			continue
		}
		kind, product := "clb", "slb"
		if b.IsNetwork() {
			kind, product = "nlb", "nlb"
		}
		if !yield(subject(b.Object, kind, product, "loadbalancer/"+b.ID, b.Attr("LoadBalancerName").Text(), balancerFacts(b, paths))) {
			return false
		}
	}
	return true
}

// regions are the regions an account was read in.
func regions(g *graph.Graph, paths *scope, yield func(Subject) bool) bool {
	return regionsOf(g.Snapshot(), paths, yield)
}

func regionsOf(s *snapshot.Snapshot, paths *scope, yield func(Subject) bool) bool {
	for _, a := range s.Accounts() {
		for _, region := range graph.Regions(a) {
			o := snapshot.Object{Account: a, Region: region, ID: region}
			if !yield(subject(o, "region", "", "region/"+region, "", regionFacts(a, region, paths))) {
				return false
			}
		}
	}
	return true
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
