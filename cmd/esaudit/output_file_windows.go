package main

import (
	"bytes"
	"os"
)

// newPending begins a file that is kept in memory until it is finished: Windows
// replaces no file at once.
func newPending(name string) (pending, error) { return &kept{name: name}, nil }

type kept struct {
	bytes.Buffer
	name string
}

// CloseAtomicallyReplace writes the file.
func (k *kept) CloseAtomicallyReplace() error { return os.WriteFile(k.name, k.Bytes(), 0o644) }

// Cleanup has nothing to do.
func (k *kept) Cleanup() error { return nil }
