package terraform

import (
	"strings"

	"esaudit/snapshot"
)

// byAccount parts a plan by the accounts that its providers work in. Each part
// finds references in the whole plan.
func (p *Plan) byAccount() []*Plan {
	parts := map[string]*Plan{}
	part := func(r *resource) *Plan {
		account, alias := r.account, r.alias && r.account != p.account
		if account == "" {
			account = p.account
		}
		if parts[account] == nil {
			parts[account] = &Plan{TakenAt: p.TakenAt, state: p.state, prior: side{}, planned: side{}, region: p.region, account: account, alias: alias, whole: p}
		}
		return parts[account]
	}
	for at, r := range p.prior {
		part(r).prior[at] = r
	}
	for at, r := range p.planned {
		part(r).planned[at] = r
	}
	if len(parts) == 0 {
		return []*Plan{p}
	}
	out := make([]*Plan, 0, len(parts))
	for _, account := range sortedKeys(parts) {
		out = append(out, parts[account])
	}
	return out
}

// before draws the prior side, after the planned one.
func (p *Plan) before(live elsewhere) *drafts {
	return draw(p.prior, p.wholePlan().prior.instances(), mappings(), live)
}

func (p *Plan) after(live elsewhere) *drafts {
	return draw(p.planned, p.wholePlan().planned.instances(), mappings(), live)
}

func (p *Plan) wholePlan() *Plan {
	if p.whole != nil {
		return p.whole
	}
	return p
}

// named is the account that the values of a plan name; "".
func (p *Plan) named() string {
	for _, at := range sortedKeys(p.planned) {
		r := p.planned[at]
		if parts := strings.Split(r.values.Get("arn").Text(), ":"); r.kind == "alicloud_ram_role" && !r.alias && len(parts) > 4 {
			return parts[3]
		}
	}
	return ""
}

// account is the account that a provider works in: the one it names, or that of
// the role it assumes. Of one with credentials of its own that tell no account it
// is a name that no account has; "" of one with the credentials of the first.
func (c *configuration) account(provider *snapshot.Node) string {
	expressions := provider.Get("expressions")
	module := moduleOfProvider(provider)
	if id := c.constant(expressions.Get("account_id"), module); id != "" {
		return id
	}
	roles := expressions.Get("assume_role")
	if roles.Kind() == snapshot.Array && len(roles.Items()) == 1 {
		roles = roles.Items()[0]
	}
	if parts := strings.Split(c.constant(roles.Get("role_arn"), module), ":"); len(parts) > 4 && parts[0] == "acs" {
		return parts[3]
	}
	if first := c.provider(block{}); provider != nil && provider != first && credentials(provider) != credentials(first) {
		return unnamed + " (" + provider.Key() + ")"
	}
	return ""
}

// moduleOfProvider are the names of the modules that a provider is configured in.
func moduleOfProvider(provider *snapshot.Node) string {
	return readAddress(provider.Get("module_address").Text() + ".").modules
}

// credentials are the expressions that say who a provider is.
func credentials(provider *snapshot.Node) string {
	var out []byte
	for _, name := range []string{
		"access_key", "secret_key", "security_token", "profile", "shared_credentials_file", "ecs_role_name", "credentials_uri", "sign_version",
		"assume_role", "assume_role_with_oidc", "account_id",
	} {
		if n := provider.Get("expressions", name); n != nil {
			out = n.AppendCompact(append(out, name...))
		}
	}
	return string(out)
}
