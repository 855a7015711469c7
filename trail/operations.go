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
	like          []string                      // what tells an object that was made, where nothing names it: parameter=Field
}

// operations lists the operations of all services.
func operations() []operation {
	return slices.Concat(elasticsearch(), clb(), nlb(), alb(), hosts(), networks(), privatelink(), ram())
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

// made says by which fields an object is known that the operation made.
func (o operation) made(like ...string) operation {
	o.like = like
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
		op("OpenHttps", "attributes/protocol").telling(always("HTTPS")),
		op("CloseHttps", "attributes/protocol").telling(always("HTTP")),
		op("UpdateInstanceSettings", "attributes/esConfig").telling(configured),
		op("UpdateDynamicSettings", "dynamicSettings"),
		op("UpdateKibanaSettings", "kibanaSettings"),
		op("UpdateSnapshotSetting", "snapshotSetting"),
		op("EnableKibanaPvlNetwork", "attributes/enableKibanaPrivateNetwork").telling(always("true")),
		op("DisableKibanaPvlNetwork", "attributes/enableKibanaPrivateNetwork").telling(always("false")),
		op("EnableKibanaPvlNetwork", "kibanaPvl").telling(makes("endpointname=endpointName", "vpcid=vpcId!", "securitygroups=securityGroups")),
		op("UpdateKibanaPvlNetwork", "kibanaPvl").telling(sets("pvlid=pvlId", "endpointname=endpointName", "securitygroups=securityGroups")),
		op("CreateVpcEndpoint", "vpcEndpoints").telling(makes("endpointid=endpointId", "serviceid=serviceId!")),
		op("UpgradeEngineVersion", "attributes/esVersion"),
		op("createInstance", ""),
	)
}

func clb() []operation {
	rows := table("slb", snapshot.CLB, "loadbalancerid",
		op("CreateLoadBalancer", "attributes").telling(makes("addresstype=AddressType")),
		op("SetLoadBalancerDeleteProtection", "attributes/DeleteProtection"),
		op("SetLoadBalancerModificationProtection", "attributes/ModificationProtectionStatus"),
		op("AddBackendServers", "attributes/BackendServers").telling(makes("serverid=ServerId!")))
	switches := []string{"aclstatus=AclStatus", "acltype=AclType", "aclid=AclId"}
	listener := append([]string{"vservergroupid=VServerGroupId", "backendserverport=BackendServerPort"}, switches...)
	for _, protocol := range []string{"TCP", "UDP", "HTTP", "HTTPS"} {
		lower := strings.ToLower(protocol)
		rows = append(rows, table("slb", snapshot.CLBListener, "loadbalancerid ="+lower+" listenerport",
			op("CreateLoadBalancer"+protocol+"Listener", "").telling(running(makes(append([]string{"listenerport=ListenerPort"}, listener...)...))),
			op("SetLoadBalancer"+protocol+"ListenerAttribute", "").telling(running(sets(listener...))))...)
	}
	rows = append(rows, table("slb", snapshot.CLBListener, "loadbalancerid listenerprotocol listenerport",
		op("StartLoadBalancerListener", "attributes/Status").telling(always("running", "starting")),
		op("StopLoadBalancerListener", "attributes/Status").telling(always("stopped", "stopping")))...)
	server := makes("serverid=ServerId!", "port=Port!")
	rows = append(rows, table("slb", snapshot.CLBVServerGroup, "vservergroupid",
		op("CreateVServerGroup", "").telling(server), op("AddVServerGroupBackendServers", "attributes/BackendServers").telling(server),
		op("ModifyVServerGroupBackendServers", "attributes/BackendServers").telling(server), op("SetVServerGroupAttribute", "attributes").telling(server))...)
	return append(rows, table("slb", snapshot.CLBACL, "aclid", op("AddAccessControlListEntry", "entries").telling(addresses("entry")))...)
}

