package emulator

import "strconv"

// The reads of privatelink that show a customer's own endpoints and services.
const (
	listEndpoints     = "privatelink.ListVpcEndpoints"
	getEndpoint       = "privatelink.GetVpcEndpointAttribute"
	listEndpointZones = "privatelink.ListVpcEndpointZones"
	getService        = "privatelink.GetVpcEndpointServiceAttribute"
	listServiceUsers  = "privatelink.ListVpcEndpointServiceUsers"
)

func privatelinkWriters() map[string]writer {
	return map[string]writer{
		"UpdateVpcEndpointServiceAttribute":  updateService,
		"AddUserToVpcEndpointService":        changeUser(true),
		"RemoveUserFromVpcEndpointService":   changeUser(false),
		"EnableVpcEndpointConnection":        enableConnection,
		"DisableVpcEndpointConnection":       disableConnection,
		"AttachSecurityGroupToVpcEndpoint":   changeEndpointGroup(true),
		"DetachSecurityGroupFromVpcEndpoint": changeEndpointGroup(false),
	}
}

// service checks that a write names a service that is there.
func (e *edit) service() (id string, bad *refusal) {
	id = e.call.param("ServiceId")
	switch {
	case id == "":
		return "", missing("ServiceId")
	case e.find(listServices, anywhere, has("ServiceId", id)) == nil && e.first(getService, about("serviceid", id)) == nil:
		return "", badRequest("EndpointServiceNotFound", "The specified endpoint service does not exist.")
	}
	return id, nil
}

// updateService changes the attributes of an endpoint service.
func updateService(e *edit) (object, *refusal) {
	id, bad := e.service()
	if bad != nil {
		return nil, bad
	}
	var changed object
	for _, name := range []string{"AutoAcceptEnabled", "ZoneAffinityEnabled", "ServiceSupportIPv6"} {
		switch value := e.call.param(name); value {
		case "":
		case "true", "false":
			changed = append(changed, member{name, []byte(value)})
		default:
			return nil, invalid(name, "true or false")
		}
	}
	if text := e.call.param("ConnectBandwidth"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 100 {
			return nil, invalid("ConnectBandwidth", "a number from 100 up")
		}
		changed = append(changed, member{"ConnectBandwidth", strconv.AppendInt(nil, int64(n), 10)})
	}
	if e.call.has("ServiceDescription") {
		changed = append(changed, member{"ServiceDescription", quote(e.call.param("ServiceDescription"))})
	}
	apply := func(o object) object { return merge(o, changed, false) }
	e.items(listServices, anywhere, has("ServiceId", id), apply)
	e.each(getService, about("serviceid", id), apply)
	return nil, nil
}

// changeUser changes who may connect to a service: an account, or an ARN. That
// it is so already is no error.
func changeUser(add bool) writer {
	return func(e *edit) (object, *refusal) {
		id, bad := e.service()
		user, arn := e.call.param("UserId"), e.call.param("UserARN")
		here := about("serviceid", id)
		_, err := strconv.ParseUint(user, 10, 63)
		switch {
		case bad != nil:
			return nil, bad
		case (user == "") == (arn == ""):
			return nil, missing("UserId")
		case user != "" && err != nil:
			return nil, invalid("UserId", "the number of an account")
		case e.first(listServiceUsers, here) == nil:
			return nil, notRecorded("")
		}
		item, path, mine := object{{"UserId", []byte(user)}}, 0, has("UserId", user)
		if arn != "" {
			item, path, mine = object{{"UserARN", quote(arn)}}, 1, has("UserARN", arn)
		}
		switch {
		case !add:
			e.items(listServiceUsers, here, mine, removed)
		case e.find(listServiceUsers, here, mine) == nil:
			e.add(listServiceUsers, func(q question) bool { return here(q) && e.lists(listServiceUsers, q, path) }, path, item)
		}
		return nil, nil
	}
}

// lists reports whether the answer to a question has one of its operation's
// arrays: users and ARNs may be asked for apart.
func (e *edit) lists(name string, q question, path int) bool {
	return e.first(name, func(other question) bool { return other.key() == q.key() }).get(e.world.lists[name].paths[path]) != nil
}

