package wild

import (
	"fmt"
	"slices"
)

// The parts of the four VPCs: the clusters' own, one that is peered with it,
// one in a CEN with it, and one that leads nowhere.
const (
	home = iota
	peered
	attached
	alone
)

// vpc is one VPC with its subnets.
type vpc struct {
	id, region, table string
	cidr              string // 10.N.0.0/16
	n                 int
	switches          []*vswitch
}

// vswitch is one subnet.
type vswitch struct {
	*vpc
	id, cidr, zone string
	n              int
}

// ip is an address of a subnet.
func (v *vswitch) ip(host int) string { return fmt.Sprintf("10.%d.%d.%d", v.vpc.n, v.n, host) }

func (m *maker) network() {
	for i := home; i <= alone; i++ {
		v := &vpc{id: m.id("vpc"), region: m.regions[0], table: m.id("vtb"), cidr: fmt.Sprintf("10.%d.0.0/16", i+1), n: i + 1}
		if i != home && len(m.regions) > 1 && m.chance(0.4) {
			v.region = m.regions[1]
		}
		m.vpcs = append(m.vpcs, v)
		m.estate.vpcs = append(m.estate.vpcs, v.id)
		b := body{"VpcId": v.id}
		m.list(v.region, "vpc.DescribeVpcs", nil, "Vpcs.Vpc", "TotalCount", b)
		for n := 1; n <= 2; n++ {
			m.vswitch(v, n)
		}
	}
	for _, region := range m.regions {
		for _, list := range [][2]string{{"vpc.DescribeVpcs", "Vpcs.Vpc"}, {"vpc.DescribeVSwitches", "VSwitches.VSwitch"}, {"vpc.DescribeRouteTableList", "RouterTableList.RouterTableListType"},
			{"vpc.DescribeNetworkAcls", "NetworkAcls.NetworkAcl"}, {"vpcpeer.ListVpcPeerConnections", "VpcPeerConnects"}, {"cbn.DescribeCens", "Cens.Cen"}} {
			m.list(region, list[0], nil, list[1], "TotalCount")
		}
	}
	peer := m.peering(m.vpcs[home], m.vpcs[peered])
	if m.odd() {
		m.peering(m.vpcs[peered], m.vpcs[home])
	}
	m.cen()
	for i, v := range m.vpcs {
		m.routes(v, i, peer)
	}
}

func (m *maker) vswitch(v *vpc, n int) {
	s := &vswitch{vpc: v, id: m.id("vsw"), n: n, cidr: fmt.Sprintf("10.%d.%d.0/24", v.n, n), zone: []string{"zone-a", "zone-b"}[n-1]}
	v.switches = append(v.switches, s)
	m.estate.vpcAddresses = append(m.estate.vpcAddresses, v.id+" "+s.cidr)
	b := body{"VSwitchId": s.id, "ZoneId": s.zone}
	m.put(b, "VpcId", v.id)
	m.put(b, "CidrBlock", s.cidr, "10.1.1.0/08", v.cidr)
	if m.chance(0.3) {
		six := fmt.Sprintf("2001:db8:%d:%d::/64", v.n, n)
		b["Ipv6CidrBlock"] = six
		m.estate.vpcAddresses = append(m.estate.vpcAddresses, v.id+" "+six)
	}
	if !m.chance(0.3) {
		m.put(b, "RouteTable", body{"RouteTableId": v.table})
	}
	if m.chance(0.5) {
		b["NetworkAclId"] = m.acl(v)
	} else if m.chance(0.5) {
		b["NetworkAclId"] = ""
	}
	m.list(v.region, "vpc.DescribeVSwitches", nil, "VSwitches.VSwitch", "TotalCount", b)
}

