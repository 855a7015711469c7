package netset

import (
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The lowest address of a set is the first that its prefixes hold, and the
// bounds of its runs are what its spans say.
func TestFirstAndBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Of(anyPrefixes(t, "s")...)
		var first netip.Addr
		if prefixes := s.Prefixes(); len(prefixes) > 0 {
			first = prefixes[0].Addr()
		}
		if s.First() != first {
			t.Fatalf("the first of %v is %v", s, s.First())
		}
		bounds := s.Bounds()
		if len(bounds) > 0 && bounds[0] != first {
			t.Fatalf("the first bound of %v is %v", s, bounds[0])
		}
		for i, a := range bounds {
			outside := a.Prev() // of a first address, or after a last one
			if i%2 == 1 {
				outside = a.Next()
			}
			if !s.Contains(a) || s.Contains(outside) {
				t.Fatalf("%v is no bound of %v", a, s)
			}
		}
		if !slices.IsSortedFunc(bounds, netip.Addr.Compare) {
			t.Fatalf("%v are out of order", bounds)
		}
	})
}
