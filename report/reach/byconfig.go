package reach

import (
	"slices"
	"strings"

	"esaudit/graph"
	"esaudit/ram"
	"esaudit/snapshot"
)

// ByConfig is who could open a cluster by changing its configuration.
type ByConfig struct {
	To      string // es:ID
	Account *snapshot.Account
	Openers []ram.Opener
	// Unlisted are the lists of users, groups and roles that were not read.
	Unlisted []snapshot.Call
}

// Lost reports whether a call that was not read could change the answer.
func (b ByConfig) Lost() bool { return len(b.settle()) > 0 }

// principal is an opener in JSON.
type principal struct {
	Kind        string    `json:"kind"` // ram-user, ram-group or ram-role
	Name        string    `json:"name"`
	ARN         string    `json:"arn"`
	Certainty   string    `json:"certainty"` // yes or unknown
	Grants      []opens   `json:"grants"`
	AssumableBy []assumer `json:"assumableBy,omitempty"`
	// TrustUnknown says that not all of a role's trust policy could be read.
	TrustUnknown bool `json:"trustUnknown,omitempty"`
}

// opens is one action that opens a cluster.
type opens struct {
	Action     string         `json:"action"`
	Certainty  string         `json:"certainty"`
	Statements []statement    `json:"statements"` // that allow it
	DeniedBy   []statement    `json:"deniedBy,omitempty"`
	Settle     []graph.Settle `json:"settledBy,omitempty"`
}

// statement is a statement of a policy.
type statement struct {
	Policy     string      `json:"policy"`        // Type/Name
	Via        string      `json:"via"`           // the group through which a user has it
	Scope      string      `json:"resourceGroup"` // that it counts for; "" is the account
	Applies    string      `json:"applies"`       // to this cluster and by its condition: yes, no or unknown
	Conditions []condition `json:"conditions"`
	Pointer    string      `json:"pointer"`
	Line       int         `json:"line"`
}

type condition struct {
	Operator string   `json:"operator"`
	Key      string   `json:"key"`
	Values   []string `json:"values"`
	Met      string   `json:"met"`
}

// assumer is who may assume a role.
type assumer struct {
	Kind      string `json:"kind"` // ram-user, ram-role, account, service, federated, anybody
	Name      string `json:"name"`
	Certainty string `json:"certainty"`
	Pointer   string `json:"pointer"`
	Line      int    `json:"line"`
}

func (b ByConfig) json() (any, bool) {
	return struct {
		Schema   string         `json:"schema"`
		To       string         `json:"to"`
		ByConfig []principal    `json:"byConfig"`
		Settle   []graph.Settle `json:"settledBy,omitempty"`
	}{graph.ReachSchema, b.To, b.principals(), b.settle()}, true
}

func (b ByConfig) principals() []principal {
	out := []principal{}
	for _, o := range b.Openers {
		p := principal{Kind: o.Kind, Name: o.Object.ID, ARN: o.ARN(), Certainty: o.Verdict().String(), Grants: []opens{}, TrustUnknown: !o.AssumersKnown}
		for _, x := range o.Powers {
			p.Grants = append(p.Grants, opens{x.Action, x.Verdict.String(), b.statements(x.Allow), b.statements(x.Deny), b.settles(x.Settle)})
		}
		for _, a := range o.Assumers {
			p.AssumableBy = append(p.AssumableBy, assumer{a.Kind, a.Name, a.Verdict.String(), a.Trusted.Node.Pointer(), a.Trusted.Node.Line()})
		}
		out = append(out, p)
	}
	return out
}

func (b ByConfig) statements(matches []ram.Match) []statement {
	out := []statement{}
	for _, m := range matches {
		s := statement{
			Policy: m.Name, Via: m.Via, Scope: m.Attachment.Group, Applies: m.Applies().String(), Conditions: []condition{},
			Pointer: m.Node.Pointer(), Line: m.Node.Line(),
		}
		parts, _ := m.Conditions(ram.Request{Now: b.Account.TakenAt})
		for _, c := range parts {
			s.Conditions = append(s.Conditions, condition{c.Operator, c.Key, append([]string{}, c.Values...), c.Met.String()})
		}
		out = append(out, s)
	}
	return out
}

func (b ByConfig) settles(calls []snapshot.Call) []graph.Settle {
	var out []graph.Settle
	for _, c := range calls {
		out = append(out, graph.Settle{Call: c, State: b.Account.Answer(c), Text: c.String(), RAM: c.Action()})
	}
	return out
}

