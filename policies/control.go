package policies

import "strings"

// Control splits a control of METADATA, "FRAMEWORK: CLAUSE". A clause marked
// "(unverified)" was not read in the framework itself; one marked "(nearest)" is
// the closest of a framework that has no control for Elasticsearch. A text
// without a framework is a clause of none.
func Control(text string) (framework, clause string) {
	if i := strings.LastIndex(text, ": "); i >= 0 {
		return text[:i], strings.TrimSpace(text[i+2:])
	}
	return "", text
}
