package audit

import (
	"maps"
	"testing"

	"esaudit/facts"
	"esaudit/finding"

	"pgregory.net/rapid"
)

// What is settled is counted as it was said, however many have it in common, and by whom
// it belongs to.
func TestSettlementsAreCounted(t *testing.T) {
	rules := make([]finding.Rule, 40)
	for i := range rules {
		rules[i].ID = string(rune('a'+i%26)) + string(rune('0'+i/26))
	}
	rapid.Check(t, func(t *rapid.T) {
		want := map[tally]int{}
		var subjects []*subject
		for range rapid.IntRange(0, 8).Draw(t, "subjects") {
			owner := rapid.SampledFrom([]string{"", "ann", "bob"}).Draw(t, "owner")
			x := &subject{Subject: facts.Subject{Tags: map[string]string{"owner": owner}}}
			var text []byte
			for _, rule := range rapid.SliceOfN(rapid.IntRange(0, len(rules)-1), 0, 3).Draw(t, "rules") {
				status := rapid.SampledFrom([]finding.Status{finding.Pass, finding.NA}).Draw(t, "status")
				text = appendSettled(text, rule, status)
				want[tally{rules[rule].ID, status, owner}]++
			}
			x.settled = settlements(text)
			subjects = append(subjects, x)
		}
		var v verdicts
		v.countAll(subjects, rules, "owner")
		if !maps.Equal(v.counted, want) {
			t.Fatalf("counted %v, want %v", v.counted, want)
		}
	})
}

// Settlements of rules that there are not, that settle nothing, or that end in the middle
// are none.
func TestSettlementsOfOthers(t *testing.T) {
	for name, s := range map[string]settlements{
		"a rule too many": settlements(appendSettled(nil, 3, finding.Pass)),
		"a failure":       settlements(appendSettled(nil, 1, finding.Fail)),
		"an unknown":      settlements(appendSettled(nil, 1, finding.Unknown)),
		"half":            settlements(appendSettled(nil, 300, finding.Pass)[:1]),
		"behind another":  settlements(appendSettled(appendSettled(nil, 2, finding.NA), 3, finding.NA)),
	} {
		if s.each(3, func(int, finding.Status) {}) {
			t.Errorf("%s is taken", name)
		}
	}
	if s := settlements(appendSettled(nil, 300, finding.NA)); !s.each(301, func(int, finding.Status) {}) {
		t.Error("the last rule is not taken")
	}
}
