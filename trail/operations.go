package trail

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// operation is one operation that writes settings: of which kind of object, by
// which parameters it names the object, and what of it, as paths below the object.
// "" is all of it. Names are the SDK's (services/NAME of v1.63.107); services are
// those of events, which are compared without case.
type operation struct {
	service, name string
	kind          snapshot.Kind
	id            []string // parameters in lower case; "=tcp" stands for itself
	writes        []string
	tells         func(request, target) verdict // nil: the request tells no more
}

// operations lists the operations of all services.
func operations() []operation {
	return slices.Concat(elasticsearch(), clb(), nlb(), hosts(), networks(), privatelink(), ram())
}

// table makes rows of one service and kind.
func table(service string, kind snapshot.Kind, id string, rows ...operation) []operation {
	for i := range rows {
		rows[i].service, rows[i].kind = service, kind
		if rows[i].id == nil {
			rows[i].id = strings.Fields(id)
		}
	}
	return rows
}

// op is one row: the operation, and what it writes.
func op(name string, writes ...string) operation { return operation{name: name, writes: writes} }

// telling says what of its request tells the value.
func (o operation) telling(tells func(request, target) verdict) operation {
	o.tells = tells
	return o
}

func elasticsearch() []operation {
	groups := []string{"attributes/networkConfig/whiteIpGroupList", "attributes/esIPWhitelist"}
	list := func(name, flat, kind string) operation {
		return op(name, append([]string{"attributes/" + flat}, groups...)...).telling(whitelist(kind))
	}
	all := append(slices.Clone(groups), "attributes/publicIpWhitelist", "attributes/privateNetworkIpWhiteList",
		"attributes/kibanaIPWhitelist", "attributes/kibanaPrivateIPWhitelist")
	return table("elasticsearch", snapshot.Cluster, "instanceid",
		op("ModifyWhiteIps", all...).telling(whitelist("")),
		op("UpdateWhiteIps", all...).telling(whitelist("PRIVATE_ES")),
		list("UpdatePublicWhiteIps", "publicIpWhitelist", "PUBLIC_ES"),
		list("UpdatePrivateNetworkWhiteIps", "privateNetworkIpWhiteList", "PRIVATE_ES"),
		list("UpdateKibanaWhiteIps", "kibanaIPWhitelist", "PUBLIC_KIBANA"),
		op("TriggerNetwork", "attributes/enablePublic", "attributes/enableKibanaPublicNetwork", "attributes/enableKibanaPrivateNetwork").telling(networkSwitch),
		op("UpdatePublicNetwork", "attributes/enablePublic"),
		op("OpenHttps", "attributes/protocol").telling(protocol("HTTPS")),
		op("CloseHttps", "attributes/protocol").telling(protocol("HTTP")),
		op("UpdateInstanceSettings", "attributes/esConfig"),
		op("UpdateDynamicSettings", "dynamicSettings"),
		op("UpdateKibanaSettings", "kibanaSettings"),
		op("UpdateSnapshotSetting", "snapshotSetting"),
		op("EnableKibanaPvlNetwork", "kibanaPvl", "attributes/enableKibanaPrivateNetwork"),
		op("UpdateKibanaPvlNetwork", "kibanaPvl"),
		op("CreateVpcEndpoint", "vpcEndpoints"),
		op("UpgradeEngineVersion", "attributes/esVersion"),
		op("createInstance", ""),
	)
}

func clb() []operation {
	rows := table("slb", snapshot.CLB, "loadbalancerid",
		op("CreateLoadBalancer", ""), op("SetLoadBalancerDeleteProtection", "attributes/DeleteProtection"),
		op("SetLoadBalancerModificationProtection", "attributes/ModificationProtectionStatus"),
		op("AddBackendServers", "attributes/BackendServers"))
	for _, protocol := range []string{"TCP", "UDP", "HTTP", "HTTPS"} {
		id := "loadbalancerid =" + strings.ToLower(protocol) + " listenerport"
		rows = append(rows, table("slb", snapshot.CLBListener, id,
			op("CreateLoadBalancer"+protocol+"Listener", ""), op("SetLoadBalancer"+protocol+"ListenerAttribute", ""))...)
	}
	rows = append(rows, table("slb", snapshot.CLBVServerGroup, "vservergroupid",
		op("CreateVServerGroup", ""), op("AddVServerGroupBackendServers", ""), op("ModifyVServerGroupBackendServers", ""),
		op("SetVServerGroupAttribute", ""))...)
	return append(rows, table("slb", snapshot.CLBACL, "aclid", op("AddAccessControlListEntry", "entries").telling(addresses("entry")))...)
}

