package facts

import (
	"strconv"

	"esaudit/config"
	"esaudit/graph"
	"esaudit/snapshot"
)

// ProxyOf is a declared proxy: where it leads, and who gets to it from the
// internet.
type ProxyOf struct {
	Host    string  `json:"host"`
	Cluster string  `json:"cluster"`
	Listen  int     `json:"listen"`
	Port    int     `json:"port"`
	Reaches Way     `json:"reaches"` // the proxy's own path to the cluster
	Fronts  []Front `json:"fronts"`
}

// Front is a way from the internet to the port a proxy listens on, security
// groups included.
type Front struct {
	By     string   `json:"by"` // eip, lb, dnat; "" where the list that would name it was not read
	ID     string   `json:"id"`
	Port   int      `json:"port"`
	Open   []string `json:"open"`
	Maybe  []string `json:"maybe"`
	Settle []Call   `json:"settle"`
}

func proxyOf(g *graph.Graph, a *snapshot.Account, p config.Proxy) ProxyOf {
	out := ProxyOf{Host: p.ECS, Cluster: p.Cluster, Listen: p.Listen, Port: p.Port, Fronts: []Front{}}
	out.Reaches = Way{Verdict: graph.Unknown.String(), Running: graph.Unknown.String(), Hops: []Hop{}, Settle: []Call{}}
	if answer, err := g.Reach("ecs:"+p.ECS, "es:"+p.Cluster+":"+strconv.Itoa(p.Port)); err == nil {
		out.Reaches = Way{Verdict: answer.Verdict.String(), Running: whenActive(answer).String(), Hops: answer.Path, Settle: []Call{}}
		for _, s := range answer.Settle {
			out.Reaches.Settle = append(out.Reaches.Settle, callOf(a, s.Call))
		}
	}
	for _, f := range g.ProxyFronts(p) {
		if f.Open.IsEmpty() && f.Maybe.IsEmpty() {
			continue
		}
		out.Fronts = append(out.Fronts, Front{f.Kind, f.ID, f.Port, cidrsOf(f.Open), cidrsOf(f.Maybe), calls(a, f.Settle)})
	}
	return out
}
