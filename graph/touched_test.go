package graph_test

import (
	"testing"

	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/estate"
)

// A call that comes to something else may decide about any cluster, unless it is
// about an object that differs, or says nothing of networks.
func TestTouchedByCalls(t *testing.T) {
	before := graph.Build(assembled(t, estate.Large(6, 1)), config.Config{})
	for call, want := range map[string]bool{
		"vpc.DescribeNatGateways": true, "ecs.DescribeSecurityGroups": true,
		"ecs.DescribeSecurityGroupAttribute *": false, "ram.ListUsers": false,
	} {
		after := graph.Build(assembled(t, estate.Large(6, 1).Edit(estate.Edit{Call: call, Drop: true})), config.Config{})
		if ids, all := graph.Touched(before, after); all != want {
			t.Errorf("%s was not read: %v, all %v", call, ids, all)
		}
	}
}
