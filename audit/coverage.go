package audit

import (
	"cmp"
	"maps"
	"slices"

	"esaudit/finding"
	"esaudit/snapshot"
	"esaudit/trail"
)

// coverage says what came of every kind of call, and which needed calls were
// never made. Of no account nothing was read. named are the calls for what objects
// name, by account, where they are known.
func coverage(s *snapshot.Snapshot, named map[int][]snapshot.Call) finding.Coverage {
	out := finding.Coverage{Complete: len(s.Accounts()) > 0, Calls: []finding.Call{}}
	for i, a := range s.Accounts() {
		list := referenced(a)
		if known, ok := named[i]; ok {
			list = slices.Values(known)
		}
		calls := map[[3]string]*finding.Call{}
		call := func(region, product, operation string) *finding.Call {
			key := [3]string{region, product, operation}
			if calls[key] == nil {
				calls[key] = &finding.Call{Account: a.ID, Region: region, Product: product, Operation: operation, Subjects: []string{}}
			}
			return calls[key]
		}
		for _, c := range a.Coverage() {
			k := call(c.Region, c.Product, c.Operation)
			k.OK += c.Count(snapshot.Read, snapshot.Narrowed)
			k.Carried += len(c.AsOf)
			if len(c.AsOf) > 0 {
				k.AsOf = slices.Min(slices.Collect(maps.Values(c.AsOf)))
			}
			k.Denied += c.Count(snapshot.Denied)
			k.Failed += c.Count(snapshot.Failed, snapshot.Incomplete, snapshot.Throttled)
			k.Skipped += c.Count(snapshot.Skipped)
			for _, state := range []snapshot.State{snapshot.Denied, snapshot.Failed, snapshot.Incomplete, snapshot.Throttled, snapshot.Skipped} {
				k.Subjects = append(k.Subjects, c.Subjects[state]...)
			}
		}
		for _, c := range missing(a, list) {
			k := call(c.Region, c.Product, c.Operation)
			k.Absent = true
			k.Subjects = append(k.Subjects, c.Subject)
		}
		for _, k := range calls {
			slices.Sort(k.Subjects)
			// No verdict rests on who changed what.
			out.Complete = out.Complete && (trail.Reads(k.Product, k.Operation) || !k.Unanswered())
			out.Calls = append(out.Calls, *k)
		}
	}
	slices.SortFunc(out.Calls, func(a, b finding.Call) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Operation, b.Operation))
	})
	return out
}