// acl adds a network ACL.
func (m *maker) acl(v *vpc) string {
	id, region := m.id("nacl"), v.region
	in := m.aclEntries("SourceCidrIp", "1024/65535")
	out := m.aclEntries("DestinationCidrIp", "1/65535")
	b := body{"NetworkAclId": id}
	both := body{"NetworkAclId": id}
	m.stand(v, b, both)
	m.put(both, "IngressAclEntries", body{"IngressAclEntry": in})
	m.put(both, "EgressAclEntries", body{"EgressAclEntry": out})
	if m.chance(0.2) {
		b = both
	}
	m.list(region, "vpc.DescribeNetworkAcls", nil, "NetworkAcls.NetworkAcl", "TotalCount", b)
	if !m.odd() {
		m.describe(region, "vpc.DescribeNetworkAclAttributes", map[string]string{"NetworkAclId": id}, body{"NetworkAclAttribute": both})
	}
	return id
}

// aclEntries admits a range of ports, after and before some other entries.
func (m *maker) aclEntries(field, ports string) []any {
	out := []any{}
	for range m.r.IntN(3) {
		e := body{
			"Policy": one(m, "drop", "drop", "accept"), "Protocol": one(m, "tcp", "udp", "all", "TCP"),
			"Port": one(m, "22/22", "9200/9200", "2000/3000", "-1/-1", "9201/65535"), field: m.border(one(m, "10.2.0.0/16", "10.1.1.0/24", "10.1.1.10/31", "192.0.2.0/24", "10.1.1.12", "::/0", "10.3.0.0/33")),
		}
		if e["Port"] == "-1/-1" && field == "SourceCidrIp" && m.chance(0.5) {
			e["Port"] = "1024/65535"
		}
		m.put(e, "Protocol", e["Protocol"])
		m.put(e, "Policy", e["Policy"], "reject")
		m.put(e, field, e[field])
		out = append(out, e)
	}
	whole := body{"Policy": "accept", "Protocol": one(m, "all", "tcp"), "Port": one(m, "-1/-1", ports), field: one(m, "0.0.0.0/0", "10.0.0.0/8", "10.9.9.9/8")}
	m.put(whole, "Port", whole["Port"], "9200/9200", "1/1023", "10000/65535", "9200", "x", "9300/9100", "1/70000")
	m.put(whole, field, whole[field], "::/0")
	if m.rough > 0 && m.chance(0.12) {
		whole["Policy"] = "drop"
	}
	if ports == "1024/65535" && m.odd() {
		half := body{"Policy": "accept", "Protocol": "tcp", "Port": "1024/32767", field: "0.0.0.0/0"}
		whole["Port"] = "32768/65535"
		out = append(out, half)
	}
	return append(out, whole)
}

func (m *maker) peering(a, b *vpc) string {
	id := m.id("pcc")
	p := body{"InstanceId": id, "Vpc": body{"VpcId": a.id}, "AcceptingVpc": body{"VpcId": b.id}}
	if m.chance(0.5) {
		p["Vpc"], p["AcceptingVpc"] = p["AcceptingVpc"], p["Vpc"]
	}
	m.put(p, "Status", "Activated", "Expired", "Creating")
	m.list(m.regions[0], "vpcpeer.ListVpcPeerConnections", nil, "VpcPeerConnects", "TotalCount", p)
	return id
}

// cen joins two VPCs; a second one may join others.
func (m *maker) cen() {
	members := [][]*vpc{{m.vpcs[home], m.vpcs[attached]}}
	if m.odd() {
		members = append(members, []*vpc{m.vpcs[peered], m.vpcs[alone]})
	}
	if m.odd() {
		members[0] = append(members[0], m.vpcs[alone])
	}
	for _, list := range members {
		id := m.id("cen")
		if !m.odd() {
			m.list(m.regions[0], "cbn.DescribeCens", nil, "Cens.Cen", "TotalCount", body{"CenId": id})
		}
		var children []body
		for _, v := range list {
			c := body{"ChildInstanceId": v.id, "ChildInstanceType": "VPC"}
			m.put(c, "Status", "Attached", "Attaching", "Detaching")
			if !m.odd() {
				children = append(children, c)
			}
		}
		of := map[string]string{"CenId": id}
		m.list(m.regions[0], "cbn.DescribeCenAttachedChildInstances", of, "ChildInstances.ChildInstance", "TotalCount", children...)
		var routers []body
		if m.chance(0.15) {
			routers = []body{{"TransitRouterId": m.id("tr"), "CenId": id}}
		}
		m.list(m.regions[0], "cbn.ListTransitRouters", of, "TransitRouters", "TotalCount", routers...)
	}
}

