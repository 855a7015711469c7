package ram

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// Resource is what an action is done to.
type Resource struct {
	ARN   string // acs:elasticsearch:cn-hangzhou:ACCOUNT:instances/es-cn-1
	Group string // its resource group; "" when not known
}

// Match is a statement that is for an action on a resource.
type Match struct {
	Grant
	Scope Truth // whether the resource is in the resource group it is attached at
}

// Decision says whether a principal may do something, and why.
type Decision struct {
	Verdict Truth
	Allow   []Match
	Deny    []Match
	// Settle names the calls that would decide an unknown; empty when none can.
	Settle []snapshot.Call
}

// May decides whether a principal may do an action. Of several names for one
// action any counts: the vendor's documents differ (Names).
func (d *Directory) May(p Principal, r Resource, req Request, actions ...string) Decision {
	return d.Grants(p, req).May(r, actions...)
}

// May decides whether the grants allow an action on a resource.
func (g Grants) May(r Resource, actions ...string) Decision {
	var out Decision
	for _, s := range g.List {
		named := slices.ContainsFunc(actions, func(action string) bool { return s.isFor(strings.ToLower(action)) })
		m := Match{Grant: s, Scope: s.covers(r)}
		if !named || !s.isOn(r.ARN) || m.Scope == No {
			continue
		}
		if s.Allow {
			out.Allow = append(out.Allow, m)
		} else {
			out.Deny = append(out.Deny, m)
		}
	}
	gaps := slices.DeleteFunc(slices.Clone(g.Gaps), func(gap Gap) bool {
		return gap.Group != "" && gap.Group != AnyGroup && r.Group != "" && gap.Group != r.Group
	})
	out.Verdict = out.conclude(len(gaps) > 0)
	if out.Verdict == Unknown {
		out.Settle = Grants{Gaps: gaps}.Settle()
	}
	return out
}

// covers says whether an attachment counts for a resource: one at the account
// always, one at a resource group for what is in it.
func (a Attachment) covers(r Resource) Truth {
	switch {
	case a.Group == "":
		return Yes
	case r.Group == "":
		return Unknown
	}
	return truth(a.Group == r.Group)
}

// Applies is whether a match counts: its condition is met, and it is for the
// resource's group.
func (m Match) Applies() Truth { return m.Condition.and(m.Scope) }

// conclude applies "an explicit deny wins, what nothing allows is denied" to
// matches of which some may not count.
func (d Decision) conclude(lost bool) Truth {
	any := func(list []Match) Truth {
		out := No
		for _, m := range list {
			out = out.or(m.Applies())
		}
		return out
	}
	denied, allowed := any(d.Deny), any(d.Allow)
	if denied == Yes {
		return No
	}
	if lost { // another statement may allow, or deny
		if allowed == No {
			allowed = Unknown
		}
		denied = Unknown
	}
	return allowed.and(denied.not())
}
