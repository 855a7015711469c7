package estate

import (
	"fmt"
	"maps"
	"slices"
)

// NLB is a network load balancer.
type NLB struct {
	ID        string
	vpc       *VPC
	at        []*VSwitch
	first     int // its address in each subnet; the next one is the local address
	eips      []string
	body      Body
	listeners []nlbListener
}

type nlbListener struct {
	body  Body
	group *ServerGroup
}

// NLB adds an internal network load balancer with the nth address of each
// subnet, one a zone; backends see the address after it.
func (v *VPC) NLB(id string, at []*VSwitch, n int, sets ...Set) *NLB {
	l := &NLB{ID: id, vpc: v, at: at, first: n}
	l.body = apply(Body{
		"LoadBalancerId": id, "LoadBalancerName": id, "LoadBalancerType": "Network", "LoadBalancerStatus": "Active", "LoadBalancerBusinessStatus": "Normal",
		"AddressType": "Intranet", "AddressIpVersion": "ipv4", "Ipv6AddressType": "", "VpcId": v.ID, "RegionId": v.Region, "CrossZoneEnabled": true,
		"TrafficAffinityEnabled": false, "SecurityGroupIds": []string{}, "DNSName": id + "." + v.Region + ".nlb.aliyuncs.com", "CreateTime": "2023-01-01T00:00Z",
		"ResourceGroupId": resourceGroup, "BandwidthPackageId": "", "LoadBalancerBillingConfig": Body{"PayType": "PostPay"},
		"DeletionProtectionConfig":     Body{"Enabled": true, "Reason": "", "EnabledTime": ""},
		"ModificationProtectionConfig": Body{"Status": "ConsoleProtection", "Reason": "", "EnabledTime": ""},
		"OperationLocks":               []Body{}, "Tags": []Body{},
	}, sets)
	v.e.items = append(v.e.items, &item{kind: "nlb.ListLoadBalancers", region: v.Region, body: func() Body { return l.full(false) }, calls: l.calls})
	return l
}

// Public gives the load balancer an elastic address in each zone.
func (l *NLB) Public(ips ...string) *NLB {
	l.body["AddressType"], l.eips = "Internet", ips
	for i, ip := range ips {
		l.vpc.e.EIP(l.vpc.Region, l.allocation(i), ip, "NetworkInterface", l.eni(i))
	}
	return l
}

func (l *NLB) allocation(i int) string { return fmt.Sprintf("eip-%s%d", l.ID[4:], i) }

func (l *NLB) eni(i int) string { return fmt.Sprintf("eni-%s%d", l.ID[4:], i) }

// LocalAddresses are what backends see.
func (l *NLB) LocalAddresses() []string {
	var out []string
	for _, s := range l.at {
		out = append(out, s.IP(l.first+1))
	}
	return out
}

// full is the load balancer with its zones; the list does not show the local
// addresses, GetLoadBalancerAttribute does.
func (l *NLB) full(local bool) Body {
	zones := []Body{}
	for i, s := range l.at {
		a := Body{
			"EniId": l.eni(i), "PrivateIPv4Address": s.IP(l.first), "PrivateIPv4HcStatus": "Healthy", "PublicIPv4Address": "", "AllocationId": "",
			"Ipv6Address": "", "PrivateIPv6HcStatus": "",
		}
		if i < len(l.eips) {
			a["PublicIPv4Address"], a["AllocationId"] = l.eips[i], l.allocation(i)
		}
		if local {
			a["Ipv4LocalAddresses"], a["Ipv6LocalAddresses"] = []string{s.IP(l.first + 1)}, []string{}
		}
		zones = append(zones, Body{"ZoneId": s.Zone, "VSwitchId": s.ID, "EipType": "", "Status": "Active", "LoadBalancerAddresses": []Body{a}})
	}
	b := Body{"ZoneMappings": zones}
	maps.Copy(b, l.body)
	return b
}

// Listen adds a running listener: TCP, UDP or TCPSSL.
func (l *NLB) Listen(protocol string, port int, group *ServerGroup, sets ...Set) *NLB {
	b := apply(Body{
		"ListenerId": fmt.Sprintf("lsn-%s@%d", l.ID[4:], port), "LoadBalancerId": l.ID, "ListenerProtocol": protocol, "ListenerPort": port,
		"StartPort": "", "EndPort": "", "ListenerStatus": "Running", "ListenerDescription": "", "ServerGroupId": group.ID, "IdleTimeout": 900,
		"SecurityPolicyId": "", "CaEnabled": false, "AlpnEnabled": false, "AlpnPolicy": "", "SecSensorEnabled": false, "ProxyProtocolEnabled": false,
		"Cps": 0, "Mss": 0, "CertificateIds": []string{}, "CaCertificateIds": []string{}, "RegionId": l.vpc.Region, "Tags": []Body{},
	}, sets)
	l.listeners = append(l.listeners, nlbListener{b, group})
	if !slices.Contains(group.balancers, l.ID) {
		group.balancers = append(group.balancers, l.ID)
	}
	l.vpc.e.items = append(l.vpc.e.items, &item{kind: "nlb.ListListeners", region: l.vpc.Region, body: func() Body { return b }, calls: func(r *recorder) {
		l.health(r, b, group)
	}})
	return l
}

