package wild

import (
	"fmt"
	"slices"
)

// networkBalancers adds NLBs: one for the internet, one inside.
func (m *maker) networkBalancers() {
	for _, region := range m.regions {
		for _, list := range [][2]string{{"nlb.ListLoadBalancers", "LoadBalancers"}, {"nlb.ListServerGroups", "ServerGroups"}, {"nlb.ListListeners", "Listeners"}} {
			if region == m.regions[0] && list[1] == "Listeners" && m.chance(0.2) {
				continue
			}
			m.list(region, list[0], nil, list[1], "TotalCount")
		}
	}
	for i := range 2 {
		m.networkBalancer(m.id("nlb"), one(m, "Internet", "Intranet", []string{"Internet", "Intranet"}[i]))
	}
}

func (m *maker) networkBalancer(id, facing string) {
	v := m.vpcs[home]
	m.estate.balancers = append(m.estate.balancers, id)
	b := body{"LoadBalancerId": id}
	m.put(b, "AddressType", facing, "Internet", "Intranet")
	if m.chance(0.3) {
		b["AddressIpVersion"] = "DualStack"
		m.put(b, "Ipv6AddressType", one(m, "Internet", "Intranet"))
	} else {
		m.put(b, "AddressIpVersion", "ipv4")
	}
	m.put(b, "VpcId", v.id, m.vpcs[peered].id)
	m.put(b, "LoadBalancerStatus", "Active", "Inactive", "Provisioning")
	m.put(b, "LoadBalancerBusinessStatus", "Normal", "FinancialLocked", "Abnormal")
	groups := []any{}
	if m.chance(0.4) {
		groups = append(groups, one(m, m.groups[:3]...))
	}
	m.put(b, "SecurityGroupIds", groups, []any{m.groups[3]})
	plain, detailed := m.zones(v)
	detail := body{}
	for k, x := range b {
		detail[k] = x
	}
	m.put(b, "ZoneMappings", plain)
	m.put(detail, "ZoneMappings", detailed)
	if !m.odd() {
		m.list(v.region, "nlb.ListLoadBalancers", nil, "LoadBalancers", "TotalCount", b)
	}
	m.describe(v.region, "nlb.GetLoadBalancerAttribute", map[string]string{"LoadBalancerId": id}, detail)
	for n := range 1 + m.r.IntN(3) {
		m.networkListener(id, n)
	}
}

// zones are an NLB's addresses, as the list and as the attribute name them.
func (m *maker) zones(v *vpc) (plain, detailed []any) {
	eip := m.odd()
	for n, s := range v.switches[:1+m.r.IntN(2)] {
		eni := m.id("eni-nlb")
		m.enis = append(m.enis, eni)
		at := body{"EniId": eni}
		m.put(at, "PrivateIPv4Address", s.ip(70+2*len(m.estate.balancers)+n))
		if eip {
			at["AllocationId"] = "eip-own"
		}
		more := body{}
		for k, x := range at {
			more[k] = x
		}
		if m.chance(0.6) {
			m.put(more, "Ipv4LocalAddresses", []any{s.ip(90), s.ip(91)}, []any{}, []any{"100.64.9.9"}, []any{"x"})
		}
		plain = append(plain, body{"ZoneId": s.zone, "LoadBalancerAddresses": []any{at}})
		detailed = append(detailed, body{"ZoneId": s.zone, "LoadBalancerAddresses": []any{more}})
	}
	return plain, detailed
}

func (m *maker) networkListener(lb string, n int) {
	region, port := m.regions[0], 9200+n
	id := m.id("lsn")
	l := body{"ListenerId": id, "LoadBalancerId": lb, "ListenerPort": port}
	m.port(lb, port, port+7)
	if n == 0 && m.chance(0.5) { // ports below those of the others, or up to them
		from, to := one(m, 9190, 9250, 9000, 9200), one(m, 9310, 9260, 9200)
		l["ListenerPort"] = m.number(0)
		m.put(l, "StartPort", m.number(from))
		m.put(l, "EndPort", m.number(to))
		m.port(lb, from, to, from-1, to+1)
	}
	m.put(l, "ListenerProtocol", one(m, "TCP", "TCP", "TCP", "TCPSSL"), "UDP", "QUIC", "HTTP")
	m.put(l, "ListenerStatus", "Running", "Stopped", "Configuring")
	group := m.id("sgp")
	m.put(l, "ServerGroupId", group, "sgp-nobody")
	listed := !m.odd()
	if listed {
		m.list(region, "nlb.ListListeners", m.listenersOf(lb), "Listeners", "TotalCount", l)
	}
	if !listed || m.chance(0.2) {
		m.describe(region, "nlb.GetListenerAttribute", map[string]string{"ListenerId": id}, l)
	}
	servers, anyPort := m.serverGroup(group)
	m.networkHealth(id, group, servers, anyPort)
}