func nlb() []operation {
	server := makes("serverid=ServerId!", "port=Port!")
	listener := []string{"servergroupid=ServerGroupId", "securitypolicyid=SecurityPolicyId"}
	return slices.Concat(
		table("nlb", snapshot.NLB, "loadbalancerid",
			op("CreateLoadBalancer", "attributes").telling(makes("addresstype=AddressType", "allocationid=LoadBalancerAddresses.AllocationId", "securitygroupids=SecurityGroupIds")),
			op("UpdateLoadBalancerAddressTypeConfig", "attributes/AddressType").telling(makes("addresstype=AddressType")),
			op("UpdateLoadBalancerAddressTypeConfig", "attributes/ZoneMappings").telling(makes("allocationid=LoadBalancerAddresses.AllocationId")),
			op("LoadBalancerJoinSecurityGroup", "attributes/SecurityGroupIds").telling(makes("securitygroupids=")),
			op("LoadBalancerLeaveSecurityGroup", "attributes/SecurityGroupIds").telling(left),
			op("UpdateLoadBalancerProtection", "attributes/DeletionProtectionConfig", "attributes/ModificationProtectionConfig")),
		table("nlb", snapshot.NLBListener, "listenerid",
			op("CreateListener", "attributes").telling(makes(append([]string{"listenerport=ListenerPort", "startport=StartPort", "endport=EndPort"}, listener...)...)).
				made("loadbalancerid=LoadBalancerId", "listenerprotocol=ListenerProtocol", "listenerport=ListenerPort"),
			op("UpdateListenerAttribute", "attributes/ServerGroupId", "attributes/SecurityPolicyId").telling(sets(listener...)),
			op("StartListener", "attributes/ListenerStatus").telling(always("Running")), op("StopListener", "attributes/ListenerStatus").telling(always("Stopped"))),
		table("nlb", snapshot.NLBServerGroup, "servergroupid",
			op("CreateServerGroup", "attributes"), op("UpdateServerGroupAttribute", "attributes"), op("AddServersToServerGroup", "servers").telling(server),
			op("UpdateServerGroupServersAttribute", "servers").telling(server)),
	)
}

func alb() []operation {
	server := makes("serverid=ServerId!", "port=Port!")
	return slices.Concat(
		table("alb", snapshot.ALB, "loadbalancerid",
			op("CreateLoadBalancer", "attributes").telling(makes("addresstype=AddressType")),
			op("UpdateLoadBalancerAddressTypeConfig", "attributes/AddressType").telling(makes("addresstype=AddressType"))),
		table("alb", snapshot.ALBListener, "listenerid",
			op("CreateListener", "attributes").telling(makes("listenerprotocol=ListenerProtocol", "listenerport=ListenerPort")).
				made("loadbalancerid=LoadBalancerId", "listenerprotocol=ListenerProtocol", "listenerport=ListenerPort"),
			op("UpdateListenerAttribute", "attributes/DefaultActions", "attributes/SecurityPolicyId").telling(sets("securitypolicyid=SecurityPolicyId")),
			op("AssociateAclsWithListener", "attributes/AclConfig").telling(makes("aclids=AclId", "acltype=AclConfig.AclType")),
			op("StartListener", "attributes/ListenerStatus").telling(always("Running")), op("StopListener", "attributes/ListenerStatus").telling(always("Stopped"))),
		table("alb", snapshot.ALBServerGroup, "servergroupid",
			op("CreateServerGroup", "attributes"), op("AddServersToServerGroup", "servers").telling(server)),
		table("alb", snapshot.ALBACL, "aclid", op("AddEntriesToAcl", "entries").telling(addresses("entry"))),
	)
}

