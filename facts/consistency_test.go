package facts

import (
	"testing"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/wild"
	"esaudit/snapshot"
)

// What is told at a glance of an object is what values say of it.
func TestGlancesAgreeWithValues(t *testing.T) {
	found := map[string]int{}
	agree := func(what string, fine bool, said []Inconsistency, o snapshot.Object) {
		if fine == (len(said) > 0) {
			t.Errorf("%s of %s %s: fine at a glance is %t, values say %v", what, o.Kind, o.ID, fine, said)
		}
		found[what] += len(said)
	}
	for seed := range uint64(60) {
		s, err := collector.Assemble([]recording.Part{wild.New(seed).Part})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range s.Accounts() {
			c := newChecks(a)
			for name := range resources() {
				kind := kindOf(name)
				for _, o := range a.Objects(name) {
					for _, r := range kind.values {
						agree("unparsable", r.parsed(o), r.unparsable(o), o)
					}
					for _, r := range c.listed(kind.references, o.Region) {
						agree("dangling", c.there(r, o), c.dangling(r, o), o)
					}
				}
			}
		}
	}
	for _, what := range []string{"unparsable", "dangling"} {
		if found[what] < 5 {
			t.Errorf("%s was found %d times only", what, found[what])
		}
	}
}
