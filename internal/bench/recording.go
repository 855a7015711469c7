package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/estate"
)

// recordings makes a snapshot of a recording, beside encoding/json into any of the
// same answers.
func (b *bench) recordings() error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	head, calls := estate.Encode(estate.Large(b.clusters, b.seed).Part())
	for name, data := range map[string][]byte{"recording.json": head, "calls.jsonl": calls} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return err
		}
	}
	assembled := func() {
		r, wrong := recording.Open(dir)
		if err = wrong; err == nil {
			_, err = collector.Assemble(r.Parts)
		}
	}
	plain := func() {
		lines := json.NewDecoder(bytes.NewReader(calls))
		for err = nil; err == nil; {
			var v any
			err = lines.Decode(&v)
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	ours, passing := clocked(assembled)
	if err != nil {
		return err
	}
	other, otherPassing := clocked(plain)
	b.line("recording: answers to snapshot", ours, other, "encoding/json of the answers into any")
	b.line("  elapsed", passing, otherPassing, "the same")
	return err
}
