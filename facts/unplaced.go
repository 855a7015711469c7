package facts

import (
	"slices"

	"esaudit/esyml"
	"esaudit/graph"
	"esaudit/snapshot"
)

// unplaced is an endpoint of a cluster that does not show its service, and that no
// connection of one names: any of the region's whose connections were not read may
// be it.
type unplaced struct{ cluster, endpoint string }

// servicesOf is the service of a cluster's endpoint: the one that it shows, else each
// that has it among its connections. None when nothing tells.
func (o *offers) servicesOf(e *snapshot.Node) []string {
	if id := e.Get("serviceId").Text(); id != "" {
		return []string{id}
	}
	return o.holders[e.Get("endpointId").Text()]
}

// place finds the services of endpoints that do not show theirs, and notes the others.
func (o *offers) place(clusters map[place][]*graph.Cluster) {
	for _, region := range graph.Regions(o.account) {
		p := place{o.account, region}
		for _, c := range clusters[p] {
			if !c.HasEndpoints() {
				continue
			}
			for e := range c.GlanceAspect(snapshot.VPCEndpoints).Each {
				if e.Get("serviceId").Text() == "" {
					o.unplaced[p] = append(o.unplaced[p], unplaced{c.ID, e.Get("endpointId").Text()})
				}
			}
		}
	}
	if len(o.unplaced) == 0 {
		return
	}
	for _, service := range o.account.Objects(snapshot.EndpointService) {
		for x := range service.GlanceAspect(snapshot.Connections).Each {
			id := x.Get("EndpointId").Text()
			if id != "" && !slices.Contains(o.holders[id], service.ID) {
				o.holders[id] = append(o.holders[id], service.ID)
			}
		}
	}
	for p := range o.unplaced {
		o.unplaced[p] = slices.DeleteFunc(o.unplaced[p], func(u unplaced) bool { return len(o.holders[u.endpoint]) > 0 })
	}
}

// mayHold are the endpoints without a service that may be connected to one, and the
// calls that would show its connections.
func (o *offers) mayHold(service snapshot.Object) ([]unplaced, []snapshot.Call) {
	p := placeOf(service)
	if len(o.unplaced[p]) == 0 {
		return nil, nil
	}
	unread := connectionsUnread(p, service.ID)
	if unread == nil {
		return nil, nil // it would be among them
	}
	o.account.Doubt("privatelink") // no id leads from one to the other
	return o.unplaced[p], unread
}

// hidesService reports, at a glance, whether a cluster has an endpoint that does not
// show its service.
func hidesService(c *graph.Cluster) bool {
	for e := range c.GlanceAspect(snapshot.VPCEndpoints).Each {
		if e.Get("serviceId").Text() == "" {
			return true
		}
	}
	return false
}

// serviceless are the endpoints that a cluster's settings name and that do not show
// their service: what is asked of them is asked of a load balancer that is not known.
func serviceless(g *graph.Graph, c *graph.Cluster, settings esyml.Settings) []Ref {
	var out []Ref
	for _, e := range endpointsNamed(g, c, settings) {
		hidden := ref(textOf(e.Get("endpointId")), e.Get("endpointId"), e)
		if e.Get("serviceId").Text() == "" && !slices.Contains(out, hidden) {
			out = append(out, hidden)
		}
	}
	return out
}
