package collector

import (
	"cmp"
	"context"
	"fmt"
	"maps"

	"esaudit/collector/api"
	"esaudit/snapshot"
)

// ReadError says that a call was made and not read completely.
type ReadError struct {
	Call  snapshot.Call
	State snapshot.State
	Code  string // the vendor's error code, or what happened in words
}

func (e *ReadError) Error() string { return fmt.Sprintf("%s: %s: %s", e.Call, e.State, e.Code) }

// Read makes one call of the plan and returns its answers: all pages, each well
// formed, in the vendor's bytes. The caller must not keep them: they may hold
// secrets. The request's own Page is ignored. The error is a *ReadError where the
// vendor was asked.
func Read(ctx context.Context, caller api.Caller, r api.Request) ([]api.Answer, error) {
	c, err := callOf(r)
	if err != nil {
		return nil, err
	}
	ops := map[string]*Op{c.name(): c.op}
	var answers []api.Answer
	for c.page = c.pager.first(); ; {
		asked := c.request()
		a, err := caller.Call(ctx, asked)
		if err != nil {
			return nil, err
		}
		a.Request = asked
		answers = append(answers, a)
		next, cut := c.accept(ops, a)
		state, code := c.outcome()
		if cut != "" {
			state, code = snapshot.Incomplete, cut
		}
		switch c.page = next; {
		case next != nil:
		case state != snapshot.Read:
			return nil, &ReadError{snapshot.Call{Product: r.Product, Operation: r.Operation, Region: cmp.Or(c.region, snapshot.Global)}, state, code}
		default:
			return answers, nil
		}
	}
}

// callOf finds the paging and the catalogue's row of a call.
func callOf(r api.Request) (*call, error) {
	for i, s := range plan() {
		if s.product != r.Product || s.operation != r.Operation {
			continue
		}
		for _, op := range Catalogue() {
			if op.Product == r.Product && op.Operation == r.Operation {
				return &call{step: i, op: &op, region: r.Region, params: maps.Clone(r.Params), pager: pager{paging: s.paging}}, nil
			}
		}
	}
	return nil, fmt.Errorf("read %s %s: it is not one of the calls that esaudit reads", r.Product, r.Operation)
}