// connected finds the connection that a write names.
func (e *edit) connected() (object, *refusal) {
	id, bad := e.service()
	if bad != nil {
		return nil, bad
	}
	endpoint := e.call.param("EndpointId")
	if endpoint == "" {
		return nil, missing("EndpointId")
	}
	c := e.find(listConnections, about("serviceid", id), has("EndpointId", endpoint))
	if c == nil {
		return nil, badRequest("EndpointConnectionNotFound", "The specified endpoint connection does not exist.")
	}
	// Documented: connections are changed one after the other in an account.
	if e.world.wait(e.account.id, "", "ConnectionStatus") {
		return nil, badRequest("ConcurrentCallNotSupported", "Another connection is being changed.")
	}
	return c, nil
}

func enableConnection(e *edit) (object, *refusal) {
	c, bad := e.connected()
	if bad != nil {
		return nil, bad
	}
	bandwidth := e.call.param("Bandwidth")
	if _, err := strconv.ParseUint(bandwidth, 10, 31); bandwidth != "" && err != nil {
		return nil, invalid("Bandwidth", "a number")
	}
	switch scalar(c.get("ConnectionStatus")) {
	case "Pending", "Disconnected":
		e.connect("Connected", "Connecting", bandwidth)
		return nil, nil
	}
	return nil, badRequest("EndpointConnectionOperationDenied", "The endpoint connection is in no status that allows this.")
}

func disableConnection(e *edit) (object, *refusal) {
	c, bad := e.connected()
	if bad != nil {
		return nil, bad
	}
	if scalar(c.get("ConnectionStatus")) != "Connected" {
		return nil, badRequest("EndpointConnectionOperationDenied", "The endpoint connection is in no status that allows this.")
	}
	e.connect("Disconnected", "Disconnecting", "")
	return nil, nil
}

// connect changes a connection wherever it is shown: at the service, at the
// customer's own endpoint, at the cluster.
func (e *edit) connect(status, meanwhile, bandwidth string) {
	endpoint := e.call.param("EndpointId")
	mine := has("EndpointId", endpoint)
	zones := func(o object) object {
		elements, _ := parseArray(o.get("Zones")) // absent: none
		for i, raw := range elements {
			if zone, err := parseObject(raw); err == nil {
				elements[i] = zone.with("ZoneStatus", quote(status)).bytes()
			}
		}
		if len(elements) == 0 {
			return o
		}
		return o.with("Zones", array(elements))
	}
	e.items(listConnections, about("serviceid", e.call.param("ServiceId")), mine, func(item object) object {
		if bandwidth != "" {
			item = item.with("Bandwidth", []byte(bandwidth))
		}
		return zones(item.with("ConnectionStatus", quote(status)).with("ModifiedTime", quote(e.stamp())))
	})
	e.items(listEndpoints, anywhere, mine, setting("ConnectionStatus", quote(status)))
	e.each(getEndpoint, about("endpointid", endpoint), setting("ConnectionStatus", quote(status)))
	e.items(listEndpointZones, about("endpointid", endpoint), func(object) bool { return true }, setting("ZoneStatus", quote(status)))
	e.items(listClusterEndpoints, anywhere, has("endpointId", endpoint), setting("connectionStatus", quote(status)))
	e.passConnection(endpoint, meanwhile)
}

// changeEndpointGroup changes the security groups of a customer's endpoint, and
// of Kibana's private link where it is that one.
func changeEndpointGroup(attach bool) writer {
	return func(e *edit) (object, *refusal) {
		endpoint, group := e.call.param("EndpointId"), e.call.param("SecurityGroupId")
		here, mine := about("endpointid", endpoint), has("SecurityGroupId", group)
		known := e.first(listEndpointGroups, here) != nil
		there := e.find(listEndpointGroups, here, mine) != nil
		switch {
		case endpoint == "":
			return nil, missing("EndpointId")
		case group == "":
			return nil, missing("SecurityGroupId")
		case !known:
			return nil, badRequest("EndpointNotFound", "The specified endpoint does not exist.")
		case !attach && !there:
			return nil, badRequest("EndpointSecurityGroupNotFound", "The security group is not attached to the endpoint.")
		case attach && there:
			return nil, nil
		case !attach:
			e.items(listEndpointGroups, here, mine, removed)
		default:
			item := object{{"SecurityGroupId", quote(group)}}
			if others := e.list(listEndpointGroups, here); len(others) > 0 {
				item = others[0].with("SecurityGroupId", quote(group))
			}
			e.add(listEndpointGroups, here, 0, item)
		}
		var groups []string
		for _, item := range e.list(listEndpointGroups, here) {
			groups = append(groups, scalar(item.get("SecurityGroupId")))
		}
		e.items(listKibanaLinks, anywhere, has("endpointId", endpoint), setting("securityGroups", list(unique(groups))))
		return nil, nil
	}
}
