package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"esaudit/collector/recording"
	"esaudit/internal/emulator"
	builder "esaudit/internal/estate"
)

// emulated serves an estate as the vendor's API.
func emulated(dir, faults string) (*httptest.Server, emulator.Key, error) {
	r, err := recording.Open(dir)
	if err != nil {
		return nil, emulator.Key{}, err
	}
	f, err := emulator.ParseFaults(faults)
	if err != nil {
		return nil, emulator.Key{}, err
	}
	e, err := emulator.New(r.Parts, emulator.Options{Faults: f})
	if err != nil {
		return nil, emulator.Key{}, err
	}
	return httptest.NewServer(e), e.Key(), nil
}

// served is the command of scripts
//
//	served DIR [FAULTS]
//
// which serves an estate until the script ends, and sets $URL and the key.
func served(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: served DIR [FAULTS]")
	}
	server, key, err := emulated(ts.MkAbs(args[0]), strings.Join(args[1:], ","))
	ts.Check(err)
	ts.Defer(server.Close)
	ts.Setenv("URL", server.URL)
	ts.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", key.ID)
	ts.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", key.Secret)
}

// secret is planted wherever one may stand.
const secret = "Pl4nted-S3cret"

// planted is a recording with secrets in every kind of place.
func planted(t *testing.T) string {
	t.Helper()
	r, err := recording.Open("../../testdata/estates/demo")
	if err != nil {
		t.Fatal(err)
	}
	config := map[string]any{
		"xpack.security.authc.realms.ldap.corp.bind_password":      secret + "1",
		"xpack.security.authc.realms.ldap.corp.url":                "ldap://cn=admin:" + secret + "2@10.30.2.15:389",
		"xpack.notification.email.account.work.smtp.password":      secret + "3",
		"xpack.http.proxy.secret":                                  secret + "4",
		"reindex.remote.whitelist":                                 "user:" + secret + "5@old.example:9200",
		"xpack.security.authc.realms.oidc.o.rp.client_secret":      secret + "6",
		"xpack.notification.slack.account.monitoring.secure_token": secret + "7",
	}
	part, err := builder.Apply(r.Parts[0], []builder.Edit{
		{Call: "elasticsearch.DescribeInstance es-cn-identaudit01", Set: map[string]any{"/Result/esConfig": config}},
		{Call: "elasticsearch.DescribeDynamicSettings es-cn-identaudit01", Set: map[string]any{
			"/Result": fmt.Sprintf(`{"persistent":{"xpack":{"api_key":"%s8","url":"https://a:%s9@x.example"}}}`, secret, secret),
		}},
		{Call: "ram.ListUsers", Set: map[string]any{"/AccessToken": secret + "10"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	head, calls := builder.Encode(part)
	for name, data := range map[string][]byte{"recording.json": head, "calls.jsonl": calls} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// No secret of the cloud's answers, of the environment or of an error is in any
// byte that the program writes.
func TestNoSecretComesOut(t *testing.T) {
	server, key, err := emulated(planted(t), "throttle:elasticsearch.ListInstance:1,403:vpc.DescribeEipAddresses,cut:nlb.ListListeners")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	env := map[string]string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID": key.ID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key.Secret, "HOME": t.TempDir(),
		"AWS_SECRET_ACCESS_KEY": secret + "env1", "GITHUB_TOKEN": secret + "env2", "no_proxy": "*",
	}
	out := t.TempDir()
	file := func(name string) string { return filepath.Join(out, name) }
	for _, args := range [][]string{
		{"collect", "--endpoint", server.URL, "--record", file("recording"), "-o", file("live.json"), "--progress", "plain"},
		{"audit", file("live.json"), "--all", "--optional", "--facts", file("facts.json"), "--report", "json=" + file("a.json"), "--report", "sarif=" + file("a.sarif"), "--report", "html=" + file("a.html")},
		{"audit", "--endpoint", server.URL, "--progress", "none", "-f", "sarif", "--sarif-profile", "full", "-o", file("b.sarif")},
		{"reach", file("live.json"), "--from", "es:es-cn-identaudit01", "--to", "10.30.2.15:389"},
		{"reach", file("live.json"), "--to", "es:es-cn-identaudit01", "-f", "json", "-o", file("reach.json")},
		{"diff", file("live.json"), file("recording"), "-f", "json", "-o", file("diff.json")},
		{"whoami", "--endpoint", server.URL}, {"doctor", "--endpoint", server.URL},
		{"whoami", "--endpoint", "http://user:" + secret + "url@127.0.0.1:1"}, {"whoami", "--endpoint", "http://127.0.0.1:1"},
	} {
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), args, strings.NewReader(""), &stdout, &stderr, func(name string) string { return env[name] })
		if code == broke || code == interrupted {
			t.Errorf("%v ends with %d: %s", args, code, stderr.String())
		}
		search(t, strings.Join(args[:1], " ")+", standard output", stdout.Bytes(), key)
		search(t, strings.Join(args[:1], " ")+", standard error", stderr.Bytes(), key)
	}
	files := 0
	err = filepath.WalkDir(out, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files++
		search(t, filepath.Base(path), data, key)
		return err
	})
	if err != nil || files < 9 {
		t.Errorf("%d files were written, %v", files, err)
	}
	info, err := os.Stat(filepath.Join(out, "recording", "calls.jsonl"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the recording's file: %v, %v", info, err)
	}
}

func search(t *testing.T, where string, data []byte, key emulator.Key) {
	t.Helper()
	for _, s := range []string{secret, key.Secret} {
		if i := bytes.Index(data, []byte(s)); i >= 0 {
			t.Errorf("%s holds a secret: ...%s...", where, data[max(0, i-80):min(len(data), i+len(s)+20)])
		}
	}
}

// A server that answers with anything is no crash.
func TestStrangeServers(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"html":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>\x1b[31m") },
		"empty": func(http.ResponseWriter, *http.Request) {},
		"array": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "[]") },
		"deep":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("[", 100_000)) },
		"500":   func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "{}", http.StatusInternalServerError) },
	} {
		server := httptest.NewServer(handler)
		env := map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tExample", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "x"}
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), []string{"audit", "--endpoint", server.URL, "--progress", "none"}, strings.NewReader(""), &stdout, &stderr,
			func(name string) string { return env[name] })
		server.Close()
		if code != misused || strings.Count(stderr.String(), "\n") != 1 || strings.Contains(stderr.String(), "\x1b") {
			t.Errorf("%s: ends with %d: %q", name, code, stderr.String())
		}
	}
}

