package graph_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
)

// What random estates hardly ever have is written by hand here. spoken makes an
// account of lines: region, product.operation, the parameter that names the
// subject or -, and the body. A line of the same call before it is replaced.
func spoken(t testing.TB, lines ...string) twins {
	t.Helper()
	return declared(t, config.Config{}, lines...)
}

// declared is spoken, with a configuration.
func declared(t testing.TB, c config.Config, lines ...string) twins {
	t.Helper()
	part := recording.Part{Account: "1", Regions: []string{"cn-hangzhou", "cn-beijing"}}
	at := map[string]int{}
	for line := range strings.Lines(strings.Join(lines, "\n")) {
		words := strings.SplitN(strings.TrimSpace(line), " ", 4)
		if len(words) < 4 {
			continue
		}
		product, operation, _ := strings.Cut(words[1], ".")
		params := map[string]string{}
		if name, id, ok := strings.Cut(words[2], "="); ok {
			params[name] = id
		}
		a := answer(product, operation, params, json.RawMessage(words[3]))
		a.Request.Region = words[0]
		key := strings.Join(words[:3], " ")
		i, there := at[key]
		if !there {
			i = len(part.Answers)
			part.Answers, at[key] = append(part.Answers, a), i
		}
		part.Answers[i] = a
	}
	return newTwins(t, c, part)
}

// asked is the answer to a question that both evaluators give.
func (w twins) asked(t *testing.T, from, to string) graph.Answer {
	t.Helper()
	a, err := w.fast.Reach(from, to)
	if err != nil {
		t.Fatal(err)
	}
	if d := w.differ(from, to, decided{}); d != "" {
		t.Errorf("%s -> %s: %s\n%s", from, to, d, w.told(from, to))
	}
	return a
}

