package graph

import (
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/internal/estate"
	"esaudit/snapshot"
)

// divided is a story's account in two: the consumer has the cluster and its
// endpoint, the provider the endpoint service and what stands behind it.
func divided(t *testing.T, name string) (consumer, provider recording.Part) {
	t.Helper()
	i := slices.IndexFunc(estate.Stories(), func(s estate.Story) bool { return s.Name == name })
	whole := estate.Stories()[i].Accounts[0].Part()
	empty := map[string]string{
		"privatelink.ListVpcEndpointServices": `{"Services":[],"TotalCount":0,"RequestId":"0"}`, "elasticsearch.ListInstance": `{"Result":[],"Headers":{"X-Total-Count":0},"RequestId":"0"}`,
	}
	theirs := func(a api.Answer) bool {
		return a.Product == "slb" || a.Product == "nlb" || a.Product == "privatelink" && a.Operation != "ListVpcEndpointServices"
	}
	consumer, provider = whole, whole
	consumer.Answers, provider.Answers, provider.Account = nil, nil, "2345678901234567"
	for _, a := range whole.Answers {
		body, named := empty[a.Product+"."+a.Operation]
		gone := a
		gone.Body = []byte(body)
		switch {
		case a.Product == "privatelink" && named:
			consumer.Answers, provider.Answers = append(consumer.Answers, gone), append(provider.Answers, a)
		case a.Product == "elasticsearch" && named:
			consumer.Answers, provider.Answers = append(consumer.Answers, a), append(provider.Answers, gone)
		case a.Product == "elasticsearch":
			consumer.Answers = append(consumer.Answers, a)
		case theirs(a):
			provider.Answers = append(provider.Answers, a)
		default:
			consumer.Answers, provider.Answers = append(consumer.Answers, a), append(provider.Answers, a)
		}
	}
	return consumer, provider
}

// A service of another account is unknown while that account is, and followed
// to its end once it is in the snapshot.
func TestServiceOfAnotherAccount(t *testing.T) {
	consumer, provider := divided(t, "e1-ldap")
	ask := func(parts ...recording.Part) Answer {
		s, err := collector.Assemble(parts)
		if err != nil {
			t.Fatal(err)
		}
		g := Build(s, config.Config{})
		c := g.Cluster("es-cn-story000001")
		host := c.Aspect(snapshot.VPCEndpoints).Items()[0].Get("endpointDomain").Text()
		a, err := g.Reach("es:"+c.ID, host+":636")
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	alone := ask(consumer)
	if alone.Verdict != Unknown || !slices.ContainsFunc(alone.Unknowns, func(h Hop) bool { return strings.Contains(h.Why, "another account's service") }) {
		t.Errorf("alone it is %s: %v", alone.Verdict, alone.Unknowns)
	}
	for _, parts := range [][]recording.Part{{consumer, provider}, {provider, consumer}} {
		both := ask(parts...)
		if both.Verdict != Reachable {
			t.Errorf("together it is %s: %v %v", both.Verdict, both.Blockers, both.Unknowns)
		}
		if !slices.ContainsFunc(both.Path, func(h Hop) bool { return strings.HasPrefix(h.Pointer, "/accounts/1/") }) {
			t.Errorf("no hop of the path stands in the provider's account")
		}
	}
}

// A host of another account gets in by a peering that both list, or by a CEN that
// only its owner does, as it would within one account.
func TestNetworksJoinedAcrossAccounts(t *testing.T) {
	for story, path := range map[string]string{"p3-peered": "P3", "p4-cen": "P4"} {
		i := slices.IndexFunc(estate.Stories(), func(s estate.Story) bool { return s.Name == story })
		whole := estate.Stories()[i].Accounts[0].Part()
		g := Build(assembled(t, whole), config.Config{})
		c := g.Clusters()[0]
		host := ""
		for _, name := range g.Names("ecs") {
			a, err := g.Reach("ecs:"+name, "es:"+c.ID+":9200")
			if err == nil && a.Verdict != Blocked && a.Path[0].Kind == path {
				host = name
			}
		}
		if host == "" {
			t.Fatalf("%s: no host comes by %s", story, path)
		}
		want, err := g.Reach("ecs:"+host, "es:"+c.ID+":9200")
		if err != nil {
			t.Fatal(err)
		}
		far := g.byID.hosts[host].Attr("VpcAttributes", "VpcId").Text()
		near, away := parted(whole, c.vpc, far)
		for _, parts := range [][]recording.Part{{near, away}, {away, near}} {
			got, err := Build(assembled(t, parts...), config.Config{}).Reach("ecs:"+host, "es:"+c.ID+":9200")
			if err != nil {
				t.Fatal(err)
			}
			if got.Verdict != want.Verdict || got.Verdict == Blocked {
				t.Errorf("%s: %s in two accounts, %s in one: %v", story, got.Verdict, want.Verdict, got.Blockers)
			}
		}
	}
}

func assembled(t *testing.T, parts ...recording.Part) *snapshot.Snapshot {
	t.Helper()
	s, err := collector.Assemble(parts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// parted gives the account of the cluster all but one VPC's vSwitches, tables and
// hosts and no CEN; the other account has that VPC, the CENs and no cluster.
func parted(whole recording.Part, near, far string) (cluster, other recording.Part) {
	cluster, other = whole, whole
	cluster.Answers, other.Answers, other.Account = nil, nil, "2345678901234567"
	for _, a := range whole.Answers {
		mine, theirs := a, a
		switch a.Product {
		case "vpc", "ecs":
			mine.Body, theirs.Body = without(a.Body, far), without(a.Body, near)
		case "cbn":
			mine.Body = without(a.Body, "cen-")
		case "elasticsearch":
			theirs.Body = without(a.Body, "es-cn-")
		}
		if a.Product != "elasticsearch" || len(a.Params) == 0 {
			other.Answers = append(other.Answers, theirs)
		}
		if a.Product != "cbn" || a.Operation == "DescribeCens" {
			cluster.Answers = append(cluster.Answers, mine)
		}
	}
	return cluster, other
}

// without takes the items that speak of an id out of the lists of a body.
func without(body []byte, id string) []byte {
	root, err := snapshot.ParseJSON(body)
	if err != nil {
		return body
	}
	return root.Clone(func(n *snapshot.Node) *snapshot.Node {
		switch {
		case n.Kind() == snapshot.Array && n.Parent().Kind() == snapshot.Map && len(n.Items()) > 0 && n.Items()[0].Kind() == snapshot.Map:
			var kept []*snapshot.Node
			for _, item := range n.Items() {
				if !strings.Contains(string(item.AppendCompact(nil)), id) {
					kept = append(kept, item.Clone(nil))
				}
			}
			return snapshot.NewArray(kept...)
		case n.Key() == "TotalCount" || n.Key() == "X-Total-Count":
			return snapshot.NewNull()
		}
		return nil
	}).AppendCompact(nil)
}
