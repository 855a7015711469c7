package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// killersFile keeps which test noticed which mutant from one run to the next: a
// line each, mutant, tabulator, test. Without it a run takes longer, and finds
// the same.
const killersFile = "bin/mutants.txt"

func readKillers() (map[string]string, error) {
	killers := map[string]string{}
	text, err := os.ReadFile(killersFile)
	if errors.Is(err, fs.ErrNotExist) {
		return killers, nil
	}
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		if mutant, test, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok {
			killers[mutant] = test
		}
	}
	return killers, nil
}

func writeKillers(killers map[string]string) error {
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(killers)) {
		fmt.Fprintf(&out, "%s\t%s\n", name, killers[name])
	}
	if err := os.MkdirAll(filepath.Dir(killersFile), 0o755); err != nil {
		return err
	}
	return os.WriteFile(killersFile, []byte(out.String()), 0o600)
}
