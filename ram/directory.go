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

// Directory is the identities of one account and their policies.
type Directory struct {
	account    *snapshot.Account
	attached   map[string][]Attachment // by kind/name
	principals []Principal
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
	d := &Directory{account: a, attached: map[string][]Attachment{}}
	for _, k := range []struct {
		kind   snapshot.Kind
		called string
	}{{snapshot.RAMUser, User}, {snapshot.RAMGroup, Group}, {snapshot.RAMRole, Role}} {
		for _, o := range a.Objects(k.kind) {
			d.principals = append(d.principals, Principal{k.called, o})
			for _, n := range o.Aspect(snapshot.Policies).Items() {
				d.attach(k.called, o.ID, n, "")
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
	return d
}

func (d *Directory) attach(kind, name string, at *snapshot.Node, group string) {
	id := at.Get("PolicyType").Text() + "/" + at.Get("PolicyName").Text()
	key := kind + "/" + strings.ToLower(name)
	if slices.ContainsFunc(d.attached[key], func(x Attachment) bool { return x.Name == id && x.Group == group }) {
		return
	}
	d.attached[key] = append(d.attached[key], Attachment{Policy: d.account.Object(snapshot.RAMPolicy, snapshot.Global, id), Name: id, Group: group, At: at})
}

// Principals returns the users, groups and roles, each by name.
func (d *Directory) Principals() []Principal { return d.principals }

// Members returns the users of a group, and whether they were read.
func (d *Directory) Members(group Principal) (names []string, read bool) {
	for _, n := range group.Object.Aspect(snapshot.Users).Items() {
		names = append(names, n.Get("UserName").Text())
	}
	for _, u := range d.account.Objects(snapshot.RAMUser) {
		for _, g := range u.Aspect(snapshot.Groups).Items() {
			if strings.EqualFold(g.Get("GroupName").Text(), group.Object.ID) {
				names = append(names, u.ID)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), d.read("ListUsersForGroup", group.Object.ID)
}

// groupsOf returns the groups of a user.
func (d *Directory) groupsOf(user string) []string {
	var names []string
	for _, p := range d.principals {
		if p.Kind == Group {
			if members, _ := d.Members(p); slices.ContainsFunc(members, func(m string) bool { return strings.EqualFold(m, user) }) {
				names = append(names, p.Object.ID)
			}
		}
	}
	for _, n := range d.account.Object(snapshot.RAMUser, snapshot.Global, user).Aspect(snapshot.Groups).Items() {
		names = append(names, n.Get("GroupName").Text())
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Attachments returns the policies of a principal, a user's groups' included.
func (d *Directory) Attachments(p Principal) []Attachment {
	out := slices.Clone(d.attached[p.Kind+"/"+strings.ToLower(p.Object.ID)])
	if p.Kind != User {
		return out
	}
	for _, group := range d.groupsOf(p.Object.ID) {
		for _, x := range d.attached[Group+"/"+strings.ToLower(group)] {
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

// Missing returns the calls without which the policies of a principal are not
// known. What is attached at the account, two lists tell; what is attached at
// resource groups, only ListPolicyAttachments.
func (d *Directory) Missing(p Principal) []snapshot.Call {
	var out []snapshot.Call
	need := func(operation, subject string) {
		if c := d.call(operation, subject); !d.account.Read(c) {
			out = append(out, c)
		}
	}
	if p.Kind == User && !d.groupsKnown() {
		need("ListGroupsForUser", p.Object.ID)
	}
	all := snapshot.Call{Region: snapshot.Global, Product: "resourcemanager", Operation: "ListPolicyAttachments"}
	if d.account.Read(all) {
		return out
	}
	switch p.Kind {
	case User:
		need("ListPoliciesForUser", p.Object.ID)
		for _, group := range d.groupsOf(p.Object.ID) {
			need("ListPoliciesForGroup", group)
		}
	case Group:
		need("ListPoliciesForGroup", p.Object.ID)
	case Role:
		need("ListPoliciesForRole", p.Object.ID)
	}
	return append(out, all)
}

// groupsKnown reports whether the members of every group were read.
func (d *Directory) groupsKnown() bool {
	return d.read("ListGroups", "") && !slices.ContainsFunc(d.principals, func(p Principal) bool {
		return p.Kind == Group && !d.read("ListUsersForGroup", p.Object.ID)
	})
}
