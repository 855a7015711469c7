package change

import (
	"slices"
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

func field(name string) func(*snapshot.Node) string {
	return func(n *snapshot.Node) string { return n.Get(name).Text() }
}

// holders are the objects that an edit may change, or an error that says what
// there is.
func (w *work) holders(e Edit, kind snapshot.Kind) ([]snapshot.Object, error) {
	list := w.objects(kind, e.holder)
	if len(list) == 0 {
		return nil, nothing(string(kind), e.holder, w.ids(kind))
	}
	return list, nil
}

// parts removes what an object holds under the edit's entry.
func (w *work) parts(e Edit, p part) error {
	holders, err := w.holders(e, p.kind)
	if err != nil {
		return err
	}
	var have []string
	found := false
	for _, o := range holders {
		list := o.Aspect(p.aspect)
		for i, item := range list.Items() {
			id := p.id(item)
			if have = append(have, id); id == e.entry {
				found = true
				w.patch(list).without[i] = true
			}
		}
	}
	if !found {
		return nothing("entry of "+e.holder, e.entry, have)
	}
	return nil
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
				w.patch(list).more = append(w.patch(list).more, snapshot.NewObject(map[string]*snapshot.Node{name: snapshot.NewString(e.entry)}))
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
	var have []string
	found := false
	for _, o := range holders {
		for _, item := range o.Aspect(snapshot.Connections).Items() {
			id := item.Get("EndpointId").Text()
			if have = append(have, id); id == e.entry {
				found = true
				w.patch(item).fields["ConnectionStatus"] = snapshot.NewString("Disconnected")
			}
		}
	}
	if !found {
		return nothing("connection of "+e.holder, e.entry, have)
	}
	for _, a := range w.snapshot.Accounts() {
		for _, o := range a.Objects(snapshot.Cluster) {
			for _, item := range o.Aspect(snapshot.VPCEndpoints).Items() {
				if item.Get("endpointId").Text() == e.entry {
					w.patch(item).fields["connectionStatus"] = snapshot.NewString("Disconnected")
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
	var have []string
	found := false
	for _, o := range holders {
		settings := o.Attr("esConfig")
		have = append(have, settings.Keys()...)
		if i := slices.Index(settings.Keys(), e.entry); i >= 0 {
			found = true
			w.patch(settings).without[i] = true
		}
	}
	if !found {
		return nothing("key of "+e.holder, e.entry, have)
	}
	return nil
}

// kibana takes a security group off, or puts one on, the private connection of a
// cluster's Kibana.
func (w *work) kibana(e Edit) error {
	holders, err := w.holders(e, snapshot.Cluster)
	if err != nil {
		return err
	}
	var have []string
	found := false
	for _, o := range holders {
		for _, item := range o.Aspect(snapshot.KibanaPVL).Items() {
			list := item.Get("securityGroups")
			for i, group := range list.Items() {
				if have = append(have, group.Text()); group.Text() == e.entry && e.Verb == Remove {
					found = true
					w.patch(list).without[i] = true
				}
			}
			if e.Verb == Add && list.Kind() == snapshot.Array {
				found = true
				w.patch(list).more = append(w.patch(list).more, snapshot.NewString(e.entry))
			}
		}
	}
	if !found {
		return nothing("security group of the Kibana of "+e.holder, e.entry, have)
	}
	return nil
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
			w.patch(list).more = append(w.patch(list).more, snapshot.NewObject(fields))
		}
	}
	if list := services[0].Aspect(snapshot.Connections); list.Kind() == snapshot.Array {
		w.patch(list).more = append(w.patch(list).more, snapshot.NewObject(map[string]*snapshot.Node{
			"EndpointId": snapshot.NewString(id), "ServiceId": snapshot.NewString(service), "ConnectionStatus": snapshot.NewString(connection),
			"Zones": snapshot.NewArray(snapshot.NewObject(map[string]*snapshot.Node{"ZoneId": snapshot.NewString(zone), "ZoneStatus": snapshot.NewString(connection)})),
		}))
	}
	return nil
}
