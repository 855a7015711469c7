package terraform

import (
	"encoding/json"
	"strings"
	"testing"

	"esaudit/snapshot"
)

// providers is the configuration of a plan with VPCs by the first provider
// ("mine") and by others, by name.
func providers(expressions map[string]string) values {
	config, blocks := values{}, []values{}
	for name, text := range expressions {
		key, vpc := "alicloud."+name, name
		if name == "" {
			key, vpc = "alicloud", "mine"
		}
		config[key] = values{"expressions": json.RawMessage(text)}
		blocks = append(blocks, values{"mode": "managed", "type": "alicloud_vpc", "name": vpc, "provider_config_key": key})
	}
	return values{"configuration": values{"provider_config": config, "root_module": values{"resources": blocks}}}
}

func created(names ...string) []values {
	var out []values
	for _, name := range names {
		out = append(out, changed("alicloud_vpc."+name, nil, []string{"create"}, nil, values{"cidr_block": "10.0.0.0/8"}, values{"id": true}))
	}
	return out
}

// accountsOf lists the VPCs of each account.
func accountsOf(s *snapshot.Snapshot) string {
	var out []string
	for _, a := range s.Accounts() {
		text := a.ID + ":"
		for _, o := range a.Objects(snapshot.VPC) {
			text += " " + strings.TrimPrefix(o.ID, "alicloud_vpc.")
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// A provider that works in another account makes its resources there.
func TestAccountsOfProviders(t *testing.T) {
	for name, x := range map[string]struct {
		providers map[string]string
		want      string
	}{
		"one":           {map[string]string{"": `{}`}, "unknown: mine"},
		"same, further": {map[string]string{"": `{"profile":{"constant_value":"p"}}`, "far": `{"region":{"constant_value":"cn-shanghai"},"profile":{"constant_value":"p"}}`}, "unknown: far mine"},
		"role": {
			map[string]string{"": `{}`, "far": `{"assume_role":[{"role_arn":{"constant_value":"acs:ram::2345678901234567:role/audit"}}]}`}, "2345678901234567: far; unknown: mine",
		},
		"two roles": {
			map[string]string{"": `{"assume_role":[{"role_arn":{"constant_value":"acs:ram::1345678901234567:role/audit"}}]}`, "far": `{"assume_role":[{"role_arn":{"constant_value":"acs:ram::2345678901234567:role/audit"}}]}`},
			"1345678901234567: mine; 2345678901234567: far",
		},
		"account_id": {map[string]string{"": `{"account_id":{"constant_value":"1345678901234567"}}`, "far": `{"account_id":{"constant_value":"1345678901234567"}}`}, "1345678901234567: far mine"},
		"profile":    {map[string]string{"": `{}`, "far": `{"profile":{"references":["var.profile"]}}`}, "unknown: mine; unknown (alicloud.far): far"},
	} {
		var names []string
		for name := range x.providers {
			if name == "" {
				name = "mine"
			}
			names = append(names, name)
		}
		s, of, err := parsed(t, providers(x.providers), created(names...)...).Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		if got := accountsOf(s); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
		for _, a := range s.Accounts() {
			for _, o := range a.Objects(snapshot.VPC) {
				if origin, ok := of.Of(o.Attr("CidrBlock").Pointer()); !ok || origin.Address != o.ID {
					t.Errorf("%s: %s is by %+v", name, o.ID, origin)
				}
			}
		}
	}
}

// What does not say where it is stands where others of its provider are, and not
// where those of another one are.
func TestHomeOfProvider(t *testing.T) {
	config := providers(map[string]string{"": `{}`, "far": `{"region":{"constant_value":"cn-shanghai"}}`})
	subnet := changed("alicloud_vswitch.near", nil, []string{"create"}, nil, values{"zone_id": "cn-beijing-h"}, values{"id": true})
	for want, changes := range map[string][]values{"unknown": created("mine", "far"), "cn-beijing": append(created("mine", "far"), subnet)} {
		s, _, err := parsed(t, config, changes...).Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		for _, region := range []string{want, "cn-shanghai"} {
			if id := map[string]string{want: "mine", "cn-shanghai": "far"}[region]; !s.Accounts()[0].Object(snapshot.VPC, region, "alicloud_vpc."+id).Exists() {
				t.Errorf("%s is not in %s", id, region)
			}
		}
	}
}

// Over a live estate a plan changes the account it is about, and no other; one
// that is not there is added, and one that could be any is an error.
func TestAccountsOfOverlay(t *testing.T) {
	one := live(t, "e1-ldap")
	id := one.Accounts()[0].ID
	other := one.Root().Get("accounts").Items()[0].Clone(func(n *snapshot.Node) *snapshot.Node {
		if n.Text() == id {
			return snapshot.NewString("9999999999999999")
		}
		return nil
	})
	two, err := assemble([]*snapshot.Node{one.Root().Get("accounts").Items()[0].Clone(nil), other})
	if err != nil {
		t.Fatal(err)
	}
	role := func(account string) string {
		return `{"assume_role":[{"role_arn":{"constant_value":"acs:ram::` + account + `:role/audit"}}]}`
	}
	for name, x := range map[string]struct {
		live      *snapshot.Snapshot
		providers map[string]string
		want      string // the accounts with new VPCs, or the error
	}{
		"the only one":        {one, map[string]string{"": `{}`}, id + " mine"},
		"the named one":       {two, map[string]string{"": role("9999999999999999")}, "9999999999999999 mine"},
		"both":                {two, map[string]string{"": role("9999999999999999"), "far": role(id)}, id + " far 9999999999999999 mine"},
		"one that is missing": {one, map[string]string{"": role(id), "far": role("9999999999999999")}, id + " mine 9999999999999999 far"},
		"whichever":           {two, map[string]string{"": `{}`}, "holds 2 accounts, and nothing in the plan tells which one"},
		"none of these":       {one, map[string]string{"": role("9999999999999999")}, "it is about account 9999999999999999, and the live snapshot about " + id},
	} {
		names := []string{"mine"}
		if x.providers["far"] != "" {
			names = append(names, "far")
		}
		p := parsed(t, providers(x.providers), created(names...)...)
		s, _, err := p.Overlay(x.live)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			for _, a := range s.Accounts() {
				for _, o := range a.Objects(snapshot.VPC) {
					if name, ok := strings.CutPrefix(o.ID, "alicloud_vpc."); ok {
						got += a.ID + " " + name + " "
					}
				}
			}
		}
		if !strings.Contains(got, x.want) {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
		if _, driftErr := p.Drift(x.live); (driftErr == nil) != (err == nil) {
			t.Errorf("%s: overlay %v, drift %v", name, err, driftErr)
		}
	}
}
