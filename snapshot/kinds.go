package snapshot

import "slices"

// Kind names a kind of object: the key it stands under in "objects".
type Kind string

// The kinds of objects, by the vendor's products.
const (
	Cluster Kind = "elasticsearch" // id: instanceId

	CLB                       Kind = "clb"                       // LoadBalancerId
	CLBListener               Kind = "clbListener"               // LoadBalancerId/protocol/port
	CLBVServerGroup           Kind = "clbVServerGroup"           // VServerGroupId
	CLBMasterSlaveServerGroup Kind = "clbMasterSlaveServerGroup" // MasterSlaveServerGroupId
	CLBACL                    Kind = "clbAcl"                    // AclId
	NLB                       Kind = "nlb"                       // LoadBalancerId
	NLBListener               Kind = "nlbListener"               // ListenerId
	NLBServerGroup            Kind = "nlbServerGroup"            // ServerGroupId
	ALB                       Kind = "alb"                       // LoadBalancerId
	ALBListener               Kind = "albListener"               // ListenerId
	NLBSecurityPolicy         Kind = "nlbSecurityPolicy"         // SecurityPolicyId
	ALBServerGroup            Kind = "albServerGroup"            // ServerGroupId
	ALBACL                    Kind = "albAcl"                    // AclId

	EndpointService Kind = "endpointService" // ServiceId
	Endpoint        Kind = "endpoint"        // EndpointId; the account's own ones

	VPC             Kind = "vpc"             // VpcId
	VSwitch         Kind = "vswitch"         // VSwitchId
	RouteTable      Kind = "routeTable"      // RouteTableId
	NetworkACL      Kind = "networkAcl"      // NetworkAclId
	NATGateway      Kind = "natGateway"      // NatGatewayId
	SnatTable       Kind = "snatTable"       // SnatTableId
	ForwardTable    Kind = "forwardTable"    // ForwardTableId
	EIP             Kind = "eip"             // AllocationId
	VPCPeer         Kind = "vpcPeer"         // InstanceId
	CEN             Kind = "cen"             // CenId
	TransitRouter   Kind = "transitRouter"   // TransitRouterId
	TRRouteTable    Kind = "trRouteTable"    // TransitRouterRouteTableId
	VPNGateway      Kind = "vpnGateway"      // VpnGatewayId
	IPv6Gateway     Kind = "ipv6Gateway"     // Ipv6GatewayId
	RouterInterface Kind = "routerInterface" // RouterInterfaceId
	FlowLog         Kind = "flowLog"         // FlowLogId

	ECS           Kind = "ecs"           // InstanceId
	ENI           Kind = "eni"           // NetworkInterfaceId
	SecurityGroup Kind = "securityGroup" // SecurityGroupId
	PrefixList    Kind = "prefixList"    // PrefixListId
	PortRangeList Kind = "portRangeList" // PortRangeListId

	RAMUser          Kind = "ramUser"          // UserName
	RAMGroup         Kind = "ramGroup"         // GroupName
	RAMRole          Kind = "ramRole"          // RoleName
	RAMPolicy        Kind = "ramPolicy"        // PolicyType/PolicyName
	RAMAccount       Kind = "ramAccount"       // "account": password policy
	PolicyAttachment Kind = "policyAttachment" // ResourceGroupId/PrincipalType/PrincipalName/PolicyType/PolicyName

	Trail    Kind = "trail"    // Name
	Event    Kind = "event"    // eventId: a change, with what package trail keeps of it
	Identity Kind = "identity" // "caller": who made the calls
	Region   Kind = "region"   // RegionId: what a product says of the region
)

// Kinds returns all kinds, sorted.
func Kinds() []Kind {
	return []Kind{
		ALB, ALBACL, ALBListener, ALBServerGroup, CEN, CLB, CLBACL, CLBListener, CLBMasterSlaveServerGroup,
		CLBVServerGroup, ECS, EIP, Cluster, Endpoint, EndpointService, ENI, Event, FlowLog, ForwardTable,
		Identity, IPv6Gateway, NATGateway, NetworkACL, NLB, NLBListener, NLBSecurityPolicy, NLBServerGroup,
		PolicyAttachment, PortRangeList, PrefixList, RAMAccount, RAMGroup, RAMPolicy, RAMRole,
		RAMUser, Region, RouterInterface, RouteTable, SecurityGroup, SnatTable, Trail, TransitRouter,
		TRRouteTable, VPC, VPCPeer, VPNGateway, VSwitch,
	}
}

