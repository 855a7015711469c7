package diff_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/diff"
	"esaudit/graph"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// refused is a recording of which some answers were refused.
func refused(p recording.Part, refuse func(api.Answer) bool) recording.Part {
	p.Answers = slices.Clone(p.Answers)
	for i, a := range p.Answers {
		if refuse(a) {
			p.Answers[i].Status, p.Answers[i].Body = 403, []byte(`{"Code":"Forbidden.RAM","RequestId":"0"}`)
		}
	}
	return p
}

func assembled(t *testing.T, p recording.Part) *snapshot.Snapshot {
	t.Helper()
	s, err := collector.Assemble([]recording.Part{p})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func text(t *testing.T, gained, lost []diff.Change) string {
	t.Helper()
	out, err := json.Marshal([2][]diff.Change{gained, lost})
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// merged are the changes of several steps.
func merged(steps []diff.Step) (gained, lost, unclear []diff.Change) {
	gained, lost = []diff.Change{}, []diff.Change{}
	for _, s := range steps {
		gained, lost, unclear = append(gained, s.Gained...), append(lost, s.Lost...), append(unclear, s.Unclear...)
	}
	return gained, lost, unclear
}

// Over random estates: two pictures differ as ever; a time in which less was known
// changes nothing that anybody gains or loses, however often it is looked at; and
// what changed meanwhile is told when it is known, from when it was known last.
func TestUnknownInBetween(t *testing.T) {
	seeds, blind, gone, changed, late := uint64(12), 0, 0, 0, 0
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 200
	}
	day := func(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC) }
	for seed := range seeds {
		e := wild.With(wild.Options{Seed: seed, Account: "1234567890123456", Tag: "w", Regions: []string{"cn-hangzhou"}})
		s := assembled(t, e.Part)
		r := rand.New(rand.NewPCG(seed, 5))
		build := func(s *snapshot.Snapshot) *graph.Graph { return graph.Build(s, e.Config) }
		whole := build(s)
		dark := build(assembled(t, refused(e.Part, func(api.Answer) bool { return true })))
		for _, chance := range []float64{0.05, 0.4, 1} {
			blinded := refused(e.Part, func(api.Answer) bool { return r.Float64() < chance })
			hidden := build(assembled(t, blinded))
			line := diff.NewTimeline(whole, day(1))
			gained, lost, unclear := merged(line.Next(hidden, day(2)))
			if len(gained)+len(lost) > 0 {
				t.Errorf("seed %d, %v refused: %s", seed, chance, text(t, gained, lost))
			}
			if len(unclear) > 0 {
				blind++
			}
			if again := line.Next(hidden, day(3)); len(again) > 0 {
				t.Errorf("seed %d, %v refused: the same is told twice", seed, chance)
			}
			unlisted := build(assembled(t, refused(blinded, func(a api.Answer) bool { return a.Product == "elasticsearch" })))
			if line.Next(unlisted, day(3)); len(unlisted.Clusters()) < len(hidden.Clusters()) {
				gone++
			}
			line.Next(dark, day(3))
			if again := line.Next(hidden, day(3)); len(again) > 0 {
				t.Errorf("seed %d, %v refused, then the clusters too, then all, and the first again: what was told is told again", seed, chance)
			}
			other, ok := wild.Edited(r, s, 1+r.IntN(6))
			if !ok {
				other = s
			}
			wantGained, wantLost, _ := diff.Reachability(whole, build(other))
			steps := line.Next(build(other), day(4))
			gained, lost, _ = merged(steps)
			sortChanges(gained, lost)
			sortChanges(wantGained, wantLost)
			if got, want := text(t, gained, lost), text(t, wantGained, wantLost); got != want {
				t.Errorf("seed %d, %v refused, then\n%s\nnot\n%s", seed, chance, got, want)
			}
			if len(wantGained)+len(wantLost) > 0 {
				changed++
			}
			if slices.ContainsFunc(steps, func(s diff.Step) bool { return s.From.Equal(day(1)) && len(s.Gained)+len(s.Lost) > 0 }) {
				late++
			}
			again := diff.NewTimeline(whole, day(1))
			again.Next(hidden, day(2))
			if steps := again.Next(build(s), day(3)); len(steps) > 0 {
				gained, lost, unclear := merged(steps)
				t.Errorf("seed %d, %v refused, then the first again: %s, %d unclear", seed, chance, text(t, gained, lost), len(unclear))
			}
		}
	}
	t.Logf("%d blind, %d with clusters that nobody sees, %d changed, %d of them while nobody knew", blind, gone, changed, late)
	if blind < 8 || gone < 8 || changed < 4 || late < 2 {
		t.Error("too few")
	}
}

func sortChanges(lists ...[]diff.Change) {
	for _, list := range lists {
		slices.SortFunc(list, func(a, b diff.Change) int {
			x, _ := json.Marshal(a)
			y, _ := json.Marshal(b)
			return slices.Compare(x, y)
		})
	}
}
