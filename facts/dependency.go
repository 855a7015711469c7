package facts

import (
	"strings"

	"esaudit/esyml"
	"esaudit/graph"
)

// Dependency is a host and port outside the cluster that a setting names, and
// whether the cluster gets there.
type Dependency struct {
	Feature  string `json:"feature"` // watcher, ldap, active_directory, reindex, saml, oidc
	Realm    string `json:"realm"`
	Key      string `json:"key"`
	Text     string `json:"text"` // as written
	Host     string `json:"host"`
	HostPort string `json:"hostport"`
	Port     int    `json:"port"`
	Wildcard bool   `json:"wildcard"`
	Local    bool   `json:"local"`
	Error    string `json:"error"`    // why host or port cannot be read
	Endpoint string `json:"endpoint"` // the cluster's endpoint that the host names; "" for none
	At       At     `json:"at"`
	Path     Way    `json:"path"`
	Target   Target `json:"target"`
	Names    Naming `json:"names"`
}

// Way is the verdict of a path with its hops.
type Way struct {
	Verdict string `json:"verdict"`
	Running string `json:"verdict_when_active"` // the verdict apart from the cluster's own status
	Hops    []Hop  `json:"hops"`
	Settle  []Call `json:"settle"`
}

func dependencies(g *graph.Graph, c *graph.Cluster, yml configured) []Dependency {
	all := yml.Dependencies()
	out := make([]Dependency, 0, len(all))
	for _, d := range all {
		out = append(out, dependency(g, c, d))
	}
	return out
}

func dependency(g *graph.Graph, c *graph.Cluster, d esyml.Dependency) Dependency {
	out := Dependency{
		Feature: d.Feature, Realm: d.Realm, Key: d.Key, Text: written(d), Host: d.Host, HostPort: d.HostPort(), Port: d.Port,
		Wildcard: d.Wildcard, Local: d.Local, Error: d.Err, At: At{d.Node},
		Path:   Way{Verdict: graph.Unknown.String(), Running: graph.Unknown.String(), Hops: []Hop{}, Settle: []Call{}},
		Target: nothing(), Names: naming(g, c, d),
	}
	if e := g.EndpointOf(c, d.Host); e != nil {
		out.Endpoint = e.Get("endpointId").Text()
	}
	if d.Err != "" || d.Wildcard || d.Local {
		return out
	}
	answer, err := g.Reach("es:"+c.ID, d.HostPort())
	if err != nil {
		out.Error = err.Error()
		return out
	}
	out.Path = Way{Verdict: answer.Verdict.String(), Running: whenActive(answer).String(), Hops: answer.Path, Settle: []Call{}}
	for _, s := range answer.Settle {
		out.Path.Settle = append(out.Path.Settle, callOf(c.Account, s.Call))
	}
	out.Target = target(g, c, d)
	return out
}

// written is the value that names a dependency as it stands there: a part of a
// list, or the whole value that something was made of.
func written(d esyml.Dependency) string {
	if text := d.Node.Text(); text != "" && !strings.Contains(text, d.Text) {
		return text
	}
	return d.Text
}

// whenActive is the verdict that the paths of an answer give apart from the
// control cluster-status.
func whenActive(a graph.Answer) graph.Verdict {
	verdicts := make([]graph.Verdict, len(a.Paths))
	for i, p := range a.Paths {
		verdicts[i] = graph.Reachable
		for _, hop := range p.Hops {
			if hop.Control != "cluster-status" {
				verdicts[i] = graph.Along(verdicts[i], hop.Verdict)
			}
		}
	}
	return graph.Over(verdicts...)
}
