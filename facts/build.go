package facts

import (
	"cmp"
	"iter"
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
// same each time and not that of their ARNs. Portions computes them side by side.
func Each(g *graph.Graph) iter.Seq[Subject] { return each(g, principals, accounts, clusters) }

// each computes the facts of some lists of subjects and of everything that may
// stand on a path.
func each(g *graph.Graph, lists ...func(*graph.Graph) list) iter.Seq[Subject] {
	return func(yield func(Subject) bool) {
		m := Make(g, func() Checked { return Check(g.Snapshot()) })
		for l := range all(g, lists, regions) {
			if !l.each(func(s Subject) bool { return yield(m.completed(s)) }) {
				return
			}
		}
		for _, s := range m.Rest() {
			if !yield(s) {
				return
			}
		}
	}
}

// all are some lists of subjects, those of everything that may stand on a path, and
// those of regions.
func all(g *graph.Graph, lists []func(*graph.Graph) list, regions func(*graph.Graph, *scope) list) iter.Seq[list] {
	return func(yield func(list) bool) {
		for _, subjects := range lists {
			if !yield(subjects(g)) {
				return
			}
		}
		paths := newScope(g)
		for _, subjects := range []func(*graph.Graph, *scope) list{services, balancers, hosts, networks, gateways, regions} {
			if !yield(subjects(g, paths)) {
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
func clusters(g *graph.Graph) list { return clustersOf(g, g.Clusters()) }

// clustersOf are some clusters of a graph and their VPC endpoints.
func clustersOf(g *graph.Graph, some []*graph.Cluster) list {
	asserted, near := g.Assertions(), newSurroundings(g)
	return listOf(some, func(c *graph.Cluster, yield func(Subject) bool) bool {
		around := near.of(c.Object, c.VPC())
		f := clusterFacts(g, c, near, around)
		f.Assertions = assertionsOf(asserted, c)
		f.Network, f.Kibana = near.network(c, f.Whitelists, around), near.kibana(c)
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
		return true
	})
}

func clusterSubject(c *graph.Cluster, facts any) Subject {
	return subject(c.Object, "elasticsearch", "elasticsearch", "instances/"+c.ID, c.Attr("description").Text(), facts)
}

// balancers are the load balancers.
func balancers(g *graph.Graph, paths *scope) list {
	return listOf(g.Balancers(), func(b *graph.Balancer, yield func(Subject) bool) bool {
		if b.ID == "" { // a listener that does not say whose it is
			return true
		}
		kind, product := "clb", "slb"
		if b.IsNetwork() {
			kind, product = "nlb", "nlb"
		}
		return yield(subject(b.Object, kind, product, "loadbalancer/"+b.ID, b.Attr("LoadBalancerName").Text(), balancerFacts(b, paths)))
	})
}

// regions are the regions an account was read in.
func regions(g *graph.Graph, paths *scope) list { return regionsOf(g.Snapshot(), paths) }

func regionsOf(s *snapshot.Snapshot, paths *scope) list {
	var places []place
	for _, a := range s.Accounts() {
		for _, region := range graph.Regions(a) {
			places = append(places, place{a, region})
		}
	}
	return listOf(places, func(p place, yield func(Subject) bool) bool {
		o := snapshot.Object{Account: p.account, Region: p.region, ID: p.region}
		return yield(subject(o, "region", "", "region/"+p.region, "", regionFacts(p.account, p.region, paths)))
	})
}

// subject names an object by its ARN (CONTRACT 5).
func subject(o snapshot.Object, kind, product, resource, name string, facts any) Subject {
	tags, group := labels(o.Glance())
	return Subject{
		Kind: kind, ID: o.ID, Region: o.Region, Account: o.Account.ID, TakenAt: takenAt(o.Account), Name: name, Facts: facts,
		Tags: tags, ResourceGroup: group,
		ARN: "acs:" + product + ":" + o.Region + ":" + o.Account.ID + ":" + resource,
	}
}

// word names a verdict that answers a yes-or-no question.
func word(v graph.Verdict) string {
	switch v {
	case graph.Reachable:
		return "yes"
	case graph.Blocked:
		return "no"
	}
	return "unknown"
}

// calls describes calls to the vendor; never nil.
func calls(a *snapshot.Account, list []snapshot.Call) []Call {
	out := make([]Call, 0, len(list))
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