// routes fills a VPC's table.
func (m *maker) routes(v *vpc, i int, peer string) {
	t := body{"RouteTableId": v.table}
	m.stand(v, t)
	m.put(t, "VSwitchIds", body{"VSwitchId": []any{v.switches[0].id, v.switches[1].id}}, body{"VSwitchId": []any{v.switches[0].id}},
		body{"VSwitchId": []any{v.switches[0].id, m.vpcs[home].switches[1].id}})
	m.list(v.region, "vpc.DescribeRouteTableList", nil, "RouterTableList.RouterTableListType", "TotalCount", t)
	local := body{"RouteEntryId": m.id("rte"), "DestinationCidrBlock": v.cidr, "Type": "System", "NextHopType": "local"}
	m.put(local, "Type", "System", "Custom")
	m.put(local, "NextHopType", "local", "Instance", "NatGateway")
	entries := []body{}
	if !m.odd() {
		entries = append(entries, local)
	}
	others := map[int][]int{home: {peered, attached}, peered: {home}, attached: {home}, alone: {home}}
	for _, to := range others[i] {
		kind, id := "VpcPeer", peer
		if slices.Contains([]int{attached, alone}, max(i, to)) {
			kind, id = one(m, "Attachment", "RouterInterface"), m.id("tr-attach")
		}
		kind = m.mostly(kind, "VpcPeer", "NatGateway", "Instance", "Attachment", "").(string)
		if m.odd() {
			id = "pcc-another"
		}
		if !m.odd() {
			entries = append(entries, m.route(m.vpcs[to].cidr, kind, id))
		}
		if m.odd() {
			entries = append(entries, m.route(fmt.Sprintf("10.%d.1.0/24", to+1), kind, id))
		}
		if m.odd() {
			entries = append(entries, m.route(fmt.Sprintf("10.%d.1.10/31", to+1), one(m, "Instance", kind), id))
		}
	}
	if i == home {
		kind := m.mostly(one(m, "VpnGateway", "RouterInterface"), "NatGateway", "").(string)
		entries = append(entries, m.route(one(m, "192.168.0.0/16", "192.168.77.0/24", "0.0.0.0/0"), kind, m.id("vpn")))
	}
	if m.odd() {
		entries = append(entries, m.route(one(m, "10.9.0.0/33", "2001:db8::/32", "0.0.0.0/0", v.switches[0].cidr, fmt.Sprintf("pl-%s%02d", m.tag, 1+(i+2)%3)), one(m, "NatGateway", "local", "Instance"), "x"))
	}
	m.list(v.region, "vpc.DescribeRouteEntryList", map[string]string{"RouteTableId": v.table}, "RouteEntrys.RouteEntry", "", entries...)
}

// route is one entry, in one of the forms entries have.
func (m *maker) route(to, kind, id string) body {
	e := body{"RouteEntryId": m.id("rte"), "Type": "Custom"}
	m.put(e, "DestinationCidrBlock", m.border(to))
	if m.odd() {
		e["Status"], e["Enabled"] = "Pending", false
	}
	hop := body{"NextHopId": id}
	if kind != "" {
		hop["NextHopType"] = kind
	}
	switch m.r.IntN(3) {
	case 0:
		e["NextHops"] = body{"NextHop": []any{hop}}
	case 1:
		e["NextHopType"], e["NextHopId"] = hop["NextHopType"], id
	default:
		e["NextHopType"], e["InstanceId"] = hop["NextHopType"], id
	}
	return e
}