func (l *NLB) health(r *recorder, b Body, group *ServerGroup) {
	id := b["ListenerId"].(string)
	bad := []Body{}
	for _, s := range group.servers {
		if s.Health != "" {
			bad = append(bad, Body{"ServerId": s.ID, "ServerIp": s.IP, "Port": s.Port, "Status": s.Health, "Reason": Body{"ReasonCode": "CONNECT_TIMEOUT"}})
		}
	}
	status := Body{"ListenerId": id, "ListenerPort": b["ListenerPort"], "ListenerProtocol": b["ListenerProtocol"], "ServerGroupInfos": []Body{
		{"ServerGroupId": group.ID, "HeathCheckEnabled": true, "NonNormalServers": bad},
	}}
	r.list(request(l.vpc.Region, "nlb", "GetListenerHealthStatus", "ListenerId", id), paging{"ListenerHealthStatus", tokens, 30}, []Body{status}, nil)
	if r.forms {
		r.one(request(l.vpc.Region, "nlb", "GetListenerAttribute", "ListenerId", id), b)
	}
}

func (l *NLB) calls(r *recorder) {
	r.one(request(l.vpc.Region, "nlb", "GetLoadBalancerAttribute", "LoadBalancerId", l.ID), l.full(true))
	if !r.forms {
		return
	}
	own := []Body{}
	for _, listener := range l.listeners {
		own = append(own, listener.body)
	}
	r.list(request(l.vpc.Region, "nlb", "ListListeners", "LoadBalancerIds.1", l.ID), paging{"Listeners", tokens, 100}, own, nil)
}

// ServerGroup is a server group of network load balancers.
type ServerGroup struct {
	ID        string
	vpc       *VPC
	body      Body
	servers   []Server
	balancers []string
}

// ServerGroup adds a server group of type Instance or Ip.
func (v *VPC) ServerGroup(id, kind string, servers []Server, sets ...Set) *ServerGroup {
	g := &ServerGroup{ID: id, vpc: v, servers: servers}
	g.body = Body{
		"ServerGroupId": id, "ServerGroupName": id, "ServerGroupType": kind, "AddressIPVersion": "ipv4", "VpcId": v.ID, "Scheduler": "Wrr", "Protocol": "TCP",
		"PersistenceEnabled": false, "PersistenceTimeout": 0, "ConnectionDrainEnabled": false, "ConnectionDrainTimeout": 0, "PreserveClientIpEnabled": false,
		"AnyPortEnabled": false, "ResourceGroupId": resourceGroup, "ServerGroupStatus": "Available", "AliUid": v.e.owner(), "QuicVersion": "", "RegionId": v.Region,
		"HealthCheck": Body{
			"HealthCheckEnabled": true, "HealthCheckType": "TCP", "HealthCheckConnectPort": 0, "HealthyThreshold": 2, "UnhealthyThreshold": 2,
			"HealthCheckConnectTimeout": 5, "HealthCheckInterval": 10, "HealthCheckDomain": "", "HealthCheckUrl": "", "HttpCheckMethod": "", "HealthCheckHttpCode": []string{},
		},
		"Tags": []Body{}, "ServerCount": len(servers),
	}
	apply(g.body, sets)
	v.e.items = append(v.e.items, &item{kind: "nlb.ListServerGroups", region: v.Region, body: g.list, calls: g.calls})
	return g
}

func (g *ServerGroup) list() Body {
	b := maps.Clone(g.body)
	b["RelatedLoadBalancerIds"] = append([]string{}, g.balancers...)
	return b
}

func (g *ServerGroup) calls(r *recorder) {
	types := map[string]string{"ecs": "Ecs", "eni": "Eni", "ip": "Ip"}
	servers := []Body{}
	for _, s := range g.servers {
		servers = append(servers, Body{
			"ServerGroupId": g.ID, "ServerType": types[s.Type], "ServerId": s.ID, "ServerIp": s.IP, "Port": s.Port, "Weight": s.Weight,
			"ZoneId": s.Zone, "Status": "Available", "Description": "",
		})
	}
	r.list(request(g.vpc.Region, "nlb", "ListServerGroupServers", "ServerGroupId", g.ID), paging{"Servers", tokens, 100}, servers, nil)
}
