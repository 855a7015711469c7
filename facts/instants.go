package facts

import (
	"fmt"
	"strings"

	"esaudit/snapshot"
)

// Clock is why facts may depend on when an account was read: on a schedule of snapshots,
// or on conditions of its directory that name a time.
type Clock struct {
	Account   string // its id
	Scheduled bool
	Cron      string // the schedule
}

// ClocksOf are the clocks of objects: they rest on what objects say only. Ages of keys are
// not among them (Watch).
func ClocksOf(objects []snapshot.Object) (clocks []Clock) {
	directories := map[*snapshot.Account]bool{}
	for _, o := range objects {
		switch o.Kind {
		case snapshot.Cluster:
			cron := o.Aspect(snapshot.SnapshotSetting).Get("QuartzRegex").Text()
			clocks = append(clocks, Clock{o.Account.ID, true, cron})
		case snapshot.RAMUser, snapshot.RAMGroup, snapshot.RAMRole, snapshot.RAMPolicy, snapshot.PolicyAttachment, snapshot.Identity:
			if !directories[o.Account] && mayNameTime(o.Node.CanonicalText()) {
				directories[o.Account] = true
				clocks = append(clocks, Clock{Account: o.Account.ID})
			}
		}
	}
	return clocks
}

// Instants tell what comes of clocks.
type Instants struct {
	accounts map[string]*snapshot.Account
	known    *timetables
}

// InstantsOf are those at which the accounts of an estate were read.
func InstantsOf(s *snapshot.Snapshot) *Instants {
	in := &Instants{map[string]*snapshot.Account{}, newTimetables()}
	for _, a := range s.Accounts() {
		in.accounts[a.ID] = a
	}
	return in
}

// Of is what of facts depends on the instants where objects have some clocks: for two
// estates for which it is the same, clocks change nothing.
func (in *Instants) Of(clocks []Clock) string {
	var out strings.Builder
	for _, c := range clocks {
		if account := in.accounts[c.Account]; c.Scheduled {
			gap := in.known.gap(account, c.Cron)
			fmt.Fprintf(&out, "%d %q\n", gap.hours, gap.wrong)
		} else {
			fmt.Fprintf(&out, "%v\n", account.TakenAt)
		}
	}
	return out.String()
}

// mayNameTime reports whether a condition of a statement in a text may be about when
// a request is made, however the policy writes it.
func mayNameTime(text string) bool {
	const escaped = `\\u` // of JSON in a string
	return strings.Contains(text, escaped) || namesTime(text)
}

// namesTime reports whether a text has the word CurrentTime in it, in any case. Of its
// two Ts side by side one stands among every other character, and no more is looked at.
func namesTime(text string) bool {
	const word, first, second = "currenttime", len("current") - 1, len("current")
	for i := first; i < len(text); i += 2 {
		if text[i]|' ' != 't' {
			continue
		}
		for _, t := range []int{first, second} {
			if at := i - t; at >= 0 && at+len(word) <= len(text) && strings.EqualFold(text[at:at+len(word)], word) {
				return true
			}
		}
	}
	return false
}
