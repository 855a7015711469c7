package policies_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"esaudit/policies"
	"esaudit/rulecase"
)

// number finds the constants of a rule that are numbers: its thresholds.
var number = regexp.MustCompile(`(?m)^[a-z_0-9]+ := (\d+)$`)

// A threshold changed in a rule's Rego alone changes what the rule says.
func TestThresholdsAreInRego(t *testing.T) {
	all := stories()
	for _, id := range ruleIDs(t) {
		file := readCases(t, id)
		var changed []string
		for _, th := range file.Thresholds {
			changed = append(changed, th.Text)
			t.Run(id+"/"+th.Text, func(t *testing.T) {
				t.Parallel()
				i := slices.IndexFunc(file.Cases, func(c rulecase.Case) bool { return c.Name == th.Case })
				if i < 0 {
					t.Fatalf("no case %q", th.Case)
				}
				c := ruleCase{file.Cases[i]}
				j := judge(t, policies.Rewritten(t, id, th.Text, th.Becomes), c.parts(t, all), c.config(t), c.stored(t)...)
				k := slices.IndexFunc(j.results, func(r said) bool { return r.id == th.Subject })
				if k < 0 {
					t.Fatalf("nothing about %s", th.Subject)
				}
				if got := short(j.results[k]); got != th.Says {
					t.Errorf("says %s, want %s", got, th.Says)
				}
				if th.Message != "" {
					if !strings.Contains(j.results[k].message, th.Message) {
						t.Errorf("the message %q lacks %q", j.results[k].message, th.Message)
					}
					return
				}
				for _, w := range c.Want {
					if w.Subject == th.Subject && w.Brief() == th.Says {
						t.Errorf("it says %s of %s without the change too", th.Says, th.Subject)
					}
				}
			})
		}
		for _, m := range number.FindAllString(ruleText(t, id), -1) {
			if !slices.Contains(changed, m) {
				t.Errorf("%s: no threshold in cases.yaml changes %q", id, m)
			}
		}
	}
}
