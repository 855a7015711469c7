package facts

import (
	"esaudit/graph"
	"esaudit/snapshot"
)

// ClusterData is what protects a cluster's data and keeps it available.
type ClusterData struct {
	Calls        map[string]Call `json:"calls"`    // by operation
	Category     Ref             `json:"category"` // instanceCategory
	VPC          Ref             `json:"vpc"`
	VSwitch      Ref             `json:"vswitch"`
	ZoneCount    Ref             `json:"zone_count"`
	ZonesShown   bool            `json:"zones_shown"` // zoneInfos is a list
	Roles        []NodeRole      `json:"roles"`
	Masters      Masters         `json:"masters"`
	Snapshots    Snapshots       `json:"snapshots"`
	Maintenance  Maintenance     `json:"maintenance"`
	Dictionaries Dictionaries    `json:"dictionaries"`
	KibanaLogin  KibanaLogin     `json:"kibana_login"`
}

// NodeRole is one of the roles whose disks hold data.
type NodeRole struct {
	Role      string `json:"role"`    // hot, warm or elastic
	Present   string `json:"present"` // yes, no or unknown: the cluster has nodes of it
	Amount    Ref    `json:"amount"`
	Encrypted Ref    `json:"encrypted"`
	DiskType  Ref    `json:"disk_type"`
	Spec      Ref    `json:"spec"`
	At        At     `json:"at"`
}

// Masters says whether the cluster has dedicated master nodes: the current
// field, and the deprecated one.
type Masters struct {
	Advanced Ref `json:"advanced"`
	Legacy   Ref `json:"legacy"`
}

// Snapshots is the setting of automatic snapshots, and the shared repositories.
type Snapshots struct {
	Enabled      Ref          `json:"enabled"`
	Schedule     Schedule     `json:"schedule"`
	Repositories []Repository `json:"repositories"`
}

// Schedule is a Quartz expression. LongestHours is the longest time without a
// run, in hours rounded up, in the year after the account was read; it is not
// there when the expression cannot be read.
type Schedule struct {
	Ref
	Error        string `json:"error"`
	LongestHours *int   `json:"longest_hours,omitempty"`
}

// Repository is a snapshot repository that clusters share.
type Repository struct {
	Path   string `json:"path"`
	Status string `json:"status"`
	At     At     `json:"at"`
}

// Maintenance is the window the vendor maintains the cluster in, as written:
// "18:00Z".
type Maintenance struct {
	Start Ref `json:"start"`
	End   Ref `json:"end"`
}

// Dictionaries are the dictionaries of the analysis plug-ins.
type Dictionaries struct {
	Entries []Dictionary `json:"entries"`
	Missing []string     `json:"missing"` // the lists that are not in what was read
	At      At           `json:"at"`
}

// Dictionary is one of them. Source is OSS, ORIGIN or UPLOAD.
type Dictionary struct {
	List   string `json:"list"`
	Name   string `json:"name"`
	Source Ref    `json:"source"`
}

// KibanaLogin is what decides whether Kibana's public entry asks for an
// account of Alibaba Cloud.
type KibanaLogin struct {
	Kibana    Ref `json:"kibana"`    // haveKibana
	ArchType  Ref `json:"arch_type"` // archType
	PublicSSO Ref `json:"public_sso"`
}

func clusterData(c *graph.Cluster, near *surroundings) ClusterData {
	f := ClusterData{
		Calls: map[string]Call{}, Category: textRef(c, "instanceCategory"),
		VPC: textValue(c.Home(), c.Node), VSwitch: textRef(c, "networkConfig", "vswitchId"), ZoneCount: zoneCount(c),
		ZonesShown: c.Attr("zoneInfos").Kind() == snapshot.Array, Roles: roles(c),
		Masters:   Masters{switchRef(c, "advancedDedicateMaster"), switchRef(c, "dedicateMaster")},
		Snapshots: snapshots(c, near), Maintenance: maintenance(c), Dictionaries: dictionaries(c),
		KibanaLogin: KibanaLogin{switchRef(c, "haveKibana"), textRef(c, "archType"), switchRef(c, "enableKibanaPublicSSO")},
	}
	for _, operation := range []string{"DescribeSnapshotSetting", "ListSnapshotReposByInstanceId"} {
		f.Calls[operation] = callOf(c.Account, snapshot.Call{Region: c.Region, Product: "elasticsearch", Operation: operation, Subject: c.ID})
	}
	return f
}

