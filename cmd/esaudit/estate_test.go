package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// Frames that are skipped stand before or behind the text of a zstd file.
func TestZstdWithSkippableFrames(t *testing.T) {
	const skipped = "\x5a\x2a\x4d\x18\x04\x00\x00\x00abcd"
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	text := `{"accounts": [], "schema": "esaudit.snapshot/v1"}`
	packed := string(w.EncodeAll([]byte(text), nil))
	for _, data := range []string{packed, skipped + packed, packed + skipped} {
		file := filepath.Join(t.TempDir(), "estate")
		if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		if source, err := readSource(file, nil); err != nil || source.Text() != text {
			t.Errorf("%q: %v", data, err)
		}
	}
}

// A compressed file that is cut says so, wherever it is cut.
func TestCompressedFilesThatAreCut(t *testing.T) {
	var packed, pressed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(strings.Repeat("{}\n", 1000))); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	w, err := zstd.NewWriter(&pressed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(strings.Repeat("{}\n", 1000))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "estate")
	for text, least := range map[string]int{packed.String(): 2, pressed.String(): 4} {
		for n := least; n < len(text)-8; n++ {
			if err := os.WriteFile(file, []byte(text[:n]), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := readSource(file, nil); err == nil || !strings.HasSuffix(err.Error(), "it ends in the middle") {
				t.Errorf("%d of %d bytes: %v", n, len(text), err)
			}
		}
	}
}
