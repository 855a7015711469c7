package recording

import (
	"regexp"
	"strings"

	"esaudit/snapshot"
)

// The forms a secret takes inside a text.
var (
	// scheme://user:password@host; the password holds no / ? or #.
	urlUser = regexp.MustCompile(`(://)[^\s/?#"'<>]*:[^\s/?#"'<>]*@`)
	// The same with such a character in it: what stands behind the first colon
	// is no port number.
	urlUserSlash = regexp.MustCompile(`(://)[^\s/?#"'<>:@\[]+:[0-9]*[^0-9\s/?#"'<>@][^\s"'<>]*@`)
	// user:password@host without a scheme.
	bareUser = regexp.MustCompile(`(^|[\s,;"'(=])([^\s/:@,;"'()=\[\]<>]+:[^\s/@,;"'<>]+)@`)
	// name: value, name=value, "name":"value".
	assignment = regexp.MustCompile(`(?i)((?:^|[^a-z0-9])(?:[a-z0-9]*passw(?:or)?d|passphrase|secret|(?:secret|private|api|access)[_-]key|apikey|[a-z]*keysecret|(?:access_?|security_?)?token)["']?\s*[=:]\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s&;,"'}\]]+)`)
)

// RedactText replaces the secrets inside a text: user:password@ (scheme and
// host stay), assignments to the names of secrets, and the same inside a text
// that is JSON.
func RedactText(s string) string {
	if strings.IndexByte(s, ':') < 0 && strings.IndexByte(s, '=') < 0 {
		return s
	}
	if embedded, ok := redactJSON(s); ok {
		return embedded
	}
	if strings.IndexByte(s, '@') >= 0 && strings.IndexByte(s, ':') >= 0 {
		s = urlUser.ReplaceAllString(s, "${1}"+Redacted+"@")
		s = urlUserSlash.ReplaceAllString(s, "${1}"+Redacted+"@")
		s = bareUser.ReplaceAllStringFunc(s, func(match string) string {
			part := bareUser.FindStringSubmatch(match)
			if strings.HasPrefix(part[2], "acs:") { // a resource name, not a password
				return match
			}
			return part[1] + Redacted + "@"
		})
	}
	if mentionsSecret(s) {
		s = assignment.ReplaceAllStringFunc(s, redactAssignment)
	}
	return s
}

func redactAssignment(match string) string {
	part := assignment.FindStringSubmatch(match)
	value := part[2]
	if strings.Trim(value, `"'`) == "" || value == "null" {
		return match
	}
	quote := ""
	if value[0] == '"' || value[0] == '\'' {
		quote = value[:1]
	}
	return part[1] + quote + Redacted + quote
}

// mentionsSecret is a cheap test before the expressions.
func mentionsSecret(s string) bool {
	lower := strings.ToLower(s)
	for _, word := range [...]string{"passw", "passphrase", "secret", "token", "_key", "-key", "apikey"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

// redactJSON handles a text that is a JSON object or array. ok is false when
// it is none.
func redactJSON(s string) (clean string, ok bool) {
	trimmed := strings.TrimLeft(s, " \t\r\n")
	if trimmed == "" || trimmed[0] != '{' && trimmed[0] != '[' {
		return "", false
	}
	n, err := snapshot.ParseJSON([]byte(s))
	if err != nil {
		return "", false
	}
	clone := Redact(n)
	if clone.Equal(n) {
		return s, true
	}
	return string(clone.AppendCompact(nil)), true
}
