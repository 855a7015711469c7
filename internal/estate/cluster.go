package estate

import (
	"fmt"
	"maps"
	"slices"

	"esaudit/collector/api"
)

// The four whitelists of a cluster.
const (
	PublicES      = "PUBLIC_ES"
	PrivateES     = "PRIVATE_ES"
	PublicKibana  = "PUBLIC_KIBANA"
	PrivateKibana = "PRIVATE_KIBANA"
)

// flatLists are the older twins of the groups named default.
func flatLists() map[string]string {
	return map[string]string{
		PublicES: "publicIpWhitelist", PrivateES: "privateNetworkIpWhiteList",
		PublicKibana: "kibanaIPWhitelist", PrivateKibana: "kibanaPrivateIPWhitelist",
	}
}

// Cluster is an Elasticsearch instance.
type Cluster struct {
	ID string

	e         *Estate
	vpc       *VPC
	switches  []*VSwitch // one a zone; the first is the instance's own
	first     int        // the number of its first address in a subnet
	body      Body       // DescribeInstance's Result
	groups    []Body
	yml       Body
	nodes     []Body
	endpoints []Body
	links     []Body
	peers     []Body
	keystores []string
	plugins   []string
	snapshot  Body
	repos     []Body
}

// ClusterOption changes a cluster after its defaults.
type ClusterOption func(*Cluster)

// Cluster adds an instance with one zone for each subnet. By default it is a
// cloud-native one (v3) of 2023, version 7.10, HTTPS, no public access, with
// lists that admit its own subnets.
func (e *Estate) Cluster(id string, at []*VSwitch, options ...ClusterOption) *Cluster {
	c := &Cluster{ID: id, e: e, vpc: at[0].VPC, switches: at, yml: defaultYml(), plugins: []string{"analysis-ik"}}
	c.first = 100 + 8*e.clusters // addresses of clusters in one subnet are apart
	e.clusters++
	c.snapshot = Body{"Enable": true, "QuartzRegex": "0 0 01 ? * * *"}
	c.body = c.defaults()
	own := []string{}
	for _, s := range at {
		own = append(own, s.CIDR)
	}
	for _, o := range append([]ClusterOption{
		Whitelist(PrivateES, "default", own...),
		Whitelist(PublicES, "default", "127.0.0.1", "::1"),
		Whitelist(PublicKibana, "default", "127.0.0.1", "::1"),
		Whitelist(PrivateKibana, "default", own...),
	}, options...) {
		o(c)
	}
	e.items = append(e.items, &item{kind: "elasticsearch.ListInstance", region: c.vpc.Region, body: c.list, calls: c.calls})
	return c
}

func defaultYml() Body {
	return Body{
		"action.auto_create_index": "false", "action.destructive_requires_name": "true", "http.cors.enabled": "false", "xpack.watcher.enabled": "false",
		"xpack.security.audit.enabled":                "true",
		"xpack.security.audit.logfile.events.include": "access_denied,anonymous_access_denied,authentication_failed,connection_denied,tampered_request,run_as_denied",
	}
}

