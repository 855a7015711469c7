package main

import "strings"

// knownFix is what mends an error whose text has a sign.
type knownFix struct{ sign, fix string }

// knownFixes are of errors of credentials and of the way to the API; of several
// whose signs a text has, the first counts.
func knownFixes() []knownFix {
	return []knownFix{
		{"SignatureDoesNotMatch", "the access key's secret is another one: set ALIBABA_CLOUD_ACCESS_KEY_SECRET, or make a new key in the RAM console"},
		{"InvalidAccessKeyId", "the access key is not there or disabled: look in the RAM console, and set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"},
		{"SecurityToken", "the token of the temporary key is over or missing: get a new one, and set ALIBABA_CLOUD_SECURITY_TOKEN with its key"},
		{"TimeStamp", "the clock is wrong: set it by the network (timedatectl set-ntp true)"},
		{"Timestamp", "the clock is wrong: set it by the network (timedatectl set-ntp true)"},
		{"none found", "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or name a profile of ~/.aliyun/config.json (--profile)"},
		{"_KEY_SECRET is set, and", "set both of the pair, ID and secret"},
		{"_KEY_ID is set, and", "set both of the pair, ID and secret"},
		{"proxy", "set HTTPS_PROXY to the proxy's URL, or NO_PROXY=.aliyuncs.com to go without"},
		{"product-endpoint", "write --product-endpoint PRODUCT=https://HOST, a product at most once"},
		{"private endpoints", "name the region in a VPC of which this runs, or leave --vpc-endpoints out"},
		{"endpoint", "name the endpoint as https://HOST[:PORT], or http:// with a loopback address"},
		{"first record does not look like", "nothing speaks TLS there: look at the port; plain http:// is for loopback addresses"},
		{"HTTP response to HTTPS client", "nothing speaks TLS there: look at the port; plain http:// is for loopback addresses"},
		{"no such host", "the name server does not know the host: see whether there is a network; a proxy is named by HTTPS_PROXY; in a VPC without a way out, use --vpc-endpoints REGION"},
		{"tls", "something on the way shows another certificate: a proxy that reads along needs its authority in the system's store (SSL_CERT_FILE)"},
		{"refused", "nothing listens there: look at --endpoint, HTTPS_PROXY and the firewall (port 443 to *.aliyuncs.com)"},
		{"timeout", "the way is closed or slow: look at HTTPS_PROXY and the firewall (port 443 to *.aliyuncs.com); in a VPC without a way out, use --vpc-endpoints REGION"},
		{"ListAccounts", "list accounts with the directory's own account, or an administrator that it delegates to, and allow resourcemanager:ListAccounts; or name roles (--account-role)"},
		{"--skip-own-account", "name roles (--account-role, --organization-role), or leave --skip-own-account out"},
		{"read roles: open", "name a file that is there, with a role on each line (acs:ram::ACCOUNT:role/NAME)"},
		{"is no role", "write a role as acs:ram::ACCOUNT:role/NAME, or @FILE with one on each line"},
		{"NoPermission", "the role does not trust this identity, or it may not assume roles: allow sts:AssumeRole and name it in the role's trust policy"},
		{"EntityNotExist.Role", "there is no such role in that account: make it, with the policy that esaudit permissions --for collect writes, and trust this account in it"},
		{"AssumeRole", "the role does not trust this identity, or it may not assume roles: allow sts:AssumeRole and name it in the role's trust policy"},
		{"profile", "name a profile that is there: aliyun configure list shows them"},
	}
}

// fixOf says what mends an error of credentials or of the way to the API.
func fixOf(text string) string {
	if rest, ok := strings.CutPrefix(text, "identify caller ("); ok { // where the credentials come from is no sign
		_, text, _ = strings.Cut(rest, "): ")
	}
	for _, known := range knownFixes() {
		if strings.Contains(text, known.sign) {
			return known.fix
		}
	}
	return "look at the message; esaudit whoami shows which identity is used"
}
