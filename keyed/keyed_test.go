package keyed

import (
	"fmt"
	"testing"
)

// Marks tell texts apart, and secrets, and are the same for the same.
func TestMarks(t *testing.T) {
	seen := map[Mark]string{{}: "nothing"}
	for _, secret := range []string{"", "a", "b"} {
		m := NewMarker([]byte(secret))
		for n := range 200 {
			text := fmt.Sprintf("%0*d", n, n%7)
			got := m.Text(text)
			if again := NewMarker([]byte(secret)).Mark([]byte(text)); again != got {
				t.Fatalf("%q is marked %x and %x", text, got, again)
			}
			if other, taken := seen[got]; taken && other != secret+" "+text {
				t.Fatalf("%q and %q have the same mark", other, secret+" "+text)
			}
			seen[got] = secret + " " + text
		}
	}
}
