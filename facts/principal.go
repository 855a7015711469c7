package facts

import (
	"esaudit/graph"
	"esaudit/ram"
	"esaudit/snapshot"
)

// PrincipalFacts is what is known of a RAM user, group or role.
type PrincipalFacts struct {
	// Listed is false for one that is known only because it made the calls.
	Listed        bool     `json:"listed"`
	ServiceLinked bool     `json:"service_linked"` // a role of the vendor's for one of its services
	Caller        bool     `json:"caller"`         // it made the calls
	Groups        []string `json:"groups"`         // of a user
	Members       *Members `json:"members,omitempty"`

	Grants    []Grant    `json:"grants"`
	Decisions []Decision `json:"decisions"`
	Settle    []Call     `json:"settle"` // what would tell the rest of its policies

	Login      *Credential `json:"login,omitempty"`       // of a user: a password for the console
	MFA        *Credential `json:"mfa,omitempty"`         // of a user: a second factor
	AccessKeys *AccessKeys `json:"access_keys,omitempty"` // of a user
	Trust      *Trust      `json:"trust,omitempty"`       // of a role

	At At `json:"at"`
}

// Members are the users of a group.
type Members struct {
	Names  []string `json:"names"`
	Settle []Call   `json:"settle"`
}

// principals are the RAM users, groups and roles.
func principals(g *graph.Graph) list { return principalsOf(membersOf(g)) }

// directoryMember is a user, group or role, with what tells of it.
type directoryMember struct {
	ram.Principal
	account *snapshot.Account
	all     *ram.Directory
	known   *decided
	caller  Caller
	listed  bool
}

func membersOf(g *graph.Graph) []directoryMember {
	var members []directoryMember
	for _, a := range g.Snapshot().Accounts() {
		d := ram.NewDirectory(a)
		caller, known := callerOf(a), newDecided()
		for _, p := range d.Principals() {
			members = append(members, directoryMember{p, a, d, known, caller, true})
		}
		if p, ok := caller.stranger(a, d); ok {
			members = append(members, directoryMember{p, a, d, known, caller, false})
		}
	}
	return members
}

func principalsOf(members []directoryMember) list {
	return listOf(members, func(m directoryMember, yield func(Subject) bool) bool {
		if !m.listed {
			return yield(principal(m.Principal, strangerFacts(m.account, m.all, m.Principal, m.known)))
		}
		return yield(principal(m.Principal, principalFacts(m.account, m.all, m.Principal, m.caller.is(m.Principal), m.known)))
	})
}

func principal(p ram.Principal, f PrincipalFacts) Subject {
	kind := map[string]string{ram.User: "user", ram.Group: "group", ram.Role: "role"}[p.Kind]
	o := p.Object
	o.Region = ""
	return subject(o, p.Kind, "ram", kind+"/"+p.Object.ID, p.Object.Attr("DisplayName").Text(), f)
}

func principalFacts(a *snapshot.Account, d *ram.Directory, p ram.Principal, caller bool, known *decided) PrincipalFacts {
	f := PrincipalFacts{Listed: true, ServiceLinked: p.ServiceLinked(), Caller: caller, Groups: []string{}, At: At{p.Object.Node}}
	f.powers(a, d, p, known)
	switch p.Kind {
	case ram.User:
		f.Groups = append(f.Groups, d.Groups(p)...)
		f.credentials(a, p.Object)
	case ram.Group:
		names, unread := d.Members(p)
		f.Members = &Members{Names: append([]string{}, names...), Settle: calls(a, unread)}
	case ram.Role:
		f.Trust = trustOf(a, d, p)
	}
	return f
}

// strangerFacts are those of whoever made the calls and stands in no list.
func strangerFacts(a *snapshot.Account, d *ram.Directory, p ram.Principal, known *decided) PrincipalFacts {
	f := PrincipalFacts{Caller: true, ServiceLinked: p.ServiceLinked(), Groups: append([]string{}, d.Groups(p)...)}
	f.powers(a, d, p, known)
	return f
}

// request is what is known of a request that somebody of an account would make.
func request(a *snapshot.Account) ram.Request { return ram.Request{Now: a.TakenAt} }
