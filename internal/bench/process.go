package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// spent is what a process took.
type spent struct {
	Elapsed, Processor time.Duration
	Peak               uint64 // bytes
	Code               int    // with which it ended
}

// esaudit runs the program once. That something is found, or unknown, is an
// answer; anything else is an error.
func esaudit(program string, args ...string) (spent, error) {
	_, took, err := process(program, args...)
	if err == nil && took.Code > 0 && took.Code < 3 {
		err = fmt.Errorf("%s %s ends with %d", program, strings.Join(args, " "), took.Code)
	}
	return took, err
}

// processWord is the first word with which this program runs another one and
// writes what that took. The system counts the memory of who starts a process as
// the process's own, so that the one who starts it must be small.
const processWord = "-process"

// process runs a program once, and returns what it writes and took. An exit code
// of its own is no error: findings are what it was asked for.
func process(program string, args ...string) ([]byte, spent, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, spent{}, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, spent{}, err
	}
	defer read.Close()
	var out, errs bytes.Buffer
	c := exec.Command(self, append([]string{processWord, program}, args...)...)
	c.Stdout, c.Stderr, c.ExtraFiles = &out, &errs, []*os.File{write}
	err = c.Start()
	write.Close()
	if err != nil {
		return nil, spent{}, err
	}
	var took spent
	told := json.NewDecoder(read).Decode(&took)
	if err := errors.Join(c.Wait(), told); err != nil {
		return nil, spent{}, fmt.Errorf("%s %s: %s: %w", program, strings.Join(args, " "), strings.TrimSpace(errs.String()), err)
	}
	return out.Bytes(), took, nil
}

// runProcess is the small process between: it writes what the program took to the
// file that it was given.
func runProcess(words []string, out, errs io.Writer) int {
	c := exec.Command(words[0], words[1:]...)
	c.Stdout, c.Stderr = out, errs
	started := time.Now()
	err := c.Run()
	elapsed := time.Since(started)
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() < 0) {
		fmt.Fprintln(errs, "bench:", err)
		return 1
	}
	took := spent{elapsed, c.ProcessState.UserTime() + c.ProcessState.SystemTime(), peakOf(c.ProcessState), c.ProcessState.ExitCode()}
	if err := json.NewEncoder(os.NewFile(3, "took")).Encode(took); err != nil {
		fmt.Fprintln(errs, "bench:", err)
		return 1
	}
	return 0
}
