package redact

import (
	"maps"
	"slices"
	"strings"

	"esaudit/config"
)

// Config returns declarations under the pseudonyms of Snapshot.
func (r *Redactor) Config(c config.Config) config.Config {
	out := c
	out.Architecture = maps.Clone(c.Architecture)
	out.OnPrem = slices.Clone(c.OnPrem)
	for i, o := range out.OnPrem {
		out.OnPrem[i].CIDRs = r.texts(o.CIDRs)
	}
	out.Clients = slices.Clone(c.Clients)
	for i, o := range out.Clients {
		out.Clients[i].CIDRs = r.texts(o.CIDRs)
	}
	out.WhitelistTemplates = slices.Clone(c.WhitelistTemplates)
	for i, t := range out.WhitelistTemplates {
		out.WhitelistTemplates[i].IPs = r.texts(t.IPs)
	}
	out.Partners, out.PublicRanges = r.texts(c.Partners), r.texts(c.PublicRanges)
	out.Admins = slices.Clone(c.Admins)
	for i, name := range out.Admins {
		out.Admins[i] = r.name(name)
	}
	out.Assertions = slices.Clone(c.Assertions)
	for i, a := range out.Assertions {
		out.Assertions[i] = r.assertion(a)
	}
	return out
}

func (r *Redactor) texts(list []string) []string {
	out := slices.Clone(list)
	for i, s := range out {
		out[i] = r.text(s)
	}
	return out
}

// assertion replaces `VERB SOURCES -> TARGET`.
func (r *Redactor) assertion(s string) string {
	left, target, _ := strings.Cut(s, "->")
	named := strings.TrimSpace(target)
	if !strings.HasPrefix(named, "es:") && !strings.HasPrefix(named, "kibana:") {
		target = r.setting(target)
	}
	return r.text(left) + "->" + target
}
