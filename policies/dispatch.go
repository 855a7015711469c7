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
# entrypoint: true
package esaudit
`

// dispatcher returns the module that applies the rules to the subjects of the
// input. A rule is asked only about the kinds of subjects it names.
func dispatcher(rules []rule) string {
	var b strings.Builder
	b.WriteString(dispatcherHead)
	for _, r := range rules {
		fmt.Fprintf(&b, `
all contains object.union(result, {"rule": %q, "subject": s.arn}) if {
	some s in input.subjects
	s.kind in {"%s"}
	some result in data.esaudit.rules.%s.results(s)
}
`, r.ID, strings.Join(r.Kinds, `", "`), r.pkg)
	}
	return b.String()
}
