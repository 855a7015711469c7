package survey

import (
	"testing"

	"esaudit/graph"
	"esaudit/tui"
)

// Of several paths the one is shown that was asked for: by entry, by what it goes
// through, by verdict.
func TestPicked(t *testing.T) {
	through := func(id string) []graph.Hop { return []graph.Hop{{From: "internet:203.0.113.9", To: id}} }
	paths := []graph.Path{
		{Kind: "P1", Entry: "es-public", Verdict: graph.Blocked},
		{Kind: "P5", Entry: "lb:nlb-1", Verdict: graph.Unknown, Hops: through("nlb-1")},
		{Kind: "P5", Entry: "lb:nlb-1", Verdict: graph.Reachable, Hops: through("nlb-1")},
		{Kind: "P6", Entry: "nat:ngw-1", Verdict: graph.Reachable, Hops: through("ngw-1")},
		{Kind: "P7", Entry: "es-private", Verdict: graph.Reachable, Hops: through("i-1")},
		{Kind: "P7", Entry: "es-private", Verdict: graph.Reachable, Hops: through("i-2")},
		{Kind: "P2", Entry: "es-private", Verdict: graph.Unknown},
	}
	for want, q := range map[int]tui.Question{
		0:  {Entry: "es-public", Verdict: graph.Blocked},
		1:  {Entry: "lb:nlb-1", Verdict: graph.Unknown},
		2:  {Entry: "lb:nlb-1", Verdict: graph.Reachable},
		3:  {Entry: "nat:ngw-1", Verdict: graph.Reachable},
		5:  {Entry: "proxy:i-2", Verdict: graph.Reachable},
		6:  {Entry: "es-private", Verdict: graph.Unknown},
		-1: {Entry: "lb:nlb-2", Verdict: graph.Reachable},
	} {
		if got := picked(paths, q); got != want {
			t.Errorf("%+v picks path %d, not %d", q, got, want)
		}
	}
	if got := picked(paths, tui.Question{Any: true}); got != -1 {
		t.Errorf("path %d is picked where any will do", got)
	}
}
