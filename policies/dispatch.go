package policies

import (
	"fmt"
	"strings"
)

// dispatcherFile is the committed dispatcher, for stock opa; the engine makes
// its own for the rules that are enabled.
const dispatcherFile = "all.rego"

const dispatcherHead = `# Generated from the rules' METADATA; make update writes it.
# METADATA
# title: Every rule applied to every subject of the input
# description: |
#   all holds what the rules say. silent holds the subjects for which a rule gave
#   no set of results: it is broken, and its silence says nothing.
# entrypoint: true
package esaudit
`

// dispatcher returns the module that applies the rules to the subjects of the
// input. A rule is asked only about the kinds of subjects it names.
func dispatcher(rules []rule) string {
	var b strings.Builder
	b.WriteString(dispatcherHead)
	for _, r := range rules {
		for _, p := range r.parts() {
			fmt.Fprintf(&b, "\n%s contains %s if {\n\t%s\n}\n", p.set, p.element, strings.Join(p.body, "\n\t"))
		}
	}
	return b.String()
}

// asked is the query that applies one rule alone.
func asked(r rule) string {
	var texts []string
	for _, p := range r.parts() {
		texts = append(texts, fmt.Sprintf("%s := {%s | %s}", p.set, p.element, strings.Join(p.body, "; ")))
	}
	return strings.Join(texts, "; ")
}

// part is one of the sets that a rule adds to.
type part struct {
	set, element string
	body         []string
}

func (r rule) parts() []part {
	subjects := []string{"some s in input.subjects", fmt.Sprintf(`s.kind in {"%s"}`, strings.Join(r.Kinds, `", "`))}
	results := fmt.Sprintf("data.esaudit.rules.%s.results(s)", r.pkg)
	of := fmt.Sprintf(`{"rule": %q, "subject": s.arn}`, r.ID)
	return []part{
		{"all", fmt.Sprintf("object.union(result, %s)", of), append(subjects[:2:2], "some result in "+results)},
		{"silent", of, append(subjects[:2:2], fmt.Sprintf("count([set | set := %s; is_set(set)]) == 0", results))},
	}
}
