package cloud

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"esaudit/collector/recording"
)

// shortestSecret is what may be replaced wherever it stands: shorter words
// would be found where they mean nothing.
const shortestSecret = 8

// secrets are the secrets of one request, in the spellings in which an answer
// or an error may repeat them: the vendor quotes what it was asked to check.
type secrets [][]byte

// secretsOf returns the secrets that a request carries.
func secretsOf(r *http.Request) secrets {
	query := r.URL.Query()
	_, signature, _ := strings.Cut(r.Header.Get("Authorization"), ":") // acs KEY-ID:SIGNATURE
	found := secrets{}.add(query.Get("SecurityToken")).add(query.Get("Signature")).add(signature)
	for name, values := range r.Header {
		switch http.CanonicalHeaderKey(name) { // the SDK writes small letters
		case "X-Acs-Security-Token", metadataToken:
			found = found.add(strings.Join(values, ","))
		}
	}
	return found
}

func (s secrets) add(value string) secrets {
	if len(value) < shortestSecret {
		return s
	}
	once := url.QueryEscape(value)
	escaped := strings.NewReplacer("/", `\/`, "=", `\u003d`, "+", `\u002b`)
	for _, spelled := range []string{value, once, url.QueryEscape(once), escaped.Replace(value), strings.ReplaceAll(value, "/", `\/`)} {
		s = append(s, []byte(spelled))
	}
	return s
}

// hide replaces the secrets in a text.
func (s secrets) hide(text []byte) []byte {
	for _, secret := range s {
		if bytes.Contains(text, secret) {
			text = bytes.ReplaceAll(text, secret, []byte(recording.Redacted))
		}
	}
	return text
}
