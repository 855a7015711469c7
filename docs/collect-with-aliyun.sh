#!/bin/sh
# Collects with Alibaba Cloud's own command line what esaudit reads, one answer a
# file, for people who may not run another binary against an account:
#
#   sh docs/collect-with-aliyun.sh answers cn-hangzhou cn-shanghai
#   esaudit collect --from-cli answers -o estate.json
#
# It needs aliyun (3.x, configured), curl and jq, and makes read calls only. A call
# that fails leaves a file .error; esaudit then says what is not known for it.
set -eu

[ $# -ge 2 ] || { echo "usage: $0 DIR REGION..." >&2; exit 2; }
mkdir -p "$1"
cd "$1"
shift
[ -z "$(ls -A)" ] || { echo "$0: $PWD is not empty: answers of another day would be taken for those of today" >&2; exit 2; }

# The vendor's clock, which judges ages of keys and schedules.
curl -sSI https://sts.aliyuncs.com | tr -d '\r' | sed -n 's/^[Dd]ate: //p' >taken-at
[ -s taken-at ] || { echo "$0: https://sts.aliyuncs.com does not say what time it is" >&2; exit 1; }

# escape VALUE: as in a URL's query.
escape() {
	case $1 in
	*[!A-Za-z0-9._~-]*) jq -rn --arg v "$1" '$v|@uri' ;;
	*) printf '%s\n' "$1" ;;
	esac
}

# limit PRODUCT OPERATION: the parameter of a page's size, with the largest one.
limit() {
	case $1.$2 in
	elasticsearch.ListVpcEndpoints) echo size=20 ;;
	elasticsearch.ListInstance | elasticsearch.List*Plugin*) echo size=100 ;;
	slb.DescribeLoadBalancers | vpc.DescribeEipAddresses | resourcemanager.*) echo PageSize=100 ;;
	slb.DescribeAccessControlList* | vpc.DescribeSnat* | vpc.DescribeForward* | cbn.Describe* | cbn.ListTransitRouters) echo PageSize=50 ;;
	vpc.DescribeRouteEntryList) echo MaxResult=100 ;;
	vpc.DescribeNetworkAclAttributes) ;;
	vpc.*) echo PageSize=50 ;;
	[an]lb.GetListenerHealthStatus) echo MaxResults=30 ;;
	slb.DescribeLoadBalancerListeners | [an]lb.ListS[ey][rc]*er* | [an]lb.ListLoadBalancers | [an]lb.ListListeners | alb.List* | nlb.ListSecurityPolicy) echo MaxResults=100 ;;
	privatelink.ListVpcEndpointService[RU]* | privatelink.ListVpcEndpointSecurityGroups) echo MaxResults=50 ;;
	privatelink.List* | ecs.DescribeSecurityGroupAttribute) echo MaxResults=1000 ;;
	vpcpeer.* | ecs.DescribeInstances | ecs.DescribeSecurityGroups | ecs.DescribePrefixLists | ecs.DescribePortRangeList*) echo MaxResults=100 ;;
	ecs.DescribeNetworkInterfaces) echo MaxResults=500 ;;
	cbn.ListTransitRouter*) echo MaxResults=20 ;;
	ram.ListUsers | ram.ListGroups | ram.ListRoles | ram.ListPolicies | ram.ListUsersForGroup) echo MaxItems=1000 ;;
	esac
}

