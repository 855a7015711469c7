package facts

import (
	"strings"
	"time"

	"esaudit/graph"
	"esaudit/snapshot"
)

// EndpointState is what the vendor says of an endpoint, and of what it is
// connected to.
type EndpointState struct {
	Endpoint   Ref            `json:"endpoint"`   // endpointStatus
	Connection Ref            `json:"connection"` // connectionStatus
	Business   Ref            `json:"business"`   // endpointBusinessStatus
	Created    Ref            `json:"created"`    // createTime, RFC 3339; no value when it is none
	Provider   Ref            `json:"provider"`   // ConnectionStatus, as the service's side tells it
	Zones      []EndpointZone `json:"connected_zones"`
	Siblings   []Endpoint     `json:"siblings"` // the cluster's other endpoints to the same service
	Service    ServiceState   `json:"service"`
	Support    ZoneSupport    `json:"support"`
}

// EndpointZone is a zone of an endpoint's connection.
type EndpointZone struct {
	ID     string `json:"id"`
	Status Ref    `json:"status"` // ZoneStatus
	At     string `json:"at"`
}

// ServiceState is what is known of the endpoint service behind an endpoint.
type ServiceState struct {
	Found    string `json:"found"`    // yes, no (it is none of this account's) or unknown
	Status   Ref    `json:"status"`   // ServiceStatus
	Business Ref    `json:"business"` // ServiceBusinessStatus
	Type     Ref    `json:"type"`     // ServiceResourceType
	Offered  Ref    `json:"offered"`  // RegionServiceStatus for the cluster's region; no value when it is not shown
	At       string `json:"at"`
	Settle   []Call `json:"settle"` // what would tell whether it is this account's
}

// ZoneSupport is where PrivateLink is offered for the service's kind of load
// balancer.
type ZoneSupport struct {
	Known  bool     `json:"known"`
	Zones  []string `json:"zones"`
	At     string   `json:"at"`
	Settle []Call   `json:"settle"`
}

func endpointState(c *graph.Cluster, e *snapshot.Node) EndpointState {
	conn := c.Connection(e)
	field := func(n *snapshot.Node, name string) Ref { return ref(textOf(n.Get(name)), n.Get(name), n) }
	s := EndpointState{
		Endpoint: field(e, "endpointStatus"), Connection: field(e, "connectionStatus"), Business: field(e, "endpointBusinessStatus"),
		Created: created(e), Zones: []EndpointZone{}, Siblings: []Endpoint{}, Service: serviceState(c, conn), Support: zoneSupport(c, conn),
	}
	for _, x := range conn.Service.Aspect(snapshot.Connections).Items() {
		if x.Get("EndpointId").Text() != e.Get("endpointId").Text() {
			continue
		}
		s.Provider = field(x, "ConnectionStatus")
		for _, z := range x.Get("Zones").Items() {
			s.Zones = append(s.Zones, EndpointZone{ID: z.Get("ZoneId").Text(), Status: field(z, "ZoneStatus"), At: z.Pointer()})
		}
	}
	for _, other := range c.Aspect(snapshot.VPCEndpoints).Items() {
		same := other.Get("serviceId").Text() == e.Get("serviceId").Text() && e.Get("serviceId").Text() != ""
		if same && other.Get("endpointId").Text() != e.Get("endpointId").Text() {
			s.Siblings = append(s.Siblings, endpointOf(other))
		}
	}
	return s
}

// created reads when an endpoint was created. The vendor writes ISO 8601.
func created(e *snapshot.Node) Ref {
	n := e.Get("createTime")
	var value any
	if at, err := time.Parse(time.RFC3339, n.Text()); err == nil {
		value = at.UTC().Format(time.RFC3339)
	}
	return ref(value, n, e)
}

func serviceState(c *graph.Cluster, conn graph.Connection) ServiceState {
	s := ServiceState{Found: "unknown", At: ref(nil, conn.Endpoint.Get("serviceId"), conn.Endpoint).At, Settle: []Call{}}
	if !conn.Service.Exists() {
		s.Status, s.Business, s.Type, s.Offered = Ref{At: s.At}, Ref{At: s.At}, Ref{At: s.At}, Ref{At: s.At}
		if conn.Listed {
			s.Found = "no"
		} else {
			s.Settle = calls(c.Account, need(c, "privatelink", "ListVpcEndpointServices", ""))
		}
		return s
	}
	s.Found, s.At = "yes", conn.Service.Node.Pointer()
	field := func(name string) Ref {
		return ref(textOf(conn.Service.Attr(name)), conn.Service.Attr(name), conn.Service.Node)
	}
	s.Status, s.Business, s.Type = field("ServiceStatus"), field("ServiceBusinessStatus"), field("ServiceResourceType")
	s.Offered = Ref{At: s.At}
	for _, region := range conn.Service.Attr("SupportedRegionSet").Items() {
		if n := region.Get("RegionServiceStatus"); region.Get("SupportedRegionId").Text() == c.Region && n.Exists() {
			s.Offered = Ref{Value: n.Text(), At: n.Pointer()}
		}
	}
	return s
}

// zoneSupport reads DescribeZones for the service's kind of load balancer.
func zoneSupport(c *graph.Cluster, conn graph.Connection) ZoneSupport {
	kind := strings.ToLower(conn.Service.Attr("ServiceResourceType").Text())
	out := ZoneSupport{Zones: []string{}, At: ref(nil, conn.Service.Node, conn.Endpoint).At, Settle: []Call{}}
	if kind == "" {
		return out
	}
	asked := snapshot.Call{Region: c.Region, Product: "privatelink", Operation: "DescribeZones", Subject: kind}
	zones := c.Account.Object(snapshot.Region, c.Region, c.Region).Aspect(snapshot.Zones).Get(kind)
	if !c.Account.Read(asked) || zones.Kind() != snapshot.Array {
		out.Settle = calls(c.Account, []snapshot.Call{asked})
		return out
	}
	out.Known, out.At = true, zones.Pointer()
	for _, z := range zones.Items() {
		if id := z.Get("ZoneId").Text(); id != "" {
			out.Zones = append(out.Zones, id)
		}
	}
	return out
}
