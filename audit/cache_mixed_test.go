package audit_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"esaudit/audit"
)

// Files of different runs beside each other, some of them damaged or gone, change nothing
// either: none is believed that was kept with other answers.
func TestCacheMixesNoRuns(t *testing.T) {
	seeds := uint64(2)
	if os.Getenv("ESAUDIT_LONG") != "" {
		seeds = 60
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 36))
		c := openCache(t, t.TempDir(), "secret")
		s, declared := someEstate(t, seed)
		before := map[string][][]byte{} // what a file was
		for step := range 5 {
			for file, was := range before {
				other := slices.Clone(was[r.IntN(len(was))])
				if r.IntN(3) == 0 {
					other[r.IntN(len(other))] ^= 1
				}
				if err := os.WriteFile(file, other, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			o := audit.Options{Config: declared, All: true}
			want := reported(t, s, o)
			o.Cache = c.Cache
			if got := reported(t, s, o); !bytes.Equal(got, want) {
				t.Fatalf("seed %d, step %d: %s; notes: %q", seed, step, firstDifference(got, want), c.notes)
			}
			files, err := filepath.Glob(filepath.Join(c.dir, "*"))
			if err != nil || len(files) != 3 {
				t.Fatalf("files: %q, %v", files, err)
			}
			for _, file := range files {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				before[file] = append(before[file], text)
			}
			s = next(t, r, s)
		}
	}
}
