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

// maxText bounds Answer.Text (CONTRACT 3).
const maxText = 4 << 10

// Caller asks the vendor as one identity. It may be used by many goroutines.
type Caller struct {
	cloud       *Cloud
	credentials *Credentials
	limits      *limits
}

// Caller returns an api.Caller that signs with these credentials.
func (c *Cloud) Caller(k *Credentials) *Caller {
	return &Caller{cloud: c, credentials: k, limits: newLimits(c.options.Clock, c.total, c.options.Quota)}
}

// Source says where the caller's credentials come from, without any secret.
func (c *Caller) Source() string { return c.credentials.source }

// Call implements api.Caller. Of several attempts the last is the answer. The
// error names the call; with one, the answer is "canceled" when the context
// ended, and otherwise none.
func (c *Caller) Call(ctx context.Context, r api.Request) (api.Answer, error) {
	m, err := c.message(r)
	if err != nil {
		return api.Answer{Request: r}, fmt.Errorf("call %s %s: %w", r.Product, r.Operation, err)
	}
	got, err := c.send(ctx, m)
	if err != nil {
		a := api.Answer{Request: r}
		if ctx.Err() != nil {
			a.Err = canceled
		}
		return a, fmt.Errorf("call %s %s: %w", r.Product, r.Operation, err)
	}
	return answer(r, got), nil
}

// reads reports whether an operation only reads, going by the vendor's names.
func reads(operation string) bool {
	for _, verb := range []string{"Describe", "List", "Get"} {
		if rest, ok := strings.CutPrefix(operation, verb); ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
			return true
		}
	}
	return operation == "LookupEvents" // of ActionTrail: the only read under another verb
}

// message is what a request becomes, when it is one that may be sent.
func (c *Caller) message(r api.Request) (message, error) {
	if !reads(r.Operation) || !c.cloud.options.Allowed(r.Product, r.Operation) {
		return message{}, errors.New("it is not on the read list, so it was not sent")
	}
	params := make(map[string]string, len(r.Params)+len(r.Page))
	maps.Copy(params, r.Params)
	maps.Copy(params, r.Page)
	return newMessage(c.cloud.products, r.Product, r.Operation, r.Region, params)
}

// send sends a message until it is answered, or not worth another attempt.
func (c *Caller) send(ctx context.Context, m message) (reply, error) {
	refused := 0
	return c.cloud.persist(ctx, func() (reply, error) {
		if err := c.limits.wait(ctx, m); err != nil {
			return reply{}, err
		}
		select {
		case c.cloud.flying <- struct{}{}:
			defer func() { <-c.cloud.flying }()
		case <-ctx.Done():
			return reply{}, ctx.Err()
		}
		got, err := c.cloud.signed(ctx, m, c.credentials)
		if err == nil {
			got.window = c.limits.answered(m, got.throttled())
			if got.throttled() {
				if refused++; refused >= starves {
					c.limits.shared(m)
				}
			}
		}
		return got, err
	})
}

// signed sends a message once, and again with a new key when the vendor says
// that the first has expired.
func (c *Cloud) signed(ctx context.Context, m message, k *Credentials) (reply, error) {
	key, err := k.Key(ctx)
	if err != nil {
		return reply{}, err
	}
	got, err := c.sign(ctx, m, key)
	if err != nil || !got.expired() || !k.forget(ctx, key) {
		return got, err
	}
	if key, err = k.Key(ctx); err != nil {
		return reply{}, err
	}
	return c.sign(ctx, m, key)
}

// sign sends a message once, through the client of a free worker.
func (c *Cloud) sign(ctx context.Context, m message, key Key) (reply, error) {
	s, _ := c.sessions.Get().(*session)
	if s == nil {
		var err error
		if s, err = newSession(c.wire, c.options.UserAgent); err != nil {
			return reply{}, err
		}
	}
	got, err := s.do(ctx, m, key)
	if err == nil { // after a panic the client is in no known state
		c.sessions.Put(s)
	}
	return got, err
}

// answer makes an Answer of what came.
func answer(r api.Request, got reply) api.Answer {
	a := api.Answer{Request: r, Status: got.status, Date: got.header.Get("Date"), Err: got.class}
	switch {
	case got.status == 0:
	case !got.cut && jsontext.Value(got.body).IsValid():
		a.Body = got.body
	default:
		a.Text = text(got.body)
	}
	return a
}

// text returns the beginning of a body as text.
func text(body []byte) string {
	return strings.ToValidUTF8(string(body[:min(len(body), maxText)]), "?")
}
