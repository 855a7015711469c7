package oracle

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// small is one estate in which every kind of path leads somewhere, as
// "operation subject body"; a subject of - is none.
//
//	vpc-1  10.0.0.0/16  es-1 (new, vsw-1), es-2 (original, vsw-1), i-1 (vsw-2), lb-1, lb-2, nlb-1, nat-1
//	vpc-2  10.1.0.0/16  i-2, peered with vpc-1
//	vpc-3  10.2.0.0/16  i-3, in a CEN with vpc-1
//	vpc-4  10.3.0.0/16  i-4, joined to nothing
const small = `
elasticsearch.ListInstance - {"Result":[{"instanceId":"es-1","status":"active","networkConfig":{"vpcId":"vpc-1","vswitchId":"vsw-1"}},{"instanceId":"es-2"}],"Headers":{"X-Total-Count":2}}
elasticsearch.DescribeInstance es-1 {"Result":{"instanceId":"es-1","status":"active","esVersion":"7.10_with_X-Pack","createdAt":"2023-01-02T03:04:05.678Z","archType":"exclusive","port":9200,"enablePublic":true,"publicPort":9200,"haveKibana":true,"enableKibanaPublicNetwork":true,"enableKibanaPrivateNetwork":true,"kibanaPort":5601,"publicIpWhitelist":["203.0.113.0/24"],"privateNetworkIpWhiteList":["10.0.0.0/8,100.64.0.0/10","198.51.100.7","192.168.0.0/16"],"kibanaIPWhitelist":["203.0.113.9"],"kibanaPrivateIPWhitelist":["10.0.0.0/16"],"networkConfig":{"vpcId":"vpc-1","vswitchId":"vsw-1","whiteIpGroupList":[{"groupName":"default","whiteIpType":"PUBLIC_ES","ips":["203.0.113.0/24"]}]}}}
elasticsearch.DescribeInstance es-2 {"Result":{"instanceId":"es-2","status":"active","esVersion":"5.5.3","createdAt":"2019-01-02T03:04:05Z","archType":"public","port":9200,"enablePublic":false,"haveKibana":true,"kibanaPrivatePort":"5602","privateNetworkIpWhiteList":["127.0.0.1"],"networkConfig":{"vpcId":"vpc-1","vswitchId":"vsw-1"}}}
elasticsearch.ListAllNode es-1 {"Result":[{"nodeType":"WORKER","host":"10.0.1.10"},{"nodeType":"KIBANA","host":"10.0.1.11"}]}
elasticsearch.ListAllNode es-2 {"Result":[{"nodeType":"WORKER","host":"10.0.1.20"}]}
elasticsearch.ListVpcEndpoints es-1 {"Result":[{"endpointId":"ep-1","endpointStatus":"Active","connectionStatus":"Connected","endpointBusinessStatus":"Normal","serviceId":"epsrv-1","zoneId":"z-a"}]}
elasticsearch.ListVpcEndpoints es-2 {"Result":[]}
elasticsearch.ListKibanaPvlNetwork es-1 {"Result":[]}
elasticsearch.ListKibanaPvlNetwork es-2 {"Result":[{"pvlId":"pvl-2","endpointStatus":"Connected","vpcId":"vpc-2","vSwitchIdsZone":[{"vswitchId":"vsw-3"}],"securityGroups":["sg-pvl"]}]}
vpc.DescribeVpcs - {"Vpcs":{"Vpc":[{"VpcId":"vpc-1"},{"VpcId":"vpc-2"},{"VpcId":"vpc-3"},{"VpcId":"vpc-4"}]},"TotalCount":4}
vpc.DescribeVSwitches - {"VSwitches":{"VSwitch":[{"VSwitchId":"vsw-1","VpcId":"vpc-1","CidrBlock":"10.0.1.0/24","NetworkAclId":"","RouteTable":{"RouteTableId":"vtb-1"}},{"VSwitchId":"vsw-2","VpcId":"vpc-1","CidrBlock":"10.0.2.0/24","NetworkAclId":"nacl-2","RouteTable":{"RouteTableId":"vtb-1"}},{"VSwitchId":"vsw-3","VpcId":"vpc-2","CidrBlock":"10.1.0.0/24","NetworkAclId":"","RouteTable":{"RouteTableId":"vtb-2"}},{"VSwitchId":"vsw-4","VpcId":"vpc-3","CidrBlock":"10.2.0.0/24","NetworkAclId":"","RouteTable":{"RouteTableId":"vtb-3"}},{"VSwitchId":"vsw-5","VpcId":"vpc-4","CidrBlock":"10.3.0.0/24","NetworkAclId":""}]},"TotalCount":5}
vpc.DescribeRouteTableList - {"RouterTableList":{"RouterTableListType":[{"RouteTableId":"vtb-1","VSwitchIds":{"VSwitchId":["vsw-1","vsw-2"]}}]},"TotalCount":1}
vpc.DescribeRouteEntryList vtb-1 {"RouteEntrys":{"RouteEntry":[{"RouteEntryId":"rte-1","DestinationCidrBlock":"10.0.0.0/16","Type":"System"},{"RouteEntryId":"rte-2","DestinationCidrBlock":"10.1.0.0/16","Type":"Custom","NextHops":{"NextHop":[{"NextHopType":"VpcPeer","NextHopId":"pcc-1"}]}},{"RouteEntryId":"rte-3","DestinationCidrBlock":"10.2.0.0/16","Type":"Custom","NextHops":{"NextHop":[{"NextHopType":"Attachment","NextHopId":"tr-attach-1"}]}},{"RouteEntryId":"rte-4","DestinationCidrBlock":"192.168.0.0/16","Type":"Custom","NextHopType":"VpnGateway","InstanceId":"vpn-1"}]}}
vpc.DescribeRouteEntryList vtb-2 {"RouteEntrys":{"RouteEntry":[{"RouteEntryId":"rte-5","DestinationCidrBlock":"10.1.0.0/16","Type":"System"},{"RouteEntryId":"rte-6","DestinationCidrBlock":"10.0.1.0/24","Type":"Custom","NextHops":{"NextHop":[{"NextHopType":"VpcPeer","NextHopId":"pcc-1"}]}}]}}
vpc.DescribeRouteEntryList vtb-3 {"RouteEntrys":{"RouteEntry":[{"RouteEntryId":"rte-7","DestinationCidrBlock":"10.0.0.0/8","Type":"Custom","NextHops":{"NextHop":[{"NextHopType":"Attachment","NextHopId":"tr-attach-3"}]}}]}}
vpc.DescribeNetworkAcls - {"NetworkAcls":{"NetworkAcl":[{"NetworkAclId":"nacl-2"}]},"TotalCount":1}
vpc.DescribeNetworkAclAttributes nacl-2 {"NetworkAclAttribute":{"NetworkAclId":"nacl-2","IngressAclEntries":{"IngressAclEntry":[{"Policy":"accept","Protocol":"all","Port":"-1/-1","SourceCidrIp":"0.0.0.0/0"}]},"EgressAclEntries":{"EgressAclEntry":[{"Policy":"drop","Protocol":"tcp","Port":"22/22","DestinationCidrIp":"0.0.0.0/0"},{"Policy":"accept","Protocol":"tcp","Port":"1/65535","DestinationCidrIp":"10.0.0.0/8"}]}}}
vpc.DescribeNatGateways - {"NatGateways":{"NatGateway":[{"NatGatewayId":"nat-1","VpcId":"vpc-1","NetworkType":"internet","Status":"Available","ForwardTableIds":{"ForwardTableId":["ftb-1"]}}]},"TotalCount":1}
vpc.DescribeForwardTableEntries ftb-1 {"ForwardTableEntries":{"ForwardTableEntry":[{"ForwardEntryId":"fwd-1","ExternalPort":"9999","InternalIp":"10.0.1.10","InternalPort":"9200","IpProtocol":"TCP","Status":"Available"}]},"TotalCount":1}
vpc.DescribeEipAddresses - {"EipAddresses":{"EipAddress":[{"AllocationId":"eip-1","IpAddress":"47.0.0.1","InstanceId":"i-1"}]},"TotalCount":1}
vpcpeer.ListVpcPeerConnections - {"VpcPeerConnects":[{"InstanceId":"pcc-1","Status":"Activated","Vpc":{"VpcId":"vpc-2"},"AcceptingVpc":{"VpcId":"vpc-1"}}],"TotalCount":1}
cbn.DescribeCens - {"Cens":{"Cen":[{"CenId":"cen-1"}]},"TotalCount":1}
cbn.DescribeCenAttachedChildInstances cen-1 {"ChildInstances":{"ChildInstance":[{"ChildInstanceId":"vpc-1","Status":"Attached"},{"ChildInstanceId":"vpc-3","Status":"Attached"}]},"TotalCount":2}
cbn.ListTransitRouters cen-1 {"TransitRouters":[],"TotalCount":0}
ecs.DescribeInstances - {"Instances":{"Instance":[{"InstanceId":"i-1","SecurityGroupIds":{"SecurityGroupId":["sg-1"]},"EipAddress":{"IpAddress":"47.0.0.1"},"VpcAttributes":{"VpcId":"vpc-1","VSwitchId":"vsw-2","PrivateIpAddress":{"IpAddress":["10.0.2.5"]}}},{"InstanceId":"i-2","SecurityGroupIds":{"SecurityGroupId":["sg-2"]},"VpcAttributes":{"VpcId":"vpc-2","VSwitchId":"vsw-3","PrivateIpAddress":{"IpAddress":["10.1.0.5"]}}},{"InstanceId":"i-3","SecurityGroupIds":{"SecurityGroupId":["sg-2"]},"VpcAttributes":{"VpcId":"vpc-3","VSwitchId":"vsw-4","PrivateIpAddress":{"IpAddress":["10.2.0.5"]}}},{"InstanceId":"i-4","SecurityGroupIds":{"SecurityGroupId":["sg-2"]},"VpcAttributes":{"VpcId":"vpc-4","VSwitchId":"vsw-5","PrivateIpAddress":{"IpAddress":["10.3.0.5"]}}}]},"TotalCount":4}
ecs.DescribeNetworkInterfaces - {"NetworkInterfaceSets":{"NetworkInterfaceSet":[{"NetworkInterfaceId":"eni-1","InstanceId":"i-1","PrivateIpAddress":"10.0.2.5","SecurityGroupIds":{"SecurityGroupId":["sg-1"]}},{"NetworkInterfaceId":"eni-es1","PrivateIpAddress":"10.0.1.10","SecurityGroupIds":{"SecurityGroupId":[]}}]},"TotalCount":2}
ecs.DescribeSecurityGroups - {"SecurityGroups":{"SecurityGroup":[{"SecurityGroupId":"sg-1","SecurityGroupType":"normal"},{"SecurityGroupId":"sg-2","SecurityGroupType":"normal"},{"SecurityGroupId":"sg-pvl","SecurityGroupType":"enterprise"}]},"TotalCount":3}
ecs.DescribeSecurityGroupAttribute sg-1 {"InnerAccessPolicy":"Accept","Permissions":{"Permission":[{"SecurityGroupRuleId":"sgr-1","Direction":"ingress","Policy":"Accept","IpProtocol":"TCP","PortRange":"9201/9201","Priority":"1","SourceCidrIp":"198.51.100.0/24"},{"SecurityGroupRuleId":"sgr-2","Direction":"ingress","Policy":"Accept","IpProtocol":"TCP","PortRange":"389/636","Priority":"1","SourceCidrIp":"10.0.0.0/8"},{"SecurityGroupRuleId":"sgr-3","Direction":"egress","Policy":"Drop","IpProtocol":"ALL","PortRange":"-1/-1","Priority":"9","DestCidrIp":"10.0.1.20/32"}]}}
ecs.DescribeSecurityGroupAttribute sg-2 {"InnerAccessPolicy":"Drop","Permissions":{"Permission":[]}}
ecs.DescribeSecurityGroupAttribute sg-pvl {"InnerAccessPolicy":"Drop","Permissions":{"Permission":[{"SecurityGroupRuleId":"sgr-5","Direction":"ingress","Policy":"Accept","IpProtocol":"tcp","PortRange":"5602/5602","SourceGroupId":"sg-2"}]}}
slb.DescribeLoadBalancers - {"LoadBalancers":{"LoadBalancer":[{"LoadBalancerId":"lb-1"},{"LoadBalancerId":"lb-2"}]},"TotalCount":2}
slb.DescribeLoadBalancerAttribute lb-1 {"LoadBalancerId":"lb-1","VpcId":"vpc-1","LoadBalancerStatus":"active","AddressType":"internet","AddressIPVersion":"ipv4","Address":"47.0.0.2","BackendServers":{"BackendServer":[]}}
slb.DescribeLoadBalancerAttribute lb-2 {"LoadBalancerId":"lb-2","VpcId":"vpc-1","LoadBalancerStatus":"active","AddressType":"intranet","AddressIPVersion":"ipv4","Address":"10.0.2.20","BackendServers":{"BackendServer":[{"ServerId":"i-1","Type":"ecs","Weight":100}]}}
slb.DescribeLoadBalancerListeners - {"Listeners":[{"LoadBalancerId":"lb-1","ListenerPort":9200,"ListenerProtocol":"tcp","Status":"running","AclStatus":"on","AclType":"white","AclIds":["acl-1"],"VServerGroupId":"rsp-1"},{"LoadBalancerId":"lb-2","ListenerPort":636,"ListenerProtocol":"tcp","Status":"running","AclStatus":"off","BackendServerPort":636}],"TotalCount":2}
slb.DescribeVServerGroupAttribute rsp-1 {"BackendServers":{"BackendServer":[{"ServerId":"eni-es1","Type":"eni","Port":9200,"Weight":100}]}}
slb.DescribeHealthStatus lb-1 {"BackendServers":{"BackendServer":[{"ListenerPort":9200,"Port":9200,"Protocol":"tcp","ServerId":"eni-es1","ServerHealthStatus":"normal"}]}}
slb.DescribeHealthStatus lb-2 {"BackendServers":{"BackendServer":[{"ListenerPort":636,"Port":636,"Protocol":"tcp","ServerId":"i-1","ServerHealthStatus":"normal"}]}}
slb.DescribeAccessControlListAttribute acl-1 {"TotalAclEntry":1,"AclEntrys":{"AclEntry":[{"AclEntryIP":"198.51.100.99/24"}]}}
nlb.ListLoadBalancers - {"LoadBalancers":[{"LoadBalancerId":"nlb-1","AddressIpVersion":"ipv4","AddressType":"Intranet","LoadBalancerStatus":"Active","LoadBalancerBusinessStatus":"Normal","VpcId":"vpc-1","SecurityGroupIds":[]}],"TotalCount":1}
nlb.GetLoadBalancerAttribute nlb-1 {"LoadBalancerId":"nlb-1","ZoneMappings":[{"LoadBalancerAddresses":[{"PrivateIPv4Address":"10.0.1.50","Ipv4LocalAddresses":["10.0.1.51"]}]}]}
nlb.ListListeners - {"Listeners":[{"ListenerId":"lsn-1","LoadBalancerId":"nlb-1","ListenerPort":0,"StartPort":"9000","EndPort":"9300","ListenerProtocol":"TCP","ListenerStatus":"Running","ServerGroupId":"sgp-1"}],"TotalCount":1}
nlb.ListServerGroups - {"ServerGroups":[{"ServerGroupId":"sgp-1","VpcId":"vpc-1","AnyPortEnabled":true,"PreserveClientIpEnabled":false}],"TotalCount":1}
nlb.ListServerGroupServers sgp-1 {"Servers":[{"ServerId":"10.0.1.10","ServerType":"Ip","ServerIp":"10.0.1.10","Port":0,"Weight":100}],"TotalCount":1}
nlb.GetListenerHealthStatus lsn-1 {"ListenerHealthStatus":[{"ListenerId":"lsn-1","ServerGroupInfos":[{"ServerGroupId":"sgp-1","HeathCheckEnabled":true,"NonNormalServers":[]}]}],"TotalCount":1}
privatelink.ListVpcEndpointServices - {"Services":[{"ServiceId":"epsrv-1","ServiceStatus":"Active","ServiceBusinessStatus":"Normal"}],"TotalCount":1}
privatelink.ListVpcEndpointServiceResources epsrv-1 {"Resources":[{"ResourceId":"lb-2","ResourceType":"slb","ZoneId":"z-a"}]}
privatelink.ListVpcEndpointConnections epsrv-1 {"Connections":[{"EndpointId":"ep-1","Zones":[{"ZoneId":"z-a"}]}],"TotalCount":"1"}
`

