package facts

import (
	"sync/atomic"
	"time"

	"esaudit/snapshot"
)

// Instant is when an account was read, RFC 3339; "" when nobody knows.
type Instant struct {
	text string
	seen *atomic.Bool // somebody looked at it; nil when nobody wants to know
}

// takenAt is when an account was read.
func takenAt(a *snapshot.Account) Instant {
	if a.TakenAt.IsZero() {
		return Instant{}
	}
	return Instant{text: a.TakenAt.Format(time.RFC3339)}
}

// String returns the text.
func (i Instant) String() string { return i.text }

// MarshalText returns the text: rules see it, and nothing else of an Instant.
func (i Instant) MarshalText() ([]byte, error) {
	i.See()
	return []byte(i.text), nil
}

// UnmarshalText reads what MarshalText writes.
func (i *Instant) UnmarshalText(text []byte) error {
	*i = Instant{text: string(text)}
	return nil
}

// Watched returns the same instant, which knows whether rules saw it.
func (i Instant) Watched() Instant { return Instant{i.text, new(atomic.Bool)} }

// See notes, for an instant that is watched, that somebody looked at it.
func (i Instant) See() {
	if i.seen != nil {
		i.seen.Store(true)
	}
}

// Seen reports whether rules saw a watched instant: what they said of its subject
// may be something else at another one.
func (i Instant) Seen() bool { return i.seen != nil && i.seen.Load() }
