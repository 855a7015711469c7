package esyml

import (
	"strings"

	"esaudit/snapshot"
)

// Directory is an authentication realm that asks a directory server: LDAP,
// Active Directory, or a realm whose url is one of a directory although its
// type is not known (Elastic's guides, "LDAP realm settings" and "Active
// Directory realm settings").
type Directory struct {
	Type    string // ldap, active_directory, or what is written as its type
	Name    string
	Enabled Switch       // on when absent
	URLs    []Dependency // of the setting url; none when it names none
	// Verification holds ssl.verification_mode: the realm's own or, where it has
	// none, that of all of X-Pack (xpack.ssl, versions up to 6).
	Verification []Item
	Node         *snapshot.Node // the first of its settings
}

// Directories returns the realms that ask a directory server, those that are
// switched off included, in the order of their keys.
func (s Settings) Directories() []Directory {
	var out []Directory
	for _, r := range s.realmList() {
		d := Directory{Type: r.typ, Name: r.name, Enabled: s.Switch(r.prefix + "enabled"), Node: s.first(r.prefix)}
		directory := r.typ == LDAP || r.typ == ActiveDirectory
		for _, item := range s.List(r.prefix + "url") {
			u := dependency(r.typ, r.name, r.prefix+"url", item, 389)
			directory = directory || strings.HasPrefix(u.Scheme, "ldap")
			d.URLs = append(d.URLs, u)
		}
		if !directory {
			continue
		}
		if d.Verification = s.List(r.prefix + "ssl.verification_mode"); len(d.Verification) == 0 {
			d.Verification = s.List("xpack.ssl.verification_mode")
		}
		out = append(out, d)
	}
	return out
}
