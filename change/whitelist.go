package change

import (
	"slices"
	"strings"

	"esaudit/netset"
	"esaudit/snapshot"
)

// defaultGroup is the group that the flat list mirrors.
const defaultGroup = "default"

// flatField names the flat list of a type; the vendor's spellings differ.
func flatField(list string) string {
	switch list {
	case "PUBLIC_ES":
		return "publicIpWhitelist"
	case "PRIVATE_ES":
		return "privateNetworkIpWhiteList"
	case "PUBLIC_KIBANA":
		return "kibanaIPWhitelist"
	}
	return "kibanaPrivateIPWhitelist"
}

// whitelist edits a group of a list of one cluster, or of all.
func (w *work) whitelist(e Edit) error {
	var clusters []snapshot.Object
	for _, a := range w.snapshot.Accounts() {
		for _, o := range a.Objects(snapshot.Cluster) {
			if e.cluster == "" || o.ID == e.cluster {
				clusters = append(clusters, o)
			}
		}
	}
	if len(clusters) == 0 {
		return nothing("cluster", e.cluster, w.ids(snapshot.Cluster))
	}
	var have []string
	found := false
	for _, o := range clusters {
		if e.Verb == Add {
			w.admit(o, e)
			found = true
			continue
		}
		for _, list := range w.lists(o, e) {
			entries, removed := w.strike(o, list, e.entry)
			have = append(have, entries...)
			found = found || removed
		}
	}
	if !found {
		return nothing("entry of "+e.list+":"+e.holder, e.entry, have)
	}
	return nil
}

// lists returns the arrays that hold the entries of the edit's group.
func (w *work) lists(o snapshot.Object, e Edit) []*snapshot.Node {
	var out []*snapshot.Node
	if e.holder == defaultGroup {
		out = flats(o, e)
	}
	for _, groups := range either(o.Attr("networkConfig", "whiteIpGroupList")) {
		out = append(out, grouped(groups, e)...)
	}
	return out
}

// flats are the flat list of the edit's type; each reading of one that answers
// contradict each other in.
func flats(o snapshot.Object, e Edit) []*snapshot.Node {
	return slices.DeleteFunc(slices.Clone(either(o.Attr(flatField(e.list)))), func(n *snapshot.Node) bool { return n.Kind() != snapshot.Array })
}

// grouped are the entries of the edit's group in a list of groups.
func grouped(groups *snapshot.Node, e Edit) []*snapshot.Node {
	var out []*snapshot.Node
	for _, g := range groups.Items() {
		if ips := g.Get("ips"); g.Get("whiteIpType").Text() == e.list && g.Get("groupName").Text() == e.holder && ips.Kind() == snapshot.Array {
			out = append(out, ips)
		}
	}
	return out
}

// strike takes an entry out of a list, and returns what the list held. Of an
// element that holds several entries the others stay.
func (w *work) strike(o snapshot.Object, list *snapshot.Node, entry string) (have []string, removed bool) {
	for i, element := range list.Items() {
		var rest []string
		hit := false
		for _, piece := range netset.ParseWhitelist(element.Text()) {
			have = append(have, piece.Text)
			if samePiece(piece, entry) {
				hit = true
			} else {
				rest = append(rest, piece.Text)
			}
		}
		switch {
		case !hit:
		case len(rest) == 0:
			w.patch(o, list).without[i], removed = true, true
		default:
			w.patch(o, list).replace[i], removed = snapshot.NewString(strings.Join(rest, ",")), true
		}
	}
	return have, removed
}

func samePiece(p netset.Piece, entry string) bool {
	other := netset.ParseWhitelist(entry)[0]
	return p.Text == other.Text || p.Err == nil && other.Err == nil && p.Prefix == other.Prefix
}

// admit adds an entry to a group, which is made when it is not there. Where
// answers contradict each other about the groups, it comes to each of their
// readings: the edit settles nothing else.
func (w *work) admit(o snapshot.Object, e Edit) {
	if e.holder == defaultGroup {
		for _, flat := range flats(o, e) {
			w.add(o, flat, snapshot.NewString(e.entry))
		}
	}
	network := o.Attr("networkConfig")
	for _, groups := range either(network.Get("whiteIpGroupList")) {
		lists := grouped(groups, e)
		for _, list := range lists {
			w.add(o, list, snapshot.NewString(e.entry))
		}
		group := snapshot.NewObject(map[string]*snapshot.Node{
			"groupName": snapshot.NewString(e.holder), "ips": snapshot.NewStrings(e.entry), "whiteIpType": snapshot.NewString(e.list),
		})
		switch {
		case len(lists) > 0:
		case groups.Kind() == snapshot.Array:
			w.add(o, groups, group)
		case groups.Exists() && len(network.Get("whiteIpGroupList").Readings()) > 0: // one of several readings, and no list
		case network.Kind() == snapshot.Map:
			w.patch(o, network).fields["whiteIpGroupList"] = snapshot.NewArray(group)
		default:
			w.patch(o, o.Attr()).fields["networkConfig"] = snapshot.NewObject(map[string]*snapshot.Node{"whiteIpGroupList": snapshot.NewArray(group)})
		}
	}
}
