package wild

import "fmt"

// machine is an ECS.
type machine struct {
	at      *vswitch
	id, ip  string
	eni     string
	visible bool // the answers name it
}

func (m *maker) securityGroups() {
	for i := range 4 {
		id := m.id("sg")
		m.groups = append(m.groups, id)
		for _, region := range m.regions {
			b := body{"SecurityGroupId": id}
			m.stand(m.vpcs[home], b)
			m.put(b, "SecurityGroupType", one(m, "normal", "normal", "normal", "enterprise"))
			m.list(region, "ecs.DescribeSecurityGroups", nil, "SecurityGroups.SecurityGroup", "TotalCount", b)
		}
		rules, inner := m.rules(i), m.mostly(one(m, "Accept", "Accept", "Drop"), "accept", "Other", missing{})
		for _, region := range m.regions {
			m.list(region, "ecs.DescribeSecurityGroupAttribute", map[string]string{"SecurityGroupId": id}, "Permissions.Permission", "", rules...)
			c := m.calls[len(m.calls)-1]
			if inner != (missing{}) {
				c.rest["InnerAccessPolicy"] = inner
			}
		}
	}
	m.prefixLists()
}

// rules opens a group's way out and some ways in; the last group has nothing
// but what chance gives it.
func (m *maker) rules(i int) []body {
	out := []body{}
	if i != 3 {
		out = append(out, m.rule("egress", "Accept", "0.0.0.0/0", one(m, "-1/-1", "1/65535", "9000/9400")))
		out = append(out, m.rule("ingress", "Accept", one(m, "10.0.0.0/8", "0.0.0.0/0", "10.1.0.0/16"), one(m, "-1/-1", "1/65535", "600/9400")))
		if m.chance(0.4) {
			out = append(out, m.rule("ingress", "Accept", "0.0.0.0/0", "9201/9201"))
		}
	}
	for range m.r.IntN(3) {
		if m.chance(m.rough * 4) {
			cidr := one(m, "10.1.1.0/24", "10.1.1.10/31", "10.2.1.0/24", "203.0.113.0/24", "198.51.100.0/25", "100.64.0.0/10", "10.1.0.0/16", "10.1.1.0/33", "10.1.2.5")
			out = append(out, m.rule(one(m, "ingress", "egress"), one(m, "Accept", "Drop", "Drop"), cidr, one(m, "9200/9200", "-1/-1", "9000/9300", "5601/5601", "636/636")))
		}
	}
	return out
}

// rule is one rule of a security group.
func (m *maker) rule(direction, policy, cidr, ports string) body {
	b := body{"SecurityGroupRuleId": m.id("sgr"), "Direction": direction}
	side := "Source"
	if direction == "egress" {
		side = "Dest"
	}
	m.border(cidr)
	m.put(b, "IpProtocol", one(m, "ALL", "TCP", "tcp", "All"), "UDP", "ICMP")
	m.put(b, "Policy", policy, "drop", "accept", "?")
	m.put(b, "PortRange", ports, "9200/9200", "1/9199", "9201/65535", "x", "")
	switch {
	case m.odd():
		b["Ipv6"+side+"CidrIp"] = one(m, "::/0", "2001:db8::/32")
	case m.odd():
		b[side+"GroupId"] = one(m, m.groups...)
	case m.odd():
		b[side+"PrefixListId"] = fmt.Sprintf("pl-%s%02d", m.tag, 1+m.r.IntN(3))
	case m.odd(): // no far side at all
	default:
		b[side+"CidrIp"] = cidr
	}
	if m.odd() {
		b["PortRangeListId"] = fmt.Sprintf("prl-%s%02d", m.tag, 1+m.r.IntN(3))
	}
	m.put(b, "Direction", direction)
	if !m.chance(0.3) {
		b["Priority"] = m.number(1 + m.r.IntN(3))
	}
	if m.odd() {
		b["SourcePortRange"] = "1/1"
	}
	return b
}

