package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The exit codes (CONTRACT 2), the same for every format.
const (
	clean       = 0
	broke       = 1
	misused     = 2
	found       = 3
	incomplete  = 4
	interrupted = 130
)

// exitCode describes one exit code; the table of README is made of them.
type exitCode struct {
	code    int
	name    string
	meaning string
}

func exitCodes() []exitCode {
	return []exitCode{
		{clean, "clean", "the question was answered, and nothing calls for action"},
		{broke, "broke", "the tool itself failed: a file could not be written, time ran out, an internal error"},
		{misused, "usage", "a wrong flag or argument, or an estate, plan or configuration that cannot be opened or used; `fix apply`, `fix undo`: refused, nothing was changed"},
		{found, "findings", "`audit`: a finding at or above `--fail-on`; `reach --expect`: the known verdict is the other one; `diff`, `whatif` with `--fail-on gained`: reachability was gained; `rules test`, `waivers lint`: something is to be mended; `fix apply`, `fix undo`: stopped on a difference, or the account is not as promised"},
		{incomplete, "incomplete", "the picture is incomplete and nothing of code 3 was found; `--allow-partial` makes it 0"},
		{interrupted, "interrupted", "Ctrl-C, or a request to terminate; nothing is left half written"},
	}
}

// exitTable returns the exit codes as a table in Markdown.
func exitTable() string {
	var b strings.Builder
	b.WriteString("| code | name | meaning |\n| --- | --- | --- |\n")
	for _, e := range exitCodes() {
		fmt.Fprintf(&b, "| %d | %s | %s |\n", e.code, e.name, e.meaning)
	}
	return b.String()
}

// ending is an error that ends the run with a code of its own. Any other error
// is one of the tool.
type ending struct {
	code int
	err  error
}

func (e *ending) Error() string { return e.err.Error() }
func (e *ending) Unwrap() error { return e.err }

// usage marks an error as the user's to mend. One that has a code keeps it.
func usage(err error) error {
	if err == nil || codeOf(err) != broke {
		return err
	}
	return &ending{misused, err}
}

func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }

func codeOf(err error) int {
	if err == nil {
		return clean
	}
	if e, ok := errors.AsType[*ending](err); ok {
		return e.code
	}
	return broke
}

// oneLine makes a message fit for a terminal and for one line: control
// characters and what reorders text are written as escapes. Names of files and
// values of the cloud are in messages.
func oneLine(s string) string {
	quoted := strconv.QuoteToGraphic(s)
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(quoted[1 : len(quoted)-1])
}
