package recording

import (
	"strings"

	"esaudit/snapshot"
)

// Redacted stands for a secret value. Rules treat it as "present".
const Redacted = "[redacted]"

// Redact returns a copy of a vendor's value without secrets (CONTRACT 3 and
// 4): the values under the names of passwords, keys and tokens, and
// user:password@ in any text, embedded JSON included. Empty values stay empty,
// because that there is none is no secret; access key ids stay, because they
// are identities.
func Redact(n *snapshot.Node) *snapshot.Node { return n.Clone(Secret) }

// Secret returns what n is to be replaced by, or nil when n itself holds no
// secret: what snapshot's Clone asks for.
func Secret(n *snapshot.Node) *snapshot.Node {
	if key := n.Key(); key != "" && (secretName(key) || secretName(label(n))) {
		return n.Clone(blank)
	}
	if s, ok := n.Str(); ok {
		if clean := RedactText(s); clean != s {
			return snapshot.NewString(clean)
		}
	}
	return nil
}

// label is the name that a pair gives to its value n: of a tag or a setting
// that is written as {"TagKey": name, "TagValue": n}. "" when n is none.
func label(n *snapshot.Node) string {
	for _, pair := range [...][2]string{{"TagValue", "TagKey"}, {"tagValue", "tagKey"}, {"Value", "Key"}, {"value", "key"}, {"value", "name"}, {"Value", "Name"}} {
		if n.Key() == pair[0] {
			if name := n.Parent().Get(pair[1]).Text(); name != "" {
				return name
			}
		}
	}
	return ""
}

func blank(n *snapshot.Node) *snapshot.Node {
	if n.Kind() == snapshot.Number || n.Kind() == snapshot.String && n.Text() != "" {
		return snapshot.NewString(Redacted)
	}
	return nil
}

// secretWords end the names of secrets. A word begins the name, follows one of
// "._-", or begins with a capital after a small letter (the vendor's own
// AccessKeySecret, SecurityToken, AccessToken).
func secretWords() [9]string {
	return [...]string{"secret", "token", "secret_key", "secretkey", "private_key", "privatekey", "api_key", "pwd", "signature"}
}

// secretName reports whether values under this name are secrets: the names of
// rule ES-XPK-011, and the vendor's own spellings of them.
func secretName(name string) bool {
	if len(name) < len("pwd") {
		return false
	}
	switch string([]byte{name[len(name)-2] | 0x20, name[len(name)-1] | 0x20}) { // what the names below end with
	case "rd", "wd", "se", "et", "ey", "on", "en", "re":
	default:
		return false
	}
	lower := strings.ReplaceAll(strings.ToLower(name), "-", "_")
	for _, word := range [...]string{"password", "passwd", "passphrase", "keysecret", "apikey", "authorization"} {
		if strings.HasSuffix(lower, word) {
			return true
		}
	}
	if len(lower) != len(name) {
		return strings.HasSuffix(lower, "secret") || strings.HasSuffix(lower, "token") || strings.HasSuffix(lower, "_key")
	}
	if at := len(name) - len("access_key"); strings.HasSuffix(lower, "access_key") && (at == 0 || lower[at-1] == '.' || lower[at-1] == '_') {
		return true
	}
	for _, word := range secretWords() {
		if at := len(name) - len(word); strings.HasSuffix(lower, word) && (at == 0 || wordBegins(name, at)) {
			return true
		}
	}
	return false
}

func wordBegins(name string, at int) bool {
	before, first := name[at-1], name[at]
	return strings.IndexByte("._-", before) >= 0 ||
		first >= 'A' && first <= 'Z' && (before >= 'a' && before <= 'z' || before >= '0' && before <= '9')
}
