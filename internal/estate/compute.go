package estate

import (
	"fmt"
	"maps"
)

// SecurityGroup is a security group with its rules.
type SecurityGroup struct {
	vpc   *VPC
	ID    string
	body  Body
	inner string
	rules []Body
}

// SecurityGroup adds a basic group without rules.
func (v *VPC) SecurityGroup(id string, sets ...Set) *SecurityGroup {
	g := &SecurityGroup{vpc: v, ID: id, inner: "Accept"}
	g.body = apply(Body{
		"SecurityGroupId": id, "SecurityGroupName": id, "Description": "", "SecurityGroupType": "normal", "VpcId": v.ID,
		"CreationTime": born, "ResourceGroupId": resourceGroup, "ServiceManaged": false, "Tags": Body{"Tag": []Body{}},
	}, sets)
	v.e.items = append(v.e.items, &item{kind: "ecs.DescribeSecurityGroups", region: v.Region, body: func() Body { return g.body }, calls: g.calls})
	return g
}

// InnerAccess sets whether members reach each other before any rule: Accept or
// Drop.
func (g *SecurityGroup) InnerAccess(policy string) *SecurityGroup {
	g.inner = policy
	return g
}

// Allow admits a source CIDR to a port range ("9200/9200", "-1/-1").
func (g *SecurityGroup) Allow(protocol, ports, cidr string, sets ...Set) *SecurityGroup {
	return g.rule("ingress", append([]Set{With("IpProtocol", protocol), With("PortRange", ports), With("SourceCidrIp", cidr)}, sets...))
}

// AllowOut admits a destination CIDR for a port range.
func (g *SecurityGroup) AllowOut(protocol, ports, cidr string, sets ...Set) *SecurityGroup {
	return g.rule("egress", append([]Set{With("IpProtocol", protocol), With("PortRange", ports), With("DestCidrIp", cidr)}, sets...))
}

func (g *SecurityGroup) rule(direction string, sets []Set) *SecurityGroup {
	b := Body{
		"SecurityGroupRuleId": fmt.Sprintf("sgr-%s%02d", g.ID[3:], len(g.rules)+1), "Direction": direction, "Policy": "Accept", "Priority": "1",
		"IpProtocol": "TCP", "PortRange": "-1/-1", "NicType": "intranet", "Description": "", "CreateTime": born,
	}
	for _, field := range []string{
		"SourceCidrIp", "Ipv6SourceCidrIp", "DestCidrIp", "Ipv6DestCidrIp", "SourceGroupId", "DestGroupId", "SourcePrefixListId", "DestPrefixListId",
		"SourcePortRange", "SourceGroupOwnerAccount", "DestGroupOwnerAccount", "SourceGroupName", "DestGroupName",
	} {
		b[field] = ""
	}
	g.rules = append(g.rules, apply(b, sets))
	return g
}

func (g *SecurityGroup) calls(r *recorder) {
	r.list(request(g.vpc.Region, "ecs", "DescribeSecurityGroupAttribute", "SecurityGroupId", g.ID, "Direction", "all"), paging{"Permissions/Permission", whole, 0}, g.rules, Body{
		"SecurityGroupId": g.ID, "SecurityGroupName": g.body["SecurityGroupName"], "Description": "", "VpcId": g.vpc.ID,
		"RegionId": g.vpc.Region, "InnerAccessPolicy": g.inner,
	})
}

// ECS is a host with one primary interface.
type ECS struct {
	ID, IP string
	at     *VSwitch
	body   Body
}

