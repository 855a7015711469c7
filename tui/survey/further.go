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

// Further asks about the first clusters who gets in and who could open them, then
// who gets in to the next ones, several at a time. Who could open a cluster costs as
// much as there are principals, and is asked of those alone that are wanted. Clusters
// keep their places until all were asked about; then the worst is the first.
func (s *Survey) Further(ctx context.Context, first []int) (tui.Estate, error) {
	todo := s.todo(first)
	if len(todo) == 0 {
		return s, ctx.Err()
	}
	next := *s
	next.clusters = slices.Clone(s.clusters)
	targets := make([][]string, len(todo))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, x := range todo {
		group.Go(func() (err error) {
			if err = ctx.Err(); err != nil {
				return err
			}
			c := &next.clusters[x.cluster]
			if !c.Asked {
				*c, targets[i], err = s.glance(*c)
			}
			if x.count && !c.Counted {
				*c = s.counted(*c)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, x := range todo {
		if !s.clusters[x.cluster].Asked {
			next.asked++
		}
	}
	for next.next < len(next.clusters) && next.clusters[next.next].Asked {
		next.next++
	}
	next.targets = slices.Concat(slices.Clip(s.targets), slices.Concat(targets...))
	if next.asked == len(next.clusters) && s.asked < len(s.clusters) {
		next.arrange()
	}
	return &next, nil
}

// asking is a cluster that is asked about; count asks also who could open it.
type asking struct {
	cluster int
	count   bool
}

// todo are the clusters to ask about: the first ones, and a batch of others.
func (s *Survey) todo(first []int) []asking {
	var out []asking
	wanted := map[int]bool{}
	for _, i := range first {
		if c := s.clusters[i]; !wanted[i] && (!c.Asked || !c.Counted) {
			wanted[i] = true
			out = append(out, asking{i, true})
		}
	}
	n := s.batch()
	for i := s.next; i < len(s.clusters) && n > 0; i++ {
		if !s.clusters[i].Asked && !wanted[i] {
			out = append(out, asking{i, false})
			n--
		}
	}
	return out
}

// Learn returns this survey with what another one of the same graph knows of who
// gets in.
func (s *Survey) Learn(from tui.Estate) tui.Estate {
	old, ok := from.(*Survey)
	if !ok || old.graph != s.graph {
		return s
	}
	next := *s
	next.clusters, next.asked, next.next, next.targets = slices.Clone(s.clusters), old.asked, 0, old.targets
	for i, c := range next.clusters {
		if at := old.Place(c.ID); at >= 0 {
			was := old.clusters[at]
			c.Asked, c.Counted, c.Internet, c.VPCs, c.Hosts, c.Principals = was.Asked, was.Counted, was.Internet, was.VPCs, was.Hosts, was.Principals
			next.clusters[i] = c
		}
	}
	next.arrange()
	return &next
}

// Complete asks everything about every cluster.
func Complete(ctx context.Context, s *Survey) (*Survey, error) {
	all := make([]int, len(s.clusters))
	for i := range all {
		all[i] = i
	}
	next, err := s.Further(ctx, all)
	if err != nil {
		return nil, err
	}
	return next.(*Survey), nil
}
