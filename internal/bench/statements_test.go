package main

import (
	"os"
	"path/filepath"
	"testing"
)

// What runs grows with the number of objects, with an exponent of at most 1.05: from 1,000
// to 33,000 objects, and to 100,000 with ESAUDIT_LONG; and no block of source runs much
// oftener with each object than with fewer of them. What a run costs with one cluster is
// taken away first.
func TestStatementsGrowWithTheObjects(t *testing.T) {
	dir, many := t.TempDir(), 1000
	if os.Getenv("ESAUDIT_LONG") != "" {
		many = 3000
	}
	program := filepath.Join(dir, "esaudit")
	if err := buildCounting(program); err != nil {
		t.Fatal(err)
	}
	clusters, estates := []int{1, fewClusters, many}, []string{}
	for i, n := range clusters {
		estates = append(estates, filepath.Join(dir, string(rune('a'+i))))
		if err := writeEstate(estates[i], n, 1); err != nil {
			t.Fatal(err)
		}
	}
	key := filepath.Join(dir, "key")
	if err := os.WriteFile(key, []byte("a secret of the test"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, way := range []struct {
		name, estate string
		words        []string
		twice        bool
	}{
		{"audit", "snapshot.json", nil, false},
		{"audit of a recording", "recording", []string{"--all"}, false},
		{"audit with a new cache", "snapshot.json", []string{"--cache", "DIR", "--cache-key", key}, false},
		{"audit with a cache", "snapshot.json", []string{"--cache", "DIR", "--cache-key", key}, true},
	} {
		var ran []statements
		for _, estate := range estates {
			words := []string{"audit", filepath.Join(estate, way.estate), "-f", "json", "--quiet", "--fail-on", "none"}
			kept := t.TempDir()
			for _, word := range way.words {
				if word == "DIR" {
					word = kept
				}
				words = append(words, word)
			}
			s, err := count(program, words...)
			if err == nil && way.twice {
				s, err = count(program, words...)
			}
			if err != nil {
				t.Fatal(err)
			}
			ran = append(ran, s)
		}
		few, large := ran[1].total()-ran[0].total(), ran[2].total()-ran[0].total()
		exponent := grown(few, large, fewClusters-1, many-1)
		t.Logf("%s: from %d to %d statements: exponent %.3f", way.name, few, large, exponent)
		if !(exponent <= 1.05) {
			t.Errorf("%s: statements that run grow with exponent %.3f, want at most 1.05", way.name, exponent)
		}
		for block, n := range ran[2] {
			if grows := grown(max(ran[1][block], 1), max(n, 1), fewClusters, many); n > large/3000 && grows > 1.45 {
				t.Errorf("%s: %s ran %d times, then %d: exponent %.2f", way.name, block, ran[1][block], n, grows)
			}
		}
	}
}

// A profile is read as it is written, and nothing is no profile.
func TestReadStatements(t *testing.T) {
	got, err := readStatements("mode: count\nesaudit/a.go:1.2,3.4 2 5\nesaudit/a.go:1.2,3.4 2 1\nesaudit/b.go:1.2,3.4 1 0\n")
	if err != nil || got["esaudit/a.go:1.2,3.4"] != 12 || got.total() != 12 {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"", "mode: count\n", "esaudit/a.go:1.2,3.4 2 x\n"} {
		if _, err := readStatements(text); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}
