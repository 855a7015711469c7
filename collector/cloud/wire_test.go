package cloud

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Endpoints: https anywhere, http on loopback, and nothing else in them.
func TestEndpoint(t *testing.T) {
	for _, good := range []string{"", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:1/", "https://gateway.example", "https://10.0.0.1:8443"} {
		if _, err := New(Options{Endpoint: good}); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for bad, why := range map[string]string{
		"http://gateway.example":                 "loopback",
		"http://127.0.0.1.evil.example":          "loopback",
		"http://0.0.0.0:1":                       "loopback",
		"127.0.0.1:8080":                         "no URL",
		"ftp://127.0.0.1":                        "no URL",
		"https://":                               "no URL",
		"https://u:hunter2hunter2@127.0.0.1":     "user",
		"https://u:hunter2hunter2%@127.0.0.1":    "no URL",
		"https://127.0.0.1/a":                    "follow",
		"https://127.0.0.1?token=hunter2hunter2": "follow",
	} {
		_, err := New(Options{Endpoint: bad})
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v", bad, err)
			continue
		}
		noSecrets(t, "the error", err.Error(), "hunter2hunter2")
	}
}

// Without an endpoint everything goes to the vendor's hosts by TLS, through the
// proxy that the environment names.
func TestProxy(t *testing.T) {
	var hosts atomic.Value
	hosts.Store("")
	secure, roots := vendorTLS(t, "*.cn-hangzhou.aliyuncs.com", func(w http.ResponseWriter, r *http.Request) {
		hosts.Store(r.Host + r.URL.Path)
		says(200, `{"Result":[]}`)(w, r)
	})
	proxy, connects := connectProxy(t, secure.Listener.Addr().String())
	for _, name := range []string{"HTTPS_PROXY", "https_proxy"} {
		env := map[string]string{name: proxy}
		c := caller(t, nil, Options{Getenv: func(n string) string { return env[n] }, RootCAs: roots})
		a := call(t, c, request("elasticsearch", "ListInstance"))
		if a.Status != 200 || hosts.Load() != "elasticsearch.cn-hangzhou.aliyuncs.com/openapi/instances" {
			t.Errorf("%s: %s, asked %v", name, describe(a), hosts.Load())
		}
		if got := connects(); fmt.Sprint(got) != "[elasticsearch.cn-hangzhou.aliyuncs.com:443]" {
			t.Errorf("%s: the proxy was asked for %v", name, got)
		}
	}
	// The certificate has to be for the vendor's host.
	env := map[string]string{"HTTPS_PROXY": proxy}
	c := caller(t, nil, Options{Getenv: func(n string) string { return env[n] }, RootCAs: roots})
	if a := call(t, c, request("cbn", "DescribeCens")); a.Err != tlsWrong {
		t.Error(describe(a))
	}
	// A loopback endpoint is reached without it.
	v := newVendor(t, says(200, `{}`))
	connects()
	env["HTTP_PROXY"] = proxy
	c = caller(t, v, Options{Getenv: func(n string) string { return env[n] }})
	if a := call(t, c, request("cbn", "DescribeCens")); a.Status != 200 || len(connects()) > 0 {
		t.Error(describe(a))
	}
}

// A proxy that refuses is a connection that could not be made.
func TestProxyRefuses(t *testing.T) {
	proxy := httptest.NewServer(says(407, `{"token":"x"}`))
	t.Cleanup(proxy.Close)
	user := strings.Replace(proxy.URL, "://", "://user:hunter2hunter2@", 1)
	c := caller(t, nil, Options{Attempts: 1, Getenv: func(n string) string { return map[string]string{"HTTPS_PROXY": user}[n] }})
	if a := call(t, c, request("cbn", "DescribeCens")); a.Err != refused {
		t.Error(describe(a))
	}
	_, err := c.WhoAmI(t.Context())
	if err == nil || !strings.Contains(err.Error(), "the proxy says HTTP 407") {
		t.Fatal(err)
	}
	noSecrets(t, "the error", err.Error(), "hunter2hunter2", testKey().Token, testKey().Secret)
}

// A proxy that cannot be understood is an error, not a way around it. NO_PROXY
// is a list of hosts, whatever the SDK makes of it.
func TestProxyVariables(t *testing.T) {
	for _, value := range []string{"http://user:hunter2hunter2@ho st:1", "http://:80", "://user:hunter2hunter2@x y"} {
		_, err := New(Options{Getenv: func(n string) string { return map[string]string{"https_proxy": value}[n] }})
		if err == nil || !strings.Contains(err.Error(), "HTTPS_PROXY") {
			t.Errorf("%q: %v", value, err)
			continue
		}
		noSecrets(t, "the error", err.Error(), "hunter2hunter2")
	}
	for name, value := range map[string]string{"NO_PROXY": "**,[,+x", "HTTPS_PROXY": "http://user:pa ss@host"} {
		t.Setenv(name, value) // what the SDK would read
	}
	v := newVendor(t, says(200, `{}`))
	if a := call(t, caller(t, v, Options{}), request("ecs", "DescribeInstances")); a.Status != 200 {
		t.Error(describe(a))
	}
}

