package audit

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"esaudit/finding"
	"esaudit/snapshot"
	"esaudit/trail"
)

// What attributions say that are not certain, or not there.
const (
	noteUncertain = "it changed this setting, and its record does not say to what: it may not have made this value"
	noteOneOf     = "one of these changes made it: their records do not say which"
	notePartial   = "not every record of changes could be read: another change may have made this value"
	noteDenied    = "nobody is known: reading who changed what was denied (actiontrail:LookupEvents, elasticsearch:ListActionRecords)"
	noteFailed    = "nobody is known: the records of changes could not be read completely"
	noteOlder     = "nobody is known: no record tells of it; ActionTrail keeps 90 days, so that it is older, or the vendor did not record it"
)

// attribute says of each failure, and of each bad setting without effect, who made
// the values it rests on. It does so where records of changes were asked for, and
// changes nothing else of a finding.
func attribute(s *snapshot.Snapshot, judged []finding.Finding) {
	logs := map[*snapshot.Node]*changes{}
	for i, a := range s.Accounts() {
		if log := changesOf(a); log != nil {
			logs[s.Root().Get("accounts").Items()[i]] = log
		}
	}
	if len(logs) == 0 {
		return
	}
	for i := range judged {
		if f := &judged[i]; f.Status == finding.Fail || f.Status == finding.Latent {
			f.Attribution = attribution(s, logs, f.Evidence)
		}
	}
}

// changes are those of one account, the latest first, and how the calls ended that
// tell of them, by region.
type changes struct {
	list   []trail.Change
	states map[string][]snapshot.State
}

// changesOf returns nil where nobody asked.
func changesOf(a *snapshot.Account) *changes {
	c := &changes{states: map[string][]snapshot.State{}}
	for _, k := range a.Coverage() {
		if !trail.Reads(k.Product, k.Operation) {
			continue
		}
		for state := range k.Subjects {
			c.states[k.Region] = append(c.states[k.Region], state)
		}
	}
	if len(c.states) == 0 {
		return nil
	}
	c.list = trail.Changes(a)
	return c
}

// attribution joins the values of a finding to changes: each change once, the
// latest first. Where no value has one, it says why; nil where esaudit knows no
// operation that makes such values.
func attribution(s *snapshot.Snapshot, logs map[*snapshot.Node]*changes, evidence []finding.Evidence) []finding.Attribution {
	var out []finding.Attribution
	why := ""
	for _, e := range evidence {
		n := nearest(s, e.Pointer)
		log := logs[accountOf(n)]
		if log == nil || !trail.Known(n) {
			continue
		}
		read := log.read(n)
		found, certain := log.made(n)
		if len(found) == 0 {
			why = max(why, unknown(read)) // the worst of them is last in the alphabet
			continue
		}
		for _, c := range found {
			out = with(out, told(c, certain && len(found) == 1, len(found) > 1, read))
		}
	}
	if len(out) == 0 && why != "" {
		return []finding.Attribution{{Note: why}}
	}
	slices.SortStableFunc(out, func(a, b finding.Attribution) int { return cmp.Compare(b.Time, a.Time) })
	return out
}

// told is what is said of a change that can have made a value, alone or as one of
// several.
func told(c trail.Change, certain, several bool, read snapshot.State) finding.Attribution {
	a := finding.Attribution{
		Time: c.Time.Format(time.RFC3339), Actor: c.Actor, ActorType: c.ActorType, Action: c.Action, Source: c.Source,
		RequestID: c.RequestID, Certain: certain && read == snapshot.Read,
	}
	switch {
	case read != snapshot.Read:
		a.Note = notePartial
	case several:
		a.Note = noteOneOf
	case !certain:
		a.Note = noteUncertain
	}
	return a
}

// with adds an attribution. Of several values by one change, what is not certain of
// one is not certain of all.
func with(list []finding.Attribution, a finding.Attribution) []finding.Attribution {
	for i, b := range list {
		same := b
		same.Certain, same.Note = a.Certain, a.Note
		if same == a {
			if !a.Certain {
				list[i] = a
			}
			return list
		}
	}
	return append(list, a)
}

// nearest is the value at a pointer or, of one that is missing, what it is missing
// from.
func nearest(s *snapshot.Snapshot, pointer string) *snapshot.Node {
	for pointer != "" {
		if n := s.Root().Resolve(pointer); n != nil {
			return n
		}
		pointer = pointer[:strings.LastIndexByte(pointer, '/')]
	}
	return nil
}

// accountOf is the account that a value stands in; nil when it is in none.
func accountOf(n *snapshot.Node) *snapshot.Node {
	for ; n.Parent() != nil; n = n.Parent() {
		if n.Parent().Key() == "accounts" {
			return n
		}
	}
	return nil
}

// made returns the changes that can have made a value, the latest first: back to
// one that is known to have written it, before which none matters. certain: the
// last of them is.
func (c *changes) made(n *snapshot.Node) (found []trail.Change, certain bool) {
	for _, change := range c.list {
		possible, certain := change.Made(n)
		if possible {
			found = append(found, change)
		}
		if certain {
			return found, true
		}
	}
	return found, false
}

// read is how the calls ended that tell of changes in the region of a value: Read,
// or the worst of them.
func (c *changes) read(n *snapshot.Node) snapshot.State {
	region := trail.Region(n)
	worst := snapshot.Read
	for at, states := range c.states {
		if region != snapshot.Global && at != region {
			continue
		}
		for _, state := range states {
			switch {
			case state == snapshot.Denied:
				return snapshot.Denied
			case state != snapshot.Read:
				worst = snapshot.Failed
			}
		}
	}
	if len(c.states[region]) == 0 && region != snapshot.Global {
		return snapshot.Failed
	}
	return worst
}

func unknown(read snapshot.State) string {
	switch read {
	case snapshot.Read:
		return noteOlder
	case snapshot.Denied:
		return noteDenied
	}
	return noteFailed
}
