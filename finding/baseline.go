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
	accounts []string
	findings map[string]old // by fingerprint
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
		Snapshot struct{ Accounts []struct{ ID string } }
		Findings []struct {
			Rule, Message, Fingerprint string
			Status, Severity           string
			Subject                    Subject
			Evidence                   []struct{ Fingerprint string }
		}
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("not a report: %w", err)
	}
	if r.Schema != schemaFamily && !strings.HasPrefix(r.Schema, schemaFamily+".") {
		return nil, fmt.Errorf("schema %q is not %s, which esaudit audit -f json writes", r.Schema, schemaFamily)
	}
	b := &Baseline{findings: map[string]old{}}
	for _, a := range r.Snapshot.Accounts {
		b.accounts = append(b.accounts, a.ID)
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
		for _, e := range f.Evidence {
			o.evidence[e.Fingerprint] = true
		}
		b.findings[f.Fingerprint] = o
	}
	return b, nil
}

// Accounts are those of the earlier report.
func (b *Baseline) Accounts() []string { return b.accounts }

// Mark says of each finding whether it is new, changed or unchanged, and returns
// what is gone, by fingerprint of rule and subject. What passes or does not
// apply has no mark. applied says of a rule and a subject's ARN whether the new
// report would speak of it: what it does not judge is not gone.
func (b *Baseline) Mark(list []Finding, applied func(rule string, s Subject) bool) []Gone {
	there := map[string]bool{}
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
		if !there[fingerprint] && applied(o.Rule, o.Subject) {
			gone = append(gone, o.Gone)
		}
	}
	slices.SortFunc(gone, func(x, y Gone) int {
		return cmp.Or(cmp.Compare(x.Rule, y.Rule), cmp.Compare(x.Subject.ARN, y.Subject.ARN), cmp.Compare(x.Fingerprint, y.Fingerprint))
	})
	return gone
}

// worse ranks latent below unknown below fail.
func worse(now, before Status) bool {
	rank := []Status{Latent, Unknown, Fail}
	return slices.Index(rank, now) > slices.Index(rank, before)
}
