package wild

import (
	"fmt"
	"strings"
)

// classicBalancers adds CLBs: one for the internet, one inside.
func (m *maker) classicBalancers() {
	region := m.regions[0]
	for _, r := range m.regions {
		m.list(r, "slb.DescribeLoadBalancers", nil, "LoadBalancers.LoadBalancer", "TotalCount")
		if r != region || m.chance(0.7) {
			m.list(r, "slb.DescribeLoadBalancerListeners", nil, "Listeners", "TotalCount")
		}
	}
	for i := range 2 {
		m.classic(m.id("lb"), one(m, "internet", "intranet", []string{"internet", "intranet"}[i]), m.vpcs[home].switches[0])
	}
	acl := map[string]string{"AclId": m.aclID(1)}
	m.list(region, "slb.DescribeAccessControlListAttribute", acl, "AclEntrys.AclEntry", "TotalAclEntry", body{"AclEntryIP": m.border("203.0.113.0/24")}, body{"AclEntryIP": one(m, "10.0.0.0/8", "10.1.2.20", "0.0.0.0/0")}, body{"AclEntryIP": "x"})
	m.list(region, "slb.DescribeAccessControlListAttribute", map[string]string{"AclId": m.aclID(2)}, "AclEntrys.AclEntry", "TotalAclEntry", body{"AclEntryIP": m.border("198.51.100.0/25")}, body{"AclEntryIP": "0.0.0.0"}, body{"AclEntryIP": "128.0.0.0/1"}, body{"AclEntryIP": one(m, "0.0.0.0/1", "0.0.0.0/2")})
	m.list(region, "slb.DescribeAccessControlListAttribute", map[string]string{"AclId": m.aclID(3)}, "AclEntrys.AclEntry", "TotalAclEntry")
}

// aclID names one of three lists; the fourth is never described.
func (m *maker) aclID(n int) string { return fmt.Sprintf("acl-%s%02d", m.tag, n) }

// classic adds one CLB with listeners.
func (m *maker) classic(id, facing string, at *vswitch) {
	region := at.region
	m.estate.balancers = append(m.estate.balancers, id)
	b := body{"LoadBalancerId": id}
	m.put(b, "AddressType", facing, "internet", "intranet")
	m.put(b, "AddressIPVersion", one(m, "ipv4", "ipv4", "ipv4", "ipv6"), "ipv4")
	m.put(b, "VpcId", at.vpc.id, m.vpcs[peered].id)
	m.put(b, "LoadBalancerStatus", "active", "inactive", "locked")
	b["Address"] = "47.1.1.1"
	if facing == "intranet" {
		m.put(b, "Address", at.ip(60+len(m.estate.balancers)))
	}
	if !m.odd() {
		m.list(region, "slb.DescribeLoadBalancers", nil, "LoadBalancers.LoadBalancer", "TotalCount", b)
	}
	detail := body{}
	for k, v := range b {
		detail[k] = v
	}
	servers := []any{}
	for range 1 + m.r.IntN(2) {
		servers = append(servers, m.classicServer(false))
	}
	detail["BackendServers"] = m.mostly(body{"BackendServer": servers}, body{"BackendServer": []any{}})
	m.describe(region, "slb.DescribeLoadBalancerAttribute", map[string]string{"LoadBalancerId": id}, detail)
	health := []body{}
	apart := m.chance(0.3) // the listeners are asked for by load balancer
	if apart {
		m.list(region, "slb.DescribeLoadBalancerListeners", map[string]string{one(m, "LoadBalancerId.1", "LoadBalancerId.2"): id}, "Listeners", "TotalCount")
	}
	for n := range 1 + m.r.IntN(3) {
		health = append(health, m.classicListener(id, 9200+n, region, servers, apart)...)
	}
	m.list(region, "slb.DescribeHealthStatus", map[string]string{"LoadBalancerId": id}, "BackendServers.BackendServer", "", health...)
}

// classicServer is the network interface of a cluster, or a host. own says
// that the server has a port of its own.
func (m *maker) classicServer(own bool) body {
	b := body{}
	if m.chance(0.7) {
		c := one(m, m.clusters...)
		n := m.r.IntN(len(c.enis))
		b["ServerId"] = c.enis[n]
		m.put(b, "Type", "eni")
		if m.chance(0.4) {
			m.put(b, "ServerIp", c.ips[n], "10.1.1.99", "10.9.9.9")
		}
		if own {
			m.put(b, "Port", m.number(c.port), 9200, 9300)
		}
	} else {
		h := m.machines[m.r.IntN(4)]
		b["ServerId"], b["Type"], b["ServerIp"] = h.id, "ecs", h.ip
		if m.chance(0.2) {
			b["ServerId"], b["Type"] = h.eni, "eni"
		}
		if own {
			m.put(b, "Port", m.number(one(m, 9201, 636)), 9200)
		}
	}
	m.put(b, "Weight", m.number(100), 0, 1, -1)
	if m.rough > 0 && m.chance(0.04) {
		delete(b, "Weight")
	}
	return b
}

