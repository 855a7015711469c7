package oracle

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// example is one line of an example estate's queries or verdicts.
type example struct {
	ID        string
	From, To  string
	Verdict   string
	DecidedBy []string `json:"decided_by"`
}

// The examples that may stand beside the checkout: every verdict, and what
// decided it. TestPaths judges the same code where they do not.
func TestExamples(t *testing.T) {
	dirs, err := filepath.Glob(filepath.FromSlash("../../../shared/conformance/reach/estate-*"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d example estates stand beside the checkout", len(dirs))
	for _, dir := range dirs {
		o, err := Open(os.DirFS(dir), Config{})
		if err != nil {
			t.Fatal(err)
		}
		queries := map[string]example{}
		for _, q := range examples(t, filepath.Join(dir, "queries.jsonl")) {
			queries[q.ID] = q
		}
		wanted := examples(t, filepath.Join(dir, "verdicts.jsonl"))
		if len(wanted) == 0 {
			t.Errorf("%s: no verdicts", dir)
		}
		for _, want := range wanted {
			q := queries[want.ID]
			got, err := o.Answer(q.From, q.To)
			by := []string{got.Kind, got.Control}
			if got.Control == "" {
				by[1] = "-"
			}
			if err != nil || got.Verdict.String() != want.Verdict || strings.Join(by, " ") != strings.Join(want.DecidedBy, " ") {
				t.Errorf("%s %s %s: %v by %v (%v), want %s by %v", filepath.Base(dir), q.From, q.To, got.Verdict, by, err, want.Verdict, want.DecidedBy)
			}
		}
	}
}

func examples(t *testing.T, name string) []example {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []example
	for line := range bytes.Lines(text) {
		var one example
		if err := json.Unmarshal(line, &one); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, one)
	}
	return out
}

const outside = "internet:203.0.113.9"

// host is the domain of es-1's endpoint, in the zonal form.
const host = "EP-1-z-a.epsrv-1.cn-hangzhou.privatelink.aliyuncs.com.:"

// tried is what the paths of one kind say about a query to the small estate,
// changed by edits. The control is the deciding one; no-path when there is no
// path of the kind.
type tried struct {
	from, to string
	changes  edits
	verdict  Verdict
	kind     string
	control  string
}

func publicPaths() []tried {
	return []tried{
		{outside, "es:es-1:9200", nil, Reachable, "P1", ""},
		{"internet:::ffff:203.0.113.9", "es:es-1:9200", nil, Reachable, "P1", ""},
		{"internet:203.0.114.9", "es:es-1:9200", nil, Blocked, "P1", "whitelist"},
		{"internet:10.0.1.1", "es:es-1:9200", nil, Blocked, "P1", "source-internet"},
		{outside, "es:es-1:9300", nil, Blocked, "P1", "port"},
		{outside, "es:es-1:9300", edits{`"esVersion":"7.10_with_X-Pack", => `}, Unknown, "P1", "port"},
		{outside, "es:es-1:9200", edits{`"status":"active","esVersion":"7 => "status":"inactive","esVersion":"7`}, Blocked, "P1", "cluster-status"},
		{outside, "es:es-1:9200", edits{`"status":"active","esVersion":"7 => "status":"invalid","esVersion":"7`}, Unknown, "P1", "cluster-status"},
		{outside, "es:es-1:9200", edits{`"enablePublic":true => "enablePublic":false`}, Blocked, "P1", "entry-exists"},
		{outside, "es:es-1:9200", edits{`"enablePublic":true, => `}, Unknown, "P1", "entry-exists"},
		{outside, "es:es-1:9200", edits{"deny elasticsearch.DescribeInstance es-1"}, Unknown, "P1", "entry-exists"},
		{outside, "es:es-1:9200", edits{`"publicPort":9200 => "publicPort":"0"`}, Reachable, "P1", ""},
		{outside, "es:es-1:9200", edits{`"publicPort":9200 => "publicPort":"9201"`}, Blocked, "P1", "port"},
		{"internet:192.0.2.1", "es:es-1:9200", edits{`"PUBLIC_ES","ips":["203.0.113.0/24"] => "PUBLIC_ES"`}, Unknown, "P1", "whitelist"},
		{outside, "es:es-1:9200", edits{`"publicIpWhitelist":["203.0.113.0/24"], => `, `"PUBLIC_ES" => "PRIVATE_KIBANA"`}, Unknown, "P1", "whitelist"},
		{outside, "es:es-1:9200", edits{`"publicIpWhitelist":["203.0.113.0/24"] => "publicIpWhitelist":[]`}, Reachable, "P1", ""},
		{outside, "kibana:es-1:5601", nil, Reachable, "P1", ""},
		{outside, "kibana:es-1:5601", edits{`"haveKibana":true,"enableKibanaPublicNetwork" => "enableKibanaPublicNetwork"`}, Unknown, "P1", "entry-exists"},
		{"internet:203.0.113.8", "kibana:es-1:5601", nil, Blocked, "P1", "whitelist"},
	}
}

func samePaths() []tried {
	return []tried{
		{"ecs:i-1", "es:es-1:9200", nil, Reachable, "P2", ""},
		{"ecs:i-1", "es:es-2:9200", nil, Blocked, "P2", "sg-egress"},
		{"ecs:i-1", "es:es-1:9200", edits{"deny ecs.DescribeSecurityGroupAttribute sg-1"}, Unknown, "P2", "sg-egress"},
		{"ecs:i-1", "es:es-1:9200", edits{`"1/65535" => "9201/65535"`}, Blocked, "P2", "nacl-egress"},
		{"ecs:i-1", "es:es-1:9200", edits{`"Port":"-1/-1" => "Port":"1/2000"`}, Unknown, "P2", "nacl-reply"},
		{"ecs:i-1", "es:es-1:9200", edits{`"Port":"-1/-1" => "Port":"1/1023"`}, Blocked, "P2", "nacl-reply"},
		{"ecs:i-1", "es:es-1:9200", edits{`"Type":"System"},{"RouteEntryId":"rte-2" => "Type":"Custom","NextHopType":"Instance"},{"RouteEntryId":"rte-2"`}, Unknown, "P2", "route"},
		{"ecs:i-1", "es:es-1:9200", edits{"drop elasticsearch.ListAllNode es-1"}, Unknown, "P2", "sg-egress"},
		{"ecs:i-1", "es:es-1:9200", edits{"drop elasticsearch.ListAllNode es-1", "10.0.1.20/32 => 10.0.2.20/32"}, Reachable, "P2", ""},
		{"ecs:i-1", "es:es-2:9200", edits{"drop elasticsearch.ListAllNode es-2", `["127.0.0.1"] => ["0.0.0.0"]`}, Unknown, "P2", "sg-egress"},
		{"ecs:i-1", "es:es-1:9200", edits{`"vsw-1","VpcId":"vpc-1","CidrBlock":"10.0.1.0/24" => "vsw-1","VpcId":"vpc-1"`}, Unknown, "P2", "sg-egress"},
		{"ecs:i-1", "es:es-1:9200", edits{`"IpAddress":["10.0.2.5"] => "IpAddress":[]`}, Unknown, "P2", "source-address"},
		{"ecs:i-1", "es:es-1:9200", edits{`"SecurityGroupId":"sg-1","SecurityGroupType":"normal" => "SecurityGroupId":"sg-1","SecurityGroupType":"enterprise"`}, Blocked, "P2", "sg-egress"},
		{"ecs:i-1", "es:es-1:9200", edits{`"SecurityGroupId":"sg-1","SecurityGroupType":"normal" => "SecurityGroupId":"sg-1"`}, Unknown, "P2", "sg-egress"},
		{"ecs:i-1", "es:es-1:9200", edits{"deny vpc.DescribeNetworkAclAttributes nacl-2"}, Unknown, "P2", "nacl-egress"},
		{"ecs:i-1", "es:es-1:9200", edits{"deny vpc.DescribeNetworkAclAttributes nacl-2",
			`[{"NetworkAclId":"nacl-2"}] => [{"NetworkAclId":"nacl-2","IngressAclEntries":{"IngressAclEntry":[]},"EgressAclEntries":{"EgressAclEntry":[]}}]`}, Blocked, "P2", "nacl-egress"},
		{"ecs:i-1", "es:es-1:9200", edits{"deny vpc.DescribeNetworkAclAttributes nacl-2",
			`[{"NetworkAclId":"nacl-2"}] => [{"NetworkAclId":"nacl-2","EgressAclEntries":{"EgressAclEntry":[]}}]`}, Unknown, "P2", "nacl-egress"},
		{"ecs:i-1", "es:es-1:9200", edits{`,"RouteTable":{"RouteTableId":"vtb-1"} => `}, Reachable, "P2", ""},
		{"ecs:i-1", "es:es-1:9200", edits{`,"RouteTable":{"RouteTableId":"vtb-1"} => `, "drop vpc.DescribeRouteTableList"}, Unknown, "P2", "route"},
		{"ecs:i-1", "es:es-1:9200", edits{`"10.0.0.0/16","Type":"System" => "10.9.0.0/16","Type":"System"`}, Blocked, "P2", "route"},
		{"vpc:vpc-1/10.0.2.77", "es:es-2:9300", nil, Blocked, "P2", "whitelist"},
		{"vpc:vpc-1/10.0.2.77", "kibana:es-1:9300", nil, Blocked, "P2", "port"},
		{"ecs:i-1", "es:es-1:9200", edits{`"privateNetworkIpWhiteList":["10.0.0.0/8,100 => "privateNetworkIpWhiteList":["10.1.0.0/16,100`}, Blocked, "P2", "whitelist"},
		{"vpc:vpc-1/10.0.2.77", "kibana:es-1:5601", nil, Reachable, "P2", ""},
		{"vpc:vpc-1/10.0.9.77", "kibana:es-1:5601", nil, Blocked, "P2", "source-address"},
		{"vpc:vpc-1/10.0.2.77", "kibana:es-1:5601", edits{"deny vpc.DescribeVSwitches"}, Unknown, "P2", "source-address"},
		{"ecs:i-2", "kibana:es-2:5602", nil, Reachable, "P2", ""},
		{"vpc:vpc-2/10.1.0.77", "kibana:es-2:5602", nil, Blocked, "P3", "entry-exists"},
		{"ecs:i-2", "kibana:es-2:5602", edits{"deny ecs.DescribeSecurityGroupAttribute sg-pvl"}, Unknown, "P2", "pvl-ingress"},
		{"ecs:i-2", "kibana:es-2:5602", edits{"deny elasticsearch.ListKibanaPvlNetwork es-2"}, Unknown, "P2", "pvl-ingress"},
		{"ecs:i-2", "kibana:es-2:5602", edits{`"archType":"public", => `}, Unknown, "P2", "entry-exists"},
	}
}

func peeredPaths() []tried {
	return []tried{
		{"ecs:i-2", "es:es-1:9200", nil, Reachable, "P3", ""},
		{"ecs:i-2", "es:es-1:9200", edits{`"Activated" => "Expired"`}, Blocked, "P3", "peering"},
		{"ecs:i-2", "es:es-1:9200", edits{`"Status":"Activated", => `}, Unknown, "P3", "peering"},
		{"ecs:i-2", "es:es-1:9200", edits{"deny vpcpeer.ListVpcPeerConnections"}, Unknown, "P3", "peering"},
		{"ecs:i-2", "es:es-1:9200", edits{`"10.1.0.0/16","Type":"Custom" => "10.9.0.0/16","Type":"Custom"`}, Blocked, "P3", "route-back"},
		{"ecs:i-2", "es:es-1:9200", edits{"deny vpc.DescribeRouteEntryList vtb-2"}, Unknown, "P3", "route-source"},
	}
}

func cenPaths() []tried {
	return []tried{
		{"ecs:i-3", "es:es-1:9200", nil, Reachable, "P4", ""},
		{"ecs:i-4", "es:es-1:9200", nil, Blocked, "P4", "cen"},
		{"ecs:i-3", "es:es-1:9200", edits{`"vpc-3","Status":"Attached" => "vpc-3","Status":"Attaching"`}, Blocked, "P4", "cen"},
		{"ecs:i-3", "es:es-1:9200", edits{`"TransitRouters":[],"TotalCount":0 => "TransitRouters":[{"TransitRouterId":"tr-1"}]`}, Unknown, "P4", "tr-tables"},
		{"ecs:i-3", "es:es-1:9200", edits{"deny cbn.DescribeCenAttachedChildInstances cen-1"}, Unknown, "P4", "cen"},
		{"ecs:i-3", "es:es-1:9200", edits{`"NextHopType":"Attachment","NextHopId":"tr-attach-3" => "NextHopType":"NatGateway"`}, Blocked, "P4", "route-source"},
		{"ecs:i-3", "es:es-1:9200", edits{"drop cbn.DescribeCens", "drop cbn.DescribeCenAttachedChildInstances cen-1"}, Unknown, "P4", "cen"},
		{"ecs:i-4", "es:es-1:9200", edits{"drop cbn.DescribeCenAttachedChildInstances cen-1", `"Cen":[{"CenId":"cen-1"}]},"TotalCount":1 => "Cen":[]},"TotalCount":0`}, Blocked, "P4", "no-path"},
	}
}

func balancerPaths() []tried {
	elsewhere := `"eni-es1","PrivateIpAddress":"10.0.1.10" => "eni-es1","PrivateIpAddress":"10.0.1.12"`
	return []tried{
		{"internet:198.51.100.8", "lb:lb-1:9200", nil, Reachable, "P5", ""},
		{outside, "lb:lb-1:9200", nil, Blocked, "P5", "listener-filter"},
		{outside, "lb:lb-1:9200", edits{"deny slb.DescribeAccessControlListAttribute acl-1"}, Unknown, "P5", "listener-filter"},
		{"internet:198.51.100.8", "lb:lb-1:80", nil, Blocked, "P5", "listener"},
		{"internet:198.51.100.8", "lb:lb-1:9200", edits{`"Weight":100}]}} => "Weight":0}]}}`}, Blocked, "P5", "backend-weight"},
		{"internet:198.51.100.8", "lb:lb-1:9200", edits{`"normal" => "abnormal"`}, Blocked, "P5", "backend-health"},
		{"internet:198.51.100.8", "lb:lb-1:9200", edits{"deny slb.DescribeVServerGroupAttribute rsp-1"}, Unknown, "P5", "backend"},
		{"internet:198.51.100.8", "lb:lb-1:9200", edits{`100.64.0.0/10 => 100.128.0.0/10`}, Blocked, "P5", "whitelist"},
		{"internet:198.51.100.8", "es:es-1:9200", nil, Reachable, "P5", ""},
		{"internet:198.51.100.8", "es:es-1:9201", nil, Blocked, "P5", "lb-facing"},
		{"internet:198.51.100.8", "lb:lb-1:9200", edits{"drop elasticsearch.ListAllNode es-1"}, Unknown, "P5", "backend-address"},
		{"internet:198.51.100.8", "lb:lb-1:9200", edits{"drop elasticsearch.ListAllNode es-1", `"eni-es1","PrivateIpAddress":"10.0.1.10" => "eni-es1","PrivateIpAddress":"10.0.2.9"`}, Blocked, "P5", "no-path"},
		{"internet:198.51.100.8", "lb:lb-1:9200", edits{elsewhere}, Blocked, "P5", "no-path"},
		{"internet:198.51.100.8", "lb:lb-1:9200", edits{elsewhere, "deny elasticsearch.DescribeInstance es-1"}, Unknown, "P5", "backend-address"},
		{"internet:198.51.100.8", "lb:lb-1:9200", edits{elsewhere, "deny elasticsearch.ListInstance"}, Unknown, "P5", "backend-address"},
		{"internet:198.51.100.8", "lb:lb-1:9200", edits{`["acl-1"] => ["acl-1","acl-2"]`}, Reachable, "P5", ""},
		{outside, "lb:lb-1:9200", edits{`["acl-1"] => ["acl-1","acl-2"]`}, Unknown, "P5", "listener-filter"},
		{outside, "lb:lb-1:9200", edits{`"AclType":"white" => "AclType":"black"`}, Reachable, "P5", ""},
		{outside, "lb:lb-1:9200", edits{`"AclType":"white","AclIds":["acl-1"] => "AclType":"white","AclIds":[],"AclId":"acl-3, acl-1"`}, Unknown, "P5", "listener-filter"},
		{outside, "lb:lb-1:9200", edits{`"AclType":"white","AclIds":["acl-1"] => "AclType":"white","AclIds":[]`}, Blocked, "P5", "listener-filter"},
		{"internet:198.51.100.8", "lb:lb-2:636", edits{`"InstanceId":"i-1"}]},"TotalCount":1 => "InstanceId":"lb-2"}]},"TotalCount":1`}, Blocked, "P5", "no-path"},
		{"internet:198.51.100.8", "es:es-1:9200", edits{"deny slb.DescribeLoadBalancerListeners"}, Unknown, "P5", "listener"},
		{"internet:198.51.100.8", "es:es-1:9200", edits{"deny slb.DescribeLoadBalancers", `"AclType":"white" => "AclType":"black"`}, Unknown, "P5", "lb-facing"},
		{"internet:2001:db8::1", "lb:lb-1:9200", nil, Blocked, "P5", "lb-facing"},
		{outside, "lb:lb-1:9200", edits{`"AclType":"white", => `}, Unknown, "P5", "listener-filter"},
		{"ecs:i-1", "lb:nlb-1:9200", edits{`"Running" => "Stopped"`}, Blocked, "P5", "listener"},
		{"ecs:i-1", "lb:nlb-1:9200", edits{`"ListenerProtocol":"TCP","ListenerStatus" => "ListenerStatus"`}, Unknown, "P5", "listener-protocol"},
		{"ecs:i-1", "lb:nlb-1:9200", edits{`"StartPort":"9000", => `}, Unknown, "P5", "listener"},
		{outside, "lb:nlb-1:9200", nil, Blocked, "P5", "lb-facing"},
		{outside, "lb:nlb-1:9200", edits{"deny vpc.DescribeEipAddresses"}, Unknown, "P5", "lb-facing"},
		{"ecs:i-1", "lb:nlb-1:9200", nil, Reachable, "P5", ""},
		{"ecs:i-1", "lb:nlb-1:9200", edits{`"IpAddress":["10.0.2.5"] => "IpAddress":[]`}, Unknown, "P5", "source-address"},
		{"ecs:i-1", "lb:nlb-1:9200", edits{`"SecurityGroupIds":[] => "SecurityGroupIds":["sg-1"]`}, Reachable, "P5", ""}, // in the same group
		{"vpc:vpc-1/10.0.2.5", "lb:nlb-1:9200", edits{`"SecurityGroupIds":[] => "SecurityGroupIds":["sg-1"]`}, Blocked, "P5", "listener-filter"},
		{"ecs:i-1", "lb:nlb-1:9200", edits{`,"SecurityGroupIds":[] => `}, Unknown, "P5", "listener-filter"},
		{"ecs:i-1", "lb:nlb-1:9200", edits{`"10.0.0.0/8,100.64.0.0/10" => "10.0.1.50/32,10.0.2.0/24"`}, Blocked, "P5", "whitelist"},
		{"ecs:i-1", "lb:nlb-1:9200", edits{`"10.0.0.0/8,100.64.0.0/10" => "10.0.1.50/32,10.0.2.0/24"`, `,"Ipv4LocalAddresses":["10.0.1.51"] => `}, Reachable, "P5", ""},
		{"ecs:i-1", "lb:nlb-1:9100", nil, Blocked, "P5", "backend-port"},
		{"ecs:i-2", "lb:nlb-1:9200", nil, Blocked, "P5", "lb-facing"},
		{"ecs:i-1", "lb:nlb-1:9200", edits{"deny nlb.GetLoadBalancerAttribute"}, Unknown, "P5", "lb-facing"},
		{"ecs:i-1", "lb:nlb-1:9200", edits{`"NonNormalServers":[] => "NonNormalServers":[{"ServerIp":"10.0.1.10","Port":1,"Status":"Unhealthy"}]`}, Blocked, "P5", "backend-health"},
	}
}

func natPaths() []tried {
	return []tried{
		{"internet:198.51.100.7", "es:es-1:9200", nil, Reachable, "P6", ""},
		{"internet:198.51.100.7", "es:es-1:9200", edits{`"InternalPort":"9200" => "InternalPort":"Any"`}, Reachable, "P6", ""},
		{"internet:198.51.100.7", "es:es-1:9200", edits{`"InternalPort":"9200" => "InternalPort":"9201/9300"`}, Blocked, "P6", "no-path"},
		{"internet:198.51.100.7", "es:es-1:9200", edits{`"IpProtocol":"TCP","Status" => "IpProtocol":"UDP","Status"`}, Blocked, "P6", "dnat-protocol"},
		{"internet:198.51.100.7", "es:es-1:9200", edits{`"NetworkType":"internet","Status":"Available" => "NetworkType":"internet","Status":"Creating"`}, Blocked, "P6", "dnat-status"},
		{"internet:198.51.100.8", "es:es-1:9200", nil, Blocked, "P6", "whitelist"},
		{"internet:2001:db8::1", "es:es-1:9200", nil, Blocked, "P6", "no-path"},
		{"internet:198.51.100.7", "es:es-1:9200", edits{`"InternalPort":"9200", => `}, Unknown, "P6", "dnat"},
		{"internet:198.51.100.7", "es:es-1:9200", edits{`"InternalPort":"9200","IpProtocol":"TCP", => "InternalPort":"9200",`}, Unknown, "P6", "dnat-protocol"},
		{"internet:198.51.100.7", "es:es-1:9200", edits{`"NetworkType":"internet","Status" => "NetworkType":"intranet","Status"`}, Blocked, "P6", "no-path"},
		{"internet:198.51.100.7", "es:es-1:9200", edits{`"nat-1","VpcId":"vpc-1" => "nat-1","VpcId":"vpc-2"`, "deny vpc.DescribeForwardTableEntries ftb-1"}, Blocked, "P6", "dnat"},
		{"internet:198.51.100.7", "es:es-1:9200", edits{"deny vpc.DescribeForwardTableEntries ftb-1"}, Unknown, "P6", "dnat"},
		{"internet:198.51.100.7", "es:es-1:9200", edits{"drop vpc.DescribeNatGateways"}, Unknown, "P6", "dnat"},
	}
}

func proxyPaths() []tried {
	shown, listed := `47.0.0.1"},"Vpc => "},"Vpc`, `"InstanceId":"i-1"}]},"TotalCount":1 => "InstanceId":""}]},"TotalCount":1` // without them the proxy has no EIP
	return []tried{
		{"internet:198.51.100.200", "es:es-1:9200", nil, Reachable, "P7", ""},
		{"internet:2001:db8::1", "es:es-1:9200", nil, Blocked, "P7", "no-path"},
		{"internet:198.51.100.200", "es:es-1:9200", edits{shown, listed}, Blocked, "P7", "no-path"},
		{"internet:198.51.100.200", "es:es-1:9200", edits{shown, listed,
			`"InternalIp":"10.0.1.10","InternalPort":"9200" => "InternalIp":"10.0.2.5","InternalPort":"9201"`}, Reachable, "P7", ""},
		{"internet:198.51.100.200", "es:es-1:9200", edits{shown, listed,
			`"eni-es1","Type":"eni","Port":9200 => "i-1","Type":"ecs","Port":9201`, `"Port":9200,"Protocol":"tcp","ServerId":"eni-es1" => "Port":9201,"Protocol":"tcp","ServerId":"i-1"`}, Reachable, "P7", ""},
		{"internet:198.51.100.200", "es:es-1:9200", edits{"9201/9201 => 9202/9202"}, Blocked, "P7", "sg-ingress"},
		{"internet:198.51.100.200", "es:es-1:9200", edits{`"1/65535" => "9201/65535"`}, Blocked, "P7", "nacl-egress"},
		{"internet:198.51.100.200", "es:es-1:9200", edits{shown, "deny vpc.DescribeEipAddresses"}, Unknown, "P7", "proxy"},
		{"internet:198.51.100.200", "es:es-1:9200", edits{"deny ecs.DescribeSecurityGroupAttribute sg-1"}, Unknown, "P7", "sg-ingress"},
	}
}

func onpremPaths() []tried {
	return []tried{
		{"onprem:office", "es:es-1:9200", nil, Reachable, "onprem", ""},
		{"onprem:office", "es:es-1:9200", edits{"192.168.0.0/16\"], => 192.168.0.0/24\"],"}, Unknown, "onprem", "whitelist"},
		{"onprem:office", "es:es-1:9200", edits{`"VpnGateway" => "NatGateway"`}, Blocked, "onprem", "route-back"},
		{"onprem:branch", "es:es-1:9200", nil, Unknown, "onprem", "source-address"},
		{"onprem:abroad", "es:es-1:9200", edits{`"Vpc":{"VpcId":"vpc-2"} => "Vpc":{"VpcId":"vpc-4"}`}, Reachable, "onprem", ""},
		{"onprem:abroad", "es:es-1:9200", edits{`"Vpc":{"VpcId":"vpc-2"} => "Vpc":{"VpcId":"vpc-4"}`, `"Activated" => "Expired"`}, Blocked, "onprem", "peering"},
		{"onprem:abroad", "es:es-1:9200", nil, Blocked, "onprem", "cen"},
	}
}

func outboundPaths() []tried {
	nlb := `"ResourceId":"lb-2" => "ResourceId":"nlb-1"`
	server := `"10.0.1.10","ServerType":"Ip","ServerIp":"10.0.1.10" => "i-1","ServerType":"Ecs","ServerIp":"10.0.2.5"`
	white := `"AclStatus":"off" => "AclStatus":"on","AclType":"white","AclIds":["acl-1"]`
	original := `"archType":"public","port => "port`
	eni := `"i-1","Type":"ecs" => "eni-1","Type":"eni"`
	health := `"i-1","ServerHealthStatus" => "eni-1","ServerHealthStatus"`
	open := "389/636 => 389/9300"
	keepsIP := `"PreserveClientIpEnabled":false => "PreserveClientIpEnabled":true`
	return []tried{
		{"es:es-1", host + "636", nil, Reachable, "E1", ""},
		{"es:es-1", "10.0.2.5:636", nil, Blocked, "E1", "host"},
		{"es:es-1", "ep-2.epsrv-1.cn-hangzhou.privatelink.aliyuncs.com:636", edits{"deny elasticsearch.ListVpcEndpoints es-1"}, Unknown, "E1", "host"},
		{"es:es-1", host + "389", nil, Blocked, "E1", "listener"},
		{"es:es-1", host + "636", edits{`"Connected","endpointBusiness => "Disconnected","endpointBusiness`}, Blocked, "E1", "endpoint-state"},
		{"es:es-1", host + "636", edits{`"Services":[{"ServiceId":"epsrv-1" => "Services":[{"ServiceId":"epsrv-9"`}, Unknown, "E1", "service"},
		{"es:es-1", host + "636", edits{`"slb","ZoneId":"z-a" => "slb","ZoneId":"z-b"`}, Blocked, "E1", "zone"},
		{"es:es-1", host + "636", edits{`"AclStatus":"off" => "AclStatus":"on","AclType":"black","AclIds":["acl-1"]`}, Unknown, "E1", "listener-filter"},
		{"es:es-1", host + "636", edits{`{"ServerId":"i-1","Type":"ecs","Weight":100} => `}, Blocked, "E1", "backend"},
		{"es:es-1", host + "636", edits{white}, Unknown, "E1", "listener-filter"},
		{"es:es-1", host + "636", edits{white, `"TotalAclEntry":1 => "TotalAclEntry":2`, `{"AclEntryIP":"198.51.100.99/24"} => {"AclEntryIP":"0.0.0.0/1"},{"AclEntryIP":"128.0.0.0/1"}`}, Reachable, "E1", ""},
		{"es:es-1", host + "636", edits{white, `198.51.100.99/24 => ::/0`}, Blocked, "E1", "listener-filter"},
		{"es:es-1", host + "636", edits{white, "deny slb.DescribeAccessControlListAttribute"}, Unknown, "E1", "listener-filter"},
		{"es:es-1", host + "636", edits{"drop slb.DescribeLoadBalancers", "drop slb.DescribeLoadBalancerAttribute lb-2", "drop slb.DescribeLoadBalancerListeners"}, Unknown, "E1", "lb-active"},
		{"es:es-1", host + "636", edits{`"BackendServerPort":636 => "VServerGroupId":"rsp-9"`}, Unknown, "E1", "backend"},
		{"es:es-1", host + "636", edits{`"LoadBalancerStatus":"active","AddressType":"intranet" => "LoadBalancerStatus":"active","AddressType":"internet"`}, Blocked, "E1", "lb-internal"},
		{"es:es-1", host + "636", edits{eni, health}, Reachable, "E1", ""},
		{"es:es-1", host + "636", edits{eni, health, "deny elasticsearch.ListInstance"}, Unknown, "E1", "backend-admits"},
		{"es:es-1", host + "9200", edits{nlb}, Reachable, "E1", ""},
		{"es:es-1", host + "9200", edits{nlb, "10.0.0.0/8,100.64 => 10.1.0.0/16,100.64"}, Blocked, "E1", "backend-admits"},
		{"es:es-1", host + "9200", edits{nlb, server}, Blocked, "E1", "backend-admits"},
		{"es:es-1", host + "9200", edits{nlb, server, open}, Reachable, "E1", ""},
		{"es:es-1", host + "9200", edits{nlb, server, open, keepsIP}, Unknown, "E1", "backend-admits"},
		{"es:es-1", host + "9200", edits{nlb, server, open, `"10.0.0.0/8"},{"SecurityGroupRuleId":"sgr-3" => "0.0.0.0/0"},{"SecurityGroupRuleId":"sgr-3"`, keepsIP}, Reachable, "E1", ""},
		{"es:es-1", host + "9200", edits{nlb, server, open, `"ServerType":"Ecs" => "ServerType":"Ip"`}, Unknown, "E1", "backend-admits"},
		{"es:es-1", host + "9200", edits{nlb, server, open, "deny nlb.GetLoadBalancerAttribute"}, Unknown, "E1", "backend-admits"},
		{"es:es-1", host + "636", edits{"deny slb.DescribeHealthStatus lb-2"}, Unknown, "E1", "backend-health"},

		{"es:es-2", "10.0.2.5:636", edits{original}, Reachable, "E2", ""},
		{"es:es-2", "10.0.2.5:637", edits{original}, Blocked, "E2", "sg-ingress"},
		{"es:es-2", "10.0.2.6:636", edits{original}, Unknown, "E2", "host"},
		{"es:es-2", "10.0.2.5:636", edits{original, "deny elasticsearch.ListVpcEndpoints es-2"}, Unknown, "E1", "arch"},
	}
}

// ofKind is what the paths of one kind say together.
func ofKind(all []Path, kind string) Answer {
	var paths []Path
	for _, p := range all {
		if p.Kind == kind {
			paths = append(paths, p)
		}
	}
	return answer(paths)
}

func TestPaths(t *testing.T) {
	seen := map[string]map[Verdict]bool{}
	for _, p := range slices.Concat(publicPaths(), samePaths(), peeredPaths(), cenPaths(), balancerPaths(),
		natPaths(), proxyPaths(), onpremPaths(), outboundPaths()) {
		got, err := New(declared(), record(t, p.changes)).Answer(p.from, p.to)
		if err != nil {
			t.Errorf("%s %s with %v: %v", p.from, p.to, p.changes, err)
			continue
		}
		have := ofKind(got.Paths, p.kind)
		if have.Verdict != p.verdict || have.Control != p.control {
			t.Errorf("%s %s with %v: %s is %v by %q, want %v by %q\n%v", p.from, p.to, p.changes,
				p.kind, have.Verdict, have.Control, p.verdict, p.control, got.Paths)
		}
		if seen[p.kind] == nil {
			seen[p.kind] = map[Verdict]bool{}
		}
		seen[p.kind][p.verdict] = p.control != "no-path"
	}
	for _, kind := range []string{"P1", "P2", "P3", "P4", "P5", "P6", "P7", "onprem", "E1", "E2"} {
		if len(seen[kind]) != 3 {
			t.Errorf("%s is tried for %v only", kind, seen[kind])
		}
	}
}

// The paths of a query together, and what no path answers (SEMANTICS 1).
func TestAnswers(t *testing.T) {
	for _, q := range []struct {
		from, to string
		changes  edits
		verdict  Verdict
		kind     string
	}{
		{outside, "es:es-1:9200", nil, Reachable, "P1"},
		{"internet:198.51.100.8", "es:es-1:9200", nil, Reachable, "P5"},
		{"internet:192.0.2.1", "es:es-1:9200", nil, Blocked, "P1"},
		{"internet:192.0.2.1", "es:es-1:9200", edits{"deny slb.DescribeLoadBalancers"}, Unknown, "P5"},
		{"ecs:i-9", "es:es-1:9200", edits{"deny ecs.DescribeInstances"}, Unknown, "none"},
		{"vpc:vpc-9/10.0.0.1", "es:es-1:9200", edits{"drop vpc.DescribeVpcs"}, Unknown, "none"},
		{outside, "es:es-9:9200", edits{"deny elasticsearch.ListInstance"}, Unknown, "none"},
		{outside, "lb:lb-9:80", edits{"deny slb.DescribeLoadBalancers"}, Unknown, "none"},
		{"es:es-9", "ldap.corp.example:636", edits{"deny elasticsearch.ListInstance"}, Unknown, "none"},
	} {
		got, err := New(declared(), record(t, q.changes)).Answer(q.from, q.to)
		if err != nil || got.Verdict != q.verdict || got.Kind != q.kind {
			t.Errorf("%s %s with %v: %v by %s (%v), want %v by %s", q.from, q.to, q.changes, got.Verdict, got.Kind, err, q.verdict, q.kind)
		}
	}
	o := New(declared(), record(t, edits{"deny slb.DescribeLoadBalancers"}))
	for _, bad := range [][2]string{
		{"internet:203.0.113", "es:es-1:9200"}, {"internet:fe80::1%eth0", "es:es-1:9200"}, {"internet:203.0.113.9", "es:es-1:0"},
		{"internet:203.0.113.9", "es:es-1:+80"}, {"internet:203.0.113.9", "es:es-1:65536"}, {"internet:203.0.113.9", "es:es-1"},
		{"internet:203.0.113.9", "ldap.corp.example:636"}, {"onprem:office", "kibana:es-1:5601"}, {"onprem:office", "lb:lb-1:9200"},
		{"onprem:nowhere", "es:es-1:9200"}, {"ecs:i-9", "es:es-1:9200"}, {"vpc:vpc-9/10.0.0.1", "es:es-1:9200"}, {"vpc:vpc-1", "es:es-1:9200"},
		{"es:es-1", "es:es-2:9200"}, {"es:es-1", "ldap.corp.example"}, {"es:es-1", "::1:80"}, {"es:es-1", "[10.0.2.5]:80"}, {"es:es-1", "[host]:80"}, {"es:es-9", "ldap.corp.example:636"},
		{outside, "es:es-9:9200"}, {outside, "lb:nlb-9:80"}, {"kibana:es-1", "es:es-1:9200"}, {"", "es:es-1:9200"},
	} {
		if got, err := o.Answer(bad[0], bad[1]); err == nil {
			t.Errorf("%q to %q is answered: %v", bad[0], bad[1], got.Verdict)
		}
	}
}
