package diff

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// Only clusters that something touches are compared; the plain way compares all
// of them. Random estates in which random texts are other ones.
func TestReachabilityAgreesWithComparingEverything(t *testing.T) {
	seeds, narrowed, changed := uint64(12), 0, 0
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 200
	}
	for seed := range seeds {
		e := wild.New(seed)
		part, declared := e.Part, e.Config
		switch seed % 3 {
		case 1:
			declared.Proxies = nil
		case 2:
			part, declared = estate.Large(6, seed).Part(), config.Config{}
		}
		s, err := collector.Assemble([]recording.Part{part})
		if err != nil {
			t.Fatal(err)
		}
		old := graph.Build(s, declared)
		r := rand.New(rand.NewPCG(seed, 8))
		for range 15 {
			other, err := snapshot.New(altered(r, s))
			if err != nil {
				continue
			}
			new := graph.Build(other, declared)
			if _, all := graph.Touched(old, new); !all {
				narrowed++
			}
			var got, want [3][]Change
			got[0], got[1], got[2] = Reachability(old, new)
			want[0], want[1], want[2] = compare(old, new, func(*graph.Cluster) bool { return true })
			a, _ := json.Marshal(got)
			b, _ := json.Marshal(want)
			if string(a) != string(b) {
				t.Errorf("seed %d:\n%s\nall:\n%s", seed, a, b)
			}
			if len(want[0])+len(want[1])+len(want[2]) > 0 {
				changed++
			}
		}
	}
	t.Logf("%d pairs narrowed, %d changed who gets in", narrowed, changed)
	if narrowed < 40 || changed < 8 {
		t.Error("too few")
	}
}

// altered copies a snapshot with one text of one object replaced by another text
// of the same field somewhere else, or by none.
func altered(r *rand.Rand, s *snapshot.Snapshot) *snapshot.Node {
	kinds := []snapshot.Kind{
		snapshot.Cluster, snapshot.ECS, snapshot.SecurityGroup, snapshot.VSwitch, snapshot.RouteTable, snapshot.NetworkACL,
		snapshot.CLBListener, snapshot.NLBListener, snapshot.ENI, snapshot.EIP, snapshot.VPC, snapshot.VPCPeer, snapshot.CEN, snapshot.CLB, snapshot.NLB,
		snapshot.CLBACL, snapshot.CLBVServerGroup, snapshot.CLBMasterSlaveServerGroup, snapshot.NLBServerGroup, snapshot.NATGateway, snapshot.ForwardTable,
		snapshot.EndpointService, snapshot.SnatTable, snapshot.TransitRouter,
	}
	a := s.Accounts()[0]
	var leaves []*snapshot.Node
	kind := kinds[r.IntN(len(kinds))]
	for _, o := range a.Objects(kind) {
		leaves = leavesOf(leaves, o.Node)
	}
	if len(leaves) == 0 {
		return s.Root().Clone(nil)
	}
	target := leaves[r.IntN(len(leaves))]
	if r.IntN(4) == 0 {
		return without(s, a.Objects(kind)[r.IntN(len(a.Objects(kind)))])
	}
	text := ""
	for range 20 {
		if other := leaves[r.IntN(len(leaves))]; other.Key() == target.Key() && other.Text() != target.Text() {
			text = other.Text()
		}
	}
	return s.Root().Clone(func(n *snapshot.Node) *snapshot.Node {
		if n == target {
			return snapshot.NewString(text)
		}
		return nil
	})
}

// without is a snapshot as if an object had never been there, nor been asked about.
func without(s *snapshot.Snapshot, o snapshot.Object) *snapshot.Node {
	place := o.Account.Place(o.Kind, o.Region)
	fewer := place.Clone(nil).Fields()
	delete(fewer, o.ID)
	return s.Root().Clone(func(n *snapshot.Node) *snapshot.Node {
		switch {
		case n == place:
			return snapshot.NewObject(fewer)
		case n.Parent().Parent().Key() == "subjects" && n.Kind() == snapshot.String && n.Text() == o.ID:
			return snapshot.NewString("nobody")
		}
		return nil
	})
}

func leavesOf(out []*snapshot.Node, n *snapshot.Node) []*snapshot.Node {
	if _, ok := n.Str(); ok {
		out = append(out, n)
	}
	for _, item := range n.Items() {
		out = leavesOf(out, item)
	}
	return out
}
