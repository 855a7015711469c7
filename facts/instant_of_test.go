package facts

import (
	"testing"

	"esaudit/snapshot"
)

// Times are read as far as nanoseconds since 1970 reach, in each form in which products
// write them; what is none has no value.
func TestInstantOf(t *testing.T) {
	for text, want := range map[string]any{
		"2026-11-22T08:00:00+08:00": "2026-11-22T00:00:00Z",
		"2026-11-22T00:00Z":         "2026-11-22T00:00:00Z",
		"1763769600000":             "2025-11-22T00:00:00Z",
		"1678-01-01T00:00:00Z":      "1678-01-01T00:00:00Z",
		"2262-01-01T00:00:00Z":      "2262-01-01T00:00:00Z",
		"9223372036854":             "2262-04-11T23:47:16Z",
		"9223372036855":             nil,
		"253402300799999":           nil,
		"0":                         nil,
		"-1":                        nil,
		"0001-01-01T00:00:00Z":      nil,
		"1677-01-01T00:00:00Z":      nil,
		"2263-01-01T00:00Z":         nil,
		"9999-12-31T23:59:59Z":      nil,
		"yesterday":                 nil,
		"":                          nil,
	} {
		if got := instantOf(snapshot.NewString(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
