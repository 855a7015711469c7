package graph

import (
	"net"
	"slices"
	"strconv"
	"strings"

	"esaudit/esyml"
	"esaudit/netset"
	"esaudit/snapshot"
)

// RemoteCluster is the feature of a dependency on another cluster that cross-
// cluster search or replication names.
const RemoteCluster = "remote_cluster"

// Dependencies is what the settings of a cluster name outside it, and whether
// it gets there.
type Dependencies struct {
	Schema       string       `json:"schema"`
	From         string       `json:"from"`
	Dependencies []Dependency `json:"dependencies"`
	// Features says what the cluster uses of what needs more than the cluster;
	// none when it is lost.
	Features []Feature `json:"features"`
	// Settle names the calls that would tell the settings, or the cluster.
	Settle []Settle `json:"settledBy,omitempty"`
	// Lost says that no answer names the cluster, and not all were read.
	Lost bool `json:"-"`
	// Cluster is whose settings they are; nil when it is lost.
	Cluster *Cluster `json:"-"`
	// Readable says that elasticsearch.yml is in what was read.
	Readable bool `json:"-"`
}

// Dependency is one outside host and port. Both are empty when the setting does
// not show them; Answer says why then.
type Dependency struct {
	Host    string `json:"host"`
	Port    int    `json:"port"`
	Origin  string `json:"origin"`  // the setting that names it
	Feature string `json:"feature"` // of package esyml, or RemoteCluster
	Answer  Answer `json:"answer"`

	At *snapshot.Node `json:"-"` // where the setting stands
}

// Dependencies returns every outside host that a cluster's elasticsearch.yml
// and dynamic settings name, each with the answer about its private path
// (SEMANTICS 6). from is es:ID. The error says why it cannot be understood.
func (g *Graph) Dependencies(from string) (Dependencies, error) {
	var q query
	if err := q.parseSource(from); err != nil {
		return Dependencies{}, err
	}
	out := Dependencies{Schema: ReachSchema, From: from, Dependencies: []Dependency{}, Features: []Feature{}}
	c := g.Cluster(q.sourceID)
	if c == nil {
		paths, err := g.lost(schemeES, q.sourceID, "elasticsearch", "ListInstance")
		if err != nil {
			return Dependencies{}, err
		}
		out.Lost, out.Settle = true, g.settle(paths[0].Settle)
		return out, nil
	}
	yml, ok := esyml.Parse(c.Attr("esConfig"))
	out.Cluster, out.Readable = c, ok && c.Attr("esConfig").Exists()
	out.Features = g.Features(c)
	named := append(yml.Dependencies(), remoteClusters(yml)...)
	for _, part := range c.DynamicSettings() {
		named = append(named, remoteClusters(part)...)
	}
	for _, d := range named {
		if !d.Local {
			out.Dependencies = append(out.Dependencies, g.dependency(c, d))
		}
	}
	need := c.net.need("elasticsearch", "DescribeInstance", c.ID)
	out.Settle = g.settle(append(need, c.net.need("elasticsearch", "DescribeDynamicSettings", c.ID)...))
	return out, nil
}

// dependency asks about one.
func (g *Graph) dependency(c *Cluster, d esyml.Dependency) Dependency {
	out := Dependency{Host: d.Host, Port: d.Port, Origin: d.Key, Feature: d.Feature, At: d.Node}
	from, why := schemeES+":"+c.ID, d.Err
	if why == "" && d.Wildcard {
		why = "it is a pattern: no setting tells which hosts it stands for"
	}
	if why == "" {
		answer, err := g.Reach(from, d.HostPort())
		if err == nil {
			out.Answer = answer
			return out
		}
		why = err.Error()
	}
	t := newTrail(netset.Set{}, "E1", "", c.ID, d.Text)
	t.check("host", unsure(d.Node, nil, "%s: %s", d.Key, why))
	out.Answer = g.answer(query{from: from, to: d.Text, source: schemeES}, []Path{t.path})
	return out
}

// DynamicSettings returns the cluster's settings that were changed while it
// runs: persistent and transient ones. The vendor gives _cluster/settings as
// JSON in a string; a snapshot has it as a text where it nests too deep.
func (c *Cluster) DynamicSettings() []esyml.Settings {
	n := c.Aspect(snapshot.DynamicSettings)
	if text, ok := n.Str(); ok {
		n, _ = snapshot.ParseJSON([]byte(text)) // what does not parse names nothing
	}
	var out []esyml.Settings
	for _, part := range []string{"persistent", "transient"} {
		if s, ok := esyml.Parse(n.Get(part)); ok {
			out = append(out, s)
		}
	}
	return out
}

// remoteClusters returns the addresses of other clusters that settings name:
// cluster.remote.NAME.seeds and .proxy_address, search.remote.NAME.seeds up to
// version 6.4.
func remoteClusters(s esyml.Settings) []esyml.Dependency {
	var out []esyml.Dependency
	for key := range s.Keys() {
		name, ok := strings.CutPrefix(key, "cluster.remote.")
		if !ok {
			name, ok = strings.CutPrefix(key, "search.remote.")
		}
		if !ok || !slices.Contains([]string{"seeds", "proxy_address", "proxy"}, name[strings.LastIndexByte(name, '.')+1:]) {
			continue
		}
		for _, item := range s.List(key) {
			out = append(out, remoteCluster(key, item))
		}
	}
	return out
}

// remoteCluster reads HOST:PORT; the port of the transport protocol is 9300.
func remoteCluster(key string, item esyml.Item) esyml.Dependency {
	d := esyml.Dependency{Feature: RemoteCluster, Key: key, Text: item.Text, Node: item.Node, Port: 9300}
	host, port, err := net.SplitHostPort(item.Text)
	if err != nil {
		host = strings.Trim(item.Text, "[]")
	} else if n, bad := strconv.ParseUint(port, 10, 16); bad != nil || n == 0 {
		d.Err = "the port " + strconv.Quote(port) + " is no port"
	} else {
		d.Port = int(n)
	}
	d.Host = strings.TrimSuffix(strings.ToLower(host), ".")
	if d.Host == "" {
		d.Err = "there is no host"
	}
	return d
}
