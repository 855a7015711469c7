// Package demo carries the estate that the demonstration shows.
//
// # What it answers
//
// FS is a recording (CONTRACT 3) of an invented account with clusters, load
// balancers, private connections and people, and a handful of telling problems.
//
// # What it assumes
//
// The files are those of testdata/estates/demo; the builder in package estate
// writes both.
//
// # Limits
//
// It is read only, and knows nothing of how a recording is read.
package demo

import (
	"embed"
	"io/fs"
)

//go:embed recording/recording.json recording/calls.jsonl
var files embed.FS

// FS is the demo estate: recording.json and calls.jsonl at its root.
func FS() fs.FS {
	sub, err := fs.Sub(files, "recording")
	if err != nil {
		panic("embedded demo estate: " + err.Error()) // the directory is in the binary
	}
	return sub
}
