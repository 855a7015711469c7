package emulator

import (
	"bytes"
	"strconv"
)

// The reads that show private links.
const (
	listClusterEndpoints = "elasticsearch.ListVpcEndpoints"
	listKibanaLinks      = "elasticsearch.ListKibanaPvlNetwork"
	listConnections      = "privatelink.ListVpcEndpointConnections"
	listServices         = "privatelink.ListVpcEndpointServices"
	listServiceResources = "privatelink.ListVpcEndpointServiceResources"
	listEndpointGroups   = "privatelink.ListVpcEndpointSecurityGroups"
)

// createEndpoint connects the cluster to an endpoint service: an endpoint with a
// new id and address, and a connection that the service shows. It waits for its
// owner unless the service accepts by itself.
func createEndpoint(e *edit) (object, *refusal) {
	var want struct {
		Service string `json:"serviceId"`
		Zone    string `json:"zoneId"`
	}
	if bad := e.decode(&want); bad != nil {
		return nil, bad
	}
	if _, bad := e.cluster(); bad != nil {
		return nil, bad
	}
	service := e.find(listServices, anywhere, has("ServiceId", want.Service))
	switch {
	case want.Service == "":
		return nil, missing("serviceId")
	case want.Zone == "":
		return nil, missing("zoneId")
	case service == nil:
		return nil, badRequest("EndpointServiceNotFound", "The specified endpoint service does not exist.")
	case service.get("Zones") != nil && !bytes.Contains(service.get("Zones"), quote(want.Zone)) &&
		e.find(listServiceResources, about("serviceid", want.Service), has("ZoneId", want.Zone)) == nil:
		return nil, invalid("zoneId", "a zone of the endpoint service")
	}
	cluster := e.call.params["InstanceId"]
	id := "ep-" + e.fresh("endpoint")
	domain := id + "." + want.Service + "." + e.call.region + ".privatelink.aliyuncs.com"
	status := "Pending"
	if scalar(service.get("AutoAcceptEnabled")) == "true" {
		status = "Connected"
	}
	endpoint := object{
		{"connectionStatus", quote(status)}, {"createTime", quote(e.stamp())}, {"endpointBusinessStatus", quote("Normal")},
		{"endpointDomain", quote(domain)}, {"endpointId", quote(id)}, {"endpointName", quote(cluster + "-" + id)},
		{"endpointStatus", quote("Active")}, {"serviceId", quote(want.Service)}, {"serviceName", quote(scalar(service.get("ServiceName")))},
	}
	if e.add(listClusterEndpoints, about("instanceid", cluster), 0, endpoint) == 0 {
		return nil, notRecorded("")
	}
	e.add(listConnections, about("serviceid", want.Service), 0, e.connection(id, want.Service, want.Zone, status))
	e.pass("endpointId", id, "endpointStatus", quote("Creating"), e.world.reads, listClusterEndpoints)
	if status == "Connected" {
		e.passConnection(id, "Connecting")
	}
	return result(object{
		{"endpointDomain", quote(domain)}, {"endpointId", quote(id)}, {"endpointName", quote(cluster + "-" + id)}, {"serviceId", quote(want.Service)},
	}.bytes()), nil
}

// stamp is the time as privatelink and ecs write it.
func (e *edit) stamp() string { return e.at.Format("2006-01-02T15:04:05Z") }

// connection is what the service shows of a new endpoint of a cluster.
func (e *edit) connection(id, service, zone, status string) object {
	owner, vpc := e.vendorSide()
	resource := e.find(listServiceResources, about("serviceid", service), has("ZoneId", zone))
	zoneStatus := "Wait"
	if status == "Connected" {
		zoneStatus = status
	}
	in := object{
		{"EniId", quote("eni-" + e.fresh("interface"))}, {"ReplacedEniId", quote("")}, {"ReplacedResourceId", quote("")},
		{"ResourceId", quote(scalar(resource.get("ResourceId")))}, {"StatusInfo", quote("")}, {"VSwitchId", quote("vsw-" + e.fresh("vswitch"))},
		{"ZoneDomain", quote(id + "-" + zone + "." + service + "." + e.call.region + ".privatelink.aliyuncs.com")},
		{"ZoneId", quote(zone)}, {"ZoneStatus", quote(zoneStatus)},
	}
	return object{
		{"Bandwidth", []byte("3072")}, {"ConnectionStatus", quote(status)}, {"EndpointId", quote(id)}, {"EndpointOwnerId", owner},
		{"EndpointRegionId", quote(e.call.region)}, {"EndpointVpcId", quote(vpc)}, {"ModifiedTime", quote(e.stamp())},
		{"ResourceGroupId", quote("")}, {"ResourceOwner", []byte("false")}, {"ServiceId", quote(service)}, {"ServiceRegionId", quote(e.call.region)},
		{"TrafficControlMode", quote("BandwidthLimit")}, {"Zones", array([][]byte{in.bytes()})},
	}
}

