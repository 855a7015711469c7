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

// Reader makes single calls of the plan. It is used by one goroutine.
type Reader struct {
	caller api.Caller
	ops    map[string]*Op // the catalogue, by "product.operation"
	steps  map[string]step
}

// NewReader returns a Reader that asks by a caller.
func NewReader(caller api.Caller) *Reader {
	r := &Reader{caller: caller, ops: map[string]*Op{}, steps: map[string]step{}}
	for _, op := range Catalogue() {
		r.ops[op.Product+"."+op.Operation] = &op
	}
	for _, s := range plan() {
		r.steps[s.product+"."+s.operation] = s
	}
	return r
}

// Read makes one call and returns its answers: all pages, each well formed, in the
// vendor's bytes. They must not be stored: they may hold secrets. The request's
// own Page is ignored. The error is a *ReadError where the vendor was asked.
func (r *Reader) Read(ctx context.Context, q api.Request) ([]api.Answer, error) {
	s, planned := r.steps[q.Product+"."+q.Operation]
	op := r.ops[q.Product+"."+q.Operation]
	if !planned || op == nil {
		return nil, fmt.Errorf("read %s %s: it is not one of the calls that esaudit reads", q.Product, q.Operation)
	}
	c := &call{op: op, region: q.Region, params: maps.Clone(q.Params), pager: pager{paging: s.paging}, page: s.paging.first()}
	var answers []api.Answer
	for {
		asked := c.request()
		a, err := r.caller.Call(ctx, asked)
		if err != nil {
			return nil, err
		}
		a.Request = asked
		answers = append(answers, a)
		next, cut := c.accept(r.ops, a)
		state, code := c.outcome()
		if cut != "" {
			state, code = snapshot.Incomplete, cut
		}
		switch c.page = next; {
		case next != nil:
		case state != snapshot.Read:
			return nil, &ReadError{snapshot.Call{Product: q.Product, Operation: q.Operation, Region: cmp.Or(q.Region, snapshot.Global)}, state, code}
		default:
			return answers, nil
		}
	}
}
