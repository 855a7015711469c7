package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// binary is the tests of a package, built with all of its mutants in them.
type binary struct {
	path  string
	dir   string   // of the package
	flags []string // that every run gets
}

// build makes the test binary of the mutated package in a directory.
func (p *pack) build(ctx context.Context, dir string) (binary, error) {
	chooser, err := p.chooser()
	if err != nil {
		return binary{}, err
	}
	files := map[string][]byte{filepath.Join(p.dir, "mutant_chooser.go"): chooser}
	for path, text := range p.files {
		files[path] = text
	}
	replace := map[string]string{}
	for path, text := range files {
		mutated := filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(mutated, text, 0o600); err != nil {
			return binary{}, err
		}
		whole, err := filepath.Abs(path)
		if err != nil {
			return binary{}, err
		}
		replace[whole] = mutated
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return binary{}, err
	}
	list, path := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "mutants.test")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return binary{}, err
	}
	said, err := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", list, "-o", path, "./"+p.dir).CombinedOutput()
	if err != nil {
		return binary{}, fmt.Errorf("build: %w\n%s", err, said)
	}
	b := binary{path, p.dir, []string{"-test.short", "-test.failfast"}}
	if help, _ := exec.CommandContext(ctx, path, "-help").CombinedOutput(); bytes.Contains(help, []byte("-rapid.checks")) {
		b.flags = append(b.flags, "-rapid.seed=1", "-rapid.nofailfile", "-rapid.shrinktime=0s")
	}
	return b, nil
}

// names lists the tests: tests, fuzz targets with their seeds, and examples.
func (b binary) names(ctx context.Context) ([]string, error) {
	c := exec.CommandContext(ctx, b.path, "-test.list=^(Test|Fuzz|Example)")
	c.Dir = b.dir
	said, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("list the tests: %w", err)
	}
	return strings.Fields(string(said)), nil
}

// limit is what one run may use: seconds of processor time, where there is a
// shell that knows such limits, and of the clock.
type limit struct{ processor, clock time.Duration }

// memory is how many kilobytes of address space a run may have: a loop that
// never ends would take all there is.
const memory = 6 << 20

// run runs one test. passed is false too for one that used up its limit; err
// is set when it could not be run.
func (b binary) run(ctx context.Context, test string, environment []string, most limit) (passed bool, used time.Duration, err error) {
	limited, cancel := context.WithTimeout(ctx, most.clock)
	defer cancel()
	script := fmt.Sprintf(`ulimit -t %d 2>/dev/null; ulimit -v %d 2>/dev/null; exec "$@"`, int(math.Ceil(most.processor.Seconds())), memory)
	words := append([]string{"-c", script, "sh", b.path, "-test.run=^" + test + "$"}, b.flags...)
	c := exec.CommandContext(limited, "sh", words...)
	c.Dir = b.dir
	c.Env = append(os.Environ(), environment...)
	err = c.Run()
	if ctx.Err() != nil {
		return false, 0, ctx.Err()
	}
	if c.ProcessState == nil {
		return false, 0, err
	}
	return err == nil, c.ProcessState.UserTime() + c.ProcessState.SystemTime(), nil
}
