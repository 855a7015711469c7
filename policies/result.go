package policies

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"esaudit/facts"
	"esaudit/finding"
)

// Result is what one rule says of one subject (CONTRACT 7).
type Result struct {
	Rule       string           `json:"rule"`
	Subject    string           `json:"subject"` // ARN
	Status     finding.Status   `json:"status"`
	Severity   finding.Severity `json:"severity"`
	Message    string           `json:"message"` // with {name} for args
	Args       map[string]any   `json:"args"`
	Evidence   []Evidence       `json:"evidence"`
	Path       []facts.Hop      `json:"path"`
	Settle     []facts.Call     `json:"settle"`
	Confidence string           `json:"confidence"` // high, low, or "" for high
}

// Evidence is a value a result rests on, by its place in the snapshot.
type Evidence struct {
	At    string `json:"at"` // a JSON pointer; "" when nothing stands there
	Value any    `json:"value"`
	Note  string `json:"note"`
	Key   string `json:"key"` // what the value means; makes its fingerprint
	Line  int    `json:"-"`   // that At stands on, where somebody looked; 0 otherwise
}

// most is how many results a rule may give for one subject.
const most = 1000

// required are the fields that every result has.
func required() []string { return []string{"status", "severity", "message", "args", "evidence"} }

// read checks what the rules gave. Silence of a rule about a subject of its
// kinds is an error: it is never a pass.
func (e *Engine) read(a answer) ([]Result, error) {
	for _, s := range a.Silent {
		return nil, fmt.Errorf("%s: judge %s: results(s) is not a set; a rule gives a set of results, an empty one when it has nothing to say", e.named(s.Rule), s.Subject)
	}
	out := make([]Result, 0, len(a.All))
	counts := map[[2]string]int{}
	for _, text := range a.All {
		var of struct{ Rule, Subject string }
		if err := json.Unmarshal(text, &of); err != nil {
			return nil, fmt.Errorf("read results: %w", err)
		}
		r, err := e.result(text, of.Rule)
		if err != nil {
			return nil, fmt.Errorf("%s: judge %s: %w", e.named(of.Rule), of.Subject, err)
		}
		key := [2]string{r.Rule, r.Subject}
		if counts[key]++; counts[key] > most {
			return nil, fmt.Errorf("%s: judge %s: more than %d results", e.named(r.Rule), r.Subject, most)
		}
		out = append(out, r)
	}
	return out, nil
}

// named is a rule with its file.
func (e *Engine) named(id string) string {
	for _, r := range e.rules {
		if r.ID == id {
			return fmt.Sprintf("rule %s (%s)", id, r.file)
		}
	}
	return "rule " + id
}

// result reads one result strictly: every field known, of its type, and the
// words those of CONTRACT 5.
func (e *Engine) result(text json.RawMessage, id string) (Result, error) {
	var r Result
	var given map[string]json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return r, fmt.Errorf("no result: %w", err)
	}
	if err := json.Unmarshal(text, &given); err != nil {
		return r, fmt.Errorf("no result: %w", err)
	}
	for _, field := range required() {
		if value := given[field]; value == nil || string(value) == "null" {
			return r, fmt.Errorf("the result has no %s", field)
		}
	}
	i := slices.IndexFunc(e.rules, func(rule rule) bool { return rule.ID == id })
	return r, r.check(&e.rules[i])
}

// check says what is wrong with a result.
func (r *Result) check(of *rule) error {
	bad := r.Status == finding.Fail || r.Status == finding.Latent
	switch {
	case bad && !slices.Contains(of.Severities, r.Severity):
		return fmt.Errorf("severity %v is none of custom.severities", r.Severity)
	case r.Message == "":
		return fmt.Errorf("the message is empty")
	case r.Confidence != "" && r.Confidence != "high" && r.Confidence != "low":
		return fmt.Errorf("confidence %q is neither high nor low", r.Confidence)
	}
	for _, item := range r.Evidence {
		if item.At != "" && !strings.HasPrefix(item.At, "/") {
			return fmt.Errorf("evidence at %q: not a JSON pointer", item.At)
		}
	}
	return nil
}
