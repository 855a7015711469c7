package audit

import (
	"context"
	"errors"

	"esaudit/facts"
	"esaudit/graph"
	"esaudit/locality"
	"esaudit/policies"
	"esaudit/snapshot"

	"golang.org/x/sync/errgroup"
)

// errDoubt is that parts do not stand for themselves.
var errDoubt = errors.New("something was not read that may join parts of the estate")

// unread reports whether a call that says something of the network was not answered
// completely.
func unread(s *snapshot.Snapshot) bool {
	for _, a := range s.Accounts() {
		for _, c := range a.Coverage() {
			if !snapshot.OfDirectory(c.Product) && c.Count(snapshot.NeverMade, snapshot.Denied, snapshot.Failed, snapshot.Incomplete, snapshot.Throttled, snapshot.Skipped, snapshot.Narrowed) > 0 {
				return true
			}
		}
	}
	return false
}

// judgeParts judges an estate part by part: a graph and facts are there of those that
// are judged, and forgotten with them. The parts of two batches are judged at a time,
// so that no processor waits while the next graph is built. It returns nil where
// something was not read that may join parts.
func (o Options) judgeParts(ctx context.Context, s *snapshot.Snapshot, in, spoken *policies.Engine) (*verdicts, error) {
	if unread(s) {
		return nil, nil
	}
	var parts []*verdicts
	group, until := errgroup.WithContext(ctx)
	group.SetLimit(2)
	whole := s
	for part := range locality.Divide(s, o.Config).Batches(o.Batch) {
		if until.Err() != nil {
			break
		}
		v, all := &verdicts{}, whole
		parts, whole = append(parts, v), nil // accounts and regions are judged once
		group.Go(func() error {
			g := graph.Build(part, o.Config)
			making := facts.MakePart(g)
			if all != nil {
				making = facts.MakeParts(all, g)
			}
			found, err := o.judgeMaking(until, g, making, in, spoken)
			if err == nil && doubtful(part) {
				err = errDoubt
			}
			if err == nil {
				*v = *found
			}
			return err
		})
	}
	switch err := group.Wait(); err {
	case nil:
		return joined(parts), nil
	case errDoubt:
		return nil, nil
	default:
		return nil, err
	}
}
