package redact

import (
	"slices"
	"strings"

	"esaudit/collector"
	"esaudit/snapshot"
)

// place is where a value stands.
type place struct {
	kind    snapshot.Kind
	aspect  snapshot.Aspect // "" at the object itself and in its attributes
	tags    bool            // among tags
	setting bool            // among a cluster's settings
	test    string          // of a policy's condition: the key
	key     string          // of a setting: its whole name, in lower case
	ordered bool            // the order of lists means something
	depth   int
}

// below is the place of what stands under a key.
func (p place) below(key string) place {
	if p.depth == 0 && key != "attributes" {
		p.aspect = snapshot.Aspect(key)
	}
	p.depth++
	p.tags = p.tags || key == "tags" || key == "Tags"
	p.setting = p.setting || key == "esConfig" || p.aspect == snapshot.KibanaSettings || p.aspect == snapshot.DynamicSettings
	p.ordered = p.ordered || collector.KeepsOrder(key) || p.aspect == snapshot.Document || key == "AssumeRolePolicyDocument"
	if strings.Contains(key, ":") && (p.aspect == snapshot.Document || p.ordered) {
		p.test = strings.ToLower(key)
	}
	if p.setting {
		p.key += "." + strings.ToLower(key)
	}
	return p
}

// value replaces what is in a value.
func (r *Redactor) value(n *snapshot.Node, p place) *snapshot.Node {
	if said := n.Readings(); said != nil {
		readings := make([]*snapshot.Node, len(said))
		for i, reading := range said {
			readings[i] = r.value(reading, p)
		}
		return snapshot.NewContradiction(readings...)
	}
	switch n.Kind() {
	case snapshot.Map:
		fields := map[string]*snapshot.Node{}
		for i, key := range n.Keys() {
			to := key
			if p.setting {
				to = r.settingKey(key)
			}
			fields[to] = r.value(n.Items()[i], p.below(key))
		}
		return snapshot.NewObject(fields)
	case snapshot.Array:
		return r.list(n, p)
	case snapshot.Number:
		if text := r.text(n.Text()); text != n.Text() {
			return snapshot.NewNumber(text)
		}
	case snapshot.String:
		return snapshot.NewString(r.string(n, p))
	}
	return n.Clone(nil)
}

// list replaces what is in a list. One that is in canonical order is so
// afterwards, because the order of pseudonyms would tell that of what they stand
// for.
func (r *Redactor) list(n *snapshot.Node, p place) *snapshot.Node {
	items := make([]*snapshot.Node, len(n.Items()))
	for i, item := range n.Items() {
		items[i] = r.value(item, p)
	}
	if !p.ordered && snapshot.Sorted(copies(n.Items())).Equal(n) {
		return snapshot.Sorted(items)
	}
	return snapshot.NewArray(items...)
}

func copies(items []*snapshot.Node) []*snapshot.Node {
	out := make([]*snapshot.Node, len(items))
	for i, n := range items {
		out[i] = n.Clone(nil)
	}
	return out
}

// keyOf is the field that a value stands in, its lists passed over, and that
// answers contradict each other in it.
func keyOf(n *snapshot.Node) string {
	for n.Parent().Kind() == snapshot.Array || n.Parent().Contradicted() {
		n = n.Parent()
	}
	return n.Key()
}

func (r *Redactor) string(n *snapshot.Node, p place) string {
	text, key := n.Text(), keyOf(n)
	lower := strings.ToLower(key)
	if p.kind == snapshot.Event || p.aspect == snapshot.ActionRecords {
		return r.record(n, lower)
	}
	switch {
	case p.tags && (lower == "tagvalue" || lower == "value"):
		return r.word("name", text)
	case p.setting && personal(p.key) && !isPlain(text):
		return r.personal(text)
	case p.setting:
		return r.setting(text)
	case p.test == "oidc:iss" || p.test == "oidc:aud" || strings.HasPrefix(p.test, "saml:"):
		return r.setting(text)
	case p.test != "" && (!strings.HasPrefix(p.test, "acs:") || strings.Contains(p.test, "/")) && !isPlain(text):
		return r.name(text)
	case lower == "sid", lower == "document" || strings.HasSuffix(lower, "policydocument"): // one that could not be read
		return r.word("name", text)
	case (p.aspect == snapshot.Plugins || p.aspect == snapshot.KibanaPlugins) && !strings.EqualFold(n.Parent().Get("source").Text(), "USER") || p.kind == snapshot.Region || vendorNamed(lower, text):
		return r.text(text)
	case lower == "policyname":
		if n.Parent().Get("PolicyType").Text() == "System" {
			return text
		}
		return r.name(text)
	case lower == "principalname":
		return r.principal(text)
	case isName(lower) || key == "Name" || key == "name":
		return r.name(text)
	case strings.Contains(lower, "domain") || lower == "host" || strings.HasSuffix(lower, "url") || lower == "cname":
		return r.setting(text)
	}
	return r.text(text)
}

