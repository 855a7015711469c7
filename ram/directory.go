package ram

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// The kinds of principals, as findings name them.
const (
	User  = "ram-user"
	Group = "ram-group"
	Role  = "ram-role"
)

// Principal is a user, a group or a role.
type Principal struct {
	Kind   string
	Object snapshot.Object
}

// ServiceLinked reports whether it is a role that the vendor makes for one of
// its services, and that nobody else assumes.
func (p Principal) ServiceLinked() bool {
	return p.Kind == Role && strings.HasPrefix(strings.ToLower(p.Object.ID), "aliyunservicerolefor")
}

// ARN names the principal in policies.
func (p Principal) ARN() string {
	return "acs:ram::" + p.Object.Account.ID + ":" + strings.TrimPrefix(p.Kind, "ram-") + "/" + p.Object.ID
}

// key finds what belongs to a principal. Names are the same in any case.
func key(kind, name string) string { return kind + "/" + strings.ToLower(name) }

// Directory is the identities of one account and their policies.
type Directory struct {
	account    *snapshot.Account
	principals []Principal
	attached   map[string][]Attachment // by key
	documents  map[string]document     // by policy
	members    map[string][]string     // users by key of the group
	groups     map[string][]string     // groups by key of the user
	enrolled   bool                    // who is in which group is known from the groups
	probes     []string                // made-up instances, see instances
}

// document is what a policy says; ok is false when that is not known.
type document struct {
	statements []Statement
	ok         bool
}

// Attachment is a policy that a principal has.
type Attachment struct {
	Policy snapshot.Object // not there when no answer describes it
	Name   string          // Type/Name
	Group  string          // the resource group it is attached at; "" is the account
	Via    string          // the RAM group through which a user has it; ""
	At     *snapshot.Node  // where the attachment stands
}

// NewDirectory gathers the identities of an account.
func NewDirectory(a *snapshot.Account) *Directory {
	d := &Directory{
		account: a, attached: map[string][]Attachment{}, documents: map[string]document{}, members: map[string][]string{}, groups: map[string][]string{},
		probes: instances(a),
	}
	var joined []joining
	d.principals = make([]Principal, 0, len(a.Objects(snapshot.RAMUser))+len(a.Objects(snapshot.RAMGroup))+len(a.Objects(snapshot.RAMRole)))
	for _, k := range []struct {
		kind   snapshot.Kind
		called string
	}{{snapshot.RAMUser, User}, {snapshot.RAMGroup, Group}, {snapshot.RAMRole, Role}} {
		for _, o := range a.Objects(k.kind) {
			d.principals = append(d.principals, Principal{k.called, o})
			if holdsAny(o.GlanceAspect(snapshot.Policies)) { // most hold none: they need not be opened
				for _, n := range o.Aspect(snapshot.Policies).Items() {
					d.attach(k.called, o.ID, n, "")
				}
			}
			if k.called == User {
				for n := range o.GlanceAspect(snapshot.Groups).Each {
					joined = append(joined, joining{n.Get("GroupName").Text(), o.ID})
				}
			}
		}
	}
	for _, o := range a.Objects(snapshot.PolicyAttachment) {
		kind := map[string]string{"IMSUser": User, "IMSGroup": Group, "ServiceRole": Role}[o.Attr("PrincipalType").Text()]
		name, _, _ := strings.Cut(o.Attr("PrincipalName").Text(), "@")
		group := o.Attr("ResourceGroupId").Text()
		if group == a.ID {
			group = ""
		}
		if kind != "" {
			d.attach(kind, name, o.Attr(), group)
		}
	}
	d.enroll(joined)
	return d
}

func holdsAny(list snapshot.Glance) bool {
	for range list.Each {
		return true
	}
	return false
}

func (d *Directory) attach(kind, name string, at *snapshot.Node, group string) {
	id := at.Get("PolicyType").Text() + "/" + at.Get("PolicyName").Text()
	k := key(kind, name)
	if slices.ContainsFunc(d.attached[k], func(x Attachment) bool { return x.Name == id && x.Group == group }) {
		return
	}
	a := Attachment{Policy: d.account.Object(snapshot.RAMPolicy, snapshot.Global, id), Name: id, Group: group, At: at}
	d.attached[k] = append(d.attached[k], a)
	if _, done := d.documents[id]; !done {
		list, ok := Statements(a.Policy.Aspect(snapshot.Document))
		d.documents[id] = document{list, ok}
	}
}

