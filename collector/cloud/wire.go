package cloud

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// wire carries everything this package sends: the calls, and what it takes to
// get and renew credentials.
type wire struct {
	proxied, direct http.RoundTripper
	endpoints       map[string]*url.URL // where products are, "" those that are not in it; none: where the vendor has them
	maxBody         int64
	timeout         time.Duration // of one attempt
}

// reply is what came back for one attempt.
type reply struct {
	status int // 0: no HTTP answer came
	header http.Header
	body   []byte
	cut    bool   // the body is longer than the bound; its first bytes are in body
	class  string // with status 0: what of CONTRACT 3 happened
	detail string // the same for people, without any secret

	window time.Duration // that its calls are counted in, where that is known
}

// What happened when no HTTP answer came (CONTRACT 3). refused is every
// connection that could not be made, reset every one that broke.
const (
	timedOut = "timeout"
	refused  = "refused"
	reset    = "reset"
	tlsWrong = "tls"
	canceled = "canceled"
)

// transport returns a transport that verifies TLS and uses the proxies that
// choose names, if any.
func transport(choose func(*url.URL) (*url.URL, error), roots *x509.CertPool) *http.Transport {
	t := &http.Transport{
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		MaxIdleConns:           256,
		MaxIdleConnsPerHost:    connections,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
		DisableCompression:     true,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, r *http.Response) error {
			if r.StatusCode != http.StatusOK {
				return proxyError(r.StatusCode)
			}
			return nil
		},
	}
	if choose != nil {
		t.Proxy = func(r *http.Request) (*url.URL, error) { return choose(r.URL) }
	}
	return t
}

// proxyError is the status with which a proxy refused a connection.
type proxyError int

func (e proxyError) Error() string { return fmt.Sprintf("the proxy says HTTP %d", int(e)) }

// proxies reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in lower case first.
// Loopback addresses are reached without one.
func proxies(getenv func(string) string) (func(*url.URL) (*url.URL, error), error) {
	value := map[string]string{}
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"} {
		for _, spelled := range []string{name, strings.ToLower(name)} {
			if v := getenv(spelled); v != "" {
				value[name] = v
			}
		}
		if name == "NO_PROXY" || value[name] == "" {
			continue
		}
		address := value[name]
		if !strings.Contains(address, "://") {
			address = "http://" + address
		}
		if u, err := url.Parse(address); err != nil || u.Hostname() == "" {
			return nil, fmt.Errorf("use proxy: %s is no URL: http://HOST:PORT is one", name) // the value may hold a password
		}
	}
	c := httpproxy.Config{
		HTTPProxy: value["HTTP_PROXY"], HTTPSProxy: value["HTTPS_PROXY"], NoProxy: value["NO_PROXY"], CGI: getenv("REQUEST_METHOD") != "",
	}
	return c.ProxyFunc(), nil
}

// parseEndpoints reads the endpoints that stand in for the vendor's.
func parseEndpoints(o Options) (map[string]*url.URL, error) {
	out := map[string]*url.URL{}
	if o.Endpoint != "" {
		u, err := parseEndpoint(o.Endpoint)
		if err != nil {
			return nil, err
		}
		out[""] = u
	}
	known := products()
	for _, key := range slices.Sorted(maps.Keys(o.Endpoints)) {
		if _, ok := known[key]; !ok {
			return nil, fmt.Errorf("use endpoint of %q: no such product (one of %s)", key, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
		u, err := parseEndpoint(o.Endpoints[key])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		out[key] = u
	}
	return out, nil
}

// parseEndpoint reads one endpoint.
func parseEndpoint(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("use endpoint: it is no URL: https://HOST or http://127.0.0.1:PORT is one")
	case u.User != nil:
		return nil, errors.New("use endpoint: it must not hold a user or a password: requests are signed")
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("use endpoint %s://%s: nothing may follow the host", u.Scheme, u.Host)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("use endpoint %s://%s: plain HTTP is for loopback addresses only: use https", u.Scheme, u.Host)
	}
	return u, nil
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// vendor sends a request of a product: to its endpoint if there is one, with
// the vendor's own Host header.
func (w *wire) vendor(ctx context.Context, product string, r *http.Request) reply {
	out := r.Clone(ctx)
	out.Host = r.URL.Hostname() // the SDK writes "host:" for ROA
	out.URL.Host = out.Host
	if u := cmp.Or(w.endpoints[product], w.endpoints[""]); u != nil {
		out.URL.Scheme, out.URL.Host = u.Scheme, u.Host
	}
	return w.exchange(ctx, w.proxied, out)
}

// exchange sends a request and reads the answer.
func (w *wire) exchange(ctx context.Context, via http.RoundTripper, r *http.Request) reply {
	attempt, stop := context.WithTimeout(ctx, w.timeout)
	defer stop()
	secrets := secretsOf(r)
	told := &hint{}
	response, err := via.RoundTrip(r.WithContext(told.listen(attempt)))
	if err != nil {
		return told.correct(noAnswer(ctx, attempt, err, secrets))
	}
	defer response.Body.Close()
	if response.StatusCode > 599 {
		return noAnswer(ctx, attempt, fmt.Errorf("%d is no HTTP status", response.StatusCode), secrets)
	}
	got := reply{status: response.StatusCode, header: response.Header}
	limit := w.maxBody + 1
	if got.cut = response.ContentLength > w.maxBody; got.cut {
		limit = maxText
	}
	if got.body, err = io.ReadAll(io.LimitReader(response.Body, limit)); err != nil {
		return noAnswer(ctx, attempt, err, secrets)
	}
	if int64(len(got.body)) > w.maxBody {
		got.cut, got.body = true, slices.Clone(got.body[:min(maxText, w.maxBody)])
	}
	got.body = secrets.hide(got.body)
	return got
}

// hint is what an emulator says before it breaks a connection: what the recording
// says happened, which one address cannot show otherwise.
type hint struct {
	mu    sync.Mutex
	class string
}

// hintHeader stands in an informational answer (103).
const hintHeader = "X-Esaudit-Error"

func (h *hint) listen(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{Got1xxResponse: func(_ int, header textproto.MIMEHeader) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.class = header.Get(hintHeader)
		return nil
	}})
}

// correct puts the hint in the place of what the broken connection looks like.
func (h *hint) correct(r reply) reply {
	h.mu.Lock()
	defer h.mu.Unlock()
	if slices.Contains([]string{timedOut, refused, reset, tlsWrong, canceled}, h.class) {
		r.class = h.class
	}
	return r
}

// noAnswer says why no answer came.
func noAnswer(ctx, attempt context.Context, err error, secrets secrets) reply {
	var timeout net.Error
	var dial *net.OpError
	class := reset
	switch {
	case ctx.Err() != nil:
		class = canceled
	case attempt.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		class = timedOut
	case aboutTLS(err):
		class = tlsWrong
	case errors.As(err, new(proxyError)), errors.As(err, &dial) && (dial.Op == "dial" || dial.Op == "proxyconnect" || dial.Op == "socks connect"):
		class = refused
	}
	return reply{class: class, detail: oneLine(string(secrets.hide([]byte(err.Error()))))}
}

// aboutTLS reports whether an error is one of TLS: a certificate that does not
// hold, or a side that does not speak it. crypto/tls has no type for them all,
// but the same first word.
func aboutTLS(err error) bool {
	return strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "HTTP response to HTTPS client")
}
