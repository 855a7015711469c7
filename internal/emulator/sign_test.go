package emulator

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"esaudit/collector/recording"
)

func smallPart() recording.Part {
	return part(
		line("elasticsearch.ListInstance", nil, 200, `{"RequestId":"1","Result":[{"instanceId":"es-cn-1"}],"Headers":{"X-Total-Count":1}}`),
		line("elasticsearch.DescribeInstance", map[string]string{"InstanceId": "es-cn-1"}, 200, `{"RequestId":"2","Result":{"instanceId":"es-cn-1"}}`),
		line("ram.ListUsers", nil, 200, `{"RequestId":"3","IsTruncated":false,"Users":{"User":[{"UserName":"a"}]}}`),
		line("nlb.ListServerGroupServers", map[string]string{"ServerGroupId": "sgp-1"}, 200, `{"RequestId":"4","Servers":[{"ServerId":"i-1"}],"TotalCount":1}`),
		line("sts.GetCallerIdentity", nil, 200, `{"RequestId":"5","AccountId":"1234567890123456"}`),
	)
}

// The vendor's own example of an RPC signature, in the documents of many of its
// products.
func TestPublishedSignature(t *testing.T) {
	params := map[string]string{
		"TimeStamp": "2016-02-23T12:46:24Z", "Format": "XML", "AccessKeyId": "testid", "Action": "DescribeRegions", "SignatureMethod": "HMAC-SHA1",
		"SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf", "Version": "2014-05-26", "SignatureVersion": "1.0",
	}
	params["Timestamp"] = params["TimeStamp"]
	delete(params, "TimeStamp")
	const text = "GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeRegions%26Format%3DXML%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3D3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf%26SignatureVersion%3D1.0%26Timestamp%3D2016-02-23T12%253A46%253A24Z%26Version%3D2014-05-26"
	if got := rpcText("GET", params); got != text {
		t.Errorf("the string to sign is\n%s, not\n%s", got, text)
	}
	if !signed("testsecret&", text, "OLeaidS1JvxuMvnyHOwuJ+uX5qY=") {
		t.Error("the published signature is refused")
	}
}