// aCluster is a cluster behind a network load balancer that listens on a range
// of ports, and uses one itself through a private connection.
const aCluster = `
cn-hangzhou elasticsearch.ListInstance - {"Result":[{"instanceId":"es-cn-a"}],"Headers":{"X-Total-Count":1}}
cn-hangzhou elasticsearch.DescribeInstance InstanceId=es-cn-a {"Result":{"instanceId":"es-cn-a","status":"active","esVersion":"7.10","serviceVpc":true,"archType":"public","privateNetworkIpWhiteList":["10.1.0.0/24"],"networkConfig":{"vpcId":"vpc-a","vswitchId":"vsw-a"}}}
cn-hangzhou elasticsearch.ListAllNode InstanceId=es-cn-a {"Result":[{"nodeType":"WORKER","host":"10.1.0.10"}]}
cn-hangzhou elasticsearch.ListVpcEndpoints InstanceId=es-cn-a {"Result":[{"endpointId":"ep-a","endpointDomain":"ep-a.epsrv-a.cn-hangzhou.privatelink.aliyuncs.com","endpointStatus":"Active","connectionStatus":"Connected","endpointBusinessStatus":"Normal","serviceId":"epsrv-a","zoneId":"z"}]}
cn-hangzhou vpc.DescribeVSwitches - {"VSwitches":{"VSwitch":[{"VSwitchId":"vsw-a","VpcId":"vpc-a","CidrBlock":"10.1.0.0/24"}]},"TotalCount":1}
cn-hangzhou vpc.DescribeEipAddresses - {"EipAddresses":{"EipAddress":[]},"TotalCount":0}
cn-hangzhou privatelink.ListVpcEndpointServices - {"Services":[{"ServiceId":"epsrv-a","ServiceStatus":"Active","ServiceBusinessStatus":"Normal"}],"TotalCount":1}
cn-hangzhou privatelink.ListVpcEndpointServiceResources ServiceId=epsrv-a {"Resources":[{"ResourceId":"nlb-b","ResourceType":"nlb","ZoneId":"z"}]}
cn-hangzhou nlb.ListLoadBalancers - {"LoadBalancers":[{"LoadBalancerId":"nlb-a"},{"LoadBalancerId":"nlb-b"}],"TotalCount":2}
cn-hangzhou nlb.GetLoadBalancerAttribute LoadBalancerId=nlb-a {"LoadBalancerId":"nlb-a","VpcId":"vpc-a","AddressType":"Internet","LoadBalancerStatus":"Active","LoadBalancerBusinessStatus":"Normal","SecurityGroupIds":[],"ZoneMappings":[{"LoadBalancerAddresses":[{"PrivateIPv4Address":"10.1.0.20"}]}]}
cn-hangzhou nlb.GetLoadBalancerAttribute LoadBalancerId=nlb-b {"LoadBalancerId":"nlb-b","VpcId":"vpc-a","AddressType":"Intranet","LoadBalancerStatus":"Active","LoadBalancerBusinessStatus":"Normal","SecurityGroupIds":[],"ZoneMappings":[{"LoadBalancerAddresses":[{"PrivateIPv4Address":"10.1.0.21"}]}]}
cn-hangzhou nlb.ListListeners - {"Listeners":[{"ListenerId":"lsn-a","LoadBalancerId":"nlb-a","ListenerPort":0,"StartPort":"9199","EndPort":"9300","ListenerProtocol":"TCP","ListenerStatus":"Running","ServerGroupId":"sgp-a"},{"ListenerId":"lsn-b","LoadBalancerId":"nlb-b","ListenerPort":636,"ListenerProtocol":"TCP","ListenerStatus":"Running","ServerGroupId":"sgp-b"}],"TotalCount":2}
cn-hangzhou nlb.ListServerGroups - {"ServerGroups":[{"ServerGroupId":"sgp-a","VpcId":"vpc-a","AnyPortEnabled":false},{"ServerGroupId":"sgp-b","VpcId":"vpc-a","AnyPortEnabled":false,"PreserveClientIpEnabled":false}],"TotalCount":2}
cn-hangzhou nlb.ListServerGroupServers ServerGroupId=sgp-a {"Servers":[{"ServerId":"eni-a","ServerIp":"10.1.0.10","ServerType":"Eni","Port":9200,"Weight":100}],"TotalCount":1}
cn-hangzhou nlb.ListServerGroupServers ServerGroupId=sgp-b {"Servers":[{"ServerId":"i-b","ServerIp":"10.1.0.30","ServerType":"Ecs","Port":636,"Weight":100}],"TotalCount":1}
cn-hangzhou nlb.GetListenerHealthStatus ListenerId=lsn-a {"ListenerHealthStatus":[{"ListenerId":"lsn-a","ServerGroupInfos":[{"ServerGroupId":"sgp-a","HeathCheckEnabled":true,"NonNormalServers":[]}]}],"TotalCount":1}
cn-hangzhou nlb.GetListenerHealthStatus ListenerId=lsn-b {"ListenerHealthStatus":[{"ListenerId":"lsn-b","ServerGroupInfos":[{"ServerGroupId":"sgp-b","HeathCheckEnabled":true,"NonNormalServers":[]}]}],"TotalCount":1}
cn-hangzhou ecs.DescribeInstances - {"Instances":{"Instance":[{"InstanceId":"i-b","SecurityGroupIds":{"SecurityGroupId":["sg-b"]},"VpcAttributes":{"VpcId":"vpc-a","VSwitchId":"vsw-a","PrivateIpAddress":{"IpAddress":["10.1.0.30"]}}}]},"TotalCount":1}
cn-hangzhou ecs.DescribeSecurityGroups - {"SecurityGroups":{"SecurityGroup":[{"SecurityGroupId":"sg-b","SecurityGroupType":"normal","VpcId":"vpc-a"}]},"TotalCount":1}
`

const outside = "internet:198.51.100.7"

