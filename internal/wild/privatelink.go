package wild

import "strings"

// privateLink gives each cluster an endpoint to a service of this account.
func (m *maker) privateLink() {
	region := m.regions[0]
	m.list(region, "privatelink.ListVpcEndpointServices", nil, "Services", "TotalCount")
	for i, c := range m.clusters {
		items := []body{}
		if i != 1 || m.odd() {
			items = append(items, m.endpoint(c))
		}
		m.list(region, "elasticsearch.ListVpcEndpoints", map[string]string{"InstanceId": c.id}, "Result", "", items...)
	}
}

func (m *maker) endpoint(c *cluster) body {
	region := m.regions[0]
	ep, service := m.id("ep"), m.id("epsrv")
	zone := c.at.zone
	e := body{"endpointId": ep, "endpointDomain": ep + "." + service + "." + region + ".privatelink.aliyuncs.com"}
	m.put(e, "endpointStatus", "Active", "Inactive", "Creating", "Pending", "Deleting")
	m.put(e, "connectionStatus", "Connected", "Disconnected", "Connecting", "Pending")
	m.put(e, "endpointBusinessStatus", "Normal", "FinancialLocked")
	m.put(e, "serviceId", service, "epsrv-nobody")
	if m.chance(0.5) {
		m.put(e, "zoneId", zone, "zone-x")
	}
	domains := []string{ep + "." + service, ep + "-" + zone + "." + service, ep + "x." + service}
	for _, d := range domains {
		m.estate.domains = append(m.estate.domains, c.id+" "+d+"."+region+".privatelink.aliyuncs.com")
	}
	s := body{"ServiceId": service}
	m.put(s, "ServiceStatus", "Active", "Creating", "Deleting")
	m.put(s, "ServiceBusinessStatus", "Normal", "FinancialLocked")
	listed := !m.odd()
	if listed {
		m.list(region, "privatelink.ListVpcEndpointServices", nil, "Services", "TotalCount", s)
	}
	if m.chance(0.3) {
		m.describe(region, "privatelink.GetVpcEndpointServiceAttribute", map[string]string{"ServiceId": service}, s)
	}
	connection := body{"EndpointId": ep}
	m.put(connection, "Zones", []any{body{"ZoneId": zone}, body{"ZoneId": "zone-y"}}, []any{})
	of := map[string]string{"ServiceId": service}
	m.list(region, "privatelink.ListVpcEndpointConnections", of, "Connections", "TotalCount", connection)
	resources := []body{}
	for range 1 + m.r.IntN(2) {
		r := body{"ResourceId": m.behind(c)}
		kind, _, _ := strings.Cut(r["ResourceId"].(string), "-")
		if kind == "lb" {
			kind = "slb"
		}
		m.put(r, "ResourceType", kind)
		m.put(r, "ZoneId", zone, "zone-x")
		if !m.odd() {
			resources = append(resources, r)
		}
	}
	m.list(region, "privatelink.ListVpcEndpointServiceResources", of, "Resources", "", resources...)
	return e
}

// behind adds a load balancer for private connections, or takes one that is
// there.
func (m *maker) behind(c *cluster) string {
	if m.odd() {
		return one(m, "lb-nobody", "alb-1", "gwlb-1", one(m, m.estate.balancers...))
	}
	if m.chance(0.15) {
		return one(m, m.estate.balancers...)
	}
	if m.chance(0.5) {
		id := m.id("lb")
		m.classic(id, "intranet", m.vpcs[home].switches[0])
		return id
	}
	id := m.id("nlb")
	m.networkBalancer(id, "Intranet")
	return id
}
