package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"time"
)

// trial is how the tests of a package are run.
type trial struct {
	binary string
	flags  []string
	// patience is how long the tests of one mutant may take. One that makes them
	// wait longer is noticed.
	patience time.Duration
}

// test builds the package's tests once, with all mutants in them, and runs them
// for each mutant whose name matches. It returns how many there are, and those
// that the tests do not notice.
func (p *pack) test(ctx context.Context, only *regexp.Regexp, parallel int, out io.Writer) (int, []mutant, error) {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return 0, nil, err
	}
	defer os.RemoveAll(dir)
	binary, err := p.build(ctx, dir)
	if err != nil {
		return 0, nil, err
	}
	t := trial{binary, []string{"-test.short", "-test.failfast"}, 10 * time.Minute}
	if help, _ := exec.CommandContext(ctx, binary, "-help").CombinedOutput(); bytes.Contains(help, []byte("-rapid.checks")) {
		t.flags = append(t.flags, "-rapid.seed=1", "-rapid.nofailfile")
	}
	began := time.Now()
	if noticed, err := p.noticed(ctx, t, mutant{}); err != nil || noticed {
		return 0, nil, fmt.Errorf("the tests fail without any mutant (%v)", err)
	}
	t.patience = 10*time.Since(began) + 10*time.Second
	var chosen []mutant
	for _, m := range p.mutants {
		if only.MatchString(m.name) {
			chosen = append(chosen, m)
		}
	}
	survives := make([]bool, len(chosen))
	failed := make([]error, len(chosen))
	var workers sync.WaitGroup
	slots := make(chan bool, parallel)
	for i, m := range chosen {
		slots <- true
		workers.Go(func() {
			defer func() { <-slots }()
			noticed, err := p.noticed(ctx, t, m)
			if survives[i], failed[i] = !noticed, err; survives[i] && err == nil {
				fmt.Fprintf(out, "survives: %s\n", m.name)
			}
		})
	}
	workers.Wait()
	var left []mutant
	for i, m := range chosen {
		if failed[i] != nil {
			return 0, nil, failed[i]
		}
		if survives[i] {
			left = append(left, m)
		}
	}
	return len(chosen), left, nil
}

// build makes the test binary of the mutated package.
func (p *pack) build(ctx context.Context, dir string) (string, error) {
	replace := map[string]string{}
	chooser, err := p.chooser()
	if err != nil {
		return "", err
	}
	files := map[string][]byte{filepath.Join(p.dir, "mutant_chooser.go"): chooser}
	for path, text := range p.files {
		files[path] = text
	}
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
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	list, binary := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "mutants.test")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return "", err
	}
	said, err := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", list, "-o", binary, "./"+p.dir).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, said)
	}
	return binary, nil
}

// noticed runs the tests of one mutant: first those that compare twins, which
// notice most.
func (p *pack) noticed(ctx context.Context, t trial, m mutant) (bool, error) {
	limited, cancel := context.WithTimeout(ctx, t.patience)
	defer cancel()
	for _, which := range []string{"-test.run=Twin", "-test.skip=Twin"} {
		c := exec.CommandContext(limited, t.binary, append([]string{which}, t.flags...)...)
		c.Dir = p.dir
		c.Env = append(os.Environ(), fmt.Sprintf("%s=%d", variable, m.number))
		err := c.Run()
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err != nil {
			return true, nil
		}
	}
	return false, nil
}