// settle are all calls that would settle what is unknown, each once.
func (b ByConfig) settle() []graph.Settle {
	calls := slices.Clone(b.Unlisted)
	for _, o := range b.Openers {
		for _, x := range o.Powers {
			calls = append(calls, x.Settle...)
		}
		calls = append(calls, o.Settle...)
	}
	slices.SortFunc(calls, func(x, y snapshot.Call) int { return strings.Compare(x.String(), y.String()) })
	return b.settles(slices.Compact(calls))
}

func (b ByConfig) tell(opt Options) *outline {
	o := &outline{}
	o.title(said("WHO COULD OPEN ").and(named(b.To), said(" BY CONFIGURATION: "+count(len(b.Openers), "principal", "principals"))))
	if len(b.Unlisted) > 0 {
		o.paragraph(0, said("Not all users, groups and roles were listed: there may be others."))
	} else if len(b.Openers) == 0 {
		o.paragraph(0, said("Nobody but the root user of the account, who may do everything."))
	}
	b.part(o, ram.Yes, "certain", opt)
	b.part(o, ram.Unknown, "unknown", opt)
	if len(b.Openers) > 0 {
		o.paragraph(0, line{{"The root user may do everything and is not listed, nor are service-linked roles. Control policies are not read.", faint}})
	}
	o.settles("what would settle what is unknown", b.settle())
	return o
}

// part tells of the openers of one certainty.
func (b ByConfig) part(o *outline, certainty ram.Truth, title string, opt Options) {
	var rows [][]cell
	for _, x := range b.Openers {
		if x.Verdict() == certainty {
			rows = append(rows, []cell{{said(strings.TrimPrefix(x.Kind, "ram-") + " ").and(named(x.Object.ID))}, b.by(x, opt)})
		}
	}
	if len(rows) == 0 {
		return
	}
	style := map[ram.Truth]style{ram.Yes: bad, ram.Unknown: unsure}[certainty]
	o.heading(line{{strings.ToUpper(title), style}}.and(said(": " + count(len(rows), "principal", "principals"))))
	o.table(2, []string{"who", "by"}, false, rows...)
}

// by tells by which statements somebody opens the cluster: each once, with its
// actions.
func (b ByConfig) by(x ram.Opener, opt Options) cell {
	var out cell
	var seen []string
	for _, power := range x.Powers {
		for _, s := range b.statements(power.Allow) {
			if id := s.Pointer + " " + s.Via + " " + s.Scope; !slices.Contains(seen, id) {
				seen = append(seen, id)
				out = append(out, b.statement(x, s, "", opt))
			}
		}
		for _, s := range b.statements(power.Deny) {
			if id := s.Pointer + " " + s.Via + " " + s.Scope; !slices.Contains(seen, id) {
				seen = append(seen, id)
				out = append(out, b.statement(x, s, "denied ", opt))
			}
		}
	}
	if len(out) == 0 {
		out = append(out, said("what it is granted was not read, or cannot be"))
	}
	for _, a := range x.Assumers {
		who := said("assumed by " + strings.TrimPrefix(a.Kind, "ram-") + " ").and(named(a.Name))
		if a.Verdict == ram.Unknown {
			who = who.and(line{{" (unknown)", unsure}})
		}
		out = append(out, who)
	}
	if !x.AssumersKnown {
		out = append(out, said("who may assume it was not read, or cannot be"))
	}
	return out
}

// statement tells of one statement: its actions, policy, conditions and place.
func (b ByConfig) statement(x ram.Opener, s statement, prefix string, opt Options) line {
	var actions []string
	for _, power := range x.Powers {
		list := power.Allow
		if prefix != "" {
			list = power.Deny
		}
		if slices.ContainsFunc(list, func(m ram.Match) bool { return m.Node.Pointer() == s.Pointer }) {
			actions = append(actions, strings.TrimPrefix(power.Action, "elasticsearch:"))
		}
	}
	out := said(prefix).and(named(strings.Join(actions, " ")), said(" by policy "), named(s.Policy))
	if s.Via != "" {
		out = out.and(said(" through group "), named(s.Via))
	}
	if s.Scope != "" {
		out = out.and(said(" in resource group "), named(s.Scope))
	}
	for i, c := range s.Conditions {
		out = out.and(said(map[bool]string{true: " if ", false: " and "}[i == 0]), named(c.Operator+" "+c.Key+" "+strings.Join(c.Values, ", ")))
	}
	return out.and(line{{", " + place(graph.Hop{Pointer: s.Pointer, Line: s.Line}, opt.File), faint}})
}

// view is empty: who has which policy is no picture of the network.
func (b ByConfig) view(*graph.Graph) (*graph.View, string) { return graph.NewView(), b.To }
