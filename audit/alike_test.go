package audit

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// Sums tell the facts of random estates apart as a comparison of all values does.
func TestSumsAreAsValues(t *testing.T) {
	equal, other := 0, 0
	for seed := range uint64(30) {
		e := wild.New(seed)
		s, err := collector.Assemble([]recording.Part{e.Part})
		if err != nil {
			t.Fatal(err)
		}
		edited, ok := wild.Edited(rand.New(rand.NewPCG(seed, 5)), s, 3)
		if !ok {
			continue
		}
		before, after := factsOf(s, e.Config), factsOf(edited, e.Config)
		a := newAlike(nil, false)
		for arn, x := range before {
			y, there := after[arn]
			if !there {
				continue
			}
			sums := a.sums([]facts.Subject{x, y})
			first, second := sums[0], sums[1]
			if want := same(reflect.ValueOf(x), reflect.ValueOf(y)); (first == second) != want {
				t.Fatalf("seed %d: %s: same sum: %v; same: %v\n%+v\n%+v", seed, arn, first == second, want, x, y)
			}
			if first == second {
				equal++
			} else {
				other++
			}
		}
	}
	t.Logf("%d subjects are the same, %d are not", equal, other)
	if equal < 50 || other < 50 {
		t.Error("too few")
	}
}

func factsOf(s *snapshot.Snapshot, c config.Config) map[string]facts.Subject {
	out := map[string]facts.Subject{}
	for _, x := range facts.Build(graph.Build(s, c)).Subjects {
		out[x.ARN] = x
	}
	return out
}

// No value reads as another one: not where one ends and the next begins, nor what is
// empty as what is not there, nor a number as a text.
func TestSumsTellValuesApart(t *testing.T) {
	place := somewhere(t)
	one := 1
	var none *int
	a, seen := newAlike(nil, true), map[sum]int{}
	for i, v := range []any{
		nil, "", "1", 1, true, false, 1.5, none, &one, []string(nil), []string{}, []string{""}, []string{"", ""}, []string{"ab", "c"}, []string{"a", "bc"},
		map[string]any(nil), map[string]any{}, map[string]any{"a": nil}, map[string]any{"a": "b"}, map[string]any{"ab": ""}, []any{}, []any{nil}, []any{[]any{}}, uint8(1), int64(-1),
		facts.Ref{}, facts.Ref{At: place}, facts.Ref{Value: place.String()}, facts.Hop{Line: 1}, facts.Hop{Line: 2},
	} {
		x := a.sums([]facts.Subject{{Facts: v}})[0]
		if j, there := seen[x]; there {
			t.Errorf("values %d and %d have the same sum", j, i)
		}
		seen[x] = i
	}
	aside := newAlike(nil, false)
	if x := aside.sums([]facts.Subject{{Facts: facts.Hop{Line: 1}}, {Facts: facts.Hop{Line: 2}}}); x[0] != x[1] {
		t.Error("a line counts that nobody asks for")
	}
}

// somewhere is where a cluster's status stands in a random estate.
func somewhere(t *testing.T) facts.At {
	t.Helper()
	s, err := collector.Assemble([]recording.Part{wild.New(1).Part})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range factsOf(s, config.Config{}) {
		if c, ok := x.Facts.(facts.ClusterFacts); ok && c.Status.At.String() != "" {
			return c.Status.At
		}
	}
	t.Fatal("no value stands anywhere")
	return facts.At{}
}
