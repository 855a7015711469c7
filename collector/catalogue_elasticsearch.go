package collector

import (
	"esaudit/snapshot"
	"esaudit/trail"
)

// Elasticsearch 2017-06-13. Bodies are {"Result": ..., "RequestId": ...}; lists
// that tell a total have it in Headers.X-Total-Count.

const esTotal = "Headers.X-Total-Count"

// describedAlone are the fields of a ListInstance item that count only from
// DescribeInstance: switches, ports, archType, serviceVpc and address lists
// (SEMANTICS 4).
func describedAlone() []string {
	return []string{
		"enablePublic", "haveKibana", "enableKibanaPublicNetwork", "enableKibanaPrivateNetwork",
		"enableKibanaPublicSSO", "enableKibanaPrivateSSO",
		"port", "publicPort", "kibanaPort", "kibanaPrivatePort", "archType", "serviceVpc",
		"publicIpWhitelist", "privateNetworkIpWhiteList", "kibanaIPWhitelist", "kibanaPrivateIPWhitelist",
		"esIPWhitelist", "esIPBlacklist", "networkConfig.whiteIpGroupList",
	}
}

func elasticsearch() []Op {
	cluster := of(snapshot.Cluster, "InstanceId")
	result := func(t Type) Field { return Field{"Result", t} }
	return []Op{
		{Operation: "ListInstance", Payload: result(Objects), Total: esTotal,
			Kind: snapshot.Cluster, ID: []string{"instanceId"}, Omit: describedAlone()},
		{Operation: "DescribeInstance", Subjects: cluster, Payload: result(Object), Own: true, ID: []string{"instanceId"},
			Change: Change{Time: "updatedAt", Steady: map[string]string{"status": "active"}}},
		{Operation: "ListAllNode", Subjects: cluster, Payload: result(Objects), Total: esTotal,
			Aspect: snapshot.Nodes, Keys: []string{"host"}},
		{Operation: "ListVpcEndpoints", Subjects: cluster, Payload: result(Objects), Total: esTotal,
			Aspect: snapshot.VPCEndpoints, Keys: []string{"endpointId"}, Needs: []string{"endpointId"}},
		{Operation: "ListKibanaPvlNetwork", Subjects: cluster, Payload: result(Objects), Total: esTotal,
			Aspect: snapshot.KibanaPVL, Keys: []string{"pvlId", "endpointId"}, Needs: []string{"vpcId"}},
		{Operation: "ListConnectedClusters", Subjects: cluster, Payload: result(Objects),
			Aspect: snapshot.ConnectedClusters, Keys: []string{"instanceId"}, Needs: []string{"instanceId"}},
		{Operation: "DescribeKibanaSettings", Subjects: cluster, Payload: result(Object), Aspect: snapshot.KibanaSettings, Empty: true},
		{Operation: "DescribeSnapshotSetting", Subjects: cluster, Payload: result(Object), Aspect: snapshot.SnapshotSetting},
		{Operation: "ListSnapshotReposByInstanceId", Subjects: cluster, Payload: result(Objects), Aspect: snapshot.SnapshotRepos},
		{Operation: "DescribeElasticsearchHealth", Subjects: cluster, Payload: result(String), Aspect: snapshot.Health},
		{Operation: "DescribeDynamicSettings", Subjects: cluster, Payload: result(String), Aspect: snapshot.DynamicSettings},
		{Operation: "ListPlugins", Subjects: cluster, Payload: result(Objects), Total: esTotal,
			Aspect: snapshot.Plugins, Keys: []string{"name"}},
		{Operation: "ListKibanaPlugins", Subjects: cluster, Payload: result(Objects), Total: esTotal,
			Aspect: snapshot.KibanaPlugins, Keys: []string{"name"}},
		{Operation: "ListUserPlugin", Subjects: cluster, Payload: result(Objects), Total: esTotal,
			Aspect: snapshot.UserPlugins, Keys: []string{"name"}},
		{Operation: "ListDicts", Subjects: cluster, Payload: result(Objects), Total: esTotal, Aspect: snapshot.Dictionaries},
		{Operation: "GetKeystores", Subjects: cluster, Payload: result(Strings), Aspect: snapshot.Keystores},
		{Operation: "ListAlternativeSnapshotRepos", Subjects: of(snapshot.Cluster, "InstanceId"), Payload: result(Objects)},
		{Operation: "ListActionRecords", Subjects: cluster, Harmless: []string{"startTime", "endTime"}, Payload: result(Objects), Total: esTotal,
			Aspect: snapshot.ActionRecords, Keys: []string{"requestId", "actionName"}, Keep: trail.KeepRecord},
		{Operation: "ListTags", Payload: result(Objects)},
		{Operation: "ListTagResources", Payload: Field{"TagResources.TagResource", Objects}},
		{Operation: "DescribeRegions", Payload: result(Objects)},
	}
}