// The way to a product that does not answer is opened in another place for each
// reason why it may be closed.
func TestFixOfWay(t *testing.T) {
	for _, c := range []struct {
		flags         liveFlags
		product       string
		host, inside  string
		says, saysNot string
	}{
		{liveFlags{}, "slb", "slb.aliyuncs.com", "slb-vpc.cn-hangzhou.aliyuncs.com", "set vpc-endpoints: cn-hangzhou", "product-endpoint"},
		{liveFlags{}, "vpcpeer", "vpcpeer.aliyuncs.com", "", "open vpcpeer.aliyuncs.com, port 443", "vpc-endpoints"},
		{liveFlags{vpc: "cn-hangzhou"}, "slb", "slb-vpc.cn-hangzhou.aliyuncs.com", "slb-vpc.cn-hangzhou.aliyuncs.com", "from a VPC of cn-hangzhou only", "NAT"},
		{liveFlags{vpc: "cn-hangzhou"}, "vpcpeer", "vpcpeer.aliyuncs.com", "", "--product-endpoint vpcpeer=URL", "set vpc-endpoints"},
		{liveFlags{own: []string{"slb=https://a.example"}}, "slb", "slb.aliyuncs.com", "", "endpoint that is set", "vpc-endpoints"},
		{liveFlags{own: []string{"slb=https://a.example"}}, "vpc", "vpc.aliyuncs.com", "", "open vpc.aliyuncs.com", "that is set"},
	} {
		got := c.flags.fixOfWay(c.product, c.host, c.inside, "cn-hangzhou")
		if !strings.Contains(got, c.says) || strings.Contains(got, c.saysNot) {
			t.Errorf("%s at %s: %q, want %q and not %q", c.product, c.host, got, c.says, c.saysNot)
		}
	}
}
