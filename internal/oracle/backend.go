package oracle

import (
	"net/netip"
	"strings"
)

// backend is one server of a listener's own group (P5.4).
type backend struct {
	id      string
	kind    string // ecs, eni, ip, eci: lower case
	address netip.Addr
	port    int     // 0 when not known
	any     bool    // the server's own port is 0
	weight  Verdict // the control backend-weight
	vpc     string  // in which addresses are looked up
	group   object  // of an NLB
}

// backends are the servers of a listener's own group, and whether the group
// was read.
func (o *Oracle) backends(lb balancer, l listener) ([]backend, bool) {
	if lb.nlb {
		return o.groupServers(lb, l)
	}
	config := func(key string) string {
		for _, inner := range []string{"", "TCPListenerConfig", "UDPListenerConfig"} {
			v := any(l.object)
			if inner != "" {
				v = get(l.object, inner)
			}
			if s := text(v, key); s != "" {
				return s
			}
		}
		return ""
	}
	for _, named := range [][]string{{"VServerGroupId"}, {"MasterSlaveServerGroupId"}, {"TCPListenerConfig", "MasterSlaveServerGroupId"}, {"UDPListenerConfig", "MasterSlaveServerGroupId"}} {
		if disputed(l.object, named...) {
			return nil, false
		}
	}
	var servers []any
	port, read := "Port", false
	switch group, pair := text(l.object, "VServerGroupId"), config("MasterSlaveServerGroupId"); {
	case group != "":
		f := o.ask(lb.scope, "slb.DescribeVServerGroupAttribute", group)
		servers, read = anys(f.items), f.read
	case pair != "":
		f := o.ask(lb.scope, "slb.DescribeMasterSlaveServerGroupAttribute", pair)
		servers, read = anys(f.items), f.read
	default:
		sure, _ := inAll(listsOf(lb.object, "BackendServers", "BackendServer"))
		servers, port = anys(sure), ""
		read = lb.described && isList(lb.object, "BackendServers", "BackendServer")
	}
	var out []backend
	for _, server := range servers {
		b := backend{id: text(server, "ServerId"), kind: strings.ToLower(text(server, "Type")), weight: weight(server), vpc: text(lb.object, "VpcId")}
		if strings.HasPrefix(b.id, "eni-") {
			b.kind = "eni"
		}
		if port == "" {
			b.port, _ = integer(l.object, "BackendServerPort")
		} else {
			b.port, _ = integer(server, port)
		}
		if b.kind == "eni" {
			b.address = o.eniAddress(lb.scope, b.id, text(server, "ServerIp"))
		}
		out = append(out, b)
	}
	return out, read
}

func anys(list []object) []any {
	var out []any
	for _, item := range list {
		out = append(out, item)
	}
	return out
}

// eniAddress is a server's own IP, else the address of its ENI.
func (o *Oracle) eniAddress(s scope, id, ip string) netip.Addr {
	if a, ok := parseAddress(ip); ok {
		return a
	}
	eni := one(o.objects(s, "NetworkInterfaceId", "ecs.DescribeNetworkInterfaces"), "NetworkInterfaceId", id)
	a, _ := parseAddress(text(eni, "PrivateIpAddress"))
	return a
}

// weight is the control backend-weight: absent is Unknown.
func weight(server any) Verdict {
	n, ok := integer(server, "Weight")
	if !ok {
		return Unknown
	}
	return yes(n > 0)
}

// groupServers are the servers of an NLB's server group.
func (o *Oracle) groupServers(lb balancer, l listener) ([]backend, bool) {
	id := text(l.object, "ServerGroupId")
	group := one(o.objects(lb.scope, "ServerGroupId", "nlb.ListServerGroups"), "ServerGroupId", id)
	if id == "" {
		return nil, false
	}
	list := o.ask(lb.scope, "nlb.ListServerGroupServers", id)
	var out []backend
	for _, server := range list.items {
		b := backend{id: text(server, "ServerId"), kind: strings.ToLower(text(server, "ServerType")), weight: weight(server)}
		b.address, _ = parseAddress(text(server, "ServerIp"))
		b.vpc, b.group = text(group, "VpcId"), group
		own, known := integer(server, "Port")
		b.any = known && own == 0
		switch truth(group, "AnyPortEnabled") {
		case Reachable:
			b.port = l.port
		case Blocked:
			b.port = own
		case Unknown: // the port is known when both readings give the same
			if own == l.port {
				b.port = own
			}
		}
		out = append(out, b)
	}
	return out, list.read
}

