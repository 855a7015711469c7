package facts_test

import (
	"cmp"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// Portions that goroutines compute at once are what one computes after the other,
// also where values are let go meanwhile.
func TestPortionsAreTheDocument(t *testing.T) {
	seeds, portions, rest, limits := uint64(12), 0, 0, []int{0, 1}
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 500
	}
	for seed := range seeds {
		e := wild.New(seed)
		parts, declared := []recording.Part{e.Part}, e.Config
		if seed%4 == 1 {
			parts, declared = []recording.Part{estate.Large(6, seed).Part()}, config.Config{}
		}
		limit := limits[seed/2%2]
		whole := written(t, facts.Build(graph.Build(assembled(t, 0, parts), declared)).Subjects)
		making, list := made(graph.Build(assembled(t, limit, parts), declared), int(seed%3)+1)
		others := making.Rest()
		portions, rest = portions+len(list), rest+len(others)
		if got := written(t, append(slices.Concat(list...), others...)); got != whole {
			t.Errorf("seed %d: portions have other facts:\n%s", seed, firstDifference(got, whole))
		}
	}
	if portions < 100 || rest < 10 {
		t.Errorf("only %d portions, and %d subjects of none", portions, rest)
	}
}

// made computes all portions at once.
func made(g *graph.Graph, things int) (*facts.Making, [][]facts.Subject) {
	making := facts.Make(g, func() facts.Checked { return facts.Check(g.Snapshot()) })
	var list []*[]facts.Subject
	var group sync.WaitGroup
	for portion := range making.Portions(things) {
		into := new([]facts.Subject)
		list = append(list, into)
		group.Go(func() { *into = portion() })
	}
	group.Wait()
	var out [][]facts.Subject
	for _, subjects := range list {
		out = append(out, *subjects)
	}
	return making, out
}

func assembled(t *testing.T, limit int, parts []recording.Part) *snapshot.Snapshot {
	t.Helper()
	s, err := collector.Assemble(parts)
	if err != nil {
		t.Fatal(err)
	}
	s.Limit(limit)
	return s
}

// written are subjects by ARN, a line each.
func written(t *testing.T, subjects []facts.Subject) string {
	t.Helper()
	slices.SortStableFunc(subjects, func(a, b facts.Subject) int { return cmp.Compare(a.ARN, b.ARN) })
	var out strings.Builder
	for _, s := range subjects {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(text, '\n'))
	}
	return out.String()
}

// firstDifference is the first line of two texts that is not the same.
func firstDifference(got, want string) string {
	x, y := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + "\n" + y[i]
		}
	}
	return "one is longer"
}
