package locality_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/internal/estate"
	"esaudit/locality"
	"esaudit/snapshot"
)

// Batches hold the parts that the estate is divided into, in their order, none of them
// divided.
func TestBatchesAreParts(t *testing.T) {
	check := func(name string, s *snapshot.Snapshot, c config.Config) {
		for _, size := range []int{1, 2, 3, 4, 5, 6, 7, 20, 100, 1 << 20} {
			var want, got [][]string
			var ids []string
			for _, p := range locality.Divide(s, c).Parts {
				for _, o := range p.Objects {
					ids = append(ids, o.Node.Pointer())
				}
				if len(ids) >= size {
					want, ids = append(want, ids), nil
				}
			}
			if len(ids) > 0 || len(want) == 0 {
				want = append(want, ids)
			}
			for batch := range locality.Batches(s, c, size) {
				got = append(got, placedIn(batch))
			}
			for i := range want {
				slices.Sort(want[i])
			}
			if !slices.EqualFunc(got, want, slices.Equal) {
				t.Errorf("%s, %d at a time: %d batches, of other objects than %d of parts", name, size, len(got), len(want))
			}
		}
	}
	check("nothing", &snapshot.Snapshot{}, config.Config{})
	large, err := collector.Assemble([]recording.Part{estate.Large(30, 1).Part()})
	if err != nil {
		t.Fatal(err)
	}
	check("large", large, config.Config{})
	for seed := range uint64(40) { // fewer objects are more parts
		r := rand.New(rand.NewPCG(seed, 3))
		some := large.Only(func(snapshot.Object) bool { return r.IntN(20) == 0 })
		check(fmt.Sprint("seed ", seed), some, config.Config{})
	}
}

// placedIn are the objects of an estate that belong to parts, sorted.
func placedIn(s *snapshot.Snapshot) []string {
	var out []string
	for _, a := range s.Accounts() {
		for _, kind := range snapshot.Kinds() {
			for _, o := range a.Objects(kind) {
				if kind != snapshot.Region && kind != snapshot.Trail && kind != snapshot.Event {
					out = append(out, o.Node.Pointer())
				}
			}
		}
	}
	slices.Sort(out)
	return out
}
