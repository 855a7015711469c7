package emulator

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"

	"esaudit/collector/recording"
)

// redirected sends requests to the emulator and keeps the vendor's Host header.
type redirected struct {
	to string
	by http.RoundTripper
}

func (r redirected) RoundTrip(q *http.Request) (*http.Response, error) {
	out := q.Clone(q.Context())
	out.Host = q.URL.Hostname()
	out.URL.Host = strings.TrimPrefix(r.to, "http://")
	return r.by.RoundTrip(out)
}

// vendor is the vendor's SDK, redirected.
func vendor(t *testing.T, c *client, k auth.Credential) *sdk.Client {
	t.Helper()
	config := sdk.NewConfig()
	config.Transport = redirected{c.url, c.http.Transport}
	out, err := sdk.NewClientWithOptions(region, config, k)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sdkRequest makes a request of the SDK; a path makes it one of the ROA style.
func sdkRequest(domain, version, operation, path string, params map[string]string) *requests.CommonRequest {
	r := requests.NewCommonRequest()
	r.Method, r.Domain, r.Version, r.ApiName = http.MethodPost, domain, version, operation
	if path != "" {
		r.Method, r.PathPattern, r.PathParams = http.MethodGet, path, params
		return r
	}
	for name, value := range params {
		r.QueryParams[name] = value
	}
	return r
}

const (
	esHost  = "elasticsearch.cn-hangzhou.aliyuncs.com"
	esPath  = "/openapi/instances/[InstanceId]"
	ramHost = "ram.aliyuncs.com"
)

func TestSDK(t *testing.T) {
	s, c := serve(t, []recording.Part{smallPart()}, Options{})
	good := credentials.NewAccessKeyCredential(s.Key().ID, s.Key().Secret)
	form := sdkRequest("nlb.cn-hangzhou.aliyuncs.com", "2022-04-30", "ListServerGroupServers", "", nil)
	form.FormParams["ServerGroupId"] = "sgp-1"
	paged := sdkRequest(esHost, "2017-06-13", "ListInstance", "/openapi/instances", nil)
	paged.QueryParams["page"], paged.QueryParams["size"], paged.QueryParams["tags"] = "1", "100", ""
	change := sdkRequest(esHost, "2017-06-13", "ModifyWhiteIps", esPath+"/actions/modify-white-ips", map[string]string{"InstanceId": "es-cn-1"})
	change.Method = http.MethodPost
	change.SetContentType("application/json")
	change.SetContent([]byte(`{"whiteIpGroup":{"groupName":"g1","ips":["10.0.0.0/24"]}}`))
	for name, test := range map[string]struct {
		request   *requests.CommonRequest
		key       auth.Credential
		status    int
		code      string
		recommend string
		holds     string
	}{
		"RPC":                {request: sdkRequest(ramHost, "2015-05-01", "ListUsers", "", map[string]string{"MaxItems": "10"}), status: 200, holds: `"UserName":"a"`},
		"RPC with a form":    {request: form, status: 200, holds: `"ServerId":"i-1"`},
		"ROA":                {request: sdkRequest(esHost, "2017-06-13", "DescribeInstance", esPath, map[string]string{"InstanceId": "es-cn-1"}), status: 200, holds: `"instanceId":"es-cn-1"`},
		"ROA with a query":   {request: paged, status: 200, holds: `"X-Total-Count":1`},
		"ROA, not recorded":  {request: sdkRequest(esHost, "2017-06-13", "DescribeInstance", esPath, map[string]string{"InstanceId": "es-cn-2"}), status: 404, code: NotRecorded},
		"ROA write":          {request: change, status: 403, code: ReadOnly},
		"RPC, unknown key":   {request: sdkRequest(ramHost, "2015-05-01", "ListUsers", "", nil), key: credentials.NewAccessKeyCredential("no", "x"), status: 404, code: "InvalidAccessKeyId.NotFound"},
		"RPC, wrong secret":  {request: sdkRequest(ramHost, "2015-05-01", "ListUsers", "", nil), key: credentials.NewAccessKeyCredential(s.Key().ID, "x"), status: 400, code: "SignatureDoesNotMatch", recommend: "InvalidAccessKeySecret"},
		"ROA, wrong secret":  {request: sdkRequest(esHost, "2017-06-13", "DescribeInstance", esPath, map[string]string{"InstanceId": "es-cn-1"}), key: credentials.NewAccessKeyCredential(s.Key().ID, "x"), status: 400, code: "SignatureDoesNotMatch", recommend: "InvalidAccessKeySecret"},
		"another host's API": {request: sdkRequest("slb.aliyuncs.com", "2015-05-01", "ListUsers", "", nil), status: 400, code: "InvalidVersion"},
	} {
		t.Run(name, func(t *testing.T) {
			key := test.key
			if key == nil {
				key = good
			}
			response, err := vendor(t, c, key).ProcessCommonRequest(test.request)
			if test.code == "" {
				if err != nil || response.GetHttpStatus() != test.status || !strings.Contains(response.GetHttpContentString(), test.holds) {
					t.Errorf("%v: %s", err, response.GetHttpContentString())
				}
				return
			}
			refused, ok := errors.AsType[*sdkerrors.ServerError](err)
			if !ok || refused.HttpStatus() != test.status || refused.ErrorCode() != test.code || refused.RequestId() == "" {
				t.Fatalf("%v", err)
			}
			// The SDK compares the string to sign that the error tells with its own.
			if test.recommend != "" && !strings.Contains(refused.Recommend(), test.recommend) {
				t.Errorf("the SDK recommends %s", refused.Recommend())
			}
		})
	}
}

// Roles lead from one account to another; temporary credentials are accepted
// until they expire.
func TestRoles(t *testing.T) {
	other := part(line("sts.GetCallerIdentity", nil, 200, `{"RequestId":"6","AccountId":"2345678901234567"}`))
	other.Account, other.TakenAt = "2345678901234567", other.TakenAt.Add(time.Hour)
	now := timeNow()
	s, c := serve(t, []recording.Part{smallPart(), other}, Options{Now: now.read})
	key := vendor(t, c, credentials.NewAccessKeyCredential(s.Key().ID, s.Key().Secret))
	const stsHost, version = "sts.cn-hangzhou.aliyuncs.com", "2015-04-01"
	role := map[string]string{"RoleArn": "acs:ram::2345678901234567:role/audit", "RoleSessionName": "esaudit", "DurationSeconds": "900"}
	response, err := key.ProcessCommonRequest(sdkRequest(stsHost, version, "AssumeRole", "", role))
	if err != nil {
		t.Fatal(err)
	}
	assumed := sessionIn(t, response.GetHttpContentBytes())
	for name, body := range map[string]string{"Arn": "acs:ram::2345678901234567:role/audit/esaudit", "Expiration": now.read().Add(900e9).UTC().Format("2006-01-02T15:04:05Z")} {
		if !strings.Contains(response.GetHttpContentString(), body) {
			t.Errorf("%s is not %s: %s", name, body, response.GetHttpContentString())
		}
	}
	who := sdkRequest(stsHost, version, "GetCallerIdentity", "", nil)
	session := vendor(t, c, credentials.NewStsTokenCredential(assumed.ID, assumed.Secret, assumed.Token))
	if response, err := session.ProcessCommonRequest(who); err != nil || !strings.Contains(response.GetHttpContentString(), other.Account) {
		t.Errorf("with the role: %v", err)
	} else if date := response.GetHttpHeaders()["Date"]; len(date) != 1 || date[0] != "Sun, 22 Nov 2026 01:00:00 GMT" {
		t.Errorf("the other account's clock says %v", date)
	}
	clusters := sdkRequest(esHost, "2017-06-13", "ListInstance", "/openapi/instances", nil)
	if _, err := session.ProcessCommonRequest(clusters); err == nil || !strings.Contains(err.Error(), NotRecorded) {
		t.Errorf("the other account's clusters: %v", err)
	}
	for name, test := range map[string]struct {
		key  Key
		code string
	}{
		"without its token":      {Key{ID: assumed.ID, Secret: assumed.Secret}, "InvalidSecurityToken.MismatchWithAccessKey"},
		"with another secret":    {Key{ID: assumed.ID, Secret: "x", Token: assumed.Token}, "SignatureDoesNotMatch"},
		"for another account":    {Key{ID: strings.Replace(assumed.ID, "2345678901234567", "1234567890123456", 1), Secret: assumed.Secret, Token: assumed.Token}, "InvalidAccessKeyId.NotFound"},
		"with a longer lifetime": {Key{ID: strings.Replace(assumed.ID, ".1", ".2", 1), Secret: assumed.Secret, Token: assumed.Token}, "InvalidAccessKeyId.NotFound"},
	} {
		token := test.key.Token
		if token == "" {
			token = "none"
		}
		_, err := vendor(t, c, credentials.NewStsTokenCredential(test.key.ID, test.key.Secret, token)).ProcessCommonRequest(sdkRequest(stsHost, version, "GetCallerIdentity", "", nil))
		if refused, ok := errors.AsType[*sdkerrors.ServerError](err); !ok || refused.ErrorCode() != test.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, change := range map[string][2]string{
		"EntityNotExist.Role":                    {"RoleArn", "acs:ram::9:role/audit"},
		`"RoleArn" is not valid`:                 {"RoleArn", "acs:ram::9:user/a"},
		`"RoleSessionName" is not valid`:         {"RoleSessionName", "a b"},
		`"DurationSeconds" is not valid: 900 to`: {"DurationSeconds", "10"},
	} {
		bad := map[string]string{"RoleArn": role["RoleArn"], "RoleSessionName": "esaudit", change[0]: change[1]}
		if _, err := key.ProcessCommonRequest(sdkRequest(stsHost, version, "AssumeRole", "", bad)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	now.forward(901e9)
	if _, err := session.ProcessCommonRequest(sdkRequest(stsHost, version, "GetCallerIdentity", "", nil)); err == nil || !strings.Contains(err.Error(), "InvalidSecurityToken.Expired") {
		t.Errorf("after its time: %v", err)
	}
}

// A token of an identity provider is proof enough, and is not kept.
func TestOIDC(t *testing.T) {
	s, c := serve(t, []recording.Part{smallPart()}, Options{})
	ask := func(token string) reply {
		body := url.Values{"RoleArn": {"acs:ram::1234567890123456:role/ci"}, "OIDCProviderArn": {"acs:ram::1234567890123456:oidc-provider/github"}, "RoleSessionName": {"run-1"}, "OIDCToken": {token}}
		r, err := http.NewRequest("POST", c.url+"/?Action=AssumeRoleWithOIDC&Version=2015-04-01&Format=JSON&Timestamp=2026-11-22T00:00:00Z", strings.NewReader(body.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return c.send(r)
	}
	if r := ask(""); r.status != 400 || r.code() != "MissingParameter" {
		t.Errorf("without a token: %d %s", r.status, r.body)
	}
	r := ask("eyJhbGciOi.secret.sig")
	if r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	c.key = sessionIn(t, r.body)
	if r := c.rpc("POST", "2015-04-01", "GetCallerIdentity", nil); r.status != 200 {
		t.Errorf("with the credentials: %d %s", r.status, r.body)
	}
	if r := c.roa(region, "/openapi/instances", nil); r.status != 200 {
		t.Errorf("ROA with the credentials: %d %s", r.status, r.body)
	}
	for _, q := range s.Requests() {
		if strings.Contains(q.Params["OIDCToken"], "secret") {
			t.Errorf("the token is kept: %v", q)
		}
	}
}

func sessionIn(t *testing.T, body []byte) Key {
	t.Helper()
	o, err := parseObject(body)
	if err != nil {
		t.Fatal(err)
	}
	get := func(name string) string { return scalar(o.get("Credentials." + name)) }
	return Key{ID: get("AccessKeyId"), Secret: get("AccessKeySecret"), Token: get("SecurityToken")}
}
