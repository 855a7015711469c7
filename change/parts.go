package change

import (
	"strings"

	"esaudit/snapshot"
)

// part is something that an object holds, by its text.
type part struct {
	kind   snapshot.Kind
	aspect snapshot.Aspect
	id     func(*snapshot.Node) string
}

// partOf says where the things of a kind of place stand: sg, server or endpoint.
func partOf(kind string) part {
	switch kind {
	case "sg":
		return part{snapshot.SecurityGroup, snapshot.Rules, field("SecurityGroupRuleId")}
	case "server":
		return part{snapshot.NLBServerGroup, snapshot.Servers, func(n *snapshot.Node) string {
			return n.Get("ServerId").Text() + ":" + n.Get("Port").Text()
		}}
	}
	return part{snapshot.Cluster, snapshot.VPCEndpoints, field("endpointId")}
}

// parts removes what an object holds under the edit's entry.
func (w *work) parts(e Edit, p part) error {
	holders, err := w.holders(e, p.kind)
	if err != nil {
		return err
	}
	l := lookup{name: e.entry}
	for _, o := range holders {
		w.remove(&l, o, o.Aspect(p.aspect), p.id)
	}
	return l.end("entry of " + e.holder)
}

// user changes who may connect to an endpoint service: an account id, or an
// ARN.
func (w *work) user(e Edit) error {
	holders, err := w.holders(e, snapshot.EndpointService)
	if err != nil {
		return err
	}
	aspect, name := snapshot.Users, "UserId"
	if strings.HasPrefix(e.entry, "acs:") {
		aspect, name = snapshot.UserARNs, "UserARN"
	}
	if e.Verb == Add {
		for _, o := range holders {
			if list := o.Aspect(aspect); list.Kind() == snapshot.Array {
				w.add(o, list, snapshot.NewObject(map[string]*snapshot.Node{name: snapshot.NewString(e.entry)}))
			}
		}
		return nil
	}
	return w.parts(e, part{snapshot.EndpointService, aspect, field(name)})
}

// connection disconnects an endpoint from a service: on the service's side, and
// on that of the cluster whose endpoint it is.
func (w *work) connection(e Edit) error {
	holders, err := w.holders(e, snapshot.EndpointService)
	if err != nil {
		return err
	}
	l := lookup{name: e.entry}
	for _, o := range holders {
		for _, item := range o.Aspect(snapshot.Connections).Items() {
			if l.is(item.Get("EndpointId").Text()) {
				w.patch(o, item).fields["ConnectionStatus"] = snapshot.NewString("Disconnected")
			}
		}
	}
	if err := l.end("connection of " + e.holder); err != nil {
		return err
	}
	for _, a := range w.snapshot.Accounts() {
		for _, o := range a.Objects(snapshot.Cluster) {
			for _, item := range o.Aspect(snapshot.VPCEndpoints).Items() {
				if item.Get("endpointId").Text() == e.entry {
					w.patch(o, item).fields["connectionStatus"] = snapshot.NewString("Disconnected")
				}
			}
		}
	}
	return nil
}

// yml removes a key of a cluster's elasticsearch.yml.
func (w *work) yml(e Edit) error {
	holders, err := w.holders(e, snapshot.Cluster)
	if err != nil {
		return err
	}
	l := lookup{name: e.entry}
	for _, o := range holders {
		w.remove(&l, o, o.Attr("esConfig"), (*snapshot.Node).Key)
	}
	return l.end("key of " + e.holder)
}

// kibana takes a security group off, or puts one on, the private connection of a
// cluster's Kibana.
func (w *work) kibana(e Edit) error {
	holders, err := w.holders(e, snapshot.Cluster)
	if err != nil {
		return err
	}
	l := lookup{name: e.entry}
	for _, o := range holders {
		for _, item := range o.Aspect(snapshot.KibanaPVL).Items() {
			list := item.Get("securityGroups")
			switch {
			case e.Verb == Remove:
				w.remove(&l, o, list, (*snapshot.Node).Text)
			case list.Kind() == snapshot.Array:
				l.found = true
				w.add(o, list, snapshot.NewString(e.entry))
			}
		}
	}
	return l.end("security group of the Kibana of " + e.holder)
}

// endpoint makes an endpoint of a cluster to SERVICE@ZONE. Its id and domain are
// known when it is made; it is connected when the service accepts everybody.
func (w *work) endpoint(e Edit) error {
	holders, err := w.holders(e, snapshot.Cluster)
	if err != nil {
		return err
	}
	service, zone, _ := strings.Cut(e.entry, "@")
	services := w.objects(snapshot.EndpointService, service)
	if len(services) == 0 {
		return nothing("endpoint service", service, w.ids(snapshot.EndpointService))
	}
	connection := "Pending"
	if accepted, _ := services[0].Attr("AutoAcceptEnabled").Bool(); accepted {
		connection = "Connected"
	}
	id := "ep-new"
	texts := map[string]string{
		"endpointId": id, "endpointName": id, "endpointStatus": "Active", "endpointBusinessStatus": "Normal", "connectionStatus": connection,
		"serviceId": service, "serviceName": services[0].Attr("ServiceName").Text(), "endpointDomain": id + "." + services[0].Attr("ServiceDomain").Text(), "zoneId": zone,
	}
	fields := map[string]*snapshot.Node{}
	for name, text := range texts {
		fields[name] = snapshot.NewString(text)
	}
	for _, o := range holders {
		if list := o.Aspect(snapshot.VPCEndpoints); list.Kind() == snapshot.Array {
			w.add(o, list, snapshot.NewObject(fields))
		}
	}
	if list := services[0].Aspect(snapshot.Connections); list.Kind() == snapshot.Array {
		w.add(services[0], list, snapshot.NewObject(map[string]*snapshot.Node{
			"EndpointId": snapshot.NewString(id), "ServiceId": snapshot.NewString(service), "ConnectionStatus": snapshot.NewString(connection),
			"Zones": snapshot.NewArray(snapshot.NewObject(map[string]*snapshot.Node{"ZoneId": snapshot.NewString(zone), "ZoneStatus": snapshot.NewString(connection)})),
		}))
	}
	return nil
}
