package facts

import (
	"iter"
	"slices"

	"esaudit/esyml"
	"esaudit/graph"
	"esaudit/snapshot"
)

// Demands are what the settings of clusters ask of a load balancer.
type Demands struct {
	List []Demand `json:"list"`
	// Complete is false when a cluster that is connected to the load balancer did
	// not show its settings, or may be connected; Settle are the calls that would
	// show it.
	Complete bool   `json:"complete"`
	Settle   []Call `json:"settle"`
	Hidden   []Ref  `json:"hidden"` // endpoints that their settings name and that do not show their service
}

// Demand is a setting that names an endpoint behind which the load balancer is.
type Demand struct {
	Cluster  string `json:"cluster"`
	Endpoint string `json:"endpoint"`
	Service  string `json:"service"`
	Feature  string `json:"feature"`
	Text     string `json:"text"` // as written
	Port     int    `json:"port"`
	Match    string `json:"match"`  // yes; unknown: whether it serves the endpoint's zone is not known
	Frozen   bool   `json:"frozen"` // the cluster is inactive
	At       At     `json:"at"`
	Settle   []Call `json:"settle"`
}

// demands follows the settings of all clusters through their endpoints to the
// load balancers that serve the endpoints' zones.
func demands(g *graph.Graph) map[*graph.Balancer][]Demand {
	out := map[*graph.Balancer][]Demand{}
	for _, c := range g.Clusters() {
		if !c.HasEndpoints() {
			continue // its settings name none
		}
		settings, ok := esyml.Parse(c.Attr("esConfig"))
		if !ok {
			continue
		}
		for d, e := range endpointsNamed(g, c, settings) {
			for b, x := range demanded(g, c, e) {
				x.Cluster, x.Feature, x.Text, x.Port, x.At = c.ID, d.Feature, written(d), d.Port, At{d.Node}
				x.Frozen = c.Attr("status").Text() == "inactive"
				out[b] = append(out[b], x)
			}
		}
	}
	return out
}

// endpointsNamed are what a cluster's settings ask of its endpoints.
func endpointsNamed(g *graph.Graph, c *graph.Cluster, settings esyml.Settings) iter.Seq2[esyml.Dependency, *snapshot.Node] {
	return func(yield func(esyml.Dependency, *snapshot.Node) bool) {
		for _, d := range settings.Dependencies() {
			if d.Err != "" || d.Wildcard || d.Local {
				continue
			}
			if e := g.EndpointOf(c, d.Host); e != nil && !yield(d, e) {
				return
			}
		}
	}
}

// demanded returns the load balancers that serve the zone of an endpoint, or may.
func demanded(g *graph.Graph, c *graph.Cluster, e *snapshot.Node) map[*graph.Balancer]Demand {
	conn, out := c.Connection(e), map[*graph.Balancer]Demand{}
	for _, r := range conn.Resources {
		b := g.ResourceBalancer(c, r)
		if b == nil {
			continue
		}
		x := Demand{Endpoint: e.Get("endpointId").Text(), Service: conn.Service.ID, Match: "unknown", Settle: calls(c.Account, conn.ZonesUnread)}
		zone := r.Get("ZoneId").Text()
		switch in := slices.ContainsFunc(conn.Zones, func(z *snapshot.Node) bool { return z.Text() == zone }); {
		case in:
			x.Match, x.Settle = "yes", []Call{}
		case zone != "" && len(conn.Zones) > 0 && conn.ZonesUnread == nil:
			continue // it serves another zone
		}
		if old, there := out[b]; !there || old.Match != "yes" {
			out[b] = x
		}
	}
	return out
}

// asked gives the demands of a load balancer. Of the clusters connected to it
// some may not have shown their settings.
func asked(b *graph.Balancer, paths *scope) Demands {
	d := Demands{List: append([]Demand{}, paths.demands[b]...), Complete: true, Settle: []Call{}, Hidden: []Ref{}}
	connected, services := paths.connectedTo(b)
	if !services {
		return d
	}
	// what other endpoints there are, of those that the load balancer may serve
	if unread := paths.services[b.Account].endpoints[placeOf(b.Object)]; len(unread) > 0 {
		d.Complete, d.Settle = false, calls(b.Account, unread)
	}
	for _, c := range connected {
		unread := placeOf(c.Object).need("elasticsearch", "DescribeInstance", c.ID)
		settings, ok := esyml.Parse(c.Attr("esConfig"))
		if unread != nil || !ok || !c.Attr("esConfig").Exists() {
			d.Complete = false
		}
		d.Settle = append(d.Settle, calls(c.Account, unread)...)
		if ok && hidesService(c) {
			d.Hidden = append(d.Hidden, serviceless(paths.graph, c, settings)...)
		}
	}
	return d
}

// connectedTo are the clusters that are connected to a load balancer, or may be, in the
// order of the graph. services says that it is, or may be, behind an endpoint service.
func (s *scope) connectedTo(b *graph.Balancer) (connected []*graph.Cluster, services bool) {
	var found []int
	for _, r := range s.ofBalancer[b].relations {
		if r.By == "service" {
			services, found = true, append(found, s.named[r.Cluster]...)
		}
	}
	slices.Sort(found)
	for _, i := range slices.Compact(found) {
		if c := s.graph.Clusters()[i]; c.Account == b.Account {
			connected = append(connected, c)
		}
	}
	return connected, services
}
