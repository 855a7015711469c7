package wild

import (
	"maps"
	"math/rand/v2"

	"esaudit/snapshot"
)

// Aside is the estate in which each of so many clusters has a list or a setting of
// another cluster, or a list that admits nobody, and the ids of these clusters and of
// their endpoints. some are the attributes and aspects that are lists and settings, with
// the list in networkConfig (locality.Aside).
func Aside(r *rand.Rand, s *snapshot.Snapshot, every int, some func(cluster snapshot.Object) ([]string, []snapshot.Aspect)) (*snapshot.Snapshot, map[string]bool) {
	var all []snapshot.Object
	for _, a := range s.Accounts() {
		all = append(all, a.Objects(snapshot.Cluster)...)
	}
	ids := map[string]bool{}
	var edits []snapshot.Edit
	for _, o := range all {
		if r.IntN(every) > 0 {
			continue
		}
		other := o.Node
		for try := 0; try < 20 && other.Equal(o.Node); try++ {
			other = taken(r, o, all[r.IntN(len(all))], some)
		}
		if other.Equal(o.Node) {
			continue
		}
		edits, ids[o.ID] = append(edits, snapshot.Edit{Object: o, Node: other}), true
		for _, e := range o.Aspect(snapshot.VPCEndpoints).Items() {
			ids[e.Get("endpointId").Text()] = true
		}
	}
	return s.Edited(edits...), ids
}

// taken is a cluster with something of another one.
func taken(r *rand.Rand, o, other snapshot.Object, some func(snapshot.Object) ([]string, []snapshot.Aspect)) *snapshot.Node {
	attributes, aspects := some(o)
	fields := o.Node.Clone(nil).Fields()
	switch i := r.IntN(len(attributes) + len(aspects) + 4); {
	case i < len(attributes):
		fields["attributes"] = with(o.Attr(), other.Attr(), attributes[i])
	case i-len(attributes) < len(aspects):
		return with(o.Node, other.Node, string(aspects[i-len(attributes)]))
	case r.IntN(3) == 0: // nobody gets in
		fields["attributes"] = changed(changed(o.Attr(), "networkConfig", changed(o.Attr("networkConfig"), "whiteIpGroupList", snapshot.NewArray())),
			"privateNetworkIpWhiteList", snapshot.NewArray())
	default:
		fields["attributes"] = changed(o.Attr(), "networkConfig", with(o.Attr("networkConfig"), other.Attr("networkConfig"), "whiteIpGroupList"))
	}
	return snapshot.NewObject(fields)
}

// with is an object with the member of another one, or without it.
func with(n, other *snapshot.Node, key string) *snapshot.Node {
	return changed(n, key, other.Get(key).Clone(nil))
}

func changed(n *snapshot.Node, key string, value *snapshot.Node) *snapshot.Node {
	fields := maps.Clone(n.Clone(nil).Fields())
	if fields == nil {
		fields = map[string]*snapshot.Node{}
	}
	if delete(fields, key); value.Exists() {
		fields[key] = value
	}
	return snapshot.NewObject(fields)
}
