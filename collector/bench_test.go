package collector_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"
)

// bigAccount is the recording of an account with many clusters and ten times as
// many hosts: every call of a cluster, lists in pages, rules of groups, users.
func bigAccount(clusters int) []recording.Part {
	b := &accountBuilder{}
	b.list("elasticsearch.ListInstance", "Result", clusters, 100, func(i int) object { return clusterItem(i) })
	for i := range clusters {
		id := fmt.Sprintf("es-cn-%06d", i)
		b.one("elasticsearch.DescribeInstance InstanceId="+id, object{"Result": clusterItem(i)})
		var nodes []any
		for n := range 6 {
			nodes = append(nodes, object{"host": fmt.Sprintf("10.%d.%d.%d", i/250, i%250, n), "nodeType": "WORKER", "port": 9200, "zoneId": "cn-hangzhou-h"})
		}
		b.one("elasticsearch.ListAllNode InstanceId="+id, object{"Result": nodes})
		b.one("elasticsearch.ListVpcEndpoints InstanceId="+id, object{"Result": []any{object{"endpointId": "ep-" + id, "connectionStatus": "Connected"}}})
		b.one("elasticsearch.DescribeDynamicSettings InstanceId="+id, object{"Result": `{"persistent":{"a":"b"},"transient":{}}`})
		b.one("ram.ListPoliciesForUser UserName=user-"+id, object{"Policies": object{"Policy": []any{object{"PolicyType": "System", "PolicyName": "P"}}}})
	}
	b.list("ecs.DescribeInstances", "Instances.Instance", clusters*10, 100, func(i int) object {
		return object{
			"InstanceId": fmt.Sprintf("i-%07d", i), "Status": "Running", "SecurityGroupIds": object{"SecurityGroupId": []any{fmt.Sprintf("sg-%d", i%clusters)}},
			"VpcAttributes": object{"VpcId": "vpc-1", "VSwitchId": "vsw-1", "PrivateIpAddress": object{"IpAddress": []any{fmt.Sprintf("10.%d.%d.9", i/250, i%250)}}},
			"Tags":          object{"Tag": []any{object{"TagKey": "env", "TagValue": "prod"}, object{"TagKey": "app", "TagValue": "search"}}},
		}
	})
	for g := range clusters {
		var rules []any
		for r := range 20 {
			rules = append(rules, object{"SecurityGroupRuleId": fmt.Sprintf("sgr-%d-%d", g, r), "Direction": "ingress", "Policy": "Accept", "IpProtocol": "TCP", "PortRange": "9200/9200", "SourceCidrIp": fmt.Sprintf("10.0.%d.0/24", r), "Priority": "1"})
		}
		b.one(fmt.Sprintf("ecs.DescribeSecurityGroupAttribute SecurityGroupId=sg-%d", g), object{"Permissions": object{"Permission": rules}})
	}
	return []recording.Part{{Account: "1", TakenAt: taken(), Regions: []string{hangzhou}, Answers: b.answers}}
}

func clusterItem(i int) object {
	return object{
		"instanceId": fmt.Sprintf("es-cn-%06d", i), "status": "active", "esVersion": "7.10_with_X-Pack", "enablePublic": true, "port": 9200, "protocol": "HTTPS",
		"publicIpWhitelist": []any{"203.0.113.0/24"}, "networkConfig": object{
			"vpcId": "vpc-1", "vswitchId": "vsw-1", "whiteIpGroupList": []any{object{"groupName": "default", "ips": []any{"203.0.113.0/24", "198.51.100.7"}, "whiteIpType": "PUBLIC_ES"}},
		},
		"esConfig": object{"reindex.remote.whitelist": "a:9200", "xpack.security.authc.realms.ldap.l.url": "ldaps://ldap.corp.example:636", "action.auto_create_index": "+.*,-*"},
	}
}

type accountBuilder struct{ answers []api.Answer }

func (b *accountBuilder) one(call string, body object) {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	b.answers = append(b.answers, ok(call, string(data)))
}

func (b *accountBuilder) list(call, path string, n, size int, item func(int) object) {
	for first := 0; first < n; first += size {
		var page []any
		for i := first; i < min(first+size, n); i++ {
			page = append(page, item(i))
		}
		body := object{"TotalCount": n, "Headers": object{"X-Total-Count": n}}
		put(body, path, page)
		b.one(call, body)
	}
}

// BenchmarkAssemble: the time per cluster stays the same as the account grows.
func BenchmarkAssemble(b *testing.B) {
	for _, clusters := range []int{125, 500, 2000} {
		parts := bigAccount(clusters)
		b.Run(fmt.Sprintf("%d clusters, %d hosts", clusters, clusters*10), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := collector.Assemble(parts); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*clusters), "us/cluster")
		})
	}
}

// BenchmarkCoverage: looking up what came of every call of a big account.
func BenchmarkCoverage(b *testing.B) {
	s, err := collector.Assemble(bigAccount(500))
	if err != nil {
		b.Fatal(err)
	}
	a := s.Accounts()[0]
	for b.Loop() {
		for _, k := range a.Coverage() {
			for state, subjects := range k.Subjects {
				for _, subject := range subjects {
					if c := (snapshot.Call{Region: k.Region, Product: k.Product, Operation: k.Operation, Subject: subject}); a.Answer(c) != state || a.Code(c) != "" {
						b.Fatal(c)
					}
				}
			}
		}
	}
}
