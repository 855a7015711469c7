package snapshot_test

import (
	"testing"

	"esaudit/keyed"
	"esaudit/snapshot"

	"pgregory.net/rapid"
)

// A mark is known if a document has it, in whichever order marks are asked for, and
// however many begin alike or stand twice.
func TestMarksAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mark := rapid.Custom(func(t *rapid.T) (sum keyed.Mark) {
			sum[0], sum[15] = byte(rapid.IntRange(0, 3).Draw(t, "first")), byte(rapid.IntRange(0, 3).Draw(t, "last"))
			return sum
		})
		documents := rapid.SliceOfN(rapid.SliceOfN(mark, 0, 40), 0, 3).Draw(t, "documents")
		want := map[keyed.Mark]bool{}
		for _, list := range documents {
			for _, sum := range list {
				want[sum] = true
			}
		}
		knows := snapshot.KnowsMarks(documents)
		asked := rapid.SliceOfN(mark, 0, 40).Draw(t, "asked")
		if len(documents) > 0 {
			asked = append(asked, documents[0]...)
		}
		for _, sum := range asked {
			if got := knows(sum); got != want[sum] {
				t.Fatalf("%x is known: %t, want %t", sum, got, want[sum])
			}
		}
	})
}
