package shapes

import (
	"fmt"
	"strings"
)

// sample is a rule from which every shape is rendered. In its texts SUBJECT is
// the subject, and name(SUBJECT) a helper that depends on nothing else.
type sample struct {
	id      string // t01
	kind    string
	helpers string
	clauses []clause
}

// clause is one outcome of a rule. The bodies of a rule exclude each other, so
// that it makes no difference whether they are tried in order or all.
type clause struct {
	status, severity string
	message          string
	args             string // object
	evidence         string // array
	body             string
}

func (c clause) result(rest string) string {
	return fmt.Sprintf(`{"status": %q, "severity": %q, "message": %q, "args": %s, "evidence": %s%s}`,
		c.status, c.severity, c.message, c.args, c.evidence, rest)
}

// shape is one form of the interface.
type shape struct {
	name string
	// subject stands for SUBJECT, arguments for (SUBJECT).
	subject, arguments string
	rule               func(sample) string
	dispatch           func(sample) string
}

// shapes in the order of docs/adr/0001. The fourth is no candidate: it shows
// how much of the third one's cost is its clauses, which must each look at
// every subject.
var shapes = []shape{
	{"function", "s", "(s)", func(r sample) string {
		return "results(s) := {verdict(s)}\n" + chain(r)
	}, func(r sample) string {
		return fmt.Sprintf("some result in data.esaudit.rules.%s.results(s)", r.id)
	}},
	{"with", "input", "", func(r sample) string {
		return "results := {verdict}\n" + chain(r)
	}, func(r sample) string {
		return fmt.Sprintf("some result in data.esaudit.rules.%s.results with input as s", r.id)
	}},
	{"document", "s", "(s)", walk, nil},
	{"document-else", "s", "(s)", func(r sample) string {
		return fmt.Sprintf(`results contains object.union(verdict(s), {"rule": %q, "subject": s.arn}) if {
	some s in input.subjects
	s.kind == %q
}
`, r.id, r.kind) + chain(r)
	}, nil},
}

// chain renders the clauses as one value: the first that holds.
func chain(r sample) string {
	var parts []string
	for _, c := range r.clauses {
		parts = append(parts, fmt.Sprintf(":= %s if {\n%s\n}", c.result(""), c.body))
	}
	return "verdict(SUBJECT) " + strings.Join(parts, " else ") + "\n"
}

// walk renders the clauses as rules that each look at all subjects.
func walk(r sample) string {
	var b strings.Builder
	for _, c := range r.clauses {
		fmt.Fprintf(&b, "results contains %s if {\n\tsome s in input.subjects\n\ts.kind == %q\n%s\n}\n",
			c.result(fmt.Sprintf(`, "rule": %q, "subject": s.arn`, r.id)), r.kind, c.body)
	}
	return b.String()
}

// render gives the modules of a shape by file name.
func (sh shape) render(rules []sample) map[string]string {
	put := strings.NewReplacer("(SUBJECT)", sh.arguments, "SUBJECT", sh.subject)
	out := map[string]string{"lib.rego": library}
	var all strings.Builder
	all.WriteString("package esaudit\n")
	for _, r := range rules {
		out[r.id+".rego"] = put.Replace(fmt.Sprintf("package esaudit.rules.%s\n\nimport data.esaudit.lib\n\n%s\n%s", r.id, sh.rule(r), r.helpers))
		if sh.dispatch == nil {
			fmt.Fprintf(&all, "\nall contains result if some result in data.esaudit.rules.%s.results\n", r.id)
			continue
		}
		fmt.Fprintf(&all, `
all contains object.union(result, {"rule": %q, "subject": s.arn}) if {
	some s in input.subjects
	s.kind == %q
	%s
}
`, r.id, r.kind, sh.dispatch(r))
	}
	out["all.rego"] = all.String()
	return out
}