// declared is what the configuration of the small estate says.
func declared() Config {
	return Config{
		Proxies: []Proxy{{ECS: "i-1", Listen: 9201, Cluster: "es-1", Port: 9200}},
		OnPrem: []OnPrem{
			{Name: "office", CIDRs: []string{"192.168.0.0/24", "192.168.7.0/24"}, VPCs: []string{"vpc-1"}, Trusted: true},
			{Name: "branch", CIDRs: []string{"192.168.0.0/24"}, VPCs: []string{"vpc-1"}},
			{Name: "abroad", CIDRs: []string{"192.168.0.0/24"}, VPCs: []string{"vpc-4"}, Trusted: true},
		},
	}
}

// edits change the small estate: "deny OPERATION" refuses a call (with its
// subject when one follows), "drop OPERATION" leaves it out, and "OLD => NEW"
// replaces text everywhere.
type edits []string

// record makes a recording of the small estate with some edits.
func record(t *testing.T, changes edits) Recording {
	t.Helper()
	all := small
	verb := map[string]string{}
	for _, change := range changes {
		if old, new, ok := strings.Cut(change, " => "); ok {
			if !strings.Contains(all, old) {
				t.Fatalf("edit %q changes nothing", change)
			}
			all = strings.ReplaceAll(all, old, new)
			continue
		}
		what, call, _ := strings.Cut(change, " ")
		verb[call] = what
	}
	r := Recording{Account: "1", Regions: []string{"cn-hangzhou"}}
	done := map[string]bool{}
	for line := range strings.Lines(strings.TrimPrefix(all, "\n")) {
		parts := strings.SplitN(strings.TrimSpace(line), " ", 3)
		action := verb[parts[0]] + verb[parts[0]+" "+parts[1]]
		done[parts[0]], done[parts[0]+" "+parts[1]] = true, true
		if action == "drop" {
			continue
		}
		r.Lines = append(r.Lines, answerOf(t, parts[0], parts[1], parts[2]))
		if action == "deny" {
			r.Lines[len(r.Lines)-1].Status = 403
		}
	}
	for call := range verb {
		if !done[call] {
			t.Fatalf("edit of %q changes nothing", call)
		}
	}
	return r
}

// answerOf makes one line; the subject's parameter is the operation's own.
func answerOf(t *testing.T, name, subject, body string) Line {
	t.Helper()
	product, call, _ := strings.Cut(name, ".")
	params := map[string]any{}
	if subject != "-" {
		all := operations()
		i := slices.IndexFunc(all, func(op operation) bool { return op.product == product && op.name == call })
		params[strings.Fields(all[i].subject)[0]] = subject
	}
	text, err := json.Marshal(params)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := ParseLines(fmt.Appendf(nil, `{"region":"cn-hangzhou","product":%q,"operation":%q,"params":%s,"status":200,"body":%s}`, product, call, text, body))
	if err != nil {
		t.Fatalf("%s %s: %v", name, subject, err)
	}
	return lines[0]
}
