package locality_test

import (
	"slices"
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/config"
	"esaudit/internal/estate"
	"esaudit/locality"
	"esaudit/snapshot"
)

// Objects are digested some at a time, on all processors: an estate of so many that
// there are several of them has the same digests when they are taken again, and when
// what is known of it is read.
func TestDigestsSideBySide(t *testing.T) {
	s, err := collector.Assemble([]recording.Part{estate.Large(70, 1).Part()})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(idsOf(s)); n < 2001 {
		t.Fatalf("%d objects are digested by one goroutine, or two", n)
	}
	first := locality.Divide(s, config.Config{})
	want, common := first.Digests(snapshot.Asked{All: true})
	for _, d := range []*locality.Division{locality.Divide(s, config.Config{}), locality.Survey(s, config.Config{}, first.Kept(), nobody, nil)} {
		if got, also := d.Digests(snapshot.Asked{All: true}); !slices.Equal(got, want) || also != common {
			t.Error("other digests")
		}
	}
}