// A server that answers at the listener's own port is healthy at one port of a
// range and not at another, whichever is asked for first.
func TestHealthAtEachPortOfARange(t *testing.T) {
	const anyPort = `
cn-hangzhou nlb.ListServerGroups - {"ServerGroups":[{"ServerGroupId":"sgp-a","VpcId":"vpc-a","AnyPortEnabled":true}],"TotalCount":1}
cn-hangzhou nlb.ListServerGroupServers ServerGroupId=sgp-a {"Servers":[{"ServerId":"eni-a","ServerIp":"10.1.0.10","ServerType":"Eni","Port":1,"Weight":100}],"TotalCount":1}
cn-hangzhou nlb.GetListenerHealthStatus ListenerId=lsn-a {"ListenerHealthStatus":[{"ListenerId":"lsn-a","ServerGroupInfos":[{"ServerGroupId":"sgp-a","HeathCheckEnabled":true,"NonNormalServers":[{"ServerIp":"10.1.0.10","Port":9200,"Status":"Unhealthy"}]}]}],"TotalCount":1}`
	want := map[int]graph.Verdict{9199: graph.Reachable, 9200: graph.Blocked, 9201: graph.Reachable, 9300: graph.Reachable}
	for _, order := range [][]int{{9199, 9200, 9201, 9300}, {9201, 9200, 9199}, {9200, 9201}, {9300, 9200}} {
		w := spoken(t, aCluster, anyPort)
		for _, port := range order {
			to := fmt.Sprintf("lb:nlb-a:%d", port)
			var health []graph.Verdict
			for _, p := range w.asked(t, outside, to).Paths {
				health = append(health, said(p, "backend-health"))
			}
			if !slices.Equal(health, []graph.Verdict{want[port]}) {
				t.Errorf("asked in the order %v, the server at %d is %v, want %s", order, port, health, want[port])
			}
		}
	}
}

// said is what a control says on a path.
func said(p graph.Path, control string) graph.Verdict {
	i := slices.IndexFunc(p.Hops, func(h graph.Hop) bool { return h.Control == control })
	if i < 0 {
		return graph.Unknown
	}
	return p.Hops[i].Verdict
}

// Health is that of the listener that was asked for, unless it says that it is
// another one's.
func TestHealthOfAnotherListener(t *testing.T) {
	const info = `"ServerGroupInfos":[{"ServerGroupId":"sgp-a","HeathCheckEnabled":true,"NonNormalServers":[]}]`
	for whose, want := range map[string]graph.Verdict{`"ListenerId":"lsn-a",`: graph.Reachable, ``: graph.Reachable, `"ListenerId":"lsn-b",`: graph.Unknown} {
		w := spoken(t, aCluster, `cn-hangzhou nlb.GetListenerHealthStatus ListenerId=lsn-a {"ListenerHealthStatus":[{`+whose+info+`}],"TotalCount":1}`)
		if a := w.asked(t, outside, "lb:nlb-a:9200"); a.Verdict != want {
			t.Errorf("%s: %s, want %s\n%s", whose, a.Verdict, want, told(a))
		}
	}
}

// A listener that does not say of which load balancer it is may be any one's,
// of its own kind.
func TestListenersOfNobody(t *testing.T) {
	const (
		network = `cn-hangzhou nlb.GetListenerAttribute ListenerId=lsn-c {"ListenerId":"lsn-c","ListenerPort":443,"ListenerProtocol":"TCP","ListenerStatus":"Running","ServerGroupId":"sgp-a"}`
		classic = `cn-hangzhou slb.DescribeLoadBalancerListeners - {"Listeners":[{"ListenerPort":443,"ListenerProtocol":"tcp","Status":"running"}],"TotalCount":1}`
		byID    = `cn-hangzhou slb.DescribeLoadBalancerListeners - {"Listeners":[{"ListenerId":"lsn-c","ListenerPort":443,"ListenerProtocol":"tcp","Status":"running"}],"TotalCount":1}`
	)
	for _, c := range []struct {
		name, line string
		want       graph.Verdict
	}{{"none", "", graph.Blocked}, {"a network one's", network, graph.Unknown}, {"a classic one's", classic, graph.Blocked}, {"a classic one's, which has an id", byID, graph.Blocked}} {
		if a := spoken(t, aCluster, c.line).asked(t, outside, "lb:nlb-a:443"); a.Verdict != c.want {
			t.Errorf("%s: %s, want %s\n%s", c.name, a.Verdict, c.want, told(a))
		}
	}
}

