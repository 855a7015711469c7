// Package ci holds recipes for jobs that audit on a schedule: the files beside
// it, of which init writes some.
//
// # What it answers
//
// Read: one of its files, by slash-separated path.
//
// # What it assumes
//
// esaudit is on the PATH of the job, and credentials are in its environment.
//
// # Limits
//
// Only the shell scripts are tested, with the emulator; the files of the engines
// around them are tested for being well formed, and for calling them.
package ci

import "embed"

//go:embed esaudit.sh fanout.sh github gitlab
var files embed.FS

// Read returns a file by its slash-separated path. It panics when there is none.
func Read(path string) []byte {
	data, err := files.ReadFile(path)
	if err != nil {
		panic("ci: " + err.Error())
	}
	return data
}
