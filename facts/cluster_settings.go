package facts

import (
	"esaudit/esyml"
	"esaudit/graph"
	"esaudit/snapshot"
)

// SettingEntry is one value of elasticsearch.yml under its full dotted key,
// whatever form the map has. Secrets are replaced by "[redacted]".
type SettingEntry struct {
	Key   string   `json:"key"`
	Type  string   `json:"type"`  // text, number, switch or list: how it is written
	Text  string   `json:"text"`  // as written; a list with commas
	Items []string `json:"items"` // read as a list
	At    At       `json:"at"`
}

// Feature is something that needs more than the cluster, and whether the
// cluster uses it.
type Feature struct {
	Name   string `json:"feature"`
	State  string `json:"state"`  // on, off or unknown
	Origin string `json:"origin"` // the setting or the call that says so; "" when nothing does
	At     At     `json:"at"`
	Settle []Call `json:"settle"`
}

// configured is a cluster's elasticsearch.yml, read once for all of its facts.
type configured struct {
	esyml.Settings
	node     *snapshot.Node // esConfig
	readable bool
	entries  []esyml.Entry
}

// configuration reads elasticsearch.yml. A missing map of settings is not an empty
// one when DescribeInstance was read without it.
func configuration(c *graph.Cluster) configured {
	n := c.Attr("esConfig")
	yml, ok := esyml.Parse(n)
	return configured{yml, n, ok && n.Exists(), yml.Entries()}
}

func settings(c *graph.Cluster, yml configured) Settings {
	s := Settings{Readable: yml.readable, At: ref(nil, yml.node, c.Node).At, Entries: make([]SettingEntry, 0, len(yml.entries))}
	for _, e := range yml.entries {
		s.Entries = append(s.Entries, SettingEntry{Key: e.Key, Type: kindWord(e.Kind), Text: e.Text, Items: e.Items, At: At{e.Node}})
	}
	watcher := yml.Switch("xpack.watcher.enabled")
	s.Watcher = Toggle{State: "off", Ref: ref(textOf(watcher.Node), watcher.Node, yml.node, c.Node)}
	switch {
	case !s.Readable || !watcher.Valid:
		s.Watcher.State = "unknown"
	case watcher.On:
		s.Watcher.State = "on"
	}
	return s
}

func kindWord(k snapshot.NodeKind) string {
	switch k {
	case snapshot.Number:
		return "number"
	case snapshot.Bool:
		return "switch"
	case snapshot.Array:
		return "list"
	}
	return "text"
}

func features(c *graph.Cluster, yml configured) []Feature {
	all := c.FeaturesIn(yml.Settings, yml.readable)
	out := make([]Feature, 0, len(all))
	for _, f := range all {
		at := ref(nil, f.At, yml.node, c.Node).At
		out = append(out, Feature{Name: f.Name, State: f.State, Origin: f.Origin, At: at, Settle: calls(c.Account, f.Settle)})
	}
	return out
}
