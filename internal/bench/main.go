// Bench writes large estates, and measures the program on one: each line has
// the naive alternative beside it, from the same run, and their ratio.
//
//	go run ./internal/bench [-clusters N] [-seed N] [-only PATTERN]
//	go run ./internal/bench -accounts N [-clusters N] [-seed N] [-write DIR]
//	go run ./internal/bench -write DIR [-clusters N] [-seed N]
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run measures, or writes an estate. The exit code is 1 when something went
// wrong and 2 for wrong words.
func run(args []string, out, errs io.Writer) int {
	if len(args) > 1 && args[0] == processWord {
		return runProcess(args[1:], out, errs)
	}
	if len(args) > 1 && args[0] == decodeWord {
		return runDecode(args[1:], errs)
	}
	if len(args) > 1 && args[0] == serveWord {
		return runServer(args[1:], os.Stdin, out, errs)
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(errs)
	clusters := flags.Int("clusters", 3000, "clusters of the estate")
	seed := flags.Uint64("seed", 1, "what the estate is made up from")
	only := flags.String("only", "", "measurements whose name matches a regular expression")
	accounts := flags.Int("accounts", 1, "accounts of so many clusters each; of several, only the seconds and the memory of reach and audit are measured")
	write := flags.String("write", "", "write the estate's recording and snapshot to a new directory, and measure nothing")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	pattern, err := regexp.Compile(*only)
	if err != nil || flags.NArg() > 0 || *clusters < 1 || *accounts < 1 {
		fmt.Fprintln(errs, "bench: wrong words:", args, err)
		return 2
	}
	if *accounts > 1 {
		err = scale(out, *write, *accounts, *clusters, *seed)
	} else if *write != "" {
		err = writeEstate(*write, *clusters, *seed)
	} else {
		err = measure(out, *clusters, *seed, pattern)
	}
	if err != nil {
		fmt.Fprintln(errs, "bench:", err)
		return 1
	}
	return 0
}
