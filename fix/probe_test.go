package fix

import (
	"strings"
	"testing"

	"esaudit/collector/api"
	"esaudit/snapshot"
)

func parsed(t *testing.T, text string) *snapshot.Node {
	t.Helper()
	n, err := snapshot.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A way leads through fields and items of lists; pages of a list make one.
func TestFollow(t *testing.T) {
	const first = `{"R":{"list":[{"n":"a","k":"x","v":[1]},{"n":"a","k":"y,z","v":[2]},{"n":"b","v":null}],"id":7}}`
	const second = `{"R":{"list":[{"n":"c","v":[3]}],"id":7}}`
	for _, c := range []struct{ path, want, fails string }{
		{"R/id", "7", ""},
		{"R/list/n=a,k=x/v", "[1]", ""},
		{"R/list/n=a,k=y,z/v", "[2]", ""},
		{"R/list/n=c/v", "[3]", ""},
		{"R/list/n=c/n", `"c"`, ""},
		{"R/list/n=b/v", "null", ""},
		{"R/list/n=d/v", "null", ""},
		{"R/nothing/at/all", "null", ""},
		{"R/id/deeper", "null", ""},
		{"R/list", `[{"k":"x","n":"a","v":[1]},{"k":"y,z","n":"a","v":[2]},{"n":"b","v":null},{"n":"c","v":[3]}]`, ""},
		{"R/list/*/n", `["a","a","b","c"]`, ""},
		{"R/list/*n=a/k", `["x","y,z"]`, ""},
		{"R/list/*n=a,k=x/v", "[[1]]", ""},
		{"R/list/*n=d/v", "[]", ""},
		{"R/list/*n/v", "", "NAME=TEXT"},
		{"R/list/n=a/v", "", "2 items"},
		{"R/list/n/v", "", "NAME=TEXT"},
		{"R", "", "different values"},
	} {
		var found []ending
		var err error
		for _, page := range []string{first, second} {
			var more []ending
			if more, err = follow(parsed(t, page), strings.Split(c.path, "/")); err != nil {
				break
			}
			found = append(found, more...)
		}
		var end ending
		if err == nil {
			end, err = joined(found)
		}
		if c.fails != "" {
			if err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%s: %v", c.path, err)
			}
			continue
		}
		if got := string(end.value.AppendCompact(nil)); err != nil || got != c.want {
			t.Errorf("%s: %s, not %s (%v)", c.path, got, c.want, err)
		}
	}
}

// An answer is judged by its status and its raw body, and what says nothing is no
// success.
func TestJudge(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   verdict
	}{
		{200, `{"RequestId":"1","Result":true}`, taken},
		{200, `{"RequestId":"1"}`, taken},
		{200, `{"RequestId":"1","Result":{"tags":[{"tagKey":"a"}]}}`, taken},
		{200, `{"RequestId":"1","Result":false}`, lost},
		{200, ``, lost}, {200, `{}`, lost}, {200, `null`, lost}, {200, `<html>`, lost}, {200, `{"RequestId":""}`, lost}, {200, `{"RequestId":"1"`, lost},
		{0, ``, lost}, {302, `{}`, lost}, {500, `{"Code":"InternalServerError"}`, lost}, {503, `{"Code":"ServiceUnavailable"}`, lost},
		{503, `{"Code":"Throttling"}`, lost}, {400, ``, lost}, {403, `<html>`, lost},
		{400, `{"Code":"TokenPreviousRequestProcessError"}`, lost},
		{400, `{"Code":"Throttling.User"}`, busy}, {429, `{"Code":"X"}`, busy}, {400, `{"Code":"X","Message":"QPS Limit Exceeded"}`, busy},
		{400, `{"code":"InstanceActivating"}`, busy}, {400, `{"Code":"IncorrectStatus.serverGroup"}`, busy},
		{400, `{"Code":"ConcurrentCallNotSupported"}`, busy},
		{400, `{"Code":"InvalidParameter"}`, noEffect}, {403, `{"Code":"Forbidden.RAM"}`, noEffect}, {404, `{"Code":"InstanceNotFound"}`, noEffect},
		{-1, ``, noEffect},
	} {
		if got := judge(api.Answer{Status: c.status, Body: []byte(c.body)}); got != c.want {
			t.Errorf("%d %s: %d, not %d", c.status, c.body, got, c.want)
		}
	}
}

// A body that is made from the live value holds all of it, secrets too, but for
// what is edited; a value that the vendor does not show is never sent back.
func TestLiveBody(t *testing.T) {
	c := Call{Body: []byte(`{"x":1}`), Live: &Live{Into: "esConfig", Set: map[string]string{"b": "2", "c": "3"}, Unset: []string{"d", "e"}}}
	body, made, err := c.body(reading{value: parsed(t, `{"a.password":"Pl4nted","b":"1","d":"x","n":5,"list":["z","y"]}`)})
	if want := `{"esConfig":{"a.password":"Pl4nted","b":"2","c":"3","list":["z","y"],"n":5},"x":1}`; err != nil || string(body) != want {
		t.Errorf("%s, not %s (%v)", body, want, err)
	}
	if name, ok := keeps(parsed(t, `{"a.password":"Pl4nted","b":"2"}`), made); !ok {
		t.Errorf("%s is not kept", name)
	}
	for _, changed := range []string{`{"a.password":"[redacted]"}`, `{}`, `{"a.password":"x"}`} {
		if name, ok := keeps(parsed(t, changed), made); ok || name != "a.password" {
			t.Errorf("%s keeps the secret", changed)
		}
	}
	if body, _, err := c.body(reading{value: parsed(t, `{"http.cors.allow-origin":"*"}`)}); err != nil {
		t.Errorf("%s (%v)", body, err)
	}
	for _, bad := range []string{`{"a.password":"******","b":"1"}`, `["a"]`, `"text"`} {
		if body, _, err := c.body(reading{value: parsed(t, bad)}); err == nil {
			t.Errorf("%s makes %s", bad, body)
		}
	}
	if body, _, err := c.body(reading{}); err != nil || string(body) != `{"esConfig":{"b":"2","c":"3"},"x":1}` {
		t.Errorf("of nothing: %s (%v)", body, err)
	}
}

// A missing permission is told from a wrong key.
func TestDenied(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   bool
	}{
		{403, `{"Code":"Forbidden.RAM"}`, true}, {400, `{"Code":"NoPermission"}`, true}, {401, `{"Code":"X"}`, true},
		{403, `{"Code":"InvalidSecurityToken.Expired"}`, false}, {403, `{"Code":"SignatureDoesNotMatch"}`, false},
		{400, `{"Code":"InvalidParameter"}`, false}, {403, ``, false}, {500, `{"Code":"Forbidden"}`, false}, {200, `{"Code":"Forbidden"}`, false}, {0, ``, false},
	} {
		if got := denied(api.Answer{Status: c.status, Body: []byte(c.body)}); got != c.want {
			t.Errorf("%d %s: %v", c.status, c.body, got)
		}
	}
}
