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
