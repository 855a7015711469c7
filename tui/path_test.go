package tui

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"esaudit/graph"
)

// Where more or less of a path is folded, the cursor stays with what it stood on:
// the verdict, a control or what holds it, a call that would settle it.
func TestFoldingKeepsTheRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Answer{Verdict: graph.Unknown, Settle: make([]graph.Settle, rapid.IntRange(0, 3).Draw(t, "calls"))}
		for i := range rapid.IntRange(1, 8).Draw(t, "controls") {
			leg := rapid.IntRange(0, i).Draw(t, "leg")
			a.Steps = append(a.Steps, Step{Hop: graph.Hop{From: fmt.Sprint(leg), To: fmt.Sprint(leg + 1), Verdict: rapid.SampledFrom([]graph.Verdict{graph.Unknown, graph.Reachable}).Draw(t, "verdict")}})
		}
		v := pathView{answer: a, ready: true, unfolded: rapid.Bool().Draw(t, "unfolded")}
		i := rapid.IntRange(0, len(v.parts())-1).Draw(t, "row")
		was := v.parts()[i]
		now, out, _ := v.press(env{}, 0, i, "x")
		if now.(pathView).unfolded == v.unfolded || !out.jump {
			t.Fatal("nothing is folded, and nothing unfolded")
		}
		is := now.(pathView).parts()[out.to]
		switch {
		case was.verdict:
			if !is.verdict {
				t.Errorf("the verdict becomes %+v", is)
			}
		case len(was.steps) > 0:
			if !slices.Contains(is.steps, was.steps[0]) {
				t.Errorf("control %d becomes %+v", was.steps[0], is)
			}
		case is.verdict || len(is.steps) > 0 || is.settle != was.settle:
			t.Errorf("call %d becomes %+v", was.settle, is)
		}
	})
}
