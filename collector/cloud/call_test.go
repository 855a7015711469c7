package cloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"esaudit/collector/api"
)

var _ api.Caller = (*Caller)(nil)

// An RPC call arrives as the vendor's gateway takes it: signed, with the
// vendor's Host, parameters of paging beside the others.
func TestRPC(t *testing.T) {
	v := newVendor(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", "Sun, 22 Nov 2026 06:21:48 GMT")
		says(200, `{"RequestId":"1","TotalCount":0}`)(w, nil)
	})
	r := request("slb", "DescribeLoadBalancers", "VpcId", "vpc-1", "Tag.1.Key", "a b+c*~/ü", "Fuzzy", "")
	r.Page = map[string]string{"PageNumber": "2"}
	a := call(t, caller(t, v, Options{UserAgent: "esaudit/1"}), r)
	want := api.Answer{Request: r, Status: 200, Body: []byte(`{"RequestId":"1","TotalCount":0}`), Date: "Sun, 22 Nov 2026 06:21:48 GMT"}
	if d := cmp.Diff(want, a); d != "" {
		t.Error(d)
	}
	s := v.asked()[0]
	checkSignature(t, s, testKey().Secret)
	if s.method != "POST" || s.host != "slb.aliyuncs.com" || s.path != "/" {
		t.Errorf("%s %s%s", s.method, s.host, s.path)
	}
	for name, value := range map[string]string{
		"Action": "DescribeLoadBalancers", "Version": "2014-05-15", "RegionId": "cn-hangzhou", "AccessKeyId": testKey().ID,
		"SecurityToken": testKey().Token, "VpcId": "vpc-1", "Tag.1.Key": "a b+c*~/ü", "PageNumber": "2",
	} {
		if s.query.Get(name) != value {
			t.Errorf("%s is %q, not %q", name, s.query.Get(name), value)
		}
	}
	if s.query.Has("Fuzzy") {
		t.Error("an empty parameter is sent")
	}
	if agent := s.header.Get("User-Agent"); !strings.Contains(agent, "esaudit/1") {
		t.Errorf("User-Agent: %s", agent)
	}
}

// Some operations take their parameters in a form, some of these not all.
func TestForm(t *testing.T) {
	v := newVendor(t, says(200, `{}`))
	c := caller(t, v, Options{})
	call(t, c, request("nlb", "ListServerGroups", "ServerGroupIds.1", "sgp-1", "Tag.1.Key", "k"))
	s := v.asked()[0]
	checkSignature(t, s, testKey().Secret)
	if s.form.Get("ServerGroupIds.1") != "sgp-1" || s.query.Get("Tag.1.Key") != "k" || len(s.form) != 1 {
		t.Errorf("form %v, query %v", s.form, s.query)
	}
	if s.host != "nlb.cn-hangzhou.aliyuncs.com" {
		t.Errorf("host %s", s.host)
	}
}

// Elasticsearch is ROA, and tells the region by its host alone.
func TestROA(t *testing.T) {
	v := newVendor(t, says(200, `{"Result":[]}`))
	c := caller(t, v, Options{})
	r := request("elasticsearch", "ListVpcEndpoints", "InstanceId", "es-cn-1")
	r.Region, r.Page = "eu-central-1", map[string]string{"page": "1", "size": "20"}
	call(t, c, r)
	call(t, c, request("elasticsearch", "ListInstance", "tags", `[{"tagKey":"a","tagValue":"b c"}]`))
	first, second := v.asked()[0], v.asked()[1]
	checkSignature(t, first, testKey().Secret)
	checkSignature(t, second, testKey().Secret)
	if first.method != "GET" || first.host != "elasticsearch.eu-central-1.aliyuncs.com" || first.path != "/openapi/instances/es-cn-1/vpc-endpoints" {
		t.Errorf("%s %s%s", first.method, first.host, first.path)
	}
	if first.header.Get("X-Acs-Security-Token") != testKey().Token || first.query.Get("size") != "20" || first.query.Has("InstanceId") {
		t.Errorf("%v %v", first.header, first.query)
	}
	if second.host != "elasticsearch.cn-hangzhou.aliyuncs.com" || second.path != "/openapi/instances" {
		t.Errorf("%s%s", second.host, second.path)
	}
}

// Global services have no region; the gateway is told one, as the SDK does.
func TestGlobal(t *testing.T) {
	v := newVendor(t, says(200, `{}`))
	r := request("ram", "ListUsers")
	r.Region = ""
	if a := call(t, caller(t, v, Options{}), r); a.Region != "" {
		t.Errorf("the answer is of region %q", a.Region)
	}
	if s := v.asked()[0]; s.host != "ram.aliyuncs.com" || s.query.Get("RegionId") != "cn-hangzhou" {
		t.Errorf("%s %v", s.host, s.query)
	}
}

