package snapshot_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/estate"
	"esaudit/snapshot"
)

// Text between two offsets is that of the source, and so is what is visited in turn,
// whatever form a document was read in, and however it is kept.
func TestSourceBetween(t *testing.T) {
	assembled, err := collector.Assemble([]recording.Part{estate.Large(20, 1).Part()})
	if err != nil {
		t.Fatal(err)
	}
	text := string(assembled.Canonical())
	for name, text := range map[string]string{
		"canonical": text, "without the last line feed": strings.TrimSuffix(text, "\n"),
		"on lines of its own": strings.ReplaceAll(text, "\n", "\r\n"), "one line": strings.ReplaceAll(text, "\n", ""),
	} {
		for kept, read := range map[string]func(string) (*snapshot.Source, error){
			"kept": func(text string) (*snapshot.Source, error) {
				return snapshot.ReadSource(strings.NewReader(text), len(text))
			},
			"packed": func(text string) (*snapshot.Source, error) {
				return snapshot.ReadPacked(strings.NewReader(text), len(text))
			},
		} {
			source, err := read(text)
			if err != nil {
				t.Fatal(err)
			}
			s, err := source.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			r := rand.New(rand.NewPCG(1, 41))
			for range 3000 {
				start := r.IntN(len(text) + 1)
				end := start + r.IntN(min(len(text)-start, []int{10, 3000, 200_000}[r.IntN(3)])+1)
				if got := s.SourceBetween(start, end); got != text[start:end] {
					t.Fatalf("%s, %s: from %d to %d: %q, want %q", name, kept, start, end, got, text[start:end])
				}
			}
			var all strings.Builder
			s.SourceInTurn(func(piece []byte) { all.Write(piece) })
			if all.String() != text || s.Source() != text {
				t.Errorf("%s, %s: %d bytes in turn, %d in one, want %d", name, kept, all.Len(), len(s.Source()), len(text))
			}
			if got := s.SourceBetween(0, len(text)); got != text {
				t.Errorf("%s, %s: all of it is %d bytes, want %d", name, kept, len(got), len(text))
			}
		}
	}
}
