package estate

import (
	"fmt"
	"net/netip"
	"strconv"
)

// born is when the estate's networks were made.
const born = "2022-03-01T02:00:00Z"

const resourceGroup = "rg-acfmxsv7kvqk3qy"

// owner is the account id as the number the vendor returns.
func (e *Estate) owner() int64 {
	n, err := strconv.ParseInt(e.account, 10, 64)
	if err != nil {
		panic(fmt.Sprintf("account %q is not a number", e.account))
	}
	return n
}

// VPC is a network with one system route table.
type VPC struct {
	e        *Estate
	Region   string
	ID       string
	CIDR     string
	body     Body
	switches []*VSwitch
	routes   []Body
}

// VPC adds a network.
func (e *Estate) VPC(region, id, cidr string, sets ...Set) *VPC {
	v := &VPC{e: e, Region: region, ID: id, CIDR: cidr}
	v.body = apply(Body{
		"VpcId": id, "VpcName": id, "CidrBlock": cidr, "RegionId": region, "Status": "Available", "IsDefault": false,
		"OwnerId": e.owner(), "VRouterId": "vrt-" + id[4:], "CreationTime": born, "Description": "", "CenStatus": "",
		"ResourceGroupId": resourceGroup, "Ipv6CidrBlock": "", "EnabledIpv6": false, "DnsHostnameStatus": "DISABLED",
		"SecondaryCidrBlocks": Body{"SecondaryCidrBlock": []string{}}, "UserCidrs": Body{"UserCidr": []string{}},
		"NatGatewayIds": Body{"NatGatewayIds": []string{}}, "Tags": Body{"Tag": []Body{}},
	}, sets)
	e.items = append(e.items,
		&item{kind: "vpc.DescribeVpcs", region: region, body: v.list},
		&item{kind: "vpc.DescribeRouteTableList", region: region, body: v.table, calls: v.entries})
	v.Route("100.64.0.0/10", "service", "", With("Type", "System"))
	return v
}

func (v *VPC) tableID() string { return "vtb-" + v.ID[4:] }

func (v *VPC) list() Body {
	return apply(v.body, []Set{
		With("VSwitchIds", Body{"VSwitchId": v.switchIDs()}),
		With("RouterTableIds", Body{"RouterTableIds": []string{v.tableID()}}),
	})
}

func (v *VPC) switchIDs() []string {
	ids := []string{}
	for _, s := range v.switches {
		ids = append(ids, s.ID)
	}
	return ids
}

func (v *VPC) table() Body {
	return Body{
		"RouteTableId": v.tableID(), "VpcId": v.ID, "RouterId": v.body["VRouterId"], "RouterType": "VRouter", "RouteTableType": "System",
		"RouteTableName": "", "AssociateType": "VSwitch", "Status": "Available", "CreationTime": born, "OwnerId": v.e.owner(),
		"Description": "", "ResourceGroupId": resourceGroup, "RoutePropagationEnable": true,
		"VSwitchIds": Body{"VSwitchId": v.switchIDs()}, "GatewayIds": Body{"GatewayIds": []string{}}, "Tags": Body{"Tag": []Body{}},
	}
}

func (v *VPC) entries(r *recorder) {
	r.list(request(v.Region, "vpc", "DescribeRouteEntryList", "RouteTableId", v.tableID()), paging{"RouteEntrys/RouteEntry", tokensOnly, 100}, v.routes, nil)
}

// Route adds an entry to the VPC's route table: NatGateway, VpnGateway,
// RouterInterface, VpcPeer, Attachment, Instance, local or service.
func (v *VPC) Route(cidr, hop, id string, sets ...Set) {
	v.routes = append(v.routes, apply(Body{
		"RouteTableId": v.tableID(), "DestinationCidrBlock": cidr, "Type": "Custom", "Status": "Available", "IpVersion": ipVersion(cidr),
		"RouteEntryId": fmt.Sprintf("rte-%s%02d", v.ID[4:], len(v.routes)+1), "RouteEntryName": "", "Description": "", "ServiceType": "",
		"Origin": "", "GmtModified": born,
		"NextHops": Body{"NextHop": []Body{{"NextHopType": hop, "NextHopId": id, "Enabled": 1, "Weight": 0, "NextHopRegionId": ""}}},
	}, sets))
}

func ipVersion(cidr string) string {
	if netip.MustParsePrefix(cidr).Addr().Is6() {
		return "ipv6"
	}
	return "ipv4"
}

