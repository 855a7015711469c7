package machine

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// A set holds what was added to it, once and in order, however many items it has, in
// whichever order they come, and whenever somebody looks.
func TestLargeSets(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	for try, size := range []int{10, manyItems - 1, manyItems + 1, manyItems + mostLate, 3 * manyItems, 8 * manyItems} {
		var s Set
		items := map[Value]bool{}
		for i := range size {
			item := Value(Int(r.IntN(size)))
			switch {
			case try%2 == 1:
				item = String(strconv.Itoa(r.IntN(2 * size)))
			case i%3 == 0:
				item = Int(i) // in order
			}
			s.add(item)
			items[item] = true
			if r.IntN(200) == 0 && !s.has(item) {
				t.Fatalf("%d items: %v was added and is not there", i, item)
			}
		}
		want := make([]Value, 0, len(items))
		for item := range items {
			want = append(want, item)
		}
		slices.SortFunc(want, compare)
		if got := s.all(); !slices.Equal(got, want) {
			t.Errorf("%d items of %d, or in another order", len(got), len(want))
		}
		if s.has(Int(-1)) || s.has(String("none")) {
			t.Error("what was never added is there")
		}
	}
}
