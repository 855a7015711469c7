package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// world is a user's machine and what is around it: files, environment, STS and
// the ECS metadata service.
type world struct {
	t                  *testing.T
	home               string
	env                map[string]string
	sts, metadata      *vendor
	clock              *stepClock
	issued             atomic.Int64
	v1only, noMetadata bool
	lifetime           time.Duration
	options            Options
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, home: t.TempDir(), env: map[string]string{}, clock: newClock(), lifetime: time.Hour}
	w.sts = newVendor(t, w.serveSTS)
	w.metadata = newVendor(t, w.serveMetadata)
	w.noMetadata = true
	return w
}

// file writes a file of the home directory.
func (w *world) file(name, text string) string {
	path := filepath.Join(w.home, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// config writes ~/.aliyun/config.json.
func (w *world) config(current string, profiles ...map[string]any) {
	text, err := json.Marshal(map[string]any{"current": current, "profiles": profiles, "meta_path": ""})
	if err != nil {
		w.t.Fatal(err)
	}
	w.file(".aliyun/config.json", string(text))
}

func (w *world) cloud() *Cloud {
	o := w.options
	o.Home, o.Getenv, o.Clock = w.home, func(n string) string { return w.env[n] }, w.clock
	o.Endpoint, o.Metadata = w.sts.URL, w.metadata.URL
	return open(w.t, o)
}

// temporary makes a key that names what it was made for.
func (w *world) temporary(what string) map[string]string {
	n := strconv.FormatInt(w.issued.Add(1), 10)
	return map[string]string{
		"AccessKeyId": "STS." + what + "." + n, "AccessKeySecret": "secret-of-" + what + "-" + n, "SecurityToken": "token-of-" + what + "-" + n,
		"Expiration": w.clock.Now().Add(w.lifetime).Format("2006-01-02T15:04:05Z"),
	}
}

func (w *world) serveSTS(rw http.ResponseWriter, r *http.Request) {
	if r.Host != "sts.aliyuncs.com" && !strings.HasPrefix(r.Host, "sts.") && !strings.HasPrefix(r.Host, "sts-vpc.") {
		says(200, `{"RequestId":"1"}`)(rw, r)
		return
	}
	get := r.Form.Get
	var what string
	switch get("Action") {
	case "AssumeRole":
		what = strings.Join([]string{"role", get("AccessKeyId"), get("RoleArn"), get("RoleSessionName"), get("ExternalId"), get("DurationSeconds")}, "|")
	case "AssumeRoleWithOIDC":
		what = strings.Join([]string{"oidc", get("AccessKeyId"), get("RoleArn"), get("RoleSessionName"), get("OIDCProviderArn"), get("OIDCToken")}, "|")
	case "GetCallerIdentity":
		rw.Header().Set("Date", "Sun, 22 Nov 2026 06:21:48 GMT")
		says(200, `{"AccountId":"1234567890123456","IdentityType":"RAMUser","Arn":"acs:ram::1234567890123456:user/ops","UserId":"2","RequestId":"1"}`)(rw, r)
		return
	}
	body, _ := json.Marshal(map[string]any{"RequestId": "1", "AssumedRoleUser": map[string]string{"Arn": "x"}, "Credentials": w.temporary(what)})
	says(200, string(body))(rw, r)
}

func (w *world) serveMetadata(rw http.ResponseWriter, r *http.Request) {
	token := "metadata-token-1"
	switch {
	case w.noMetadata:
		http.NotFound(rw, r)
	case r.Method == http.MethodPut && r.URL.Path == "/latest/api/token" && !w.v1only && r.Header.Get("X-aliyun-ecs-metadata-token-ttl-seconds") != "":
		fmt.Fprintln(rw, token)
	case r.Method != http.MethodGet || !w.v1only && r.Header.Get("X-aliyun-ecs-metadata-token") != token:
		http.Error(rw, "no token", http.StatusForbidden)
	case r.URL.Path == rolePath:
		fmt.Fprintln(rw, "ecs-role")
	case strings.HasPrefix(r.URL.Path, rolePath):
		k := w.temporary("ecs " + strings.TrimPrefix(r.URL.Path, rolePath))
		k["Code"], k["LastUpdated"] = "Success", "2026-11-22T00:00:00Z"
		json.NewEncoder(rw).Encode(k)
	default:
		http.NotFound(rw, r)
	}
}

// find returns who the world makes of us: the key's id and the source.
func (w *world) find() (id, source string, err error) {
	k, err := w.cloud().Credentials(w.t.Context())
	if err != nil {
		return "", "", err
	}
	key, err := k.Key(w.t.Context())
	return key.ID, k.Source(), err
}

const (
	auditARN    = "acs:ram::1234567890123456:role/audit"
	providerARN = "acs:ram::1234567890123456:oidc-provider/ack"
)

func ak(name string) map[string]any {
	return map[string]any{"name": name, "mode": "AK", "access_key_id": "LTAI" + name, "access_key_secret": "secret-of-" + name, "region_id": "cn-hangzhou"}
}

func with(p map[string]any, pairs ...any) map[string]any {
	for i := 0; i < len(pairs); i += 2 {
		p[pairs[i].(string)] = pairs[i+1]
	}
	return p
}

// Every way to be somebody, alone on a machine.
func TestSources(t *testing.T) {
	config := func(profiles ...map[string]any) func(*world) {
		return func(w *world) { w.config(profiles[0]["name"].(string), profiles...) }
	}
	env := func(pairs ...string) func(*world) {
		return func(w *world) {
			for i := 0; i < len(pairs); i += 2 {
				w.env[pairs[i]] = pairs[i+1]
			}
		}
	}
	ini := func(text string) func(*world) { return func(w *world) { w.file(".alibabacloud/credentials", text) } }
	profile := func(mode string, pairs ...any) map[string]any {
		return with(map[string]any{"name": "ops", "mode": mode}, pairs...)
	}
	from := func(mode string) string { return "profile ops of ~/.aliyun/config.json, mode " + mode }
	role := "role " + auditARN + ", assumed with "
	for name, c := range map[string]struct {
		set        func(*world)
		id, source string
	}{
		"environment":          {env("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIenv", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s"), "LTAIenv", "environment, ALIBABA_CLOUD_ACCESS_KEY_ID"},
		"environment, another": {env("ALICLOUD_ACCESS_KEY_ID", "LTAIenv", "ALICLOUD_ACCESS_KEY_SECRET", "s"), "LTAIenv", "environment, ALICLOUD_ACCESS_KEY_ID"},
		"environment, STS": {env("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.env", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s", "ALIBABA_CLOUD_SECURITY_TOKEN", "t", "ALIBABA_CLOUD_ROLE_ARN", auditARN),
			"STS.env", "environment, ALIBABA_CLOUD_ACCESS_KEY_ID"},
		"environment, role": {env("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIenv", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s", "ALIBABA_CLOUD_ROLE_ARN", auditARN, "ALIBABA_CLOUD_EXTERNAL_ID", "ext", "ALIBABA_CLOUD_ROLE_SESSION_NAME", "me"),
			"STS.role|LTAIenv|" + auditARN + "|me|ext|3600.1", role + "environment, ALIBABA_CLOUD_ACCESS_KEY_ID"},
		"AK":       {config(ak("ops")), "LTAIops", from("AK")},
		"StsToken": {config(with(ak("ops"), "mode", "StsToken", "sts_token", "t")), "LTAIops", from("StsToken")},
		"RamRoleArn": {config(with(ak("ops"), "mode", "RamRoleArn", "ram_role_arn", auditARN, "ram_session_name", "cli", "expired_seconds", 900, "external_id", "ext")),
			"STS.role|LTAIops|" + auditARN + "|cli|ext|900.1", role + from("RamRoleArn")},
		"ChainableRamRoleArn": {config(profile("ChainableRamRoleArn", "ram_role_arn", auditARN, "source_profile", "base"), ak("base")),
			"STS.role|LTAIbase|" + auditARN + "|esaudit||3600.1", role + "profile base of ~/.aliyun/config.json, mode AK"},
		"OIDC": {func(w *world) {
			w.config("ops", profile("OIDC", "ram_role_arn", auditARN, "oidc_provider_arn", providerARN, "oidc_token_file", w.file("token", "jwt\n"), "ram_session_name", "pod"))
		}, "STS.oidc||" + auditARN + "|pod|" + providerARN + "|jwt.1", from("OIDC")},
		"EcsRamRole":      {func(w *world) { w.noMetadata = false; config(profile("EcsRamRole", "ram_role_name", "mine"))(w) }, "STS.ecs mine.1", from("EcsRamRole")},
		"EcsRamRole, any": {func(w *world) { w.noMetadata = false; config(profile("ecsramrole"))(w) }, "STS.ecs ecs-role.1", from("ecsramrole")},
		"RoleArn with role": {func(w *world) {
			w.noMetadata = false
			config(profile("RamRoleArnWithRoleName", "ram_role_name", "mine", "ram_role_arn", auditARN))(w)
		},
			"STS.role|STS.ecs mine.1|" + auditARN + "|esaudit||3600.2", role + from("RamRoleArnWithRoleName")},
		"CloudSSO": {config(with(ak("ops"), "mode", "CloudSSO", "sts_token", "t", "sts_expiration", newClock().Now().Unix()+60)), "LTAIops", from("CloudSSO")},
		"current":  {func(w *world) { w.config("b", ak("a"), ak("b")) }, "LTAIb", "profile b of ~/.aliyun/config.json, mode AK"},
		"named by the environment": {func(w *world) { w.config("b", ak("a"), ak("b")); w.env["ALIBABA_CLOUD_PROFILE"] = "a" },
			"LTAIa", "profile a of ~/.aliyun/config.json, mode AK"},
		"named by the flag": {func(w *world) {
			w.config("b", ak("a"), ak("b"))
			w.options.Profile = "a"
			env("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIenv", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s", "ALIBABA_CLOUD_PROFILE", "b")(w)
		}, "LTAIa", "profile a of ~/.aliyun/config.json, mode AK"},
		"ini": {ini("[default]     # the vendor's example has such comments\nenable = true # yes\ntype = access_key # kind\naccess_key_id = LTAIini\naccess_key_secret = a#b;c # key\n"), "LTAIini", "profile default of ~/.alibabacloud/credentials, mode AK"},
		"ini, role": {ini("[default]\ntype=ram_role_arn\naccess_key_id=LTAIini\naccess_key_secret=s\nrole_arn=" + auditARN + "\nrole_session_name=ini\n"),
			"STS.role|LTAIini|" + auditARN + "|ini||3600.1", role + "profile default of ~/.alibabacloud/credentials, mode RamRoleArn"},
		"ini, by the flag": {func(w *world) {
			w.config("a", ak("a"))
			ini("[x]\ntype=access_key\naccess_key_id=LTAIx\naccess_key_secret=s\n")(w)
			w.options.Profile = "x"
		}, "LTAIx", "profile x of ~/.alibabacloud/credentials, mode AK"},
		"ini, elsewhere": {func(w *world) {
			w.env["ALIBABA_CLOUD_CREDENTIALS_FILE"] = w.file("creds", "[default]\ntype=access_key\naccess_key_id=LTAIfile\naccess_key_secret=s\n")
		}, "LTAIfile", ""},
		"OIDC of a cluster": {func(w *world) {
			env("ALIBABA_CLOUD_OIDC_TOKEN_FILE", w.file("token", "jwt"), "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", providerARN, "ALIBABA_CLOUD_ROLE_ARN", auditARN)(w)
		}, "STS.oidc||" + auditARN + "|esaudit|" + providerARN + "|jwt.1", "OIDC role " + auditARN + ", ALIBABA_CLOUD_OIDC_TOKEN_FILE"},
		"metadata":        {func(w *world) { w.noMetadata = false }, "STS.ecs ecs-role.1", "ECS instance role"},
		"metadata, named": {func(w *world) { w.noMetadata = false; w.env["ALIBABA_CLOUD_ECS_METADATA"] = "mine" }, "STS.ecs mine.1", "ECS instance role"},
		"metadata v1":     {func(w *world) { w.noMetadata, w.v1only = false, true }, "STS.ecs ecs-role.1", "ECS instance role"},
		"nothing yet": {func(w *world) {
			w.config("default", map[string]any{"name": "default", "mode": "AK", "region_id": "cn-hangzhou"})
			w.noMetadata = false
		}, "STS.ecs ecs-role.1", "ECS instance role"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c.set(w)
			id, source, err := w.find()
			if err != nil || id != c.id || c.source != "" && source != c.source {
				t.Errorf("%v\nid     %s\nnot    %s\nsource %s\nnot    %s", err, id, c.id, source, c.source)
			}
		})
	}
}

// A credentials URI gives a key; the URI itself stays secret.
func TestCredentialsURI(t *testing.T) {
	w := newWorld(t)
	uri := newVendor(t, func(rw http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "me" || password != "hunter2hunter2" || r.URL.RawQuery != "key=hunter3hunter3" {
			http.Error(rw, "no", http.StatusForbidden)
			return
		}
		json.NewEncoder(rw).Encode(w.temporary("uri"))
	})
	address := strings.Replace(uri.URL, "://", "://me:hunter2hunter2@", 1) + "/c?key=hunter3hunter3"
	w.env["ALIBABA_CLOUD_CREDENTIALS_URI"] = address
	id, source, err := w.find()
	if err != nil || id != "STS.uri.1" {
		t.Fatal(id, err)
	}
	if host := strings.TrimPrefix(uri.URL, "http://"); source != "credentials URI at "+host+", ALIBABA_CLOUD_CREDENTIALS_URI" {
		t.Error(source)
	}
	w.config("ops", map[string]any{"name": "ops", "mode": "CredentialsURI", "credentials_uri": address})
	if id, source, err = w.find(); err != nil || id != "STS.uri.2" || !strings.HasSuffix(source, "profile ops of ~/.aliyun/config.json, mode CredentialsURI") {
		t.Error(id, source, err)
	}
	noSecrets(t, "the source", source, "hunter2hunter2", "hunter3hunter3")
}

// What cannot be used is an error that names the source and what is missing,
// and nobody else's credentials are used instead.
func TestUnusable(t *testing.T) {
	const secret = "hunter2hunter2hunter2"
	for name, c := range map[string]struct {
		set func(*world)
		why []string
	}{
		"nothing": {func(*world) {}, []string{
			"ALIBABA_CLOUD_ACCESS_KEY_ID is not set", "ALIBABA_CLOUD_OIDC_TOKEN_FILE is not set", "~/.aliyun/config.json does not exist",
			"~/.alibabacloud/credentials does not exist", "ECS instance role: ask for the instance's role: HTTP 404", "ALIBABA_CLOUD_CREDENTIALS_URI is not set"}},
		"metadata that breaks": {func(w *world) {
			w.noMetadata, w.v1only = false, true
			w.metadata.reply = func(rw http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPut {
					hijack(func(net.Conn) {})(rw, r)
					return
				}
				w.serveMetadata(rw, r)
			}
		}, []string{"ECS instance role: ask for a token: reset"}},
		"switched off": {func(w *world) {
			w.config("a", ak("a"))
			w.env["ALIBABA_CLOUD_CLI_PROFILE_DISABLED"], w.env["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true", "True"
		}, []string{"switched off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "switched off by ALIBABA_CLOUD_ECS_METADATA_DISABLED"}},
		"v1 switched off": {func(w *world) { w.noMetadata, w.v1only = false, true; w.env["ALIBABA_CLOUD_IMDSV1_DISABLED"] = "true" },
			[]string{"ECS instance role: ask for a token: HTTP 403"}},
		"no secret": {func(w *world) { w.config("a", ak("a")); w.env["ALIBABA_CLOUD_ACCESS_KEY_ID"] = "LTAIenv" },
			[]string{"ALIBABA_CLOUD_ACCESS_KEY_ID is set, and ALIBABA_CLOUD_ACCESS_KEY_SECRET is not"}},
		"no id": {func(w *world) { w.config("a", ak("a")); w.env["ALIBABACLOUD_ACCESS_KEY_SECRET"] = secret },
			[]string{"ALIBABACLOUD_ACCESS_KEY_SECRET is set, and ALIBABACLOUD_ACCESS_KEY_ID is not"}},
		"half of OIDC": {func(w *world) { w.config("a", ak("a")); w.env["ALIBABA_CLOUD_OIDC_TOKEN_FILE"] = "/t" },
			[]string{"ALIBABA_CLOUD_OIDC_TOKEN_FILE is set, and ALIBABA_CLOUD_OIDC_PROVIDER_ARN is not"}},
		"no role": {func(w *world) {
			w.env["ALIBABA_CLOUD_ACCESS_KEY_ID"], w.env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"], w.env["ALIBABA_CLOUD_ROLE_ARN"] = "LTAIenv", secret, "audit"
		}, []string{`assume role "audit"`, "acs:ram::ACCOUNT:role/NAME"}},
		"no such profile": {func(w *world) { w.config("a", ak("a"), ak("b")); w.options.Profile = "c" }, []string{`~/.aliyun/config.json has no profile "c" (it has "a", "b")`, "~/.alibabacloud/credentials does not exist"}},
		"no such profile, named by the environment": {func(w *world) { w.config("a", ak("a")); w.noMetadata = false; w.env["ALIBABA_CLOUD_PROFILE"] = "c" }, []string{`has no profile "c"`}},
		"broken config": {func(w *world) {
			w.file(".aliyun/config.json", `{"current":"a","profiles":[{"name":"a","access_key_secret":"`+secret+`]}`)
		}, []string{"~/.aliyun/config.json: it is not the JSON"}},
		"config of other types": {func(w *world) {
			w.file(".aliyun/config.json", `{"current":"a","profiles":[{"name":"a","expired_seconds":"`+secret+`"}]}`)
		}, []string{"~/.aliyun/config.json: it is not the JSON"}},
		"config is a directory": {func(w *world) { w.file(".aliyun/config.json/x", "") }, []string{"read ~/.aliyun/config.json"}},
		"broken ini":            {func(w *world) { w.file(".alibabacloud/credentials", "[default]\n"+secret+"\n") }, []string{"~/.alibabacloud/credentials: it is not an ini file"}},
		"no id in it":           {func(w *world) { w.config("a", with(ak("a"), "access_key_id", "")) }, []string{"profile a of ~/.aliyun/config.json, mode AK: access_key_id is missing"}},
		"no token in it":        {func(w *world) { w.config("a", with(ak("a"), "mode", "StsToken")) }, []string{"sts_token is missing"}},
		"no mode":               {func(w *world) { w.config("a", with(ak("a"), "mode", "")) }, []string{"profile a of ~/.aliyun/config.json: mode is missing"}},
		"empty, by the flag":    {func(w *world) { w.config("a", map[string]any{"name": "a", "mode": "AK"}); w.options.Profile = "a" }, []string{"access_key_id is missing"}},
		"no source": {func(w *world) {
			w.config("a", with(ak("a"), "mode", "ChainableRamRoleArn", "ram_role_arn", auditARN, "source_profile", "z"))
		}, []string{`source_profile "z" is not there ("a" are)`}},
		"in a circle": {func(w *world) {
			w.config("a", with(ak("a"), "mode", "ChainableRamRoleArn", "ram_role_arn", auditARN, "source_profile", "b"),
				with(ak("b"), "mode", "ChainableRamRoleArn", "ram_role_arn", auditARN, "source_profile", "a"))
		}, []string{"find credentials: profile a of ~/.aliyun/config.json, mode ChainableRamRoleArn: profile b of ~/.aliyun/config.json, mode ChainableRamRoleArn: " +
			"profile a of ~/.aliyun/config.json, mode ChainableRamRoleArn: it is its own source: a <- b <- a"}},
		"a program":    {func(w *world) { w.config("a", with(ak("a"), "mode", "External", "process_command", "echo "+secret)) }, []string{"mode External", "does not run programs"}},
		"another mode": {func(w *world) { w.config("a", with(ak("a"), "mode", "BearerToken", "bearer_token", secret)) }, []string{"mode BearerToken: the mode is not one of AK"}},
		"login expired": {func(w *world) {
			w.config("a", with(ak("a"), "mode", "OAuth", "sts_token", secret, "sts_expiration", newClock().Now().Unix()))
		}, []string{"mode OAuth: the login has expired"}},
		"URI of no kind": {func(w *world) { w.env["ALIBABA_CLOUD_CREDENTIALS_URI"] = "file:///etc/" + secret }, []string{"credentials URI is no http or https URL"}},
		"URI in clear": {func(w *world) {
			w.env["ALIBABA_CLOUD_CREDENTIALS_URI"] = "http://u:" + secret + "@keys.example/" + secret
		}, []string{"host keys.example: plain HTTP is for loopback addresses only"}},
		"no OIDC token": {func(w *world) {
			w.config("a", map[string]any{"name": "a", "mode": "OIDC", "ram_role_arn": auditARN, "oidc_provider_arn": providerARN, "oidc_token_file": "/nowhere/token"})
		}, []string{"mode OIDC: read token: open /nowhere/token"}},
		"session of less": {func(w *world) {
			w.config("a", with(ak("a"), "mode", "RamRoleArn", "ram_role_arn", auditARN, "expired_seconds", 60))
		}, []string{"a session of 60 seconds"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c.set(w)
			id, source, err := w.find()
			if err == nil {
				t.Fatalf("%s from %s", id, source)
			}
			for _, why := range c.why {
				if !strings.Contains(err.Error(), why) {
					t.Errorf("%v\ndoes not say %q", err, why)
				}
			}
			if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), w.home) {
				t.Errorf("%v", err)
			}
			noSecrets(t, "the error", err.Error(), secret, "secret-of-a")
		})
	}
}

// Where STS is asked: as the profile and the environment say.
func TestSTSHost(t *testing.T) {
	for want, set := range map[string]func(*world){
		"sts.aliyuncs.com":             func(*world) {},
		"sts.cn-shanghai.aliyuncs.com": func(w *world) { w.env["ALIBABA_CLOUD_STS_REGION"] = "cn-shanghai" },
		"sts-vpc.cn-shanghai.aliyuncs.com": func(w *world) {
			w.env["ALIBABA_CLOUD_STS_REGION"], w.env["ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"] = "cn-shanghai", "true"
		},
		"sts.ap-southeast-1.aliyuncs.com": func(w *world) {
			w.env["ALIBABA_CLOUD_STS_REGION"] = "cn-shanghai"
			w.config("a", with(ak("a"), "mode", "RamRoleArn", "ram_role_arn", auditARN, "sts_region", "ap-southeast-1"))
		},
	} {
		w := newWorld(t)
		w.config("a", with(ak("a"), "mode", "RamRoleArn", "ram_role_arn", auditARN))
		set(w)
		if _, _, err := w.find(); err != nil {
			t.Fatal(err)
		}
		s := w.sts.asked()[0]
		checkSignature(t, s, "secret-of-a")
		if s.host != want || s.query.Has("RoleArn") {
			t.Errorf("%s %v, not %s", s.host, s.query, want)
		}
	}
}

// Several accounts: each role is assumed from the same base, and its calls are
// signed with its own key.
func TestAssume(t *testing.T) {
	w := newWorld(t)
	w.config("a", ak("a"))
	c := w.cloud()
	base, err := c.Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other := strings.Replace(auditARN, "1234567890123456", "6543210987654321", 1)
	for i, arn := range []string{auditARN, other} {
		k, err := c.Assume(base, Role{ARN: arn, ExternalID: "ext"})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(w.sts.asked()); n != 2*i {
			t.Errorf("%d requests before the first use", n)
		}
		call(t, c.Caller(k), request("vpc", "DescribeVpcs"))
		s := w.sts.asked()[2*i+1]
		id := fmt.Sprintf("role|LTAIa|%s|esaudit|ext|3600", arn)
		if s.query.Get("AccessKeyId") != fmt.Sprintf("STS.%s.%d", id, i+1) || s.query.Get("SecurityToken") == "" {
			t.Errorf("%v", s.query)
		}
		checkSignature(t, s, fmt.Sprintf("secret-of-%s-%d", id, i+1))
	}
	if _, err := c.Assume(base, Role{ARN: "acs:ram::1:user/x"}); err == nil {
		t.Error("a user is assumed")
	}
}

// Requests that enter an account count in the total like others.
func TestEnteringCounts(t *testing.T) {
	w := newWorld(t)
	w.config("a", ak("a"))
	w.options.MaxQPS = 1
	c := w.cloud()
	base, err := c.Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	began := w.clock.Now()
	for range 2 {
		k, err := c.Assume(base, Role{ARN: auditARN})
		if err != nil {
			t.Fatal(err)
		}
		call(t, c.Caller(k), request("vpc", "DescribeVpcs"))
	}
	if n, took := len(w.sts.asked()), w.clock.Now().Sub(began); n != 4 || took != 3*time.Second {
		t.Errorf("%d requests in %v, at one a second", n, took)
	}
}

// A key is renewed before it expires, once for all who ask, and one that still
// works is used when renewing fails.
func TestRenew(t *testing.T) {
	w := newWorld(t)
	w.config("a", with(ak("a"), "mode", "RamRoleArn", "ram_role_arn", auditARN))
	c := w.cloud()
	k, err := c.Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	everybody := func() []string {
		var all sync.WaitGroup
		ids := make([]string, 32)
		for i := range ids {
			all.Go(func() {
				key, err := k.Key(t.Context())
				if err != nil {
					t.Error(err)
				}
				ids[i] = key.ID[strings.LastIndex(key.ID, ".")+1:]
			})
		}
		all.Wait()
		slices.Sort(ids)
		return slices.Compact(ids)
	}
	steps := []struct {
		pass time.Duration
		want string
	}{{0, "[1]"}, {56 * time.Minute, "[1]"}, {2 * time.Minute, "[2]"}, {time.Hour, "[3]"}}
	for _, s := range steps {
		w.clock.pass(s.pass)
		if got := fmt.Sprint(everybody()); got != s.want {
			t.Errorf("keys %s, not %s", got, s.want)
		}
	}
	w.sts.reply = says(403, `{"Code":"NoPermission","Message":"no"}`)
	w.clock.pass(58 * time.Minute)
	if got := fmt.Sprint(everybody()); got != "[3]" || len(w.sts.asked()) != 4 {
		t.Errorf("keys %s after %d requests", got, len(w.sts.asked()))
	}
	w.clock.pass(2 * time.Minute)
	if _, err := k.Key(t.Context()); err == nil || !strings.Contains(err.Error(), "get credentials: role "+auditARN) || !strings.Contains(err.Error(), "HTTP 403 NoPermission: no") {
		t.Error(err)
	}
}

// Who waits for a renewal that fails is told so, and does not try it again; who
// gives up waiting does not wait.
func TestRenewFails(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	var fetches atomic.Int64
	k := newCredentials(newClock(), "test", func(context.Context) (Key, error) {
		fetches.Add(1)
		entered <- struct{}{}
		<-leave
		return Key{}, errors.New("broken")
	})
	var all sync.WaitGroup
	all.Go(func() {
		if _, err := k.Key(t.Context()); err == nil {
			t.Error("no error")
		}
	})
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.Key(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(leave)
	all.Wait()
	if fetches.Load() != 1 {
		t.Errorf("%d fetches", fetches.Load())
	}
}

// When the vendor says that a token has expired, another is got at once; one
// that cannot be renewed is not asked for again.
func TestExpired(t *testing.T) {
	w := newWorld(t)
	w.config("a", with(ak("a"), "mode", "RamRoleArn", "ram_role_arn", auditARN))
	c := w.cloud()
	k, err := c.Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	expired := says(400, `{"Code":"InvalidSecurityToken.Expired","Message":"x"}`)
	w.sts.reply = func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Host, "vpc") && strings.HasSuffix(r.Form.Get("AccessKeyId"), ".1") {
			expired(rw, r)
			return
		}
		w.serveSTS(rw, r)
	}
	if a := call(t, c.Caller(k), request("vpc", "DescribeVpcs")); a.Status != 200 || len(w.sts.asked()) != 4 || len(w.clock.sleeps()) > 0 {
		t.Errorf("%s after %d requests", describe(a), len(w.sts.asked()))
	}
	v := newVendor(t, expired)
	if a := call(t, caller(t, v, Options{}), request("vpc", "DescribeVpcs")); a.Status != 400 || len(v.asked()) != 1 {
		t.Errorf("%s after %d requests", describe(a), len(v.asked()))
	}
}

// Services that give keys may answer anything.
func TestBadKeys(t *testing.T) {
	const secret = "hunter2hunter2hunter2"
	for _, body := range []string{
		`{"Credentials":{"AccessKeyId":"x","AccessKeySecret":"` + secret + `","Expiration":"2026-11-23T00:00:00Z"}}`,
		``, `{}`, `[]`, `null`, `<html>` + secret, `{"Credentials":null}`, `{"Credentials":{"AccessKeyId":"x","AccessKeySecret":"` + secret + `"}}`,
		`{"Credentials":{"AccessKeyId":"x","AccessKeySecret":"` + secret + `","SecurityToken":"t","Expiration":"soon"}}`,
		`{"Credentials":{"AccessKeyId":5}}`, `{"Credentials":{"AccessKeyId":"x","AccessKeySecret":"` + secret,
	} {
		w := newWorld(t)
		w.sts.reply = says(200, body)
		w.config("a", with(ak("a"), "mode", "RamRoleArn", "ram_role_arn", auditARN))
		_, _, err := w.find()
		if err == nil || !strings.Contains(err.Error(), errNoKey.Error()) {
			t.Errorf("%s: %v", body, err)
			continue
		}
		noSecrets(t, "the error", err.Error(), secret)
	}
}

// WhoAmI names the identity and where it comes from; its error says why there
// is none, without the signed URL.
func TestWhoAmI(t *testing.T) {
	w := newWorld(t)
	w.config("a", ak("a"))
	c := w.cloud()
	k, err := c.Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Caller(k).WhoAmI(t.Context())
	want := Identity{
		Account: "1234567890123456", Type: "RAMUser", ARN: "acs:ram::1234567890123456:user/ops", User: "2",
		Source: "profile a of ~/.aliyun/config.json, mode AK", Date: "Sun, 22 Nov 2026 06:21:48 GMT",
	}
	if err != nil || got != want {
		t.Errorf("%v\n%+v, not\n%+v", err, got, want)
	}
	for name, reply := range map[string]http.HandlerFunc{
		"HTTP 404 InvalidAccessKeyId.NotFound: Specified access key is not found.": says(404, `{"Code":"InvalidAccessKeyId.NotFound","Message":"Specified access key\nis not found."}`),
		"HTTP 500":                    says(500, `<html>`),
		"the answer names no account": says(200, `{"AccountId":""}`),
	} {
		w.sts.reply = reply
		_, err := c.Caller(k).WhoAmI(t.Context())
		if err == nil || err.Error() != "identify caller (profile a of ~/.aliyun/config.json, mode AK): "+name {
			t.Errorf("%v, not %s", err, name)
		}
	}
	w.sts.Close()
	_, err = c.Caller(fixed(w.clock, "test", testKey())).WhoAmI(t.Context())
	if err == nil || !strings.Contains(err.Error(), "identify caller (test): refused: dial tcp 127.0.0.1:") {
		t.Fatal(err)
	}
	noSecrets(t, "the error", err.Error(), testKey().Secret, testKey().Token, "Signature")
}

// Whatever is printed of keys and credentials, no secret is in it.
func TestPrinted(t *testing.T) {
	k := testKey()
	credentials := fixed(newClock(), "environment", k)
	if _, err := credentials.Key(t.Context()); err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	all := string(asJSON)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		all += fmt.Sprintf(" "+verb+" "+verb+" "+verb, k, &k, credentials)
	}
	noSecrets(t, "what is printed", all, k.Secret, k.Token)
}
