package audit

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// fill is what a replacer of all names gives, whatever stands in message and
// arguments.
func TestFillAgreesWithAReplacer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("ab{} ")), 0, 20, -1)
		name := rapid.StringOfN(rapid.SampledFrom([]rune("ab")), 1, 2, -1)
		args := map[string]any{}
		for n, v := range rapid.MapOf(name, text).Draw(t, "args") {
			args[n] = v
		}
		message := text.Draw(t, "message")
		var pairs []string
		for n, v := range args {
			pairs = append(pairs, "{"+n+"}", fmt.Sprint(v))
		}
		want := message
		if len(pairs) > 0 {
			want = strings.NewReplacer(pairs...).Replace(message)
		}
		if got := fill(message, args); got != want {
			t.Fatalf("fill(%q, %v) = %q, want %q", message, args, got, want)
		}
	})
	if got := fill("{n} of {n}, {m}", map[string]any{"n": 3, "m": []any{"a"}}); got != "3 of 3, [a]" {
		t.Error(got)
	}
}
