package emulator

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Key is an access key that the emulator accepts.
type Key struct {
	ID, Secret string
	Token      string // of a temporary key; "" when it is none
	Account    string // whose it is
	ReadOnly   bool   // writes are refused: Forbidden.RAM
}

// skew is how far a request's time may be from the clock (the vendor's 15
// minutes).
const skew = 15 * time.Minute

const mismatch = "Specified signature is not matched with our calculation. server string to sign is:"

// authenticate finds out whose request it is, and checks its signature.
func (s *Server) authenticate(r *http.Request, c *call, body []byte) (Key, *refusal) {
	if c.roa {
		return s.authenticateROA(r, body)
	}
	return s.authenticateRPC(r.Method, c.all)
}

func (s *Server) authenticateRPC(method string, params map[string]string) (Key, *refusal) {
	for _, name := range []string{"AccessKeyId", "Signature", "SignatureMethod", "SignatureNonce", "SignatureVersion", "Timestamp"} {
		if params[name] == "" {
			return Key{}, missing(name)
		}
	}
	if params["SignatureMethod"] != "HMAC-SHA1" || params["SignatureVersion"] != "1.0" {
		return Key{}, unsupportedSignature()
	}
	key, bad := s.key(params["AccessKeyId"], params["SecurityToken"])
	if bad != nil {
		return Key{}, bad
	}
	at, err := time.Parse("2006-01-02T15:04:05Z", params["Timestamp"])
	if bad := s.timely(at, err); bad != nil {
		return Key{}, bad
	}
	text := rpcText(method, params)
	if !signed(key.Secret+"&", text, params["Signature"]) {
		return Key{}, badRequest("SignatureDoesNotMatch", mismatch+text)
	}
	if !s.fresh(key.ID + " " + params["SignatureNonce"]) {
		return Key{}, badRequest("SignatureNonceUsed", "Specified signature nonce was used already.")
	}
	return key, nil
}

func (s *Server) authenticateROA(r *http.Request, body []byte) (Key, *refusal) {
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	id, signature, ok := strings.Cut(rest, ":")
	if scheme != "acs" || !ok {
		return Key{}, badRequest("IncompleteSignature", "The request signature does not conform to Aliyun standards.")
	}
	if method := r.Header.Get("X-Acs-Signature-Method"); method != "" && method != "HMAC-SHA1" {
		return Key{}, unsupportedSignature()
	}
	key, bad := s.key(id, r.Header.Get("X-Acs-Security-Token"))
	if bad != nil {
		return Key{}, bad
	}
	at, err := http.ParseTime(r.Header.Get("Date"))
	if bad := s.timely(at, err); bad != nil {
		return Key{}, bad
	}
	sum := md5.Sum(body)
	if given := r.Header.Get("Content-Md5"); given != "" && given != base64.StdEncoding.EncodeToString(sum[:]) {
		return Key{}, badRequest("ContentMD5NotMatched", "Specified ContentMD5 is not matched with our calculation.")
	}
	if text := roaText(r); !signed(key.Secret, text, signature) {
		return Key{}, badRequest("SignatureDoesNotMatch", mismatch+text)
	}
	return key, nil
}

func unsupportedSignature() *refusal {
	return badRequest("InvalidSignatureMethod", "Specified signature method is not supported here: HMAC-SHA1, version 1.0, is.")
}

// timely checks the time of a request.
func (s *Server) timely(at time.Time, err error) *refusal {
	switch {
	case err != nil:
		return badRequest("InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.")
	case s.now().Sub(at).Abs() > skew:
		return badRequest("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
	}
	return nil
}

func signed(secret, text, signature string) bool {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(text))
	return hmac.Equal([]byte(base64.StdEncoding.EncodeToString(mac.Sum(nil))), []byte(signature))
}

// rpcText is the string to sign of the RPC style (the vendor's "RPC mechanism").
func rpcText(method string, params map[string]string) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if name != "Signature" {
			pairs = append(pairs, percent(name)+"="+percent(params[name]))
		}
	}
	return method + "&%2F&" + percent(strings.Join(pairs, "&"))
}

// percent encodes as RFC 3986 says.
func percent(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// roaText is the string to sign of the ROA style (the vendor's "ROA mechanism").
func roaText(r *http.Request) string {
	var b strings.Builder
	b.WriteString(r.Method + "\n")
	for _, name := range []string{"Accept", "Content-Md5", "Content-Type", "Date"} {
		b.WriteString(r.Header.Get(name) + "\n")
	}
	headers := map[string]string{}
	for name, values := range r.Header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-acs-") {
			headers[lower] = strings.Join(values, ",")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		b.WriteString(name + ":" + headers[name] + "\n")
	}
	b.WriteString(r.URL.Path)
	query := r.URL.Query()
	for i, name := range slices.Sorted(maps.Keys(query)) {
		b.WriteString([]string{"?", "&"}[min(i, 1)] + name)
		if value := query.Get(name); value != "" {
			b.WriteString("=" + value)
		}
	}
	return b.String()
}

// key returns the access key with an id, after checking the token that came
// with it.
func (s *Server) key(id, token string) (Key, *refusal) {
	if session, ok := s.session(id); ok {
		return session.check(token, s)
	}
	at := slices.IndexFunc(s.keys, func(k Key) bool { return k.ID == id })
	switch {
	case at < 0:
		return Key{}, &refusal{status: http.StatusNotFound, code: "InvalidAccessKeyId.NotFound", message: "Specified access key is not found."}
	case s.keys[at].Token != "" && token == "":
		return Key{}, badRequest("MissingSecurityToken", "SecurityToken is mandatory for this action.")
	case s.keys[at].Token != token:
		return Key{}, badRequest("InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey.")
	}
	return s.keys[at], nil
}

// nonces remembers what was used in the last quarter of an hour, in two halves.
type nonces struct {
	now, before map[string]bool
	since       time.Time
}

// fresh reports whether a nonce was not used yet, and remembers it.
func (s *Server) fresh(nonce string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := &s.nonces
	if at := s.now(); at.Sub(n.since).Abs() > 2*skew {
		n.before, n.now, n.since = n.now, map[string]bool{}, at
	}
	if n.now[nonce] || n.before[nonce] {
		return false
	}
	n.now[nonce] = true
	return true
}
