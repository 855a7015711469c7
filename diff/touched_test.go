package diff

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/graph"
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
		s, err := collector.Assemble([]recording.Part{e.Part})
		if err != nil {
			t.Fatal(err)
		}
		old := graph.Build(s, e.Config)
		r := rand.New(rand.NewPCG(seed, 8))
		for range 5 {
			other, err := snapshot.New(altered(r, s))
			if err != nil {
				continue
			}
			new := graph.Build(other, e.Config)
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
	if narrowed < 4 || changed < 4 {
		t.Error("too few")
	}
}

// altered copies a snapshot with one text of one object replaced by another text
// of the same field somewhere else, or by none.
func altered(r *rand.Rand, s *snapshot.Snapshot) *snapshot.Node {
	kinds := []snapshot.Kind{
		snapshot.Cluster, snapshot.ECS, snapshot.SecurityGroup, snapshot.VSwitch, snapshot.RouteTable, snapshot.NetworkACL,
		snapshot.CLBListener, snapshot.NLBListener, snapshot.ENI, snapshot.EIP,
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

func leavesOf(out []*snapshot.Node, n *snapshot.Node) []*snapshot.Node {
	if _, ok := n.Str(); ok {
		out = append(out, n)
	}
	for _, item := range n.Items() {
		out = leavesOf(out, item)
	}
	return out
}
