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
	Zones         []Ref           `json:"zones"`        // the endpoint's; none when they are not known
	ZonesSettle   []Call          `json:"zones_settle"` // what would tell them all
	At            At              `json:"at"`
	Service       Service         `json:"service"`
	Resources     []Resource      `json:"resources"`
	ResourcesRead bool            `json:"resources_read"`
	ResourcesAt   At              `json:"resources_at"`

	State     EndpointState `json:"state"`
	Siblings  []Sibling     `json:"siblings"`
	NamedBy   NamedBy       `json:"named_by"`
	Provider  Provider      `json:"provider"`
	Supported Supported     `json:"supported"`
}

// EndpointCluster is the cluster an endpoint belongs to.
type EndpointCluster struct {
	ID      string `json:"id"`
	Zones   []Zone `json:"zones"`
	ZonesAt At     `json:"zones_at"`
	Settle  []Call `json:"settle"`
}

// Service is the endpoint service behind an endpoint.
type Service struct {
	ID     string `json:"id"`
	Region string `json:"region,omitempty"`
	At     At     `json:"at"`
	Settle []Call `json:"settle"`
}

// Resource is a load balancer that a service offers in a zone: the one it is
// attached for or, where none is shown, the primary zone of a CLB.
type Resource struct {
	ID   string   `json:"id"`
	Zone string   `json:"zone,omitempty"`
	At   At       `json:"at"`
	LB   Offering `json:"lb"`
}

// Offering is the load balancer itself.
type Offering struct {
	Kind       string   `json:"kind"` // clb, nlb, or another one
	Region     string   `json:"region,omitempty"`
	At         At       `json:"at"`
	MasterZone Ref      `json:"master_zone"` // of a CLB
	SlaveZone  Ref      `json:"slave_zone"`
	Zones      []string `json:"zones"` // of an NLB
	ZonesKnown bool     `json:"zones_known"`
	ZonesAt    At       `json:"zones_at"`
	Backends   []Server `json:"backends"`
	Unread     []Call   `json:"unread"`
}

// Server is a backend of a CLB.
type Server struct {
	ID     string `json:"id"`
	Zone   string `json:"zone,omitempty"`
	Weight *int64 `json:"weight,omitempty"`
	At     At     `json:"at"`
}

func endpointFacts(g *graph.Graph, c *graph.Cluster, e *snapshot.Node, names []PrivateName) EndpointFacts {
	conn := c.Connection(e)
	f := EndpointFacts{
		Cluster: EndpointCluster{
			ID: c.ID, Zones: zones(c), ZonesAt: ref(nil, c.Attr("zoneInfos"), c.Node).At,
			Settle: calls(c.Account, need(c, "elasticsearch", "DescribeInstance", c.ID)),
		},
		Zones: []Ref{}, ZonesSettle: calls(c.Account, conn.ZonesUnread), At: At{e},
		Service:   service(c, conn),
		Resources: []Resource{}, ResourcesRead: conn.Service.Exists() && conn.ResourcesUnread == nil,
		ResourcesAt: ref(nil, conn.Service.Aspect(snapshot.Resources), conn.Service.Node, e).At,
	}
	f.State, f.Siblings, f.NamedBy, f.Provider = stateOf(e), siblings(c, e), namedBy(c, e, names), provider(c, conn)
	seen := map[string]bool{}
	for _, z := range conn.Zones {
		if !seen[z.Text()] {
			f.Zones = append(f.Zones, Ref{Value: z.Text(), At: At{z}})
		}
		seen[z.Text()] = true
	}
	for _, r := range conn.Resources {
		resource := Resource{ID: r.Get("ResourceId").Text(), Zone: r.Get("ZoneId").Text(), At: At{r}, LB: offering(g, c, r)}
		if primary, ok := resource.LB.MasterZone.Value.(string); ok && resource.Zone == "" {
			resource.Zone = primary
		}
		f.Resources = append(f.Resources, resource)
	}
	f.Supported = supported(c, &f)
	return f
}

// service tells which region the endpoint service is in: what the service says
// itself, in whatever region of the account it was found, else what the endpoint
// says of it.
func service(c *graph.Cluster, conn graph.Connection) Service {
	id := conn.Endpoint.Get("serviceId")
	s := Service{ID: id.Text(), At: ref(nil, id, conn.Endpoint).At, Settle: calls(c.Account, conn.ResourcesUnread)}
	found := conn.Service
	if !found.Exists() {
		s.Settle = []Call{}
		if !conn.Listed {
			s.Settle = calls(c.Account, need(c, "privatelink", "ListVpcEndpointServices", ""))
		}
		for _, o := range c.Account.Objects(snapshot.EndpointService) {
			if o.ID == s.ID && s.ID != "" {
				found = o
			}
		}
	}
	if found.Exists() {
		s.At, s.Region = At{found.Node}, found.Region
		if n := found.Attr("RegionId"); n.Text() != "" {
			s.Region, s.At = n.Text(), At{n}
		}
		return s
	}
	for _, n := range []*snapshot.Node{conn.Endpoint.Get("serviceName"), conn.Endpoint.Get("endpointDomain")} {
		if region := labelledRegion(n.Text()); region != "" {
			s.Region, s.At = region, At{n}
			return s
		}
	}
	return s
}