// record replaces what a record of a change holds. Requests are told by ids that
// the vendor gives out; what was changed has the id that the object has, and a name
// where it is RAM's.
func (r *Redactor) record(n *snapshot.Node, lower string) string {
	text := n.Text()
	switch {
	case lower == "eventname" || lower == "servicename" || lower == "actionname" || lower == "type" || lower == "usertype" || lower == "policytype":
		return text
	case lower == "esconfig": // NAME or NAME=SWITCH
		name, value, given := strings.Cut(text, "=")
		if name = r.settingKey(name); given {
			name += "=" + value
		}
		return name
	case lower == "requestid" || lower == "eventid":
		return r.word("request", text)
	case lower == "principalid":
		id, session, both := strings.Cut(text, ":")
		if both {
			return r.text(id) + ":" + r.name(session)
		}
		return r.text(text)
	case lower == "username" && strings.Contains(text, ":"):
		role, session, _ := strings.Cut(text, ":")
		return r.name(role) + ":" + r.name(session)
	case lower == "sourceipaddress":
		return r.setting(text)
	case lower == "policyname" && ofSystem(n):
		return text
	case lower == "principalname":
		return r.principal(text)
	case lower == "resources" && ofRAM(n):
		return r.name(text)
	case isName(lower):
		return r.name(text)
	}
	return r.text(text)
}

// ofSystem reports whether a request names a policy of the vendor's.
func ofSystem(n *snapshot.Node) bool {
	types := n.Parent().Parent().Get("policytype").Items()
	return len(types) > 0 && types[0].Text() == "System"
}

// ofRAM reports whether a value stands in an event of RAM.
func ofRAM(n *snapshot.Node) bool {
	for ; n != nil; n = n.Parent() {
		if service := n.Get("serviceName"); service.Exists() {
			return strings.EqualFold(service.Text(), "ram")
		}
	}
	return false
}

// vendorNamed reports whether a field that looks like a name holds what the
// vendor chose.
func vendorNamed(lower, text string) bool {
	return slices.Contains([]string{"localname", "osname", "osnameen", "gcname", "servicename", "dnsname", "regionname", "zonename", "plugname"}, lower) ||
		strings.HasPrefix(text, "tls_cipher_policy_") || strings.HasPrefix(text, "SYSTEM_")
}

// isName reports whether a field holds what people call something, or say of it.
func isName(lower string) bool {
	if lower == "reason" { // of a protection
		return true
	}
	for _, end := range []string{"name", "description", "comments", "comment", "email", "phone", "protectionreason", "remark"} {
		if strings.HasSuffix(lower, end) {
			return true
		}
	}
	return false
}

// settingKey replaces the names that people gave in a setting's key: those of
// realms, mail accounts, remote clusters and filters of the audit log.
func (r *Redactor) settingKey(key string) string {
	parts := strings.Split(key, ".")
	for i := 1; i < len(parts)-1; i++ {
		switch before := parts[i-1]; {
		case before == "realms" && !isRealm(parts[i]):
			parts[i] = r.word("name", parts[i])
		case i > 1 && parts[i-2] == "realms" && isRealm(before):
			parts[i] = r.word("name", parts[i])
		case before == "account", before == "ignore_filters", before == "remote" && i > 1 && parts[i-2] == "cluster":
			parts[i] = r.word("name", parts[i])
		}
	}
	return strings.Join(parts, ".")
}

func isRealm(name string) bool {
	return slices.Contains([]string{"native", "file", "ldap", "active_directory", "pki", "saml", "oidc", "kerberos", "jwt"}, name)
}

// personal reports whether a setting holds what people call themselves, their
// clusters or their customers, or say to each other.
func personal(key string) bool {
	if strings.Contains(key, ".node.attr.") || strings.HasSuffix(key, ".cluster.name") || strings.HasSuffix(key, ".node.name") || strings.Contains(key, "message") {
		return true
	}
	last := key[strings.LastIndex(key, ".")+1:]
	return slices.Contains([]string{
		"user", "users", "principal", "from", "to", "cc", "bcc", "reply_to", "bind_dn", "client_id", "entity_id", "allowed_subjects",
		"allowed_audiences", "description", "hint", "title", "subject",
	}, last) || strings.HasSuffix(last, "username")
}

// personal replaces all of a text, but for the structure of names in a directory and
// of addresses.
func (r *Redactor) personal(text string) string {
	if name, _, _ := strings.Cut(text, "="); strings.Contains(text, "://") || namesPeople(strings.ToLower(name)) {
		return r.setting(text)
	}
	if at := strings.LastIndex(text, "@"); at > 0 && !strings.ContainsAny(text, " <,;") {
		return r.word("name", text[:at]) + "@" + r.domain(text[at+1:])
	}
	return r.word("name", text)
}

// isPlain reports whether a text says nothing of anybody: a switch, a number, a time
// or an address that stays.
func isPlain(text string) bool {
	switch strings.ToLower(text) {
	case "true", "false", "null", redacted:
		return true
	}
	return strings.Trim(text, "0123456789.-+:TZ") == "" && len(text) < 15 || strings.Trim(text, "*") == ""
}
