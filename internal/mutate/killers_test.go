package main

import (
	"path/filepath"
	"testing"
)

// What was noted is known to the next run, though this one was not ended.
func TestKillersAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bin", "mutants.txt")
	first, err := openKillers(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range [][2]string{{"p a: x < y", "p.TestA"}, {"p b: x == y", "p.TestA"}, {"p b: x == y", "p.TestB"}, {"p c: z", "p.TestC"}, {"p c: z", ""}} {
		if err := first.note(n[0], n[1]); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		next, err := openKillers(path)
		if err != nil {
			t.Fatal(err)
		}
		for mutant, want := range map[string]string{"p a: x < y": "p.TestA", "p b: x == y": "p.TestB", "p c: z": "", "p d: z": ""} {
			if got := next.of(mutant); got != want {
				t.Errorf("%s was noticed by %q, want %q", mutant, got, want)
			}
		}
	}
}