// joining is that a user says to be in a group.
type joining struct{ group, user string }

// enroll gathers who is in which group: groups tell their users, and users their
// groups.
func (d *Directory) enroll(told []joining) {
	d.enrolled = d.read("ListGroups", "")
	add := func(group, user string) {
		if g := key(Group, group); !slices.ContainsFunc(d.members[g], func(m string) bool { return strings.EqualFold(m, user) }) {
			d.members[g] = append(d.members[g], user)
			d.groups[key(User, user)] = append(d.groups[key(User, user)], group)
		}
	}
	for _, g := range d.account.Objects(snapshot.RAMGroup) {
		d.enrolled = d.enrolled && d.read("ListUsersForGroup", g.ID)
		for n := range g.GlanceAspect(snapshot.Users).Each {
			add(g.ID, n.Get("UserName").Text())
		}
	}
	for _, j := range told {
		add(j.group, j.user)
	}
	for _, lists := range []map[string][]string{d.members, d.groups} {
		for _, list := range lists {
			slices.Sort(list)
		}
	}
}

// Principals returns the users, groups and roles, each by name.
func (d *Directory) Principals() []Principal { return d.principals }

// Find returns a user, group or role by its name in any case.
func (d *Directory) Find(kind, name string) (Principal, bool) {
	i := slices.IndexFunc(d.principals, func(p Principal) bool { return p.Kind == kind && strings.EqualFold(p.Object.ID, name) })
	if i < 0 {
		return Principal{}, false
	}
	return d.principals[i], true
}

// Members returns the users of a group, and the calls without which they are not
// all known.
func (d *Directory) Members(group Principal) (names []string, unread []snapshot.Call) {
	if c := d.call("ListUsersForGroup", group.Object.ID); !d.account.Read(c) {
		unread = append(unread, c)
	}
	return d.members[key(Group, group.Object.ID)], unread
}

// Groups returns the groups a user is known to be in.
func (d *Directory) Groups(user Principal) []string { return d.groups[key(User, user.Object.ID)] }

// Attachments returns the policies of a principal, a user's groups' included.
func (d *Directory) Attachments(p Principal) []Attachment {
	out := slices.Clone(d.attached[key(p.Kind, p.Object.ID)])
	if p.Kind != User {
		return out
	}
	for _, group := range d.Groups(p) {
		for _, x := range d.attached[key(Group, group)] {
			x.Via = group
			out = append(out, x)
		}
	}
	return out
}

func (d *Directory) call(operation, subject string) snapshot.Call {
	return snapshot.Call{Region: snapshot.Global, Product: "ram", Operation: operation, Subject: subject}
}

func (d *Directory) read(operation, subject string) bool {
	return d.account.Read(d.call(operation, subject))
}

// missing returns the calls without which the policies that a principal has at
// the account are not all known.
func (d *Directory) missing(p Principal) []snapshot.Call {
	var out []snapshot.Call
	need := func(operation, subject string) {
		if c := d.call(operation, subject); !d.account.Read(c) {
			out = append(out, c)
		}
	}
	switch p.Kind {
	case User:
		if !d.enrolled {
			need("ListGroupsForUser", p.Object.ID)
		}
		need("ListPoliciesForUser", p.Object.ID)
		for _, group := range d.Groups(p) {
			need("ListPoliciesForGroup", group)
		}
	case Group:
		need("ListPoliciesForGroup", p.Object.ID)
	case Role:
		need("ListPoliciesForRole", p.Object.ID)
	}
	return out
}

// undocumented returns the call that would show an attached policy's document;
// none when it was shown, and is none.
func (d *Directory) undocumented(a Attachment) []snapshot.Call {
	if a.Policy.Aspect(snapshot.Document).Exists() {
		return nil
	}
	for _, operation := range []string{"GetPolicy", "GetPolicyVersion"} {
		if c := d.call(operation, a.Name); !d.account.Read(c) {
			return []snapshot.Call{c}
		}
	}
	return nil
}
