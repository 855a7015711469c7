// Mutate asks whether the tests would notice a fault: it turns round the
// outcome of one comparison of a package after the other, and runs the
// package's tests. What they do not notice survives.
//
// One test binary of a package holds all of its mutants; an environment
// variable says which of them lives. Only tests that make a comparison are run
// for it, one after the other until one fails, and those that noticed most in
// little time first. At most one in twenty may survive, each with its reason in
// survivors.txt.
//
//	go run ./internal/mutate [-only PATTERN] [-open] [-effort TIME] [-parallel N] [PACKAGE...]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"time"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// most is the share of mutants that may survive, in percent.
const most = 5

const reasonsFile = "internal/mutate/survivors.txt"

// run mutates packages of the module in the working directory. The exit code is
// 1 when something went wrong, 2 for wrong words, 3 when too many survive or
// one does without a reason.
func run(args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("mutate", flag.ContinueOnError)
	flags.SetOutput(errs)
	only := flags.String("only", "", "mutants whose name matches a regular expression")
	open := flags.Bool("open", false, "only mutants that no test noticed in runs before")
	effort := flags.Duration("effort", 0, "processor time of the tests of one mutant, for a first look; 0 is no limit")
	parallel := flags.Int("parallel", 2, "how many to run at once")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	pattern, err := regexp.Compile(*only)
	if err != nil {
		fmt.Fprintln(errs, "mutate:", err)
		return 2
	}
	packages := flags.Args()
	if len(packages) == 0 {
		packages = []string{"netset", "graph"}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	killers, err := openKillers(killersFile)
	if err != nil {
		fmt.Fprintln(errs, "mutate: read what noticed what:", err)
		return 1
	}
	total, survivors, err := all(ctx, packages, request{pattern, *open, *effort, *parallel, killers, out})
	if err = errors.Join(err, killers.file.Close()); err != nil {
		fmt.Fprintln(errs, "mutate:", err)
		return 1
	}
	text, err := os.ReadFile(reasonsFile)
	if err != nil {
		fmt.Fprintln(errs, "mutate: read reasons:", err)
		return 1
	}
	reasons, err := parseReasons(string(text))
	if err != nil {
		fmt.Fprintf(errs, "mutate: %s: %v\n", reasonsFile, err)
		return 1
	}
	maps.DeleteFunc(reasons, func(name, _ string) bool {
		return !slices.Contains(packages, strings.Fields(name)[0]) || !pattern.MatchString(name)
	})
	if !tell(out, total, survivors, reasons) {
		return 3
	}
	return 0
}

// request is which mutants are asked for, and how.
type request struct {
	only     *regexp.Regexp
	open     bool // only those that no test is known to notice
	effort   time.Duration
	parallel int
	killers  *killers
	out      io.Writer
}

// all mutates the packages one after the other.
func all(ctx context.Context, packages []string, r request) (total int, survivors []mutant, err error) {
	for _, dir := range packages {
		p, err := load(dir)
		if err != nil {
			return 0, nil, fmt.Errorf("read package %s: %w", dir, err)
		}
		n, left, err := p.test(ctx, r)
		if err != nil {
			return 0, nil, fmt.Errorf("test package %s: %w", dir, err)
		}
		total += n
		survivors = append(survivors, left...)
	}
	return total, survivors, nil
}

// test runs the tests of a package for each of its mutants that are asked for.
// It returns how many those are, and which survive.
func (p *pack) test(ctx context.Context, r request) (int, []mutant, error) {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return 0, nil, err
	}
	defer os.RemoveAll(dir)
	chosen := slices.Clone(p.mutants)
	chosen = slices.DeleteFunc(chosen, func(m mutant) bool {
		return !r.only.MatchString(m.name) || r.open && r.killers.of(m.name) != ""
	})
	t, err := newTrial(ctx, p, dir, r)
	if err != nil {
		return 0, nil, err
	}
	fmt.Fprintf(r.out, "%s: %d mutants, %d to try\n", p.dir, len(p.mutants), len(chosen))
	survives := make([]bool, len(chosen))
	err = each(r.parallel, len(chosen), func(i int) error {
		m := chosen[i]
		noticed, err := t.noticed(ctx, m)
		if survives[i] = !noticed && err == nil; survives[i] {
			how := "survives"
			if !t.reached(m) {
				how = "is not reached"
			}
			fmt.Fprintf(r.out, "%d of %d %s: %s\n", i+1, len(chosen), how, m.name)
		}
		return err
	})
	var left []mutant
	lost := 0
	for i, m := range chosen {
		if survives[i] {
			left = append(left, m)
			if !t.reached(m) {
				lost++
			}
		}
	}
	if err == nil {
		fmt.Fprintf(r.out, "%s: %d tried, %d noticed, %d survive, %d of these not reached\n", p.dir, len(chosen), len(chosen)-len(left), len(left), lost)
	}
	return len(chosen), left, err
}
