package redact_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"esaudit/collector/recording"
	"esaudit/internal/estate"
	"esaudit/redact"
)

// What is planted wherever people write what they like.
const (
	needle     = "Needle0"
	plantedNet = "203.0.113.77"
	planted    = needle + " 42 " + plantedNet + " [2001:db8:77::9] 2001:0DB8:77::a/64 ::ffff:203.0.113.77 1234567890123456 acs:ram::1234567890123456:user/" + needle + "X LTAI5t" + needle + "Key1"
)

// free reports whether people write what they like into a field, and nothing is
// joined by it.
func free(key string) bool {
	lower := strings.ToLower(key)
	joined := []string{"username", "groupname", "rolename", "policyname", "principalname", "trailname", "servicename", "eventname", "actionname", "localname", "osname", "osnameen",
		"gcname", "plugname", "regionname", "zonename", "dnsname", "privateservicename", "prefixlistname", "action.destructive_requires_name"}
	if slices.Contains(joined, lower) {
		return false
	}
	for _, end := range []string{"name", "description", "comments", "comment", "email", "phone", "remark", "tagvalue", "reason"} {
		if strings.HasSuffix(lower, end) {
			return key != "name" || end == "description"
		}
	}
	return false
}

func plantIn(value any, count *int) any {
	switch v := value.(type) {
	case map[string]any:
		if v["source"] == "SYSTEM" { // the vendor's own plugin
			return value
		}
		for key, inner := range v {
			if _, text := inner.(string); text && free(key) {
				v[key] = planted
				*count++
				continue
			}
			v[key] = plantIn(inner, count)
		}
	case []any:
		for i := range v {
			v[i] = plantIn(v[i], count)
		}
	}
	return value
}

// plantedIn is a recording with needles in every free field, tag and policy.
func plantedIn(t *testing.T, p recording.Part) (recording.Part, int) {
	t.Helper()
	count := 0
	p.Answers = slices.Clone(p.Answers)
	for i, a := range p.Answers {
		var body any
		d := json.NewDecoder(strings.NewReader(string(a.Body)))
		d.UseNumber()
		if a.Status != 200 || d.Decode(&body) != nil {
			continue
		}
		out, err := json.Marshal(plantIn(body, &count))
		if err != nil {
			t.Fatal(err)
		}
		p.Answers[i].Body = out
	}
	return p, count
}

// Whatever stands in names, descriptions and tags: nothing of it is left anywhere.
func TestNothingPlantedIsLeft(t *testing.T) {
	for _, story := range estate.Stories() {
		if story.Name != "demo" && story.Name != "ram-people" && story.Name != "who-opened" {
			continue
		}
		part, count := plantedIn(t, story.Accounts[0].Part())
		if count < 20 {
			t.Fatalf("%s: only %d fields are planted", story.Name, count)
		}
		out := string(redacted(t, redact.New([]byte("a")), assembled(t, part)).Canonical())
		for _, left := range []string{needle, "203.0.113.", "198.51.100.", "2001:db8:77", "2001:0DB8:77", part.Account} {
			for line := range strings.Lines(out) {
				if strings.Contains(strings.ToLower(line), strings.ToLower(left)) {
					t.Errorf("%s: %s is left: %s", story.Name, left, strings.TrimSpace(line))
					break
				}
			}
		}
	}
}

// inside is what stands in the texts and documents that an account's answers hold,
// by the field: with a needle wherever people write what they like.
func inside() map[string]any {
	const policy = `{"Version":"1","Statement":[{"Sid":"Needle0Sid","Effect":"Allow","Action":"oss:*","Resource":[
		"acs:oss:*:1234567890123456:needle0-bucket","acs:oss:*:*:needle0-bucket/needle0/*","acs:ram::1234567890123456:role/Needle0Role",
		"acs:log:*:*:project/needle0/logstore/needle0","acs:fc:cn-hangzhou:1234567890123456:services/needle0","acs:kms:*:*:secret/needle0"],
		"Condition":{"StringLike":{"acs:RequestTag/owner":["Needle0 team","TmVlZGxlMA=="],"oss:Prefix":"needle0/%4Eeedle0","sts:RoleSessionName":"needle0@corp"},
		"IpAddress":{"acs:SourceIp":["203.0.113.77","2001:db8:77::/48"]}}}]}`
	const trust = `{"Version":"1","Statement":[{"Sid":"Needle0","Effect":"Allow","Action":"sts:AssumeRole","Principal":{
		"RAM":["acs:ram::1234567890123456:user/Needle0","acs:ram::1234567890123456:root","1234567890123456"],
		"Federated":["acs:ram::1234567890123456:saml-provider/Needle0","acs:ram::1234567890123456:oidc-provider/needle0"]},
		"Condition":{"StringEquals":{"oidc:iss":"https://sso.needle0.example/needle0","oidc:sub":"repo:needle0/app:ref","saml:recipient":"https://needle0.example/saml"}}}]}`
	settings := map[string]any{
		"cluster.name": "Needle0", "node.attr.team": "needle0", "node.name": "needle0-1", "reindex.remote.whitelist": "needle0.corp.example:9200, 203.0.113.77:9200",
		"http.cors.allow-origin": "https://needle0.corp.example/needle0", "xpack.security.authc.realms.ldap.needle0.url": "ldaps://needle0.corp.example:636",
		"xpack.security.authc.realms.ldap.needle0.bind_dn": "CORP\\needle0", "xpack.security.authc.realms.ldap.needle0.user_search.base_dn": "ou=needle0,dc=needle0",
		"xpack.security.authc.realms.saml.needle0.idp.entity_id":             "urn:needle0",
		"xpack.security.authc.realms.oidc.needle0.rp.client_id":              "needle0",
		"xpack.security.authc.realms.oidc.needle0.op.token_endpoint":         "https://login.example.com/needle0-tenant/token",
		"xpack.notification.email.account.needle0.email_defaults.from":       "Jo Needle0 <needle0@corp.example>",
		"xpack.notification.slack.account.needle0.message_defaults.to":       []any{"#needle0"},
		"xpack.security.audit.logfile.events.ignore_filters.needle0.users":   []any{"needle0"},
		"xpack.security.audit.logfile.events.ignore_filters.needle0.indices": []any{"logs"},
	}
	dashboards := map[string]any{"server.name": "kibana", "elasticsearch.username": "needle0", "xpack.security.loginAssistanceMessage": "call Needle0",
		"map.tilemap.url": "https://tiles.needle0.example/needle0", "xpack.security.authc.providers.saml.description": "Needle0 people"}
	return map[string]any{
		"PolicyDocument": policy, "AssumeRolePolicyDocument": trust, "esConfig": settings, "xpack.security.audit.enabled": nil,
		"kibanaSettings": dashboards, "DomainExtensions": map[string]any{"DomainExtension": []any{map[string]any{"Domain": "needle0.corp.example", "ServerCertificateId": "1234567890123456_needle"}}},
	}
}

