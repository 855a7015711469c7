package facts

import (
	"math"
	"strconv"
	"time"

	"esaudit/graph"
	"esaudit/snapshot"
)

// EndpointState is what the cluster's own list says of an endpoint
// (elasticsearch ListVpcEndpoints).
type EndpointState struct {
	Endpoint   Ref `json:"endpoint"`   // endpointStatus
	Business   Ref `json:"business"`   // endpointBusinessStatus
	Connection Ref `json:"connection"` // connectionStatus
	Created    Ref `json:"created"`    // createTime, RFC 3339 in UTC; no value when it is no time
}

// Sibling is another endpoint of the same cluster to the same service.
type Sibling struct {
	ID     string `json:"id"`
	Usable string `json:"usable"` // yes, no or unknown: active, connected, in good standing
	At     At     `json:"at"`
}

// NamedBy are the settings of the cluster that name an endpoint.
type NamedBy struct {
	Readable bool          `json:"readable"` // elasticsearch.yml was read
	At       At            `json:"at"`
	Names    []PrivateName `json:"names"`
	Settle   []Call        `json:"settle"`
}

// Provider is the endpoint service as its owner sees it, and the connection on
// its side.
type Provider struct {
	Found    bool           `json:"found"` // it is a service of this account
	Listed   bool           `json:"listed"`
	Status   Ref            `json:"status"`
	Business Ref            `json:"business"`
	Type     Ref            `json:"resource_type"`
	Regions  []RegionStatus `json:"regions"` // SupportedRegionSet
	At       At             `json:"at"`
	Settle   []Call         `json:"settle"` // what would tell more of the service

	Connection       Ref        `json:"connection"` // ConnectionStatus
	Zones            []ZoneLink `json:"zones"`
	ConnectionSettle []Call     `json:"connection_settle"`
}

// RegionStatus is a region whose endpoints may use a service.
type RegionStatus struct {
	Region string `json:"region"`
	Status Ref    `json:"status"` // RegionServiceStatus
}

// ZoneLink is a connection in one zone.
type ZoneLink struct {
	Zone   string `json:"zone"`
	Status Ref    `json:"status"` // ZoneStatus
}

// Supported are the zones in which a region's PrivateLink offers load balancers
// of the service's kind (privatelink DescribeZones).
type Supported struct {
	Type   string   `json:"type"` // slb, nlb, ...; "" when it is not known
	Zones  []string `json:"zones"`
	Known  bool     `json:"known"`
	At     At       `json:"at"`
	Settle []Call   `json:"settle"`
}

// stateOf reads an item of ListVpcEndpoints.
func stateOf(e *snapshot.Node) EndpointState {
	field := func(name string) Ref { return ref(textOf(e.Get(name)), e.Get(name), e) }
	created := field("createTime")
	created.Value = instantOf(e.Get("createTime"))
	return EndpointState{field("endpointStatus"), field("endpointBusinessStatus"), field("connectionStatus"), created}
}

// instantOf reads a time as the products write them: RFC 3339 with or without
// seconds, or milliseconds since 1970. Nil for anything else, and for what rules cannot
// reckon with: they count nanoseconds since 1970, which end in 1677 and 2262.
func instantOf(n *snapshot.Node) any {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if at, err := time.Parse(layout, n.Text()); err == nil && time.Unix(0, at.UnixNano()).Equal(at) {
			return at.UTC().Format(time.RFC3339)
		}
	}
	const latest = math.MaxInt64 / int64(time.Millisecond)
	if ms, err := strconv.ParseInt(n.Text(), 10, 64); err == nil && 0 < ms && ms <= latest {
		return time.UnixMilli(ms).UTC().Format(time.RFC3339)
	}
	return nil
}

func siblings(c *graph.Cluster, e *snapshot.Node) []Sibling {
	out := []Sibling{}
	for _, other := range c.Aspect(snapshot.VPCEndpoints).Items() {
		service := e.Get("serviceId").Text()
		if service == "" || other.Get("serviceId").Text() != service || other.Pointer() == e.Pointer() {
			continue
		}
		v, _, _ := graph.EndpointState(other)
		out = append(out, Sibling{other.Get("endpointId").Text(), word(v), At{other}})
	}
	return out
}

