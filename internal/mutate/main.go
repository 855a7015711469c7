// Mutate asks whether the tests would notice a fault: it turns round the
// outcome of one comparison of a package after the other, and runs the
// package's tests. What they do not notice survives.
//
// One test binary of a package holds all of its mutants; an environment
// variable says which of them lives. At most one in twenty may survive, each
// with its reason in survivors.txt.
//
//	go run ./internal/mutate [-only PATTERN] [-parallel N] [PACKAGE...]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
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
	total, survivors, err := all(ctx, packages, pattern, *parallel, out)
	if err != nil {
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
	if !tell(out, total, survivors, reasons) {
		return 3
	}
	return 0
}

// all mutates the packages one after the other.
func all(ctx context.Context, packages []string, only *regexp.Regexp, parallel int, out io.Writer) (total int, survivors []mutant, err error) {
	for _, dir := range packages {
		p, err := load(dir)
		if err != nil {
			return 0, nil, fmt.Errorf("read package %s: %w", dir, err)
		}
		n, left, err := p.test(ctx, only, parallel, out)
		if err != nil {
			return 0, nil, fmt.Errorf("test package %s: %w", dir, err)
		}
		total += n
		survivors = append(survivors, left...)
	}
	return total, survivors, nil
}