# ask REGION PRODUCT OPERATION [NAME=VALUE...]: every page of one call.
ask() {
	region=$1 product=$2 operation=$3
	shift 3
	stem=${region:-global}/$product/$operation
	mkdir -p "${stem%/*}"
	separator=-
	for pair in "$@"; do
		stem=$stem$separator${pair%%=*}=$(escape "${pair#*=}")
		separator='&'
	done
	size=$(limit "$product" "$operation")
	page=1 more=
	while :; do
		file=$stem
		[ "$page" = 1 ] || file=$stem@$page
		if ! answer "$region" "$product" "$operation" "$size" "$more" "$@" >"$file.json" 2>"$file.error"; then
			cat "$file.json" >>"$file.error"
			rm -f "$file.json"
			return 0
		fi
		rm -f "$file.error"
		more=$(jq -r --argjson page "$page" --arg size "$size" '
			($size | split("=")) as [$limit, $most]
			| (.TotalCount // .TotalAclEntry // .Headers["X-Total-Count"]) as $total
			| (if $limit == "size" then "page" elif .TotalAclEntry then "Page" else "PageNumber" end) as $number
			| if (.NextToken // "") != "" then "NextToken=" + .NextToken
			elif (.IsTruncated // false) then "Marker=" + .Marker
			elif $limit != "size" and $limit != "PageSize" then ""
			elif $total == null and (.Result | length) < ($most | tonumber) then ""
			elif $total != null and ($total | tonumber) <= $page * ($most | tonumber) then ""
			else $number + "=" + ($page + 1 | tostring) end' "$file.json") || return 0
		[ -n "$more" ] || return 0
		page=$((page + 1))
	done
}

# answer REGION PRODUCT OPERATION SIZE MORE [NAME=VALUE...]: one page.
answer() (
	region=$1 product=$2 operation=$3 size=$4 more=$5
	shift 5
	set -- "$@" ${size:+"$size"} ${more:+"$more"}
	for pair in "$@"; do
		shift
		set -- "$@" "--${pair%%=*}" "${pair#*=}"
	done
	exec aliyun "$product" "$operation" ${region:+--region "$region"} "$@" </dev/null
)

# from FILES FILTER: what a jq filter finds in the pages of calls.
from() {
	# shellcheck disable=SC2086 # a pattern
	cat $1.json $1@*.json 2>/dev/null | jq -r "$2 | select(. != null and . != \"\")" 2>/dev/null | sort -u || true
}

# each NAME OPERATION...: asks REGION PRODUCT for every line of the input.
each() {
	name=$1
	shift
	sort -u | while read -r id; do
		for operation in "$@"; do ask "$r" "$product" "$operation" "$name=$id"; done
	done
}

r='' # no region
ask '' sts GetCallerIdentity
for operation in ListUsers ListGroups ListRoles GetPasswordPolicy; do ask '' ram "$operation"; done
ask '' ram ListPolicies PolicyType=System
ask '' ram ListPolicies PolicyType=Custom
ask '' resourcemanager ListPolicyAttachments
product=ram
from global/ram/ListUsers '.Users.User[].UserName' | each UserName GetUser GetLoginProfile GetUserMFAInfo ListAccessKeys ListPoliciesForUser ListGroupsForUser
from global/ram/ListUsers '.Users.User[].UserName' | while read -r user; do
	from "global/ram/ListAccessKeys-UserName=$(escape "$user")" '.AccessKeys.AccessKey[].AccessKeyId' | while read -r key; do
		ask '' ram GetAccessKeyLastUsed "UserName=$user" "UserAccessKeyId=$key"
	done
done
from global/ram/ListGroups '.Groups.Group[].GroupName' | each GroupName ListUsersForGroup ListPoliciesForGroup
from global/ram/ListRoles '.Roles.Role[].RoleName' | each RoleName GetRole ListPoliciesForRole
{
	from 'global/ram/ListPolicies-*' '.Policies.Policy[] | select(.PolicyType != "System" or .AttachmentCount != 0) | .PolicyType + " " + .PolicyName'
	from 'global/ram/ListPoliciesFor*' '.Policies.Policy[] | .PolicyType + " " + .PolicyName'
	from global/resourcemanager/ListPolicyAttachments '.PolicyAttachments.PolicyAttachment[] | .PolicyType + " " + .PolicyName'
} | sort -u | while read -r type policy; do
	ask '' ram GetPolicy "PolicyType=$type" "PolicyName=$policy"
	ask '' ram ListEntitiesForPolicy "PolicyType=$type" "PolicyName=$policy"
	from "global/ram/GetPolicy-PolicyType=$type&PolicyName=$(escape "$policy")" \
		'select((.DefaultPolicyVersion.PolicyDocument // "") == "") | .Policy.DefaultVersion' | while read -r version; do
		ask '' ram GetPolicyVersion "PolicyType=$type" "PolicyName=$policy" "VersionId=$version"
	done
done

for product in elasticsearch ecs privatelink; do ask "$1" "$product" DescribeRegions; done

for r in "$@"; do
	mkdir -p "$r"
	for call in 'elasticsearch ListInstance' 'elasticsearch ListTags' 'slb DescribeLoadBalancers' 'slb DescribeLoadBalancerListeners' \
		'slb DescribeAccessControlLists' 'nlb ListLoadBalancers' 'nlb ListListeners' 'nlb ListServerGroups' 'nlb ListSecurityPolicy' \
		'nlb ListSystemSecurityPolicy' 'alb ListLoadBalancers' 'alb ListListeners' 'alb ListRules' 'alb ListServerGroups' 'alb ListAcls' \
		'privatelink ListVpcEndpointServices' 'privatelink ListVpcEndpoints' 'vpc DescribeVpcs' 'vpc DescribeVSwitches' \
		'vpc DescribeRouteTableList' 'vpc DescribeNetworkAcls' 'vpc DescribeNatGateways' 'vpc DescribeEipAddresses' 'vpc DescribeVpnGateways' \
		'vpc DescribeIpv6Gateways' 'vpc DescribeRouterInterfaces' 'vpc DescribeFlowLogs' 'vpcpeer ListVpcPeerConnections' 'cbn DescribeCens' \
		'ecs DescribeInstances' 'ecs DescribeNetworkInterfaces' 'ecs DescribeSecurityGroups' 'ecs DescribePrefixLists' \
		'ecs DescribePortRangeLists' 'actiontrail DescribeTrails'; do
		# shellcheck disable=SC2086 # two words
		ask "$r" $call
	done
	for kind in slb nlb; do ask "$r" privatelink DescribeZones "ServiceResourceType=$kind"; done

	product=elasticsearch
	from "$r/elasticsearch/ListInstance" '.Result[].instanceId' | each InstanceId DescribeInstance ListVpcEndpoints ListKibanaPvlNetwork \
		ListConnectedClusters DescribeKibanaSettings DescribeSnapshotSetting ListSnapshotReposByInstanceId DescribeElasticsearchHealth \
		DescribeDynamicSettings ListPlugins ListKibanaPlugins ListUserPlugin GetKeystores
	from "$r/elasticsearch/ListInstance" '.Result[].instanceId' | while read -r id; do
		ask "$r" elasticsearch ListAllNode "InstanceId=$id" extended=true
	done

	product=slb
	listeners=$r/slb/DescribeLoadBalancerListeners
	from "$r/slb/DescribeLoadBalancers" '.LoadBalancers.LoadBalancer[].LoadBalancerId' | each LoadBalancerId DescribeLoadBalancerAttribute \
		DescribeHealthStatus DescribeVServerGroups DescribeMasterSlaveServerGroups
	{
		from "$r/slb/DescribeVServerGroups-*" '.VServerGroups.VServerGroup[].VServerGroupId'
		from "$listeners" '.Listeners[].VServerGroupId'
	} | each VServerGroupId DescribeVServerGroupAttribute
	{
		from "$r/slb/DescribeMasterSlaveServerGroups-*" '.MasterSlaveServerGroups.MasterSlaveServerGroup[].MasterSlaveServerGroupId'
		from "$listeners" '.Listeners[] | .MasterSlaveServerGroupId, .TCPListenerConfig.MasterSlaveServerGroupId, .UDPListenerConfig.MasterSlaveServerGroupId'
	} | each MasterSlaveServerGroupId DescribeMasterSlaveServerGroupAttribute
	{
		from "$r/slb/DescribeAccessControlLists" '.Acls.Acl[].AclId'
		from "$listeners" '.Listeners[] | (.AclId // "" | split(",")[]), .AclIds[]?'
	} | each AclId DescribeAccessControlListAttribute

	product=nlb
	from "$r/nlb/ListLoadBalancers" '.LoadBalancers[].LoadBalancerId' | each LoadBalancerId GetLoadBalancerAttribute
	from "$r/nlb/ListListeners" '.Listeners[].ListenerId' | each ListenerId GetListenerHealthStatus
	{
		from "$r/nlb/ListServerGroups" '.ServerGroups[].ServerGroupId'
		from "$r/nlb/ListListeners" '.Listeners[].ServerGroupId'
	} | each ServerGroupId ListServerGroupServers

	product=alb
	from "$r/alb/ListLoadBalancers" '.LoadBalancers[].LoadBalancerId' | each LoadBalancerId GetLoadBalancerAttribute
	from "$r/alb/ListListeners" '.Listeners[].ListenerId' | each ListenerId GetListenerAttribute GetListenerHealthStatus
	{
		from "$r/alb/ListServerGroups" '.ServerGroups[].ServerGroupId'
		from "$r/alb/ListListeners" '.Listeners[].DefaultActions[]?.ForwardGroupConfig.ServerGroupTuples[]?.ServerGroupId'
		from "$r/alb/ListRules" '.Rules[].RuleActions[]?.ForwardGroupConfig.ServerGroupTuples[]?.ServerGroupId'
	} | each ServerGroupId ListServerGroupServers
	{
		from "$r/alb/ListAcls" '.Acls[].AclId'
		from "$r/alb/GetListenerAttribute-*" '.AclConfig.AclRelations[]?.AclId'
	} | each AclId ListAclEntries

	product=privatelink
	from "$r/privatelink/ListVpcEndpointServices" '.Services[].ServiceId' | each ServiceId GetVpcEndpointServiceAttribute \
		ListVpcEndpointServiceResources ListVpcEndpointServiceUsers ListVpcEndpointConnections
	from "$r/privatelink/ListVpcEndpoints" '.Endpoints[].EndpointId' | each EndpointId ListVpcEndpointZones ListVpcEndpointSecurityGroups

	product=vpc
	{
		from "$r/vpc/DescribeRouteTableList" '.RouterTableList.RouterTableListType[].RouteTableId'
		from "$r/vpc/DescribeVSwitches" '.VSwitches.VSwitch[].RouteTable.RouteTableId'
	} | each RouteTableId DescribeRouteEntryList
	{
		from "$r/vpc/DescribeNetworkAcls" '.NetworkAcls.NetworkAcl[].NetworkAclId'
		from "$r/vpc/DescribeVSwitches" '.VSwitches.VSwitch[].NetworkAclId'
	} | each NetworkAclId DescribeNetworkAclAttributes
	from "$r/vpc/DescribeNatGateways" '.NatGateways.NatGateway[].ForwardTableIds.ForwardTableId[]?' | each ForwardTableId DescribeForwardTableEntries
	from "$r/vpc/DescribeNatGateways" '.NatGateways.NatGateway[].SnatTableIds.SnatTableId[]?' | each SnatTableId DescribeSnatTableEntries

	product=cbn
	from "$r/cbn/DescribeCens" '.Cens.Cen[].CenId' | each CenId DescribeCenAttachedChildInstances ListTransitRouters
	from "$r/cbn/ListTransitRouters-*" ".TransitRouters[] | select((.RegionId // \"$r\") == \"$r\").TransitRouterId" |
		each TransitRouterId ListTransitRouterVpcAttachments ListTransitRouterRouteTables
	from "$r/cbn/ListTransitRouterRouteTables-*" '.TransitRouterRouteTables[].TransitRouterRouteTableId' |
		each TransitRouterRouteTableId ListTransitRouterRouteEntries

	product=ecs
	{
		from "$r/ecs/DescribeSecurityGroups" '.SecurityGroups.SecurityGroup[].SecurityGroupId'
		from "$r/ecs/DescribeInstances" '.Instances.Instance[].SecurityGroupIds.SecurityGroupId[]?'
		from "$r/ecs/DescribeNetworkInterfaces" '.NetworkInterfaceSets.NetworkInterfaceSet[].SecurityGroupIds.SecurityGroupId[]?'
		from "$r/nlb/ListLoadBalancers" '.LoadBalancers[].SecurityGroupIds[]?'
		from "$r/nlb/GetLoadBalancerAttribute-*" '.SecurityGroupIds[]?'
		from "$r/elasticsearch/ListKibanaPvlNetwork-*" '.Result[]?.securityGroups[]?'
	} | sort -u | while read -r id; do ask "$r" ecs DescribeSecurityGroupAttribute "SecurityGroupId=$id" Direction=all; done
	rules=$r/ecs/DescribeSecurityGroupAttribute-*
	{
		from "$r/ecs/DescribePrefixLists" '.PrefixLists.PrefixList[].PrefixListId'
		from "$rules" '.Permissions.Permission[]? | .SourcePrefixListId, .DestPrefixListId'
	} | each PrefixListId DescribePrefixListAttributes
	{
		from "$r/ecs/DescribePortRangeLists" '.PortRangeLists[].PortRangeListId'
		from "$rules" '.Permissions.Permission[]?.PortRangeListId'
	} | each PortRangeListId DescribePortRangeListEntries

	from "$r/actiontrail/DescribeTrails" ".TrailList[] | select((.HomeRegion // \"\") == \"\" or .HomeRegion == \"$r\").Name" | while read -r name; do
		ask "$r" actiontrail GetTrailStatus "Name=$name"
	done
done