func namedBy(c *graph.Cluster, e *snapshot.Node, names []PrivateName) NamedBy {
	n := c.Attr("esConfig")
	out := NamedBy{
		Readable: n.Kind() == snapshot.Map, At: ref(nil, n, c.Node).At, Names: []PrivateName{},
		Settle: calls(c.Account, need(c, "elasticsearch", "DescribeInstance", c.ID)),
	}
	for _, name := range names {
		if name.Endpoint == e.Get("endpointId").Text() {
			out.Names = append(out.Names, name)
		}
	}
	return out
}

// provider tells what an endpoint's service is, in whatever region of the
// account it was found.
func provider(c *graph.Cluster, conn graph.Connection) Provider {
	id := conn.Endpoint.Get("serviceId").Text()
	service := conn.Service
	for _, o := range c.Account.Objects(snapshot.EndpointService) {
		if !service.Exists() && o.ID == id && id != "" {
			service = o
		}
	}
	field := func(name string) Ref {
		return ref(textOf(service.Attr(name)), service.Attr(name), service.Node, conn.Endpoint.Get("serviceId"), conn.Endpoint)
	}
	p := Provider{
		Found: service.Exists(), Listed: conn.Listed, Status: field("ServiceStatus"), Business: field("ServiceBusinessStatus"),
		Type: field("ServiceResourceType"), Regions: []RegionStatus{}, Zones: []ZoneLink{}, ConnectionSettle: calls(c.Account, connectionsUnread(placeOf(c.Object), id)),
		Settle: calls(c.Account, append(need(c, "privatelink", "ListVpcEndpointServices", ""), need(c, "privatelink", "GetVpcEndpointServiceAttribute", id)...)),
	}
	if p.Listed && !p.Found {
		p.Settle = []Call{}
	}
	p.At = p.Status.At
	for _, r := range service.Attr("SupportedRegionSet").Items() {
		status := r.Get("RegionServiceStatus")
		p.Regions = append(p.Regions, RegionStatus{r.Get("SupportedRegionId").Text(), ref(textOf(status), status, r)})
	}
	p.Connection = Ref{At: p.At}
	for _, x := range service.Aspect(snapshot.Connections).Items() {
		if x.Get("EndpointId").Text() != conn.Endpoint.Get("endpointId").Text() {
			continue
		}
		p.Connection = ref(textOf(x.Get("ConnectionStatus")), x.Get("ConnectionStatus"), x)
		for _, z := range x.Get("Zones").Items() {
			p.Zones = append(p.Zones, ZoneLink{z.Get("ZoneId").Text(), ref(textOf(z.Get("ZoneStatus")), z.Get("ZoneStatus"), z)})
		}
	}
	return p
}

// connectionsUnread is the call that would tell a service's connections, asked
// for it or for all of the region's; nil when one of them was read.
func connectionsUnread(p place, service string) []snapshot.Call {
	if p.need("privatelink", "ListVpcEndpointConnections", "") == nil {
		return nil
	}
	return p.need("privatelink", "ListVpcEndpointConnections", service)
}

// supported reads the zones for the kind of load balancer that a service is for:
// its own ServiceResourceType or, where that is not shown, the kind of its
// resources.
func supported(c *graph.Cluster, f *EndpointFacts) Supported {
	out := Supported{Zones: []string{}, Settle: []Call{}, At: f.Provider.Type.At}
	if kind, ok := f.Provider.Type.Value.(string); ok {
		out.Type = kind
	}
	for _, r := range f.Resources {
		if kind := map[string]string{"clb": "slb", "nlb": "nlb"}[r.LB.Kind]; out.Type == "" {
			out.Type = kind
		}
	}
	if out.Type == "" {
		out.Settle = f.Provider.Settle
		return out
	}
	call := need(c, "privatelink", "DescribeZones", out.Type)
	list := c.Account.Object(snapshot.Region, c.Region, c.Region).Aspect(snapshot.Zones).Get(out.Type)
	out.Known, out.Settle = call == nil, calls(c.Account, call)
	if list.Kind() != snapshot.Absent {
		out.At = At{list}
	}
	for _, z := range list.Items() {
		out.Zones = append(out.Zones, z.Get("ZoneId").Text())
	}
	return out
}