// A host behind a network load balancer sees its addresses, or those of its
// clients: then it is reached when it admits everybody.
func TestHostsBehindANetworkLoadBalancer(t *testing.T) {
	for _, c := range []struct {
		preserve, admits string
		want             graph.Verdict
	}{
		{`,"PreserveClientIpEnabled":true`, "0.0.0.0/0", graph.Reachable},
		{`,"PreserveClientIpEnabled":true`, "10.1.0.0/24", graph.Unknown},
		{`,"PreserveClientIpEnabled":true`, "10.9.0.0/24", graph.Unknown},
		{`,"PreserveClientIpEnabled":false`, "0.0.0.0/0", graph.Reachable},
		{`,"PreserveClientIpEnabled":false`, "10.1.0.0/24", graph.Reachable},
		{`,"PreserveClientIpEnabled":false`, "10.9.0.0/24", graph.Blocked},
		{``, "0.0.0.0/0", graph.Reachable},
		{``, "10.1.0.0/24", graph.Unknown},
	} {
		w := spoken(t, aCluster,
			`cn-hangzhou nlb.ListServerGroups - {"ServerGroups":[{"ServerGroupId":"sgp-b","VpcId":"vpc-a","AnyPortEnabled":false`+c.preserve+`}],"TotalCount":1}`,
			`cn-hangzhou ecs.DescribeSecurityGroupAttribute SecurityGroupId=sg-b {"SecurityGroupId":"sg-b","VpcId":"vpc-a","InnerAccessPolicy":"Accept","Permissions":{"Permission":[{"Direction":"ingress","IpProtocol":"TCP","PortRange":"636/636","SourceCidrIp":"`+c.admits+`","Policy":"Accept","Priority":"1"}]}}`,
		)
		if a := w.asked(t, "es:es-cn-a", "ep-a.epsrv-a.cn-hangzhou.privatelink.aliyuncs.com:636"); a.Verdict != c.want {
			t.Errorf("%s, admits %s: %s, want %s\n%s", c.preserve, c.admits, a.Verdict, c.want, told(a))
		}
	}
}

// A private connection of Kibana exists when it is connected; where that is not
// said, nobody knows.
func TestPrivateKibanaWithoutItsStatus(t *testing.T) {
	for status, want := range map[string]map[string]graph.Verdict{
		`"endpointStatus":"Connected",`: {"public": graph.Reachable, "exclusive": graph.Blocked},
		``:                              {"public": graph.Unknown, "exclusive": graph.Blocked},
	} {
		for arch, want := range want {
			w := spoken(t, aCluster,
				`cn-hangzhou elasticsearch.DescribeInstance InstanceId=es-cn-a {"Result":{"instanceId":"es-cn-a","status":"active","archType":"`+arch+`","haveKibana":false,"networkConfig":{"vpcId":"vpc-a","vswitchId":"vsw-a"}}}`,
				`cn-hangzhou elasticsearch.ListKibanaPvlNetwork InstanceId=es-cn-a {"Result":[{"pvlId":"pvl-a",`+status+`"vpcId":"vpc-a","vSwitchIdsZone":[{"vswitchId":"vsw-a"}],"securityGroups":["sg-b"]}]}`,
			)
			found := 0
			for _, p := range w.asked(t, "vpc:vpc-a/10.1.0.9", "kibana:es-cn-a:5601").Paths {
				if p.Entry != graph.KibanaPVL {
					continue
				}
				if found++; said(p, "entry-exists") != want {
					t.Errorf("%s%s: exists: %s, want %s", status, arch, said(p, "entry-exists"), want)
				}
			}
			if found != 1 {
				t.Errorf("%s%s: %d connections", status, arch, found)
			}
		}
	}
}

// A VPC that no list holds stands where anything names it: what is known of its
// addresses decides. One that a list holds stands there, whoever names it.
func TestWhereAVPCStands(t *testing.T) {
	const (
		noSwitches = "\ncn-hangzhou vpc.DescribeVSwitches - {\"VSwitches\":{\"VSwitch\":[]},\"TotalCount\":0}"
		far        = "\ncn-beijing vpc.DescribeVpcs - {\"Vpcs\":{\"Vpc\":[{\"VpcId\":\"vpc-a\"}]},\"TotalCount\":1}"
		farSwitch  = "\ncn-beijing vpc.DescribeVSwitches - {\"VSwitches\":{\"VSwitch\":[{\"VSwitchId\":\"vsw-c\",\"CidrBlock\":\"10.1.1.0/24\"}]},\"TotalCount\":1}"
	)
	for _, c := range []struct {
		name, lines string
		want        graph.Verdict
	}{
		{"named by a cluster", noSwitches, graph.Blocked},
		{"listed in another region, of which nothing is known", noSwitches + far, graph.Unknown},
		{"listed in another region, where a vSwitch may hold it", noSwitches + far + farSwitch, graph.Unknown},
	} {
		a, err := spoken(t, aCluster, c.lines).fast.Reach("vpc:vpc-a/10.1.1.9", "es:es-cn-a:9200")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for _, p := range a.Paths {
			if got := said(p, "source-address"); got != c.want {
				t.Errorf("%s: the address is %s, want %s\n%s", c.name, got, c.want, told(a))
			}
		}
	}
}

