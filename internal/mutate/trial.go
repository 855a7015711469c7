package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// test is one test of a package.
type test struct {
	binary  binary
	name    string
	used    time.Duration // processor time without any mutant
	reaches map[int]bool  // the mutants whose comparison it makes
	kills   int           // the mutants that it noticed
	spent   time.Duration // processor time with mutants
}

// title tells a test from those of other packages.
func (t *test) title() string { return t.binary.dir + "." + t.name }

// limit is generous: what makes a test take that long is noticed.
func (t *test) limit() limit {
	return limit{5*t.used + 2*time.Second, 60*t.used + 5*time.Minute}
}

// trial is mutants of a package being tried.
type trial struct {
	tests   []*test
	dir     string        // for temporary files
	effort  time.Duration // processor time for one mutant; 0 is no limit
	killers *killers

	mu sync.Mutex // guards what tests cost and notice
}

// newTrial builds the package's tests and runs each without any mutant, to know
// what it reaches and what it costs.
func newTrial(ctx context.Context, p *pack, dir string, r request) (*trial, error) {
	binaries, err := p.build(ctx, dir)
	if err != nil {
		return nil, err
	}
	t := &trial{dir: dir, effort: r.effort, killers: r.killers}
	for _, b := range binaries {
		names, err := b.names(ctx)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			t.tests = append(t.tests, &test{binary: b, name: name, reaches: map[int]bool{}})
		}
	}
	return t, each(r.parallel, len(t.tests), func(i int) error { return t.rehearse(ctx, t.tests[i]) })
}

// rehearse runs a test without any mutant.
func (t *trial) rehearse(ctx context.Context, x *test) error {
	list := filepath.Join(t.dir, x.title()+".reached")
	if err := os.WriteFile(list, nil, 0o600); err != nil {
		return err
	}
	passed, used, err := x.binary.run(ctx, x.name, []string{reachedVariable + "=" + list}, limit{time.Hour, time.Hour})
	if err != nil {
		return err
	}
	if !passed {
		return fmt.Errorf("%s fails without any mutant", x.title())
	}
	text, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	x.used = used
	for _, field := range strings.Fields(string(text)) {
		number, err := strconv.Atoi(field)
		if err != nil {
			return fmt.Errorf("%s reaches %q: %w", x.title(), field, err)
		}
		x.reaches[number] = true
	}
	return nil
}

// order lists the tests that reach a mutant, the most promising first: the one
// that noticed it in another run, then those that notice most in little time.
func (t *trial) order(m mutant) []*test {
	t.mu.Lock()
	defer t.mu.Unlock()
	killer := t.killers.of(m.name)
	promise := func(x *test) float64 {
		if x.title() == killer {
			return math.Inf(1)
		}
		return float64(x.kills+1) / (x.spent + x.used + 50*time.Millisecond).Seconds()
	}
	var out []*test
	for _, x := range t.tests {
		if x.reaches[m.number] {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b *test) int { return cmp.Compare(promise(b), promise(a)) })
	return out
}

// noticed reports whether any test notices a mutant. One that no test reaches
// is not noticed.
func (t *trial) noticed(ctx context.Context, m mutant) (bool, error) {
	environment := []string{fmt.Sprintf("%s=%d", livingVariable, m.number)}
	var spent time.Duration
	for _, x := range t.order(m) {
		if spent += x.used; t.effort > 0 && spent > t.effort {
			break
		}
		passed, used, err := x.binary.run(ctx, x.name, environment, x.limit())
		if err != nil {
			return false, err
		}
		t.learn(x, passed, used)
		if !passed {
			return true, t.killers.note(m.name, x.title())
		}
	}
	return false, t.killers.note(m.name, "")
}

// learn remembers what came of a test.
func (t *trial) learn(x *test, passed bool, used time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	x.spent += used
	if !passed {
		x.kills++
	}
}

// reached reports whether any test makes the comparison of a mutant.
func (t *trial) reached(m mutant) bool {
	return slices.ContainsFunc(t.tests, func(x *test) bool { return x.reaches[m.number] })
}

// each calls work for 0 to n-1, some at once.
func each(parallel, n int, work func(int) error) error {
	failed := make([]error, n)
	var workers sync.WaitGroup
	slots := make(chan bool, parallel)
	for i := range n {
		slots <- true
		workers.Go(func() {
			defer func() { <-slots }()
			failed[i] = work(i)
		})
	}
	workers.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}