// listenersOf are the parameters listeners are asked for with: of the whole
// region, or of a load balancer where the region was not asked for.
func (m *maker) listenersOf(lb string) map[string]string {
	if _, whole := m.lists[m.regions[0]+"nlb.ListListeners"+fmt.Sprint(map[string]string(nil))]; whole {
		return nil
	}
	return map[string]string{"LoadBalancerIds.1": lb}
}

// serverGroup adds a server group with its servers.
func (m *maker) serverGroup(id string) (servers []body, anyPort bool) {
	region := m.regions[0]
	anyPort = m.chance(0.2)
	b := body{"ServerGroupId": id}
	m.put(b, "VpcId", m.vpcs[home].id, m.vpcs[peered].id)
	m.put(b, "AnyPortEnabled", anyPort, "true")
	m.put(b, "PreserveClientIpEnabled", m.chance(0.2))
	m.list(region, "nlb.ListServerGroups", nil, "ServerGroups", "TotalCount", b)
	for range 1 + m.r.IntN(2) {
		s := body{}
		if m.chance(0.7) {
			c := one(m, m.clusters...)
			n := m.r.IntN(len(c.ips))
			s["ServerId"], s["ServerIp"], s["ServerType"] = c.ips[n], c.ips[n], "Ip"
			if m.chance(0.3) {
				s["ServerId"], s["ServerType"] = c.enis[n], "Eni"
			}
			m.put(s, "Port", m.number(c.port), 9300, 9200)
		} else {
			h := m.machines[m.r.IntN(4)]
			s["ServerId"], s["ServerIp"], s["ServerType"] = h.id, h.ip, "Ecs"
			if m.chance(0.3) {
				s["ServerId"], s["ServerType"] = h.eni, "Eni"
			}
			m.put(s, "Port", m.number(one(m, 9201, 636)), 9200)
		}
		if anyPort {
			s["Port"] = 0
		}
		m.put(s, "ServerIp", s["ServerIp"], "10.1.1.99")
		m.put(s, "Weight", m.number(100), 0)
		servers = append(servers, s)
	}
	if m.odd() {
		servers = nil
	}
	m.list(region, "nlb.ListServerGroupServers", map[string]string{"ServerGroupId": id}, "Servers", "TotalCount", onceEach(servers)...)
	return servers, anyPort
}

// onceEach is servers of a group, which holds none of them twice.
func onceEach(servers []body) []body {
	var out []body
	for _, s := range servers {
		same := func(other body) bool {
			return other["ServerId"] == s["ServerId"] && other["ServerIp"] == s["ServerIp"] && fmt.Sprint(other["Port"]) == fmt.Sprint(s["Port"])
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, s)
		}
	}
	return out
}

// networkHealth names the servers that are not healthy.
func (m *maker) networkHealth(listener, group string, servers []body, anyPort bool) {
	sick := []any{}
	for _, s := range servers {
		if m.odd() || m.rough > 0 && m.chance(0.1) {
			b := body{"ServerId": s["ServerId"], "Port": s["Port"], "Status": one(m, "Unhealthy", "Initial", "Unavailable")}
			if m.chance(0.7) {
				b["ServerIp"] = s["ServerIp"]
			}
			if anyPort {
				b["Port"] = 9200
			}
			m.put(b, "Port", b["Port"], 1)
			sick = append(sick, b)
		}
	}
	info := body{"ServerGroupId": group}
	m.put(info, "HeathCheckEnabled", true, false)
	m.put(info, "NonNormalServers", sick, []any{})
	h := body{"ListenerId": listener}
	m.put(h, "ServerGroupInfos", []any{info}, []any{})
	m.list(m.regions[0], "nlb.GetListenerHealthStatus", map[string]string{"ListenerId": listener}, "ListenerHealthStatus", "TotalCount", h)
}
