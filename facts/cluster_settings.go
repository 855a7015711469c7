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
	At    string   `json:"at"`
}

// Feature is something that needs more than the cluster, and whether the
// cluster uses it.
type Feature struct {
	Name   string `json:"feature"`
	State  string `json:"state"`  // on, off or unknown
	Origin string `json:"origin"` // the setting or the call that says so; "" when nothing does
	At     string `json:"at"`
	Settle []Call `json:"settle"`
}

func settingEntries(yml esyml.Settings) []SettingEntry {
	out := []SettingEntry{}
	for _, e := range yml.Entries() {
		out = append(out, SettingEntry{
			Key: e.Key, Type: kindWord(e.Kind), Text: e.Text, Items: append([]string{}, e.Items...), At: e.Node.Pointer(),
		})
	}
	return out
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

func features(g *graph.Graph, c *graph.Cluster) []Feature {
	out := []Feature{}
	for _, f := range g.Features(c) {
		at := ref(nil, f.At, c.Attr("esConfig"), c.Node).At
		out = append(out, Feature{Name: f.Name, State: f.State, Origin: f.Origin, At: at, Settle: calls(c.Account, f.Settle)})
	}
	return out
}
