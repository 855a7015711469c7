package audit_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/estate"
	"esaudit/report"
	"esaudit/snapshot"
)

// An estate that is judged in batches has the report of one that is judged at once, also
// where something was not read.
func TestBatchesHaveTheSameReport(t *testing.T) {
	seeds := uint64(12)
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 300
	}
	apart, whole := 0, 0
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 32))
		s, declared := someEstate(t, seed)
		for range 3 {
			o := audit.Options{Config: declared, All: true, OwnerTag: "team"}
			if seed%3 == 0 {
				o.All, o.Lean = false, true
			}
			want, _ := batched(t, s, o)
			for _, o.Batch = range []int{1, 40} {
				got, inBatches := batched(t, s, o)
				if !bytes.Equal(got, want) {
					t.Fatalf("seed %d, batches of %d: %s", seed, o.Batch, firstDifference(got, want))
				}
				if inBatches {
					apart++
				} else {
					whole++
				}
			}
			s = next(t, r, s)
		}
	}
	t.Logf("%d estates were judged in batches, %d at once because something was not read", apart, whole)
	if apart < 10 || whole < 10 {
		t.Error("too few")
	}
}

// Accounts are judged once, however many batches there are.
func TestBatchesJudgeAccountsOnce(t *testing.T) {
	part, err := estate.Apply(estate.Large(60, 5).Part(), []estate.Edit{{Call: "ram.*", Deny: true}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble([]recording.Part{part})
	if err != nil {
		t.Fatal(err)
	}
	want, _ := batched(t, s, audit.Options{All: true})
	got, inBatches := batched(t, s, audit.Options{All: true, Batch: 1})
	if !bytes.Equal(got, want) || !inBatches {
		t.Errorf("%s; in batches: %v", firstDifference(got, want), inBatches)
	}
	if !bytes.Contains(want, []byte(`"kind": "account"`)) {
		t.Error("nothing is said of the account")
	}
}

// batched returns a report, and whether no graph of the whole was built for it.
func batched(t *testing.T, s *snapshot.Snapshot, o audit.Options) (text []byte, inBatches bool) {
	t.Helper()
	r, err := audit.Run(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := report.Write(&b, "json", r.Report, report.Options{All: o.All}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), r.Graph == nil
}
