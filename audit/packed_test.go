package audit

import (
	"bytes"
	"io"
	"math/rand/v2"
	"reflect"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/internal/estate"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// A snapshot whose text is packed has the report of one whose text is not, whether
// what passes is listed or counted, and whether values that were looked at are let
// go or kept.
func TestPackedTextHasTheSameReport(t *testing.T) {
	for seed := range uint64(8) {
		e := wild.New(seed + 300)
		packed(t, e.Part, e.Config, rand.New(rand.NewPCG(seed, 1)))
	}
	packed(t, estate.Large(6, 3).Part(), config.Config{}, rand.New(rand.NewPCG(1, 1)))
}

func packed(t *testing.T, part recording.Part, c config.Config, r *rand.Rand) {
	t.Helper()
	s, err := collector.Assemble([]recording.Part{part})
	if err != nil {
		t.Fatal(err)
	}
	if edited, ok := wild.Edited(r, s, 4); ok {
		s = edited
	}
	text := s.Canonical()
	for _, o := range []Options{{Config: c}, {Config: c, Lean: true}} {
		want := reported(t, text, snapshot.ReadSource, 0, o)
		for _, opened := range []int{0, 1, 20} {
			if got := reported(t, text, snapshot.ReadPacked, opened, o); !reflect.DeepEqual(got, want) {
				t.Fatalf("lean: %v, %d values stay open: another report", o.Lean, opened)
			}
		}
	}
}

// reported audits a text that is read in a way, of whose values so many stay open; 0
// for all.
func reported(t *testing.T, text []byte, read func(io.Reader, int) (*snapshot.Source, error), opened int, o Options) any {
	t.Helper()
	source, err := read(bytes.NewReader(text), len(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := source.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if opened > 0 {
		s.Limit(opened)
	}
	result, err := Run(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return result.Report
}
