package ram

import (
	"slices"
	"strings"
	"sync"
)

// reads and writes are the operations of Elasticsearch, by the names of the API
// (the vendor's list of API operations; domain facts 6).
func reads() []string {
	return strings.Fields(`ListInstance DescribeInstance ListAllNode DescribeRegions GetRegionConfiguration DescribeElasticsearchHealth
		ListActionRecords ListTags ListTagResources ListVpcEndpoints ListKibanaPvlNetwork ListConnectedClusters DescribeConnectableClusters
		DescribeKibanaSettings ListPlugins ListUserPlugin ListKibanaPlugins ListDicts ListDictInformation DescribeTemplates
		DescribeDynamicSettings GetKeystores DescribeSnapshotSetting ListSnapshotReposByInstanceId ListAlternativeSnapshotRepos
		ListInstanceIndices ListSearchLog UpgradeInfo`)
}

func writes() []string {
	return strings.Fields(`ModifyWhiteIps UpdatePublicWhiteIps UpdatePrivateNetworkWhiteIps UpdateWhiteIps UpdateKibanaWhiteIps UpdateBlackIps
		TriggerNetwork UpdatePublicNetwork OpenHttps CloseHttps CreateVpcEndpoint DeleteVpcEndpoint EnableKibanaPvlNetwork UpdateKibanaPvlNetwork
		DisableKibanaPvlNetwork UpdateKibanaSso AddConnectableCluster DeleteConnectedCluster
		UpdateInstanceSettings UpdateKibanaSettings UpdateSnapshotSetting UpdateKeystores UpdateExtendConfig UpdateDict UpdateHotIkDicts
		UpdateSynonymsDicts UpdateAliwsDict UpdateDynamicSettings InstallSystemPlugin InstallUserPlugins UninstallPlugin UpdateAdminPassword
		createInstance UpdateInstance DeleteInstance RestartInstance MigrateToOtherZone DeactivateZones ActivateZones UpgradeEngineVersion
		MoveResourceGroup TagResources UntagResources`)
}

// Names returns the RAM actions that authorize an operation of Elasticsearch.
// Most have its name; for some the vendor's documents name another one, or two
// (Elasticsearch, "Types of resources that can be authorized").
func Names(operation string) []string {
	names := map[string]string{
		"UpdatePublicWhiteIps": "UpdatePublicIps", "UpdateKibanaWhiteIps": "UpdateKibanaIps", "UpdateAdminPassword": "UpdateAdminPwd UpdateAdminPassword",
		"ListPlugins": "ListPlugin", "ListKibanaPlugins": "ListPlugin", "ListSearchLog": "ListSearchLogs ListSearchLog",
		"UpgradeEngineVersion": "UpgradeInstanceEngineVersion", "UpgradeInfo": "DescribeInstance", "createInstance": "CreateInstance",
		"InstallUserPlugins": "InstallUserPlugin",
	}[operation]
	if names == "" {
		names = operation
	}
	var out []string
	for _, name := range strings.Fields(names) {
		out = append(out, "elasticsearch:"+name)
	}
	return out
}

// Actions returns the RAM actions of Elasticsearch, and those of other products
// that change what stands around a cluster, sorted.
func Actions() []string { return slices.Clone(actions()) }

var actions = sync.OnceValue(func() []string {
	out := strings.Fields(`privatelink:EnableVpcEndpointConnection privatelink:DisableVpcEndpointConnection
		privatelink:UpdateVpcEndpointServiceAttribute privatelink:AddUserToVpcEndpointService privatelink:RemoveUserFromVpcEndpointService
		privatelink:AttachResourceToVpcEndpointService slb:SetLoadBalancerTCPListenerAttribute slb:StartLoadBalancerListener
		slb:SetLoadBalancerDeleteProtection slb:AddAccessControlListEntry nlb:UpdateServerGroupAttribute nlb:UpdateListenerAttribute
		ecs:AuthorizeSecurityGroup ecs:RevokeSecurityGroup vpc:CreateForwardEntry ram:AttachPolicyToUser ram:CreateAccessKey`)
	for _, operation := range append(reads(), writes()...) {
		out = append(out, Names(operation)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
})

// Named returns the actions that the statements allow by names which Actions
// does not hold: as written, wildcards and all, sorted. prefix is that of the
// product ("elasticsearch:"), "" is every one.
func (g Grants) Named(prefix string) []string {
	var out []string
	all := actions()
	for _, s := range g.List {
		texts, not := s.Actions()
		for _, text := range texts {
			known := slices.ContainsFunc(all, func(a string) bool { return strings.EqualFold(a, text) })
			if s.Allow && !not && !known && strings.HasPrefix(strings.ToLower(text), prefix) {
				out = append(out, text)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Example is an action that a pattern is for.
func Example(pattern string) string {
	if !strings.Contains(pattern, ":") {
		pattern += ":*"
	}
	return filled(pattern)
}
