package facts

import (
	"slices"
	"strings"

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
	of     *directory
	listed bool
}

// directory is what tells of the users, groups and roles of an account.
type directory struct {
	account *snapshot.Account
	all     *ram.Directory
	known   *decided
	caller  Caller
}

func membersOf(g *graph.Graph) []directoryMember {
	var members []directoryMember
	for _, a := range g.Snapshot().Accounts() {
		d := &directory{a, ram.NewDirectory(a), newDecided(), callerOf(a)}
		members = slices.Grow(members, len(d.all.Principals())+1)
		for _, p := range d.all.Principals() {
			members = append(members, directoryMember{p, d, true})
		}
		if p, ok := d.caller.stranger(a, d.all); ok {
			members = append(members, directoryMember{p, d, false})
		}
	}
	return members
}

func principalsOf(members []directoryMember) list {
	return listOf(members, func(m directoryMember, yield func(Subject) bool) bool {
		d := m.of
		if !m.listed {
			return yield(principal(m.Principal, strangerFacts(d.account, d.all, m.Principal, d.known)))
		}
		return yield(principal(m.Principal, principalFacts(d.account, d.all, m.Principal, d.caller.is(m.Principal), d.known)))
	})
}

func principal(p ram.Principal, f PrincipalFacts) Subject {
	o := p.Object
	o.Region = ""
	return subject(o, p.Kind, "ram", strings.TrimPrefix(p.Kind, "ram-")+"/"+o.ID, o.Glance("DisplayName").Text(), f)
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
