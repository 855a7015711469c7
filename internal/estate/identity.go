package estate

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"

	"esaudit/collector/api"
)

// The documents of the system policies an estate always lists.
const (
	fullAccess = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"elasticsearch:*","Resource":"*"}]}`
	readOnly   = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["elasticsearch:List*","elasticsearch:Describe*","elasticsearch:Get*"],"Resource":"*"}]}`
	everything = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
)

// Policy is a RAM policy with one version.
type Policy struct {
	Kind, Name string
	document   string
	users      []string
	groups     []string
	roles      []string
	scoped     []Body // attachments at resource groups
}

// Policy adds a policy of kind System or Custom with its document.
func (e *Estate) Policy(kind, name, document string) *Policy {
	p := &Policy{Kind: kind, Name: name, document: document}
	e.policies = append(e.policies, p)
	e.items = append(e.items, &item{kind: "ram.ListPolicies/" + kind, body: p.body, calls: p.calls})
	return p
}

// SystemPolicy is one of the vendor's policies every account lists:
// AliyunElasticsearchReadOnlyAccess, AliyunElasticsearchFullAccess,
// AdministratorAccess.
func (e *Estate) SystemPolicy(name string) *Policy {
	for _, p := range e.policies {
		if p.Kind == "System" && p.Name == name {
			return p
		}
	}
	panic("no system policy " + name)
}

func (e *Estate) systemPolicies() {
	e.Policy("System", "AdministratorAccess", everything)
	e.Policy("System", "AliyunElasticsearchFullAccess", fullAccess)
	e.Policy("System", "AliyunElasticsearchReadOnlyAccess", readOnly)
}

func (p *Policy) body() Body {
	return Body{
		"PolicyName": p.Name, "PolicyType": p.Kind, "DefaultVersion": "v1", "Description": "", "AttachmentCount": len(p.users) + len(p.groups) + len(p.roles),
		"CreateDate": born, "UpdateDate": born,
	}
}

func (p *Policy) attached() Body {
	return Body{"PolicyName": p.Name, "PolicyType": p.Kind, "DefaultVersion": "v1", "Description": "", "AttachDate": born}
}

func (p *Policy) calls(r *recorder) {
	r.one(request("", "ram", "GetPolicy", "PolicyName", p.Name, "PolicyType", p.Kind), Body{
		"Policy": p.body(), "DefaultPolicyVersion": Body{"VersionId": "v1", "IsDefaultVersion": true, "CreateDate": born, "PolicyDocument": p.document},
	})
	entities := func(field string, names []string) []Body {
		out := []Body{}
		for _, n := range names {
			out = append(out, Body{field: n, "AttachDate": born})
		}
		return out
	}
	r.one(request("", "ram", "ListEntitiesForPolicy", "PolicyName", p.Name, "PolicyType", p.Kind), Body{
		"Users": Body{"User": entities("UserName", p.users)}, "Groups": Body{"Group": entities("GroupName", p.groups)}, "Roles": Body{"Role": entities("RoleName", p.roles)},
	})
}

// User is a RAM user.
type User struct {
	Name     string
	e        *Estate
	login    string // the last login to the console
	console  Body
	mfa      bool
	keys     []Body
	used     []string
	groups   []*Group
	policies []*Policy
}

// User adds a user without console access, keys or policies.
func (e *Estate) User(name string) *User {
	u := &User{Name: name, e: e}
	e.items = append(e.items, &item{kind: "ram.ListUsers", body: u.body, calls: u.calls})
	return u
}

// Console gives the user a password, with or without a second factor.
func (u *User) Console(mfa bool, lastLogin string) *User {
	u.console = Body{"UserName": u.Name, "MFABindRequired": mfa, "PasswordResetRequired": false, "CreateDate": born}
	u.mfa, u.login = mfa, lastLogin
	return u
}

// Key gives the user an access key: Active or Inactive, when it was made and
// last used ("" is never).
func (u *User) Key(id, status, made, used string) *User {
	u.keys = append(u.keys, Body{"AccessKeyId": id, "Status": status, "CreateDate": made})
	u.used = append(u.used, used)
	return u
}

