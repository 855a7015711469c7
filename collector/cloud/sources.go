package cloud

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
)

// found is what looking into one source gave: credentials, or why it has none,
// or an error: it is meant to be used and cannot be.
type found struct {
	credentials *Credentials
	none        string
	err         error
}

// Credentials finds who to be, in the order of the vendor's SDK: environment,
// OIDC, ~/.aliyun/config.json, ~/.alibabacloud/credentials, the ECS instance's
// role, credentials URI. With Options.Profile only the two files are looked
// into; with ALIBABA_CLOUD_PROFILE nothing is after them. The first source that is set up is used, and an error when it is not
// usable: going on would be going on as somebody else. The error says what was
// tried and what is missing where.
func (c *Cloud) Credentials(ctx context.Context) (*Credentials, error) {
	sources := []func(context.Context) found{c.environment, c.oidcVariables, c.cliProfile, c.sharedProfile, c.instance, c.credentialsURI}
	switch {
	case c.options.Profile != "":
		sources = sources[2:4]
	case c.options.Getenv("ALIBABA_CLOUD_PROFILE") != "":
		sources = sources[:4]
	}
	var tried []string
	for _, look := range sources {
		f := look(ctx)
		switch {
		case ctx.Err() != nil:
			return nil, fmt.Errorf("find credentials: %w", ctx.Err())
		case f.err != nil:
			return nil, fmt.Errorf("find credentials: %w", f.err)
		case f.credentials != nil:
			return f.credentials, nil
		}
		tried = append(tried, f.none)
	}
	return nil, fmt.Errorf("find credentials: none found: %s", strings.Join(tried, "; "))
}

// environment reads ALIBABA_CLOUD_ACCESS_KEY_ID and its like. The other
// prefixes are those that the vendor's command line takes.
func (c *Cloud) environment(context.Context) found {
	for _, prefix := range []string{"ALIBABA_CLOUD_", "ALIBABACLOUD_", "ALICLOUD_"} {
		get := func(name string) string { return c.options.Getenv(prefix + name) }
		k := Key{ID: get("ACCESS_KEY_ID"), Secret: get("ACCESS_KEY_SECRET"), Token: get("SECURITY_TOKEN")}
		source := "environment, " + prefix + "ACCESS_KEY_ID"
		switch {
		case k.ID == "" && k.Secret == "":
			continue
		case k.ID == "":
			return found{err: fmt.Errorf("%sACCESS_KEY_SECRET is set, and %[1]sACCESS_KEY_ID is not", prefix)}
		case k.Secret == "":
			return found{err: fmt.Errorf("%sACCESS_KEY_ID is set, and %[1]sACCESS_KEY_SECRET is not", prefix)}
		}
		base := fixed(c.options.Clock, source, k)
		role := get("ROLE_ARN")
		if role == "" || k.Token != "" || get("OIDC_TOKEN_FILE") != "" {
			return found{credentials: base}
		}
		assumed, err := c.Assume(base, Role{ARN: role})
		return found{credentials: assumed, err: err}
	}
	return found{none: "ALIBABA_CLOUD_ACCESS_KEY_ID is not set"}
}

// oidcVariables reads what a cluster sets for a workload with a RAM role.
func (c *Cloud) oidcVariables(context.Context) found {
	const file, provider, role = "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_ROLE_ARN"
	path := c.options.Getenv(file)
	if path == "" {
		return found{none: file + " is not set"}
	}
	for _, name := range []string{provider, role} {
		if c.options.Getenv(name) == "" {
			return found{err: fmt.Errorf("%s is set, and %s is not", file, name)}
		}
	}
	arn := c.options.Getenv(role)
	k, err := c.oidc("OIDC role "+arn+", "+file, Role{ARN: arn}, c.options.Getenv(provider), path)
	return found{credentials: k, err: err}
}

// instance asks the metadata service whether this is an ECS instance with a
// role.
func (c *Cloud) instance(ctx context.Context) found {
	const off = "ALIBABA_CLOUD_ECS_METADATA_DISABLED"
	if strings.EqualFold(c.options.Getenv(off), "true") {
		return found{none: "the ECS metadata service is switched off by " + off}
	}
	k := c.ecsRole(c.options.Getenv("ALIBABA_CLOUD_ECS_METADATA"), "ECS instance role")
	if _, err := k.Key(ctx); err != nil {
		return found{none: strings.TrimPrefix(err.Error(), "get credentials: ")}
	}
	return found{credentials: k}
}

func (c *Cloud) credentialsURI(context.Context) found {
	const name = "ALIBABA_CLOUD_CREDENTIALS_URI"
	uri := c.options.Getenv(name)
	if uri == "" {
		return found{none: name + " is not set"}
	}
	k, err := c.uri(uri, name)
	return found{credentials: k, err: err}
}

// inHome is a file of the user's directory, and how it is called in messages.
func (c *Cloud) inHome(parts ...string) (path, shown string) {
	return filepath.Join(append([]string{c.options.Home}, parts...)...), "~/" + strings.Join(parts, "/")
}
