package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// binary is the tests of a package, built with all mutants in them.
type binary struct {
	path  string
	dir   string   // of the tests' package
	flags []string // that every run gets
}

// witnesses are packages whose tests are tests of another one, too: they ask it
// what it answers nobody else.
func witnesses(dir string) []string {
	if dir == "graph" {
		return []string{"diff"}
	}
	return nil
}

// build makes the test binaries of the mutated package and of its witnesses in
// a directory.
func (p *pack) build(ctx context.Context, dir string) ([]binary, error) {
	overlay, err := p.overlay(dir)
	if err != nil {
		return nil, err
	}
	var out []binary
	for _, tests := range append([]string{p.dir}, witnesses(p.dir)...) {
		b, err := compile(ctx, tests, overlay, filepath.Join(dir, filepath.Base(tests)+".test"))
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// overlay writes the mutated sources, and the list by which the go command finds
// them. It returns the list's path.
func (p *pack) overlay(dir string) (string, error) {
	chooser, err := p.chooser()
	if err != nil {
		return "", err
	}
	files := maps.Clone(p.files)
	files[filepath.Join(p.dir, "mutant_chooser.go")] = chooser
	replace := map[string]string{}
	for path, text := range files {
		mutated := filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(mutated, text, 0o600); err != nil {
			return "", err
		}
		whole, err := filepath.Abs(path)
		if err != nil {
			return "", err
		}
		replace[whole] = mutated
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	list := filepath.Join(dir, "overlay.json")
	return list, os.WriteFile(list, text, 0o600)
}

// compile makes the test binary of one package.
func compile(ctx context.Context, dir, overlay, path string) (binary, error) {
	said, err := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", path, "./"+dir).CombinedOutput()
	if err != nil {
		return binary{}, fmt.Errorf("build: %w\n%s", err, said)
	}
	b := binary{path, dir, []string{"-test.short", "-test.failfast"}}
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