// Attach gives the user policies.
func (u *User) Attach(policies ...*Policy) *User {
	u.policies = append(u.policies, policies...)
	for _, p := range policies {
		p.users = append(p.users, u.Name)
	}
	return u
}

// AttachIn gives the user a policy within a resource group.
func (u *User) AttachIn(group string, p *Policy) *User {
	p.scoped = append(p.scoped, Body{
		"PolicyName": p.Name, "PolicyType": p.Kind, "PrincipalType": "IMSUser", "PrincipalName": u.Name + "@" + u.e.account + ".onaliyun.com",
		"ResourceGroupId": group, "AttachDate": born, "Description": "",
	})
	return u
}

func (u *User) body() Body {
	return Body{
		"UserName": u.Name, "UserId": number("20", u.e.account, u.Name), "DisplayName": u.Name, "Comments": "", "CreateDate": born, "UpdateDate": born,
		"Email": "", "MobilePhone": "",
	}
}

func (u *User) calls(r *recorder) {
	q := func(op string, more ...string) api.Request {
		return request("", "ram", op, append([]string{"UserName", u.Name}, more...)...)
	}
	full := u.body()
	full["LastLoginDate"] = u.login
	r.one(q("GetUser"), Body{"User": full})
	if u.console == nil {
		r.none(q("GetLoginProfile"), "EntityNotExist.User.LoginProfile", "The login policy for the user does not exist.")
	} else {
		r.one(q("GetLoginProfile"), Body{"LoginProfile": u.console})
	}
	if u.mfa {
		r.one(q("GetUserMFAInfo"), Body{"MFADevice": Body{"SerialNumber": "acs:ram::" + u.e.account + ":mfa/" + u.Name, "Type": "VMFA"}})
	} else {
		r.none(q("GetUserMFAInfo"), "EntityNotExist.User.MFADevice", "The user has no MFA device.")
	}
	r.list(q("ListAccessKeys"), paging{"AccessKeys/AccessKey", whole, 0}, u.keys, nil)
	for i, k := range u.keys {
		r.one(q("GetAccessKeyLastUsed", "UserAccessKeyId", k["AccessKeyId"].(string)), Body{"AccessKeyLastUsed": Body{"LastUsedDate": u.used[i]}})
	}
	r.list(q("ListPoliciesForUser"), paging{"Policies/Policy", whole, 0}, attachedAll(u.policies), nil)
	var groups []Body
	for _, g := range u.groups {
		b := g.body()
		b["JoinDate"] = born
		groups = append(groups, b)
	}
	r.list(q("ListGroupsForUser"), paging{"Groups/Group", whole, 0}, groups, nil)
}

func attachedAll(policies []*Policy) []Body {
	var out []Body
	for _, p := range policies {
		out = append(out, p.attached())
	}
	return out
}

// Group is a RAM user group.
type Group struct {
	Name     string
	e        *Estate
	members  []*User
	policies []*Policy
}

// Group adds a group with its members.
func (e *Estate) Group(name string, members ...*User) *Group {
	g := &Group{Name: name, e: e, members: members}
	for _, u := range members {
		u.groups = append(u.groups, g)
	}
	e.items = append(e.items, &item{kind: "ram.ListGroups", body: g.body, calls: g.calls})
	return g
}

// Attach gives the group policies.
func (g *Group) Attach(policies ...*Policy) *Group {
	g.policies = append(g.policies, policies...)
	for _, p := range policies {
		p.groups = append(p.groups, g.Name)
	}
	return g
}

func (g *Group) body() Body {
	return Body{"GroupName": g.Name, "GroupId": "g-" + number("", g.e.account, "group", g.Name), "Comments": "", "CreateDate": born, "UpdateDate": born}
}

func (g *Group) calls(r *recorder) {
	var members []Body
	for _, u := range g.members {
		members = append(members, Body{"UserName": u.Name, "UserId": u.body()["UserId"], "DisplayName": u.Name, "JoinDate": born})
	}
	r.list(request("", "ram", "ListUsersForGroup", "GroupName", g.Name), paging{"Users/User", markers, 1000}, members, nil)
	r.list(request("", "ram", "ListPoliciesForGroup", "GroupName", g.Name), paging{"Policies/Policy", whole, 0}, attachedAll(g.policies), nil)
}

