package wild

import "fmt"

// cluster is an Elasticsearch cluster.
type cluster struct {
	id   string
	at   *vswitch
	ips  []string
	enis []string
	port int
}

func (m *maker) elasticsearch() {
	home := m.vpcs[home]
	for i := range 3 {
		c := &cluster{id: m.id("es-cn"), at: home.switches[0], port: 9200}
		if m.odd() {
			c.at = one(m, home.switches[1], m.vpcs[peered].switches[0])
		}
		m.clusters = append(m.clusters, c)
		m.estate.clusters = append(m.estate.clusters, c.id)
		m.cluster(c, i)
	}
	m.list(m.regions[0], "elasticsearch.ListInstance", nil, "Result", "X-Total-Count")
	if len(m.regions) > 1 {
		m.list(m.regions[1], "elasticsearch.ListInstance", nil, "Result", "X-Total-Count")
	}
}

func (m *maker) cluster(c *cluster, i int) {
	region := m.regions[0]
	of := map[string]string{"InstanceId": c.id}
	b := body{"instanceId": c.id}
	m.put(b, "status", one(m, "active", "active", "active", "active", "activating"), "inactive", "inactive", "invalid", "unknown", "?")
	m.put(b, "esVersion", one(m, "7.10_with_X-Pack", "6.7.0", "5.5.3_with_X-Pack", "8.5", "2.4"), "", "x", "5")
	m.put(b, "createdAt", []string{"2023-04-18T06:25:52.895Z", "2019-06-11T02:44:10.120Z", one(m, "2020-09-30T16:00:00Z", "2020-09-30T15:59:59.999Z")}[i], "yesterday")
	network := body{"type": "vpc"}
	m.put(network, "vpcId", c.at.vpc.id)
	m.put(network, "vswitchId", c.at.id, "vsw-nobody")
	listed := body{"instanceId": c.id, "status": b["status"], "networkConfig": body{"vpcId": network["vpcId"], "vswitchId": network["vswitchId"]}}
	if m.chance(0.5) {
		listed["esVersion"], listed["createdAt"] = b["esVersion"], b["createdAt"]
	}
	if !m.odd() {
		m.list(region, "elasticsearch.ListInstance", nil, "Result", "X-Total-Count", listed)
	}
	m.put(b, "archType", []string{one(m, "public", "exclusive"), "exclusive", one(m, "public", "exclusive")}[i], "other")
	m.put(b, "serviceVpc", i != 1 && m.chance(0.5), "true", "false")
	m.settings(c, b, network, i)
	b["networkConfig"] = network
	if m.odd() {
		b["endpoints"] = []any{body{"endpoint": c.at.ip(13)}, body{"endpoint": "x." + c.id + ".example"}}
	}
	m.describe(region, "elasticsearch.DescribeInstance", of, body{"Result": b})
	m.nodes(c, i)
	m.privateKibana(c, b["archType"] == "public")
}

// settings are switches, ports and lists.
func (m *maker) settings(c *cluster, b, network body, i int) {
	m.put(b, "enablePublic", true, false, "true", "false", "on")
	m.put(b, "haveKibana", true, false, "true")
	m.put(b, "enableKibanaPublicNetwork", m.chance(0.7), true, false)
	m.put(b, "enableKibanaPrivateNetwork", m.chance(0.8), true, false)
	usual := []any{"0", 0, "", nil, missing{}}
	ports := func(field string, standard int) int {
		n := standard
		if m.chance(0.2) {
			n = one(m, 9201, 9243, 5602, 9300)
		}
		if n == standard && m.chance(0.3) {
			if v := one(m, usual...); v != (missing{}) {
				b[field] = v
			}
			return n
		}
		m.put(b, field, m.number(n), "-1", "70000", "x", true)
		return n
	}
	c.port = ports("port", 9200)
	m.port("es:"+c.id, c.port, ports("publicPort", 9200), 9200, 9300, 9299)
	m.port("kibana:"+c.id, ports("kibanaPort", 5601), 5601)
	if m.chance(0.5) {
		m.port("kibana:"+c.id, ports("kibanaPrivatePort", 5601))
	}
	groups := []any{}
	for _, l := range [][]string{
		{"publicIpWhitelist", "PUBLIC_ES"}, {"privateNetworkIpWhiteList", "PRIVATE_ES"}, {"kibanaIPWhitelist", "PUBLIC_KIBANA"}, {"kibanaPrivateIPWhitelist", "PRIVATE_KIBANA"},
	} {
		inside := l[1][:7] == "PRIVATE"
		flat := m.pieces(inside)
		if !m.chance(0.15) {
			m.put(b, l[0], flat, []any{}, "10.0.0.0/8")
		}
		for n := range m.r.IntN(3) {
			g := body{"groupName": fmt.Sprintf("g%d", n), "whiteIpType": l[1]}
			m.put(g, "ips", m.pieces(inside), []any{})
			m.put(g, "whiteIpType", l[1])
			groups = append(groups, g)
		}
	}
	m.put(network, "whiteIpGroupList", groups)
	if m.odd() {
		b["esIPWhitelist"], b["esIPBlacklist"] = []any{"0.0.0.0/0"}, []any{"0.0.0.0/0"}
	}
}

