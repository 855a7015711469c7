package facts

import (
	"slices"

	"esaudit/graph"
	"esaudit/snapshot"
)

// ServiceFacts is what is known of an endpoint service of the account.
type ServiceFacts struct {
	Connected   string        `json:"connected"` // yes, no or unknown: an endpoint of a cluster of this account leads to it
	Settle      []Call        `json:"settle"`    // what would tell whether there are more such endpoints
	Endpoints   []ServiceUse  `json:"endpoints"`
	Status      Ref           `json:"status"`      // ServiceStatus
	Business    Ref           `json:"business"`    // ServiceBusinessStatus
	Type        Ref           `json:"type"`        // ServiceResourceType
	AutoAccept  Ref           `json:"auto_accept"` // AutoAcceptEnabled
	Users       Admitted      `json:"users"`
	Connections []Consumer    `json:"connections"`
	Unread      []Call        `json:"connections_unread"`
	Resources   []ServiceZone `json:"resources"`
	Missing     []Call        `json:"resources_unread"`
	At          string        `json:"at"`
}

// ServiceUse is an endpoint of a cluster that leads to the service.
type ServiceUse struct {
	Cluster  string `json:"cluster"`
	Endpoint string `json:"endpoint"`
	Zones    int    `json:"zones"` // of the cluster, as listed
	At       string `json:"at"`
}

// Admitted is who may connect to a service.
type Admitted struct {
	Accounts []Ref  `json:"accounts"` // UserId
	ARNs     []Ref  `json:"arns"`     // UserARN
	Unread   []Call `json:"unread"`
}

// Consumer is an endpoint that is connected to a service, or asks to be.
type Consumer struct {
	Endpoint string `json:"endpoint"`
	Owner    Ref    `json:"owner"`  // account id, as text
	Status   Ref    `json:"status"` // ConnectionStatus
	Ours     string `json:"ours"`   // yes, no or unknown: the endpoint is one of this account's clusters
	At       string `json:"at"`
}

// ServiceZone is a load balancer that the service offers in a zone.
type ServiceZone struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	Zone Ref    `json:"zone"`
	At   string `json:"at"`
}

// services are the endpoint services.
func services(g *graph.Graph) []Subject {
	var out []Subject
	for _, a := range g.Snapshot().Accounts() {
		for _, o := range a.Objects(snapshot.EndpointService) {
			out = append(out, subject(o, "endpoint-service", "privatelink", "vpcendpointservice/"+o.ID, o.Attr("ServiceDescription").Text(), serviceFacts(g, o)))
		}
	}
	return out
}

func serviceFacts(g *graph.Graph, o snapshot.Object) ServiceFacts {
	field := func(name string) Ref { return ref(textOf(o.Attr(name)), o.Attr(name), o.Node) }
	f := ServiceFacts{
		Status: field("ServiceStatus"), Business: field("ServiceBusinessStatus"), Type: field("ServiceResourceType"),
		AutoAccept: switchValue(o.Attr("AutoAcceptEnabled"), o.Node), Endpoints: []ServiceUse{}, Connections: []Consumer{}, Resources: []ServiceZone{}, At: o.Node.Pointer(),
	}
	ours, unread := endpointsOf(g, o.Account)
	f.Settle = calls(o.Account, unread)
	for _, x := range ours {
		if x.node.Get("serviceId").Text() == o.ID {
			f.Endpoints = append(f.Endpoints, ServiceUse{Cluster: x.cluster.ID, Endpoint: x.node.Get("endpointId").Text(), Zones: len(zones(x.cluster)), At: x.node.Pointer()})
		}
	}
	switch {
	case len(f.Endpoints) > 0:
		f.Connected = "yes"
	case len(unread) > 0:
		f.Connected = "unknown"
	default:
		f.Connected = "no"
	}
	call := func(operation string) []Call {
		asked := snapshot.Call{Region: o.Region, Product: "privatelink", Operation: operation, Subject: o.ID}
		if o.Account.Read(asked) {
			return []Call{}
		}
		return calls(o.Account, []snapshot.Call{asked})
	}
	f.Users, f.Missing = admitted(o, call("ListVpcEndpointServiceUsers")), call("ListVpcEndpointServiceResources")
	f.Connections, f.Unread = consumers(o, ours, unread), call("ListVpcEndpointConnections")
	if len(f.Unread) > 0 && o.Account.Read(snapshot.Call{Region: o.Region, Product: "privatelink", Operation: "ListVpcEndpointConnections"}) {
		f.Unread = []Call{} // the whole region's connections were read at once
	}
	for _, r := range o.Aspect(snapshot.Resources).Items() {
		zone := r.Get("ZoneId")
		f.Resources = append(f.Resources, ServiceZone{ID: r.Get("ResourceId").Text(), Kind: balancerKind(r), Zone: ref(textOf(zone), zone, r), At: r.Pointer()})
	}
	return f
}

// clusterEndpoint is an endpoint of a cluster.
type clusterEndpoint struct {
	cluster *graph.Cluster
	node    *snapshot.Node
}

// endpointsOf returns the endpoints of an account's clusters, and the calls that
// would name more of them.
func endpointsOf(g *graph.Graph, a *snapshot.Account) (list []clusterEndpoint, unread []snapshot.Call) {
	for _, region := range graph.Regions(a) {
		if asked := (snapshot.Call{Region: region, Product: "elasticsearch", Operation: "ListInstance"}); !a.Read(asked) {
			unread = append(unread, asked)
		}
	}
	for _, c := range g.Clusters() {
		if c.Account != a {
			continue
		}
		unread = append(unread, need(c, "elasticsearch", "ListVpcEndpoints", c.ID)...)
		for _, e := range c.Aspect(snapshot.VPCEndpoints).Items() {
			list = append(list, clusterEndpoint{c, e})
		}
	}
	return list, unread
}

func admitted(o snapshot.Object, unread []Call) Admitted {
	out := Admitted{Accounts: []Ref{}, ARNs: []Ref{}, Unread: unread}
	for _, u := range o.Aspect(snapshot.Users).Items() {
		out.Accounts = append(out.Accounts, ref(textOf(u.Get("UserId")), u.Get("UserId"), u))
	}
	for _, u := range o.Aspect(snapshot.UserARNs).Items() {
		out.ARNs = append(out.ARNs, ref(textOf(u.Get("UserARN")), u.Get("UserARN"), u))
	}
	return out
}

func consumers(o snapshot.Object, ours []clusterEndpoint, unread []snapshot.Call) []Consumer {
	out := []Consumer{}
	for _, x := range o.Aspect(snapshot.Connections).Items() {
		c := Consumer{
			Endpoint: x.Get("EndpointId").Text(), Owner: ref(textOf(x.Get("EndpointOwnerId")), x.Get("EndpointOwnerId"), x),
			Status: ref(textOf(x.Get("ConnectionStatus")), x.Get("ConnectionStatus"), x), Ours: "no", At: x.Pointer(),
		}
		mine := func(e clusterEndpoint) bool { return e.node.Get("endpointId").Text() == c.Endpoint && c.Endpoint != "" }
		switch {
		case slices.ContainsFunc(ours, mine):
			c.Ours = "yes"
		case len(unread) > 0:
			c.Ours = "unknown"
		}
		out = append(out, c)
	}
	return out
}
