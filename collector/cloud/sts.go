package cloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json"

	"esaudit/collector/recording"
)

// Role is a RAM role to become.
type Role struct {
	ARN        string // acs:ram::ACCOUNT:role/NAME
	Session    string // the name the vendor logs; "": ALIBABA_CLOUD_ROLE_SESSION_NAME, else "esaudit"
	ExternalID string // what the role's trust policy may ask for; "": ALIBABA_CLOUD_EXTERNAL_ID
	Policy     string // narrows what the role may do, a RAM policy; "": not
	Seconds    int    // a session's length, at least 900; 0: an hour
	STSRegion  string // where to ask; "": ALIBABA_CLOUD_STS_REGION, else the central service
}

var (
	roleARN     = regexp.MustCompile(`^acs:ram::\d+:role/[A-Za-z0-9._/-]+$`)
	sessionName = regexp.MustCompile(`^[A-Za-z0-9.@_-]{2,64}$`)
)

// check completes a role from the environment.
func (r Role) check(getenv func(string) string) (Role, error) {
	r.Session = first(r.Session, getenv("ALIBABA_CLOUD_ROLE_SESSION_NAME"), "esaudit")
	r.ExternalID = first(r.ExternalID, getenv("ALIBABA_CLOUD_EXTERNAL_ID"))
	r.STSRegion = first(r.STSRegion, getenv("ALIBABA_CLOUD_STS_REGION"))
	if r.Seconds == 0 {
		r.Seconds = 3600
	}
	switch {
	case !roleARN.MatchString(r.ARN):
		return Role{}, fmt.Errorf("assume role %q: no role: acs:ram::ACCOUNT:role/NAME is one", r.ARN)
	case !sessionName.MatchString(r.Session):
		return Role{}, fmt.Errorf("assume role %s: session name %q: 2 to 64 letters, digits, . @ _ and -", r.ARN, r.Session)
	case r.Seconds < 900:
		return Role{}, fmt.Errorf("assume role %s: a session of %d seconds: 900 is the least", r.ARN, r.Seconds)
	case r.STSRegion != "" && !regionName.MatchString(r.STSRegion):
		return Role{}, fmt.Errorf("assume role %s: %q is no region", r.ARN, r.STSRegion)
	}
	return r, nil
}

// Assume returns the credentials of a role, assumed from base. Nothing is sent
// before their first use.
func (c *Cloud) Assume(base *Credentials, r Role) (*Credentials, error) {
	r, err := r.check(c.options.Getenv)
	if err != nil {
		return nil, err
	}
	m, err := newMessage(c.products, "sts", "AssumeRole", "", r.params())
	if err != nil {
		return nil, err
	}
	m.host = c.stsHost(r.STSRegion)
	source := "role " + r.ARN + ", assumed with " + base.source
	return newCredentials(c.options.Clock, source, func(ctx context.Context) (Key, error) {
		got, err := c.persist(ctx, func() (reply, error) {
			if _, err := c.total.wait(ctx, c.options.Clock.Now()); err != nil {
				return reply{}, err
			}
			return c.signed(ctx, m, base)
		})
		if err != nil {
			return Key{}, err
		}
		return session2key(got)
	}), nil
}

func (r Role) params() map[string]string {
	return map[string]string{
		"RoleArn": r.ARN, "RoleSessionName": r.Session, "ExternalId": r.ExternalID, "Policy": r.Policy,
		"DurationSeconds": strconv.Itoa(r.Seconds),
	}
}

// stsHost returns where to ask STS, in the vendor's network when its variable
// says so.
func (c *Cloud) stsHost(region string) string {
	if region == "" {
		return c.products["sts"].central
	}
	if region == c.options.VPC && private("sts", region) != "" || strings.EqualFold(c.options.Getenv("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"), "true") {
		return "sts-vpc." + region + ".aliyuncs.com"
	}
	return "sts." + region + ".aliyuncs.com"
}

