package esyml

import (
	"slices"
	"strings"

	"esaudit/snapshot"
)

// More features that settings switch on; they need nothing that a setting
// names (the KDC of Kerberos stands in a file, PKI asks nobody).
const (
	Kerberos = "kerberos"
	PKI      = "pki"
)

// Feature is something a cluster can use, and whether its settings say so.
type Feature struct {
	Name  string
	On    bool
	Known bool // false when the switch that decides cannot be read
	Key   string
	Node  *snapshot.Node // what says so; nil when nothing does
}

// Features returns every feature that settings decide, used or not, by name.
func (s Settings) Features() []Feature {
	watcher, realms := s.Switch("xpack.watcher.enabled"), s.realmList()
	out := []Feature{
		{Watcher, watcher.On && watcher.Valid, watcher.Valid, "xpack.watcher.enabled", watcher.Node},
		s.named(Reindex, s.reindex()),
		s.named(RemoteDictionary, s.dictionaries()),
	}
	for _, name := range []string{LDAP, ActiveDirectory, SAML, OIDC, Kerberos, PKI} {
		out = append(out, s.realmFeature(name, realms))
	}
	slices.SortFunc(out, func(a, b Feature) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// named is a feature that is used when a setting names a host outside.
func (s Settings) named(name string, hosts []Dependency) Feature {
	f := Feature{Name: name, Known: true}
	for _, d := range hosts {
		if !d.Local {
			return Feature{name, true, true, d.Key, d.Node}
		}
	}
	return f
}

// realmFeature is a type of authentication realm: used when one realm of it is
// on, which one is when its switch is missing.
func (s Settings) realmFeature(name string, realms []realm) Feature {
	f := Feature{Name: name, Known: true}
	for _, r := range realms {
		if r.typ != name {
			continue
		}
		on := s.Switch(r.prefix + "enabled")
		if on.Valid && (on.On || !on.Set) {
			return Feature{name, true, true, strings.TrimSuffix(r.prefix, "."), s.first(r.prefix)}
		}
		if !on.Valid {
			f = Feature{name, false, false, r.prefix + "enabled", on.Node}
		}
	}
	return f
}

// dictionaries finds the addresses that analysis plug-ins of the user's own
// fetch dictionaries from (the settings of analysis-ik). Those of the vendor's
// own plug-ins are uploaded, and no setting names them.
func (s Settings) dictionaries() []Dependency {
	var out []Dependency
	for key := range s.Keys() {
		if _, last, _ := cutLast(key); last != "remote_ext_dict" && last != "remote_ext_stopwords" {
			continue
		}
		for _, item := range s.List(key) {
			out = append(out, dependency(RemoteDictionary, "", key, item, 80))
		}
	}
	return out
}
