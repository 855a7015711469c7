package ram

import (
	"slices"

	"esaudit/snapshot"
)

// Resource is what an action is done to.
type Resource struct {
	ARN   string // acs:elasticsearch:cn-hangzhou:ACCOUNT:instances/es-cn-1
	Group string // its resource group; "" when not known
}

// Match is a statement that is for an action on a resource.
type Match struct {
	Statement
	Attachment
	Condition Truth // whether its condition is met
	Scope     Truth // whether the resource is in the resource group it is attached at
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
// action any counts: the vendor's documents differ (domain facts, "API name is
// not action name").
func (d *Directory) May(p Principal, r Resource, req Request, actions ...string) Decision {
	var out Decision
	lost := d.Missing(p)
	for _, a := range d.Attachments(p) {
		list, ok := Statements(a.Policy.Aspect(snapshot.Document))
		if !ok {
			lost = append(lost, d.call("GetPolicy", a.Name))
			continue
		}
		for _, s := range list {
			m := Match{Statement: s, Attachment: a, Condition: s.holds(req), Scope: a.covers(r)}
			if !slices.ContainsFunc(actions, func(action string) bool { return s.vague || s.isFor(action, r.ARN) }) || m.Scope == No {
				continue
			}
			if s.Allow {
				out.Allow = append(out.Allow, m)
			} else {
				out.Deny = append(out.Deny, m)
			}
		}
	}
	out.Verdict = out.conclude(len(lost) > 0)
	if out.Verdict == Unknown {
		out.Settle = lost
	}
	return out
}

// isFor reports whether a statement is for an action on a resource.
func (s Statement) isFor(action, arn string) bool {
	return s.actions.matches(action, true) && s.resources.matches(arn, false)
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

// sure is whether a match counts for certain.
func (m Match) sure() Truth {
	if m.vague {
		return m.Condition.and(m.Scope).and(Unknown)
	}
	return m.Condition.and(m.Scope)
}

// conclude applies "an explicit deny wins, what nothing allows is denied" to
// matches of which some may not count.
func (d Decision) conclude(lost bool) Truth {
	any := func(list []Match) Truth {
		out := No
		for _, m := range list {
			out = out.or(m.sure())
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
