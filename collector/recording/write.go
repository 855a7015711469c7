package recording

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"esaudit/collector/api"
	"esaudit/snapshot"
)

// maxText is how much is kept of a body that is not JSON, in bytes (CONTRACT 3).
const maxText = 4 << 10

// Entry is an answer as a recording holds it: its own parameters, no secrets, a
// body that is JSON on one line or the beginning of one that is not. An Entry
// that is written and read again is the same answer.
type Entry struct {
	api.Answer
	line []byte // of calls.jsonl, with its end
}

// NewEntry makes an entry of an answer.
func NewEntry(a api.Answer) Entry {
	e := Entry{Answer: api.Answer{
		Request: api.Request{
			Region: validText(a.Region), Product: validText(a.Product), Operation: validText(a.Operation), Params: ownParams(a.Params),
		},
		Status: a.Status, Err: cleanText(a.Err), AsOf: a.AsOf,
	}}
	if _, err := time.Parse(time.RFC3339, a.AsOf); err != nil {
		e.AsOf = ""
	}
	if a.Status < -1 || a.Status > 0 && a.Status < 100 || a.Status > 599 {
		e.Status, e.Err = 0, fmt.Sprintf("%d is no HTTP status", a.Status)
	}
	if e.Body = cleanBody(a.Body); e.Body == nil {
		e.Text = beginning(a.Text)
		if len(a.Body) > 0 && strings.TrimSpace(string(a.Body)) != "null" {
			e.Text = beginning(string(a.Body))
		}
	}
	e.line = encode(e.Answer)
	return e
}

// written is a line of calls.jsonl as it is written.
type written struct {
	Region    string            `json:"region"`
	Product   string            `json:"product"`
	Operation string            `json:"operation"`
	Params    map[string]string `json:"params"`
	Status    int               `json:"status"`
	Body      jsontext.Value    `json:"body"`
	BodyText  string            `json:"bodyText,omitzero"`
	Error     string            `json:"error,omitzero"`
	AsOf      string            `json:"asOf,omitzero"`
}

func encode(a api.Answer) []byte {
	line, err := json.Marshal(written{a.Region, a.Product, a.Operation, a.Params, a.Status, a.Body, a.Text, a.Err, a.AsOf},
		json.Deterministic(true), jsontext.PreserveRawStrings(true))
	if err != nil {
		panic(fmt.Sprintf("encode answer of %s.%s: %v", a.Product, a.Operation, err)) // a map of strings and JSON that was parsed
	}
	return append(line, '\n')
}

// ownParams returns the parameters that say what was asked: not the pages, who
// asks, nor how (CONTRACT 3).
func ownParams(params map[string]string) map[string]string {
	own := make(map[string]string, len(params))
	for name, value := range params {
		if !howAsked(name) {
			own[cleanText(name)] = cleanParam(name, value)
		}
	}
	return own
}

func cleanParam(name, value string) string {
	if secretName(name) && value != "" {
		return Redacted
	}
	return cleanText(value)
}

func howAsked(name string) bool {
	lower := strings.ToLower(name)
	switch lower {
	case "page", "size", "pagenumber", "pagesize", "maxresults", "maxresult", "nexttoken", "marker", "maxitems",
		"regionid", "format", "clienttoken", "action", "version", "timestamp", "accesskeyid", "securitytoken":
		return true
	}
	return strings.HasPrefix(lower, "signature")
}

// cleanBody returns a body on one line without secrets; nil for one that is not
// JSON (RFC 8259, strict), or null. The rest stays the vendor's bytes.
func cleanBody(body []byte) []byte {
	n, err := snapshot.ParseJSON(body)
	if err != nil || n.Kind() == snapshot.Null {
		return nil
	}
	if clean := n.Clone(bodySecret); !clean.Equal(n) {
		return clean.AppendCompact(nil)
	}
	line := jsontext.Value(body).Clone()
	if err := line.Compact(jsontext.PreserveRawStrings(true)); err != nil {
		return nil
	}
	return line
}

// bodySecret is Secret but for the token that asks for the next page, which
// opens nothing else.
func bodySecret(n *snapshot.Node) *snapshot.Node {
	if n.Key() == "NextToken" && n.Parent().Parent() == nil {
		return n.Clone(nil)
	}
	if s, ok := n.Str(); ok && encodedToken.MatchString(s) {
		return snapshot.NewString(cleanText(s))
	}
	return Secret(n)
}

// beginning returns the first 4 KiB of a text without secrets. Secrets are
// looked for before it is cut, so that no half of one is kept.
func beginning(text string) string {
	text = cleanText(text[:min(len(text), 16*maxText)])
	if len(text) <= maxText {
		return text
	}
	end := maxText
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// encodedToken is a session token in the string that was to be signed, which the
// vendor sends back when a signature is wrong: names and values are
// percent-encoded, and %26 ends a value.
var encodedToken = regexp.MustCompile(`(?i)(security_?token%3D)(?:[^%\s"&]|%(?:[013-9a-f]|2[^6]))+`)

func cleanText(s string) string {
	return encodedToken.ReplaceAllString(RedactText(validText(s)), "${1}"+Redacted)
}

func validText(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
