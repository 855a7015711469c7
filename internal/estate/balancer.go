package estate

import (
	"fmt"
	"maps"
	"strconv"

	"esaudit/collector/api"
)

// Server is a backend of a load balancer.
type Server struct {
	ID     string // i-, eni-, or the address itself for an NLB's Ip server
	Type   string // ecs, eni, ip
	IP     string
	Port   int
	Weight int
	Zone   string
	Health string // CLB: normal when empty; NLB: the state in NonNormalServers
}

// Server makes the host a backend at a port.
func (h *ECS) Server(port int) Server {
	return Server{ID: h.ID, Type: "ecs", IP: h.IP, Port: port, Weight: 100, Zone: h.at.Zone}
}

// Servers makes the cluster's addresses backends at a port: interfaces for a
// CLB, plain addresses for an NLB.
func (c *Cluster) Servers(port int) []Server {
	var out []Server
	for i, ip := range c.addresses() {
		s := c.switches[i%len(c.switches)]
		out = append(out, Server{ID: ip, Type: "ip", IP: ip, Port: port, Weight: 100, Zone: s.Zone})
	}
	return out
}

// Interfaces gives the same backends as network interfaces, which is how a CLB
// holds them; they are listed in DescribeNetworkInterfaces.
func (c *Cluster) Interfaces(port int) []Server {
	servers := c.Servers(port)
	for i := range servers {
		s := &servers[i]
		s.ID, s.Type = fmt.Sprintf("eni-%s%02d", c.ID[6:], i), "eni"
		c.switches[i%len(c.switches)].eni(s.ID, s.IP, []string{}, With("ServiceManaged", true), With("Description", "Elasticsearch"))
	}
	return servers
}

// CLB is a classic load balancer.
type CLB struct {
	ID        string
	at        *VSwitch
	body      Body
	listeners []Body
	groups    []*clbGroup
	defaults  []Server
}

type clbGroup struct {
	id          string
	masterSlave bool
	servers     []Server
}

// CLB adds an internal classic load balancer at the nth address of a subnet,
// whose zone is its primary one; standby is the other.
func (s *VSwitch) CLB(id string, n int, standby string, sets ...Set) *CLB {
	l := &CLB{ID: id, at: s}
	region := s.VPC.Region
	l.body = apply(Body{
		"LoadBalancerId": id, "LoadBalancerName": id, "LoadBalancerStatus": "active", "Address": s.IP(n), "AddressType": "intranet", "AddressIPVersion": "ipv4",
		"NetworkType": "vpc", "VpcId": s.VPC.ID, "VSwitchId": s.ID, "MasterZoneId": s.Zone, "SlaveZoneId": standby, "RegionId": region, "RegionIdAlias": region,
		"Bandwidth": 5120, "InternetChargeType": "paybytraffic", "InternetChargeTypeAlias": "paybytraffic", "PayType": "PayOnDemand",
		"InstanceChargeType": "PayByCLCU", "LoadBalancerSpec": "slb.lcu.elastic", "SpecType": "", "BusinessStatus": "Normal", "DeleteProtection": "on",
		"ModificationProtectionStatus": "ConsoleProtection", "ModificationProtectionReason": "", "ServiceManagedMode": "Unmanaged",
		"CreateTime": "2022-03-01T02:00Z", "CreateTimeStamp": int64(1646100000000), "ResourceGroupId": resourceGroup, "Tags": Body{"Tag": []Body{}},
	}, sets)
	e := s.VPC.e
	e.items = append(e.items, &item{kind: "slb.DescribeLoadBalancers", region: region, body: func() Body { return l.body }, calls: l.calls})
	return l
}

// Public gives the load balancer a public address.
func (l *CLB) Public(ip string) *CLB {
	l.body["AddressType"], l.body["Address"] = "internet", ip
	return l
}

// Group adds a virtual server group.
func (l *CLB) Group(id string, servers ...Server) string {
	l.groups = append(l.groups, &clbGroup{id: id, servers: servers})
	return id
}

// MasterSlave adds a primary/secondary server group.
func (l *CLB) MasterSlave(id string, servers ...Server) string {
	l.groups = append(l.groups, &clbGroup{id: id, masterSlave: true, servers: servers})
	return id
}

