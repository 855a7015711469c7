package audit

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"testing"
	"testing/synctest"

	"esaudit/facts"
)

// portionsOf gives so many portions of one subject, and tells how many were asked for.
func portionsOf(n int, asked *int, first facts.Portion) iter.Seq[facts.Portion] {
	return func(yield func(facts.Portion) bool) {
		for *asked < n {
			*asked++
			if !yield(first) {
				return
			}
		}
	}
}

// While all processors judge, the next portions are asked for.
func TestPortionsAreAskedForAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, asked, all := runtime.GOMAXPROCS(0)+portionsAhead, 0, make(chan struct{})
		portions := func(yield func(facts.Portion) bool) {
			for p := range portionsOf(n, &asked, func() []facts.Subject { <-all; return make([]facts.Subject, 1) }) {
				if !yield(p) {
					return
				}
			}
			close(all)
		}
		parts, err := judgePortions(t.Context(), portions, func(context.Context, []facts.Subject, *verdicts) error { return nil })
		if err != nil || len(parts) != n {
			t.Errorf("%d parts of %d, error %v", len(parts), n, err)
		}
	})
}

// The first error ends it: portions that wait are not computed, and no more are
// asked for than can wait.
func TestPortionsEndWithTheFirstError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, broken := 0, errors.New("broken")
		portions := portionsOf(1000, &asked, func() []facts.Subject { return make([]facts.Subject, 1) })
		_, err := judgePortions(t.Context(), portions, func(context.Context, []facts.Subject, *verdicts) error { return broken })
		if !errors.Is(err, broken) || asked == 1000 {
			t.Errorf("%d asked for, error %v", asked, err)
		}
	})
}
