package wild

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"unicode"
)

// Questions asks n questions of every kind, mostly about what the estate holds
// and at the borders of what it mentions.
func (e *Estate) Questions(r *rand.Rand, n int) [][2]string {
	a := &asker{r: r, Estate: e, outside: e.boundaries()}
	out := make([][2]string, n)
	for i := range out {
		out[i] = a.question()
	}
	return out
}

// Targets names every cluster and load balancer, as questions about everybody do.
func (e *Estate) Targets() []string {
	var out []string
	for _, id := range e.clusters {
		out = append(out, "es:"+id, "kibana:"+id)
	}
	for _, id := range e.balancers {
		out = append(out, "lb:"+id)
	}
	return out
}

type asker struct {
	*Estate
	r       *rand.Rand
	outside []netip.Addr
}

// boundaries are the ends of every CIDR the estate mentions, and the addresses
// beside them.
func (e *Estate) boundaries() []netip.Addr {
	var out []netip.Addr
	texts := []string{"10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "224.0.0.0/3", "0.0.0.0/8", "2000::/3", "169.254.0.0/16", "192.168.0.0/16", "8.8.8.8"}
	for _, text := range append(texts, e.borders...) {
		for _, piece := range strings.FieldsFunc(text, func(c rune) bool { return c == ',' || unicode.IsSpace(c) }) {
			p, err := netip.ParsePrefix(piece)
			if a, err := netip.ParseAddr(piece); err == nil {
				p = netip.PrefixFrom(a.WithZone(""), a.BitLen())
			} else if err != nil && !p.IsValid() {
				continue
			}
			if err == nil || p.IsValid() {
				out = append(out, ends(p)...)
			}
		}
	}
	slices.SortFunc(out, netip.Addr.Compare)
	return slices.Compact(out)
}

// ends are the first and last address of a prefix, and those beside them.
func ends(p netip.Prefix) []netip.Addr {
	p = p.Masked()
	raw := p.Addr().AsSlice()
	for bit := p.Bits(); bit < p.Addr().BitLen(); bit++ {
		raw[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(raw)
	var out []netip.Addr
	for _, a := range []netip.Addr{p.Addr(), last, p.Addr().Prev(), last.Next()} {
		if a.IsValid() {
			out = append(out, a)
		}
	}
	return out
}

func (a *asker) of(list []string) string {
	if len(list) == 0 || a.r.IntN(200) == 0 {
		return "nobody"
	}
	return list[a.r.IntN(len(list))]
}

// internet is an address, now and then IPv4 in its IPv6 form.
func (a *asker) internet() string {
	ip := a.outside[a.r.IntN(len(a.outside))]
	if a.r.IntN(5) < 2 {
		ip = netip.MustParseAddr([]string{"203.0.113.9", "198.51.100.7", "203.0.113.5", "2001:db8::9"}[a.r.IntN(4)])
	}
	if ip.Is4() && a.r.IntN(20) == 0 {
		return "internet:::ffff:" + ip.String()
	}
	return "internet:" + ip.String()
}

// inside is an address of a VPC, mostly of one of its subnets.
func (a *asker) inside() string {
	vpc, cidr, _ := strings.Cut(a.vpcAddresses[a.r.IntN(len(a.vpcAddresses))], " ")
	p := netip.MustParsePrefix(cidr)
	at := ends(p)
	ip := at[a.r.IntN(len(at))]
	switch a.r.IntN(10) {
	case 0:
		ip = a.outside[a.r.IntN(len(a.outside))]
	case 1, 2, 3:
		raw := p.Masked().Addr().AsSlice()
		raw[len(raw)-1] = byte(16 + a.r.IntN(16))
		ip, _ = netip.AddrFromSlice(raw)
	}
	if a.r.IntN(100) == 0 {
		vpc = "vpc-nobody"
	}
	return "vpc:" + vpc + "/" + ip.String()
}

func (a *asker) port(target string) int {
	list := a.ports[target]
	if len(list) == 0 || a.r.IntN(12) == 0 {
		list = []int{1, 65535, 9200, 9300, 5601, 636, 9201}
	}
	return list[a.r.IntN(len(list))]
}

// to is a target of a scheme with a port.
func (a *asker) to(scheme string) string {
	if scheme == "lb" {
		id := a.of(a.balancers)
		return fmt.Sprintf("lb:%s:%d", id, a.port(id))
	}
	target := scheme + ":" + a.of(a.clusters)
	return fmt.Sprintf("%s:%d", target, a.port(target))
}

func (a *asker) question() [2]string {
	switch n := a.r.IntN(100); {
	case n < 20:
		return [2]string{a.internet(), a.to("es")}
	case n < 38:
		return [2]string{"ecs:" + a.of(a.hosts), a.to("es")}
	case n < 50:
		return [2]string{a.inside(), a.to("es")}
	case n < 55:
		return [2]string{a.internet(), a.to("kibana")}
	case n < 60:
		return [2]string{"ecs:" + a.of(a.hosts), a.to("kibana")}
	case n < 65:
		return [2]string{a.inside(), a.to("kibana")}
	case n < 71:
		return [2]string{a.internet(), a.to("lb")}
	case n < 76:
		return [2]string{"ecs:" + a.of(a.hosts[:2]), a.to("lb")}
	case n < 79:
		return [2]string{a.inside(), a.to("lb")}
	case n < 84:
		return [2]string{"onprem:" + a.of(a.names), a.to("es")}
	case n < 98:
		return a.outbound()
	case n < 99:
		return [2]string{"ecs:" + a.of(a.hosts), a.to("lb")}
	}
	return a.bad()
}

// outbound asks for an endpoint's domain, mostly of the cluster's own, or for a
// host.
func (a *asker) outbound() [2]string {
	from := "es:" + a.of(a.clusters)
	if len(a.domains) > 0 && a.r.IntN(10) < 6 {
		cluster, domain, _ := strings.Cut(a.domains[a.r.IntN(len(a.domains))], " ")
		if a.r.IntN(10) > 0 {
			from = "es:" + cluster
		}
		switch a.r.IntN(6) {
		case 0:
			domain = strings.ToUpper(domain) + "."
		case 1:
			domain += "."
		}
		port := []int{9200, 9201, 9202, 636, 9250}[a.r.IntN(5)]
		return [2]string{from, fmt.Sprintf("%s:%d", domain, port)}
	}
	host := []string{"ldap.example.com", "10.1.1.20", "10.1.2.21", "10.1.1.20", "10.1.2.21", "[::ffff:10.1.1.20]", "[2001:db8::1]", "10.1.1.99", "10.2.1.20", "10.1.2.21.", "ep-x.privatelink.aliyuncs.com"}[a.r.IntN(11)]
	return [2]string{from, fmt.Sprintf("%s:%d", host, []int{636, 9200, 443, 9201}[a.r.IntN(4)])}
}

// bad is a question that cannot be understood, or of a pair that there is not.
func (a *asker) bad() [2]string {
	es, lb := a.to("es"), a.to("lb")
	all := [][2]string{
		{"internet:1.2.3", es}, {"internet:fe80::1%eth0", es}, {"", es}, {"ecs:", es}, {"vpc:" + a.of(a.vpcs), es}, {"vpc:" + a.of(a.vpcs) + "/", es}, {"host:1", es},
		{"onprem:" + a.of(a.names), "kibana:" + a.of(a.clusters) + ":5601"}, {"onprem:" + a.of(a.names), lb}, {"onprem:nobody", es},
		{"internet:1.2.3.4", "es:" + a.of(a.clusters)}, {"internet:1.2.3.4", es + "0000"}, {"internet:1.2.3.4", "es:" + a.of(a.clusters) + ":0"}, {"internet:1.2.3.4", "es:" + a.of(a.clusters) + ":09200"},
		{"es:" + a.of(a.clusters), "host"}, {"es:" + a.of(a.clusters), "host:0"}, {"es:" + a.of(a.clusters), ":1"}, {"es:" + a.of(a.clusters), "[10.1.1.1:9"}, {"ecs:i-nowhere", es}, {"internet:1.2.3.4", "lb:nlb-nowhere:1"},
		{"internet:1.2.3.4", "lb:lb-nowhere:1"}, {"internet:1.2.3.4", "es:es-nowhere:9200"}, {"es:es-nowhere", "a.example:1"}, {"vpc:vpc-nowhere/10.0.0.1", es}, {"internet:1.2.3.4", "host.example:1"},
	}
	return all[a.r.IntN(len(all))]
}
