package facts

import (
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// GatewayFacts is what is known of a NAT gateway that may forward connections
// from the internet.
type GatewayFacts struct {
	Scope    Membership `json:"scope"`
	Forwards []Forward  `json:"forwards"`
	Proxies  []ProxyOf  `json:"proxies"` // with the ways through this gateway alone
}

// Forward is an entry that forwards to a cluster, or may.
type Forward struct {
	Text      string          `json:"text"` // EXTERNAL -> INTERNAL
	Port      string          `json:"internal_port"`
	TCP       string          `json:"tcp"`       // yes, no, unknown
	Available string          `json:"available"` // yes, no, unknown: gateway and entry
	Targets   []ForwardTarget `json:"targets"`
	At        At              `json:"at"`
}

// ForwardTarget is a cluster that an entry leads to, or may.
type ForwardTarget struct {
	By      string `json:"by"` // cluster: an address of it; node: its Kibana
	Cluster string `json:"cluster"`
	Match   string `json:"match"` // yes or unknown
	Settle  []Call `json:"settle"`
}

// gateways are the NAT gateways that forward to a cluster or a proxy of one, or
// may.
func gateways(g *graph.Graph, paths *scope) list {
	return listOf(g.Gateways(), func(nat graph.Gateway, yield func(Subject) bool) bool {
		in := paths.gateway(nat.Account, nat.Region, nat.ID)
		return in.Value == "no" ||
			yield(subject(nat.Object, "nat", "vpc", "natgateway/"+nat.ID, nat.Attr("Name").Text(), gatewayFacts(g, paths, nat, in)))
	})
}

func gatewayFacts(g *graph.Graph, paths *scope, nat graph.Gateway, in Membership) GatewayFacts {
	f := GatewayFacts{Scope: in, Forwards: []Forward{}, Proxies: []ProxyOf{}}
	for _, e := range nat.Entries {
		external, internal := e.Get("ExternalIp").Text()+":"+e.Get("ExternalPort").Text(), e.Get("InternalIp").Text()+":"+e.Get("InternalPort").Text()
		entry := Forward{
			Text: external + " -> " + internal, Port: e.Get("InternalPort").Text(), TCP: forwardsTCP(e), Available: available(nat.Object, e),
			Targets: forwardTargets(paths, nat, e), At: At{e},
		}
		if len(entry.Targets) > 0 {
			f.Forwards = append(f.Forwards, entry)
		}
	}
	proxied := map[string]bool{}
	for _, r := range in.Because {
		proxied[r.Host] = proxied[r.Host] || r.By == "proxy"
	}
	for _, p := range g.Config().Proxies {
		if !proxied[p.ECS] {
			continue
		}
		whole := proxyOf(g, nat.Account, p)
		here := whole
		here.Fronts = []Front{}
		for _, front := range whole.Fronts {
			if front.By == "dnat" && front.ID == nat.ID {
				here.Fronts = append(here.Fronts, front)
			}
		}
		if host := placeOf(nat.Object); !host.account.Object(snapshot.ECS, host.region, p.ECS).Exists() { // its groups are not known
			here.Fronts = append(here.Fronts, Front{
				By: "dnat", ID: nat.ID, Open: []string{}, Maybe: cidrsOf(netset.Internet4()), Settle: calls(nat.Account, host.need("ecs", "DescribeInstances", "")),
			})
		}
		f.Proxies = append(f.Proxies, here)
	}
	return f
}

func forwardTargets(paths *scope, nat graph.Gateway, e *snapshot.Node) []ForwardTarget {
	out := []ForwardTarget{}
	for _, c := range paths.candidates(placeOf(nat.Object), nat.Attr("VpcId").Text()) {
		m := &member{}
		paths.joinForward(m, c, nat.Attr("VpcId").Text(), e.Get("InternalIp").Text(), e)
		for _, r := range m.relations {
			out = append(out, ForwardTarget{By: r.By, Cluster: c.ID, Match: r.Match, Settle: calls(nat.Account, m.settle)})
		}
	}
	return out
}