// ECS adds a running host with the nth address of a subnet.
func (s *VSwitch) ECS(id string, n int, groups ...*SecurityGroup) *ECS {
	h := &ECS{ID: id, IP: s.IP(n), at: s}
	ids := []string{}
	for _, g := range groups {
		ids = append(ids, g.ID)
	}
	s.VPC.e.addresses++
	mac := fmt.Sprintf("00:16:3e:0a:%02x:%02x", s.VPC.e.addresses/256, s.VPC.e.addresses%256)
	eni := "eni-" + id[2:]
	h.body = Body{
		"InstanceId": id, "InstanceName": id, "HostName": id[2:], "Status": "Running", "RegionId": s.VPC.Region, "ZoneId": s.Zone,
		"InstanceNetworkType": "vpc", "InstanceType": "ecs.g7.large", "InstanceTypeFamily": "ecs.g7", "Cpu": 2, "Memory": 8192, "OSType": "linux",
		"OSName": "Alibaba Cloud Linux  3.2104", "InstanceChargeType": "PostPaid", "CreationTime": "2023-05-09T03:12Z", "StartTime": "2026-10-11T04:00Z",
		"Description": "", "ResourceGroupId": resourceGroup, "DeletionProtection": true, "SecurityGroupIds": Body{"SecurityGroupId": ids},
		"InnerIpAddress": Body{"IpAddress": []string{}}, "PublicIpAddress": Body{"IpAddress": []string{}},
		"EipAddress":    Body{"AllocationId": "", "IpAddress": "", "InternetChargeType": ""},
		"VpcAttributes": Body{"VpcId": s.VPC.ID, "VSwitchId": s.ID, "NatIpAddress": "", "PrivateIpAddress": Body{"IpAddress": []string{h.IP}}},
		"NetworkInterfaces": Body{"NetworkInterface": []Body{{
			"NetworkInterfaceId": eni, "PrimaryIpAddress": h.IP, "MacAddress": mac, "Type": "Primary",
			"PrivateIpSets": Body{"PrivateIpSet": []Body{{"PrivateIpAddress": h.IP, "Primary": true}}},
		}}},
		"Tags": Body{"Tag": []Body{}}, "OperationLocks": Body{"LockReason": []Body{}},
	}
	s.VPC.e.items = append(s.VPC.e.items, &item{kind: "ecs.DescribeInstances", region: s.VPC.Region, body: func() Body { return h.body }})
	s.eni(eni, h.IP, ids, With("MacAddress", mac), With("InstanceId", id), With("Type", "Primary"))
	return h
}

// Set changes the host's own fields.
func (h *ECS) Set(sets ...Set) *ECS {
	apply(h.body, sets)
	return h
}

// EIP binds an elastic address to the host.
func (h *ECS) EIP(id, ip string) *ECS {
	h.body["EipAddress"] = Body{"AllocationId": id, "IpAddress": ip, "InternetChargeType": "PayByTraffic", "Bandwidth": 5, "IsSupportUnassociate": true}
	h.at.VPC.e.EIP(h.at.VPC.Region, id, ip, "EcsInstance", h.ID, With("PrivateIpAddress", h.IP))
	return h
}

// eni adds a network interface to DescribeNetworkInterfaces.
func (s *VSwitch) eni(id, ip string, groups []string, sets ...Set) {
	b := apply(Body{
		"NetworkInterfaceId": id, "NetworkInterfaceName": "", "Type": "Secondary", "Status": "InUse", "InstanceId": "", "VpcId": s.VPC.ID, "VSwitchId": s.ID,
		"ZoneId": s.Zone, "PrivateIpAddress": ip, "MacAddress": "", "OwnerId": s.VPC.e.account, "ServiceManaged": false, "Description": "",
		"ResourceGroupId": resourceGroup, "CreationTime": born, "SecurityGroupIds": Body{"SecurityGroupId": groups}, "AssociatedPublicIp": Body{},
		"PrivateIpSets": Body{"PrivateIpSet": []Body{{"PrivateIpAddress": ip, "Primary": true, "AssociatedPublicIp": Body{}}}},
		"Ipv6Sets":      Body{"Ipv6Set": []Body{}}, "Tags": Body{"Tag": []Body{}},
	}, sets)
	s.VPC.e.items = append(s.VPC.e.items, &item{kind: "ecs.DescribeNetworkInterfaces", region: s.VPC.Region, body: func() Body { return b }})
}

// ENI adds a secondary interface, as a CLB or NLB backend uses it.
func (s *VSwitch) ENI(id string, n int, groups ...*SecurityGroup) string {
	ids := []string{}
	for _, g := range groups {
		ids = append(ids, g.ID)
	}
	s.eni(id, s.IP(n), ids)
	return s.IP(n)
}

// PrefixList adds a prefix list with its entries.
func (e *Estate) PrefixList(region, id string, cidrs ...string) {
	entries := []Body{}
	for _, c := range cidrs {
		entries = append(entries, Body{"Cidr": c, "Description": ""})
	}
	b := Body{
		"PrefixListId": id, "PrefixListName": id, "AddressFamily": "IPv4", "MaxEntries": 10, "AssociationCount": 1, "Description": "", "CreationTime": born,
	}
	e.items = append(e.items, &item{kind: "ecs.DescribePrefixLists", region: region, body: func() Body { return b }, calls: func(r *recorder) {
		detail := Body{"Entries": Body{"Entry": entries}}
		maps.Copy(detail, b)
		r.one(request(region, "ecs", "DescribePrefixListAttributes", "PrefixListId", id), detail)
	}})
}