// pieces are elements of a whitelist.
func (m *maker) pieces(inside bool) []any {
	usual := []string{"203.0.113.0/24", "198.51.100.7", "2001:db8::/32", "203.0.113.9,198.51.100.0/25", "203.0.113.128/25", "192.0.2.1"}
	if inside {
		usual = []string{"10.0.0.0/8", "10.1.0.0/16,10.2.0.0/15", "100.64.0.0/10", "192.168.0.0/16", "10.1.2.0/24", "203.0.113.0/26", "203.0.113.0/24 198.51.100.0/24", "10.3.1.16/28", "2001:db8:1::/48"}
	}
	tricks := []string{
		"0.0.0.0", "0.0.0.0/0", "::", "::/0", "127.0.0.1", "::1", "127.0.0.0/7", "0.0.0.0/32", "0.0.0.0/1", "128.0.0.0/1", "::ffff:203.0.113.9", "::ffff:10.1.2.0/120", "::ffff:0:0/90",
		"10.1.2.21/24", "nonsense", "10.0.0.0/08", "10.0.0.1-10.0.0.9", "10.0.0.0/33", "010.0.0.1", "fe80::1%eth0", "203.0.113.0\u00a010.1.2.20\t10.1.1.21", " , ", "", "2001:DB8:0::/33", "10.1.2.255", "100.100.1.0/24",
	}
	out := []any{}
	for range 1 + m.r.IntN(3) {
		s := one(m, usual...)
		if inside && len(out) == 0 && !m.odd() {
			s = one(m, "10.0.0.0/8", "10.0.0.0/9", "10.1.0.0/16,10.2.0.0/15 192.168.0.0/16")
		}
		out = append(out, s)
		m.border(s)
	}
	for range 3 {
		if m.odd() {
			s := one(m, tricks...)
			out = append(out, s)
			m.border(s)
		}
	}
	if m.odd() {
		out = append(out, one[any](m, 5, nil, true, body{}, []any{"0.0.0.0/0"}))
	}
	if m.odd() {
		out = []any{one(m, tricks...)}
	}
	return out
}

// nodes are inside the cluster's subnet, or in the service's VPC.
func (m *maker) nodes(c *cluster, i int) {
	items := []body{}
	inside := !m.chance(0.2)
	for n := range 2 {
		ip := c.at.ip(10 + 3*i + n)
		c.ips = append(c.ips, ip)
		eni := m.id("eni-es")
		c.enis = append(c.enis, eni)
		m.eni(c.at, eni, ip, nil, []any{m.groups[0]})
		if !inside {
			ip = fmt.Sprintf("172.16.0.%d", n+1)
		}
		node := body{}
		m.put(node, "host", ip, "x")
		m.put(node, "nodeType", one(m, "WORKER", "MASTER", "WORKER_WARM", "COORDINATING"))
		items = append(items, node)
	}
	items = append(items, body{"nodeType": "KIBANA", "host": c.at.ip(200)})
	m.list(m.regions[0], "elasticsearch.ListAllNode", map[string]string{"InstanceId": c.id}, "Result", one(m, "", "X-Total-Count"), items...)
}

// privateKibana adds the private connections of Kibana.
func (m *maker) privateKibana(c *cluster, likely bool) {
	items := []body{}
	for range 2 {
		if !likely && !m.odd() || len(items) > 0 && !m.odd() {
			continue
		}
		v := m.vpcs[one(m, home, home, peered, attached)]
		if v.region != m.regions[0] && !m.odd() {
			v = m.vpcs[home]
		}
		b := body{"pvlId": m.id("pvl")}
		m.put(b, "endpointStatus", "Connected", "Disconnected", "Connecting")
		b["vpcId"] = v.id
		zones := []any{}
		for _, s := range v.switches[:1+m.r.IntN(2)] {
			zones = append(zones, body{"vswitchId": m.mostly(s.id, "vsw-nobody"), "zoneId": s.zone})
		}
		m.put(b, "vSwitchIdsZone", zones, []any{})
		m.put(b, "securityGroups", []any{m.groups[m.r.IntN(3)]}, []any{}, []any{m.groups[3]})
		items = append(items, b)
	}
	m.list(m.regions[0], "elasticsearch.ListKibanaPvlNetwork", map[string]string{"InstanceId": c.id}, "Result", "", items...)
}