// Settings that were changed while a cluster runs come as a text. One that is no
// JSON says nothing, one that nests deep what others do.
func TestDynamicSettingsAreText(t *testing.T) {
	deep := strings.Repeat(`{\"a\":`, 150) + "1" + strings.Repeat("}", 150)
	for text, want := range map[string]string{
		`{\"persistent\":{\"cluster.remote.other.seeds\":[\"10.0.0.1:9300\"]},\"transient\":{}}`:           "cluster.remote.other.seeds",
		`{\"persistent\":{\"cluster.remote.other.seeds\":[\"10.0.0.1:9300\"]},\"transient\":` + deep + `}`: "cluster.remote.other.seeds",
		`{\"persistent\":{},\"transient\":{}}`:                                                             "",
		`{\"persistent\":`:                                                                                 "",
	} {
		g := spoken(t, aCluster, `cn-hangzhou elasticsearch.DescribeDynamicSettings InstanceId=es-cn-a {"Result":"`+text+`"}`).fast
		features := g.Features(g.Cluster("es-cn-a"))
		i := slices.IndexFunc(features, func(f graph.Feature) bool { return f.Name == graph.RemoteCluster })
		if i < 0 || features[i].Origin != want {
			t.Errorf("%s: %+v, want a remote cluster by %q", text, features, want)
		}
	}
}

