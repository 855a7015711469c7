package cloud

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
)

// session is what one worker asks with: a client of the SDK, and the call that
// it is at. A client must not be shared: it writes to itself on every call. The
// session is that client's transport and its credentials.
type session struct {
	client *sdk.Client
	wire   *wire

	ctx     context.Context
	product string
	key     Key
	sent    bool
	got     reply
}

func newSession(w *wire, userAgent string) (*session, error) {
	s := &session{wire: w}
	config := sdk.NewConfig().WithScheme(requests.HTTPS).WithUserAgent(userAgent)
	config.Transport = s
	client, err := sdk.NewClientWithOptions(globalRegion, config, s)
	if err != nil {
		return nil, fmt.Errorf("make client: %w", err)
	}
	// The SDK parses the environment's proxies on every call and fails on those
	// it does not understand, though with a transport of ours it uses none.
	client.SetHttpsProxy("http://localhost")
	client.SetNoProxy("localhost")
	client.SetCloseTrace(true) // spans would hold the signed URL
	s.client = client
	return s, nil
}

// do sends a message once. The error is for what no answer can be had of: the
// SDK panicked, or could not build the request.
func (s *session) do(ctx context.Context, m message, key Key) (got reply, err error) {
	s.ctx, s.product, s.key, s.sent, s.got = ctx, m.product.key, key, false, reply{}
	defer func() {
		sent := s.sent
		s.ctx, s.key, s.got = nil, Key{}, reply{}
		if p := recover(); p != nil {
			err = &panicked{text: key.scrub(fmt.Sprint(p)), sent: sent}
		}
	}()
	err = s.client.DoAction(s.request(m), responses.NewCommonResponse())
	if !s.sent {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // without the URL, which is signed
		}
		return reply{}, fmt.Errorf("build request: %s", key.scrub(fmt.Sprint(err)))
	}
	return s.got, nil
}

// panicked is a panic of the SDK, after a request was sent or before.
type panicked struct {
	text string
	sent bool
}

func (e *panicked) Error() string { return "the vendor's SDK panicked: " + e.text }

// request is a message in the SDK's form.
func (s *session) request(m message) *requests.CommonRequest {
	r := requests.NewCommonRequest()
	r.Scheme, r.Domain, r.Method = requests.HTTPS, m.host, requests.POST
	r.Product, r.Version, r.ApiName, r.RegionId = m.product.code, m.product.version, m.operation, m.region
	r.QueryParams, r.FormParams = maps.Clone(m.query), maps.Clone(m.form) // the SDK adds to them
	if m.product.roa {
		r.Method, r.PathPattern, r.PathParams = m.method, m.path, m.inPath
	}
	if m.body != nil {
		r.SetContentType(requests.Json)
		r.SetContent(m.body)
	}
	r.ReadTimeout = s.wire.timeout + time.Hour // ours ends first
	r.TransToAcsRequest()
	return r
}

// RoundTrip implements http.RoundTripper for the SDK's client: it keeps the
// answer for us, and gives the SDK an empty success to be content with.
func (s *session) RoundTrip(r *http.Request) (*http.Response, error) {
	s.sent = true
	s.got = s.wire.vendor(s.ctx, s.product, r)
	if s.got.status == 0 {
		return nil, errors.New(s.got.class)
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: http.NoBody, Request: r,
	}, nil
}

// GetCredentials implements the SDK's CredentialsProvider.
func (s *session) GetCredentials() (*credentials.Credentials, error) {
	return &credentials.Credentials{
		AccessKeyId: s.key.ID, AccessKeySecret: s.key.Secret, SecurityToken: s.key.Token, ProviderName: s.GetProviderName(),
	}, nil
}

// GetProviderName implements the SDK's CredentialsProvider.
func (s *session) GetProviderName() string {
	if s.key.Token != "" {
		return "static_sts"
	}
	return "static_ak"
}