// classicListener adds a listener and returns the health of its servers.
func (m *maker) classicListener(lb string, port int, region string, defaults []any, apart bool) []body {
	protocol := m.mostly(one(m, "tcp", "tcp", "http", "https"), "udp").(string)
	l := body{"LoadBalancerId": lb, "ListenerPort": port, "ListenerProtocol": protocol}
	m.put(l, "Status", "running", "stopped", "starting")
	m.port(lb, port, port+5)
	if m.chance(0.7) {
		m.put(l, "AclStatus", "off", "on")
	} else {
		m.put(l, "AclStatus", "on", "off", "maybe")
		m.put(l, "AclType", one(m, "white", "white", "black"), "grey")
		ids := []any{m.aclID(1 + m.r.IntN(2))}
		if m.chance(0.3) {
			ids = append(ids, m.aclID(1+m.r.IntN(4)))
		}
		switch {
		case m.chance(0.7):
			m.put(l, "AclIds", ids, []any{})
		case len(ids) > 1:
			l["AclId"] = fmt.Sprintf("%s, %s", ids[0], ids[1])
		default:
			l["AclId"] = ids[0]
		}
	}
	servers, at := m.classicGroup(l, region, defaults)
	attribute := strings.ToUpper(protocol)
	name := "slb.DescribeLoadBalancer" + attribute + "ListenerAttribute"
	if _, ok := l["Status"].(string); ok && m.chance(0.25) {
		detail := body{"RequestId": "1"}
		for k, v := range l {
			if k != "LoadBalancerId" && k != "ListenerProtocol" && k != "AclIds" {
				detail[k] = v
			}
		}
		if ids, ok := l["AclIds"].([]any); ok {
			detail["AclIds"] = body{"AclId": ids}
		}
		m.describe(region, name, map[string]string{"LoadBalancerId": lb, "ListenerPort": fmt.Sprint(port)}, detail)
	}
	params := map[string]string(nil)
	if apart {
		for key := range m.lists {
			if c := m.lists[key]; c.operation == "DescribeLoadBalancerListeners" && (c.params["LoadBalancerId.1"] == lb || c.params["LoadBalancerId.2"] == lb) {
				params = c.params
			}
		}
	}
	m.list(region, "slb.DescribeLoadBalancerListeners", params, "Listeners", "TotalCount", l)
	return m.classicHealth(servers, at, port, protocol)
}

// classicGroup gives a listener its servers: a group of its own, a pair, or the
// default ones. at is the port of the default ones.
func (m *maker) classicGroup(l body, region string, defaults []any) (servers []any, at any) {
	servers = []any{m.classicServer(true), m.classicServer(true)}
	items := []body{servers[0].(body), servers[1].(body)}
	if m.odd() {
		servers, items = nil, nil
	}
	switch m.r.IntN(4) {
	case 0:
		id := m.id("rsp-ms")
		of := map[string]string{"MasterSlaveServerGroupId": id}
		m.list(region, "slb.DescribeMasterSlaveServerGroupAttribute", of, "MasterSlaveBackendServers.MasterSlaveBackendServer", "", items...)
		switch m.r.IntN(3) {
		case 0:
			l["MasterSlaveServerGroupId"] = id
		case 1:
			l["TCPListenerConfig"] = body{"MasterSlaveServerGroupId": id}
		default:
			l["UDPListenerConfig"] = body{"MasterSlaveServerGroupId": id}
		}
		return servers, nil
	case 1:
		m.put(l, "BackendServerPort", one(m, 9200, m.clusters[0].port), 0, 9300, "x")
		return defaults, l["BackendServerPort"]
	}
	id := m.id("rsp")
	l["VServerGroupId"] = m.mostly(id, "rsp-nobody")
	m.list(region, "slb.DescribeVServerGroupAttribute", map[string]string{"VServerGroupId": id}, "BackendServers.BackendServer", "", items...)
	return servers, nil
}

// classicHealth is what DescribeHealthStatus says of a listener's servers.
func (m *maker) classicHealth(servers []any, at any, port int, protocol string) []body {
	var out []body
	for _, s := range servers {
		b := s.(body)
		h := body{"ListenerPort": port, "ServerId": b["ServerId"], "Port": b["Port"], "Protocol": protocol}
		if at != nil {
			h["Port"] = at
		}
		m.put(h, "Port", h["Port"], 9300)
		m.put(h, "ServerHealthStatus", "normal", "abnormal", "abnormal", "unavailable")
		if m.rough > 0 && m.chance(0.1) {
			h["ServerHealthStatus"] = "abnormal"
		}
		if !m.odd() {
			out = append(out, h)
		}
	}
	return out
}