func known(k Kind) bool { return slices.Contains(Kinds(), k) }

// Aspect names what one further call said of an object: the key beside
// "attributes".
type Aspect string

// The aspects of objects. Lists are arrays, unless said otherwise.
const (
	Nodes             Aspect = "nodes"             // Cluster: ListAllNode
	VPCEndpoints      Aspect = "vpcEndpoints"      // Cluster: ListVpcEndpoints
	KibanaPVL         Aspect = "kibanaPvl"         // Cluster: ListKibanaPvlNetwork
	ConnectedClusters Aspect = "connectedClusters" // Cluster: ListConnectedClusters
	KibanaSettings    Aspect = "kibanaSettings"    // Cluster: DescribeKibanaSettings, a map
	SnapshotSetting   Aspect = "snapshotSetting"   // Cluster: DescribeSnapshotSetting, a map
	SnapshotRepos     Aspect = "snapshotRepos"     // Cluster: ListSnapshotReposByInstanceId
	Health            Aspect = "health"            // Cluster: a string; CLB: DescribeHealthStatus; NLBListener, ALBListener: GetListenerHealthStatus
	DynamicSettings   Aspect = "dynamicSettings"   // Cluster: DescribeDynamicSettings, a map
	Plugins           Aspect = "plugins"           // Cluster: ListPlugins
	KibanaPlugins     Aspect = "kibanaPlugins"     // Cluster: ListKibanaPlugins
	UserPlugins       Aspect = "userPlugins"       // Cluster: ListUserPlugin
	Dictionaries      Aspect = "dictionaries"      // Cluster: ListDicts
	Keystores         Aspect = "keystores"         // Cluster: GetKeystores, names only
	ActionRecords     Aspect = "actionRecords"     // Cluster: ListActionRecords, with what package trail keeps of them

	Entries     Aspect = "entries"     // CLBACL, ALBACL, RouteTable, SnatTable, ForwardTable, PrefixList, PortRangeList, TRRouteTable
	Servers     Aspect = "servers"     // NLBServerGroup, ALBServerGroup
	Resources   Aspect = "resources"   // EndpointService: ListVpcEndpointServiceResources
	Users       Aspect = "users"       // EndpointService: allowed accounts; RAMGroup: members
	UserARNs    Aspect = "userArns"    // EndpointService: allowed ARNs
	Connections Aspect = "connections" // EndpointService: ListVpcEndpointConnections
	Zones       Aspect = "zones"       // Endpoint: ListVpcEndpointZones; Region: DescribeZones by resource type, a map of arrays
	Groups      Aspect = "groups"      // Endpoint: security groups; RAMUser: ListGroupsForUser

	Children    Aspect = "children"    // CEN: DescribeCenAttachedChildInstances
	Attachments Aspect = "attachments" // TransitRouter: ListTransitRouterVpcAttachments

	Policies     Aspect = "policies"     // RAMUser, RAMGroup, RAMRole: attached policies
	AccessKeys   Aspect = "accessKeys"   // RAMUser, each with its LastUsedDate
	LoginProfile Aspect = "loginProfile" // RAMUser: a map; null when there is none
	MFADevice    Aspect = "mfaDevice"    // RAMUser: a map; null when there is none
	Document     Aspect = "document"     // RAMPolicy: the policy document, a map
	Entities     Aspect = "entities"     // RAMPolicy: ListEntitiesForPolicy, a map
	PasswordRule Aspect = "passwordPolicy"
	Rules        Aspect = "rules"  // SecurityGroup: its permissions; CLBListener: DescribeRules; ALBListener: ListRules
	Status       Aspect = "status" // Trail: GetTrailStatus, a map

	Contradictions Aspect = "contradictions" // any: how many of its fields answers of one kind give differently
)