// What is no read, or not on the list, or cannot stand in a request, is refused
// before anything is sent.
func TestRefused(t *testing.T) {
	v := newVendor(t, says(200, `{}`))
	everything := caller(t, v, Options{})
	listed := caller(t, v, Options{Allowed: func(p, o string) bool { return p == "ecs" && o == "DescribeInstances" }})
	nothing := &Caller{cloud: mustNew(t, Options{Endpoint: v.URL}), limits: newLimits(newClock(), nil, Documented)}
	other := func(r api.Request, change func(*api.Request)) api.Request { change(&r); return r }
	for _, c := range []struct {
		caller *Caller
		r      api.Request
		why    string
	}{
		{everything, request("elasticsearch", "ModifyWhiteIps", "InstanceId", "es-cn-1"), "read list"},
		{everything, request("elasticsearch", "TriggerNetwork", "InstanceId", "es-cn-1"), "read list"},
		{everything, request("slb", "SetLoadBalancerTCPListenerAttribute"), "read list"},
		{everything, request("slb", "DeleteLoadBalancer"), "read list"},
		{everything, request("ram", "DetachPolicyFromUser"), "read list"},
		{everything, request("sts", "AssumeRole"), "read list"},
		{everything, request("ecs", "Getaway"), "read list"},
		{listed, request("ecs", "DescribeVpcs"), "read list"},
		{listed, request("vpc", "DescribeInstances"), "read list"},
		{nothing, request("ecs", "DescribeInstances"), "read list"},
		{everything, request("oss", "ListBuckets"), "product"},
		{everything, request("elasticsearch", "DescribeNothing"), "path"},
		{everything, request("elasticsearch", "DescribeInstance"), "InstanceId"},
		{everything, request("elasticsearch", "DescribeInstance", "InstanceId", "../../tags"), "InstanceId"},
		{everything, request("elasticsearch", "DescribeInstance", "InstanceId", "es-cn-1?x=1"), "InstanceId"},
		{everything, request("elasticsearch", "DescribeInstance", "InstanceId", "es-cn-1\n"), "InstanceId"},
		{everything, request("nlb", "ListServerGroups", "Action", "DeleteLoadBalancer"), "Action"},
		{everything, request("ecs", "DescribeInstances", "signatureMethod", "x"), "signatureMethod"},
		{everything, other(request("ecs", "DescribeInstances"), func(r *api.Request) { r.Region = "" }), "region"},
		{everything, other(request("ecs", "DescribeInstances"), func(r *api.Request) { r.Region = "evil.example/" }), "region"},
	} {
		_, err := c.caller.Call(t.Context(), c.r)
		if err == nil || !strings.Contains(err.Error(), c.why) || !strings.Contains(err.Error(), c.r.Product+" "+c.r.Operation) {
			t.Errorf("%s %s: %v", c.r.Product, c.r.Operation, err)
		}
	}
	if n := len(v.asked()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func mustNew(t *testing.T, o Options) *Cloud {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Every status is an answer, with its body; a body that is not JSON is text.
func TestAnswers(t *testing.T) {
	giant := `{"Result":"` + strings.Repeat("ü", 5000) + `"}`
	spaces := "{}" + strings.Repeat(" ", 9000)
	for name, c := range map[string]struct {
		status int
		body   string
		want   api.Answer
	}{
		"ok":                    {200, `{"a":1}`, api.Answer{Status: 200, Body: []byte(`{"a":1}`)}},
		"denied":                {403, `{"Code":"Forbidden.RAM","AccessDeniedDetail":{"a":1}}`, api.Answer{Status: 403, Body: []byte(`{"Code":"Forbidden.RAM","AccessDeniedDetail":{"a":1}}`)}},
		"none":                  {404, `{"Code":"EntityNotExist.User"}`, api.Answer{Status: 404, Body: []byte(`{"Code":"EntityNotExist.User"}`)}},
		"code a number":         {400, `{"Code":5,"Message":{},"RequestId":[]}`, api.Answer{Status: 400, Body: []byte(`{"Code":5,"Message":{},"RequestId":[]}`)}},
		"no JSON":               {200, "<html>\xff</html>", api.Answer{Status: 200, Text: "<html>?</html>"}},
		"half JSON":             {200, `{"a":[1,`, api.Answer{Status: 200, Text: `{"a":[1,`}},
		"a name twice":          {200, `{"a":1,"a":2}`, api.Answer{Status: 200, Text: `{"a":1,"a":2}`}},
		"empty":                 {200, "", api.Answer{Status: 200}},
		"above the bound":       {200, giant, api.Answer{Status: 200, Text: giant[:maxText-1] + "?"}},
		"above it, JSON so far": {200, spaces, api.Answer{Status: 200, Text: spaces[:maxText]}},
	} {
		for _, chunked := range []bool{false, true} {
			v := newVendor(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Date"] = nil
				if !chunked {
					w.Header().Set("Content-Length", strconv.Itoa(len(c.body)))
				}
				w.WriteHeader(c.status)
				if chunked {
					w.(http.Flusher).Flush()
				}
				io.WriteString(w, c.body)
			})
			c.want.Request = request("ecs", "DescribeInstances")
			a := call(t, caller(t, v, Options{MaxBody: 8000}), c.want.Request)
			if d := cmp.Diff(c.want, a); d != "" {
				t.Errorf("%s: %s", name, d)
			}
			if n := len(v.asked()); n != 1 {
				t.Errorf("%s: asked %d times", name, n)
			}
		}
	}
}

// Redirects are answers: following one would carry the token elsewhere.
func TestRedirect(t *testing.T) {
	elsewhere := newVendor(t, says(200, `{}`))
	for _, status := range []int{301, 302, 307, 308} {
		v := newVendor(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, status) })
		if a := call(t, caller(t, v, Options{}), request("elasticsearch", "ListInstance")); a.Status != status {
			t.Error(describe(a))
		}
	}
	if len(elsewhere.asked()) > 0 {
		t.Error("a redirect is followed")
	}
}

