package recording_test

import (
	"strings"
	"testing"

	"esaudit/collector/recording"
	"esaudit/snapshot"

	"pgregory.net/rapid"
)

func TestRedactText(t *testing.T) {
	for text, want := range map[string]string{
		"ldap://cn=admin:pa/s?s#@h:389/dc=x":          "ldap://[redacted]@h:389/dc=x",
		"https://user:pw@host:9200/a b":               "https://[redacted]@host:9200/a b",
		"a:1@b, c:2@d":                                "[redacted]@b, [redacted]@d",
		"http://u:p@ss@host":                          "http://[redacted]@host",
		"http://host:9200/x@y":                        "http://host:9200/x@y",
		"http://[2001:db8::1]:9200/x@y":               "http://[2001:db8::1]:9200/x@y",
		"password = 'a b', user = x":                  "password = '[redacted]', user = x",
		`{"password":"x","user":"y"}`:                 `{"password":"[redacted]","user":"y"}`,
		`{ "user" : "y" }`:                            `{ "user" : "y" }`,
		`{"password":"","token":null,"secret":[]}`:    `{"password":"","token":null,"secret":[]}`,
		`["a:b@c"]`:                                   `["[redacted]@c"]`,
		"password=":                                   "password=",
		`password=""`:                                 `password=""`,
		"token=null":                                  "token=null",
		"10:00@x":                                     "10:00@x",
		"acs:ram::1:user/a@b":                         "acs:ram::1:user/a@b",
		"acs:kms:cn-hangzhou:1:secret:foo":            "acs:kms:cn-hangzhou:1:secret:foo",
		"acs:x:y:z:password=foo":                      "acs:x:y:z:password=[redacted]",
		"mailto:a@b.c":                                "mailto:a@b.c",
		"Authorization: Bearer abc.def":               "Authorization: Bearer [redacted]",
		"https://x/?Expires=1&Signature=ab%3D&b=c":    "https://x/?Expires=1&Signature=[redacted]&b=c",
		`{\"password\":\"x y\",\"user\":\"z\"}`:       `{\"password\":\"[redacted]\",\"user\":\"z\"}`,
		"-----BEGIN PRIVATE KEY-----\nMII\n-----END ": "[redacted]",
		"AccessKeyId: LTAI1":                          "AccessKeyId: LTAI1",
		"":                                            "",
		"password://]@":                               "[redacted]@",
	} {
		if got := recording.RedactText(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
		if again := recording.RedactText(want); again != want {
			t.Errorf("%q becomes %q", want, again)
		}
	}
}

func TestRedact(t *testing.T) {
	n, err := snapshot.ParseJSON([]byte(`{"a":{"bind_password":"x","n":1},"password":123,"token":{"b":["c",true,null,"" ,7]},"AccessKeyId":"LTAI","tags":[{"tagKey":"api_key","tagValue":"x"},{"tagKey":"env","tagValue":"prod"}],"url":"ldap://u:p@h","PasswordPolicy":{"MinimumPasswordLength":8}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"AccessKeyId":"LTAI","PasswordPolicy":{"MinimumPasswordLength":8},"a":{"bind_password":"[redacted]","n":1},"password":"[redacted]","tags":[{"tagKey":"api_key","tagValue":"[redacted]"},{"tagKey":"env","tagValue":"prod"}],"token":{"b":["[redacted]",true,null,"","[redacted]"]},"url":"ldap://[redacted]@h"}`
	if got := string(recording.Redact(n).AppendCompact(nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// text draws texts made of what secrets are made of.
func text() *rapid.Generator[string] {
	piece := rapid.SampledFrom([]string{
		"password", "token", "secret", "access_key", "Signature", "Authorization", "Bearer", "user", "host", "10", "acs:ram:", "://", ":", "=", "@", "/", " ", ",", ";", `"`, `'`, `\`,
		"[", "]", "{", "}", "[redacted]", "null", "x-", "\n", "é",
	})
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces"), "") })
}

// What is redacted stays as it is when it is redacted again, so that a replayed
// recording gives the same bytes.
func TestRedactedTwiceIsRedactedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := recording.RedactText(text().Draw(t, "text"))
		if twice := recording.RedactText(once); twice != once {
			t.Fatalf("%q becomes %q", once, twice)
		}
	})
}

// A password between a user and a host is replaced whatever it is made of.
func TestUserAndPassword(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		password := rapid.StringMatching(`[a-zA-Z][a-zA-Z0-9!$%^&*_+.~=-]{5,20}`).Draw(t, "password")
		for _, form := range []string{"http://user:%@host/x", "ldaps://cn=a,dc=b:%@host:636", "user:%@host", "hosts: a,user:%@host;b", `{"url":"http://user:%@host"}`} {
			if got := recording.RedactText(strings.Replace(form, "%", password, 1)); strings.Contains(got, password) || !strings.Contains(got, "@host") {
				t.Fatalf("%s with %q becomes %q", form, password, got)
			}
		}
	})
}
