package cloud

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Every variable that is read holds a secret of its own, and everything goes
// wrong that can: no error, source or answer shows one of them.
func TestNoSecretComesOut(t *testing.T) {
	var secrets []string
	secret := func() string {
		s := fmt.Sprintf("Canary%02d/Sec+retSecretSecret==", len(secrets))
		secrets = append(secrets, s)
		return s
	}
	echo := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"Code":"SignatureDoesNotMatch","Message":%q}`, "server string to sign is: "+r.URL.String()+fmt.Sprint(r.Header, r.Form)+percent(r.URL.RawQuery))
		}
	}
	for name, set := range map[string]func(*world){
		"key": func(w *world) {
			w.env["ALIBABA_CLOUD_ACCESS_KEY_ID"], w.env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = "LTAIx", secret()
		},
		"token": func(w *world) {
			w.env["ALIBABA_CLOUD_ACCESS_KEY_ID"], w.env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"], w.env["ALIBABA_CLOUD_SECURITY_TOKEN"] = "STS.x", secret(), secret()
		},
		"role": func(w *world) {
			w.env["ALIBABA_CLOUD_ACCESS_KEY_ID"], w.env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"], w.env["ALIBABA_CLOUD_ROLE_ARN"] = "LTAIx", secret(), auditARN
		},
		"OIDC": func(w *world) {
			w.env["ALIBABA_CLOUD_OIDC_TOKEN_FILE"] = w.file("token", secret())
			w.env["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"], w.env["ALIBABA_CLOUD_ROLE_ARN"] = providerARN, auditARN
		},
		"profile": func(w *world) {
			w.config("a", with(ak("a"), "mode", "StsToken", "access_key_secret", secret(), "sts_token", secret()))
		},
		"ini": func(w *world) {
			w.file(".alibabacloud/credentials", "[default]\ntype=access_key\naccess_key_id=x\naccess_key_secret="+secret()+"\n")
		},
		"URI": func(w *world) {
			w.env["ALIBABA_CLOUD_CREDENTIALS_URI"] = w.metadata.URL + "/" + secret() + "?x=" + secret()
		},
	} {
		for _, status := range []int{400, 403, 500} {
			w := newWorld(t)
			set(w)
			w.env["HTTPS_PROXY"] = "http://user:" + strings.ReplaceAll(secret(), "/", "-") + "@127.0.0.1:1"
			secrets[len(secrets)-1] = strings.ReplaceAll(secrets[len(secrets)-1], "/", "-")
			w.sts.reply, w.metadata.reply = echo(status), echo(status)
			var out []string
			c := w.cloud()
			k, err := c.Credentials(t.Context())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			who := c.Caller(k)
			for _, r := range [][2]string{{"ecs", "DescribeInstances"}, {"elasticsearch", "ListInstance"}} {
				a, err := who.Call(t.Context(), request(r[0], r[1]))
				out = append(out, describe(a), fmt.Sprint(err))
			}
			_, err = who.WhoAmI(t.Context())
			out = append(out, fmt.Sprint(err), k.Source(), who.Source(), fmt.Sprintf("%+v %#v", k, k))
			noSecrets(t, name, strings.Join(out, "\n"), secrets...)
			if len(w.sts.asked())+len(w.metadata.asked()) == 0 {
				t.Errorf("%s: nothing was asked", name)
			}
		}
	}
}
