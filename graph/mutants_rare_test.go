package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"esaudit/config"
	"esaudit/graph"
)

// A cluster that nothing else tells about has the architecture of the day it was
// made on; a day that cannot be read is none.
func TestArchitectureByDate(t *testing.T) {
	for created, want := range map[string]string{
		"2020-09-30T15:59:59Z":      graph.Original,
		"2020-09-30T16:00:00Z":      graph.New,
		"2020-10-01T00:00:00+08:00": graph.New,
		"2023-01-01T00:00:00Z":      graph.New,
		"2023-01-01":                "",
		"":                          "",
	} {
		w := spoken(t, aCluster,
			`cn-hangzhou elasticsearch.DescribeInstance InstanceId=es-cn-a {"Result":{"instanceId":"es-cn-a","status":"active","createdAt":"`+created+`","archType":"basic","serviceVpc":false,"networkConfig":{"vpcId":"vpc-a","vswitchId":"vsw-a"}}}`,
			`cn-hangzhou elasticsearch.ListVpcEndpoints InstanceId=es-cn-a {"Result":[]}`,
		)
		if got := w.fast.Architecture(w.fast.Cluster("es-cn-a")); got.Value != want {
			t.Errorf("%q: %q because %s, want %q", created, got.Value, got.Because, want)
		}
		w.asked(t, "es:es-cn-a", "10.1.0.30:636")
		w.asked(t, "es:es-cn-a", "192.0.2.1:443")
	}
}

// An entry that lets nobody in is told of, but for private connections of Kibana:
// there is none where nobody has one.
func TestOpeningsOfClosedEntries(t *testing.T) {
	const open = `[{"pvlId":"pvl-a","endpointStatus":"Connected","vpcId":"vpc-a","vSwitchIdsZone":[{"vswitchId":"vsw-a"}],"securityGroups":["sg-b"]}]`
	for connections, want := range map[string]string{
		`[]`: "es-private kibana-public",
		open: "es-private kibana-public kibana-pvl",
	} {
		w := spoken(t, aCluster,
			`cn-hangzhou elasticsearch.DescribeInstance InstanceId=es-cn-a {"Result":{"instanceId":"es-cn-a","status":"active","archType":"public","esVersion":"7.10","enablePublic":false,"haveKibana":true,"enableKibanaPublicNetwork":true,"kibanaIPWhitelist":[],"privateNetworkIpWhiteList":[],"networkConfig":{"vpcId":"vpc-a","vswitchId":"vsw-a"}}}`,
			`cn-hangzhou elasticsearch.ListKibanaPvlNetwork InstanceId=es-cn-a {"Result":`+connections+`}`,
		)
		s, err := w.fast.Sources("es:es-cn-a")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, o := range s.Entries {
			got = append(got, o.Entry)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", connections, got, want)
		}
	}
}

// Before each of two declared proxies stands what leads to it, and nothing of
// the other; before a load balancer stands nothing.
func TestFrontsOfEachProxy(t *testing.T) {
	c := config.Config{Proxies: []config.Proxy{{ECS: "i-b", Listen: 636, Cluster: "es-cn-a", Port: 9200}, {ECS: "i-c", Listen: 8080, Cluster: "es-cn-a", Port: 9200}}}
	w := declared(t, c, aCluster, `
cn-hangzhou slb.DescribeLoadBalancers - {"LoadBalancers":{"LoadBalancer":[]},"TotalCount":0}
cn-hangzhou vpc.DescribeNatGateways - {"NatGateways":{"NatGateway":[]},"TotalCount":0}
cn-hangzhou nlb.GetLoadBalancerAttribute LoadBalancerId=nlb-b {"LoadBalancerId":"nlb-b","VpcId":"vpc-a","AddressType":"Internet","LoadBalancerStatus":"Active","LoadBalancerBusinessStatus":"Normal","SecurityGroupIds":[],"ZoneMappings":[{"LoadBalancerAddresses":[{"PrivateIPv4Address":"10.1.0.21"}]}]}
cn-hangzhou ecs.DescribeInstances - {"Instances":{"Instance":[{"InstanceId":"i-b","SecurityGroupIds":{"SecurityGroupId":["sg-b"]},"VpcAttributes":{"VpcId":"vpc-a","VSwitchId":"vsw-a","PrivateIpAddress":{"IpAddress":["10.1.0.30"]}}},{"InstanceId":"i-c","PublicIpAddress":{"IpAddress":["203.0.113.5"]},"SecurityGroupIds":{"SecurityGroupId":["sg-b"]},"VpcAttributes":{"VpcId":"vpc-a","VSwitchId":"vsw-a","PrivateIpAddress":{"IpAddress":["10.1.0.31"]}}}]},"TotalCount":2}`)
	s, err := w.fast.Sources("es:es-cn-a:9200")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(s.Entries, func(o graph.Opening) bool { return o.Entry == graph.ESPrivate })
	var got []string
	for _, via := range s.Entries[i].Via {
		got = append(got, fmt.Sprint(via.Kind, " ", via.ID, " ", via.Port))
		for _, front := range via.Fronts {
			got = append(got, fmt.Sprint("  ", front.Kind, " ", front.ID, " ", front.Port))
		}
	}
	want := []string{"lb nlb-a 9199", "lb nlb-a 9200", "proxy i-b 636", "  lb nlb-b 636", "proxy i-c 8080", "  eip i-c 0"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
