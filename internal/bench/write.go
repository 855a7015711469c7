package main

import (
	"fmt"
	"os"
	"path/filepath"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/estate"
	"esaudit/snapshot"
)

// large is the snapshot of a large estate, as a file holds it.
func large(clusters int, seed uint64) (*snapshot.Snapshot, recording.Part, error) {
	part := estate.Large(clusters, seed).Part()
	s, err := collector.Assemble([]recording.Part{part})
	return s, part, err
}

// writeEstate writes DIR/recording and DIR/snapshot.json.
func writeEstate(dir string, clusters int, seed uint64) error {
	s, part, err := large(clusters, seed)
	if err != nil {
		return err
	}
	kept := filepath.Join(dir, "recording")
	if err := os.MkdirAll(kept, 0o755); err != nil {
		return err
	}
	head, calls := estate.Encode(part)
	for name, data := range map[string][]byte{
		filepath.Join(kept, "recording.json"): head, filepath.Join(kept, "calls.jsonl"): calls,
		filepath.Join(dir, "snapshot.json"): s.Canonical(),
	} {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			return fmt.Errorf("write estate: %w", err)
		}
	}
	return nil
}
