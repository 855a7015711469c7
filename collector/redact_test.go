package collector_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/snapshot"

	"pgregory.net/rapid"
)

// secretFields are fields whose value is a secret whatever it is.
func secretFields() []string {
	return []string{
		"password", "Password", "xpack.security.authc.realms.ldap.l.bind_password", "smtp.password", "keystore_passwd", "passphrase", "ssl.key_passphrase",
		"AccessKeySecret", "accessKeySecret", "SecurityToken", "AccessToken", "token", "x-auth-token", "client_secret", "secret", "s3.client.default.secret_key",
		"s3.client.default.access_key", "rp.client_secret", "api_key", "ApiKey", "private_key", "PrivateKey", "secure_bind_password", "Authorization", "Signature",
		"esAdminPassword", "MasterUserPassword", "adminPwd",
	}
}

// secretTexts are texts that hold a secret, written %s.
func secretTexts() []string {
	return []string{
		"ldap://cn=admin:%s@ldap.corp.example:389", "https://elastic:%s@es-cn-1.elasticsearch.aliyuncs.com:9200/_search", "elastic:%s@10.0.0.1:9200",
		"see http://a:%s@b and c", "http://:%s@proxy:8080", "password=%s", "password: %s", "PASSWORD = '%s'", `{"bind_password":"%s"}`, `{"a":{"b":[{"token":"%s"}]}}`,
		`[{"client_secret":"%s","x":1}]`, `{"broken":1,"password":"%s"`, `{\"Password\":\"%s\"}`, "https://oapi.dingtalk.com/robot/send?access_token=%s&x=1",
		"http://bucket.oss.aliyuncs.com/a.dic?Expires=1&OSSAccessKeyId=LTAI1&Signature=%s", "secret_key: %s", "Authorization: Bearer %s", "Authorization: Basic %s",
		`{"headers":{"Authorization":"Basic %s"}}`, "x-acs-security-token=%s", "-----BEGIN RSA PRIVATE KEY-----\n%s\n-----END RSA PRIVATE KEY-----", "apiKey=%s;y",
	}
}

// harmless are values that look like secrets to a careless reader.
func harmless() []string {
	return []string{
		"LTAI5tExampleExampleKey", "secure_bind_password", "xpack.security.authc.realms.ldap.ldap1.secure_bind_password", "es-cn-1.elasticsearch.aliyuncs.com:9200",
		"10:00@x", "23:59:59@Asia/Shanghai", "02:00-06:00", "ops@corp.example", "mailto:ops@corp.example", "alice@1234567890123456.onaliyun.com",
		"acs:ram::1234567890123456:user/alice", "acs:kms:*:*:secret/x", "acs:ram:*:1234567890123456:*", "acs:elasticsearch:*:*:instances/*", "kms:GetSecretValue",
		"ldap://ldap.corp.example:389", "https://hooks.corp.example/x?y=1", "[2001:db8::1]:9200", "0 0 01 ? * * *", "2026-11-22T00:00:00Z", "a:b", "x=y", "token",
		"the password is in the keystore", "+.*,-*", "ep-bp1.epsrv-bp1.cn-hangzhou.privatelink.aliyuncs.com:9200", "mode: password", "192.168.0.0/16, 10.0.0.1",
	}
}

// harmlessFields are fields that are no secrets though their names sound alike.
func harmlessFields() []string {
	return []string{
		"AccessKeyId", "UserAccessKeyId", "PasswordResetRequired", "MFABindRequired", "PasswordPolicy", "MinimumPasswordLength", "http.cors.allow-credentials",
		"xpack.security.authc.token.enabled", "HttpTokens", "tokenizer", "KeyPairName", "keystores", "PolicyDocumentName", "SignatureVersion", "secretary", "op.token_endpoint",
	}
}

// hide gives every object of a body the fields.
func hide(v any, fields object) any {
	switch v := v.(type) {
	case object:
		empty := len(v) == 0
		for name, inner := range v {
			v[name] = hide(inner, fields)
		}
		for name, value := range fields {
			if _, there := v[name]; !there && !empty {
				v[name] = value
			}
		}
	case []any:
		for i := range v {
			v[i] = hide(v[i], fields)
		}
	}
	return v
}

