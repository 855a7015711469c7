package facts

import (
	"strings"

	"esaudit/graph"
	"esaudit/snapshot"
)

// EndpointFacts is what is known of a cluster's VPC endpoint and of what stands
// behind it.
type EndpointFacts struct {
	Cluster       EndpointCluster `json:"cluster"`
	Zone          ZoneRef         `json:"zone"`
	Service       Service         `json:"service"`
	Resources     []Resource      `json:"resources"`
	ResourcesRead bool            `json:"resources_read"`
	ResourcesAt   string          `json:"resources_at"`
}

// EndpointCluster is the cluster an endpoint belongs to.
type EndpointCluster struct {
	ID      string `json:"id"`
	Zones   []Zone `json:"zones"`
	ZonesAt string `json:"zones_at"`
	Settle  []Call `json:"settle"`
}

// ZoneRef is a zone and, when it is not known, what would tell it.
type ZoneRef struct {
	Ref
	Settle []Call `json:"settle"`
}

// Service is the endpoint service behind an endpoint.
type Service struct {
	ID     string `json:"id"`
	Region string `json:"region,omitempty"`
	At     string `json:"at"`
	Settle []Call `json:"settle"`
}

// Resource is a load balancer that a service offers in a zone.
type Resource struct {
	ID   string   `json:"id"`
	Zone string   `json:"zone,omitempty"`
	At   string   `json:"at"`
	LB   Offering `json:"lb"`
}

// Offering is the load balancer itself.
type Offering struct {
	Kind       string   `json:"kind"` // clb, nlb, or another one
	Region     string   `json:"region,omitempty"`
	At         string   `json:"at"`
	MasterZone Ref      `json:"master_zone"` // of a CLB
	SlaveZone  Ref      `json:"slave_zone"`
	Zones      []string `json:"zones"` // of an NLB
	ZonesKnown bool     `json:"zones_known"`
	ZonesAt    string   `json:"zones_at"`
	Backends   []Server `json:"backends"`
	Unread     []Call   `json:"unread"`
}

// Server is a backend of a CLB.
type Server struct {
	ID     string `json:"id"`
	Zone   string `json:"zone,omitempty"`
	Weight *int64 `json:"weight,omitempty"`
	At     string `json:"at"`
}

func endpointFacts(g *graph.Graph, c *graph.Cluster, e *snapshot.Node) EndpointFacts {
	conn := c.Connection(e)
	described := snapshot.Call{Region: c.Region, Product: "elasticsearch", Operation: "DescribeInstance", Subject: c.ID}
	f := EndpointFacts{
		Cluster:   EndpointCluster{ID: c.ID, Zones: zones(c), ZonesAt: ref(nil, c.Attr("zoneInfos"), c.Node).At, Settle: unread(c.Account, described)},
		Zone:      ZoneRef{Ref: Ref{At: e.Pointer()}, Settle: calls(c.Account, conn.ZonesUnread)},
		Service:   service(c, conn),
		Resources: []Resource{}, ResourcesRead: conn.Service.Exists() && conn.ResourcesUnread == nil,
		ResourcesAt: ref(nil, conn.Service.Aspect(snapshot.Resources), conn.Service.Node, e).At,
	}
	if len(conn.Zones) > 0 {
		f.Zone.Ref = Ref{Value: conn.Zones[0].Text(), At: conn.Zones[0].Pointer()}
	}
	for _, r := range conn.Resources {
		f.Resources = append(f.Resources, Resource{ID: r.Get("ResourceId").Text(), Zone: r.Get("ZoneId").Text(), At: r.Pointer(), LB: offering(g, c, r)})
	}
	return f
}

func unread(a *snapshot.Account, list ...snapshot.Call) []Call {
	out := []Call{}
	for _, c := range list {
		if !a.Read(c) {
			out = append(out, callOf(a, c))
		}
	}
	return out
}

