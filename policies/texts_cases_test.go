package policies_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"esaudit/facts"
	"esaudit/policies"
)

// saidInChinese checks that a rule that speaks Chinese judges as it does in English
// beside all others: it gives the same statuses, severities, evidence and paths. And
// what it says is Chinese but for what comes from the cloud and the names of things.
func (j judgement) saidInChinese(t *testing.T, id string, translated *policies.Engine) {
	t.Helper()
	var want []policies.Result
	for _, r := range j.results {
		if r.Rule == id {
			want = append(want, r.Result)
		}
	}
	got := results(t, translated, j.doc)
	if a, b := meanings(want), meanings(got); !slices.Equal(a, b) {
		t.Errorf("in English\n%s\nin Chinese\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
	var known map[string]bool
	for _, r := range got {
		for _, text := range told(r) {
			left := englishIn(text, known)
			if len(left) > 0 && known == nil {
				known = wordsOf(t, j.doc)
				left = englishIn(text, known)
			}
			if len(left) > 0 {
				t.Errorf("%q is not Chinese: %q", left, text)
			}
		}
	}
}

func results(t *testing.T, e *policies.Engine, doc facts.Document) []policies.Result {
	t.Helper()
	out, err := e.Eval(t.Context(), doc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// meanings is what results say apart from words, sorted. Keys are left out: a few
// hold words.
func meanings(list []policies.Result) []string {
	var out []string
	for _, r := range list {
		var values, hops []string
		for _, e := range r.Evidence {
			values = append(values, fmt.Sprintf("%s %v", e.At, e.Value))
		}
		slices.Sort(values) // rules sort evidence by its notes
		for _, h := range r.Path {
			hops = append(hops, h.Control+" "+h.Pointer)
		}
		out = append(out, fmt.Sprintf("%s %v %v %v %v %v", r.Subject, r.Status, r.Severity, values, hops, r.Settle))
	}
	slices.Sort(out)
	return out
}

// told is everything a result says to people.
func told(r policies.Result) []string {
	out := []string{tell(r, "").message}
	for _, e := range r.Evidence {
		out = append(out, e.Note)
	}
	for _, h := range r.Path {
		out = append(out, h.Why)
	}
	return out
}

// latinWords are words of Latin letters, digits and _ that begin with a letter.
func latinWords(text string) []string {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
	})
	for i, w := range words {
		words[i] = strings.TrimLeft(w, "0123456789_")
	}
	return slices.DeleteFunc(words, func(w string) bool { return w == "" })
}

// wordsOf are the words of a document's names and values but for sentences.
func wordsOf(t *testing.T, doc facts.Document) map[string]bool {
	t.Helper()
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	var walk func(value any)
	walk = func(value any) {
		switch v := value.(type) {
		case map[string]any:
			for key, item := range v {
				if _, sentence := item.(string); !sentence || key != "why" && key != "because" && key != "error" {
					walk(key)
					walk(item)
				}
			}
		case []any:
			for _, item := range v {
				walk(item)
			}
		case string:
			for _, word := range latinWords(v) {
				out[word] = true
			}
		}
	}
	walk(value)
	return out
}

// terms are words that Chinese texts leave as they are.
var terms = strings.Fields(`
	ACL API ARN Active AliyunElasticsearchFullAccess AutoAcceptEnabled Bucket CEN CIDR CLB DNAT Directory ES Elasticsearch HTTP HTTPS ID IP
	IPv4 IPv6 Kibana LDAP MFA NAT NET NLB OIDC PrivateLink RAM SNAT TCP TLS UDP Unavailable VPN Watcher X Pack allow deny
	LB SLB Users VPC default hours ldap reindex root url x
`)

// name is what fields and operations of the API are called.
var name = regexp.MustCompile(`[a-z][A-Z]|_`)

// englishIn are the English words of a text.
func englishIn(text string, known map[string]bool) []string {
	var out []string
	for _, word := range latinWords(text) {
		if !known[word] && !slices.Contains(terms, word) && !name.MatchString(word) && len(word) > 1 {
			out = append(out, word)
		}
	}
	return out
}