// Default adds servers to the load balancer's own group.
func (l *CLB) Default(servers ...Server) *CLB {
	l.defaults = append(l.defaults, servers...)
	return l
}

// Listen adds a running listener (tcp, udp, http, https) that forwards to a
// group; "" is the load balancer's own, at the listener's port.
func (l *CLB) Listen(protocol string, port int, group string, sets ...Set) *CLB {
	b := Body{
		"LoadBalancerId": l.ID, "ListenerProtocol": protocol, "ListenerPort": port, "Status": "running", "Bandwidth": -1, "Scheduler": "wrr",
		"Description": "", "AclStatus": "off", "AclType": "", "AclId": "", "AclIds": []string{}, "ServiceManagedMode": "Unmanaged",
		"BackendProtocol": protocol, "Tags": []Body{},
	}
	config := Body{"HealthCheck": "on", "HealthCheckType": "tcp", "HealthCheckConnectPort": 0, "HealthCheckInterval": 2, "HealthyThreshold": 3, "UnhealthyThreshold": 3}
	switch g := l.group(group); {
	case g == nil:
		b["BackendServerPort"] = port
	case g.masterSlave:
		config["MasterSlaveServerGroupId"] = group
	default:
		b["VServerGroupId"] = group
	}
	b[map[string]string{"tcp": "TCPListenerConfig", "udp": "UDPListenerConfig", "http": "HTTPListenerConfig", "https": "HTTPSListenerConfig"}[protocol]] = config
	b = apply(b, sets)
	l.listeners = append(l.listeners, b)
	e := l.at.VPC.e
	e.items = append(e.items, &item{kind: "slb.DescribeLoadBalancerListeners", region: l.at.VPC.Region, body: func() Body { return b }})
	return l
}

// White admits only an ACL's addresses to a listener.
func White(acl string) Set {
	return func(b Body) {
		b["AclStatus"], b["AclType"], b["AclId"], b["AclIds"] = "on", "white", acl, []string{acl}
	}
}

func (l *CLB) group(id string) *clbGroup {
	for _, g := range l.groups {
		if g.id == id {
			return g
		}
	}
	return nil
}

func (l *CLB) calls(r *recorder) {
	ask := func(op string, more ...string) api.Request {
		return request(l.at.VPC.Region, "slb", op, append([]string{"LoadBalancerId", l.ID}, more...)...)
	}
	r.one(ask("DescribeLoadBalancerAttribute"), l.attribute())
	var virtual, masterSlave []Body
	for _, g := range l.groups {
		if g.masterSlave {
			masterSlave = append(masterSlave, Body{"MasterSlaveServerGroupId": g.id, "MasterSlaveServerGroupName": g.id, "CreateTime": "2022-03-01T02:00Z", "ServiceManagedMode": "Unmanaged"})
			continue
		}
		virtual = append(virtual, Body{"VServerGroupId": g.id, "VServerGroupName": g.id, "ServerCount": len(g.servers), "CreateTime": "2022-03-01T02:00Z", "ServiceManagedMode": "Unmanaged"})
	}
	r.list(ask("DescribeVServerGroups"), paging{"VServerGroups/VServerGroup", whole, 0}, virtual, nil)
	r.list(ask("DescribeMasterSlaveServerGroups"), paging{"MasterSlaveServerGroups/MasterSlaveServerGroup", whole, 0}, masterSlave, nil)
	for _, g := range l.groups {
		g.record(r, l)
	}
	r.list(ask("DescribeHealthStatus"), paging{"BackendServers/BackendServer", whole, 0}, l.health(l.listeners), nil)
	for _, b := range l.listeners {
		port := strconv.Itoa(b["ListenerPort"].(int))
		if protocol := b["ListenerProtocol"]; protocol == "http" || protocol == "https" {
			r.list(ask("DescribeRules", "ListenerPort", port, "ListenerProtocol", protocol.(string)), paging{"Rules/Rule", whole, 0}, nil, nil)
		}
		if r.forms {
			r.list(ask("DescribeHealthStatus", "ListenerPort", port), paging{"BackendServers/BackendServer", whole, 0}, l.health([]Body{b}), nil)
		}
	}
	if r.forms {
		r.list(request(l.at.VPC.Region, "slb", "DescribeLoadBalancerListeners", "LoadBalancerId.1", l.ID), paging{"Listeners", tokens, 100}, l.listeners, nil)
	}
}

