package cloud

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"esaudit/collector/api"
)

// seen is a request as the vendor's gateway saw it.
type seen struct {
	method, host, path string
	query, form        url.Values
	header             http.Header
	body               string
}

// vendor is a gateway on loopback: it keeps what it was asked, and answers by
// reply.
type vendor struct {
	*httptest.Server
	reply http.HandlerFunc

	mu  sync.Mutex
	got []seen
}

func newVendor(t *testing.T, reply http.HandlerFunc) *vendor {
	v := &vendor{reply: reply}
	v.Server = httptest.NewServer(v)
	t.Cleanup(v.Close)
	return v
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		panic(err)
	}
	v.mu.Lock()
	v.got = append(v.got, seen{r.Method, r.Host, r.URL.Path, r.URL.Query(), form, r.Header, string(body)})
	v.mu.Unlock()
	r.Form = maps.Clone(form)
	maps.Copy(r.Form, r.URL.Query())
	v.reply(w, r)
}

func (v *vendor) asked() []seen {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.got)
}

// inTurn answers with one handler after the other, the last for good.
func inTurn(handlers ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	n := 0
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		h := handlers[min(n, len(handlers)-1)]
		n++
		mu.Unlock()
		h(w, r)
	}
}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// stepClock is a clock that stands still but for the sleeps, which take no
// time.
type stepClock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *stepClock {
	return &stepClock{now: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
}

func (c *stepClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *stepClock) Sleep(ctx context.Context, d time.Duration) error {
	c.pass(d)
	return ctx.Err()
}

func (c *stepClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.slept = c.now.Add(d), append(c.slept, d)
}

func (c *stepClock) sleeps() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.slept)
}

// The key that tests sign with. Secret and token are long enough to be looked
// for in what comes out.
func testKey() Key {
	return Key{ID: "LTAItestkeyid", Secret: "TestSecretTestSecretTestSecre1", Token: "TestToken/Te+stTokenTestToken=="}
}

// open returns a Cloud that allows every read.
func open(t *testing.T, o Options) *Cloud {
	t.Helper()
	if o.Allowed == nil {
		o.Allowed = func(string, string) bool { return true }
	}
	if o.Clock == nil {
		o.Clock = newClock()
	}
	if o.Rand == nil {
		o.Rand = func() float64 { return 0.5 }
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// caller asks v with the test key.
func caller(t *testing.T, v *vendor, o Options) *Caller {
	t.Helper()
	if v != nil {
		o.Endpoint = v.URL
	}
	c := open(t, o)
	return c.Caller(fixed(c.options.Clock, "test", testKey()))
}

func request(product, operation string, params ...string) api.Request {
	r := api.Request{Region: "cn-hangzhou", Product: product, Operation: operation, Params: map[string]string{}}
	for i := 0; i < len(params); i += 2 {
		r.Params[params[i]] = params[i+1]
	}
	return r
}

func call(t *testing.T, c *Caller, r api.Request) api.Answer {
	t.Helper()
	a, err := c.Call(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// checkSignature signs what the gateway saw, as the vendor documents it
// ("Request signatures" of RPC and ROA), and compares.
func checkSignature(t *testing.T, s seen, secret string) {
	t.Helper()
	var text, key, want string
	if s.path == "/" {
		all := maps.Clone(s.query)
		maps.Copy(all, s.form)
		want = all.Get("Signature")
		var pairs []string
		for name := range all {
			if name != "Signature" {
				pairs = append(pairs, percent(name)+"="+percent(all.Get(name)))
			}
		}
		slices.Sort(pairs)
		text, key = s.method+"&%2F&"+percent(strings.Join(pairs, "&")), secret+"&"
	} else {
		_, want, _ = strings.Cut(s.header.Get("Authorization"), ":")
		text, key = roaText(s), secret
	}
	mac := hmac.New(sha1.New, []byte(key))
	mac.Write([]byte(text))
	if got := base64.StdEncoding.EncodeToString(mac.Sum(nil)); got != want || want == "" {
		t.Errorf("signature %q, not %q", want, got)
	}
}

func roaText(s seen) string {
	sum := md5.Sum([]byte(s.body))
	lines := []string{
		s.method, s.header.Get("Accept"), base64.StdEncoding.EncodeToString(sum[:]), s.header.Get("Content-Type"), s.header.Get("Date"),
	}
	var own, query []string
	for name := range s.header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-acs-") {
			own = append(own, lower+":"+s.header.Get(name))
		}
	}
	for name := range s.query {
		query = append(query, name+"="+s.query.Get(name))
	}
	slices.Sort(own)
	slices.Sort(query)
	path := s.path
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	return strings.Join(append(append(lines, own...), path), "\n")
}

func percent(s string) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
}

// noSecrets fails when a text holds one of the secrets, in any of the
// spellings in which it travels.
func noSecrets(t *testing.T, what, text string, found ...string) {
	t.Helper()
	for _, secret := range found {
		for _, spelled := range []string{secret, url.QueryEscape(secret), url.QueryEscape(url.QueryEscape(secret)), strings.ReplaceAll(secret, "/", `\/`)} {
			if strings.Contains(text, spelled) {
				t.Errorf("%s holds a secret: %s", what, text)
			}
		}
	}
}

func describe(a api.Answer) string {
	return fmt.Sprintf("%d %s body=%q text=%q", a.Status, a.Err, a.Body, a.Text)
}
