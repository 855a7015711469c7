package wild

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

// The same seed gives the same estate and questions; another one does not.
func TestSeeds(t *testing.T) {
	for seed := range uint64(20) {
		a, b := New(seed), New(seed)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("seed %d gives two estates", seed)
		}
		x, y := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 1))
		if !reflect.DeepEqual(a.Questions(x, 50), b.Questions(y, 50)) {
			t.Fatalf("seed %d gives two lists of questions", seed)
		}
		if reflect.DeepEqual(a.Part, New(seed+1).Part) {
			t.Fatalf("seeds %d and %d give one estate", seed, seed+1)
		}
	}
}

// An estate that is neither rough nor blind has every answer, and all are good.
func TestSmooth(t *testing.T) {
	for seed := range uint64(20) {
		e := With(Options{Seed: seed, Account: "1", Tag: "s", Regions: []string{"cn-hangzhou"}})
		if len(e.Part.Answers) < 60 {
			t.Errorf("seed %d: %d answers", seed, len(e.Part.Answers))
		}
		for _, a := range e.Part.Answers {
			if a.Status != 200 || a.Err != "" {
				t.Errorf("seed %d: %s %v is %d %s", seed, a.Operation, a.Params, a.Status, a.Err)
			}
		}
	}
}
