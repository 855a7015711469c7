package emulator

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Faults are what goes wrong on request. The zero value is nothing.
type Faults struct{ rules []rule }

// rule is one fault, and which calls it hits.
type rule struct {
	effect
	operation string // pattern of PRODUCT.OPERATION
	subject   string // pattern of a parameter's value; "" is any call
	from, to  int    // attempts; to 0 is without end
	all       bool   // attempts are of all requests together
	chance    *chance
}

// effect is what happens to an answer.
type effect struct {
	kind  string
	value time.Duration
	rival rival
	quota quota
}

// rival is another writer, who adds an entry to a whitelist group.
type rival struct{ cluster, list, group, entry string }

// chance hits a part of all calls, the same ones for the same seed.
type chance struct {
	seed  uint64
	share uint64 // of 10,000
	kinds []string
}

// kind describes one kind of fault.
type kind struct {
	name  string
	what  string
	value time.Duration // what stands behind = when it is not given; 0: none may
	rare  bool          // only when a random fault asks for it by name
}

// kinds are all faults.
func kinds() []kind {
	return []kind{
		{name: "throttle", what: "refused by flow control"},
		{name: "later", what: "the same, and told to come back =TIME later", value: time.Hour, rare: true},
		{name: "403", what: "refused for lack of permission"},
		{name: "500", what: "failed"},
		{name: "503", what: "unavailable, after the work was done"},
		{name: "html", what: "a page for people instead of JSON, status 500"},
		{name: "bad-code", what: "status 500 with an error code that is a number", rare: true},
		{name: "cut", what: "status 200, JSON that ends in the middle"},
		{name: "drop", what: "the connection ends in the middle of the body"},
		{name: "empty", what: "status 200 without a body"},
		{name: "wrong-types", what: "values of other types than documented"},
		{name: "endless", what: "every page promises another one"},
		{name: "shrink", what: "an item goes away between pages"},
		{name: "reset", what: "the connection is reset"},
		{name: "timeout", what: "no answer; =TIME, then reset", value: time.Minute, rare: true},
		{name: "lost", what: "the connection is reset after the work was done", rare: true},
		{name: "conflict", what: "a write is refused: another one is going on", rare: true},
		{name: "linger", what: "what a write changes is on its way ten times longer", rare: true},
		{name: "expired", what: "the security token has expired", rare: true},
		{name: "rival", what: "another writer comes first: =CLUSTER+LIST+GROUP+ENTRY", rare: true},
		{name: "limit", what: "refused by flow control above =CALLS[/WINDOW][+fixed][+shared], by account, operation (or shared by all of a product) and region", rare: true},
		{name: "latency", what: "the answer comes =TIME later", value: 5 * time.Millisecond},
		{name: "slow", what: "the body takes =TIME", value: 20 * time.Millisecond},
	}
}

// FaultHelp describes what ParseFaults reads, for people.
func FaultHelp() string {
	var b strings.Builder
	b.WriteString(`faults, separated by commas:
  KIND[=TIME][:PRODUCT.OPERATION[/SUBJECT][:ATTEMPTS]]
  random:SEED:PERCENT%[:KIND+KIND...]
PRODUCT.OPERATION and SUBJECT (the value of a parameter) are patterns: elasticsearch.Describe*
ATTEMPTS are of each call: 2 (the first two), 2-3, 2- (from the second on); without, every one;
#20- counts all requests together
limit=100:elasticsearch.* refuses the 101st call of an operation in a second, limit=600/1m+fixed in a minute of the clock
rival=es-cn-1+PUBLIC_ES+default+192.0.2.1 adds an entry to a group, which it makes if need be
kinds:
`)
	for _, k := range kinds() {
		fmt.Fprintf(&b, "  %-12s %s\n", k.name, k.what)
	}
	return b.String()
}

// ParseFaults reads a list of faults, as FaultHelp describes it: for example
// "throttle:elasticsearch.DescribeInstance:2,latency=50ms" or "random:7:10%".
// An error names the fault that is wrong, and what would be right.
func ParseFaults(spec string) (Faults, error) {
	var f Faults
	if strings.TrimSpace(spec) == "" {
		return f, nil
	}
	for _, text := range strings.Split(spec, ",") {
		text = strings.TrimSpace(text)
		parse := parseRule
		if strings.HasPrefix(text, "random:") || text == "random" {
			parse = parseRandom
		}
		r, err := parse(strings.Split(text, ":"))
		if err != nil {
			return Faults{}, fmt.Errorf("parse fault %q: %w", text, err)
		}
		f.rules = append(f.rules, r)
	}
	return f, nil
}

func parseRule(fields []string) (rule, error) {
	r := rule{operation: "*", from: 1}
	name, text, given := strings.Cut(fields[0], "=")
	k, err := findKind(name)
	if err != nil {
		return r, err
	}
	r.kind, r.value = k.name, k.value
	switch {
	case k.name == "rival":
		if r.rival, err = parseRival(text); err != nil {
			return r, err
		}
	case k.name == "limit":
		if r.quota, err = parseQuota(text); err != nil {
			return r, err
		}
	case given:
		if r.value, err = time.ParseDuration(text); err != nil || k.value == 0 || r.value <= 0 || r.value > time.Hour {
			return r, fmt.Errorf("%q: a time up to 1h such as 50ms stands behind = of %s, of no other kind", text, timed())
		}
	}
	if len(fields) > 1 {
		r.operation, r.subject, _ = strings.Cut(fields[1], "/")
		_, err := path.Match(r.operation+r.subject, "")
		if product, _, ok := strings.Cut(r.operation, "."); err != nil || !ok && r.operation != "*" || product == "" {
			return r, fmt.Errorf("%q is no PRODUCT.OPERATION, nor a pattern such as elasticsearch.Describe* or *", fields[1])
		}
	}
	if len(fields) > 2 {
		var attempts string
		attempts, r.all = strings.CutPrefix(fields[2], "#")
		if r.from, r.to, err = parseAttempts(attempts); err != nil {
			return r, err
		}
	}
	if len(fields) > 3 {
		return r, errors.New("too many parts: KIND[=TIME][:PRODUCT.OPERATION[/SUBJECT][:ATTEMPTS]]")
	}
	return r, nil
}

