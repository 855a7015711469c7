package emulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// quota is a rate that an API allows: calls of one operation, by one account, in
// one region, in a window. A fixed window begins anew with every multiple of its
// length; any other ends now. A shared one is of all operations of a product.
type quota struct {
	calls         int
	window        time.Duration
	fixed, shared bool
}

// parseQuota reads CALLS[/WINDOW][+fixed][+shared], such as 100, 600/1m or
// 100/1s+fixed.
func parseQuota(text string) (quota, error) {
	q := quota{window: time.Second}
	wrong := fmt.Errorf("%q is no CALLS[/WINDOW][+fixed][+shared] such as 100, 600/1m or 100/1s+fixed", text)
	rest, kinds, given := strings.Cut(text, "+")
	if given {
		for kind := range strings.SplitSeq(kinds, "+") {
			switch {
			case kind == "fixed" && !q.fixed:
				q.fixed = true
			case kind == "shared" && !q.shared:
				q.shared = true
			default:
				return quota{}, wrong
			}
		}
	}
	calls, window, given := strings.Cut(rest, "/")
	var err error
	if q.calls, err = strconv.Atoi(calls); err != nil || q.calls < 1 || q.calls > 1<<20 {
		return quota{}, wrong
	}
	if given {
		if q.window, err = time.ParseDuration(window); err != nil || q.window < time.Millisecond || q.window > time.Hour {
			return quota{}, wrong
		}
	}
	return q, nil
}

// meters count the calls that quotas let pass. The zero value has counted
// nothing; it may be used by many goroutines.
type meters struct {
	mu     sync.Mutex
	passed map[string][]time.Time // by account, operation and region; of the last window
}

// exceeds reports whether a call at an instant is one more than its quota allows.
// One that is not counts.
func (m *meters) exceeds(q quota, c *call, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.passed == nil {
		m.passed = map[string][]time.Time{}
	}
	operation := c.operation
	if q.shared {
		operation = "*"
	}
	key := strings.Join([]string{c.account, c.product, operation, c.region}, " ")
	begin := now.Add(-q.window)
	if q.fixed {
		begin = now.Truncate(q.window).Add(-1)
	}
	past := m.passed[key]
	gone := slices.IndexFunc(past, func(at time.Time) bool { return at.After(begin) })
	if gone < 0 {
		gone = len(past)
	}
	past = past[gone:]
	if len(past) >= q.calls {
		m.passed[key] = past
		return true
	}
	m.passed[key] = append(past, now)
	return false
}