func (c *Cluster) defaults() Body {
	zones := []Body{}
	for _, s := range c.switches {
		zones = append(zones, Body{"zoneId": s.Zone, "status": "NORMAL"})
	}
	return Body{
		"instanceId": c.ID, "description": c.ID, "version": "7.10.0_with_X-Pack", "esVersion": "7.10.0_with_X-Pack", "status": "active",
		"archType": "public", "isNewDeployment": true, "serviceVpc": true, "createdAt": "2023-04-18T06:25:52.895Z", "updatedAt": "2026-10-01T08:12:07.310Z",
		"paymentType": "postpaid", "nodeAmount": 3, "nodeSpec": Body{"spec": "elasticsearch.sn2ne.large", "disk": 200, "diskType": "cloud_essd", "diskEncryption": true, "performanceLevel": "PL1"},
		"vpcInstanceId": c.ID + "-worker", "resourceGroupId": resourceGroup, "instanceType": "elasticsearch", "instanceCategory": "x-pack",
		"commodityCode": "elasticsearch", "inited": true, "tags": []Body{}, "zoneCount": len(zones), "zoneInfos": zones,
		"domain": c.ID + ".elasticsearch.aliyuncs.com", "port": 9200, "protocol": "HTTPS",
		"enablePublic": false, "publicDomain": c.ID + ".public.elasticsearch.aliyuncs.com", "publicPort": 9200,
		"haveKibana": true, "kibanaDomain": c.ID + ".kibana.elasticsearch.aliyuncs.com", "kibanaPort": 5601, "kibanaProtocol": "HTTPS",
		"kibanaPrivateDomain": c.ID + "-kibana.internal.elasticsearch.aliyuncs.com", "kibanaPrivatePort": "5601",
		"enableKibanaPublicNetwork": false, "enableKibanaPrivateNetwork": false, "enableKibanaPublicSSO": false, "enableKibanaPrivateSSO": false,
		"esIPWhitelist": []string{}, "esIPBlacklist": []string{},
		"dedicateMaster": true, "advancedDedicateMaster": true,
		"masterConfiguration": Body{"amount": 3, "disk": 20, "diskType": "cloud_essd", "spec": "elasticsearch.sn2ne.large", "specInfo": "2C 8G"},
		"haveClientNode":      false, "clientNodeConfiguration": Body{}, "warmNode": false, "warmNodeConfiguration": Body{},
		"haveElasticDataNode": false, "elasticDataNodeConfiguration": Body{},
		"kibanaConfiguration": Body{"amount": 1, "disk": 0, "spec": "elasticsearch.sn1ne.large", "specInfo": "2C 4G"},
		"dictList":            []Body{{"name": "SYSTEM_MAIN.dic", "fileSize": 2782602, "sourceType": "ORIGIN", "type": "MAIN"}},
		"synonymsDicts":       []Body{}, "ikHotDicts": []Body{}, "aliwsDicts": []Body{}, "clusterTasks": []Body{},
		"extendConfigs": []Body{
			{"configType": "usageScenario", "value": "general"},
			{"configType": "maintainTime", "maintainStartTime": "18:00Z", "maintainEndTime": "20:00Z"},
		},
		"advancedSetting": Body{"gcName": "G1"}, "endTime": int64(4749033600000), "postpaidServiceStatus": "active",
	}
}

// Field sets one field of DescribeInstance's Result.
func Field(name string, value any) ClusterOption {
	return func(c *Cluster) { c.body[name] = value }
}

// NoField removes one field, as the vendor does in some states.
func NoField(name string) ClusterOption {
	return func(c *Cluster) { delete(c.body, name) }
}

// Named sets the description people see.
func Named(name string) ClusterOption { return Field("description", name) }

// Owned tags the cluster with its owner.
func Owned(owner string) ClusterOption {
	return Field("tags", []Body{{"tagKey": "owner", "tagValue": owner}})
}

// Version sets the version string.
func Version(v string) ClusterOption {
	return func(c *Cluster) { c.body["version"], c.body["esVersion"] = v, v }
}

// Original makes it an instance of 2019: basic control (v2), original network.
func Original() ClusterOption {
	return func(c *Cluster) {
		c.body["archType"], c.body["createdAt"] = "exclusive", "2019-06-11T02:44:10.120Z"
		c.body["serviceVpc"], c.body["isNewDeployment"] = false, false
	}
}

// Exclusive2021 makes it basic control (v2) in the new network.
func Exclusive2021() ClusterOption {
	return func(c *Cluster) { c.body["archType"], c.body["createdAt"] = "exclusive", "2021-06-02T09:31:44.006Z" }
}

// Whitelist sets one named group of a list; the group named default is also the
// older flat list.
func Whitelist(kind, group string, entries ...string) ClusterOption {
	return func(c *Cluster) {
		if entries == nil {
			entries = []string{}
		}
		if group == "default" {
			c.body[flatLists()[kind]] = entries
		}
		g := Body{"groupName": group, "ips": entries, "whiteIpType": kind}
		if i := slices.IndexFunc(c.groups, func(b Body) bool { return b["groupName"] == group && b["whiteIpType"] == kind }); i >= 0 {
			c.groups[i] = g
			return
		}
		c.groups = append(c.groups, g)
	}
}