// parseRival reads CLUSTER+LIST+GROUP+ENTRY.
func parseRival(text string) (rival, error) {
	parts := strings.Split(text, "+")
	if len(parts) != 4 || slices.Contains(parts, "") || flatLists()[parts[1]] == "" || !addressOrRange(parts[3]) {
		return rival{}, fmt.Errorf("%q is no CLUSTER+LIST+GROUP+ENTRY such as es-cn-1+PUBLIC_ES+default+192.0.2.1", text)
	}
	return rival{parts[0], parts[1], parts[2], parts[3]}, nil
}

func findKind(name string) (kind, error) {
	var names []string
	for _, k := range kinds() {
		if k.name == name {
			return k, nil
		}
		names = append(names, k.name)
	}
	return kind{}, fmt.Errorf("no kind %q (the kinds are %s, random)", name, strings.Join(names, ", "))
}

// timed names the kinds that take a time.
func timed() string {
	var names []string
	for _, k := range kinds() {
		if k.value > 0 {
			names = append(names, k.name)
		}
	}
	return strings.Join(names, ", ")
}

// parseAttempts reads N, N-M or N-.
func parseAttempts(text string) (from, to int, err error) {
	first, last, ranged := strings.Cut(text, "-")
	n, err := strconv.ParseUint(first, 10, 16)
	wrong := fmt.Errorf("%q is no number of attempts: 2 (the first two), 2-3, or 2- (from the second on)", text)
	switch {
	case err != nil || n == 0:
		return 0, 0, wrong
	case !ranged:
		return 1, int(n), nil
	case last == "":
		return int(n), 0, nil
	}
	m, err := strconv.ParseUint(last, 10, 16)
	if err != nil || m < n {
		return 0, 0, wrong
	}
	return int(n), int(m), nil
}

func parseRandom(fields []string) (rule, error) {
	r := rule{chance: &chance{}}
	if len(fields) < 3 || len(fields) > 4 {
		return r, errors.New("random:SEED:PERCENT%[:KIND+KIND...], such as random:7:10%")
	}
	var err error
	if r.chance.seed, err = strconv.ParseUint(fields[1], 10, 64); err != nil {
		return r, fmt.Errorf("%q is no seed: a whole number", fields[1])
	}
	text, ok := strings.CutSuffix(fields[2], "%")
	percent, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil || !(percent >= 0 && percent <= 100) {
		return r, fmt.Errorf("%q is no share: 0%% to 100%%", fields[2])
	}
	r.chance.share = uint64(percent*100 + 0.5)
	if len(fields) == 4 {
		for _, name := range strings.Split(fields[3], "+") {
			if _, err := findKind(name); err != nil {
				return r, err
			}
			if name == "rival" || name == "limit" {
				return r, fmt.Errorf("%s is not for random faults: it needs its value", name)
			}
			r.chance.kinds = append(r.chance.kinds, name)
		}
		return r, nil
	}
	for _, k := range kinds() {
		if !k.rare {
			r.chance.kinds = append(r.chance.kinds, k.name)
		}
	}
	return r, nil
}

// strike returns what happens to a call: at most one fault of a kind other than
// latency and slow, the first that hits.
func (f Faults) strike(c *call, within func(quota) bool) []effect {
	var out []effect
	hit := false
	for _, r := range f.rules {
		e, ok := r.hits(c)
		if !ok || hit && !delays(e.kind) || e.kind == "limit" && within(e.quota) {
			continue
		}
		hit = hit || !delays(e.kind)
		out = append(out, e)
	}
	return out
}

func delays(kind string) bool { return kind == "latency" || kind == "slow" }

func (r rule) hits(c *call) (effect, bool) {
	if r.chance != nil {
		return r.chance.draw(c)
	}
	attempt := c.attempt
	if r.all {
		attempt = c.number
	}
	if attempt < r.from || r.to > 0 && attempt > r.to {
		return effect{}, false
	}
	if ok, err := path.Match(r.operation, c.product+"."+c.operation); !ok || err != nil {
		return effect{}, false
	}
	if r.subject == "" {
		return r.effect, true
	}
	for _, value := range c.params {
		if ok, err := path.Match(r.subject, value); ok && err == nil {
			return r.effect, true
		}
	}
	return effect{}, false
}

// draw decides by the seed, the call and the attempt alone: in whatever order
// calls come, the same ones are hit.
func (h *chance) draw(c *call) (effect, bool) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d\n%s", h.seed, c.attempt, c.identity(true)))
	if binary.BigEndian.Uint64(sum[:8])%10_000 >= h.share {
		return effect{}, false
	}
	name := h.kinds[binary.BigEndian.Uint64(sum[8:16])%uint64(len(h.kinds))]
	all := kinds()
	k := all[slices.IndexFunc(all, func(k kind) bool { return k.name == name })]
	return effect{kind: k.name, value: k.value}, true
}
