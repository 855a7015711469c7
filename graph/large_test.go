package graph_test

import (
	"fmt"
	"testing"
	"time"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/snapshot"
)

// The size of the large estate: 200 clusters, 5000 hosts and 300 load balancers
// with 3 listeners each, in VPCs of which neighbours are peered.
const (
	largeVPCs       = 40
	clustersPerVPC  = 5
	hostsPerVPC     = 125
	balancersInVPCs = 300
	listenersEach   = 3
)

// largeEstate builds it. Every fifth cluster is published by a network load
// balancer; most listeners lead to hosts.
func largeEstate(edits ...estate.Edit) *estate.Estate {
	const region = "cn-hangzhou"
	e := estate.New("1234567890123456", day(), region)
	vpcs := make([]*estate.VPC, largeVPCs)
	switches := make([][]*estate.VSwitch, largeVPCs)
	hosts := make([][]*estate.ECS, largeVPCs)
	clusters := make([][]*estate.Cluster, largeVPCs)
	for i := range vpcs {
		v := e.VPC(region, fmt.Sprintf("vpc-%03d", i), fmt.Sprintf("10.%d.0.0/16", i))
		vpcs[i] = v
		for j, zone := range []string{"h", "i"} {
			switches[i] = append(switches[i], v.VSwitch(fmt.Sprintf("vsw-%03d%s", i, zone), region+"-"+zone, fmt.Sprintf("10.%d.%d.0/24", i, j+1)))
		}
		for j := range clustersPerVPC {
			c := e.Cluster(fmt.Sprintf("es-cn-%03d%08d", i, j), switches[i], estate.Exclusive2021(), estate.Public(),
				estate.Whitelist(estate.PublicES, "office", "203.0.113.0/28", "198.51.100.7"),
				estate.Whitelist(estate.PrivateES, "neighbours", fmt.Sprintf("10.%d.1.0/25", (i+1)%largeVPCs), "10.200.0.0/16"))
			clusters[i] = append(clusters[i], c)
		}
		hosts[i] = largeHosts(v, switches[i], i)
	}
	for i, v := range vpcs {
		next := (i + 1) % largeVPCs
		id := fmt.Sprintf("pcc-%03d", i)
		e.Peer(id, v, vpcs[next])
		v.Route(fmt.Sprintf("10.%d.0.0/16", next), "VpcPeer", id)
		vpcs[next].Route(fmt.Sprintf("10.%d.0.0/16", i), "VpcPeer", id)
	}
	for i := range balancersInVPCs {
		largeBalancer(vpcs[i%largeVPCs], switches[i%largeVPCs], hosts[i%largeVPCs], clusters[i%largeVPCs], i)
	}
	return e.Edit(edits...)
}

// largeHosts adds the hosts of a VPC: three groups with a dozen rules each.
func largeHosts(v *estate.VPC, at []*estate.VSwitch, i int) []*estate.ECS {
	var groups []*estate.SecurityGroup
	for j := range 3 {
		g := v.SecurityGroup(fmt.Sprintf("sg-%03d%d", i, j))
		for k := range 10 {
			g.Allow("TCP", fmt.Sprintf("%d/%d", 8000+k, 8000+k), fmt.Sprintf("10.%d.%d.0/24", i, k))
			g.AllowOut("TCP", fmt.Sprintf("%d/%d", 5000+k, 5100+k), fmt.Sprintf("10.%d.0.0/16", k))
		}
		groups = append(groups, g.AllowOut("TCP", "9200/9200", "0.0.0.0/0"))
	}
	var out []*estate.ECS
	for j := range hostsPerVPC {
		out = append(out, at[j%2].ECS(fmt.Sprintf("i-%03d%04d", i, j), 10+j/2, groups[j%3], groups[(j+1)%3]))
	}
	return out
}

