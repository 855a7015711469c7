package report

import (
	"cmp"
	"slices"

	"esaudit/finding"
)

// htmlAccountSum is an account among several: what fails, and what was read.
type htmlAccountSum struct {
	htmlAccount
	Counts                []htmlTile
	Read, NotRead, Absent int // calls; kinds of call that were never made
}

// accountSums are the accounts of a report of several, the worst first; nil of
// one.
func accountSums(r *finding.Report, accounts []htmlAccount) []htmlAccountSum {
	if len(accounts) < 2 {
		return nil
	}
	failed := map[string][]htmlFinding{}
	for _, f := range r.Findings {
		failed[f.Subject.Account] = append(failed[f.Subject.Account], htmlFinding{Finding: f, Tone: toneOf(f)})
	}
	var out []htmlAccountSum
	for _, a := range accounts {
		s := htmlAccountSum{htmlAccount: a, Counts: tallies(failed[a.ID], true)}
		for _, c := range r.Coverage.Calls {
			if c.Account == a.ID {
				s.Read, s.NotRead = s.Read+c.OK, s.NotRead+c.Denied+c.Failed+c.Skipped
				if c.Absent {
					s.Absent++
				}
			}
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b htmlAccountSum) int {
		return cmp.Or(slices.Compare(tonesOf(failed[b.ID]), tonesOf(failed[a.ID])), cmp.Compare(b.NotRead, a.NotRead), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// htmlTrend is what failed in earlier reports and in this one, by their dates.
type htmlTrend struct {
	Width, Height int
	Points        []htmlTrendPoint
}

type htmlTrendPoint struct {
	finding.Past
	When   string
	Total  int
	Checks int // that applied: fewer when the report was of fewer rules or subjects
	X      int // the left of its bar
	Parts  []htmlTrendPart
	Counts []htmlTile // of every severity
}

// htmlTrendPart is a part of a bar.
type htmlTrendPart struct {
	Tone         string
	X, Y, Height int
}

// The measures of the trend's bars.
const (
	trendHeight = 140
	trendStep   = 44
)

// newTrend lays out a trend; nil without an earlier report.
func newTrend(r *finding.Report, o Options) *htmlTrend {
	if len(o.Past) == 0 {
		return nil
	}
	now := finding.Past{Complete: r.Coverage.Complete, Summary: r.Summary}
	for _, a := range r.Snapshot.Accounts {
		now.TakenAt = max(now.TakenAt, a.TakenAt) // in UTC, as those before
	}
	all := append(slices.Clone(o.Past), now)
	slices.SortStableFunc(all, func(a, b finding.Past) int { return cmp.Compare(a.TakenAt, b.TakenAt) })
	t := &htmlTrend{Width: len(all)*trendStep + 2, Height: trendHeight + 2}
	most := 1
	for _, p := range all {
		most = max(most, failures(p.Summary))
	}
	for i, p := range all {
		point := htmlTrendPoint{Past: p, When: htmlTime(o.Texts, p.TakenAt), Total: failures(p.Summary), Checks: applied(p.Summary), X: i*trendStep + 4}
		below, y := 0, trendHeight
		for _, s := range slices.Backward(finding.Severities()) {
			n := p.Summary.Fail[s]
			below += n
			top := trendHeight - below*(trendHeight-4)/most
			if n > 0 {
				point.Parts = append(point.Parts, htmlTrendPart{Tone: s.String(), X: point.X, Y: top, Height: y - top})
			}
			y = top
		}
		for _, s := range finding.Severities() {
			point.Counts = append(point.Counts, htmlTile{Word: s.String(), Tone: s.String(), Count: p.Summary.Fail[s]})
		}
		t.Points = append(t.Points, point)
	}
	return t
}

// applied counts the checks whose rule applied to its subject.
func applied(s finding.Summary) int {
	return failures(s) + s.Latent + s.Unknown + s.Pass + s.Waived
}

func failures(s finding.Summary) int {
	n := 0
	for _, count := range s.Fail {
		n += count
	}
	return n
}
