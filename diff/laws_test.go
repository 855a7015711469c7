package diff_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/diff"
	"esaudit/graph"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// The laws of differences, on random estates and edits: an estate does not
// differ from itself; what one direction gains the other loses; and an edit in
// memory is the document that it gives, to differences and single questions.
func TestLawsOfRandomEstates(t *testing.T) {
	seeds, pairs, mirrored, changed := uint64(20), 0, 0, 0
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 300
	}
	for seed := range seeds {
		e := wild.New(seed)
		part, declared := e.Part, e.Config
		if seed%3 == 2 {
			part, declared = estate.Large(6, seed).Part(), config.Config{}
		}
		s, err := collector.Assemble([]recording.Part{part})
		if err != nil {
			t.Fatal(err)
		}
		old := side(s, declared)
		if d := diff.Compare(old, side(parsed(t, s), declared)); !d.Empty() || len(d.CutOff) > 0 {
			t.Errorf("seed %d differs from itself: %s", seed, told(d))
		}
		r := rand.New(rand.NewPCG(seed, 31))
		for range 4 {
			edited, ok := wild.Edited(r, s, 1+r.IntN(6))
			if !ok {
				continue
			}
			pairs++
			memory, file := side(edited, declared), side(parsed(t, edited), declared)
			forth, back := diff.Compare(old, memory), diff.Compare(memory, old)
			if a, b := told(forth), told(diff.Compare(old, file)); a != b {
				t.Errorf("seed %d: the edit\n%s\nthe document\n%s", seed, a, b)
			}
			sameAnswers(t, e.Questions(r, 30), memory.Graph, file.Graph)
			if len(forth.Gained)+len(forth.Lost) > 0 {
				changed++
			}
			if len(forth.Unclear)+len(back.Unclear) == 0 {
				mirrored += len(forth.Gained) + len(forth.Lost)
				mirror(t, forth, back)
			}
		}
	}
	t.Logf("%d pairs, %d changed who gets in, %d changes mirrored", pairs, changed, mirrored)
	if pairs < 30 || changed < 10 || mirrored < 10 {
		t.Error("too few")
	}
}

func mirror(t *testing.T, forth, back diff.Document) {
	t.Helper()
	for _, pair := range [][2][]diff.Change{{forth.Gained, back.Lost}, {forth.Lost, back.Gained}} {
		a, _ := json.Marshal(pair[0])
		b, _ := json.Marshal(pair[1])
		if string(a) != string(b) {
			t.Errorf("one direction\n%s\nthe other\n%s", a, b)
		}
	}
}

func sameAnswers(t *testing.T, questions [][2]string, memory, file *graph.Graph) {
	t.Helper()
	for _, q := range questions {
		a, errA := memory.Reach(q[0], q[1])
		b, errB := file.Reach(q[0], q[1])
		if (errA == nil) != (errB == nil) || a.Verdict != b.Verdict || a.Entry != b.Entry || len(a.Path) != len(b.Path) {
			t.Errorf("%v: the edit says %v %v, the document %v %v", q, a.Verdict, errA, b.Verdict, errB)
			continue
		}
		for i, h := range a.Path {
			other := b.Path[i]
			if h.Line, other.Line = 0, 0; h != other {
				t.Errorf("%v: the edit's path has %v, the document's %v", q, h, other)
			}
		}
	}
}

func parsed(t *testing.T, s *snapshot.Snapshot) *snapshot.Snapshot {
	t.Helper()
	out, err := snapshot.Parse(s.Canonical())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func told(d diff.Document) string {
	b, _ := json.Marshal(d)
	return string(b)
}
