package main

import (
	"os"
	"slices"
	"strings"
	"time"

	"esaudit/finding"
	"esaudit/snapshot"
)

func readBaseline(file string) (*finding.Baseline, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, usagef("read baseline: %w", err)
	}
	b, err := finding.ReadBaseline(data)
	if err != nil {
		return nil, usagef("read baseline: %s: %w", file, err)
	}
	return b, nil
}

// earlier checks earlier reports against the estate, and returns the trend.
func (a *app) earlier(f *auditFlags, b *finding.Baseline, past []pastReport, s *snapshot.Snapshot) ([]finding.Past, error) {
	if b != nil {
		if err := a.checkBaseline(f.baseline, b, s); err != nil {
			return nil, err
		}
	}
	return a.trendOf(past, s)
}

// checkBaseline refuses a baseline that has none of the estate's accounts:
// everything would be new, and nothing gone. It warns of what only one of them
// has.
func (a *app) checkBaseline(file string, b *finding.Baseline, s *snapshot.Snapshot) error {
	var old, lost []string
	for _, account := range b.Accounts() {
		old = append(old, account.ID)
	}
	own := accountsOf(s)
	missing := without(own, old)
	if len(missing) == len(own) {
		return usagef("read baseline: %s is of %s, and the estate of %s; name a report of the same account", file, accountNames(old), accountNames(own))
	}
	if len(missing) > 0 {
		a.note("audit: %s: the baseline has nothing of %s: all of it is new", file, accountNames(missing))
	}
	if missing = without(old, own); len(missing) > 0 {
		a.note("audit: %s: the estate has nothing of %s: what the baseline found there is not looked at again", file, accountNames(missing))
	}
	for _, account := range s.Accounts() {
		for _, before := range b.Accounts() {
			if before.ID == account.ID {
				lost = append(lost, without(before.Regions, account.Regions)...)
			}
		}
	}
	if len(lost) > 0 {
		slices.Sort(lost)
		a.note("audit: %s: the estate was not read in %s: what the baseline found there is not looked at again", file, strings.Join(slices.Compact(lost), ", "))
	}
	return nil
}

// noteBaseline warns of what is told as new because the baseline could not tell
// of it, and not because anything changed.
func (a *app) noteBaseline(file string, b *finding.Baseline, r *finding.Report) {
	if b == nil {
		return
	}
	rules := r.Rules
	if before, now := b.Scope().String(), r.Scope.String(); before != now {
		a.note("audit: %s: the baseline judged %s, and this run %s: what only this run judged is told as new, and what only the baseline judged is not looked at again", file, before, now)
	}
	if n := b.Unread(r.Coverage); n > 0 {
		a.note("audit: %s: the baseline had no answer to %d %s that this run has read: what they tell is told as new", file, n, plural(n, "operation"))
	}
	if n := b.Unapplied(rules); n > 0 {
		a.note("audit: %s: the baseline did not apply %d %s of this run: what is found by them is told as new", file, n, plural(n, "rule"))
	}
	if n := b.Hidden(); n > 0 {
		a.note("audit: %s: the baseline leaves out %d %s that it counts: they are told as new", file, n, plural(n, "finding"))
	}
}

// pastReport is an earlier report, and its file.
type pastReport struct {
	finding.Past
	file string
}

// readPast reads earlier reports for a trend, which only HTML has.
func (a *app) readPast(f *auditFlags, list []destination) ([]pastReport, error) {
	if len(f.past) > 0 && f.bundle == "" && !slices.ContainsFunc(list, func(d destination) bool { return d.format == "html" }) {
		a.note("audit: %s: the trend stands in the HTML report alone, and this run writes none (-f html, --report html=FILE)", a.sources["past"])
	}
	var out []pastReport
	for _, file := range f.past {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, usagef("read past report: %w", err)
		}
		p, err := finding.ReadPast(data)
		if err != nil {
			return nil, usagef("read past report: %s: %w", file, err)
		}
		out = append(out, pastReport{p, file})
	}
	return out, nil
}

// trendOf returns what a trend shows beside the estate's own report: one report
// for each date. A report that has none of the estate's accounts is refused.
func (a *app) trendOf(list []pastReport, s *snapshot.Snapshot) ([]finding.Past, error) {
	own := accountsOf(s)
	now := finding.Past{TakenAt: lastTaken(s).UTC().Format(time.RFC3339), Accounts: own}
	var out []finding.Past
	for i, p := range list {
		if len(without(own, p.Accounts)) == len(own) {
			return nil, usagef("read past report: %s is of %s, and the estate of %s; name reports of the same account", p.file, accountNames(p.Accounts), accountNames(own))
		}
		twin := slices.IndexFunc(list[:i], func(q pastReport) bool { return q.Dated(p.Past) })
		switch {
		case p.Dated(now):
			a.note("audit: %s: a report of this very estate, as of %s: the trend counts it once", p.file, p.TakenAt)
		case twin >= 0:
			a.note("audit: %s: of the same date as %s, %s: the trend counts the first alone", p.file, list[twin].file, p.TakenAt)
		default:
			if !slices.Equal(own, p.Accounts) {
				a.note("audit: %s: of %s, and the estate of %s: the trend compares what differs", p.file, accountNames(p.Accounts), accountNames(own))
			}
			out = append(out, p.Past)
		}
	}
	return out, nil
}

// notePast warns of earlier reports whose counts are of other checks than this
// run's. shown are those that the trend has.
func (a *app) notePast(list []pastReport, shown []finding.Past, r *finding.Report) {
	for _, p := range list {
		if !slices.ContainsFunc(shown, p.Dated) {
			continue
		}
		if before, now := p.Scope.String(), r.Scope.String(); before != now {
			a.note("audit: %s: it judged %s, and this run %s: the trend compares what differs", p.file, before, now)
		}
		if !p.ReadAs(r.Coverage) {
			a.note("audit: %s: it had not read the same operations as this run: the trend compares what differs", p.file)
		}
	}
}

// accountsOf returns the ids of an estate's accounts, sorted.
func accountsOf(s *snapshot.Snapshot) []string {
	var ids []string
	for _, account := range s.Accounts() {
		ids = append(ids, account.ID)
	}
	slices.Sort(ids)
	return ids
}

func without(list, others []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return slices.Contains(others, id) })
}

func accountNames(ids []string) string {
	if len(ids) == 0 {
		return "no account"
	}
	return plural(len(ids), "account") + " " + strings.Join(ids, ", ")
}
