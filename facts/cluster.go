package facts

import (
	"cmp"
	"strings"

	"esaudit/graph"
	"esaudit/netset"
	"esaudit/snapshot"
)

// ClusterFacts is what is known of a cluster.
type ClusterFacts struct {
	Calls        map[string]Call      `json:"calls"` // by operation
	Status       Ref                  `json:"status"`
	Version      Version              `json:"version"`
	Architecture Architecture         `json:"network_architecture"`
	Switches     map[string]Ref       `json:"switches" keys:"public,kibana_public,kibana_private"`
	Ports        map[string]Port      `json:"ports" keys:"port,publicPort"` // no value when it is no port
	Whitelists   map[string]Whitelist `json:"whitelists" keys:"PUBLIC_ES,PRIVATE_ES,PUBLIC_KIBANA,PRIVATE_KIBANA"`
	Exposure     map[string]Exposure  `json:"exposure" keys:"es-public,kibana-public"` // by entry, when somebody gets in from the internet
	Zones        []Zone               `json:"zones"`
	Settings     Settings             `json:"settings"`
	Endpoints    []Endpoint           `json:"endpoints"`
	Dependencies []Dependency         `json:"dependencies"`

	Data     ClusterData `json:"data"`
	Features []Feature   `json:"features"`

	PrivateNames    []PrivateName     `json:"private_names"`
	Assertions      []Assertion       `json:"assertions"`
	Protocol        Ref               `json:"protocol"`
	Realms          []Realm           `json:"realms"`
	Listeners       []ClusterListener `json:"listeners"`
	ListenersUnread []Call            `json:"listeners_unread"`
	Network         ClusterNetwork    `json:"network"`
	Kibana          ClusterKibana     `json:"kibana"`
}

// Version is esVersion. Major and Minor are not there when it has none.
type Version struct {
	Value string `json:"value"`
	Major *int   `json:"major,omitempty"`
	Minor *int   `json:"minor,omitempty"`
	At    At     `json:"at"`
}

// Architecture is the network architecture: new, original, unsupported or
// unknown (SEMANTICS 6).
type Architecture struct {
	Value   string `json:"value"`
	Because string `json:"because"`
	At      At     `json:"at"`
	Settle  []Call `json:"settle"`
}

// Port is a port setting.
type Port struct {
	Ref
	Assumed bool `json:"assumed"` // the setting is not there or empty: the value is the default (SEMANTICS 4)
}

// Whitelist is an effective address list (SEMANTICS 3).
type Whitelist struct {
	Present bool     `json:"present"`
	Flat    bool     `json:"flat"`   // the flat list is there
	Groups  bool     `json:"groups"` // a group of this type is there
	CIDRs   []string `json:"cidrs"`  // the minimal sorted list of what it admits
	Entries []Entry  `json:"entries"`
	Unread  []Entry  `json:"unread"` // pieces that are no address: they admit nobody
	Stray   []Entry  `json:"stray"`  // groups that may hold more: without a known type, or without addresses
	At      At       `json:"at"`

	Elements []Entry `json:"elements"` // the elements as written, before they are read
	Named    []Named `json:"named"`    // the groups of this type
}

// Entry is one piece of a list.
type Entry struct {
	CIDR   string `json:"cidr"` // canonical; "" when it admits nobody
	Text   string `json:"text"`
	Group  string `json:"group"` // "" for the flat list
	At     At     `json:"at"`
	Inside bool   `json:"inside"` // another entry holds it and more
	Why    string `json:"why,omitempty"`

	Space string `json:"space,omitempty"` // private, internet or mixed; not there for an entry that admits nobody
	Near  bool   `json:"near,omitempty"`  // it overlaps a range around the cluster's VPC
	Own   bool   `json:"own,omitempty"`   // it lies inside the VPC's own ranges
}

// Exposure is the way in from the internet.
type Exposure struct {
	Hops []Hop `json:"hops"`
}

// Zone is a zone a cluster runs in. ID and Status are not there when the answer
// does not show them.
type Zone struct {
	ID     string `json:"id,omitempty"`
	Status string `json:"status,omitempty"`
	At     At     `json:"at"`
}

// Settings is what elasticsearch.yml says of itself.
type Settings struct {
	Readable bool           `json:"readable"`
	At       At             `json:"at"`
	Watcher  Toggle         `json:"watcher"`
	Entries  []SettingEntry `json:"entries"`
}

// Toggle is a setting that is on or off.
type Toggle struct {
	State string `json:"state"` // on, off or unknown
	Ref
}

// Endpoint is one of a cluster's VPC endpoints.
type Endpoint struct {
	ID     string `json:"id"`
	Domain string `json:"domain"`
	Usable string `json:"usable"` // yes, no or unknown: active, connected and in good standing
	At     At     `json:"at"`

	Service Ref    `json:"service"`          // serviceId
	Leads   string `json:"leads_to_cluster"` // yes, no or unknown
}

