package fix

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"esaudit/change"
	"esaudit/finding"
	"esaudit/snapshot"
)

func privatelink(o snapshot.Object, operation string, params ...string) Call {
	c := Call{Region: o.Region, Product: "privatelink", Operation: operation, Params: map[string]string{"ServiceId": o.ID}}
	for i := 0; i+1 < len(params); i += 2 {
		c.Params[params[i]] = params[i+1]
	}
	return c
}

func serviceProbe(o snapshot.Object, operation string, path ...string) Probe {
	return Probe{Region: o.Region, Product: "privatelink", Operation: operation, Params: map[string]string{"ServiceId": o.ID}, Path: path}
}

func (p *planner) serviceSubject(o snapshot.Object) finding.Subject {
	return p.subject(o, "endpoint-service", "privatelink", "vpcendpointservice", o.Attr("ServiceName").Text())
}

// closeService makes a service ask before it accepts a connection, and takes
// everybody off its list.
func (p *planner) closeService(f finding.Finding, w wish) {
	o, ok := p.find(snapshot.EndpointService, f.Subject.ID)
	if accepts, _ := o.Attr("AutoAcceptEnabled").Bool(); !ok || !accepts {
		p.byHand(w, p.console(f)...)
		return
	}
	p.add(p.autoAccept(o, false), w.why)
	for _, u := range o.Aspect(snapshot.Users).Items() {
		if id := u.Get("UserId").Text(); id == "*" {
			p.add(p.user(o, "UserId", id), w.why)
		}
	}
	for _, u := range o.Aspect(snapshot.UserARNs).Items() {
		if arn := u.Get("UserARN").Text(); everybody(arn) {
			p.add(p.user(o, "UserARN", arn), w.why)
		}
	}
}

// everybody reports whether an ARN names every account: acs:ram:*:*:*.
func everybody(arn string) bool {
	parts := strings.Split(arn, ":")
	return len(parts) > 3 && parts[0] == "acs" && strings.Contains(parts[3], "*")
}

func (p *planner) autoAccept(o snapshot.Object, on bool) Action {
	value := func(on bool) string { return map[bool]string{true: "true", false: "false"}[on] }
	inverse := privatelink(o, "UpdateVpcEndpointServiceAttribute", "AutoAcceptEnabled", value(!on))
	a := Action{
		Kind: "close-endpoint-service", Title: fmt.Sprintf("Let service %s accept connections automatically: %s", o.ID, map[bool]string{true: "yes", false: "no"}[on]),
		Subject: p.serviceSubject(o), Edits: texts([]change.Edit{change.SetField(o.ID, "AutoAcceptEnabled", value(on))}),
		Value: serviceProbe(o, "GetVpcEndpointServiceAttribute", "AutoAcceptEnabled"), Before: json.RawMessage(value(!on)), After: json.RawMessage(value(on)),
		Call: privatelink(o, "UpdateVpcEndpointServiceAttribute", "AutoAcceptEnabled", value(on)), Inverse: &inverse,
	}
	a.seal()
	return a
}

// user takes somebody off the list of those who may connect to a service.
func (p *planner) user(o snapshot.Object, field, id string) Action {
	list := map[string]string{"UserId": "Users", "UserARN": "UserARNs"}[field]
	inverse := privatelink(o, "AddUserToVpcEndpointService", field, id)
	a := Action{
		Kind: "close-endpoint-service", Title: fmt.Sprintf("Take %s off the list of service %s", id, o.ID), Subject: p.serviceSubject(o),
		Edits: texts([]change.Edit{change.RemovePart("user", o.ID, id)}),
		Value: serviceProbe(o, "ListVpcEndpointServiceUsers", list, field+"="+id, field), After: json.RawMessage("null"),
		Call: privatelink(o, "RemoveUserFromVpcEndpointService", field, id), Inverse: &inverse,
	}
	aspect := map[string]snapshot.Aspect{"UserId": snapshot.Users, "UserARN": snapshot.UserARNs}[field]
	for _, u := range o.Aspect(aspect).Items() {
		if u.Get(field).Text() == id {
			a.Before = raw(u.Get(field))
		}
	}
	a.seal()
	return a
}

