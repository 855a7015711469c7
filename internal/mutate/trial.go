package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// test is one test of a package, in short or at length.
type test struct {
	name    string
	flags   []string
	used    time.Duration // processor time without any mutant
	reaches map[int]bool  // the mutants whose comparison it makes
	kills   int           // the mutants that it noticed
}

// limit is generous: what makes a test take that long is noticed.
func (t *test) limit() limit {
	return limit{5*t.used + 2*time.Second, 60*t.used + 5*time.Minute}
}

// trial is mutants of a package being tried.
type trial struct {
	binary binary
	tests  []*test
	dir    string // for temporary files

	mu sync.Mutex // guards what follows, and the kills of tests
	// killers says which test noticed a mutant, this time or in another run.
	killers map[string]string
}

// newTrial builds the package's tests and runs each without any mutant, to know
// what it reaches and what it costs.
func newTrial(ctx context.Context, p *pack, dir string, killers map[string]string) (*trial, error) {
	b, err := p.build(ctx, dir)
	if err != nil {
		return nil, err
	}
	names, err := b.names(ctx)
	if err != nil {
		return nil, err
	}
	t := &trial{binary: b, dir: dir, killers: killers}
	for _, name := range names {
		short, err := t.rehearse(ctx, name, "-test.short")
		if err != nil {
			return nil, err
		}
		t.tests = append(t.tests, short)
		long, err := t.rehearse(ctx, name)
		if err != nil {
			return nil, err
		}
		// Most tests are as long as they are short.
		if long.used > short.used*3/2 {
			t.tests = append(t.tests, long)
		}
	}
	return t, nil
}

// rehearse runs a test without any mutant.
func (t *trial) rehearse(ctx context.Context, name string, flags ...string) (*test, error) {
	list := filepath.Join(t.dir, "reached")
	if err := os.WriteFile(list, nil, 0o600); err != nil {
		return nil, err
	}
	passed, used, err := t.binary.run(ctx, name, flags, []string{reachedVariable + "=" + list}, limit{time.Hour, time.Hour})
	if err != nil {
		return nil, err
	}
	if !passed {
		return nil, fmt.Errorf("%s fails without any mutant", name)
	}
	text, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	reaches := map[int]bool{}
	for _, field := range strings.Fields(string(text)) {
		number, err := strconv.Atoi(field)
		if err != nil {
			return nil, fmt.Errorf("%s reaches %q: %w", name, field, err)
		}
		reaches[number] = true
	}
	return &test{name: name, flags: flags, used: used, reaches: reaches}, nil
}

// order lists the tests that reach a mutant, the most promising first: the one
// that noticed it in another run, then those that notice most in little time.
func (t *trial) order(m mutant) []*test {
	t.mu.Lock()
	defer t.mu.Unlock()
	rank := func(x *test) float64 {
		if x.name == t.killers[m.name] && len(x.flags) > 0 {
			return -1e9
		}
		return -float64(x.kills+1) / (x.used + 50*time.Millisecond).Seconds()
	}
	var out []*test
	for _, x := range t.tests {
		if x.reaches[m.number] {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b *test) int {
		switch x, y := rank(a), rank(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return out
}

// noticed reports whether any test notices a mutant. One that no test reaches
// is not noticed.
func (t *trial) noticed(ctx context.Context, m mutant) (bool, error) {
	environment := []string{fmt.Sprintf("%s=%d", livingVariable, m.number)}
	for _, x := range t.order(m) {
		passed, _, err := t.binary.run(ctx, x.name, x.flags, environment, x.limit())
		if err != nil {
			return false, err
		}
		if !passed {
			t.mu.Lock()
			defer t.mu.Unlock()
			x.kills++
			t.killers[m.name] = x.name
			return true, nil
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.killers, m.name)
	return false, nil
}

// reached reports whether any test makes the comparison of a mutant.
func (t *trial) reached(m mutant) bool {
	return slices.ContainsFunc(t.tests, func(x *test) bool { return x.reaches[m.number] })
}
