package esyml_test

import (
	"fmt"
	"strings"
	"testing"

	"esaudit/esyml"
)

func flat(list []esyml.Entry) string {
	var out []string
	for _, e := range list {
		out = append(out, fmt.Sprintf("%s=%s%q", e.Key, e.Text, e.Items))
	}
	return strings.Join(out, " ")
}

func TestEntries(t *testing.T) {
	for text, want := range map[string]string{
		`{}`: "",
		`{"b":" TRUE ","a":false,"c":7,"n":null}`: `a=false["false"] b= TRUE ["TRUE"] c=7["7"]`,
		`{"a":{"b":{"c":"x"}},"a.b":{"d":1}}`:     `a.b.c=x["x"] a.b.d=1["1"]`,
		`{"a":["x","y"]}`:                         `a=x,y["x" "y"]`,
		`{"a":"[\"x\",\"y\"]"}`:                   `a=["x","y"]["x" "y"]`,
		`{"a":"x, y"}`:                            `a=x, y["x" "y"]`,
		`{"a":"- x\n- y\n"}`:                      "a=- x\n- y\n" + `["x" "y"]`,
		`{"a.0":"x","a.1":"y"}`:                   `a=x["x"] a=y["y"]`,
		`{"a":[]}`:                                `a=[]`,
		`{"k.bind_password":"s3cret","password":"","t.token":5}`: `k.bind_password=[redacted]["[redacted]"] password=[] t.token=[redacted]["[redacted]"]`,
		`{"my_secret":["a","b"]}`:                                `my_secret=[redacted]["[redacted]" "[redacted]"]`,
		`{"authc.token.enabled":"true","tokens":"x"}`:            `authc.token.enabled=true["true"] tokens=x["x"]`,
		`{"u":"ldap://cn=a:p@ss@h:389, x:y@b, c@d"}`:             `u=ldap://[redacted]@h:389, [redacted]@b, c@d["ldap://[redacted]@h:389" "[redacted]@b" "c@d"]`,
	} {
		if got := flat(parse(t, text).Entries()); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestFeatures(t *testing.T) {
	const realm = "xpack.security.authc.realms."
	for text, want := range map[string]string{
		`{}`:                               "",
		`{"xpack.watcher.enabled":"true"}`: "watcher on",
		`{"xpack.watcher.enabled":"yes"}`:  "watcher unknown",
		`{"reindex.remote.whitelist":"localhost:9200"}`:                                                                                "",
		`{"reindex.remote.whitelist":["10.*:9200"]}`:                                                                                   "reindex on",
		`{"` + realm + `ldap.l.url":"ldap://a"}`:                                                                                       "ldap on",
		`{"` + realm + `ldap.l.url":"ldap://a","` + realm + `ldap.l.enabled":"false"}`:                                                 "",
		`{"` + realm + `ldap.l.url":"ldap://a","` + realm + `ldap.l.enabled":"maybe"}`:                                                 "ldap unknown",
		`{"` + realm + `ad1.type":"active_directory"}`:                                                                                 "active_directory on",
		`{"` + realm + `saml.s.order":1,"` + realm + `oidc.o.order":2,"` + realm + `kerberos.k.order":3,"` + realm + `pki.p.order":4}`: "kerberos on, oidc on, pki on, saml on",
		`{"ik.remote_ext_dict":"http://10.0.0.1/dict.txt"}`:                                                                            "remote_dictionary on",
	} {
		var got []string
		for _, f := range parse(t, text).Features() {
			switch {
			case !f.Known:
				got = append(got, f.Name+" unknown")
			case f.On:
				got = append(got, f.Name+" on")
				if f.Node == nil {
					t.Errorf("%s: nothing says that %s is on", text, f.Name)
				}
			}
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s: %q, want %q", text, s, want)
		}
	}
}
