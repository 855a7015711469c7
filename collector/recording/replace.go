package recording

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2/maybe"
)

// Replace puts other answers into the complete recording in a directory, whole
// or not at all; they are on the disk when it returns. An emulator does so when a
// write has changed what later reads see.
func Replace(dir string, answers []Entry) error {
	if err := maybe.WriteFile(filepath.Join(dir, callsName), lines(answers), 0o600); err != nil {
		return fmt.Errorf("record to %s: write %s: %w", dir, callsName, bare(err))
	}
	return SyncDir(dir)
}

// SyncDir makes the names in a directory last. Where directories cannot be
// synced, renaming is all there is.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("record to %s: %w", dir, bare(err))
	}
	defer d.Close()
	_ = d.Sync() // not on every system
	return nil
}