// oidc returns the credentials of a role that an identity provider's token
// stands for. The token is read anew each time, because it is replaced.
func (c *Cloud) oidc(source string, r Role, provider, tokenFile string) (*Credentials, error) {
	r, err := r.check(c.options.Getenv)
	if err != nil {
		return nil, err
	}
	if provider == "" || tokenFile == "" {
		return nil, errors.New("the ARN of the OIDC provider or the file of its token is missing")
	}
	return newCredentials(c.options.Clock, source, func(ctx context.Context) (Key, error) {
		token, err := readSmall(tokenFile)
		if err != nil {
			return Key{}, fmt.Errorf("read token: %w", err)
		}
		form := url.Values{"OIDCProviderArn": {provider}, "OIDCToken": {strings.TrimSpace(string(token))}}
		for name, value := range r.params() {
			if value != "" && name != "ExternalId" {
				form.Set(name, value)
			}
		}
		got, err := c.persist(ctx, func() (reply, error) { return c.unsigned(ctx, c.stsHost(r.STSRegion), form) })
		got.body = secrets{}.add(form.Get("OIDCToken")).hide(got.body)
		if err != nil {
			return Key{}, err
		}
		return session2key(got)
	}), nil
}

// unsigned asks STS for AssumeRoleWithOIDC, which needs no key.
func (c *Cloud) unsigned(ctx context.Context, host string, form url.Values) (reply, error) {
	query := url.Values{
		"Action": {"AssumeRoleWithOIDC"}, "Version": {c.products["sts"].version}, "Format": {"JSON"},
		"Timestamp": {c.options.Clock.Now().UTC().Format("2006-01-02T15:04:05Z")},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+host+"/?"+query.Encode(), strings.NewReader(form.Encode()))
	if err != nil {
		return reply{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.wire.vendor(ctx, "sts", r), nil
}

// session2key reads the answer of AssumeRole and AssumeRoleWithOIDC.
func session2key(got reply) (Key, error) {
	if err := got.failure(); err != nil {
		return Key{}, err
	}
	var body struct{ Credentials temporary }
	if json.Unmarshal(got.body, &body) != nil {
		return Key{}, errNoKey
	}
	return body.Credentials.key()
}

// temporary is how the vendor's services write a temporary key.
type temporary struct {
	Code                                        string
	AccessKeyId, AccessKeySecret, SecurityToken string
	Expiration                                  string
}

// errNoKey is said instead of what was answered, which may hold half a key.
var errNoKey = errors.New("the answer holds no key: AccessKeyId, AccessKeySecret, SecurityToken and Expiration are needed")

func (t temporary) key() (Key, error) {
	expires, err := time.Parse(time.RFC3339, t.Expiration)
	if err != nil || t.AccessKeyId == "" || t.AccessKeySecret == "" || t.SecurityToken == "" || t.Code != "" && t.Code != "Success" {
		return Key{}, errNoKey
	}
	return Key{ID: t.AccessKeyId, Secret: t.AccessKeySecret, Token: t.SecurityToken, Expires: expires}, nil
}

// failure says why a reply of the vendor's gateway is none to read, in its
// words.
func (r reply) failure() error {
	err := r.bareFailure()
	if code, message := r.fault(); err != nil && code+message != "" {
		err = fmt.Errorf("%w %s: %s", err, oneLine(code), oneLine(recording.RedactText(message)))
	}
	return err
}

// bareFailure says why a reply is none to read: nothing came, or not HTTP 200.
// It repeats no words of whom was asked, who may repeat the question.
func (r reply) bareFailure() error {
	switch r.status {
	case 0:
		return fmt.Errorf("%s: %s", r.class, r.detail)
	case http.StatusOK:
		return nil
	}
	return fmt.Errorf("HTTP %d", r.status)
}

// oneLine makes a stranger's text fit for an error.
func oneLine(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) }), " ")
	return strings.ToValidUTF8(text[:min(len(text), 500)], "?")
}

// readSmall reads a file that a person or a cluster keeps for credentials.
func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 1<<20))
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