// labelledRegion is the region in the name of a service,
// com.aliyuncs.privatelink.REGION.epsrv-ID, or in the domain of an endpoint,
// ep-ID.epsrv-ID.REGION.privatelink.aliyuncs.com; "" for another text.
func labelledRegion(name string) string {
	if rest, ok := strings.CutPrefix(name, "com.aliyuncs.privatelink."); ok {
		region, _, _ := strings.Cut(rest, ".")
		return region
	}
	if rest, ok := strings.CutSuffix(name, ".privatelink.aliyuncs.com"); ok && strings.HasPrefix(name, "ep-") {
		return rest[strings.LastIndex(rest, ".")+1:]
	}
	return ""
}

func offering(g *graph.Graph, c *graph.Cluster, r *snapshot.Node) Offering {
	id := r.Get("ResourceId").Text()
	o := Offering{
		Kind: balancerKind(r), At: At{r}, ZonesAt: At{r}, Zones: []string{}, Backends: []Server{}, Unread: []Call{},
		MasterZone: Ref{At: At{r}}, SlaveZone: Ref{At: At{r}}, Region: r.Get("RegionId").Text(),
	}
	b := g.BalancerAnywhere(c.Account, id)
	if b == nil {
		o.Unread = calls(c.Account, balancerList(c, id))
		return o
	}
	o.Kind, o.Region, o.At = "clb", b.Region, ref(nil, b.Node, r).At
	if b.IsNetwork() {
		o.Kind = "nlb"
	}
	if n := b.Attr("RegionId"); n.Text() != "" {
		o.Region, o.At = n.Text(), At{n}
	}
	unread := func(product, operation, subject string) {
		call := snapshot.Call{Region: b.Region, Product: product, Operation: operation, Subject: subject}
		if !b.Account.Read(call) {
			o.Unread = append(o.Unread, callOf(b.Account, call))
		}
	}
	if b.IsNetwork() {
		mappings := b.Attr("ZoneMappings")
		o.ZonesKnown, o.ZonesAt = mappings.Kind() == snapshot.Array, ref(nil, mappings, b.Node).At
		for _, z := range mappings.Items() {
			o.Zones = append(o.Zones, z.Get("ZoneId").Text())
		}
		if !o.ZonesKnown {
			unread("nlb", "GetLoadBalancerAttribute", id)
		}
		return o
	}
	o.MasterZone = ref(textOf(b.Attr("MasterZoneId")), b.Attr("MasterZoneId"), b.Node)
	o.SlaveZone = ref(textOf(b.Attr("SlaveZoneId")), b.Attr("SlaveZoneId"), b.Node)
	if o.MasterZone.Value == nil {
		unread("slb", "DescribeLoadBalancers", "")
		unread("slb", "DescribeLoadBalancerAttribute", id)
	}
	servers(&o, b, unread)
	return o
}

// balancerKind is the kind of a service's resource: by its type or, where none
// is shown, by its id.
func balancerKind(r *snapshot.Node) string {
	kind := strings.ToLower(r.Get("ResourceType").Text())
	if kind == "" {
		kind, _, _ = strings.Cut(r.Get("ResourceId").Text(), "-")
	}
	switch kind {
	case "slb", "lb":
		return "clb"
	}
	return kind
}

// servers adds the backends of a CLB's listeners with their zones.
func servers(o *Offering, b *graph.Balancer, unread func(product, operation, subject string)) {
	o.Unread = append(o.Unread, calls(b.Account, b.UnreadListeners())...)
	seen := map[string]bool{}
	for _, l := range b.Listeners {
		o.Unread = append(o.Unread, calls(b.Account, l.Unread)...)
		for _, x := range l.Backends {
			s := Server{ID: x.ID, At: At{x.Node}}
			if weight, ok := x.Weight.Int(); ok {
				s.Weight = &weight
			}
			kind, list := snapshot.ECS, "DescribeInstances"
			if strings.HasPrefix(x.ID, "eni-") {
				kind, list = snapshot.ENI, "DescribeNetworkInterfaces"
			}
			s.Zone = b.Account.Object(kind, b.Region, x.ID).Attr("ZoneId").Text()
			if s.Zone == "" {
				unread("ecs", list, "")
			}
			if at := s.At.String(); !seen[at] {
				seen[at] = true
				o.Backends = append(o.Backends, s)
			}
		}
	}
}