// recordsInside are a change's event and action record with needles in them.
func recordsInside() (event, record map[string]any) {
	event = map[string]any{
		"eventId": "Needle0", "eventTime": "2026-11-20T00:00:00Z", "requestId": "Needle0-1", "serviceName": "Ram", "eventName": "AttachPolicyToUser",
		"sourceIpAddress": "203.0.113.77", "resourceName": "Needle0", "userAgent": "Needle0", "additionalEventData": map[string]any{"x": "Needle0"},
		"referencedResources": map[string]any{"ACS::RAM::User": []any{"Needle0"}},
		"requestParameters": map[string]any{"UserName": "Needle0", "PolicyName": "Needle0", "PolicyType": "Custom", "GroupName": "Needle0", "RoleName": "Needle0",
			"PrincipalName": "Needle0@1234567890123456.onaliyun.com", "UserARN": "acs:ram::1234567890123456:user/Needle0", "ips": []any{"203.0.113.77"}, "Description": "Needle0"},
		"responseElements": map[string]any{"accesskeyid": "STS.Needle0Needle0", "secret": "Needle0"},
		"userIdentity":     map[string]any{"type": "assumed-role", "principalId": "3012345678901234:needle0", "userName": "needle0:needle0", "accountId": "1234567890123456", "accessKeyId": "STS.Needle0"},
	}
	record = map[string]any{"actionName": "ModifyWhiteIps", "requestId": "Needle0-2", "userId": "1234567890123456", "userType": "MAIN", "startTime": 1763942400000,
		"stateType": "SUCCESS", "metaOld": "Needle0", "metaNow": "Needle0", "actionParams": map[string]any{"x": "Needle0"}, "recordDiff": "Needle0", "ownerId": "Needle0"}
	return event, record
}

// plantInside puts what stands inside of fields in their place.
func plantInside(value any, in map[string]any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			if put, ok := in[key]; ok && inner != nil && put != nil {
				v[key] = put
				continue
			}
			v[key] = plantInside(inner, in)
		}
		if _, listener := v["ListenerPort"]; listener {
			v["DomainExtensions"] = in["DomainExtensions"]
		}
	case []any:
		for i := range v {
			v[i] = plantInside(v[i], in)
		}
	}
	return value
}

// What stands inside of documents, settings, certificates' domains and records of
// changes leaves nothing either, as it is or encoded.
func TestNothingPlantedInsideIsLeft(t *testing.T) {
	stories := []string{"demo", "ram-people", "ram-careless", "who-opened"}
	event, record := recordsInside()
	for _, story := range estate.Stories() {
		if !slices.Contains(stories, story.Name) {
			continue
		}
		part := story.Accounts[0].Part()
		part.Answers = slices.Clone(part.Answers)
		for i, a := range part.Answers {
			var body map[string]any
			d := json.NewDecoder(strings.NewReader(string(a.Body)))
			d.UseNumber()
			if a.Status != 200 || d.Decode(&body) != nil {
				continue
			}
			plantInside(body, inside())
			switch a.Operation {
			case "LookupEvents":
				body["Events"] = []any{event}
			case "ListActionRecords":
				body["Result"] = []any{record}
			case "DescribeKibanaSettings":
				body["Result"] = inside()["kibanaSettings"]
			case "DescribeDynamicSettings":
				body["Result"] = map[string]any{"persistent": inside()["esConfig"]}
			}
			out, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			part.Answers[i].Body = out
		}
		whole := assembled(t, part)
		if n := strings.Count(strings.ToLower(string(whole.Canonical())), "needle0"); n < 20 {
			t.Fatalf("%s: only %d needles are planted", story.Name, n)
		}
		out := strings.ToLower(string(redacted(t, redact.New([]byte("a")), whole).Canonical()))
		for _, left := range []string{"needle0", "tmvlzgxlma", "eedle0", "203.0.113.", "2001:db8:77", "1234567890123456"} {
			for line := range strings.Lines(out) {
				if strings.Contains(line, left) {
					t.Errorf("%s: %s is left: %s", story.Name, left, strings.TrimSpace(line))
				}
			}
		}
	}
}