// VSwitch is a subnet in one zone.
type VSwitch struct {
	VPC  *VPC
	ID   string
	Zone string
	CIDR string
	body Body
}

// VSwitch adds a subnet and its local route.
func (v *VPC) VSwitch(id, zone, cidr string, sets ...Set) *VSwitch {
	s := &VSwitch{VPC: v, ID: id, Zone: zone, CIDR: cidr}
	s.body = apply(Body{
		"VSwitchId": id, "VSwitchName": id, "VpcId": v.ID, "CidrBlock": cidr, "ZoneId": zone, "Status": "Available", "NetworkAclId": "",
		"OwnerId": v.e.owner(), "AvailableIpAddressCount": 240, "IsDefault": false, "Description": "", "Ipv6CidrBlock": "",
		"EnabledIpv6": false, "ShareType": "", "ResourceGroupId": resourceGroup, "CreationTime": born,
		"RouteTable": Body{"RouteTableId": v.tableID(), "RouteTableType": "System"}, "Tags": Body{"Tag": []Body{}},
	}, sets)
	v.switches = append(v.switches, s)
	v.Route(cidr, "local", "", With("Type", "System"))
	v.e.items = append(v.e.items, &item{kind: "vpc.DescribeVSwitches", region: v.Region, body: func() Body { return s.body }})
	return s
}

// subnetsOf asks for the subnets of one VPC, which is no complete list.
func (e *Estate) subnetsOf(r *recorder, region, vpc string) {
	var own []Body
	for _, it := range e.items {
		if it.kind == "vpc.DescribeVSwitches" && it.body()["VpcId"] == vpc {
			own = append(own, it.body())
		}
	}
	r.list(request(region, "vpc", "DescribeVSwitches", "VpcId", vpc), paging{"VSwitches/VSwitch", pagesNumbered, 50}, own, nil)
}

// IP is the nth address of the subnet.
func (s *VSwitch) IP(n int) string {
	a := netip.MustParsePrefix(s.CIDR).Addr()
	for range n {
		a = a.Next()
	}
	return a.String()
}

// ACLEntry is one line of a network ACL: accept or drop, a protocol, a
// destination port range and the far side.
type ACLEntry struct{ Policy, Protocol, Port, CIDR string }

// NetworkACL adds a network ACL and binds it to subnets.
func (v *VPC) NetworkACL(id string, ingress, egress []ACLEntry, bound ...*VSwitch) {
	resources := []Body{}
	for _, s := range bound {
		s.body["NetworkAclId"] = id
		resources = append(resources, Body{"ResourceId": s.ID, "ResourceType": "VSwitch", "Status": "BINDED"})
	}
	acl := Body{
		"NetworkAclId": id, "NetworkAclName": id, "VpcId": v.ID, "RegionId": v.Region, "Status": "Available", "Description": "",
		"CreationTime": born, "Resources": Body{"Resource": resources}, "Tags": Body{"Tag": []Body{}},
		"IngressAclEntries": Body{"IngressAclEntry": aclEntries(id, "i", "SourceCidrIp", ingress)},
		"EgressAclEntries":  Body{"EgressAclEntry": aclEntries(id, "e", "DestinationCidrIp", egress)},
	}
	v.e.items = append(v.e.items, &item{kind: "vpc.DescribeNetworkAcls", region: v.Region, body: func() Body { return acl }, calls: func(r *recorder) {
		r.one(request(v.Region, "vpc", "DescribeNetworkAclAttributes", "NetworkAclId", id), Body{"NetworkAclAttribute": acl})
	}})
}

func aclEntries(id, side, field string, entries []ACLEntry) []Body {
	out := []Body{}
	for i, en := range entries {
		out = append(out, Body{
			"NetworkAclEntryId": fmt.Sprintf("nae-%s%s%02d", id[5:], side, i+1), "NetworkAclEntryName": "", "Policy": en.Policy, "Protocol": en.Protocol,
			"Port": en.Port, field: en.CIDR, "EntryType": "custom", "IpVersion": "IPV4", "Description": "",
		})
	}
	return out
}