// prefixLists adds lists that rules name: a third of either kind is never
// described.
func (m *maker) prefixLists() {
	for _, region := range m.regions {
		for n := 1; n <= 2; n++ {
			id := fmt.Sprintf("pl-%s%02d", m.tag, n)
			entries := []body{{"Cidr": m.border([]string{"10.1.0.0/16", "203.0.113.0/24"}[n-1])}}
			if n == 2 {
				entries = append(entries, body{"Cidr": "0.0.0.0/1"}, body{"Cidr": "nonsense"})
			}
			m.list(region, "ecs.DescribePrefixListAttributes", map[string]string{"PrefixListId": id}, "Entries.Entry", "", entries...)
			ports := fmt.Sprintf("prl-%s%02d", m.tag, n)
			ranges := []body{{"PortRange": []string{"9200/9200", "1/9000"}[n-1]}, {"PortRange": "9300/9300"}}
			m.list(region, "ecs.DescribePortRangeListEntries", map[string]string{"PortRangeListId": ports}, "Entries", "", ranges...)
		}
	}
}

func (m *maker) compute() {
	for _, v := range m.vpcs {
		for n, s := range v.switches {
			host := &machine{at: s, id: m.id("i"), ip: s.ip(20 + n), eni: m.id("eni")}
			m.machines = append(m.machines, host)
			m.estate.hosts = append(m.estate.hosts, host.id)
			m.instance(host)
		}
	}
	for _, region := range m.regions {
		m.list(region, "ecs.DescribeInstances", nil, "Instances.Instance", "TotalCount")
		m.list(region, "ecs.DescribeNetworkInterfaces", nil, "NetworkInterfaceSets.NetworkInterfaceSet", "")
	}
}

func (m *maker) instance(h *machine) {
	groups := []any{m.groups[m.r.IntN(3)]}
	if m.chance(0.3) {
		groups = append(groups, one(m, m.groups...))
	}
	if m.odd() {
		groups = append(groups, "sg-nobody")
	}
	if len(groups) > 1 && groups[0] == groups[1] {
		groups = groups[1:]
	}
	b := body{"InstanceId": h.id}
	m.put(b, "SecurityGroupIds", body{"SecurityGroupId": groups}, body{"SecurityGroupId": []any{}})
	inside := body{}
	m.put(inside, "VpcId", h.at.vpc.id)
	m.put(inside, "VSwitchId", h.at.id, "vsw-nobody")
	addresses := []any{h.ip}
	if m.odd() {
		addresses = append(addresses, h.at.ip(99))
	}
	m.put(inside, "PrivateIpAddress", body{"IpAddress": addresses}, body{"IpAddress": []any{}}, body{"IpAddress": []any{"nonsense"}})
	m.put(b, "VpcAttributes", inside)
	m.put(b, "Status", "Running", "Stopped")
	if m.chance(0.3) {
		b["EipAddress"] = body{"IpAddress": "47.1.2." + fmt.Sprint(len(m.machines))}
	}
	h.visible = !m.odd()
	if h.visible {
		m.list(h.at.region, "ecs.DescribeInstances", nil, "Instances.Instance", "TotalCount", b)
	}
	m.eni(h.at, h.eni, h.ip, body{"InstanceId": h.id}, groups)
}

// eni adds a network interface.
func (m *maker) eni(at *vswitch, id, ip string, more body, groups []any) {
	b := body{"NetworkInterfaceId": id, "VpcId": at.vpc.id}
	m.put(b, "PrivateIpAddress", ip)
	for k, v := range more {
		b[k] = v
	}
	b["SecurityGroupIds"] = body{"SecurityGroupId": groups}
	if !m.odd() {
		m.list(at.region, "ecs.DescribeNetworkInterfaces", nil, "NetworkInterfaceSets.NetworkInterfaceSet", "", b)
	}
}
