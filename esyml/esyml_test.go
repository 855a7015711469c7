package esyml_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"esaudit/esyml"
	"esaudit/snapshot"

	"pgregory.net/rapid"
)

func parse(t testing.TB, text string) esyml.Settings {
	t.Helper()
	n, err := snapshot.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, ok := esyml.Parse(n)
	if !ok {
		t.Fatalf("%s is no settings", text)
	}
	return s
}

// show writes dependencies as a reader would check them.
func show(list []esyml.Dependency) string {
	var out []string
	for _, d := range list {
		text := fmt.Sprintf("%s %s %s", d.Feature, d.Realm, d.HostPort())
		for _, mark := range []struct {
			text string
			on   bool
		}{{" local", d.Local}, {" wildcard", d.Wildcard}, {" error", d.Err != ""}} {
			if mark.on {
				text += mark.text
			}
		}
		out = append(out, strings.ReplaceAll(text, "  ", " "))
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

func TestDependencies(t *testing.T) {
	const watcherOn = `"xpack.watcher.enabled":"true",`
	for name, c := range map[string]struct{ settings, want string }{
		"nothing":                  {`{}`, ""},
		"empty reindex list":       {`{"reindex.remote.whitelist":[]}`, ""},
		"empty reindex text":       {`{"reindex.remote.whitelist":""}`, ""},
		"empty list as text":       {`{"reindex.remote.whitelist":"[]"}`, ""},
		"reindex array":            {`{"reindex.remote.whitelist":["A.example.com:9200","10.0.0.1:9201"]}`, "reindex 10.0.0.1:9201; reindex a.example.com:9200"},
		"reindex with commas":      {`{"reindex.remote.whitelist":"a:9200, b:9300"}`, "reindex a:9200; reindex b:9300"},
		"reindex JSON in a string": {`{"reindex.remote.whitelist":"[\"a:9200\",\"b:9200\"]"}`, "reindex a:9200; reindex b:9200"},
		"reindex bare brackets":    {`{"reindex.remote.whitelist":"[a:9200,b:9200]"}`, "reindex a:9200; reindex b:9200"},
		"reindex scheme ignored":   {`{"reindex.remote.whitelist":"https://a/path"}`, "reindex a:9200"},
		"reindex local":            {`{"reindex.remote.whitelist":["localhost:*","127.0.0.9:9200","[::1]:9200"]}`, "reindex 127.0.0.9:9200 local; reindex [::1]:9200 local; reindex localhost:0 local wildcard"},
		"reindex IPv6":             {`{"reindex.remote.whitelist":"[2001:db8::1]:9200"}`, "reindex [2001:db8::1]:9200"},
		"reindex patterns":         {`{"reindex.remote.whitelist":["10.*:9200","*:*"]}`, "reindex *:0 wildcard; reindex 10.*:9200 wildcard"},
		"trailing dot":             {`{"reindex.remote.whitelist":"a.example.:9200"}`, "reindex a.example:9200"},
		"bad port":                 {`{"reindex.remote.whitelist":"a:99999"}`, "reindex a:9200 error"},
		"nested maps":              {`{"reindex":{"remote":{"whitelist":"a:1"}}}`, "reindex a:1"},
		"redacted":                 {`{"reindex.remote.whitelist":"[redacted]"}`, "reindex :9200 error"},

		"ldap 7":                 {`{"xpack.security.authc.realms.ldap.ldap1.url":"ldaps://h"}`, "ldap ldap1 h:636"},
		"ldap 6":                 {`{"xpack.security.authc.realms.ldap1.type":"ldap","xpack.security.authc.realms.ldap1.url":"ldap://h:1389"}`, "ldap ldap1 h:1389"},
		"a realm called ldap":    {`{"xpack.security.authc.realms.ldap.type":"ldap","xpack.security.authc.realms.ldap.url":"ldap://h","xpack.security.authc.realms.ldap.ssl.verification_mode":"none"}`, "ldap ldap h:389"},
		"several urls":           {`{"xpack.security.authc.realms.ldap.l.url":["ldaps://a:636","ldaps://b:636"]}`, "ldap l a:636; ldap l b:636"},
		"ldap off":               {`{"xpack.security.authc.realms.ldap.l.url":"ldap://a","xpack.security.authc.realms.ldap.l.enabled":"false"}`, ""},
		"ldap on":                {`{"xpack.security.authc.realms.ldap.l.url":"ldap://a","xpack.security.authc.realms.ldap.l.enabled":true}`, "ldap l a:389"},
		"ldap without url":       {`{"xpack.security.authc.realms.ldap.l.order":0}`, "ldap l :0 error"},
		"user and password":      {`{"xpack.security.authc.realms.ldap.l.url":"ldap://[redacted]@h:389"}`, "ldap l h:389"},
		"ad by domain":           {`{"xpack.security.authc.realms.active_directory.ad.domain_name":"Corp.Example"}`, "active_directory ad corp.example:389"},
		"ad by url":              {`{"xpack.security.authc.realms.active_directory.ad.domain_name":"x","xpack.security.authc.realms.active_directory.ad.url":"ldaps://dc:3269"}`, "active_directory ad dc:3269"},
		"saml file":              {`{"xpack.security.authc.realms.saml.s.idp.metadata.path":"saml/idp.xml"}`, ""},
		"saml url":               {`{"xpack.security.authc.realms.saml.s.idp.metadata.path":"https://idp/meta"}`, "saml s idp:443"},
		"oidc":                   {`{"xpack.security.authc.realms.oidc.o.op.token_endpoint":"https://op/token"}`, "oidc o op:443"},
		"native realm":           {`{"xpack.security.authc.realms.native.n.order":1}`, ""},
		"watcher without target": {`{` + watcherOn + `"x":1}`, ""},
		"watcher proxy":          {`{` + watcherOn + `"xpack.http.proxy.host":"p","xpack.http.proxy.port":8080}`, "watcher p:8080"},
		"watcher slack":          {`{` + watcherOn + `"xpack.notification.slack.account.a.url":"https://hooks.example/x"}`, "watcher hooks.example:443"},
		"watcher mail":           {`{` + watcherOn + `"xpack.notification.email.account.a.url":"https://m"}`, ""},
		"watcher off":            {`{"xpack.watcher.enabled":" FALSE ","xpack.http.proxy.host":"p"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := show(parse(t, c.settings).Dependencies()); got != c.want {
				t.Errorf("%s\n got %q\nwant %q", c.settings, got, c.want)
			}
		})
	}
}

func TestSwitch(t *testing.T) {
	for text, want := range map[string]esyml.Switch{
		`{}`:                                  {Valid: true},
		`{"k":null}`:                          {Valid: true},
		`{"k":true}`:                          {On: true, Set: true, Valid: true},
		`{"k":" TRUE "}`:                      {On: true, Set: true, Valid: true},
		`{"k":"False"}`:                       {Set: true, Valid: true},
		`{"k":"yes"}`:                         {Set: true},
		`{"k":[true]}`:                        {Set: true},
		`{"a":1,"k":"[redacted]"}`:            {Set: true},
		`{"k":"true","k ":"false"}`:           {Set: true},
		`{"k":"true","k ":"TRUE"}`:            {On: true, Set: true, Valid: true},
		`{"k":{"sub":true}}`:                  {Valid: true},
		`{"k.deep":true,"k":false,"k.x":"y"}`: {Set: true, Valid: true},
	} {
		got := parse(t, text).Switch("k")
		got.Node = nil
		if got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}

func TestOnlyAMapIsSettings(t *testing.T) {
	for text, want := range map[string]bool{`null`: true, `{}`: true, `[]`: false, `"a: b"`: false, `3`: false} {
		n, err := snapshot.ParseJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := esyml.Parse(n); ok != want {
			t.Errorf("%s: settings %v, want %v", text, ok, want)
		}
	}
	if _, ok := esyml.Parse(nil); !ok {
		t.Error("no esConfig is no settings, not unreadable ones")
	}
}

// However a list is written, it names the same hosts: as an array, as one
// string with commas, as JSON in a string, with a scheme in front, with spaces.
func TestFormsOfAListAgree(t *testing.T) {
	host := rapid.StringMatching(`[a-z][a-z0-9-]{0,8}(\.[a-z]{2,5}){0,2}:[1-9][0-9]{0,3}`)
	rapid.Check(t, func(t *rapid.T) {
		hosts := rapid.SliceOfN(host, 1, 5).Draw(t, "hosts")
		plain, _ := json.Marshal(hosts)
		quoted, _ := json.Marshal(string(plain))
		commas, _ := json.Marshal(strings.Join(hosts, " , "))
		brackets, _ := json.Marshal("[" + strings.Join(hosts, ", ") + "]")
		want := ""
		for i, value := range [][]byte{plain, quoted, commas, brackets} {
			n, err := snapshot.ParseJSON([]byte(`{"reindex.remote.whitelist":` + string(value) + `}`))
			if err != nil {
				t.Fatal(err)
			}
			s, _ := esyml.Parse(n)
			got := show(s.Dependencies())
			if i == 0 {
				want = got
			}
			if got != want || strings.Count(got, "reindex") != len(hosts) {
				t.Fatalf("%s names %q, not %q", value, got, want)
			}
		}
	})
}

// FuzzDependencies: whatever stands in the settings, every dependency has a
// readable host and port, is a pattern, or says why not; nothing panics.
func FuzzDependencies(f *testing.F) {
	for _, seed := range []string{
		`{"reindex.remote.whitelist":"[a:1, \"b\":2]"}`, `{"xpack.security.authc.realms.ldap.l.url":"ldap://[::1"}`,
		`{"xpack.watcher.enabled":true,"xpack.http.proxy.host":"p","xpack.http.proxy.port":"x"}`,
		`{"xpack.security.authc.realms":{"ad":{"type":"active_directory","domain_name":["a","b"]}}}`,
		`{"reindex.remote.whitelist":"a b:9200"}`, `{"reindex.remote.whitelist":"[:9200"}`, `[]`, `{"reindex.remote.whitelist":{"a":1}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		n, err := snapshot.ParseJSON(text)
		if err != nil {
			return
		}
		s, ok := esyml.Parse(n)
		if !ok {
			return
		}
		for _, d := range s.Dependencies() {
			readable := d.Host != "" && (d.Port > 0 && d.Port < 65536 || d.Wildcard)
			if !readable && d.Err == "" {
				t.Fatalf("%s: %+v has neither host and port nor a reason", text, d)
			}
			if strings.ContainsAny(d.Host, "\n\r\t ") {
				t.Fatalf("%s: host %q", text, d.Host)
			}
			if d.Node == nil {
				t.Fatalf("%s: %+v stands nowhere", text, d)
			}
		}
	})
}
