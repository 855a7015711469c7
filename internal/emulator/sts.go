package emulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// assumes reports whether a call asks for temporary credentials.
func assumes(c *call) bool {
	return c.product == "sts" && (c.operation == "AssumeRole" || c.operation == "AssumeRoleWithOIDC")
}

// unsigned reports whether a call carries another proof than a signature.
func unsigned(c *call) bool { return c.product == "sts" && c.operation == "AssumeRoleWithOIDC" }

// session is a temporary key: what its id says. The id carries all there is, and
// a check that this emulator made it; the rest follows from the id.
type session struct {
	id      string
	account string
	until   time.Time
}

const sessionPrefix = "STS."

// session reads the id of a temporary key.
func (s *Server) session(id string) (session, bool) {
	text, ok := strings.CutPrefix(id, sessionPrefix)
	if !ok {
		return session{}, false
	}
	parts := strings.Split(text, ".")
	if len(parts) != 4 || !hmac.Equal([]byte(parts[3]), []byte(s.derive("id", strings.Join(parts[:3], "."))[:16])) {
		return session{}, false
	}
	until, err := strconv.ParseInt(parts[1], 10, 64)
	return session{id: id, account: parts[0], until: time.Unix(until, 0)}, err == nil
}

// derive makes a value that only this emulator can.
func (s *Server) derive(purpose, of string) string {
	mac := hmac.New(sha256.New, []byte(s.keys[0].Secret))
	mac.Write([]byte(purpose + "\n" + of))
	return hex.EncodeToString(mac.Sum(nil))
}

// check compares the token, and returns the key.
func (k session) check(token string, s *Server) (Key, *refusal) {
	switch {
	case token == "":
		return Key{}, badRequest("MissingSecurityToken", "SecurityToken is mandatory for this action.")
	case !hmac.Equal([]byte(token), []byte(s.sessionToken(k.id))):
		return Key{}, badRequest("InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey.")
	case s.now().After(k.until):
		return Key{}, badRequest("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
	}
	return Key{ID: k.id, Secret: s.derive("secret", k.id), Token: token, Account: k.account}, nil
}

func (s *Server) sessionToken(id string) string {
	return "CAIS" + base64.StdEncoding.EncodeToString([]byte(s.derive("token", id)))
}

// Compiled by who serves, not by every start of the program.
var (
	roleARN     = compiled(`^acs:ram::([0-9]+):role/([A-Za-z0-9.@_-]{1,64})$`)
	providerARN = compiled(`^acs:ram::[0-9]+:oidc-provider/[A-Za-z0-9._-]+$`)
	sessionName = compiled(`^[A-Za-z0-9.@_-]{2,64}$`)
)

func compiled(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// assume answers AssumeRole and AssumeRoleWithOIDC: temporary credentials for the
// role's account, which must be a recorded one. Any token of an identity provider
// is accepted, and every role name.
func (s *Server) assume(c *call) (response, *refusal) {
	role := roleARN().FindStringSubmatch(c.params["RoleArn"])
	name := c.params["RoleSessionName"]
	seconds, err := strconv.Atoi(orElse(c.params["DurationSeconds"], "3600"))
	switch {
	case c.params["RoleArn"] == "":
		return response{}, missing("RoleArn")
	case role == nil:
		return response{}, invalid("RoleArn", "acs:ram::ACCOUNT:role/NAME")
	case name == "":
		return response{}, missing("RoleSessionName")
	case !sessionName().MatchString(name):
		return response{}, invalid("RoleSessionName", "2 to 64 letters, digits and .@-_")
	case err != nil || seconds < 900 || seconds > 43200:
		return response{}, invalid("DurationSeconds", "900 to 43200")
	case unsigned(c) && c.params["OIDCToken"] == "":
		return response{}, missing("OIDCToken")
	case unsigned(c) && !providerARN().MatchString(c.params["OIDCProviderArn"]):
		return response{}, invalid("OIDCProviderArn", "acs:ram::ACCOUNT:oidc-provider/NAME")
	case s.accounts[role[1]] == nil:
		return response{}, &refusal{status: http.StatusNotFound, code: "EntityNotExist.Role", message: "The specified Role not exists."}
	}
	until := s.now().Add(time.Duration(seconds) * time.Second).UTC()
	text := role[1] + "." + strconv.FormatInt(until.Unix(), 10) + "." + s.derive("role", role[0]+"\n"+name)[:12]
	id := sessionPrefix + text + "." + s.derive("id", text)[:16]
	credentials := object{
		{"AccessKeyId", quote(id)}, {"AccessKeySecret", quote(s.derive("secret", id))},
		{"SecurityToken", quote(s.sessionToken(id))}, {"Expiration", quote(until.Format("2006-01-02T15:04:05Z"))},
	}
	user := object{
		{"Arn", quote(role[0] + "/" + name)}, {"AssumedRoleId", quote("3" + strconv.FormatUint(digits(s.derive("roleid", role[0])), 10) + ":" + name)},
	}
	body := object{
		{"RequestId", quote(requestID(c.identity(true), strconv.Itoa(c.attempt)))},
		{"AssumedRoleUser", user.bytes()}, {"Credentials", credentials.bytes()},
	}
	return response{status: http.StatusOK, body: body.bytes()}, nil
}

// digits makes a number of 17 digits of a hexadecimal text.
func digits(text string) uint64 {
	n, _ := strconv.ParseUint(text[:15], 16, 64) // 60 bits of a hexadecimal text: always a number
	return 10_000_000_000_000_000 + n%10_000_000_000_000_000
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
