package emulator

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"esaudit/collector/api"
	"esaudit/collector/recording"
)

func TestListenOnLoopbackOnly(t *testing.T) {
	ctx := t.Context()
	for _, addr := range []string{"127.0.0.1:0", "localhost:0", "127.0.0.2:0"} {
		l, err := Listen(ctx, addr)
		if err != nil {
			t.Fatal(err)
		}
		if !l.Addr().(*net.TCPAddr).IP.IsLoopback() {
			t.Errorf("%s is %s", addr, l.Addr())
		}
		l.Close()
	}
	for addr, says := range map[string]string{
		"0.0.0.0:0": "not a loopback address", ":0": "not a loopback address", "192.0.2.1:80": "not a loopback address", "example.com:80": "not a loopback address",
		"[::]:0": "not a loopback address", "127.0.0.1": "no ADDRESS:PORT such as 127.0.0.1:0", "": "no ADDRESS:PORT",
	} {
		if _, err := Listen(ctx, addr); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", addr, err)
		}
	}
	l, err := Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := Listen(ctx, l.Addr().String()); err == nil {
		t.Error("a port that is taken is taken again")
	}
}

// The end of the context ends a server at once, even with requests that hang.
func TestServeEnds(t *testing.T) {
	broken := line("ram.ListUsers", nil, 0, "")
	broken.Err = "timeout"
	looks := make(chan bool, 100) // at the clock: once by New, twice for each request that is let in
	s, err := New([]recording.Part{part(broken)}, Options{Faults: mustFaults(t, "latency=1h:ram.ListGroups"), Now: func() time.Time {
		looks <- true
		return time.Now()
	}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	l, err := Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	replies := make(chan reply, 2)
	for _, operation := range []string{"ListUsers", "ListGroups"} {
		c := &client{url: "http://" + l.Addr().String(), key: s.Key(), http: &http.Client{Transport: &http.Transport{}}}
		c.nonce = len(operation) * 1000
		go func() { replies <- c.call(api.Request{Product: "ram", Operation: operation}, nil) }()
	}
	for range 5 {
		<-looks
	}
	began := time.Now()
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	answered := 0
	for range 2 {
		if r := <-replies; r.err == nil && r.code() == NotRecorded {
			answered++
		}
	}
	if answered != 1 { // the one that is only late
		t.Errorf("%d requests were answered at the end", answered)
	}
	if took := time.Since(began); took > 30*time.Second { // the call that hangs does so for a minute
		t.Errorf("the clients were let go after %v", took)
	}
	if err := s.Serve(t.Context(), l); err == nil || !strings.Contains(err.Error(), "serve 127.0.0.1:") {
		t.Errorf("on a closed listener: %v", err)
	}
}

func TestBoundsOfRequests(t *testing.T) {
	_, c := serve(t, []recording.Part{smallPart()}, Options{})
	for name, test := range map[string]struct {
		method, target, body, kind string
		status                     int
	}{
		"a long body":             {"POST", "/?Action=A&Version=2015-05-01", strings.Repeat("a", maxBody+1), "application/x-www-form-urlencoded", 413},
		"a long query":            {"GET", "/?Action=" + strings.Repeat("a", maxHeader+8<<10), "", "", 431},
		"a body that is no form":  {"POST", "/?Action=A&Version=2015-05-01", "{}", "application/json", 400},
		"a form that is broken":   {"POST", "/?Action=A&Version=2015-05-01", "%zz", "application/x-www-form-urlencoded; charset=utf-8", 400},
		"a query that is broken":  {"GET", "/?Action=%zz", "", "", 400},
		"another path":            {"GET", "/console", "", "", 404},
		"nothing":                 {"GET", "/", "", "", 400},
		"an instance without id":  {"GET", "/openapi/instances//nodes", "", "", 404},
		"a path through the roof": {"GET", "/openapi/instances/../../etc/passwd", "", "", 404},
	} {
		r, err := http.NewRequest(test.method, c.url+test.target, strings.NewReader(test.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", test.kind)
		got := c.send(r)
		if got.err != nil || got.status != test.status {
			t.Errorf("%s: %d %.200s %v", name, got.status, got.body, got.err)
		}
		if _, err := parseObject(got.body); err != nil && test.status != 431 {
			t.Errorf("%s: the answer is not the vendor's: %.200s", name, got.body)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for says, test := range map[string]struct {
		parts []recording.Part
		keys  []Key
	}{
		"it holds no account":                 {},
		"key 1 has no id that":                {[]recording.Part{smallPart()}, []Key{{Secret: "s"}}},
		"key 2 has no id that":                {[]recording.Part{smallPart()}, []Key{{ID: "a", Secret: "s"}, {ID: "a:b", Secret: "s"}}},
		"key a is of account 7, which is not": {[]recording.Part{smallPart()}, []Key{{ID: "a", Secret: "s", Account: "7"}}},
	} {
		if _, err := New(test.parts, Options{Keys: test.keys}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", says, err)
		}
	}
}

// Several parts of one account are one account.
func TestPartsOfOneAccount(t *testing.T) {
	a, b := part(line("vpc.DescribeVpcs", nil, 200, `{"Vpcs":{"Vpc":[{"VpcId":"vpc-1"}]},"TotalCount":1}`)), part(line("vpc.DescribeVpcs", nil, 200, `{"Vpcs":{"Vpc":[{"VpcId":"vpc-2"}]},"TotalCount":1}`))
	b.Answers[0].Region = "cn-beijing"
	_, c := serve(t, []recording.Part{a, b}, Options{})
	for at, want := range map[string]string{region: "vpc-1", "cn-beijing": "vpc-2", "cn-shanghai": NotRecorded} {
		if r := c.rpc("GET", "2016-04-28", "DescribeVpcs", map[string]string{"RegionId": at}); !strings.Contains(string(r.body), want) {
			t.Errorf("%s: %s", at, r.body)
		}
	}
}

// Whatever is sent, the answer is one, and JSON.
func FuzzRequest(f *testing.F) {
	f.Add("GET", "/?Action=ListUsers&Version=2015-05-01&AccessKeyId=a", "slb.aliyuncs.com", "acs a:b", "", "")
	f.Add("POST", "/openapi/instances/es-cn-1/nodes?page=1", "elasticsearch.cn-hangzhou.aliyuncs.com:80", "acs a:b", "a=b", "application/x-www-form-urlencoded")
	f.Add("POST", "/?Action=AssumeRoleWithOIDC&Version=2015-04-01&RoleArn=acs:ram::1234567890123456:role/a&RoleSessionName=ab&OIDCToken=x&OIDCProviderArn=acs:ram::1:oidc-provider/b", "sts.aliyuncs.com", "", "", "")
	f.Add("GET", "/openapi/tags?a", "[::1]", "ACS3-HMAC-SHA256", "", "")
	s, err := New([]recording.Part{smallPart()}, Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, target, host, authorization, body, kind string) {
		r, err := http.NewRequest(method, "http://127.0.0.1", strings.NewReader(body))
		if err != nil {
			return
		}
		if r.URL, err = r.URL.Parse(target); err != nil {
			return
		}
		r.Host, r.RequestURI = host, target
		r.Header.Set("Authorization", authorization)
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if _, err := parseObject(w.Body.Bytes()); err != nil || w.Code < 200 || w.Header().Get("Date") == "" {
			t.Errorf("%d %q: %v", w.Code, w.Body, err)
		}
	})
}

// A fault that is understood is one of the kinds; anything else says what would
// be right.
func FuzzFaults(f *testing.F) {
	for _, spec := range []string{"throttle:elasticsearch.DescribeInstance:2", "latency=50ms,500", "random:7:10%:reset+cut", "cut:*/es-cn-1:3-", "limit=600/1m+fixed:ram.*"} {
		f.Add(spec)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		faults, err := ParseFaults(spec)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "parse fault ") {
				t.Error(err)
			}
			return
		}
		c := &call{product: "slb", operation: "DescribeLoadBalancers", attempt: 1, params: map[string]string{"LoadBalancerId": "lb-1"}}
		hits := 0
		for _, e := range faults.strike(c, func(quota) bool { return false }) {
			if _, err := findKind(e.kind); err != nil {
				t.Error(err)
			}
			if !delays(e.kind) {
				hits++
			}
		}
		if hits > 1 {
			t.Errorf("%d faults at once", hits)
		}
	})
}

// A recording may hold anything as a body: it is answered as it stands, or as a
// page of its list.
func FuzzBodies(f *testing.F) {
	for _, body := range []string{`{"IsTruncated":true,"Marker":"m","Users":{"User":[{"a":1},2]}}`, `{"Users":{"User":{}}}`, `{"Users":[]}`, `[]`, `{`, `{"TotalCount":"x","Users":{"User":[]},"Users":1}`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, spec := range []string{"", "wrong-types", "endless", "shrink"} {
			_, c := direct(t, []recording.Part{part(line("ram.ListUsers", nil, 200, body))}, Options{Faults: mustFaults(t, spec)})
			for _, size := range []string{"1", "1000"} {
				r := c.call(users, map[string]string{"MaxItems": size})
				if _, err := parseObject(r.body); r.status != 200 || err != nil && string(r.body) != body {
					t.Errorf("%d %q", r.status, r.body)
				}
			}
		}
	})
}