func (p *planner) wishUser(e change.Edit, w wish, holder, id string) error {
	o, there := p.find(snapshot.EndpointService, holder)
	field, aspect := "UserId", snapshot.Users
	if strings.HasPrefix(id, "acs:") {
		field, aspect = "UserARN", snapshot.UserARNs
	}
	switch {
	case !there:
		return fmt.Errorf("no endpoint service %q", holder)
	case e.Verb == change.Add:
		p.byHand(w, fmt.Sprintf("Let %s connect to service %s.", id, holder), "API: privatelink:AddUserToVpcEndpointService")
		return nil
	case !slices.ContainsFunc(o.Aspect(aspect).Items(), func(n *snapshot.Node) bool { return n.Get(field).Text() == id }):
		return fmt.Errorf("%s does not list %q", holder, id)
	}
	p.add(p.user(o, field, id), w.why)
	return nil
}

// disconnect ends the connections that a finding names.
func (p *planner) disconnect(f finding.Finding, w wish) {
	o, ok := p.find(snapshot.EndpointService, f.Subject.ID)
	done := false
	for _, e := range f.Evidence {
		item := p.item(e.Pointer, string(snapshot.Connections))
		if ok && item != nil && item.Get("ConnectionStatus").Text() == "Connected" {
			p.add(p.connection(o, item), w.why)
			done = true
		}
	}
	if !done {
		p.byHand(w, p.console(f)...)
	}
}

func (p *planner) connection(o snapshot.Object, item *snapshot.Node) Action {
	id := item.Get("EndpointId").Text()
	probe := serviceProbe(o, "ListVpcEndpointConnections", "Connections", "EndpointId="+id, "ConnectionStatus")
	inverse := privatelink(o, "EnableVpcEndpointConnection", "EndpointId", id)
	if bandwidth := item.Get("Bandwidth").Text(); bandwidth != "" {
		inverse.Params["Bandwidth"] = bandwidth
	}
	a := Action{
		Kind: "disconnect-consumers", Title: fmt.Sprintf("Disconnect endpoint %s of account %s from service %s", id, item.Get("EndpointOwnerId").Text(), o.ID),
		Subject: p.serviceSubject(o), Edits: texts([]change.Edit{change.RemovePart("connection", o.ID, id)}), Value: probe,
		Before: json.RawMessage(`"Connected"`), After: json.RawMessage(`"Disconnected"`), Call: privatelink(o, "DisableVpcEndpointConnection", "EndpointId", id),
		Inverse: &inverse, Ready: &Ready{Probe: probe, Until: []string{"Disconnected"}, Failed: []string{"Deleting", "ServiceDeleted"}},
	}
	a.seal()
	return a
}

func (p *planner) wishConnection(w wish, holder, id string) error {
	o, there := p.find(snapshot.EndpointService, holder)
	if !there {
		return fmt.Errorf("no endpoint service %q", holder)
	}
	for _, item := range o.Aspect(snapshot.Connections).Items() {
		if item.Get("EndpointId").Text() == id && item.Get("ConnectionStatus").Text() == "Connected" {
			p.add(p.connection(o, item), w.why)
			return nil
		}
	}
	return fmt.Errorf("%s has no connected %q", holder, id)
}

// replaceEndpoint makes an endpoint anew in a zone that its service and its
// cluster have in common.
func (p *planner) replaceEndpoint(f finding.Finding, w wish) {
	cluster, item := p.endpointOf(f.Subject.ID)
	service, ok := p.find(snapshot.EndpointService, item.Get("serviceId").Text())
	zone := ""
	if ok {
		zone = commonZone(cluster, service)
	}
	if zone == "" || !ok || p.inZone(service, f.Subject.ID, zone) {
		p.byHand(w, p.console(f)...)
		return
	}
	w.subject = p.clusterSubject(cluster)
	p.add(p.deleteEndpoint(cluster, item), w.why)
	p.newEndpoint(cluster, service, zone, w)
}

