package report

import (
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
		d := newDocument(s)
		if d.lines != len(want) {
			t.Errorf("%q: %d lines, want %d", end, d.lines, len(want))
		}
		for line, at := range want {
			next := append(want[:len(want):len(want)], len(s.Source())+1)[line+1]
			if d.start(line) != at || d.lineEnd(line) != next-1 {
				t.Errorf("%q: line %d is from %d to %d, want %d to %d", end, line, d.start(line), d.lineEnd(line), at, next-1)
			}
			for offset := at; offset < next; offset++ {
				if got := d.line(offset); got != line {
					t.Errorf("%q: %d is on line %d, want %d", end, offset, got, line)
				}
			}
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