// Public switches public access on.
func Public() ClusterOption { return Field("enablePublic", true) }

// HTTP makes the cluster speak plain HTTP.
func HTTP() ClusterOption { return Field("protocol", "HTTP") }

// Yml sets a key of elasticsearch.yml.
func Yml(key string, value any) ClusterOption {
	return func(c *Cluster) { c.yml[key] = value }
}

// NoYml removes a key of elasticsearch.yml.
func NoYml(key string) ClusterOption {
	return func(c *Cluster) { delete(c.yml, key) }
}

// ZoneStatus sets the status of one of the cluster's zones: NORMAL or ISOLATION.
func ZoneStatus(zone, status string) ClusterOption {
	return func(c *Cluster) {
		for _, z := range c.body["zoneInfos"].([]Body) {
			if z["zoneId"] == zone {
				z["status"] = status
			}
		}
	}
}

// Snapshot sets the schedule of automatic snapshots.
func Snapshot(on bool, cron string) ClusterOption {
	return func(c *Cluster) { c.snapshot = Body{"Enable": on, "QuartzRegex": cron} }
}

// Keystore adds names of keystore settings.
func Keystore(names ...string) ClusterOption {
	return func(c *Cluster) { c.keystores = append(c.keystores, names...) }
}

// KibanaLink gives a v3 cluster a private Kibana through PrivateLink.
func KibanaLink(at *VSwitch, groups ...*SecurityGroup) ClusterOption {
	return func(c *Cluster) {
		ids := []string{}
		for _, g := range groups {
			ids = append(ids, g.ID)
		}
		c.body["enableKibanaPrivateNetwork"] = true
		c.links = append(c.links, Body{
			"pvlId": c.ID + "-kibana-internal-internal", "endpointId": "ep-kib" + c.ID[6:], "endpointName": c.ID + "-kibana-endpoint",
			"endpointStatus": "Connected", "vpcId": at.VPC.ID, "vSwitchIdsZone": []Body{{"vswitchId": at.ID, "zoneId": at.Zone}},
			"securityGroups": ids, "createTime": "2024-03-07T06:26:28Z",
		})
	}
}

// First sets the number of the cluster's first address in its subnets.
func First(n int) ClusterOption {
	return func(c *Cluster) { c.first = n }
}

// ConnectedTo says that another cluster is interconnected with this one.
func ConnectedTo(other string) ClusterOption {
	return func(c *Cluster) { c.peers = append(c.peers, Body{"instanceId": other, "networkType": "vpc"}) }
}

// Set applies options to a cluster that exists already.
func (c *Cluster) Set(options ...ClusterOption) *Cluster {
	for _, o := range options {
		o(c)
	}
	return c
}

// Address is the nth data-node or endpoint address inside the VPC, from 0.
func (c *Cluster) Address(n int) string { return c.addresses()[n] }

// addresses: a v2 instance has its nodes in the VPC, a v3 one an endpoint in
// each subnet.
func (c *Cluster) addresses() []string {
	var out []string
	n := 3
	if c.body["archType"] == "public" {
		n = len(c.switches)
	}
	for i := range n {
		s := c.switches[i%len(c.switches)]
		out = append(out, s.IP(c.first+i))
	}
	return out
}

func (c *Cluster) list() Body {
	b := Body{"isNewDeployment": fmt.Sprint(c.body["isNewDeployment"])}
	for _, f := range []string{
		"instanceId", "description", "esVersion", "status", "archType", "serviceVpc", "createdAt", "updatedAt", "paymentType", "nodeAmount", "nodeSpec",
		"vpcInstanceId", "resourceGroupId", "instanceCategory", "tags", "zoneCount", "zoneInfos", "domain", "port", "protocol", "dedicateMaster",
		"advancedDedicateMaster", "masterConfiguration", "kibanaConfiguration", "extendConfigs", "endTime", "postpaidServiceStatus",
	} {
		if v, ok := c.body[f]; ok {
			b[f] = v
		}
	}
	b["networkConfig"] = c.network(false)
	return b
}

