package finding

import (
	"cmp"
	"slices"
)

// Sort puts findings into the order of reports: status (fail, latent, unknown,
// pass, na), severity from the worst, rule, subject.
func Sort(list []Finding) { sortStable(list, order) }

// SortBySubject puts findings into the order of their subjects; those of one stay in
// the order that they have.
func SortBySubject(list []Finding) {
	sortStable(list, func(a, b *Finding) int { return cmp.Compare(a.Subject.ARN, b.Subject.ARN) })
}

// sortStable sorts places and not findings, which are large.
func sortStable(list []Finding, order func(a, b *Finding) int) {
	places := make([]int, len(list))
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(i, j int) int {
		if c := order(&list[i], &list[j]); c != 0 {
			return c
		}
		return cmp.Compare(i, j)
	})
	for i := range places { // each is moved once, along the ring of places that i is in
		first, at := list[i], i
		for places[at] != i {
			from := places[at]
			list[at], places[at], at = list[from], at, from
		}
		list[at], places[at] = first, at
	}
}

func order(a, b *Finding) int {
	rank := [...]int{Fail: 0, Latent: 1, Unknown: 2, Pass: 3, NA: 4}
	if c := cmp.Or(cmp.Compare(rank[a.Status], rank[b.Status]), cmp.Compare(b.Severity, a.Severity)); c != 0 {
		return c
	}
	for _, texts := range [...][2]*string{
		{&a.Rule, &b.Rule}, {&a.Subject.ARN, &b.Subject.ARN}, {&a.Fingerprint, &b.Fingerprint}, {&a.Message, &b.Message},
	} {
		if c := cmp.Compare(*texts[0], *texts[1]); c != 0 {
			return c
		}
	}
	return 0
}

// SortBySeverity puts findings into the order in which room is given to them
// where there is not enough for all, by a format or by who reads it: what is
// settled last, then severity from the worst, then status (fail, latent, unknown,
// and what is waived). A bad setting without effect stands before what is milder,
// because one change elsewhere puts it into effect.
func SortBySeverity(list []Finding) {
	Sort(list)
	rank := func(f *Finding) int {
		switch {
		case f.Status == Pass || f.Status == NA:
			return 4
		case f.Waived != nil:
			return 3
		}
		return slices.Index([]Status{Fail, Latent, Unknown}, f.Status)
	}
	sortStable(list, func(a, b *Finding) int {
		return cmp.Or(cmp.Compare(rank(a)/4, rank(b)/4), cmp.Compare(b.Severity, a.Severity), cmp.Compare(rank(a), rank(b)))
	})
}

// Worst returns the n findings that stand first by severity, in the order of
// reports.
func Worst(list []Finding, n int) []Finding {
	if len(list) <= n {
		return list
	}
	out := slices.Clone(list)
	SortBySeverity(out)
	out = out[:n]
	Sort(out)
	return out
}

// Summarise counts everything that was judged, each under its own key. A
// waived finding counts as waived only.
func Summarise(list []Finding) Summary {
	s := Summary{Fail: map[Severity]int{}}
	for _, severity := range Severities() {
		s.Fail[severity] = 0
	}
	for _, f := range list {
		switch {
		case f.Waived != nil:
			s.Waived++
		case f.Status == Fail:
			s.Fail[f.Severity]++
		case f.Status == Latent:
			s.Latent++
		case f.Status == Pass:
			s.Pass++
		case f.Status == NA:
			s.NA++
		default:
			s.Unknown++
		}
	}
	return s
}

// Visible returns the findings a report carries: fail, latent and unknown, and
// with all set every one of them (CONTRACT 5).
func Visible(list []Finding, all bool) []Finding {
	seen := func(f *Finding) bool { return all || f.Status != Pass && f.Status != NA }
	size := 0 // findings are large
	for i := range list {
		if seen(&list[i]) {
			size++
		}
	}
	out := make([]Finding, 0, size)
	for i := range list {
		if seen(&list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}

// Stands reports whether a finding fails, is latent or is not known, and is not
// accepted.
func (f Finding) Stands() bool { return f.Waived == nil && f.Status != Pass && f.Status != NA }

// AtLeast reports whether a finding counts for a threshold: only failures do,
// and waived ones do not. NoSeverity as threshold means none ever counts.
func (f Finding) AtLeast(threshold Severity) bool {
	return threshold != NoSeverity && f.Status == Fail && f.Waived == nil && f.Severity >= threshold
}
