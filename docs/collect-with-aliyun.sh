#!/bin/sh
# Collects with Alibaba Cloud's own command line what esaudit reads, one answer a
# file, for people who may not run another binary against an account:
#
#   sh docs/collect-with-aliyun.sh answers cn-hangzhou cn-shanghai
#   esaudit collect --from-cli answers -o estate.json
#
# It needs aliyun (3.x, configured) and jq, and makes read calls only. A call that
# fails leaves a file .error; esaudit then says what is not known for it.
set -eu

[ $# -ge 2 ] || { echo "usage: $0 DIR REGION..." >&2; exit 2; }
out=$1
shift
mkdir -p "$out"

# The vendor's clock, which judges ages of keys and schedules.
curl -sSI https://sts.aliyuncs.com | tr -d '\r' | sed -n 's/^[Dd]ate: //p' >"$out/taken-at"

# escape VALUE: as in a URL's query.
escape() { jq -rn --arg v "$1" '$v|@uri'; }

# ask REGION PRODUCT OPERATION [NAME=VALUE...]: every page of one call.
ask() {
	region=$1 product=$2 operation=$3
	shift 3
	where=$region
	[ -n "$region" ] || where=global
	mkdir -p "$out/$where/$product"
	stem=$out/$where/$product/$operation
	separator=-
	for pair in "$@"; do
		stem=$stem$separator${pair%%=*}=$(escape "${pair#*=}")
		separator='&'
	done
	page=1 more=
	while :; do
		file=$stem
		[ "$page" = 1 ] || file=$stem@$page
		if ! answer "$region" "$product" "$operation" "$more" "$@" >"$file.json" 2>"$file.error"; then
			cat "$file.json" >>"$file.error"
			rm -f "$file.json"
			return 0
		fi
		rm -f "$file.error"
		more=$(jq -r --argjson page "$page" '
			if (.NextToken // "") != "" then "NextToken=" + .NextToken
			elif (.IsTruncated // false) then "Marker=" + .Marker
			elif ((.Headers["X-Total-Count"] // 0) | tonumber) > $page * 100 then "page=" + ($page + 1 | tostring)
			elif ((.TotalCount // 0) | tonumber) > ((.PageNumber // 1) | tonumber) * ((.PageSize // 1000000) | tonumber) then "PageNumber=" + ($page + 1 | tostring)
			else "" end' "$file.json")
		[ -n "$more" ] || return 0
		page=$((page + 1))
	done
}

# answer REGION PRODUCT OPERATION MORE [NAME=VALUE...]: one page.
answer() (
	region=$1 product=$2 operation=$3 more=$4
	shift 4
	case $operation in
	ListInstance) size=size=100 ;;
	DescribeLoadBalancers) size=PageSize=100 ;;
	DescribeVpcs | DescribeVSwitches | DescribeNetworkAcls | DescribeNatGateways | DescribeEipAddresses | DescribeRouteTableList | \
		DescribeSnatTableEntries | DescribeForwardTableEntries | DescribeCens | DescribeCenAttachedChildInstances | ListTransitRouters) size=PageSize=50 ;;
	DescribeInstances | DescribeNetworkInterfaces | DescribeSecurityGroups) size=PageSize=50 ;;
	DescribeLoadBalancerListeners | ListLoadBalancers | ListListeners | ListServerGroups | ListServerGroupServers) size=MaxResults=100 ;;
	*) size= ;;
	esac
	set -- "$@" $size ${more:+"$more"}
	for pair in "$@"; do
		shift
		set -- "$@" "--${pair%%=*}" "${pair#*=}"
	done
	exec aliyun "$product" "$operation" ${region:+--region "$region"} "$@"
)

# each FILE FILTER: what a jq filter finds in the pages of a call.
each() { cat "$out/$1".json "$out/$1"@*.json 2>/dev/null | jq -r "$2 // empty" | sort -u; }

ask '' sts GetCallerIdentity
ask '' ram ListUsers
ask '' ram ListGroups
ask '' ram ListRoles
ask '' ram GetPasswordPolicy
ask '' ram ListPolicies PolicyType=System
ask '' ram ListPolicies PolicyType=Custom
ask '' resourcemanager ListPolicyAttachments
each global/ram/ListUsers '.Users.User[].UserName' | while read -r user; do
	for operation in GetUser GetLoginProfile GetUserMFAInfo ListAccessKeys ListPoliciesForUser ListGroupsForUser; do
		ask '' ram "$operation" "UserName=$user"
	done
	each "global/ram/ListAccessKeys-UserName=$(escape "$user")" '.AccessKeys.AccessKey[].AccessKeyId' | while read -r key; do
		ask '' ram GetAccessKeyLastUsed "UserName=$user" "UserAccessKeyId=$key"
	done
done
each global/ram/ListGroups '.Groups.Group[].GroupName' | while read -r group; do
	ask '' ram ListUsersForGroup "GroupName=$group"
	ask '' ram ListPoliciesForGroup "GroupName=$group"
done
each global/ram/ListRoles '.Roles.Role[].RoleName' | while read -r role; do
	ask '' ram GetRole "RoleName=$role"
	ask '' ram ListPoliciesForRole "RoleName=$role"
done
each global/ram/ListPolicies-PolicyType=Custom '.Policies.Policy[].PolicyName' | while read -r policy; do
	ask '' ram GetPolicy "PolicyName=$policy" PolicyType=Custom
	ask '' ram ListEntitiesForPolicy "PolicyName=$policy" PolicyType=Custom
done
each global/resourcemanager/ListPolicyAttachments '.PolicyAttachments.PolicyAttachment[]|select(.PolicyType=="System").PolicyName' | while read -r policy; do
	ask '' ram GetPolicy "PolicyName=$policy" PolicyType=System
	ask '' ram ListEntitiesForPolicy "PolicyName=$policy" PolicyType=System
done

for r in "$@"; do
	for call in 'elasticsearch ListInstance' 'slb DescribeLoadBalancers' 'slb DescribeLoadBalancerListeners' 'slb DescribeAccessControlLists' \
		'nlb ListLoadBalancers' 'nlb ListListeners' 'nlb ListServerGroups' 'nlb ListSecurityPolicy' 'nlb ListSystemSecurityPolicy' \
		'privatelink ListVpcEndpointServices' 'privatelink ListVpcEndpoints' 'vpc DescribeVpcs' 'vpc DescribeVSwitches' 'vpc DescribeRouteTableList' 'vpc DescribeNetworkAcls' \
		'vpc DescribeNatGateways' 'vpc DescribeEipAddresses' 'vpc DescribeVpnGateways' 'vpc DescribeRouterInterfaces' 'vpc DescribeFlowLogs' \
		'vpcpeer ListVpcPeerConnections' 'cbn DescribeCens' 'ecs DescribeInstances' 'ecs DescribeNetworkInterfaces' 'ecs DescribeSecurityGroups' \
		'ecs DescribePrefixLists' 'actiontrail DescribeTrails'; do
		# shellcheck disable=SC2086 # two words
		ask "$r" $call
	done
	for kind in slb nlb; do ask "$r" privatelink DescribeZones "ServiceResourceType=$kind"; done
	each "$r/elasticsearch/ListInstance" '.Result[].instanceId' | while read -r id; do
		ask "$r" elasticsearch ListAllNode "InstanceId=$id" extended=true
		for operation in DescribeInstance ListVpcEndpoints ListKibanaPvlNetwork ListConnectedClusters DescribeKibanaSettings DescribeSnapshotSetting \
			ListSnapshotReposByInstanceId DescribeElasticsearchHealth DescribeDynamicSettings ListPlugins ListKibanaPlugins ListUserPlugin GetKeystores; do
			ask "$r" elasticsearch "$operation" "InstanceId=$id"
		done
	done
	each "$r/slb/DescribeLoadBalancers" '.LoadBalancers.LoadBalancer[].LoadBalancerId' | while read -r id; do
		for operation in DescribeLoadBalancerAttribute DescribeHealthStatus DescribeVServerGroups DescribeMasterSlaveServerGroups; do
			ask "$r" slb "$operation" "LoadBalancerId=$id"
		done
		each "$r/slb/DescribeVServerGroups-LoadBalancerId=$id" '.VServerGroups.VServerGroup[].VServerGroupId' | while read -r group; do
			ask "$r" slb DescribeVServerGroupAttribute "VServerGroupId=$group"
		done
		each "$r/slb/DescribeMasterSlaveServerGroups-LoadBalancerId=$id" '.MasterSlaveServerGroups.MasterSlaveServerGroup[].MasterSlaveServerGroupId' | while read -r group; do
			ask "$r" slb DescribeMasterSlaveServerGroupAttribute "MasterSlaveServerGroupId=$group"
		done
	done
	each "$r/slb/DescribeAccessControlLists" '.Acls.Acl[].AclId' | while read -r id; do ask "$r" slb DescribeAccessControlListAttribute "AclId=$id"; done
	each "$r/nlb/ListLoadBalancers" '.LoadBalancers[].LoadBalancerId' | while read -r id; do ask "$r" nlb GetLoadBalancerAttribute "LoadBalancerId=$id"; done
	each "$r/nlb/ListListeners" '.Listeners[].ListenerId' | while read -r id; do ask "$r" nlb GetListenerHealthStatus "ListenerId=$id"; done
	each "$r/nlb/ListServerGroups" '.ServerGroups[].ServerGroupId' | while read -r id; do ask "$r" nlb ListServerGroupServers "ServerGroupId=$id"; done
	each "$r/privatelink/ListVpcEndpointServices" '.Services[].ServiceId' | while read -r id; do
		for operation in GetVpcEndpointServiceAttribute ListVpcEndpointServiceResources ListVpcEndpointServiceUsers ListVpcEndpointConnections; do
			ask "$r" privatelink "$operation" "ServiceId=$id"
		done
	done
	each "$r/privatelink/ListVpcEndpoints" '.Endpoints[].EndpointId' | while read -r id; do
		for operation in GetVpcEndpointAttribute ListVpcEndpointZones ListVpcEndpointSecurityGroups; do ask "$r" privatelink "$operation" "EndpointId=$id"; done
	done
	each "$r/vpc/DescribeRouteTableList" '.RouterTableList.RouterTableListType[].RouteTableId' | while read -r id; do ask "$r" vpc DescribeRouteEntryList "RouteTableId=$id"; done
	each "$r/vpc/DescribeNetworkAcls" '.NetworkAcls.NetworkAcl[].NetworkAclId' | while read -r id; do ask "$r" vpc DescribeNetworkAclAttributes "NetworkAclId=$id"; done
	each "$r/vpc/DescribeNatGateways" '.NatGateways.NatGateway[].ForwardTableIds.ForwardTableId[]' | while read -r id; do ask "$r" vpc DescribeForwardTableEntries "ForwardTableId=$id"; done
	each "$r/vpc/DescribeNatGateways" '.NatGateways.NatGateway[].SnatTableIds.SnatTableId[]' | while read -r id; do ask "$r" vpc DescribeSnatTableEntries "SnatTableId=$id"; done
	each "$r/vpcpeer/ListVpcPeerConnections" '.VpcPeerConnects[].InstanceId' | while read -r id; do ask "$r" vpcpeer GetVpcPeerConnectionAttribute "InstanceId=$id"; done
	each "$r/actiontrail/DescribeTrails" '.TrailList[].Name' | while read -r name; do ask "$r" actiontrail GetTrailStatus "Name=$name"; done
	each "$r/cbn/DescribeCens" '.Cens.Cen[].CenId' | while read -r id; do
		ask "$r" cbn DescribeCenAttachedChildInstances "CenId=$id"
		ask "$r" cbn ListTransitRouters "CenId=$id"
	done
	each "$r/ecs/DescribeSecurityGroups" '.SecurityGroups.SecurityGroup[].SecurityGroupId' | while read -r id; do
		ask "$r" ecs DescribeSecurityGroupAttribute "SecurityGroupId=$id" Direction=all
	done
	each "$r/ecs/DescribePrefixLists" '.PrefixLists.PrefixList[].PrefixListId' | while read -r id; do ask "$r" ecs DescribePrefixListAttributes "PrefixListId=$id"; done
done