// A child of a CEN that does not say what it is may be a VPC; a private
// connection of the account's own is drawn at its VPC, where it says one.
func TestRareThingsAreDrawn(t *testing.T) {
	w := spoken(t, aCluster, `
cn-hangzhou cbn.DescribeCens - {"Cens":{"Cen":[{"CenId":"cen-a"}]},"TotalCount":1}
cn-hangzhou cbn.DescribeCenAttachedChildInstances CenId=cen-a {"ChildInstances":{"ChildInstance":[{"ChildInstanceId":"vpc-a","Status":"Attached"},{"ChildInstanceId":"vpc-c","ChildInstanceType":"vpc","Status":"Attached"},{"ChildInstanceId":"vbr-a","ChildInstanceType":"VBR","Status":"Attached"}]},"TotalCount":3}
cn-hangzhou privatelink.ListVpcEndpoints - {"Endpoints":[{"EndpointId":"ep-own","VpcId":"vpc-c","ServiceId":"epsrv-a"},{"EndpointId":"ep-bare","ServiceId":"epsrv-a"}],"TotalCount":2}
`)
	var got []string
	for _, j := range w.fast.View().Joins() {
		from, to := j.Ends()
		if j.Kind == "joins" && to.Kind == graph.CEN || to.Kind == graph.Endpoint {
			got = append(got, from.Key+" "+j.Kind+" "+to.Key)
		}
	}
	slices.Sort(got)
	if want := []string{"es-cn-a uses ep-a", "vpc-a joins cen-a", "vpc-c joins cen-a", "vpc-c uses ep-own"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Of a vSwitch that several route tables list, it is not known which one it has;
// one table may list it twice.
func TestVSwitchesInSeveralTables(t *testing.T) {
	const (
		one    = `{"RouteTableId":"vtb-1","VSwitchIds":{"VSwitchId":["vsw-a"]}}`
		twice  = `{"RouteTableId":"vtb-1","VSwitchIds":{"VSwitchId":["vsw-a","vsw-a"]}}`
		second = `{"RouteTableId":"vtb-2","VSwitchIds":{"VSwitchId":["vsw-a"]}}`
		third  = `{"RouteTableId":"vtb-3","VSwitchIds":{"VSwitchId":["vsw-a"]}}`
		route  = `{"RouteEntrys":{"RouteEntry":[{"DestinationCidrBlock":"10.1.0.0/16","Type":"System","NextHopType":"local"}]}}`
	)
	for _, c := range []struct {
		tables []string
		want   graph.Verdict
	}{
		{nil, graph.Unknown}, {[]string{one}, graph.Reachable}, {[]string{twice}, graph.Reachable},
		{[]string{one, second}, graph.Unknown}, {[]string{one, second, third}, graph.Unknown},
	} {
		w := spoken(t, aCluster,
			`cn-hangzhou vpc.DescribeRouteTableList - {"RouterTableList":{"RouterTableListType":[`+strings.Join(c.tables, ",")+`]}}`,
			"cn-hangzhou vpc.DescribeRouteEntryList RouteTableId=vtb-1 "+route, "cn-hangzhou vpc.DescribeRouteEntryList RouteTableId=vtb-2 "+route,
			"cn-hangzhou vpc.DescribeRouteEntryList RouteTableId=vtb-3 "+route,
		)
		if a := w.asked(t, "vpc:vpc-a/10.1.0.9", "es:es-cn-a:9200"); a.Verdict != c.want {
			t.Errorf("%q: %s, want %s\n%s", c.tables, a.Verdict, c.want, told(a))
		}
	}
}

// A proxy has an elastic IP that names it or an interface of it, or a public one
// of its own. Where answers differ, that is not known, unless none of them says it.
func TestPublicAddressesOfAProxy(t *testing.T) {
	const lists = `
cn-hangzhou slb.DescribeLoadBalancers - {"LoadBalancers":{"LoadBalancer":[]},"TotalCount":0}
cn-hangzhou vpc.DescribeNatGateways - {"NatGateways":{"NatGateway":[]},"TotalCount":0}
cn-hangzhou ecs.DescribeNetworkInterfaces - {"NetworkInterfaceSets":{"NetworkInterfaceSet":[{"NetworkInterfaceId":"eni-b","InstanceId":"i-b"},{"NetworkInterfaceId":"eni-y","InstanceId":"i-y"}]},"TotalCount":2}`
	elastic := func(by, id string) string {
		return "cn-hangzhou vpc.DescribeEipAddresses " + by + `=x {"EipAddresses":{"EipAddress":[{"AllocationId":"eip-a","IpAddress":"203.0.113.1","InstanceId":"` + id + `"}]},"TotalCount":1}`
	}
	own := func(by, ips string) string {
		return "cn-hangzhou ecs.DescribeInstances " + by + `=x {"Instances":{"Instance":[{"InstanceId":"i-b","PublicIpAddress":{"IpAddress":` + ips + `}}]},"TotalCount":1}`
	}
	w := func(lines ...string) []string { return lines }
	for _, c := range []struct {
		lines []string
		want  graph.Verdict
	}{
		{nil, graph.Blocked},
		{w(elastic("AllocationId", "i-b")), graph.Reachable},
		{w(elastic("AllocationId", "eni-b")), graph.Reachable},
		{w(elastic("AllocationId", "i-y")), graph.Blocked},
		{w(elastic("AllocationId", "i-b"), elastic("Status", "i-z")), graph.Unknown},
		{w(elastic("AllocationId", "eni-b"), elastic("Status", "i-z")), graph.Unknown},
		{w(elastic("AllocationId", "i-y"), elastic("Status", "i-z")), graph.Blocked},
		{w(elastic("AllocationId", "eni-y"), elastic("Status", "i-z")), graph.Blocked},
		{w(own("VpcId", `["203.0.113.5"]`)), graph.Reachable},
		{w(own("VpcId", `[]`)), graph.Blocked},
		{w(own("VpcId", `"203.0.113.5"`)), graph.Blocked},
		{w(own("VpcId", `["203.0.113.5"]`), own("Status", `["203.0.113.6"]`)), graph.Unknown},
	} {
		w := declared(t, config.Config{Proxies: []config.Proxy{{ECS: "i-b", Listen: 8080, Cluster: "es-cn-a", Port: 9200}}}, append(c.lines, aCluster, lists)...)
		var got []graph.Verdict
		for _, p := range w.asked(t, outside, "es:es-cn-a:9200").Paths {
			if p.Kind == "P7" {
				got = append(got, said(p, "proxy"))
			}
		}
		if !slices.Equal(got, []graph.Verdict{c.want}) {
			t.Errorf("%s: %v, want %s", strings.Join(c.lines, "\n"), got, c.want)
		}
	}
}

// What no answer names would stand in the list of its kind, which is to be read.
func TestPlacesOfTheUnknown(t *testing.T) {
	g := spoken(t, `
cn-hangzhou elasticsearch.DescribeInstance InstanceId=es-cn-a {"Result":{"instanceId":"es-cn-a"}}
cn-hangzhou nlb.GetLoadBalancerAttribute LoadBalancerId=nlb-a {"LoadBalancerId":"nlb-a"}
cn-hangzhou slb.DescribeLoadBalancers VpcId=vpc-a {"LoadBalancers":{"LoadBalancer":[{"LoadBalancerId":"lb-a"}]},"TotalCount":1}
cn-hangzhou ecs.DescribeInstances VpcId=vpc-a {"Instances":{"Instance":[{"InstanceId":"i-a"}]},"TotalCount":1}`).fast
	for _, c := range []struct{ from, to, want, list string }{
		{outside, "lb:nlb-x:9200", "nlb", "ListLoadBalancers"}, {outside, "lb:nlb-:9200", "nlb", "ListLoadBalancers"},
		{outside, "lb:lb-x:9200", "clb", "DescribeLoadBalancers"},
		{outside, "es:es-cn-x:9200", "elasticsearch", "ListInstance"}, {outside, "es:nlb-x:9200", "elasticsearch", "ListInstance"},
		{"ecs:i-x", "es:es-cn-a:9200", "ecs", "DescribeInstances"}, {"ecs:nlb-x", "es:es-cn-a:9200", "ecs", "DescribeInstances"},
	} {
		a, err := g.Reach(c.from, c.to)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Path[0].Pointer; a.Verdict != graph.Unknown || got != "/accounts/0/objects/"+c.want {
			t.Errorf("%s -> %s: %s at %s, want %s", c.from, c.to, a.Verdict, got, c.want)
		}
		if len(a.Settle) == 0 || a.Settle[0].Call.Operation != c.list {
			t.Errorf("%s -> %s: settled by %v, want %s", c.from, c.to, a.Settle, c.list)
		}
	}
}

// Of a list that answers give differently each entry of all of them is named
// once, and what differs: groups, or the list as a whole where it has none.
func TestWhatIsDisputedOfAList(t *testing.T) {
	office, shop, less := groupOf("office", "PUBLIC_ES", "198.51.100.7", "nonsense"), groupOf("shop", "PUBLIC_ES", "203.0.113.0/24", "198.51.100.7"), groupOf("shop", "PUBLIC_ES", "203.0.113.0/25")
	flat := func(ips ...string) map[string]any { return map[string]any{"publicIpWhitelist": ips} }
	for _, c := range []struct {
		name               string
		said               []map[string]any
		entries, different string
	}{
		{"nothing", []map[string]any{flat("192.0.2.1"), flat("192.0.2.1")}, "192.0.2.1 of ", ""},
		{"in other words", []map[string]any{flat("192.0.2.0/31"), flat("192.0.2.0", "192.0.2.1")}, "192.0.2.0 of , 192.0.2.0/31 of , 192.0.2.1 of ", ""},
		{"all of it", []map[string]any{flat("192.0.2.1"), flat("192.0.2.2")}, "", "flat"},
		{"some of it", []map[string]any{flat("192.0.2.1", "x", "192.0.2.3"), flat("192.0.2.2", "x", "192.0.2.1")}, "192.0.2.1 of , x of ", "flat"},
		{"a group", []map[string]any{groupsOf(office, shop), groupsOf(office, less)}, "198.51.100.7 of office, 198.51.100.7 of shop, 203.0.113.0/25 of shop, nonsense of office", "shop, shop"},
		{"a group that one alone has", []map[string]any{groupsOf(office), groupsOf(office, shop)}, "198.51.100.7 of office, 198.51.100.7 of shop, nonsense of office", "shop"},
	} {
		list := disputed(t, c.said...).fast.Cluster("es-cn-a").List(graph.PublicES)
		var entries, different []string
		for _, e := range list.Entries {
			entries = append(entries, e.Text+" of "+e.Group)
		}
		for _, n := range list.Disputed {
			name := n.Get("groupName").Text()
			if n == list.Flat {
				name = "flat"
			}
			different = append(different, name)
		}
		slices.Sort(entries)
		if got := strings.Join(entries, ", "); got != c.entries || strings.Join(different, ", ") != c.different {
			t.Errorf("%s: %q, want %q; %q differ, want %q", c.name, got, c.entries, different, c.different)
		}
	}
}
