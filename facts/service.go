package facts

import (
	"slices"

	"esaudit/graph"
	"esaudit/snapshot"
)

// ServiceFacts is what is known of an endpoint service of the account.
type ServiceFacts struct {
	// Connected are the endpoints of the account's clusters that name the service or,
	// where they name none, each that has them among its connections; ConnectedSettle are
	// calls that may show more.
	Connected       []ServiceEndpoint `json:"connected"`
	ConnectedSettle []Call            `json:"connected_settle"`

	Calls       map[string]Call     `json:"calls"` // by operation
	At          At                  `json:"at"`
	Business    Ref                 `json:"business"`
	AutoAccept  Ref                 `json:"auto_accept"`
	Type        Ref                 `json:"resource_type"`
	Users       Allowed             `json:"users"`
	UserARNs    Allowed             `json:"user_arns"`
	Connections []ServiceConnection `json:"connections"`
	Resources   []ServiceResource   `json:"resources"`
}

// ServiceEndpoint is an endpoint of a cluster.
type ServiceEndpoint struct {
	Endpoint string `json:"endpoint"`
	Cluster  string `json:"cluster"`
	Zones    []Zone `json:"cluster_zones"`
	Settle   []Call `json:"settle"` // what would tell the cluster's zones
	At       At     `json:"at"`
}

// Allowed is a list of who may connect to a service.
type Allowed struct {
	Shown bool  `json:"shown"`
	Items []Ref `json:"items"`
	At    At    `json:"at"`
}

// ServiceConnection is an endpoint, of whomever, that is or wants to be connected.
type ServiceConnection struct {
	Endpoint string `json:"endpoint"`
	Owner    Ref    `json:"owner"`       // EndpointOwnerId
	Own      bool   `json:"own_account"` // by the owner or, where that is not shown, by ResourceOwner
	Ours     bool   `json:"of_a_cluster"`
	VPC      string `json:"vpc"`
	VPCGroup string `json:"vpc_resource_group"` // "" when it is not known
	Status   Ref    `json:"status"`
	At       At     `json:"at"`
}

// ServiceResource is a load balancer that a service offers in a zone.
type ServiceResource struct {
	ID   string `json:"id"`
	Zone Ref    `json:"zone"`
	At   At     `json:"at"`
}

// services are the endpoint services.
func services(g *graph.Graph, paths *scope) list {
	linked := map[*snapshot.Account]links{}
	for _, a := range g.Snapshot().Accounts() {
		linked[a] = newLinks(a, paths)
	}
	return listOf(objects(g, snapshot.EndpointService), func(o snapshot.Object, yield func(Subject) bool) bool {
		f := serviceFacts(linked[o.Account], o)
		return yield(subject(o, "endpoint-service", "privatelink", "vpcendpointservice/"+o.ID, o.Attr("ServiceDescription").Text(), f))
	})
}

func serviceFacts(linked links, o snapshot.Object) ServiceFacts {
	field := func(name string) Ref { return ref(textOf(o.Attr(name)), o.Attr(name), o.Node) }
	_, unplaced := linked.offers.mayHold(o)
	f := ServiceFacts{
		Connected: append([]ServiceEndpoint{}, linked.of[o.ID]...), ConnectedSettle: calls(o.Account, append(slices.Clone(linked.offers.endpoints[placeOf(o)]), unplaced...)),
		Calls: map[string]Call{}, At: At{o.Node}, Business: field("ServiceBusinessStatus"), AutoAccept: field("AutoAcceptEnabled"), Type: field("ServiceResourceType"),
		Users: allowed(o, snapshot.Users, "UserId"), UserARNs: allowed(o, snapshot.UserARNs, "UserARN"),
		Connections: []ServiceConnection{}, Resources: []ServiceResource{},
	}
	f.AutoAccept.Value = nil
	if on, ok := o.Attr("AutoAcceptEnabled").Bool(); ok {
		f.AutoAccept.Value = on
	}
	for _, operation := range []string{"ListVpcEndpointServices", "GetVpcEndpointServiceAttribute", "ListVpcEndpointServiceResources", "ListVpcEndpointServiceUsers", "ListVpcEndpointConnections"} {
		f.Calls[operation] = serviceCall(o, operation)
	}
	for _, x := range o.Aspect(snapshot.Connections).Items() {
		f.Connections = append(f.Connections, linked.connection(o, x))
	}
	for _, r := range o.Aspect(snapshot.Resources).Items() {
		zone := r.Get("ZoneId")
		f.Resources = append(f.Resources, ServiceResource{r.Get("ResourceId").Text(), ref(textOf(zone), zone, r), At{r}})
	}
	return f
}

// serviceCall is a call about a service. The list of services, and that of the
// connections of a whole region, are asked once.
func serviceCall(o snapshot.Object, operation string) Call {
	of := snapshot.Call{Region: o.Region, Product: "privatelink", Operation: operation, Subject: o.ID}
	all := of
	all.Subject = ""
	if operation == "ListVpcEndpointServices" || operation == "ListVpcEndpointConnections" && o.Account.Read(all) {
		of = all
	}
	return callOf(o.Account, of)
}

func allowed(o snapshot.Object, list snapshot.Aspect, field string) Allowed {
	n := o.Aspect(list)
	out := Allowed{Shown: n.Kind() == snapshot.Array, Items: []Ref{}, At: ref(nil, n, o.Node).At}
	for _, item := range n.Items() {
		out.Items = append(out.Items, ref(textOf(item.Get(field)), item.Get(field), item))
	}
	return out
}

// links knows which endpoints of an account's clusters name which service.
type links struct {
	of     map[string][]ServiceEndpoint // by service
	ours   map[string]bool              // endpoints of clusters
	offers *offers
}

func newLinks(a *snapshot.Account, paths *scope) links {
	l := links{map[string][]ServiceEndpoint{}, map[string]bool{}, paths.services[a]}
	for _, region := range graph.Regions(a) {
		for _, c := range paths.clusters[place{a, region}] {
			if !c.HasEndpoints() {
				continue
			}
			for _, e := range c.Aspect(snapshot.VPCEndpoints).Items() {
				id := e.Get("endpointId").Text()
				for _, service := range l.offers.servicesOf(e) {
					l.of[service] = append(l.of[service], ServiceEndpoint{
						id, c.ID, zones(c), calls(c.Account, need(c, "elasticsearch", "DescribeInstance", c.ID)), At{e},
					})
				}
				l.ours[id] = id != ""
			}
		}
	}
	return l
}

// connection reads an item of ListVpcEndpointConnections.
func (l links) connection(o snapshot.Object, x *snapshot.Node) ServiceConnection {
	c := ServiceConnection{
		Endpoint: x.Get("EndpointId").Text(), Owner: ref(textOf(x.Get("EndpointOwnerId")), x.Get("EndpointOwnerId"), x),
		VPC: x.Get("EndpointVpcId").Text(), Status: ref(textOf(x.Get("ConnectionStatus")), x.Get("ConnectionStatus"), x), At: At{x},
	}
	same, shown := x.Get("ResourceOwner").Bool()
	c.Own = c.Owner.Value == o.Account.ID || c.Owner.Value == nil && shown && same
	c.VPCGroup = o.Account.Object(snapshot.VPC, o.Region, c.VPC).Attr("ResourceGroupId").Text()
	c.Ours = l.ours[c.Endpoint]
	return c
}