func snapshotBytes(t rapid.TB, answers ...api.Answer) []byte {
	return bytesOf(t, []recording.Part{{Account: "1", TakenAt: taken(), Regions: []string{hangzhou}, Answers: answers}})
}

// secretsEverywhere are fields that hold a secret in every form.
func secretsEverywhere(secret string) object {
	fields := object{}
	for i, field := range secretFields() {
		fields[field] = []any{secret, []any{secret}, object{"in": object{"deep": secret}}}[i%3]
		fields[fmt.Sprint("Tags", i)] = []any{
			object{"TagKey": field, "TagValue": secret}, object{"tagKey": field, "tagValue": secret}, object{"Key": field, "Value": secret}, object{"name": field, "value": secret},
		}
	}
	for i, form := range secretTexts() {
		text := fmt.Sprintf(form, secret)
		fields[fmt.Sprint("note", i)] = text
		fields[text] = "below a key that holds a secret"
		fields[fmt.Sprint("Policy", i)] = object{"PolicyDocument": text, "AssumeRolePolicyDocument": text}
	}
	return fields
}

// No secret of any form gets through, in whatever answer and at whatever depth
// (CONTRACT 4); what is none stays as it is.
func TestSecretsOfEveryAnswer(t *testing.T) {
	const secret = "hunter2-0123456789"
	visible := object{}
	for i, text := range harmless() {
		visible[fmt.Sprint("note", i)] = text
	}
	for _, field := range harmlessFields() {
		visible[field] = "visible as " + field
	}
	for _, op := range collector.Catalogue() {
		request, _ := ask(op)
		given := func(fields object) []byte {
			return snapshotBytes(t, api.Answer{Request: request, Status: 200, Body: must(t, hide(wellFormed(op), fields))})
		}
		got := given(secretsEverywhere(secret))
		for at := bytes.Index(got, []byte(secret)); at >= 0; at = -1 {
			t.Errorf("%s: the secret shows: %s", op.Operation, got[max(0, at-100):at+len(secret)])
		}
		if whereNothingIsKept(op) {
			continue
		}
		got = given(visible)
		for name, value := range visible {
			if !bytes.Contains(got, must(t, value)) && name != op.Payload.Path && !slices.Contains(op.Needs, name) {
				t.Errorf("%s: %s, %q, is destroyed", op.Operation, name, value)
			}
		}
	}
}

// whereNothingIsKept: answers of which nothing, or only texts, get into the
// snapshot.
func whereNothingIsKept(op collector.Op) bool {
	return op.Keep != nil || op.Kind == "" && !op.Own && op.Aspect == "" && op.Unless == "" || op.Payload.Type == collector.Strings || op.Payload.Type == collector.String || op.Unless != ""
}

