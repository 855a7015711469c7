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
	_, signature, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "acs "), ":")
	var found secrets
	for _, value := range []string{
		query.Get("SecurityToken"), query.Get("Signature"), signature,
		r.Header.Get("X-Acs-Security-Token"), r.Header.Get(metadataToken),
	} {
		found = found.add(value)
	}
	for name, values := range r.Header { // the SDK writes it in small letters
		for _, raw := range values {
			if strings.EqualFold(name, "X-Acs-Security-Token") {
				found = found.add(raw)
			}
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
