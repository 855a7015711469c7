package ram

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// Opening returns the RAM actions that change who gets in to an instance: its
// whitelists, its public and Kibana's private access, and clusters connected to
// it. UpdatePublicIps and its like are not among them: without ModifyWhiteIps
// they have no effect (Elasticsearch, "Types of resources that can be
// authorized").
func Opening() []string {
	var out []string
	for _, name := range strings.Fields(`AddConnectableCluster EnableKibanaPvlNetwork ModifyWhiteIps TriggerNetwork UpdateKibanaPvlNetwork
		UpdatePrivateNetworkWhiteIps UpdatePublicNetwork`) {
		out = append(out, Names(name)...)
	}
	return out
}

// Opener is a principal who could open an instance by configuration, or of whom
// that is not known.
type Opener struct {
	Principal
	Powers []Opens
	// Assumers may assume the role; AssumersKnown is false when not all of its
	// trust policy could be read.
	Assumers      []Assumer
	AssumersKnown bool
	Settle        []snapshot.Call // what would tell who assumes it
}

// Opens is one action that opens an instance.
type Opens struct {
	Action string
	Decision
}

// Verdict is Yes when one of the actions is allowed for certain.
func (o Opener) Verdict() Truth {
	out := No
	for _, p := range o.Powers {
		out = out.or(p.Verdict)
	}
	return out
}

// Openers returns the principals who could open an instance: users, roles, and
// groups without users. The vendor's service-linked roles are left out, and the
// root user, who may do everything.
func (d *Directory) Openers(r Resource, req Request) []Opener { return d.Held(req).Openers(r) }

// Held is what the principals of an account hold at a request. It is worth making
// once for many instances, and is not changed once made.
type Held struct {
	directory *Directory
	request   Request
	grants    map[Principal]Grants
	opening   []string
}

// Held returns what principals hold who could open an instance.
func (d *Directory) Held(req Request) Held {
	held := map[Principal]Grants{}
	for _, p := range d.principals {
		if members, _ := d.Members(p); p.ServiceLinked() || p.Kind == Group && len(members) > 0 {
			continue
		}
		held[p] = d.Grants(p, req)
	}
	return Held{d, req, held, Opening()}
}

// Openers returns the principals who could open an instance, as Directory.Openers.
func (h Held) Openers(r Resource) []Opener {
	d, req := h.directory, h.request
	var out []Opener
	for _, p := range d.principals {
		grants, ok := h.grants[p]
		if !ok {
			continue
		}
		o := Opener{Principal: p, AssumersKnown: true}
		for _, action := range h.opening {
			if may := grants.May(r, action); may.Verdict != No {
				o.Powers = append(o.Powers, Opens{action, may})
			}
		}
		if len(o.Powers) == 0 {
			continue
		}
		if p.Kind == Role {
			o.Assumers, o.AssumersKnown = d.assumers(p, req, h.grants)
			o.Settle = d.TrustCalls(p)
		}
		out = append(out, o)
	}
	return out
}

// Assumer is one who may assume a role.
type Assumer struct {
	Kind    string // ram-user, ram-role, account, service, federated or anybody
	Name    string
	Verdict Truth // whether it may
	Trusted Trusted
}

// assumers are the users and roles of the account that a role's trust policy
// admits and that may call sts:AssumeRole on it, and others by the names of the
// trust policy. Who assumes those roles is not followed.
func (d *Directory) assumers(role Principal, req Request, held map[Principal]Grants) (list []Assumer, known bool) {
	trusted, known := d.Trust(role, req)
	for _, t := range trusted {
		other := map[string]string{"Service": "service", "Federated": "federated"}[t.Type]
		switch {
		case other != "":
			list = append(list, Assumer{other, t.Name, t.Condition, t})
			continue
		case t.Account == "*":
			list = append(list, Assumer{"anybody", t.Name, t.Condition, t})
		case t.Account != d.account.ID:
			list = append(list, Assumer{"account", t.Name, t.Condition, t})
			continue
		}
		list = append(list, d.own(role, t, held)...)
	}
	return list, known
}

// own are the account's users and roles that one entry of a trust policy admits.
func (d *Directory) own(role Principal, t Trusted, held map[Principal]Grants) []Assumer {
	whole := t.Name == "*" || t.Name == d.account.ID || strings.HasSuffix(t.Name, ":root") || strings.HasSuffix(t.Name, ":*")
	var out []Assumer
	for _, p := range d.principals {
		grants, ok := held[p]
		if !ok || p.Kind == Group || p == role || !whole && !strings.EqualFold(t.Name, p.ARN()) {
			continue
		}
		may := grants.May(Resource{ARN: role.ARN()}, "sts:AssumeRole")
		if verdict := may.Verdict.and(t.Condition); verdict != No {
			out = append(out, Assumer{p.Kind, p.Object.ID, verdict, t})
		}
	}
	return out
}

// Unlisted returns the lists of users, groups and roles that were not read.
func (d *Directory) Unlisted() []snapshot.Call {
	var out []snapshot.Call
	for _, operation := range []string{"ListUsers", "ListGroups", "ListRoles"} {
		if c := d.call(operation, ""); !d.account.Read(c) {
			out = append(out, c)
		}
	}
	return slices.Clip(out)
}
