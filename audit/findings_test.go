package audit

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"esaudit/finding"
	"esaudit/snapshot"
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

// What stands where a rule points is never told as missing, also when the rule
// does not show it.
func TestWhatStandsThereIsNotMissing(t *testing.T) {
	s, err := snapshot.Parse([]byte(`{"schema":"esaudit.snapshot/v1","accounts":[],"made":{"by":"x","n":12,"on":true,"list":[1],"none":[],"null":null}}`))
	if err != nil {
		t.Fatal(err)
	}
	for pointer, want := range map[string]any{
		"/made": finding.Whole("{...}"), "/made/list": finding.Whole("[...]"), "/made/none": finding.Whole("[]"),
		"/made/by": "x", "/made/n": json.Number("12"), "/made/on": true, "/made/null": nil, "/made/gone": nil,
	} {
		if got := standing(nil, s.Root().Resolve(pointer)); got != want {
			t.Errorf("%s: %#v, want %#v", pointer, got, want)
		}
	}
	if got := standing("shown", s.Root().Resolve("/made")); got != "shown" {
		t.Errorf("what a rule shows became %v", got)
	}
}