// vendorSide is whose the endpoints of clusters are, and in which VPC: those of
// the endpoints that are there, else made up.
func (e *edit) vendorSide() (owner []byte, vpc string) {
	for _, endpoint := range e.list(listClusterEndpoints, anywhere) {
		c := e.find(listConnections, anywhere, has("EndpointId", scalar(endpoint.get("endpointId"))))
		if c.get("EndpointOwnerId") != nil {
			return c.get("EndpointOwnerId"), scalar(c.get("EndpointVpcId"))
		}
	}
	service := digest("elasticsearch service account")
	return strconv.AppendUint(nil, digits(service), 10), "vpc-bp1" + service[:17]
}

// passConnection shows a connection on its way, on both sides.
func (e *edit) passConnection(id, value string) {
	e.pass("endpointId", id, "connectionStatus", quote(value), e.world.reads, listClusterEndpoints)
	e.pass("EndpointId", id, "ConnectionStatus", quote(value), e.world.reads, listConnections, listEndpoints, getEndpoint)
}

func deleteEndpoint(e *edit) (object, *refusal) {
	if _, bad := e.cluster(); bad != nil {
		return nil, bad
	}
	id := e.call.param("EndpointId")
	n := e.items(listClusterEndpoints, about("instanceid", e.call.params["InstanceId"]), has("endpointId", id), removed)
	if n == 0 {
		return nil, badRequest("EndpointNotFound", "The specified endpoint does not exist.")
	}
	e.items(listConnections, anywhere, has("EndpointId", id), removed)
	return done(), nil
}

// kibanaLink is the body of the operations on Kibana's private link.
type kibanaLink struct {
	Name   string    `json:"endpointName"`
	Groups *[]string `json:"securityGroups"`
	Zones  []struct {
		VSwitch string `json:"vswitchId"`
		Zone    string `json:"zoneId"`
	} `json:"vSwitchIdsZone"`
	VPC string `json:"vpcId"`
}

// enableKibanaLink opens Kibana's private link (cloud-native clusters only).
func enableKibanaLink(e *edit) (object, *refusal) {
	var want kibanaLink
	if bad := e.decode(&want); bad != nil {
		return nil, bad
	}
	instance, bad := e.cluster()
	id := e.call.params["InstanceId"]
	here := about("instanceid", id)
	switch {
	case bad != nil:
		return nil, bad
	case !cloudNative(instance):
		return nil, invalid("InstanceId", "a cloud-native cluster; others use TriggerNetwork")
	case scalar(instance.get("kibanaConfiguration.specInfo")) == "1C 2G":
		return nil, badRequest("TheSpecNotEnoughInDetail", "The specification of Kibana is too small.")
	case want.VPC == "" || len(want.Zones) == 0:
		return nil, missing("vpcId, vSwitchIdsZone")
	case len(e.list(listKibanaLinks, here)) > 0:
		return nil, repeated()
	}
	var zones [][]byte
	for _, z := range want.Zones {
		zones = append(zones, object{{"vswitchId", quote(z.VSwitch)}, {"zoneId", quote(z.Zone)}}.bytes())
	}
	var groups []string
	if want.Groups != nil {
		groups = *want.Groups
	}
	link := object{
		{"createTime", quote(e.stamp())}, {"endpointId", quote("ep-" + e.fresh("kibana"))}, {"endpointName", quote(orElse(want.Name, id+"-kibana-endpoint"))},
		{"endpointStatus", quote("Connected")}, {"pvlId", quote(id + "-kibana-internal-internal")}, {"securityGroups", list(groups)},
		{"vSwitchIdsZone", array(zones)}, {"vpcId", quote(want.VPC)},
	}
	if e.add(listKibanaLinks, here, 0, link) == 0 {
		return nil, notRecorded("")
	}
	e.update(instance, e.network(instance, "enableKibanaPrivateNetwork", true), e.world.reads)
	return done(), nil
}

// updateKibanaLink changes the name and the security groups.
func updateKibanaLink(e *edit) (object, *refusal) {
	var want kibanaLink
	if bad := e.decode(&want); bad != nil {
		return nil, bad
	}
	if _, bad := e.cluster(); bad != nil {
		return nil, bad
	}
	here, mine := about("instanceid", e.call.params["InstanceId"]), has("pvlId", e.call.param("pvlId"))
	link := e.find(listKibanaLinks, here, mine)
	if link == nil {
		return nil, badRequest("NotFound", "The specified private link of Kibana is not found.")
	}
	e.items(listKibanaLinks, here, mine, func(item object) object {
		if want.Name != "" {
			item = item.with("endpointName", quote(want.Name))
		}
		if want.Groups != nil {
			item = item.with("securityGroups", list(*want.Groups))
		}
		return item
	})
	if e.changes() {
		e.activate(e.world.reads)
	}
	return done(), nil
}

func disableKibanaLink(e *edit) (object, *refusal) {
	instance, bad := e.cluster()
	if bad != nil {
		return nil, bad
	}
	here := about("instanceid", e.call.params["InstanceId"])
	if len(e.list(listKibanaLinks, here)) == 0 {
		return nil, repeated()
	}
	e.items(listKibanaLinks, here, func(object) bool { return true }, removed)
	e.update(instance, e.network(instance, "enableKibanaPrivateNetwork", false), e.world.reads)
	return done(), nil
}