func (l *CLB) attribute() Body {
	ports, protocols := []int{}, []Body{}
	for _, b := range l.listeners {
		ports = append(ports, b["ListenerPort"].(int))
		protocols = append(protocols, Body{"ListenerPort": b["ListenerPort"], "ListenerProtocol": b["ListenerProtocol"], "Description": ""})
	}
	servers := []Body{}
	for _, s := range l.defaults {
		servers = append(servers, s.clb(false))
	}
	b := Body{
		"SupportPrivateLink": true, "BackendServers": Body{"BackendServer": servers}, "ListenerPorts": Body{"ListenerPort": ports},
		"ListenerPortsAndProtocol": Body{"ListenerPortAndProtocol": protocols},
	}
	maps.Copy(b, l.body)
	return b
}

func (s Server) clb(port bool) Body {
	b := Body{"ServerId": s.ID, "Type": s.Type, "Weight": s.Weight, "Description": "", "ServerIp": "", "VpcId": ""}
	if s.Type == "eni" {
		b["ServerIp"] = s.IP
	}
	if port {
		b["Port"] = s.Port
	}
	return b
}

func (g *clbGroup) record(r *recorder, l *CLB) {
	servers := []Body{}
	for i, s := range g.servers {
		b := s.clb(true)
		if g.masterSlave {
			b["ServerType"] = []string{"Master", "Slave"}[min(i, 1)]
		}
		servers = append(servers, b)
	}
	shared := Body{"LoadBalancerId": l.ID, "CreateTime": "2022-03-01T02:00Z", "ServiceManagedMode": "Unmanaged"}
	if g.masterSlave {
		shared["MasterSlaveServerGroupId"], shared["MasterSlaveServerGroupName"] = g.id, g.id
		r.list(request(l.at.VPC.Region, "slb", "DescribeMasterSlaveServerGroupAttribute", "MasterSlaveServerGroupId", g.id),
			paging{"MasterSlaveBackendServers/MasterSlaveBackendServer", whole, 0}, servers, shared)
		return
	}
	shared["VServerGroupId"], shared["VServerGroupName"] = g.id, g.id
	r.list(request(l.at.VPC.Region, "slb", "DescribeVServerGroupAttribute", "VServerGroupId", g.id), paging{"BackendServers/BackendServer", whole, 0}, servers, shared)
}

// health: every backend of every listener is normal unless it says otherwise.
func (l *CLB) health(listeners []Body) []Body {
	out := []Body{}
	for _, b := range listeners {
		servers := l.defaults
		config, _ := b["TCPListenerConfig"].(Body)
		for _, g := range l.groups {
			if g.id == b["VServerGroupId"] || g.id == config["MasterSlaveServerGroupId"] {
				servers = g.servers
			}
		}
		for _, s := range servers {
			h := s.clb(true)
			h["ServerHealthStatus"] = "normal"
			if s.Health != "" {
				h["ServerHealthStatus"] = s.Health
			}
			if port, ok := b["BackendServerPort"]; ok {
				h["Port"] = port
			}
			h["ListenerPort"], h["Protocol"], h["Weight"], h["EniHost"] = b["ListenerPort"], b["ListenerProtocol"], strconv.Itoa(s.Weight), ""
			out = append(out, h)
		}
	}
	return out
}

// ACL adds a CLB access control list.
func (e *Estate) ACL(region, id string, cidrs ...string) {
	entries := []Body{}
	for _, c := range cidrs {
		entries = append(entries, Body{"AclEntryIP": c, "AclEntryComment": ""})
	}
	b := Body{"AclId": id, "AclName": id, "AddressIPVersion": "ipv4", "ResourceGroupId": resourceGroup, "CreateTime": "2022-03-01T02:00Z", "Tags": Body{"Tag": []Body{}}}
	e.items = append(e.items, &item{kind: "slb.DescribeAccessControlLists", region: region, body: func() Body { return b }, calls: func(r *recorder) {
		detail := Body{"RelatedListeners": Body{"RelatedListener": []Body{}}}
		maps.Copy(detail, b)
		r.list(request(region, "slb", "DescribeAccessControlListAttribute", "AclId", id), paging{"AclEntrys/AclEntry", pagesACL, 50}, entries, detail)
	}})
}
