package facts

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The word is found wherever it stands, in any case, and nowhere else.
func TestNamesTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("curentimTEé:")), 0, 40, -1).Draw(t, "text")
		if rapid.Bool().Draw(t, "named") {
			at := rapid.IntRange(0, len(text)).Draw(t, "at")
			text = text[:at] + rapid.SampledFrom([]string{"CurrentTime", "currenttime", "CURRENTTIME", "cURRENTtIME", "currentime", "urrenttime"}).Draw(t, "word") + text[at:]
		}
		if got, want := namesTime(text), strings.Contains(strings.ToLower(text), "currenttime"); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	})
}