func hosts() []operation {
	rule := addresses("sourcecidrip", "ipv6sourcecidrip")
	return slices.Concat(
		table("ecs", snapshot.SecurityGroup, "securitygroupid",
			op("AuthorizeSecurityGroup", "rules").telling(rule), op("ModifySecurityGroupRule", "rules").telling(rule),
			op("CreateSecurityGroup", "attributes")),
		table("ecs", snapshot.ECS, "instanceid",
			op("JoinSecurityGroup", "attributes/SecurityGroupIds").telling(makes("securitygroupid=")),
			op("AllocatePublicIpAddress", "attributes/PublicIpAddress").telling(makes("ipaddress=")), op("RunInstances", "")),
		table("vpc", snapshot.ECS, "instanceid",
			op("AssociateEipAddress", "attributes/EipAddress").telling(makes("allocationid=EipAddress.AllocationId!"))),
	)
}

func networks() []operation {
	forward := []string{"forwardentryid=ForwardEntryId", "externalip=ExternalIp!", "externalport=ExternalPort!", "internalip=InternalIp!", "internalport=InternalPort!", "ipprotocol=IpProtocol"}
	return slices.Concat(
		table("vpc", snapshot.ForwardTable, "forwardtableid",
			op("CreateForwardEntry", "entries").telling(makes(forward...)), op("ModifyForwardEntry", "entries").telling(makes(forward...))),
		table("vpc", snapshot.EIP, "allocationid",
			op("AssociateEipAddress", "attributes/InstanceId", "attributes/InstanceType", "attributes/PrivateIpAddress").telling(makes("instanceid=InstanceId!")),
			op("AllocateEipAddress", "attributes/IpAddress", "attributes/Bandwidth")),
		table("vpc", snapshot.NetworkACL, "networkaclid",
			op("CreateNetworkAcl", ""), op("UpdateNetworkAclEntries", "attributes").telling(addresses("sourcecidrip"))),
		table("vpc", snapshot.RouteTable, "routetableid",
			op("CreateRouteEntry", "entries").telling(makes("routeentryid=RouteEntryId", "destinationcidrblock=DestinationCidrBlock!", "nexthopid=NextHops.NextHop.NextHopId"))),
		table("vpcpeer", snapshot.VPCPeer, "instanceid",
			op("CreateVpcPeerConnection", "attributes").made("vpcid=Vpc.VpcId", "acceptingvpcid=AcceptingVpc.VpcId"),
			op("AcceptVpcPeerConnection", "attributes/Status").telling(always("Activated"))),
		table("cbn", snapshot.CEN, "cenid", op("AttachCenChildInstance", "children").telling(makes("childinstanceid=ChildInstanceId!"))),
		table("cbn", snapshot.TransitRouter, "transitrouterid",
			op("CreateTransitRouterVpcAttachment", "attachments").telling(makes("transitrouterattachmentid=TransitRouterAttachmentId", "vpcid=VpcId!"))),
		table("cbn", snapshot.TRRouteTable, "transitrouterroutetableid", op("CreateTransitRouterRouteEntry", "entries").telling(makes(
			"transitrouterrouteentrydestinationcidrblock=TransitRouterRouteEntryDestinationCidrBlock!", "transitrouterrouteentrynexthopid=TransitRouterRouteEntryNextHopId"))),
	)
}

func privatelink() []operation {
	return slices.Concat(
		table("privatelink", snapshot.EndpointService, "serviceid",
			op("CreateVpcEndpointService", "attributes").telling(makes("autoacceptenabled=AutoAcceptEnabled")),
			op("CreateVpcEndpointService", "resources").telling(makes("resourceid=ResourceId!", "zoneid=ZoneId")),
			op("UpdateVpcEndpointServiceAttribute", "attributes").telling(sets("autoacceptenabled=AutoAcceptEnabled")),
			op("AddUserToVpcEndpointService", "users").telling(makes("userid=UserId!")),
			op("AddUserToVpcEndpointService", "userArns").telling(makes("userarn=UserARN!")),
			op("EnableVpcEndpointConnection", "connections").telling(makes("endpointid=EndpointId!")),
			op("CreateVpcEndpoint", "connections").telling(makes("endpointid=EndpointId!")),
			op("AttachResourceToVpcEndpointService", "resources").telling(makes("resourceid=ResourceId!", "zoneid=ZoneId"))),
		table("privatelink", snapshot.Endpoint, "endpointid",
			op("CreateVpcEndpoint", "attributes").telling(makes("serviceid=ServiceId", "servicename=ServiceName", "vpcid=VpcId")),
			op("CreateVpcEndpoint", "groups").telling(makes("securitygroupid=SecurityGroupId!")),
			op("AttachSecurityGroupToVpcEndpoint", "groups").telling(makes("securitygroupid=SecurityGroupId!"))),
	)
}

