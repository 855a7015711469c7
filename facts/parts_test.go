package facts_test

import (
	"cmp"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/internal/wild"
)

// The facts of some subjects are those that they have among all.
func TestMakeSomeIsOfAll(t *testing.T) {
	subjects := 0
	for seed := range uint64(30) {
		e := wild.New(seed)
		s, err := collector.Assemble([]recording.Part{e.Part})
		if err != nil {
			t.Fatal(err)
		}
		all := facts.Build(graph.Build(s, e.Config)).Subjects
		r := rand.New(rand.NewPCG(seed, 3))
		for _, kinds := range [][]string{{"elasticsearch", "endpoint", "ram-user", "ram-group", "ram-role"}, facts.Kinds()} {
			ids, of := map[string]bool{}, map[string]bool{}
			for _, kind := range kinds {
				of[kind] = true
			}
			for _, x := range all {
				if of[x.Kind] && r.IntN(3) == 0 {
					ids[x.ID] = true
				}
			}
			var want []facts.Subject
			for _, x := range all {
				if ids[x.ID] && x.Kind != "account" && x.Kind != "region" {
					want = append(want, x)
				}
			}
			var got []facts.Subject
			making := facts.MakeSome(graph.Build(s, e.Config), ids)
			for portion := range making.Portions(2) {
				got = append(got, portion()...)
			}
			got = append(got, making.Rest()...)
			slices.SortStableFunc(got, func(a, b facts.Subject) int { return cmp.Compare(a.ARN, b.ARN) })
			if len(got) != len(want) {
				t.Fatalf("seed %d: %d subjects, want %d", seed, len(got), len(want))
			}
			for i := range got {
				if !reflect.DeepEqual(got[i], want[i]) {
					t.Fatalf("seed %d: %s: %+v, want %+v", seed, got[i].ARN, got[i], want[i])
				}
			}
			subjects += len(got)
		}
	}
	if subjects < 200 {
		t.Errorf("%d subjects only", subjects)
	}
}
