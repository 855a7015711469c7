package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// patterns of what a text may hold. In a text that is not a setting, only what
// cannot be anything else is replaced.
const (
	arnPattern    = `acs:[a-z0-9*-]*:[^:\s"',]*:[^:\s"',]*:[^\s"',]+`
	colonsPattern = `[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(?:/[0-9]+)?`
	dotsPattern   = `[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+(?:/[0-9]+)?|[0-9]+\.(?:[0-9]+\.)*\*`
	keyPattern    = `(?:LTAI|STS\.)[0-9A-Za-z]{6,}`
	numberPattern = `[0-9]+`
	mailPattern   = `[^\s@"',;<>/:=]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+`
	sitePattern   = `://(?:[^\s"',\[\]/]*\[[^\s"',\[\]]+\][^\s"',\]]*|[^\s"',\]]+)` // a host in brackets, or another
	pairPattern   = `\p{L}[\p{L}\p{N}_-]*:[0-9]{2,5}\b`
	domainPattern = `(?:[\p{L}\p{N}*_-]+\.)+\p{L}[\p{L}\p{N}-]*`
	namingPattern = `(?i:\b(?:cn|ou|dc|uid|o|mail)=)[^,"\]]+`
)

// forms are the patterns, compiled.
type forms struct{ text, setting *regexp.Regexp }

func compile() forms {
	general := []string{arnPattern, colonsPattern, dotsPattern, keyPattern}
	settings := append([]string{namingPattern, mailPattern, sitePattern}, append(general, domainPattern, pairPattern, numberPattern)...)
	join := func(list []string) *regexp.Regexp { return regexp.MustCompile(strings.Join(list, "|")) }
	return forms{join(append(general, numberPattern)), join(settings)}
}

// text replaces the addresses, account ids, ARNs and access keys that a text
// holds, encoded ones too.
func (r *Redactor) text(s string) string { return r.decoded(s, r.text, r.plainText) }

func (r *Redactor) plainText(s string) string {
	return r.forms.text.ReplaceAllStringFunc(s, r.token)
}

// setting replaces what text does, and names of hosts and people.
func (r *Redactor) setting(s string) string {
	if expression := strings.HasPrefix(s, "/") && strings.HasSuffix(s, "/"); expression {
		return s
	}
	return r.decoded(s, r.setting, r.plainSetting)
}

func (r *Redactor) plainSetting(s string) string {
	return r.forms.setting.ReplaceAllStringFunc(s, func(m string) string {
		at := strings.LastIndex(m, "@")
		switch name, value, naming := strings.Cut(m, "="); {
		case naming && namesPeople(name):
			return name + "=" + r.word("name", value)
		case strings.HasPrefix(m, "://"):
			return "://" + r.site(m[len("://"):])
		case at > 0 && !strings.HasPrefix(m, "acs:"):
			return r.word("name", m[:at]) + "@" + r.domain(m[at+1:])
		}
		if out := r.token(m); out != m || !strings.ContainsFunc(m, unicode.IsLetter) || strings.HasPrefix(m, "acs:") {
			return out
		}
		if host, port, pair := strings.Cut(m, ":"); pair && !strings.Contains(port, ":") {
			return r.domain(host) + ":" + port
		}
		if strings.Contains(m, ".") {
			return r.domain(m)
		}
		return m
	})
}

func namesPeople(name string) bool {
	switch strings.ToLower(name) {
	case "cn", "ou", "dc", "uid", "o", "mail":
		return true
	}
	return false
}

// site replaces USER@HOST:PORT/PATH, of which only the host must be there.
func (r *Redactor) site(s string) string {
	if at := strings.IndexAny(s, "/?#"); at >= 0 {
		return r.site(s[:at]) + r.word("path", s[at:])
	}
	user, host, both := strings.Cut(s, "@")
	if !both {
		user, host = "", s
	}
	if strings.HasPrefix(host, "[") {
		host = r.text(host)
	} else {
		name, port, more := strings.Cut(host, ":")
		if out := r.text(name); out != name || !strings.ContainsFunc(name, unicode.IsLetter) {
			name = out
		} else {
			name = r.domain(name)
		}
		host = name
		if more {
			host += ":" + port
		}
	}
	if both {
		return r.word("name", user) + "@" + host
	}
	return host
}

