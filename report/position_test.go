package report

import (
	"slices"
	"testing"

	"esaudit/snapshot"

	"charm.land/lipgloss/v2"
	"pgregory.net/rapid"
)

// Lines of a document begin where it begins, and behind each line feed.
func TestLinesOfADocument(t *testing.T) {
	for _, end := range []string{"", "\n", "\n\n\n"} {
		s, err := snapshot.Parse([]byte(fixtureSnapshot + end))
		if err != nil {
			t.Fatal(err)
		}
		want := []int{0}
		for i, c := range s.Source() {
			if c == '\n' {
				want = append(want, i+1)
			}
		}
		if got := newDocument(s).starts; !slices.Equal(got, want) {
			t.Errorf("%q: lines begin at %v, want %v", end, got, want)
		}
	}
}

// Columns of ASCII are counted as those of any text.
func TestColumnsOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching("[ -~]*"), rapid.StringMatching("[\x1b\x7f \\[m0-9;\n\ta]*")).Draw(t, "text")
		if got, want := columnsOf(text), lipgloss.Width(text); got != want {
			t.Fatalf("%q takes %d columns, want %d", text, got, want)
		}
	})
}