func TestSignaturesRPC(t *testing.T) {
	session := Key{ID: "STS.configured", Secret: "s3", Token: "token"}
	s, c := serve(t, []recording.Part{smallPart()}, Options{Keys: []Key{{ID: "ak", Secret: "sk"}, session}})
	late := time.Now().UTC().Add(-16 * time.Minute).Format("2006-01-02T15:04:05Z")
	for name, test := range map[string]struct {
		method string
		key    Key
		before map[string]string // parameters, "" leaves one out; then it is signed
		after  map[string]string
		form   []string
		status int
		code   string
	}{
		"POST":                     {status: 200},
		"GET, as the command line": {method: "GET", status: 200},
		"all of it in a form":      {form: []string{"Action", "Version", "ServerGroupId", "AccessKeyId", "Signature", "Timestamp"}, status: 200},
		"letters of every kind":    {before: map[string]string{"ClientToken": "a b+c*~/%é,&="}, form: []string{"ClientToken"}, status: 200},
		"a configured session":     {key: session, status: 200},
		"session without token":    {key: Key{ID: session.ID, Secret: session.Secret}, status: 400, code: "MissingSecurityToken"},
		"session, wrong token":     {key: Key{ID: session.ID, Secret: session.Secret, Token: "x"}, status: 400, code: "InvalidSecurityToken.MismatchWithAccessKey"},
		"token of no session":      {key: Key{ID: "ak", Secret: "sk", Token: "x"}, status: 400, code: "InvalidSecurityToken.MismatchWithAccessKey"},
		"unknown key":              {key: Key{ID: "other", Secret: "sk"}, status: 404, code: "InvalidAccessKeyId.NotFound"},
		"made-up session":          {key: Key{ID: "STS.1234567890123456.99999999999.a.b", Secret: "sk", Token: "t"}, status: 404, code: "InvalidAccessKeyId.NotFound"},
		"wrong secret":             {key: Key{ID: "ak", Secret: "sq"}, status: 400, code: "SignatureDoesNotMatch"},
		"changed afterwards":       {after: map[string]string{"ServerGroupId": "sgp-2"}, status: 400, code: "SignatureDoesNotMatch"},
		"added afterwards":         {after: map[string]string{"DryRun": "true"}, status: 400, code: "SignatureDoesNotMatch"},
		"no time":                  {before: map[string]string{"Timestamp": ""}, status: 400, code: "MissingParameter"},
		"no nonce":                 {before: map[string]string{"SignatureNonce": ""}, status: 400, code: "MissingParameter"},
		"no signature":             {after: map[string]string{"Signature": ""}, status: 400, code: "MissingParameter"},
		"no action":                {before: map[string]string{"Action": ""}, status: 400, code: "MissingParameter"},
		"time of another form":     {before: map[string]string{"Timestamp": "yesterday"}, status: 400, code: "InvalidTimeStamp.Format"},
		"time too long ago":        {before: map[string]string{"Timestamp": late}, status: 400, code: "InvalidTimeStamp.Expired"},
		"another method":           {before: map[string]string{"SignatureMethod": "HMAC-SHA256"}, status: 400, code: "InvalidSignatureMethod"},
		"another version":          {before: map[string]string{"Version": "2000-01-01"}, status: 400, code: "InvalidVersion"},
		"unknown operation":        {before: map[string]string{"Action": "ListNothing"}, status: 404, code: NotRecorded},
		"a write":                  {before: map[string]string{"Action": "DeleteServerGroup"}, status: 403, code: ReadOnly},
		"HTTP method":              {method: "DELETE", status: 404, code: "InvalidApi.NotFound"},
	} {
		t.Run(name, func(t *testing.T) {
			c := *c
			c.nonce = 1000 * len(name)
			if c.key = test.key; c.key.ID == "" {
				c.key = Key{ID: "ak", Secret: "sk"}
			}
			method := test.method
			if method == "" {
				method = "POST"
			}
			set := func(params, to map[string]string) {
				for name, value := range to {
					if params[name] = value; value == "" {
						delete(params, name)
					}
				}
			}
			params := c.rpcParams("2022-04-30", "ListServerGroupServers", map[string]string{"RegionId": region, "ServerGroupId": "sgp-1", "SignatureNonce": name})
			set(params, test.before)
			c.signRPC(method, params)
			set(params, test.after)
			r := c.send(c.rpcRequest(method, params, test.form...))
			if r.err != nil || r.status != test.status || r.code() != test.code {
				t.Errorf("%d %s %v", r.status, r.body, r.err)
			}
			if o, err := parseObject(r.body); err != nil || len(scalar(o.get("RequestId"))) == 0 {
				t.Errorf("no request id: %s", r.body)
			}
			if test.code == "SignatureDoesNotMatch" && !strings.Contains(r.message(), "server string to sign is:POST&%2F&AccessKeyId%3Dak%26") {
				t.Errorf("the message is %s", r.message())
			}
		})
	}
	// Once more, the same bytes.
	params := c.rpcParams("2015-05-01", "ListUsers", nil)
	c.signRPC("POST", params)
	for i, code := range []string{"", "SignatureNonceUsed"} {
		if r := c.send(c.rpcRequest("POST", params)); r.code() != code {
			t.Errorf("time %d: %d %s", i+1, r.status, r.body)
		}
	}
	if s.NotRecorded() != 1 {
		t.Errorf("%d not recorded", s.NotRecorded())
	}
}