func (c *Cluster) network(groups bool) Body {
	b := Body{"type": "vpc", "vpcId": c.vpc.ID, "vswitchId": c.switches[0].ID, "vsArea": c.switches[0].Zone}
	if groups {
		b["whiteIpGroupList"] = c.groups
	}
	return b
}

func (c *Cluster) detail() Body {
	b := maps.Clone(c.body)
	if _, replaced := b["networkConfig"]; !replaced {
		b["networkConfig"] = c.network(true)
	}
	if _, replaced := b["esConfig"]; !replaced {
		b["esConfig"] = c.yml
	}
	if c.body["archType"] == "public" && len(c.switches) > 0 {
		eps := []Body{}
		for i, ip := range c.addresses() {
			s := c.switches[i%len(c.switches)]
			eps = append(eps, Body{"endpoint": ip, "vswitchId": s.ID, "zoneId": s.Zone})
		}
		b["endpoints"] = eps
	}
	return b
}

func (c *Cluster) calls(r *recorder) {
	ask := func(op string, more ...string) api.Request {
		return request(c.vpc.Region, "elasticsearch", op, append([]string{"InstanceId", c.ID}, more...)...)
	}
	r.one(ask("DescribeInstance"), Body{"Result": c.detail()})
	r.list(ask("ListAllNode", "extended", "true"), paging{"Result", whole, 0}, c.allNodes(), nil)
	r.list(ask("ListVpcEndpoints"), paging{"Result", pagesToShort, 20}, c.endpoints, nil)
	r.list(ask("ListKibanaPvlNetwork"), paging{"Result", whole, 0}, c.links, nil)
	r.list(ask("ListConnectedClusters"), paging{"Result", whole, 0}, c.peers, nil)
	r.one(ask("DescribeKibanaSettings"), Body{"Result": Body{"i18n.locale": "en"}})
	r.one(ask("DescribeSnapshotSetting"), Body{"Result": c.snapshot})
	r.list(ask("ListSnapshotReposByInstanceId"), paging{"Result", whole, 0}, c.repos, nil)
	r.one(ask("DescribeElasticsearchHealth"), Body{"Result": "GREEN"})
	r.one(ask("DescribeDynamicSettings"), Body{"Result": `{"persistent":{},"transient":{}}`})
	r.list(ask("ListPlugins"), paging{"Result", totalInHeaders, 100}, c.pluginItems(), nil)
	r.list(ask("ListKibanaPlugins"), paging{"Result", totalInHeaders, 100}, nil, nil)
	r.list(ask("ListUserPlugin"), paging{"Result", totalInHeaders, 100}, nil, nil)
	names := c.keystores
	if names == nil {
		names = []string{}
	}
	r.one(ask("GetKeystores"), Body{"Result": names})
}

func (c *Cluster) pluginItems() []Body {
	var out []Body
	for _, p := range c.plugins {
		out = append(out, Body{"name": p, "state": "INSTALLED", "source": "SYSTEM", "description": p + " plug-in for Elasticsearch.", "specificationUrl": ""})
	}
	return out
}

// allNodes: three data nodes, three masters, one Kibana; those of a v3 instance
// live in the service's own network.
func (c *Cluster) allNodes() []Body {
	if c.nodes != nil {
		return c.nodes
	}
	var out []Body
	for i := range 7 {
		kind, port := "WORKER", 9200
		if i >= 3 {
			kind = "MASTER"
		}
		if i == 6 {
			kind, port = "KIBANA", 5601
		}
		s := c.switches[i%len(c.switches)]
		host := s.IP(c.first + i)
		if c.body["archType"] == "public" {
			host = fmt.Sprintf("100.104.173.%d", (c.first+166+i)%256)
		}
		out = append(out, Body{
			"nodeType": kind, "host": host, "port": port, "zoneId": s.Zone, "health": "GREEN",
			"cpuPercent": "4.1%", "heapPercent": "41.0%", "diskUsedPercent": "12.0%", "loadOneM": "0.09",
		})
	}
	return out
}

// Nodes replaces the nodes of ListAllNode.
func (c *Cluster) Nodes(nodes ...Body) { c.nodes = nodes }
