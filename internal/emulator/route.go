package emulator

import (
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// call is a request, understood.
type call struct {
	roa       bool
	host      string // as the client named it, without port
	account   string
	region    string
	product   string
	operation string
	write     bool
	list      listing
	params    map[string]string // what is asked
	page      map[string]string // which page of it
	all       map[string]string // RPC: everything that is signed, Signature included
	body      []byte            // ROA: of a write
	json      bool              // the body says that it is JSON
	token     string            // that makes a write happen once
	key       Key               // who asks
	attempt   int               // how many times this has been asked, from 1
	number    int               // of all requests that were let in, from 1
	linger    bool              // what it changes is long on its way
	effect    bool              // it changed something
}

// identity tells calls apart: who asks what, and which page when paged is true.
// It does not depend on when it is asked.
func (c *call) identity(paged bool) string {
	id := strings.Join([]string{c.account, c.region, c.product, c.operation}, " ") + "\n" + ask(c.params, c.list).key()
	if len(c.body) > 0 {
		id += digest(string(c.body)) + "\n"
	}
	if !paged {
		return id
	}
	for _, name := range slices.Sorted(maps.Keys(c.page)) {
		id += name + "=" + c.page[name] + "\n"
	}
	return id
}

// route finds out what a request asks for. Elasticsearch calls are told by method
// and path, the others by Version and Action.
func (s *Server) route(r *http.Request, body []byte) (c *call, bad *refusal) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, badRequest("InvalidParameter", "The query is not well formed.")
	}
	c = &call{host: hostName(r.Host), params: map[string]string{}, page: map[string]string{}}
	switch {
	case strings.HasPrefix(r.URL.Path, "/openapi/"):
		bad = c.routeROA(r, query, body)
	case r.URL.Path == "/" || r.URL.Path == "":
		bad = c.routeRPC(r, query, body)
	default:
		bad = noSuchAPI()
	}
	if bad != nil {
		return nil, bad
	}
	if globalProduct(c.product) {
		c.region = ""
	}
	c.list = s.lists[c.product+"."+c.operation]
	return c, nil
}

func noSuchAPI() *refusal {
	return &refusal{status: http.StatusNotFound, code: "InvalidApi.NotFound",
		message: "Specified api is not found, please check your url and method."}
}

func hostName(host string) string {
	if at := strings.LastIndexByte(host, ':'); at > strings.LastIndexByte(host, ']') {
		host = host[:at]
	}
	return strings.ToLower(host)
}

// vendorHost splits PRODUCT[-...].[REGION.]aliyuncs.com. In private networks,
// products without regions are at PRODUCT.vpc-proxy.aliyuncs.com, and cbn at cen.
func vendorHost(host string) (service, region string, ok bool) {
	head, ok := strings.CutSuffix(host, ".aliyuncs.com")
	if ok {
		service, region, _ = strings.Cut(head, ".")
	}
	if region == "vpc-proxy" {
		if region = ""; service == "cen" {
			service = "cbn"
		}
	}
	return service, region, ok
}

// serves reports whether a vendor's host serves a product.
func serves(service, product string) bool {
	return service == product || strings.HasPrefix(service, product+"-")
}

func (c *call) routeROA(r *http.Request, query url.Values, body []byte) *refusal {
	c.roa, c.product = true, "elasticsearch"
	service, region, vendor := vendorHost(c.host)
	if vendor && !serves(service, c.product) {
		return noSuchAPI()
	}
	if c.region = region; c.region == "" {
		c.region = r.Header.Get("X-Acs-Region-Id")
	}
	c.sort(query)
	path := strings.TrimSuffix(r.URL.Path, "/")
	instance, rest, _ := strings.Cut(strings.TrimPrefix(path, "/openapi/instances/"), "/")
	named := strings.HasPrefix(path, "/openapi/instances/") && instance != ""
	switch {
	case r.Method != http.MethodGet:
		if named {
			c.params["InstanceId"] = instance
		}
		return c.routeChange(r, path, rest, body)
	case named:
		c.operation = clusterReads()[rest]
		c.params["InstanceId"] = instance
	default:
		c.operation = otherReads()[path]
	}
	if c.operation == "" {
		return noSuchAPI()
	}
	return nil
}

func (c *call) routeRPC(r *http.Request, query url.Values, body []byte) *refusal {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return noSuchAPI()
	}
	form, bad := readForm(r, body)
	if bad != nil {
		return bad
	}
	c.all = map[string]string{}
	for _, values := range []url.Values{query, form} { // the SDK signs the form over the query
		for name := range values {
			c.all[name] = values.Get(name)
		}
		c.sort(values)
	}
	for _, name := range []string{"Action", "Version"} {
		if c.all[name] == "" {
			return missing(name)
		}
	}
	c.operation = c.all["Action"]
	c.product = versions()[c.all["Version"]]
	service, region, vendor := vendorHost(c.host)
	if c.product == "" || vendor && !serves(service, c.product) {
		return badRequest("InvalidVersion", "Specified parameter Version is not valid.")
	}
	if c.region = c.all["RegionId"]; c.region == "" {
		c.region = region
	}
	c.write = !isRead(c.operation) && !assumes(c)
	return nil
}

// readForm reads a body that holds parameters.
func readForm(r *http.Request, body []byte) (url.Values, *refusal) {
	if len(body) == 0 {
		return nil, nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, badRequest("UnsupportedHTTPMethod", "The body is no form: application/x-www-form-urlencoded is read here.")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, badRequest("InvalidParameter", "The body is not a well-formed form.")
	}
	return form, nil
}

// sort takes parameters apart: what is asked, and which page of it.
func (c *call) sort(values url.Values) {
	for name := range values {
		switch base := strings.ToLower(name); {
		case base == "clienttoken":
			c.token = values.Get(name)
		case pagingParam(base):
			c.page[name] = values.Get(name)
		case !envelope(base):
			c.params[name] = values.Get(name)
		}
	}
}

// maxBody bounds the body of a request; the vendor's own operations stay far
// below it.
const maxBody = 1 << 20

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, *refusal) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, &refusal{status: http.StatusRequestEntityTooLarge, code: "RequestEntityTooLarge", message: "The body is longer than 1 MiB."}
	}
	if err != nil {
		return nil, badRequest("InvalidParameter", "The body could not be read.")
	}
	return body, nil
}
