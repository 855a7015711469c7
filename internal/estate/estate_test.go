package estate

import (
	"bytes"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/estates and the embedded demo estate")

const (
	estates  = "../../testdata/estates"
	embedded = "../demo/recording"
)

func TestStoriesOnDisk(t *testing.T) {
	want := map[string]map[string][]byte{}
	for _, s := range Stories() {
		want[filepath.Join(estates, s.Name)] = s.Files()
		if s.Name == "demo" {
			want[embedded] = s.Files()
			delete(want[embedded], "story.md")
		}
	}
	if *update {
		for dir, files := range want {
			write(t, dir, files)
		}
	}
	for dir, files := range want {
		compare(t, dir, files)
	}
	entries, err := os.ReadDir(estates)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range entries {
		if want[filepath.Join(estates, d.Name())] == nil {
			t.Errorf("%s/%s: no story of this name", estates, d.Name())
		}
	}
}

func write(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func compare(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(dir, p)
			found = append(found, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Errorf("%v: run go test ./internal/estate -update", err)
		return
	}
	slices.Sort(found)
	if names := slices.Sorted(maps.Keys(files)); !slices.Equal(names, found) {
		t.Errorf("%s holds %v, the builder makes %v: run go test ./internal/estate -update", dir, found, names)
	}
	for name, data := range files {
		old, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err == nil && !bytes.Equal(old, data) {
			t.Errorf("%s/%s is not what the builder makes: run go test ./internal/estate -update", dir, name)
		}
	}
}

func TestStoryTexts(t *testing.T) {
	for _, s := range Stories() {
		n := strings.Count(strings.TrimSpace(s.Text), "\n") + 1
		if n < 4 || n > 30 {
			t.Errorf("%s: the story has %d lines", s.Name, n)
		}
		for _, word := range []string{"esaudit should say", "Why it matters"} {
			if !strings.Contains(s.Text, word) {
				t.Errorf("%s: the story lacks %q", s.Name, word)
			}
		}
	}
}
