package cloud

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// How long to wait before another attempt: a random part of first, doubled with
// each attempt up to longest. What is throttled may be counted by the minute, so
// that waits longer, unless it is known to be counted by the second: then the next
// window is never further away than that, until it shows that nothing gets through.
// A Retry-After is waited for besides, if it is not longer than patience: then the
// answer stands.
const (
	firstWait      = 500 * time.Millisecond
	firstThrottled = 2 * time.Second
	longestWait    = 20 * time.Second
	patience       = 2 * time.Minute
	unlucky        = 8 // attempts refused by the second are chance; from then on it waits longer
	starves        = 5 // attempts refused, and others are in the way that share the quota
	insistence     = 4 // times as many further attempts of what is throttled: it is refused before any work is done
)

// persist makes attempts until one is good enough, and returns the last. An
// error ends it: the attempt could not be made, or the context ended.
func (c *Cloud) persist(ctx context.Context, attempt func() (reply, error)) (reply, error) {
	for n := 1; ; n++ {
		got, err := attempt()
		if err != nil {
			return reply{}, err
		}
		if err := ctx.Err(); got.status == 0 && err != nil {
			return reply{}, err
		}
		wait, again := c.again(got, n)
		if !again || n >= c.attempts(got) {
			return got, nil
		}
		if err := c.options.Clock.Sleep(ctx, wait); err != nil {
			return reply{}, err
		}
	}
}

// attempts is how often a read is sent at most that was answered like this.
func (c *Cloud) attempts(got reply) int {
	if got.throttled() {
		return 1 + insistence*(c.options.Attempts-1)
	}
	return c.options.Attempts
}

// again says whether a read is worth asking again after attempt n, and after
// how long.
func (c *Cloud) again(got reply, n int) (time.Duration, bool) {
	first, longest := firstWait, longestWait
	switch {
	case got.throttled() && got.window > 0 && got.window <= time.Second:
		first, longest = got.window/4, got.window
		if n > unlucky { // whatever counts by the second would have let it pass
			first, longest, n = 2*got.window, longestWait, n-unlucky
		}
	case got.throttled():
		first = firstThrottled
	case got.status >= 500, got.class == timedOut, got.class == refused, got.class == reset:
	default:
		return 0, false
	}
	bound := min(float64(longest), float64(first)*math.Pow(2, float64(n-1)))
	told := retryAfter(got.header.Get("Retry-After"), c.options.Clock.Now())
	return told + time.Duration(c.options.Rand()*bound), told <= patience
}

// retryAfter reads the header: seconds, or an HTTP date.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(strings.TrimSpace(text)); err == nil {
		return time.Duration(min(max(seconds, 0), 1<<30)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

// throttled reports whether the vendor says "too fast" or "not at once":
// by status, by the codes its own tools retry, or, for Elasticsearch, in words.
func (r reply) throttled() bool {
	if r.status == http.StatusTooManyRequests {
		return true
	}
	if r.status < 400 {
		return false
	}
	code, message := r.fault()
	const words = "QPS Limit Exceeded"
	return strings.Contains(code, "Throttling") || strings.Contains(code, words) || strings.Contains(message, words) ||
		code == "ServiceUnavailable" || code == "SystemBusy" || code == "ConcurrentCallNotSupported"
}

// expired reports whether the vendor no longer takes the security token.
func (r reply) expired() bool {
	if r.status < 400 || r.status >= 500 {
		return false
	}
	code, _ := r.fault()
	return strings.HasPrefix(code, "InvalidSecurityToken.Expired") || code == "SecurityTokenExpired"
}

// fault returns the code and message of the vendor's error body; "" where they
// are no strings.
func (r reply) fault() (code, message string) {
	var body struct {
		Code, Message jsontext.Value
		Lower         jsontext.Value `json:"code"`
	}
	if len(r.body) > 1<<20 || json.Unmarshal(r.body, &body) != nil {
		return "", ""
	}
	for _, value := range []jsontext.Value{body.Code, body.Lower} {
		if code == "" && json.Unmarshal(value, &code) != nil {
			code = ""
		}
	}
	if json.Unmarshal(body.Message, &message) != nil {
		message = ""
	}
	return code, message
}