// Role is a RAM role.
type Role struct {
	Name     string
	e        *Estate
	trust    string
	policies []*Policy
}

// Role adds a role with its trust policy.
func (e *Estate) Role(name, trust string) *Role {
	role := &Role{Name: name, e: e, trust: trust}
	e.items = append(e.items, &item{kind: "ram.ListRoles", body: role.body, calls: role.calls})
	return role
}

// Attach gives the role policies.
func (role *Role) Attach(policies ...*Policy) *Role {
	role.policies = append(role.policies, policies...)
	for _, p := range policies {
		p.roles = append(p.roles, role.Name)
	}
	return role
}

func (role *Role) body() Body {
	return Body{
		"RoleName": role.Name, "RoleId": number("30", role.e.account, "role", role.Name), "Arn": "acs:ram::" + role.e.account + ":role/" + role.Name,
		"Description": "", "CreateDate": born, "UpdateDate": born, "MaxSessionDuration": 3600,
	}
}

func (role *Role) calls(r *recorder) {
	full := Body{"AssumeRolePolicyDocument": role.trust}
	maps.Copy(full, role.body())
	r.one(request("", "ram", "GetRole", "RoleName", role.Name), Body{"Role": full})
	r.list(request("", "ram", "ListPoliciesForRole", "RoleName", role.Name), paging{"Policies/Policy", whole, 0}, attachedAll(role.policies), nil)
}

// identityCalls records what concerns the account as a whole.
func (e *Estate) identityCalls(r *recorder) {
	r.one(request("", "ram", "GetPasswordPolicy"), Body{"PasswordPolicy": Body{
		"MinimumPasswordLength": 12, "RequireLowercaseCharacters": true, "RequireUppercaseCharacters": true, "RequireNumbers": true, "RequireSymbols": true,
		"MaxPasswordAge": 90, "PasswordReusePrevention": 5, "MaxLoginAttemps": 5, "HardExpiry": false,
	}})
	attachments := []Body{}
	for _, p := range e.policies {
		attachments = append(attachments, p.scoped...)
		for _, kind := range []struct {
			principal, suffix string
			names             []string
		}{
			{"IMSUser", "@" + e.account + ".onaliyun.com", p.users},
			{"IMSGroup", "@group." + e.account + ".onaliyun.com", p.groups},
			{"ServiceRole", "@role." + e.account + ".onaliyunservice.com", p.roles},
		} {
			for _, name := range kind.names {
				attachments = append(attachments, Body{
					"PolicyName": p.Name, "PolicyType": p.Kind, "PrincipalType": kind.principal, "PrincipalName": name + kind.suffix,
					"ResourceGroupId": e.account, "AttachDate": born, "Description": "",
				})
			}
		}
	}
	r.list(request("", "resourcemanager", "ListPolicyAttachments"), paging{"PolicyAttachments/PolicyAttachment", pagesNumbered, 100}, attachments, nil)
}

// Trail adds an audit trail of all regions, delivered and on. Every region lists
// it.
func (e *Estate) Trail(name string, sets ...Set) {
	b := apply(Body{
		"Name": name, "HomeRegion": e.regions[0], "TrailRegion": "All", "EventRW": "All", "Status": "Enable", "IsOrganizationTrail": false,
		"SlsProjectArn": "acs:log:" + e.regions[0] + ":" + e.account + ":project/audit", "CreateTime": born, "UpdateTime": born,
	}, sets)
	for i, region := range e.regions {
		it := &item{kind: "actiontrail.DescribeTrails", region: region, body: func() Body { return b }}
		if i == 0 {
			it.calls = func(r *recorder) {
				r.one(request(region, "actiontrail", "GetTrailStatus", "Name", name), Body{"IsLogging": b["Status"] == "Enable", "LatestDeliveryTime": "2026-11-21T23:55:02Z", "StartLoggingTime": born})
			}
		}
		e.items = append(e.items, it)
	}
}

// number makes up an id of digits from words.
func number(prefix string, words ...string) string {
	h := sha256.Sum256([]byte(fmt.Sprint(words)))
	return prefix + fmt.Sprintf("%016d", binary.BigEndian.Uint64(h[:8])%1e16)
}
