package estate

import (
	"maps"
	"slices"
)

// Service is an endpoint service of the account: what its clusters' endpoints
// are connected to.
type Service struct {
	ID          string
	e           *Estate
	region      string
	body        Body
	resources   []Body
	connections []Body
	users       []Body
	userARNs    []Body
}

// Service adds an endpoint service for CLBs ("slb") or NLBs ("nlb"), which
// connections must be accepted for and which the account itself may use.
func (e *Estate) Service(region, id, kind string, sets ...Set) *Service {
	s := &Service{ID: id, e: e, region: region, users: []Body{{"UserId": e.owner()}}, userARNs: []Body{}}
	s.body = apply(Body{
		"ServiceId": id, "ServiceName": "com.aliyuncs.privatelink." + region + "." + id, "ServiceDomain": id + "." + region + ".privatelink.aliyuncs.com",
		"ServiceStatus": "Active", "ServiceBusinessStatus": "Normal", "ServiceType": "Interface", "ServiceResourceType": kind, "AutoAcceptEnabled": false,
		"ConnectBandwidth": 3072, "MaxBandwidth": 10240, "MinBandwidth": 100, "Payer": "Endpoint", "ZoneAffinityEnabled": false, "RegionId": region,
		"ServiceDescription": "", "PrivateServiceName": "", "ServiceSupportIPv6": false, "CreateTime": "2023-04-18T07:00:00Z", "ResourceGroupId": resourceGroup,
		"AddressIpVersion": "IPv4", "SupportedRegionSet": []Body{{"RegionBusinessStatus": "Normal", "RegionServiceStatus": "Available", "ServiceRegionId": region, "SupportedRegionId": region}},
	}, sets)
	e.services = append(e.services, s)
	e.items = append(e.items, &item{kind: "privatelink.ListVpcEndpointServices", region: region, body: func() Body { return s.full(With("Tags", []Body{})) }, calls: s.calls})
	return s
}

// CLB attaches a classic load balancer, which serves its primary zone.
func (s *Service) CLB(l *CLB) *Service { return s.attach(l.ID, "slb", l.at) }

// NLB attaches a network load balancer for some of its zones.
func (s *Service) NLB(l *NLB, at ...*VSwitch) *Service {
	for _, sw := range at {
		s.attach(l.ID, "nlb", sw)
	}
	return s
}

func (s *Service) attach(id, kind string, at *VSwitch) *Service {
	s.resources = append(s.resources, Body{
		"ResourceId": id, "ResourceType": kind, "ZoneId": at.Zone, "VpcId": at.VPC.ID, "VSwitchId": at.ID, "RegionId": s.region, "Ip": "",
		"AutoAllocatedEnabled": false, "RelatedEndpointCount": 1, "RelatedDeprecatedEndpointCount": 0, "ResourceSupportIPv6": false, "StatusInfo": "",
	})
	return s
}

// Admit lets another account use the service.
func (s *Service) Admit(account int64) *Service {
	s.users = append(s.users, Body{"UserId": account})
	return s
}

func (s *Service) full(sets ...Set) Body {
	zones := []string{}
	for _, r := range s.resources {
		if zone := r["ZoneId"].(string); !slices.Contains(zones, zone) {
			zones = append(zones, zone)
		}
	}
	b := Body{"Zones": zones}
	maps.Copy(b, s.body)
	return apply(b, sets)
}

func (s *Service) calls(r *recorder) {
	r.one(request(s.region, "privatelink", "GetVpcEndpointServiceAttribute", "ServiceId", s.ID), s.full())
	r.list(request(s.region, "privatelink", "ListVpcEndpointServiceResources", "ServiceId", s.ID), paging{"Resources", tokensOnly, 50}, s.resources, nil)
	r.list(request(s.region, "privatelink", "ListVpcEndpointServiceUsers", "ServiceId", s.ID), paging{"Users", tokensInString, 50}, s.users, Body{"UserARNs": s.userARNs})
	r.list(request(s.region, "privatelink", "ListVpcEndpointConnections", "ServiceId", s.ID), paging{"Connections", tokensInString, 1000}, s.connections, nil)
}

// regionConnections asks for the connections of all services at once.
func (e *Estate) regionConnections(r *recorder, region string) {
	var all []Body
	for _, s := range e.services {
		if s.region == region {
			all = append(all, s.connections...)
		}
	}
	r.list(request(region, "privatelink", "ListVpcEndpointConnections"), paging{"Connections", tokensInString, 1000}, all, nil)
}

// Endpoint is a private connection of a cluster.
type Endpoint struct {
	ID         string
	service    *Service
	listed     Body // an item of the cluster's ListVpcEndpoints
	connection Body // an item of the service's ListVpcEndpointConnections
}

