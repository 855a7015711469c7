package cloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync/atomic"
	"time"
)

// Key is what a request is signed with. However it is printed, it shows the id
// alone, which is an identity and no secret.
type Key struct {
	ID      string
	Secret  string    `json:"-"`
	Token   string    `json:"-"` // of a temporary key
	Expires time.Time // zero: never
}

// Format implements fmt.Formatter.
func (k Key) Format(f fmt.State, _ rune) { io.WriteString(f, "key "+k.ID) }

// scrub hides the key's secrets in a text.
func (k Key) scrub(text string) string {
	return string(secrets{}.add(k.Secret).add(k.Token).hide([]byte(text)))
}

// Keys are renewed before they expire: from early on it is tried, every while,
// and until late a key is still used when trying fails.
const (
	early = 3 * time.Minute
	every = 10 * time.Second
	late  = 10 * time.Second
)

// Credentials give keys, and renew them. They may be used by many goroutines:
// one of them fetches, the others wait for it.
type Credentials struct {
	source string
	fetch  func(ctx context.Context) (Key, error)
	clock  Clock

	failures atomic.Uint64
	turn     chan struct{} // holds one token: whose turn it is to use the rest
	key      Key
	tried    time.Time
	err      error // of the last fetch
}

func newCredentials(clock Clock, source string, fetch func(ctx context.Context) (Key, error)) *Credentials {
	c := &Credentials{source: source, fetch: fetch, clock: clock, turn: make(chan struct{}, 1)}
	c.give()
	return c
}

// fixed are credentials that never change.
func fixed(clock Clock, source string, k Key) *Credentials {
	return newCredentials(clock, source, func(context.Context) (Key, error) { return k, nil })
}

// Source says where the credentials come from, without any secret: "profile
// ops of ~/.aliyun/config.json, mode RamRoleArn".
func (c *Credentials) Source() string { return c.source }

// Format implements fmt.Formatter: it shows the source alone.
func (c *Credentials) Format(f fmt.State, _ rune) { io.WriteString(f, c.source) }

// Key returns a key that is good for now. The error names the source.
func (c *Credentials) Key(ctx context.Context) (Key, error) {
	failures := c.failures.Load()
	if err := c.take(ctx); err != nil {
		return Key{}, err
	}
	defer c.give()
	left, now := c.left(), c.clock.Now()
	switch {
	case left > early, left > late && now.Sub(c.tried) < every:
		return c.key, nil
	case left <= late && c.failures.Load() > failures: // somebody failed while this one waited
		return Key{}, c.err
	}
	key, err := c.fetch(ctx)
	if ctx.Err() != nil {
		return Key{}, ctx.Err()
	}
	if err == nil && (key.ID == "" || key.Secret == "") {
		err = errors.New("it gave no key")
	}
	c.tried = now
	switch {
	case err == nil:
		c.key = key
	case left <= late:
		c.failures.Add(1)
		c.err = fmt.Errorf("get credentials: %s: %w", c.source, err)
		return Key{}, c.err
	}
	return c.key, nil
}

// left is how long the key is good for; 0 when there is none.
func (c *Credentials) left() time.Duration {
	switch {
	case c.key.ID == "":
		return 0
	case c.key.Expires.IsZero():
		return math.MaxInt64
	}
	return c.key.Expires.Sub(c.clock.Now())
}

// forget drops a key that the vendor no longer takes. It reports whether
// another can be had.
func (c *Credentials) forget(ctx context.Context, k Key) bool {
	if k.Expires.IsZero() || c.take(ctx) != nil {
		return false
	}
	defer c.give()
	if c.key == k {
		c.key = Key{}
	}
	return true
}

func (c *Credentials) take(ctx context.Context) error {
	select {
	case <-c.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Credentials) give() { c.turn <- struct{}{} }