// token replaces one thing that a pattern of text has found.
func (r *Redactor) token(m string) string {
	switch {
	case strings.HasPrefix(m, "acs:"):
		return r.arn(m)
	case strings.HasPrefix(m, "LTAI"), strings.HasPrefix(m, "STS."):
		return m[:len("LTAI")] + r.word("key", m[len("LTAI"):])
	case strings.Trim(m, "0123456789") == "":
		if len(m) >= 15 && len(m) <= 20 {
			return r.word("number", m)
		}
		return m
	case strings.HasSuffix(m, "*"):
		return r.glob(m)
	}
	if out, ok := r.network(m); ok {
		return out
	}
	if strings.Contains(m, ":") {
		head, tail, found := cutDots(m)
		if !found {
			return m
		}
		return head + r.token(tail)
	}
	if strings.Count(m, ".") == 3 {
		return r.broken(m)
	}
	return m
}

// cutDots finds what looks like an IPv4 address at the end of a text with
// colons.
func cutDots(m string) (head, tail string, found bool) {
	at := strings.LastIndex(m, ":")
	return m[:at+1], m[at+1:], strings.Count(m[at+1:], ".") == 3
}

// glob replaces the beginning of an IPv4 address before an asterisk.
func (r *Redactor) glob(m string) string {
	octets := strings.Split(strings.TrimSuffix(m, ".*"), ".")
	if len(octets) > 3 {
		return m
	}
	whole := strings.Join(octets, ".") + strings.Repeat(".0", 4-len(octets))
	out, ok := r.network(whole + "/" + []string{"", "8", "16", "24"}[len(octets)])
	if !ok {
		return m
	}
	return strings.Join(strings.Split(out, ".")[:len(octets)], ".") + ".*"
}

// arn replaces the account and the names in an ARN.
func (r *Redactor) arn(m string) string {
	parts := strings.SplitN(m, ":", 5)
	parts[3] = r.forms.text.ReplaceAllStringFunc(parts[3], r.token)
	kind, rest, named := strings.Cut(parts[4], "/")
	switch {
	case parts[1] == "oss" && kind != "": // a bucket, and what is in it
		parts[4] = r.names(parts[4])
	case !named:
		parts[4] = r.text(parts[4])
	case !hasIDs(parts[1]):
		parts[4] = kind + "/" + r.names(rest)
	default:
		parts[4] = kind + "/" + r.text(rest)
	}
	return strings.Join(parts, ":")
}

// hasIDs reports whether the resources of a service have ids that the vendor gives;
// those of others have names.
func hasIDs(service string) bool {
	return slices.Contains([]string{
		"*", "elasticsearch", "ecs", "vpc", "slb", "nlb", "alb", "privatelink", "cen", "cbn", "vpcpeer", "eip", "rds", "kvstore", "resourcemanager",
	}, service)
}

// names replaces each of the names between slashes.
func (r *Redactor) names(s string) string {
	segments := strings.Split(s, "/")
	for i := range segments {
		segments[i] = r.name(segments[i])
	}
	return strings.Join(segments, "/")
}

// name replaces a name that people gave. What the vendor names stays.
func (r *Redactor) name(s string) string {
	if s == "default" || strings.HasPrefix(s, "Aliyun") {
		return s
	}
	return r.word("name", s)
}

// domain replaces a domain name label by label, so that a domain stays the
// parent of its hosts. The vendor's domains stay, with the account ids replaced
// and the buckets' names.
func (r *Redactor) domain(s string) string {
	labels := strings.Split(s, ".")
	last := len(labels) - 1 // the top level stays
	lower := "." + strings.ToLower(s)
	for _, vendor := range []string{".aliyuncs.com", ".aliyun.com", ".alibabacloud.com", ".onaliyun.com", ".onaliyunservice.com", ".localhost"} {
		if strings.HasSuffix(lower, vendor) {
			return r.bucket(labels)
		}
	}
	if last == 0 {
		return r.word("domain", s)
	}
	for i, label := range labels[:last] {
		labels[i] = r.word("domain "+strings.ToLower(strings.Join(strings.Split(s, ".")[i+1:], ".")), label)
	}
	return strings.Join(labels, ".")
}

func (r *Redactor) bucket(labels []string) string {
	for i, label := range labels {
		if strings.HasPrefix(label, "oss-") {
			for j := range i {
				labels[j] = r.word("name", labels[j])
			}
		}
	}
	return r.text(strings.Join(labels, "."))
}
