package graph

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"esaudit/internal/wild"
)

// Tell says what Reach does, without the paths, and refuses what it refuses.
func TestTellAgreesWithReach(t *testing.T) {
	refused := 0
	wildGraphs(t, func(seed uint64, e *wild.Estate, g *Graph) {
		for _, q := range e.Questions(rand.New(rand.NewPCG(seed, 9)), 15) {
			told, errTell := g.Tell(q[0], q[1])
			want, err := g.Reach(q[0], q[1])
			if err != nil || errTell != nil {
				refused++
				if errTell == nil || err == nil || err.Error() != errTell.Error() {
					t.Errorf("seed %d: %q: %v, Reach says %v", seed, q, errTell, err)
				}
				continue
			}
			want.Paths = nil
			if got := told.answer(); !reflect.DeepEqual(got, want) {
				t.Errorf("seed %d: %q: %+v, Reach says %+v", seed, q, got, want)
			}
		}
	})
	if refused < 10 {
		t.Errorf("%d refused: too few", refused)
	}
}
