package policies

import (
	"strings"
	"testing"
)

// The built-in rules read facts that exist: what is asked of a user's rules holds
// for them too.
func TestBuiltinRulesReadFactsThatExist(t *testing.T) {
	modules, err := load(builtin)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range modules {
		if strings.HasPrefix(m.parsed.Package.Path.String(), rulePrefix) {
			if err := lintFacts(m); err != nil {
				t.Error(err)
			}
		}
	}
}
