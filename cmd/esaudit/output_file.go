//go:build !windows

package main

import "github.com/google/renameio/v2"

// newPending begins a file that appears whole when it is finished, or not at all. It
// is written under another name and renamed; what stood there keeps its permissions.
func newPending(name string) (pending, error) {
	file, err := renameio.NewPendingFile(name, renameio.WithPermissions(0o644), renameio.WithExistingPermissions())
	if err != nil {
		return nil, err
	}
	return file, nil
}
