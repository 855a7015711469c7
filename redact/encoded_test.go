package redact

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"esaudit/snapshot"
)

// tells are what must not be left, in places of each kind; hosts stand in settings
// only.
var tells = []string{"203.0.113.77", "198.51.100.0/24", "2001:db8:77::9", "1234567890123456", "LTAI5tNeedleKey001", "acs:ram::1234567890123456:user/needle"}

var hosts = []string{"ldap.needle.example", "https://needle.corp.example:9200/x", "needle@corp.example", "search.needle.中国:636"}

// encode writes a text in one of the ways in which texts are encoded.
func encode(t *rapid.T, text string) string {
	switch way := rapid.SampledFrom([]string{"std", "url", "rawstd", "rawurl", "all", "some"}).Draw(t, "way"); way {
	case "std":
		return base64.StdEncoding.EncodeToString([]byte(text))
	case "url":
		return base64.URLEncoding.EncodeToString([]byte(text))
	case "rawstd":
		return base64.RawStdEncoding.EncodeToString([]byte(text))
	case "rawurl":
		return base64.RawURLEncoding.EncodeToString([]byte(text))
	default:
		var b strings.Builder
		for _, c := range text {
			if way == "all" || rapid.IntRange(0, 2).Draw(t, "escape") == 0 {
				form := rapid.SampledFrom([]string{"%%%02X", "%%%02x"}).Draw(t, "case")
				for _, each := range []byte(string(c)) {
					fmt.Fprintf(&b, form, each)
				}
			} else {
				b.WriteRune(c)
			}
		}
		return b.String()
	}
}

// openings are all texts that somebody finds who takes a text apart and decodes
// whatever can be decoded.
func openings(text string, depth int, into map[string]bool) {
	if depth == 0 || into[text] {
		return
	}
	into[text] = true
	if clear, err := url.PathUnescape(text); err == nil {
		openings(clear, depth-1, into)
	}
	for _, word := range regexp.MustCompile(`[A-Za-z0-9+/_-]{4,}`).FindAllString(text, -1) {
		for _, coding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if data, err := coding.DecodeString(word); err == nil {
				openings(string(data), depth-1, into)
			}
		}
	}
}

// Whatever tells who somebody is, encoded once or twice, with anything around it, in
// a setting or in any other field: nothing of it is left, however the outcome is
// decoded, and it has the pseudonym that it has everywhere.
func TestNothingEncodedIsLeft(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := New([]byte("a"))
		setting := rapid.Bool().Draw(rt, "setting")
		list := tells
		if setting {
			list = append(list[:len(list):len(list)], hosts...)
		}
		secret := rapid.SampledFrom(list).Draw(rt, "secret")
		text := secret
		for range rapid.IntRange(1, 2).Draw(rt, "times") {
			before := rapid.SampledFrom([]string{"", "", " ", "Basic ", "k=", `{"a":"`, "von ", "100% "}).Draw(rt, "before")
			after := rapid.SampledFrom([]string{"", "", " ", ",x", `"}`, ")", "; b", "\n"}).Draw(rt, "after")
			text = before + encode(rt, text) + after
		}
		document, field := fmt.Sprintf(`{"attributes":{"esConfig":{"a.b":%s}}}`, quoted(text)), []string{"attributes", "esConfig", "a.b"}
		if !setting {
			document, field = fmt.Sprintf(`{"attributes":{"Something":%s}}`, quoted(text)), []string{"attributes", "Something"}
		}
		n, err := snapshot.ParseJSON([]byte(document))
		if err != nil {
			rt.Fatal(err)
		}
		out := r.value(n, place{kind: snapshot.Cluster}).Get(field...).Text()
		before, after := map[string]bool{}, map[string]bool{}
		openings(text, 5, before)
		openings(out, 5, after)
		mine := r.text(secret)
		if setting {
			mine = r.setting(secret)
		}
		told, there := false, false
		for opened := range before {
			told = told || strings.Contains(opened, secret)
		}
		for opened := range after {
			there = there || strings.Contains(opened, mine)
			for _, left := range []string{secret, "needle", "Needle", "203.0.113.", "198.51.100.", "2001:db8:77", "1234567890123456"} {
				if strings.Contains(opened, left) {
					rt.Fatalf("%q becomes %q: %s is left in %q", text, out, left, opened)
				}
			}
		}
		if told && !there {
			rt.Fatalf("%q becomes %q, which does not hold the pseudonym %s of %s", text, out, mine, secret)
		}
	})
}

func quoted(text string) string { return string(snapshot.NewString(text).AppendCompact(nil)) }

// What is encoded and tells nothing stays as it is, as does what only looks encoded.
func TestEncodedThatTellsNothing(t *testing.T) {
	r := New([]byte("a"))
	for _, text := range []string{
		"es-cn-orderssearch1", "vpc-bp1prodprodprodprod", "cn-hangzhou", "access_denied", "authentication_success", "bXktc2V0dGluZw==", "aGVsbG8gd29ybGQ=", "MTAuMC4wLjE=",
		"100%", "%zz", "a%20b", "logs-%{now}", "10%2E0%2E0%2E1", "%FF%FE",
	} {
		if got := r.setting(text); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
		if got := r.text(text); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	}
	for text, want := range map[string]string{
		"MjAzLjAuMTEzLjc3":         base64.RawStdEncoding.EncodeToString([]byte(r.text("203.0.113.77"))),
		"203%2E0%2e113%2E77:9200":  strings.ReplaceAll(r.text("203.0.113.77"), ".", "%2E") + ":9200",
		"user-id/MjAzLjAuMTEzLjc3": "user-id/" + base64.RawStdEncoding.EncodeToString([]byte(r.text("203.0.113.77"))),
	} {
		if got := r.text(text); got != want {
			t.Errorf("%q becomes %q, not %q", text, got, want)
		}
	}
	const site = "a?中 https://needle.example/x"
	for _, coding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding} {
		if got, want := r.setting(coding.EncodeToString([]byte(site))), coding.EncodeToString([]byte(r.setting(site))); strings.TrimRight(got, "=") != strings.TrimRight(want, "=") {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
