package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"esaudit": main, "breaking": breaking})
}

// Every script runs the program as a user does. In a script,
//
//	ends CODE esaudit WORD...         runs it and checks how it ends
//	only FILE...                      checks that these files are here, and no others
//	interrupted esaudit WORD...       asks one question, waits for the answer, interrupts
//	served DIR [FAULTS]               serves an estate as the vendor's API: $URL and the key
//	writable DIR [FAULTS]             the same, and takes writes: $READER is a key that may not write
//	valid SCHEMA FILE                 holds a file against a published schema, a journal line by line
//	organisation DIR N                writes random recordings of N accounts, and roles.txt beside it
//
// [exists:FILE] is a condition, $ESTATES is testdata/estates, $CI is ci, $HOOK is the hook for plans, $NASTY holds what
// steers a terminal, and truncated.gz and truncated.zst end in the middle.
func TestScripts(t *testing.T) {
	estates, err := filepath.Abs("../../testdata/estates")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/scripts", RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("ESTATES", estates)
			env.Setenv("CI", filepath.Join(filepath.Dir(filepath.Dir(estates)), "ci"))
			env.Setenv("HOOK", filepath.Join(filepath.Dir(filepath.Dir(estates)), "scripts", "audit-plans.sh"))
			env.Setenv("NASTY", "no\x1b[31m\x07\u202e\nestate")
			return truncated(env.WorkDir)
		},
		Condition: func(cond string) (bool, error) {
			name, ok := strings.CutPrefix(cond, "exists:")
			if !ok {
				return false, fmt.Errorf("unknown condition %q", cond)
			}
			_, err := os.Stat(name)
			return err == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"ends": ends, "only": only, "interrupted": interruptedCommand, "served": served, "writable": writable, "valid": valid(filepath.Join(filepath.Dir(filepath.Dir(estates)), "docs", "schema")), "organisation": organisationOf},
	})
}

// truncated writes compressed files that end in the middle.
func truncated(dir string) error {
	for name, pack := range map[string]func(io.Writer, []byte) error{"truncated.gz": packGzip, "truncated.zst": packZstd} {
		var b bytes.Buffer
		if err := pack(&b, []byte(strings.Repeat(`{"schema":"esaudit.snapshot/v1"}`, 9))); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes()[:b.Len()-3], 0o600); err != nil {
			return err
		}
	}
	return nil
}

// ends checks the exit code, and what holds of every run: no panic and no stack
// trace, and a run that does not end with 0 says why in its last line.
func ends(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: ends CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if code != want {
		ts.Fatalf("ends with %d, not %d", code, want)
	}
	told := ts.ReadFile("stderr")
	if strings.Contains(told, "goroutine ") || strings.Contains(told, "panic") || strings.Contains(told, "internal error") {
		ts.Fatalf("it panicked")
	}
	for line := range strings.Lines(told) {
		if !strings.HasPrefix(line, "esaudit: ") {
			ts.Fatalf("standard error holds a line that does not say who speaks: %q", line)
		}
	}
	if quiet := (slices.Contains(args, "--quiet") || ts.Getenv("ESAUDIT_QUIET") != "") && (want == found || want == incomplete); want != clean && told == "" && !quiet {
		ts.Fatalf("it does not say why")
	}
}

func only(ts *testscript.TestScript, neg bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs("."))
	ts.Check(err)
	var names []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".tmp") && !strings.HasPrefix(e.Name(), "truncated.") { // not the script's own
			names = append(names, e.Name())
		}
	}
	slices.Sort(args)
	if neg || !slices.Equal(names, args) {
		ts.Fatalf("here are %v, not %v", names, args)
	}
}

// interruptedCommand asks a batch one question, and interrupts once it is
// answered: the program waits for more then.
func interruptedCommand(ts *testscript.TestScript, _ bool, args []string) {
	path, err := exec.LookPath(args[0])
	ts.Check(err)
	cmd := exec.Command(path, args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	stdin, err := cmd.StdinPipe()
	ts.Check(err)
	stdout, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	_, err = io.WriteString(stdin, `{"id":"q1","from":"internet:203.0.113.9","to":"es:es-cn-orderssearch1:9200"}`+"\n")
	ts.Check(err)
	line, err := bufio.NewReader(stdout).ReadString('\n')
	ts.Check(err)
	if !strings.Contains(line, `"id":"q1"`) {
		ts.Fatalf("not an answer: %s", line)
	}
	begin := time.Now()
	ts.Check(cmd.Process.Signal(os.Interrupt))
	exit, ok := errors.AsType[*exec.ExitError](cmd.Wait())
	if !ok || exit.ExitCode() != interrupted {
		ts.Fatalf("ends with %v, not %d", exit, interrupted)
	}
	if took := time.Since(begin); took > 2*time.Second {
		ts.Fatalf("took %v to end", took)
	}
}