// Endpoint connects a cluster with an endpoint service from one zone. The
// cluster's list does not name the zone; the service's connections do.
func (c *Cluster) Endpoint(id string, s *Service, zone string) *Endpoint {
	p := &Endpoint{ID: id, service: s}
	p.listed = Body{
		"endpointId": id, "endpointName": c.ID + "-" + id, "endpointDomain": p.Domain(), "endpointStatus": "Active", "endpointBusinessStatus": "Normal",
		"connectionStatus": "Connected", "serviceId": s.ID, "serviceName": s.body["ServiceName"], "createTime": "2023-04-18T08:01:24Z",
	}
	resource := ""
	for _, r := range s.resources {
		if r["ZoneId"] == zone {
			resource = r["ResourceId"].(string)
		}
	}
	p.connection = Body{
		"EndpointId": id, "EndpointOwnerId": ServiceAccount, "EndpointVpcId": "vpc-bp1esservice0000", "EndpointRegionId": s.region, "ServiceId": s.ID,
		"ServiceRegionId": s.region, "ConnectionStatus": "Connected", "Bandwidth": 3072, "ResourceOwner": false, "ResourceGroupId": "",
		"ModifiedTime": "2023-04-18T08:03:01Z", "TrafficControlMode": "BandwidthLimit",
		"Zones": []Body{{
			"ZoneId": zone, "VSwitchId": "vsw-bp1esservice0000", "EniId": "eni-" + id[3:], "ZoneStatus": "Connected", "ResourceId": resource,
			"ZoneDomain":         id + "-" + zone + "." + s.ID + "." + s.region + ".privatelink.aliyuncs.com",
			"ReplacedResourceId": "", "ReplacedEniId": "", "StatusInfo": "",
		}},
	}
	c.endpoints = append(c.endpoints, p.listed)
	s.connections = append(s.connections, p.connection)
	return p
}

// Domain is the name a cluster's settings use.
func (p *Endpoint) Domain() string {
	return p.ID + "." + p.service.ID + "." + p.service.region + ".privatelink.aliyuncs.com"
}

// Connection sets the state of the connection on both sides.
func (p *Endpoint) Connection(state string) *Endpoint {
	p.listed["connectionStatus"], p.connection["ConnectionStatus"] = state, state
	for _, z := range p.connection["Zones"].([]Body) {
		z["ZoneStatus"] = state
	}
	return p
}

// OwnEndpoint adds an endpoint of the account itself, in a subnet, to a service
// of somebody else.
func (s *VSwitch) OwnEndpoint(id, service string, n int, groups ...*SecurityGroup) {
	region := s.VPC.Region
	domain := id + "." + service + "." + region + ".privatelink.aliyuncs.com"
	b := Body{
		"EndpointId": id, "EndpointName": id, "EndpointType": "Interface", "EndpointStatus": "Active", "EndpointBusinessStatus": "Normal", "ConnectionStatus": "Connected",
		"EndpointDomain": domain, "EndpointDescription": "", "ServiceId": service, "ServiceName": "com.aliyuncs.privatelink." + region + "." + service, "VpcId": s.VPC.ID,
		"RegionId": region, "ResourceOwner": false, "ResourceGroupId": resourceGroup, "Bandwidth": 1024, "CreateTime": "2024-03-07T06:26:28Z",
		"ZoneAffinityEnabled": true, "AddressIpVersion": "IPv4", "Tags": []Body{},
	}
	zone := Body{
		"ZoneId": s.Zone, "VSwitchId": s.ID, "EniId": "eni-" + id[3:], "EniIp": s.IP(n), "RegionId": region, "ZoneStatus": "Connected",
		"ZoneDomain": id + "-" + s.Zone + "." + service + "." + region + ".privatelink.aliyuncs.com", "ZoneIpv6Address": "",
	}
	var members []Body
	ids := []string{}
	for _, g := range groups {
		members = append(members, Body{"SecurityGroupId": g.ID, "SecurityGroupStatus": "Attached"})
		ids = append(ids, g.ID)
	}
	s.eni("eni-"+id[3:], s.IP(n), ids, With("ServiceManaged", true), With("Description", "PrivateLink"))
	s.VPC.e.items = append(s.VPC.e.items, &item{kind: "privatelink.ListVpcEndpoints", region: region, body: func() Body { return b }, calls: func(r *recorder) {
		r.list(request(region, "privatelink", "ListVpcEndpointZones", "EndpointId", id), paging{"Zones", tokens, 1000}, []Body{zone}, nil)
		r.list(request(region, "privatelink", "ListVpcEndpointSecurityGroups", "EndpointId", id), paging{"SecurityGroups", tokens, 50}, members, nil)
	}})
}
