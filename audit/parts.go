package audit

import (
	"context"
	"errors"
	"maps"

	"esaudit/facts"
	"esaudit/finding"
	"esaudit/graph"
	"esaudit/locality"
	"esaudit/policies"
	"esaudit/snapshot"

	"golang.org/x/sync/errgroup"
)

// errDoubt is that parts do not stand for themselves.
var errDoubt = errors.New("something was not read that may join parts of the estate")

// judgeParts judges an estate part by part: a graph and facts are there of those that
// are judged, and forgotten with them. The parts of two batches are judged at a time,
// so that no processor waits while the next graph is built. It returns nil where
// something was not read that may join parts.
func (o Options) judgeParts(ctx context.Context, s *snapshot.Snapshot, in, spoken *policies.Engine) (*verdicts, error) {
	if unread(s) {
		return nil, nil
	}
	var parts []*verdicts
	var named []map[int][]snapshot.Call // by part: calls for what objects name that were never made
	group, until := errgroup.WithContext(ctx)
	group.SetLimit(2)
	whole := s
	for part := range locality.Batches(s, o.Config, o.Batch) {
		if until.Err() != nil {
			break
		}
		v, all := &verdicts{}, whole
		calls := map[int][]snapshot.Call{}
		parts, named, whole = append(parts, v), append(named, calls), nil // accounts and regions are judged once
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
				maps.Copy(calls, missed(part))
			}
			return err
		})
	}
	switch err := group.Wait(); err {
	case nil:
		all := map[int][]snapshot.Call{}
		for _, part := range named {
			for i, calls := range part {
				all[i] = append(all[i], calls...)
			}
		}
		out := joined(parts)
		out.coverage = ahead(func() finding.Coverage { return coverage(s, all) })
		return out, nil
	case errDoubt:
		return nil, nil
	default:
		return nil, err
	}
}

// missed are the calls for what objects name that were never made, by account: while
// what was read of these objects is at hand.
func missed(s *snapshot.Snapshot) map[int][]snapshot.Call {
	out := map[int][]snapshot.Call{}
	for i, a := range s.Accounts() {
		out[i] = nil
		eachReferenced(a, func(_ snapshot.Object, c snapshot.Call) { out[i] = appendMissing(out[i], a, c) })
	}
	return out
}
