package graph

import (
	"encoding/json"
	"math/rand/v2"
	"sync"
	"testing"

	"esaudit/internal/wild"
)

// Whoever asks first works out what all use: many who ask at once get the answers
// of one who asks alone.
func TestAnswersSideBySide(t *testing.T) {
	wildGraphs(t, func(seed uint64, e *wild.Estate, g *Graph) {
		if seed > 3 {
			return
		}
		questions := e.Questions(rand.New(rand.NewPCG(seed, 5)), 40)
		const askers = 4
		said := make([][]string, askers)
		var all sync.WaitGroup
		for n := range askers {
			all.Go(func() {
				for i := range questions {
					q := questions[(i+n*7)%len(questions)]
					a, err := g.Reach(q[0], q[1])
					text, failed := json.Marshal(a.Paths)
					if failed != nil {
						t.Error(failed)
					}
					said[n] = append(said[n], q[0]+q[1]+string(text))
					if err != nil {
						said[n][i] += err.Error()
					}
				}
			})
		}
		all.Wait()
		for n := 1; n < askers; n++ {
			for i, text := range said[0] {
				at := (i - n*7%len(questions) + len(questions)) % len(questions)
				if said[n][at] != text {
					t.Errorf("seed %d: %d says %s\n0 says %s", seed, n, said[n][at], text)
				}
			}
		}
	})
}