// When no HTTP answer comes, the answer says why.
func TestNoAnswer(t *testing.T) {
	cut := newVendor(t, hijack(func(c net.Conn) { io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":1}") }))
	broken := newVendor(t, hijack(func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) }))
	garbage := newVendor(t, hijack(func(c net.Conn) { io.WriteString(c, "SSH-2.0-OpenSSH\r\n") }))
	odd := newVendor(t, says(999, `{}`))
	silent := newVendor(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	for name, c := range map[string]struct{ endpoint, class string }{
		"cut body":          {cut.URL, reset},
		"reset":             {broken.URL, reset},
		"no HTTP":           {garbage.URL, reset},
		"status 999":        {odd.URL, reset},
		"silence":           {silent.URL, timedOut},
		"unknown authority": {secure.URL, tlsWrong},
		"no TLS":            {strings.Replace(cut.URL, "http:", "https:", 1), tlsWrong},
		"nobody there":      {"http://" + closedPort(t), refused},
	} {
		clock, patience := newClock(), time.Minute
		if c.class == timedOut {
			patience = 100 * time.Millisecond
		}
		a := call(t, caller(t, nil, Options{Endpoint: c.endpoint, Timeout: patience, Attempts: 2, Clock: clock}), request("ecs", "DescribeInstances"))
		if a.Status != 0 || a.Err != c.class || a.Body != nil || a.Text != "" {
			t.Errorf("%s: %s", name, describe(a))
		}
		if retried := len(clock.sleeps()) == 1; retried != (c.class != tlsWrong) {
			t.Errorf("%s: slept %v", name, clock.sleeps())
		}
	}
}

// hijack answers with bytes of its own, and ends the connection.
func hijack(answer func(net.Conn)) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		answer(c)
		c.Close()
	}
}

