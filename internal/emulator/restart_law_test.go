package emulator

import (
	"maps"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"esaudit/collector/recording"
)

// A restart at any point is seen by nobody: a server that is started again
// between writes, and one that runs on in memory, answer every write and every
// read alike, and count the same effects.
func TestRestartsAreNotSeen(t *testing.T) {
	parts, all := []recording.Part{writable()}, steps()
	names := slices.Sorted(maps.Keys(all))
	root := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		if rapid.IntRange(0, 4).Draw(r, "chosen") > 0 {
			return // the disk makes it slow
		}
		dir, err := os.MkdirTemp(root, "")
		if err != nil {
			r.Fatal(err)
		}
		o := Options{State: dir, Reads: -1}
		steady, in := direct(t, parts, Options{Writable: true, Reads: -1})
		other, on := direct(t, parts, o)
		for range rapid.IntRange(1, 8).Draw(r, "writes") {
			s := all[rapid.SampledFrom(names).Draw(r, "write")]
			w := s.write
			if rapid.Bool().Draw(r, "undo") {
				w = s.undo
			}
			a, b := w.send(t, in, in.key), w.send(t, on, on.key)
			if a.status != b.status || a.code() != b.code() {
				r.Fatalf("%s: %s, and %s", w.name, a.body, b.body)
			}
			if rapid.Bool().Draw(r, "restart") {
				other, on = direct(t, parts, o)
			}
			if one, two := steady.Effects(), other.Effects(); len(one) != len(two) {
				r.Fatalf("%d effects, and %d", len(one), len(two))
			}
		}
		if one, two := told(t, in, parts[0]), told(t, on, parts[0]); !maps.Equal(one, two) {
			r.Fatalf("%v\n%v", one, two)
		}
	})
}
