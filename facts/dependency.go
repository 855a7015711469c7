package facts

import (
	"strings"

	"esaudit/esyml"
	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
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
	Error    string `json:"error"` // why host or port cannot be read
	At       string `json:"at"`
	Path     Way    `json:"path"`
	Target   Target `json:"target"`
}

// Way is the verdict of a path with its hops.
type Way struct {
	Verdict string `json:"verdict"`
	Hops    []Hop  `json:"hops"`
	Settle  []Call `json:"settle"`
}

// Target says whether a dependency is an Elasticsearch cluster of Alibaba
// Cloud, and by which listeners.
type Target struct {
	Elasticsearch string `json:"elasticsearch"` // yes, no or unknown
	Leads         []Lead `json:"leads"`
	Settle        []Call `json:"settle"`
}

// Lead is a range of ports that leads to a port of a cluster.
type Lead struct {
	From    int     `json:"from"`
	To      int     `json:"to"`
	Running string  `json:"running"`
	Port    int     `json:"port,omitempty"`
	Version Version `json:"cluster_version"`
}

func dependency(g *graph.Graph, c *graph.Cluster, d esyml.Dependency) Dependency {
	out := Dependency{
		Feature: d.Feature, Realm: d.Realm, Key: d.Key, Text: d.Text, Host: d.Host, HostPort: d.HostPort(), Port: d.Port,
		Wildcard: d.Wildcard, Local: d.Local, Error: d.Err, At: d.Node.Pointer(),
		Path:   Way{Verdict: graph.Unknown.String(), Hops: []Hop{}, Settle: []Call{}},
		Target: Target{Elasticsearch: "no", Leads: []Lead{}, Settle: []Call{}},
	}
	if d.Err != "" || d.Wildcard || d.Local {
		return out
	}
	answer, err := g.Reach("es:"+c.ID, d.HostPort())
	if err != nil {
		out.Error = err.Error()
		return out
	}
	out.Path = Way{Verdict: answer.Verdict.String(), Hops: answer.Path, Settle: []Call{}}
	for _, s := range answer.Settle {
		out.Path.Settle = append(out.Path.Settle, callOf(c.Account, s.Call))
	}
	out.Target = target(g, c, d)
	return out
}

// ownDomain ends the domains of the vendor's clusters.
const ownDomain = ".elasticsearch.aliyuncs.com"

func target(g *graph.Graph, c *graph.Cluster, d esyml.Dependency) Target {
	t := Target{Elasticsearch: "no", Leads: []Lead{}, Settle: []Call{}}
	if e := g.EndpointOf(c, d.Host); e != nil {
		return endpointTarget(g, c, e)
	}
	for _, other := range g.Clusters() {
		if d.Host == strings.ToLower(other.Attr("domain").Text()) && d.Host != "" {
			return clusterTarget(other, graph.ESPrivate)
		}
		if d.Host == strings.ToLower(other.Attr("publicDomain").Text()) && d.Host != "" {
			return clusterTarget(other, graph.ESPublic)
		}
	}
	if strings.HasSuffix(d.Host, ownDomain) {
		t.Elasticsearch = "yes"
		t.Leads = append(t.Leads, Lead{From: 9200, To: 9200, Running: "unknown", Port: 9200})
		return t
	}
	if _, err := netset.ParseAddr(d.Host); err != nil {
		return t
	}
	for _, other := range g.Clusters() {
		switch v, settle := g.IsAddress(other, d.Host); v {
		case graph.Reachable:
			return clusterTarget(other, graph.ESPrivate)
		case graph.Unknown:
			t.Elasticsearch = "unknown"
			t.Settle = append(t.Settle, calls(other.Account, settle)...)
		}
	}
	return t
}

func clusterTarget(c *graph.Cluster, entry string) Target {
	t := Target{Elasticsearch: "yes", Leads: []Lead{}, Settle: []Call{}}
	listens, maybe, _, _ := c.Ports(entry)
	for _, port := range append(listens, maybe...) {
		t.Leads = append(t.Leads, Lead{From: port, To: port, Running: "yes", Port: port, Version: version(c)})
	}
	return t
}

// endpointTarget follows an endpoint to the clusters behind its load balancers.
func endpointTarget(g *graph.Graph, c *graph.Cluster, e *snapshot.Node) Target {
	t := Target{Elasticsearch: "no", Leads: []Lead{}, Settle: []Call{}}
	doubt := func(settle []snapshot.Call) {
		if t.Elasticsearch == "no" {
			t.Elasticsearch = "unknown"
		}
		t.Settle = append(t.Settle, calls(c.Account, settle)...)
	}
	conn := c.Connection(e)
	if !conn.Service.Exists() || conn.ResourcesUnread != nil {
		doubt(conn.ResourcesUnread)
	}
	for _, r := range conn.Resources {
		b := g.ResourceBalancer(c, r)
		if b == nil {
			doubt(nil)
			continue
		}
		if need := b.UnreadListeners(); need != nil {
			doubt(need)
		}
		for _, l := range b.Listeners {
			if l.Unread != nil {
				doubt(l.Unread)
			}
			for _, x := range targets(g, l) {
				switch x.Match {
				case "yes":
					t.Elasticsearch = "yes"
					t.Leads = append(t.Leads, Lead{From: l.First, To: l.Last, Running: word(l.Running()), Port: x.Port, Version: x.Version})
				case "unknown":
					doubt(x.settle)
				}
			}
		}
	}
	return t
}
