package facts_test

import (
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/snapshot"
)

// A server that is an address which nobody in its VPC has leaves a doubt: a cluster of any
// VPC may have it. Others leave none.
func TestServersThatNobodyNearHasLeaveADoubt(t *testing.T) {
	s, err := collector.Assemble([]recording.Part{estate.Large(26, 1).Part()})
	if err != nil {
		t.Fatal(err)
	}
	doubt := func(s *snapshot.Snapshot) bool {
		facts.Build(graph.Build(s, config.Config{}))
		network, _ := s.Accounts()[0].Doubts()
		return network
	}
	if doubt(s) {
		t.Error("the estate as it is leaves a doubt")
	}
	by := map[*snapshot.Node]*snapshot.Node{}
	for _, g := range s.Accounts()[0].Objects(snapshot.NLBServerGroup) {
		for i, x := range g.Aspect(snapshot.Servers).Items() {
			if i > 0 && x.Get("ServerType").Text() == "Ip" { // the first one leads to a cluster, or nobody looks at the group
				by[x.Get("ServerIp")], by[x.Get("ServerId")] = snapshot.NewString("10.255.255.1"), snapshot.NewString("10.255.255.1")
			}
		}
	}
	edited, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return by[n] }))
	if err != nil {
		t.Fatal(err)
	}
	if len(by) == 0 || !doubt(edited) {
		t.Errorf("%d values of servers are other ones, and there is no doubt", len(by))
	}
}
