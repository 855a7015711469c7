package facts

import (
	"math"
	"time"

	"esaudit/snapshot"
)

// Credential is whether a user has something to log in with.
type Credential struct {
	Answer
	Settle []Call `json:"settle"`
}

// AccessKeys are a user's keys.
type AccessKeys struct {
	Known  bool        `json:"known"` // all were listed
	List   []AccessKey `json:"list"`
	Settle []Call      `json:"settle"`
	At     At          `json:"at"`
}

// AccessKey is one key.
type AccessKey struct {
	ID      string `json:"id"`
	Status  Ref    `json:"status"`
	Created Age    `json:"created"`
	Used    Age    `json:"used"`
	Settle  []Call `json:"settle"` // what would tell when it was used
	At      At     `json:"at"`
}

// Age is an instant, and how many days before the snapshot it was.
type Age struct {
	Ref
	Days  *float64 `json:"days,omitempty"` // left out when the value is no time
	Never bool     `json:"never"`          // the vendor says that there was none
}

// credentials gathers what a user can log in with.
func (f *PrincipalFacts) credentials(a *snapshot.Account, o snapshot.Object) {
	f.Login = credential(a, o, "GetLoginProfile", snapshot.LoginProfile, "UserName")
	f.MFA = credential(a, o, "GetUserMFAInfo", snapshot.MFADevice, "SerialNumber")
	list := userCall("ListAccessKeys", o.ID)
	aspect := o.Aspect(snapshot.AccessKeys)
	f.AccessKeys = &AccessKeys{Known: a.Read(list), List: []AccessKey{}, Settle: []Call{}, At: ref(nil, aspect, o.Node).At}
	if !f.AccessKeys.Known {
		f.AccessKeys.Settle = calls(a, []snapshot.Call{list})
	}
	for _, n := range aspect.Items() {
		id := n.Get("AccessKeyId").Text()
		k := AccessKey{ID: id, Status: known(n.Get("Status"), n), Created: age(a, n.Get("CreateDate"), n), Used: age(a, n.Get("LastUsedDate"), n), Settle: []Call{}, At: At{n}}
		if c := userCall("GetAccessKeyLastUsed", o.ID+"/"+id); !a.Read(c) {
			k.Settle = calls(a, []snapshot.Call{c})
		}
		f.AccessKeys.List = append(f.AccessKeys.List, k)
	}
}

func userCall(operation, subject string) snapshot.Call {
	return snapshot.Call{Region: snapshot.Global, Product: "ram", Operation: operation, Subject: subject}
}

// credential reads what one call says of a user: an object that has the field, or
// null for none (the vendor's 404).
func credential(a *snapshot.Account, o snapshot.Object, operation string, aspect snapshot.Aspect, field string) *Credential {
	n := o.Aspect(aspect)
	out := &Credential{Answer{"unknown", ref(nil, n, o.Node).At}, []Call{}}
	c := userCall(operation, o.ID)
	switch {
	case !a.Read(c):
		out.Settle = calls(a, []snapshot.Call{c})
	case n.Kind() == snapshot.Null:
		out.Value = "no"
	case n.Get(field).Text() != "":
		out.Value = "yes"
	case n.Get(field).Kind() == snapshot.String:
		out.Value = "no"
	}
	return out
}

// known is a text with its place; one that is not there or empty has no value.
func known(n *snapshot.Node, nearest *snapshot.Node) Ref {
	if text, ok := n.Str(); ok && text != "" {
		return ref(text, n)
	}
	return ref(nil, n, nearest)
}

// age reads an instant. The vendor writes an empty text, or N/A, for never.
func age(a *snapshot.Account, n, nearest *snapshot.Node) Age {
	out := Age{Ref: known(n, nearest)}
	text, ok := n.Str()
	out.Never = ok && (text == "" || text == "N/A")
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z"} {
		if t, err := time.Parse(layout, text); err == nil && !a.TakenAt.IsZero() {
			days := math.Floor(a.TakenAt.Sub(t).Hours()/24*1e6) / 1e6
			out.Days = &days
		}
	}
	return out
}
