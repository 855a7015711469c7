package main

import (
	"strings"
	"testing"
)

// Every fix is that of a message that there is, wherever the credentials came from,
// and no other fix is in its way.
func TestFixes(t *testing.T) {
	reached := map[string]bool{}
	for _, c := range []struct{ says, sign string }{
		{"HTTP 400 SignatureDoesNotMatch: Specified signature is not matched", "SignatureDoesNotMatch"},
		{"HTTP 404 InvalidAccessKeyId.NotFound: Specified access key is not found.", "InvalidAccessKeyId"},
		{"HTTP 400 InvalidSecurityToken.MismatchWithAccessKey: Specified SecurityToken mismatch with the AccessKey.", "SecurityToken"},
		{"HTTP 400 InvalidTimeStamp.Expired: Specified time stamp or date value is expired.", "TimeStamp"},
		{"HTTP 400 IllegalTimestamp: The input parameter Timestamp is expired", "Timestamp"},
		{"find credentials: none found: ~/.aliyun/config.json does not exist; ~/.alibabacloud/credentials does not exist", "none found"},
		{"find credentials: ALIBABA_CLOUD_ACCESS_KEY_SECRET is set, and ALIBABA_CLOUD_ACCESS_KEY_ID is not", "_KEY_SECRET is set, and"},
		{"find credentials: ALIBABA_CLOUD_ACCESS_KEY_ID is set, and ALIBABA_CLOUD_ACCESS_KEY_SECRET is not", "_KEY_ID is set, and"},
		{`find credentials: ~/.aliyun/config.json: no profile "ops"`, "profile"},
		{"get credentials: profile ops of ~/.aliyun/config.json, mode RamRoleArn: HTTP 403 NoPermission: no", "NoPermission"},
		{"use proxy: HTTPS_PROXY is no URL: http://HOST:PORT is one", "proxy"},
		{"refused: proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused", "proxy"},
		{"read settings: --product-endpoint: moon: no such product", "product-endpoint"},
		{`use private endpoints: none is known in region "mars-1"; there are some in cn-beijing`, "private endpoints"},
		{"use endpoint: it is no URL: https://HOST or http://127.0.0.1:PORT is one", "endpoint"},
		{"tls: tls: first record does not look like a TLS handshake", "first record does not look like"},
		{"tls: http: server gave HTTP response to HTTPS client", "HTTP response to HTTPS client"},
		{"refused: dial tcp: lookup sts.aliyuncs.com on 192.0.2.53:53: no such host", "no such host"},
		{"tls: tls: failed to verify certificate: x509: certificate signed by unknown authority", "tls"},
		{"refused: dial tcp 127.0.0.1:1: connect: connection refused", "refused"},
		{"timeout: dial tcp 192.0.2.1:443: i/o timeout", "timeout"},
		{"list accounts: resourcemanager ListAccounts: HTTP 403 NoPermission denied; it needs resourcemanager:ListAccounts, in the directory's own account", "ListAccounts"},
		{"collect: --skip-own-account leaves nothing to collect; name roles (--account-role)", "--skip-own-account"},
		{"read roles: open roles.txt: no such file or directory", "read roles: open"},
		{`read settings: --account-role: "x" is no role (acs:ram::ACCOUNT:role/NAME, or @FILE with one on each line)`, "is no role"},
		{"get credentials: role acs:ram::1:role/audit: HTTP 403 NoPermission: You are not authorized to do this action.", "NoPermission"},
		{"get credentials: role acs:ram::1:role/audit: HTTP 404 EntityNotExist.Role: The specified Role not exists.", "EntityNotExist.Role"},
		{"get credentials: AssumeRole: HTTP 400 InvalidParameter.RoleArn", "AssumeRole"},
	} {
		want := ""
		for _, known := range knownFixes() {
			if known.sign == c.sign {
				want = known.fix
			}
		}
		if got := fixOf(c.says); want == "" || got != want {
			t.Errorf("%s: %s, not %s", c.says, got, want)
		}
		reached[c.sign] = true
		if strings.HasPrefix(c.says, "HTTP") || strings.HasPrefix(c.says, "refused") || strings.HasPrefix(c.says, "t") {
			for _, source := range []string{"profile ops of ~/.aliyun/config.json, mode RamRoleArn", "environment, ALIBABA_CLOUD_ACCESS_KEY_ID", "ECS instance role, endpoint 100.100.100.200"} {
				if got := fixOf("identify caller (" + source + "): " + c.says); got != want {
					t.Errorf("%s by %s: %s, not %s", c.says, source, got, want)
				}
			}
		}
	}
	for _, known := range knownFixes() {
		if !reached[known.sign] {
			t.Errorf("no message has the sign %q", known.sign)
		}
	}
	if got := fixOf("something else"); !strings.Contains(got, "whoami") {
		t.Errorf("no fix of what nobody knows: %s", got)
	}
}

// A fix that several checks have stands once, and the others name where.
func TestFixStandsOnce(t *testing.T) {
	got := string(told(nil, []check{{"slb", "refused", "open it"}, {"vpc", "answers", ""}, {"nlb", "refused", "open it"}, {"alb", "denied", "allow it"}}))
	want := `WRONG  slb  refused
            fix: open it
ok     vpc  answers
WRONG  nlb  refused
            fix: as for slb
WRONG  alb  denied
            fix: allow it
`
	if got != want {
		t.Errorf("%s\nnot\n%s", got, want)
	}
}