func nlb() []operation {
	return slices.Concat(
		table("nlb", snapshot.NLB, "loadbalancerid",
			op("CreateLoadBalancer", ""), op("UpdateLoadBalancerAddressTypeConfig", "attributes/AddressType", "attributes/ZoneMappings"),
			op("LoadBalancerJoinSecurityGroup", "attributes/SecurityGroupIds"), op("LoadBalancerLeaveSecurityGroup", "attributes/SecurityGroupIds"),
			op("UpdateLoadBalancerProtection", "attributes/DeletionProtectionConfig", "attributes/ModificationProtectionConfig")),
		table("nlb", snapshot.NLBListener, "listenerid", op("CreateListener", ""), op("UpdateListenerAttribute", "")),
		table("nlb", snapshot.NLBServerGroup, "servergroupid",
			op("CreateServerGroup", "attributes"), op("UpdateServerGroupAttribute", "attributes"), op("AddServersToServerGroup", "servers"),
			op("UpdateServerGroupServersAttribute", "servers")),
	)
}

func hosts() []operation {
	rule := addresses("sourcecidrip", "ipv6sourcecidrip")
	return slices.Concat(
		table("ecs", snapshot.SecurityGroup, "securitygroupid",
			op("AuthorizeSecurityGroup", "rules").telling(rule), op("ModifySecurityGroupRule", "rules").telling(rule),
			op("CreateSecurityGroup", "attributes")),
		table("ecs", snapshot.ECS, "instanceid", op("JoinSecurityGroup", "attributes/SecurityGroupIds"), op("RunInstances", "")),
	)
}

func networks() []operation {
	return slices.Concat(
		table("vpc", snapshot.ForwardTable, "forwardtableid", op("CreateForwardEntry", "entries"), op("ModifyForwardEntry", "entries")),
		table("vpc", snapshot.EIP, "allocationid", op("AssociateEipAddress", ""), op("AllocateEipAddress", "")),
		table("vpc", snapshot.NetworkACL, "networkaclid", op("CreateNetworkAcl", ""), op("UpdateNetworkAclEntries", "attributes")),
		table("vpc", snapshot.RouteTable, "routetableid", op("CreateRouteEntry", "entries")),
	)
}

func privatelink() []operation {
	return slices.Concat(
		table("privatelink", snapshot.EndpointService, "serviceid",
			op("CreateVpcEndpointService", ""), op("UpdateVpcEndpointServiceAttribute", "attributes"),
			op("AddUserToVpcEndpointService", "users", "userArns"), op("EnableVpcEndpointConnection", "connections"),
			op("AttachResourceToVpcEndpointService", "resources")),
		table("privatelink", snapshot.Endpoint, "endpointid", op("CreateVpcEndpoint", ""), op("AttachSecurityGroupToVpcEndpoint", "groups")),
	)
}

func ram() []operation {
	return slices.Concat(
		table("ram", snapshot.RAMUser, "username",
			op("CreateUser", "attributes"), op("CreateLoginProfile", "loginProfile"), op("UpdateLoginProfile", "loginProfile"),
			op("CreateAccessKey", "accessKeys"), op("UpdateAccessKey", "accessKeys"), op("AttachPolicyToUser", "policies"), op("UnbindMFADevice", "mfaDevice")),
		table("ram", snapshot.RAMGroup, "groupname", op("AttachPolicyToGroup", "policies"), op("AddUserToGroup", "users")),
		table("ram", snapshot.RAMRole, "rolename", op("CreateRole", "attributes"), op("UpdateRole", "attributes"), op("AttachPolicyToRole", "policies")),
		table("ram", snapshot.RAMPolicy, "=Custom policyname",
			op("CreatePolicy", ""), op("CreatePolicyVersion", "document"), op("SetDefaultPolicyVersion", "document")),
	)
}

// parameters are those of requests that are kept, in lower case: ids and names of
// what is changed, addresses, ports and switches. None of them is a secret.
func parameters() []string {
	return strings.Fields(`instanceid loadbalancerid listenerid servergroupid vservergroupid aclid securitygroupid serviceid endpointid
		networkaclid routetableid allocationid forwardtableid forwardentryid policyname policytype username groupname rolename
		nodetype networktype actiontype modifymode whiteiptype whiteiplist publicipwhitelist kibanaipwhitelist
		kibanaprivateipwhitelist privatenetworkipwhitelist esipwhitelist ips entry
		listenerport listenerprotocol backendserverport port startport endport portrange ipprotocol policy nictype
		sourcecidrip ipv6sourcecidrip sourcegroupid sourceprefixlistid destinationcidrblock
		externalip externalport internalip internalport serverid serverip userid userarn
		aclstatus acltype addresstype autoacceptenabled isdefaultversion`)
}
