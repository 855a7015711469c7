package esyml_test

import (
	"fmt"
	"strings"
	"testing"

	"esaudit/esyml"
)

// showDirectories writes realms as a reader would check them.
func showDirectories(list []esyml.Directory) string {
	var out []string
	for _, d := range list {
		text := d.Type + " " + d.Name
		for _, u := range d.URLs {
			text += fmt.Sprintf(" %s|%s|%d", u.Scheme, u.Host, u.Port)
		}
		for _, v := range d.Verification {
			text += " verifies " + v.Text
		}
		if d.Enabled.Valid && d.Enabled.Set && !d.Enabled.On {
			text += " off"
		}
		if d.Node == nil {
			text += " stands nowhere"
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func TestDirectories(t *testing.T) {
	const v7, v6 = `"xpack.security.authc.realms.ldap.l.`, `"xpack.security.authc.realms.l.`
	for name, c := range map[string]struct{ settings, want string }{
		"none":                  {`{}`, ""},
		"another realm":         {`{"xpack.security.authc.realms.native.n.order":1,"xpack.security.authc.realms.pki.p.url":"https://h"}`, ""},
		"version 7":             {`{` + v7 + `url":"ldaps://h"}`, "ldap l ldaps|h|636"},
		"version 6":             {`{` + v6 + `type":"ldap",` + v6 + `url":"LDAP://h:1389"}`, "ldap l ldap|h|1389"},
		"nested":                {`{"xpack":{"security":{"authc":{"realms":{"ldap":{"l":{"url":["ldap://a","ldaps://b"]}}}}}}}`, "ldap l ldap|a|389 ldaps|b|636"},
		"off is a realm too":    {`{` + v7 + `url":"ldap://h",` + v7 + `enabled":"false"}`, "ldap l ldap|h|389 off"},
		"no type":               {`{` + v6 + `url":"ldap://h"}`, " l ldap|h|389"},
		"no type, no directory": {`{` + v6 + `url":"https://h"}`, ""},
		"no url":                {`{` + v7 + `order":0}`, "ldap l"},
		"a directory's default": {`{"xpack.security.authc.realms.active_directory.ad.domain_name":"corp.example"}`, "active_directory ad"},
		"its own verification":  {`{` + v7 + `url":"ldaps://h",` + v7 + `ssl.verification_mode":"none","xpack.ssl.verification_mode":"full"}`, "ldap l ldaps|h|636 verifies none"},
		"that of all":           {`{` + v6 + `type":"ldap",` + v6 + `url":"ldaps://h","xpack.ssl.verification_mode":"none"}`, "ldap l ldaps|h|636 verifies none"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := showDirectories(parse(t, c.settings).Directories()); got != c.want {
				t.Errorf("%s\n got %q\nwant %q", c.settings, got, c.want)
			}
		})
	}
}
