package wild

import "fmt"

// nat adds a NAT gateway with forward entries to clusters and a host.
func (m *maker) nat() {
	region := m.regions[0]
	for _, r := range m.regions {
		m.list(r, "vpc.DescribeNatGateways", nil, "NatGateways.NatGateway", "TotalCount")
		m.list(r, "vpc.DescribeEipAddresses", nil, "EipAddresses.EipAddress", "TotalCount")
	}
	for i := range 2 {
		id, table := m.id("ngw"), m.id("ftb")
		b := body{"NatGatewayId": id}
		m.put(b, "VpcId", m.vpcs[home].id, m.vpcs[peered].id)
		m.put(b, "NetworkType", []string{"internet", one(m, "internet", "intranet")}[i], "intranet")
		m.put(b, "Status", "Available", "Creating", "Deleting")
		m.put(b, "ForwardTableIds", body{"ForwardTableId": []any{table}})
		if !m.odd() {
			m.list(region, "vpc.DescribeNatGateways", nil, "NatGateways.NatGateway", "TotalCount", b)
		}
		of := map[string]string{"ForwardTableId": table}
		if m.chance(0.3) {
			of = map[string]string{"NatGatewayId": id}
		}
		m.list(region, "vpc.DescribeForwardTableEntries", of, "ForwardTableEntries.ForwardTableEntry", "TotalCount", m.forwards(id, table)...)
	}
}

// forwards are entries to clusters and to hosts.
func (m *maker) forwards(gateway, table string) []body {
	var out []body
	for range 1 + m.r.IntN(2) {
		e := body{"ForwardEntryId": m.id("fwd"), "ForwardTableId": table, "NatGatewayId": gateway}
		to, port := "", 0
		if c := one(m, m.clusters...); m.chance(0.6) {
			to, port = one(m, c.ips...), c.port
		} else {
			to, port = m.machines[m.r.IntN(2)].ip, 9201
		}
		e["InternalIp"] = m.mostly(to, "10.1.1.99", "x")
		m.put(e, "InternalPort", one(m, fmt.Sprint(port), fmt.Sprintf("%d/%d", port-3, port+2), "Any", "any"), "9300", "x")
		m.put(e, "ExternalPort", one(m, fmt.Sprint(10000+port), "Any"))
		m.put(e, "IpProtocol", one(m, "TCP", "tcp", "Any"), "UDP")
		m.put(e, "Status", "Available", "Pending")
		out = append(out, e)
	}
	return out
}

// elasticIPs binds some to hosts and load balancers.
func (m *maker) elasticIPs() {
	for _, r := range m.regions {
		m.list(r, "vpc.DescribeEipAddresses", nil, "EipAddresses.EipAddress", "TotalCount")
	}
	var ids []string
	for _, h := range m.machines[:2] {
		ids = append(ids, h.id, h.eni)
	}
	ids = append(append(ids, m.enis...), m.estate.balancers...)
	for n, id := range ids {
		if m.chance(0.12) {
			m.list(m.regions[0], "vpc.DescribeEipAddresses", nil, "EipAddresses.EipAddress", "TotalCount", body{"AllocationId": m.id("eip"), "IpAddress": fmt.Sprintf("47.2.2.%d", n), "InstanceId": id})
		}
	}
}
