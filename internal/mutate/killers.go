package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// killersFile keeps which test noticed which mutant from one run to the next.
// Without it a run takes longer, and finds the same.
const killersFile = "bin/mutants.txt"

// killers says which test noticed which mutant, in this run or in one before.
type killers struct {
	mu   sync.Mutex
	by   map[string]string
	file *os.File
}

// openKillers reads what is known, and will write down at once what is noted: a
// run that is interrupted loses nothing. A line of the file is a mutant, a
// tabulator, and a test; none where no test notices it any more. The last line
// of a mutant counts.
func openKillers(path string) (*killers, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	by := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if mutant, test, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok {
			by[mutant] = test
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &killers{by: by, file: file}, nil
}

// of is the test that noticed a mutant; "" when none is known.
func (k *killers) of(mutant string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.by[mutant]
}

// note remembers which test noticed a mutant; "" when none did.
func (k *killers) note(mutant, test string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.by[mutant] == test {
		return nil
	}
	k.by[mutant] = test
	_, err := fmt.Fprintf(k.file, "%s\t%s\n", mutant, test)
	return err
}