// closedPort is an address where nobody listens.
func closedPort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// A read that is throttled or fails on the vendor's side is asked again, later
// and later; the last answer counts.
func TestRetry(t *testing.T) {
	ok := says(200, `{}`)
	throttled := says(400, `{"Code":"Throttling.User"}`)
	half := func(seconds ...float64) (d []time.Duration) {
		for _, s := range seconds {
			d = append(d, time.Duration(s/2*float64(time.Second)))
		}
		return d
	}
	after := func(status int, value string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", value)
			says(status, `{"Code":"Throttling"}`)(w, r)
		}
	}
	for name, c := range map[string]struct {
		replies []http.HandlerFunc
		status  int
		sleeps  []time.Duration
	}{
		"first time":     {[]http.HandlerFunc{ok}, 200, nil},
		"throttled":      {[]http.HandlerFunc{throttled, throttled, ok}, 200, half(2, 4)},
		"429":            {[]http.HandlerFunc{says(429, "slow down"), ok}, 200, half(2)},
		"in words":       {[]http.HandlerFunc{says(400, `{"code":"Busy","Message":"QPS Limit Exceeded"}`), ok}, 200, half(2)},
		"500":            {[]http.HandlerFunc{says(500, `{}`), ok}, 200, half(0.5)},
		"503 html":       {[]http.HandlerFunc{says(503, `<html>`), says(502, ``), ok}, 200, half(0.5, 1)},
		"never":          {[]http.HandlerFunc{throttled}, 400, append(half(2, 4, 8, 16), slices.Repeat(half(20), 16)...)},
		"worse at last":  {[]http.HandlerFunc{throttled, says(403, `{"Code":"NoPermission"}`)}, 403, half(2)},
		"told":           {[]http.HandlerFunc{after(429, "7"), ok}, 200, []time.Duration{8 * time.Second}},
		"told a date":    {[]http.HandlerFunc{after(503, "Sun, 22 Nov 2026 00:00:09 GMT"), ok}, 200, []time.Duration{10 * time.Second}},
		"told too much":  {[]http.HandlerFunc{after(429, "121"), ok}, 429, nil},
		"told nonsense":  {[]http.HandlerFunc{after(429, "-3"), ok}, 200, half(2)},
		"denied":         {[]http.HandlerFunc{says(403, `{"Code":"Forbidden"}`), ok}, 403, nil},
		"wrong":          {[]http.HandlerFunc{says(400, `{"Code":"InvalidParameter"}`), ok}, 400, nil},
		"not JSON, read": {[]http.HandlerFunc{says(200, `Throttling`), ok}, 200, nil},
		"cut body":       {[]http.HandlerFunc{hijack(func(c net.Conn) { io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}") }), ok}, 200, half(0.5)},
	} {
		clock := newClock()
		v := newVendor(t, inTurn(c.replies...))
		a := call(t, caller(t, v, Options{Clock: clock}), request("ecs", "DescribeInstances"))
		if a.Status != c.status {
			t.Errorf("%s: %s", name, describe(a))
		}
		if got := clock.sleeps(); !slices.Equal(got, c.sleeps) {
			t.Errorf("%s: slept %v, not %v", name, got, c.sleeps)
		}
		for _, s := range v.asked() {
			checkSignature(t, s, testKey().Secret)
		}
	}
}

// A message is the same after it was sent: the SDK adds to what it is given.
func TestMessageStays(t *testing.T) {
	v := newVendor(t, says(200, `{}`))
	c := caller(t, v, Options{})
	for _, r := range []api.Request{request("nlb", "ListServerGroups", "VpcId", "vpc-1"), request("elasticsearch", "DescribeInstance", "InstanceId", "es-cn-1")} {
		m, err := c.message(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		again, err := c.message(r)
		if err != nil || !maps.Equal(m.query, again.query) || !maps.Equal(m.form, again.form) || !maps.Equal(m.inPath, again.inPath) {
			t.Errorf("%v: %v %v %v", err, m.query, m.form, m.inPath)
		}
	}
}

// Every attempt is signed anew.
func TestNonce(t *testing.T) {
	v := newVendor(t, inTurn(says(500, ``), says(500, ``), says(200, `{}`)))
	call(t, caller(t, v, Options{}), request("ecs", "DescribeInstances", "VpcId", "vpc-1"))
	nonces := map[string]bool{}
	for _, s := range v.asked() {
		nonces[s.query.Get("SignatureNonce")] = true
		if s.query.Get("VpcId") != "vpc-1" {
			t.Errorf("query %v", s.query)
		}
	}
	if len(nonces) != 3 {
		t.Errorf("nonces %v", nonces)
	}
}

// The end of the context ends a call at once, wherever it is.
func TestCancel(t *testing.T) {
	hang := func(entered chan<- struct{}, before func(http.ResponseWriter)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			before(w)
			entered <- struct{}{}
			<-r.Context().Done()
		}
	}
	for name, before := range map[string]func(http.ResponseWriter){
		"before the header": func(http.ResponseWriter) {},
		"in the body": func(w http.ResponseWriter) {
			io.WriteString(w, `{"a":`)
			w.(http.Flusher).Flush()
		},
	} {
		entered := make(chan struct{}, 1)
		v := newVendor(t, hang(entered, before))
		c := caller(t, v, Options{})
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-entered
			cancel()
		}()
		a, err := c.Call(ctx, request("ecs", "DescribeInstances"))
		if !errors.Is(err, context.Canceled) || a.Err != canceled || a.Status != 0 {
			t.Errorf("%s: %v, %s", name, err, describe(a))
		}
		if n := len(v.asked()); n != 1 {
			t.Errorf("%s: asked %d times", name, n)
		}
	}
	t.Run("while waiting", func(t *testing.T) {
		v := newVendor(t, says(503, ``))
		ctx, cancel := context.WithCancel(t.Context())
		c := caller(t, v, Options{Clock: cancelingClock{newClock(), cancel}})
		a, err := c.Call(ctx, request("ecs", "DescribeInstances"))
		if !errors.Is(err, context.Canceled) || a.Err != canceled {
			t.Errorf("%v, %s", err, describe(a))
		}
	})
	t.Run("before", func(t *testing.T) {
		v := newVendor(t, says(200, `{}`))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := caller(t, v, Options{}).Call(ctx, request("ecs", "DescribeInstances")); !errors.Is(err, context.Canceled) || len(v.asked()) > 0 {
			t.Errorf("%v, asked %d times", err, len(v.asked()))
		}
	})
}

// cancelingClock sees the context end while it sleeps.
type cancelingClock struct {
	*stepClock
	cancel context.CancelFunc
}

func (c cancelingClock) Sleep(ctx context.Context, d time.Duration) error {
	c.cancel()
	return systemClock{}.Sleep(ctx, time.Hour)
}

// A hanging answer does not outlive a Ctrl-C by two seconds.
func TestCancelTime(t *testing.T) {
	entered := make(chan time.Time, 1)
	v := newVendor(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		w.(http.Flusher).Flush()
		entered <- time.Now()
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	var since time.Time
	go func() {
		since = <-entered
		cancel()
	}()
	_, err := caller(t, v, Options{}).Call(ctx, request("elasticsearch", "ListInstance"))
	if took := time.Since(since); err == nil || took > 2*time.Second {
		t.Errorf("%v after %v", err, took)
	}
}

// panicking is a transport that breaks the SDK from inside.
type panicking struct{}

func (panicking) RoundTrip(*http.Request) (*http.Response, error) {
	panic("a secret: " + testKey().Secret)
}

// No panic of the SDK comes out: it is an error that names the call, and the
// client it happened to is not used again.
func TestPanic(t *testing.T) {
	c := caller(t, nil, Options{})
	c.cloud.wire.proxied = panicking{}
	_, err := c.Call(t.Context(), request("ecs", "DescribeInstances"))
	if err == nil || !strings.Contains(err.Error(), "call ecs DescribeInstances: the vendor's SDK panicked") {
		t.Fatal(err)
	}
	noSecrets(t, "the error", err.Error(), testKey().Secret)
	if s := c.cloud.sessions.Get(); s != nil {
		t.Error("the client is kept")
	}
}

// What the vendor quotes of a request is not kept.
func TestEcho(t *testing.T) {
	for _, operation := range [][2]string{{"ecs", "DescribeInstances"}, {"elasticsearch", "ListInstance"}} {
		v := newVendor(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(400)
			fmt.Fprintf(w, `{"Code":"SignatureDoesNotMatch","Message":%q,"Token":%q,"Other":"%s"}`, "to sign: "+percent(r.URL.RawQuery),
				r.Header.Get("X-Acs-Security-Token")+r.Form.Get("SecurityToken"), strings.ReplaceAll(testKey().Token, "/", `\/`))
		})
		a := call(t, caller(t, v, Options{}), request(operation[0], operation[1]))
		if !strings.Contains(string(a.Body), "[redacted]") {
			t.Error(describe(a))
		}
		s := v.asked()[0]
		_, roa, _ := strings.Cut(s.header.Get("Authorization"), ":")
		noSecrets(t, "the body", string(a.Body), append([]string{testKey().Token}, slices.DeleteFunc([]string{s.query.Get("Signature"), roa}, func(x string) bool { return x == "" })...)...)
	}
}

// roundTrip is a transport of one function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// An attempt has as long as it is given, whatever the SDK thinks of it.
func TestDeadline(t *testing.T) {
	c := caller(t, nil, Options{Timeout: 3 * time.Minute, Attempts: 1})
	c.cloud.wire.proxied = roundTrip(func(r *http.Request) (*http.Response, error) {
		at, ok := r.Context().Deadline()
		if left := time.Until(at); !ok || left > 3*time.Minute || left < 2*time.Minute {
			t.Errorf("an attempt has %v", left)
		}
		return nil, io.ErrUnexpectedEOF
	})
	if a := call(t, c, request("ecs", "DescribeSecurityGroupAttribute")); a.Err != reset {
		t.Error(describe(a))
	}
}