// EIP adds an elastic address bound to something: EcsInstance, SlbInstance,
// NetworkInterface, Nat, or "" and "" when free.
func (e *Estate) EIP(region, id, ip, boundKind, boundID string, sets ...Set) {
	status := "InUse"
	if boundID == "" {
		status = "Available"
	}
	b := apply(Body{
		"AllocationId": id, "IpAddress": ip, "Status": status, "InstanceType": boundKind, "InstanceId": boundID, "PrivateIpAddress": "",
		"RegionId": region, "InstanceRegionId": region, "Bandwidth": "5", "InternetChargeType": "PayByTraffic", "ChargeType": "PostPaid",
		"BusinessStatus": "Normal", "AllocationTime": born, "Name": "", "Description": "", "VpcId": "", "ISP": "BGP",
		"ResourceGroupId": resourceGroup, "Tags": Body{"Tag": []Body{}}, "OperationLocks": Body{"LockReason": []Body{}},
	}, sets)
	e.items = append(e.items, &item{kind: "vpc.DescribeEipAddresses", region: region, body: func() Body { return b }})
}

// NAT is a NAT gateway with one forward and one SNAT table.
type NAT struct {
	vpc     *VPC
	ID      string
	IP      string
	body    Body
	forward []Body
	snat    []Body
}

// NAT adds a public NAT gateway with an elastic address.
func (v *VPC) NAT(id, ip string, sets ...Set) *NAT {
	n := &NAT{vpc: v, ID: id, IP: ip}
	name := id[4:]
	n.body = apply(Body{
		"NatGatewayId": id, "Name": id, "VpcId": v.ID, "RegionId": v.Region, "Status": "Available", "NatType": "Enhanced", "NetworkType": "internet",
		"BusinessStatus": "Normal", "CreationTime": born, "Description": "", "InstanceChargeType": "PostPaid", "InternetChargeType": "PayByLcu",
		"DeletionProtection": true, "EipBindMode": "MULTI_BINDED", "ResourceGroupId": resourceGroup,
		"ForwardTableIds": Body{"ForwardTableId": []string{"ftb-" + name}}, "SnatTableIds": Body{"SnatTableId": []string{"stb-" + name}},
		"FullNatTableIds": Body{"FullNatTableId": []string{}}, "Tags": Body{"Tag": []Body{}},
		"IpLists": Body{"IpList": []Body{{"AllocationId": "eip-" + name, "IpAddress": ip, "PrivateIpAddress": "", "UsingStatus": "Idle", "SnatEntryEnabled": true}}},
	}, sets)
	v.e.EIP(v.Region, "eip-"+name, ip, "Nat", id)
	v.e.items = append(v.e.items, &item{kind: "vpc.DescribeNatGateways", region: v.Region, body: func() Body { return n.body }, calls: n.calls})
	return n
}

// Forward adds a DNAT entry.
func (n *NAT) Forward(protocol, externalPort, internalIP, internalPort string, sets ...Set) {
	n.forward = append(n.forward, apply(Body{
		"ForwardEntryId": fmt.Sprintf("fwd-%s%02d", n.ID[4:], len(n.forward)+1), "ForwardEntryName": "", "ForwardTableId": "ftb-" + n.ID[4:],
		"NatGatewayId": n.ID, "ExternalIp": n.IP, "ExternalPort": externalPort, "InternalIp": internalIP, "InternalPort": internalPort,
		"IpProtocol": protocol, "Status": "Available",
	}, sets))
}

// Snat adds a SNAT entry for a subnet.
func (n *NAT) Snat(s *VSwitch) {
	n.snat = append(n.snat, Body{
		"SnatEntryId": fmt.Sprintf("snat-%s%02d", n.ID[4:], len(n.snat)+1), "SnatEntryName": "", "SnatTableId": "stb-" + n.ID[4:],
		"NatGatewayId": n.ID, "SourceVSwitchId": s.ID, "SourceCIDR": s.CIDR, "SnatIp": n.IP, "EipAffinity": "0", "Status": "Available",
	})
}

func (n *NAT) calls(r *recorder) {
	region := n.vpc.Region
	r.list(request(region, "vpc", "DescribeForwardTableEntries", "ForwardTableId", "ftb-"+n.ID[4:]), paging{"ForwardTableEntries/ForwardTableEntry", pagesNumbered, 50}, n.forward, nil)
	r.list(request(region, "vpc", "DescribeSnatTableEntries", "SnatTableId", "stb-"+n.ID[4:]), paging{"SnatTableEntries/SnatTableEntry", pagesNumbered, 50}, n.snat, nil)
}