func service(c *graph.Cluster, conn graph.Connection) Service {
	id := conn.Endpoint.Get("serviceId")
	s := Service{ID: id.Text(), At: ref(nil, id, conn.Endpoint).At, Settle: calls(c.Account, conn.ResourcesUnread)}
	if conn.Service.Exists() {
		s.At, s.Region = conn.Service.Node.Pointer(), conn.Service.Region
		if n := conn.Service.Attr("RegionId"); n.Text() != "" {
			s.Region, s.At = n.Text(), n.Pointer()
		}
		return s
	}
	s.Settle = []Call{}
	if !conn.Listed {
		s.Settle = unread(c.Account, snapshot.Call{Region: c.Region, Product: "privatelink", Operation: "ListVpcEndpointServices"})
	}
	// com.aliyuncs.privatelink.REGION.epsrv-ID
	if name := conn.Endpoint.Get("serviceName"); strings.HasPrefix(name.Text(), "com.aliyuncs.privatelink.") {
		if parts := strings.Split(name.Text(), "."); len(parts) == 5 {
			s.Region, s.At = parts[3], name.Pointer()
		}
	}
	return s
}

func offering(g *graph.Graph, c *graph.Cluster, r *snapshot.Node) Offering {
	id := r.Get("ResourceId").Text()
	o := Offering{Kind: "clb", At: r.Pointer(), ZonesAt: r.Pointer(), Zones: []string{}, Backends: []Server{}, Unread: []Call{},
		MasterZone: Ref{At: r.Pointer()}, SlaveZone: Ref{At: r.Pointer()}}
	if prefix, _, ok := strings.Cut(id, "-"); ok && prefix != "lb" {
		o.Kind = prefix
	}
	b := g.BalancerAnywhere(c.Account, id)
	if b == nil {
		list := snapshot.Call{Region: c.Region, Product: "slb", Operation: "DescribeLoadBalancers"}
		if o.Kind == "nlb" {
			list.Product, list.Operation = "nlb", "ListLoadBalancers"
		}
		if o.Kind == "clb" || o.Kind == "nlb" {
			o.Unread = unread(c.Account, list)
		}
		return o
	}
	o.Region, o.At = b.Region, b.Node.Pointer()
	if n := b.Attr("RegionId"); n.Text() != "" {
		o.Region, o.At = n.Text(), n.Pointer()
	}
	if b.IsNetwork() {
		mappings := b.Attr("ZoneMappings")
		o.ZonesKnown, o.ZonesAt = mappings.Kind() == snapshot.Array, ref(nil, mappings, b.Node).At
		for _, z := range mappings.Items() {
			o.Zones = append(o.Zones, z.Get("ZoneId").Text())
		}
		if !o.ZonesKnown {
			o.Unread = unread(b.Account, snapshot.Call{Region: b.Region, Product: "nlb", Operation: "GetLoadBalancerAttribute", Subject: id})
		}
		return o
	}
	o.MasterZone = ref(textOf(b.Attr("MasterZoneId")), b.Attr("MasterZoneId"), b.Node)
	o.SlaveZone = ref(textOf(b.Attr("SlaveZoneId")), b.Attr("SlaveZoneId"), b.Node)
	if o.MasterZone.Value == nil {
		o.Unread = unread(b.Account,
			snapshot.Call{Region: b.Region, Product: "slb", Operation: "DescribeLoadBalancers"},
			snapshot.Call{Region: b.Region, Product: "slb", Operation: "DescribeLoadBalancerAttribute", Subject: id})
	}
	servers(&o, b)
	return o
}

// servers adds the backends of a CLB's listeners with their zones.
func servers(o *Offering, b *graph.Balancer) {
	o.Unread = append(o.Unread, calls(b.Account, b.UnreadListeners())...)
	seen := map[string]bool{}
	for _, l := range b.Listeners {
		o.Unread = append(o.Unread, calls(b.Account, l.Unread)...)
		for _, x := range l.Backends {
			s := Server{ID: x.ID, At: x.Node.Pointer()}
			if weight, ok := x.Weight.Int(); ok {
				s.Weight = &weight
			}
			kind, list := snapshot.ECS, "DescribeInstances"
			if strings.HasPrefix(x.ID, "eni-") {
				kind, list = snapshot.ENI, "DescribeNetworkInterfaces"
			}
			s.Zone = b.Account.Object(kind, b.Region, x.ID).Attr("ZoneId").Text()
			if s.Zone == "" {
				o.Unread = append(o.Unread, unread(b.Account, snapshot.Call{Region: b.Region, Product: "ecs", Operation: list})...)
			}
			if !seen[s.At] {
				seen[s.At] = true
				o.Backends = append(o.Backends, s)
			}
		}
	}
}