// textRef and switchRef read one of a cluster's own fields.
func textRef(c *graph.Cluster, path ...string) Ref {
	n := c.Attr(path...)
	return textValue(n, c.Node)
}

func switchRef(c *graph.Cluster, path ...string) Ref {
	n := c.Attr(path...)
	return switchValue(n, c.Node)
}

func textValue(n *snapshot.Node, nearest ...*snapshot.Node) Ref {
	var value any
	if text, ok := n.Str(); ok {
		value = text
	}
	return ref(value, n, nearest...)
}

func switchValue(n *snapshot.Node, nearest ...*snapshot.Node) Ref {
	var value any
	if on, ok := n.Bool(); ok {
		value = on
	}
	return ref(value, n, nearest...)
}

func intValue(n *snapshot.Node, nearest ...*snapshot.Node) Ref {
	var value any
	if count, ok := n.Int(); ok {
		value = count
	}
	return ref(value, n, nearest...)
}

// roles are the node roles whose disks can be encrypted (DescribeInstance:
// nodeSpec, warmNodeConfiguration, elasticDataNodeConfiguration).
func roles(c *graph.Cluster) []NodeRole {
	hot := c.Attr("nodeSpec")
	out := []NodeRole{nodeRole("hot", hot, c.Attr("nodeAmount"), nil, c.Node)}
	for _, r := range [][3]string{{"warm", "warmNodeConfiguration", "warmNode"}, {"elastic", "elasticDataNodeConfiguration", "haveElasticDataNode"}} {
		n := c.Attr(r[1])
		out = append(out, nodeRole(r[0], n, n.Get("amount"), c.Attr(r[2]), c.Node))
	}
	return out
}

func nodeRole(name string, n, amount, has, nearest *snapshot.Node) NodeRole {
	r := NodeRole{
		Role: name, Amount: intValue(amount, n, nearest), Encrypted: switchValue(n.Get("diskEncryption"), n, nearest),
		DiskType: textValue(n.Get("diskType"), n, nearest), Spec: textValue(n.Get("spec"), n, nearest), At: ref(nil, n, nearest).At,
		Present: "unknown",
	}
	count, counted := amount.Int()
	on, switched := has.Bool()
	switch {
	case counted && count > 0:
		r.Present = "yes"
	case counted, switched && !on, !switched && n.Kind() == snapshot.Map && len(n.Keys()) == 0:
		r.Present = "no"
	}
	return r
}

func snapshots(c *graph.Cluster, near *surroundings) Snapshots {
	n := c.Aspect(snapshot.SnapshotSetting)
	cron := n.Get("QuartzRegex")
	s := Snapshots{Enabled: switchValue(n.Get("Enable"), n, c.Node), Schedule: Schedule{Ref: textValue(cron, n, c.Node)}, Repositories: []Repository{}}
	if text, ok := cron.Str(); ok && text != "" {
		longest := near.schedules.gap(c.Account, text)
		if s.Schedule.Error = longest.wrong; longest.hours > 0 {
			s.Schedule.LongestHours = &longest.hours
		}
	}
	for _, r := range c.Aspect(snapshot.SnapshotRepos).Items() {
		s.Repositories = append(s.Repositories, Repository{r.Get("repoPath").Text(), r.Get("status").Text(), At{r}})
	}
	return s
}

// maintenance is the entry maintainTime of extendConfigs.
func maintenance(c *graph.Cluster) Maintenance {
	list := c.Attr("extendConfigs")
	for _, n := range list.Items() {
		if n.Get("configType").Text() == "maintainTime" {
			return Maintenance{textValue(n.Get("maintainStartTime"), n), textValue(n.Get("maintainEndTime"), n)}
		}
	}
	none := ref(nil, list, c.Node)
	return Maintenance{none, none}
}

func dictionaries(c *graph.Cluster) Dictionaries {
	d := Dictionaries{Entries: []Dictionary{}, Missing: []string{}, At: At{c.Node}}
	for _, list := range []string{"dictList", "synonymsDicts", "ikHotDicts", "aliwsDicts"} {
		n := c.Attr(list)
		if n.Kind() != snapshot.Array {
			d.Missing = append(d.Missing, list)
		}
		for _, x := range n.Items() {
			d.Entries = append(d.Entries, Dictionary{list, x.Get("name").Text(), textValue(x.Get("sourceType"), x)})
		}
	}
	return d
}
