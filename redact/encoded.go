package redact

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Texts that stand encoded in a text.
const (
	shortest64 = "{10,}={0,2}" // an address of the internet has seven bytes
	escapes    = `(?:%[0-9A-Fa-f]{2})+`
)

// encodings find what may be in Base64, in either alphabet, and what is written with
// percent signs.
type encodings struct {
	base64  []*regexp.Regexp // of both alphabets, of each, and of what they share
	escapes *regexp.Regexp
}

func compileEncodings() encodings {
	e := encodings{escapes: regexp.MustCompile(escapes)}
	for _, alphabet := range []string{"[A-Za-z0-9+/_-]", "[A-Za-z0-9+/]", "[A-Za-z0-9_-]", "[A-Za-z0-9]"} {
		e.base64 = append(e.base64, regexp.MustCompile(alphabet+shortest64))
	}
	return e
}

// decoded replaces what plain does, and what whole would replace in a text that
// stands in this one in Base64 or with percent signs: that is encoded again, as it
// was. whole is decoded with the same plain, so that encodings may be nested.
func (r *Redactor) decoded(s string, whole, plain func(string) string) string {
	out := plain(r.in64(s, whole))
	clear := r.unescaped(s)
	if clear == s {
		return out
	}
	if to := whole(clear); to != clear && to != r.unescaped(out) {
		return r.escapedAs(to, s)
	}
	return out
}

// in64 replaces in what is Base64 of text.
func (r *Redactor) in64(s string, whole func(string) string) string {
	return r.encodings.base64[0].ReplaceAllStringFunc(s, func(m string) string {
		for _, form := range r.encodings.base64 { // a sign may be of the text, or around it
			if out := form.ReplaceAllStringFunc(m, func(part string) string { return recoded(part, whole) }); out != m {
				return out
			}
		}
		return m
	})
}

// recoded replaces in a text in Base64; what is none stays.
func recoded(s string, whole func(string) string) string {
	bare := strings.TrimRight(s, "=")
	coding := base64.RawStdEncoding
	if strings.ContainsAny(bare, "-_") {
		coding = base64.RawURLEncoding
	}
	data, err := coding.DecodeString(bare)
	if err != nil || !isText(data) {
		return s
	}
	out := whole(string(data))
	switch {
	case out == string(data):
		return s
	case bare != s:
		coding = coding.WithPadding(base64.StdPadding)
	}
	return coding.EncodeToString([]byte(out))
}

// isText reports whether bytes are what people, or programs for each other, write.
func isText(data []byte) bool {
	return utf8.Valid(data) && strings.IndexFunc(string(data), func(c rune) bool { return !unicode.IsPrint(c) && !unicode.IsSpace(c) }) < 0
}

// unescaped is a text without percent signs, as far as what they stand for is text.
func (r *Redactor) unescaped(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	return r.encodings.escapes.ReplaceAllStringFunc(s, func(m string) string {
		clear, _ := url.PathUnescape(m) // it is escapes only
		var b strings.Builder
		for i := 0; i < len(clear); {
			c, size := utf8.DecodeRuneInString(clear[i:])
			if part := clear[i : i+size]; c != utf8.RuneError && isText([]byte(part)) {
				b.WriteString(part)
			} else {
				b.WriteString(m[3*i : 3*(i+size)])
			}
			i += size
		}
		return b.String()
	})
}

// escapedAs writes with percent signs what is written so in another text, and what
// no such text holds as it is.
func (r *Redactor) escapedAs(s, like string) string {
	var marked [256]bool
	for _, m := range r.encodings.escapes.FindAllString(like, -1) {
		clear, _ := url.PathUnescape(m)
		for i := range len(clear) {
			marked[clear[i]] = true
		}
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; marked[c] || c >= utf8.RuneSelf {
			const digits = "0123456789ABCDEF"
			b.WriteString("%" + digits[c>>4:c>>4+1] + digits[c&15:c&15+1])
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