func largeBalancer(v *estate.VPC, at []*estate.VSwitch, hosts []*estate.ECS, clusters []*estate.Cluster, i int) {
	n := 100 + 2*(i/largeVPCs)
	if i%5 == 4 {
		lb := at[0].CLB(fmt.Sprintf("lb-%05d", i), n, "cn-hangzhou-i")
		for j := range listenersEach {
			lb.Listen("tcp", 9200+j, lb.Group(fmt.Sprintf("rsp-%05d%d", i, j), hosts[j].Server(8000), hosts[j+3].Server(8000)))
		}
		return
	}
	lb := v.NLB(fmt.Sprintf("nlb-%05d", i), at, n)
	if i%2 == 0 {
		lb.Public(fmt.Sprintf("203.0.%d.%d", 113+i/200, i%200), fmt.Sprintf("198.51.%d.%d", 100+i/200, i%200))
	}
	for j := range listenersEach {
		servers := []estate.Server{hosts[j].Server(8000), hosts[j+5].Server(8000), hosts[j+9].Server(9200)}
		if i/largeVPCs == 0 && j == 0 {
			servers = clusters[i%clustersPerVPC].Servers(9200)
		}
		lb.Listen("TCP", 9200+j, v.ServerGroup(fmt.Sprintf("sgp-%05d%d", i, j), "Ip", servers))
	}
}

func assembled(tb testing.TB, e *estate.Estate) *snapshot.Snapshot {
	tb.Helper()
	s, err := collector.Assemble([]recording.Part{e.Part()})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// What a question about everybody, and a batch, cost in a large estate. The
// time to parse its snapshot is the measure: docs/performance.md has ratios.
func BenchmarkLarge(b *testing.B) {
	for _, c := range []struct {
		name  string
		edits []estate.Edit
	}{
		{"all read", nil},
		{"peerings unread", []estate.Edit{{Call: "vpcpeer.ListVpcPeerConnections", Drop: true}}},
		{"nodes unread", []estate.Edit{{Call: "elasticsearch.ListAllNode", Drop: true}}},
	} {
		s := assembled(b, largeEstate(c.edits...))
		g := graph.Build(s, config.Config{})
		b.Run(c.name, func(b *testing.B) { benchmarkLarge(b, s, g) })
	}
}

func benchmarkLarge(b *testing.B, s *snapshot.Snapshot, g *graph.Graph) {
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			if _, err := snapshot.Parse([]byte(s.Source())); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("build", func(b *testing.B) {
		for b.Loop() {
			graph.Build(s, config.Config{})
		}
	})
	b.Run("sources of a cluster", func(b *testing.B) {
		clusters := g.Clusters()
		for i := 0; b.Loop(); i++ {
			if _, err := g.Sources("es:" + clusters[i%len(clusters)].ID); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("batch of 1000", func(b *testing.B) {
		for b.Loop() {
			for i := range 1_000 {
				if _, err := g.Reach(largeQuestion(i)); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// largeQuestion returns the nth question of a batch, of every kind in turn.
func largeQuestion(i int) (from, to string) {
	vpc := i / 7 % largeVPCs
	cluster := fmt.Sprintf("es-cn-%03d%08d", vpc, i/11%clustersPerVPC)
	switch i % 5 {
	case 0:
		return fmt.Sprintf("internet:203.0.113.%d", i%250), "es:" + cluster + ":9200"
	case 1:
		return fmt.Sprintf("ecs:i-%03d%04d", vpc, i%hostsPerVPC), "es:" + cluster + ":9200"
	case 2:
		return fmt.Sprintf("vpc:vpc-%03d/10.%d.1.%d", (vpc+1)%largeVPCs, (vpc+1)%largeVPCs, i%250+1), "es:" + cluster + ":9200"
	case 3:
		return fmt.Sprintf("ecs:i-%03d%04d", (vpc+1)%largeVPCs, i%hostsPerVPC), "kibana:" + cluster + ":5601"
	}
	return fmt.Sprintf("internet:198.51.100.%d", i%250), fmt.Sprintf("lb:nlb-%05d:9200", i%60*5+i%4)
}

// day is when the recordings of these tests were made.
func day() time.Time { return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) }
