package esyml

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"esaudit/snapshot"
)

// The features that need something outside the cluster.
const (
	Watcher         = "watcher"
	LDAP            = "ldap"
	ActiveDirectory = "active_directory"
	Reindex         = "reindex"
	SAML            = "saml"
	OIDC            = "oidc"
	// RemoteDictionary is a dictionary that a plug-in of the user's own fetches.
	RemoteDictionary = "remote_dictionary"
)

// Dependency is one host and port outside the cluster that a setting names.
type Dependency struct {
	Feature  string
	Realm    string // name of the realm, for ldap, active_directory, saml and oidc
	Key      string // the setting
	Text     string // as written
	Scheme   string // ldap, ldaps, http, https or ""
	Host     string // lower case, no trailing dot, no brackets; "" when none is visible
	Port     int    // 0 when it is a wildcard or none is visible
	Wildcard bool   // the host or the port is a pattern
	Local    bool   // the cluster itself: localhost, 127.0.0.0/8, ::1
	Err      string // why host or port cannot be read; "" when they can
	Node     *snapshot.Node
}

// HostPort returns "host:port" as SEMANTICS 6 writes it: IPv6 in brackets.
func (d Dependency) HostPort() string {
	host := d.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(d.Port)
}

// Dependencies returns every outside dependency the settings name, in the
// order of their keys.
func (s Settings) Dependencies() []Dependency {
	out := s.reindex()
	out = append(out, s.realms()...)
	out = append(out, s.dictionaries()...)
	return append(out, s.watcher()...)
}

func (s Settings) reindex() []Dependency {
	const key = "reindex.remote.whitelist"
	var out []Dependency
	for _, item := range s.List(key) {
		out = append(out, dependency(Reindex, "", key, item, 9200))
	}
	return out
}

// watcher finds the hosts the Watcher is told of: its HTTP proxy and the
// addresses of notification accounts. E-mail is not supported by the vendor.
func (s Settings) watcher() []Dependency {
	if on := s.Switch("xpack.watcher.enabled"); on.Valid && !on.On {
		return nil
	}
	var out []Dependency
	for _, host := range s.List("xpack.http.proxy.host") {
		if port := s.List("xpack.http.proxy.port"); len(port) > 0 {
			host.Text += ":" + port[0].Text
		}
		out = append(out, dependency(Watcher, "", "xpack.http.proxy.host", host, 80))
	}
	for key := range s.Keys() {
		if strings.HasPrefix(key, "xpack.notification.") && !strings.HasPrefix(key, "xpack.notification.email.") && strings.HasSuffix(key, ".url") {
			for _, item := range s.List(key) {
				out = append(out, dependency(Watcher, "", key, item, 443))
			}
		}
	}
	return out
}

const realmPrefix = "xpack.security.authc.realms."

// realm is one authentication realm. Up to version 6 its type is a setting,
// from 7 on it is part of the key (Elastic's guides of both).
type realm struct{ typ, name, prefix string }

func (s Settings) realmList() []realm {
	var out []realm
	for _, x := range s.from(realmPrefix) {
		rest, ok := strings.CutPrefix(x.key, realmPrefix)
		if !ok {
			break
		}
		parts := strings.Split(rest, ".")
		r := realm{name: parts[0], prefix: realmPrefix + parts[0] + "."}
		switch types := s.List(r.prefix + "type"); {
		case len(types) > 0:
			r.typ = strings.ToLower(types[0].Text)
		case len(parts) >= 3:
			r = realm{typ: strings.ToLower(parts[0]), name: parts[1], prefix: realmPrefix + parts[0] + "." + parts[1] + "."}
		}
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

func (s Settings) realms() []Dependency {
	var out []Dependency
	for _, r := range s.realmList() {
		if on := s.Switch(r.prefix + "enabled"); on.Set && on.Valid && !on.On {
			continue
		}
		switch r.typ {
		case LDAP, ActiveDirectory:
			out = append(out, s.directory(r)...)
		case SAML:
			out = append(out, s.urls(SAML, r, "idp.metadata.path")...)
		case OIDC:
			out = append(out, s.urls(OIDC, r, "op.token_endpoint", "op.userinfo_endpoint", "op.jwkset_path")...)
		}
	}
	return out
}

func (s Settings) directory(r realm) []Dependency {
	key := r.prefix + "url"
	items := s.List(key)
	if len(items) == 0 && r.typ == ActiveDirectory {
		key = r.prefix + "domain_name"
		items = s.List(key)
		for i := range items {
			items[i].Text = "ldap://" + items[i].Text
		}
	}
	var out []Dependency
	for _, item := range items {
		out = append(out, dependency(r.typ, r.name, key, item, 389))
	}
	if len(out) == 0 {
		out = append(out, Dependency{Feature: r.typ, Realm: r.name, Key: key, Err: "the realm names no url", Node: s.first(r.prefix)})
	}
	return out
}

func (s Settings) first(prefix string) *snapshot.Node {
	if from := s.from(prefix); len(from) > 0 && strings.HasPrefix(from[0].key, prefix) {
		return from[0].node
	}
	return s.root
}

func (s Settings) urls(feature string, r realm, names ...string) []Dependency {
	var out []Dependency
	for _, name := range names {
		for _, item := range s.List(r.prefix + name) {
			if strings.Contains(item.Text, "://") {
				out = append(out, dependency(feature, r.name, r.prefix+name, item, 443))
			}
		}
	}
	return out
}

// defaultPorts by scheme; the feature's own default applies to no scheme.
func defaultPort(scheme string, otherwise int) int {
	switch scheme {
	case "ldap":
		return 389
	case "ldaps":
		return 636
	case "http":
		return 80
	case "https":
		return 443
	}
	return otherwise
}

func dependency(feature, realm, key string, item Item, port int) Dependency {
	d := Dependency{Feature: feature, Realm: realm, Key: key, Text: item.Text, Node: item.Node}
	rest := item.Text
	if scheme, after, ok := strings.Cut(rest, "://"); ok {
		d.Scheme, rest = strings.ToLower(scheme), after
		if feature != Reindex { // its port is never the scheme's: the scheme is ignored there
			port = defaultPort(d.Scheme, port)
		}
	}
	rest, _, _ = strings.Cut(rest, "/")
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		rest = rest[at+1:]
	}
	d.Port = port
	if item.Text == redacted {
		d.Err = "it is redacted"
		return d
	}
	d.Host, d.Err = d.split(rest)
	d.Wildcard = d.Wildcard || strings.ContainsAny(d.Host, "*?")
	d.Local = isLocal(d.Host)
	return d
}

// split parts host and port; the port stays as it is when none is written.
func (d *Dependency) split(text string) (host, err string) {
	host, port := text, ""
	if after, ok := strings.CutPrefix(text, "["); ok {
		host, port, ok = strings.Cut(after, "]")
		if !ok || port != "" && !strings.HasPrefix(port, ":") {
			return "", "the brackets do not close"
		}
		port = strings.TrimPrefix(port, ":")
	} else if i := strings.LastIndex(text, ":"); i >= 0 && strings.Count(text, ":") == 1 {
		host, port = text[:i], text[i+1:]
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	switch n, bad := strconv.ParseUint(port, 10, 16); {
	case port == "":
	case strings.Contains(port, "*"):
		d.Port, d.Wildcard = 0, true
	case bad != nil || n == 0:
		return host, "the port " + strconv.Quote(port) + " is no port"
	default:
		d.Port = int(n)
	}
	if host == "" || strings.ContainsAny(host, " \t\r\n") {
		return "", "there is no host"
	}
	return host, ""
}

func isLocal(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