func clusterFacts(g *graph.Graph, c *graph.Cluster, near *surroundings, around Around) ClusterFacts {
	f := ClusterFacts{
		Calls: map[string]Call{}, Status: ref(textOf(c.Attr("status")), c.Attr("status"), c.Node), Version: version(c),
		Architecture: architecture(g, c), Switches: switches(c), Ports: ports(c), Whitelists: whitelists(c, around),
		Exposure: exposure(g, c), Zones: zones(c), Endpoints: endpoints(g, c),
	}
	for _, operation := range []string{"DescribeInstance", "ListAllNode", "ListVpcEndpoints", "ListKibanaPvlNetwork", "ListConnectedClusters", "ListInstance"} {
		subject := c.ID
		if operation == "ListInstance" {
			subject = ""
		}
		f.Calls[operation] = callOf(c.Account, snapshot.Call{Region: c.Region, Product: "elasticsearch", Operation: operation, Subject: subject})
	}
	yml := configuration(c)
	f.Settings, f.Dependencies = settings(c, yml), dependencies(g, c, yml)
	f.Data, f.Features = clusterData(c, near), features(c, yml)
	f.PrivateNames = privateNames(c, yml)
	f.Protocol, f.Realms = protocol(c), realms(yml)
	f.Listeners, f.ListenersUnread = listenersBefore(g, c)
	return f
}

func textOf(n *snapshot.Node) any {
	if n.Exists() {
		return n.Text()
	}
	return nil
}

func version(c *graph.Cluster) Version {
	n := c.Version()
	v := Version{Value: n.Text(), At: ref(nil, n, c.Node).At}
	parts := strings.SplitN(v.Value, ".", 3)
	for i, into := range []**int{&v.Major, &v.Minor} {
		if i >= len(parts) {
			break
		}
		end := strings.IndexFunc(parts[i]+"x", func(r rune) bool { return r < '0' || r > '9' })
		number, ok := graph.Port(snapshot.NewString(parts[i][:end]))
		if end == 0 || !ok {
			break
		}
		*into = &number
	}
	return v
}

func architecture(g *graph.Graph, c *graph.Cluster) Architecture {
	a := g.Architecture(c)
	out := Architecture{Value: a.Value, Because: a.Because, At: At{a.At}, Settle: calls(c.Account, a.Settle)}
	if out.Value == "" {
		out.Value = "unknown"
	}
	return out
}

func switches(c *graph.Cluster) map[string]Ref {
	out := map[string]Ref{}
	for name, field := range map[string]string{
		"public": "enablePublic", "kibana_public": "enableKibanaPublicNetwork", "kibana_private": "enableKibanaPrivateNetwork",
	} {
		n := c.Attr(field)
		var value any
		if on, ok := n.Bool(); ok {
			value = on
		}
		out[name] = ref(value, n, c.Node)
	}
	return out
}

func ports(c *graph.Cluster) map[string]Port {
	out := map[string]Port{}
	for _, field := range []string{"port", "publicPort"} {
		n := c.Attr(field)
		var value any
		port, ok := graph.Port(n)
		if ok {
			value = cmp.Or(port, 9200)
		}
		out[field] = Port{Ref: ref(value, n, c.Node), Assumed: ok && port == 0}
	}
	return out
}

// exposure shows the way in for one of the addresses that get in.
func exposure(g *graph.Graph, c *graph.Cluster) map[string]Exposure {
	out := map[string]Exposure{}
	for entry, scheme := range map[string]string{graph.ESPublic: "es", graph.KibanaPublic: "kibana"} {
		list := graph.PublicES
		if entry == graph.KibanaPublic {
			list = graph.PublicKibana
		}
		admitted := c.List(list).Set.Intersect(netset.Internet())
		if admitted.IsEmpty() {
			continue
		}
		if hops, in := g.Exposed(c, scheme, admitted.First()); in {
			out[entry] = Exposure{hops}
		}
	}
	return out
}

func zones(c *graph.Cluster) []Zone {
	out := []Zone{}
	for _, z := range c.Attr("zoneInfos").Items() {
		out = append(out, Zone{ID: z.Get("zoneId").Text(), Status: z.Get("status").Text(), At: At{z}})
	}
	return out
}

func endpoints(g *graph.Graph, c *graph.Cluster) []Endpoint {
	out := []Endpoint{}
	for _, e := range c.Aspect(snapshot.VPCEndpoints).Items() {
		v, _, _ := graph.EndpointState(e)
		id := e.Get("serviceId")
		out = append(out, Endpoint{
			ID: e.Get("endpointId").Text(), Domain: e.Get("endpointDomain").Text(), Usable: word(v), At: At{e},
			Service: ref(textOf(id), id, e), Leads: endpointTarget(g, c, e).Elasticsearch,
		})
	}
	return out
}
