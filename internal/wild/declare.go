package wild

import "esaudit/config"

// declare says what an organisation declares: a proxy, networks on premises,
// and now and then an architecture.
func (m *maker) declare() {
	c := &m.estate.Config
	for _, h := range m.machines[:2] {
		es := one(m, m.clusters...)
		c.Proxies = append(c.Proxies, config.Proxy{ECS: h.id, Listen: one(m, 9201, 636), Cluster: es.id, Port: es.port})
	}
	if m.odd() {
		c.Proxies = append(c.Proxies, config.Proxy{ECS: "i-nobody", Listen: 9200, Cluster: m.clusters[0].id, Port: 9200})
	}
	c.OnPrem = []config.OnPrem{
		{Name: "office-" + m.tag, CIDRs: []string{"192.168.77.0/24"}, VPCs: []string{m.vpcs[home].id}, Trusted: true},
		{Name: "branch-" + m.tag, CIDRs: []string{"192.168.77.0/25", one(m, "192.168.78.0/24", "192.168.77.128/25")}, VPCs: []string{m.vpcs[peered].id, m.vpcs[home].id}, Trusted: true},
		{Name: "abroad-" + m.tag, CIDRs: []string{"192.168.0.0/16"}, VPCs: []string{m.vpcs[attached].id}, Trusted: true},
		{Name: "guest-" + m.tag, CIDRs: []string{"192.168.77.5/32"}, VPCs: []string{m.vpcs[home].id}},
		{Name: "lost-" + m.tag, CIDRs: []string{"172.20.0.0/16"}, VPCs: []string{m.vpcs[alone].id}, Trusted: true},
	}
	for _, n := range c.OnPrem {
		m.estate.names = append(m.estate.names, n.Name)
	}
	if m.chance(0.15) {
		c.Architecture = map[string]string{one(m, m.clusters...).id: one(m, "new", "original", "unsupported")}
	}
}
