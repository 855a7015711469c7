package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// decodeWord is the first word with which this program decodes a file, and does nothing
// else.
const decodeWord = "-decode"

// runDecode reads a file and decodes it with encoding/json.
func runDecode(words []string, errs io.Writer) int {
	var v any
	data, err := os.ReadFile(words[0])
	if err == nil {
		err = json.Unmarshal(data, &v)
	}
	if err != nil {
		fmt.Fprintln(errs, "bench:", err)
		return 1
	}
	return 0
}

// runsOfPrograms are how often a program is run; the least counts.
const runsOfPrograms = 3

// programs measures the command from its start to its end, with all that a run comes with:
// beside a program that only decodes the file, and, with what an earlier run kept, beside
// a run without.
func (b *bench) programs() error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ours, file := filepath.Join(dir, "esaudit"), filepath.Join(dir, "snapshot.json")
	if err := build(ours, "./cmd/esaudit"); err != nil {
		return err
	}
	if err := os.WriteFile(file, b.data, 0o600); err != nil {
		return err
	}
	words := []string{"audit", file, "--quiet", "-f", "json"}
	plain, _, err := least(func() ([]byte, spent, error) { return process(ours, words...) })
	if err != nil {
		return err
	}
	beside, _, err := least(func() ([]byte, spent, error) { return process(self, decodeWord, file) })
	if err != nil {
		return err
	}
	b.line("program: audit", plain.Processor, beside.Processor, "a program that decodes the file with encoding/json; 1.00x")
	b.line("  elapsed", plain.Elapsed, beside.Elapsed, "the same")
	changes, err := b.changes()
	if err != nil {
		return err
	}
	kept := append(words, "--cache", filepath.Join(dir, "cache"))
	for _, c := range changes {
		if err := b.programAgain(c, ours, file, words, kept); err != nil {
			return err
		}
	}
	return nil
}

// programAgain prints what a run on a changed file takes with what one on the estate kept.
func (b *bench) programAgain(c later, ours, file string, words, kept []string) error {
	with := func(data []byte, words []string) ([]byte, spent, error) {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			return nil, spent{}, err
		}
		return process(ours, words...)
	}
	plain, report, err := least(func() ([]byte, spent, error) { return with(c.data, words) })
	if err != nil {
		return err
	}
	again, same, err := least(func() ([]byte, spent, error) {
		if _, _, err := with(b.data, kept); err != nil {
			return nil, spent{}, err
		}
		return with(c.data, kept)
	})
	if err != nil {
		return err
	}
	if !bytes.Equal(report, same) {
		return fmt.Errorf("%s: the reports differ", c.name)
	}
	b.line("program: audit --cache: "+c.name, again.Processor, plain.Processor, "a run without; 5.00x")
	b.line("  elapsed", again.Elapsed, plain.Elapsed, "the same")
	return nil
}

// least runs a program runsOfPrograms times, and returns the least that it took, and what it wrote.
func least(run func() ([]byte, spent, error)) (took spent, out []byte, err error) {
	took = spent{Elapsed: time.Hour, Processor: time.Hour}
	for range runsOfPrograms {
		var now spent
		if out, now, err = run(); err != nil {
			return spent{}, nil, err
		}
		took.Elapsed, took.Processor = min(took.Elapsed, now.Elapsed), min(took.Processor, now.Processor)
	}
	return took, out, nil
}
