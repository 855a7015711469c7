package emulator

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"esaudit/collector/api"
	"esaudit/collector/recording"
)

// client signs and sends raw requests, by what the vendor documents and without
// the SDK.
type client struct {
	url   string
	key   Key
	http  *http.Client
	nonce int
}

// serve starts a server on a free port, and returns a client of it.
func serve(t testing.TB, parts []recording.Part, o Options) (*Server, *client) {
	t.Helper()
	s, err := New(parts, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	l, err := Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- s.Serve(ctx, l) }()
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s, &client{url: "http://" + l.Addr().String(), key: s.Key(), http: &http.Client{Transport: transport}}
}

// direct is a server without a network, and a client of it.
func direct(t testing.TB, parts []recording.Part, o Options) (*Server, *client) {
	t.Helper()
	s, err := New(parts, o)
	if err != nil {
		t.Fatal(err)
	}
	return s, &client{url: "http://127.0.0.1", key: s.Key(), http: &http.Client{Transport: inProcess{s}}}
}

type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if r.Host == "" {
		r.Host = r.URL.Host
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	p.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   []byte
	hint   string // of the failure, when there is no answer
	err    error
}

func (r reply) code() string {
	o, _ := parseObject(r.body)
	return scalar(o.get("Code"))
}

func (r reply) message() string {
	o, _ := parseObject(r.body)
	return scalar(o.get("Message"))
}

func (c *client) send(r *http.Request) reply {
	var out reply
	ctx := httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{Got1xxResponse: func(_ int, h textproto.MIMEHeader) error {
		out.hint = h.Get(ErrorHeader)
		return nil
	}})
	response, err := c.http.Do(r.WithContext(ctx))
	if err != nil {
		out.err = err
		return out
	}
	defer response.Body.Close()
	out.status, out.header = response.StatusCode, response.Header
	out.body, out.err = io.ReadAll(response.Body)
	return out
}

func sum(secret, text string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// escape is percent-encoding as the vendor wants it, letter by letter.
func escape(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_.~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(c)+0x100, 16)[1:]))
	}
	return b.String()
}

// rpcParams are the parameters of an RPC request, without its signature.
func (c *client) rpcParams(version, action string, params map[string]string) map[string]string {
	c.nonce++
	all := map[string]string{
		"Version": version, "Action": action, "Format": "JSON", "AccessKeyId": c.key.ID, "SignatureMethod": "HMAC-SHA1",
		"SignatureVersion": "1.0", "SignatureType": "", "SignatureNonce": "n" + strconv.Itoa(c.nonce), "Timestamp": time.Now().UTC().Format("2006-01-02T15:04:05Z"),
	}
	if c.key.Token != "" {
		all["SecurityToken"] = c.key.Token
	}
	maps.Copy(all, params)
	return all
}

func (c *client) signRPC(method string, params map[string]string) {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(params)) {
		pairs = append(pairs, escape(name)+"="+escape(params[name]))
	}
	params["Signature"] = sum(c.key.Secret+"&", method+"&%2F&"+escape(strings.Join(pairs, "&")))
}

