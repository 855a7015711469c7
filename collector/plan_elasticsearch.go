package collector

// regionsCall is the operation that says which regions there are.
const regionsCall = "elasticsearch.DescribeRegions"

func planElasticsearch() []step {
	clusters := by("elasticsearch.ListInstance", "InstanceId=instanceId")
	return stepsOf("elasticsearch",
		atOnce("DescribeRegions", whole()),
		inEach("ListInstance", plainPage(100)),
		inEach("ListTags", whole()),
		forEach("DescribeInstance", whole(), clusters),
		forEach("ListAllNode", whole(), clusters).with(map[string]string{"extended": "true"}),
		// It tells neither a total nor a next page, and no documented size but the
		// default: its last page is the first that is shorter.
		forEach("ListVpcEndpoints", plainPage(20), clusters),
		forEach("ListKibanaPvlNetwork", whole(), clusters),
		forEach("ListConnectedClusters", whole(), clusters),
		forEach("DescribeKibanaSettings", whole(), clusters),
		forEach("DescribeSnapshotSetting", whole(), clusters),
		forEach("ListSnapshotReposByInstanceId", whole(), clusters),
		forEach("DescribeElasticsearchHealth", whole(), clusters),
		forEach("DescribeDynamicSettings", whole(), clusters),
		forEach("ListPlugins", plainPage(100), clusters),
		forEach("ListKibanaPlugins", plainPage(100), clusters),
		forEach("ListUserPlugin", plainPage(100), clusters),
		forEach("GetKeystores", whole(), clusters),
	)
}
