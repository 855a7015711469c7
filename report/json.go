package report

import (
	"bytes"
	"encoding/json"
	"esaudit/report/plain"
	"io"

	"esaudit/finding"
)

// writeJSON writes esaudit.report/v1 (CONTRACT 5).
func writeJSON(w io.Writer, r *finding.Report, _ Options) error {
	b, err := marshal(whole(r))
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// marshal writes v as JSON, indented by two, with every character that does
// not show itself as \u.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	if bytes.IndexFunc(b.Bytes(), func(r rune) bool { return r != '\n' && plain.Hidden(r) }) < 0 {
		return b.Bytes(), nil
	}
	return []byte(plain.JSON(b.String(), true)), nil
}

// whole returns the report with empty lists in place of missing ones and all
// five severities counted, so that readers need no case for null.
func whole(r *finding.Report) *finding.Report {
	c := *r
	c.Snapshot.Accounts = mapped(r.Snapshot.Accounts, func(a finding.Account) finding.Account {
		a.Regions = list(a.Regions)
		return a
	})
	c.Coverage.Calls = mapped(r.Coverage.Calls, func(k finding.Call) finding.Call {
		k.Subjects = list(k.Subjects)
		return k
	})
	c.Rules = mapped(r.Rules, func(r finding.Rule) finding.Rule {
		r.Basis, r.Controls = list(r.Basis), list(r.Controls)
		return r
	})
	c.Findings = mapped(r.Findings, func(f finding.Finding) finding.Finding {
		f.Evidence, f.Path, f.SettledBy, f.Remediation.API = list(f.Evidence), list(f.Path), list(f.SettledBy), list(f.Remediation.API)
		return f
	})
	c.Summary.Fail = map[finding.Severity]int{}
	for _, s := range finding.Severities() {
		c.Summary.Fail[s] = r.Summary.Fail[s]
	}
	return &c
}

func list[T any](items []T) []T { return append([]T{}, items...) }

func mapped[T any](items []T, change func(T) T) []T {
	out := make([]T, len(items))
	for i, item := range items {
		out[i] = change(item)
	}
	return out
}
