package graph_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"esaudit/collector/api"
	"esaudit/graph"
	"esaudit/internal/wild"
)

// Estates with values put where others belong: references that dangle, ids that
// stand twice, blocks that overlap or do not parse, routes in a circle. Whatever
// that makes of them, the naive evaluator agrees, and sets and batches say what
// single questions do.
func TestBrokenRandomEstates(t *testing.T) {
	seen, wrong := decided{}, 0
	for seed := range seeds(60) {
		r := rand.New(rand.NewPCG(uint64(seed), 41))
		e := wild.Whole(uint64(seed))
		values := map[string][]any{}
		edited(t, e.Part, func(_ api.Answer, v any) any { gather(v, values); return v })
		part := edited(t, e.Part, func(a api.Answer, v any) any {
			named := !strings.Contains(a.Operation, "Attribute") && a.Operation != "DescribeInstance" // else the request says which it is
			return misplaced(r, v, values, named)
		})
		w := newTwins(t, e.Config, part)
		questions := e.Questions(r, 60)
		batch := make([]graph.Question, len(questions))
		for i, q := range questions {
			batch[i] = graph.Question{From: q[0], To: q[1]}
			if d := w.differ(q[0], q[1], seen); d != "" && wrong < 20 {
				wrong++
				t.Errorf("seed %d: %s -> %s: %s\n%s", seed, q[0], q[1], d, w.told(q[0], q[1]))
			}
		}
		for i, d := range w.fast.Decide(batch) {
			if a, err := w.fast.Reach(questions[i][0], questions[i][1]); (err == nil) != (d.Err == nil) || err == nil && a.Verdict != d.Verdict {
				t.Errorf("seed %d: %v is %s in a batch, %s alone", seed, questions[i], d.Verdict, a.Verdict)
			}
		}
		if targets := e.Targets(); len(targets) > 0 {
			to := targets[seed%len(targets)]
			if _, err := w.fast.Sources(to); err == nil {
				checkTarget(t, w.fast, "broken", to, map[string]int{})
			}
		}
	}
}

// gather notes the texts and numbers that stand under each key.
func gather(v any, values map[string][]any) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			switch v[key].(type) {
			case string, json.Number, bool:
				values[key] = append(values[key], v[key])
			}
			gather(v[key], values)
		}
	case []any:
		for _, item := range v {
			gather(item, values)
		}
	}
}

// misplaced puts now and then under a key what stands under it elsewhere, or what
// belongs nowhere. What says which object it is stays an id of the same form, where
// named; totals stay numbers.
func misplaced(r *rand.Rand, v any, values map[string][]any, named bool) any {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			switch v[key].(type) {
			case string, json.Number, bool:
				id := strings.HasSuffix(strings.ToLower(key), "id")
				switch n := r.IntN(400); {
				case id && !named, key == "ListenerPort", key == "ListenerProtocol", key == "AddressType": // an identity, and spelt in two ways
				case n == 0 && !id && !strings.Contains(key, "Total"):
					v[key] = []any{"nowhere", "10.1.0.0/16", "10.1.1.0/33", "", json.Number("7"), "0.0.0.0/0"}[r.IntN(6)]
				case n > 0 && n < 8:
					other := values[key][r.IntN(len(values[key]))]
					if old, is := v[key].(string); !is || !id || kindOf(old) == kindOf(fmt.Sprint(other)) {
						v[key] = other
					}
				}
			default:
				v[key] = misplaced(r, v[key], values, named)
			}
		}
	case []any:
		for i := range v {
			v[i] = misplaced(r, v[i], values, named)
		}
	}
	return v
}

// kindOf is the beginning of an id, which says of what it is one.
func kindOf(id string) string {
	kind, _, _ := strings.Cut(id, "-")
	return kind
}