func ram() []operation {
	policy := makes("policytype=PolicyType", "policyname=PolicyName!")
	key := sets("accesskeyid=AccessKeyId!")
	return slices.Concat(
		table("ram", snapshot.RAMUser, "username",
			op("CreateUser", "attributes"), op("CreateLoginProfile", "loginProfile"), op("UpdateLoginProfile", "loginProfile"),
			op("CreateAccessKey", "accessKeys").telling(key), op("UpdateAccessKey", "accessKeys").telling(sets("useraccesskeyid=AccessKeyId!", "status=Status")),
			op("AttachPolicyToUser", "policies").telling(policy), op("AddUserToGroup", "groups").telling(makes("groupname=GroupName!")),
			op("UnbindMFADevice", "mfaDevice")),
		table("ram", snapshot.RAMGroup, "groupname",
			op("AttachPolicyToGroup", "policies").telling(policy), op("AddUserToGroup", "users").telling(makes("username=UserName!"))),
		table("ram", snapshot.RAMRole, "rolename",
			op("CreateRole", "attributes").telling(trusts), op("UpdateRole", "attributes").telling(trusts), op("AttachPolicyToRole", "policies").telling(policy)),
		table("ram", snapshot.RAMPolicy, "=Custom policyname",
			op("CreatePolicy", "attributes", "document").telling(version), op("CreatePolicyVersion", "document").telling(version), op("SetDefaultPolicyVersion", "document").telling(version)),
		table("resourcemanager", snapshot.PolicyAttachment, "resourcegroupid principaltype principalname policytype policyname",
			op("AttachPolicy", "").telling(itself)),
	)
}

// parameters are those of requests that are kept, in lower case: ids and names of
// what is changed, addresses, ports and switches, and whom a trust document names
// (ram, service, federated). None of them is a secret.
func parameters() []string {
	return strings.Fields(`instanceid loadbalancerid listenerid servergroupid vservergroupid aclid securitygroupid securitygroupids serviceid servicename
		endpointid endpointname networkaclid routetableid routeentryid allocationid forwardtableid forwardentryid
		vpcid acceptingvpcid cenid childinstanceid transitrouterid transitrouterroutetableid transitrouterrouteentrydestinationcidrblock
		transitrouterrouteentrynexthopid nexthopid resourceid zoneid pvlid securitygroups securitypolicyid
		policyname policytype username groupname rolename principalname principaltype resourcegroupid versionid useraccesskeyid status
		nodetype networktype actiontype modifymode whiteiptype whiteiplist publicipwhitelist kibanaipwhitelist
		kibanaprivateipwhitelist privatenetworkipwhitelist esipwhitelist ips entry
		listenerport listenerprotocol backendserverport port startport endport portrange ipprotocol policy nictype
		sourcecidrip ipv6sourcecidrip sourcegroupid sourceprefixlistid destinationcidrblock
		externalip externalport internalip internalport serverid serverip userid userarn
		aclids aclstatus acltype addresstype autoacceptenabled isdefaultversion setasdefault ram service federated`)
}

// given are the ids in answers that are kept, in lower case: those of what a
// request made. The id of an access key is no secret, its secret is not here.
func given() []string {
	return strings.Fields(`instanceid loadbalancerid listenerid servergroupid vservergroupid aclid securitygroupid serviceid endpointid networkaclid
		routetableid routeentryid allocationid forwardentryid transitrouterid transitrouterattachmentid versionid defaultversion accesskeyid ipaddress`)
}
