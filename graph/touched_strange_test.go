package graph_test

import (
	"encoding/json"
	"testing"

	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/snapshot"
)

// A route table that lists a vSwitch of another VPC touches the clusters of that one: which
// table the vSwitch uses is not known any more.
func TestTouchedByATableOfAnotherVPC(t *testing.T) {
	const region = "cn-hangzhou"
	e := estate.Large(2, 1)
	near, far, apart := e.VPC(region, "vpc-near", "10.240.0.0/16"), e.VPC(region, "vpc-far", "10.241.0.0/16"), e.VPC(region, "vpc-apart", "10.242.0.0/16")
	at, from := near.VSwitch("vsw-near", region+"-h", "10.240.0.0/16"), far.VSwitch("vsw-far", region+"-h", "10.241.0.0/16")
	apart.VSwitch("vsw-apart", region+"-h", "10.242.0.0/16")
	from.ECS("i-far", 10, far.SecurityGroup("sg-far"))
	e.Cluster("es-cn-near", []*estate.VSwitch{at}, estate.Whitelist(estate.PrivateES, "all", "10.0.0.0/8"))
	e.Peer("pcc-1", near, far)
	near.Route("10.241.0.0/16", "VpcPeer", "pcc-1")
	far.Route("10.240.0.0/16", "VpcPeer", "pcc-1")
	s := assembled(t, e)
	a := s.Accounts()[0]
	before := replaced(t, s, map[*snapshot.Node]*snapshot.Node{a.Object(snapshot.VSwitch, region, "vsw-near").Attr("RouteTable"): snapshot.NewObject(nil)})
	table := before.Accounts()[0].Object(snapshot.RouteTable, region, "vtb-apart")
	after := replaced(t, before, map[*snapshot.Node]*snapshot.Node{
		table.Attr("VSwitchIds", "VSwitchId"): snapshot.NewArray(snapshot.NewString("vsw-apart"), snapshot.NewString("vsw-near")),
	})
	for _, pair := range [][2]*snapshot.Snapshot{{before, after}, {after, before}} {
		old, new := graph.Build(pair[0], config.Config{}), graph.Build(pair[1], config.Config{})
		if sourcesOf(t, old) == sourcesOf(t, new) {
			t.Fatal("the table changes nothing")
		}
		if ids, all := graph.Touched(old, new); !all && !ids["es-cn-near"] {
			t.Errorf("touched: %v", ids)
		}
	}
}

func sourcesOf(t *testing.T, g *graph.Graph) string {
	t.Helper()
	found, err := g.Sources("es:es-cn-near")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func replaced(t *testing.T, s *snapshot.Snapshot, by map[*snapshot.Node]*snapshot.Node) *snapshot.Snapshot {
	t.Helper()
	out, err := snapshot.New(s.Root().Clone(func(n *snapshot.Node) *snapshot.Node { return by[n] }))
	if err != nil {
		t.Fatal(err)
	}
	return out
}
