package finding

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The marks of findings against a baseline (CONTRACT 5).
const (
	New       = "new"
	Changed   = "changed" // its status got worse, or it has evidence that the old report lacks
	Unchanged = "unchanged"
)

// Gone is a finding of the baseline that is there no more.
type Gone struct {
	Rule        string   `json:"rule"`
	Status      Status   `json:"status"`
	Severity    Severity `json:"severity"`
	Subject     Subject  `json:"subject"`
	Message     string   `json:"message"`
	Fingerprint string   `json:"fingerprint"`
}

// Baseline is an earlier report, as far as findings are compared with it.
type Baseline struct {
	accounts []Account
	scope    *Scope
	unread   []string        // calls that had no answer
	rules    map[string]bool // ids of those that were applied; empty when the report does not tell
	hidden   int             // findings that it counted and left out
	findings map[string]old  // by fingerprint
}

type old struct {
	Gone
	evidence map[string]bool // fingerprints
}

// schemaFamily begins the schemas that this version reads.
const schemaFamily = "esaudit.report/v1"

// ReadBaseline reads a report that esaudit.report/v1 describes, also one of an
// older version: fields it lacks are not missed. Passes and what does not apply
// are no findings here.
func ReadBaseline(data []byte) (*Baseline, error) {
	var r struct {
		Schema   string
		Snapshot struct{ Accounts []Account }
		Coverage Coverage
		Scope    *Scope
		Rules    []struct{ ID string }
		Summary  Summary
		Findings []struct {
			Rule, Message, Fingerprint string
			Status, Severity           string
			Subject                    Subject
			Evidence                   []struct{ Fingerprint string }
			Waived                     *struct{}
		}
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("not a report: %w", err)
	}
	if r.Schema != schemaFamily && !strings.HasPrefix(r.Schema, schemaFamily+".") {
		return nil, fmt.Errorf("schema %q is not %s, which esaudit audit -f json writes", r.Schema, schemaFamily)
	}
	b := &Baseline{accounts: r.Snapshot.Accounts, scope: r.Scope, unread: r.Coverage.unread(), rules: map[string]bool{}, findings: map[string]old{}}
	for _, rule := range r.Rules {
		b.rules[rule.ID] = true
	}
	for _, n := range r.Summary.Fail {
		b.hidden += n
	}
	for i, f := range r.Findings {
		o := old{Gone: Gone{Rule: f.Rule, Subject: f.Subject, Message: f.Message, Fingerprint: f.Fingerprint}, evidence: map[string]bool{}}
		if err := o.Status.UnmarshalText([]byte(f.Status)); err != nil {
			return nil, fmt.Errorf("/findings/%d: %w", i, err)
		}
		if err := o.Severity.UnmarshalText([]byte(f.Severity)); err != nil && f.Severity != "" {
			return nil, fmt.Errorf("/findings/%d: %w", i, err)
		}
		if f.Fingerprint == "" {
			return nil, fmt.Errorf("/findings/%d: no fingerprint", i)
		}
		if o.Status == Pass || o.Status == NA {
			continue
		}
		if o.Status == Fail && f.Waived == nil {
			b.hidden--
		}
		o.Subject.Account = accountOf(f.Subject.ARN)
		for _, e := range f.Evidence {
			o.evidence[e.Fingerprint] = true
		}
		b.findings[f.Fingerprint] = o
	}
	return b, nil
}

// Accounts are those of the earlier report.
func (b *Baseline) Accounts() []Account { return b.accounts }

// Scope is what the earlier report was asked to judge; nil for everything.
func (b *Baseline) Scope() *Scope { return b.scope }

// Unread counts the kinds of call that the earlier report had no answer to, and
// this one has: what is found with them may be told as new.
func (b *Baseline) Unread(now Coverage) int { return len(without(b.unread, now.unread())) }

// Hidden is how many findings the earlier report counted and left out
// (--min-severity): they are told as new.
func (b *Baseline) Hidden() int { return max(0, b.hidden) }

// Unapplied counts the rules that the earlier report did not apply: all that they
// find is told as new. It is 0 when the report does not tell its rules.
func (b *Baseline) Unapplied(rules []Rule) int {
	n := 0
	for _, rule := range rules {
		if len(b.rules) > 0 && !b.rules[rule.ID] {
			n++
		}
	}
	return n
}

// Mark says of each finding whether it is new, changed or unchanged, and returns
// what is gone, by fingerprint of rule and subject. What passes or does not
// apply has no mark. applied says of a rule and a subject whether the new report
// would speak of it: what it does not judge is not gone, and neither is what a
// rule cannot tell now (Undecided).
func (b *Baseline) Mark(list []Finding, applied func(rule string, s Subject) bool) []Gone {
	there, undecided := map[string]bool{}, Undecided(list)
	for i := range list {
		f := &list[i]
		if f.Status == Pass || f.Status == NA {
			continue
		}
		there[f.Fingerprint] = true
		o, known := b.findings[f.Fingerprint]
		switch {
		case !known:
			f.Baseline = New
		case worse(f.Status, o.Status) || o.Severity != NoSeverity && f.Severity > o.Severity || slices.ContainsFunc(f.Evidence, func(e Evidence) bool { return !o.evidence[e.Fingerprint] }):
			f.Baseline = Changed
		default:
			f.Baseline = Unchanged
		}
	}
	gone := []Gone{}
	for fingerprint, o := range b.findings {
		if !there[fingerprint] && applied(o.Rule, o.Subject) && !undecided(o.Rule, o.Subject) {
			gone = append(gone, o.Gone)
		}
	}
	slices.SortFunc(gone, func(x, y Gone) int {
		return cmp.Or(cmp.Compare(x.Rule, y.Rule), cmp.Compare(x.Subject.ARN, y.Subject.ARN), cmp.Compare(x.Fingerprint, y.Fingerprint))
	})
	return gone
}

// place is where a rule speaks of one thing, or of what a region or an account
// should have listed.
type place struct{ rule, arn, account, region string }

// Undecided says of a rule and a subject whether findings leave open what the
// rule would say: of the subject or, when they do not hold what it says of that,
// of the region or account it is in.
func Undecided(list []Finding) func(rule string, s Subject) bool {
	open, judged := map[place]bool{}, map[place]bool{}
	for _, f := range list {
		s := f.Subject
		judged[place{rule: f.Rule, arn: s.ARN}] = true
		switch {
		case f.Status != Unknown:
		case s.Kind == "region":
			open[place{rule: f.Rule, account: s.Account, region: s.Region}] = true
		case s.Kind == "account":
			open[place{rule: f.Rule, account: s.Account}] = true
		default:
			open[place{rule: f.Rule, arn: s.ARN}] = true
		}
	}
	return func(rule string, s Subject) bool {
		if at := (place{rule: rule, arn: s.ARN}); judged[at] {
			return open[at]
		}
		return open[place{rule: rule, account: s.Account, region: s.Region}] || open[place{rule: rule, account: s.Account}]
	}
}

// accountOf is the account in an ARN (CONTRACT 5); "" where there is none.
func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 5); len(parts) == 5 {
		return parts[3]
	}
	return ""
}

// worse ranks latent below unknown below fail.
func worse(now, before Status) bool {
	rank := []Status{Latent, Unknown, Fail}
	return slices.Index(rank, now) > slices.Index(rank, before)
}
