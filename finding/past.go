package finding

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Past is an earlier report in numbers.
type Past struct {
	TakenAt  string   // when its last account was read, RFC 3339 in UTC
	Accounts []string // sorted, each once
	Complete bool     // nothing that was needed is missing
	Summary  Summary
	Scope    *Scope // what was asked for; nil for everything
	calls    int    // kinds of call that it tells of
	unread   []string
}

// ReadAs reports whether both had answers to the same kinds of call, as far as the
// earlier one tells.
func (p Past) ReadAs(now Coverage) bool {
	return p.calls == 0 || slices.Equal(p.unread, now.unread())
}

// unread names the kinds of call that were not answered completely, sorted.
func (c Coverage) unread() []string {
	var out []string
	for _, k := range c.Calls {
		if k.Unanswered() {
			out = append(out, strings.Join([]string{k.Account, k.Region, k.Product, k.Operation}, " "))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func without(list, others []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(others, s) })
}

// Dated reports whether both are of the same accounts as they were at the same
// time: a trend has one point for them.
func (p Past) Dated(other Past) bool {
	return p.TakenAt == other.TakenAt && slices.Equal(p.Accounts, other.Accounts)
}

// ReadPast reads what an earlier report counted, also one of an older version.
func ReadPast(data []byte) (Past, error) {
	var r struct {
		Schema   string
		Snapshot Snapshot
		Coverage Coverage
		Summary  *Summary
		Scope    *Scope
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return Past{}, fmt.Errorf("not a report: %w", err)
	}
	if r.Schema != schemaFamily && !strings.HasPrefix(r.Schema, schemaFamily+".") {
		return Past{}, fmt.Errorf("schema %q is not %s, which esaudit audit -f json writes", r.Schema, schemaFamily)
	}
	if r.Summary == nil {
		return Past{}, fmt.Errorf("/summary: nothing was counted")
	}
	p := Past{Complete: r.Coverage.Complete, Summary: *r.Summary, Scope: r.Scope, calls: len(r.Coverage.Calls), unread: r.Coverage.unread()}
	var last time.Time
	for i, a := range r.Snapshot.Accounts {
		at, err := time.Parse(time.RFC3339, a.TakenAt)
		if err != nil {
			return Past{}, fmt.Errorf("/snapshot/accounts/%d/takenAt: %q is no time", i, a.TakenAt)
		}
		if at.After(last) {
			last = at
		}
		p.Accounts = append(p.Accounts, a.ID)
	}
	if len(p.Accounts) == 0 {
		return Past{}, fmt.Errorf("/snapshot/accounts: no account, so no date")
	}
	p.TakenAt = last.UTC().Format(time.RFC3339)
	slices.Sort(p.Accounts)
	p.Accounts = slices.Compact(p.Accounts)
	return p, nil
}