// healthy is the control backend-health (P5.4).
func (o *Oracle) healthy(lb balancer, l listener, b backend) Verdict {
	if lb.nlb {
		return o.normal(lb, l, b)
	}
	var vs []Verdict
	for _, item := range o.ask(lb.scope, "slb.DescribeHealthStatus", lb.id).items {
		at, _ := integer(item, "ListenerPort")
		port, _ := integer(item, "Port")
		if at != l.port || port != b.port || text(item, "ServerId") != b.id || !strings.EqualFold(text(item, "Protocol"), text(l.object, "ListenerProtocol")) {
			continue
		}
		switch text(item, "ServerHealthStatus") {
		case "normal":
			vs = append(vs, Reachable)
		case "abnormal":
			vs = append(vs, Blocked)
		default:
			vs = append(vs, Unknown)
		}
	}
	return agree(vs...)
}

// normal is the health of an NLB's server: what GetListenerHealthStatus does
// not list as anything else.
func (o *Oracle) normal(lb balancer, l listener, b backend) Verdict {
	f := o.ask(lb.scope, "nlb.GetListenerHealthStatus", text(l.object, "ListenerId"))
	if !f.read {
		return Unknown
	}
	var vs []Verdict
	for _, item := range f.items {
		if of := text(item, "ListenerId"); of != "" && of != text(l.object, "ListenerId") {
			continue
		}
		for _, info := range items(item, "ServerGroupInfos") {
			if text(info, "ServerGroupId") == text(l.object, "ServerGroupId") {
				vs = append(vs, normalIn(info, b))
			}
		}
	}
	return agree(vs...)
}

func normalIn(info any, b backend) Verdict {
	if truth(info, "HeathCheckEnabled") != Reachable || !isList(info, "NonNormalServers") {
		return Unknown
	}
	out := Reachable
	for _, server := range items(info, "NonNormalServers") {
		ip, _ := parseAddress(text(server, "ServerIp"))
		same := ip.IsValid() && ip == b.address || text(server, "ServerIp") == "" && text(server, "ServerId") == b.id
		at := Reachable // any
		if port, known := integer(server, "Port"); !b.any {
			at = yes(port == b.port)
			if !known || b.port == 0 {
				at = Unknown
			}
		}
		switch {
		case !same || at == Blocked:
		case at == Reachable && text(server, "Status") == "Unhealthy":
			return Blocked
		default:
			out = Unknown
		}
	}
	return out
}

// localAddresses are what a backend sees of an NLB (P5.5): its
// Ipv4LocalAddresses, or its private ones when it has none in any zone.
func (lb balancer) localAddresses() []netip.Addr {
	var out []netip.Addr
	for _, zone := range zoneAddresses(lb) {
		for _, s := range texts(zone, "Ipv4LocalAddresses") {
			if a, ok := parseAddress(s); ok {
				out = append(out, a)
			}
		}
	}
	if len(out) == 0 {
		out = lb.private().addresses
	}
	return out
}

// seenBy is the control whitelist behind a balancer (P5.5): whether the
// cluster's private list admits the address it sees.
func (lb balancer) seenBy(c cluster) Verdict {
	return c.admits(c.entry("es-private"), func(list []netip.Prefix) Verdict {
		if !lb.nlb {
			shared := netip.MustParsePrefix("100.64.0.0/10")
			for _, p := range list {
				if p.Overlaps(shared) {
					return Reachable
				}
			}
			return Blocked
		}
		seen := lb.localAddresses()
		if !lb.described || len(seen) == 0 {
			return Unknown
		}
		for _, a := range seen {
			if contains(list, a) {
				return Reachable
			}
		}
		return Blocked
	})
}