// endpointOf is the cluster that an endpoint belongs to, and the endpoint.
func (p *planner) endpointOf(id string) (snapshot.Object, *snapshot.Node) {
	for _, o := range p.account.Objects(snapshot.Cluster) {
		for _, item := range o.Aspect(snapshot.VPCEndpoints).Items() {
			if item.Get("endpointId").Text() == id {
				return o, item
			}
		}
	}
	return snapshot.Object{}, nil
}

// commonZone is a zone where a cluster runs and a service has a resource; ""
// when there is none.
func commonZone(cluster, service snapshot.Object) string {
	var zones []string
	for _, r := range service.Aspect(snapshot.Resources).Items() {
		zones = append(zones, r.Get("ZoneId").Text())
	}
	slices.Sort(zones)
	for _, z := range zones {
		for _, own := range cluster.Attr("zoneInfos").Items() {
			if own.Get("zoneId").Text() == z && own.Get("status").Text() == "NORMAL" {
				return z
			}
		}
	}
	return ""
}

// inZone reports whether an endpoint stands in a zone already.
func (p *planner) inZone(service snapshot.Object, endpoint, zone string) bool {
	for _, c := range service.Aspect(snapshot.Connections).Items() {
		if c.Get("EndpointId").Text() != endpoint {
			continue
		}
		for _, z := range c.Get("Zones").Items() {
			if z.Get("ZoneId").Text() == zone {
				return true
			}
		}
	}
	return false
}

func endpoints(o snapshot.Object, path ...string) Probe {
	return Probe{Region: o.Region, Product: "elasticsearch", Operation: "ListVpcEndpoints", Params: map[string]string{"InstanceId": o.ID}, Path: append([]string{"Result"}, path...)}
}

func createEndpoint(o snapshot.Object, service, zone string) Call {
	return Call{Region: o.Region, Product: "elasticsearch", Operation: "CreateVpcEndpoint", Params: map[string]string{"InstanceId": o.ID},
		Body: json.RawMessage(text(map[string]string{"serviceId": service, "zoneId": zone}))}
}

func (p *planner) deleteEndpoint(o snapshot.Object, item *snapshot.Node) Action {
	id, service := item.Get("endpointId").Text(), item.Get("serviceId").Text()
	a := Action{
		Kind: "replace-endpoint", Title: fmt.Sprintf("Delete endpoint %s of %s", id, o.ID), Subject: p.clusterSubject(o), Cluster: o.ID,
		Edits: texts([]change.Edit{change.RemovePart("endpoint", o.ID, id)}), Value: connected(o), Before: services(o), entries: member{remove: service}, Recreates: "endpoint " + id + " of " + o.ID + ", with another id, domain and addresses",
		Call:  Call{Region: o.Region, Product: "elasticsearch", Operation: "DeleteVpcEndpoint", Params: map[string]string{"InstanceId": o.ID, "EndpointId": id}},
		Ready: active(o), NotUndoable: "the zone it stands in was not read",
	}
	switch zone := p.zoneOf(service, id, item); {
	case zone == "":
	case !p.offers(service, zone):
		a.NotUndoable = "it stands in " + zone + ", where its service takes no new endpoint"
	case !p.accepts(service):
		a.NotUndoable = "a new endpoint waits until its service accepts it"
	default:
		inverse := createEndpoint(o, service, zone)
		a.Inverse, a.NotUndoable = &inverse, ""
	}
	a.After = a.entries.applied(a.Before)
	a.seal()
	return a
}

// connected is where the services stand that a cluster has endpoints to: one for
// each endpoint, whose id nobody knows before it is made.
func connected(o snapshot.Object) Probe {
	p := endpoints(o, "*", "serviceId")
	p.Set = true
	return p
}

// services are those that a cluster has endpoints to.
func services(o snapshot.Object) json.RawMessage {
	list := []string{}
	for _, item := range o.Aspect(snapshot.VPCEndpoints).Items() {
		if id := item.Get("serviceId").Text(); id != "" {
			list = append(list, id)
		}
	}
	return json.RawMessage(text(list))
}

