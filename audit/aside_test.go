package audit_test

import (
	"bytes"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"esaudit/audit"
	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/internal/wild"
	"esaudit/locality"
	"esaudit/snapshot"
)

// Where lists and settings of clusters alone are other ones, no part is judged again,
// but these clusters and those that read them.
func TestCacheKnowsWhatStandsAside(t *testing.T) {
	judged, all := 0, 0
	for seed := range uint64(6) {
		s, declared := someEstate(t, seed)
		if seed%2 == 0 {
			s, declared = aStory(t, "e1-reindex"), config.Config{}
		}
		r := rand.New(rand.NewPCG(seed, 41))
		c := openCache(t, t.TempDir(), "secret")
		o := audit.Options{Config: declared, Cache: c.Cache, All: true}
		reported(t, s, o)
		var asked atomic.Int64
		c.Judged = func(_, made int) { asked.Add(int64(made)) }
		for range 4 {
			edited, ids := wild.Aside(r, s, 3, locality.Aside)
			s = atInstant(t, edited, 0)
			want := reported(t, s, audit.Options{Config: declared, All: true})
			asked.Store(0)
			if got := reported(t, s, o); !bytes.Equal(got, want) || len(c.notes) > 0 {
				t.Fatalf("seed %d: %s; notes %q", seed, firstDifference(got, want), c.notes)
			}
			if c.known == c.parts && len(ids) > 0 {
				judged, all = judged+int(asked.Load()), all+bytes.Count(want, []byte(`"subject"`))
			}
		}
	}
	t.Logf("facts of %d subjects were made, of %d results", judged, all)
	if all < 1000 || judged*10 > all {
		t.Errorf("facts of %d subjects were made, of %d results", judged, all)
	}
}

func aStory(t *testing.T, name string) *snapshot.Snapshot {
	t.Helper()
	r, err := recording.Open("../testdata/estates/" + name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := collector.Assemble(r.Parts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
