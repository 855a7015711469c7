package facts

import (
	"strings"
	"testing"

	"esaudit/snapshot"
)

// Of a value that is no text the first 120 bytes are spelled out, no character cut
// in two; texts and what is shorter are whole.
func TestContradictionsSpellShort(t *testing.T) {
	long := strings.Repeat("北京", 30) // 180 bytes
	found := contradictions(snapshot.NewContradiction(snapshot.NewStrings(long), snapshot.NewStrings("10.0.0.0/8"), snapshot.NewString(long)), "ips")
	said, others := map[any]bool{}, ""
	for _, i := range found {
		said[i.Value] = true
		others += i.Other + "\n"
	}
	cut := `["` + strings.Repeat("北京", 19) + "北…" // 119 bytes: the next character does not fit
	for _, want := range []string{cut, `["10.0.0.0/8"]`, long} {
		if !said[want] || strings.Count(others, want) != 2 {
			t.Errorf("no reading is %q, or not both others name it: %v", want, found)
		}
	}
}
