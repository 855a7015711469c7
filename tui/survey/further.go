package survey

import (
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"esaudit/tui"
)

// batch is how many clusters are asked about before the next are: few at first,
// so that something is shown soon, and never so few that copying them counts.
func (s *Survey) batch() int {
	n := min(max(16, s.asked), max(256, len(s.clusters)/32))
	return min(n, len(s.clusters)-s.asked)
}

// Asked is of how many clusters it is known who gets in.
func (s *Survey) Asked() int { return s.asked }

// Further asks who gets in to the next clusters, several at a time. Clusters keep
// their places until all were asked about; then the worst is the first.
func (s *Survey) Further(ctx context.Context) (tui.Estate, error) {
	n := s.batch()
	if n == 0 {
		return s, ctx.Err()
	}
	next := *s
	next.clusters = slices.Clone(s.clusters)
	targets := make([][]string, n)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		group.Go(func() (err error) {
			if err = ctx.Err(); err == nil {
				c := &next.clusters[s.asked+i]
				*c, targets[i], err = s.glance(*c)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	next.asked = s.asked + n
	next.targets = slices.Concat(slices.Clip(s.targets), slices.Concat(targets...))
	if next.asked == len(next.clusters) {
		next.arrange()
	}
	return &next, nil
}

// Complete asks who gets in to every cluster.
func Complete(ctx context.Context, s *Survey) (*Survey, error) {
	for s.asked < len(s.clusters) {
		next, err := s.Further(ctx)
		if err != nil {
			return nil, err
		}
		s = next.(*Survey)
	}
	return s, nil
}
