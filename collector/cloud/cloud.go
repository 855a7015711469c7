package cloud

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options says how to reach the vendor. The zero value sends nothing, because
// nothing is allowed, and finds no credentials, because it sees no environment.
type Options struct {
	// Allowed is the read list: whether an operation may be sent. nil: none.
	Allowed func(product, operation string) bool
	// Getenv reads the environment: credentials, proxies. nil: it is empty.
	Getenv func(name string) string
	// Home is the user's directory, where the vendor's tools keep profiles.
	Home string
	// Profile is the profile to use, whatever the environment holds; "" the
	// vendor's order.
	Profile string
	// Endpoint is where every product is: https://HOST[:PORT], or http:// with a
	// loopback address. The vendor's Host header is kept. "": the vendor's own.
	Endpoint string
	// Endpoints are where single products are, by api.Request.Product, written as
	// Endpoint is and before it.
	Endpoints map[string]string
	// VPC is the region in a VPC of which this runs: products are asked at their
	// private endpoints there. "": at their public ones.
	VPC string
	// MaxQPS bounds the requests a second of all callers together; 0: only the
	// vendor's documented rates.
	MaxQPS float64
	// Quota is what the vendor allows of an operation; nil: Documented.
	Quota func(product, operation string) Quota
	// Timeout bounds one attempt, its body included; 0: a minute.
	Timeout time.Duration
	// Attempts is how often a request is sent at most; 0: six times.
	Attempts int
	// MaxBody bounds an answer, in bytes; 0: 200 MB.
	MaxBody int64
	// UserAgent is added to the SDK's own, as NAME/VERSION.
	UserAgent string
	// RootCAs are trusted instead of the system's; nil: the system's.
	RootCAs *x509.CertPool
	// Metadata is the ECS metadata service; "": http://100.100.100.200.
	Metadata string
	// Clock is asked for the time, and sleeps; nil: the system's.
	Clock Clock
	// Rand gives numbers in [0, 1) that spread retries; nil: random ones.
	Rand func() float64
}

// Clock is time as this package needs it.
type Clock interface {
	Now() time.Time
	// Sleep returns after d, or at once with the context's error when it ends.
	Sleep(ctx context.Context, d time.Duration) error
}

// connections is how many reads are under way at a time. What waits for its rate
// is not.
const connections = 256

// Defaults of Options.
const (
	defaultTimeout  = time.Minute
	defaultAttempts = 6
	defaultMaxBody  = 200 << 20
	metadataService = "http://100.100.100.200" // the vendor's fixed address, reachable from inside an ECS instance only
)

// Cloud is a way to the vendor, shared by the callers of all accounts. It may
// be used by many goroutines.
type Cloud struct {
	options  Options
	products map[string]product
	wire     *wire
	total    *total
	flying   chan struct{} // holds an element for each read under way
	sessions sync.Pool     // of *session: one SDK client for each worker
}

// New checks the options. It sends nothing and reads no file.
func New(o Options) (*Cloud, error) {
	o.defaults()
	if slices.Contains(strings.Split(o.Getenv("DEBUG"), ","), "sdk") {
		return nil, errors.New(`use environment: DEBUG holds "sdk", with which the vendor's SDK prints tokens and signatures to standard output: unset it`)
	}
	endpoints, err := parseEndpoints(o)
	if err != nil {
		return nil, err
	}
	known, err := seenFrom(o.VPC)
	if err != nil {
		return nil, err
	}
	proxy, err := proxies(o.Getenv)
	if err != nil {
		return nil, err
	}
	if o.MaxQPS < 0 {
		return nil, fmt.Errorf("limit requests: %v a second is less than none", o.MaxQPS)
	}
	c := &Cloud{options: o, products: known, flying: make(chan struct{}, connections)}
	c.wire = &wire{
		proxied: transport(proxy, o.RootCAs), direct: transport(nil, o.RootCAs),
		endpoints: endpoints, maxBody: o.MaxBody, timeout: o.Timeout,
	}
	if o.MaxQPS > 0 {
		c.total = newTotal(o.Clock, o.MaxQPS)
	}
	return c, nil
}

func (o *Options) defaults() {
	if o.Allowed == nil {
		o.Allowed = func(string, string) bool { return false }
	}
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	if o.Quota == nil {
		o.Quota = Documented
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	if o.Rand == nil {
		o.Rand = rand.Float64
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Attempts <= 0 {
		o.Attempts = defaultAttempts
	}
	if o.MaxBody <= 0 {
		o.MaxBody = defaultMaxBody
	}
	if o.Metadata == "" {
		o.Metadata = metadataService
	}
}

// Close ends idle connections.
func (c *Cloud) Close() {
	for _, t := range []http.RoundTripper{c.wire.proxied, c.wire.direct} {
		if h, ok := t.(*http.Transport); ok {
			h.CloseIdleConnections()
		}
	}
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
