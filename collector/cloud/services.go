package cloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// Keys that a service beside this machine hands out: the metadata service of
// an ECS instance, and credentials URIs.

const (
	metadataToken    = "X-Aliyun-Ecs-Metadata-Token"
	metadataTokenTTL = "X-Aliyun-Ecs-Metadata-Token-Ttl-Seconds"
	rolePath         = "/latest/meta-data/ram/security-credentials/"
	// The metadata service answers at once or is not there.
	metadataTimeout = time.Second
)

// roleName is what a RAM role may be called: it becomes part of a path.
var roleName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// ecsRole returns the credentials of the ECS instance's role; name "" asks
// which it is.
func (c *Cloud) ecsRole(name, source string) *Credentials {
	return newCredentials(c.options.Clock, source, func(ctx context.Context) (Key, error) {
		token, err := c.metadataSession(ctx)
		if err != nil {
			return Key{}, err
		}
		role := name
		if role == "" {
			got := c.metadata(ctx, http.MethodGet, rolePath, metadataToken, token)
			if err := got.bareFailure(); err != nil {
				return Key{}, fmt.Errorf("ask for the instance's role: %w", err)
			}
			role = strings.TrimSpace(string(got.body))
		}
		if !roleName.MatchString(role) {
			return Key{}, fmt.Errorf("%q is no name of a role", oneLine(role))
		}
		got := c.metadata(ctx, http.MethodGet, rolePath+role, metadataToken, token)
		if err := got.bareFailure(); err != nil {
			return Key{}, fmt.Errorf("ask for role %s: %w", role, err)
		}
		return plainKey(got)
	})
}

// metadataSession gets the token of the metadata service's second version. An
// instance may have only the first, which needs none; that is used unless
// ALIBABA_CLOUD_IMDSV1_DISABLED is true.
func (c *Cloud) metadataSession(ctx context.Context) (string, error) {
	got := c.metadata(ctx, http.MethodPut, "/latest/api/token", metadataTokenTTL, "21600")
	err := got.bareFailure()
	if err == nil {
		return strings.TrimSpace(string(got.body)), nil
	}
	if got.status == 0 || strings.EqualFold(c.options.Getenv("ALIBABA_CLOUD_IMDSV1_DISABLED"), "true") {
		return "", fmt.Errorf("ask for a token: %w", err)
	}
	return "", nil
}

// metadata asks the metadata service. No proxy is used: a proxy would answer
// for its own instance.
func (c *Cloud) metadata(ctx context.Context, method, path, header, value string) reply {
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.options.Metadata, "/")+path, nil)
	if err != nil {
		return reply{class: refused, detail: "its address is no URL"}
	}
	if value != "" {
		r.Header.Set(header, value)
	}
	w := *c.wire
	w.timeout = min(w.timeout, metadataTimeout)
	return w.exchange(ctx, w.direct, r)
}

// uri returns the credentials that a service gives at a URI. where says who
// names it, because a URI may hold a secret.
func (c *Cloud) uri(text, where string) (*Credentials, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("the credentials URI is no http or https URL")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("the credentials URI of host %s: plain HTTP is for loopback addresses only: use https", u.Hostname())
	}
	source := fmt.Sprintf("credentials URI at %s, %s", u.Host, where)
	return newCredentials(c.options.Clock, source, func(ctx context.Context) (Key, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, text, nil)
		if err != nil {
			return Key{}, errors.New("the credentials URI is no http or https URL")
		}
		if u.User != nil {
			password, _ := u.User.Password()
			r.SetBasicAuth(u.User.Username(), password)
		}
		got, err := c.persist(ctx, func() (reply, error) { return c.wire.exchange(ctx, c.wire.proxied, r), nil })
		if err != nil {
			return Key{}, err
		}
		if err := got.bareFailure(); err != nil {
			return Key{}, err
		}
		return plainKey(got)
	}), nil
}

// plainKey reads a key that is an answer by itself.
func plainKey(got reply) (Key, error) {
	var t temporary
	if json.Unmarshal(got.body, &t) != nil {
		return Key{}, errNoKey
	}
	return t.key()
}
