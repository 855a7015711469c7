package facts

import (
	"cmp"
	"slices"

	"esaudit/graph"
	"esaudit/snapshot"
)

// Links are the interconnections of a cluster with others (ListConnectedClusters).
type Links struct {
	Own    Profile `json:"own"`
	Peers  []Peer  `json:"peers"`
	Settle []Call  `json:"settle"` // calls that may name more: the cluster's own, and the first ones of others
}

// Peer is the other side of an interconnection.
type Peer struct {
	ID      string  `json:"id"`
	Known   bool    `json:"known"` // an answer describes it
	Profile Profile `json:"profile"`
	At      At      `json:"at"`     // where it, or the cluster itself, is named
	Settle  []Call  `json:"settle"` // of one that is not known
}

// Profile is what two clusters have to have in common.
type Profile struct {
	Region       string       `json:"region"`
	Account      string       `json:"account"`
	VPC          Ref          `json:"vpc"`
	ArchType     Ref          `json:"arch_type"`
	Architecture Architecture `json:"network_architecture"`
	Version      Version      `json:"version"`
	ZoneCount    Ref          `json:"zone_count"`
	Roles        []Role       `json:"roles"`
	Settle       []Call       `json:"settle"` // calls that would tell what is not known
}

// Role is a kind of node.
type Role struct {
	Name    string `json:"name"`    // data, warm, elastic, master, client
	Present string `json:"present"` // yes, no or unknown
	At      At     `json:"at"`
}

// link finds out which clusters' lists name which others.
func (s *surroundings) link() {
	s.namedBy = map[string][]*graph.Cluster{}
	for _, c := range s.g.Clusters() {
		for n := range c.GlanceAspect(snapshot.ConnectedClusters).Each {
			if id := n.Get("instanceId").Text(); id != "" && !slices.Contains(s.namedBy[id], c) {
				s.namedBy[id] = append(s.namedBy[id], c)
			}
		}
		if need(c, "elasticsearch", "ListConnectedClusters", c.ID) != nil {
			s.unlinked = append(s.unlinked, c)
		}
	}
}

// links returns the pairs a cluster is one side of: those its own list names,
// and those whose list names it.
func (s *surroundings) links(c *graph.Cluster) Links {
	l := Links{Own: s.profile(c), Peers: []Peer{}}
	add := func(id string, at At) {
		if id == "" || id == c.ID || slices.ContainsFunc(l.Peers, func(p Peer) bool { return p.ID == id }) {
			return
		}
		p := Peer{ID: id, At: at, Settle: []Call{}}
		if other := s.g.Cluster(id); other != nil {
			p.Known, p.Profile = true, s.profile(other)
		} else {
			p.Profile = Profile{Roles: []Role{}, Settle: []Call{}}
			for _, a := range s.g.Snapshot().Accounts() {
				for _, region := range graph.Regions(a) {
					if call := (snapshot.Call{Region: region, Product: "elasticsearch", Operation: "ListInstance"}); !a.Read(call) {
						p.Settle = append(p.Settle, callOf(a, call))
					}
				}
			}
		}
		l.Peers = append(l.Peers, p)
	}
	for _, n := range c.Aspect(snapshot.ConnectedClusters).Items() {
		add(n.Get("instanceId").Text(), ref(nil, n.Get("instanceId"), n).At)
	}
	for _, other := range s.namedBy[c.ID] {
		add(other.ID, At{other.Aspect(snapshot.ConnectedClusters)})
	}
	l.Settle = calls(c.Account, need(c, "elasticsearch", "ListConnectedClusters", c.ID))
	for _, other := range s.unlinked[:min(len(s.unlinked), 20)] { // where nothing was read, all of all clusters are too many
		if other != c {
			l.Settle = append(l.Settle, calls(other.Account, need(other, "elasticsearch", "ListConnectedClusters", other.ID))...)
		}
	}
	slices.SortFunc(l.Peers, func(a, b Peer) int { return cmp.Compare(a.ID, b.ID) })
	return l
}

func (s *surroundings) profile(c *graph.Cluster) Profile {
	vpc := c.Home()
	p := Profile{
		Region: c.Region, Account: c.Account.ID, VPC: ref(textOf(vpc), vpc, c.Attr("networkConfig"), c.Node), ArchType: archType(c),
		Architecture: architecture(s.g, c), Version: version(c), ZoneCount: countedZones(c), Roles: linkedRoles(c),
		Settle: calls(c.Account, need(c, "elasticsearch", "DescribeInstance", c.ID)),
	}
	return p
}

// countedZones is zoneCount, else how many zones are listed.
func countedZones(c *graph.Cluster) Ref {
	n := c.Attr("zoneCount")
	if count, ok := n.Int(); ok && count > 0 {
		return ref(count, n)
	}
	if zones := c.Attr("zoneInfos"); len(zones.Items()) > 0 {
		return ref(len(zones.Items()), zones)
	}
	return ref(nil, n, c.Node)
}

// linkedRoles returns the kinds of nodes that count for an interconnection: those of
// Kibana do not. Every cluster has data nodes.
func linkedRoles(c *graph.Cluster) []Role {
	out := []Role{{Name: "data", Present: "yes", At: ref(nil, c.Attr("nodeAmount"), c.Node).At}}
	for _, r := range []struct{ name, flag, older, settings string }{
		{"warm", "warmNode", "", "warmNodeConfiguration"},
		{"elastic", "haveElasticDataNode", "", "elasticDataNodeConfiguration"},
		{"master", "advancedDedicateMaster", "dedicateMaster", "masterConfiguration"},
		{"client", "haveClientNode", "", "clientNodeConfiguration"},
	} {
		role := Role{Name: r.name, Present: "unknown", At: ref(nil, c.Attr(r.flag), c.Node).At}
		for _, flag := range []string{r.flag, r.older} {
			if on, ok := c.Attr(flag).Bool(); ok && role.Present == "unknown" {
				role.Present, role.At = map[bool]string{true: "yes", false: "no"}[on], At{c.Attr(flag)}
			}
		}
		if amount, ok := c.Attr(r.settings, "amount").Int(); ok && role.Present == "unknown" {
			role.Present, role.At = map[bool]string{true: "yes", false: "no"}[amount > 0], At{c.Attr(r.settings, "amount")}
		}
		out = append(out, role)
	}
	return out
}
