package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// version is what `esaudit version` and reports say. The linker sets it
// (scripts/dist.sh); the program never does.
var version = "0.1.0"

// grace is how long an interrupted run may take to end in order; Ctrl-C ends
// within two seconds (CONTRACT 8).
const grace = time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}

// run is the whole program: it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, getenv: getenv, heap: new(tended)}
	err := await(ctx, func() error { return a.execute(ctx, args) })
	if err != nil && ctx.Err() != nil {
		err = &ending{interrupted, errors.New("interrupted; nothing was left half written")}
	}
	return a.end(err)
}

// await waits for work, and for no longer than grace once ctx has ended: work
// that waits for something else (a pipe that nobody writes to) is left behind.
// A panic becomes an error: no stack trace reaches the user.
func await(ctx context.Context, work func() error) error {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- fmt.Errorf("internal error: %v; please report it together with the command", p)
			}
		}()
		done <- work()
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(grace):
		return ctx.Err()
	}
}

// execute runs one command.
func (a *app) execute(ctx context.Context, args []string) error {
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil && !a.started {
		err = usage(err) // cobra's own: the words do not make a command
	}
	return err
}

// end says how the run ended and returns its exit code.
func (a *app) end(err error) int {
	code := codeOf(err)
	if err != nil && !(a.quiet && (code == found || code == incomplete)) {
		fmt.Fprintln(a.stderr, "esaudit: "+oneLine(err.Error()))
	}
	return code
}
