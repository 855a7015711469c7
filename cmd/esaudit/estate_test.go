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
