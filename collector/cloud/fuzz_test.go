package cloud

import (
	"context"
	"strings"
	"testing"
)

// Whatever stands in the vendor's files: no panic, and errors of one
// line.
func FuzzProfiles(f *testing.F) {
	f.Add(true, `{"current":"a","profiles":[{"name":"a","mode":"ChainableRamRoleArn","ram_role_arn":"acs:ram::1:role/x","source_profile":"b"},{"name":"b","mode":"AK","access_key_id":"x","access_key_secret":"canarycanary"}]}`)
	f.Add(true, `{"profiles":[{"name":"default","mode":"OIDC"},null]}`)
	f.Add(false, "[default]\ntype = ram_role_arn # x\nrole_arn = acs:ram::1:role/x\naccess_key_id = %(type)s\naccess_key_secret = canarycanary\n")
	f.Add(false, "[a\nx=\n")
	c, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, config bool, text string) {
		parse := parseINI
		if config {
			parse = parseConfig
		}
		all, err := parse([]byte(text), "~/file")
		if err == nil {
			err = c.choose(all).err
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("error of several lines: %q", err)
		}
	})
}

// Whatever a gateway answers, it is read without a panic.
func FuzzReply(f *testing.F) {
	f.Add(400, `{"Code":"Throttling.User","Message":"x"}`, "3")
	f.Add(400, `{"Code":5,"code":"Throttling","Message":null}`, "Sun, 22 Nov 2026 00:00:09 GMT")
	f.Add(200, `{"Credentials":{"AccessKeyId":"x"}}`, "-1")
	f.Add(500, `[[[[`, "99999999999999999999")
	c, err := New(Options{Clock: newClock(), Rand: func() float64 { return 0.999 }})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, status int, body, after string) {
		got := reply{status: status, body: []byte(body), header: map[string][]string{"Retry-After": {after}}}
		for n := 1; n < 80; n *= 3 {
			if wait, again := c.again(got, n); again && (wait < 0 || wait > patience+longestWait) {
				t.Errorf("attempt %d waits %v", n, wait)
			}
		}
		if k, err := session2key(got); err == nil && (k.Secret == "" || k.Token == "" || k.Expires.IsZero()) {
			t.Errorf("half a key of %s", body)
		}
		if err := got.failure(); err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("error of several lines: %q", err)
		}
		if a := answer(request("ecs", "DescribeInstances"), got); len(a.Text) > maxText || status != 0 && len(a.Body) == 0 && a.Text == "" && body != "" {
			t.Errorf("%s", describe(a))
		}
		if _, err := c.persist(context.Background(), func() (reply, error) { return got, nil }); err != nil {
			t.Error(err)
		}
	})
}
