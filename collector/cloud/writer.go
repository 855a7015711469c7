package cloud

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"esaudit/collector/api"
)

// Writer changes the vendor's account as one identity: the operations of Writes,
// and no others. It may be used by many goroutines.
type Writer struct{ caller *Caller }

// Writer returns an api.Writer that signs with these credentials.
func (c *Cloud) Writer(k *Credentials) *Writer { return &Writer{c.Caller(k)} }

// Write implements api.Writer. What the vendor turned away for its rate, before
// it did anything, is tried again; so is a call whose key had expired, with a new
// one. Nothing else is: whether a change was made is the caller's to find out.
func (w *Writer) Write(ctx context.Context, r api.Write) (api.Answer, error) {
	a := api.Answer{Request: api.Request{Region: r.Region, Product: r.Product, Operation: r.Operation, Params: maps.Clone(r.Params)}}
	m, err := w.message(r)
	if errors.Is(err, errNoDryRun) {
		a.Status, a.Err = -1, "skipped: "+err.Error()
		return a, nil
	}
	if err != nil {
		return a, fmt.Errorf("write %s %s: %w", r.Product, r.Operation, err)
	}
	got, err := w.send(ctx, m)
	if p, ok := errors.AsType[*panicked](err); ok && p.sent {
		got, err = reply{class: reset}, nil
	}
	if err != nil {
		return a, fmt.Errorf("write %s %s: %w", r.Product, r.Operation, err)
	}
	return answer(a.Request, got), nil
}

var errNoDryRun = errors.New("the operation has no dry run")

// message is what a write becomes, when it is one of the table.
func (w *Writer) message(r api.Write) (message, error) {
	op, ok := write(r.Product, r.Operation)
	if !ok {
		return message{}, errors.New("it is not on the list of writes, so it was not sent")
	}
	p := w.caller.cloud.products[r.Product]
	switch {
	case r.DryRun && op.dryRun == "":
		return message{}, errNoDryRun
	case r.Body != nil && !p.roa:
		return message{}, errors.New("it takes no JSON body")
	case r.Body != nil && !jsontext.Value(r.Body).IsValid():
		return message{}, errors.New("its body is no JSON")
	}
	params := map[string]string{}
	for name, value := range r.Params {
		if name == op.token || strings.EqualFold(name, "DryRun") {
			return message{}, fmt.Errorf("parameter %q is not the request's own", name)
		}
		params[name] = value
	}
	if op.token != "" {
		params[op.token] = r.Token
	}
	if r.DryRun {
		params[op.dryRun] = "true"
		delete(params, op.token) // a token would make the call itself a repetition
	}
	m, err := p.message(op.shape, r.Operation, r.Region, params)
	m.body = r.Body
	return m, err
}

// send sends a message until the vendor takes it, or refuses it for another
// reason than its rate. What was sent is an answer, even when the context ends
// before it comes: the error is for what was not.
func (w *Writer) send(ctx context.Context, m message) (reply, error) {
	c := w.caller.cloud
	for n := 1; ; n++ {
		if err := w.caller.limits.wait(ctx, m); err != nil {
			return reply{}, err // of an earlier attempt nothing is left to say: it was turned away
		}
		got, err := c.signed(ctx, m, w.caller.credentials)
		if err != nil || !got.turnedAway() || n >= c.options.Attempts {
			return got, err
		}
		wait, again := c.again(got, n)
		if !again || c.options.Clock.Sleep(ctx, wait) != nil {
			return got, nil
		}
	}
}

// turnedAway reports whether the vendor refused a call for its rate, or because
// another is under way, before it did anything. A status of 500 and above says
// nothing of the kind.
func (r reply) turnedAway() bool { return r.status < 500 && r.throttled() }