func TestSignaturesROA(t *testing.T) {
	_, c := serve(t, []recording.Part{smallPart()}, Options{Keys: []Key{{ID: "ak", Secret: "sk"}, {ID: "STS.x", Secret: "s3", Token: "token"}}})
	const path = "/openapi/instances/es-cn-1"
	for name, test := range map[string]struct {
		key     Key
		method  string
		path    string
		query   map[string]string
		headers map[string]string // after signing; "" leaves one out
		resign  bool
		body    string
		status  int
		code    string
	}{
		"as the SDK":               {status: 200},
		"with a query":             {path: "/openapi/instances", query: map[string]string{"page": "1", "size": "100"}, status: 200},
		"letters in the query":     {path: "/openapi/instances", query: map[string]string{"clientToken": `a b+c/é&=[{"k":"v"}]`}, status: 200},
		"as the command line":      {headers: map[string]string{"X-Acs-Action": "", "X-Acs-Region-Id": region}, resign: true, status: 200},
		"a session":                {key: Key{ID: "STS.x", Secret: "s3", Token: "token"}, status: 200},
		"a session without token":  {key: Key{ID: "STS.x", Secret: "s3"}, status: 400, code: "MissingSecurityToken"},
		"wrong secret":             {key: Key{ID: "ak", Secret: "sq"}, status: 400, code: "SignatureDoesNotMatch"},
		"unknown key":              {key: Key{ID: "no", Secret: "sk"}, status: 404, code: "InvalidAccessKeyId.NotFound"},
		"a header changed":         {headers: map[string]string{"X-Acs-Version": "2020-01-01"}, status: 400, code: "SignatureDoesNotMatch"},
		"a header added":           {headers: map[string]string{"X-Acs-Action": "DescribeInstance"}, status: 400, code: "SignatureDoesNotMatch"},
		"no signature":             {headers: map[string]string{"Authorization": ""}, status: 400, code: "IncompleteSignature"},
		"another scheme":           {headers: map[string]string{"Authorization": "Basic YTpi"}, status: 400, code: "IncompleteSignature"},
		"signature version 3":      {headers: map[string]string{"Authorization": "ACS3-HMAC-SHA256 Credential=ak,SignedHeaders=host,Signature=00"}, status: 400, code: "InvalidSignatureMethod"},
		"no date":                  {headers: map[string]string{"Date": ""}, resign: true, status: 400, code: "InvalidTimeStamp.Format"},
		"a date too long ago":      {headers: map[string]string{"Date": time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)}, resign: true, status: 400, code: "InvalidTimeStamp.Expired"},
		"a digest of another body": {headers: map[string]string{"Content-Md5": "1B2M2Y8AsgTpgAmY7PhCfA=="}, resign: true, status: 400, code: "ContentMD5NotMatched"},
		"another method":           {headers: map[string]string{"X-Acs-Signature-Method": "HMAC-SHA256"}, resign: true, status: 400, code: "InvalidSignatureMethod"},
		"a path that is none":      {path: path + "/nothing", status: 404, code: "InvalidApi.NotFound"},
		"a write":                  {method: "POST", path: path + "/actions/modify-white-ips", body: `{"nodeType":"WORKER"}`, status: 403, code: ReadOnly},
		"a write, wrongly signed":  {key: Key{ID: "ak", Secret: "sq"}, method: "DELETE", path: path, status: 400, code: "SignatureDoesNotMatch"},
	} {
		t.Run(name, func(t *testing.T) {
			c := *c
			if c.key = test.key; c.key.ID == "" {
				c.key = Key{ID: "ak", Secret: "sk"}
			}
			at, method := path, "GET"
			if test.path != "" {
				at = test.path
			}
			if test.method != "" {
				method = test.method
			}
			r := c.roaRequest(method, "elasticsearch."+region+".aliyuncs.com", at, test.query, []byte(test.body))
			for name, value := range test.headers {
				if r.Header.Set(name, value); value == "" {
					r.Header.Del(name)
				}
			}
			if test.resign {
				c.signROA(r, at)
			}
			got := c.send(r)
			if got.err != nil || got.status != test.status || got.code() != test.code {
				t.Errorf("%d %s %v", got.status, got.body, got.err)
			}
			if test.code == "SignatureDoesNotMatch" && !strings.Contains(got.message(), "server string to sign is:"+method+"\napplication/json\n") {
				t.Errorf("the message is %s", got.message())
			}
		})
	}
}

// The Date of every answer is the recording's.
func TestDate(t *testing.T) {
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	later := smallPart()
	later.TakenAt = later.TakenAt.Add(time.Hour)
	for clock, want := range map[Clock]string{Recorded: "Sun, 22 Nov 2026 00:00:00 GMT", Advance: "Sun, 22 Nov 2026 00:01:30 GMT"} {
		at := now
		s, err := New([]recording.Part{later, smallPart()}, Options{Clock: clock, Now: func() time.Time { return at }})
		if err != nil {
			t.Fatal(err)
		}
		at = now.Add(90 * time.Second)
		c := &client{url: "http://127.0.0.1", key: s.Key(), http: &http.Client{Transport: inProcess{s}}}
		params := c.rpcParams("2015-05-01", "ListUsers", map[string]string{"Timestamp": at.Format("2006-01-02T15:04:05Z")})
		c.signRPC("GET", params)
		if r := c.send(c.rpcRequest("GET", params)); r.status != 200 || r.header.Get("Date") != want {
			t.Errorf("clock %d: %d %s", clock, r.status, r.header.Get("Date"))
		}
		wrong := maps.Clone(params)
		wrong["Action"] = "ListGroups"
		if r := c.send(c.rpcRequest("GET", wrong)); r.status != 400 || r.header.Get("Date") != want {
			t.Errorf("clock %d, refused: %d %s", clock, r.status, r.header.Get("Date"))
		}
	}
	for text, want := range map[string]Clock{"recorded": Recorded, "advance": Advance} {
		if got, err := ParseClock(text); got != want || err != nil {
			t.Errorf("%s: %v %v", text, got, err)
		}
	}
	if _, err := ParseClock("local"); err == nil || !strings.Contains(err.Error(), "recorded or advance") {
		t.Errorf("%v", err)
	}
}