// Peer joins two VPCs. The connection is listed in the regions of both.
func (e *Estate) Peer(id string, from, to *VPC, sets ...Set) {
	b := apply(Body{
		"InstanceId": id, "Name": id, "Description": "", "Status": "Activated", "BizStatus": "Normal", "RegionId": from.Region, "AcceptingRegionId": to.Region,
		"OwnerId": e.owner(), "AcceptingOwnerUid": e.owner(), "Bandwidth": 1024, "GmtCreate": born, "GmtModified": born, "GmtExpired": "",
		"ResourceGroupId": resourceGroup, "Tags": []Body{},
		"Vpc":          Body{"VpcId": from.ID, "Ipv4Cidrs": []string{from.CIDR}, "Ipv6Cidrs": []string{}},
		"AcceptingVpc": Body{"VpcId": to.ID, "Ipv4Cidrs": []string{to.CIDR}, "Ipv6Cidrs": []string{}},
	}, sets)
	regions := []string{from.Region}
	if to.Region != from.Region {
		regions = append(regions, to.Region)
	}
	for _, region := range regions {
		e.items = append(e.items, &item{kind: "vpcpeer.ListVpcPeerConnections", region: region, body: func() Body { return b }})
	}
}

// CEN joins VPCs without a transit router. It is listed in every region.
func (e *Estate) CEN(id string, vpcs ...*VPC) {
	children := []Body{}
	for _, v := range vpcs {
		v.body["CenStatus"] = "Attached"
		children = append(children, Body{
			"ChildInstanceId": v.ID, "ChildInstanceType": "VPC", "ChildInstanceRegionId": v.Region, "ChildInstanceOwnerId": e.owner(),
			"CenId": id, "Status": "Attached", "ChildInstanceAttachTime": born,
		})
	}
	b := Body{
		"CenId": id, "Name": id, "Description": "", "Status": "Active", "CreationTime": born, "ProtectionLevel": "REDUCED", "Ipv6Level": "DISABLED",
		"ResourceGroupId": resourceGroup, "CenBandwidthPackageIds": Body{"CenBandwidthPackageId": []string{}}, "Tags": Body{"Tag": []Body{}},
	}
	for _, region := range e.regions {
		e.items = append(e.items, &item{kind: "cbn.DescribeCens", region: region, body: func() Body { return b }, calls: func(r *recorder) {
			r.list(request(region, "cbn", "DescribeCenAttachedChildInstances", "CenId", id), paging{"ChildInstances/ChildInstance", pagesNumbered, 50}, children, nil)
			r.list(request(region, "cbn", "ListTransitRouters", "CenId", id), paging{"TransitRouters", pagesNumbered, 50}, nil, nil)
		}})
	}
}

// FlowLog adds an active flow log of a VPC.
func (v *VPC) FlowLog(id string, sets ...Set) {
	b := apply(Body{
		"FlowLogId": id, "FlowLogName": id, "Status": "Active", "CreationTime": born, "TrafficType": "All", "ResourceType": "VPC", "ResourceId": v.ID,
		"Description": "", "ProjectName": "network-audit", "LogStoreName": "flow", "RegionId": v.Region, "BusinessStatus": "Normal", "AggregationInterval": 10,
		"ServiceType": "sls", "ResourceGroupId": resourceGroup, "IpVersion": "IPv4", "TrafficPath": Body{"TrafficPathList": []string{"all"}}, "Tags": Body{"Tag": []Body{}},
	}, sets)
	v.e.items = append(v.e.items, &item{kind: "vpc.DescribeFlowLogs", region: v.Region, body: func() Body { return b }})
}

// VPNGateway adds a VPN gateway to a VPC.
func (v *VPC) VPNGateway(id, ip string, at *VSwitch, sets ...Set) {
	b := apply(Body{
		"VpnGatewayId": id, "Name": id, "VpcId": v.ID, "VSwitchId": at.ID, "Status": "active", "BusinessStatus": "Normal", "InternetIp": ip,
		"VpnType": "Normal", "NetworkType": "public", "IpsecVpn": "enable", "SslVpn": "disable", "SslMaxConnections": 5, "Spec": "10M",
		"ChargeType": "POSTPAY", "CreateTime": int64(1646100000000), "EndTime": int64(0), "AutoPropagate": false, "EnableBgp": false,
		"Description": "", "ResourceGroupId": resourceGroup, "Tags": Body{"Tag": []Body{}},
	}, sets)
	v.e.items = append(v.e.items, &item{kind: "vpc.DescribeVpnGateways", region: v.Region, body: func() Body { return b }})
}
