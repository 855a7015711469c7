package facts

import (
	"strings"

	"esaudit/ram"
	"esaudit/snapshot"
)

// Caller is who made the calls of an account.
type Caller struct {
	Kind   string `json:"kind"` // account (its root), ram-user, ram-role, or "" when not known
	Name   string `json:"name"`
	ARN    Ref    `json:"arn"`
	Settle []Call `json:"settle"`
}

// callerOf reads sts:GetCallerIdentity: acs:ram::ID:root, acs:ram::ID:user/NAME or
// acs:ram::ID:assumed-role/NAME/SESSION.
func callerOf(a *snapshot.Account) Caller {
	o := a.Object(snapshot.Identity, snapshot.Global, "caller")
	c := Caller{ARN: ref(nil, a.Object(snapshot.Identity, snapshot.Global, "caller").Node), Settle: []Call{}}
	if q := (snapshot.Call{Region: snapshot.Global, Product: "sts", Operation: "GetCallerIdentity"}); !a.Read(q) {
		c.Settle = calls(a, []snapshot.Call{q})
	}
	if !o.Exists() {
		return c
	}
	arn := o.Attr("Arn").Text()
	c.ARN = known(o.Attr("Arn"), o.Node)
	parts := strings.SplitN(arn, ":", 5)
	if len(parts) < 5 || parts[3] != a.ID {
		return c
	}
	kind, name, _ := strings.Cut(parts[4], "/")
	switch kind {
	case "root":
		c.Kind = "account"
	case "user":
		c.Kind, c.Name = ram.User, name
	case "assumed-role":
		name, _, _ = strings.Cut(name, "/")
		c.Kind, c.Name = ram.Role, name
	}
	return c
}

// is reports whether a principal made the calls.
func (c Caller) is(p ram.Principal) bool {
	return c.Kind == p.Kind && strings.EqualFold(c.Name, p.Object.ID)
}

// stranger is the principal that made the calls when no list holds it.
func (c Caller) stranger(a *snapshot.Account, d *ram.Directory) (ram.Principal, bool) {
	if c.Name == "" {
		return ram.Principal{}, false
	}
	if _, listed := d.Find(c.Kind, c.Name); listed {
		return ram.Principal{}, false
	}
	return ram.Principal{Kind: c.Kind, Object: snapshot.Object{Account: a, Region: snapshot.Global, ID: c.Name}}, true
}
