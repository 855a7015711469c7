package cloud

import (
	"net/http"
	"slices"
)

// WriteOp is one operation that changes something: how it is sent, and what it
// takes to be allowed to.
type WriteOp struct {
	Product   string // the SDK's service package name
	Operation string
	// Actions are the RAM actions that a policy has to allow. Not all are named like
	// the operation (the vendor's "RAM authentication" of each product).
	Actions []string

	shape  shape
	token  string // parameter of the idempotency token; "": it takes none
	dryRun string // parameter that asks for a dry run; "": there is none
}

// Writes returns every operation that a Writer sends. The source is the SDK
// (services/NAME of v1.63.107), which a test compares, and the vendor's API
// metadata for the client tokens of EnableKibanaPvlNetwork and
// UpdateKibanaPvlNetwork and the strategy of UpdateInstanceSettings.
func Writes() []WriteOp {
	return slices.Concat(writesElasticsearch(), writesCLB(), writesNLB(), writesPrivateLink(), writesECS())
}

// write returns one of Writes.
func write(product, operation string) (WriteOp, bool) {
	all := Writes()
	at := slices.IndexFunc(all, func(o WriteOp) bool { return o.Product == product && o.Operation == operation })
	if at < 0 {
		return WriteOp{}, false
	}
	return all[at], true
}

func writesElasticsearch() []WriteOp {
	const instance, token = "/openapi/instances/[InstanceId]/", "clientToken"
	post := func(operation, last string) WriteOp {
		return WriteOp{Operation: operation, shape: shape{path: instance + last, method: http.MethodPost}, token: token}
	}
	// The API's name is not the action's, and each needs ModifyWhiteIps besides.
	list := func(operation, last, action string) WriteOp {
		o := post(operation, last)
		o.Actions = []string{"elasticsearch:" + action, "elasticsearch:ModifyWhiteIps"}
		return o
	}
	untold := func(operation, last string) WriteOp { // without a token
		o := post(operation, last)
		o.token = ""
		return o
	}
	create := post("CreateVpcEndpoint", "vpc-endpoints")
	create.token, create.dryRun = "ClientToken", "dryRun"
	remove := post("DeleteVpcEndpoint", "vpc-endpoints/[EndpointId]")
	remove.token, remove.shape.method = "ClientToken", http.MethodDelete
	return of("elasticsearch", []WriteOp{
		post("ModifyWhiteIps", "actions/modify-white-ips"),
		list("UpdatePublicWhiteIps", "public-white-ips", "UpdatePublicIps"),
		list("UpdatePrivateNetworkWhiteIps", "private-network-white-ips", "UpdatePrivateNetworkWhiteIps"),
		list("UpdateKibanaWhiteIps", "kibana-white-ips", "UpdateKibanaIps"),
		post("TriggerNetwork", "actions/network-trigger"),
		post("UpdatePublicNetwork", "public-network"),
		post("OpenHttps", "actions/open-https"),
		post("CloseHttps", "actions/close-https"),
		untold("UpdateSnapshotSetting", "snapshot-setting"),
		post("UpdateInstanceSettings", "instance-settings"),
		post("EnableKibanaPvlNetwork", "actions/enable-kibana-private"),
		post("UpdateKibanaPvlNetwork", "actions/update-kibana-private"),
		untold("DisableKibanaPvlNetwork", "actions/disable-kibana-private"),
		create, remove,
	})
}

// writesCLB: no operation of classic balancers but the creation of one takes a
// token.
func writesCLB() []WriteOp {
	return of("slb", []WriteOp{
		{Operation: "AddAccessControlListEntry"}, {Operation: "RemoveAccessControlListEntry"},
		{Operation: "SetLoadBalancerTCPListenerAttribute"}, {Operation: "SetLoadBalancerDeleteProtection"},
	})
}

func writesNLB() []WriteOp {
	var all []WriteOp
	for _, operation := range []string{
		"AddServersToServerGroup", "RemoveServersFromServerGroup", "UpdateServerGroupAttribute", "UpdateLoadBalancerProtection",
	} {
		all = append(all, WriteOp{Operation: operation, shape: shape{form: true}, token: "ClientToken", dryRun: "DryRun"})
	}
	return of("nlb", all)
}

func writesPrivateLink() []WriteOp {
	var all []WriteOp
	for _, operation := range []string{
		"UpdateVpcEndpointServiceAttribute", "AddUserToVpcEndpointService", "RemoveUserFromVpcEndpointService",
		"EnableVpcEndpointConnection", "DisableVpcEndpointConnection",
		"AttachSecurityGroupToVpcEndpoint", "DetachSecurityGroupFromVpcEndpoint",
	} {
		all = append(all, WriteOp{Operation: operation, token: "ClientToken", dryRun: "DryRun"})
	}
	return of("privatelink", all)
}

func writesECS() []WriteOp {
	return of("ecs", []WriteOp{
		{Operation: "AuthorizeSecurityGroup", token: "ClientToken"}, {Operation: "RevokeSecurityGroup", token: "ClientToken"},
	})
}

// of sets the product of operations, and the action of those that are named like
// theirs.
func of(product string, list []WriteOp) []WriteOp {
	for i := range list {
		list[i].Product = product
		if list[i].Actions == nil {
			list[i].Actions = []string{product + ":" + list[i].Operation}
		}
	}
	return list
}
