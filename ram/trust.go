package ram

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// Trusted is one of those that a role's trust policy names.
type Trusted struct {
	Node *snapshot.Node // where the name stands
	// Type is RAM (accounts, users, roles), Service or Federated, as the policy
	// says; "" is anybody.
	Type, Name string
	// Account is the id of the account it belongs to: "*" for every account, ""
	// for a service or when none can be read.
	Account    string
	Conditions []Condition
	Condition  Truth
	statement  Statement
}

// Trust returns who may assume a role, as far as its trust policy goes: those
// that it allows, without those that it denies unconditionally. known is false
// when not everything of it could be read.
func (d *Directory) Trust(role Principal, req Request) (list []Trusted, known bool) {
	document := role.Object.Attr("AssumeRolePolicyDocument")
	if document.Kind() != snapshot.Map || !document.Get("Statement").Exists() {
		return nil, false
	}
	known = true
	var denied []Trusted
	for _, n := range oneOrMore(document.Get("Statement")) {
		named, ok := trustees(n, req)
		known = known && ok
		for _, t := range named {
			if t.statement.Allow {
				list = append(list, t)
			} else if t.Condition == Yes {
				denied = append(denied, t)
			}
		}
	}
	list = slices.DeleteFunc(list, func(t Trusted) bool {
		return t.Condition == No || slices.ContainsFunc(denied, func(x Trusted) bool { return x.Name == "*" || x.Type == t.Type && x.Name == t.Name })
	})
	return list, known
}

// TrustCalls returns the calls that would show a role's trust policy.
func (d *Directory) TrustCalls(role Principal) []snapshot.Call {
	if c := d.call("GetRole", role.Object.ID); !d.account.Read(c) {
		return []snapshot.Call{c}
	}
	return nil
}

// trustees are those whom one statement names. Its action is that of assuming a
// role, in one of its forms.
func trustees(n *snapshot.Node, req Request) (list []Trusted, ok bool) {
	s := Statement{Node: n, condition: n.Get("Condition"), Allow: strings.EqualFold(n.Get("Effect").Text(), "allow")}
	ok = s.Allow || strings.EqualFold(n.Get("Effect").Text(), "deny")
	if s.actions, _ = pair(n, "Action", "NotAction"); !slices.ContainsFunc(assuming(), s.isFor) {
		return nil, ok && len(s.actions.texts) > 0
	}
	parts, readable := s.Conditions(req)
	add := func(kind string, item *snapshot.Node) {
		name, isText := item.Str()
		ok = ok && isText
		list = append(list, Trusted{
			Node: item, Type: kind, Name: name, Account: accountOf(kind, name), Conditions: parts, Condition: all(parts, readable), statement: s,
		})
	}
	switch p := n.Get("Principal"); p.Kind() {
	case snapshot.String:
		add("", p)
	case snapshot.Map:
		for i, kind := range p.Keys() {
			for _, item := range oneOrMore(p.Items()[i]) {
				add(kind, item)
			}
		}
	default:
		ok = false
	}
	return list, ok && len(list) > 0
}

func assuming() []string {
	return []string{"sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithoidc"}
}

// accountOf returns the account that a trusted name belongs to: acs:ram::ID:root,
// acs:ram::ID:user/NAME, a bare id, or *.
func accountOf(kind, name string) string {
	switch {
	case kind == "Service":
		return ""
	case name == "*":
		return "*"
	}
	if parts := strings.Split(name, ":"); len(parts) >= 6 || len(parts) == 5 {
		return parts[3]
	}
	if name != "" && strings.Trim(name, "0123456789") == "" {
		return name
	}
	return ""
}
