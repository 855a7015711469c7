package recording

import (
	"regexp"
	"strings"

	"esaudit/snapshot"
)

const (
	secretNames = `(?:[a-z0-9]*passw(?:or)?d|[a-z0-9]*passphrase|pwd|secret|(?:secret|private|api|access)[_-]?key|` +
		`[a-z]*keysecret|(?:access_?|security_?)?token|signature)`
	secretValue = `("(?:[^"\\]|\\.)*"?|'[^']*'?|\\+["'][^"'\\]*(?:\\+["'])?|(?:\[redacted\]|[^\s&;,"'}\]])+)`
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
	// What looks like bareUser and is none: a resource name, a mail address, a
	// time of day.
	noUser = regexp.MustCompile(`^(?:acs:[a-z0-9*-]*:|(?i:mailto):|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?$)`)
	// name: value, name=value, "name":"value", \"name\":\"value\".
	assignment = regexp.MustCompile(`(?i)((?:^|[^a-z0-9])` + secretNames + `\\*["']?\s*[=:]\s*)` + secretValue)
	// authorization: Bearer value.
	authorization = regexp.MustCompile(`(?i)(authorization\\*["']?\s*[=:]\s*\\*["']?(?:[a-z]+\s+)?)` + secretValue)
	// The vendor's name of a resource (RAM, "Policy elements").
	resourceName = regexp.MustCompile(`^acs:[a-z0-9*-]*:[^:\s=@]*:[^:\s=@]*:[^\s=@]*$`)
)

// RedactText replaces the secrets inside a text: user:password@ (scheme and
// host stay), assignments to the names of secrets, signatures of URLs, private
// keys, and the same inside a text that is JSON.
func RedactText(s string) string {
	if strings.Contains(s, "PRIVATE KEY-----") {
		return Redacted
	}
	if strings.IndexByte(s, ':') < 0 && strings.IndexByte(s, '=') < 0 || resourceName.MatchString(s) {
		return s
	}
	if embedded, ok := redactJSON(s); ok {
		return embedded
	}
	for range 4 { // what is replaced may uncover another form
		clean := redactOnce(s)
		if clean == s {
			break
		}
		s = clean
	}
	return s
}

func redactOnce(s string) string {
	if strings.IndexByte(s, '@') >= 0 && strings.IndexByte(s, ':') >= 0 {
		s = urlUser.ReplaceAllString(s, "${1}"+Redacted+"@")
		s = urlUserSlash.ReplaceAllString(s, "${1}"+Redacted+"@")
		s = bareUser.ReplaceAllStringFunc(s, redactUser)
	}
	if mentionsSecret(s) {
		s = assignment.ReplaceAllStringFunc(s, redactAssignment)
		s = authorization.ReplaceAllStringFunc(s, redactAuthorization)
	}
	return s
}

func redactUser(match string) string {
	part := bareUser.FindStringSubmatch(match)
	if noUser.MatchString(part[2]) {
		return match
	}
	return part[1] + Redacted + "@"
}

func redactAssignment(match string) string {
	return redactValue(assignment.FindStringSubmatch(match))
}

func redactAuthorization(match string) string {
	return redactValue(authorization.FindStringSubmatch(match))
}

// redactValue replaces the value behind a name; its quotes stay. What is empty
// or redacted already stays as it is.
func redactValue(part []string) string {
	name, value := part[1], part[2]
	bare := strings.Trim(value, `"'\`)
	if bare == "" || bare == "null" || bare == Redacted {
		return name + value
	}
	quote := value[:len(value)-len(strings.TrimLeft(value, `"'\`))]
	return name + quote + Redacted + quote
}

// mentionsSecret is a cheap test before the expressions.
func mentionsSecret(s string) bool {
	lower := strings.ToLower(s)
	for _, word := range [...]string{"passw", "passphrase", "pwd", "secret", "token", "key", "signature", "authorization"} {
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