// With DEBUG=sdk the SDK prints what it signs.
func TestDebug(t *testing.T) {
	for value, ok := range map[string]bool{"": true, "sdk": false, "a,sdk": false, "sdks": true} {
		_, err := New(Options{Getenv: func(n string) string { return map[string]string{"DEBUG": value}[n] }})
		if (err == nil) != ok {
			t.Errorf("DEBUG=%s: %v", value, err)
		}
	}
}

// Errors of the network, by class.
func TestClasses(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	alive := t.Context()
	for _, c := range []struct {
		ctx, attempt context.Context
		err          error
		class        string
	}{
		{ended, ended, io.EOF, canceled},
		{alive, ended, context.DeadlineExceeded, timedOut},
		{alive, alive, &net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}, refused},
		{alive, alive, &net.OpError{Op: "dial", Err: &net.DNSError{IsTimeout: true}}, timedOut},
		{alive, alive, &net.OpError{Op: "proxyconnect", Err: io.EOF}, refused},
		{alive, alive, &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}, reset},
		{alive, alive, io.ErrUnexpectedEOF, reset},
		{alive, alive, &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, tlsWrong},
		{alive, alive, tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, tlsWrong},
		{alive, alive, tls.AlertError(40), tlsWrong},
		{alive, alive, &net.OpError{Op: "remote error", Err: tls.AlertError(40)}, tlsWrong},
	} {
		if got := noAnswer(c.ctx, c.attempt, c.err, nil); got.class != c.class || got.status != 0 || got.detail == "" {
			t.Errorf("%v: %+v, not %s", c.err, got, c.class)
		}
	}
}

// An emulator says what its recording says happened, which it cannot show by
// itself, before it breaks the connection. Nothing else it may say counts.
func TestHint(t *testing.T) {
	for said, want := range map[string]string{timedOut: timedOut, tlsWrong: tlsWrong, canceled: canceled, "skipped": reset} {
		v := newVendor(t, hijack(func(c net.Conn) { io.WriteString(c, "HTTP/1.1 103 Early Hints\r\n"+hintHeader+": "+said+"\r\n\r\n") }))
		if a := call(t, caller(t, v, Options{}), request("ecs", "DescribeInstances")); a.Err != want || a.Status != 0 {
			t.Errorf("%s: %s", said, describe(a))
		}
	}
}

// Many goroutines ask at once, through few clients. For the race detector.
func TestConcurrent(t *testing.T) {
	v := newVendor(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"asked":%q}`, r.URL.Query().Get("VpcId")+r.URL.Path)
	})
	c := caller(t, v, Options{Clock: newClock()})
	other := c.cloud.Caller(fixed(c.cloud.options.Clock, "other", Key{ID: "LTAIother", Secret: "OtherSecretOtherSecretOtherSe1"}))
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			who, key := c, testKey()
			if i%2 == 0 {
				who, key = other, Key{ID: "LTAIother"}
			}
			for j := range 10 {
				id := fmt.Sprintf("vpc-%d-%d", i, j)
				r, want := request("vpc", "DescribeVpcs", "VpcId", id), fmt.Sprintf(`{"asked":"%s/"}`, id)
				if j%2 == 0 {
					r, want = request("elasticsearch", "DescribeInstance", "InstanceId", id), fmt.Sprintf(`{"asked":"/openapi/instances/%s"}`, id)
				}
				a, err := who.Call(t.Context(), r)
				if err != nil || string(a.Body) != want {
					t.Errorf("%v: %s, not %s by %s", err, describe(a), want, key.ID)
				}
			}
		})
	}
	all.Wait()
	for _, s := range v.asked() {
		secret := testKey().Secret
		if strings.Contains(s.header.Get("Authorization")+s.query.Get("AccessKeyId"), "LTAIother") {
			secret = "OtherSecretOtherSecretOtherSe1"
		}
		checkSignature(t, s, secret)
	}
}

// vendorTLS serves one of the vendor's hosts by TLS, and returns what to trust.
func vendorTLS(t *testing.T, host string, h http.HandlerFunc) (*httptest.Server, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return s, roots
}

// connectProxy tunnels every CONNECT to one address, and tells what it was
// asked for since it last told.
func connectProxy(t *testing.T, to string) (address string, connects func() []string) {
	t.Helper()
	var mu sync.Mutex
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.Host)
		mu.Unlock()
		if r.Method != http.MethodConnect {
			http.Error(w, "CONNECT only", http.StatusMethodNotAllowed)
			return
		}
		far, err := net.Dial("tcp", to)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		near, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		io.WriteString(near, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { io.Copy(far, near); far.Close() }()
		go func() { io.Copy(near, far); near.Close() }()
	}))
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return "http://" + u.Host, func() []string {
		mu.Lock()
		defer mu.Unlock()
		out := asked
		asked = nil
		return out
	}
}