// Settings that are JSON in a text, requests and refusals hold secrets too.
func TestSecretsOutsideOfPayloads(t *testing.T) {
	const secret = "hunter2-0123456789"
	var answers []api.Answer
	for i, form := range secretTexts() {
		text := fmt.Sprintf(form, secret)
		settings := must(t, map[string]any{"persistent": map[string]any{"note": text, "xpack.notification.slack.token": secret}})
		for _, id := range []string{fmt.Sprint("es-cn-", i), text} {
			call := ok("elasticsearch.DescribeDynamicSettings", string(must(t, object{"Result": string(settings)})))
			call.Params["InstanceId"] = id
			plain := ok("elasticsearch.DescribeDynamicSettings", string(must(t, object{"Result": text})))
			plain.Params["InstanceId"] = id + "-2"
			refused := denied("ecs.DescribeSecurityGroupAttribute")
			refused.Params["SecurityGroupId"] = text
			refused.Body = must(t, object{"Code": text, "Message": text})
			failed := api.Answer{Request: refused.Request, Err: text, Text: text}
			keys := ok("elasticsearch.GetKeystores", string(must(t, object{"Result": []string{text}})))
			keys.Params["InstanceId"] = id
			listed := ok("ecs.DescribeInstances", string(must(t, object{"Instances": object{"Instance": []any{object{"InstanceId": text}}}})))
			named := ok("privatelink.ListVpcEndpointConnections", string(must(t, object{"Connections": []any{object{"ServiceId": text, "EndpointId": text}}})))
			stamped := ok("cbn.ListTransitRouters", `{"TransitRouters":[{"TransitRouterId":"tr-1"}]}`)
			stamped.Params["CenId"] = text
			zones := ok("privatelink.DescribeZones", `{"Zones":{"Zone":[{"ZoneId":"a"}]}}`)
			zones.Params["ServiceResourceType"] = text
			answers = append(answers, call, plain, refused, failed, keys, listed, named, stamped, zones)
		}
	}
	got := snapshotBytes(t, answers...)
	if at := bytes.Index(got, []byte(secret)); at >= 0 {
		t.Errorf("the secret shows: %s", got[max(0, at-200):at+30])
	}
	if !bytes.Contains(got, []byte("slack.token")) || !bytes.Contains(got, []byte("ldap.corp.example:389")) {
		t.Error("more than the secrets is gone")
	}
}

// Whatever texts of whatever estate hold secrets, none gets through.
func TestSecretsInEstates(t *testing.T) {
	const secret = "hunter2-0123456789"
	recorded := opened(t, "p6-forwarded")
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.IntRange(1, 40).Draw(t, "one in")
		forms := rapid.SliceOfN(rapid.SampledFrom(secretTexts()), 1, 4).Draw(t, "forms")
		fields := rapid.SliceOfN(rapid.SampledFrom(secretFields()), 1, 4).Draw(t, "fields")
		n := 0
		parts := slices.Clone(recorded)
		for i := range parts {
			parts[i].Answers = slices.Clone(parts[i].Answers)
			for j := range parts[i].Answers {
				a := &parts[i].Answers[j]
				var body any
				if err := json.Unmarshal(a.Body, &body); err != nil {
					t.Fatal(err)
				}
				a.Body = must(t, plant(body, &n, one, fmt.Sprintf(forms[j%len(forms)], secret), fields[j%len(fields)], secret))
			}
		}
		if got := bytesOf(t, parts); bytes.Contains(got, []byte(secret)) {
			at := bytes.Index(got, []byte(secret))
			t.Fatalf("the secret shows: %s", got[max(0, at-300):at+30])
		}
	})
}

// plant replaces every so many texts, and gives every so many objects a field.
func plant(v any, n *int, one int, text, field, secret string) any {
	*n++
	hit := *n%one == 0
	switch v := v.(type) {
	case object:
		for name, inner := range v {
			v[name] = plant(inner, n, one, text, field, secret)
		}
		if hit {
			v[field] = secret
		}
	case []any:
		for i := range v {
			v[i] = plant(v[i], n, one, text, field, secret)
		}
	case string:
		if hit {
			return text
		}
	}
	return v
}

// A recording whose secrets were replaced when it was written gives the same
// snapshot as the run that made it (CONTRACT 3).
func TestRedactedRecordingGivesTheSame(t *testing.T) {
	for _, form := range secretTexts() {
		body := must(t, object{"Result": object{"note": fmt.Sprintf(form, "hunter2"), "password": "hunter2", "port": 9200, "tags": []any{object{"tagKey": "token", "tagValue": "hunter2"}}}})
		n, err := snapshot.ParseJSON(body)
		if err != nil {
			t.Fatal(err)
		}
		const call = "elasticsearch.DescribeInstance InstanceId=es-cn-1"
		live := snapshotBytes(t, ok(call, string(body)))
		replayed := snapshotBytes(t, ok(call, string(recording.Redact(n).AppendCompact(nil))))
		if !bytes.Equal(live, replayed) {
			t.Errorf("%s: %s", form, firstDifference(live, replayed))
		}
		if strings.Contains(string(live), "hunter2") {
			t.Errorf("%s shows through", form)
		}
	}
}