// member is what an action does to a list that may hold the same twice: it adds
// one, or removes one.
type member struct{ add, remove string }

func (m member) applied(before json.RawMessage) json.RawMessage {
	n, err := snapshot.ParseJSON(before)
	if err != nil {
		return before
	}
	list := []string{}
	for _, item := range n.Items() {
		list = append(list, item.Text())
	}
	if at := slices.Index(list, m.remove); m.remove != "" && at >= 0 {
		list = slices.Delete(list, at, at+1)
	}
	if m.add != "" {
		list = append(list, m.add)
	}
	return json.RawMessage(text(list))
}

// accepts reports whether a service is known to connect new endpoints by itself.
func (p *planner) accepts(service string) bool {
	o, _ := p.find(snapshot.EndpointService, service)
	on, known := o.Attr("AutoAcceptEnabled").Bool()
	return known && on
}

// offers reports whether a service takes new endpoints in a zone, as far as is
// known.
func (p *planner) offers(service, zone string) bool {
	o, there := p.find(snapshot.EndpointService, service)
	if !there || !o.Attr("Zones").Exists() && !o.Aspect(snapshot.Resources).Exists() {
		return true
	}
	return slices.ContainsFunc(o.Attr("Zones").Items(), func(n *snapshot.Node) bool { return n.Text() == zone }) ||
		slices.ContainsFunc(o.Aspect(snapshot.Resources).Items(), func(n *snapshot.Node) bool { return n.Get("ZoneId").Text() == zone })
}

// zoneOf is the zone where an endpoint stands, as its service or its cluster
// say; "" when neither does.
func (p *planner) zoneOf(service, endpoint string, item *snapshot.Node) string {
	if zone := item.Get("zoneId").Text(); zone != "" {
		return zone
	}
	o, _ := p.find(snapshot.EndpointService, service)
	for _, c := range o.Aspect(snapshot.Connections).Items() {
		if c.Get("EndpointId").Text() == endpoint && len(c.Get("Zones").Items()) == 1 {
			return c.Get("Zones").Items()[0].Get("ZoneId").Text()
		}
	}
	return ""
}

// newEndpoint makes an endpoint, and says by hand what only its new domain
// allows.
func (p *planner) newEndpoint(o, service snapshot.Object, zone string, w wish) {
	add, err := change.Parse(change.Add, "endpoint:"+o.ID+":"+service.ID+"@"+zone)
	if err != nil {
		p.byHand(w, "Create an endpoint of "+o.ID+" to "+service.ID+" in "+zone+".")
		return
	}
	inverse := Call{Region: o.Region, Product: "elasticsearch", Operation: "DeleteVpcEndpoint", Params: map[string]string{"InstanceId": o.ID},
		Answered: map[string]string{"EndpointId": "/Result/endpointId"}}
	status := endpoints(o, "*serviceId="+service.ID, "endpointStatus")
	a := Action{
		Kind: "create-endpoint", Title: fmt.Sprintf("Create an endpoint of %s to service %s in %s", o.ID, service.ID, zone), Subject: p.clusterSubject(o), Cluster: o.ID,
		Edits: texts([]change.Edit{add}), Value: connected(o), Before: services(o), entries: member{add: service.ID}, Call: createEndpoint(o, service.ID, zone),
		Inverse: &inverse, Ready: &Ready{Probe: status, Until: []string{"Active"}, Failed: []string{}}, Cost: "the endpoint, by the hour and by traffic",
	}
	a.After = a.entries.applied(a.Before)
	a.seal()
	p.add(a, w.why)
	if accepts, _ := service.Attr("AutoAcceptEnabled").Bool(); !accepts {
		p.byHand(w, fmt.Sprintf("Accept the connection of the new endpoint at service %s.", service.ID), "API: privatelink:EnableVpcEndpointConnection")
	}
	p.byHand(w, fmt.Sprintf("Put the domain of the new endpoint (elasticsearch:ListVpcEndpoints of %s, endpointDomain) where elasticsearch.yml of %s names the host; this restarts the cluster.", o.ID, o.ID),
		"API: elasticsearch:UpdateInstanceSettings")
}

