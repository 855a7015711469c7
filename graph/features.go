package graph

import (
	"cmp"
	"slices"

	"esaudit/esyml"
	"esaudit/snapshot"
)

// The states of a feature.
const (
	Used     = "on"
	Unused   = "off"
	NotKnown = "unknown"
)

// Feature is something a cluster can use that needs more than the cluster, and
// whether it does.
type Feature struct {
	Name   string          `json:"feature"` // of package esyml, or RemoteCluster
	State  string          `json:"state"`   // Used, Unused or NotKnown
	Origin string          `json:"origin"`  // the setting, or what else says so; "" when nothing does
	At     *snapshot.Node  `json:"-"`       // where that stands
	Settle []snapshot.Call `json:"-"`       // of one that is not known
}

// Features says of each feature whether a cluster uses it, by name. Remote
// dictionaries cannot be ruled out: a plug-in of the user's own
// keeps its addresses in its own files.
func (g *Graph) Features(c *Cluster) []Feature {
	node := c.Attr("esConfig")
	yml, ok := esyml.Parse(node)
	return c.FeaturesIn(yml, ok && node.Exists())
}

// FeaturesIn is what Features returns, for whoever has read the cluster's
// elasticsearch.yml, or found that it is not readable.
func (c *Cluster) FeaturesIn(yml esyml.Settings, readable bool) []Feature {
	need := c.net.need("elasticsearch", "DescribeInstance", c.ID)
	settings := yml.Features()
	out := make([]Feature, 0, len(settings)+1)
	for _, f := range settings {
		x := Feature{Name: f.Name, State: Unused, At: f.Node, Settle: need}
		if f.Node != nil {
			x.Origin = f.Key
		}
		switch {
		case f.On:
			x.State, x.Settle = Used, nil
		case !readable || !f.Known:
			x.State = NotKnown
		default:
			x.Settle = nil
		}
		if f.Name == esyml.RemoteDictionary && x.State == Unused {
			x = c.customPlugins(x)
		}
		out = append(out, x)
	}
	out = append(out, c.remoteClusters(yml, readable))
	slices.SortFunc(out, func(a, b Feature) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// customPlugins doubts that a cluster fetches no dictionaries when it has
// plug-ins of the user's own.
func (c *Cluster) customPlugins(f Feature) Feature {
	if need := c.net.need("elasticsearch", "ListUserPlugin", c.ID); need != nil {
		f.State, f.Settle = NotKnown, need
		return f
	}
	if n := c.Aspect(snapshot.UserPlugins); len(n.Items()) > 0 {
		f.State, f.Origin, f.At = NotKnown, "ListUserPlugin", n
	}
	return f
}

// remoteClusters is search in, or replication from, another cluster: a remote
// cluster in elasticsearch.yml or the dynamic settings, or a cluster that is
// connected.
func (c *Cluster) remoteClusters(yml esyml.Settings, readable bool) Feature {
	f := Feature{Name: RemoteCluster, State: Unused}
	for _, part := range append([]esyml.Settings{yml}, c.DynamicSettings()...) {
		for _, d := range remoteClusters(part) {
			return Feature{RemoteCluster, Used, d.Key, d.Node, nil}
		}
	}
	if n := c.Aspect(snapshot.ConnectedClusters); len(n.Items()) > 0 {
		return Feature{RemoteCluster, Used, "ListConnectedClusters", n.Items()[0], nil}
	}
	for _, operation := range []string{"DescribeInstance", "DescribeDynamicSettings", "ListConnectedClusters"} {
		f.Settle = append(f.Settle, c.net.need("elasticsearch", operation, c.ID)...)
	}
	if len(f.Settle) > 0 || !readable {
		f.State = NotKnown
	}
	return f
}