// rpcRequest makes a request of the parameters; those named in form go into the
// body.
func (c *client) rpcRequest(method string, params map[string]string, form ...string) *http.Request {
	query, body := url.Values{}, url.Values{}
	for name, value := range params {
		if slices.Contains(form, name) {
			body.Set(name, value)
		} else {
			query.Set(name, value)
		}
	}
	r, err := http.NewRequest(method, c.url+"/?"+query.Encode(), strings.NewReader(body.Encode()))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// rpc asks in the RPC style.
func (c *client) rpc(method, version, action string, params map[string]string) reply {
	all := c.rpcParams(version, action, params)
	c.signRPC(method, all)
	return c.send(c.rpcRequest(method, all))
}

// roaRequest makes a signed ROA request.
func (c *client) roaRequest(method, host, path string, query map[string]string, body []byte) *http.Request {
	values := url.Values{}
	text := path
	for i, name := range slices.Sorted(maps.Keys(query)) {
		values.Set(name, query[name])
		text += []string{"?", "&"}[min(i, 1)] + name + "=" + query[name]
	}
	r, err := http.NewRequest(method, c.url+path+"?"+values.Encode(), bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.Host = host
	digest := md5.Sum(body)
	for name, value := range map[string]string{
		"Accept": "application/json", "Content-Md5": base64.StdEncoding.EncodeToString(digest[:]), "Content-Type": "application/octet-stream",
		"Date": time.Now().UTC().Format(http.TimeFormat), "X-Acs-Version": "2017-06-13", "X-Acs-Signature-Method": "HMAC-SHA1",
		"X-Acs-Security-Token": c.key.Token,
	} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	c.signROA(r, text)
	return r
}

func (c *client) signROA(r *http.Request, resource string) {
	text := r.Method + "\n"
	for _, name := range []string{"Accept", "Content-Md5", "Content-Type", "Date"} {
		text += r.Header.Get(name) + "\n"
	}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		if strings.HasPrefix(name, "X-Acs-") {
			text += strings.ToLower(name) + ":" + r.Header.Get(name) + "\n"
		}
	}
	r.Header.Set("Authorization", "acs "+c.key.ID+":"+sum(c.key.Secret, text+resource))
}

// roa asks Elasticsearch of a region.
func (c *client) roa(region, path string, query map[string]string) reply {
	return c.send(c.roaRequest(http.MethodGet, "elasticsearch."+region+".aliyuncs.com", path, query, nil))
}

// call asks as a collector does, with one page's parameters.
func (c *client) call(q api.Request, page map[string]string) reply {
	all := maps.Clone(q.Params)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, page)
	if q.Product == "elasticsearch" {
		for path, operation := range otherReads() {
			if operation == q.Operation {
				return c.roa(q.Region, path, all)
			}
		}
		for rest, operation := range clusterReads() {
			if operation == q.Operation {
				id := all["InstanceId"]
				delete(all, "InstanceId")
				return c.roa(q.Region, strings.TrimSuffix("/openapi/instances/"+id+"/"+rest, "/"), all)
			}
		}
		panic("no path for " + q.Operation)
	}
	all["RegionId"] = q.Region
	if q.Region == "" {
		all["RegionId"] = "cn-hangzhou"
	}
	for version, product := range versions() {
		if product == q.Product {
			return c.rpc(http.MethodPost, version, q.Operation, all)
		}
	}
	panic("no version for " + q.Product)
}

// pages asks for a list until it ends or fails, with pages of a size; 0 is the
// vendor's limit.
func (c *client) pages(q api.Request, size int) []reply {
	l := listings()[q.Product+"."+q.Operation]
	if size == 0 {
		size = l.most
	}
	page := map[string]string{}
	if l.token != "" {
		page[l.limit] = strconv.Itoa(size)
	} else if l.number != "" {
		page[l.number], page[l.size] = "1", strconv.Itoa(size)
	}
	var out []reply
	items, total := 0, int64(0)
	for len(out) < 1000 {
		r := c.call(q, page)
		out = append(out, r)
		o, err := parseObject(r.body)
		if r.err != nil || r.status != 200 || err != nil || len(page) == 0 {
			return out
		}
		count := 0
		for _, path := range l.paths {
			list, _ := parseArray(o.get(path))
			count += len(list)
		}
		items += count
		told := false
		for _, path := range totals() {
			if n, ok := o.count(path); ok {
				total, told = max(total, n), true
			}
		}
		switch token := scalar(o.get(l.token)); {
		case l.token != "" && token == "":
			return out
		case l.token != "":
			page[l.token] = token
		case count == 0, told && int64(items) >= total, !told && count < size:
			return out
		default:
			page[l.number] = strconv.Itoa(len(out) + 1)
		}
	}
	return out
}

// clock is a clock that a test moves. The SDK signs by the machine's own, so it
// begins there.
type clock struct {
	began time.Time
	ahead atomic.Int64
}

func timeNow() *clock { return &clock{began: time.Now().Truncate(time.Second)} }

func (c *clock) read() time.Time { return c.began.Add(time.Duration(c.ahead.Load())) }

func (c *clock) forward(d time.Duration) { c.ahead.Add(int64(d)) }
