package config

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

var errMissing = errors.New("missing")

// check returns what is wrong with the declarations first, and the path of the
// value it is about ("proxies[0].port").
func (c *Config) check() (path string, err error) {
	for _, id := range slices.Sorted(maps.Keys(c.Architecture)) {
		if v := c.Architecture[id]; v != "new" && v != "original" && v != "unsupported" {
			return "architecture." + id, fmt.Errorf("no architecture: %q (one of new, original, unsupported)", v)
		}
	}
	for i, p := range c.Proxies {
		if field, err := p.check(); err != nil {
			return fmt.Sprintf("proxies[%d].%s", i, field), err
		}
	}
	names := map[string]bool{}
	for i, o := range c.OnPrem {
		field, err := o.check()
		if err == nil && names[o.Name] {
			field, err = "name", fmt.Errorf("%q stands twice", o.Name)
		}
		if err != nil {
			return fmt.Sprintf("onprem[%d].%s", i, field), err
		}
		names[o.Name] = true
	}
	for i, cl := range c.Clients {
		if field, err := cl.check(); err != nil {
			return fmt.Sprintf("clients[%d].%s", i, field), err
		}
	}
	for i, t := range c.WhitelistTemplates {
		if field, err := t.check(); err != nil {
			return fmt.Sprintf("whitelist_templates[%d].%s", i, field), err
		}
	}
	return c.checkLists(names)
}

func (c *Config) checkLists(onprem map[string]bool) (path string, err error) {
	for _, l := range []struct {
		name  string
		items []string
		check func(string) error
	}{
		{"partners", c.Partners, account}, {"admins", c.Admins, filled}, {"public_ranges", c.PublicRanges, cidr},
		{"non_es_backends", c.NonESBackends, filled},
		{"assertions", c.Assertions, func(s string) error { return assertion(s, onprem) }},
	} {
		if i, err := each(l.items, l.check); err != nil {
			return fmt.Sprintf("%s[%d]", l.name, i), err
		}
	}
	return "", nil
}

func (p Proxy) check() (field string, err error) {
	switch {
	case p.ECS == "":
		return "ecs", errMissing
	case p.Cluster == "":
		return "cluster", errMissing
	case port(p.Listen) != nil:
		return "listen", port(p.Listen)
	}
	return "port", port(p.Port)
}

func (o OnPrem) check() (field string, err error) {
	switch {
	case o.Name == "":
		return "name", errMissing
	case len(o.CIDRs) == 0:
		return "cidrs", errMissing
	case len(o.VPCs) == 0:
		return "vpcs", errMissing
	}
	if i, err := each(o.CIDRs, cidr); err != nil {
		return fmt.Sprintf("cidrs[%d]", i), err
	}
	i, err := each(o.VPCs, filled)
	return fmt.Sprintf("vpcs[%d]", i), err
}

func (t WhitelistTemplate) check() (field string, err error) {
	switch {
	case t.Name == "":
		return "name", errMissing
	case t.List != "PRIVATE_ES" && t.List != "PUBLIC_ES":
		return "list", fmt.Errorf("no list of a template: %q (PRIVATE_ES or PUBLIC_ES)", t.List)
	case len(t.IPs) == 0:
		return "ips", errMissing
	case len(t.Clusters) == 0:
		return "clusters", errMissing
	}
	if i, err := each(t.IPs, cidr); err != nil {
		return fmt.Sprintf("ips[%d]", i), err
	}
	i, err := each(t.Clusters, filled)
	return fmt.Sprintf("clusters[%d]", i), err
}

func (c Client) check() (field string, err error) {
	switch {
	case c.Name == "":
		return "name", errMissing
	case c.Cluster == "":
		return "cluster", errMissing
	case c.ECS == "" && len(c.CIDRs) == 0:
		return "ecs", errors.New("missing: a client is an ecs or some cidrs")
	case c.ECS != "" && len(c.CIDRs) > 0:
		return "cidrs", errors.New("a client is either an ecs or some cidrs; declare two clients")
	}
	if i, err := each(c.CIDRs, cidr); err != nil {
		return fmt.Sprintf("cidrs[%d]", i), err
	}
	return "port", port(c.Port)
}

func each(items []string, check func(string) error) (int, error) {
	for i, s := range items {
		if err := check(s); err != nil {
			return i, err
		}
	}
	return 0, nil
}

func port(n int) error {
	if n < 1 || n > 65535 {
		return fmt.Errorf("%d is no port (1 to 65535)", n)
	}
	return nil
}

// cidr accepts an address or a prefix (SEMANTICS 3); host bits are allowed.
func cidr(s string) error {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		return nil
	}
	if _, err := netip.ParsePrefix(s); err != nil {
		return fmt.Errorf("%q is neither an address nor a CIDR (10.0.0.0/8, 2001:db8::/32)", s)
	}
	return nil
}

func account(s string) error {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return fmt.Errorf("%q is no account id (digits only)", s)
	}
	return nil
}

func filled(s string) error {
	if strings.TrimSpace(s) == "" {
		return errors.New("empty")
	}
	return nil
}
