package recording_test

import (
	"os"
	"path/filepath"
	"testing"

	"esaudit/collector/recording"
)

// TestSize counts the answers of all parts, those that are compressed for what they become,
// and nothing else.
func TestSize(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, size int) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want int64) {
		t.Helper()
		if got := recording.Size(dir); got != want {
			t.Errorf("%d bytes, want %d", got, want)
		}
	}
	expect(0)
	write("recording.json", 1)
	write("other/notes.txt", 10)
	write("a/b/calls.jsonl", 100)
	expect(0)
	write("1/calls.jsonl", 1000)
	write("2/calls.jsonl.gz", 20)
	write("3/calls.jsonl.zst", 3)
	expect(1000 + 16*23)
	write("calls.jsonl", 5)
	expect(1005 + 16*23)
	dir = filepath.Join(dir, "1", "calls.jsonl")
	expect(0)
}