func (p *planner) wishEndpoint(e change.Edit, w wish, holder, entry string) error {
	o, there := p.find(snapshot.Cluster, holder)
	if !there {
		return fmt.Errorf("no cluster %q", holder)
	}
	w.subject = p.clusterSubject(o)
	if e.Verb == change.Add {
		id, zone, _ := strings.Cut(entry, "@")
		service, there := p.find(snapshot.EndpointService, id)
		if !there {
			return fmt.Errorf("no endpoint service %q", id)
		}
		p.newEndpoint(o, service, zone, w)
		return nil
	}
	if owner, item := p.endpointOf(entry); item != nil && owner.ID == holder {
		p.add(p.deleteEndpoint(o, item), w.why)
		return nil
	}
	return fmt.Errorf("%s has no endpoint %q", holder, entry)
}

// createEndpoints makes the endpoints that are missing to services that lead to
// the hosts a finding names.
func (p *planner) createEndpoints(f finding.Finding, w wish) {
	cluster, ok := p.find(snapshot.Cluster, f.Subject.ID)
	done := false
	for _, e := range f.Evidence {
		if host, port := hostPort(e.Value); ok && host != "" {
			service, there := p.serviceTo(cluster, host, port)
			zone := commonZone(cluster, service)
			if !there || zone == "" || p.linked(cluster, service.ID) {
				continue
			}
			w.subject = p.clusterSubject(cluster)
			p.newEndpoint(cluster, service, zone, w)
			done = true
		}
	}
	if !done {
		p.byHand(w, p.console(f)...)
	}
}

func hostPort(value any) (host, port string) {
	text, _ := value.(string)
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		return u.Hostname(), u.Port()
	}
	if host, port, ok := strings.Cut(text, ":"); ok && !strings.ContainsAny(text, ", []") {
		return host, port
	}
	return "", ""
}

// linked reports whether a cluster has an endpoint to a service.
func (p *planner) linked(o snapshot.Object, service string) bool {
	return slices.ContainsFunc(o.Aspect(snapshot.VPCEndpoints).Items(), func(n *snapshot.Node) bool { return n.Get("serviceId").Text() == service })
}

// serviceTo is the endpoint service in a cluster's region that leads to a host:
// the one that a private domain names, or one whose load balancer forwards the
// port to it.
func (p *planner) serviceTo(cluster snapshot.Object, host, port string) (snapshot.Object, bool) {
	for _, o := range p.account.In(snapshot.EndpointService, cluster.Region) {
		if domain := o.Attr("ServiceDomain").Text(); domain != "" && strings.HasSuffix(host, "."+domain) {
			return o, true
		}
		for _, r := range o.Aspect(snapshot.Resources).Items() {
			if p.forwards(r.Get("ResourceId").Text(), host, port) {
				return o, true
			}
		}
	}
	return snapshot.Object{}, false
}

// forwards reports whether a load balancer forwards a port to an address.
func (p *planner) forwards(balancer, host, port string) bool {
	for _, l := range p.account.Objects(snapshot.CLBListener) {
		if l.Attr("LoadBalancerId").Text() != balancer || l.Attr("ListenerPort").Text() != port {
			continue
		}
		if g, ok := p.find(snapshot.CLBVServerGroup, l.Attr("VServerGroupId").Text()); ok {
			for _, s := range g.Attr("BackendServers").Items() {
				if slices.Contains(p.addresses(s.Get("ServerId").Text()), host) {
					return true
				}
			}
		}
	}
	for _, l := range p.account.Objects(snapshot.NLBListener) {
		if l.Attr("LoadBalancerId").Text() != balancer || l.Attr("ListenerPort").Text() != port {
			continue
		}
		if g, ok := p.find(snapshot.NLBServerGroup, l.Attr("ServerGroupId").Text()); ok {
			for _, s := range g.Aspect(snapshot.Servers).Items() {
				if s.Get("ServerIp").Text() == host {
					return true
				}
			}
		}
	}
	return false
}
