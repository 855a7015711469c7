package oracle

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// questions are queries to the small estate, for every kind of path.
func questions() [][2]string {
	return [][2]string{
		{outside, "es:es-1:9200"}, {"internet:192.0.2.1", "es:es-1:9200"}, {"internet:198.51.100.7", "es:es-1:9200"}, {"internet:198.51.100.200", "es:es-1:9200"},
		{outside, "kibana:es-1:5601"}, {outside, "es:es-2:9200"}, {"ecs:i-1", "es:es-1:9200"}, {"ecs:i-1", "es:es-2:9300"}, {"ecs:i-2", "es:es-1:9200"},
		{"ecs:i-3", "es:es-1:9200"}, {"ecs:i-4", "es:es-1:9200"}, {"ecs:i-2", "kibana:es-2:5602"}, {"vpc:vpc-1/10.0.2.77", "kibana:es-1:5601"},
		{"internet:198.51.100.8", "lb:lb-1:9200"}, {outside, "lb:lb-1:9200"}, {"ecs:i-1", "lb:nlb-1:9200"}, {"ecs:i-1", "lb:nlb-1:9100"}, {"ecs:i-2", "lb:nlb-1:9200"},
		{"onprem:office", "es:es-1:9200"}, {"onprem:abroad", "es:es-1:9200"}, {"es:es-1", host + "636"}, {"es:es-1", host + "389"}, {"es:es-2", "10.0.2.5:636"},
	}
}

// Removing an answer never turns anything into reachable or blocked, nor does a
// refused call (SEMANTICS 11).
func TestRemoval(t *testing.T) {
	whole := record(t, nil)
	before := New(declared(), whole)
	for i, gone := range whole.Lines {
		less, refused := whole, whole
		less.Lines = slices.Delete(slices.Clone(whole.Lines), i, i+1)
		refused.Lines = slices.Clone(whole.Lines)
		refused.Lines[i].Status = 403
		for how, after := range map[string]*Oracle{"without": New(declared(), less), "refused": New(declared(), refused)} {
			for _, q := range questions() {
				want, err := before.Answer(q[0], q[1])
				if err != nil {
					t.Fatal(err)
				}
				got, err := after.Answer(q[0], q[1])
				if err != nil || got.Verdict != want.Verdict && got.Verdict != Unknown {
					t.Errorf("%s %s %v, %s to %s: %v (%v), before %v", how, gone.Operation, gone.Params, q[0], q[1], got.Verdict, err, want.Verdict)
				}
			}
		}
	}
}

// Neither the order of the answers nor another account beside it changes an
// answer (SEMANTICS 2 and 11).
func TestOrderAndNeighbours(t *testing.T) {
	whole := record(t, nil)
	random := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		mixed := Recording{Account: "1", Regions: whole.Regions, Lines: slices.Clone(whole.Lines)}
		random.Shuffle(len(mixed.Lines), func(i, j int) { mixed.Lines[i], mixed.Lines[j] = mixed.Lines[j], mixed.Lines[i] })
		neighbour := record(t, edits{"es-1 => es-8", "es-2 => es-9", "vpc- => vpc-x", "vsw- => vsw-x", `"i- => "i-x`, "lb- => lb-x", "nlb-x1 => nlb-y", "sg- => sg-x", "eni- => eni-x", "ep-1 => ep-x", "fwd-1 => fwd-x"})
		neighbour.Account = "2"
		o := New(declared(), neighbour, mixed)
		for _, q := range questions() {
			want, err := New(declared(), whole).Answer(q[0], q[1])
			if err != nil {
				t.Fatal(err)
			}
			if got, err := o.Answer(q[0], q[1]); err != nil || got.Verdict != want.Verdict {
				t.Errorf("%s to %s: %v (%v), alone %v", q[0], q[1], got.Verdict, err, want.Verdict)
			}
		}
	}
}
