package policies_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/facts"
	"esaudit/graph"
	"esaudit/lang"
	"esaudit/policies"
)

// In every case a rule that speaks Chinese judges as it does in English: it gives
// the same statuses, severities, evidence and paths. And what it says is Chinese
// but for what comes from the cloud and the names of things.
func TestTranslatedCases(t *testing.T) {
	chinese, err := lang.Of(lang.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	all := stories()
	for _, id := range ruleIDs(t) {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			english, translated := policies.Alone(t, id, nil), policies.Alone(t, id, chinese)
			for _, c := range cases(t, id) {
				s, err := collector.Assemble(c.parts(t, all))
				if err != nil {
					t.Fatal(err)
				}
				doc := facts.Build(graph.Build(s, c.config(t)))
				want, got := results(t, english, doc), results(t, translated, doc)
				if a, b := meanings(want), meanings(got); !slices.Equal(a, b) {
					t.Errorf("%s: in English\n%s\nin Chinese\n%s", c.Name, strings.Join(a, "\n"), strings.Join(b, "\n"))
				}
				var known map[string]bool
				for _, r := range got {
					for _, text := range told(r) {
						left := englishIn(text, known)
						if len(left) > 0 && known == nil {
							known = wordsOf(t, doc)
							left = englishIn(text, known)
						}
						if len(left) > 0 {
							t.Errorf("%s: %q is not Chinese: %q", c.Name, left, text)
						}
					}
				}
			}
		})
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

var latin = regexp.MustCompile(`[A-Za-z][A-Za-z0-9_]*`)

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
			for _, word := range latin.FindAllString(v, -1) {
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
	for _, word := range latin.FindAllString(text, -1) {
		if !known[word] && !slices.Contains(terms, word) && !name.MatchString(word) && len(word) > 1 {
			out = append(out, word)
		}
	}
	return out
}
